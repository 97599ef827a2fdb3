"""Soft deletion: removed articles, whole, to be put back, in a table that no search, listing or weight looks at."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

from index.article import Article
from index.store import row_mapping
from index.store.protocol import Entry, Quota, RemovedInfo, Unit, UnitKind

KEPT = timedelta(days=1)

_INFO = "id, title, source, collection, sha256, characters, statements, added_at, removed_at"


def listed(connection: sqlite3.Connection, collection: str) -> list[RemovedInfo]:
    """What can be put back into a collection, the last removed first."""
    query = f"SELECT {_INFO} FROM removed WHERE collection = ? AND removed_at > ? ORDER BY key DESC"  # noqa: S608
    return [_info(row) for row in connection.execute(query, (collection, _deadline()))]


def discard(connection: sqlite3.Connection, key: int) -> None:
    """Move an article, by its key, to the trash."""
    entry, added_at = read_entry(connection, key)
    connection.execute("DELETE FROM articles WHERE key = ?", (key,))
    keep(connection, entry, added_at, datetime.now(UTC).isoformat(timespec="microseconds"))


def keep(connection: sqlite3.Connection, entry: Entry, added_at: str, removed_at: str) -> None:
    """Put an entry into the trash."""
    article = entry.article
    row = (
        *(article.collection, article.id, article.title, article.source, article.published),
        *(article.sha256, len(article.text), len(entry.statements), added_at, entry.shipped, removed_at),
        *(_parts(entry), entry.vectors.astype("<f4").tobytes(), article.text),
    )
    columns = (  # by name: in a store that was upgraded they stand in another order
        "collection, id, title, source, published, sha256, characters, statements, added_at, shipped, removed_at, "
        "parts, vectors, text"
    )
    connection.execute(f"INSERT INTO removed ({columns}) VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608


def recover(connection: sqlite3.Connection, article_id: str, collection: str) -> tuple[Entry, str] | None:
    """Take the article that was last removed under an id out of the trash, with when it was added; None for none."""
    found = connection.execute(
        "SELECT key, id, title, text, source, collection, published, shipped, added_at, parts, vectors FROM removed "
        "WHERE id = ? AND collection = ? AND removed_at > ? ORDER BY key DESC LIMIT 1",
        (article_id, collection, _deadline()),
    ).fetchone()
    if found is None:
        return None
    connection.execute("DELETE FROM removed WHERE key = ?", found[:1])
    return _entry(found[1:]), found[8]


def expire(connection: sqlite3.Connection) -> int:
    """Delete for good what was removed more than a day ago; how many articles."""
    return _delete(connection, "removed_at <= ?", (_deadline(),))


def has_expired(connection: sqlite3.Connection) -> bool:
    """Whether there is something that `expire` would delete."""
    query = "SELECT 1 FROM removed WHERE removed_at <= ? LIMIT 1"
    return connection.execute(query, (_deadline(),)).fetchone() is not None


def is_expired(removed_at: str) -> bool:
    """Whether the day of what was removed then is over."""
    return removed_at <= _deadline()


def empty(connection: sqlite3.Connection, collection: str) -> int:
    """Delete for good what was removed from a collection; how many articles."""
    return _delete(connection, "collection = ?", (collection,))


def trim(connection: sqlite3.Connection, collection: str, quota: Quota) -> None:
    """Delete for good what was removed longest ago, until no more is left than the collection itself may hold."""
    articles = characters = 0
    query = "SELECT key, characters FROM removed WHERE collection = ? ORDER BY key DESC"
    for key, size in connection.execute(query, (collection,)).fetchall():
        articles, characters = articles + 1, characters + size
        if articles > quota.articles or characters > quota.characters:
            _delete(connection, "collection = ? AND key <= ?", (collection, key))
            return


def forget_words(connection: sqlite3.Connection) -> None:
    """Take the words of articles that are gone out of the full-text indexes, which only mark them as deleted."""
    for kind in ("content", "attributed", "sentence"):
        connection.execute(f"INSERT INTO {kind}_words ({kind}_words) VALUES ('optimize')")  # noqa: S608 - our own names


def read_entry(connection: sqlite3.Connection, key: int) -> tuple[Entry, str]:
    """Everything that is kept about an article, as it was added, and when."""
    columns = "id, title, text, source, collection, published, shipped, added_at"
    *article, shipped, added_at = connection.execute(
        f"SELECT {columns} FROM articles WHERE key = ?",  # noqa: S608 - our own names
        (key,),
    ).fetchone()
    statements = [row_mapping.statement(row) for row in _of(connection, row_mapping.STATEMENT, "statements", key)]
    passages = [row_mapping.passage(row) for row in _of(connection, row_mapping.PASSAGE, "passages", key)]
    speakers = [row_mapping.speaker(row).speaker for row in _of(connection, row_mapping.SPEAKER, "speakers", key)]
    ordinals = {("passage", one.key): one.ordinal for one in passages}
    ordinals |= {("statement", one.key): one.ordinal for one in statements}
    found = connection.execute("SELECT kind, owner, text FROM units WHERE article = ? ORDER BY key", (key,))
    units = [Unit(kind, ordinals[_owner(kind), owner], text) for kind, owner, text in found]
    said, sentences = [one.statement for one in statements], [one.passage for one in passages]
    vectors = _vectors(connection, key, units)
    rules = connection.execute("SELECT rules FROM readings WHERE article = ?", (key,)).fetchone() or (0,)
    return Entry(Article(*article), said, sentences, speakers, units, vectors, bool(shipped), *rules), added_at


def _of(connection: sqlite3.Connection, columns: str, table: str, key: int) -> sqlite3.Cursor:
    query = ["SELECT", columns, "FROM", table, "WHERE article = ? ORDER BY ordinal"]
    return connection.execute(" ".join(query), (key,))


def _owner(kind: UnitKind) -> str:
    return "passage" if kind == "sentence" else "statement"


def _vectors(connection: sqlite3.Connection, key: int, units: list[Unit]) -> Any:
    """The rows of the article's matrices, one for each kind, in the order of its units."""
    import numpy as np  # noqa: PLC0415 - listing does not wait for numpy

    found = connection.execute("SELECT kind, matrix FROM vectors WHERE article = ?", (key,)).fetchall()
    (dimension,) = connection.execute("SELECT dimension FROM manifest").fetchone()
    vectors = np.zeros((len(units), dimension), np.float32)
    for kind, blob in found:
        places = [place for place, unit in enumerate(units) if unit.kind == kind]
        try:
            vectors[places] = np.frombuffer(blob, "<f4").reshape(-1, dimension)
        except ValueError as error:
            raise sqlite3.DatabaseError("rows that are no vectors") from error
    return vectors


def _parts(entry: Entry) -> str:
    """What was found in an article, as JSON: the rows of its tables without keys."""
    parts = {
        "statements": [row_mapping.statement_row(0, i, said) for i, said in enumerate(entry.statements)],
        "passages": [row_mapping.passage_row(0, i, sentence) for i, sentence in enumerate(entry.passages)],
        "speakers": [row_mapping.speaker_row(0, i, who) for i, who in enumerate(entry.speakers)],
        "units": [(unit.kind, unit.owner, unit.text) for unit in entry.units],
        "rules": entry.rules,
    }
    return json.dumps(parts)


@row_mapping.readable
def _entry(row: row_mapping.Row) -> Entry:
    import numpy as np  # noqa: PLC0415 - listing does not wait for numpy

    *article, shipped, _added_at, packed, blob = row
    parts = json.loads(packed)
    units = [Unit(*unit) for unit in parts["units"]]
    return Entry(
        article=Article(*article),
        statements=[row_mapping.statement((0, *said)).statement for said in parts["statements"]],
        passages=[row_mapping.passage((0, *sentence)).passage for sentence in parts["passages"]],
        speakers=[row_mapping.speaker((0, *who[2:])).speaker for who in parts["speakers"]],
        units=units,
        vectors=np.frombuffer(blob, "<f4").reshape(len(units), -1) if units else np.empty((0, 0), np.float32),
        shipped=bool(shipped),
        rules=parts.get("rules", 0),
    )


@row_mapping.readable
def _info(row: row_mapping.Row) -> RemovedInfo:
    *known, removed_at = row
    article_id, title, source, collection, sha256, characters, statements, added_at = known
    told = article_id, title, source, collection, sha256, characters, statements, added_at, removed_at
    return RemovedInfo(*told, (datetime.fromisoformat(removed_at) + KEPT).isoformat())


def _delete(connection: sqlite3.Connection, where: str, values: tuple[object, ...]) -> int:
    return connection.execute(f"DELETE FROM removed WHERE {where}", values).rowcount  # noqa: S608 - our own words


def _deadline() -> str:
    """What was removed up to then is gone."""
    return (datetime.now(UTC) - KEPT).isoformat(timespec="microseconds")
