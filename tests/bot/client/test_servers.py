"""Two servers at once: the articles of one are seen by nobody outside it, whatever way they ask."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
import simcord

from index.article import article_from_text

CLOSED = """\
Warehouse to close

"The warehouse closes on Friday," said Cleo Quist, the manager of the site. She denied that anybody would lose work.
"""
WAREHOUSE = "What did Cleo Quist say about the warehouse?"
FRIDAY = "The warehouse closes on Friday"


@dataclass
class Two:
    """`ours` has an article of its own; Ann is in both servers."""

    world: Any
    theirs: simcord.GuildHandle
    hall: simcord.ChannelHandle
    ann_there: simcord.MemberActor

    async def here(self, text: str) -> str:
        asked = await self.world.ann.send(self.world.general, f"{self.world.mention} {text}")
        return str(self.world.answers(asked)[0].content)

    async def there(self, text: str) -> str:
        asked = await self.ann_there.send(self.hall, f"{self.world.mention} {text}")
        return str(self.world.answers(asked)[0].content)

    async def alone(self, text: str) -> str:
        await self.world.ann.send_dm(text)
        return str(self.world.said_in(self.world.ann.user.dm_channel)[-1].content)


@pytest.fixture
async def two(harbour: Any) -> Two:
    secret = article_from_text(CLOSED, id="warehouse", collection=f"guild:{harbour.server.id}")
    await asyncio.to_thread(harbour.library.add, [secret])
    theirs = harbour.env.create_guild(name="Others")
    return Two(harbour, theirs, theirs.create_text_channel("hall"), theirs.add_member(harbour.ann.user))


def leaked(content: str, asked: str = "") -> set[str]:
    """Words of the article in what the bot wrote, but for those that the asker wrote."""
    words = ("Cleo", "Quist", "Friday", "lose", "manager", "Warehouse to close")
    return {word for word in words if word in content and word not in asked}


async def test_each_server_is_answered_in_its_own_place_at_the_same_time(two: Two) -> None:
    world = two.world
    world.library.gate.clear()
    question = f"{world.mention} What did Ben Ito say about ferries?"
    asked = [world.post(world.ann, world.general, question), world.post(world.ann, two.hall, question)]
    await world.until(lambda: world.library.asked)
    world.library.gate.set()
    await world.env.settle()
    shown = [*world.said, *world.said_in(two.hall)]
    assert [answer.reference.message_id for answer in shown] == asked
    assert all("more ferries" in answer.content for answer in shown)


async def test_a_servers_own_article_is_answered_from_in_it_and_nowhere_else(two: Two) -> None:
    assert FRIDAY in await two.here(WAREHOUSE)
    assert not leaked(await two.there(WAREHOUSE), WAREHOUSE)
    assert not leaked(await two.alone(WAREHOUSE), WAREHOUSE)


async def test_it_stays_there_in_whatever_order_people_ask(two: Two) -> None:
    assert not leaked(await two.alone(WAREHOUSE), WAREHOUSE)
    assert not leaked(await two.there(WAREHOUSE), WAREHOUSE)
    assert FRIDAY in await two.here(WAREHOUSE)
    assert not leaked(await two.there(WAREHOUSE), WAREHOUSE)


async def test_a_conversation_about_it_does_not_go_on_outside(two: Two) -> None:
    await two.here(WAREHOUSE)
    assert not leaked(await two.there("What else did she say?"))
    assert not leaked(await two.alone("What else did she say?"))
    assert "lose work" in await two.here("What else did she say?")


async def test_no_kind_of_question_brings_it_out(two: Two) -> None:
    for question in (
        "Who is quoted?",
        "Who said that the warehouse closes on Friday?",
        "When does the warehouse close?",
        "Who is Cleo Quist?",
        "Who is Quist?",
        "Did Cleo Quist say that anybody would lose work?",
    ):
        assert leaked(await two.here(question), question)
        assert not leaked(await two.there(question), question)
        assert not leaked(await two.alone(question), question)
    assert not leaked(await two.there(""))


async def test_no_command_brings_it_out(two: Two) -> None:
    commands: list[tuple[str, dict[str, str]]] = [
        ("ask", {"question": WAREHOUSE}),
        ("quotes", {"speaker": "Cleo Quist"}),
        ("check", {"speaker": "Cleo Quist", "claim": "the warehouse closes"}),
        ("speakers", {}),
        ("speakers", {"topic": "warehouse"}),
        ("articles", {}),
    ]
    for command, options in commands:
        asked = " ".join(options.values())
        inside = await two.world.ann.slash(two.world.general, command, **options)
        assert leaked(inside.response.content, asked)
        there = await two.ann_there.slash(two.hall, command, **options)
        alone = await two.world.ann.user.slash(command, **options)
        assert there.response is not None
        assert there.response.content
        assert not leaked(there.response.content, asked)
        assert not leaked(alone.response.content, asked)


async def test_an_article_of_the_server_cannot_be_named_outside(two: Two) -> None:
    result = await two.ann_there.slash(two.hall, "ask", question=WAREHOUSE, article="warehouse")
    shown = [one.content for one in (result.response, *result.followups) if one is not None]
    assert shown
    assert not any(leaked(content, WAREHOUSE) for content in shown)


async def test_no_suggestion_brings_it_out(two: Two) -> None:
    async def offered(who: Any, *where: Any) -> set[str]:
        speakers = await who.autocomplete(*where, "quotes", "speaker", "")
        articles = await who.autocomplete(*where, "ask", "article", "")
        return {str(choice["name"]) for choice in [*speakers, *articles]}

    inside = await offered(two.world.ann, two.world.general)
    assert any("Quist" in name for name in inside)
    assert any("Warehouse" in name for name in inside)
    for names in (await offered(two.ann_there, two.hall), await offered(two.world.ann.user)):
        assert names
        assert not any("Quist" in name or "Warehouse" in name for name in names)


async def test_a_button_of_an_answer_shows_nothing_of_it_outside(two: Two) -> None:
    world = two.world
    await two.here(WAREHOUSE)
    rows = world.env.backend.get_message(world.general.id, world.said[-1].id).components
    context = next(one["custom_id"] for row in rows for one in row["components"] if one.get("label") == "Context")
    await two.there("What did Ben Ito say about ferries?")
    copied = world.env.backend.get_message(two.hall.id, world.said_in(two.hall)[-1].id)
    copied.components = rows  # as if somebody had brought the button along
    pressed = await two.ann_there.click(world.said_in(two.hall)[-1], custom_id=context)
    shown = [one.content for one in (pressed.response, *pressed.followups) if one is not None]
    assert shown
    assert not any(leaked(content) for content in shown)


async def test_when_the_article_is_taken_away_it_is_gone_at_once(two: Two) -> None:
    assert FRIDAY in await two.here(WAREHOUSE)
    await asyncio.to_thread(two.world.library.remove, "warehouse", f"guild:{two.world.server.id}")
    assert not leaked(await two.here(WAREHOUSE), WAREHOUSE)
    assert not leaked(await two.here("What else did she say?"), "Cleo Quist")  # who was talked about is remembered
