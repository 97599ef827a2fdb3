"""Scope masks: which units a scope leaves, as masks over the arrays that an index in memory keeps of them."""

from __future__ import annotations

import sqlite3

import numpy as np
from numpy.typing import NDArray

from index.store.protocol import Scope
from index.store.queries import in_scope

Mask = NDArray[np.bool_]


def chosen(
    connection: sqlite3.Connection, scope: Scope, articles: NDArray[np.int64], owners: NDArray[np.int64]
) -> Mask:
    """Whether the scope leaves the unit at each place, of which these are the article and the owner."""
    condition, values = in_scope(scope)
    visible = " ".join(["SELECT key FROM articles WHERE", condition])
    mask: Mask = np.isin(articles, _keys(connection, visible, values))
    if scope.speakers is not None:
        condition, values = in_scope(scope, "statements.speaker")
        said = "FROM statements JOIN articles ON articles.key = statements.article WHERE"
        spoken = " ".join(["SELECT statements.key", said, condition])
        mask &= np.isin(owners, _keys(connection, spoken, values))
    return mask


def _keys(connection: sqlite3.Connection, query: str, values: list[str]) -> NDArray[np.int64]:
    return np.array([key for (key,) in connection.execute(query, values)], np.int64)
