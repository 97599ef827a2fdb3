"""Reading JSON lines that people wrote: a bad line is told with its number, the others are kept."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bot.errors import Refused


@contextmanager
def opened(name: str) -> Iterator[Iterable[bytes]]:
    """The lines of a file, or of stdin for "-".

    Raises:
        Refused: the file cannot be opened.
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
        yield stream


def objects(lines: Iterable[bytes], refuse: Callable[[str], None]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects with their line numbers, from 1; blank lines are passed over.

    `refuse` gets a sentence for each line that holds no object.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line.decode("utf-8-sig"))
        except UnicodeDecodeError:
            refuse(f"line {number}: not UTF-8 text; save the file as UTF-8.")
        except (ValueError, RecursionError) as error:
            reason = error.msg if isinstance(error, json.JSONDecodeError) else "it cannot be read"
            refuse(f"line {number}: not JSON ({reason}); write one object a line.")
        else:
            if isinstance(value, dict):
                yield number, value
            else:
                refuse(f'line {number}: not a JSON object; write one like {{"question": "…"}} a line.')
