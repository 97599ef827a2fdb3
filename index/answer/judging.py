"""Judging: statements read in their context beside a question or a claim, by the cross-encoder that ships."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index.answer.features import logit
from index.judge import Judge, Stance, in_context
from index.language.contradiction import is_negative
from index.search import Evidence, Searcher

# statements read for a question: each costs about as much as encoding the question
READ = 16

# who says a statement
Named = Callable[[Evidence], str | None]


def likeliest(evidence: Sequence[Evidence], most: int) -> list[Evidence]:
    """So many of the statements, in turns the best for the topic and the most like the question as a whole."""
    by_whole = sorted(evidence, key=lambda one: -one.whole)
    taken = dict.fromkeys(id(one) for pair in zip(evidence, by_whole, strict=True) for one in pair)
    first = set(list(taken)[:most])
    return [one for one in evidence if id(one) in first]


def answering(  # noqa: PLR0913, PLR0917 - what a reading depends on
    judge: Judge,
    question: str,
    searcher: Searcher,
    evidence: Sequence[Evidence],
    named: Named,
    known: dict[tuple[str, str], float],
) -> list[float]:
    """The logit of each statement answering the question; `known` keeps those of one question on its way."""
    texts = [premise(searcher, one, named(one)) for one in evidence]
    new = [text for text in dict.fromkeys(texts) if (question, text) not in known]
    for text, share in zip(new, judge.answers(question, new) if new else (), strict=True):
        known[question, text] = logit(share)
    return [known[question, text] for text in texts]


def weighing(
    judge: Judge, claims: Sequence[str], searcher: Searcher, evidence: Sequence[Evidence], named: Named
) -> list[Stance]:
    """What each statement does to a claim that is worded in several ways: the mean of the wordings.

    Of a denial, what is denied is weighed, and turned round: the grammar tells that surer than the network does.
    """
    texts = [
        premise(searcher, one, named(one), words=one.text if one.said.polarity == "denies" else None)
        for one in evidence
    ]
    by_wording = [judge.weigh(claim, texts) for claim in claims]
    means = [_mean(told) for told in zip(*by_wording, strict=True)]
    negative = is_negative(claims[0])
    return [
        denied(told, negative=negative) if one.said.polarity == "denies" else told
        for told, one in zip(means, evidence, strict=True)
    ]


def _mean(told: Sequence[Stance]) -> Stance:
    return Stance(*(sum(shares) / len(told) for shares in zip(*told, strict=True)))


def turned(told: Stance) -> Stance:
    """The contrary of it."""
    return Stance(told.contradicts, told.supports, told.neither)


def denied(told: Stance, *, negative: bool) -> Stance:
    """What the denial of a statement does: it supports a claim only where that has a "not" in it."""
    return turned(told) if negative else Stance(0.0, told.supports, 1 - told.supports)


def premise(searcher: Searcher, evidence: Evidence, speaker: str | None, *, words: str | None = None) -> str:
    """A statement in its context, as the judge reads it: its sentence, or these words in place of it."""
    sentence, before = searcher.sentence_of(evidence)
    role, title = evidence.said.role, evidence.article.title
    return in_context(words or sentence, speaker=speaker, role=role, before=before, title=title)
