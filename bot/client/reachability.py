"""Reachability: one line when Discord is out of reach, and one when it is there again.

discord.py logs each of its tries with a trace; those lines are shown at debug level alone (see `logs`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

_log = logging.getLogger(__name__)

_PATIENCE = 5.0  # seconds; Discord itself closes connections now and then, which takes a moment to mend


class Reachability:
    """Told again and again whether the bot is connected.

    Args:
        clock: seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: float | None = None  # the last connection
        self._told = False

    def note(self, connected: bool) -> None:
        """Log what has changed, if it has changed for long enough."""
        now = self._clock()
        if connected:
            if self._told and self._since is not None:
                _log.info("Discord is there again after %.0f s", now - self._since)
            self._since, self._told = None, False
        elif self._since is None:
            self._since = now
        elif not self._told and now - self._since >= _PATIENCE:
            self._told = True
            _log.warning("Discord is out of reach; it is tried again until it is there")
