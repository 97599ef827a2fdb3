"""Answers to "who talked about Y?", "which CEOs are quoted?" and "list everyone quoted"."""

from __future__ import annotations

from collections import Counter

from index.answer.composing import Piece, answered, refused, told
from index.answer.context import Desk
from index.answer.contract import Answer, Part
from index.answer.kinds.quotes import nothing_said
from index.answer.people import by_medium, fits_group, named
from index.answer.present.gate import unquoted
from index.answer.present.statement_text import cite
from index.answer.scoring import Scored
from index.language.words import capitalised
from index.search import Evidence
from index.statements.statement import Statement

_MOST = 15
_SCORE = 0.95
# a list may be more generous than a single answer: this much of the operating point will do
_GENEROUS = 0.75


def speakers(desk: Desk) -> Answer:
    """A list of people, each with the words that put them on it."""
    question = desk.question
    if question.unread and not desk.group:
        return refused(desk, "no_match", desk.say("no_such_group", group=unquoted(question.unread)), 0.0)
    if question.words or question.quoted:
        return _on_topic(desk)
    said = [e for e in desk.everything_by(named(desk) or None) if e.said.speaker]
    said = desk.keep(said, lambda one: desk.speaker_of(one) not in _before(desk), "already shown")
    if question.more and not desk.gate("something not shown yet", bool(said)):
        return refused(desk, "no_match", desk.say("nobody_else"), 0.0)
    said = by_medium(desk, desk.keep(said, lambda one: fits_group(desk, one), "another role"))
    first: dict[str, Evidence] = {}
    for evidence in said:
        first.setdefault(str(desk.speaker_of(evidence)), evidence)
    if not desk.gate("anybody fits", bool(first), f"{len(first)} found"):
        return refused(desk, "no_match", desk.say("nobody_fits"), 0.0)
    counts = Counter(str(desk.speaker_of(evidence)) for evidence in said)
    shown = list(first.items())[:_MOST]
    pieces: list[Piece] = [(Part(lead=desk.say("speakers_head", count=len(first))), None)]
    pieces += [(_entry(desk, name, evidence.said, counts[name]), cite(evidence, _SCORE)) for name, evidence in shown]
    if len(first) > _MOST:
        pieces.append((Part(lead=desk.say("and_more", count=len(first) - _MOST), entry=True), None))
    if question.asks == "content" and len(said) == 1:
        return answered(desk, pieces, _SCORE, short=said[0].text)
    return answered(desk, pieces, _SCORE, short=", ".join(capitalised(n) for n in first))


def _before(desk: Desk) -> frozenset[str]:
    """Who was shown before, where others are asked for."""
    return frozenset(desk.memory.speakers if desk.question.more else ())


def _entry(desk: Desk, name: str, said: Statement, count: int) -> Part:
    """A line of the list: who, and how many statements where there are several."""
    times = "" if count == 1 else desk.say("times", count=count)
    return Part(speaker=capitalised(name), role=said.role or None, words=times, entry=True)


def _on_topic(desk: Desk) -> Answer:
    """Everybody with a statement on the topic, best first, each with that statement."""
    candidates = desk.keep(desk.statements(), lambda one: bool(one.statement.speaker), "nobody is named")
    candidates = desk.keep(candidates, lambda one: fits_group(desk, one.evidence), "another role")
    candidates = by_medium(desk, candidates)
    candidates = desk.keep(candidates, lambda one: desk.speaker_of(one.evidence) not in _before(desk), "already shown")
    best = candidates[0] if candidates else None
    floor = _GENEROUS * desk.threshold
    if desk.question.more and not desk.reaches(best, floor):
        return refused(desk, "no_match", desk.say("nobody_else"), 0.0)
    if not desk.reaches(best, floor):
        return nothing_said(desk, best)
    chosen: dict[str, Scored] = {}
    sure = desk.keep(candidates, lambda one: one.score >= floor, "below the operating point")
    for scored in sure:
        chosen.setdefault(str(desk.speaker_of(scored.evidence)), scored)
    desk.left_out(sure, "same speaker")
    pieces = [told(s.evidence, s.score, desk.phrases) for s in chosen.values()]
    score = max(best.score, desk.threshold)
    if desk.question.asks == "content" and len(chosen) == 1:
        return answered(desk, pieces, score, short=best.evidence.text)
    return answered(desk, pieces, score, short=", ".join(capitalised(n) for n in chosen))
