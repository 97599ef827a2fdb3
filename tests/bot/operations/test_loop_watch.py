"""When the event loop is held up, the log says by what, in places of code and without a word that people wrote."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Callable

import pytest

from bot.operations import loop_watch
from bot.operations.loop_watch import LoopWatch
from bot.operations.metrics import Metrics

SAID = "the harbourmaster's secret pancakes"
STALL = 1.2  # seconds


@pytest.fixture
async def metrics(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Metrics]:
    """What a watch counts that is less patient than usual."""
    monkeypatch.setattr(loop_watch, "_PATIENCE", STALL / 2)
    monkeypatch.setattr(loop_watch, "_EVERY", 0.02)
    caplog.set_level(logging.WARNING, "bot.operations.loop_watch")
    counted = Metrics()
    watch = LoopWatch(counted)
    watch.start()
    await asyncio.sleep(0.1)
    yield counted
    watch.stop()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.01)


def sleeps(words: str) -> None:
    """Holds up whoever calls it, while others may run."""
    assert words
    time.sleep(STALL)


def thinks(words: str) -> None:
    """Holds on to Python itself, as a slow regular expression does: not even the watch runs meanwhile."""
    text, began = f"{words}{'a' * 20}b", time.perf_counter()
    while time.perf_counter() - began < STALL:
        re.fullmatch(r".*?(a|aa|aaa)*c", text)


@pytest.mark.parametrize("holds_up", [sleeps, thinks])
async def test_what_holds_up_the_loop_is_named_and_counted_and_no_word_is_told(
    metrics: Metrics, caplog: pytest.LogCaptureFixture, holds_up: Callable[[str], None]
) -> None:
    assert b"wuzhen_event_loop_stalls_total 0.0" in metrics.text()
    holds_up(SAID)
    await until(lambda: len(caplog.records) >= 2)
    began, over = (record.getMessage() for record in caplog.records[:2])
    assert re.match(
        rf"The event loop is held up for \d+\.\d s by: MainThread in .*test_loop_watch\.py:\d+ {holds_up.__name__} < ",
        began,
    )
    assert re.fullmatch(r"The event loop was held up for \d+\.\d s", over)
    assert "\n" not in began
    assert SAID not in caplog.text
    assert b"wuzhen_event_loop_stalls_total 1.0" in metrics.text()


async def test_a_thread_that_works_beside_the_loop_is_named_too_and_one_that_waits_is_not(
    metrics: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    loop = asyncio.get_running_loop()
    working = loop.run_in_executor(None, sleeps, SAID)
    await asyncio.gather(*(asyncio.to_thread(time.sleep, 0) for _ in range(3)))  # threads that then wait for more
    sleeps(SAID)
    await until(lambda: bool(caplog.records))
    await working
    began = caplog.records[0].getMessage()
    assert began.count(" sleeps < ") == 2
    assert began.count("; ") >= 1


async def test_a_loop_that_only_has_nothing_to_do_is_not_held_up(
    metrics: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    await asyncio.sleep(STALL)
    assert not caplog.records
