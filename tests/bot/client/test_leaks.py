"""Two servers and direct messages: whatever is done in whatever order, no word of a server's article is shown outside.

All that the bot sends is looked at: messages, answers to commands, buttons and forms, lists of choices, labels. Much of
what comes in is forged or stale: buttons of other places, drafts of others, forms that somebody else was shown, what is
typed for a command where it is not.
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

from bot.services.drafts import ArticleDraft, DraftItem
from bot.services.reader_jobs import understand
from index.article import Article, article_from_text

if TYPE_CHECKING:
    from tests.bot.client.conftest import World

STEPS = int(os.environ.get("STEPS", "200"))  # 7,000 make more than 20,000 of the three seeds
# of each server's two articles: the speaker's surname, a thing, and words that nobody ever types
OURS = (("Abelmont", "lanterns", "Quillory", "Fernhaven"), ("Brackwell", "kettles", "Sondrim", "Oakstead"))
THEIRS = (("Corrigan", "saddles", "Tremblay", "Pinecrest"), ("Dunmore", "anchors", "Vexford", "Marlbrook"))
NEW_TITLES = ("Gullwing", "Heronry")
DRAFTS = (("Ibbotson", "candles", "Jessamy", "Kingsmead"), ("Lockyear", "ribbons", "Mortlake", "Netherby"))
OFFERED = ("quotes speaker", "check speaker", "ask article", "article bind article", "article show article")
OFFERED_TO_MANAGERS = ("article remove article", "article rename article")


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
    drafts: list[str] = field(default_factory=list)  # the ids of buttons under what waits to be kept
    forms: list[str] = field(default_factory=list)  # the ids of forms that somebody was shown
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
        often = (self.ask, self.press)
        rarer = (self.mention, self.offer, self.type_anywhere, self.list, self.change, self.paste, self.fill_in)
        done = self.dice.choice([*often, *often, *rarer])
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

    async def type_anywhere(self, place: Place, who: Any) -> None:
        """Something into a command's option, whether the command is there for them or not."""
        *names, option = self.dice.choice(OFFERED + OFFERED_TO_MANAGERS).split()
        value = {"type": 3, "name": option, "value": self.dice.choice(["", "a", "ours", "theirs0"]), "focused": True}
        inner = [value] if len(names) == 1 else [{"type": 1, "name": names[1], "options": [value]}]
        known = self.world.env.backend.find_command(names[0], self.world.server.id, type=1)
        await self.send_in(place, who, 4, {"id": known["id"], "name": names[0], "type": 1, "options": inner})

    async def paste(self, _place: Place, _who: Any) -> None:
        """A manager gives the bot an article to keep; it waits, with its buttons."""
        place = self.dice.choice([place for place in self.places if place.guild is not None])
        assert place.guild is not None
        words = DRAFTS[place.guild != self.world.server.id]
        made = article(words, f"draft{len(self.drafts)}", f"guild:{place.guild}")
        token = f"tok{len(self.drafts)}"
        draft = ArticleDraft(token, place.guild, place.people[0].id, {1: DraftItem("Pasted", made, understand(made))})
        self.world.bot.parts.intake._drafts.put(draft)
        forms = ("article_keep:{}", "article_draft:{}:", "article_draft:{}:1", "article_leave_out:{}:1")
        self.drafts += [form.format(token) for form in forms]

    async def fill_in(self, place: Place, who: Any) -> None:
        """A form, seldom one's own: shown to somebody else, elsewhere, before a restart, or to nobody."""
        if place.guild is not None and who is place.people[0]:
            shown = await who.slash(place.channel, "article add")
            self.forms += [shown.modal["custom_id"]] if shown.modal else []
        fields = {"title": "x", "source": self.dice.choice(["", "http://127.0.0.1/", "not a link"]), "text1": " "}
        rows = [
            {"type": 18, "id": n, "component": {"type": 4, "id": 9 + n, "custom_id": name, "value": value}}
            for n, (name, value) in enumerate(fields.items(), 1)
        ]
        data = {"custom_id": self.dice.choice([*self.forms[-9:], "made up"]), "components": rows}
        await self.send_in(place, who, 5, data)

    async def send_in(self, place: Place, who: Any, kind: int, data: dict[str, Any]) -> None:
        """What a program other than Discord's own might send for somebody."""
        backend = self.world.env.backend
        _, payload = simcord.interactions.base_payload(
            backend, type=kind, channel_id=place.channel.id, guild_id=place.guild, user_id=who.id, data=data
        )
        backend.emit("INTERACTION_CREATE", payload)
        await self.world.env.settle()

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
        # and some that nobody was ever shown there: why an answer is as it is that may stand anywhere, others' drafts
        forged = [f"why:{self.dice.choice(self.answers)}", *self.dice.sample(self.drafts, min(2, len(self.drafts)))]
        added = [{"type": 2, "style": 2, "label": f"Forged {n}", "custom_id": one} for n, one in enumerate(forged)]
        wanted = [one["custom_id"] for one in buttons if not one["custom_id"].startswith(("delete", "article_"))]
        wanted += [one for one in forged if not self.would_keep(one, place, who)]
        if wanted:
            message = next(one for one in self.world.said_in(place.channel) if one.id == place.said)
            self.log.append(chosen := self.dice.choice(wanted))
            stored.components = [{"type": 1, "components": added}] if chosen in forged else rows
            await who.click(message, custom_id=chosen)
            for guild in self.guilds:  # it may have been one of the card of settings
                self.in_dms.discard(guild)
                if self.world.servers.settings(guild).in_dms:
                    self.in_dms.add(guild)

    def would_keep(self, custom_id: str, place: Place, who: Any) -> bool:
        """Whether a press would add the draft, which takes its time and is done elsewhere."""
        token = custom_id.partition(":")[2]
        draft = self.world.bot.parts.intake._drafts._waiting.get(token)
        own = draft is not None and (draft.guild, draft.person) == (place.guild, who.id)
        return custom_id.startswith("article_keep") and own

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
    """The rows of buttons in what was sent, wherever they stand in it; a form has none."""
    data = sent.get("data") if isinstance(sent, dict) else None
    rows = (sent.get("components") if isinstance(sent, dict) else None) or (data or {}).get("components")
    return rows if rows and all("components" in row for row in rows) else None


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
        harbour.server.id: {word for words in (*OURS, DRAFTS[0]) for word in words} | {NEW_TITLES[0]},
        theirs.id: {word for words in (*THEIRS, DRAFTS[1]) for word in words} | {NEW_TITLES[1]},
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
    assert walk.forms and walk.drafts
