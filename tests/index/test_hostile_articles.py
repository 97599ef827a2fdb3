"""Articles made to do harm, of every kind there is: each is read, and what is asked afterwards takes little."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.library import Library
from index.statements.statement import LONGEST_NAME
from tests.tools.hostile_articles import KINDS, SPEAKING, measured

# the long version, as long as what people may paste: SIZE=100000 pytest tests/index/test_hostile_articles.py
SIZE = int(os.environ.get("SIZE", "4000"))  # characters
KEYS = 20  # characters of keys that a character of an article may make
SECONDS, LATE = 2.0, 0.25  # CPU seconds of a question, and for which it may hold up others
READING = 0.001  # CPU seconds that a character may take to read: 100 s for the longest here
MEMORY = 800_000_000  # bytes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux tells it")


@pytest.fixture(scope="module")
def library(data_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Articles, with all loaded that is loaded once."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "models").symlink_to(data_home / "models", target_is_directory=True)
    with Library(folder) as opened:
        opened.prepare()
        measured(opened, SPEAKING, "guild:0")
        yield opened


@pytest.mark.parametrize("kind", KINDS)
def test_an_article_made_to_do_harm_is_read_and_asked_about_within_bounds(library: Library, kind: str) -> None:
    text = KINDS[kind](SIZE)
    taken = measured(library, text, f"guild:{kind}")
    assert taken.refused == ""
    assert taken.reading < READING * len(text) + 2
    assert taken.asking < SECONDS, taken.slowest
    assert taken.late < LATE
    assert max(taken.reading_bytes, taken.asking_bytes) < MEMORY
    assert taken.keys < KEYS * len(text)
    assert taken.longest <= LONGEST_NAME
