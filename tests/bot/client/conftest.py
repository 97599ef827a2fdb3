"""A whole Discord in this process: the real bot, two servers, people, and the real index."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.client.bot import Wuzhen
from bot.config import Settings
from bot.errors import Sorry
from bot.operations.metrics import Metrics
from bot.services.answering import Answering, Limits
from bot.services.thread_pool import OffLoop
from bot.storage.feedback import Records
from bot.storage.guilds import GuildStore
from index.answer.contract import Answer
from index.article import Article, article_from_text
from index.library import Library
from index.models import Models
from index.phrases import Language
from index.question.model import Asked, Memory
from index.store.protocol import Scope

ROOMY = Limits(queue=100, seconds=60, per_minute=1000)
BRIDGE = """\
Harbour bridge to open in May

The harbour bridge will open in May, the city's engineer Ada Park said on Monday.

"Every cable was tested twice," Park told reporters. She denied that the work had cost too much.

"The harbour needs more ferries," said Ben Ito, who runs the port. "The old ones leak," Ito said.
"""


class Shared(Models):
    """Models that stay loaded: no test of what people see changes them."""

    def forget(self) -> None:
        if not hasattr(self, "_encoder"):
            super().forget()


@cache
def _models(folder: Path) -> Models:
    return Shared(folder, None, None, lambda _: None)


class Gated(Library):
    """The real library; its answers can be held back, and it can fail."""

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self.models = _models((data / "models").resolve().parent)
        self.asked: list[str | Asked] = []
        self.gate = threading.Event()
        self.gate.set()
        self.error: Exception | None = None

    def ask(
        self,
        question: str | Asked,
        *,
        scope: Scope | None = None,
        memory: Memory | None = None,
        language: Language = "en",
    ) -> tuple[Answer, Memory]:
        self.asked.append(question)
        self.gate.wait(30)
        if self.error is not None:
            raise self.error
        return super().ask(question, scope=scope, memory=memory, language=language)


Parts = tuple[Gated, Records, GuildStore]


@dataclass
class World:
    """A running bot and who talks to it. `server` has the channel `general`; Ann may do what everybody may."""

    env: simcord.Env
    data: Path
    library: Gated
    records: Records
    servers: GuildStore
    server: simcord.GuildHandle
    general: simcord.ChannelHandle
    ann: simcord.MemberActor
    connect: Callable[[], Wuzhen] = field(repr=False)

    async def restart(self) -> None:
        """End the bot, and start it anew on the same data folder."""
        await self.env.restart_bot(self.connect())

    @property
    def bot(self) -> Wuzhen:
        """The bot that runs now."""
        assert isinstance(self.env.bot, Wuzhen)
        return self.env.bot

    def join(self, name: str, **more: Any) -> simcord.MemberActor:
        """Somebody else in the server."""
        return self.server.add_member(self.env.create_user(name), **more)

    def post(self, who: Any, channel: simcord.ChannelHandle, content: str = "", **more: Any) -> int:
        """Somebody's message as Discord tells the bot of it, without waiting for what comes of it; its id."""
        return self.env.backend.create_message(channel.id, who.id, content, **more).id

    async def until(self, true: Callable[[], object]) -> None:
        """Wait, for a minute at most, until this is so."""
        async with asyncio.timeout(60):
            while not true():
                await asyncio.sleep(0.005)

    async def let_pass(self, seconds: float) -> None:
        """Let this time pass for the bot while a thread is at work, which goes on working."""
        self.env.backend.advance_clock(seconds)
        with contextlib.suppress(TimeoutError):  # it does not settle before the thread is done
            await self.env.settle(timeout=0.1)

    def answers(self, question: Any) -> list[discord.Message]:
        """The bot's messages that answer a message, the oldest first."""
        id_, channel = question.id, self.env.backend.get_channel(question.channel.id)
        every = self.said_in(simcord.ChannelHandle(self.env, self.server, channel))
        return [message for message in every if message.reference and message.reference.message_id == id_]

    @property
    def said(self) -> list[discord.Message]:
        """The bot's messages in the channel, the oldest first."""
        return self.said_in(self.general)

    def said_in(self, channel: simcord.ChannelHandle) -> list[discord.Message]:
        """The bot's messages in a channel, the oldest first."""
        me = self.bot.user
        return sorted((m for m in channel.history() if me and m.author.id == me.id), key=lambda m: m.id)

    @property
    def mention(self) -> str:
        """What people type to mention the bot."""
        return self.bot.mention

    def add(self, text: str, name: str, *, collection: str | None = None, source: str | None = None) -> Article:
        """Read an article, for this server alone unless another collection is named."""
        article = article_from_text(text, id=name, collection=collection or self.own, source=source)
        self.library.add([article])
        return article

    @property
    def own(self) -> str:
        """The collection of this server's articles."""
        return f"guild:{self.server.id}"

    async def press(self, who: simcord.MemberActor | simcord.UserHandle, message: Any, button: str) -> Any:
        """Somebody presses a button, named by its label or emoji."""
        return await who.click(message, custom_id=custom_ids(message)[button])

    @staticmethod
    def read(result: simcord.InteractionResult) -> str:
        """All that the user of a command or a button was shown in answer."""
        return "\n".join(one.content for one in (result.response, *result.followups) if one is not None)

    @staticmethod
    def buttons(message: Any) -> dict[str, str]:
        """The custom ids of the buttons under a message, by label or emoji, in order."""
        return custom_ids(message)


@pytest.fixture
def limits() -> Limits:
    """How much may be asked; a test module may say otherwise."""
    return ROOMY


@pytest.fixture
def make_library() -> Callable[[Path], Gated]:
    """What answers."""
    return Gated


@pytest.fixture
async def parts(data: Path, make_library: Callable[[Path], Gated], place: Path) -> AsyncIterator[Parts]:
    """What a bot works with, on a data folder of its own."""
    with make_library(data) as library, Records(data / "bot.db") as records, GuildStore(data / "bot.db") as servers:
        yield library, records, servers


@pytest.fixture
def connect(data: Path, parts: Parts, limits: Limits) -> Callable[[], Wuzhen]:
    """Makes a bot, as each start of the program does."""
    library, records, servers = parts

    def make() -> Wuzhen:
        metrics = Metrics()
        answering = Answering(library, records, metrics, limits)
        return Wuzhen(
            settings=Settings(data=data),
            library=library,
            records=records,
            guilds=servers,
            answering=answering,
            off_loop=OffLoop(limits.seconds),
            metrics=metrics,
        )

    return make


@pytest.fixture
async def env(connect: Callable[[], Wuzhen], parts: Parts) -> AsyncIterator[simcord.Env]:
    """Discord, with a bot logged in; whatever goes wrong unexpectedly fails the test."""
    env = simcord.Env(connect(), shard_count=1, settle_timeout=60)
    await env.start()
    try:
        yield env
    finally:
        parts[0].gate.set()  # else a thread waits on
        await env.shutdown()
        unexpected = [error for error in env.errors if not isinstance(getattr(error, "original", error), Sorry)]
        if unexpected:
            raise BaseExceptionGroup("the bot raised what it did not expect", unexpected)


@pytest.fixture
async def world(env: simcord.Env, data: Path, parts: Parts, connect: Callable[[], Wuzhen]) -> World:
    """The bot in a server with one channel, and Ann."""
    server = env.create_guild(name="Readers")
    general = server.create_text_channel("general")
    ann = server.add_member(env.create_user("ann"))
    return World(env, data, *parts, server, general, ann, connect)


@pytest.fixture
def bridge_article() -> Article:
    """An article about a harbour, with two people who are quoted."""
    return article_from_text(BRIDGE, id="bridge")


@pytest.fixture
async def harbour(world: World, bridge_article: Article) -> World:
    """The world, where everybody may read that article."""
    await asyncio.to_thread(world.library.add, [bridge_article])
    return world


def buttons(message: Any) -> list[str]:
    """The labels (or emoji) of the buttons under a message, in order."""
    rows = message.components
    found = []
    for row in rows:
        for one in row["components"] if isinstance(row, dict) else row.children:
            label = one.get("label") if isinstance(one, dict) else one.label
            emoji = one.get("emoji") if isinstance(one, dict) else one.emoji
            found.append(label or (emoji["name"] if isinstance(emoji, dict) else str(emoji)))
    return found


def custom_ids(message: Any) -> dict[str, str]:
    """The custom ids of the buttons under a message, by label or emoji, in order."""
    message = getattr(message, "message", message)  # what an interaction shows
    found = (one for row in message.components for one in row.children)
    return {one.label or str(one.emoji): one.custom_id for one in found}
