"""The store's file: opening and creating it, transactions, and what is said when it cannot be used."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from index.store.protocol import Manifest, StoreError
from index.store.upgrade import SCHEMA_VERSION, is_upgradable, refuse_newer, upgrade

APPLICATION_ID = 0x57555A48  # "WUZH", in the file's header: tells our files from other programs'
WAIT_SECONDS = 10.0

_DAMAGED = (
    "The store {path} is damaged: move it and any {path}-wal away, "
    "then put a backup in its place or add the articles again."
)
_FOREIGN = "{path} is not a Wuzhen store: move it away, or choose another data folder."
_REBUILD = "run `wuzhen rebuild`, which makes the index anew from its articles"
_RESTART = "restart this program"
_SENTENCES: dict[int | None, str] = {
    sqlite3.SQLITE_NOTADB: _FOREIGN,
    sqlite3.SQLITE_FULL: "The disk of {path} is full: free some space and try again; nothing was changed.",
    sqlite3.SQLITE_IOERR: "{path} could not be read or written: check that its disk works and is not full.",
    sqlite3.SQLITE_BUSY: "Another program is busy with the store {path}: try again in a moment.",
    sqlite3.SQLITE_READONLY: "{path} may not be written: allow writing to it and its folder, "
    "or choose another data folder.",
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened: check that you may read and write it and its folder, "
    "or choose another data folder.",
    sqlite3.SQLITE_TOOBIG: "The article is too large for the store {path}: split it and try again.",
}
_SENTENCES[sqlite3.SQLITE_PERM] = _SENTENCES[sqlite3.SQLITE_READONLY]
_SENTENCES[sqlite3.SQLITE_LOCKED] = _SENTENCES[sqlite3.SQLITE_BUSY]


@contextlib.contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Turn what SQLite and damaged rows raise into a StoreError with one sentence about `path`."""
    try:
        yield
    except UnicodeEncodeError as error:
        half = f"{error.object[error.start]!a} is half a character and cannot be stored"
        raise StoreError(f"{half}: take it out and try again.") from error
    except UnicodeDecodeError as error:  # SQLite's own message may quote what is damaged
        raise StoreError(_DAMAGED.format(path=path)) from error
    except (sqlite3.ProgrammingError, sqlite3.InterfaceError):
        raise  # a mistake in this package, not in the file
    except sqlite3.Error as error:
        raise StoreError(_SENTENCES.get(primary_code(error), _DAMAGED).format(path=path)) from error


def connect(path: Path, wait_seconds: float, *, create: bool = False) -> sqlite3.Connection:
    """Connect to a store of any version, or to an empty file; StoreError for what another program made."""
    uri = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
    connection = sqlite3.connect(uri, uri=True, timeout=wait_seconds, isolation_level=None, check_same_thread=False)
    try:
        if not _is_ours(connection) and not _is_empty(connection):
            raise StoreError(_FOREIGN.format(path=path))
        write_ahead(connection, wait_seconds)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted is not left in the file
        connection.execute("PRAGMA journal_size_limit = 67108864")
    except BaseException:
        connection.close()
        raise
    return connection


def create_schema(connection: sqlite3.Connection, manifest: Manifest, version: int) -> None:
    """Make the tables and the manifest, inside the caller's transaction."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for statement in _statements(Path(__file__).with_name("schema.sql").read_text("utf-8")):
        connection.execute(statement)
    connection.execute(
        "INSERT INTO manifest VALUES (1, ?, ?, ?, ?, ?)",
        (SCHEMA_VERSION, manifest.model, manifest.model_sha256, manifest.dimension, version),
    )


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection, mode: str) -> Iterator[None]:
    """Everything inside happens, or nothing; `mode` is DEFERRED to read and IMMEDIATE to write."""
    connection.execute(f"BEGIN {mode}")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # SQLite has rolled back by itself after some errors
            connection.execute("ROLLBACK")
        raise


def settle(connection: sqlite3.Connection) -> None:
    """Take what was committed over from the log into the file itself, which then is whole without its log.

    The log belongs to this file alone: left beside a backup that takes the file's place, it would spoil it.
    """
    with contextlib.suppress(sqlite3.Error):  # nothing is lost; the next writer takes it over
        connection.execute("PRAGMA busy_timeout = 100")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class Database:
    """A store's file, kept open for reading, and opened anew for each writing.

    Any thread may use it: one lock is for readers, one for writers, so that nobody waits for a write to read.
    Other processes may use the file at the same time. Should another file take its place, that one is opened;
    `epoch` then grows, and everything remembered from before is void.
    """

    def __init__(self, path: Path, manifest: Manifest, wait_seconds: float) -> None:
        self.path = path
        self.manifest = manifest
        self.epoch = 0
        self._version = 0
        self._version_offset = 0
        self._wait_seconds = wait_seconds
        self._read_lock = threading.Lock()
        self._write_lock = threading.Lock()
        self._reader: sqlite3.Connection | None = None
        self._closed = False
        with refusing(path):
            self._make()
            self._open()

    @property
    def version(self) -> int:
        """The version that is being read, or was last."""
        return self._version

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One state of the store, whatever others write meanwhile."""
        with self._read_lock, refusing(self.path):
            connection = self._current()
            with transaction(connection, "DEFERRED"):
                self._version = self._version_offset + self._check(connection, _RESTART)
                yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, and on disk when it is left."""
        with self._write_lock, refusing(self.path):
            while True:
                with self._read_lock:
                    self._current()  # lets go of a file that was replaced before the new one is opened
                opened = self._identity()
                with contextlib.closing(connect(self.path, self._wait_seconds)) as connection:
                    with transaction(connection, "IMMEDIATE"):
                        # what is written to a file that was replaced while this waited would be lost
                        current = self._identity() == opened
                        if current:
                            self._check(connection, _RESTART)
                            yield connection
                    if current:
                        settle(connection)
                        return

    def close(self) -> None:
        """Let go of the file."""
        with self._write_lock, self._read_lock:
            self._closed = True
            self._disconnect()

    def _current(self) -> sqlite3.Connection:
        """A connection to the file that stands at the path now."""
        if self._closed:
            raise StoreError(f"The store {self.path} is closed: open it again.")
        if self._reader is not None and self._identity() == self._opened:
            return self._reader
        self._disconnect()
        return self._open()

    def _disconnect(self) -> None:
        if self._reader is not None:
            self._reader.close()
        self._reader = None

    def _make(self) -> None:
        """An empty file and its folder, where they are missing."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            missing = not self.path.exists()
        except OSError as error:
            fault = f"The folder {self.path.parent} cannot be used ({error.strerror})"
            raise StoreError(f"{fault}: choose another data folder.") from error
        if missing:
            connect(self.path, self._wait_seconds, create=True).close()

    def _open(self) -> sqlite3.Connection:
        self._opened = self._identity()  # looked at first: a file that is replaced right now is noticed later
        connection = connect(self.path, self._wait_seconds)
        try:
            if not _is_ours(connection):
                self._fill(connection)
            self._upgrade(connection)
            version = self._check(connection, _REBUILD)
        except BaseException:
            connection.close()
            raise
        # another file may have seen fewer changes; the version grows nevertheless
        self._version_offset = max(0, self._version + 1 - version)
        self._version = self._version_offset + version
        self.epoch += 1
        self._reader = connection
        return connection

    def _fill(self, connection: sqlite3.Connection) -> None:
        with transaction(connection, "IMMEDIATE"):
            if not _is_ours(connection):  # another process may have been faster
                create_schema(connection, self.manifest, version=1)

    def _upgrade(self, connection: sqlite3.Connection) -> None:
        row = connection.execute("SELECT schema_version FROM manifest").fetchone()
        if row is not None and is_upgradable(row[0]):
            with transaction(connection, "IMMEDIATE"):  # another process may have been faster
                upgrade(connection)

    def _check(self, connection: sqlite3.Connection, remedy: str) -> int:
        """The file's version; StoreError when it was made by another schema or model."""
        row = connection.execute(
            "SELECT schema_version, model, model_sha256, dimension, version FROM manifest"
        ).fetchone()
        if row is None or not isinstance(row[4], int):
            raise sqlite3.DatabaseError("no manifest")
        schema, found = row[0], Manifest(*row[1:4])
        refuse_newer(self.path, schema)
        if schema != SCHEMA_VERSION:
            made = f"was made by another version of Wuzhen (layout {schema}, not {SCHEMA_VERSION})"
            raise StoreError(f"The store {self.path} {made}: {remedy}.")
        if found != self.manifest:
            made = f"was made with the model {_described(found)}, not {_described(self.manifest)}"
            raise StoreError(f"The store {self.path} {made}: {remedy}.")
        return row[4]

    def _identity(self) -> tuple[int, int]:
        try:
            status = self.path.stat()
        except OSError as error:
            message = f"The store {self.path} was moved away while in use: put it back, or restart this program."
            raise StoreError(message) from error
        return status.st_dev, status.st_ino


def _described(manifest: Manifest) -> str:
    return f"{manifest.model} ({manifest.dimension} dimensions, sha256 {manifest.model_sha256[:12]})"


def primary_code(error: sqlite3.Error) -> int | None:
    """SQLite's primary result code; None where the error is Python's own."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _is_ours(connection: sqlite3.Connection) -> bool:
    found: int = connection.execute("PRAGMA application_id").fetchone()[0]
    return found == APPLICATION_ID


def _is_empty(connection: sqlite3.Connection) -> bool:
    with transaction(connection, "DEFERRED"):  # one state: another process may be creating it
        application: int = connection.execute("PRAGMA application_id").fetchone()[0]
        tables: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return application == APPLICATION_ID or (application == 0 and tables == 0)


def write_ahead(connection: sqlite3.Connection, wait_seconds: float) -> None:
    """Switch to the write-ahead log; SQLite itself does not wait for its turn to do that."""
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
