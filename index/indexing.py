"""Making an article ready to be kept: statements, passages, searchable units and their vectors."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.article import Article
from index.encoder import Encoder
from index.language.words import capitalised
from index.passages import Passage, passages, sentences
from index.statements.extract import Extraction, extract
from index.statements.statement import Speaker, Statement
from index.store.protocol import Entry, Unit

# how many articles may wait for their vectors while others are parsed
_AHEAD = 2


def entries(articles: Iterable[Article], encoder: Encoder, is_shipped: Callable[[Article], bool]) -> Iterator[Entry]:
    """An entry for each article, in order, parsed in common batches. Loads spaCy.

    One article is encoded while the next ones are parsed: parsing keeps one core busy, encoding the others.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="encode") as worker:
        waiting: deque[Future[Entry]] = deque()
        for extraction in extract(articles):
            shipped = is_shipped(extraction.article)
            waiting.append(worker.submit(_entry, extraction, encoder, shipped=shipped))
            while len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _entry(extraction: Extraction, encoder: Encoder, *, shipped: bool) -> Entry:
    article = extraction.article
    statements = [_named(statement) for statement in extraction.statements]
    speakers = [replace(speaker, name=capitalised(speaker.name)) for speaker in extraction.speakers]
    cut = passages(article, encoder.fits)
    units = [*_statement_units(article, statements), *_passage_units(article, cut)]
    return Entry(article, statements, cut, _distinct(speakers), units, _vectors(units, encoder), shipped)


def _vectors(units: list[Unit], encoder: Encoder) -> NDArray[np.float32]:
    """A row for each unit; a text that several units share is encoded once."""
    texts = list(dict.fromkeys(unit.text for unit in units))
    row = {text: i for i, text in enumerate(texts)}
    return encoder.encode(texts)[[row[unit.text] for unit in units]]


def _named(statement: Statement) -> Statement:
    """The statement with its speaker's name beginning with a capital, as names are shown and compared."""
    return replace(statement, speaker=capitalised(statement.speaker) if statement.speaker else None)


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
