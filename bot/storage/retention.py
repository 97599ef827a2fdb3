"""Retention: how much is kept of a person, of a server and in all; the oldest goes for the newest.

Without it, one person who asks as fast as they may would fill the disk. All of it runs in the caller's transaction.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

MOST_BYTES: Final = 128 * 1024 * 1024  # of the file, beyond which the oldest tenth of what people did goes


@dataclass(frozen=True, slots=True)
class Bound:
    """Of the rows of a table that have the same value in a column, at most so many stay.

    Attributes:
        table: the table.
        order: the column that grows with each row.
        of: whose rows they are; there is an index on it.
        most: how many.
    """

    table: str
    order: str
    of: str
    most: int

    @property
    def query(self) -> str:
        """Deletes what is too much; its value is that of the column `of`."""
        return (
            f"DELETE FROM {self.table} WHERE {self.order} IN (SELECT {self.order} FROM {self.table} "  # noqa: S608 - our own words
            f"WHERE {self.of} = ? ORDER BY {self.order} DESC LIMIT -1 OFFSET {self.most})"
        )


# the collections that could be seen are a server's, or those that are seen in direct messages
BOUNDS: Final = (
    Bound("votes", "key", "person", 500),
    Bound("votes", "key", "collections", 5_000),
    Bound("gaps", "key", "person", 200),
    Bound("gaps", "key", "collections", 5_000),
    Bound("followed", "question", "person", 1_000),
    Bound("audit", "key", "guild", 2_000),
    Bound("begun", "rowid", "guild", 1_000),
)
_PEOPLES: Final = {bound.table: bound.order for bound in BOUNDS if bound.of == "person"}


def keep_bounds(connection: sqlite3.Connection, table: str, **whose: object) -> None:
    """Delete what is too much in a table, which was just added to; `whose` are the new row's columns by name."""
    for bound in BOUNDS:
        if bound.table == table and bound.of in whose:
            connection.execute(bound.query, (whose[bound.of],))
    if table in _PEOPLES:
        _shrink(connection)


def _shrink(connection: sqlite3.Connection) -> None:
    """Delete the oldest tenth of what people did, as often as the file holds more than it may."""
    while _used(connection) > MOST_BYTES:
        gone = 0
        for table, order in _PEOPLES.items():
            (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - likewise
            oldest = f"SELECT {order} FROM {table} ORDER BY {order} LIMIT ?"  # noqa: S608 - likewise
            tenth = (count + 9) // 10
            gone += connection.execute(f"DELETE FROM {table} WHERE {order} IN ({oldest})", (tenth,)).rowcount  # noqa: S608 - likewise
        if not gone:
            return


def _used(connection: sqlite3.Connection) -> int:
    """Bytes of the file that hold something."""
    pages, free, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)
