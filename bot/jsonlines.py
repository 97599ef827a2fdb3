"""Reading JSON lines that people wrote: a bad line is told with its number, the others are kept."""

from __future__ import annotations

import gzip
import json
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bot.errors import Refused

TOLD = 3  # lines that hold no object are told one by one; the others only counted


@contextmanager
def opened(name: str) -> Iterator[Iterable[bytes]]:
    """The lines of a file, unpacked where its name ends in ".gz", or of stdin for "-".

    Raises:
        Refused: the file cannot be opened, or not be unpacked.
    """
    if name == "-":
        yield sys.stdin.buffer
        return
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(Path(name).open("rb"))
        except OSError as error:
            sentence = f"{name} cannot be read: {error.strerror}. Give a file of JSON lines, or - for stdin."
            raise Refused(sentence) from None
        try:
            yield gzip.GzipFile(fileobj=stream) if name.endswith(".gz") else stream
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise Refused(f"{name} cannot be unpacked: it is no whole gzip file. Pack it anew.") from None


def objects(lines: Iterable[bytes], refuse: Callable[[str], None]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects with their line numbers, from 1; blank lines are passed over.

    `refuse` gets a sentence for each of the first `TOLD` lines that hold no object, and at the end one that
    says how many more there were.
    """
    bad = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        value, wrong = _value(line)
        if isinstance(value, dict):
            yield number, value
            continue
        bad += 1
        if bad <= TOLD:
            refuse(f"line {number}: {wrong}")
    if bad > TOLD:
        refuse(f"… and {bad - TOLD} more line{'' if bad == TOLD + 1 else 's'} like that.")


def _value(line: bytes) -> tuple[Any, str]:
    """What the line holds, and the complaint for when that is no object."""
    wrong = 'it is not a JSON object; write one like {"question": "…"} a line.'
    try:
        return json.loads(line.decode("utf-8-sig")), wrong
    except UnicodeDecodeError:
        return None, "it is not UTF-8 text; save the file as UTF-8."
    except (ValueError, RecursionError):
        return None, wrong
