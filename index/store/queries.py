"""Scopes and words as SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.store.protocol import Scope, UnitKind

# SQL, and the values of its question marks
Condition = tuple[str, list[str]]
Query = tuple[str, list[str]]

# CROSS JOIN keeps this order: from the words to their units, not the other way round
_MATCHES = """
    FROM KIND_words
    CROSS JOIN units ON units.key = KIND_words.rowid
    CROSS JOIN articles ON articles.key = units.article
"""
_SAID = "CROSS JOIN statements ON statements.key = units.owner"
# the units of an article stand side by side: fts5 then leaves out all others before it weighs a word
_BOUNDS = """
    WITH bounds AS (
        SELECT min(units.key) AS low, max(units.key) AS high
        FROM articles JOIN units ON units.article = articles.key WHERE SCOPE
    )
"""
_BETWEEN = "KIND_words.rowid BETWEEN (SELECT low FROM bounds) AND (SELECT high FROM bounds)"


def ranked(kind: UnitKind, wanted: str, scope: Scope) -> Query:
    """Owner and score of each unit in scope that matches the fts5 expression `wanted`, best first."""
    query, values = _matching("SELECT units.owner, -bm25(KIND_words) AS score", kind, wanted, scope)
    return query + " ORDER BY score DESC, units.owner LIMIT ?", values


def counted(kind: UnitKind, wanted: str, scope: Scope) -> Query:
    """How many units in scope match the fts5 expression `wanted`."""
    return _matching("SELECT count(*)", kind, wanted, scope)


def _matching(select: str, kind: UnitKind, wanted: str, scope: Scope) -> Query:
    articles, article_values = in_scope(scope)
    condition, values = in_scope(scope, "statements.speaker")
    bounded = scope.articles is not None
    parts = [
        _BOUNDS.replace("SCOPE", articles) if bounded else "",
        select,
        _MATCHES,
        _SAID if scope.speakers is not None else "",
        "WHERE KIND_words MATCH ? AND",
        condition,
        "AND " + _BETWEEN if bounded else "",
    ]
    return " ".join(parts).replace("KIND", kind), [*(article_values if bounded else []), wanted, *values]


def in_scope(scope: Scope, speaker_column: str | None = None) -> Condition:
    """The rows whose article is in scope, and, where a column with speakers is named, whose speaker is."""
    restrictions: list[tuple[str, Iterable[str] | None]] = [
        ("articles.collection", scope.collections),
        ("articles.id", scope.articles),
    ]
    if speaker_column is not None:
        restrictions.append((speaker_column, scope.speakers))
    conditions, values = [], []
    for column, allowed in restrictions:
        if allowed is not None:
            known = sorted(filter(_is_storable, allowed))
            conditions.append(f"{column} IN ({', '.join('?' * len(known))})")
            values.extend(known)
    return " AND ".join(conditions), values


def any_word(words: Sequence[str]) -> str:
    """An fts5 expression for any of `words`, each a string of its own; empty when none can be asked for.

    Words are sorted, so that their order does not change the rounding of a score.
    """
    clean = {word.replace("\0", " ") for word in words if _is_storable(word)}
    return " OR ".join('"' + word.replace('"', '""') + '"' for word in sorted(clean) if word.strip())


def _is_storable(text: str) -> bool:
    """Whether SQLite can hold this text at all: half a surrogate pair is in no row."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
