"""A worker process: what keeps Python busy for seconds is done in a process of its own, one job at a time.

A thread would hold up everybody else meanwhile. The process is ended when it has nothing to do for a while, and ends
by itself with the bot.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

from index.article import ArticleError

P = ParamSpec("P")
T = TypeVar("T")

MAX_SECONDS = 300.0  # for one thing to do
_IDLE_SECONDS = 600.0  # after which a process with nothing to do is ended

_TOO_SLOW = f"takes more than {MAX_SECONDS:g} s to read; split it into smaller articles"
_ENDED = "could not be read to its end; try it again, or split it into smaller articles"


class Unfinished(ArticleError):  # noqa: N818 - it names what happened to the article
    """An article that failed for a reason that may be over the next time."""


class ReaderProcess:
    """A process, started when it is first needed. Any thread may use it; it does one thing at a time.

    First it does `prepare`, so that the jobs find all loaded.
    """

    def __init__(self, prepare: Callable[[], object]) -> None:
        self._prepare = prepare
        self._turn = threading.Lock()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None
        self._busy = self._interrupted = False
        self._used = 0  # how often
        self._tired: threading.Timer | None = None

    def wake(self) -> None:
        """Start the process where there is none: it takes seconds until it can do anything."""
        if self._turn.acquire(blocking=False):
            try:
                with contextlib.suppress(OSError):  # it is tried again when there is something to do
                    self._running()
                self._rest_later()
            finally:
                self._turn.release()

    def do(self, name: str, job: Callable[P, T], /, *args: P.args, **more: P.kwargs) -> T:
        """What a function, such as one of `bot.services.reader_jobs`, returns or raises over there.

        Args:
            name: of the article, for whoever is told what went wrong.
            job: what to do.
            *args: for the function.
            **more: for the function.

        Raises:
            ArticleError: it takes too long; Unfinished: the process could not be started or ended, twice, or its
                memory ran out.
        """
        with self._turn:
            self._busy, self._interrupted = True, False
            try:
                good, found = self._told(name, (job, args, more))
            except BaseException:
                self._end()  # half an answer may be in the pipe
                raise
            finally:
                self._busy = False
                self._rest_later()
        if not good:
            raise found
        return found  # type: ignore[no-any-return] # what the job returned

    def _told(self, name: str, work: tuple[object, ...]) -> tuple[bool, Any]:
        """Whether it went well and what came of it; begun anew, once, where the process ends meanwhile."""
        until = time.monotonic() + MAX_SECONDS
        for _ in range(2):
            try:
                pipe = self._running()
                if self._interrupted:
                    break
                pipe.send(work)
                if not pipe.poll(max(0.0, until - time.monotonic())):
                    raise ArticleError(name, _TOO_SLOW)
                told: tuple[bool, Any] = pipe.recv()
            except (EOFError, OSError):
                self._end()
            else:
                if isinstance(told[1], MemoryError):  # it would run out of it again
                    break
                return told
        self._end()
        raise Unfinished(name, _ENDED)

    def interrupt(self) -> None:
        """End what it is doing, if anything; whoever waits for that gets an ArticleError."""
        self._interrupted = True
        process = self._process
        if self._busy and process is not None:
            process.kill()

    def close(self) -> None:
        """End the process; the next thing to do starts another."""
        with self._turn:
            self._end()

    def _running(self) -> Connection:
        """The pipe to the process, which is started where there is none; OSError where it cannot be."""
        if self._pipe is not None and self._process is not None and self._process.is_alive():
            return self._pipe
        self._end()
        context = multiprocessing.get_context("spawn")  # a fork would take the bot's threads and locks along
        ours, theirs = context.Pipe()
        try:
            process = context.Process(target=_serve, args=(theirs, self._prepare), name="wuzhen-reader", daemon=True)
            process.start()
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()  # so that its end is noticed here
        self._process, self._pipe = process, ours  # only one that could be started
        return ours

    def _rest_later(self) -> None:
        """End the process after a while. It never does so itself: it could be asked something that very moment."""
        self._used += 1
        if self._tired is not None:
            self._tired.cancel()
        self._tired = threading.Timer(_IDLE_SECONDS, self._rest, [self._used])
        self._tired.daemon = True
        self._tired.start()

    def _rest(self, used: int) -> None:
        with self._turn:
            if self._used == used:
                self._end()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None


# ── the process itself ────────────────────────────────────────────────────


def _serve(pipe: Connection, prepare: Callable[[], object]) -> None:
    """In the process: do what comes in, until nothing more can come."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the bot, which ends this
    with contextlib.suppress(AttributeError, OSError):  # not on Windows
        os.nice(5)  # whoever asks goes first
    _outcome(prepare, (), {})  # what fails here fails again, for whoever needs it
    with contextlib.suppress(EOFError, OSError):
        while True:
            job, args, more = pipe.recv()
            pipe.send(_outcome(job, args, more))


def _outcome(job: Callable[..., object], args: tuple[Any, ...], more: dict[str, Any]) -> tuple[bool, object]:
    try:
        return True, job(*args, **more)
    except Exception as error:
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301 - our own, just made
        except Exception:  # one that wants other arguments than it keeps
            return False, RuntimeError(f"{type(error).__name__}: {error}")
        return False, error
