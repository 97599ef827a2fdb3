"""Writing to a terminal or a pipe: plain text in pipes, colours and tables only where a person looks."""

from __future__ import annotations

import json
import os
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status
    from rich.text import Text

WIDEST = 96  # columns; longer lines are hard to read
_ROOM = 24  # columns; on fewer, a title is a pile of single words

# everything that could move the cursor, ring or recolour: text of articles and questions is data
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def printable(text: str) -> str:
    """The text without control characters other than line ends and tabs, and without lone surrogates."""
    return _CONTROLS.sub("\ufffd", text).encode("utf-8", "replace").decode("utf-8")


def emit(text: str = "") -> None:
    """Write a line for the reader of stdout at once."""
    _write(sys.stdout, f"{printable(text)}\n")


def complain(text: str) -> None:
    """Write a line to stderr: what is refused, what is going on."""
    _write(sys.stderr, f"{printable(text)}\n")


def emit_json(value: Any, *, indent: int | None = None) -> None:
    """Write one JSON value as a line (or, with `indent`, as lines) at once."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # a lone surrogate, or a terminal that is not UTF-8
        text = json.dumps(value, indent=indent)
    _write(sys.stdout, f"{text}\n")


def _write(stream: TextIO, text: str) -> None:
    stream.write(text)
    stream.flush()


def is_terminal(stream: TextIO) -> bool:
    """Whether a person looks at this stream."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def rich_console(stream: TextIO) -> Console:
    """A rich console that leaves closed pipes to `bot.cli.error_exit`, and NO_COLOR means no escape codes at all."""
    from rich.console import Console

    class Plain(Console):
        def on_broken_pipe(self) -> NoReturn:
            raise BrokenPipeError

    plain = bool(os.environ.get("NO_COLOR")) or not is_terminal(stream)
    return Plain(file=stream, color_system=None if plain else "auto", highlight=False, markup=False, emoji=False)


def emit_text(text: Text) -> None:
    """Write styled text to a terminal, wrapped at words."""
    console = rich_console(sys.stdout)
    console.print(text, width=min(console.width, WIDEST))


def emit_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Sequence[str] = (),
    whole: Sequence[str] = (),
) -> None:
    """Write rows: a table on a terminal, tab-separated lines with a head in a pipe.

    Args:
        columns: their names.
        rows: their cells.
        right: the columns that hold numbers.
        whole: the columns that are never folded. Where they leave too little room for the others, each row becomes a
            block of lines, the first cell on a line of its own.
    """
    cells = [[printable(str(cell)) for cell in row] for row in rows]
    if not is_terminal(sys.stdout):
        for row in [columns, *cells]:
            emit("\t".join(" ".join(cell.split()) for cell in row))
        return
    if whole and _room_left(columns, cells, whole) < _ROOM:
        _emit_blocks(columns, cells)
        return
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        justify: Literal["left", "right"] = "right" if column in right else "left"
        table.add_column(column, justify=justify, overflow="fold", no_wrap=column in whole)
    for row in cells:
        table.add_row(*row)
    rich_console(sys.stdout).print(table)


def _room_left(columns: Sequence[str], cells: Sequence[Sequence[str]], whole: Sequence[str]) -> int:
    """How many characters of a line the columns that are not folded leave for each of the others."""
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    taken = sum(width for name, width in zip(columns, widths, strict=True) if name in whole)
    others = len(columns) - len(whole)
    return (rich_console(sys.stdout).width - taken - 2 * len(columns)) // max(1, others)


def _emit_blocks(columns: Sequence[str], cells: Iterable[Sequence[str]]) -> None:
    """Each row in lines of its own, the cells behind the first indented and named."""
    width = max(20, rich_console(sys.stdout).width)
    wrapper = textwrap.TextWrapper(
        width, initial_indent="  ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )
    for row in cells:
        emit(row[0])
        for column, cell in zip(columns[1:], row[1:], strict=True):
            if cell not in {"", "-"}:
                line = f"{column}: {' '.join(cell.split())}"
                emit(wrapper.fill(line))


class Progress:
    """Says on stderr what takes time: a spinner for a person, a line per message otherwise.

    Call it with a message; `clear` it before an answer is written. As a context, it is cleared at the end.
    """

    def __init__(self) -> None:
        self._status: Status | None = None
        self._describe: Callable[[str], None] | None = None
        self._last = ""

    def __call__(self, message: str) -> None:
        """Show what is going on now."""
        if message == self._last:
            return
        self._last = message
        if not is_terminal(sys.stderr):
            complain(message)
        elif self._describe is not None:
            self._describe(printable(message))
        elif self._status is None:
            self._status = rich_console(sys.stderr).status(printable(message))
            self._status.start()
        else:
            self._status.update(printable(message))

    def clear(self) -> None:
        """Take the spinner away."""
        if self._status is not None:
            self._status.stop()
            self._status = None
        self._last = ""

    @contextmanager
    def counting(self, total: int) -> Iterator[Callable[[], None]]:
        """A bar that moves on by one whenever what it gives is called; messages stand beside it."""
        if not is_terminal(sys.stderr):
            yield lambda: None
            return
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self.clear()
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
        both = is_terminal(sys.stdout)  # what is written meanwhile goes above the bar, but never from a pipe
        with Bar(
            *columns,
            TimeRemainingColumn(),
            console=rich_console(sys.stderr),
            transient=True,
            redirect_stdout=both,
        ) as bar:
            task = bar.add_task("", total=total)
            self._describe = lambda message: bar.update(task, description=message)
            try:
                yield lambda: bar.advance(task)
            finally:
                self._describe = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()
