"""Scopes as SQL, and what can be asked for at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.store.protocol import Scope

# SQL, and the values of its question marks
Condition = tuple[str, list[str]]


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


def askable(words: Sequence[str]) -> list[str]:
    """Those of the words that can stand in a text."""
    return [word for word in words if _is_storable(word)]


def _is_storable(text: str) -> bool:
    """Whether SQLite can hold this text at all: half a surrogate pair is in no row."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
