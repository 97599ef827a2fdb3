"""Several `wuzhen add` at once, each a process of its own: every article that one of them confirmed is there, whole."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from index.library import Library

# the long version: ADDERS=8 pytest tests/bot/cli/test_adding_at_once.py
ADDERS = int(os.environ.get("ADDERS", "2"))
TEXT = "Pier {number} opens\n\n“Pier {number} is safe,” said Ada Park, the engineer of harbour {number}.\n"


def test_processes_that_add_at_the_same_time_each_find_their_article_kept(
    start: Callable[..., subprocess.Popen[bytes]], fresh: Path, tmp_path: Path
) -> None:
    """The first of them makes the index, too: the folder has none yet."""
    files = [tmp_path / f"pier{number}.txt" for number in range(ADDERS)]
    for number, file in enumerate(files):
        file.write_text(TEXT.format(number=number), encoding="utf-8")
    adders = [start("--data", fresh, "add", file) for file in files]
    said = [adder.communicate(timeout=500) for adder in adders]
    assert [adder.returncode for adder in adders] == [0] * ADDERS, said
    with Library(fresh) as library:
        kept = {info.id: info.statements for info in library.articles() if info.id.startswith("pier")}
        assert kept == {f"pier{number}": 1 for number in range(ADDERS)}
        assert [info.id for info in library.articles()].count("wuzhen-2021") == 1
        assert "Pier 1 is safe" in library.ask("What did Ada Park say about pier 1?")[0].text
