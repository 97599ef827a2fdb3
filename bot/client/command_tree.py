"""The commands as Discord has them: sent there only when they have changed."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
from typing import Any, Protocol

import aiohttp
import discord
from discord import app_commands

from bot.client.parts import Interaction, PartsClient, phrases_for
from bot.client.reporting import tell
from bot.operations import logs
from bot.storage.record_file import RecordsError

_log = logging.getLogger(__name__)
_KEPT = "commands"  # under which name the records keep which commands Discord has
_TOO_MANY_TODAY = 30034


class Values(Protocol):
    """Where what must survive a restart is kept by name."""

    def value(self, name: str) -> str | None:
        """What is kept, or None."""

    def keep(self, name: str, value: str) -> None:
        """Keep it, in place of what was kept before."""


class PersistentTree(app_commands.CommandTree["PartsClient"]):
    """All commands, usable in servers, direct messages and group chats, and whose errors are told to their users."""

    def __init__(self, client: PartsClient) -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Say what went wrong to who used the command."""
        await tell(interaction, error, phrases_for(interaction))

    async def payload(self) -> list[dict[str, Any]]:
        """What Discord is told of the commands, with their translations; in an order that stays the same."""
        translator = self.translator
        commands = sorted(self.get_commands(), key=lambda command: (type(command).__name__, command.name))
        if translator is None:
            return [command.to_dict(self) for command in commands]
        return [await command.get_translated_payload(self, translator) for command in commands]

    async def sync_changed(self, values: Values) -> bool:
        """Send the commands to Discord unless it has them as they are; whether they were sent.

        What goes wrong is logged in a sentence: the bot then works with the commands that Discord has.
        """
        now = await self._fingerprint()
        if await asyncio.to_thread(values.value, _KEPT) == now:
            return False
        try:
            sent = await self.sync()
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            _log.warning("The commands could not be sent to Discord: %s", _why(error))
            _log.debug("What Discord says of the commands: %s", logs.named(error))
            return False
        with contextlib.suppress(RecordsError):  # then they are sent again at the next start
            await asyncio.to_thread(values.keep, _KEPT, now)
        _log.info("Sent %d commands to Discord", len(sent))
        return True

    async def _fingerprint(self) -> str:
        """Changes with the commands, with their translations and with the application that they belong to."""
        text = json.dumps(await self.payload(), sort_keys=True)
        return f"{self.client.application_id}:{hashlib.sha256(text.encode()).hexdigest()}"


def _why(error: Exception) -> str:
    if isinstance(error, discord.HTTPException) and error.code == _TOO_MANY_TODAY:
        return "Discord takes no more changes of commands today. Start the bot again tomorrow."
    first, *rest = logs.named(error).splitlines()  # Discord has a line for each thing that it does not like
    more = f" (and {len(rest)} lines more)" if rest else ""
    return f"{first}{more}. Start the bot again later; until then the commands stay as they were."
