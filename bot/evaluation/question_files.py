"""Question files: which of four formats one has, told by its fields, and its questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.evaluation import claims, qamr, squad
from bot.evaluation.answer_scoring import Line
from bot.jsonlines import TOLD, objects, opened

if TYPE_CHECKING:
    from bot.evaluation.report import Section
    from index.library import Library

OURS = "questions"
_OUR_SIGN = "expect"


@dataclass(frozen=True, slots=True)
class BroughtTexts:
    """A format whose questions bring the texts along that they are asked of.

    Attributes:
        name: in the JSON object.
        sign: the field that no other format has.
        read: a line's question; raises ValueError with a sentence. A question's `articles` must be in the index.
        asked: how many questions are asked for some of them.
        measured: asks them; calls the last argument after each.
    """

    name: str
    sign: str
    read: Callable[[Mapping[str, Any]], Any]
    asked: Callable[[Sequence[Any]], int]
    measured: Callable[[Library, Sequence[Any], Callable[[], None]], list[Section]]


_BROUGHT = (
    BroughtTexts("claims", "claim", claims.Claim.read, len, claims.measured),
    BroughtTexts("comprehension", "context", squad.SquadQuestion.read, squad.asked, squad.measured),
    BroughtTexts("news", "sentence", qamr.QamrQuestion.read, qamr.asked, qamr.measured),
)


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """The questions of a file in order: `Line`s, or of the class of the format that brings its texts."""

    brought: BroughtTexts | None
    questions: Sequence[Any]

    @property
    def format(self) -> str:
        """Its name in the JSON object."""
        return OURS if self.brought is None else self.brought.name

    @property
    def holds_questions(self) -> bool:
        """Whether there is one of which something is expected."""
        return bool(self.questions) if self.brought else any(line.gold for line in self.questions)


def read(file: str, refuse: Callable[[str], None]) -> QuestionFile:
    """The questions of a file of JSON lines, or of stdin for "-".

    Args:
        file: its name; it is unpacked where that ends in ".gz".
        refuse: is told, in a sentence with the line's number, of lines that hold no question.

    Raises:
        Refused: the file cannot be read.
    """
    with opened(file) as lines:
        found = list(objects(lines, refuse))
    brought = _format_of(fields for _, fields in found)
    read_line = Line.read if brought is None else brought.read
    questions = []
    bad = 0
    for number, fields in found:
        try:
            questions.append(read_line(fields))
        except ValueError as error:
            bad += 1
            if bad <= TOLD:
                refuse(f"line {number}: {error}")
    if bad > TOLD:
        refuse(f"… and {bad - TOLD} more line{'' if bad == TOLD + 1 else 's'} without a question.")
    return QuestionFile(brought, questions)


def _format_of(lines: Iterable[Mapping[str, Any]]) -> BroughtTexts | None:
    """The format of the first line that tells one; None for ours."""
    for fields in lines:
        if _OUR_SIGN in fields:
            return None
        for brought in _BROUGHT:
            if brought.sign in fields:
                return brought
    return None
