"""Rows of the stores: what a damaged file may hold is never taken for data, and told in a sentence."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import strategies as st

from bot.storage.feedback import Records
from bot.storage.guilds import GuildStore
from bot.storage.record_file import RecordsError
from index.store import row_mapping
from tests.tools.fuzz.inputs import anything, json_values
from tests.tools.fuzz.run import Target

_READ: dict[str, tuple[Callable[[row_mapping.Row], object], int]] = {
    "article": (row_mapping.article, 7),
    "article's row of a list": (row_mapping.article_info, 10),
    "statement": (row_mapping.statement, 19),
    "passage": (row_mapping.passage, 6),
    "speaker": (row_mapping.speaker, 7),
}
_PERSON = 222_333_444_555_666_777


def check_row(given: tuple[str, list[Any]]) -> None:
    """Values are a row of its kind, or a DatabaseError tells that they are none."""
    kind, values = given
    read, count = _READ[kind]
    with suppress(sqlite3.DatabaseError):
        read(tuple((values * count)[:count]))


class _Kept:
    """A file of records with rows of each kind, to be spoilt one value at a time."""

    def __init__(self, folder: Path) -> None:
        path = folder / "bot.db"
        self.records, self.guilds = Records(path), GuildStore(path)
        self.raw = sqlite3.connect(path, isolation_level=None)
        self._fill()
        tables = self.raw.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE TABLE%' AND name != 'salt'")
        self.columns = [
            (table, row[1])
            for (table,) in tables.fetchall()
            for row in self.raw.execute(f"PRAGMA table_info({table})").fetchall()
        ]

    def _fill(self) -> None:
        answer = {"text": "x"}
        self.records.vote(_PERSON, 1, "up", question="Who?", answer=answer, collections=["public"])
        self.records.gap(_PERSON, "Who?", "no_match", ["public"], message=1)
        self.records.follow(1, 2, 3, _PERSON)
        self.records.keep("name", "value")
        self.guilds.change(1, _PERSON, adders=(1, 2))
        self.guilds.bind(1, 2, ["a"], _PERSON)
        self.guilds.begin("token", 1, ["a"])
        self.guilds.joined(1, 7)

    def close(self) -> None:
        self.raw.close()
        self.guilds.close()
        self.records.close()

    def check(self, given: tuple[int, Any]) -> None:
        """With any value anywhere, all is read or refused in one sentence."""
        number, value = given
        table, column = self.columns[number % len(self.columns)]
        self.raw.execute("BEGIN")
        self.raw.execute("COMMIT")
        self.raw.execute("SAVEPOINT fuzz")
        with suppress(sqlite3.Error, OverflowError):
            self.raw.execute(f"UPDATE {table} SET {column} = ?", (value,))  # noqa: S608 - our own tables
        self.raw.execute("RELEASE fuzz")
        try:
            for read in self._reads():
                try:
                    read()
                except RecordsError as error:
                    assert re.fullmatch(r"[^\n]+\.", str(error))
        finally:
            for (name,) in self.raw.execute(
                "SELECT DISTINCT tbl_name FROM sqlite_master WHERE sql LIKE 'CREATE TABLE%'"
            ).fetchall():
                if name != "salt":
                    self.raw.execute(f"DELETE FROM {name}")  # noqa: S608 - our own tables
            self._fill()

    def _reads(self) -> list[Callable[[], object]]:
        return [
            self.records.votes,
            self.records.gaps,
            lambda: self.records.followed(1),
            lambda: self.records.value("name"),
            lambda: self.guilds.settings(1),
            lambda: self.guilds.audit(1),
            lambda: self.guilds.bindings(1),
            lambda: self.guilds.begun("token", 1),
            self.guilds.open_in_dms,
            self.guilds.leaving,
        ]


def targets(stack: ExitStack) -> Iterator[Target]:
    """Of the index, and of the bot's own file."""
    rows = st.tuples(st.sampled_from(sorted(_READ)), st.lists(anything(), min_size=1, max_size=19))
    yield Target("rows of the index", rows, check_row)
    kept = _Kept(Path(stack.enter_context(TemporaryDirectory())))
    stack.callback(kept.close)
    values = st.one_of(anything(), json_values().map(repr))
    yield Target("rows of records", st.tuples(st.integers(0, 99), values), kept.check, 20)
