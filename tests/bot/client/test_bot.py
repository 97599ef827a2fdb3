from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import simcord

from bot.client.bot import INTENTS, Wuzhen
from bot.config import Settings
from bot.operations.metrics import Metrics
from bot.services.answering import Answering, Limits
from bot.services.thread_pool import OffLoop
from bot.storage.feedback import Records
from bot.storage.guilds import GuildStore
from index.library import Library


@pytest.fixture
def bot(read: Path, tmp_path: Path) -> Iterator[Callable[..., Wuzhen]]:
    """Make the bot with its parts; settings as given, records in one file for all."""
    with ExitStack() as parts:
        library = parts.enter_context(Library(read))
        records = parts.enter_context(Records(tmp_path / "bot.db"))
        servers = parts.enter_context(GuildStore(tmp_path / "bot.db"))

        def make(**settings: Any) -> Wuzhen:
            metrics = Metrics()
            limits = Limits(queue=10, seconds=10, per_minute=100)
            return Wuzhen(
                settings=Settings(_env_file=None, **settings),  # type: ignore[call-arg] # pydantic-settings' own
                library=library,
                records=records,
                guilds=servers,
                off_loop=OffLoop(10),
                answering=Answering(library, records, metrics, limits),
                metrics=metrics,
            )

        yield make


def test_no_privileged_intent_is_asked_for() -> None:
    asked = {name for name, wanted in INTENTS if wanted}
    assert asked == {"guilds", "guild_messages", "dm_messages"}
    assert not INTENTS.message_content and not INTENTS.members and not INTENTS.presences


async def test_nothing_that_the_bot_writes_can_ping_anybody(bot: Callable[..., Wuzhen]) -> None:
    client = bot()
    assert client.allowed_mentions is not None
    sent: dict[str, object] = dict(client.allowed_mentions.to_dict())
    assert sent == {"parse": []}
    assert client.allowed_mentions.replied_user is False  # nor does a reply ping whom it answers


async def test_neither_messages_nor_members_are_kept_in_memory(bot: Callable[..., Wuzhen]) -> None:
    client = bot()
    async with simcord.run(client, shard_count=1) as env:
        guild = env.create_guild()
        await guild.add_member(env.create_user("ada")).send(guild.create_text_channel("news"), "hello")
        known = client.get_guild(guild.id)
        assert known is not None
        assert [member.id for member in known.members] == [known.me.id]
        assert list(client.cached_messages) == []


async def test_the_bot_says_who_it_is_where_it_is_and_how_to_invite_it(
    bot: Callable[..., Wuzhen], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    client = bot()
    async with simcord.run(client, shard_count=1):
        client.dispatch("ready")  # as after a reconnection
    lines = [record.getMessage() for record in caplog.records if record.name == "bot.client.bot"]
    assert len(lines) == 2
    assert str(client.user) in lines[0] and "0 servers" in lines[0]
    assert f"client_id={client.application_id}" in lines[1]
    assert client.mention == f"<@{client.user.id}>"  # type: ignore[union-attr] # it is logged in


async def test_closing_ends_what_was_started_and_the_connections(bot: Callable[..., Wuzhen]) -> None:
    client = bot(port=free_port())
    async with simcord.run(client, shard_count=1):
        address = f"http://127.0.0.1:{client.parts.settings.port}/healthz"
        async with aiohttp.ClientSession() as session:
            async with session.get(address) as answer:
                assert answer.status == 200
            await client.close()
            assert client.is_closed()
            with pytest.raises(aiohttp.ClientConnectionError):
                await session.get(address)
        await client.close()  # a second time does nothing
    assert not client._watch.is_running()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_a_client_that_never_logged_in_can_be_closed(bot: Callable[..., Wuzhen]) -> None:
    async with bot() as client:
        pass
    assert client.is_closed()


async def test_without_a_port_nothing_listens(bot: Callable[..., Wuzhen]) -> None:
    client = bot()
    async with simcord.run(client, shard_count=1):
        assert client._web is None


async def test_how_late_the_loop_is_and_how_slow_discord_is_are_measured(bot: Callable[..., Wuzhen]) -> None:
    client = bot()
    async with simcord.run(client, shard_count=1) as env:
        await env.advance_time(3)
        text = client.parts.metrics.text().decode()
    assert "wuzhen_event_loop_lag_seconds_count 3.0" in text
    assert "wuzhen_gateway_latency_seconds 0.0" in text


async def test_what_was_kept_long_enough_is_forgotten_at_the_start(bot: Callable[..., Wuzhen], tmp_path: Path) -> None:
    client = bot(keep_days=30)
    with Records(tmp_path / "bot.db", clock=lambda: 0.0) as long_ago:
        long_ago.gap(1, "Who?", "no_match", ["public"])
    client.parts.records.gap(1, "And who now?", "no_match", ["public"])
    async with simcord.run(client, shard_count=1) as env:
        await env.settle()
        assert [gap.question for gap in client.parts.records.gaps()] == ["And who now?"]


async def test_an_event_that_fails_is_logged_with_an_id(
    bot: Callable[..., Wuzhen], caplog: pytest.LogCaptureFixture
) -> None:
    client = bot()

    async def on_typing(*_: object) -> None:
        raise ValueError("a typo")

    client.on_typing = on_typing  # type: ignore[attr-defined] # an event nobody else listens to
    async with simcord.run(client, shard_count=1, check_errors=False) as env:
        client.dispatch("typing", 1, 2, 3)
        await env.settle()
    assert "Failed in on_typing (id " in caplog.text


async def test_the_bot_restarts_in_the_same_discord(bot: Callable[..., Wuzhen]) -> None:
    async with simcord.run(bot(), shard_count=1) as env:
        guild = env.create_guild()
        again = bot()
        await env.restart_bot(again)
        assert again.get_guild(guild.id) is not None
