"""People ask while the machine fails: they are answered or told so in a sentence, and later all works again."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import discord
import pytest

from bot.storage.record_file import RecordsError
from index.store.database import transaction
from index.store.protocol import Scope, StoreError

if TYPE_CHECKING:
    from tests.bot.client.conftest import World

CABLES = "What did Ada Park say about cables?"
TWICE = "“Every cable was tested twice”"
UNKNOWN = "What did Zebulon Quist say about marmalade?"
DAY = 86_400.0


async def answered(world: World, question: str = CABLES) -> Any:
    """The bot's message that answers a mention; the only one."""
    asked = await world.ann.send(world.general, f"{world.mention} {question}")
    (answer,) = world.answers(asked)
    return answer


@contextlib.contextmanager
def read_only(world: World) -> Iterator[None]:
    """The file of the records may not be written."""
    connections = (world.records._changing, world.servers._changing)
    for connection in connections:
        connection.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        for connection in connections:
            connection.execute("PRAGMA query_only = OFF")


async def test_where_nothing_can_be_written_questions_are_answered_and_what_must_be_kept_is_refused_in_a_sentence(
    harbour: World,
) -> None:
    with read_only(harbour):
        answer = await answered(harbour)
        assert TWICE in answer.content
        told = harbour.read(await harbour.press(harbour.ann, answer, "👎"))
        assert "(id " in told and "Traceback" not in told
        assert UNKNOWN not in (await answered(harbour, UNKNOWN)).content  # which cannot be kept as a gap
        await harbour.env.settle()
    assert harbour.records.votes() == []
    await harbour.press(harbour.ann, answer, "👎")
    assert [one.vote for one in harbour.records.votes()] == ["down"]


@pytest.mark.skipif(sys.platform == "win32", reason="the limit on descriptors is POSIX's")
async def test_without_a_descriptor_left_questions_are_answered_and_an_article_is_refused_in_a_sentence(
    harbour: World,
) -> None:
    import resource  # noqa: PLC0415 - not on Windows

    assert TWICE in (await answered(harbour)).content
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = [os.dup(0)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(taken) + 1, limits[1]))
    try:
        with contextlib.suppress(OSError):
            while True:
                taken.append(os.dup(0))
        assert TWICE in (await answered(harbour, "What did Ada Park say about every cable?")).content
        with pytest.raises(Exception, match=r"^[^\n]+\.$"):
            harbour.library.remove("bridge")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        for one in taken:
            os.close(one)
    assert TWICE in (await answered(harbour, "What did Ada Park tell about cables?")).content
    harbour.library.remove("bridge")


async def test_a_clock_that_is_set_forth_and_back_by_a_day_changes_no_answer(
    harbour: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time
    for ahead in (DAY, -DAY, 0.0):
        with monkeypatch.context() as clock:
            clock.setattr(time, "time", lambda ahead=ahead: now() + ahead)
            answer = await answered(harbour)
            assert TWICE in answer.content
            await harbour.bot._forget_old()
            await harbour.press(harbour.ann, answer, "👍")
    assert len(harbour.records.votes()) == 3


# ── the disk ──────────────────────────────────────────────────────────────

NO_ROOM = {
    "the records": ("bot.storage.record_file.transaction", "The disk of "),
    "the index": ("index.store.database.transaction", "could not be read or written"),
}


@contextlib.contextmanager
def full(monkeypatch: pytest.MonkeyPatch, what: str) -> Iterator[None]:
    """The disk has no room for what is written last of each change."""

    @contextlib.contextmanager
    def no_room(connection: sqlite3.Connection, mode: str) -> Iterator[None]:
        with transaction(connection, mode):
            yield
            if mode == "IMMEDIATE":
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise error

    with monkeypatch.context() as disk:
        disk.setattr(NO_ROOM[what][0], no_room)
        yield


def everything(world: World) -> Any:
    """What is kept of articles, settings and records."""
    guild, here = world.server.id, Scope(frozenset({world.own}))
    return (
        [(info.id, info.title) for info in world.library.articles(here)],
        [info.id for info in world.library.removed(world.own)],
        world.servers.settings(guild),
        world.servers.bindings(guild),
        [line.change for line in world.servers.audit(guild)],
        [one.question for one in world.records.gaps()],
        [(one.question, one.vote) for one in world.records.votes()],
    )


def chief_of(world: World) -> Any:
    role = world.server.create_role("chiefs", permissions=discord.Permissions(manage_guild=True, view_channel=True))
    return world.server.add_member(world.env.create_user("mia"), roles=[role])


Deed = Callable[["World", Any], Any]


async def press_last(world: World, who: Any, command: str, button: str, **options: str) -> Any:
    shown = await who.slash(world.general, command, **options)
    message = shown.followups[-1] if shown.followups else shown.response
    return await who.click(message, custom_id=world.buttons(message)[button])


async def vote(world: World, chief: Any) -> Any:
    return await world.press(chief, await answered(world), "👍")


async def set_threads(world: World, chief: Any) -> Any:
    shown = await chief.slash(world.general, "settings")
    return await chief.select(shown.response, ["mention"], custom_id="set_threads")


DEEDS: dict[str, tuple[str, Deed]] = {
    "vote": ("the records", vote),
    "set": ("the records", set_threads),
    "bind": ("the records", lambda world, chief: chief.slash(world.general, "article bind", article="ours")),
    "rename": (
        "the index",
        lambda world, chief: chief.slash(world.general, "article rename", article="ours", title="Another"),
    ),
    "remove": (
        "the index",
        lambda world, chief: press_last(world, chief, "article remove", "Remove", article="ours"),
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
async def test_a_full_disk_is_told_at_each_change_nothing_is_half_and_later_it_works(
    harbour: World, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    what, do = DEEDS[deed]
    harbour.add("Ours\n\n“The mill is old,” said Ada Park.\n", "ours")
    chief = chief_of(harbour)
    before = everything(harbour)
    with full(monkeypatch, what):
        told = harbour.read(await do(harbour, chief))
        await harbour.env.settle()
        assert "Traceback" not in told
        assert "(id " in told or NO_ROOM[what][1] in told, told
        assert everything(harbour) == before
        causes = [getattr(error, "original", error) for error in harbour.env.errors]
        assert all(isinstance(cause, (RecordsError, StoreError)) for cause in causes)
        harbour.env._errors.clear()  # they were expected
        assert TWICE in (await answered(harbour, "What did Ada Park say about every cable?")).content
    await do(harbour, chief)
    await harbour.env.settle()
    assert everything(harbour) != before
