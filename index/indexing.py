"""Making an article ready to be kept: statements, passages, searchable units and their vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from index.article import Article
from index.encoder import Encoder
from index.passages import Passage, passages, sentences
from index.statements.extract import Extraction, extract
from index.statements.model import Speaker, Statement
from index.store.protocol import Entry, Unit


def entries(articles: Iterable[Article], encoder: Encoder, is_shipped: Callable[[Article], bool]) -> Iterator[Entry]:
    """An entry for each article, in order, parsed in common batches. Loads spaCy."""
    for extraction in extract(articles):
        yield _entry(extraction, encoder, shipped=is_shipped(extraction.article))


def _entry(extraction: Extraction, encoder: Encoder, *, shipped: bool) -> Entry:
    article = extraction.article
    statements = [_named(statement) for statement in extraction.statements]
    speakers = [replace(speaker, name=_capitalised(speaker.name)) for speaker in extraction.speakers]
    cut = passages(article, encoder.fits)
    units = [*_statement_units(article, statements), *_passage_units(article, cut)]
    vectors = encoder.encode([unit.text for unit in units])
    return Entry(article, statements, cut, _distinct(speakers), units, vectors, shipped)


def _named(statement: Statement) -> Statement:
    """The statement with its speaker's name beginning with a capital, as names are shown and compared."""
    return replace(statement, speaker=_capitalised(statement.speaker) if statement.speaker else None)


def _capitalised(name: str) -> str:
    return name[:1].upper() + name[1:]


def _distinct(speakers: Iterable[Speaker]) -> list[Speaker]:
    return list({speaker.name: speaker for speaker in speakers}.values())


def _statement_units(article: Article, statements: list[Statement]) -> Iterator[Unit]:
    """The content, each sentence of a long content, and the content with who said it to whom."""
    for owner, statement in enumerate(statements):
        parts = [article.text[start:end] for start, end in statement.fragments]
        content = " ".join(parts)
        yield Unit("content", owner, content)
        pieces = [article.text[a:b] for fragment in statement.fragments for a, b in sentences(article.text, fragment)]
        if len(pieces) > 1:
            yield from (Unit("content", owner, piece) for piece in pieces)
        speaker = ", ".join(part for part in (statement.speaker, statement.role) if part)
        said = " ".join(part for part in (speaker, statement.cue, statement.addressee, statement.occasion) if part)
        yield Unit("attributed", owner, f"{said}: {content}" if said else content)


def _passage_units(article: Article, cut: list[Passage]) -> Iterator[Unit]:
    for owner, passage in enumerate(cut):
        yield Unit("sentence", owner, article.text[slice(*passage.span)])
