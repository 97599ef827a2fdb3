"""The dense retriever: a FAISS index, built from the stored vectors, held in memory.

Imported where vectors are needed and not before, because numpy and FAISS take time to load. There is no copy
of the index on disk: reading 100 000 stored vectors takes 0.25 s, reading FAISS's own file of them 0.1 s.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.store.places import Mask, chosen
from index.store.protocol import Hit, Scope, UnitKind

# FAISS sums up float32 in an order that may depend on a vector's place: scores this close are in any order
_ROUNDING = 1e-5
_STORED = np.dtype("<f4")  # as rows.py writes it


@dataclass(frozen=True, slots=True)
class _ScopedVectors:
    """The places in the index that a scope leaves: how many, and what tells FAISS which; None means all."""

    count: int
    parameters: faiss.SearchParameters | None


class VectorIndex:
    """The vectors of one kind of units, those of an article side by side, articles by their keys."""

    def __init__(self, kind: UnitKind, dimension: int) -> None:
        self._kind = kind
        self._dimension = dimension
        self._clear()

    def _clear(self) -> None:
        self._version: int | None = None
        self._index = faiss.IndexFlatIP(self._dimension)
        self._articles = np.empty(0, np.int64)  # of the vector at each place
        self._owners = np.empty(0, np.int64)
        self._selections: dict[Scope, _ScopedVectors] = {}

    def update(self, connection: sqlite3.Connection, version: int) -> None:
        """Take in what was added and let go of what was removed up to `version`, the one in `connection`."""
        if version == self._version:
            return
        self._version = None
        self._selections.clear()
        try:
            self._catch_up(connection)
        except (TypeError, ValueError) as error:
            raise sqlite3.DatabaseError("rows that are no vectors") from error
        else:
            self._version = version
        finally:
            if self._version is None:  # half caught up
                self._clear()

    def _catch_up(self, connection: sqlite3.Connection) -> None:
        rows = connection.execute("SELECT article FROM vectors WHERE kind = ? ORDER BY article", (self._kind,))
        stored = np.array([article for (article,) in rows], np.int64)
        gone = ~np.isin(self._articles, stored)
        if gone.any():
            self._index.remove_ids(_bitmap(gone))
            self._articles, self._owners = self._articles[~gone], self._owners[~gone]
        # an article is never changed, and a later one has a higher key
        newest = self._articles[-1] if len(self._articles) else 0
        if len(stored) and stored[-1] > newest:
            self._append(connection, int(newest))

    def _append(self, connection: sqlite3.Connection, newest: int) -> None:
        later = (self._kind, newest)
        expected = []
        matrix_rows = "SELECT article, matrix FROM vectors WHERE kind = ? AND article > ? ORDER BY article"
        for article, blob in connection.execute(matrix_rows, later):
            matrix = np.frombuffer(blob, _STORED).reshape(-1, self._dimension)
            self._index.add(matrix)
            expected.append(np.full(len(matrix), article, np.int64))
        unit_rows = "SELECT article, owner FROM units WHERE kind = ? AND article > ? ORDER BY article, key"
        units = np.array(connection.execute(unit_rows, later).fetchall(), np.int64).reshape(-1, 2)
        if not np.array_equal(units[:, 0], np.concatenate(expected)):
            raise ValueError("vectors without units, or units without vectors")
        self._articles = np.concatenate([self._articles, units[:, 0]])
        self._owners = np.concatenate([self._owners, units[:, 1]])

    def search(self, connection: sqlite3.Connection, vector: NDArray[np.float32], scope: Scope, k: int) -> list[Hit]:
        """The k nearest owners, best first, equal scores by key; see `Store.dense`."""
        if vector.shape != (self._dimension,) or not np.isfinite(vector).all():
            raise ValueError(f"the vector asked for is not {self._dimension} finite numbers")
        selection = self._selected(connection, scope)
        # enough for most; more only where owners have several units, or many scores are equal
        fetched = 2 * min(k, selection.count) + 16
        while True:
            hits, complete = self._nearest(vector, selection, min(fetched, selection.count), k)
            if complete:
                return hits
            fetched *= 4

    def _nearest(
        self, vector: NDArray[np.float32], selection: _ScopedVectors, fetched: int, k: int
    ) -> tuple[list[Hit], bool]:
        """The best k among the `fetched` nearest vectors, and whether no further ones could change them."""
        if fetched == 0:
            return [], True
        faiss.omp_set_num_threads(1)  # of this thread: for one question, waking others takes longer than it saves
        query = np.ascontiguousarray(vector, np.float32).reshape(1, -1)
        approximate, places = self._index.search(query, fetched, params=selection.parameters)
        if places[0, -1] < 0:  # FAISS passes over what is not a number
            raise sqlite3.DatabaseError("vectors that are not numbers")
        exact = _cosines(self._index.reconstruct_batch(places[0]), query[0])
        best: dict[int, float] = {}
        for owner, score in zip(self._owners[places[0]].tolist(), exact.tolist(), strict=True):
            best[owner] = max(score, best.get(owner, -1.0))
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))[:k]
        complete = fetched == selection.count or (
            len(ranked) == k and float(approximate[0, -1]) < ranked[-1][1] - _ROUNDING
        )
        return [Hit(owner, score) for owner, score in ranked], complete

    def _selected(self, connection: sqlite3.Connection, scope: Scope) -> _ScopedVectors:
        if scope not in self._selections:
            if len(self._selections) >= 64:
                self._selections.clear()
            self._selections[scope] = self._select(connection, scope)
        return self._selections[scope]

    def _select(self, connection: sqlite3.Connection, scope: Scope) -> _ScopedVectors:
        mask = chosen(connection, scope, self._articles, self._owners)
        places = np.flatnonzero(mask)
        if len(places) == len(mask):
            return _ScopedVectors(len(places), None)
        if places.size and places[-1] - places[0] + 1 == len(places):
            # FAISS looks at such a range alone, and not at each vector whether it is in
            return _ScopedVectors(len(places), _only(faiss.IDSelectorRange(int(places[0]), int(places[-1]) + 1)))
        return _ScopedVectors(len(places), _only(_bitmap(mask)))


def _bitmap(mask: Mask) -> faiss.IDSelector:
    make: Any = faiss.IDSelectorBitmap  # its types know the C++ arguments alone
    selector: faiss.IDSelector = make(np.packbits(mask, bitorder="little"))
    return selector


def _only(selector: faiss.IDSelector) -> faiss.SearchParameters:
    make: Any = faiss.SearchParameters  # likewise
    parameters: faiss.SearchParameters = make(sel=selector)
    return parameters


def _cosines(vectors: NDArray[np.float32], query: NDArray[np.float32]) -> NDArray[np.float64]:
    """Dot products that come out the same wherever a vector stands, at most 1."""
    products: NDArray[np.float64] = (vectors.astype(np.float64) * query.astype(np.float64)).sum(axis=1)
    return products.clip(-1.0, 1.0)
