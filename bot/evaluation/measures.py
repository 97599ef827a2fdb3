"""Measures of answers that may be withheld: pure functions of scores and of what was right.

`scores` are 0 to 1, one for each question; `right` is 1 where the answer is right and 0 where it is not, or a share
between. Where a measure has no value, because there is nothing to measure it on, it is None.
"""

from __future__ import annotations

import math
import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FALSE_ANSWERS = 0.05  # the share of unanswerable questions that an operating point may answer
BINS = 10

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def auroc(scores: ArrayLike, answerable: ArrayLike) -> float | None:
    """The area under the ROC curve: how often an answerable question has a higher score than an unanswerable one.

    Counted over all pairs, one with equal scores as half: the Mann-Whitney statistic (Hanley and McNeil, "The meaning
    and use of the area under a receiver operating characteristic curve", 1982). 0 to 1, 0.5 being chance.
    """
    wanted, others = _split(scores, answerable)
    if not len(wanted) or not len(others):
        return None
    others = np.sort(others)
    below = np.searchsorted(others, wanted, "left") + np.searchsorted(others, wanted, "right")
    return float(below.sum() / 2 / (len(wanted) * len(others)))


def answered_at(scores: ArrayLike, answerable: ArrayLike, false_answers: float = FALSE_ANSWERS) -> float | None:
    """The share of answerable questions that are answered where at most `false_answers` of the others are.

    The true positive rate of the ROC curve at a false positive rate; nothing is interpolated: it is what the best
    threshold reaches that answers every question with that score or a higher one.
    """
    wanted, others = _split(scores, answerable)
    if not len(wanted) or not len(others):
        return None
    allowed = math.floor(false_answers * len(others) + 1e-9)
    if allowed >= len(others):
        return 1.0
    first_refused = np.sort(others)[::-1][allowed]
    return float(np.mean(wanted > first_refused))


def _split(scores: ArrayLike, answerable: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The scores of the answerable questions, and those of the others."""
    values, chosen = np.asarray(scores, dtype=np.float64), np.asarray(answerable, dtype=bool)
    return values[chosen], values[~chosen]


def risks(scores: ArrayLike, right: ArrayLike) -> NDArray[np.float64]:
    """The risk-coverage curve: at [k-1], the share of wrong ones among the k answers with the highest scores.

    El-Yaniv and Wiener, "On the foundations of noise-free selective classification", 2010; Geifman and El-Yaniv,
    "Selective classification for deep neural networks", 2017. Of answers with equal scores none comes first: each
    counts as their mean, which is what a random order gives on average.

    Returns:
        float64 (number of questions,).
    """
    values, losses = np.asarray(scores, dtype=np.float64), 1.0 - np.asarray(right, dtype=np.float64)
    if not len(values):
        return losses
    _, group = np.unique(-values, return_inverse=True)  # the groups of equal scores, highest first
    sizes = np.bincount(group)
    means = np.bincount(group, losses) / sizes
    return np.asarray(np.cumsum(np.repeat(means, sizes)) / np.arange(1, len(values) + 1))


def risk_at(curve: NDArray[np.float64], coverage: float) -> float | None:
    """The risk where at least this share of all questions is answered; `curve` is that of `risks`."""
    if not len(curve):
        return None
    return float(curve[max(1, math.ceil(coverage * len(curve) - 1e-9)) - 1])


def area_under(curve: NDArray[np.float64]) -> float | None:
    """The area under the risk-coverage curve: the mean risk over all coverages; less is better.

    AURC of Geifman, Uziel and El-Yaniv, "Bias-reduced uncertainty estimation for deep neural classifiers", 2019.
    """
    return float(curve.mean()) if len(curve) else None


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers with scores in one range: how many, their mean score, and the share of right ones."""

    count: int
    score: float
    right: float


def reliability(scores: ArrayLike, right: ArrayLike, bins: int = BINS) -> list[Bin]:
    """The reliability diagram: the answers in `bins` ranges of equal width, (low, high], empty ones left out.

    Guo et al., "On calibration of modern neural networks", 2017; a score of 0 is in the first range.
    """
    values, hits = np.asarray(scores, dtype=np.float64), np.asarray(right, dtype=np.float64)
    place = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], values, "left")
    chosen = [place == number for number in range(bins)]
    return [Bin(int(c.sum()), float(values[c].mean()), float(hits[c].mean())) for c in chosen if c.any()]


def calibration_error(diagram: Sequence[Bin]) -> float | None:
    """The expected calibration error: how far scores are from the share of right ones, weighed by count.

    Guo et al. 2017 (see `reliability`). 0 to 1; less is better.
    """
    count = sum(one.count for one in diagram)
    return sum(one.count * abs(one.score - one.right) for one in diagram) / count if count else None


def share(these: ArrayLike, of: ArrayLike | None = None) -> float | None:
    """The share of true (or the mean) values; of those only where `of` is true, if it is given."""
    values = np.asarray(these, dtype=np.float64)
    chosen = values if of is None else values[np.asarray(of, dtype=bool)]
    return float(chosen.mean()) if len(chosen) else None


def token_f1(given: str | None, answers: Iterable[str]) -> float:
    """How much the words of a short answer overlap with the best of the right ones; 0 where none is given.

    The F1 of SQuAD (Rajpurkar et al., "SQuAD: 100,000+ questions for machine comprehension of text", 2016), and its
    normalisation: lower case, without punctuation and articles.
    """
    return 0.0 if given is None else max((_overlap(_tokens(given), _tokens(one)) for one in answers), default=0.0)


def _overlap(given: list[str], wanted: list[str]) -> float:
    if not given or not wanted:
        return float(given == wanted)
    same = (Counter(given) & Counter(wanted)).total()
    return 2 * same / (len(given) + len(wanted))


def _tokens(text: str) -> list[str]:
    return _ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split()
