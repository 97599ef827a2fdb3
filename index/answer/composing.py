"""Composing: pieces of evidence, or a refusal with the nearest, into an answer that cites what proves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.answer.context import Desk
from index.answer.contract import Answer, Citation, Part, Reason, Verdict
from index.answer.present.layout import laid_out
from index.answer.present.statement_text import cite, full_stop, tell, told_once
from index.answer.scoring import Scored
from index.phrases import Phrases
from index.search import Evidence

# evidence this much below the operating point is near enough to offer, marked as not the answer
_NEAREST_FLOOR = 0.35
# a sentence; once it was read, what does not answer has a very low score
_NEAREST_SENTENCE = 0.2

# a part of an answer with what it cites, before the citations are counted
Piece = tuple[Part, Citation | None]


def answered(
    desk: Desk, pieces: Sequence[Piece], score: float, *, short: str | None = None, verdict: Verdict | None = None
) -> Answer:
    """An answer to the desk's question."""
    q = desk.question
    return _composed(desk, pieces, Answer(q.text, "answered", q.intent, "", score, None, verdict, short))


def refused(  # noqa: PLR0913 - each tells another thing about it
    desk: Desk,
    reason: Reason,
    text: str,
    score: float,
    *,
    nearest: Scored | None = None,
    beside: str = "nearest",
) -> Answer:
    """A refusal: why, and the nearest statement where one is near, led by the phrase `beside`."""
    q = desk.question
    pieces: list[Piece] = [(Part(lead=text), None)]
    if nearest is not None and nearest.score >= _floor(desk, nearest):
        pieces.append(told(nearest.evidence, nearest.score, desk.phrases, lead=desk.say(beside)))
    verdict: Verdict | None = "unknown" if q.intent == "verify" else None
    score = min(score, desk.refusable)
    return _composed(desk, pieces, Answer(q.text, "not_found", q.intent, "", score, reason, verdict))


def _floor(desk: Desk, nearest: Scored) -> float:
    """The score from which on evidence is offered; what tells the contrary is near all the same."""
    share = _NEAREST_SENTENCE if nearest.evidence.statement is None else _NEAREST_FLOOR
    return share * desk.threshold * nearest.doubt


def beside(desk: Desk, refusal: Answer, other: Answer) -> Answer:
    """A refusal that cites nothing, with the nearest evidence that another refusal of the same question shows."""
    shown = [(part, other.citations[part.citation]) for part in other.parts if part.citation is not None]
    return _composed(desk, [*((part, None) for part in refusal.parts), *shown], refusal)


def _composed(desk: Desk, pieces: Sequence[Piece], answer: Answer) -> Answer:
    """The answer with its parts, what they cite, and the text laid out from them."""
    if desk.recorder is not None:
        desk.recorder.composed()
    parts: list[Part] = []
    citations: list[Citation] = []
    for part, (_, citation) in zip(told_once(pieces), pieces, strict=True):
        parts.append(part if citation is None else replace(part, citation=len(citations)))
        citations += [] if citation is None else [citation]
    text, language = laid_out(parts, citations, desk.phrases), desk.phrases.language
    return replace(answer, text=text, citations=tuple(citations), parts=tuple(parts), language=language)


def told(evidence: Evidence, score: float, phrases: Phrases, *, lead: str = "", role: bool = True) -> Piece:
    """The evidence in words and cited: a statement with its speaker, or the writer's own sentence."""
    if evidence.statement is None:
        return Part(lead=lead, words=full_stop(evidence.text)), cite(evidence, score)
    return replace(tell(evidence.article, evidence.said, phrases, role=role), lead=lead), cite(evidence, score)
