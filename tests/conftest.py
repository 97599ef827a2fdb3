"""What all tests share: data folders with the language model, exported once, and with the shipped article read."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from index.encoder import Encoder, load_encoder
from index.library import Library

# before anything reads it: no test uses the network
os.environ["HF_HUB_OFFLINE"] = "1"
# Ctrl-C works in what the tests start, even where they run as a job in the background, which ignores it
signal.signal(signal.SIGINT, signal.default_int_handler)
# the same examples in every run, however busy the machine: a change never fails for what it did not touch. Looking for
# new ones is for `python -m tests.tools.fuzz`; what it finds becomes an `@example`
settings.register_profile("suite", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


@pytest.fixture(scope="session")
def data_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the exported model in it. All tests share it: copy it before changing anything."""
    data = tmp_path_factory.mktemp("data_home")
    load_encoder(data)
    return data


@pytest.fixture(scope="session")
def encoder(data_home: Path) -> Encoder:
    """The default model's encoder, as a running program has it."""
    return load_encoder(data_home)


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
