from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ExitCode
from bot.storage.feedback import DeletedCounts, Records
from bot.storage.record_file import SCHEMA_VERSION, RecordsError
from bot.storage.recorded_question import RecordedQuestion
from index.question.model import Asked

ADA, BEN = 222_333_444_555_666_777, 999_888_777_666_555_444
ANSWER: dict[str, Any] = {"status": "answered", "intent": "who_said", "text": "Ada Park said: “It is safe.”"}
DAY = 86_400


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
def records(path: Path, clock: Clock) -> Iterator[Records]:
    with Records(path, clock) as kept:
        yield kept


def vote(records: Records, person: int, message: int, way: Any, *, where: str = "public", **more: Any) -> None:
    records.vote(person, message, way, question="Who said so?", answer=ANSWER, collections=[where, "public"], **more)


def test_a_vote_is_kept_with_question_answer_and_reason_across_a_restart(path: Path) -> None:
    with Records(path) as records:
        records.vote(
            ADA, 5, "down", question="Who “said” so?", answer=ANSWER, collections={"public", "guild:1"}, reason="other"
        )
    with Records(path) as records:
        (kept,) = records.votes()
    assert (kept.question, kept.answer, kept.vote, kept.reason) == ("Who “said” so?", ANSWER, "down", "other")
    assert kept.collections == ("guild:1", "public")


def test_a_second_vote_of_a_person_on_an_answer_takes_the_place_of_the_first(records: Records, clock: Clock) -> None:
    vote(records, ADA, 5, "down", reason="other")
    clock.now += 1
    vote(records, BEN, 5, "down")
    clock.now += 1
    vote(records, ADA, 5, "up")
    assert [(v.vote, v.reason) for v in records.votes()] == [("up", None), ("down", None)]


def test_a_reason_is_added_to_a_vote_against_an_answer_and_to_nothing_else(records: Records) -> None:
    vote(records, ADA, 5, "down")
    vote(records, ADA, 6, "up")
    assert records.explain(ADA, 5, "wrong_speaker")
    assert not records.explain(ADA, 6, "wrong_speaker")
    assert not records.explain(BEN, 5, "wrong_speaker")
    assert {v.vote: v.reason for v in records.votes()} == {"down": "wrong_speaker", "up": None}


def test_only_up_and_down_are_votes(records: Records) -> None:
    with pytest.raises(ValueError, match="up or down"):
        vote(records, ADA, 5, "sideways")
    assert records.votes() == []


def test_gaps_and_votes_come_newest_first(records: Records, clock: Clock) -> None:
    for number in range(3):
        records.gap(ADA, f"Question {number}?", "no_match", ["public"])
        vote(records, number, 5, "up")
        clock.now += 1
    assert [gap.question for gap in records.gaps()] == ["Question 2?", "Question 1?", "Question 0?"]
    assert [v.at for v in records.votes()] == sorted((v.at for v in records.votes()), reverse=True)


def test_half_a_character_in_a_question_is_no_reason_to_fail(records: Records) -> None:
    records.gap(ADA, "Who \ud83d?", "no_match", ["public"])
    vote(records, ADA, 5, "up")
    assert records.gaps()[0].question == "Who ??"


def test_an_answer_is_followed_until_it_is_not(records: Records) -> None:
    assert records.followed(1) is None
    records.follow(1, 2, 3, ADA)
    records.follow(1, 20, 3, ADA)
    followed = records.followed(1)
    assert followed and (followed.channel, followed.answer) == (3, 20)
    records.unfollow(1)
    assert records.followed(1) is None


def test_a_value_is_kept_by_name(records: Records) -> None:
    assert records.value("tree") is None
    records.keep("tree", "a")
    records.keep("tree", "b")
    assert records.value("tree") == "b"


def test_what_is_too_old_goes_and_what_is_kept_by_name_stays(records: Records, clock: Clock) -> None:
    records.keep("tree", "a")
    vote(records, ADA, 5, "up")
    records.gap(ADA, "Old?", "no_match", ["public"])
    records.follow(1, 2, 3, ADA)
    clock.now += 10 * DAY
    records.gap(ADA, "New?", "no_match", ["public"])
    assert records.purge(11) == DeletedCounts(0, 0, 0)
    assert records.purge(9) == DeletedCounts(1, 1, 1)
    assert [gap.question for gap in records.gaps()] == ["New?"]
    assert records.value("tree") == "a"


def test_what_was_asked_about_a_server_can_be_deleted_with_it(records: Records) -> None:
    vote(records, ADA, 5, "up", where="guild:1")
    vote(records, ADA, 6, "up", where="guild:12")
    records.gap(BEN, "Here?", "no_match", ["public", "guild:1"])
    records.gap(BEN, "There?", "no_match", ["public"])
    assert records.forget_collection("guild:1") == DeletedCounts(1, 1)
    assert [gap.question for gap in records.gaps()] == ["There?"]
    assert [v.collections for v in records.votes()] == [("guild:12", "public")]


CABLES = RecordedQuestion("What did Ada Park say about cables?", ("public",), ("bridge",))
FORM = RecordedQuestion("What did she say?", ("guild:1", "public"), None, Asked("what_said", "she"))


def test_what_an_answer_depended_on_comes_back_as_it_was(records: Records) -> None:
    records.vote(ADA, 5, "up", question=FORM, answer=ANSWER, collections=["public"], before=[CABLES])
    records.gap(ADA, FORM, "no_match", ["public"], before=[CABLES, FORM])
    (kept,), (gap,) = records.votes(), records.gaps()
    assert (kept.posed, kept.before, kept.question) == (FORM, (CABLES,), "What did she say?")
    assert (gap.posed, gap.before) == (FORM, (CABLES, FORM))


def test_which_message_answers_which_is_kept_for_30_days_at_most(records: Records, clock: Clock) -> None:
    records.follow(1, 2, 3, ADA)
    records.gap(ADA, "Old?", "no_match", ["public"])
    clock.now += 29 * DAY
    assert records.purge(180) == DeletedCounts(0, 0, 0)
    clock.now += 2 * DAY
    assert records.purge(180) == DeletedCounts(0, 0, 1)


def test_a_question_that_is_deleted_is_no_gap_any_more_even_one_that_is_only_being_kept(records: Records) -> None:
    records.gap(ADA, "Deleted?", "no_match", ["public"], message=1)
    records.gap(ADA, "There?", "no_match", ["public"], message=2)
    records.gap(ADA, "From a command?", "no_match", ["public"])
    records.unfollow(1)
    records.unfollow(7)
    records.gap(ADA, "Too late?", "no_match", ["public"], message=7)
    assert {gap.question for gap in records.gaps()} == {"There?", "From a command?"}


def test_of_an_edited_question_only_the_last_wording_is_a_gap(records: Records) -> None:
    records.gap(ADA, "Whu?", "no_match", ["public"], message=1)
    records.gap(ADA, "Who?", "no_match", ["public"], message=1)
    assert [gap.question for gap in records.gaps()] == ["Who?"]
    records.no_gap(1)
    assert records.gaps() == []


def test_forgetting_who_asked_deletes_the_votes_of_others_on_it_and_what_others_asked_on_from_it(
    records: Records,
) -> None:
    vote(records, BEN, 5, "up", askers=[ADA])
    vote(records, BEN, 6, "up", askers=[BEN])
    records.gap(BEN, "What else did she say?", "no_match", ["public"], askers=[ADA, BEN], before=[CABLES])
    records.gap(BEN, "Who?", "no_match", ["public"])
    assert records.forget(ADA) == DeletedCounts(1, 1, 0)
    assert len(records.votes()) == 1
    assert [gap.question for gap in records.gaps()] == ["Who?"]


def test_what_began_before_somebody_was_forgotten_is_not_kept_after_and_what_began_later_is(records: Records) -> None:
    before = records.moment()
    records.forget(ADA)
    for person, since in ((ADA, before), (BEN, before), (ADA, records.moment())):
        vote(records, person, 5, "up", since=since)
        vote(records, 7, 1000 + person + since, "up", askers=[person], since=since)
        records.gap(person, f"{person}?", "no_match", ["public"], since=since)
        records.follow(person + since, 2, 3, person, since=since)
        assert (records.followed(person + since) is None) == (person == ADA and since == before)
    assert len(records.votes()) == 4
    assert sorted(gap.question for gap in records.gaps()) == sorted([f"{BEN}?", f"{ADA}?"])


def test_no_two_tables_tell_that_they_hold_the_same_person_or_message(records: Records, path: Path) -> None:
    vote(records, ADA, 5, "up")
    records.gap(ADA, "Who?", "no_match", ["public"], message=5)
    records.follow(5, 5, 3, ADA)
    with sqlite3.connect(path) as raw:
        voter, people, shown = raw.execute("SELECT person, people, message FROM votes").fetchone()
        others = raw.execute("SELECT people, message FROM gaps").fetchone()
        followed = raw.execute("SELECT person FROM followed").fetchone()
    raw.close()
    traces = [voter, shown, *json.loads(others[0]), others[1], *followed]
    assert json.loads(people) == [voter]
    assert len(set(traces)) == len(traces)


DEEDS = st.lists(st.tuples(st.sampled_from(["vote", "gap", "follow"]), st.integers(0, 2), st.integers(0, 3)))


@given(DEEDS, st.integers(0, 2))
def test_forgetting_a_person_deletes_all_that_is_theirs_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[tuple[str, int, int]], gone: int
) -> None:
    folder = tmp_path_factory.mktemp("records")
    with Records(folder / "all.db", Clock()) as every, Records(folder / "others.db", Clock()) as others:
        for what, person, number in deeds:
            for records in (every,) if person == gone else (every, others):
                if what == "vote":
                    vote(records, person, number, "up")
                elif what == "gap":
                    records.gap(person, f"{person}{number}?", "no_match", ["public"])
                else:
                    records.follow(10 * person + number, number, 1, person)
        mine = [(what, number) for what, person, number in deeds if person == gone]
        expected = DeletedCounts(
            votes=len({deed for deed in mine if deed[0] == "vote"}),
            gaps=sum(what == "gap" for what, _ in mine),
            followed=len({deed for deed in mine if deed[0] == "follow"}),
        )
        assert every.forget(gone) == expected
        assert every.forget(gone) == DeletedCounts(0, 0, 0)
        assert [gap.question for gap in every.gaps()] == [gap.question for gap in others.gaps()]
        assert len(every.votes()) == len(others.votes())
        assert [every.followed(key) is None for key in range(30)] == [others.followed(key) is None for key in range(30)]


def test_no_id_of_a_person_stands_in_the_file_and_what_is_forgotten_leaves_it(path: Path) -> None:
    with Records(path) as records:
        vote(records, ADA, 5, "up")
        records.gap(ADA, "Is marmalade forgotten?", "no_match", ["public"])
        records.follow(1, 2, 3, ADA)
        records.forget(ADA)
        kept = b"".join(file.read_bytes() for file in path.parent.iterdir())
    for trace in (str(ADA).encode(), ADA.to_bytes(8, "big"), ADA.to_bytes(8, "little"), b"marmalade"):
        assert trace not in kept


def test_the_same_person_has_another_trace_in_another_file(tmp_path: Path) -> None:
    hashes = set()
    for name in ("one.db", "two.db"):
        with Records(tmp_path / name) as records:
            records.gap(ADA, "Who?", "no_match", ["public"])
        with sqlite3.connect(tmp_path / name) as raw:
            hashes.add(raw.execute("SELECT people FROM gaps").fetchone()[0])
        raw.close()
    assert len(hashes) == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_only_its_owner_may_read_the_file(path: Path) -> None:
    path.parent.mkdir()
    path.touch(mode=0o644)
    with Records(path) as records:
        records.keep("name", "value")
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {"bot.db": 0o600, "bot.db-wal": 0o600, "bot.db-shm": 0o600}


def test_any_thread_may_use_the_records(records: Records) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: records.gap(n, f"{n}?", "no_match", ["public"]), range(40)))
        list(threads.map(lambda n: vote(records, n, 5, "up"), range(40)))
    assert (len(records.gaps()), len(records.votes())) == (40, 40)


KEEPER = """
    import sys
    from pathlib import Path
    from bot.storage.feedback import Records

    sys.stdin.readline()
    with Records(Path(sys.argv[1])) as records:
        records.follow(int(sys.argv[2]), 2, 3, 7)
        for number in range(int(sys.argv[3])):
            records.gap(7, f"{number}?", "no_match", ["public"])
            print(number, flush=True)
"""


def keeper(path: Path, number: int, gaps: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", textwrap.dedent(KEEPER), str(path), str(number), str(gaps)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_processes_that_start_at_once_agree_on_who_is_who(path: Path) -> None:
    keepers = [keeper(path, number, 5) for number in range(4)]
    for process in keepers:
        assert process.stdin
        process.stdin.write(b"\n")
        process.stdin.flush()
    for process in keepers:
        process.communicate(timeout=60)
        assert process.returncode == 0
    with Records(path) as records:
        assert records.forget(7) == DeletedCounts(0, 20, 4)


def test_what_was_kept_survives_a_kill_at_any_moment(path: Path) -> None:
    with keeper(path, 1, 100_000) as process:
        assert process.stdin and process.stdout
        process.stdin.write(b"\n")
        process.stdin.flush()
        told = [process.stdout.readline() for _ in range(30)]
        process.send_signal(signal.SIGKILL)
        told += process.stdout.readlines()
    with Records(path) as records:
        kept = {gap.question for gap in records.gaps()}
    assert {f"{int(line)}?" for line in told if line.endswith(b"\n")} <= kept


def refused(path: Path) -> RecordsError:
    with pytest.raises(RecordsError) as raised:
        Records(path)
    assert re.fullmatch(r"[^\n]+\.", str(raised.value))
    return raised.value


def test_a_file_of_a_newer_wuzhen_is_refused_in_a_sentence_and_left_alone(path: Path) -> None:
    Records(path).close()
    with sqlite3.connect(path) as raw:
        raw.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    raw.close()
    before = path.read_bytes()
    error = refused(path)
    assert "newer Wuzhen" in str(error)
    assert error.code == ExitCode.CONFIGURATION
    assert path.read_bytes() == before


@pytest.mark.parametrize("other", ["database", "text"])
def test_a_file_of_another_program_is_refused_and_left_alone(tmp_path: Path, other: str) -> None:
    path = tmp_path / "other.db"
    if other == "text":
        path.write_text("Dear diary, " * 500)
    else:
        with sqlite3.connect(path) as raw:
            raw.execute("CREATE TABLE diary (entry TEXT)")
        raw.close()
    before = path.read_bytes()
    assert "not one of Wuzhen's files" in str(refused(path))
    assert path.read_bytes() == before


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    assert refused(tmp_path).code == ExitCode.FILES


def test_a_file_that_another_program_holds_on_to_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.storage.record_file._WAIT_SECONDS", 0.1)
    with Records(path) as records, sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert records.gaps() == []  # reading goes on
        with pytest.raises(RecordsError, match="try again in a moment"):
            records.gap(ADA, "Who?", "no_match", ["public"])
        other.execute("ROLLBACK")
        records.gap(ADA, "Who?", "no_match", ["public"])
        assert len(records.gaps()) == 1
    other.close()


def test_the_answer_of_a_vote_comes_back_as_it_was(records: Records) -> None:
    answer = {"text": "“é” \ud83d 雪", "citations": [{"quote": "x", "start": 1}], "score": 0.25, "reason": None}
    records.vote(ADA, 1, "up", question="", answer=answer, collections=["public"])
    assert records.votes()[0].answer == json.loads(json.dumps(answer))
