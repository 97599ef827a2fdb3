"""Single flight: work that is done once for all who want it at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.services.thread_pool import WorkerPool

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _Job(Generic[T]):
    """What is done for a key, and how many wait for it."""

    task: asyncio.Task[T]
    begun: bool = False
    waiting: int = 0


class SingleFlight(Generic[K, T]):
    """Does work in threads, for each key once at a time. Who stops waiting stops it for nobody else."""

    def __init__(self, workers: WorkerPool) -> None:
        self._workers = workers
        self._jobs: dict[K, _Job[T]] = {}

    def __contains__(self, key: K) -> bool:
        """Whether this is being done, or waits to be done, for somebody."""
        return key in self._jobs

    def has_begun(self, key: K) -> bool:
        """Whether a thread works on it now."""
        return key in self._jobs and self._jobs[key].begun

    async def do(self, key: K, function: Callable[[], T]) -> T:
        """What the function returns or raises; that of another with the same key which is not done yet."""
        job = self._jobs.get(key) or self._start(key, function)
        job.waiting += 1
        try:
            await asyncio.wait([job.task])
        finally:
            job.waiting -= 1
            if not job.waiting and not job.begun and not job.task.done():  # nobody wants it any more
                job.task.cancel()
                self._end(key, job)
        return job.task.result()

    async def finish(self) -> None:
        """Wait until nothing is being done."""
        while self._jobs:
            await asyncio.wait([job.task for job in self._jobs.values()])
            await asyncio.sleep(0)  # those that ended leave the list

    def _start(self, key: K, function: Callable[[], T]) -> _Job[T]:
        def begin() -> None:
            job.begun = True

        def ended(task: asyncio.Task[T]) -> None:
            if not task.cancelled():
                task.exception()  # looked at, whether anybody waits for it or not
            self._end(key, job)

        job = self._jobs[key] = _Job(asyncio.create_task(self._workers.run(function, begin)))
        job.task.add_done_callback(ended)
        return job

    def _end(self, key: K, job: _Job[T]) -> None:
        if self._jobs.get(key) is job:
            del self._jobs[key]
