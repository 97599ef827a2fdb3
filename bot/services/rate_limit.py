"""How often one person may ask."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime

from cachetools import TTLCache
from discord import app_commands

from bot.client.reporting import Sorry
from bot.phrasing import Sentence

_WINDOW = 60.0  # seconds
_PEOPLE = 100_000  # whoever asked longest ago is forgotten first


@dataclass(frozen=True, slots=True)
class Pace:
    """How many questions one person may ask in a minute in a server."""

    guild: int
    per_minute: int


class TooSoon(Sorry):
    """Somebody asks too often.

    Attributes:
        until: when they may ask again.
        told_before: whether they were told so already, for this time.
    """

    def __init__(self, until: datetime, told_before: bool) -> None:
        when = f"<t:{until.timestamp():.0f}:R>"
        super().__init__(Sentence("too_soon", when=when))
        self.until = until
        self.told_before = told_before


@dataclass(slots=True)
class _Person:
    bucket: app_commands.Cooldown
    told_until: float = -math.inf


class Cooldown:
    """Counts the questions of each person: so many in a minute from the first one on.

    Args:
        per_minute: how many.
        clock: seconds that never go back.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._people: TTLCache[Hashable, _Person] = TTLCache(_PEOPLE, 2 * _WINDOW, clock)

    def check(self, person: Hashable) -> None:
        """Do nothing, or raise TooSoon; counts nothing."""
        known = self._people.get(person)
        if known is None:
            return
        now = self._clock()
        if known.bucket.get_tokens(now) > 0:
            return
        wait = known.bucket.get_retry_after(now)
        told_before = now < known.told_until
        known.told_until = now + wait
        # whole seconds, as Discord shows them, and never too early
        until = datetime.fromtimestamp(math.floor(time.time() + wait) + 1, UTC)
        raise TooSoon(until, told_before)

    def count(self, person: Hashable) -> None:
        """One more question of this person, which `check` let pass."""
        known = self._people.get(person) or _Person(app_commands.Cooldown(self._per_minute, _WINDOW))
        known.bucket.update_rate_limit(self._clock())
        self._people[person] = known  # kept from now on for as long as its minute may last
