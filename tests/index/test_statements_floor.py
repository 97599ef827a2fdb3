"""How good the extractor is on annotated news: floors that only rise.

The rules were revised on the errors in these articles, so unseen ones will score lower.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from index.article import Article, Span
from index.statements.extract import extract

GOLD = Path(__file__).parents[1] / "data" / "statements_dev.jsonl"
SPAN_FLOOR, END_TO_END_FLOOR, EXACT_FLOOR = 0.801, 0.713, 0.599
ENOUGH = 0.8  # token Dice from which two spans are the same statement

_TOKEN = re.compile(r"\w+")
_TITLES = frozenset(
    [
        *(
            "mr",
            "mrs",
            "ms",
            "dr",
            "professor",
            "prime",
            "minister",
            "president",
            "vice",
            "secretary",
            "general",
        ),
        *(
            "chief",
            "director",
            "chairman",
            "home",
            "shadow",
            "ceo",
            "the",
            "a",
            "an",
            "of",
            "and",
            "former",
            "senior",
        ),
        *("undersecretary",),
    ]
)


@dataclass(frozen=True)
class Row:
    """A statement as its set of tokens (their offsets) and its speaker."""

    tokens: frozenset[int]
    speaker: str | None
    optional: bool = False


@dataclass
class Score:
    gold: int = 0
    found: int = 0
    span: int = 0
    exact: int = 0
    end_to_end: int = 0

    def f1(self, right: int) -> float:
        return 2 * right / (self.gold + self.found)


def tokens(text: str, fragments: Sequence[Span]) -> frozenset[int]:
    return frozenset(match.start() for span in fragments for match in _TOKEN.finditer(text, *span))


def dice(one: frozenset[int], other: frozenset[int]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))


def same_speaker(found: str | None, gold: str | None) -> bool:
    """Equal names, or one a part of the other, titles aside: "Finch", "Ms Orla Finch"."""
    names = [{t for t in _TOKEN.findall((name or "").lower()) if t not in _TITLES} for name in (found, gold)]
    return (
        found is None
        if gold is None
        else bool(names[0] and names[1]) and (names[0] <= names[1] or names[1] <= names[0])
    )


def score(found: list[Row], gold: list[Row], total: Score) -> None:
    """One-to-one by the best overlap first; what meets an optional statement counts nothing."""
    overlaps = [(dice(f.tokens, g.tokens), i, j) for i, f in enumerate(found) for j, g in enumerate(gold)]
    matched: dict[int, int] = {}
    for overlap, i, j in sorted(overlaps, key=lambda pair: (-pair[0], gold[pair[2]].optional, pair[1:])):
        if overlap >= ENOUGH and i not in matched and j not in matched.values():
            matched[i] = j
    spare = frozenset().union(*(g.tokens for g in gold if g.optional))
    spare -= frozenset().union(*(g.tokens for g in gold if not g.optional))
    total.gold += sum(not g.optional for g in gold)
    for i, row in enumerate(found):
        match = gold[matched[i]] if i in matched else None
        if match.optional if match else len(row.tokens & spare) >= 0.8 * len(row.tokens):
            continue
        total.found += 1
        if match is not None:
            total.span += 1
            total.exact += row.tokens == match.tokens
            total.end_to_end += same_speaker(row.speaker, match.speaker)


def gold_rows(line: dict[str, Any]) -> Iterator[Row]:
    for statement in line["statements"]:
        spans = statement.get("fragments") or [statement["quote_span"]]
        yield Row(tokens(line["text"], spans), statement["speaker"], bool(statement.get("optional")))


@pytest.fixture(scope="module")
def total() -> Score:
    lines = [json.loads(line) for line in GOLD.read_text("utf-8").splitlines()]
    articles = [Article(line["id"], "", line["text"]) for line in lines]
    result = Score()
    for line, extraction in zip(lines, extract(articles), strict=True):
        found = [Row(tokens(line["text"], s.fragments), s.speaker) for s in extraction.statements]
        score([row for row in found if row.tokens], list(gold_rows(line)), result)
    return result


def test_spans_on_annotated_news_do_not_get_worse(total: Score) -> None:
    assert total.f1(total.span) >= SPAN_FLOOR


def test_spans_with_their_speakers_do_not_get_worse(total: Score) -> None:
    assert total.f1(total.end_to_end) >= END_TO_END_FLOOR


def test_exact_spans_do_not_get_worse(total: Score) -> None:
    assert total.f1(total.exact) >= EXACT_FLOOR
