"""The architecture is held by import-linter; here it is shown that it would notice."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


def imported(file: Path) -> Iterator[str]:
    """What a file imports, wherever in it, also only to check types."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)


def test_outside_the_client_nothing_imports_discord() -> None:
    others = [file for file in (ROOT / "bot").rglob("*.py") if ROOT / "bot" / "client" not in file.parents]
    assert len(others) > 50
    knowing = [file for file in others if any(name.partition(".")[0] == "discord" for name in imported(file))]
    assert knowing == []


@pytest.mark.parametrize(
    ("file", "line", "told"),
    [
        ("bot/services/scopes.py", "import discord", "bot.services is not allowed to import discord"),
        ("bot/services/scopes.py", "import bot.render.cards", "bot.services is not allowed to import bot.render"),
        ("bot/client/routing.py", "import bot.benchmark.timing", "bot.client is not allowed to import bot.benchmark"),
    ],
)
def test_an_import_against_the_layers_is_refused(tmp_path: Path, file: str, line: str, told: str) -> None:
    for package in ("bot", "index"):
        shutil.copytree(
            ROOT / package,
            tmp_path / package,
            ignore=lambda folder, names: [
                name for name in names if not name.endswith(".py") and not Path(folder, name).is_dir()
            ],
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    changed = tmp_path / file
    changed.write_text(f"{changed.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    command = [sys.executable, "-c", LINT, "--no-cache"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 1
    assert told in " ".join(result.stdout.split())
