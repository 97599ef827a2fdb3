"""What the bot keeps beside the articles: votes, questions that found nothing, which message answers which.

One SQLite file; several processes may use it at once, each from any thread. No names and no ids of persons: a person
is an HMAC of their id with a salt that never leaves the file, enough to delete what is theirs.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, get_args

from bot.recordfile import RecordsError, open_file, refusing, transaction

NAME = "bot.db"  # in the data folder

Vote = Literal["up", "down"]

_DAY = 86_400.0  # seconds
_TABLES = ("votes", "gaps", "followed")


@dataclass(frozen=True, slots=True)
class VoteRecord:
    """A vote, without who gave it. `answer` is the object of the Answer contract, or what is known of it.

    `key` is the record's own number, never used twice.
    """

    key: int
    at: datetime
    question: str
    answer: dict[str, Any]
    vote: Vote
    reason: str | None
    collections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GapRecord:
    """A question that found nothing, with the reason of the Answer contract."""

    key: int
    at: datetime
    question: str
    reason: str
    collections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Followed:
    """Where the answer to a message stands, and since when it is followed."""

    channel: int
    answer: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was deleted."""

    votes: int
    gaps: int
    followed: int = 0


class Records:
    """The records in a file, which is made where it is missing. Every method may raise RecordsError.

    Args:
        path: the file; its folder is made as well.
        clock: seconds since 1970, UTC.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._connection = open_file(path)
        self._salt: bytes = self._read("SELECT salt FROM salt")[0][0]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    # ── votes ─────────────────────────────────────────────────────────────

    def vote(  # noqa: PLR0913 - as many as there are things to keep, most of them by name
        self,
        person: int,
        message: int,
        vote: Vote,
        *,
        question: str,
        answer: Mapping[str, Any],
        collections: Iterable[str],
        reason: str | None = None,
    ) -> None:
        """Keep what a person thinks of an answer; a second vote takes the place of the first.

        Args:
            person: who votes.
            message: the bot's message that shows the answer.
            vote: "up" or "down".
            question: as it was asked; "" where that is not known any more.
            answer: the object of the Answer contract (`Answer.to_json`); at least its `text`.
            collections: what the asker could see.
            reason: why it is wrong, in a word.
        """
        if vote not in get_args(Vote):
            raise ValueError(f"a vote is up or down, not {vote!r}")
        row = (
            self._clock(),
            self._hash(person),
            message,
            _list(collections),
            _text(question),
            json.dumps(answer),
            vote,
            reason,
        )
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO votes (at, person, message, collections, question, answer, vote, reason) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (person, message) DO UPDATE SET at = excluded.at, "
                "collections = excluded.collections, question = excluded.question, answer = excluded.answer, "
                "vote = excluded.vote, reason = excluded.reason",
                row,
            )

    def explain(self, person: int, message: int, reason: str) -> bool:
        """Add why the answer is wrong to a person's vote against it; False when there is no such vote."""
        with self._writing() as connection:
            found = connection.execute(
                "UPDATE votes SET reason = ? WHERE person = ? AND message = ? AND vote = 'down'",
                (reason, self._hash(person), message),
            )
            return found.rowcount > 0

    def votes(self) -> list[VoteRecord]:
        """All votes, the newest first."""
        return [
            VoteRecord(key, _time(at), question, json.loads(answer), vote, reason, _tuple(collections))
            for key, at, question, answer, vote, reason, collections in self._read(
                "SELECT key, at, question, answer, vote, reason, collections FROM votes ORDER BY at DESC, key DESC"
            )
        ]

    # ── gaps ──────────────────────────────────────────────────────────────

    def gap(self, person: int, question: str, reason: str, collections: Iterable[str]) -> None:
        """Keep a question that the articles a person could see do not answer."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO gaps (at, person, collections, question, reason) VALUES (?, ?, ?, ?, ?)",
                (self._clock(), self._hash(person), _list(collections), _text(question), reason),
            )

    def gaps(self) -> list[GapRecord]:
        """All questions that found nothing, the newest first."""
        return [
            GapRecord(key, _time(at), question, reason, _tuple(collections))
            for key, at, question, reason, collections in self._read(
                "SELECT key, at, question, reason, collections FROM gaps ORDER BY at DESC, key DESC"
            )
        ]

    # ── messages ──────────────────────────────────────────────────────────

    def follow(self, question: int, answer: int, channel: int, person: int) -> None:
        """Keep that the message `answer` in a channel answers the person's message `question`."""
        with self._writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO followed (question, at, person, channel, answer) VALUES (?, ?, ?, ?, ?)",
                (question, self._clock(), self._hash(person), channel, answer),
            )

    def followed(self, question: int) -> Followed | None:
        """Where the answer to a message stands; None when it is not followed."""
        rows = self._read("SELECT channel, answer, at FROM followed WHERE question = ?", (question,))
        return next((Followed(channel, answer, _time(at)) for channel, answer, at in rows), None)

    def unfollow(self, question: int) -> None:
        """The answer to a message is not followed any more."""
        with self._writing() as connection:
            connection.execute("DELETE FROM followed WHERE question = ?", (question,))

    # ── deleting ──────────────────────────────────────────────────────────

    def forget(self, person: int) -> Forgotten:
        """Delete all that is kept of a person."""
        return self._delete(_TABLES, "person = ?", self._hash(person))

    def forget_collection(self, name: str) -> Forgotten:
        """Delete votes and gaps of everybody who could see a collection."""
        inside = "EXISTS (SELECT 1 FROM json_each(collections) WHERE value = ?)"
        return self._delete(("votes", "gaps"), inside, name)

    def purge(self, days: float) -> Forgotten:
        """Delete all that is older than so many days, except what was kept by name."""
        return self._delete(_TABLES, "at < ?", self._clock() - days * _DAY)

    def _delete(self, tables: Sequence[str], where: str, value: object) -> Forgotten:
        """Delete rows for good: they are neither left in the file nor in its log."""
        with self._writing() as connection:
            counts = [
                connection.execute(f"DELETE FROM {table} WHERE {where}", (value,)).rowcount  # noqa: S608 - our own words
                for table in tables
            ]
        with contextlib.suppress(RecordsError):  # somebody is reading; the log is emptied by whoever is last
            self._read("PRAGMA wal_checkpoint(TRUNCATE)")
        return Forgotten(*counts)

    # ── the bot's own notes ───────────────────────────────────────────────

    def value(self, name: str) -> str | None:
        """What was kept under a name; None when nothing was."""
        return next((value for (value,) in self._read("SELECT value FROM remembered WHERE name = ?", (name,))), None)

    def keep(self, name: str, value: str) -> None:
        """Keep a value under a name, in place of the one before."""
        with self._writing() as connection:
            connection.execute("INSERT OR REPLACE INTO remembered (name, value) VALUES (?, ?)", (name, value))

    # ── the file ──────────────────────────────────────────────────────────

    def _hash(self, person: int) -> bytes:
        return hmac.digest(self._salt, str(person).encode(), "sha256")

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, refusing(self.path), transaction(self._connection):
            yield self._connection

    def _read(self, query: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock, refusing(self.path):
            return self._connection.execute(query, values).fetchall()


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _list(collections: Iterable[str]) -> str:
    return json.dumps(sorted(collections))


def _tuple(collections: str) -> tuple[str, ...]:
    return tuple(json.loads(collections))


def _text(text: str) -> str:
    """The text without halves of characters, which SQLite does not take."""
    return text.encode("utf-8", "replace").decode("utf-8")
