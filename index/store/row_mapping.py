"""The package's data as rows of the store's tables, and back again, exactly."""

from __future__ import annotations

import functools
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from index.article import Article, Span
from index.passages import Passage
from index.statements.statement import Speaker, Statement
from index.store.protocol import ArticleInfo, Entry, StoredPassage, StoredSpeaker, StoredStatement

Row = tuple[Any, ...]
_T = TypeVar("_T")
_Stored = TypeVar("_Stored")

# selected in this order; the functions below read the rows
ARTICLE_INFO = """
    articles.key, articles.id, articles.title, articles.source, articles.collection, articles.sha256,
    articles.characters, (SELECT count(*) FROM statements WHERE statements.article = articles.key),
    articles.added_at, articles.published,
    (SELECT rules FROM readings WHERE readings.article = articles.key)
"""
ARTICLE = """
    articles.sha256, articles.id, articles.title, articles.text, articles.source, articles.collection,
    articles.published
"""
STATEMENT = """
    statements.key, statements.article, statements.ordinal, statements.fragments, statements.directness,
    statements.speaker, statements.mention, statements.mention_span, statements.role, statements.affiliation,
    statements.cue, statements.cue_span, statements.addressee, statements.occasion, statements.via,
    statements.polarity, statements.source_kind, statements.confidence, statements.rule
"""
PASSAGE = """
    passages.key, passages.article, passages.ordinal, passages.span, passages.context, passages.paragraph
"""
SPEAKER = """
    speakers.article, speakers.name, speakers.kind, speakers.aliases, speakers.roles, speakers.affiliations,
    speakers.pronoun
"""


def readable(read: Callable[[_Stored], _T]) -> Callable[[_Stored], _T]:
    """Let `read` raise DatabaseError for a row that it cannot read: then the file is damaged."""

    @functools.wraps(read)
    def checked(row: _Stored) -> _T:
        try:
            return read(row)
        except (AttributeError, TypeError, ValueError) as error:
            raise sqlite3.DatabaseError(f"a row that is no {read.__name__}") from error

    return checked


@readable
def article_info(row: Row) -> ArticleInfo:
    """From the columns ARTICLE_INFO."""
    return ArticleInfo(*row)


@readable
def article(row: Row) -> Article:
    """From the columns ARTICLE. A text that is not the one that was added is not given: it may be quoted."""
    sha256, *fields = row
    stored = Article(*fields)
    if stored.sha256 != sha256:
        raise ValueError("the text has another hash")
    return stored


@readable
def statement(row: Row) -> StoredStatement:
    """From the columns STATEMENT."""
    key, of_article, ordinal, fragments, directness, speaker, mention, mention_span = row[:8]
    role, affiliation, cue, cue_span, addressee, occasion, via, polarity, source_kind, confidence, rule = row[8:]
    said = Statement(
        fragments=tuple((start, end) for start, end in json.loads(fragments)),
        directness=directness,
        speaker=speaker,
        mention=mention,
        mention_span=_span(mention_span),
        role=role,
        affiliation=affiliation,
        cue=cue,
        cue_span=_span(cue_span),
        addressee=addressee,
        occasion=occasion,
        via=via,
        polarity=polarity,
        source_kind=source_kind,
        confidence=confidence,
        rule=rule,
    )
    return StoredStatement(key, of_article, ordinal, said)


@readable
def passage(row: Row) -> StoredPassage:
    """From the columns PASSAGE."""
    key, of_article, ordinal, span, window, paragraph = row
    (start, end), (first, last) = json.loads(span), json.loads(window)
    return StoredPassage(key, of_article, ordinal, Passage((start, end), (first, last), paragraph))


@readable
def speaker(row: Row) -> StoredSpeaker:
    """From the columns SPEAKER."""
    of_article, name, kind, aliases, roles, affiliations, pronoun = row
    who = Speaker(
        name=name,
        kind=kind,
        aliases=tuple(json.loads(aliases)),
        roles=tuple(json.loads(roles)),
        affiliations=tuple(json.loads(affiliations)),
        pronoun=pronoun,
    )
    return StoredSpeaker(of_article, who)


def now() -> str:
    """The time to store, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def check_entry(entry: Entry, dimension: int) -> None:
    """ValueError when the parts of an entry do not fit together: a mistake of who made it."""
    owners = {
        "content": len(entry.statements),
        "attributed": len(entry.statements),
        "sentence": len(entry.passages),
    }
    for unit in entry.units:
        if not 0 <= unit.owner < owners[unit.kind]:
            raise ValueError(f"{unit.kind} unit of {entry.article.id!r} belongs to nothing: {unit.owner}")
    if entry.vectors.shape != (len(entry.units), dimension):
        raise ValueError(
            f"vectors of {entry.article.id!r} are {entry.vectors.shape}, not {len(entry.units)} x {dimension}"
        )
    if not (abs((entry.vectors**2).sum(axis=1) - 1) < 0.02).all():
        raise ValueError(f"vectors of {entry.article.id!r} are not of unit length")


def insert_entry(connection: sqlite3.Connection, entry: Entry, added_at: str, place: int | None = None) -> int:
    """Insert a checked entry into all tables, inside the caller's transaction; the article's key.

    The keys of one article's rows follow each other. `place` is the key that it had at first, if it had another.
    """
    article_key = _insert_article(connection, entry, added_at)
    first_statement = _insert(
        connection, "statements", (statement_row(article_key, *item) for item in enumerate(entry.statements))
    )
    first_passage = _insert(
        connection, "passages", (passage_row(article_key, *item) for item in enumerate(entry.passages))
    )
    connection.executemany(
        "INSERT INTO speakers VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (speaker_row(article_key, *item) for item in enumerate(entry.speakers)),
    )
    first = {"content": first_statement, "attributed": first_statement, "sentence": first_passage}
    _insert(
        connection,
        "units",
        ((article_key, unit.kind, first[unit.kind] + unit.owner, unit.text) for unit in entry.units),
    )
    connection.executemany("INSERT INTO vectors VALUES (?, ?, ?)", _matrix_rows(article_key, entry))
    connection.execute("INSERT INTO readings VALUES (?, ?, ?)", (article_key, entry.rules, place or article_key))
    if entry.shipped:
        connection.execute("INSERT OR IGNORE INTO shipped VALUES (?)", (entry.article.id,))
    return article_key


_INSERTS = {
    # by name: in a store that was upgraded the columns stand in another order
    "articles": "INSERT INTO articles (key, collection, id, title, source, published, sha256, characters, added_at, "
    "shipped, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "statements": "INSERT INTO statements VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "passages": "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)",
    "units": "INSERT INTO units VALUES (?, ?, ?, ?, ?)",
}


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[Row]) -> int:
    """Insert rows under the keys that follow the highest one ever used; the first of them."""
    used = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    first = 1 + (used[0] if used else 0)
    connection.executemany(_INSERTS[table], _numbered(first, rows))
    return first


def _numbered(first: int, rows: Iterable[Row]) -> Iterator[Row]:
    return ((key, *row) for key, row in enumerate(rows, start=first))


def _insert_article(connection: sqlite3.Connection, entry: Entry, added_at: str) -> int:
    new = entry.article
    row = (
        new.collection,
        new.id,
        new.title,
        new.source,
        new.published,
        new.sha256,
        len(new.text),
        added_at,
        entry.shipped,
        new.text,
    )
    return _insert(connection, "articles", [row])


def statement_row(article_key: int, ordinal: int, said: Statement) -> Row:
    """For the table of statements, without a key."""
    return (
        article_key,
        ordinal,
        json.dumps(said.fragments),
        said.directness,
        said.speaker,
        said.mention,
        _json_or_none(said.mention_span),
        said.role,
        said.affiliation,
        said.cue,
        _json_or_none(said.cue_span),
        said.addressee,
        said.occasion,
        said.via,
        said.polarity,
        said.source_kind,
        said.confidence,
        said.rule,
    )


def passage_row(article_key: int, ordinal: int, sentence: Passage) -> Row:
    """For the table of passages, without a key."""
    return article_key, ordinal, json.dumps(sentence.span), json.dumps(sentence.window), sentence.paragraph


def speaker_row(article_key: int, ordinal: int, who: Speaker) -> Row:
    """For the table of speakers."""
    lists: list[Sequence[str]] = [who.aliases, who.roles, who.affiliations]
    return (article_key, ordinal, who.name, who.kind, *map(json.dumps, lists), who.pronoun)


def _matrix_rows(article_key: int, entry: Entry) -> Iterator[Row]:
    for kind in dict.fromkeys(unit.kind for unit in entry.units):
        places = [place for place, unit in enumerate(entry.units) if unit.kind == kind]
        yield kind, article_key, entry.vectors[places].astype("<f4").tobytes()


def _span(stored: str | None) -> Span | None:
    if stored is None:
        return None
    start, end = json.loads(stored)
    return start, end


def _json_or_none(span: Span | None) -> str | None:
    return None if span is None else json.dumps(span)
