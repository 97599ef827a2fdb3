"""However much is asked, voted and changed: the file of the records stays small, and nothing looks through it."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.storage import record_file, retention
from bot.storage.feedback import Records
from bot.storage.guilds import Change, GuildStore
from bot.storage.recorded_question import RecordedQuestion
from bot.storage.retention import BOUNDS, MOST_BYTES

ADA, BEN = 222_333_444_555_666_777, 999_888_777_666_555_444
FEW = 5
LONG = "\U0001f409" * 2000


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with Records(tmp_path / "bot.db") as kept:
        yield kept


@pytest.fixture
def guilds(tmp_path: Path) -> Iterator[GuildStore]:
    with GuildStore(tmp_path / "bot.db") as kept:
        yield kept


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Few rows are kept of whoever this column names, so that a test is quick; of anybody else as many as ever."""

    def of(column: str) -> None:
        monkeypatch.setattr(retention, "BOUNDS", [replace(one, most=FEW) for one in BOUNDS if one.of == column])

    return of


def gap(records: Records, person: int, question: str, where: str = "public", message: int | None = None) -> None:
    records.gap(person, question, "no_match", {where, "public"}, message=message)


def vote(records: Records, person: int, message: int, where: str = "public") -> None:
    answer = {"status": "answered", "text": str(message)}
    records.vote(person, message, "up", question="Who?", answer=answer, collections={where, "public"})


def test_the_oldest_of_one_person_goes_for_the_newest_and_nothing_of_anybody_else(
    records: Records, few: Callable[[str], None]
) -> None:
    few("person")
    gap(records, BEN, "Ben's?")
    vote(records, BEN, 1)
    records.follow(1, 2, 3, BEN)
    for number in range(2, 2 + 2 * FEW):
        gap(records, ADA, f"{number}?", f"guild:{number}")
        vote(records, ADA, number, f"guild:{number}")
        records.follow(number, 2, 3, ADA)
    newest = list(range(1 + 2 * FEW, 1 + FEW, -1))
    assert [one.question for one in records.gaps()] == [*(f"{number}?" for number in newest), "Ben's?"]
    assert [one.answer["text"] for one in records.votes()] == [str(number) for number in [*newest, 1]]
    assert [number for number in range(30) if records.followed(number)] == [1, *reversed(newest)]


def test_the_oldest_of_one_server_goes_for_the_newest_and_nothing_of_any_other(
    records: Records, guilds: GuildStore, few: Callable[[str], None]
) -> None:
    few("collections")
    for number in range(2 * FEW):
        gap(records, number, f"{number}?", "guild:1")
        vote(records, number, number, "guild:1")
        if number < FEW:
            gap(records, number, f"Elsewhere {number}?", "guild:2")
    kept = [one.question for one in records.gaps() if "guild:1" in one.collections]
    assert kept == [f"{number}?" for number in range(2 * FEW - 1, FEW - 1, -1)]
    assert len(records.gaps()) == 2 * FEW
    assert len(records.votes()) == FEW


def test_a_server_keeps_its_last_changes(guilds: GuildStore, few: Callable[[str], None]) -> None:
    few("guild")
    guilds.note(2, ADA, Change("added", new="Elsewhere"))
    for number in range(2 * FEW):
        guilds.note(1, ADA, Change("added", new=f"{number}"))
        guilds.begin(f"token{number}", 1, [f"{number}"])
    assert [one.change.new for one in guilds.audit(1)] == [f"{number}" for number in range(2 * FEW - 1, FEW - 1, -1)]
    assert len(guilds.audit(2)) == 1
    assert [guilds.begun(f"token{number}", 1) is not None for number in (FEW - 1, FEW)] == [False, True]


def test_the_file_never_grows_beyond_its_bound_and_the_newest_stays(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "MOST_BYTES", most := 500_000)
    for number in range(120):  # each of somebody else, somewhere else
        gap(records, number, f"{number} {LONG}", f"guild:{number}")
        vote(records, number, number, f"guild:{number}")
        records.follow(number, 2, 3, number)
    assert records.path.stat().st_size <= most * 1.3
    questions = [one.question.split()[0] for one in records.gaps()]
    assert 20 < len(questions) < 100
    assert questions == [f"{number}" for number in range(119, 119 - len(questions), -1)]
    assert records.followed(119)


def test_what_one_person_can_fill_is_little(records: Records) -> None:
    """A day within the pace left 427 MB once; now so much at most, counted for a row and not by writing for a day."""
    before = retention._used(records._changing)
    records.gap(ADA, LONG, "no_match", {"public"}, before=[RecordedQuestion(LONG)] * 5)
    row = retention._used(records._changing) - before
    rows = next(one.most for one in BOUNDS if (one.table, one.of) == ("gaps", "person"))
    assert row < 80_000
    assert rows * row < MOST_BYTES / 8


def plan(connection: sqlite3.Connection, query: str) -> list[str]:
    """How SQLite goes about a query: it reads a whole table where it says SCAN."""
    values = (1,) * query.count("?")
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}", values)]


@pytest.mark.parametrize("bound", BOUNDS, ids=lambda one: f"{one.table} by {one.of}")
def test_no_bound_looks_through_a_table(records: Records, bound: retention.Bound) -> None:
    assert not [step for step in plan(records._changing, bound.query) if step.startswith("SCAN")]


def test_a_deleted_message_looks_through_no_table(records: Records) -> None:
    ran: list[str] = []
    gap(records, ADA, "Who?", message=5)
    records.follow(5, 2, 3, ADA)
    for connection in (records._changing, records._looking):
        connection.set_trace_callback(ran.append)
    for message in (4, 5):  # one that was never for the bot, and one that was
        records.unfollow(message)
    records.followed(5)
    records.no_gap(5)
    for connection in (records._changing, records._looking):
        connection.set_trace_callback(None)
    queries = [query for query in ran if query.startswith(("SELECT", "DELETE"))]
    assert len(queries) >= 5
    assert records.gaps() == []
    steps = list(itertools.chain.from_iterable(plan(records._changing, query) for query in queries))
    assert not [step for step in steps if step.startswith("SCAN")], steps


def test_records_of_the_layout_before_get_their_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.db"
    with monkeypatch.context() as old:
        old.setattr(record_file, "SCHEMA_VERSION", 4)
        old.setattr(record_file, "_STEPS", record_file._STEPS[:4])
        Records(path).close()
    raw = sqlite3.connect(path)
    row = (1.0, "[]", "no_match", '{"question": "Old?"}', "[]", '["public"]')
    raw.execute("INSERT INTO gaps (at, people, reason, posed, before, collections) VALUES (?, ?, ?, ?, ?, ?)", row)
    raw.commit()
    raw.close()
    with Records(path) as records:
        gap(records, ADA, "New?")
        assert [one.question for one in records.gaps()] == ["New?", "Old?"]
