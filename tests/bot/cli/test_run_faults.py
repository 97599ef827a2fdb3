"""`wuzhen run` on a folder that cannot be used: an exit code and one sentence, in the form of the log."""

from __future__ import annotations

import errno
import json
import logging
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.errors import Refused
from bot.operations import logs
from bot.storage.feedback import Records
from bot.storage.folder_lock import only_bot_on

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


# ── the folder ────────────────────────────────────────────────────────────


def last_words(shown: Any) -> str:
    """The one error that `run` tells."""
    lines = [json.loads(line) for line in shown.stderr.splitlines()]
    (told,) = [line["message"] for line in lines if line["level"] == "ERROR"]
    assert lines[-1]["message"] == told
    return str(told)


@pytest.mark.usefixtures("settled_logs")
def test_a_second_bot_on_a_folder_ends_with_69_and_one_sentence_and_the_first_goes_on(
    wuzhen: Callable[..., Any], data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WUZHEN_TOKEN", TOKEN)
    monkeypatch.setenv("WUZHEN_LOG", "json")
    monkeypatch.setattr("bot.client.lifecycle._HANDOVER", 0.05)
    with only_bot_on(data, 0):
        shown = wuzhen("--data", data, "run")
        assert shown.exit_code == 69
        assert last_words(shown).startswith(f"Another bot runs on {data}: end that one first")
        assert wuzhen("--data", data, "ask", "Who is quoted?").exit_code == 0
    with only_bot_on(data, 0):  # the refused one left nothing behind
        pass


def test_a_bot_that_is_ending_is_waited_for(data: Path) -> None:
    ending = ExitStack()
    ending.enter_context(only_bot_on(data, 0))
    timer = threading.Timer(0.2, ending.close)
    timer.start()
    with only_bot_on(data, 30):
        assert not timer.is_alive()


def test_a_killed_bot_keeps_nobody_out(data: Path) -> None:
    program = "import sys, time, pathlib; from bot.storage.folder_lock import only_bot_on\n"
    program += "with only_bot_on(pathlib.Path(sys.argv[1]), 0): print('on', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", program, data], stdout=subprocess.PIPE, text=True) as bot:
        assert bot.stdout is not None
        assert bot.stdout.readline() == "on\n"
        with pytest.raises(Refused, match="Another bot runs on"), only_bot_on(data, 0):
            pass
        bot.kill()
    with only_bot_on(data, 30):
        assert bot.wait() != 0


@pytest.mark.usefixtures("settled_logs")
@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC, errno.EIO, errno.EMFILE])
def test_a_folder_that_takes_no_file_ends_the_bot_with_74_and_one_sentence(
    wuzhen: Callable[..., Any], data: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    opened = os.open

    def refuses(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if str(path).startswith(str(data)) and flags & os.O_CREAT:
            raise OSError(number, os.strerror(number), str(path))
        return opened(path, flags, *more, **named)

    monkeypatch.setenv("WUZHEN_TOKEN", TOKEN)
    monkeypatch.setenv("WUZHEN_LOG", "json")
    for kept in (False, True):  # before there is any record, and when only the lock is missing
        if kept:
            Records(data / "bot.db").close()
        with monkeypatch.context() as broken:
            broken.setattr(os, "open", refuses)
            shown = wuzhen("--data", data, "run")
        assert shown.exit_code == 74
        assert os.strerror(number) in last_words(shown)
        assert last_words(shown).endswith(".")
