"""GuildStore that the bot was removed from: what is kept of them is deleted after a while, unless it comes back."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from discord.ext import tasks

from bot.client.parts import PartsClient
from bot.services.erasure import forget_server
from bot.storage.record_file import RecordsError
from index.network import ModelError
from index.store.protocol import StoreError

_log = logging.getLogger(__name__)

_NAMED = 5  # servers in a line of the log
_OTHERS = (
    "Another bot than that of this token has used this data folder, in servers that this one is not in: %s. They do "
    "not count as left, and what is kept of them stays. If the token is the wrong one, or this is a second bot, stop "
    "it and give it its own WUZHEN_TOKEN and WUZHEN_DATA. If the other bot is gone for good, `wuzhen purge --guild ID` "
    "deletes what is kept of a server."
)
_FAILURES = (RecordsError, StoreError, ModelError)  # the next day it is tried again


class Departures:
    """Notes when servers are left and joined, and forgets those that were left long enough ago."""

    def __init__(self, client: PartsClient) -> None:
        self._client, self._parts = client, client.parts
        self._lock = asyncio.Lock()  # a server is not joined again while it is being forgotten

    async def ready(self) -> None:
        """Notice servers that were left while the bot was not running, and begin to forget a day after another.

        One that Discord cannot reach just now is still among those that the bot is in.
        """
        here = [guild.id for guild in self._client.guilds]
        try:
            others = await asyncio.to_thread(self._parts.guilds.present, here, self._application)
        except RecordsError as error:
            _log.warning("Which servers were left is not known: %s", error)
            return
        if others:
            _log.warning(_OTHERS, ", ".join(map(str, others[:_NAMED])) + (", …" if len(others) > _NAMED else ""))
        if not self.forget_left.is_running():
            self.forget_left.start()

    @property
    def _application(self) -> int:
        return self._client.application_id or 0

    def stop(self) -> None:
        """Forget nothing more."""
        self.forget_left.cancel()

    async def joined(self, guild: int) -> None:
        """The bot is in a server again, or for the first time."""
        try:
            async with self._lock:
                await asyncio.to_thread(self._parts.guilds.joined, guild, self._application)
        except RecordsError as error:
            _log.warning("That a server was joined could not be kept: %s", error)

    async def left(self, guild: int) -> None:
        """The bot is not in a server any more."""
        try:
            await asyncio.to_thread(self._parts.guilds.left, guild, self._application)
        except RecordsError as error:
            _log.warning("That a server was left could not be kept: %s", error)  # it is noticed at the next start

    @tasks.loop(hours=24)
    async def forget_left(self) -> None:
        """Delete what is kept of the servers that were left long enough ago."""
        until = datetime.now(UTC) - timedelta(days=self._parts.settings.leave_days)
        try:
            gone = [left.guild for left in await asyncio.to_thread(self._parts.guilds.leaving) if left.at <= until]
        except _FAILURES as error:
            _log.warning("Which servers were left is not known: %s", error)
            return
        for guild in gone:
            await self._forget(guild)

    async def _forget(self, guild: int) -> None:
        """Delete what is kept of a server, unless the bot is in it again."""
        parts = self._parts
        try:
            async with self._lock:
                if self._client.get_guild(guild) is not None:
                    return
                await asyncio.to_thread(forget_server, guild, parts.library, parts.records, parts.guilds)
        except _FAILURES as error:
            _log.warning("A server that was left is not forgotten yet: %s", error)
        else:
            _log.info("Forgot a server that was left %d days ago", parts.settings.leave_days)
