"""What the tests of the command line share: ways to run `wuzhen` on a data folder with an index."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
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


@dataclass
class Lag:
    """How long the event loop kept everybody else waiting at worst, in seconds.

    Attributes:
        worked: at work itself, in time of its processor.
        late: by the clock, thus also while it waits for a lock or a disk.
    """

    worked: float = 0.0
    late: float = 0.0
    _began: float = field(default_factory=time.perf_counter)
    _work: float = field(default_factory=time.process_time)

    async def watch(self) -> None:
        while True:
            worked, due = time.thread_time(), time.perf_counter() + 0.002
            await asyncio.sleep(0.002)
            self.worked = max(self.worked, time.thread_time() - worked)
            self.late = max(self.late, time.perf_counter() - due)

    @property
    def bearable(self) -> float:
        """How late it may be: a tenth of a second, with two processors to itself; else a thread often waits for one."""
        slowness = 2 * (time.perf_counter() - self._began) / (time.process_time() - self._work)
        return float(0.1 * max(1.0, slowness) ** 1.5)


Watched = Callable[[], AbstractAsyncContextManager[Lag]]


@pytest.fixture
def watched() -> Watched:
    """Watches the event loop for a while."""

    @asynccontextmanager
    async def watch() -> AsyncIterator[Lag]:
        lag = Lag()
        watching = asyncio.create_task(lag.watch())
        try:
            yield lag
            await asyncio.sleep(0.02)  # a turn in which it sees what it missed
        finally:
            watching.cancel()

    return watch


@pytest.fixture
def settled_memory() -> Iterator[None]:
    """What was made before is not looked through for garbage, as when the program runs."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
