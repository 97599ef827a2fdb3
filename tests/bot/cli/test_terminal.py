from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import select
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]  # the fixture `wuzhen`
Start = Callable[..., subprocess.Popen[bytes]]
Terminal = Callable[..., tuple[str, int]]


@pytest.fixture
def on_a_terminal(start: Start) -> Terminal:
    """What a person sees, and the exit code.

    `typed` are keys, each with what must have been written before they are pressed.
    """

    def run(*words: str | Path, typed: list[tuple[bytes, bytes]] | None = None) -> tuple[str, int]:
        ours, theirs = pty.openpty()
        keys = list(typed or [])
        seen, looked_at = b"", 0  # and how much of it was looked at
        with start(*words, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True) as process:
            os.close(theirs)
            while chunk := read(ours):
                seen += chunk
                while keys and (found := seen.find(keys[0][0], looked_at)) >= 0:
                    looked_at = found + len(keys[0][0])
                    press(process, ours, keys.pop(0)[1])
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()  # does nothing to one that has ended
        os.close(ours)
        assert not keys, seen.decode()
        return seen.decode(), process.returncode

    return run


def read(terminal: int) -> bytes:
    """What comes next; nothing at the end, or when nothing comes for a minute."""
    if not select.select([terminal], [], [], 60)[0]:
        return b""
    try:
        return os.read(terminal, 4096)
    except OSError:  # Linux: the other end is closed
        return b""


def press(process: subprocess.Popen[bytes], terminal: int, keys: bytes) -> None:
    if keys == b"\x03":
        time.sleep(0.3)  # a person is slower than Python's check for signals between two keys
        process.send_signal(signal.SIGINT)
    else:
        os.write(terminal, keys)


def without_codes(text: str) -> str:
    return re.sub(r"\x1b\[[\d;?]*\w", "", text)


# --- terminals and pipes


def test_a_person_sees_the_source_dimmed_and_lines_no_wider_than_the_terminal(
    on_a_terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    seen, code = on_a_terminal("ask", "who is quoted")
    assert code == 0
    assert re.search(r"\x1b\[2m *— ", seen)
    assert max(len(line) for line in without_codes(seen).splitlines()) <= 40


def test_no_color_means_no_colours(on_a_terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    for words in (["ask", "who is quoted"], ["articles"]):
        seen, _ = on_a_terminal(*words)
        assert not re.search(r"\x1b\[[\d;]*m", seen)


def test_articles_are_a_table_for_a_person(on_a_terminal: Terminal) -> None:
    seen, code = on_a_terminal("articles")
    assert code == 0
    assert "\t" not in seen
    assert "─" in seen


def test_a_closed_pipe_ends_quietly(start: Start) -> None:
    with start("ask", "--jsonl", "-", stdin=subprocess.PIPE) as process:
        process.stdout.close()  # type: ignore[union-attr]  # it is a pipe
        _, said = process.communicate(b'{"question": "x"}\n' * 3)
    assert process.returncode == 141
    assert b"Traceback" not in said
    assert b"Broken" not in said


@pytest.mark.parametrize("words", [["ask", "who is quoted"], ["articles"], ["--help"]])
def test_a_stdout_that_was_never_open_is_a_closed_pipe(place: Path, words: list[str]) -> None:
    shell = ["sh", "-c", 'exec "$@" >&-', "sh", sys.executable, "-m", "bot", *words]
    ended = subprocess.run(shell, stderr=subprocess.PIPE, check=False)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_an_interrupt_ends_with_130_and_without_a_traceback(start: Start) -> None:
    with start("ask", "--jsonl", "-", stdin=subprocess.PIPE, bufsize=0) as process:
        process.stdin.write(b'{"question": "x"}\n')  # type: ignore[union-attr]  # it is a pipe
        assert process.stdout.read(1) == b"{"  # type: ignore[union-attr]  # it is a pipe
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert process.returncode == 130
    assert b"Traceback" not in said


def test_a_person_is_asked_before_an_article_goes(
    wuzhen: Run, on_a_terminal: Terminal, data: Path, bridge: Path
) -> None:
    wuzhen("--data", data, "add", bridge)
    seen, code = on_a_terminal("--data", data, "remove", "bridge", typed=[(b"[y/N]", b"n\n")])
    assert code == 1
    assert "Remove bridge" in seen
    assert "bridge" in wuzhen("--data", data, "articles").stdout
    assert on_a_terminal("--data", data, "remove", "--yes", "bridge")[1] == 0
    assert "bridge" not in wuzhen("--data", data, "articles").stdout


def test_adding_shows_a_bar_and_tells_each_article(on_a_terminal: Terminal, data: Path, bridge: Path) -> None:
    seen, code = on_a_terminal("--data", data, "add", bridge)
    assert code == 0
    assert "0/1" in seen
    assert "bridge: Harbour bridge to open in May" in without_codes(seen)


# --- chat


def test_a_piped_conversation_is_answered_without_a_prompt_and_with_memory(wuzhen: Run) -> None:
    speaker = json.loads(wuzhen("ask", "--json", "Who is quoted?").stdout)["citations"][0]["speaker"]
    follow_up = "What else did they say?"
    talk = wuzhen("chat", stdin=f"What did {speaker} say?\n\n{follow_up}\n")
    alone = wuzhen("chat", stdin=f"{follow_up}\n")
    assert talk.exit_code == 0
    assert "> " not in talk.stdout
    assert "Bye" not in talk.stdout
    assert talk.stdout.count("\n\n") >= 2
    assert not talk.stdout.endswith(alone.stdout)


def test_ctrl_d_ends_a_conversation_politely_and_its_history_is_private(on_a_terminal: Terminal, data: Path) -> None:
    typed = [(b"> ", b"who is quoted\n"), (b"paragraph", b""), (b"> ", b"\x04")]
    seen, code = on_a_terminal("--data", data, "chat", typed=typed)
    assert code == 0
    assert seen.rstrip().endswith("Bye.")
    history = data / "chat_history"
    assert history.read_text(encoding="utf-8").splitlines() == ["who is quoted"]
    assert stat.S_IMODE(history.stat().st_mode) == 0o600


def test_ctrl_c_drops_a_half_typed_line_and_on_an_empty_one_it_ends_politely(
    on_a_terminal: Terminal, data: Path
) -> None:
    typed = [(b"> ", b"half a quest"), (b"half a quest", b"\x03"), (b"leaves.)", b""), (b"> ", b"\x03")]
    seen, code = on_a_terminal("--data", data, "chat", typed=typed)
    assert code == 0
    assert seen.rstrip().endswith("Bye.")
    assert "paragraph" not in seen
