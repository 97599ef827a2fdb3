from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.console import printable
from bot.cli.error_exit import Commands
from bot.errors import ExitCode, Refused

app = typer.Typer(cls=Commands)


@app.command()
def bug() -> None:
    raise RuntimeError("two and two")


@app.command()
def interrupt() -> None:
    raise KeyboardInterrupt


@app.command()
def refuse(code: int) -> None:
    raise Refused("Not this one: take another.", ExitCode(code))


@app.command()
def missing() -> None:
    Path("nowhere/at/all").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WUZHEN_DEBUG", raising=False)


def test_a_bug_gets_a_sentence_and_how_to_see_more() -> None:
    shown = CliRunner().invoke(app, ["bug"])
    assert shown.exit_code == 70
    assert len(shown.stderr.splitlines()) == 1
    assert "RuntimeError: two and two" in shown.stderr
    assert "WUZHEN_DEBUG=1" in shown.stderr


def test_debugging_shows_where_a_bug_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUZHEN_DEBUG", "1")
    shown = CliRunner().invoke(app, ["bug"])
    assert shown.exit_code == 70
    assert "Traceback" in shown.stderr


def test_debugging_works_although_another_setting_is_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUZHEN_DEBUG", "1")
    monkeypatch.setenv("WUZHEN_THREADS", "none")
    assert "Traceback" in CliRunner().invoke(app, ["bug"]).stderr


@pytest.mark.parametrize("code", [2, 65, 78])
def test_what_is_refused_says_only_its_sentence(code: int) -> None:
    shown = CliRunner().invoke(app, ["refuse", str(code)])
    assert (shown.exit_code, shown.output) == (code, "Not this one: take another.\n")


def test_an_interrupt_says_nothing_more() -> None:
    shown = CliRunner().invoke(app, ["interrupt"])
    assert (shown.exit_code, shown.output.strip()) == (130, "")


def test_a_file_that_fails_is_named() -> None:
    shown = CliRunner().invoke(app, ["missing"])
    assert shown.exit_code == 74
    assert shown.stderr.startswith("nowhere/at/all: No such file or directory.")


def test_only_line_ends_and_tabs_are_printable_controls() -> None:
    assert printable("a\tb\nc\x1b[2J\x07\r\x9bé") == "a\tb\nc\ufffd[2J\ufffd\ufffd\ufffdé"
    assert printable("half \ud800 a pair") == "half ? a pair"
