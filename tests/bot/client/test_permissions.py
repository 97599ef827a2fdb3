"""What the bot says, and where, in channels that do not let it do everything."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

import discord
import pytest
import simcord

from bot.operations import logs

CABLES = "What did Ada Park say about cables?"
TWICE = "“Every cable was tested twice”"


def closed(world: Any, **denied: bool) -> simcord.ChannelHandle:
    """A channel where the bot lacks these permissions."""
    overwrites = {world.bot.user: discord.PermissionOverwrite(**denied)}
    channel: simcord.ChannelHandle = world.server.create_text_channel("closed", overwrites=overwrites)
    return channel


def told(world: Any, who: Any) -> list[str]:
    """What the bot wrote to somebody directly."""
    return [message.content for message in world.said_in(who.user.dm_channel)]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the bot logs."""
    stream = io.StringIO()
    loggers = [logging.getLogger(name) for name in (None, "discord", *logs.OWN)]
    before = [(logger, logger.level) for logger in loggers]
    logs.setup("readable", stream=stream)
    yield stream
    logs.setup("readable", stream=io.StringIO())
    for logger, level in before:
        logger.setLevel(level)


async def test_where_it_may_not_write_the_asker_is_told_directly_which_permission_is_missing_where(
    harbour: Any,
) -> None:
    channel = closed(harbour, send_messages=False)
    await harbour.ann.send(channel, f"{harbour.mention} {CABLES}")
    (sentence,) = told(harbour, harbour.ann)
    assert "Send Messages" in sentence
    assert channel.mention in sentence
    assert "Read Message History" not in sentence
    assert harbour.library.asked == []  # nothing is looked up that cannot be shown


async def test_in_a_thread_it_names_the_permission_for_threads(harbour: Any) -> None:
    channel = closed(harbour, send_messages_in_threads=False)
    kept = harbour.env.backend.create_thread(channel.id, "Bridges", harbour.ann.id)
    thread = simcord.ChannelHandle(harbour.env, harbour.server, kept)
    await harbour.ann.send(thread, f"{harbour.mention} {CABLES}")
    (sentence,) = told(harbour, harbour.ann)
    assert "Send Messages in Threads" in sentence
    assert thread.mention in sentence
    asked = await harbour.ann.send(channel, f"{harbour.mention} {CABLES}")
    assert len(harbour.answers(asked)) == 1  # beside its threads, the channel is open


async def test_without_the_history_it_answers_but_not_as_a_reply(harbour: Any) -> None:
    channel = closed(harbour, read_message_history=False)
    await harbour.ann.send(channel, f"{harbour.mention} {CABLES}")
    (answer,) = harbour.said_in(channel)
    assert TWICE in answer.content
    assert answer.reference is None
    assert told(harbour, harbour.ann) == []


async def test_without_the_history_trouble_is_told_in_the_channel_as_well(harbour: Any) -> None:
    channel = closed(harbour, read_message_history=False)
    harbour.library.error = RuntimeError("out of order")
    await harbour.ann.send(channel, f"{harbour.mention} {CABLES}")
    (sentence,) = harbour.said_in(channel)
    assert "Something went wrong" in sentence.content
    assert told(harbour, harbour.ann) == []


async def test_without_the_history_an_answer_still_follows_its_question(harbour: Any) -> None:
    channel = closed(harbour, read_message_history=False)
    asked = await harbour.ann.send(channel, f"{harbour.mention} {CABLES}")
    await harbour.ann.edit(asked, f"{harbour.mention} What did Ben Ito say about ferries?")
    (answer,) = harbour.said_in(channel)
    assert "more ferries" in answer.content
    await harbour.ann.delete(asked)
    assert harbour.said_in(channel) == []


async def test_where_it_may_do_nothing_all_that_is_missing_is_told_at_once(harbour: Any) -> None:
    channel = closed(harbour, view_channel=False, send_messages=False, read_message_history=False)
    await harbour.ann.send(channel, f"{harbour.mention} {CABLES}")
    (sentence,) = told(harbour, harbour.ann)
    assert "View Channel, Send Messages and Read Message History" in sentence


async def test_a_command_is_answered_even_where_the_bot_may_not_look(harbour: Any) -> None:
    channel = closed(harbour, view_channel=False, send_messages=False)
    result = await harbour.ann.slash(channel, "ask", question=CABLES)
    assert TWICE in result.response.content


async def test_an_asker_who_takes_no_direct_messages_gets_nothing_and_the_log_a_line(
    harbour: Any, log: io.StringIO
) -> None:
    channel = closed(harbour, send_messages=False)
    direct = harbour.ann.user.dm_channel
    harbour.env.inject_error("POST", f"/channels/{direct.id}/messages", status=403, code=50007)
    await harbour.ann.send(channel, f"{harbour.mention} {CABLES}")
    assert told(harbour, harbour.ann) == []
    assert "Could not say what went wrong: discord.errors.Forbidden: status 403, code 50007" in log.getvalue()
    asked = await harbour.ann.send(harbour.general, f"{harbour.mention} {CABLES}")
    assert len(harbour.answers(asked)) == 1


async def test_a_channel_that_is_closed_while_the_answer_is_made_is_told_of_directly(harbour: Any) -> None:
    harbour.library.gate.clear()
    harbour.post(harbour.ann, harbour.general, f"{harbour.mention} {CABLES}")
    await harbour.until(lambda: harbour.library.asked)
    overwrite = simcord.backend.models.Overwrite(
        target_id=harbour.bot.user.id,
        type=simcord.enums.OverwriteType.MEMBER,
        allow=0,
        deny=discord.Permissions(send_messages=True).value,
    )
    harbour.env.backend.set_overwrite(harbour.general.id, overwrite)
    harbour.library.gate.set()
    await harbour.env.settle()
    (sentence,) = told(harbour, harbour.ann)
    assert "Send Messages" in sentence


async def test_when_discord_takes_no_answer_the_asker_is_told_with_an_id_that_is_in_the_log(
    harbour: Any, log: io.StringIO
) -> None:
    harbour.env.inject_error("POST", f"/channels/{harbour.general.id}/messages", status=500)
    asked = await harbour.ann.send(harbour.general, f"{harbour.mention} {CABLES}")
    (sentence,) = harbour.answers(asked)
    assert sentence.content.startswith("Something went wrong on my side.")
    assert sentence.content.rpartition("(")[2].rstrip(").") in log.getvalue()


async def test_a_question_that_is_deleted_where_the_bot_was_shut_out_raises_nothing(harbour: Any) -> None:
    asked = await harbour.ann.send(harbour.general, f"{harbour.mention} {CABLES}")
    harbour.env.inject_error("DELETE", "/channels/*/messages/*", status=403, code=50001)
    await harbour.ann.delete(asked)
    assert len(harbour.said) == 1
    assert harbour.env.errors == []
