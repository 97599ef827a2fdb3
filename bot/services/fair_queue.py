"""A fair queue for the processes that read articles: servers by turns, and nobody holds up everybody else."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import ParamSpec, TypeVar

from cachetools import LRUCache

from bot.errors import Sorry
from bot.services.reader_process import ReaderProcess, Unfinished

P = ParamSpec("P")
T = TypeVar("T")

LONG = 60_000  # characters, or bytes of a file: more may take minutes
PLACES, PLACES_OF_ONE = 16, 4  # who may wait with what they add, in all and of one server: each holds up to 10 MB

_REMEMBERED = 10_000  # servers; any other was served longer ago than these
_BUSY = "I am busy reading what others gave me. Try again in a minute."
_LATE = "was not reached in time, behind so much else; try it again"
_STOPPING = "I am being restarted: try again in a minute."


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    guild: int
    long: bool
    process: asyncio.Future[ReaderProcess]


class FairQueue:
    """Shares out processes. One server has one thing done at a time; who was served longest ago is next.

    Long things are done in the first process alone: that leaves the others to the short ones, and only one of them
    ever needs the memory that a long article takes.
    """

    def __init__(self, processes: Sequence[ReaderProcess]) -> None:
        self._processes = processes
        self._free = list(processes)
        self._threads = ThreadPoolExecutor(len(processes), "adding")
        self._places: Counter[int] = Counter()
        self._waiting: list[_Waiting] = []
        self._at_work: set[int] = set()
        self._served: LRUCache[int, int] = LRUCache(_REMEMBERED)  # the number of the turn that a server had last
        self._turn = 0
        self._closed = False

    def close(self) -> None:
        """Give no more turns, and end what is going on."""
        self._closed = True
        for waiting in self._waiting:
            if not waiting.process.done():
                waiting.process.set_exception(Sorry(_STOPPING))
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in self._processes:
            process.interrupt()

    @contextlib.contextmanager
    def place(self, guild: int) -> Iterator[None]:
        """A place among those who add something.

        Raises:
            Sorry: all are taken, or all that one server may have.
        """
        if self._places.total() >= PLACES or self._places[guild] >= PLACES_OF_ONE:
            raise Sorry(_BUSY)
        self._places[guild] += 1
        try:
            yield
        finally:
            self._places[guild] -= 1
            self._places += Counter()  # drops servers without any

    def wake(self, size: int) -> None:
        """Something of this size will soon be there to be read."""
        if (fit := self._fitting(size > LONG)) and not self._closed:
            with contextlib.suppress(RuntimeError):  # no thread can be started just now
                self._threads.submit(fit[-1].wake)

    async def do(
        self, guild: int, size: int, until: float, name: str, job: Callable[P, T], /, *args: P.args, **more: P.kwargs
    ) -> T:
        """What a function of `bot.services.reader_jobs` returns or raises, in its turn.

        Args:
            guild: the server that it is for.
            size: characters, or bytes of a file.
            until: the loop's time at which it is given up if it has not begun.
            name: of the article, for whoever is told what went wrong.
            job: what to do.
            *args: for the function.
            **more: for the function.

        Raises:
            Unfinished: it was not begun in time.
            Sorry: the bot is being stopped.
        """
        loop = asyncio.get_running_loop()
        if loop.time() >= until:
            raise Unfinished(name, _LATE)
        try:
            async with asyncio.timeout(until - loop.time()):
                process = await self._process(guild, size > LONG)
        except TimeoutError:
            raise Unfinished(name, _LATE) from None
        try:
            work = loop.run_in_executor(self._threads, partial(process.do, name, job, *args, **more))
        except RuntimeError:  # closed just now
            self._release(guild, process)
            raise Sorry(_STOPPING) from None
        work.add_done_callback(lambda _: self._release(guild, process))
        return await asyncio.shield(work)  # the process works on, even if nobody waits for it any more

    # ── taking turns ──────────────────────────────────────────────────────

    async def _process(self, guild: int, long: bool) -> ReaderProcess:
        """The process to use, which is to be released."""
        if self._closed:
            raise Sorry(_STOPPING)
        waiting = _Waiting(guild, long, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._share_out()
        try:
            return await waiting.process
        except asyncio.CancelledError:
            if waiting.process.done() and not waiting.process.cancelled() and not waiting.process.exception():
                self._release(guild, waiting.process.result())  # it came just when nobody waited any more
            raise
        finally:
            if waiting in self._waiting:
                self._waiting.remove(waiting)

    def _release(self, guild: int, process: ReaderProcess) -> None:
        self._at_work.discard(guild)
        self._free.append(process)
        self._free.sort(key=self._processes.index)
        self._share_out()

    def _fitting(self, long: bool) -> list[ReaderProcess]:
        """The free processes for something long or short; the last is best."""
        return [one for one in self._free if one is self._processes[0] or not long]

    def _share_out(self) -> None:
        """Give the free processes to whoever is next."""
        for waiting in sorted(self._waiting, key=lambda one: self._served.get(one.guild, 0)):
            if waiting.guild in self._at_work or waiting.process.done():
                continue
            if fit := self._fitting(waiting.long):
                self._turn += 1
                self._served[waiting.guild] = self._turn
                self._at_work.add(waiting.guild)
                self._free.remove(fit[-1])
                self._waiting.remove(waiting)
                waiting.process.set_result(fit[-1])
