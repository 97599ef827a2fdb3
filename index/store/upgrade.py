"""Upgrading: a store of an older layout made one of this layout in place, with all that is in it."""

from __future__ import annotations

import sqlite3

from index.store.protocol import StoreError

SCHEMA_VERSION = 5

_READINGS = """
CREATE TABLE readings (
    article INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE, rules INTEGER NOT NULL, place INTEGER NOT NULL
)
"""
# what makes the next layout of each
_STEPS = {
    3: ("ALTER TABLE articles ADD COLUMN published TEXT", "ALTER TABLE removed ADD COLUMN published TEXT"),
    4: (_READINGS, "INSERT INTO readings SELECT key, 0, key FROM articles"),
}


def is_upgradable(layout: int) -> bool:
    """Whether a layout is an older one of which this one can be made."""
    return layout in _STEPS


def upgrade(connection: sqlite3.Connection) -> None:
    """Make this layout of an older one, inside the caller's transaction; any other is left as it is."""
    row = connection.execute("SELECT schema_version FROM manifest").fetchone()
    while row is not None and row[0] in _STEPS:
        for statement in _STEPS[row[0]]:
            connection.execute(statement)
        row = (row[0] + 1,)
        connection.execute("UPDATE manifest SET schema_version = ?, version = version + 1", row)


def refuse_newer(path: object, layout: object) -> None:
    """StoreError for a layout that only a newer Wuzhen knows: to make it anew would lose what that one keeps."""
    if isinstance(layout, int) and layout > SCHEMA_VERSION:
        made = f"was made by a newer version of Wuzhen (layout {layout}, not {SCHEMA_VERSION})"
        raise StoreError(f"The store {path} {made}: install that one, or choose another data folder.")
