"""Judging: statements read in their context beside a question or a claim, by the cross-encoder that ships."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from index.judge import Judge, Weights, in_context
from index.search import Evidence, Searcher

# statements read for a question: each costs about as much as encoding the question
READ = 12


def premises(searcher: Searcher, evidence: Sequence[Evidence], named: Callable[[Evidence], str | None]) -> list[str]:
    """Each statement as the judge reads it; `named` tells who says it."""
    return [_premise(searcher, one, named(one)) for one in evidence]


def _premise(searcher: Searcher, evidence: Evidence, speaker: str | None) -> str:
    sentence, before = searcher.sentence_of(evidence)
    role = evidence.said.role
    return in_context(sentence, speaker=speaker, role=role, before=before, title=evidence.article.title)


def answering(judge: Judge, question: str, texts: Sequence[str]) -> list[float]:
    """The logit of each text answering the question."""
    return [logit(share) for share in judge.answers(question, texts)]


def weighing(judge: Judge, claims: Sequence[str], texts: Sequence[str]) -> list[Weights]:
    """What each text does to a claim that is worded in several ways: the wording that it decides most surely counts."""
    by_wording = [judge.weigh(claim, texts) for claim in claims]
    return [min(told, key=lambda one: one.neither) for told in zip(*by_wording, strict=True)]


def logit(share: float) -> float:
    """The logit of a probability, -9 to 9."""
    share = min(1 - 1e-4, max(1e-4, share))
    return math.log(share / (1 - share))
