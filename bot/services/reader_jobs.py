"""The jobs of the reader process: reading an article, summing it up, keeping it. What is heavy is imported there."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from index.article import Article, ArticleError

if TYPE_CHECKING:
    from index.answer.contract import Told
    from index.library import Library
    from index.statements.statement import Statement
    from index.store.protocol import ArticleInfo, Quota

MAX_CHARACTERS = 1_000_000  # of an article that is added from Discord: with more, memory and time run out
EXAMPLES = 3
_SHORT = 40, 240  # characters of an example that is neither a scrap nor a speech
_TOO_LONG = f"has more than {MAX_CHARACTERS:,} characters; split it into smaller articles"


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """What was found in an article.

    Attributes:
        words: how many it has.
        statements: how many it has.
        speakers: who said how many of them, most first; those of nobody who is named are not counted.
        examples: up to `EXAMPLES` of them, as answers tell them.
    """

    words: int
    statements: int
    speakers: tuple[tuple[str, int], ...]
    examples: tuple[Told, ...]


def prepare() -> None:
    """Load what takes its time, without torch: spaCy would load it just to have seen it, and twice the memory."""
    from index.statements.parse.pipeline import language

    with _hidden("torch"):
        language()


@contextlib.contextmanager
def _hidden(module: str) -> Iterator[None]:
    """Nobody who tries to import a module finds it."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment] # how Python marks what is not to be imported
    try:
        yield
    finally:
        del sys.modules[module]


def read_file(data: bytes, name: str, collection: str) -> Article:
    """The article in a file, by what its name ends with. Raises ArticleError."""
    from index.formats import read_bytes

    return checked(read_bytes(data, name, collection=collection).article, name)


def read_pasted(text: str, title: str, source: str, collection: str) -> Article:
    """The article in a pasted text; its id is made from the title. Raises ArticleError."""
    from index.article import article_from_text, clean_title, safe_id

    name = title or "The text"
    made = article_from_text(text, id=name, title=title or None, source=source or None, collection=collection)
    if not title:
        made = article_from_text(
            text, id=safe_id(clean_title(made.title)), source=source or None, collection=collection
        )
    return checked(made, name)


def checked(article: Article, name: str) -> Article:
    """The article, unless it is longer than what is added from Discord. Raises ArticleError."""
    if len(article.text) > MAX_CHARACTERS:
        raise ArticleError(name, _TOO_LONG)
    return article


def understand(article: Article) -> ArticleSummary:
    """Who says what in it."""
    from index.statements.extract import extract

    (found,) = extract([article])
    return summed_up(article, found.statements)


def summed_up(article: Article, statements: Sequence[Statement]) -> ArticleSummary:
    """What an article's statements come to. Quick, and loads no model."""
    from index.language.words import capitalised

    speakers = Counter(capitalised(one.speaker) for one in statements if one.speaker)
    return ArticleSummary(
        words=len(article.text.split()),
        statements=len(statements),
        speakers=tuple(speakers.most_common()),
        examples=_examples(article, statements),
    )


def _examples(article: Article, statements: Sequence[Statement]) -> tuple[Told, ...]:
    """The surest statements, of different speakers where there are enough, in the order of the text."""
    from index.answer.present.catalogue import ENGLISH
    from index.answer.present.statement_text import speaker_of

    low, high = _SHORT
    fit = [one for one in statements if low <= one.span[1] - one.span[0] <= high] or list(statements)
    surest = sorted(fit, key=lambda one: (one.speaker is None, one.directness != "direct", -one.confidence))
    first: dict[str, Statement] = {}
    for one in surest:
        first.setdefault(speaker_of(one, ENGLISH), one)
    more = (one for one in surest if one is not first[speaker_of(one, ENGLISH)])
    chosen = list(islice(chain(first.values(), more), EXAMPLES))
    told = (_told(article, one) for one in sorted(chosen, key=lambda one: one.span))
    return tuple(one for one in told if one is not None)


def _told(article: Article, statement: Statement) -> Told | None:
    """The statement as answers tell it, if it passes the gate that they pass."""
    from dataclasses import replace

    from index.answer.contract import Told
    from index.answer.present.catalogue import ENGLISH
    from index.answer.present.gate import GateError, check_parts
    from index.answer.present.statement_text import cite_span, cited_span, tell

    part = replace(tell(article, statement, ENGLISH), citation=0)
    citation = cite_span(article, cited_span(article, statement), 1.0, statement)
    try:
        check_parts([part], [citation], lambda _: [article])
    except GateError:
        return None
    return Told(part, citation)


def keep(article: Article, data: Path, model: str | None, threads: int | None, quota: Quota) -> ArticleInfo:
    """Add an article to the index in a data folder, whole or not at all. Raises ArticleError, StoreError, …."""
    added: list[ArticleInfo] = []
    _library(data, model, threads).add([article], on_added=added.append, quota=quota)
    return added[0]


def reread(info: ArticleInfo, data: Path, model: str | None, threads: int | None) -> bool:
    """Read an article of the index again; False when it is gone. Raises StoreError, …."""
    return _library(data, model, threads).reread(info)


@lru_cache(maxsize=1)
def _library(data: Path, model: str | None, threads: int | None) -> Library:
    from index.library import Library

    return Library(data, model=model, threads=threads)
