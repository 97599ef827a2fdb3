"""What the tests of the library share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.library import Library


@pytest.fixture
def library(data: Path) -> Iterator[Library]:
    """A library over a data folder that the test may change."""
    with Library(data) as opened:
        yield opened
