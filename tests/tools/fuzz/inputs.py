"""Inputs for fuzzing: what real ones are made of, put together anyhow, and real ones with changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import strategies as st

from index.shipped import shipped_articles

_T = TypeVar("_T", str, bytes)
_MOST_CHANGES = 4
_LONGEST_STRETCH = 40  # characters that one change takes out or puts in twice
_DATA = Path(__file__).parents[2] / "data"
_REAL_QUESTIONS = 300

_MARKS = "\" “ ” ‘ ’ « » „ ' . , : ; ? ! … — – - ( ) [ ] < > @ # * _ ~ ` | \\ / & % $ = + ^ { }"
MARKS = _MARKS.split()
ODD = [
    *(" ", "\n", "\n\n", "\t", "\r\n", "\u00a0", "\u2028", "\x85", "\x00", "\x1b", "\ufeff", "\ufffd", "\ufdfa"),
    *("\u200b", "\u200d", "\u202e", "\u2067", "\u0301", "\u0345", "İ", "ß", "ﬁ", "Ⅷ", "²", "漢", "قال", "\U0001f3ad"),
    *("\U0001f1e9", "\ue000", "\U000e0041", "0", "-1", "1e999", "٣", "9" * 20),
]
_WORDS = """Ada Park Birch Mr Dr Ms the a of in at on and or but not no who what when where why how whom whose which
said says say told asked denied urged claims claimed that whether about according to he she they it his her this
those mill harbour ferry bridge mayor minister engineer spokesperson report company council Example Ltd Group US U.S.
did does is was are were do has have ever never really all every else more 7 2021 May Monday 3.5% $4bn one two
yes quoted statements speaker article is-it true source"""
WORDS = _WORDS.split()
_MARKDOWN = """**a** _a_ ~~a~~ ||a|| `a` ``` <@7> <@!7> <@&9> <#5> @everyone @here <t:1:R> <:a:1> :smile: -# # > -
[a](https://example.com) https://example.com/ discord.gg/abc </ask:1>"""
MARKDOWN = _MARKDOWN.split()


def joined(pieces: Sequence[str], most: int = 40) -> st.SearchStrategy[str]:
    """Pieces, with blanks between them or without."""
    chosen = st.lists(st.sampled_from(pieces), max_size=most)
    return st.one_of(chosen.map(" ".join), chosen.map("".join))


@st.composite
def changed(draw: st.DrawFn, real: Sequence[_T], pieces: Sequence[_T]) -> _T:
    """A real input with a few changes: a stretch gone, twice, elsewhere or of another one; a piece put in."""
    text: _T = draw(st.sampled_from(real))
    for _ in range(draw(st.integers(0, _MOST_CHANGES))):
        at = draw(st.integers(0, len(text)))
        end = min(len(text), at + draw(st.integers(0, _LONGEST_STRETCH)))
        how = draw(st.integers(0, 4))
        if how == 0:
            text = text[:at] + text[end:]
        elif how == 1:
            text = text[:end] + text[at:end] * draw(st.sampled_from([1, 2, 50])) + text[end:]
        elif how == 2:
            other = draw(st.sampled_from(real))
            text = text[:at] + other[at:]
        else:
            text = text[:at] + draw(st.sampled_from(pieces)) + text[at if how == 3 else end :]
    return text


def texts(real: Sequence[str] = (), pieces: Sequence[str] = ()) -> st.SearchStrategy[str]:
    """Texts of all kinds; `real` ones with changes, and the `pieces` of such, among them."""
    own = [*pieces, *MARKS, *ODD]
    kinds = [joined([*own, *WORDS]), joined(own or WORDS), joined([*WORDS, *MARKDOWN, *MARKS]), st.text(max_size=200)]
    return st.one_of(*kinds, *([changed(list(real), own), changed(list(real), own)] if real else []))


def bodies(real: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Files of all kinds: the real ones with changes, among them."""
    pieces = [bytes([0]), b"\xff\xfe", b"\xef\xbb\xbf", b"<", b">", b"/", b"(", b")", b"\n", b"99999999999", b"\x92"]
    return st.one_of(changed(list(real), pieces), changed(list(real), pieces), st.binary(max_size=200))


@cache
def articles() -> tuple[str, ...]:
    """Paragraphs of real articles."""
    found = [article.text for article in shipped_articles()]
    found += [path.read_text(encoding="utf-8") for path in sorted(_DATA.glob("articles_dev/*"))[:40]]
    return tuple(paragraph for text in found for paragraph in text.split("\n\n") if 0 < len(paragraph) < 800)


@cache
def questions() -> tuple[str, ...]:
    """Real questions."""
    found: list[dict[str, Any]] = []
    for name in ("questions_dev.jsonl", "questions_wuzhen.jsonl", "claims_dev.jsonl"):
        lines = (_DATA / name).read_text(encoding="utf-8").splitlines()[:_REAL_QUESTIONS]
        found += map(json.loads, lines)
    return tuple(str(one["question"]) for one in found if "question" in one)


def anything() -> st.SearchStrategy[Any]:
    """Whatever a column, or a line of JSON, may hold."""
    leaves = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(),
        st.text(max_size=20),
        st.binary(max_size=9),
    )
    return st.one_of(leaves, st.sampled_from(["[]", "[[0, 1]]", "[0, 1]", "{}", "null", '["a"]', "[[", '"a"', "NaN"]))


def json_values() -> st.SearchStrategy[Any]:
    """Whatever a line of JSON may hold."""
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20))
    children: Callable[[st.SearchStrategy[Any]], st.SearchStrategy[Any]] = lambda of: st.one_of(  # noqa: E731
        st.lists(of, max_size=3), st.dictionaries(st.text(max_size=8), of, max_size=3)
    )
    return st.recursive(leaves, children, max_leaves=6)
