"""Loop watch: a thread that sees when the event loop is held up, and logs what was running then."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from bot.operations.metrics import Metrics

_log = logging.getLogger(__name__)

_PATIENCE = 2.0  # seconds that the loop may be held up
_EVERY = 0.5  # seconds between two looks
_FRAMES = 12  # of a thread, the innermost ones
_IDLE = frozenset({"threading.py", "queue.py", "selectors.py", "thread.py", "connection.py"})  # what waits, waits there


class LoopWatch:
    """Asks the event loop for a sign again and again. Its log has places in code and names of threads, never words.

    Args:
        metrics: counts how often the loop was held up.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Watch the running loop, until `stop` or its end."""
        loop, watched = asyncio.get_running_loop(), threading.get_ident()
        self._stopped.clear()
        self._thread = threading.Thread(target=self._watch, args=(loop, watched), name="loop-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Watch no more; does not wait."""
        self._stopped.set()

    def _watch(self, loop: asyncio.AbstractEventLoop, watched: int) -> None:
        while not self._stopped.wait(_EVERY):
            sign, asked = threading.Event(), time.monotonic()
            try:
                loop.call_soon_threadsafe(sign.set)
            except RuntimeError:  # it is closed
                return
            # where one function holds on to Python itself, this thread, too, wakes late: just when that returns
            if sign.wait(_PATIENCE) and time.monotonic() - asked < _PATIENCE:
                continue
            self._metrics.stalled()
            running = "; ".join(_running(watched))
            _log.warning("The event loop is held up for %.1f s by: %s", time.monotonic() - asked, running)
            while not sign.wait(_EVERY):
                if self._stopped.is_set():
                    return
            _log.warning("The event loop was held up for %.1f s", time.monotonic() - asked)


def _running(watched: int) -> Iterator[str]:
    """What each thread does, first that of the loop; none that only waits."""
    names = {one.ident: one.name for one in threading.enumerate()}
    frames = sys._current_frames()
    for thread in sorted(frames, key=lambda one: one != watched):
        places = list(_places(frames[thread]))
        idle = places[0].partition(":")[0].rpartition("/")[2] in _IDLE
        if thread == watched or not (idle or thread == threading.get_ident()):
            yield f"{names.get(thread, 'a thread')} in {' < '.join(places)}"


def _places(frame: FrameType | None) -> Iterator[str]:
    """Where a thread is, the innermost place first."""
    for _ in range(_FRAMES):
        if frame is None:
            return
        code = frame.f_code
        yield f"{'/'.join(Path(code.co_filename).parts[-2:])}:{frame.f_lineno} {code.co_name}"
        frame = frame.f_back
