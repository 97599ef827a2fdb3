from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.setting_cards import change_text
from bot.storage.feedback import Records
from bot.storage.guilds import DEFAULTS, Change, GuildSettings, GuildStore, LeftGuild
from bot.storage.record_file import _APPLICATIONS, _SCHEMA, _SERVERS, APPLICATION_ID, SCHEMA_VERSION

HERE, THERE = 111_222_333_444_555_666, 666_555_444_333_222_111
ADA, BEN = 222_333_444_555_666_777, 999_888_777_666_555_444
DAY = 86_400
BOT, OTHER = 7, 8  # applications


class Clock:
    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "bot.db"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def servers(path: Path, clock: Clock) -> Iterator[GuildStore]:
    with GuildStore(path, clock) as kept:
        yield kept


def test_where_nothing_was_set_the_defaults_hold(servers: GuildStore) -> None:
    assert servers.settings(HERE) == DEFAULTS == GuildSettings()
    assert servers.bound(1) == frozenset()
    assert servers.audit(HERE) == []
    assert servers.leaving() == [] == servers.open_in_dms()


ALL: dict[str, Any] = {
    "adders": (5, 6),
    "channels": (7,),
    "threads": "mention",
    "private": True,
    "in_dms": True,
    "per_minute": 3,
}


def test_what_is_set_holds_in_that_server_alone_and_across_a_restart(path: Path) -> None:
    with GuildStore(path) as servers:
        assert servers.change(HERE, ADA, **ALL) == GuildSettings(**ALL)
    with GuildStore(path) as servers:
        assert servers.settings(HERE) == GuildSettings(**ALL)
        assert servers.settings(THERE) == DEFAULTS
        assert servers.open_in_dms() == [HERE]


@given(st.lists(st.sampled_from(sorted(ALL)), max_size=6))
def test_settings_change_one_by_one_and_each_change_is_a_line_of_the_trail(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    with GuildStore(tmp_path_factory.mktemp("servers") / "bot.db") as servers:
        for name in names:
            servers.change(HERE, ADA, **{name: ALL[name]})
        assert servers.settings(HERE) == GuildSettings(**{name: ALL[name] for name in names})
        assert len(servers.audit(HERE)) == len(set(names))  # what was so before is no change


def test_a_setting_that_does_not_exist_is_a_mistake_and_changes_nothing(servers: GuildStore) -> None:
    with pytest.raises(TypeError):
        servers.change(HERE, ADA, colour="red")
    assert servers.audit(HERE) == []


def test_the_trail_tells_who_did_what_and_when_the_newest_first(servers: GuildStore, clock: Clock) -> None:
    servers.note(HERE, ADA, Change("added", new="A \ud83d"))
    clock.now += 60
    servers.change(HERE, BEN, in_dms=True)
    servers.note(THERE, ADA, Change("removed", old="elsewhere"))
    last, first = servers.audit(HERE)
    assert (last.who, last.at) == (BEN, datetime.fromtimestamp(clock.now, UTC))
    assert last.change == Change("in_dms", old=False, new=True)
    assert (first.who, first.change) == (ADA, Change("added", new="A \ud83d"))
    assert servers.audit(HERE, 1) == [last]


def test_a_channel_is_about_the_articles_it_was_bound_to_last(servers: GuildStore) -> None:
    servers.bind(HERE, 1, ["b", "a"], ADA)
    servers.bind(THERE, 2, ["c"], BEN)
    assert servers.bound(1) == {"a", "b"}
    assert servers.bindings(HERE) == {1: {"a", "b"}}
    servers.bind(HERE, 1, [], ADA)
    assert servers.bound(1) == frozenset()
    assert servers.bindings(HERE) == {}
    none, two = {"channel": 1, "articles": []}, {"channel": 1, "articles": ["a", "b"]}
    assert [line.change for line in servers.audit(HERE)] == [Change("bound", two, none), Change("bound", none, two)]


def test_a_server_is_left_when_it_is_told_or_found_missing_and_not_any_more_when_the_bot_is_back(
    servers: GuildStore, clock: Clock
) -> None:
    servers.present([1, 2, 3], BOT)
    servers.left(2, BOT)
    clock.now += DAY
    servers.present([1], BOT)  # three was left while the bot was not running
    assert servers.leaving() == [
        LeftGuild(2, datetime.fromtimestamp(clock.now - DAY, UTC)),
        LeftGuild(3, datetime.fromtimestamp(clock.now, UTC)),
    ]
    clock.now += DAY
    servers.present([1], BOT)
    assert [left.guild for left in servers.leaving()] == [2, 3]
    assert servers.leaving()[1].at == datetime.fromtimestamp(clock.now - DAY, UTC)  # since it was first missed
    servers.joined(2, BOT)
    servers.present([1, 2, 3], BOT)
    assert servers.leaving() == []


def test_what_another_application_is_in_is_left_only_when_both_have_left_it(servers: GuildStore) -> None:
    assert servers.present([1, 2], BOT) == []
    assert servers.present([2, 3], OTHER) == [1]
    assert servers.leaving() == []
    servers.left(2, OTHER)
    assert servers.leaving() == []
    servers.present([], BOT)
    assert [left.guild for left in servers.leaving()] == [1, 2]
    servers.forget_server(2)
    assert [left.guild for left in servers.leaving()] == [1]


def test_what_was_begun_is_known_to_its_own_server_until_it_is_purged(servers: GuildStore, clock: Clock) -> None:
    servers.begin("a", HERE, ["x", "y"])
    servers.begin("a", HERE, ["x"])  # the rest, later on
    assert servers.begun("a", HERE) == frozenset({"x", "y"})
    assert servers.begun("a", THERE) is None
    clock.now += 10 * DAY
    servers.begin("b", HERE, ["z"])
    servers.purge(9)
    assert servers.begun("a", HERE) is None
    assert servers.begun("b", HERE) == frozenset({"z"})
    servers.forget_server(HERE)
    assert servers.begun("b", HERE) is None


def test_servers_of_a_file_that_knew_no_applications_belong_to_the_first_that_comes(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as old:
        old.executescript(_SCHEMA)
        old.executescript(_SERVERS)
        old.execute("INSERT INTO salt VALUES (1, ?)", (b"s" * 32,))
        old.execute("INSERT INTO joined VALUES (1, NULL), (2, NULL), (3, 5.0)")
        old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        old.execute("PRAGMA user_version = 2")
    old.close()
    with GuildStore(path) as servers:
        assert [left.guild for left in servers.leaving()] == [3]
        assert servers.present([1], BOT) == []
        assert sorted(left.guild for left in servers.leaving()) == [2, 3]


def test_forgetting_a_server_deletes_all_that_is_kept_of_it_and_nothing_else(path: Path, servers: GuildStore) -> None:
    for guild, channel in ((HERE, 1), (THERE, 2)):
        servers.present([guild], BOT)
        servers.change(guild, ADA, **ALL)
        servers.bind(guild, channel, ["marmalade" if guild == HERE else "jam"], ADA)
        servers.left(guild, BOT)
    servers.forget_server(HERE)
    assert servers.settings(HERE) == DEFAULTS
    assert (servers.bound(1), servers.audit(HERE)) == (frozenset(), [])
    assert [left.guild for left in servers.leaving()] == [THERE]
    assert servers.bound(2) == {"jam"}
    assert len(servers.audit(THERE)) == len(ALL) + 1
    kept = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"jam" in kept and b"marmalade" not in kept


def test_a_person_can_be_taken_out_of_the_trail_which_keeps_what_was_done(servers: GuildStore) -> None:
    servers.note(HERE, ADA, Change("added", new="one"))
    servers.note(THERE, ADA, Change("added", new="two"))
    servers.note(HERE, BEN, Change("added", new="three"))
    assert servers.forget(ADA) == 2
    assert servers.forget(ADA) == 0
    assert [(line.who, line.change.new) for line in servers.audit(HERE)] == [(BEN, "three"), (None, "one")]


def test_old_lines_of_the_trail_go(servers: GuildStore, clock: Clock) -> None:
    servers.note(HERE, ADA, Change("added", new="old"))
    clock.now += 10 * DAY
    servers.note(HERE, ADA, Change("added", new="new"))
    assert servers.purge(9) == 1
    assert [line.change.new for line in servers.audit(HERE)] == ["new"]


def test_a_file_of_the_first_layout_is_taken_over_with_what_is_in_it(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as old:
        old.executescript(_SCHEMA)
        old.execute("INSERT INTO salt VALUES (1, ?)", (b"s" * 32,))
        old.execute("INSERT INTO remembered VALUES ('tree', 'a')")
        old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        old.execute("PRAGMA user_version = 1")
    old.close()
    with GuildStore(path) as servers, Records(path) as records:
        servers.change(HERE, ADA, private=True)
        assert servers.settings(HERE).private
        assert records.value("tree") == "a"
    with sqlite3.connect(path) as now:
        assert now.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert now.execute("SELECT salt FROM salt").fetchall() == [(b"s" * 32,)]
    now.close()


def test_what_was_kept_of_changes_as_prose_is_still_told_and_what_comes_after_is_data(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as old:
        for step in (_SCHEMA, _SERVERS, _APPLICATIONS):
            old.executescript(step)
        old.execute("INSERT INTO salt VALUES (1, ?)", (b"s" * 32,))
        old.execute("INSERT INTO audit (guild, at, who, what) VALUES (?, 5, ?, 'added “it''s **red**”')", (HERE, ADA))
        old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        old.execute("PRAGMA user_version = 3")
    old.close()
    with GuildStore(path) as servers:
        servers.note(HERE, BEN, Change("renamed", old="Red", new="Green"))
        last, first = servers.audit(HERE)
    assert (first.who, first.change) == (ADA, Change("prose", new="added “it's **red**”"))
    assert [change_text(line.change) for line in (first, last)] == [
        "added “it's **red**”",
        "renamed **Red** to **Green**",
    ]


def test_reading_does_not_wait_for_somebody_who_writes(path: Path, servers: GuildStore) -> None:
    servers.change(HERE, ADA, per_minute=3)
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert servers.settings(HERE).per_minute == 3
        other.execute("ROLLBACK")
    other.close()


def test_any_thread_may_change_and_read(servers: GuildStore) -> None:
    def work(number: int) -> None:
        servers.change(HERE, ADA, per_minute=number)
        assert servers.settings(HERE).per_minute in range(1, 41)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(1, 41)))
    assert len(servers.audit(HERE)) == 40
