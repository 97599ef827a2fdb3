from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import discord
import pytest
import simcord

from bot.client import commands
from bot.client.command_names import CommandTranslator, translations
from bot.client.command_tree import PersistentTree

NAME = re.compile(r"[-_'\w]{1,32}")  # Discord's rule for names of commands and options; \w holds all letters
CHAT_INPUT = 1
MOST = 8_000  # characters of a command with all its translations


async def payload() -> list[dict[str, Any]]:
    """The commands as they are sent to Discord."""
    tree = PersistentTree(discord.AutoShardedClient(intents=discord.Intents.none()))  # type: ignore[arg-type] # any client
    commands.add_to(tree)
    await tree.set_translator(CommandTranslator())
    sent = await tree.payload()
    assert len(sent) == len(tree.get_commands()) > 0
    return sent


def parts(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A command, its options and their choices."""
    yield entry
    for key in ("options", "choices"):
        for inner in entry.get(key) or ():
            yield from parts(inner)


LANGUAGES = sorted(translations())


def test_chinese_is_there() -> None:
    assert "zh-CN" in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_name_description_and_choice_is_translated(language: str) -> None:
    missing = [
        part[key]
        for command in await payload()
        for part in parts(command)
        for key in ("name", "description")
        if part.get(key) and language not in (part.get(f"{key}_localizations") or {})
    ]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_translation_obeys_discords_rules(language: str) -> None:
    for command in await payload():
        slash = command["type"] == CHAT_INPUT
        for part in parts(command):
            name = part["name_localizations"][language]
            assert 1 <= len(name) <= 32 and name == name.strip()
            if slash and "value" not in part:
                assert NAME.fullmatch(name) and name == name.lower()
            if slash and "description" in part:
                assert 1 <= len(part["description_localizations"][language]) <= 100


@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_two_commands_and_no_two_options_of_one_have_the_same_name(language: str) -> None:
    listed = await payload()
    for group in [[c for c in listed if c["type"] == kind] for kind in {c["type"] for c in listed}]:
        names = [command["name_localizations"][language] for command in group]
        assert len(set(names)) == len(names)
    for command in listed:
        names = [option["name_localizations"][language] for option in command.get("options") or ()]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_translation_is_left_over(language: str) -> None:
    shown = {
        part[key]
        for command in await payload()
        for part in parts(command)
        for key in ("name", "description")
        if part.get(key)
    }
    tables = translations()[language]
    assert {text for table in tables.values() for text in table} <= shown


async def test_no_command_is_longer_than_discord_takes() -> None:
    for command in await payload():
        texts = [
            text
            for part in parts(command)
            for key in ("name", "description")
            for text in [part.get(key) or "", *(part.get(f"{key}_localizations") or {}).values()]
        ]
        values = [str(part["value"]) for part in parts(command) if "value" in part]
        assert sum(map(len, texts + values)) <= MOST


async def test_discord_takes_the_commands() -> None:
    class Bot(discord.AutoShardedClient):
        def __init__(self) -> None:
            super().__init__(intents=discord.Intents(guilds=True))
            self.tree = PersistentTree(self)  # type: ignore[arg-type] # the tree needs only a client
            commands.add_to(self.tree)

        async def setup_hook(self) -> None:
            await self.tree.set_translator(CommandTranslator())
            self.sent = await self.tree.sync()

    bot = Bot()
    async with simcord.run(bot, shard_count=1):
        assert len(bot.sent) == len(bot.tree.get_commands()) > 0
