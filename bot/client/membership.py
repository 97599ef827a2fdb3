"""Who is a member of which server. Without the list of members, Discord is asked about one person at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable

import discord
from cachetools import TTLCache

_log = logging.getLogger(__name__)

_MOST = 20_000  # people that are remembered
_MEMBER_FOR, _STRANGER_FOR = 60.0, 600.0  # seconds: whoever leaves a server is kept out of it a minute later
_ASKED = 10  # servers that Discord is asked about for one question; what it said of the others is remembered
_SECONDS = 1.5  # for all of them; a list of choices must be there within three


class Membership:
    """Remembers for a while who is a member where; `find` is given the id of a server that the bot is in."""

    def __init__(self, find: Callable[[int], discord.Guild | None]) -> None:
        self._find = find
        self._members: TTLCache[tuple[int, int], None] = TTLCache(_MOST, _MEMBER_FOR)
        self._strangers: TTLCache[tuple[int, int], None] = TTLCache(_MOST, _STRANGER_FOR)

    def seen(self, guild: int, person: int) -> None:
        """A person has just done something in a server, so they are a member."""
        self._members[guild, person] = None
        self._strangers.pop((guild, person), None)

    async def shared(self, person: int, guilds: Iterable[int]) -> frozenset[int]:
        """Those of the servers that the bot is in and the person is a member of, as far as Discord says so in time."""
        here = [guild for id_ in guilds if (guild := self._find(id_)) is not None and not guild.unavailable]
        unknown = [guild for guild in here if not self._known(guild, person)]
        try:
            async with asyncio.timeout(_SECONDS):
                await asyncio.gather(*(self._ask(guild, person) for guild in unknown[:_ASKED]))
        except TimeoutError:
            _log.warning("Discord did not say in time where somebody is a member")
        return frozenset(guild.id for guild in here if guild.owner_id == person or (guild.id, person) in self._members)

    def _known(self, guild: discord.Guild, person: int) -> bool:
        key = guild.id, person
        return guild.owner_id == person or key in self._members or key in self._strangers

    async def _ask(self, guild: discord.Guild, person: int) -> None:
        try:
            await guild.fetch_member(person)
        except discord.NotFound:
            self._strangers[guild.id, person] = None
        except discord.HTTPException as error:
            _log.warning("Discord did not say where somebody is a member (status %s)", error.status)
        else:
            self._members[guild.id, person] = None
