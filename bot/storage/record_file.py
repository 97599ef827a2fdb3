"""The file of the records: making and opening it, transactions, and what is said when it cannot be used."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from bot.errors import ExitCode, Refused
from index.store.database import primary_code, transaction, write_ahead

P = ParamSpec("P")
T = TypeVar("T")
K = TypeVar("K", bound="RecordFile")

SCHEMA_VERSION = 5
APPLICATION_ID = 0x57555A42  # "WUZB", in the file's header: tells our files from other programs'

# A person is only ever an HMAC-SHA256 of their id, keyed with the salt and another one in each table; so is a message
# beside what was written. `people` are JSON lists of them: everybody whose words or vote a row holds. `posed` is the
# question as in `recorded_question`, `before` a JSON list of such: the questions it goes on from. Collections are a
# JSON list: those that the asker could see. `at` is in seconds since 1970, UTC.
_SCHEMA = """
CREATE TABLE salt (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), salt BLOB NOT NULL);
CREATE TABLE remembered (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE votes (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    person TEXT NOT NULL,
    people TEXT NOT NULL,
    message TEXT NOT NULL,
    vote TEXT NOT NULL,
    reason TEXT,
    posed TEXT NOT NULL,
    before TEXT NOT NULL,
    answer TEXT NOT NULL,
    collections TEXT NOT NULL,
    UNIQUE (person, message)
);
CREATE TABLE gaps (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    people TEXT NOT NULL,
    message TEXT,
    reason TEXT NOT NULL,
    posed TEXT NOT NULL,
    before TEXT NOT NULL,
    collections TEXT NOT NULL
);
CREATE TABLE followed (  -- which of the bot's messages answers which message
    question INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    person TEXT NOT NULL,
    channel INTEGER NOT NULL,
    answer INTEGER NOT NULL
);
"""
# What managers of servers set, and who changed what: `who` is a user's id there, as managers need to know it.
_SERVERS = """
CREATE TABLE servers (guild INTEGER PRIMARY KEY, settings TEXT NOT NULL);
CREATE TABLE bindings (channel INTEGER PRIMARY KEY, guild INTEGER NOT NULL, articles TEXT NOT NULL);
CREATE INDEX bindings_of ON bindings (guild);
CREATE TABLE audit (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    guild INTEGER NOT NULL,
    at REAL NOT NULL,
    who INTEGER,
    what TEXT NOT NULL
);
CREATE INDEX audit_of ON audit (guild);
CREATE TABLE joined (guild INTEGER PRIMARY KEY, left_at REAL);
"""
# Which servers each application that used this file is in, 0 for one that is not known any more; and the hashes of the
# articles that somebody wanted kept, by the draft: after a restart it is told which of them are there.
_APPLICATIONS = """
CREATE TABLE members (
    guild INTEGER NOT NULL,
    application INTEGER NOT NULL,
    left_at REAL,
    PRIMARY KEY (guild, application)
);
INSERT INTO members SELECT guild, 0, left_at FROM joined;
DROP TABLE joined;
CREATE TABLE begun (token TEXT PRIMARY KEY, guild INTEGER NOT NULL, at REAL NOT NULL, hashes TEXT NOT NULL);
"""
# The audit trail as data: which field, its value before and after, as JSON. What was told in Markdown stays as "prose".
_CHANGES = """
ALTER TABLE audit RENAME COLUMN what TO new;
ALTER TABLE audit ADD COLUMN field TEXT NOT NULL DEFAULT 'prose';
ALTER TABLE audit ADD COLUMN old TEXT NOT NULL DEFAULT 'null';
UPDATE audit SET new = json_quote(new);
"""
# Whose a gap is, and indexes, so that neither a bound (see `retention`) nor a deleted message looks through a table.
_INDEXES = """
ALTER TABLE gaps ADD COLUMN person TEXT NOT NULL DEFAULT '';
CREATE INDEX gaps_in ON gaps (message);
CREATE INDEX gaps_of ON gaps (person);
CREATE INDEX gaps_where ON gaps (collections);
CREATE INDEX votes_where ON votes (collections);
CREATE INDEX followed_of ON followed (person);
CREATE INDEX begun_of ON begun (guild);
"""
_STEPS = (_SCHEMA, _SERVERS, _APPLICATIONS, _CHANGES, _INDEXES)  # each makes the next layout of the one before

_WAIT_SECONDS = 5.0
_SENTENCES: dict[int | None, str] = {
    sqlite3.SQLITE_FULL: "The disk of {path} is full: free some space; nothing was changed.",
    sqlite3.SQLITE_IOERR: "{path} could not be read or written: check that its disk works and is not full.",
    sqlite3.SQLITE_BUSY: "Another program is busy with {path}: try again in a moment.",
    sqlite3.SQLITE_READONLY: "{path} may not be written: allow writing to it and its folder.",
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened: check that you may read and write it and its folder.",
    sqlite3.SQLITE_NOTADB: "{path} is not one of Wuzhen's files: move it away.",
}
_SENTENCES[sqlite3.SQLITE_PERM] = _SENTENCES[sqlite3.SQLITE_READONLY]
_SENTENCES[sqlite3.SQLITE_LOCKED] = _SENTENCES[sqlite3.SQLITE_BUSY]
_DAMAGED = "{path} is damaged: move it and any {path}-wal away, or put a backup in its place."


class RecordsError(Refused):
    """The records cannot be used; the message is one sentence that says what to do."""


def open_file(path: Path) -> sqlite3.Connection:
    """Open the records, made where they are missing; any thread may use the connection, one at a time.

    Raises:
        RecordsError: they cannot be used.
    """
    with refusing(path):
        _make(path)
        connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is not left in the file
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
        return connection


class RecordFile:
    """The records in a file, which is made where it is missing. Reading waits for nobody who writes.

    Any thread may use it. Every method may raise RecordsError.

    Args:
        path: the file; its folder is made as well.
        clock: seconds since 1970, UTC.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._clock = clock
        self._writer, self._reader = threading.Lock(), threading.Lock()
        self._changing, self._looking = open_file(path), open_file(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        with self._writer, self._reader:
            self._looking.close()
            self._changing.close()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._writer, refusing(self.path), transaction(self._changing, "IMMEDIATE"):
            yield self._changing

    def _read(self, query: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        with self._reader, refusing(self.path):
            return self._looking.execute(query, values).fetchall()

    def _empty_log(self) -> None:
        """What was deleted stays in the log no longer, unless somebody reads it: then whoever is last empties it."""
        with self._writer, contextlib.suppress(sqlite3.OperationalError):
            self._changing.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def moment_of(seconds: float) -> datetime:
    """A time in the records."""
    return datetime.fromtimestamp(seconds, UTC)


@contextlib.contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into a RecordsError with one sentence about the file."""
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.InterfaceError):
        raise  # a mistake in this package, not in the file
    except sqlite3.Error as error:
        raise RecordsError(_SENTENCES.get(primary_code(error), _DAMAGED).format(path=path), ExitCode.FILES) from error
    except UnicodeDecodeError as error:  # in SQLite's own message, which quotes what is damaged
        raise RecordsError(_DAMAGED.format(path=path), ExitCode.FILES) from error


@contextlib.contextmanager
def refusing_rows(path: Path) -> Iterator[None]:
    """The same for what is made of rows: of what SQLite did not find damaged, nothing may come, either."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, OSError) as error:
        raise RecordsError(_DAMAGED.format(path=path), ExitCode.FILES) from error


def reads_rows(method: Callable[Concatenate[K, P], T]) -> Callable[Concatenate[K, P], T]:
    """A method that makes something of rows, and does nothing else that could fail."""

    @wraps(method)
    def read(self: K, /, *args: P.args, **more: P.kwargs) -> T:
        with refusing_rows(self.path):
            return method(self, *args, **more)

    return read


def _make(path: Path) -> None:
    """An empty file that only its owner may read, where there is none; and the same for one that is there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        sentence = f"{path} cannot be used ({error.strerror}): check that you may read and write it and its folder."
        raise RecordsError(sentence, ExitCode.FILES) from None


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """The tables, where they are missing, whichever of two processes is first."""
    with transaction(connection, "DEFERRED"):  # one state: another process may be making them
        _check(connection, path)
    write_ahead(connection, _WAIT_SECONDS)
    with transaction(connection, "IMMEDIATE"):
        layout = _check(connection, path)
        for step in _STEPS[layout:]:
            for statement in step.split(";"):
                connection.execute(statement)
        if layout == 0:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute("INSERT INTO salt VALUES (1, ?)", (secrets.token_bytes(32),))
        if layout < SCHEMA_VERSION:
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _check(connection: sqlite3.Connection, path: Path) -> int:
    """The layout of the file, 0 for an empty one; RecordsError when it is not ours, or of another Wuzhen."""
    layout: int = connection.execute("PRAGMA user_version").fetchone()[0]
    ours: bool = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    empty: bool = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if not ours and not empty:
        raise RecordsError(_SENTENCES[sqlite3.SQLITE_NOTADB].format(path=path), ExitCode.CONFIGURATION)
    if layout > SCHEMA_VERSION:
        newer = f"{path} was made by a newer Wuzhen (layout {layout}, not {SCHEMA_VERSION})"
        raise RecordsError(f"{newer}: install that one, or move the file away.", ExitCode.CONFIGURATION)
    return layout
