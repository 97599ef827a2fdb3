"""The lexical retriever: bm25 over the units in scope, from FTS5's lists of where each term stands.

FTS5's own ranking weighs a word by all texts in the file: what one server adds would change the order of another's
answers. Here a word weighs what it weighs among the collections in scope, and whoever else has texts makes no
difference. The lists are kept in memory once a question asked for them, as arrays: a word that 100 000 texts hold is
ranked in a millisecond.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from index.store.places import Mask, chosen
from index.store.protocol import Hit, Scope, UnitKind

# as FTS5's own bm25
_K1, _B, _LEAST_WEIGHT = 1.2, 0.75, 1e-6
_OFFSETS = 1 << 32  # more than a text has terms: a place and an offset make one number
_MARGIN = 1 << 20  # more terms than a phrase has
_TERMS_KEPT = 4096
# the same tokenizer as in schema.sql
_TOKENIZER = "porter unicode61 remove_diacritics 2"

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _ScopedWords:
    """What a scope leaves: the units it shows, and those of its collections, among which words are weighed."""

    visible: Mask
    weighed: Mask
    count: int
    mean_length: float


class WordIndex:
    """The words of one kind of units; a place is a unit's number in the order of the keys."""

    def __init__(self, kind: UnitKind) -> None:
        self._kind = kind
        self._clear()

    def _clear(self) -> None:
        self._version: int | None = None
        self._keys = self._articles = self._owners = self._lengths = np.empty(0, np.int64)
        self._forget()

    def _forget(self) -> None:
        self._selections: LRUCache[Scope, _ScopedWords] = LRUCache(64)
        self._terms: LRUCache[str, Numbers] = LRUCache(_TERMS_KEPT)

    def update(self, connection: sqlite3.Connection, version: int) -> None:
        """Take in what was added and let go of what was removed up to `version`, the one in `connection`."""
        if version == self._version:
            return
        self._version = None
        self._forget()
        try:
            self._catch_up(connection)
        except (TypeError, ValueError) as error:
            self._clear()
            raise sqlite3.DatabaseError("rows that are no units") from error
        except BaseException:
            self._clear()
            raise
        self._version = version

    def _catch_up(self, connection: sqlite3.Connection) -> None:
        rows = connection.execute("SELECT article FROM vectors WHERE kind = ?", (self._kind,))
        stored = np.array([article for (article,) in rows], np.int64)
        kept = np.isin(self._articles, stored)
        arrays = [numbers[kept] for numbers in (self._keys, self._articles, self._owners, self._lengths)]
        # an article's units are never changed, and a later one has higher keys
        newest = int(arrays[1][-1]) if len(arrays[1]) else 0
        query = """
            SELECT units.key, units.article, units.owner, sizes.sz
            FROM units JOIN KIND_words_docsize AS sizes ON sizes.id = units.key
            WHERE units.kind = ? AND units.article > ? ORDER BY units.article, units.key
        """.replace("KIND", self._kind)
        found = connection.execute(query, (self._kind, newest))
        new = [(key, article, owner, _varint(size)) for key, article, owner, size in found]
        columns = np.array(new, np.int64).reshape(-1, 4).T
        joined = [np.concatenate([old, late]) for old, late in zip(arrays, columns, strict=True)]
        self._keys, self._articles, self._owners, self._lengths = joined

    def search(self, connection: sqlite3.Connection, words: Sequence[str], scope: Scope, k: int) -> list[Hit]:
        """The k best owners by bm25 for any of the words, best first, equal scores by key; see `Store.lexical`."""
        selection = self._selected(connection, scope)
        scores, held = np.zeros(len(self._keys)), np.zeros(len(self._keys), np.bool_)
        for word in sorted(set(words)):  # in one order, so that theirs does not change the rounding
            places, times = self._places(connection, word)
            holding = int(selection.weighed[places].sum())
            seen = selection.visible[places]
            places, times = places[seen], times[seen]
            if len(places):
                weight = max(_LEAST_WEIGHT, np.log((selection.count - holding + 0.5) / (holding + 0.5)))
                lengths = self._lengths[places] / selection.mean_length
                scores[places] += weight * times * (_K1 + 1) / (times + _K1 * (1 - _B + _B * lengths))
                held[places] = True
        return self._best(np.flatnonzero(held), scores, k)

    def _best(self, places: Numbers, scores: NDArray[np.float64], k: int) -> list[Hit]:
        """Each owner by its best unit; only so many units are sorted as may be among the best k owners."""
        fetched = 2 * min(k, len(places)) + 16
        while True:
            kept = places
            if fetched < len(places):
                least = np.partition(scores[places], -fetched)[-fetched]
                kept = places[scores[places] >= least]
            order = np.lexsort((self._owners[kept], -scores[kept]))
            best: dict[int, float] = {}
            for place in kept[order].tolist():
                best.setdefault(int(self._owners[place]), float(scores[place]))
            if len(best) >= k or len(kept) == len(places):
                return [Hit(owner, score) for owner, score in list(best.items())[:k]]
            fetched *= 8

    def count(self, connection: sqlite3.Connection, word: str, scope: Scope) -> int:
        """How many units in scope hold a word."""
        places, _ = self._places(connection, word)
        return int(self._selected(connection, scope).visible[places].sum())

    def _places(self, connection: sqlite3.Connection, word: str) -> tuple[Numbers, Numbers]:
        """Where a word stands, and how often; of one that is several terms, where they follow each other."""
        found: Numbers | None = None
        for i, term in enumerate(terms_of(word)):
            starts = self._instances(connection, term) - i
            found = starts if found is None else np.intersect1d(found, starts, assume_unique=True)
        if found is None:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        places, times = np.unique(found // _OFFSETS, return_counts=True)
        return places, times.astype(np.int64)

    def _instances(self, connection: sqlite3.Connection, term: str) -> Numbers:
        """Every place of a term, times `_OFFSETS`, plus its offset there and a margin to subtract from."""
        if term not in self._terms:
            table = f"{self._kind}_instances"
            made = (
                f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{table} USING fts5vocab(main, {self._kind}_words, instance)"
            )
            connection.execute(made)
            query = " ".join(["SELECT doc, offset FROM", f"temp.{table}", "WHERE term = ?"])
            rows = np.array(connection.execute(query, (term,)).fetchall(), np.int64).reshape(-1, 2)
            places = np.searchsorted(self._keys, rows[:, 0])
            if (places == len(self._keys)).any() or (self._keys[places] != rows[:, 0]).any():
                raise sqlite3.DatabaseError("words of no unit")
            self._terms[term] = places * _OFFSETS + rows[:, 1] + _MARGIN
        return self._terms[term]

    def _selected(self, connection: sqlite3.Connection, scope: Scope) -> _ScopedWords:
        if scope not in self._selections:
            weighed = chosen(connection, Scope(scope.collections), self._articles, self._owners)
            visible = chosen(connection, scope, self._articles, self._owners)
            count = int(weighed.sum())
            mean = max(1, int(self._lengths[weighed].sum())) / max(1, count)
            self._selections[scope] = _ScopedWords(visible, weighed, count, mean)
        return self._selections[scope]


_lock = threading.Lock()


@lru_cache(maxsize=65536)
def terms_of(text: str) -> tuple[str, ...]:
    """The terms that FTS5 makes of a text, in order; none where it holds no letter or figure."""
    with _lock:
        connection = _tokenizing()
        connection.execute("BEGIN")
        try:
            connection.execute("INSERT INTO texts VALUES (?)", (text.replace("\0", " "),))
            return tuple(term for (term,) in connection.execute("SELECT term FROM terms ORDER BY offset"))
        finally:
            connection.execute("ROLLBACK")


@lru_cache(maxsize=1)
def _tokenizing() -> sqlite3.Connection:
    """A database in memory that does nothing but take texts apart as the store's own does."""
    connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    connection.execute(f"CREATE VIRTUAL TABLE texts USING fts5(text, tokenize = '{_TOKENIZER}')")
    connection.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(texts, instance)")
    return connection


def _varint(size: bytes) -> int:
    """FTS5's number of terms of a text: seven bits a byte, the highest first."""
    number = 0
    for byte in size:
        number = number << 7 | byte & 0x7F
    return number
