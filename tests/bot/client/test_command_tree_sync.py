from __future__ import annotations

import logging
from typing import Any
from unittest.mock import Mock

import aiohttp
import discord
import pytest
import simcord
from discord import app_commands

from bot.client.command_names import CommandTranslator
from bot.client.command_tree import PersistentTree
from bot.client.languages import Languages
from bot.client.parts import Parts
from bot.errors import Sorry
from bot.storage.guilds import DEFAULTS


class Notes:
    """What survives a restart."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def value(self, name: str) -> str | None:
        return self.kept.get(name)

    def keep(self, name: str, value: str) -> None:
        self.kept[name] = value


class Bot(discord.AutoShardedClient):
    """A bot with one command, which fails."""

    def __init__(self, notes: Notes, description: str = "How to ask, and what I keep") -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self.tree = PersistentTree(self)  # type: ignore[arg-type] # the tree needs only a client
        # what the tree needs besides, to say what went wrong
        self.parts = Mock(spec=Parts, languages=Languages(lambda _: DEFAULTS))
        self.notes = notes
        self.sent: bool | None = None

        @self.tree.command(name="help", description=description)
        async def help_(interaction: discord.Interaction) -> None:
            raise Sorry("Not today.")

    async def setup_hook(self) -> None:
        await self.tree.set_translator(CommandTranslator())
        self.sent = await self.tree.sync_changed(self.notes)


async def test_the_commands_are_sent_once_and_again_only_when_they_change() -> None:
    notes = Notes()
    first, same, changed = Bot(notes), Bot(notes), Bot(notes, "Something else")
    async with simcord.run(first, shard_count=1) as env:
        await env.restart_bot(same)
        await env.restart_bot(changed)
    assert [first.sent, same.sent, changed.sent] == [True, False, True]


async def test_another_application_gets_the_commands_although_they_are_the_same() -> None:
    notes = Notes()
    async with simcord.run(Bot(notes), shard_count=1):
        (kept,) = notes.kept.values()
    notes.kept = dict.fromkeys(notes.kept, "9" + kept)
    again = Bot(notes)
    async with simcord.run(again, shard_count=1):
        assert again.sent


async def test_other_translations_are_a_change() -> None:
    notes = Notes()

    class Silent(Bot):
        async def setup_hook(self) -> None:
            self.sent = await self.tree.sync_changed(self.notes)

    silent, speaking = Silent(notes), Bot(notes)
    async with simcord.run(silent, shard_count=1) as env:
        await env.restart_bot(speaking)
    assert speaking.sent


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [(429, 30034, "no more changes of commands today"), (403, 50001, "stay as they were"), (500, 0, "stay as they")],
)
async def test_commands_that_cannot_be_sent_do_not_stop_the_bot_and_are_sent_next_time(
    status: int, code: int, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    notes = Notes()
    bot = Bot(notes)

    async def refuse() -> Any:
        class Response:
            reason = "-"

        Response.status = status  # type: ignore[attr-defined] # as much as discord.py looks at
        raise discord.HTTPException(Response(), {"code": code, "message": "no"})  # type: ignore[arg-type]

    bot.tree.sync = refuse  # type: ignore[method-assign,assignment] # Discord refuses
    caplog.set_level(logging.INFO)
    async with simcord.run(bot, shard_count=1) as env:
        assert bot.is_ready()
        assert told in caplog.text
        assert bot.sent is False
        again = Bot(notes)
        await env.restart_bot(again)
        assert again.sent


async def test_however_much_discord_does_not_like_of_the_commands_is_told_in_one_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    faults = {str(n): {"name": {"_errors": [{"code": "BAD", "message": f"not this {n}"}]}} for n in range(9)}
    bot = Bot(Notes())

    async def refuse() -> Any:
        response = Mock(spec=aiohttp.ClientResponse, status=400, reason="Bad Request")
        refused = discord.HTTPException(response, {"code": 50035, "message": "Invalid Form Body", "errors": faults})
        raise app_commands.CommandSyncFailure(refused, [])

    bot.tree.sync = refuse  # type: ignore[method-assign,assignment] # Discord refuses
    caplog.set_level(logging.INFO, "bot")
    async with simcord.run(bot, shard_count=1):
        assert bot.sent is False
    (line,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert line.startswith("The commands could not be sent to Discord: ")
    assert "\n" not in line
    assert len(line) < 300


async def test_commands_work_in_servers_direct_messages_and_where_people_bring_the_bot_along() -> None:
    (command,) = await Bot(Notes()).tree.payload()
    assert command["contexts"] == [0, 1, 2]
    assert command["integration_types"] == [0, 1]


async def test_the_payload_holds_the_translations() -> None:
    bot = Bot(Notes())
    await bot.tree.set_translator(CommandTranslator())
    (command,) = await bot.tree.payload()
    assert command["name_localizations"] == {"zh-CN": "帮助"}
    assert "zh-CN" in command["description_localizations"]


async def test_the_order_in_which_commands_are_added_changes_nothing() -> None:
    def tree(*names: str) -> PersistentTree:
        made = PersistentTree(discord.AutoShardedClient(intents=discord.Intents.none()))  # type: ignore[arg-type] # any client
        for name in names:

            async def work(interaction: discord.Interaction) -> None: ...

            made.add_command(app_commands.Command(name=name, description="-", callback=work))
        return made

    assert await tree("a", "b").payload() == await tree("b", "a").payload()


async def test_what_a_command_raises_is_told_to_who_used_it() -> None:
    async with simcord.run(Bot(Notes()), shard_count=1, check_errors=False) as env:
        guild = env.create_guild()
        shown = await guild.add_member(env.create_user("ada")).slash(guild.create_text_channel("news"), "help")
        assert shown.response is not None
        assert (shown.response.content, shown.response.ephemeral) == ("Not today.", True)
