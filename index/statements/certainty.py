"""Certainty: how likely a report's words are right (somebody said this, and the borders are these), and its speaker.

A logistic model of the rule, the cue, lengths and position, and the share of right speakers by how each was found. Both
tables are certainty.json, fitted by tests/tools/fit_speakers.py; a feature that the table lacks weighs nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from index.statements.parse.scene import Found
from index.statements.speakers.attribution import Attribution
from index.statements.speakers.entities import How

_SHORT, _LONG = 3, 35  # words
_FAR = 80  # characters between a cue and what it reports


def words_right(text: str, report: Found, by: Attribution) -> float:
    """How likely it is that somebody said just this."""
    weights = _table()["words"]
    total = sum(weights.get(name, 0.0) * value for name, value in report_features(text, report, by))
    return 1 / (1 + math.exp(-total))


def speaker_right(by: Attribution) -> float:
    """How likely it is that the speaker is right; by itself where the resolver weighed it."""
    if by.decision is not None:
        return by.confidence
    return _table()["speaker"].get(by.how.value, by.confidence)


def report_features(text: str, report: Found, by: Attribution) -> Iterator[tuple[str, float]]:
    """What tells whether the words are right, by name."""
    start, end = report.fragments[0][0], report.fragments[-1][1]
    words = sum(len(text[low:high].split()) for low, high in report.fragments)
    yield "always", 1.0
    yield f"rule {report.rule}", 1.0
    yield "found with", math.log(max(report.confidence, 0.05) / max(1 - report.confidence, 0.05))
    if report.cue is not None:
        yield f"cue {report.cue.lemma}", 1.0
        for name in sorted(report.cue.lists):
            yield f"cues: {name}", 1.0
    yield "few words", float(words <= _SHORT)
    yield "many words", float(words > _LONG)
    yield "words", math.log1p(words)
    yield "in parts", float(len(report.fragments) > 1)
    yield (
        "ends its sentence",
        float(text[end : end + 3].strip("\"”’')")[:1] in (".", "!", "?", "") or text[end - 1] in ".!?"),
    )
    yield "begins in lower case", float(text[start].islower())
    if report.cue_span is not None:
        apart = max(0, start - report.cue_span[1], report.cue_span[0] - end)
        yield "far from its cue", float(apart > _FAR)
        yield "cue behind", float(report.cue_span[0] > start)
    yield "inside another", float(by.inside)
    yield f"speaker: {_kind(by)}", 1.0


def _kind(by: Attribution) -> str:
    if by.mention is not None and by.mention.pronoun:
        return "pronoun"
    if by.how is How.OWN_SOURCE:
        return "nameless"
    return "named" if by.entity is not None else "unknown"


@cache
def _table() -> dict[str, dict[str, float]]:
    tables: dict[str, dict[str, float]] = json.loads((Path(__file__).parent / "certainty.json").read_text("utf-8"))
    return tables
