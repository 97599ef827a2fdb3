"""How often one person may ask."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime

from cachetools import TTLCache

from bot.errors import Sorry
from bot.phrasing import LazyPhrase

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
        super().__init__(LazyPhrase("too_soon", when=when))
        self.until = until
        self.told_before = told_before


@dataclass(slots=True)
class _Window:
    """A minute of one person, from their first question on."""

    began: float
    asked: int = 0
    told: bool = False  # that they ask too often


class RateLimit:
    """A rate limit with fixed windows: so many questions of each person in a minute from the first one on.

    By hand, as it is one counter in a cache whose entries live for a minute; the library `limits` would bring its
    storages and strategies along for that.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._windows: TTLCache[Hashable, _Window] = TTLCache(_PEOPLE, _WINDOW, clock)

    def check(self, person: Hashable) -> None:
        """Do nothing, or raise TooSoon; counts nothing."""
        window = self._windows.get(person)
        if window is None or window.asked < self._per_minute:
            return
        told_before, window.told = window.told, True
        wait = window.began + _WINDOW - self._clock()
        # whole seconds, as Discord shows them, and never too early
        until = datetime.fromtimestamp(math.floor(time.time() + wait) + 1, UTC)
        raise TooSoon(until, told_before)

    def count(self, person: Hashable) -> None:
        """One more question of this person, which `check` let pass."""
        window = self._windows.get(person)
        if window is None:
            window = self._windows[person] = _Window(self._clock())
        window.asked += 1
