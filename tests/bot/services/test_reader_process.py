"""The process that reads articles: what it survives, and what it costs."""

from __future__ import annotations

import errno
import multiprocessing.context
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import Mock

import pytest

from bot.services import reader_jobs, reader_process
from bot.services.reader_process import ReaderProcess, Unfinished
from index.article import ArticleError, article_from_text

LIGHTHOUSE = """\
Lighthouse to be painted red

"Nobody could see it in the fog," said Nora Quill, the keeper. "Sailors asked for red," said Tom Reed, a pilot.
"""


@pytest.fixture(scope="module")
def running() -> Iterator[ReaderProcess]:
    """A process that all tests here share."""
    one = ReaderProcess(reader_jobs.prepare)
    yield one
    one.close()


def test_what_takes_too_long_is_ended_with_a_sentence(running: ReaderProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    running.do("start", os.getpid)
    monkeypatch.setattr(reader_process, "MAX_SECONDS", 0.5)
    with pytest.raises(ArticleError, match=r"^slow takes more than"):
        running.do("slow", time.sleep, 60)
    monkeypatch.setattr(reader_process, "MAX_SECONDS", 60.0)
    assert running.do("text", reader_jobs.read_file, LIGHTHOUSE.encode(), "text.txt", "public").title.startswith(
        "Light"
    )


def test_what_ends_the_process_each_time_is_told_so(running: ReaderProcess) -> None:
    with pytest.raises(Unfinished, match=r"^gone could not be read to its end"):
        running.do("gone", os._exit, 1)


def test_what_is_asked_of_a_process_that_is_just_ending_is_done_by_another(running: ReaderProcess) -> None:
    first = running.do("", os.getpid)
    running.do("", signal.setitimer, signal.ITIMER_REAL, 0.2)  # it is ended soon
    assert running.do("", eval, "__import__('time').sleep(0.6) or 7") == 7
    assert running.do("", os.getpid) != first


def failing_start(times: int) -> Callable[[Any], None]:
    """A start of a process that fails so often, as where the machine has no memory or no descriptors left."""
    start, left = multiprocessing.context.SpawnProcess.start, iter(range(times))

    def fails(process: multiprocessing.context.SpawnProcess) -> None:
        if next(left, None) is not None:
            raise OSError(errno.EAGAIN, "Resource temporarily unavailable")
        start(process)

    return fails


def test_a_process_that_cannot_be_started_is_told_so_and_the_next_time_it_works(
    running: ReaderProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.close()
    with monkeypatch.context() as broken:
        no_descriptors = OSError(errno.EMFILE, "Too many open files")
        broken.setattr(multiprocessing.context.SpawnContext, "Pipe", Mock(spec=[], side_effect=no_descriptors))
        running.wake()  # which nobody is told of
        with pytest.raises(Unfinished, match=r"^text could not be read to its end; try it again"):
            running.do("text", os.getpid)
    with monkeypatch.context() as broken:
        broken.setattr(multiprocessing.context.SpawnProcess, "start", failing_start(2))
        with pytest.raises(Unfinished, match=r"^text could not be read to its end; try it again"):
            running.do("text", os.getpid)
    with monkeypatch.context() as broken:  # once it is tried again by itself
        broken.setattr(multiprocessing.context.SpawnProcess, "start", failing_start(1))
        assert running.do("text", os.getpid) != os.getpid()


def test_a_process_without_memory_is_told_so_and_another_takes_its_place(running: ReaderProcess) -> None:
    first = running.do("text", os.getpid)
    with pytest.raises(Unfinished, match=r"^long could not be read to its end"):
        running.do("long", bytes, 2**60)
    assert running.do("text", os.getpid) != first


def test_what_is_interrupted_is_not_begun_anew(running: ReaderProcess) -> None:
    running.do("", os.getpid)
    timer = threading.Timer(0.3, running.interrupt)
    timer.start()
    began = time.monotonic()
    with pytest.raises(Unfinished):
        running.do("slow", time.sleep, 60)
    assert time.monotonic() - began < 30


def test_a_process_with_nothing_to_do_is_ended_and_never_while_it_is_asked(
    running: ReaderProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.do("", os.getpid)
    monkeypatch.setattr(reader_process, "_IDLE_SECONDS", 0.05)
    first = running.do("", os.getpid)
    for _ in range(3):  # about when it is ended
        time.sleep(0.05)
        running.do("", os.getpid)
    until = time.monotonic() + 10
    with pytest.raises(ProcessLookupError):
        while time.monotonic() < until:
            os.kill(first, 0)
            time.sleep(0.05)


def test_statements_are_found_without_loading_torch(running: ReaderProcess) -> None:
    found = running.do("", reader_jobs.understand, article_from_text(LIGHTHOUSE, id="lighthouse"))
    assert [name for name, _ in found.speakers] == ["Nora Quill", "Tom Reed"]
    assert running.do("", eval, "'torch' in __import__('sys').modules") is False
