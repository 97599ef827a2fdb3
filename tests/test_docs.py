"""What the documentation tells is there: commands run, links lead somewhere, what a page may have it has."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from bot.__main__ import app
from bot.config import Settings

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "bot" / "docs").glob("*.md")), *sorted((ROOT / "index" / "docs").glob("*.md"))]
REPORT = ROOT / "tests" / "data" / "articles_dev" / "corrow-dam.txt"
# what a sandbox lacks: a package index, Discord, an earlier file; `.ci/run` runs those that install
NOT_HERE = (".venv/bin/pip", "python3 -m venv", "wuzhen model export")


def fenced(page: Path, language: str) -> Iterator[str]:
    yield from re.findall(rf"^```{language}\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)


LINES = [
    pytest.param(line, id=f"{page.name}: {line}")
    for page in PAGES
    for block in fenced(page, "sh")
    for line in block.splitlines()
    if line.strip() and not line.startswith(NOT_HERE)
]


@pytest.fixture
def sandbox(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the examples name, on a machine where nothing else is set."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"WUZHEN_{name.upper()}", raising=False)
    monkeypatch.setenv("WUZHEN_DATA", str(data))
    folder = tmp_path / "sandbox"
    folder.mkdir()
    shutil.copy(REPORT, folder / "report.txt")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("line", LINES)
def test_every_line_that_a_page_shows_runs(line: str, sandbox: Path) -> None:
    words = shlex.split(line)
    assert words[0] == "wuzhen"
    if words[1] == "restore":
        assert CliRunner().invoke(app, ["backup", words[-1]]).exit_code == 0
    done = CliRunner().invoke(app, words[1:])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    "block", [pytest.param(block, id=page.name) for page in PAGES for block in fenced(page, "python")]
)
def test_every_program_that_a_page_shows_runs(
    block: str, sandbox: Path, data_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sandbox / "data").mkdir()
    (sandbox / "data" / "models").symlink_to(data_home / "models", target_is_directory=True)
    exec(compile(block, "page", "exec"), {})  # noqa: S102 - our own page
    shown = capsys.readouterr().out
    assert "answered Ada Park" in shown
    assert "Every cable was tested twice" in shown


def command(words: list[str]) -> tuple[Any, list[str]]:
    """The command that the words name, and what is left of them."""
    at: Any = get_command(app)
    while words and words[0] in getattr(at, "commands", {}):
        at, words = at.commands[words[0]], words[1:]
    return at, words


def unknown_words(text: str) -> list[str]:
    """What a page says of `wuzhen …` that is no command or no option of it."""
    wrong = []
    for named in re.findall(r"`(?:[A-Z_]+=\S+ )?wuzhen ([^`]+)`", text):
        found, rest = command([word for word in re.split(r"\s+", named) if word != "COMMAND"])
        known = {option for parameter in found.params for option in parameter.opts} | {"--help", "--install-completion"}
        if hasattr(found, "commands") and rest and not rest[0].startswith("-"):
            wrong.append(named)
        wrong += [f"{named}: {word}" for word in rest if word.startswith("--") and word.split("=")[0] not in known]
    return wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_names_is_there_with_its_options(page: Path) -> None:
    assert unknown_words(page.read_text("utf-8")) == []


def test_a_command_or_an_option_that_is_not_there_is_noticed() -> None:
    assert unknown_words("`wuzhen sing` and `wuzhen ask --loud` and `wuzhen ask --json`") == [
        "sing",
        "ask --loud: --loud",
    ]


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))
    assert links
    for link in links:
        if not link.startswith("http"):
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            assert target.exists(), link
            assert not anchor or anchor in anchors(target), link


def test_every_setting_that_a_page_names_is_one() -> None:
    named = {name.lower() for page in PAGES for name in re.findall(r"WUZHEN_([A-Z_]+)", page.read_text("utf-8"))}
    assert named
    assert named <= set(Settings.model_fields)


def test_the_readme_is_short_and_leads_to_every_page() -> None:
    text = README.read_text("utf-8")
    assert len(text.splitlines()) <= 120
    for page in PAGES[1:]:
        assert page.relative_to(ROOT).as_posix() in text
