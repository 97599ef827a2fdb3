"""Sentences and their windows: what facts that nobody "said" are answered from."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from index.article import Article, Span

# a full stop ends no sentence behind these, nor behind a single capital letter
_SHORTENED = """mr mrs ms dr prof sen rep gov gen col lt sgt capt st no vs etc inc ltd co corp jr sr dept est approx
rev hon jan feb mar apr jun jul aug sep sept oct nov dec fig u.s u.k u.n e.g i.e a.m p.m d.c ph.d cllr maj messrs"""
_ABBREVIATIONS = frozenset(_SHORTENED.split())
_BOUNDARY = re.compile(r"""(?<![.!?…])[.!?…]+[)\]"”’']*(?=\s+["“‘'(\[]?[A-Z0-9À-Þ“"‘])""")
_NEIGHBOURS = 1


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of an article, with its neighbours.

    `window` holds the sentence and, inside the same paragraph, the sentences beside it that still fit the model.
    `paragraph` counts the article's non-blank lines from 1, the title being paragraph 1.
    """

    span: Span
    window: Span
    paragraph: int


def passages(article: Article, fits: Callable[[str], bool]) -> list[Passage]:
    """The sentences of an article in order, none longer than the model reads.

    Args:
        article: the article to cut.
        fits: whether a text is within the model's limit of word pieces.
    """
    found: list[Passage] = []
    for number, (start, end) in enumerate(article.paragraphs, 1):
        pieces = [
            piece for span in sentences(article.text, (start, end)) for piece in _fitting(article.text, span, fits)
        ]
        for i, span in enumerate(pieces):
            found.append(Passage(span, _window(article.text, pieces, i, fits), number))
    return found


def sentences(text: str, paragraph: Span) -> list[Span]:
    """The sentence spans of a paragraph; a quotation's closing mark stays with its sentence.

    >>> text = "It rained. Mr. Park said so."
    >>> [text[a:b] for a, b in sentences(text, (0, len(text)))]
    ['It rained.', 'Mr. Park said so.']
    """
    start, end = paragraph
    spans: list[Span] = []
    for mark in _BOUNDARY.finditer(text, start, end):
        before = text[max(start, mark.start() - 20) : mark.start()]
        last = "" if before[-1:].isspace() else before.split()[-1].lstrip("(\"“‘'[") if before else ""
        if mark.group().startswith(".") and (
            last.lower() in _ABBREVIATIONS or re.fullmatch(r"[A-Z]|(?:[A-Z]\.)+[A-Z]", last)
        ):
            continue
        spans.append((start, mark.end()))
        start = mark.end()
    spans.append((start, end))
    return [trimmed for span in spans if (trimmed := _trim(text, span))[0] < trimmed[1]]


def _fitting(text: str, span: Span, fits: Callable[[str], bool]) -> list[Span]:
    """The span, halved at spaces until every piece fits; a piece without spaces is cut in the middle."""
    start, end = span
    if end - start < 2 or fits(text[start:end]):
        return [span]
    middle = (start + end) // 2
    cut = text.rfind(" ", start, middle)
    cut = middle if cut <= start else cut
    halves = [_trim(text, (start, cut)), _trim(text, (cut, end))]
    return [piece for half in halves if half[0] < half[1] for piece in _fitting(text, half, fits)]


def _window(text: str, spans: list[Span], i: int, fits: Callable[[str], bool]) -> Span:
    start, end = spans[i]
    for neighbour in (i - _NEIGHBOURS, i + _NEIGHBOURS):
        if 0 <= neighbour < len(spans):
            wider = min(start, spans[neighbour][0]), max(end, spans[neighbour][1])
            if fits(text[wider[0] : wider[1]]):
                start, end = wider
    return start, end


def _trim(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
