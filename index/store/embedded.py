"""The store in one SQLite file, with FTS5 for words and FAISS for vectors."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Self, TypeVar, get_args

from index.article import Article
from index.statements import RULES
from index.store import row_mapping, trash
from index.store.database import WAIT_SECONDS, Database
from index.store.protocol import (
    PUBLIC,
    ArticleInfo,
    Entry,
    Hit,
    Manifest,
    Quota,
    QuotaError,
    RemovedInfo,
    Scope,
    Store,
    StoredPassage,
    StoredSpeaker,
    StoredStatement,
    StoreError,
    UnitKind,
)
from index.store.queries import askable, in_scope

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.store.lexical import WordIndex
    from index.store.vectors import VectorIndex

_T = TypeVar("_T")

_KINDS: tuple[UnitKind, ...] = get_args(UnitKind)
_CHECK_WORDS = "INSERT INTO KIND_words (KIND_words) VALUES ('integrity-check')"


@dataclass(frozen=True, slots=True)
class _Table(Generic[_T]):
    """A table whose rows belong to articles, the columns to read, and what makes them into objects."""

    name: str
    columns: str
    read: Callable[[row_mapping.Row], _T]
    speaker: str | None = None  # the column that a scope's speakers restrict


_STATEMENTS = _Table("statements", row_mapping.STATEMENT, row_mapping.statement, "statements.speaker")
_PASSAGES = _Table("passages", row_mapping.PASSAGE, row_mapping.passage)
_SPEAKERS = _Table("speakers", row_mapping.SPEAKER, row_mapping.speaker, "speakers.name")


class EmbeddedStore(Store):
    """Keeps articles in a file of its own. Any thread may use it: reads take turns, but wait for no write."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._indexes: dict[UnitKind, VectorIndex] = {}
        self._words: dict[UnitKind, WordIndex] = {}
        self._indexes_of = 0  # the database's epoch

    @classmethod
    def open(cls, path: Path, manifest: Manifest, *, wait_seconds: float = WAIT_SECONDS) -> Self:
        """Open the store at `path`, or make it, with its folder, where there is none.

        Args:
            path: the SQLite file.
            manifest: what the caller's vectors are made with.
            wait_seconds: how long to wait for another process that is writing.

        Raises:
            StoreError: not a store, damaged, made by another version or model, or not to be read or written.
        """
        store = cls(Database(path, manifest, wait_seconds))
        with suppress(StoreError):  # nobody waits for that: whoever changes something next does it too
            store.expire()
        return store

    def close(self) -> None:
        self._indexes.clear()
        self._words.clear()
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def version(self) -> int:
        with self._database.reading():
            return self._database.version

    @property
    def manifest(self) -> Manifest:
        return self._database.manifest

    def add(self, entry: Entry, quota: Quota | None = None) -> ArticleInfo:
        row_mapping.check_entry(entry, self.manifest.dimension)
        new = entry.article
        with self._changing() as connection:
            key = _insert(connection, entry, row_mapping.now(), quota, "remove that one first, or choose another id")
            if quota is not None:
                trash.trim(connection, new.collection, quota)
            return _articles(connection, "articles.key = ?", [key])[0]

    def remove(self, article_id: str, collection: str = PUBLIC) -> bool:
        with self._changing() as connection:
            key = _article_key(connection, article_id, collection)
            if key is not None:
                trash.discard(connection, key)
            return key is not None

    def restore(self, article_id: str, collection: str = PUBLIC, quota: Quota | None = None) -> bool:
        with self._changing() as connection:
            found = trash.recover(connection, article_id, collection)
            if found is not None:
                entry, added_at = found
                same = "articles.sha256 = ? AND articles.collection = ?"
                for twin in _articles(connection, same, [entry.article.sha256, collection]):
                    raise StoreError(f"{article_id} is the same article as {twin.id}, which is there: keep that one.")
                _insert(connection, entry, added_at, quota, "remove that one first, or keep it")
            return found is not None

    def removed(self, collection: str = PUBLIC) -> list[RemovedInfo]:
        with self._database.reading() as connection:
            return trash.listed(connection, collection)

    def rename(self, article_id: str, title: str, collection: str = PUBLIC) -> bool:
        with self._changing() as connection:
            query = "UPDATE articles SET title = ? WHERE id = ? AND collection = ?"
            return connection.execute(query, (title, article_id, collection)).rowcount > 0

    def check_quota(self, article: Article, quota: Quota) -> None:
        with self._database.reading() as connection:
            _check_quota(connection, article, quota)

    def purge(self, collection: str) -> int:
        with self._changing() as connection:
            kept = connection.execute("DELETE FROM articles WHERE collection = ?", (collection,)).rowcount
            count = kept + trash.empty(connection, collection)
            if count:
                trash.forget_words(connection)
            return count

    def expire(self) -> int:
        with self._database.reading() as connection:
            if not trash.has_expired(connection):
                return 0
        with self._database.writing() as connection:
            return _expire(connection)

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; the version grows when there was something to change."""
        with self._database.writing() as connection:
            _expire(connection)
            before = connection.total_changes
            yield connection
            if connection.total_changes > before:
                connection.execute("UPDATE manifest SET version = version + 1")

    def shipped(self) -> frozenset[str]:
        with self._database.reading() as connection:
            return frozenset(article_id for (article_id,) in connection.execute("SELECT id FROM shipped"))

    def articles(self, scope: Scope) -> list[ArticleInfo]:
        with self._database.reading() as connection:
            return _articles(connection, *in_scope(scope))

    def count(self) -> int:
        with self._database.reading() as connection:
            return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])

    def outdated(self) -> list[ArticleInfo]:
        other = "articles.key IN (SELECT article FROM readings WHERE rules != ?)"
        with self._database.reading() as connection:
            return _articles(connection, other, [RULES])

    def replace(self, key: int, entry: Entry) -> bool:
        row_mapping.check_entry(entry, self.manifest.dimension)
        with self._changing() as connection:
            joined = "FROM articles JOIN readings ON readings.article = articles.key WHERE key = ?"
            columns = "SELECT title, added_at, shipped, place"
            kept = connection.execute(" ".join([columns, joined]), (key,)).fetchone()
            if kept is None:
                return False
            title, added_at, shipped, place = kept
            connection.execute("DELETE FROM articles WHERE key = ?", (key,))
            now = replace(entry, article=replace(entry.article, title=title), shipped=bool(shipped))
            row_mapping.insert_entry(connection, now, added_at, place)
            return True

    def article(self, key: int) -> Article:
        with self._database.reading() as connection:
            query = " ".join(["SELECT", row_mapping.ARTICLE, "FROM articles WHERE key = ?"])
            row = connection.execute(query, [key]).fetchone()
            if row is None:
                raise KeyError(key)
            return row_mapping.article(row)

    def with_sha256(self, sha256: str, collection: str) -> ArticleInfo | None:
        condition = "articles.sha256 = ? AND articles.collection = ?"
        with self._database.reading() as connection:
            return next(iter(_articles(connection, condition, [sha256, collection])), None)

    def speakers(self, scope: Scope) -> list[StoredSpeaker]:
        return self._in_scope(_SPEAKERS, scope)

    def statements(self, scope: Scope) -> list[StoredStatement]:
        return self._in_scope(_STATEMENTS, scope)

    def passages(self, scope: Scope) -> list[StoredPassage]:
        if scope.speakers is not None:
            return []
        return self._in_scope(_PASSAGES, scope)

    def count_passages(self, scope: Scope) -> int:
        if scope.speakers is not None:
            return 0
        condition, values = in_scope(scope)
        query = ["SELECT count(*) FROM passages JOIN articles ON articles.key = passages.article WHERE", condition]
        with self._database.reading() as connection:
            return int(connection.execute(" ".join(query), values).fetchone()[0])

    def statements_by_key(self, keys: Sequence[int]) -> list[StoredStatement]:
        found = {one.key: one for one in self._by_key(_STATEMENTS, keys)}
        return [found[key] for key in keys if key in found]

    def passages_by_key(self, keys: Sequence[int]) -> list[StoredPassage]:
        found = {one.key: one for one in self._by_key(_PASSAGES, keys)}
        return [found[key] for key in keys if key in found]

    def dense(self, kind: UnitKind, vector: NDArray[np.float32], scope: Scope, k: int) -> list[Hit]:
        if k < 1 or _leaves_nothing(kind, scope):
            return []
        with self._database.reading() as connection:
            index = self._index(kind)
            index.update(connection, self._database.version)
            return index.search(connection, vector, scope, k)

    def lexical(self, kind: UnitKind, words: Sequence[str], scope: Scope, k: int) -> list[Hit]:
        wanted = askable(words)
        if k < 1 or not wanted or _leaves_nothing(kind, scope):
            return []
        with self._database.reading() as connection:
            return self._words_of(kind, connection).search(connection, wanted, scope, k)

    def document_frequency(self, words: Sequence[str], scope: Scope) -> dict[str, int]:
        counts = dict.fromkeys(words, 0)
        if not _leaves_nothing("sentence", scope):
            with self._database.reading() as connection:
                index = self._words_of("sentence", connection)
                counts |= {word: index.count(connection, word, scope) for word in askable(words)}
        return counts

    def check(self) -> None:
        """Read the whole file and compare its parts, which takes a while; StoreError when it is damaged."""
        with self._database.writing() as connection:  # fts5 takes its check as a write
            faults = [row for row in connection.execute("PRAGMA integrity_check") if row != ("ok",)]
            faults += connection.execute("PRAGMA foreign_key_check").fetchall()
            if faults:
                raise sqlite3.DatabaseError(str(faults[0]))
            for kind in _KINDS:
                connection.execute(_CHECK_WORDS.replace("KIND", kind))
        with self._database.reading() as connection:
            for kind in _KINDS:
                self._index(kind).update(connection, self._database.version)
            keys = [key for (key,) in connection.execute("SELECT key FROM articles")]
        for key in keys:
            with suppress(KeyError):  # removed meanwhile
                self.article(key)

    def _index(self, kind: UnitKind) -> VectorIndex:
        from index.store.vectors import VectorIndex  # noqa: PLC0415 - FAISS is loaded when vectors are needed

        self._forget_other_files()
        if kind not in self._indexes:
            self._indexes[kind] = VectorIndex(kind, self.manifest.dimension)
        return self._indexes[kind]

    def _words_of(self, kind: UnitKind, connection: sqlite3.Connection) -> WordIndex:
        from index.store.lexical import WordIndex  # noqa: PLC0415 - numpy is loaded when words are looked for

        self._forget_other_files()
        index = self._words.setdefault(kind, WordIndex(kind))
        index.update(connection, self._database.version)
        return index

    def _forget_other_files(self) -> None:
        if self._indexes_of != self._database.epoch:
            self._indexes.clear()
            self._words.clear()
            self._indexes_of = self._database.epoch

    def _in_scope(self, table: _Table[_T], scope: Scope) -> list[_T]:
        condition, values = in_scope(scope, table.speaker)
        joined = f"JOIN articles ON articles.key = {table.name}.article"
        order = f"ORDER BY {table.name}.article, {table.name}.ordinal"
        query = ["SELECT", table.columns, "FROM", table.name, joined, "WHERE", condition, order]
        with self._database.reading() as connection:
            return [table.read(row) for row in connection.execute(" ".join(query), values)]

    def _by_key(self, table: _Table[_T], keys: Sequence[int]) -> list[_T]:
        wanted = json.dumps([int(key) for key in keys])
        query = ["SELECT", table.columns, "FROM", table.name, "WHERE key IN (SELECT value FROM json_each(?))"]
        with self._database.reading() as connection:
            return [table.read(row) for row in connection.execute(" ".join(query), [wanted])]


def _expire(connection: sqlite3.Connection) -> int:
    count = trash.expire(connection)
    if count:
        trash.forget_words(connection)
    return count


def _insert(
    connection: sqlite3.Connection, entry: Entry, added_at: str, quota: Quota | None, if_id_is_taken: str
) -> int:
    new = entry.article
    if _article_key(connection, new.id, new.collection) is not None:
        raise StoreError(f"There is already an article with the id {new.id!r} in {new.collection}: {if_id_is_taken}.")
    if quota is not None:
        _check_quota(connection, new, quota)
    return row_mapping.insert_entry(connection, entry, added_at)


def _check_quota(connection: sqlite3.Connection, new: Article, quota: Quota) -> None:
    query = "SELECT count(*), coalesce(sum(characters), 0) FROM articles WHERE collection = ?"
    count, characters = connection.execute(query, (new.collection,)).fetchone()
    if count >= quota.articles:
        raise QuotaError(
            new.id, f"finds no room: {count:,} of {quota.articles:,} articles are there; remove one to make room"
        )
    if characters + len(new.text) > quota.characters:
        left = f"only {max(0, quota.characters - characters):,} of {quota.characters:,} are left"
        raise QuotaError(
            new.id, f"finds no room: it has {len(new.text):,} characters, and {left}; remove an article to make room"
        )


def _articles(connection: sqlite3.Connection, condition: str, values: Sequence[object]) -> list[ArticleInfo]:
    query = [
        "SELECT",
        row_mapping.ARTICLE_INFO,
        "FROM articles WHERE",
        condition,
        "ORDER BY (SELECT place FROM readings WHERE readings.article = articles.key)",
    ]
    return [row_mapping.article_info(row) for row in connection.execute(" ".join(query), values)]


def _article_key(connection: sqlite3.Connection, article_id: str, collection: str) -> int | None:
    query = "SELECT key FROM articles WHERE id = ? AND collection = ?"
    row = connection.execute(query, (article_id, collection)).fetchone()
    return None if row is None else int(row[0])


def _leaves_nothing(kind: UnitKind, scope: Scope) -> bool:
    """Speakers restrict statements, and leave no passages."""
    return kind == "sentence" and scope.speakers is not None
