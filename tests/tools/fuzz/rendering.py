"""Rendering: Markdown that shows as it is, and pages that Discord takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

from hypothesis import strategies as st

from bot.phrasing import phrases
from bot.render.answer_page import answer_page, context_page, told_page
from bot.render.button_codec import question_above, question_line
from bot.render.limits import CONTENT
from bot.render.markdown import block_quote, cut, escape, link, one_line, unescape, visible, width
from index.answer.contract import Answer, Citation, Paragraph, Part, Place, Reason, Told
from index.phrases import Language
from index.question.model import Intent
from index.statements.statement import Directness, Polarity
from tests.tools.fuzz.inputs import MARKDOWN, articles, texts
from tests.tools.fuzz.run import Target

_HASH = "ab" * 32
_PING = re.compile(r"@everyone|@here|<@[!&]?\d")


def check_markdown(given: tuple[str, int]) -> None:
    """Escaped text can be read back and pings nobody; a line fits its room, and a head too."""
    text, room = given
    markdown = escape(text)
    assert unescape(markdown) == visible(text).replace("\u200b", "")
    assert not _PING.search(markdown)
    line = one_line(text, room)
    assert "\n" not in line
    assert width(line) <= room + 1
    assert all(row.startswith("> ") for row in block_quote(markdown).split("\n") if row)
    head = text[: cut(text, lambda piece: width(piece) <= room)]
    assert width(head) <= room
    link(text, text, room)
    link("a", f"https://example.com/{text}", room)
    question_above(f"{question_line(text)}\nx")


def check_page(given: tuple[Answer, list[Paragraph]]) -> None:
    """Whatever an answer says, its page is not too long and pings nobody; what does not fit is kept for a button."""
    answer, paragraphs = given
    told = [Told(part, answer.citations[0]) for part in answer.parts if answer.citations]
    places = [Place(_HASH, one.start, one.end) for one in paragraphs]
    pages: list[Any] = [
        answer_page(answer, question=answer.question),
        told_page(told, phrases(answer.language)),
        context_page(paragraphs, places),
    ]
    for page in pages:
        assert width(page.content) <= CONTENT
        assert not _PING.search(page.content)
        assert all(0 <= place.start <= place.end for place in (*page.shown, *page.more))


@st.composite
def _answers(draw: st.DrawFn) -> Answer:
    text = texts(articles(), MARKDOWN)
    quotes = draw(st.lists(st.tuples(text.filter(str.strip), st.sampled_from([1, 1, 40])), max_size=3))
    citations = tuple(
        Citation(
            article="a",
            title=draw(text),
            start=7,
            end=7 + len(quote * times),
            quote=quote * times,
            speaker=draw(st.none() | text),
            role=None,
            directness=draw(st.sampled_from([None, *get_args(Directness)])),
            polarity=draw(st.sampled_from([None, *get_args(Polarity)])),
            score=0.5,
            paragraph=1,
            sha256=_HASH,
            source=draw(st.none() | text),
        )
        for quote, times in quotes
    )
    parts = tuple(
        Part(
            lead=draw(text),
            speaker=draw(st.none() | text),
            role=draw(st.none() | text),
            said=draw(text),
            words=draw(st.sampled_from([citation.quote, f"“{citation.quote}”."])),
            citation=number,
            entry=draw(st.booleans()),
        )
        for number, citation in enumerate(citations)
    )
    found = draw(st.booleans())
    return Answer(
        question=draw(text),
        status="answered" if found else "not_found",
        intent=draw(st.sampled_from(get_args(Intent))),
        text="",
        score=0.5,
        reason=None if found else draw(st.sampled_from(get_args(Reason))),
        verdict=draw(st.sampled_from([None, "yes", "no"])) if found else None,
        short=draw(st.none() | text),
        citations=citations,
        parts=(*parts, Part(lead=draw(text))),
        language=draw(st.sampled_from(get_args(Language))),
    )


@st.composite
def _paragraphs(draw: st.DrawFn) -> Paragraph:
    text = draw(texts(articles(), MARKDOWN).filter(str.strip)) * draw(st.sampled_from([1, 60]))
    start = draw(st.integers(0, len(text) - 1))
    return Paragraph(draw(texts()), None, 1, text, start, draw(st.integers(start + 1, len(text))))


def targets() -> Iterator[Target]:
    """Texts by themselves, and whole answers."""
    yield Target("Markdown", st.tuples(texts(articles(), MARKDOWN), st.integers(1, 200)), check_markdown)
    yield Target("pages of answers", st.tuples(_answers(), st.lists(_paragraphs(), max_size=3)), check_page, 100)
