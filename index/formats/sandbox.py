"""Reading in a process of its own: a file made to take for ever, or all memory, harms nobody but that process.

The process reads file after file, for starting one takes a while. Each file goes there as a line of JSON and its bytes,
and comes back as a line of JSON and the bytes of its text.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from index.article import MAX_BYTES, ArticleError
from index.formats.parsers import ParsedDocument, read

MAX_SECONDS = 40  # for one file
MAX_MEMORY = 800_000_000  # bytes, of the whole process
_IDLE_SECONDS = 60  # for which it waits for the next file
_MAX_LINE = 100_000  # bytes

_TOO_LONG = f"takes more than {MAX_SECONDS} s to read; save its text alone and add that"
_TOO_MUCH = f"needs more than {MAX_MEMORY // 1_000_000} MB of memory to read; save its text alone and add that"


class DamagedError(Exception):
    """A parser could make nothing of the bytes."""


def read_apart(kind: str, data: bytes, name: str) -> ParsedDocument:
    """Read a file of a kind of `index.formats.parsers.PARSERS`, within `MAX_SECONDS` and `MAX_MEMORY`.

    Any thread may call it; each file that is read at the same time has its own process.

    Raises:
        ArticleError: the file cannot be read, with the reason.
        DamagedError: it is damaged, or of another kind.
    """
    with _lock:
        reader = _idle.pop() if _idle else None
    if reader is None or not reader.usable:
        reader = _Reader()
    try:
        return reader.read(kind, data, name)
    finally:
        _keep(reader)


def _keep(reader: _Reader) -> None:
    """Keep it for the next file, if it is the only one, for a while."""
    with _lock:
        keep = reader.usable and not _idle
        if keep:
            _idle.append(reader)
    if keep:
        timer = threading.Timer(_IDLE_SECONDS, _dismiss, [reader])
        timer.daemon = True
        timer.start()
    else:
        reader.stop()


def _dismiss(reader: _Reader) -> None:
    """End it, unless it is at work."""
    with _lock:
        if reader not in _idle:
            return
        _idle.remove(reader)
    reader.stop()


class _Reader:
    """A process that reads one file after the other."""

    def __init__(self) -> None:
        root = str(Path(__file__).parents[2])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        self._owner = os.getpid()
        self._process = subprocess.Popen(  # -P: not what lies in the current folder
            [sys.executable, "-P", "-m", "index.formats.sandbox"],
            env=os.environ | {"PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us; it ends when we do, for its input ends then
        )

    @property
    def usable(self) -> bool:
        """Whether it can take another file: a fork of the process that started it must leave it alone."""
        return self._owner == os.getpid() and self._process.poll() is None

    def stop(self) -> None:
        """End it now."""
        if self._owner != os.getpid():
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # there was more to send, and nobody is left to take it
                if pipe is not None:
                    pipe.close()

    def read(self, kind: str, data: bytes, name: str) -> ParsedDocument:
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(MAX_SECONDS, give_up)
        timer.daemon = True
        timer.start()
        try:
            said = self._exchange({"kind": kind, "name": name, "size": len(data)}, data)
        except BaseException:  # half a question or half an answer may be in the pipes
            self.stop()
            raise
        finally:
            timer.cancel()
        if said is None:
            raise self._failure(name, late=late.is_set())
        head, text = said
        if "refused" in head:
            raise ArticleError(name, str(head["refused"]))
        if "damaged" in head:
            raise DamagedError(head["damaged"])
        return ParsedDocument(text.decode("utf-8", "surrogatepass"), head["link"], head["date"])

    def _failure(self, name: str, *, late: bool) -> Exception:
        """Why it ended in the middle of a file."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        status = self._process.returncode
        self.stop()
        if late:
            return ArticleError(name, _TOO_LONG)
        # by itself, or killed because the machine has no more memory; anything else is a crash of the parser
        return ArticleError(name, _TOO_MUCH) if status in {0, None, -9} else DamagedError(f"status {status}")

    def _exchange(self, head: dict[str, object], data: bytes) -> tuple[dict[str, str | None], bytes] | None:
        """What the process answers; None where it ended instead."""
        sink, source = self._process.stdin, self._process.stdout
        if sink is None or source is None:  # never, with these pipes
            return None
        try:
            _send(sink, head, data)
        except BrokenPipeError:
            return None
        return _receive(source)


_idle: list[_Reader] = []  # at most one
_lock = threading.Lock()


@atexit.register
def _stop_all() -> None:
    while _idle:
        _idle.pop().stop()


def _send(sink: IO[bytes], head: dict[str, object], data: bytes) -> None:
    sink.write(json.dumps(head | {"size": len(data)}).encode() + b"\n")
    sink.write(data)
    sink.flush()


def _receive(source: IO[bytes]) -> tuple[dict[str, str | None], bytes] | None:
    """The next line of JSON and the bytes after it; None at the end."""
    line = source.readline(_MAX_LINE)
    if not line.endswith(b"\n"):
        return None
    head = json.loads(line)
    data = source.read(head["size"])
    return (head, data) if len(data) == head["size"] else None


# ── the process itself ────────────────────────────────────────────────────


def main() -> None:
    """Read the files that come in, until no more come."""
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a parser prints is no answer
    set_alarm = _limit()
    while said := _receive(sys.stdin.buffer):
        head, data = said
        set_alarm()
        try:
            answer, text = _answer(str(head["kind"]), data, str(head["name"]))
        except MemoryError:
            return  # in whatever state that left the parser
        _send(sink, answer, text)


def _answer(kind: str, data: bytes, name: str) -> tuple[dict[str, object], bytes]:
    try:
        page = read(kind, data, name)
    except ArticleError as error:
        return {"refused": error.reason}, b""
    except MemoryError:
        raise
    except Exception as error:  # whatever a parser makes of a damaged file
        return {"damaged": type(error).__name__}, b""
    text = page.text.encode("utf-8", "surrogatepass")
    if len(text) > 4 * MAX_BYTES:  # the one who asked tells how large it is
        text = text[: 4 * MAX_BYTES]
    return {"link": page.link, "date": page.date}, text


def _limit() -> Callable[[], object]:
    """Limit this process; what it gives sets an alarm that ends it, should nobody else be left to do so."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
        import signal  # noqa: PLC0415 - only here
    except ImportError:
        return lambda: None
    with suppress(ValueError, OSError):  # macOS does not let everybody
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return lambda: signal.alarm(MAX_SECONDS + 5)


if __name__ == "__main__":
    main()
