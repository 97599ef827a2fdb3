"""A connection that drops while an answer is sent: the answer comes, and never twice."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import discord
import pytest
from aiohttp import web
from discord.webhook.async_ import async_context

from bot.client import sending
from bot.client.sending import send_message

TOKEN = ".".join(["MTIzNDU2Nzg5MDEyMzQ1Njc4", "GabcDE", "0123456789_abcdefghijklmnopqrstuvw"])
CABLES = "What did Ada Park say about cables?"
TWICE = "“Every cable was tested twice”"
ME = {"id": "123456789012345678", "username": "wuzhen", "discriminator": "0", "avatar": None, "bot": True}
MESSAGE: dict[str, Any] = {
    "id": "5",
    "channel_id": "7",
    "author": ME,
    "type": 0,
    "timestamp": "2026-01-01T00:00:00+00:00",
}
MESSAGE |= {"tts": False, "mention_everyone": False, "pinned": False, "edited_timestamp": None}
MESSAGE |= {name: [] for name in ("mentions", "mention_roles", "attachments", "embeds")}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_AGAIN_AFTER", 0.0)


class Dropping:
    """A Discord that takes a message, and drops so many connections before or after it has."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.drops: list[str] = []

    async def post(self, request: web.Request) -> web.Response:
        sent = await request.json()
        drop = self.drops.pop(0) if self.drops else ""
        if drop != "before":
            self.kept.setdefault(sent["nonce"] if sent.get("enforce_nonce") else str(len(self.kept)), sent["content"])
        if drop:
            assert request.transport is not None
            request.transport.abort()
        answer = MESSAGE | {"content": sent["content"], "nonce": sent["nonce"]}
        return web.Response(body=json.dumps(answer).encode(), headers={"Content-Type": "application/json"})

    async def me(self, _request: web.Request) -> web.Response:
        return web.Response(body=json.dumps(ME).encode(), headers={"Content-Type": "application/json"})


@pytest.fixture
async def platform(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Dropping]:
    platform, application = Dropping(), web.Application()
    application.add_routes([web.post("/channels/7/messages", platform.post), web.get("/users/@me", platform.me)])
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{runner.addresses[0][1]}")
    yield platform
    await runner.cleanup()


@pytest.fixture
async def channel(platform: Dropping) -> AsyncIterator[discord.PartialMessageable]:
    """A channel of a real client, over a real socket."""
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client._async_setup_hook()
        await client.http.static_login(TOKEN)
        yield client.get_partial_messageable(7)


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_message_whose_connection_drops_is_sent_again_and_stands_there_once(
    platform: Dropping, channel: discord.PartialMessageable, drop: str
) -> None:
    platform.drops = [drop]
    sent = await send_message(channel, "An answer.")
    assert sent.content == "An answer."
    assert list(platform.kept.values()) == ["An answer."]
    await send_message(channel, "An answer.")  # another one, with the same words
    assert list(platform.kept.values()) == ["An answer."] * 2


async def test_a_message_whose_connection_drops_twice_is_given_up(
    platform: Dropping, channel: discord.PartialMessageable
) -> None:
    platform.drops = ["before", "before", "before"]
    with pytest.raises(aiohttp.ClientError):
        await send_message(channel, "An answer.")
    assert platform.drops == ["before"]


# ── whatever answers ──────────────────────────────────────────────────────


def dropping(send: Callable[..., Any], times: int, tries: list[Any]) -> Callable[..., Any]:
    """What sends, whose connection drops so often before it has; `tries` are what it was given."""

    async def drop(*given: Any, **more: Any) -> Any:
        tries.append((given, more))
        if len(tries) <= times:
            raise aiohttp.ServerDisconnectedError
        return await send(*given, **more)

    return drop


async def test_an_answer_to_a_mention_comes_although_the_connection_dropped(
    harbour: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    http, tries = harbour.bot.http, list[Any]()
    monkeypatch.setattr(http, "send_message", dropping(http.send_message, 1, tries))
    asked = await harbour.ann.send(harbour.general, f"{harbour.mention} {CABLES}")
    assert [TWICE in answer.content for answer in harbour.answers(asked)] == [True]
    first, second = (more["params"].payload for _, more in tries)
    assert first == second
    assert first["enforce_nonce"]


async def test_an_answer_that_cannot_be_sent_at_all_leaves_the_bot_well(
    harbour: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    http, tries = harbour.bot.http, list[Any]()
    with monkeypatch.context() as broken:
        broken.setattr(http, "send_message", dropping(http.send_message, 100, tries))
        asked = await harbour.ann.send(harbour.general, f"{harbour.mention} {CABLES}")
    assert harbour.answers(asked) == []
    assert len(tries) <= 5  # and then what went wrong could not be told either
    again = await harbour.ann.send(harbour.general, f"{harbour.mention} {CABLES}")
    assert [TWICE in answer.content for answer in harbour.answers(again)] == [True]


@pytest.mark.parametrize("step", ["create_interaction_response", "edit_original_interaction_response"])
async def test_an_answer_to_a_command_comes_although_the_connection_dropped(
    harbour: Any, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    adapter, tries = async_context.get(), list[Any]()
    monkeypatch.setattr(adapter, step, dropping(getattr(adapter, step), 1, tries))
    result = await harbour.ann.slash(harbour.general, "ask", question=CABLES)
    assert len(tries) == 2
    assert TWICE in result.response.content
    assert result.followups == []


async def test_an_answer_to_an_edited_question_changes_although_the_connection_dropped(
    harbour: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await harbour.ann.send(harbour.general, f"{harbour.mention} What did Ben Ito say about ferries?")
    http, tries = harbour.bot.http, list[Any]()
    monkeypatch.setattr(http, "edit_message", dropping(http.edit_message, 1, tries))
    await harbour.ann.edit(asked, f"{harbour.mention} {CABLES}")
    assert [TWICE in answer.content for answer in harbour.answers(asked)] == [True]
    assert len(tries) == 2
