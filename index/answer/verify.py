"""Answers to "did X say Y?": yes, no (somebody else did, or X denied it), or unknown."""

from __future__ import annotations

from index.answer.desk import Desk, Scored, told
from index.answer.gate import unquoted
from index.answer.model import Answer, Verdict
from index.answer.people import listed, named, unknown_people
from index.answer.quotes import holding, what_said
from index.answer.wording import full_stop, inline, speaker_of

# somebody else said it only if their words fit this much better than the asked speaker's
_LEAD = 0.15
# and only where that is surer than a plain answer has to be: this far from the operating point to certainty
_SURER = 0.5
# of the claim's words besides names this share must be in the statement, unless the whole means nearly the same
_LEAST_COVERAGE, _ALIKE = 0.3, 0.65


def verify(desk: Desk) -> Answer:
    """The verdict with the statement that shows it."""
    question = desk.question
    if not question.words and not question.quoted:
        return what_said(desk)
    names = named(desk)
    voices = desk.voices(names)
    own = [s for s in (desk.statements(names) if names else []) if desk.speaker_of(s.evidence) in voices]
    # a denial or a question of somebody else is not them saying it, unless that is what is asked about
    others = [s for s in desk.statements() if desk.speaker_of(s.evidence) not in voices]
    other = [s for s in others if s.statement.polarity in {"asserts", "urges"} or s.features.stance]
    own, other = [s for s in own if _covers(s)], [s for s in other if _covers(s) and not s.negated]
    mine, theirs = _best(question.quoted, own), _best(question.quoted, other)
    limit = desk.threshold
    if mine is not None and mine.score >= limit and (theirs is None or mine.plain >= theirs.plain - _LEAD):
        return _own(desk, mine)
    if theirs is not None and theirs.score >= limit + _SURER * (1 - limit):
        return _somebody_else(desk, theirs, names)
    nearest = mine or theirs
    score = max((s.score for s in (mine, theirs) if s), default=0.0)
    if not names:
        return unknown_people(desk)
    topic = unquoted(question.topic)
    text = full_stop(f"The articles don't have {listed(names)} saying that: {topic}")
    return desk.refused("silent_speaker", text, score, nearest=nearest, verdict="unknown")


def _covers(one: Scored) -> bool:
    """Whether the words hold enough of the claim besides the names in it: "leave" is not in "expand our efforts"."""
    return one.features.plain_coverage >= _LEAST_COVERAGE or one.features.dense >= _ALIKE


def _best(quoted: str | None, candidates: list[Scored]) -> Scored | None:
    verbatim = holding(quoted, candidates)
    return (verbatim or candidates or [None])[0]  # type: ignore[list-item] # None for nobody


def _own(desk: Desk, mine: Scored) -> Answer:
    """The asked speaker's own words: yes, unless they are the denial of the claim."""
    if mine.negated:
        piece = told(mine.evidence, mine.score, lead="No, rather the contrary.")
        return desk.answered([piece], mine.score, short="No", verdict="no")
    denies = mine.statement.polarity == "denies"
    asked_denial = desk.question.negated or desk.question.verb in {
        "deny",
        "refute",
        "reject",
        "dismiss",
        "dispute",
        "rebut",
    }
    verdict: Verdict = "no" if denies and not asked_denial else "yes"
    lead = "Yes." if verdict == "yes" else f"No, {speaker_of(mine.statement)} denied it."
    piece = told(mine.evidence, mine.score, lead=lead)
    return desk.answered([piece], mine.score, short=verdict.capitalize(), verdict=verdict)


def _somebody_else(desk: Desk, theirs: Scored, names: list[str]) -> Answer:
    """The true speaker of words put into somebody else's mouth."""
    asked = listed(names) or unquoted(desk.question.speakers[0].asked if desk.question.speakers else "that person")
    true = theirs.statement.speaker
    lead = (
        f"No, not {asked}: that was {inline(true)}." if true else f"No: the article does not say that it was {asked}."
    )
    return desk.answered([told(theirs.evidence, theirs.score, lead=lead)], theirs.score, short="No", verdict="no")
