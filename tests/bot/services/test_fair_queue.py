"""Whose turn it is to have an article read."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from typing import ParamSpec, TypeVar

import pytest

from bot.errors import Sorry
from bot.services.fair_queue import LONG, PLACES, PLACES_OF_ONE, FairQueue
from bot.services.reader_process import ReaderProcess, Unfinished

P = ParamSpec("P")
T = TypeVar("T")


class Here(ReaderProcess):
    """Does it in this process, when the gate is open."""

    gate = threading.Event()

    def __init__(self) -> None:
        super().__init__(lambda: None)

    def do(self, _name: str, job: Callable[P, T], /, *args: P.args, **more: P.kwargs) -> T:
        self.gate.wait(30)
        return job(*args, **more)


class Queue:
    """Turns with so many processes, and what was done in which order."""

    def __init__(self, count: int) -> None:
        self.turns = FairQueue([Here() for _ in range(count)])
        self.done: list[str] = []
        self.tasks: list[asyncio.Task[None]] = []
        Here.gate.clear()

    async def ask(self, guild: int, name: str, size: int = 1, seconds: float = 30) -> asyncio.Task[None]:
        until = asyncio.get_running_loop().time() + seconds
        task = asyncio.create_task(self.turns.do(guild, size, until, name, self.done.append, name))
        self.tasks.append(task)
        await asyncio.sleep(0)
        return task

    async def all_done(self) -> list[str]:
        Here.gate.set()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        return self.done


@pytest.fixture
async def one() -> AsyncIterator[Queue]:
    queue = Queue(1)
    yield queue
    await queue.all_done()
    queue.turns.close()


@pytest.fixture
async def two() -> AsyncIterator[Queue]:
    queue = Queue(2)
    yield queue
    await queue.all_done()
    queue.turns.close()


async def test_a_server_with_much_to_read_lets_every_other_one_in_between(one: Queue) -> None:
    for number in range(4):
        await one.ask(1, f"a{number}")
    await one.ask(2, "b0")
    await one.ask(3, "c0")
    await one.ask(2, "b1")
    assert await one.all_done() == ["a0", "b0", "c0", "a1", "b1", "a2", "a3"]


async def test_a_server_never_has_two_processes_at_once(two: Queue) -> None:
    held = threading.Event()
    Here.gate.set()
    first = asyncio.create_task(two.turns.do(1, 1, asyncio.get_running_loop().time() + 30, "a0", held.wait, 30))
    await asyncio.sleep(0)
    second = await two.ask(1, "a1")
    await (await two.ask(2, "b0"))
    await (await two.ask(3, "c0"))
    assert two.done == ["b0", "c0"] and not second.done()
    held.set()
    await asyncio.gather(first, second)
    assert two.done == ["b0", "c0", "a1"]


async def test_long_things_leave_a_process_to_short_ones(two: Queue) -> None:
    held = threading.Event()
    until = asyncio.get_running_loop().time() + 30
    Here.gate.set()
    long = asyncio.create_task(two.turns.do(1, LONG + 1, until, "long", held.wait, 30))
    await asyncio.sleep(0)
    longer = asyncio.create_task(two.turns.do(2, LONG + 1, until, "longer", held.wait, 30))
    await two.ask(3, "short")
    await two.ask(4, "shorter")
    assert await two.all_done() == ["short", "shorter"]
    assert not long.done() and not longer.done()
    held.set()
    await asyncio.gather(long, longer)


async def test_what_is_not_begun_in_time_is_told_so_and_the_next_one_is_served(one: Queue) -> None:
    await one.ask(1, "a")
    late = await one.ask(2, "b", seconds=0.05)
    gone = await one.ask(3, "c")
    gone.cancel()
    with pytest.raises(Unfinished, match=r"^b was not reached in time"):
        await late
    await one.ask(4, "d")
    assert await one.all_done() == ["a", "d"]


async def test_who_waits_when_the_bot_stops_is_told_so(one: Queue) -> None:
    await one.ask(1, "a")
    waiting = await one.ask(2, "b")
    one.turns.close()
    for task in (waiting, await one.ask(3, "c")):
        with pytest.raises(Sorry, match="restarted"):
            await task


def test_only_so_many_may_wait_and_no_server_takes_all_places() -> None:
    turns = FairQueue([Here()])
    with turns.place(1):
        pass
    places = [turns.place(guild // PLACES_OF_ONE) for guild in range(PLACES)]
    for number, place in enumerate(places):
        place.__enter__()
        if number + 1 == PLACES_OF_ONE:
            with pytest.raises(Sorry, match="busy"), turns.place(0):
                pass
    with pytest.raises(Sorry, match=r"^I am busy reading .* Try again in a minute\.$"), turns.place(99):
        pass
    places[-1].__exit__(None, None, None)
    with turns.place(99):
        pass
    turns.close()
