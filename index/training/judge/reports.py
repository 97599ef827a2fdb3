"""Training data of the judge: reports of statements with hand-written texts, and pairs and questions from elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from index.training.reader_rows import RowsError, lines_of

Split = Literal["train", "development", "last"]
Labels = tuple[int, ...]

LABELS = ("supports", "contradicts", "neither")  # the order of the first head's outputs
_NAMED: dict[str, Labels] = {
    **{name: (i,) for i, name in enumerate(LABELS)},
    "not_supports": (1, 2),  # where a source does not tell which
    "partially": (1, 2),
}
# speakers that are no names: nothing can be attributed to them in a claim
_PRONOUNS = frozenset({"i", "we", "he", "she", "they", "it", "you"})
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class AnnotatedStatement:
    """What somebody said in a report, with texts that people wrote about it.

    Attributes:
        supports, contradicts, neither: claims, by what the statement does to them.
        asked, not_asked: questions that it answers, and that it only seems to.
    """

    report: str
    sentence: str
    speaker: str | None
    role: str | None
    before: str | None
    title: str
    supports: tuple[str, ...]
    contradicts: tuple[str, ...]
    neither: tuple[str, ...]
    asked: tuple[str, ...]
    not_asked: tuple[str, ...]

    @property
    def name(self) -> str | None:
        """The speaker, where that is a name."""
        return self.speaker if self.speaker and self.speaker.lower() not in _PRONOUNS else None


@dataclass(frozen=True, slots=True)
class Entailment:
    """A claim beside a premise. `labels`: the places in `LABELS` of what may be true of it, mostly one."""

    source: str
    title: str
    premise: str
    claim: str
    labels: Labels


@dataclass(frozen=True, slots=True)
class Relevance:
    """A question and a sentence that answers it; sentences of one page belong together."""

    page: str
    question: str
    sentence: str


def part_of(report: str) -> Split:
    """What a report is for: a tenth develops, a tenth is for one last measurement, always the same ones."""
    return {0: "development", 1: "last"}.get(hashlib.sha256(report.encode()).digest()[0] % 10, "train")  # type: ignore[return-value]


def statements_of(part: Split, statements: Iterable[AnnotatedStatement]) -> list[AnnotatedStatement]:
    """Those whose report is for this."""
    return [statement for statement in statements if part_of(statement.report) == part]


def share_of(statements: Iterable[AnnotatedStatement], share: float) -> list[AnnotatedStatement]:
    """The statements of so much of the reports, chosen by a hash: always the same."""
    return [one for one in statements if hashlib.sha256(one.report.encode()).digest()[1] < 256 * share]


def read_statements(paths: Iterable[Path]) -> list[AnnotatedStatement]:
    """The statements of files of reports (`statements` in each line) or of single statements (`article`).

    Raises:
        RowsError: a file cannot be read, or a line is neither.
    """
    return [statement for path in paths for found in _read(path, _statements) for statement in found]


def _statements(fields: dict[str, Any]) -> list[AnnotatedStatement]:
    listed = fields.get("statements", [fields])
    report = str(fields["id"] if "statements" in fields else fields["article"])
    return [_statement(report, str(fields.get("title") or ""), one) for one in listed]


def _statement(report: str, title: str, fields: dict[str, Any]) -> AnnotatedStatement:
    def texts(name: str) -> tuple[str, ...]:
        return tuple(str(text["text"] if isinstance(text, dict) else text).strip() for text in fields[name])

    return AnnotatedStatement(
        report,
        str(fields["sentence"]),
        fields["speaker"],
        fields.get("role"),
        fields.get("before"),
        title,
        *(texts(name) for name in (*LABELS, "asked", "not_asked")),
    )


def read_entailments(paths: Iterable[Path]) -> list[Entailment]:
    """The rows of files of `{"claim", "label"}` with a "premise", or "evidence", a list of it. RowsError as above."""
    return [row for path in paths for row in _read(path, _entailment)]


def _entailment(fields: dict[str, Any]) -> Entailment:
    premise = fields["premise"] if "premise" in fields else " ".join(fields["evidence"])
    source, title = str(fields.get("source") or ""), str(fields.get("title") or "")
    return Entailment(source, title, premise, fields["claim"], _NAMED[fields["label"]])


def read_relevance(paths: Iterable[Path]) -> list[Relevance]:
    """The rows of files of `{"question", "sentence", "sentence_id"}`, without those that name nothing. As above."""
    rows = [row for path in paths for row in _read(path, _relevance)]
    return [row for row in rows if row is not None]


def _relevance(fields: dict[str, Any]) -> Relevance | None:
    if fields.get("placeholder"):
        return None  # "Who did someone tell?" points to no sentence
    page = ":".join(fields["sentence_id"].split(":")[:3])
    return Relevance(page, fields["question"], fields["sentence"])


def _read(path: Path, make: Callable[[dict[str, Any]], _Made]) -> list[_Made]:
    made = []
    for number, fields in lines_of(path):
        try:
            made.append(make(fields))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RowsError(f"Line {number} of {path} is no training row ({error}).") from None
    return made
