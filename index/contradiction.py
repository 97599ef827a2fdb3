"""Whether words say the contrary of a claim: one of the two is negated, or holds the other's antonym."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from index.opposites import shared_opposites
from index.thesaurus import kin
from index.words import stem, stems_of, words_of

_NEGATORS = frozenset(
    ["not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "cannot", "without", "hardly"]
)
_REACH = 5  # words behind a negator that it may negate


def negation_differs(claim: str, said: str) -> bool:
    """Whether just one of the two negates the words they share.

    >>> negation_differs("the old gained benefit", "The old have not gained any benefit")
    True
    >>> negation_differs("rain is near", "Rain is near, though no sun was seen")
    False
    """
    shared = _meant(stems_of(claim) - _EMPTY)
    return _negates(claim, shared) != _negates(said, shared)


def has_antonym(claim: str, said: str) -> bool:
    """Whether what was said holds an antonym of a word of the claim, and neither that word nor its kin.

    >>> has_antonym("the firm will shrink", "We hope the firm can grow"), has_antonym("it will grow", "It can grow")
    (True, False)
    """
    held = stems_of(said)
    for root in stems_of(claim):
        against = _antonyms().get(root, frozenset())
        if against & held and root not in held and kin(root).isdisjoint(held - against):
            return True
    return False


def tells_the_contrary(question: str, sentence: str) -> bool:
    """Whether a sentence tells the contrary of what is asked: an opposite of its words, or so where "not" is asked.

    A "not" in the sentence alone tells nothing: it is often about something else there.

    >>> tells_the_contrary("Who lost it?", "Arbor won the cup."), tells_the_contrary("Who won it?", "Arbor won it.")
    (True, False)
    >>> tells_the_contrary("Who did not sign the deal?", "Arbor signed the deal.")
    True
    """
    return (_is_negative(question) and not _is_negative(sentence)) or bool(
        shared_opposites().between(question, sentence)
    )


def _is_negative(text: str) -> bool:
    return any(_is_negator(word) for word in words_of(text))


def _is_negator(word: str) -> bool:
    return word in _NEGATORS or word.endswith(("n't", "n’t"))


def _negates(text: str, shared: frozenset[str]) -> bool:
    words = words_of(text)
    for i, word in enumerate(words):
        if _is_negator(word) and not shared.isdisjoint(stem(after) for after in words[i + 1 : i + 1 + _REACH]):
            return True
    return False


def _meant(roots: Iterable[str]) -> frozenset[str]:
    return frozenset(other for root in roots for other in (root, *kin(root)))


@cache
def _antonyms() -> dict[str, frozenset[str]]:
    against: dict[str, set[str]] = {}
    for line in (Path(__file__).parent / "antonyms.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        left, right = ([stem(word) for word in side.split()] for side in line.split("|"))
        for one, other in ((left, right), (right, left)):
            for root in one:
                against.setdefault(root, set()).update(other)
    return {root: frozenset(roots) for root, roots in against.items()}


_EMPTY = stems_of("the a an of to in is are was were be been has have had will would can could it its they that this")
