"""Pressing Keep when much is going on: in time, for everybody in turn, and nothing lost by what passes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import discord
import pytest
import simcord
from simcord.backend import serializers

from bot.services import fair_queue, intake
from index.store.protocol import Scope

if TYPE_CHECKING:
    from tests.bot.client.conftest import World

LIGHTHOUSE = """\
Lighthouse to be painted red

"Nobody could see it in the fog," said Nora Quill, the keeper. "Sailors asked for red," said Tom Reed, a pilot.
"""
MILL = """\
Mill to be sold

"The mill is too small," said Ines Vale, who owns it.
"""
RED, SOLD = "Lighthouse to be painted red", "Mill to be sold"


class Stopped:
    """The processes that read, stopped in their tracks until told to go on."""

    def __init__(self) -> None:
        self.handed = 0  # pieces of work that were given to them, or wait for that
        self._pids: list[int] = []

    async def stop(self, *which: int) -> None:
        for number in which:
            pid = await asyncio.to_thread(intake.READER_PROCESSES[number].do, "", os.getpid)
            os.kill(pid, signal.SIGSTOP)
            self._pids.append(pid)

    def send(self, number: signal.Signals) -> None:
        for pid in self._pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)


@pytest.fixture
async def processes(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stopped]:
    stopped, do = Stopped(), fair_queue.FairQueue.do

    async def noting(*given: Any, **more: Any) -> Any:
        stopped.handed += 1
        return await do(*given, **more)

    monkeypatch.setattr(fair_queue.FairQueue, "do", noting)
    yield stopped
    stopped.send(signal.SIGCONT)


@pytest.fixture
async def home(world: World, processes: Stopped) -> World:
    """The world."""
    return world


@pytest.fixture
def mia(home: World) -> simcord.MemberActor:
    """Somebody who may manage the server."""
    return manager(home.env, home.server, "mia")


def manager(env: simcord.Env, server: simcord.GuildHandle, name: str) -> simcord.MemberActor:
    role = server.create_role("managers", permissions=discord.Permissions(manage_guild=True))
    return server.add_member(env.create_user(name), roles=[role])


async def give(who: simcord.MemberActor, channel: simcord.ChannelHandle, **texts: str) -> simcord.ResponseMessage:
    """What is shown of a few texts before they are kept."""
    files = {"file" if not i else f"file{i + 1}": (f"{n}.txt", t.encode()) for i, (n, t) in enumerate(texts.items())}
    shown = (await who.slash(channel, "article add", **files)).response
    assert shown is not None
    return shown


def begin(
    world: World, who: simcord.MemberActor, message: simcord.ResponseMessage, button: str
) -> simcord.InteractionResult:
    """Somebody presses a button; what it does is going on when this returns."""
    backend = world.env.backend
    stored = backend.get_message(message.message.channel.id, message.id)
    data = {"custom_id": world.buttons(message)[button], "component_type": 2}
    record, payload = simcord.interactions.base_payload(
        backend, type=3, channel_id=stored.channel_id, guild_id=who.guild.id, user_id=who.id, data=data
    )
    record.source_message_id = stored.id
    backend.emit("INTERACTION_CREATE", payload | {"message": dict(serializers.message_payload(backend, stored))})
    return simcord.InteractionResult(world.env, record)


async def begin_keeping(
    world: World, who: simcord.MemberActor, message: simcord.ResponseMessage, processes: Stopped
) -> None:
    """Somebody presses Keep, and all goes as far as it can while the processes are stopped."""
    before = processes.handed
    begin(world, who, message, "Keep")
    await world.until(lambda: "Keeping" in message.content and processes.handed > before)
    await asyncio.sleep(0.1)  # to a thread, and into the pipe


def titles(world: World, guild: int | None = None) -> list[str]:
    collection = f"guild:{guild or world.server.id}"
    return [info.title for info in world.library.articles(Scope(frozenset({collection})))]


# ── in time ───────────────────────────────────────────────────────────────


async def test_what_is_not_reached_in_time_is_told_before_discord_takes_no_more_answers_and_can_be_kept_later(
    home: World, mia: simcord.MemberActor, processes: Stopped
) -> None:
    first, second = [await give(mia, home.general, text=text) for text in (LIGHTHOUSE, MILL)]
    await processes.stop(0, 1)
    await begin_keeping(home, mia, first, processes)
    await begin_keeping(home, mia, second, processes)
    await home.let_pass(600)
    assert f"{SOLD} was not reached in time" in second.content
    assert "press **Keep** again" in second.content
    processes.send(signal.SIGCONT)
    await home.env.settle()
    assert titles(home) == [RED]
    await home.press(mia, second, "Keep")
    assert titles(home) == [RED, SOLD] and home.buttons(second) == {}


@pytest.mark.parametrize("silent", [False, True])
async def test_what_takes_so_long_that_discord_takes_no_more_answers_is_told_in_the_channel_if_the_bot_may_write_there(
    home: World, mia: simcord.MemberActor, processes: Stopped, silent: bool
) -> None:
    shown = await give(mia, home.general, text=MILL)
    await processes.stop(0, 1)
    await begin_keeping(home, mia, shown, processes)
    if silent:
        hall = home.server.create_text_channel("hall")
        home.servers.change(home.server.id, mia.id, channels=(hall.id,))
    await home.let_pass(901)
    processes.send(signal.SIGCONT)
    await home.env.settle()
    assert titles(home) == [SOLD]
    told = [message.content for message in home.said if not message.flags.ephemeral]
    assert told == (
        [] if silent else [f"<@{mia.id}> **Kept 1 article; ask about it right away:**\n- {SOLD} (1 statement)"]
    )


async def test_who_has_dismissed_the_message_is_told_in_another_one(home: World, mia: simcord.MemberActor) -> None:
    shown = await give(mia, home.general, text=MILL)
    home.env.inject_error("PATCH", "/webhooks/*/messages/@original", status=404, code=10008, times=None)
    kept = await home.press(mia, shown, "Keep")
    (told,) = kept.followups
    assert told.ephemeral and told.content.startswith("**Kept 1 article")
    assert titles(home) == [SOLD]


async def test_a_preview_that_comes_too_late_is_never_shown_to_others(home: World, mia: simcord.MemberActor) -> None:
    home.env.inject_error("PATCH", "/webhooks/*/messages/@original", status=401, code=50027, times=None)
    await mia.slash(home.general, "article add", file=("mill.txt", MILL.encode()))
    (told,) = [message.content for message in home.said if not message.flags.ephemeral]
    assert told.startswith(f"<@{mia.id}> I have read what you gave me, but too late") and "mill" not in told


# ── in turn ───────────────────────────────────────────────────────────────


async def test_one_servers_long_article_holds_up_nobody_else(
    home: World, mia: simcord.MemberActor, processes: Stopped, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fair_queue, "LONG", 1000)
    home.add(LIGHTHOUSE, "lighthouse")
    theirs = home.env.create_guild(name="Others")
    hall = theirs.create_text_channel("hall")
    noor = manager(home.env, theirs, "noor")
    long = await give(mia, home.general, council="Council\n\n" + "The council met on Monday.\n\n" * 50)
    short = await give(noor, hall, text=MILL)
    await processes.stop(0)
    await begin_keeping(home, mia, long, processes)
    begin(home, noor, short, "Keep")
    async with asyncio.timeout(60):
        while "Kept 1 article" not in short.content:
            await asyncio.sleep(0.05)
    assert titles(home, theirs.id) == [SOLD] and titles(home) == [RED]
    processes.send(signal.SIGCONT)
    await home.env.settle()
    assert titles(home) == [RED, "Council"]


async def test_an_article_is_shown_while_every_process_is_at_work(
    home: World, mia: simcord.MemberActor, processes: Stopped
) -> None:
    home.add(LIGHTHOUSE, "lighthouse")
    shown = await give(mia, home.general, text=MILL)
    await processes.stop(0, 1)
    await begin_keeping(home, mia, shown, processes)
    backend = home.env.backend
    known = backend.find_command("article", None, type=1)
    assert known is not None
    option = {"type": 3, "name": "article", "value": "lighthouse"}
    data = {"id": known["id"], "name": "article", "type": 1}
    record, payload = simcord.interactions.base_payload(
        backend,
        type=2,
        channel_id=home.general.id,
        guild_id=home.server.id,
        user_id=mia.id,
        data=data | {"options": [{"type": 1, "name": "show", "options": [option]}]},
    )
    backend.emit("INTERACTION_CREATE", payload)
    result = simcord.InteractionResult(home.env, record)
    await home.until(lambda: RED in home.read(result))
    assert "**Nora Quill** (1), **Tom Reed** (1)" in home.read(result)
    assert "> “Nobody could see it in the fog”" in home.read(result)
    processes.send(signal.SIGCONT)
    await home.env.settle()


async def test_who_finds_no_place_is_told_to_try_again_and_loses_nothing(
    home: World, mia: simcord.MemberActor, processes: Stopped
) -> None:
    texts = [f"Crane {number}\n\nIt stands there." for number in range(fair_queue.PLACES_OF_ONE + 1)]
    drafts = [await give(mia, home.general, text=text) for text in texts]
    await processes.stop(0, 1)
    for shown in drafts[:-1]:
        begin(home, mia, shown, "Keep")
    refused = begin(home, mia, drafts[-1], "Keep")
    await home.until(lambda: "I am busy" in home.read(refused))
    again = begin(home, mia, drafts[0], "Keep")
    await home.until(lambda: "I am keeping this just now" in home.read(again))
    processes.send(signal.SIGCONT)
    await home.env.settle()
    assert len(titles(home)) == fair_queue.PLACES_OF_ONE
    await home.press(mia, drafts[-1], "Keep")
    assert len(titles(home)) == fair_queue.PLACES_OF_ONE + 1


# ── what passes ───────────────────────────────────────────────────────────


async def test_an_article_is_kept_although_the_process_dies_once(
    home: World, mia: simcord.MemberActor, processes: Stopped
) -> None:
    shown = await give(mia, home.general, text=MILL)
    await processes.stop(0, 1)
    await begin_keeping(home, mia, shown, processes)
    processes.send(signal.SIGKILL)
    await home.env.settle()
    assert "Kept 1 article" in shown.content and titles(home) == [SOLD]


async def test_what_cannot_be_kept_just_now_waits_until_keep_is_pressed_again(
    home: World, mia: simcord.MemberActor
) -> None:
    shown = await give(mia, home.general, light=LIGHTHOUSE, mill=MILL)
    model, home.bot.parts.settings.model = home.bot.parts.settings.model, "/no/such/model"
    failed = await home.press(mia, shown, "Keep all 2")
    assert "Nothing was added:" in home.read(failed) and f"- {SOLD}: I cannot get at my articles" in home.read(failed)
    assert titles(home) == []
    home.bot.parts.settings.model = model
    await home.press(mia, shown, "Keep all 2")
    assert "Kept 2 articles" in shown.content and titles(home) == [RED, SOLD]
    assert home.buttons(shown) == {}


async def test_of_what_was_kept_in_part_only_the_rest_is_discarded(home: World, mia: simcord.MemberActor) -> None:
    home.bot.parts.settings.guild_articles = 2
    shown = await give(mia, home.general, light=LIGHTHOUSE, mill=MILL)
    home.bot.parts.settings.guild_articles = 1
    await home.press(mia, shown, "Keep all 2")  # the second finds no room, now and later
    assert titles(home) == [RED] and home.buttons(shown) == {}
    assert f"{SOLD} finds no room" in shown.content


# ── over a restart ────────────────────────────────────────────────────────


async def test_after_a_restart_keep_and_discard_tell_what_was_kept(home: World, mia: simcord.MemberActor) -> None:
    shown = await give(mia, home.general, light=LIGHTHOUSE, mill=MILL)
    home.bot.parts.settings.guild_articles = 1
    home.env.inject_error("PATCH", "/webhooks/*", status=403, code=0, times=10)  # nobody is told what came of it
    await home.press(mia, shown, "Keep all 2")
    home.env.backend.faults.clear()
    assert titles(home) == [RED]
    before = shown.content
    assert "Keep all 2" in home.buttons(shown) and "Kept" not in before
    await home.restart()
    pressed = await home.press(mia, shown, "Discard")
    assert RED in home.read(pressed) and "`/article remove`" in home.read(pressed)
    assert "\n1 other article is not here. Please add it again with `/article add`." in home.read(pressed)


async def test_after_a_restart_in_the_middle_it_is_told_that_nothing_was_added(
    home: World, mia: simcord.MemberActor, processes: Stopped
) -> None:
    shown = await give(mia, home.general, text=MILL)
    await processes.stop(0, 1)
    await begin_keeping(home, mia, shown, processes)
    home.bot.parts.intake.close()
    processes.send(signal.SIGCONT)
    await home.env.settle()
    await home.restart()
    pressed = await home.press(mia, shown, "Keep")
    assert home.read(pressed) == "Nothing of this is here. Please add it again with `/article add`."
    assert home.buttons(shown) == {} and titles(home) == []
