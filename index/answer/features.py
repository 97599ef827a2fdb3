"""How sure it is that a piece of evidence answers a question: features in, a calibrated number out."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path

from index.language.words import stem, words_of
from index.question.model import Question
from index.search import Evidence, Searcher, Weighed, coverage
from index.store.protocol import Scope

# how often, as a number; `stem` spells the others ("two") in digits
_TIMES = {stem(word): value for word, value in (("once", "1"), ("twice", "2"), ("thrice", "3"))}
_COUNTS = frozenset(str(number) for number in range(2, 21))  # "one" is none
_ORDINALS = """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"""
_RANKS = {word: rank for rank, word in enumerate(_ORDINALS.split(), 1)}
_RANK = re.compile(r"(\d+)(?:st|nd|rd|th)")


@dataclass(frozen=True, slots=True)
class Features:
    """What the score is made of; every one is about 0 to 1. The order is that of the weights file.

    Attributes:
        dense, attributed, whole, coverage, near: see `Evidence`.
        lead: how far `dense` is above the mean of this query's candidates.
        matched: the summed rarity of the question's words that the evidence holds, 1 for about three rare ones.
        both: `dense` times `coverage`.
        plain_coverage: `coverage` of the words that are no names: a name alone is on every topic its bearer has.
        unknown_words: the share of the question's words that no article in scope holds.
        missing_names: the share of names in the question that are not near.
        short_topic: one by the number of words.
        named: whether the question names who speaks here: then only the topic is in doubt.
        answers, words: logits, brought to -2 to 2 by `squashed`: of the text answering the question, by the judge for
            a statement and by the reader for a sentence, and of the likeliest words in it; 0 where they were not read.
        supports, contradicts: logits alike, of the statement supporting and contradicting the question's claim.
    """

    dense: float
    attributed: float
    coverage: float
    near: float
    lead: float
    matched: float
    both: float
    plain_coverage: float
    unknown_words: float
    missing_names: float
    short_topic: float
    named: float
    whole: float = 0.0
    answers: float = 0.0
    words: float = 0.0
    supports: float = 0.0
    contradicts: float = 0.0


# logits are divided by this, to be of the size of the other features
_LOGIT = 10.0


def squashed(logit: float) -> float:
    """A logit of the reader or the judge as a feature."""
    return max(-2.0, min(2.0, logit / _LOGIT))


def as_probability(feature: float) -> float:
    """The probability that such a feature stands for, 0 to 1, as far as squashing left it."""
    return probability(_LOGIT * feature)


def logit(share: float) -> float:
    """The logit of a probability, -9 to 9."""
    share = min(1 - 1e-4, max(1e-4, share))
    return math.log(share / (1 - share))


def probability(logit: float) -> float:
    """The probability with this logit."""
    return 1 / (1 + math.exp(-logit))


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model: `bias` and the weights of features, by name; the others count nothing."""

    bias: float
    weights: tuple[tuple[str, float], ...]

    def score(self, features: Features) -> float:
        """The probability, 0 to 1, rounded so that it is the same on every machine."""
        total = self.bias + sum(w * getattr(features, name) for name, w in self.weights)
        return round(probability(total), 4)


# the rarity of three words that stand in one sentence each
_THREE_RARE_WORDS = 3.0
# words of which one tells that something is to come
_NEXT = frozenset(stem(word) for word in ("next", "upcoming", "coming", "will", "plans", "scheduled", "due"))


@cache
def load_weights(kind: str) -> Weights:
    """The weights of weights.json beside this file.

    Those for "words" and "passage" rank evidence by the words it shares, and tell how sure it is; "statement" does so
    with the judge for a question as understood, "meaning" for the question as a whole. "supports" and "contradicts"
    tell how surely a statement does so to a claim. Passages that were read are ranked by "read", and "sure" tells how
    sure the first is.
    """
    data = json.loads((Path(__file__).parent / "weights.json").read_text("utf-8"))[kind]
    return Weights(float(data["bias"]), tuple((name, float(weight)) for name, weight in data["weights"].items()))


@dataclass(frozen=True, slots=True)
class Background:
    """What all candidates of one query share.

    Attributes:
        dense: the mean of their `dense`.
        unknown: the share of the question's words that no article in scope holds.
        plain: the question's words that are no names, weighed.
    """

    dense: float
    unknown: float
    plain: list[Weighed]


def background(
    question: Question,
    evidence: Sequence[Evidence],
    searcher: Searcher,
    scope: Scope,
    is_name: Callable[[str], bool],
) -> Background:
    """The background of a query's candidates; `is_name` tells words that the articles write with a capital only."""
    words = question.words
    plain = [word for word in words if not is_name(word)]
    mean = sum(piece.dense for piece in evidence) / len(evidence) if evidence else 0.0
    return Background(
        mean, len(searcher.unknown(words, scope)) / len(words) if words else 0.0, searcher.weigh(plain, scope)
    )


def features_of(question: Question, evidence: Evidence, behind: Background) -> Features:
    """The features of one piece of evidence for a question."""
    return Features(
        dense=evidence.dense,
        attributed=evidence.attributed,
        coverage=evidence.coverage,
        near=evidence.near,
        lead=evidence.dense - behind.dense,
        matched=min(1.0, evidence.matched / _THREE_RARE_WORDS),
        both=evidence.dense * evidence.coverage,
        plain_coverage=coverage(behind.plain, evidence.held)[0] if behind.plain else evidence.coverage,
        unknown_words=behind.unknown,
        missing_names=_missing(question.names, evidence.nearby),
        short_topic=1 / max(1, len(question.words)),
        named=float(_is_named(question, evidence)),
        whole=evidence.whole,
    )


def contradicts_numbers(question: Question, evidence: Evidence) -> bool:
    """Whether the evidence's own sentence does not confirm a figure of the question.

    A figure in digits must be there, in digits or spelled. A spelled one ("three times") is contradicted by another
    number ("twice"), not by the lack of one: it may be told without ("both", "a pair"). So is a rank ("the 4th").
    """
    words = {word for item in (*question.numbers, *question.words) for word in words_of(item)}
    told = {_TIMES.get(root, root) for root in evidence.held}
    ranks, others = _ranks(words) - {1}, _ranks(evidence.held)  # "first" is often no rank
    if ranks and others and not ranks & others:
        return True
    digits = {stem(word) for word in words if word[0].isdigit()}
    figures = {root for root in digits if not (_RANK.fullmatch(root) and _ranks({root}) <= others)}
    if not figures <= told:
        return True
    roots = {stem(word) for word in (*words, *words_of(question.topic)) if not word[0].isdigit()}
    spelled = {_TIMES[root] for root in roots & _TIMES.keys()} | roots & _COUNTS
    return bool(spelled) and not spelled & told and not told.isdisjoint(_COUNTS)


def _ranks(words: Iterable[str]) -> set[int]:
    """Which places in an order words tell: 4 for "fourth" and "4th"; none for "seconds"."""
    digits = (match for word in words if (match := _RANK.fullmatch(word)))
    return {_RANKS[word] for word in words if word in _RANKS} | {int(match[1]) for match in digits}


def lacks_next(question: Question, evidence: Evidence) -> bool:
    """Whether the question asks for the next of something ("next year's"), and the evidence tells of none to come."""
    asked = words_of(question.text)
    to_come = any(word == "next" and after != "to" for word, after in zip_longest(asked, asked[1:]))
    return to_come and evidence.held.isdisjoint(_NEXT)


def _is_named(question: Question, evidence: Evidence) -> bool:
    """Whether the question names who speaks here: then only the topic is in doubt."""
    speaker = evidence.statement.statement.speaker if evidence.statement else None
    return speaker is not None and any(speaker in ref.names for ref in question.speakers)


def _missing(wanted: Sequence[str], held: frozenset[str]) -> float:
    """The share of names of which no word is held."""
    if not wanted:
        return 0.0
    gone = [item for item in wanted if not any(stem(word) in held for word in words_of(item))]
    return len(gone) / len(wanted)
