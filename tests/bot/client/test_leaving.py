"""When the bot is removed from a server, what is kept of it goes after a while, and only then."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.storage.guilds import DEFAULTS
from index.store.protocol import Scope

if TYPE_CHECKING:
    from tests.bot.client.conftest import World

CLOSED = """\
Warehouse to close

"The warehouse closes on Friday," said Cleo Quist, the manager of the site.
"""
LONG_AGO = datetime.now(UTC) - timedelta(days=31)
NOT_YET = datetime.now(UTC) - timedelta(days=29)


def kept(world: World) -> tuple[int, int, int, bool, int]:
    """Articles, votes, gaps, whether something is set, and lines of the trail of the server."""
    return (
        len(world.library.articles(Scope(frozenset({world.own})))),
        sum(world.own in vote.collections for vote in world.records.votes()),
        sum(world.own in gap.collections for gap in world.records.gaps()),
        world.servers.settings(world.server.id) != DEFAULTS,
        len(world.servers.audit(world.server.id)),
    )


ALL = (1, 1, 1, True, 2)
NOTHING = (0, 0, 0, False, 0)


@pytest.fixture
async def full(world: World) -> World:
    """A server of which something of each kind is kept."""
    world.add(CLOSED, "warehouse")
    world.servers.change(world.server.id, world.ann.id, private=False, threads="mention")
    world.servers.bind(world.server.id, world.general.id, ["warehouse"], world.ann.id)
    seen = {"public", world.own}
    world.records.vote(world.ann.id, 5, "up", question="?", answer={"text": "."}, collections=seen)
    world.records.gap(world.ann.id, "Who left?", "no_match", seen)
    assert kept(world) == ALL
    return world


def ours(world: World) -> int:
    """The application of the bot that runs."""
    application = world.bot.application_id
    assert application is not None
    return application


async def removed(world: World) -> None:
    world.env.backend.remove_guild(world.server.id)
    await world.env.settle()
    await world.until(world.servers.leaving)


async def test_what_is_kept_of_a_server_stays_for_a_month_after_the_bot_left_it(full: World) -> None:
    await removed(full)
    (left,) = full.servers.leaving()
    assert left.guild == full.server.id
    full.servers.left(full.server.id, ours(full), NOT_YET)
    await full.restart()
    await settled(full)
    assert kept(full) == ALL


async def settled(world: World) -> None:
    """Wait until the bot has looked for servers to forget, as it does each day."""
    await world.env.settle()
    await world.bot.departures.forget_left()


async def test_then_all_of_it_is_deleted(full: World) -> None:
    other = full.env.create_guild(name="Others")
    full.servers.change(other.id, 1, private=True)
    await removed(full)
    full.servers.left(full.server.id, ours(full), LONG_AGO)
    await full.restart()
    await settled(full)
    assert kept(full) == NOTHING
    assert full.servers.bound(full.general.id) == frozenset()
    assert full.servers.leaving() == []
    assert full.servers.settings(other.id).private
    assert b"Cleo Quist" not in b"".join(file.read_bytes() for file in full.data.glob("*.db*"))


async def test_a_server_that_took_the_bot_back_keeps_everything(full: World) -> None:
    full.servers.left(full.server.id, ours(full), LONG_AGO)  # and was joined while the bot did not run
    await full.restart()
    await settled(full)
    assert kept(full) == ALL
    assert full.servers.leaving() == []


async def test_a_server_that_was_left_while_the_bot_did_not_run_is_noticed(full: World) -> None:
    full.servers.joined(4711, ours(full))
    await full.restart()
    await full.until(full.servers.leaving)
    assert [left.guild for left in full.servers.leaving()] == [4711]


async def test_a_server_that_cannot_be_reached_is_not_left(full: World) -> None:
    full.env.backend.emit("GUILD_DELETE", {"id": str(full.server.id), "unavailable": True})
    await full.env.settle()
    assert full.bot.get_guild(full.server.id) is not None
    await full.bot.on_ready()
    assert full.servers.leaving() == []


async def test_a_bot_with_another_token_takes_no_server_of_the_one_before_for_left(
    full: World, caplog: pytest.LogCaptureFixture
) -> None:
    before = ours(full) - 1
    full.servers.joined(4711, before)
    full.servers.joined(full.server.id, before)
    caplog.clear()
    await full.restart()
    await settled(full)
    assert full.servers.leaving() == []
    (told,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert "in servers that this one is not in: 4711." in told and "`wuzhen purge --guild ID`" in told
    await removed_from_one(full)
    assert full.servers.leaving() == [] and kept(full) == ALL  # the other bot is still in it


async def removed_from_one(world: World) -> None:
    world.env.backend.remove_guild(world.server.id)
    await world.env.settle()
    await world.restart()


async def test_the_shell_deletes_all_of_it_at_once(full: World) -> None:
    arguments = ["--data", str(full.data), "purge", "--yes", "--guild", str(full.server.id)]
    ended = await asyncio.to_thread(CliRunner().invoke, app, arguments)
    assert ended.exit_code == 0
    assert "Deleted 1 article, 1 vote and 1 unanswered question." in ended.stdout
    assert kept(full) == NOTHING
    assert full.servers.bound(full.general.id) == frozenset()
