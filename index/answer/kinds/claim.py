"""A claim that says several things: its parts, and which of them somebody's statements bear out."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.answer.context import Desk
from index.answer.present.gate import unquoted
from index.answer.scoring import Scored
from index.language.contradiction import is_negative
from index.language.words import stem
from index.question.model import Question
from index.search import Weighed, coverage

# of a part's words besides names this share must be in a statement, unless both mean nearly the same
_LEAST_COVERAGE, _ALIKE = 0.5, 0.65
# and this share of the words that no part before it has: "the cables will break" is not in "the cables were tested"
_LEAST_NEW = 0.3
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


def support(desk: Desk, parts: Sequence[str], names: Collection[str], bears_out: Callable[[Scored], bool]) -> Support:
    """Look for each part on its own among the statements of these people; `bears_out` judges what is found."""
    found: list[str] = []
    missing: list[str] = []
    proof: dict[int, Scored] = {}
    before: set[str] = set()
    for part, about in zip(parts, _each(desk, parts), strict=True):
        new = [word for word in about.question.words if stem(word) not in before]
        before.update(stem(word) for word in about.question.words)
        weighed = desk.searcher.weigh(new, desk.scope)
        best = next((s for s in about.statements(names) if _holds(about, s, weighed) and bears_out(s)), None)
        if not desk.gate("part found", best is not None, unquoted(part)) or best is None:
            missing.append(part)
        else:
            found.append(part)
            assert best.evidence.statement is not None  # noqa: S101 - statements only
            proof.setdefault(best.evidence.statement.key, best)
    return Support(tuple(found), tuple(missing), tuple(proof.values()))


def _holds(desk: Desk, one: Scored, new: Sequence[Weighed]) -> bool:
    """Whether a statement holds a part of a claim, and of its `new` words, those in no part before, enough."""
    share, _ = coverage(new, one.evidence.held)
    alike = one.features.plain_coverage >= _LEAST_COVERAGE or one.features.dense >= _ALIKE
    return alike and one.score >= desk.threshold and (not new or share >= _LEAST_NEW)


def _each(desk: Desk, parts: Sequence[str]) -> list[Desk]:
    """The desk with the question for each part of its claim."""
    desks = [_only(desk, part) for part in parts]
    sought = [about.sought for about in desks]
    vectors = dict(zip(sought, desk.encode(sought), strict=True))  # together, which is quicker than one by one
    return [replace(about, encode=lambda texts: np.stack([vectors[text] for text in texts])) for about in desks]


def _only(desk: Desk, part: str) -> Desk:
    """The desk with the question for one part of its claim."""
    question = desk.question
    kept = replace(
        question,
        topic=part,
        words=tuple(_within(question.words, part)),
        names=tuple(_within(question.names, part)),
        numbers=tuple(_within(question.numbers, part)),
        quoted=None,
        corrections=(),
        negated=is_negative(part),
    )
    return replace(desk, question=kept, recorder=None)  # its scores are for the part alone


def _within(items: Sequence[str], part: str) -> Iterator[str]:
    return (item for item in items if re.search(rf"(?<!\w){re.escape(item)}(?!\w)", part, re.IGNORECASE))


def _stands_alone(question: Question, piece: str) -> bool:
    content = len(list(_within(question.words, piece)))
    return content > 1 or (content == 1 and not _SUBJECTS.isdisjoint(piece.lower().split()))
