"""Evidence with its score: how sure it is that it answers, and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass

from index.answer.explanation import Fate
from index.answer.features import Features
from index.article import Article, Span
from index.search import Evidence
from index.statements.statement import Statement

# of how much the rank within the query counts beside the score, which knows nothing of the other candidates
_RANK_WEIGHT = 0.15


# how sure is what stands word for word in a statement, or in a denial of it
SURE = 0.99


@dataclass(frozen=True, slots=True)
class Scored:
    """Evidence with `score`, 0 to 1, how sure it is that it answers, or supports a claim.

    Attributes:
        contradicts: 0 to 1, how sure it is that it contradicts the claim, for a question that makes one.
        lowered: what took most of the score away, if something did; `doubt` is what was left.
        words: where the reader's answer stands in the article.
    """

    evidence: Evidence
    score: float
    features: Features
    contradicts: float = 0.0
    lowered: Fate | None = None
    words: Span | None = None
    doubt: float = 1.0

    @property
    def statement(self) -> Statement:
        """The statement; only for evidence that is one."""
        return self.evidence.said

    @property
    def article(self) -> Article:
        """The article that holds it."""
        return self.evidence.article

    @property
    def rank(self) -> float:
        """The order among this query's candidates."""
        return self.score + _RANK_WEIGHT * self.evidence.fused
