"""Processes that are killed, race, or run out of disk; this file is also what those processes run."""

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
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.article import Article
from index.passages import Passage
from index.statements.statement import Statement
from index.store import database, row_mapping, trash
from index.store.embedded import EmbeddedStore
from index.store.protocol import Entry, Manifest, Scope, StoreError, Unit
from index.store.rebuild import rebuild

MANIFEST = Manifest("a-model", "0" * 64, 32)
EVERYTHING = Scope()


def entry(article_id: str) -> Entry:
    """An article whose id tells its size: "a7-120" has 120 statements, passages, and units of either."""
    name, count = article_id.split("-")
    numbers = range(int(count))
    vectors = np.random.default_rng(len(name)).standard_normal((2 * len(numbers), 32)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    units = [Unit("content", i, f"{name} said {i}") for i in numbers]
    units += [Unit("sentence", i, f"{name} wrote {i}") for i in numbers]
    article = Article(article_id, "T", f"text of {article_id} " * 100)
    statements = [Statement(((i, i + 1),), "direct") for i in numbers]
    return Entry(article, statements, [Passage((i, i + 1), (i, i + 1), 1) for i in numbers], [], units, vectors)


# --- what the other processes do ----------------------------------------------------------------------------


def say(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def work(path: Path, seed: str) -> None:
    """Add, remove, restore and rename for ever; say what is begun, and when it is done."""
    chance = random.Random(seed)  # noqa: S311 - a test, no secret
    with EmbeddedStore.open(path, MANIFEST) as store:
        for number in itertools.count():
            present = [info.id for info in store.articles(EVERYTHING)]
            removed = [info.id for info in store.removed()]
            what = chance.choice(["add", "remove", "restore", "rename"] if len(present) < 50 else ["remove"])
            source = {"add": [f"a{seed}x{number}-{chance.randrange(1, 200)}"], "restore": removed}.get(what, present)
            if source:
                article_id = chance.choice(source)
                say("begin", what, article_id, str(number))
                change(store, what, article_id, number)
                say("done", what, article_id, str(number))


def change(store: EmbeddedStore, what: str, article_id: str, number: int) -> None:
    if what == "add":
        store.add(entry(article_id))
    elif what == "rename":
        store.rename(article_id, f"T{number}")
    else:
        (store.remove if what == "remove" else store.restore)(article_id)


def create(path: Path, article_id: str) -> None:
    """Make a store and add an article, then do nothing more."""
    say("begin")
    with EmbeddedStore.open(path, MANIFEST) as store:
        store.add(entry(article_id))
    say("done")
    time.sleep(60)


def race(path: Path, article_id: str) -> None:
    """Make a store and add an article as soon as somebody says so."""
    say("ready")
    sys.stdin.readline()
    with EmbeddedStore.open(path, MANIFEST) as store:
        store.add(entry(article_id))


def remake(path: Path, _: str) -> None:
    say("begin")
    while True:
        rebuild(path, MANIFEST, lambda article, _shipped: entry(article.id))


def fill_disk(path: Path, limit: str) -> None:
    """Add more than fits into files of `limit` bytes, then less."""
    import resource  # noqa: PLC0415 - not on Windows

    with EmbeddedStore.open(path, MANIFEST) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
        try:
            store.add(entry("big-9000"))
        except StoreError as error:
            say("refused", str(error))
        store.add(entry("small-2"))
        say(*[info.id for info in store.articles(EVERYTHING)])


@contextmanager
def running(task: str, path: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, __file__, task, str(path), *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def killed_after(process: subprocess.Popen[str], seconds: float) -> list[str]:
    """What the process said until it was killed, `seconds` after its first line."""
    first = first_line(process)
    time.sleep(seconds)
    process.kill()
    said, _ = process.communicate()
    assert process.returncode == -signal.SIGKILL
    return (first + said).splitlines()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


# --- what must hold then ------------------------------------------------------------------------------------


def check_whole(store: EmbeddedStore) -> set[str]:
    """The ids in a store, after looking whether each article has all that belongs to it, everywhere."""
    store.check()
    infos = {info.key: info for info in store.articles(EVERYTHING)}
    expected = sorted((key, i) for key, info in infos.items() for i in range(int(info.id.split("-")[1])))
    assert [(one.article, one.ordinal) for one in store.statements(EVERYTHING)] == expected
    assert [(one.article, one.ordinal) for one in store.passages(EVERYTHING)] == expected
    query = np.eye(32, dtype=np.float32)[0]
    said = [
        store.dense("content", query, EVERYTHING, 10**6),
        store.lexical("content", ["said"], EVERYTHING, 10**6),
    ]
    written = [
        store.dense("sentence", query, EVERYTHING, 10**6),
        store.lexical("sentence", ["wrote"], EVERYTHING, 10**6),
    ]
    found = [store.statements_by_key([hit.key for hit in hits]) for hits in said]
    assert [sorted((one.article, one.ordinal) for one in owners) for owners in found] == [expected] * 2
    sentences = [store.passages_by_key([hit.key for hit in hits]) for hits in written]
    assert [sorted((one.article, one.ordinal) for one in owners) for owners in sentences] == [expected] * 2
    assert [store.article(key).text for key in infos] == [entry(info.id).article.text for info in infos.values()]
    return {info.id for info in infos.values()}


State = tuple[dict[str, str], frozenset[str]]  # titles by id, and the ids of what can be restored


def after(state: State, line: str) -> State:
    """What the store holds once a change is made."""
    _, what, article_id, number = line.split()
    titles, removed = dict(state[0]), state[1]
    if what == "rename":
        titles[article_id] = f"T{number}"
    elif what == "remove":
        removed |= {f"{article_id} {titles.pop(article_id)}"}
    else:
        found = next((one for one in removed if one.split()[0] == article_id), f"{article_id} T")
        removed -= {found}
        titles[article_id] = found.split()[1]
    return titles, removed


def state_of(store: EmbeddedStore) -> State:
    titles = {info.id: info.title for info in store.articles(EVERYTHING)}
    return titles, frozenset(f"{info.id} {info.title}" for info in store.removed())


# 200 moments, and 66 of rebuilding: KILLS=200 pytest tests/index/store/test_store_crash.py -k any_moment
KILLS = int(os.environ.get("KILLS", "25"))


def test_a_process_killed_at_any_moment_leaves_what_it_confirmed_and_nothing_half(tmp_path: Path) -> None:
    path, chance = tmp_path / "store.db", random.Random(1)  # noqa: S311 - a test, no secret
    confirmed: State = ({}, frozenset())
    in_doubt = 0
    for round_ in range(KILLS):
        with running("work", path, str(round_)) as process:
            said = killed_after(process, chance.uniform(0, 0.08))
        for line in said:
            if line.startswith("done"):
                confirmed = after(confirmed, line)
        doubtful = [after(confirmed, line) for line in said[-1:] if line.startswith("begin")]
        in_doubt += len(doubtful)
        with EmbeddedStore.open(path, MANIFEST) as store:
            check_whole(store)
            assert state_of(store) in [confirmed, *doubtful]
            for article_id in list(state_of(store)[0])[6:]:  # keep it quick
                store.remove(article_id)
            confirmed = state_of(store)
    assert in_doubt > KILLS / 5, "the kills fell between the changes and tested little"


def test_a_process_killed_while_it_makes_the_store_leaves_one_that_opens(tmp_path: Path) -> None:
    chance = random.Random(2)  # noqa: S311 - a test, no secret
    interrupted = 0
    for number in range(8):
        path = tmp_path / str(number) / "store.db"
        with running("create", path, "one-3") as process:
            said = killed_after(process, chance.uniform(0, 0.02))
        interrupted += "done" not in said
        with EmbeddedStore.open(path, MANIFEST) as store:
            found = check_whole(store)
            assert found == {"one-3"} if "done" in said else found <= {"one-3"}
            store.add(entry("more-5"))
            check_whole(store)
    assert interrupted > 1, "the kills came too late and tested little"


def test_processes_that_make_the_store_at_the_same_time_share_one(tmp_path: Path) -> None:
    for number in range(2):
        path = tmp_path / str(number) / "store.db"
        with ExitStack() as stack:
            racers = [stack.enter_context(running("race", path, f"{name}-3")) for name in "wxyz"]
            assert [first_line(racer) for racer in racers] == ["ready\n"] * 4
            for racer in racers:
                assert racer.stdin is not None
                racer.stdin.write("go\n")
                racer.stdin.flush()
            assert [racer.wait(timeout=30) for racer in racers] == [0] * 4
        with EmbeddedStore.open(path, MANIFEST) as store:
            assert check_whole(store) == {"w-3", "x-3", "y-3", "z-3"}


@contextmanager
def asking(store: EmbeddedStore, ids: set[str]) -> Iterator[list[int]]:
    """Somebody asks all the while, and sees all articles each time; how often, once it is over."""
    done, seen, query = threading.Event(), list[set[str]](), np.eye(32, dtype=np.float32)[0]

    def ask() -> None:
        while not done.is_set():
            assert store.dense("content", query, EVERYTHING, 3)
            seen.append({info.id for info in store.articles(EVERYTHING)})
            time.sleep(0.005)

    asked: list[int] = []
    with ThreadPoolExecutor(1) as threads:
        asks = threads.submit(ask)
        try:
            yield asked
        finally:
            done.set()
        asks.result()
        assert all(found == ids for found in seen)
        asked.append(len(seen))


def test_a_rebuild_killed_at_any_moment_leaves_the_old_state_or_the_new_one(tmp_path: Path) -> None:
    path, chance = tmp_path / "store.db", random.Random(3)  # noqa: S311 - a test, no secret
    ids = {f"a{number}-{number * 20}" for number in range(1, 6)}
    with EmbeddedStore.open(path, MANIFEST) as store:
        for article_id in ids:
            store.add(entry(article_id))
        for _ in range(max(6, KILLS // 3)):
            with running("remake", path, "") as process, asking(store, ids) as asked:
                killed_after(process, chance.uniform(0, 0.1))
            assert asked
            assert check_whole(store) == ids


def test_a_search_sees_what_another_process_adds_whole_and_without_a_restart(tmp_path: Path) -> None:
    path, query = tmp_path / "store.db", np.eye(32, dtype=np.float32)[0]
    versions, sizes, compared = [0], set[int](), 0
    with EmbeddedStore.open(path, MANIFEST) as store, running("work", path, "0"):
        deadline = time.monotonic() + 20
        while len(sizes) < 10 and time.monotonic() < deadline:
            versions.append(store.version)
            sizes.add(len(store.dense("content", query, EVERYTHING, 10**6)))
            hits = store.lexical("sentence", ["wrote"], EVERYTHING, 10**6)
            of = [one.article for one in store.passages_by_key([hit.key for hit in hits])]
            names = {info.key: info.id for info in store.articles(EVERYTHING)}
            for key in set(of) & set(names):  # those not removed since
                assert of.count(key) == int(names[key].split("-")[1])
                compared += 1
    assert len(sizes) >= 10 and compared > 0
    assert versions == sorted(versions)
    with EmbeddedStore.open(path, MANIFEST) as store:
        check_whole(store)


@pytest.mark.skipif(sys.platform == "win32", reason="the limit on a file's size is POSIX's")
def test_a_disk_without_room_is_refused_and_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with EmbeddedStore.open(path, MANIFEST) as store:
        store.add(entry("old-5"))
    with running("fill_disk", path, "1000000") as process:
        said, _ = process.communicate(timeout=60)
    refusal, ids = said.splitlines()
    assert re.fullmatch(r"refused .*store\.db could not be read or written: .* is not full\.", refusal)
    assert ids == "old-5 small-2"
    with EmbeddedStore.open(path, MANIFEST) as store:
        assert check_whole(store) == {"old-5", "small-2"}


@pytest.mark.parametrize("gone", [["-wal"], ["-shm"], ["-wal", "-shm"]])
def test_a_log_that_is_gone_after_a_kill_leaves_whole_articles_and_a_store_that_works(
    tmp_path: Path, gone: list[str]
) -> None:
    path = tmp_path / "store.db"
    with running("create", path, "a1-40") as process:
        said = [first_line(process), first_line(process)]
        process.kill()
    assert said == ["begin\n", "done\n"]
    for suffix in gone:
        path.with_name(f"store.db{suffix}").unlink(missing_ok=True)
    with EmbeddedStore.open(path, MANIFEST) as store:
        assert check_whole(store) <= {"a1-40"}
        if "-wal" not in gone:
            assert check_whole(store) == {"a1-40"}
        store.add(entry("later-3"))
        assert "later-3" in check_whole(store)


class Clock(datetime):
    """The time, set forth or back by `off`."""

    off = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Clock:
        moved = datetime.now(tz) + cls.off
        return cls.fromisoformat(moved.isoformat())


def test_a_clock_that_is_set_back_and_forth_by_a_day_loses_no_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (trash, row_mapping):
        monkeypatch.setattr(module, "datetime", Clock)
    with EmbeddedStore.open(tmp_path / "store.db", MANIFEST) as store:
        kept = set()
        for number, hours in enumerate([0, -23, 0, 23, 0, -23]):
            Clock.off = timedelta(hours=hours)
            store.add(entry(f"a{number}-3"))
            store.add(entry(f"b{number}-3"))
            store.remove(f"b{number}-3")
            kept.add(f"a{number}-3")
            store.expire()
            assert check_whole(store) == kept
            assert f"b{number}-3" in {one.id for one in store.removed()}
            assert store.restore(f"b{number}-3")
            kept.add(f"b{number}-3")
        assert check_whole(store) == kept


@pytest.mark.parametrize("what", ["add", "remove", "restore", "rename", "purge"])
def test_a_store_that_may_not_be_written_is_still_read_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    connect = database.connect

    def only_reading(*args: Any, **named: Any) -> sqlite3.Connection:
        connection = connect(*args, **named)
        connection.execute("PRAGMA query_only = ON")
        return connection

    with EmbeddedStore.open(tmp_path / "store.db", MANIFEST) as store:
        for article_id in ("kept-3", "gone-3"):
            store.add(entry(article_id))
        store.remove("gone-3")
        before = state_of(store)
        deeds: dict[str, Callable[[], object]] = {
            "add": lambda: store.add(entry("new-3")),
            "remove": lambda: store.remove("kept-3"),
            "restore": lambda: store.restore("gone-3"),
            "rename": lambda: store.rename("kept-3", "T1"),
            "purge": lambda: store.purge("public"),
        }
        with monkeypatch.context() as machine:
            machine.setattr(database, "connect", only_reading)
            with pytest.raises(StoreError, match=r"^[^\n]*store\.db may not be written[^\n]*\.$"):
                deeds[what]()
            assert state_of(store) == before
            assert store.article(store.articles(EVERYTHING)[0].key).id == "kept-3"
        deeds[what]()
        assert state_of(store) != before


if __name__ == "__main__":
    tasks = {"work": work, "create": create, "race": race, "remake": remake, "fill_disk": fill_disk}
    tasks[sys.argv[1]](Path(sys.argv[2]), sys.argv[3])
