from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.reader import load_reader
from index.reader.read import MODEL

Run = Callable[..., Any]  # the fixture `wuzhen`

# --- eval


def gold(question: str, status: str, **expect: Any) -> str:
    fields = {"id": question, "kind": "fact", "question": question, "expect": {"status": status} | expect}
    return f"{json.dumps(fields)}\n"


def test_a_question_file_is_scored_by_kind_and_errors_are_shown(wuzhen: Run) -> None:
    unknown = "What did Zebulon Quist say about marmalade?"
    questions = gold(unknown, "not_found") + gold(f"{unknown}?", "answered") + "nonsense\n"
    shown = wuzhen("eval", "-", "--errors", "5", stdin=questions)
    assert shown.exit_code == 65
    assert "fact\t1\t2\t0.500" in shown.stdout
    assert "total\t1\t2\t0.500" in shown.stdout
    assert "abstained" in shown.stdout
    assert "line 3" in shown.stderr


@pytest.mark.parametrize(
    ("bars", "code"),
    [
        (["total=1"], 0),
        (["total=1", "fact=0.5"], 0),
        (["who_said=0.5"], 1),
    ],
)
def test_bars_decide_the_exit_code(wuzhen: Run, bars: list[str], code: int) -> None:
    options = [word for bar in bars for word in ("--min", bar)]
    question = gold("What did Zebulon Quist say about marmalade?", "not_found")
    assert wuzhen("eval", "-", *options, stdin=question).exit_code == code


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_a_file_without_questions_gets_a_sentence_and_65(wuzhen: Run, place: Path, text: str) -> None:
    (place / "none.jsonl").write_text(text)
    shown = wuzhen("eval", "none.jsonl")
    assert (shown.exit_code, shown.stdout) == (65, "")
    assert re.fullmatch(r"There are no questions in none\.jsonl: .+\.\n", shown.stderr)


def test_a_missed_bar_is_told(wuzhen: Run) -> None:
    question = gold("What did Zebulon Quist say about marmalade?", "answered")
    shown = wuzhen("eval", "-", "--min", "fact=0.9", stdin=question)
    assert shown.exit_code == 1
    assert "fact: 0.000 is below 0.9." in shown.stderr


# --- settings, doctor, errors


def test_a_bad_setting_ends_every_command_with_78(wuzhen: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUZHEN_THRESHOLD", "3")
    shown = wuzhen("ask", "who is quoted")
    assert (shown.exit_code, shown.stdout) == (78, "")
    assert shown.stderr == "WUZHEN_THRESHOLD is '3', but it must be a number from 0 to 1.\n"


def test_the_data_folder_may_be_given_before_or_after_the_command(wuzhen: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for words in (["--data", "file", "articles"], ["articles", "--data", "file"]):
        shown = wuzhen(*words)
        assert shown.exit_code == 78
        assert "is a file" in shown.stderr


def test_doctor_says_that_all_is_well(wuzhen: Run) -> None:
    shown = wuzhen("doctor")
    assert shown.exit_code == 0
    assert [line for line in shown.stdout.splitlines() if not line.startswith(("ok", "    "))] == []
    assert len(re.findall(r"^ok", shown.stdout, re.MULTILINE)) > 5


def test_doctor_looks_at_the_folder_of_the_command_line_however_bad_the_other_is(
    wuzhen: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, read: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("WUZHEN_DATA", str(tmp_path / "file"))
    assert wuzhen("doctor").exit_code == 78
    assert wuzhen("doctor", "--data", read).exit_code == 0


def test_doctor_tells_bad_settings_and_unknown_ones(
    wuzhen: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("WUZHEN_TREADS=2\n")
    noted = wuzhen("doctor", "--json")
    assert noted.exit_code == 0
    (settings,) = [check for check in json.loads(noted.stdout) if check["name"] == "settings"]
    assert settings["ok"]
    assert "WUZHEN_TREADS" in settings["advice"]
    monkeypatch.setenv("WUZHEN_THREADS", "none")
    failed = wuzhen("doctor")
    assert failed.exit_code == 78
    assert "WUZHEN_THREADS" in failed.stdout


def test_a_damaged_index_gets_a_sentence_and_78(wuzhen: Run, data: Path) -> None:
    (data / "wuzhen.db").write_bytes(b"no database at all" * 100)
    shown = wuzhen("--data", data, "ask", "who is quoted")
    assert (shown.exit_code, shown.stdout) == (78, "")
    assert len(shown.stderr.strip().splitlines()) == 1
    doctor = wuzhen("--data", data, "doctor")
    assert doctor.exit_code == 78


@pytest.fixture(params=["missing", "cut short"])
def broken_reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the reader is looked for, without its network or with half of it."""
    folder = tmp_path / "reader"
    shutil.copytree(MODEL, folder)
    network = folder / "reader.onnx"
    half = network.read_bytes()[: network.stat().st_size // 2]
    network.unlink()
    if request.param == "cut short":
        network.write_bytes(half)
    monkeypatch.setattr(load_reader, "__defaults__", (None, folder))  # for everybody who loads it
    return folder


def test_a_reader_that_is_missing_or_damaged_gets_a_sentence_and_78(wuzhen: Run, broken_reader: Path) -> None:
    shown = wuzhen("ask", "When does the conference end?")
    assert (shown.exit_code, shown.stdout) == (78, "")
    assert shown.stderr == f"The reader's files in {broken_reader} are missing or damaged; install wuzhen again.\n"
    doctor = wuzhen("doctor", "--json")
    assert doctor.exit_code == 78
    (check,) = [check for check in json.loads(doctor.stdout) if not check["ok"]]
    assert check["name"] == "reader"
    assert f"{check['detail']}\n" == shown.stderr


@pytest.mark.usefixtures("broken_reader")
def test_what_a_statement_answers_needs_no_reader(wuzhen: Run) -> None:
    assert wuzhen("ask", "Who said SMEs need vitality?").exit_code == 0


def test_a_data_folder_that_cannot_be_made_gets_a_sentence(wuzhen: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    shown = wuzhen("--data", tmp_path / "file" / "below", "ask", "who is quoted")
    assert (shown.exit_code, shown.stdout) == (78, "")
    assert len(shown.stderr.strip().splitlines()) == 1
