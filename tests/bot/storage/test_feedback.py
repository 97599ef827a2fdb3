from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.answer_scoring import Gold, wrong_with
from bot.evaluation.cases import UNKNOWN, vote_case
from bot.storage.feedback import NAME, Records, VoteRecord
from bot.storage.recorded_question import RecordedQuestion
from index.answer.contract import Answer
from index.library import Library
from index.question.model import Asked
from index.store.protocol import Scope

Run = Callable[..., Any]  # the fixture `wuzhen`
QUESTIONS = [
    "Who said SMEs need vitality?",
    "What did Wu Hequan say?",
    "Did Lei Jun call for support to SMEs?",
    "Did Lei Jun refuse to support SMEs?",
    "Who talked about regulation?",
    "Who is quoted?",
    "When did the conference end?",
    "Who is Cheng Maiyue?",
    "What did Zebulon Quist say about marmalade?",
    "Hello there",
]


@pytest.fixture(scope="module")
def answers(read: Path) -> list[Answer]:
    """Real answers of every kind to the shipped article."""
    with Library(read) as library:
        return [library.ask(question)[0] for question in QUESTIONS]


class Clock:
    now = 1_700_000_000.0

    def __call__(self) -> float:
        self.now += 60
        return self.now


@pytest.fixture
def records(place: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Records]:
    """The records of a bot that runs in the data folder that `wuzhen` uses."""
    monkeypatch.setenv("WUZHEN_DATA", str(data))
    with Records(data / NAME, Clock()) as kept:
        yield kept


def vote(records: Records, answer: Answer, way: Literal["up", "down"], person: int = 1, **more: Any) -> None:
    place = {"collections": ["public"]} | more
    records.vote(
        person, QUESTIONS.index(answer.question), way, question=answer.question, answer=answer.to_json(), **place
    )


def lines(shown: Any) -> list[dict[str, Any]]:
    assert shown.exit_code == 0, shown.output
    return [json.loads(line) for line in shown.stdout.splitlines()]


# ── feedback ──────────────────────────────────────────────────────────────


def test_votes_are_shown_newest_first_and_counted(wuzhen: Run, records: Records, answers: list[Answer]) -> None:
    vote(records, answers[0], "up")
    vote(records, answers[1], "down", reason="wrong_speaker", collections=["public", "guild:7"])
    vote(records, answers[2], "down")
    shown = wuzhen("feedback")
    assert shown.exit_code == 0
    head, *rows = [line.split("\t") for line in shown.stdout.splitlines()]
    assert head == ["When", "Vote", "Reason", "Question", "Answer", "Where"]
    assert [row[1:4] + row[5:] for row in rows] == [
        ["down", "", QUESTIONS[2], "public"],
        ["down", "wrong speaker", QUESTIONS[1], "guild:7"],
        ["up", "", QUESTIONS[0], "public"],
    ]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", rows[0][0])
    assert rows[0][4].startswith(answers[2].text[:20])
    assert shown.stderr == "1 up, 2 down (1 wrong speaker).\n"


@pytest.mark.parametrize("command", ["feedback", "gaps"])
@pytest.mark.parametrize("options", [[], ["--jsonl"]])
def test_where_no_bot_ran_yet_a_sentence_says_that_there_is_nothing(
    wuzhen: Run, read: Path, command: str, options: list[str]
) -> None:
    shown = wuzhen(command, *options)
    assert (shown.exit_code, shown.stdout) == (0, "")
    assert re.fullmatch(r"[^\n]+ yet\.\n", shown.stderr)
    assert not (read / NAME).exists()


@pytest.mark.parametrize("command", ["feedback", "gaps"])
def test_a_data_folder_that_is_not_there_is_told(wuzhen: Run, tmp_path: Path, command: str) -> None:
    shown = wuzhen(command, "--data", tmp_path / "nowhere")
    assert (shown.exit_code, shown.stdout) == (65, "")
    assert re.fullmatch(r"There is no folder [^\n]+nowhere: [^\n]+\.\n", shown.stderr)


def test_records_that_cannot_be_used_are_told_in_a_sentence(wuzhen: Run, records: Records) -> None:
    records.close()
    records.path.write_text("Dear diary, " * 500)
    shown = wuzhen("feedback")
    assert (shown.exit_code, shown.stdout) == (74, "")
    assert re.fullmatch(r"[^\n]+\.\n", shown.stderr)


def test_good_answers_become_questions_that_eval_finds_right_and_complaints_ones_that_it_finds_wrong(
    wuzhen: Run, records: Records, answers: list[Answer], tmp_path: Path
) -> None:
    reasons = ["wrong_speaker", "not_said", "not_answered", "other", None]
    for number, answer in enumerate(answers):
        vote(records, answer, "up", person=1)
        vote(records, answer, "down", person=2, reason=reasons[number % len(reasons)])
    file = tmp_path / "votes.jsonl"
    cases = lines(wuzhen("feedback", "--jsonl"))
    assert len(cases) == 2 * len(answers)
    for way, right in (("up", len(answers)), ("down", 0)):
        file.write_text("".join(f"{json.dumps(case)}\n" for case in cases if case["vote"] == way))
        scored = wuzhen("eval", file, "--errors", "20")
        assert (scored.exit_code, scored.stderr) == (0, "")
        assert f"total\t{right}\t{len(answers)}\t" in scored.stdout, scored.stdout


def test_a_complaint_counts_as_right_once_a_person_has_filled_it_in(
    wuzhen: Run, records: Records, answers: list[Answer], tmp_path: Path
) -> None:
    vote(records, answers[0], "down", reason="wrong_speaker")
    (case,) = lines(wuzhen("feedback", "--jsonl"))
    assert (case["vote"], case["reason"], case["complete"]) == ("down", "wrong_speaker", ["speakers"])
    assert case["expect"] == {
        "status": "answered",
        "speakers": [UNKNOWN],
        "quotes": [],
        "contains": [],
        "verdict": None,
    }
    assert case["answer_given"] == answers[0].text
    case["expect"]["speakers"] = [answers[0].citations[0].speaker]
    file = tmp_path / "mended.jsonl"
    file.write_text(json.dumps(case))
    assert wuzhen("eval", file, "--min", "total=1").exit_code == 0


def test_the_same_vote_of_several_people_is_one_line_that_says_how_many(
    wuzhen: Run, records: Records, answers: list[Answer]
) -> None:
    for person in range(3):
        vote(records, answers[0], "up", person)
    vote(records, answers[0], "down", 9)
    assert [(case["vote"], case["votes"]) for case in lines(wuzhen("feedback", "--jsonl"))] == [("down", 1), ("up", 3)]


def test_votes_of_which_too_little_is_known_are_left_out_and_told(wuzhen: Run, records: Records) -> None:
    records.vote(1, 1, "up", question="Who said so?", answer={"text": "Ada"}, collections=["public"])
    records.vote(1, 2, "down", question="", answer={"text": "Ada"}, collections=["public"])
    records.vote(1, 3, "down", question="Who said so?", answer={"text": "Ada"}, collections=["public"])
    shown = wuzhen("feedback", "--jsonl")
    (case,) = lines(shown)
    assert case["expect"]["speakers"] == case["expect"]["quotes"] == [UNKNOWN]
    assert shown.stderr.startswith("2 votes are left out: ")


# ── what a question goes on from, where it was asked, and on which form ───


def scored(wuzhen: Run, file: Path, found: list[dict[str, Any]]) -> list[str]:
    file.write_text("".join(f"{json.dumps(line)}\n" for line in found))
    shown = wuzhen("eval", file, "--errors", "20")
    assert (shown.exit_code, shown.stderr) == (0, "")
    return [line for line in shown.stdout.splitlines() if line.startswith("total")]


def test_a_vote_on_a_follow_up_brings_the_questions_before_it_and_is_understood_as_it_was(
    wuzhen: Run, records: Records, read: Path, tmp_path: Path
) -> None:
    first = RecordedQuestion("What did Lei Jun say?", ("public",))
    with Library(read) as library:
        _, memory = library.ask(first.question)
        answer, _ = library.ask("Who is he?", memory=memory)
    assert answer.status == "answered"
    for person in range(2):
        records.vote(
            person,
            1,
            "up",
            question=RecordedQuestion("Who is he?"),
            answer=answer.to_json(),
            collections=[],
            before=[first],
        )
    before, case = found = lines(wuzhen("feedback", "--jsonl"))
    assert before == {
        "id": f"{case['id']}-before-1",
        "conversation": case["id"],
        "question": first.question,
        "collections": ["public"],
    }
    assert (case["conversation"], case["question"], case["votes"]) == (case["id"], "Who is he?", 2)
    case["collections"] = ["public"]
    assert scored(wuzhen, tmp_path / "whole.jsonl", found) == ["total\t1\t1\t1.000"]
    case["conversation"] = None
    assert scored(wuzhen, tmp_path / "alone.jsonl", [case]) == ["total\t0\t1\t0.000"]
    assert "What did Lei Jun say? → Who is he?" in wuzhen("feedback").stdout


def test_a_gap_on_a_follow_up_is_another_one_after_another_question(wuzhen: Run, records: Records) -> None:
    for name in ("Lei Jun", "Lei Jun", "Wu Hequan"):
        records.gap(1, "What else?", "no_match", ["public"], before=[RecordedQuestion(f"What did {name} say?")])
    found = lines(wuzhen("gaps", "--jsonl"))
    assert [(line["question"], line.get("times")) for line in found] == [
        ("What did Lei Jun say?", None),
        ("What else?", 2),
        ("What did Wu Hequan say?", None),
        ("What else?", 1),
    ]
    assert found[0]["conversation"] == found[1]["conversation"] != found[3]["conversation"]


def test_a_case_is_looked_for_where_it_was_looked_for_and_by_the_form_that_asked(
    wuzhen: Run, records: Records, read: Path, tmp_path: Path
) -> None:
    form = Asked("what_said", "Wu Hequan")
    with Library(read) as library:
        articles = frozenset(info.id for info in library.articles())
        answer, _ = library.ask(form)
        nowhere, _ = library.ask(form, scope=Scope(articles=frozenset({"elsewhere"})))
    assert (answer.status, nowhere.status) == ("answered", "not_found")
    for message, (shown, seen) in enumerate([(answer, articles), (nowhere, frozenset({"elsewhere"}))]):
        posed = RecordedQuestion.of(form, Scope(articles=seen), shown.question)
        records.vote(1, message, "up", question=posed, answer=shown.to_json(), collections=["public"])
    found = lines(wuzhen("feedback", "--jsonl"))
    assert [line["articles"] for line in found] == [["elsewhere"], sorted(articles)]
    assert {tuple(line["asked"].items()) for line in found} == {
        (("intent", "what_said"), ("speaker", "Wu Hequan"), ("topic", ""))
    }
    assert scored(wuzhen, tmp_path / "both.jsonl", found) == ["total\t2\t2\t1.000"]
    for line in found:
        del line["articles"]
    assert scored(wuzhen, tmp_path / "wide.jsonl", found) == ["total\t1\t2\t0.500"]


REASONS = st.sampled_from(["wrong_speaker", "not_said", "not_answered", "other", None, "new"])


@given(st.integers(0, len(QUESTIONS) - 1), REASONS)
def test_no_complaint_is_ever_content_with_the_answer_it_complains_about(
    answers: list[Answer], number: int, reason: str | None
) -> None:
    answer = answers[number]
    record = VoteRecord(
        1, datetime.now(UTC), RecordedQuestion(answer.question), answer.to_json(), "down", reason, ("public",)
    )
    case = vote_case(record)
    assert case
    assert case["complete"]
    assert wrong_with(Gold.read(case), answer, lambda _: None)


# ── gaps ──────────────────────────────────────────────────────────────────


@pytest.fixture
def asked_in_vain(records: Records) -> Records:
    for question, reason, where in [
        ("Who likes marmalade?", "no_match", "public"),
        ("What did Quist say?", "unknown_speaker", "public"),
        ("who likes  Marmalade", "unsure", "guild:7"),
        ("Who likes marmalade??", "no_match", "public"),
        ("What is tea?", "no_match", "public"),
    ]:
        records.gap(1, question, reason, {"public", where})
    return records


def test_what_was_asked_most_often_in_vain_is_shown_first(wuzhen: Run, asked_in_vain: Records) -> None:
    shown = wuzhen("gaps")
    head, *rows = [line.split("\t") for line in shown.stdout.splitlines()]
    assert head == ["Times", "Last", "Reasons", "Question", "Where"]
    assert [[row[0], *row[2:]] for row in rows] == [
        ["3", "no match 2, unsure 1", "Who likes marmalade??", "guild:7"],
        ["1", "no match 1", "What is tea?", "public"],
        ["1", "unknown speaker 1", "What did Quist say?", "public"],
    ]


def test_gaps_become_questions_that_eval_reads(wuzhen: Run, asked_in_vain: Records, tmp_path: Path) -> None:
    shown = wuzhen("gaps", "--jsonl")
    first, *others = lines(shown)
    assert (first["question"], first["times"]) == ("Who likes marmalade??", 3)
    assert first["reasons"] == {"no_match": 2, "unsure": 1}
    assert first["expect"]["status"] == "not_found"
    assert len(others) == 2
    file = tmp_path / "gaps.jsonl"
    file.write_text(shown.stdout)
    scored = wuzhen("eval", file)
    assert (scored.exit_code, scored.stderr) == (0, "")
    assert "unanswerable\t3\t3\t" in scored.stdout


def test_both_can_be_read_while_the_bot_writes(wuzhen: Run, asked_in_vain: Records, answers: list[Answer]) -> None:
    before = len(lines(wuzhen("gaps", "--jsonl")))
    asked_in_vain.gap(1, "Who sells kites?", "no_match", ["public"])
    vote(asked_in_vain, answers[0], "up")
    assert len(lines(wuzhen("gaps", "--jsonl"))) == before + 1
    assert len(lines(wuzhen("feedback", "--jsonl"))) == 1


# ── on a terminal ─────────────────────────────────────────────────────────


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """A terminal of so many columns."""

    def of(columns: int) -> None:
        monkeypatch.setattr("bot.cli.review.is_terminal", lambda _: True)
        monkeypatch.setattr("bot.cli.console.is_terminal", lambda _: True)
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("NO_COLOR", "1")

    return of


@pytest.mark.parametrize("columns", [45, 120])
def test_a_terminal_shows_servers_by_the_end_of_their_numbers(
    wuzhen: Run, records: Records, answers: list[Answer], terminal: Callable[[int], None], columns: int
) -> None:
    vote(records, answers[0], "down", reason="wrong_speaker", collections=["public", "guild:145607444398086078"])
    vote(records, answers[1], "up")
    terminal(columns)
    shown = wuzhen("feedback").stdout
    assert "server …6078" in shown
    assert "1456" not in shown


@pytest.mark.parametrize("columns", [45, 120])
def test_where_everything_is_public_a_terminal_does_not_say_so(
    wuzhen: Run, asked_in_vain: Records, terminal: Callable[[int], None], columns: int
) -> None:
    asked_in_vain.forget_collection("guild:7")
    terminal(columns)
    shown = wuzhen("gaps").stdout
    assert "public" not in shown and "Where" not in shown
    assert "Who likes marmalade??" in shown


def test_a_narrow_terminal_shows_a_block_for_each_row(
    wuzhen: Run, records: Records, answers: list[Answer], terminal: Callable[[int], None]
) -> None:
    vote(records, answers[0], "up")
    vote(records, answers[1], "down", reason="other")
    terminal(45)
    first, second = wuzhen("feedback").stdout.strip().split("\n\n")
    assert [line.partition(": ")[0] for line in first.splitlines()] == ["When", "Vote", "Reason", "Question", "Answer"]
    assert f"Question: {QUESTIONS[0]}" in second.splitlines()
