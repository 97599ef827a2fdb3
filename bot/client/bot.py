"""The bot on Discord: what it listens to, its commands, its start and its end."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from typing import Any

import discord
from discord.ext import tasks

from bot.client import commands
from bot.client.command_names import CommandTranslator
from bot.client.command_tree import PersistentTree
from bot.client.departures import Departures
from bot.client.gateway_events import guard
from bot.client.invite import invite_link
from bot.client.languages import Languages
from bot.client.listener import Listener
from bot.client.membership import Membership
from bot.client.parts import Parts, PartsClient
from bot.client.reachability import Reachability
from bot.client.reporting import sentence_for
from bot.client.views.registry import register
from bot.config import Settings
from bot.operations.loop_watch import LoopWatch
from bot.operations.metrics import Metrics
from bot.operations.web import Web
from bot.phrasing import counted
from bot.services.answering import Answering
from bot.services.intake import Intake
from bot.services.thread_pool import OffLoop
from bot.storage.feedback import Records
from bot.storage.guilds import DEFAULTS, GuildSettings, GuildStore
from bot.storage.record_file import RecordsError
from index.library import Library
from index.store.protocol import StoreError

_log = logging.getLogger(__name__)

# none is privileged: messages arrive with their text where they mention the bot, answer it, or are direct
INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # it never speaks: no warning about that
STATUS = "/ask · who said what"
_WATCH = 1.0  # seconds between two looks at how late the event loop is


class Wuzhen(PartsClient):
    """The bot. It works with parts that whoever made them also closes; what it starts itself it ends in `close`."""

    def __init__(  # noqa: PLR0913 - its parts, all by name
        self,
        *,
        settings: Settings,
        library: Library,
        records: Records,
        guilds: GuildStore,
        answering: Answering,
        off_loop: OffLoop,
        metrics: Metrics,
    ) -> None:
        super().__init__(
            intents=INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            activity=discord.CustomActivity(STATUS),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        self.parts = Parts(
            settings=settings,
            library=library,
            records=records,
            guilds=guilds,
            answering=answering,
            off_loop=off_loop,
            metrics=metrics,
            intake=Intake(settings, library, guilds, off_loop),
            members=Membership(self.get_guild),
            languages=Languages(self._settings_of),
        )
        self.tree = PersistentTree(self)
        self.departures = Departures(self)
        self._listener = Listener(self)
        self._web: Web | None = None
        self._greeted = False
        self._woken: float | None = None
        self._reachability = Reachability()
        self._loop_watch = LoopWatch(metrics)
        guard(self._connection.parsers)
        commands.add_to(self.tree)

    def _settings_of(self, guild: int) -> GuildSettings:
        """What holds in a server; quick. Where the bot is not a member, nothing was set. Raises RecordsError."""
        return self.parts.guilds.settings(guild) if self.get_guild(guild) is not None else DEFAULTS

    # ── start and end ─────────────────────────────────────────────────────

    async def setup_hook(self) -> None:
        """Once after logging in: buttons, translations, commands, watching, and the pages for operators."""
        register(self)
        await self.tree.set_translator(CommandTranslator())
        await self.tree.sync_changed(self.parts.records)
        self._watch.start()
        self._loop_watch.start()
        self._forget_old.start()
        if self.parts.settings.port is not None:
            self._web = Web(self.parts.metrics, self.is_well, self.parts.settings.port)
            await self._web.start()

    async def close(self) -> None:
        """End what `setup_hook` started, and the connections to Discord."""
        self._watch.cancel()
        self._loop_watch.stop()
        self._forget_old.cancel()
        self.parts.intake.close()
        self.departures.stop()
        if self._web is not None:
            web, self._web = self._web, None
            await web.stop()
        await super().close()

    async def on_ready(self) -> None:
        """Say who is there; once, although Discord says so after each reconnection."""
        await self.departures.ready()
        if self._greeted or self.user is None or self.application_id is None:
            return
        self._greeted = True
        _log.info("Logged in as %s, in %s", self.user, counted(len(self.guilds), "server"))
        _log.info("Invite me to a server: %s", invite_link(self.application_id))

    def is_well(self) -> bool:
        """Whether the bot can answer now: it is ready, and no connection to Discord is down."""
        return self.is_ready() and self._is_connected()

    def _is_connected(self) -> bool:
        return bool(self.shards) and not any(shard.is_closed() for shard in self.shards.values())

    # ── watching ──────────────────────────────────────────────────────────

    @tasks.loop(seconds=_WATCH)
    async def _watch(self) -> None:
        """Note how much later than meant this runs, how long Discord takes to answer, and whether it is there."""
        now = time.monotonic()
        if self._woken is not None:
            self.parts.metrics.lag(now - self._woken - _WATCH)
        self._woken = now
        self.parts.metrics.gateway(self.latency)
        self._reachability.note(self._is_connected())

    @tasks.loop(hours=24)
    async def _forget_old(self) -> None:
        """Delete what was kept long enough."""
        try:
            await asyncio.to_thread(self.parts.records.purge, self.parts.settings.keep_days)
            await asyncio.to_thread(self.parts.guilds.purge, self.parts.settings.keep_days)
            await asyncio.to_thread(self.parts.library.expire)
        except (RecordsError, StoreError) as error:
            _log.warning("Nothing old was deleted: %s", error)  # tomorrow it is tried again

    # ── events ────────────────────────────────────────────────────────────

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Keep what is known of a server that took the bot back."""
        await self.departures.joined(guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note when a server was left, which is then forgotten after a while."""
        await self.departures.left(guild.id)

    async def on_message(self, message: discord.Message) -> None:
        """Answer it if it is meant for the bot."""
        await self._listener.on_message(message)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Answer an edited question anew."""
        await self._listener.on_raw_message_edit(payload)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Take back the answer to a deleted question."""
        await self._listener.on_raw_message_delete(payload)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Take back the answers to deleted questions."""
        await self._listener.on_raw_bulk_message_delete(payload)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002 - discord.py's
        """Log what an event raised, with an id; there is nobody to tell who is surely waiting for it."""
        error = sys.exc_info()[1]
        if error is not None:
            _, short = sentence_for(error)
            _log.error("Failed in %s%s", event_method, f" (id {short})" if short else "")
