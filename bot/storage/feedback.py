"""What the bot keeps beside the articles: votes, questions that found nothing, which message answers which.

One SQLite file; several processes may use it at once, each from any thread. No names and no ids of persons: a person
is an HMAC of their id with a salt that never leaves the file, another one in each table, enough to delete what is
theirs.
"""

from __future__ import annotations

import hmac
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

from cachetools import TTLCache

from bot.storage.record_file import RecordFile, moment_of, reads_rows, refusing_rows
from bot.storage.recorded_question import RecordedQuestion
from bot.storage.retention import keep_bounds

Vote = Literal["up", "down"]

NAME = "bot.db"  # in the data folder

_DAY = 86_400.0  # seconds
_FOLLOWED = 30.0  # days that it is kept which message answers which, at most
_AT_WORK = 3600.0  # seconds; whatever began before somebody was forgotten has ended by then
_TABLES = ("votes", "gaps", "followed")
# whose row it is; of votes and gaps, also the askers of the questions in it
_OWN = {
    "votes": "EXISTS (SELECT 1 FROM json_each(people) WHERE value = ?)",
    "gaps": "EXISTS (SELECT 1 FROM json_each(people) WHERE value = ?)",
    "followed": "person = ?",
}


@dataclass(frozen=True, slots=True)
class VoteRecord:
    """A vote, without who gave it.

    Attributes:
        key: the record's own number, never used twice.
        posed: what was asked; its question is "" where that is not known.
        answer: the object of the Answer contract, or what is known of it.
        collections: what the voter could see.
        before: the questions that it goes on from, the oldest first.
    """

    key: int
    at: datetime
    posed: RecordedQuestion
    answer: dict[str, Any]
    vote: Vote
    reason: str | None
    collections: tuple[str, ...]
    before: tuple[RecordedQuestion, ...] = ()

    @property
    def question(self) -> str:
        """In the asker's words, or as a form's question reads."""
        return self.posed.question


@dataclass(frozen=True, slots=True)
class GapRecord:
    """A question that found nothing, with the reason of the Answer contract; the rest as in `VoteRecord`."""

    key: int
    at: datetime
    posed: RecordedQuestion
    reason: str
    collections: tuple[str, ...]
    before: tuple[RecordedQuestion, ...] = ()

    @property
    def question(self) -> str:
        """In the asker's words, or as a form's question reads."""
        return self.posed.question


@dataclass(frozen=True, slots=True)
class FollowedAnswer:
    """Where the answer to a message stands, and since when it is followed."""

    channel: int
    answer: int
    at: datetime


@dataclass(frozen=True, slots=True)
class DeletedCounts:
    """How much was deleted."""

    votes: int
    gaps: int
    followed: int = 0


class Records(RecordFile):
    """Votes, questions that found nothing, which message answers which, and the bot's own notes."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        super().__init__(path, clock)
        self._moments = itertools.count(1)
        self._forgotten: TTLCache[int, int] = TTLCache(10_000, _AT_WORK)  # who, and at which moment
        self._gone: TTLCache[int, None] = TTLCache(10_000, _AT_WORK)  # messages
        self._marking = threading.Lock()
        with refusing_rows(path):
            self._salt: bytes = self._read("SELECT salt FROM salt")[0][0]

    # ── votes ─────────────────────────────────────────────────────────────

    def vote(  # noqa: PLR0913 - as many as there are things to keep, most of them by name
        self,
        person: int,
        message: int,
        vote: Vote,
        *,
        question: str | RecordedQuestion,
        answer: Mapping[str, Any],
        collections: Iterable[str],
        reason: str | None = None,
        askers: Iterable[int] = (),
        before: Iterable[RecordedQuestion] = (),
        since: int | None = None,
    ) -> None:
        """Keep what a person thinks of an answer; a second vote takes the place of the first.

        Args:
            person: who votes.
            message: the bot's message that shows the answer.
            vote: "up" or "down".
            question: what was asked; "" where that is not known any more.
            answer: the object of the Answer contract (`Answer.to_json`); at least its `text`.
            collections: what the voter could see.
            reason: why it is wrong, in a word.
            askers: who asked the question, and those before it.
            before: the questions that it goes on from, the oldest first.
            since: the moment (see `moment`) it began. What was forgotten since is not kept.
        """
        if vote not in get_args(Vote):
            raise ValueError(f"a vote is up or down, not {vote!r}")
        people, whose, seen = {person, *askers}, self._hash("votes", person), _list(collections)
        row = (
            self._clock(),
            whose,
            self._hashes("votes", people),
            self._hash("votes.message", message),
            seen,
            _posed(question),
            _before(before),
            json.dumps(answer),
            vote,
            reason,
        )
        with self._writing() as connection:
            if self.forgot(people, since):
                return
            connection.execute(
                "INSERT INTO votes (at, person, people, message, collections, posed, before, answer, vote, reason) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (person, message) DO UPDATE SET "
                "at = excluded.at, people = excluded.people, collections = excluded.collections, "
                "posed = excluded.posed, before = excluded.before, answer = excluded.answer, vote = excluded.vote, "
                "reason = excluded.reason",
                row,
            )
            keep_bounds(connection, "votes", person=whose, collections=seen)

    def explain(self, person: int, message: int, reason: str) -> bool:
        """Add why the answer is wrong to a person's vote against it; False when there is no such vote."""
        with self._writing() as connection:
            found = connection.execute(
                "UPDATE votes SET reason = ? WHERE person = ? AND message = ? AND vote = 'down'",
                (reason, self._hash("votes", person), self._hash("votes.message", message)),
            )
            return found.rowcount > 0

    @reads_rows
    def votes(self) -> list[VoteRecord]:
        """All votes, the newest first."""
        return [
            VoteRecord(
                key,
                moment_of(at),
                _read(posed),
                json.loads(answer),
                vote,
                reason,
                _tuple(collections),
                _read_all(before),
            )
            for key, at, posed, answer, vote, reason, collections, before in self._read(
                "SELECT key, at, posed, answer, vote, reason, collections, before FROM votes ORDER BY at DESC, key DESC"
            )
        ]

    # ── gaps ──────────────────────────────────────────────────────────────

    def gap(  # noqa: PLR0913 - as many as there are things to keep, half of them by name
        self,
        person: int,
        question: str | RecordedQuestion,
        reason: str,
        collections: Iterable[str],
        *,
        message: int | None = None,
        askers: Iterable[int] = (),
        before: Iterable[RecordedQuestion] = (),
        since: int | None = None,
    ) -> None:
        """Keep a question that the articles a person could see do not answer.

        Args:
            person: who asked.
            question: what was asked.
            reason: why there is no answer, as in the Answer contract.
            collections: what the person could see.
            message: the message with the question. What it asked in vain before it was edited is not kept.
            askers: who asked the questions before it.
            before: the questions that it goes on from, the oldest first.
            since: the moment (see `moment`) at which it came. What was forgotten since is not kept.
        """
        people, whose, seen = {person, *askers}, self._hash("gaps", person), _list(collections)
        written_in = None if message is None else self._hash("gaps.message", message)
        row = (
            self._clock(),
            whose,
            self._hashes("gaps", people),
            written_in,
            seen,
            _posed(question),
            _before(before),
            reason,
        )
        with self._writing() as connection:
            if self.forgot(people, since) or self._is_gone(message):
                return
            connection.execute("DELETE FROM gaps WHERE message = ?", (written_in,))
            connection.execute(
                "INSERT INTO gaps (at, person, people, message, collections, posed, before, reason) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            keep_bounds(connection, "gaps", person=whose, collections=seen)

    def no_gap(self, message: int) -> None:
        """What this message asked is not kept any more as a gap."""
        with self._writing() as connection:
            connection.execute("DELETE FROM gaps WHERE message = ?", (self._hash("gaps.message", message),))

    @reads_rows
    def gaps(self) -> list[GapRecord]:
        """All questions that found nothing, the newest first."""
        return [
            GapRecord(key, moment_of(at), _read(posed), reason, _tuple(collections), _read_all(before))
            for key, at, posed, reason, collections, before in self._read(
                "SELECT key, at, posed, reason, collections, before FROM gaps ORDER BY at DESC, key DESC"
            )
        ]

    # ── messages ──────────────────────────────────────────────────────────

    def follow(self, question: int, answer: int, channel: int, person: int, *, since: int | None = None) -> None:
        """Keep that the message `answer` in a channel answers the person's message `question`.

        Args:
            question: the person's message.
            answer: the bot's message.
            channel: where both stand.
            person: who asked.
            since: the moment (see `moment`) at which the question came. Nothing is kept of who was forgotten since.
        """
        with self._writing() as connection:
            if self.forgot([person], since):
                return
            connection.execute(
                "INSERT OR REPLACE INTO followed (question, at, person, channel, answer) VALUES (?, ?, ?, ?, ?)",
                (question, self._clock(), whose := self._hash("followed", person), channel, answer),
            )
            keep_bounds(connection, "followed", person=whose)

    @reads_rows
    def followed(self, question: int) -> FollowedAnswer | None:
        """Where the answer to a message stands; None when it is not followed."""
        rows = self._read("SELECT channel, answer, at FROM followed WHERE question = ?", (question,))
        return next((FollowedAnswer(channel, answer, moment_of(at)) for channel, answer, at in rows), None)

    def unfollow(self, question: int) -> None:
        """A message is gone: its answer is not followed any more, and it is no gap. Cheap for any other message."""
        with self._marking:
            self._gone[question] = None
        kept = question, self._hash("gaps.message", question)
        if not self._read(
            "SELECT 1 FROM followed WHERE question = ? UNION ALL SELECT 1 FROM gaps WHERE message = ?", kept
        ):
            return
        with self._writing() as connection:
            connection.execute("DELETE FROM followed WHERE question = ?", kept[:1])
            connection.execute("DELETE FROM gaps WHERE message = ?", kept[1:])

    def _is_gone(self, message: int | None) -> bool:
        with self._marking:
            return message in self._gone

    # ── deleting ──────────────────────────────────────────────────────────

    def moment(self) -> int:
        """Now, for the `since` of what begins now. Waits for nothing."""
        return next(self._moments)

    def disown(self, person: int) -> None:
        """From now on, nothing that began before is kept of a person. Waits for nothing."""
        with self._marking:
            self._forgotten[person] = next(self._moments)

    def forgot(self, people: Iterable[int], since: int | None) -> bool:
        """Whether one of these persons was forgotten since that moment. Waits for nothing."""
        if since is None:
            return False
        with self._marking:
            return any(self._forgotten.get(person, 0) > since for person in people)

    def forget(self, person: int) -> DeletedCounts:
        """Delete all that is kept of a person, others' votes on their questions included."""
        self.disown(person)
        return self._delete({table: (_OWN[table], self._hash(table, person)) for table in _TABLES})

    def forget_collection(self, name: str) -> DeletedCounts:
        """Delete votes and gaps of everybody who could see a collection."""
        inside = "EXISTS (SELECT 1 FROM json_each(collections) WHERE value = ?)", name
        return self._delete({"votes": inside, "gaps": inside})

    def purge(self, days: float) -> DeletedCounts:
        """Delete all that is older than so many days, except what was kept by name.

        Which message answers which is deleted after 30 days at the latest.
        """
        ages = {"votes": days, "gaps": days, "followed": min(days, _FOLLOWED)}
        return self._delete({table: ("at < ?", self._clock() - age * _DAY) for table, age in ages.items()})

    def _delete(self, rows: Mapping[str, tuple[str, object]]) -> DeletedCounts:
        """Delete rows for good, by table: they are neither left in the file nor in its log."""
        with self._writing() as connection:
            counts = {
                table: connection.execute(f"DELETE FROM {table} WHERE {where}", (value,)).rowcount  # noqa: S608 - our own words
                for table, (where, value) in rows.items()
            }
        self._empty_log()
        return DeletedCounts(**counts)

    # ── the bot's own notes ───────────────────────────────────────────────

    @reads_rows
    def value(self, name: str) -> str | None:
        """What was kept under a name; None when nothing was."""
        return next((value for (value,) in self._read("SELECT value FROM remembered WHERE name = ?", (name,))), None)

    def keep(self, name: str, value: str) -> None:
        """Keep a value under a name, in place of the one before."""
        with self._writing() as connection:
            connection.execute("INSERT OR REPLACE INTO remembered (name, value) VALUES (?, ?)", (name, value))

    # ── hashes ────────────────────────────────────────────────────────────

    def _hash(self, purpose: str, id_: int) -> str:
        """What stands for a person or message in this table, and in no other: the rows cannot be joined by it."""
        return hmac.digest(self._salt, f"{purpose}:{id_}".encode(), "sha256").hex()

    def _hashes(self, purpose: str, ids: Iterable[int]) -> str:
        return json.dumps(sorted(self._hash(purpose, id_) for id_ in ids))


def _list(collections: Iterable[str]) -> str:
    return json.dumps(sorted(collections))


def _tuple(collections: str) -> tuple[str, ...]:
    return tuple(json.loads(collections))


def _posed(question: str | RecordedQuestion) -> str:
    posed = question if isinstance(question, RecordedQuestion) else RecordedQuestion(question)
    return _dense(posed.fields())


def _before(questions: Iterable[RecordedQuestion]) -> str:
    return _dense([posed.fields() for posed in questions])


def _dense(value: object) -> str:
    """JSON in as few bytes as may be, without halves of characters, which do not stand in a file of text."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def _read(fields: str) -> RecordedQuestion:
    return RecordedQuestion.read(json.loads(fields))


def _read_all(rows: str) -> tuple[RecordedQuestion, ...]:
    return tuple(RecordedQuestion.read(fields) for fields in json.loads(rows))
