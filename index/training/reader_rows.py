"""Training data: questions over texts, with the words that answer them."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from index.article import Span
from index.passages import sentences

# of the questions over reviews and comments every second one in a pass: they are far from news, and their texts longest
_THINNED = frozenset({"squadshifts-reddit", "squadshifts-amazon_reviews"})


@dataclass(frozen=True, slots=True)
class Row:
    """A question over a text.

    Attributes:
        title: what texts of one origin share; near questions and held-out rows are chosen by it.
        answer: where the answer stands in `context`, in code points, half-open; None where the context does not
            answer, although it looks as if it did.
    """

    source: str
    title: str
    question: str
    context: str
    answer: Span | None


class RowsError(Exception):
    """A file of rows cannot be read; the message is one sentence that says where and why."""


def read_rows(path: Path) -> list[Row]:
    """The rows of a JSON-lines file, packed with gzip or not.

    A line is `{"source", "title", "question", "context", "answer", "start"}`; `answer` may be null.

    Raises:
        RowsError: the file cannot be read, or a line is not such an object.
    """
    rows: list[Row] = []
    for number, fields in lines_of(path):
        try:
            rows.append(_row(fields))
        except (ValueError, KeyError, TypeError) as error:
            raise RowsError(f"Line {number} of {path} is no training row ({error}).") from None
    return rows


def lines_of(path: Path) -> Iterator[tuple[int, Any]]:
    """The values of a JSON-lines file, packed with gzip or not, and the numbers of their lines.

    Raises:
        RowsError: the file cannot be read, or a line is no JSON.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield number, json.loads(line)
                except ValueError as error:
                    raise RowsError(f"Line {number} of {path} is no training row ({error}).") from None
    except OSError as error:
        raise RowsError(f"{path} cannot be read ({error.strerror or error}).") from None


def _row(fields: dict[str, str | int | None]) -> Row:
    context, answer, start = str(fields["context"]), fields["answer"], fields["start"]
    span: Span | None = None
    if answer is not None:
        span = int(start or 0), int(start or 0) + len(str(answer))
        if context[slice(*span)] != answer:
            raise ValueError("the answer does not stand at its start")
    return Row(str(fields["source"]), str(fields["title"]), str(fields["question"]).strip(), context, span)


def without(rows: Iterable[Row], held_out: Iterable[str]) -> list[Row]:
    """The rows whose context is none of these texts, whatever their spaces: what measures must not train."""
    held = {_squeezed(text) for text in held_out}
    return [row for row in rows if _squeezed(row.context) not in held]


def in_pass(rows: Iterable[Row], number: int) -> list[int]:
    """Which rows a pass takes, by their places: all, but of some sources every second one, the other half next time."""
    return [i for i, row in enumerate(rows) if row.source not in _THINNED or (i + number) % 2]


def texts_in(path: Path) -> set[str]:
    """The texts that a file of questions measures on: the fields `context` and `sentence` of its lines.

    Raises:
        RowsError: the file cannot be read.
    """
    try:
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise RowsError(f"{path} cannot be read ({error}).") from None
    return {str(line[key]) for line in lines for key in ("context", "sentence") if line.get(key)}


def _squeezed(text: str) -> str:
    return " ".join(text.split())


@lru_cache(maxsize=20_000)
def sentences_of(context: str) -> tuple[Span, ...]:
    """The sentences of a text, paragraph by paragraph, cut as those of an article are."""
    found: list[Span] = []
    start = 0
    for line in context.splitlines(keepends=True):
        found += sentences(context, (start, start + len(line)))
        start += len(line)
    return tuple(found)


def calibration_titles(rows: Iterable[Row], share: float = 0.08) -> set[str]:
    """Titles that the network is not trained on, so that its scores can be calibrated on them.

    Of each source with several titles this share, at least one, chosen by their hashes: always the same.
    """
    titles: dict[str, set[str]] = {}
    for row in rows:
        titles.setdefault(row.source, set()).add(row.title)
    chosen: set[str] = set()
    for found in titles.values():
        ordered = sorted(found, key=lambda title: hashlib.sha256(title.encode()).digest())
        chosen.update(ordered[: max(1, round(share * len(found))) if len(found) > 1 else 0])
    return chosen
