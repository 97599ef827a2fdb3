"""What all tests share: data folders with the language model, exported once, and with the shipped article read."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
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

AMONG_OTHERS = "PYTEST_XDIST_WORKER" in os.environ  # this process is one of several that share the tests
if AMONG_OTHERS:  # and each has a core: more threads would only keep the others waiting
    os.environ["OMP_NUM_THREADS"] = "1"
    pytest.MonkeyPatch().setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if AMONG_OTHERS else own


def made_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """The folder, made by the first of this run's processes that needs it; the others wait for that."""
    made = folder.with_suffix(".made")
    with FileLock(folder.with_suffix(".lock")):
        if not made.exists():
            make(folder)
            made.touch()
    return folder


@pytest.fixture(scope="session")
def data_home(run_folder: Path) -> Path:
    """A data folder with the exported model in it. All tests share it: copy it before changing anything."""
    return made_once(run_folder / "data_home", load_encoder)


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
def read(data_home: Path, run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the shipped article read. Not to be changed: see `data`."""

    def make(folder: Path) -> None:
        with Library(_with_models_of(data_home, folder)) as library:
            library.ask("Who is quoted?")

    own = tmp_path_factory.mktemp("read") / "data"  # no process of the run sees what another one does here
    shutil.copytree(made_once(run_folder / "read_once", make), own, symlinks=True)
    return own


@pytest.fixture
def data(read: Path, tmp_path: Path) -> Path:
    """A data folder with the shipped article read, which a test may change."""
    folder = tmp_path / "data"
    shutil.copytree(read, folder, symlinks=True)
    return folder
