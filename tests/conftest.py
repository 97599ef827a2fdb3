"""What several test files share: a data folder with the language model, exported once for all of them."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from index.encoder import Encoder, load_encoder

# before anything reads it: no test uses the network
os.environ["HF_HUB_OFFLINE"] = "1"
# Ctrl-C works in what the tests start, even where they run as a job in the background, which ignores it
signal.signal(signal.SIGINT, signal.default_int_handler)


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
