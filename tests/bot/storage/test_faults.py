"""The file of the records when the machine fails: full, read-only, damaged, without its log, with a wrong clock."""

from __future__ import annotations

import itertools
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.storage.feedback import Records
from bot.storage.guilds import Change, GuildStore
from bot.storage.record_file import RecordsError

ADA = 222_333_444_555_666_777
DAY = 86_400.0
# the long version: DAMAGES=400 pytest tests/bot/storage/test_faults.py
DAMAGES = int(os.environ.get("DAMAGES", "40"))


class Clock:
    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


Kept = tuple[Records, GuildStore]
Write = Callable[[Records, GuildStore, int], Any]
WRITES: dict[str, Write] = {
    "vote": lambda records, _, n: records.vote(
        ADA + n, n, "up", question="Who?", answer={"text": "x" * 500}, collections=["public"]
    ),
    "gap": lambda records, _, n: records.gap(ADA + n, f"Number {n}? {'x' * 500}", "no_match", ["public"], message=n),
    "follow": lambda records, _, n: records.follow(n, 2, 3, ADA + n),
    "keep": lambda records, _, n: records.keep(f"name{n}", "x" * 500),
    "change": lambda _, guilds, n: guilds.change(n, ADA, adders=tuple(range(30))),
    "note": lambda _, guilds, n: guilds.note(n, ADA, Change("added", new="x" * 500)),
    "bind": lambda _, guilds, n: guilds.bind(1, n, ["x" * 500], ADA),
    "begin": lambda _, guilds, n: guilds.begin(f"token{n}", 1, ["x" * 500]),
    "join": lambda _, guilds, n: guilds.joined(n, 7),
}


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    path, clock = tmp_path / "bot.db", Clock()
    with Records(path, clock) as records, GuildStore(path, clock) as guilds:
        yield records, guilds


def rows(path: Path) -> int:
    """How many there are in the file."""
    with sqlite3.connect(path) as raw:
        tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE TABLE%'")]
        count: int = sum(raw.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables)  # noqa: S608 - our tables
    raw.close()
    return count


# ── the disk ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("what", WRITES)
def test_a_full_disk_is_told_at_each_write_nothing_is_half_and_later_it_works(kept: Kept, what: str) -> None:
    records, guilds = kept
    for connection in (records._changing, guilds._changing):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")  # as where the disk has room for no page more
    before = 0
    with pytest.raises(RecordsError, match=r"^The disk of .*bot\.db is full: free some space; nothing was changed\.$"):
        for number in itertools.count(1):
            before = rows(records.path)
            WRITES[what](records, guilds, number)
    assert rows(records.path) == before
    for connection in (records._changing, guilds._changing):
        connection.execute("PRAGMA max_page_count = 1000000")
    WRITES[what](records, guilds, 10_000)
    assert rows(records.path) > before


@pytest.mark.parametrize("what", WRITES)
def test_a_file_that_may_not_be_written_is_told_at_each_write_and_still_read(kept: Kept, what: str) -> None:
    records, guilds = kept
    WRITES[what](records, guilds, 1)
    before = rows(records.path)
    for connection in (records._changing, guilds._changing):
        connection.execute("PRAGMA query_only = ON")
    with pytest.raises(RecordsError, match=r"^.*bot\.db may not be written: allow writing to it and its folder\.$"):
        WRITES[what](records, guilds, 2)
    assert rows(records.path) == before
    assert len(records.votes()) + len(records.gaps()) <= 1
    guilds.settings(1)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may write everywhere")
def test_a_folder_that_may_not_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(RecordsError, match=r"^[^\n]+\.$"):
            Records(tmp_path / "bot.db")
    finally:
        tmp_path.chmod(0o700)


# ── the file ──────────────────────────────────────────────────────────────


def use(path: Path) -> None:
    """All that is done with the records."""
    with Records(path) as records, GuildStore(path) as guilds:
        for read in (records.votes, records.gaps, guilds.open_in_dms, guilds.leaving):
            read()
        for number in range(1, 30):
            records.followed(number)
            records.value(f"name{number}")
            guilds.settings(number)
            guilds.audit(number)
            guilds.bindings(number)
            guilds.begun(f"token{number}", 1)
        for write in WRITES.values():
            write(records, guilds, 7)
            write(records, guilds, 1000)
        records.unfollow(7)
        records.forget(ADA + 3)
        records.purge(1)
        guilds.forget_server(5)


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file with rows of each kind."""
    path = tmp_path_factory.mktemp("healthy") / "bot.db"
    with Records(path) as records, GuildStore(path) as guilds:
        for write, number in itertools.product(WRITES.values(), range(1, 30)):
            write(records, guilds, number)
    return path.read_bytes()


def test_a_damaged_file_works_or_is_told_in_one_sentence(tmp_path: Path, healthy: bytes) -> None:
    dice, told = random.Random(1), 0  # noqa: S311 - a test, no secret
    for number in range(DAMAGES):
        path, damaged = tmp_path / f"{number}.db", bytearray(healthy)
        for _ in range(dice.randrange(1, 4)):
            start, length = dice.randrange(len(damaged)), dice.choice([1, 20, 4096])
            damaged[start : start + length] = dice.randbytes(len(damaged[start : start + length]))
        path.write_bytes(damaged)
        try:
            use(path)
        except RecordsError as error:
            assert re.fullmatch(r"[^\n]+\.", str(error))
            told += 1
    assert told > DAMAGES / 4


KEEPER = """
import sys
from pathlib import Path
from bot.storage.feedback import Records

with Records(Path(sys.argv[1])) as records:
    for number in range(50):
        records.gap(number, f"{number}?", "no_match", ["public"])
    print("done", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.parametrize("gone", [["-wal"], ["-shm"], ["-wal", "-shm"]])
def test_a_log_that_is_gone_after_a_kill_leaves_a_file_that_works(tmp_path: Path, gone: list[str]) -> None:
    path = tmp_path / "bot.db"
    with subprocess.Popen(
        [sys.executable, "-c", KEEPER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n"
        process.send_signal(signal.SIGKILL)
    for suffix in gone:
        path.with_name(f"bot.db{suffix}").unlink(missing_ok=True)
    with Records(path) as records:
        found = [one.question for one in records.gaps()]
        assert found == [f"{number}?" for number in reversed(range(len(found)))]  # what is lost is the last
        if "-wal" not in gone:
            assert len(found) == 50
        records.gap(ADA, "Later?", "no_match", ["public"])
        assert records.gaps()[0].question == "Later?"


# ── the clock, and another bot ────────────────────────────────────────────


def test_a_clock_that_is_set_back_and_forth_by_a_day_loses_nothing(tmp_path: Path) -> None:
    clock = Clock()
    with Records(tmp_path / "bot.db", clock) as records, GuildStore(tmp_path / "bot.db", clock) as guilds:
        for number, step in enumerate([0, -DAY, DAY, DAY, -2 * DAY, DAY]):
            clock.now += step
            for write in WRITES.values():
                write(records, guilds, number)
            records.purge(2.5)
            guilds.purge(2.5)
        assert sorted(int(one.question.split()[1][0]) for one in records.gaps()) == [0, 1, 2, 3, 4, 5]
        assert len(records.votes()) == 6
        assert all(records.followed(number) for number in range(6))
        assert all(guilds.audit(number) for number in range(6))
        assert all(guilds.begun(f"token{number}", 1) is not None for number in range(6))


def test_two_bots_on_one_file_keep_all_that_either_does(tmp_path: Path) -> None:
    path, failures = tmp_path / "bot.db", []

    def live(first: int) -> None:
        try:
            with Records(path) as records, GuildStore(path) as guilds:
                for number, write in itertools.product(range(first, first + 10), WRITES.values()):
                    write(records, guilds, number)
        except Exception as error:
            failures.append(error)

    bots = [threading.Thread(target=live, args=[first]) for first in (100, 200)]
    for bot in bots:
        bot.start()
    for bot in bots:
        bot.join()
    assert failures == []
    with ExitStack() as stack:
        records = stack.enter_context(Records(path))
        guilds = stack.enter_context(GuildStore(path))
        numbers = [*range(100, 110), *range(200, 210)]
        assert len(records.votes()) == len(records.gaps()) == len(numbers)
        assert all(records.followed(n) and guilds.audit(n) and guilds.settings(n).adders for n in numbers)
        assert len(guilds.bindings(1)) == len(numbers)
