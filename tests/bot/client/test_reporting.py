from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
import pytest
import simcord
from discord import app_commands

from bot.client.permissions import missing_permissions
from bot.client.reporting import sentence_for, tell, tell_message
from bot.errors import Refused, Sorry
from bot.operations import logs
from index.library import LibraryError
from index.network import ModelError
from index.store.protocol import StoreError

SAID = "the harbourmaster's secret pancakes"
ID = r"[2-9A-HJ-NP-Z]{5}"


class Response:
    """As much of a response as discord.py's errors look at."""

    def __init__(self, status: int) -> None:
        self.status, self.reason = status, "-"


def http(kind: type[discord.HTTPException], status: int, code: int) -> discord.HTTPException:
    return kind(Response(status), {"code": code, "message": SAID})  # type: ignore[arg-type] # all that is looked at


def in_command(error: Exception) -> app_commands.CommandInvokeError:
    @app_commands.command(name="ask", description="-")
    async def ask(interaction: discord.Interaction) -> None: ...

    return app_commands.CommandInvokeError(ask, error)


# --- sentences


def test_what_was_to_be_expected_is_told_as_it_is_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert sentence_for(Sorry("Ask again in a minute.")) == ("Ask again in a minute.", None)
    assert sentence_for(in_command(Sorry("Ask again."))) == ("Ask again.", None)
    assert caplog.records == []


def test_something_unexpected_gets_an_id_that_is_in_the_log_and_tells_nothing_of_itself(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sentence, short = sentence_for(in_command(ValueError(SAID)))
    assert sentence is not None and short is not None
    assert re.fullmatch(ID, short)
    assert f"(id {short})" in sentence
    assert "Value" not in sentence and SAID not in sentence
    (record,) = caplog.records
    assert short in record.getMessage()
    assert record.exc_info and isinstance(record.exc_info[1], ValueError)


def test_two_errors_have_two_ids() -> None:
    assert sentence_for(ValueError())[1] != sentence_for(ValueError())[1]


@pytest.mark.parametrize("error", [StoreError, ModelError, Refused])
def test_what_only_the_operator_can_mend_is_told_to_the_operator(
    error: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    sentence, short = sentence_for(error("The disk of /home/ada is full: free some space."))
    assert sentence is not None and short is not None
    assert "/home" not in sentence and short in sentence
    assert "The disk of /home/ada is full" in caplog.text and short in caplog.text


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (LibraryError("There is no such article."), "no such article"),
        (http(discord.Forbidden, 403, 50001), "View Channel"),
        (http(discord.Forbidden, 403, 50013), "lack a permission"),
        (http(discord.Forbidden, 403, 50007), "privacy settings"),
        (http(discord.Forbidden, 403, 1), "does not let me"),
        (http(discord.HTTPException, 400, 160002), "Read Message History"),
        (http(discord.Forbidden, 403, 200000), "AutoMod"),
        (http(discord.DiscordServerError, 503, 0), "Try again"),
        (discord.RateLimited(99), "Try again"),
        (aiohttp.ServerDisconnectedError(), "Try again"),
        (app_commands.CommandNotFound("ask", []), "has changed"),
    ],
)
def test_what_may_happen_to_anybody_gets_its_own_sentence_without_an_id(
    error: Exception, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    sentence, short = sentence_for(error)
    assert sentence is not None
    assert told in sentence
    assert short is None
    assert SAID not in sentence + caplog.text
    assert sentence.endswith(".")


def test_discords_own_text_of_an_error_is_left_out_of_the_log() -> None:
    error = discord.HTTPException(Response(400), {"code": 50035, "message": SAID})  # type: ignore[arg-type] # as much as it looks at
    assert logs.named(error) == "discord.errors.HTTPException: status 400, code 50035"


@pytest.mark.parametrize("code", [10062, 10008, 10003])
def test_nobody_is_told_when_nobody_is_left(code: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert sentence_for(http(discord.NotFound, 404, code)) == (None, None)
    assert [record.levelname for record in caplog.records] == ["INFO"]


# --- telling who used a command

Work = Callable[[discord.Interaction[Any]], Awaitable[None]]


class Tree(app_commands.CommandTree[discord.Client]):
    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        await tell(interaction, error)


class Bot(discord.Client):
    """A bot whose /work, messages and buttons do as the test says."""

    def __init__(self, work: Work | None = None, answer: Callable[[discord.Message], Awaitable[None]] | None = None):
        super().__init__(intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True))
        self.tree = Tree(self)
        self._answer = answer

        @self.tree.command(name="work", description="-")
        async def command(interaction: discord.Interaction) -> None:
            if work is not None:
                await work(interaction)

        @command.error
        async def ignored(interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
            """Leave it to the tree."""

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        if self._answer is not None and not message.author.bot:
            try:
                await self._answer(message)
            except Exception as error:
                await tell_message(message, error)


async def fail(interaction: discord.Interaction[Any]) -> None:
    raise Sorry("Not today.")


async def fail_after_deferring(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.defer(ephemeral=True)
    raise Sorry("Not today.")


async def fail_after_answering(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.send_message("Here it is.")
    raise Sorry("Not today.")


@pytest.mark.parametrize("work", [fail, fail_after_deferring])
async def test_a_command_that_fails_tells_only_who_used_it(work: Work) -> None:
    async with simcord.run(Bot(work), check_errors=False) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("news")
        result = await guild.add_member(env.create_user("ada")).slash(channel, "work")
        assert result.response is not None
        assert result.response.content == "Not today."
        assert result.response.ephemeral


async def test_a_command_that_fails_after_its_answer_adds_a_private_line() -> None:
    async with simcord.run(Bot(fail_after_answering), check_errors=False) as env:
        guild = env.create_guild()
        result = await guild.add_member(env.create_user("ada")).slash(guild.create_text_channel("news"), "work")
        (added,) = result.followups
        assert (added.content, added.ephemeral) == ("Not today.", True)


async def test_a_command_names_the_permission_that_is_missing_in_the_channel() -> None:
    async def refused(interaction: discord.Interaction[Any]) -> None:
        raise http(discord.Forbidden, 403, 50013)

    bot = Bot(refused)
    async with simcord.run(bot, check_errors=False) as env:
        guild = env.create_guild()
        muted = discord.PermissionOverwrite(send_messages=False)
        assert bot.user is not None
        channel = guild.create_text_channel("news", overwrites={bot.user: muted})
        result = await guild.add_member(env.create_user("ada")).slash(channel, "work")
        assert result.response is not None
        assert "I lack the permission Send Messages here." in result.response.content


async def test_telling_never_raises_although_the_interaction_is_gone(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    done: list[str] = []

    async def work(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message("here")
        interaction.token = "gone"  # noqa: S105 - what a restart of Discord would make of it
        await tell(interaction, Sorry("Not today."))
        done.append("told")

    async with simcord.run(Bot(work), check_errors=False) as env:
        guild = env.create_guild()
        await guild.add_member(env.create_user("ada")).slash(guild.create_text_channel("news"), "work")
    assert done == ["told"]
    assert "Could not say what went wrong" in caplog.text


# --- telling who wrote a message


async def refuse(message: discord.Message) -> None:
    raise Sorry("Not today.")


def muted(**denied: bool) -> discord.PermissionOverwrite:
    return discord.PermissionOverwrite(**dict.fromkeys(denied, False))


async def test_a_message_that_fails_is_answered_with_the_sentence() -> None:
    async with simcord.run(Bot(answer=refuse)) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("news")
        asked = await guild.add_member(env.create_user("ada")).send(channel, "who?")
        assert channel.last_message is not None
        assert channel.last_message.content == "Not today."
        assert channel.last_message.reference is not None
        assert channel.last_message.reference.message_id == asked.id


async def test_a_direct_message_that_fails_is_answered_there() -> None:
    async with simcord.run(Bot(answer=refuse)) as env:
        ada = env.create_user("ada")
        await ada.send_dm("who?")
        assert ada.dm_channel.last_message is not None
        assert ada.dm_channel.last_message.content == "Not today."


@pytest.mark.parametrize(
    ("denied", "named"),
    [
        ({"send_messages": True}, "the permission Send Messages there"),
        (
            {"send_messages": True, "read_message_history": True},
            "the permissions Send Messages and Read Message History there",
        ),
    ],
)
async def test_where_the_bot_may_not_write_it_tells_the_asker_directly_what_is_missing(
    denied: dict[str, bool], named: str
) -> None:
    bot = Bot(answer=refuse)
    async with simcord.run(bot) as env:
        guild = env.create_guild()
        assert bot.user is not None
        channel = guild.create_text_channel("news", overwrites={bot.user: muted(**denied)})
        ada = env.create_user("ada")
        await guild.add_member(ada).send(channel, "who?")
        assert channel.last_message is not None
        assert channel.last_message.content == "who?"
        told = ada.dm_channel.last_message
        assert told is not None
        assert f"<#{channel.id}>" in told.content
        assert named in told.content


async def test_a_permission_that_was_taken_away_while_answering_is_told_directly() -> None:
    async def answer(message: discord.Message) -> None:
        raise http(discord.Forbidden, 403, 50013)

    async with simcord.run(Bot(answer=answer)) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("news")
        ada = env.create_user("ada")
        await guild.add_member(ada).send(channel, "who?")
        assert ada.dm_channel.last_message is not None
        assert f"I cannot answer in <#{channel.id}>" in ada.dm_channel.last_message.content


async def test_a_question_that_is_gone_meanwhile_is_not_answered_elsewhere() -> None:
    async def answer(message: discord.Message) -> None:
        await message.channel.get_partial_message(message.id).delete()  # type: ignore[union-attr] # a text channel
        raise Sorry("Not today.")

    async with simcord.run(Bot(answer=answer)) as env:
        guild = env.create_guild()
        ada = env.create_user("ada")
        await guild.add_member(ada).send(guild.create_text_channel("news"), "who?")
        assert ada.dm_channel.last_message is None


# --- permissions


async def test_what_an_answer_needs_is_named_as_discord_names_it() -> None:
    bot = Bot()
    async with simcord.run(bot) as env:
        guild = env.create_guild()
        assert bot.user is not None
        nothing = muted(view_channel=True, send_messages=True, read_message_history=True)
        handle = guild.create_text_channel("hidden", overwrites={bot.user: nothing})
        channel = bot.get_channel(handle.id)
        me = bot.get_guild(guild.id).me  # type: ignore[union-attr] # it was made above
        assert "View Channel" in missing_permissions(channel, me)
        assert missing_permissions(bot.get_channel(guild.create_text_channel("open").id), me) == []
        assert missing_permissions(object(), me) == []


async def test_threads_need_their_own_permission() -> None:
    bot = Bot()
    async with simcord.run(bot) as env:
        guild = env.create_guild()
        assert bot.user is not None
        handle = guild.create_text_channel("news", overwrites={bot.user: muted(send_messages_in_threads=True)})
        channel = bot.get_channel(handle.id)
        assert isinstance(channel, discord.TextChannel)
        thread = await channel.create_thread(name="more", type=discord.ChannelType.public_thread)
        assert missing_permissions(thread, channel.guild.me) == ["Send Messages in Threads"]
