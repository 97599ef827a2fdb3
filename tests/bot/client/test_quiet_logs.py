"""A whole day of the bot at the most talkative level: no line holds a token, or what anybody wrote or was told."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any, Literal

import discord
import pytest

from bot.operations import logs

# looks like a token, and was never one
TOKEN = "MTQ1NjA3NDQ0Mzk4MDgwMDAwMQ.GaBcDe.ThisIsNoTokenButItLooksMuchLikeOne0"  # noqa: S105 - see above
WRITTEN = (
    "What did Ada Park say about cables?",
    "What else did she say?",
    "What did Ben Ito say about ferries?",
    "Who said that zebras paint marmalade?",
    "Did Ada Park deny the costs?",
    "my private words",
)
TOLD = (
    "Every cable was tested twice",
    "The harbour needs more ferries",
    "the work had cost too much",
    "city's engineer",
)


@pytest.fixture(params=["readable", "json"])
def style(request: pytest.FixtureRequest) -> Literal["readable", "json"]:
    one: Literal["readable", "json"] = request.param
    return one


@pytest.fixture
def log(style: Literal["readable", "json"]) -> Iterator[io.StringIO]:
    """What is logged with every logger as talkative as it can be."""
    stream = io.StringIO()
    root = logging.getLogger()
    loggers = [root, *map(logging.getLogger, ("bot", "discord", "asyncio", "aiohttp", *root.manager.loggerDict))]
    before = [(logger, logger.level) for logger in loggers]
    logs.setup(style, logging.DEBUG, TOKEN, stream)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield stream
    logs.setup(style, stream=io.StringIO())
    for logger, level in before:
        logger.setLevel(level)


async def day(world: Any) -> None:
    """Mention, follow-up, edit, deletion, direct message, command, vote, refusals, and an error that repeats it all."""
    cables, more, ferries, zebras, costs, private = WRITTEN
    ann, general, library = world.ann, world.general, world.library
    asked = await ann.send(general, f"{world.mention} {cables}")
    shown = world.said[-1]
    await ann.send(general, more, reply_to=shown)
    await ann.edit(asked, f"{world.mention} {ferries}")
    await ann.send(general, f"{world.mention} {zebras}")
    await ann.send_dm(costs)
    answered = await ann.slash(general, "ask", question=ferries)
    for row in answered.response.components:
        for button in row["components"]:
            if button.get("emoji"):  # 👍 and 👎
                await ann.click(answered.response, custom_id=button["custom_id"])
    await ann.delete(asked)
    library.error = RuntimeError(f"{TOKEN} broke at {private}, said {TOLD[0]}")
    await ann.send(general, f"{world.mention} {private}")
    await ann.send_dm(private)
    library.error = None
    silent = world.server.create_text_channel(
        "silent", overwrites={world.bot.user: discord.PermissionOverwrite(send_messages=False)}
    )
    await ann.send(silent, f"{world.mention} {private}")
    world.env.inject_error("POST", f"/channels/{general.id}/messages", status=500, message=f"{private} {TOKEN}")
    await ann.send(general, f"{world.mention} {cables}")
    world.env.inject_error("DELETE", "/channels/*/messages/*", status=500, message=private)
    await ann.delete(await ann.send(general, f"{world.mention} {cables}"))


def others() -> None:
    """What libraries log when they are talkative."""
    logging.getLogger("discord.gateway").debug("For Shard ID None: %s", {"token": TOKEN, "content": WRITTEN[5]})
    logging.getLogger("discord.http").warning("Authorization: Bot %s", TOKEN)
    logging.getLogger("aiohttp.client").warning("https://discord.com/api/v10/webhooks/1/%s", TOKEN)


async def test_a_day_of_the_bot_leaves_neither_the_token_nor_anybodys_words_in_the_log(
    harbour: Any,
    style: str,
    log: io.StringIO,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    harbour.bot.http.token = TOKEN
    others()
    await day(harbour)
    assert [vote.vote for vote in harbour.records.votes()] == ["down"]
    await harbour.restart()
    failed = [error for error in harbour.env._errors if isinstance(error, discord.HTTPException)]
    assert len(failed) == 1  # the deletion that Discord refused, which nobody could be told of
    harbour.env._errors.clear()
    printed = capfd.readouterr()
    text = log.getvalue()
    lines = text.splitlines()
    assert len(lines) > 5
    assert sum("Something unexpected" in line for line in lines) >= 3  # the errors are there, and where they were
    assert "RuntimeError" in text
    if style == "json":
        assert all(json.loads(line)["level"] for line in lines)
    assert TOKEN in caplog.text  # whoever logs them as they come does tell
    assert WRITTEN[5] in caplog.text
    for secret in (TOKEN, TOKEN.rpartition(".")[2], *WRITTEN, *TOLD):
        assert secret not in text
        assert secret not in printed.err
        assert secret not in printed.out
