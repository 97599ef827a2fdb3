"""A claim that says several things: its parts, and which of them somebody's statements bear out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index.answer.context import Desk
from index.answer.present.gate import unquoted
from index.answer.scoring import Scored
from index.question.model import Question

# where a claim may go on to say something else
_ON = "and but then while whereas plus although though yet because since so after before when where until unless if"
_JOINT = re.compile(
    rf"(?<![.!?…])[.!?…]+[\"')]*\s+|(?<!\s)\s*[,;:—–]\s+|(?<!\s)\s+(?:[—–&/+-]|as well as)\s+"
    rf"|(?<!\s)\s+(?=(?:{_ON.replace(' ', '|')})\s)",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^(?:(?:and|but|then|plus|yet|so|that|also)\s+)+", re.IGNORECASE)
_SUBJECTS = frozenset({"i", "he", "she", "it", "we", "they"})


@dataclass(frozen=True, slots=True)
class Support:
    """What bears out a claim: its parts that were found, with the statements, best first, and those that were not."""

    found: tuple[str, ...]
    missing: tuple[str, ...]
    proof: tuple[Scored, ...]


def parts_of(question: Question) -> list[str]:
    """The parts of the question's claim, in order; one for a claim that says a single thing.

    A part has two content words at least, or a subject of its own ("then she resigned"); fewer belong to the part
    before: "small and large firms" is one.
    """
    parts: list[str] = []
    for piece in filter(None, _JOINT.split(question.mended)):
        if parts and not (_stands_alone(question, piece) and _stands_alone(question, parts[-1])):
            parts[-1] = f"{parts[-1]} {piece}"
        else:
            parts.append(piece)
    return [_LEAD.sub("", part).strip(" ,;:.!?") for part in parts]


def support(desk: Desk, parts: Sequence[str], own: Sequence[Scored], bears_out: Callable[[Scored], bool]) -> Support:
    """Weigh each part by itself against these statements; `bears_out` tells which of them support it."""
    found: list[str] = []
    missing: list[str] = []
    proof: dict[int, Scored] = {}
    for part in parts:
        weighed = desk.against([part], [one.evidence for one in own])
        best = next((one for one in weighed if bears_out(one)), None)
        if not desk.gate("part found", best is not None, unquoted(part)) or best is None:
            missing.append(part)
        else:
            found.append(part)
            assert best.evidence.statement is not None  # noqa: S101 - statements only
            proof.setdefault(best.evidence.statement.key, best)
    return Support(tuple(found), tuple(missing), tuple(proof.values()))


def _within(items: Sequence[str], part: str) -> Iterator[str]:
    return (item for item in items if re.search(rf"(?<!\w){re.escape(item)}(?!\w)", part, re.IGNORECASE))


def _stands_alone(question: Question, piece: str) -> bool:
    content = len(list(_within(question.words, piece)))
    return content > 1 or (content == 1 and not _SUBJECTS.isdisjoint(piece.lower().split()))
