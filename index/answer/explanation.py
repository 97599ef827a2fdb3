"""Why an answer is as it is: what was understood, the candidates with their scores, and which gate decided."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from index.answer.contract import Reason
from index.question.model import Question

if TYPE_CHECKING:
    from index.statements.statement import Directness, Polarity

# what a question passes on the way to its answer; the last one before the answer is composed decides it
Gate = Literal[
    "a question",
    "complete question",
    "one claim",
    "articles to answer from",
    "words to look for",
    "speaker known",
    "speaker quoted",
    "told to them",
    "something not shown yet",
    "anybody fits",
    "role is told",
    "quoted words found",
    "anything near",
    "names are known",
    "operating point reached",
    "topic carried over",
    "supports the claim",
    "contradicts it",
    "answers the whole question",
    "nobody else fits better",
    "surely said by another",
    "said by all of them",
    "part found",
    "surely in a statement",
    "speaker picked",
    "in nobody else's words",
    "role fits",
    "an answer before",
    "a stance is told",
    "verbatim",
]

# what became of a candidate
Fate = Literal[
    "cited",
    "below the operating point",
    "figure not confirmed",
    "nothing to come",
    "no such name",
    "contrary",
    "others fit better",
    "not enough by itself",
    "another speaker",
    "another role",
    "another verb",
    "told to others",
    "nobody is named",
    "same speaker",
    "too few of the words",
    "no such thing in it",
    "not read",
    "already shown",
    "not shown",
]


@dataclass(frozen=True, slots=True)
class Step:
    """A gate, whether it was passed, with what; `decided` marks the one that the answer follows from."""

    gate: Gate
    passed: bool
    detail: str = ""
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement or a sentence that was looked at.

    Attributes:
        article, title, paragraph, start, end: where it stands; the span is in code points, half-open.
        kind: a statement has a `speaker`, if the article names one; a sentence is in the writer's words.
        text: its words, cut to 200 characters.
        dense, coverage, fused: see `Evidence`; None where it was not searched for by words.
        score: 0 to 1, how sure it is that it answers; None likewise.
        reader: 0 to 1, how surely the question is answered there, by the trained reader; None where it did not read it.
        picked: the words that the reader picked in it.
        fate: what became of it.
        shown: whether the answer shows it: cited, or where there is none, as the nearest.
    """

    article: str
    title: str
    paragraph: int
    start: int
    end: int
    kind: Literal["statement", "sentence"]
    speaker: str | None
    directness: Directness | None
    polarity: Polarity | None
    text: str
    dense: float | None
    coverage: float | None
    fused: float | None
    score: float | None
    fate: Fate
    shown: bool = False
    reader: float | None = None
    picked: str | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """Why an answer is as it is.

    Attributes:
        question: as it was understood.
        threshold: the operating point, 0 to 1.
        gates: in the order in which they were passed; the last may have been refused.
        candidates: the surest first, 100 at most.
        fates: how many candidates came to each of these ends, the most frequent first; also of those left out above.
        decision: what came of it: "answered", or the reason why not.
    """

    question: Question
    threshold: float
    gates: tuple[Step, ...]
    candidates: tuple[Candidate, ...]
    fates: tuple[tuple[Fate, int], ...]
    decision: Literal["answered"] | Reason

    @property
    def decided_by(self) -> Step | None:
        """The gate that the answer follows from."""
        return next((step for step in self.gates if step.decided), None)

    def to_json(self) -> dict[str, Any]:
        """Plain data; of the question only what tells something."""
        understood = {name: value for name, value in asdict(self.question).items() if value or name == "topic"}
        return {
            "understood": understood,
            "threshold": self.threshold,
            "gates": [asdict(step) for step in self.gates],
            "decision": self.decision,
            "fates": dict(self.fates),
            "candidates": [asdict(candidate) for candidate in self.candidates],
        }
