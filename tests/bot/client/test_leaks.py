"""Two servers and direct messages: whatever is done in whatever order, no word of a server's article is shown outside.

All that the bot sends is looked at: messages, answers to commands and buttons, lists of choices, labels.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import discord
import pytest
import simcord

from index.article import Article, article_from_text

if TYPE_CHECKING:
    from tests.bot.client.conftest import World

STEPS = int(os.environ.get("STEPS", "200"))  # 7,000 make more than 20,000 of the three seeds
# of each server's two articles: the speaker's surname, a thing, and words that nobody ever types
OURS = (("Abelmont", "lanterns", "Quillory", "Fernhaven"), ("Brackwell", "kettles", "Sondrim", "Oakstead"))
THEIRS = (("Corrigan", "saddles", "Tremblay", "Pinecrest"), ("Dunmore", "anchors", "Vexford", "Marlbrook"))
NEW_TITLES = ("Gullwing", "Heronry")


def article(words: tuple[str, ...], id_: str, collection: str) -> Article:
    surname, thing, first, place = words
    text = (
        f"{place} gets {thing}\n\n"
        f'"The {thing} of {place} are safe," said {first} {surname}, the mayor of {place}. '
        f"{surname} denied that the {thing} had cost too much.\n"
    )
    return article_from_text(text, id=id_, collection=collection)


@dataclass
class Place:
    """Somewhere to ask: a channel of a server, or with the bot alone."""

    name: str
    channel: simcord.ChannelHandle
    guild: int | None
    people: list[Any] = field(default_factory=list)
    typed: set[str] = field(default_factory=set)
    said: int | None = None  # the bot's last message there


@dataclass
class Walk:
    """Does one thing after another, and looks at all that the bot sent for it."""

    world: World
    dice: random.Random
    places: list[Place]
    guilds: dict[int, set[str]]
    in_dms: set[int] = field(default_factory=set)
    members: set[tuple[int, int]] = field(default_factory=set)
    components: list[Any] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def open_to(self, place: Place, who: Any) -> Iterator[int]:
        """The servers whose articles may be shown."""
        for guild in self.guilds:
            shared = guild in self.in_dms and (guild, who.id) in self.members
            if place.guild == guild or (place.guild is None and shared):
                yield guild

    async def step(self) -> None:
        place = self.dice.choice(self.places)
        who = self.dice.choice(place.people)
        done = self.dice.choice(
            [self.ask, self.ask, self.mention, self.offer, self.list, self.press, self.press, self.change]
        )
        self.answers += [place.said for place in self.places if place.said and place.said not in self.answers[-9:]]
        before = len(self.world.env.http_requests)
        self.log.append(f"{done.__name__} in {place.name}")
        await done(place, who)
        sent = [request.json for request in self.world.env.http_requests[before:] if request.json]
        shown = json.dumps(sent, ensure_ascii=False)
        self.components += [rows for rows in map(components_of, sent) if rows]
        allowed = set(self.open_to(place, who))
        words = {guild: {word for word in words if word in shown} for guild, words in self.guilds.items()}
        leaked = set().union(*(found for guild, found in words.items() if guild not in allowed)) - place.typed
        self.seen |= set().union(*(found for guild, found in words.items() if guild in allowed))
        assert not leaked, (leaked, self.log, shown)

    # ── what people do ────────────────────────────────────────────────────

    def question(self, place: Place) -> str:
        surname, thing = self.dice.choice(OURS + THEIRS)[:2]
        asked = (
            f"What did {surname} say about {thing}?",
            f"Who said that the {thing} are safe?",
            f"Did {surname} say that the {thing} had cost too much?",
            "What else did they say?",
            "Who is quoted?",
            "Who is the mayor?",
            "What is safe?",
        )
        question = self.dice.choice(asked)
        place.typed |= {word for word in (surname, thing) if word in question}
        return question

    async def ask(self, place: Place, who: Any) -> None:
        named = {"article": self.dice.choice(["ours0", "theirs1"])} if self.dice.random() < 0.2 else {}
        await self.slash(place, who, "ask", question=self.question(place), **named)

    async def mention(self, place: Place, who: Any) -> None:
        question = self.question(place)
        if place.guild is None:
            await who.send_dm(question)
        else:
            await who.send(place.channel, f"{self.world.mention} {question}")
        said = self.world.said_in(place.channel)
        place.said = said[-1].id if said else None

    async def offer(self, place: Place, who: Any) -> None:
        where = () if place.guild is None else (place.channel,)
        command, option = self.dice.choice([("quotes", "speaker"), ("check", "speaker"), ("ask", "article")])
        await who.autocomplete(*where, command, option, self.dice.choice(["", "a", "ma"]))

    async def list(self, place: Place, who: Any) -> None:
        managed = ["article list", "settings"] if place.guild is not None and who is place.people[0] else []
        await self.slash(place, who, self.dice.choice(["speakers", "articles", "help", *managed]))

    async def slash(self, place: Place, who: Any, name: str, **options: str) -> None:
        where = () if place.guild is None else (place.channel,)
        await who.slash(*where, name, **options)

    async def press(self, place: Place, who: Any) -> None:
        """A button from anywhere and any time, as if somebody had brought it along."""
        if place.said is None or not self.components:
            return
        rows = self.dice.choice(self.components)
        stored = self.world.env.backend.get_message(place.channel.id, place.said)
        stored.components = rows
        buttons = [one for row in rows for one in row["components"] if one["type"] == 2 and not one.get("disabled")]
        # and one that nobody was ever shown there: why an answer is as it is that may stand anywhere
        forged = {"type": 2, "style": 2, "label": "Why?", "custom_id": f"why:{self.dice.choice(self.answers)}"}
        stored.components = [*rows[:4], {"type": 1, "components": [forged]}]
        buttons.append(forged)
        wanted = [one["custom_id"] for one in buttons if not one["custom_id"].startswith(("delete", "article_"))]
        if wanted:
            message = next(one for one in self.world.said_in(place.channel) if one.id == place.said)
            self.log.append(chosen := self.dice.choice(wanted))
            await who.click(message, custom_id=chosen)
            for guild in self.guilds:  # it may have been one of the card of settings
                self.in_dms.discard(guild)
                if self.world.servers.settings(guild).in_dms:
                    self.in_dms.add(guild)

    async def change(self, _place: Place, who: Any) -> None:
        guild = self.dice.choice(list(self.guilds))
        side = "ours" if guild == self.world.server.id else "theirs"
        collection, name = f"guild:{guild}", f"{side}{self.dice.randrange(2)}"
        library, servers = self.world.library, self.world.servers
        what = self.dice.choice(["remove", "restore", "rename", "dms", "dms", "bind", "leave", "restart"])
        self.log.append(f"{what} {name}")
        if what == "remove":
            await asyncio.to_thread(library.remove, name, collection)
        elif what == "restore" and name in {one.id for one in library.removed(collection)}:
            await asyncio.to_thread(library.restore, name, collection)
        elif what == "rename":
            title = NEW_TITLES[side == "theirs"]
            await asyncio.to_thread(library.rename, name, title, collection)
        elif what == "dms":
            servers.change(guild, who.id, in_dms=guild not in self.in_dms)
            self.in_dms ^= {guild}
        elif what == "bind":
            channel = next(place.channel.id for place in self.places if place.guild == guild)
            servers.bind(guild, channel, self.dice.choice([[], [name]]), who.id)
        elif what == "leave":
            self.leave_or_join(guild)
        elif what == "restart" and self.dice.random() < 0.5:
            await self.world.restart()

    def leave_or_join(self, guild: int) -> None:
        """Bob, who has not asked in a server, comes to one or goes; a minute passes."""
        bob = self.places[-1].people[0]
        if (guild, bob.id) in self.members:
            self.world.env.backend.remove_member(guild, bob.id)
        else:
            self.world.env.backend.add_member(guild, bob.id)
        self.members ^= {(guild, bob.id)}
        self.world.bot.parts.members._members.clear()
        self.world.bot.parts.members._strangers.clear()


def components_of(sent: Any) -> Any:
    """The rows of buttons in what was sent, wherever they stand in it."""
    data = sent.get("data") if isinstance(sent, dict) else None
    return (sent.get("components") if isinstance(sent, dict) else None) or (data or {}).get("components")


@pytest.fixture
async def walk(harbour: World) -> Walk:
    env, theirs = harbour.env, harbour.env.create_guild(name="Others")
    for guild, side, words in ((harbour.server, "ours", OURS), (theirs, "theirs", THEIRS)):
        added = [article(one, f"{side}{n}", f"guild:{guild.id}") for n, one in enumerate(words)]
        await asyncio.to_thread(harbour.library.add, added)
    hall, bob = theirs.create_text_channel("hall"), env.create_user("bob")
    everything = discord.Permissions(manage_guild=True, view_channel=True, send_messages=True)
    chiefs = [
        guild.add_member(env.create_user(name), roles=[guild.create_role("chiefs", permissions=everything)])
        for guild, name in ((harbour.server, "mia"), (theirs, "tom"))
    ]
    places = [
        Place("ours", harbour.general, harbour.server.id, [chiefs[0], harbour.ann]),
        Place("theirs", hall, theirs.id, [chiefs[1], theirs.add_member(harbour.ann.user)]),
        Place("alone, Ann", harbour.ann.user.dm_channel, None, [harbour.ann.user]),
        Place("alone, Bob", bob.dm_channel, None, [bob]),
    ]
    guilds = {
        harbour.server.id: {word for words in OURS for word in words} | {NEW_TITLES[0]},
        theirs.id: {word for words in THEIRS for word in words} | {NEW_TITLES[1]},
    }
    members = {(guild, harbour.ann.id) for guild in guilds}
    dice = random.Random(0)  # noqa: S311 - a walk, no secret
    return Walk(harbour, dice, places, guilds, members=members)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_no_order_of_steps_shows_a_word_of_a_server_where_it_may_not_be_seen(walk: Walk, seed: int) -> None:
    walk.dice.seed(seed)
    for _ in range(STEPS):
        await walk.step()
    assert len(walk.seen) >= 10  # where they may be seen, they were
