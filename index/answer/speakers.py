"""Answers to "who talked about Y?", "which CEOs are quoted?" and "list everyone quoted"."""

from __future__ import annotations

from index.answer.desk import Desk, Scored, told, with_source
from index.answer.model import Answer, Citation
from index.answer.people import by_medium, fits_group, named
from index.answer.quotes import nothing_said
from index.answer.wording import cite, source
from index.search import Evidence
from index.words import capitalised

_MOST = 15
_SCORE = 0.95
# a list may be more generous than a single answer: this much of the operating point will do
_GENEROUS = 0.75


def speakers(desk: Desk) -> Answer:
    """A list of people, each with the words that put them on it."""
    question = desk.question
    if question.words or question.quoted:
        return _on_topic(desk)
    said = [e for e in desk.everything_by(named(desk) or None) if e.said.speaker]
    said = by_medium(desk, [e for e in said if fits_group(desk, e)])
    first: dict[str, Evidence] = {}
    for evidence in said:
        first.setdefault(str(desk.speaker_of(evidence)), evidence)
    if not first:
        return desk.refused("no_match", "Nobody in the articles fits that.", 0.0)
    counts = {name: sum(desk.speaker_of(e) == name for e in said) for name in first}
    shown = list(first.items())[:_MOST]
    lines, citations = [], []
    for name, evidence in shown:
        citation = cite(evidence, _SCORE)
        role = evidence.said.role
        times = "" if counts[name] == 1 else f" ({counts[name]} statements)"
        lines.append(f"• {capitalised(name)}{f', {role}' if role else ''}{times} {source(citation)}")
        citations.append(citation)
    if len(first) > _MOST:
        lines.append(f"… and {len(first) - _MOST} more.")
    head = "One speaker:" if len(first) == 1 else f"{len(first)} speakers:"
    return desk.answered("\n".join([head, *lines]), citations, _SCORE, short=", ".join(capitalised(n) for n in first))


def _on_topic(desk: Desk) -> Answer:
    """Everybody with a statement on the topic, best first, each with that statement."""
    candidates = by_medium(desk, [s for s in desk.statements() if s.statement.speaker and fits_group(desk, s.evidence)])
    best = candidates[0] if candidates else None
    floor = _GENEROUS * desk.threshold
    if best is None or best.score < floor:
        return nothing_said(desk, best)
    chosen: dict[str, Scored] = {}
    for scored in candidates:
        if scored.score >= floor:
            chosen.setdefault(str(desk.speaker_of(scored.evidence)), scored)
    citations: list[Citation] = [cite(s.evidence, s.score) for s in chosen.values()]
    lines = [with_source(told(s), c) for s, c in zip(chosen.values(), citations, strict=True)]
    score = max(best.score, desk.threshold)
    return desk.answered("\n\n".join(lines), citations, score, short=", ".join(capitalised(n) for n in chosen))
