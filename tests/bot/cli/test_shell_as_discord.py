"""The shell has what Discord has, and is kind to people at small terminals and to other programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.cli import console
from index.article import Article, article_from_text
from index.library import Library

Run = Callable[..., Any]
BRIDGE = """Harbour bridge to open in May

"Every cable was tested twice," Ada Park, the city's engineer, told reporters on Monday.
"""
PAGE = """<!DOCTYPE html><html><body><article><h1>Dam</h1><p>"The dam is old and must be mended this year, as we
have said for long," said Ada Park, the engineer of the town, to reporters.</p></article></body></html>
"""


@pytest.fixture
def linked(data: Path) -> Path:
    """A data folder with an article whose link and day are known, and whose id is long."""
    article = article_from_text(BRIDGE, id="harbour-bridge-to-open-in-may", source="https://example.org/bridge")
    with Library(data) as library:
        library.add([replace(article, published="2026-05-03")])
    return data


def test_what_somebody_said_and_whether_they_did_is_asked_as_on_discord(wuzhen: Run, linked: Path) -> None:
    quotes = wuzhen("--data", linked, "quotes", "Ada Park")
    assert quotes.exit_code == 0
    assert "Every cable was tested twice" in quotes.stdout
    assert wuzhen("--data", linked, "check", "Ada Park", "every cable was tested twice").exit_code == 0
    unknown = wuzhen("--data", linked, "check", "Ada Park", "--json", "pigs can fly")
    assert unknown.exit_code == 1
    assert json.loads(unknown.stdout)["verdict"] == "unknown"


def test_speakers_are_listed_all_or_those_on_a_topic(wuzhen: Run, linked: Path) -> None:
    everybody = [line.split("\t")[0] for line in wuzhen("--data", linked, "speakers").stdout.splitlines()]
    assert everybody[0] == "Speaker"
    assert {"Ada Park", "Daniel Zhang"} <= set(everybody)
    assert "Ada Park" in wuzhen("--data", linked, "speakers", "cables").stdout
    named = json.loads(wuzhen("--data", linked, "speakers", "--json").stdout)
    assert {"name", "role", "kind", "statements"} == set(named[0])


def test_an_article_is_shown_with_where_it_is_from_and_who_says_what(wuzhen: Run, linked: Path) -> None:
    shown = wuzhen("--data", linked, "show", "harbour-bridge-to-open-in-may")
    assert "published 2026-05-03, https://example.org/bridge" in shown.stderr
    assert "Ada Park" in shown.stdout
    assert wuzhen("--data", linked, "show", "nothing").exit_code == 65


def test_an_answer_tells_the_link_and_the_day_of_its_article(wuzhen: Run, linked: Path) -> None:
    question = "Who said every cable was tested twice?"
    origin = "Harbour bridge to open in May: 2026-05-03, https://example.org/bridge"
    assert origin in wuzhen("--data", linked, "ask", question).stdout.splitlines()
    (cited,) = json.loads(wuzhen("--data", linked, "ask", "--json", question).stdout)["citations"]
    assert (cited["source"], cited["published"]) == ("https://example.org/bridge", "2026-05-03")
    assert "https://example.org/bridge" in wuzhen("--data", linked, "articles").stdout


@pytest.mark.parametrize("width", [60, 80])
def test_no_id_and_no_date_is_folded_at_small_terminals(
    wuzhen: Run, linked: Path, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for module in ("bot.cli.console", "bot.cli.articles"):
        monkeypatch.setattr(f"{module}.is_terminal", lambda _: True)
    lines = console._CONTROLS.sub("", wuzhen("--data", linked, "articles").stdout).splitlines()
    for whole in ("harbour-bridge-to-open-in-may", "2026-05-03", "https://example.org/bridge"):
        assert any(whole in line for line in lines)
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (BRIDGE.encode(), "Every cable was tested twice"),
        (PAGE.encode(), "The dam is old"),
    ],
)
def test_what_comes_in_from_stdin_is_read_as_what_it_is(wuzhen: Run, given: bytes, words: str, data: Path) -> None:
    assert words in wuzhen("statements", "-", stdin=given).stdout
    added = wuzhen("--data", data, "add", "-", stdin=given)
    assert "1 article added, with 1 statement" in added.stdout


def test_nothing_from_stdin_is_refused(wuzhen: Run) -> None:
    refused = wuzhen("add", "-", stdin=b"")
    assert refused.exit_code == 65
    assert "is empty" in refused.stderr


def test_what_cannot_be_read_prepares_nothing(wuzhen: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"no PDF")
    refused = wuzhen("--data", tmp_path / "none", "add", "bad.pdf")
    assert refused.exit_code == 65
    assert "0 articles added" in refused.stdout
    assert "Preparing" not in refused.stderr
    assert not (tmp_path / "none").exists()


def test_nothing_of_a_server_is_deleted_where_nobody_can_be_asked(wuzhen: Run, data: Path) -> None:
    guild = "123456789012345678"
    with Library(data) as library:
        kept = Article("a", "A", 'It rains, said Ada Park. "It rains."', collection=f"guild:{guild}")
        library.add([kept])
    refused = wuzhen("--data", data, "purge", "--guild", guild)
    assert refused.exit_code == 2
    assert "say --yes" in refused.stderr
    assert "Deleted 1 article" in wuzhen("--data", data, "purge", "--yes", "--guild", guild).stdout


def test_the_help_of_the_benchmark_is_readable_and_completion_is_offered(wuzhen: Run) -> None:
    usage = wuzhen("bench", "--help").stdout.splitlines()[0]
    assert usage.endswith("bench [OPTIONS] [WHAT]...")
    assert "--install-completion" in wuzhen("--help").stdout
