"""What the tests of the command line share: ways to run `wuzhen` on a data folder with an index."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.config import Settings

ARTICLE = """\
Harbour bridge to open in May

The harbour bridge will open in May, the city's engineer Ada Park said on Monday.

"Every cable was tested twice," Park told reporters. She denied that the work had cost too much.
"""


@pytest.fixture
def place(read: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, the index, and no other setting of whoever runs the tests."""
    for name in [
        *(f"WUZHEN_{name.upper()}" for name in Settings.model_fields),
        "NO_COLOR",
        "FORCE_COLOR",
        "COLUMNS",
    ]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WUZHEN_DATA", str(read))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def wuzhen(place: Path) -> Callable[..., Any]:
    """Run the command line in this process: words, and what it reads from stdin."""

    def run(*words: str | Path, stdin: str | bytes = "") -> Any:
        return CliRunner().invoke(app, [str(word) for word in words], input=stdin)

    return run


@pytest.fixture
def start(place: Path) -> Callable[..., subprocess.Popen[bytes]]:
    """Start the command line in a process of its own: words, and options of Popen."""

    def run(*words: str | Path, **options: Any) -> Any:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        command = [sys.executable, "-m", "bot", *map(str, words)]
        return subprocess.Popen(command, **(pipes | options))

    return run


@pytest.fixture
def bridge(tmp_path: Path) -> Path:
    """An article in a file."""
    file = tmp_path / "bridge.txt"
    file.write_text(ARTICLE, encoding="utf-8")
    return file


@pytest.fixture
def settled_memory() -> Iterator[None]:
    """What was made before is not looked through for garbage, as when the program runs."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
