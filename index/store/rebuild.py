"""Reindexing: the index of a store made anew from the articles it holds, whichever version or model made it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.article import Article
from index.store import trash
from index.store.database import WAIT_SECONDS, connect, create_schema, refusing, settle, transaction
from index.store.protocol import PUBLIC, Entry, Manifest, StoreError
from index.store.row_mapping import check_entry, insert_entry, now, readable
from index.store.upgrade import refuse_newer


def read_articles(path: Path, *, removed: bool = False) -> list[tuple[Article, bool]]:
    """The articles of a store in the order they were added, and whether each came with the package.

    With `removed`, those that are in the trash instead.

    Any schema version will do that has a table of articles; StoreError otherwise.
    """
    with refusing(path):
        connection = _existing(path, WAIT_SECONDS)
        try:
            found = _removed(connection) if removed else _articles(connection, path)
            return [(kept.article, kept.shipped) for kept in found]
        finally:
            connection.close()


def rebuild(
    path: Path,
    manifest: Manifest,
    make: Callable[[Article, bool], Entry],
    *,
    wait_seconds: float = WAIT_SECONDS,
) -> None:
    """Make everything but the articles themselves anew, in the same file, all of it or nothing.

    `make` gets an article and whether it was shipped, those in the trash after the others. All happens in one
    transaction: until it ends other processes read the old state and cannot add or remove; a crash leaves the old
    state. After it they see the new one, or get a StoreError where the model is another one than theirs.
    """
    with refusing(path):
        connection = _existing(path, wait_seconds)
        try:
            connection.execute("PRAGMA foreign_keys = OFF")  # tables go in any order
            with transaction(connection, "IMMEDIATE"):
                _replace_all(connection, path, manifest, make)
            settle(connection)
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class _Kept:
    article: Article
    shipped: bool
    added_at: str
    removed_at: str


def _existing(path: Path, wait_seconds: float) -> sqlite3.Connection:
    if not path.exists():
        raise StoreError(f"There is no store at {path}: there is nothing to rebuild.")
    connection = connect(path, wait_seconds)
    try:
        refuse_newer(path, max((row.get("schema_version", 0) for row in _rows(connection, "manifest")), default=0))
    except BaseException:
        connection.close()
        raise
    return connection


def _replace_all(
    connection: sqlite3.Connection, path: Path, manifest: Manifest, make: Callable[[Article, bool], Entry]
) -> None:
    kept, removed = _articles(connection, path), _removed(connection)
    version = max((row["version"] for row in _rows(connection, "manifest")), default=0)
    shipped = [(row["id"],) for row in _rows(connection, "shipped")]
    used_keys = {row["name"]: row["seq"] for row in _rows(connection, "sqlite_sequence")}
    _drop_all(connection)
    create_schema(connection, manifest, version + 1)
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.executemany(
        "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)",
        [(name, key) for name, key in used_keys.items() if name in tables],
    )
    connection.executemany("INSERT INTO shipped VALUES (?)", shipped)
    for one in kept:
        entry = make(one.article, one.shipped)
        check_entry(entry, manifest.dimension)
        insert_entry(connection, entry, one.added_at)
    for one in removed:
        entry = make(one.article, one.shipped)
        check_entry(entry, manifest.dimension)
        trash.keep(connection, entry, one.added_at, one.removed_at)


def _articles(connection: sqlite3.Connection, path: Path) -> list[_Kept]:
    if not _has_table(connection, "articles"):
        raise StoreError(
            f"The store {path} holds no articles that this version can read: move it away and add them again."
        )
    try:
        places = {row["article"]: row.get("place", row["article"]) for row in _rows(connection, "readings")}
        rows = sorted(_rows(connection, "articles"), key=lambda row: places.get(row.get("key"), row.get("key", 0)))
        return [_kept(row) for row in rows]
    except KeyError as error:
        raise StoreError(
            f"The articles in {path} are kept in a way that this version cannot read (no {error}): "
            "use the version of Wuzhen that made it."
        ) from error


def _removed(connection: sqlite3.Connection) -> list[_Kept]:
    """What is in the trash, whose day is not over; nothing where an older version knew no trash."""
    return [_kept(row) for row in _rows(connection, "removed") if not trash.is_expired(row["removed_at"])]


@readable
def _kept(row: dict[str, Any]) -> _Kept:
    told = (row.get("source"), row.get("collection", PUBLIC), row.get("published"))
    article = Article(row["id"], row["title"], row["text"], *told)
    if row.get("sha256", article.sha256) != article.sha256:
        raise ValueError("the text has another hash")
    return _Kept(article, bool(row.get("shipped", False)), row.get("added_at") or now(), row.get("removed_at", ""))


def _has_table(connection: sqlite3.Connection, table: str) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None


def _rows(connection: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    """All rows of a table by the names of its columns, oldest first; none where there is no such table."""
    if not _has_table(connection, table):
        return []
    cursor = connection.execute(" ".join(["SELECT * FROM", table]))
    names = [column[0] for column in cursor.description]
    return sorted((dict(zip(names, row, strict=True)) for row in cursor), key=lambda row: row.get("key", 0))


def _drop_all(connection: sqlite3.Connection) -> None:
    # virtual tables first: they take their own tables with them
    ranks = (
        "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'table') AND name NOT LIKE 'sqlite_%' "
        "ORDER BY sql LIKE 'CREATE VIRTUAL%' DESC"
    )
    for kind, name in connection.execute(ranks).fetchall():
        if _has_table(connection, name):
            connection.execute(" ".join(["DROP", kind, '"' + name.replace('"', '""') + '"']))
