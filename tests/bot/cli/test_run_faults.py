"""`wuzhen run` on a folder that cannot be used: an exit code and one sentence, in the form of the log."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.operations import logs

TOKEN = ".".join(["MTIzNDU2Nzg5MDEyMzQ1Njc4", "GabcDE", "0123456789_abcdefghijklmnopqrstuvw"])


@pytest.fixture
def settled_logs() -> Iterator[None]:
    """Logging is as it was before `run` set it up."""
    root = logging.getLogger()
    names = [*logs.OWN, *logs._CONNECTING, "discord"]
    before = [(logger, logger.level) for logger in (root, *map(logging.getLogger, names))]
    yield
    for logger, level in before:
        logger.setLevel(level)
    for handler in [one for one in root.handlers if type(one).__module__ == logs.__name__]:
        root.removeHandler(handler)


def damage(file: Path) -> None:
    file.write_bytes(b"no database at all" * 1000)


def fold(file: Path) -> None:
    file.unlink(missing_ok=True)
    file.mkdir()


def newer(file: Path) -> None:
    with sqlite3.connect(file) as raw:
        raw.execute("PRAGMA application_id = 1465211458")
        raw.execute("PRAGMA user_version = 99")
    raw.close()


@pytest.mark.usefixtures("settled_logs")
@pytest.mark.parametrize(
    "case",
    [
        ("bot.db", damage, 74),
        ("bot.db", fold, 74),
        ("bot.db", newer, 78),
        ("wuzhen.db", damage, 78),
        ("wuzhen.db", fold, 78),
    ],
    ids=lambda case: f"{case[1].__name__} {case[0]}",
)
def test_a_file_that_cannot_be_used_ends_the_bot_with_its_code_and_one_sentence(
    wuzhen: Callable[..., Any],
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    case: tuple[str, Callable[[Path], None], int],
) -> None:
    file, fault, code = case
    monkeypatch.setenv("WUZHEN_TOKEN", TOKEN)
    monkeypatch.setenv("WUZHEN_LOG", "json")
    fault(data / file)
    shown = wuzhen("--data", data, "run")
    assert shown.exit_code == code
    lines = [json.loads(line) for line in shown.stderr.splitlines()]
    assert [line["level"] for line in lines].count("ERROR") == 1
    assert lines[-1]["level"] == "ERROR"
    assert file in lines[-1]["message"]
    assert lines[-1]["message"].endswith(".")
    assert TOKEN not in shown.output
