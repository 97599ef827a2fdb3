"""What the tests of the library share: data folders with the model and the shipped article in them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.library import Library


def _with_models_of(home: Path, folder: Path) -> Path:
    """A data folder that uses the exported models of another one."""
    folder.mkdir()
    (folder / "models").symlink_to(home / "models", target_is_directory=True)
    return folder


@pytest.fixture
def fresh(data_home: Path, tmp_path: Path) -> Path:
    """A data folder as a newcomer's first question finds it, except that the model is exported."""
    return _with_models_of(data_home, tmp_path / "fresh")


@pytest.fixture(scope="session")
def read(data_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the shipped article read. Not to be changed: see `data`."""
    folder = _with_models_of(data_home, tmp_path_factory.mktemp("read") / "data")
    with Library(folder) as library:
        library.ask("Who is quoted?")
    return folder


@pytest.fixture
def data(read: Path, tmp_path: Path) -> Path:
    """A data folder with the shipped article read, which a test may change."""
    folder = tmp_path / "data"
    shutil.copytree(read, folder, symlinks=True)
    return folder


@pytest.fixture
def library(data: Path) -> Iterator[Library]:
    """A library over a data folder that the test may change."""
    with Library(data) as opened:
        yield opened
