"""Backups: both databases of a data folder in one file, taken while programs use them, and put back."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bot.errors import ExitCode, Refused
from bot.storage import feedback, record_file
from index.library import DATABASE
from index.store import database, upgrade

_ABOUT = "wuzhen-backup.json"  # what the file says of itself: its maker, the time, and the others' sha256
_WAIT_SECONDS = 10.0
_CHUNK = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class _Kind:
    """A database that is kept: what tells it from other programs' files, and the newest layout that we know."""

    application_id: int
    layout: str  # the query for it
    newest: int


_KINDS = {
    DATABASE: _Kind(database.APPLICATION_ID, "SELECT schema_version FROM manifest", upgrade.SCHEMA_VERSION),
    feedback.NAME: _Kind(record_file.APPLICATION_ID, "PRAGMA user_version", record_file.SCHEMA_VERSION),
}


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: the names of its databases, and when it was made, ISO 8601, in UTC."""

    names: tuple[str, ...]
    made: str


def is_backup(file: Path) -> bool:
    """Whether a file is one that `back_up` made, as far as its list of contents tells."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _ABOUT in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def back_up(data: Path, file: Path) -> Backup:
    """Write what is in a data folder now into a file that only its owner may read; an older backup is replaced.

    Each database is copied in one state of it, whoever reads and writes meanwhile. The file is whole or not there.

    Raises:
        Refused: there is nothing to back up, something else is at `file`, or a file cannot be read or written.
    """
    names = [name for name in _KINDS if (data / name).exists()]
    if not names:
        raise Refused(f"There is nothing to back up in {data}: ask a question or add an article first.")
    if file.exists() and not is_backup(file):
        raise Refused(f"{file} is there already and is no backup: name another file.")
    about = Backup(tuple(names), datetime.now(UTC).isoformat(timespec="seconds"))
    with _refusing(file), tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".wuzhen-") as work:
        packed = Path(work) / "backup"
        packed.touch(0o600)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            hashes = {}
            for name in names:
                _copy(data / name, Path(work) / name)
                hashes[name] = _sha256(Path(work) / name)
                archive.write(Path(work) / name, name)
            told = {"wuzhen": version("wuzhen"), "made": about.made, "sha256": hashes}
            archive.writestr(_ABOUT, json.dumps(told, indent=1))
        _on_disk(packed)
        packed.replace(file)
    return about


def put_back(file: Path, data: Path) -> Backup:
    """Make the databases of a data folder what they were when a backup was made; what it does not hold stays.

    Raises:
        Refused: it is no whole backup, a newer Wuzhen made it, a program uses the data folder, or a file cannot be
            read or written. Nothing is changed then.
    """
    with _refusing(file):
        data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=data, prefix=".wuzhen-") as work:
            about = _unpack(file, Path(work))
            for name in about.names:
                _check(Path(work) / name, file)
            for name in about.names:
                _let_go(data / name)
            for name in about.names:
                if (data / name).exists():
                    shutil.copymode(data / name, Path(work) / name)
                (Path(work) / name).replace(data / name)
    return about


def _copy(source: Path, target: Path) -> None:
    """One state of a database, as a file of its own that needs no log."""
    with (
        contextlib.closing(sqlite3.connect(source, timeout=_WAIT_SECONDS)) as ours,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        if ours.execute("PRAGMA application_id").fetchone() != (_KINDS[source.name].application_id,):
            raise Refused(f"{source} is not one of Wuzhen's files: move it away.")
        ours.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def _unpack(file: Path, work: Path) -> Backup:
    """The databases of a backup, each proven whole, in a folder."""
    try:
        with zipfile.ZipFile(file) as archive:
            told = json.loads(archive.read(_ABOUT))
            hashes = {name: str(told["sha256"][name]) for name in _KINDS if name in told["sha256"]}
            for name, sha256 in hashes.items():
                (work / name).touch(0o600)
                with archive.open(name) as packed, (work / name).open("wb") as whole:
                    while chunk := packed.read(_CHUNK):
                        whole.write(chunk)
                if _sha256(work / name) != sha256:
                    raise zipfile.BadZipFile(name)
                _on_disk(work / name)
            return Backup(tuple(hashes), str(told["made"]))
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError, NotImplementedError) as error:
        raise Refused(f"{file} is no whole backup of Wuzhen's: take another one.") from error


def _check(unpacked: Path, file: Path) -> None:
    """That this version can read it."""
    kind = _KINDS[unpacked.name]
    with contextlib.closing(sqlite3.connect(unpacked)) as connection:
        ours = connection.execute("PRAGMA application_id").fetchone() == (kind.application_id,)
        layout = connection.execute(kind.layout).fetchone() if ours else None
    if layout is None:
        raise Refused(f"{file} is no whole backup of Wuzhen's: take another one.")
    if layout[0] > kind.newest:
        raise Refused(f"{file} was made by a newer Wuzhen (layout {layout[0]}, not {kind.newest}): install that one.")


def _let_go(path: Path) -> None:
    """See that nobody uses a database, and that no log is left which would spoil what takes its place."""
    if path.exists():
        try:
            with contextlib.closing(sqlite3.connect(path, timeout=1.0)) as connection:
                connection.execute("PRAGMA journal_mode = DELETE")  # only who is alone may do that
        except sqlite3.OperationalError as error:
            if database.primary_code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                sentence = f"A program is using {path}: stop the bot, and whatever else uses this data folder, first."
                raise Refused(sentence, ExitCode.FILES) from None
            raise
        except sqlite3.DatabaseError:
            pass  # it is damaged, which may be why a backup is put in its place
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


@contextlib.contextmanager
def _refusing(file: Path) -> Iterator[None]:
    """What SQLite and the system raise, as a sentence."""
    try:
        yield
    except sqlite3.Error as error:
        sentence = f"The data folder cannot be used for {file} ({error}): run `wuzhen doctor`."
        raise Refused(sentence, ExitCode.FILES) from error
    except OSError as error:
        where = error.filename or file
        sentence = f"{where}: {error.strerror or error}. Check the path, its permissions and the free space."
        raise Refused(sentence, ExitCode.FILES) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _on_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
