"""Two servers and direct messages in any order of adding, changing and asking: what is one's own stays there."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import discord
import pytest
import simcord

from index.article import Article, article_from_text

if TYPE_CHECKING:
    from tests.bot.client.conftest import World

STEPS = 40
KINDS = ["add", "paste", "remove", "rename", "bind", "list", "show", "ask", "offer", "press", "press"]


class Side:
    """A server, somebody who manages it, and words that only its articles hold."""

    def __init__(self, world: World, server: simcord.GuildHandle, channel: simcord.ChannelHandle, user: Any) -> None:
        role = server.create_role("managers", permissions=discord.Permissions(manage_guild=True))
        self.world, self.server, self.channel = world, server, channel
        self.boss = server.add_member(user, roles=[role])
        self.word, self.name = ("zinnia", "Zora Zander") if server is world.server else ("quartz", "Quinn Quayle")
        self.shown: list[Any] = []
        self.count = 0

    def text(self) -> str:
        """Another article, all of whose names and words of note are this side's."""
        self.count += 1
        return (
            f"The {self.word} number {self.count}\n\n"
            f'"Every {self.word} of the {self.count} is sold," said {self.name}. '
            f"{self.name} denied that a {self.word} was lost.\n"
        )

    async def step(self, choice: random.Random) -> str:
        """Do something, and what was shown."""
        name = choice.choice(
            ["add", "paste", "remove", "rename", "bind", "list", "show", "ask", "offer", "press", "press"]
        )
        result = await getattr(self, f"do_{name}")(choice)
        if isinstance(result, list):
            return str(result)
        if result is None:
            return ""
        if result.response is not None:
            self.shown.append(result.response)
        return self.world.read(result)

    async def use(self, command: str, **options: Any) -> Any:
        return await self.boss.slash(self.channel, command, **options)

    async def do_add(self, _: random.Random) -> Any:
        return await self.use("article add", file=(f"{self.word}.txt", self.text().encode()))

    async def do_paste(self, _: random.Random) -> Any:
        form = await self.use("article add")
        return await self.boss.submit_modal(form, {"title": f"On {self.word}", "text1": self.text()})

    async def chosen(self, choice: random.Random, command: str) -> str:
        offered = await self.boss.autocomplete(self.channel, f"article {command}", "article", "")
        return str(choice.choice(offered)["value"]) if offered else "nothing"

    async def do_remove(self, choice: random.Random) -> Any:
        return await self.use("article remove", article=await self.chosen(choice, "remove"))

    async def do_rename(self, choice: random.Random) -> Any:
        title = f"The {self.word} again"
        return await self.use("article rename", article=await self.chosen(choice, "rename"), title=title)

    async def do_bind(self, choice: random.Random) -> Any:
        options = {"article": await self.chosen(choice, "bind")} if choice.random() < 0.5 else {}
        return await self.use("article bind", **options)

    async def do_list(self, choice: random.Random) -> Any:
        return await self.use(choice.choice(["article list", "articles", "speakers"]))

    async def do_show(self, choice: random.Random) -> Any:
        return await self.use("article show", article=await self.chosen(choice, "show"))

    async def do_ask(self, choice: random.Random) -> Any:
        return await self.use("ask", question=choice.choice(["Who is quoted?", "What was sold?", "Who denied it?"]))

    async def do_offer(self, choice: random.Random) -> Any:
        command, option = choice.choice([("quotes", "speaker"), ("ask", "article"), ("article bind", "article2")])
        return await self.boss.autocomplete(self.channel, command, option, "")

    async def do_press(self, choice: random.Random) -> Any:
        """A button of this side, as old as it may be; or one that the other side has, brought along."""
        there = [
            (one, label) for one in self.shown for label in self.world.buttons(one) if label not in {"Delete", "👎"}
        ]
        enabled = [(one, label) for one, label in there if label not in {"Back", "Next"}]
        if not enabled:
            return None
        message, label = choice.choice(enabled)
        return await self.world.press(self.boss, message, label)

    def bring(self, other: Side, choice: random.Random) -> None:
        """Put the other side's buttons under a message of this one."""
        if self.shown and other.shown:
            mine, theirs = choice.choice(self.shown), choice.choice(other.shown)
            backend = self.world.env.backend
            backend.get_message(mine.channel_id, mine.id).components = theirs.components


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_no_order_of_steps_shows_a_word_of_one_server_in_the_other(world: World, seed: int) -> None:
    choice = random.Random(seed)  # noqa: S311 - the same steps each time
    theirs = world.env.create_guild(name="Others")
    boss = world.env.create_user("boss")
    ours = Side(world, world.server, world.general, boss)
    others = Side(world, theirs, theirs.create_text_channel("hall"), boss)
    for side in (ours, others):
        made = article_from_text(side.text(), id=f"first-{side.word}", collection=f"guild:{side.server.id}")
        assert isinstance(made, Article)
        world.library.add([made])
    seen = dict.fromkeys((ours, others), 0)
    for _ in range(STEPS):
        side, other = choice.sample([ours, others], 2)
        if choice.random() < 0.2:
            side.bring(other, choice)
        text = (await side.step(choice)).casefold()
        seen[side] += side.word in text
        assert other.word not in text and other.name.casefold() not in text
        alone = world.read(await boss.slash("ask", question="Who is quoted?")).casefold()
        assert not [word for one in (ours, others) for word in (one.word, one.name.casefold()) if word in alone]
    assert all(seen.values())  # else nothing was tested
