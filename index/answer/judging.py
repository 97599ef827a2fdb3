"""Judging: a statement read in its context beside a claim, by the cross-encoder that ships."""

from __future__ import annotations

from index.judge import Judge, in_context
from index.search import Evidence, Searcher

# from this probability on, a statement surely contradicts a claim whose words it shares
_SURE = 0.8


def contradicts(judge: Judge, claim: str, searcher: Searcher, evidence: Evidence, speaker: str | None) -> bool:
    """Whether a statement surely contradicts a claim."""
    words, before = searcher.sentence_of(evidence)
    role, title = evidence.said.role, evidence.article.title
    [told] = judge.weigh(claim, [in_context(words, speaker=speaker, role=role, before=before, title=title)])
    return told.contradicts >= _SURE
