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
from index.statements.wording import with_conjunction

DATA = Path(__file__).parents[2] / "data"
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


def scored(lines: list[dict[str, Any]]) -> Score:
    articles = [Article(line["id"], line["text"].partition("\n")[0], line["text"]) for line in lines]
    result = Score()
    for line, extraction in zip(lines, extract(articles), strict=True):
        text = line["text"]
        spans = [(with_conjunction(text, s.fragments), s.speaker) for s in extraction.statements]
        found = [Row(tokens(text, fragments), speaker) for fragments, speaker in spans]
        score([row for row in found if row.tokens], list(gold_rows(line)), result)
    return result


@dataclass(frozen=True)
class Floor:
    """The F1 values that an annotated set must not fall below."""

    file: str
    span: float
    end_to_end: float
    exact: float


FLOORS = [
    # Wikinews as it is, annotated by others; the rules were revised on the errors in it
    Floor("statements_dev.jsonl", span=0.90, end_to_end=0.85, exact=0.80),
    # news in many house styles, written with its annotation before the rules were last revised: what they must
    # not lose while they are tuned elsewhere
    Floor("statements_ours.jsonl", span=0.985, end_to_end=0.975, exact=0.985),
]


@pytest.fixture(scope="module", params=FLOORS, ids=lambda floor: floor.file)
def floor_and_total(request: pytest.FixtureRequest) -> tuple[Floor, Score]:
    floor: Floor = request.param
    return floor, scored([json.loads(line) for line in (DATA / floor.file).read_text("utf-8").splitlines()])


def test_spans_on_annotated_news_do_not_get_worse(floor_and_total: tuple[Floor, Score]) -> None:
    floor, total = floor_and_total
    assert total.f1(total.span) >= floor.span


def test_spans_with_their_speakers_do_not_get_worse(floor_and_total: tuple[Floor, Score]) -> None:
    floor, total = floor_and_total
    assert total.f1(total.end_to_end) >= floor.end_to_end


def test_exact_spans_do_not_get_worse(floor_and_total: tuple[Floor, Score]) -> None:
    floor, total = floor_and_total
    assert total.f1(total.exact) >= floor.exact
