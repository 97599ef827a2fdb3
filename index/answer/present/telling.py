"""Telling words of an article again by their place, and the paragraph round them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from index.answer.contract import Citation, Paragraph, Part, Place, Told
from index.answer.present.gate import GateError, check_parts
from index.answer.present.statement_text import cite, cite_span, cited_span, go_on, own_words, tell, told_once
from index.article import Article, Span
from index.phrases import Phrases
from index.search import Evidence, Searcher
from index.store.protocol import Scope

_LEAST_HASH = 8  # hexadecimal digits


def tell_places(searcher: Searcher, places: Sequence[Place], scope: Scope, phrases: Phrases) -> list[Told | None]:
    """The words at each place as an answer tells them; a speaker only the first time in a row.

    None where the article is not in scope, or the span not in it.
    """

    @cache
    def key_of(sha256: str) -> int | None:
        return _key(searcher, sha256, scope)

    return list(_told_in_turn(searcher, [(key_of(place.sha256), place) for place in places], phrases))


def paragraph_at(searcher: Searcher, place: Place, scope: Scope) -> Paragraph | None:
    """The paragraph that holds the place's start; None where `tell_places` has none either."""
    key = _key(searcher, place.sha256, scope)
    if key is None or not _is_inside(searcher.article(key), place):
        return None
    article = searcher.article(key)
    number = article.paragraph_of(place.start)
    start, end = article.paragraphs[number - 1]
    low, high = (min(max(at, start), end) - start for at in (place.start, place.end))
    return Paragraph(article.title, article.source, number, article.text[start:end], low, high)


def _key(searcher: Searcher, sha256: str, scope: Scope) -> int | None:
    return searcher.by_sha256(sha256.lower(), scope) if len(sha256) >= _LEAST_HASH else None


def _is_inside(article: Article, place: Place) -> bool:
    return 0 <= place.start < place.end <= len(article.text)


def _told_in_turn(
    searcher: Searcher, places: Sequence[tuple[int | None, Place]], phrases: Phrases
) -> Iterator[Told | None]:
    before = Part()
    for key, place in places:
        if key is None or not _is_inside(article := searcher.article(key), place):
            yield None
            continue
        part, citation = _told(article, searcher.statements_in(key), (place.start, place.end), phrases)
        told, before = told_once([(before, None), (part, citation)])[1], part
        yield _proved(article, told, citation)


def _proved(article: Article, part: Part, citation: Citation) -> Told | None:
    """What is told, if it passes the gate that answers pass."""
    try:
        check_parts([part], [citation], lambda _: [article])
    except GateError:
        return None
    return Told(part, citation)


def _told(article: Article, statements: Sequence[Evidence], span: Span, phrases: Phrases) -> tuple[Part, Citation]:
    """The words at a span: a statement, the rest of one, or the writer's own words; each cited."""
    start, end = span
    spans = [(cited_span(article, evidence.said), evidence) for evidence in statements]
    whole = [e for cited, e in spans if span in (cited, e.said.span)]
    if whole:
        return replace(tell(article, whole[0].said, phrases), citation=0), cite(whole[0], 1.0)
    round_it = [(b - a, i) for i, ((a, b), _) in enumerate(spans) if a <= start and end <= b]
    if round_it:
        said = spans[min(round_it)[1]][1].said
        return replace(go_on(article, said, span, phrases), citation=0), cite_span(article, span, 1.0, said)
    return replace(own_words(article, span, phrases), citation=0), cite_span(article, span, 1.0)
