"""Thread pools: what would block the event loop is done in threads, questions apart from all else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from bot.errors import Sorry
from bot.phrasing import LazyPhrase

T = TypeVar("T")

_LOOK_UPS = 4  # threads for all that is no question


class TooSlow(Sorry):
    """The time is up."""

    def __init__(self) -> None:
        super().__init__(LazyPhrase("too_slow"))


class OffLoop:
    """Does what is no question off the event loop, and not behind the questions: look-ups, records, settings."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(_LOOK_UPS, "look-up")

    async def __call__(self, function: Callable[[], T]) -> T:
        """What a function returns or raises.

        Raises:
            TooSlow: it is not done in time; it cannot be stopped.
        """
        try:
            async with asyncio.timeout(self._seconds) as limit:
                return await asyncio.get_running_loop().run_in_executor(self._threads, function)
        except TimeoutError:
            if not limit.expired():
                raise
            raise TooSlow from None


class WorkerPool:
    """Runs functions in threads, so many at once; the others wait for their turn in the order they came.

    A thread cannot be stopped. One that works for longer than `patience` lends its turn to the next function, so that
    it holds nobody up; with all `spare` threads out like that, turns come back only when one of them ends.

    Args:
        at_once: how many functions run at once.
        spare: how many more threads there may be for those that take too long.
        patience: seconds.
    """

    def __init__(self, at_once: int, spare: int, patience: float) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._spare = spare
        self._patience = patience
        self._threads = ThreadPoolExecutor(at_once + spare, "question")

    async def run(self, function: Callable[[], T], on_start: Callable[[], None]) -> T:
        """What the function returns or raises, `on_start` having been called when its turn came.

        Not to be cancelled after that: the thread works on, and its turn is given to another.
        """
        async with self._turns:
            on_start()
            working = asyncio.get_running_loop().run_in_executor(self._threads, function)
            await asyncio.wait([working], timeout=self._patience)
            if working.done() or not self._spare:
                return await working
            self._spare -= 1
        try:
            return await working
        finally:
            self._spare += 1
