"""The articles of a server in the shell."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.storage.feedback import NAME, Records

GUILD, OTHER = "123456789012345678", "223456789012345678"
ABOUT_BRIDGE = "who said every cable was tested twice"

Run = Callable[..., Any]


@pytest.fixture
def shell(wuzhen: Run, data: Path) -> Run:
    """The command line on a data folder that the test may change."""
    return lambda *words: wuzhen("--data", data, *words)


def listed(shell: Run, *options: str) -> list[str]:
    return [line.split("\t")[0] for line in shell("articles", *options).stdout.splitlines()[1:]]


def articles_cited(shell: Run, *options: str) -> set[str]:
    shown = json.loads(shell("ask", "--json", *options, ABOUT_BRIDGE).stdout)
    return {citation["article"] for citation in shown["citations"] if shown["status"] == "answered"}


def test_an_article_of_a_server_is_listed_and_answered_from_there_alone(shell: Run, bridge: Path) -> None:
    assert shell("add", "--guild", GUILD, bridge).exit_code == 0
    assert listed(shell, "--guild", GUILD) == ["bridge"]
    assert articles_cited(shell, "--guild", GUILD) == {"bridge"}
    for elsewhere in ((), ("--guild", OTHER)):
        assert "bridge" not in listed(shell, *elsewhere)
        assert articles_cited(shell, *elsewhere) == set()
        assert shell("ask", *elsewhere, "--article", "bridge", ABOUT_BRIDGE).exit_code == 65
        assert shell("remove", *elsewhere, "bridge").exit_code == 65
        assert shell("rename", *elsewhere, "bridge", "Mine").exit_code == 65
    assert listed(shell, "--guild", GUILD) == ["bridge"]


def test_a_removed_article_is_listed_as_removed_and_can_be_restored(shell: Run, bridge: Path) -> None:
    shell("add", "--guild", GUILD, bridge)
    removed = shell("remove", "--guild", GUILD, "bridge")
    assert removed.stdout == "Removed bridge.\n"
    assert f"wuzhen restore --guild {GUILD} bridge" in removed.stderr
    assert listed(shell, "--guild", GUILD) == []
    assert listed(shell, "--removed") == listed(shell, "--guild", OTHER, "--removed") == []
    assert listed(shell, "--guild", GUILD, "--removed") == ["bridge"]
    assert shell("restore", "bridge").exit_code == 65
    assert shell("restore", "--guild", GUILD, "bridge").stdout == "Restored bridge.\n"
    assert articles_cited(shell, "--guild", GUILD) == {"bridge"}


def test_a_new_title_is_shown_at_once(shell: Run, bridge: Path) -> None:
    shell("add", bridge)
    assert shell("rename", "bridge", "The", "bridge\u202e", "opens").stdout == "bridge: The bridge opens\n"
    assert json.loads(shell("ask", "--json", ABOUT_BRIDGE).stdout)["citations"][0]["title"] == "The bridge opens"
    assert re.fullmatch(r"The title is empty: .*\.\n", shell("rename", "bridge", " \u200b ").stderr)


@pytest.mark.parametrize("wrong", ["1", "12345678901234", "123456789012345678901", "guild:123456789012345678", ""])
def test_what_is_no_id_of_a_server_is_told_in_a_sentence(shell: Run, bridge: Path, wrong: str) -> None:
    for command in (("add", bridge), ("articles",), ("remove", "x"), ("purge",), ("ask", "who")):
        shown = shell(command[0], "--guild", wrong, *command[1:])
        assert shown.exit_code == 2
        assert re.fullmatch(r".* is not a server's id: .* 15 to 20 digits; .*\.\n", shown.stderr)


def test_more_than_a_server_may_have_is_refused_with_what_to_do(
    shell: Run, bridge: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "tide.txt").write_text("Tide table\n\nHigh water comes at 06:40 on Sunday.\n", encoding="utf-8")
    monkeypatch.setenv("WUZHEN_GUILD_ARTICLES", "1")
    shown = shell("add", "--guild", GUILD, bridge, "tide.txt")
    assert shown.exit_code == 65
    assert re.search(r"^tide.txt finds no room: 1 of 1 articles are there; .*\.$", shown.stderr, re.MULTILINE)
    assert listed(shell, "--guild", GUILD) == ["bridge"]
    assert shell("add", bridge, "tide.txt").exit_code == 0  # for everybody there is no limit
    monkeypatch.setenv("WUZHEN_GUILD_CHARACTERS", "20")
    refused = shell("add", "--guild", OTHER, place / "tide.txt")
    assert refused.exit_code == 65


def test_purging_deletes_all_of_a_server_and_nothing_else(shell: Run, bridge: Path, data: Path) -> None:
    for guild in (GUILD, OTHER):
        shell("add", "--guild", guild, bridge)
        with Records(data / NAME) as records:
            records.gap(1, "who sang", "no_match", ["public", f"guild:{guild}"])
    shell("remove", "--guild", GUILD, "bridge")
    shown = shell("purge", "--guild", GUILD, "--yes")
    assert shown.stdout == "Deleted 1 article, 0 votes and 1 unanswered question.\n"
    assert listed(shell, "--guild", GUILD, "--removed") == []
    assert listed(shell, "--guild", OTHER) == ["bridge"]
    with Records(data / NAME) as records:
        assert [gap.collections for gap in records.gaps()] == [(f"guild:{OTHER}", "public")]
