from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Literal

import discord
import pytest
import simcord
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.operations import logs
from bot.operations.credentials import application_id

# in parts, so that nobody takes it for a real one
TOKEN = ".".join(["MTIzNDU2Nzg5MDEyMzQ1Njc4", "GabcDE", "0123456789_abcdefghijklmnopqrstuvw"])
SAID = "the harbourmaster's secret pancakes"

Start = Callable[..., io.StringIO]


@pytest.fixture
def log() -> Iterator[Start]:
    """Set logging up as a running bot does; every logger is as it was afterwards."""
    root = logging.getLogger()
    known = [
        root,
        *(
            logging.getLogger(name)
            for name in [*logs.OWN, "discord", "discord.http", "discord.shard", "discord.gateway", "aiohttp", "asyncio"]
        ),
    ]
    before = [(logger, logger.level) for logger in known]

    def start(style: Literal["readable", "json"] = "readable", level: int = logging.INFO) -> io.StringIO:
        stream = io.StringIO()
        logs.setup(style, level, TOKEN, stream)
        return stream

    yield start
    for logger, level in before:
        logger.setLevel(level)
    for handler in root.handlers:
        if isinstance(handler, logging.StreamHandler) and type(handler).__module__ == logs.__name__:
            root.removeHandler(handler)


def test_a_line_tells_when_how_grave_and_who(log: Start) -> None:
    stream = log()
    logging.getLogger("bot.here").warning("Two of %d", 3)
    (line,) = stream.getvalue().splitlines()
    assert line[:4].isdigit()
    assert line.endswith("WARNING bot.here: Two of 3")


@pytest.mark.parametrize(("level", "lines"), [(logging.INFO, 1), (logging.DEBUG, 12)])
def test_discords_tries_to_connect_are_shown_with_their_traces_at_debug_level_alone(
    log: Start, level: int, lines: int
) -> None:
    stream = log("json", level)
    for _ in range(5):
        try:
            raise ConnectionRefusedError(111, "Connection refused")
        except ConnectionRefusedError as error:
            logging.getLogger("discord.shard").error("Attempting a reconnect for shard ID 0", exc_info=error)
        logging.getLogger("discord.gateway").info("Shard ID 0 has connected")
    logging.getLogger("discord.http").warning("We are being rate limited")
    logging.getLogger("bot").debug("Only then")
    assert len(stream.getvalue().splitlines()) == lines


def test_json_is_an_object_a_line(log: Start) -> None:
    stream = log("json")
    logging.getLogger("bot.here").info("“Zwei” of %d", 3, extra={"id": "AB2CD"})
    fields = json.loads(stream.getvalue())
    assert fields.pop("timestamp")
    assert fields == {"level": "INFO", "logger": "bot.here", "message": "“Zwei” of 3", "id": "AB2CD"}


def test_a_second_setup_takes_the_place_of_the_first(log: Start) -> None:
    first, second = log(), log()
    logging.getLogger("bot").info("once")
    assert first.getvalue() == ""
    assert second.getvalue().count("once") == 1


@pytest.mark.parametrize("style", ["readable", "json"])
@pytest.mark.parametrize("name", ["discord.http", "discord.gateway", "aiohttp.client", "asyncio", "elsewhere"])
def test_libraries_do_not_debug_whatever_their_level(log: Start, style: Literal["readable", "json"], name: str) -> None:
    stream = log(style, logging.DEBUG)
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.DEBUG)
    logger.debug("POST with %s", SAID)
    logger.warning("shown")
    logger.setLevel(before)
    assert SAID not in stream.getvalue()
    assert "shown" in stream.getvalue()


def test_our_own_debugging_is_shown_only_when_asked_for(log: Start) -> None:
    stream = log(level=logging.INFO)
    logging.getLogger("bot.x").debug("quiet")
    assert stream.getvalue() == ""
    stream = log(level=logging.DEBUG)
    logging.getLogger("bot.x").debug("loud")
    assert "loud" in stream.getvalue()


@pytest.mark.parametrize("style", ["readable", "json"])
def test_the_token_is_taken_out_however_it_gets_in(log: Start, style: Literal["readable", "json"]) -> None:
    stream = log(style)
    here = logging.getLogger("elsewhere")
    first, rest = TOKEN.split(".", 1)
    here.warning("login with %s", TOKEN)
    here.warning("login with %s.%s", first, rest)
    here.warning({"token": TOKEN} if style == "json" else TOKEN)
    here.warning("more", extra={"header": f"Bot {TOKEN}"})
    try:
        raise PermissionError(13, "no", TOKEN)
    except PermissionError:
        here.exception("failed")
    text = stream.getvalue()
    assert TOKEN not in text
    assert text.count("[token]") >= 4


def test_somebody_elses_token_and_those_of_interactions_are_taken_out(log: Start) -> None:
    stream = log()
    other = ".".join(["OTg3NjU0MzIxMDk4NzY1NDMy", "XyzXyz", "zyxwvutsrqponmlkjihgfedcba98765"])
    logging.getLogger("discord.http").warning("429 at https://discord.com/api/webhooks/123/aW50ZXJhY3Rpb24 %s", other)
    assert other not in stream.getvalue()
    assert "aW50ZXJhY3Rpb24" not in stream.getvalue()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # each example sets up its own stream
@given(st.from_regex(r"[A-Za-z0-9_-]{24,28}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}", fullmatch=True))
def test_all_that_looks_like_a_token_is_taken_out(log: Start, token: str) -> None:
    stream = log()
    logging.getLogger("elsewhere").error("<%s>", token)
    assert "<[token]>" in stream.getvalue()


@pytest.mark.parametrize("style", ["readable", "json"])
def test_an_exception_tells_where_it_happened_but_not_what_somebody_wrote(
    log: Start, style: Literal["readable", "json"]
) -> None:
    stream = log(style)

    def answer() -> None:
        try:
            raise KeyError(SAID)
        except KeyError as error:
            raise ValueError(f"cannot read {error}") from error

    try:
        answer()
    except ValueError:
        logging.getLogger("bot.client").exception("Ignoring exception in %s", "on_message")
    text = stream.getvalue()
    assert SAID not in text
    for part in ("KeyError", "ValueError", "test_logs.py", "in answer", "on_message"):
        assert part in text


def test_every_exception_of_a_group_is_told(log: Start) -> None:
    stream = log()
    group = ExceptionGroup(SAID, [ValueError(SAID), OSError(28, "No space left", "/data")])
    logging.getLogger("bot").error("failed", exc_info=group)
    assert SAID not in stream.getvalue()
    assert "ValueError" in stream.getvalue()
    assert "No space left /data" in stream.getvalue()


def test_exceptions_that_lead_to_each_other_in_a_circle_are_told_once() -> None:
    one, two = ValueError("one"), KeyError("two")
    one.__context__, two.__context__ = two, one
    assert logs.trace(one).count("ValueError") == 1


def test_what_another_handler_made_of_an_exception_is_not_used(log: Start) -> None:
    stream = log()
    try:
        raise ValueError(SAID)
    except ValueError as error:
        record = logging.LogRecord("bot", logging.ERROR, "x.py", 1, "failed", (), (ValueError, error, None))
    logging.Formatter().format(record)
    logging.getLogger().handle(record)
    assert "ValueError" in stream.getvalue()
    assert SAID not in stream.getvalue()


def test_asyncio_does_not_tell_what_a_lost_task_or_callback_held(log: Start) -> None:
    stream = log()

    async def lost() -> None:
        raise ValueError(SAID)

    def callback(text: str) -> None:
        raise KeyError(text)

    async def main() -> None:
        task = asyncio.create_task(lost(), name="a question")
        asyncio.get_running_loop().call_soon(callback, SAID)
        await asyncio.sleep(0.01)
        del task
        gc.collect()

    asyncio.run(main())
    text = stream.getvalue()
    assert "Task exception was never retrieved" in text
    assert "Exception in callback" in text
    assert SAID not in text


def test_the_id_in_a_token_is_read() -> None:
    assert application_id(TOKEN) == 123456789012345678


class Telling(discord.AutoShardedClient):
    """A bot that puts what people write into everything that goes wrong."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True))
        self.tree = discord.app_commands.CommandTree(self)

        @self.tree.command(name="ask", description="-")
        async def ask(interaction: discord.Interaction, question: str) -> None:
            raise ValueError(question)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        if not message.author.bot:
            await message.reply(f"You asked: {message.content}")
            raise KeyError(message.content)


@pytest.mark.parametrize("style", ["readable", "json"])
async def test_no_line_at_any_level_holds_a_token_or_what_somebody_wrote(
    log: Start, style: Literal["readable", "json"]
) -> None:
    stream = log(style, logging.DEBUG)
    loggers = [found for found in logging.root.manager.loggerDict.values() if isinstance(found, logging.Logger)]
    levels = {logger: logger.level for logger in [logging.root, *loggers]}
    for logger in levels:
        logger.setLevel(logging.DEBUG)
    try:
        bot = Telling()
        async with simcord.run(bot, shard_count=1, check_errors=False) as env:
            bot.http.token = TOKEN
            guild = env.create_guild()
            ada = guild.add_member(env.create_user("ada"))
            channel = guild.create_text_channel("news")
            assert bot.user is not None
            await ada.send(channel, f"{bot.user.mention} {SAID}")
            await ada.send_dm(SAID)
            await ada.slash(channel, "ask", question=SAID)
            logging.getLogger("discord.gateway").debug("sent %s", TOKEN)
    finally:
        for logger, level in levels.items():
            logger.setLevel(level)
    lines = stream.getvalue()
    assert "KeyError" in lines
    assert "ValueError" in lines
    assert SAID not in lines
    assert TOKEN not in lines
