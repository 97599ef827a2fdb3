"""What managers set holds where people ask: channels, threads, privacy, pace, direct messages, what channels are about.

And whatever anybody does in whatever order, no word of a server's article is shown outside it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord
import pytest
import simcord

from index.store.protocol import Scope

if TYPE_CHECKING:
    from tests.bot.client.conftest import World

FERRIES = "What did Ben Ito say about ferries?"
HARBOUR = "more ferries"
CLOSED = """\
Warehouse to close

"The warehouse closes on Friday," said Cleo Quist, the manager of the site. She denied that anybody would lose work.
"""
WAREHOUSE = "What did Cleo Quist say about the warehouse?"
FRIDAY = "The warehouse closes on Friday"


def set_here(world: World, **what: Any) -> None:
    world.servers.change(world.server.id, world.ann.id, **what)


async def ask(world: World, question: str = FERRIES, where: Any = None, who: Any = None, **more: Any) -> Any:
    result = await (who or world.ann).slash(where or world.general, "ask", question=question, **more)
    return result.response


async def mention(world: World, question: str = FERRIES, where: Any = None) -> Any:
    return await world.ann.send(where or world.general, f"{world.mention} {question}")


# ── channels and privacy ──────────────────────────────────────────────────


async def test_only_in_the_chosen_channels_everybody_sees_answers(harbour: World) -> None:
    bots = harbour.server.create_text_channel("bots")
    set_here(harbour, channels=(bots.id,))
    aside, aloud = await ask(harbour), await ask(harbour, where=bots)
    assert HARBOUR in aside.content and aside.ephemeral
    assert HARBOUR in aloud.content and not aloud.ephemeral
    listed = await harbour.ann.slash(harbour.general, "speakers")
    assert listed.response is not None and listed.response.ephemeral


async def test_a_mention_elsewhere_is_told_once_where_to_ask(harbour: World) -> None:
    bots = harbour.server.create_text_channel("bots")
    set_here(harbour, channels=(bots.id,))
    asked = await mention(harbour)
    (told,) = harbour.answers(asked)
    assert told.content == f"I answer in <#{bots.id}>. Here you can use `/ask`: only you see what I answer."
    assert harbour.answers(await mention(harbour)) == []
    assert HARBOUR in harbour.answers(await mention(harbour, where=bots))[0].content


async def test_threads_of_a_chosen_channel_and_channels_of_a_chosen_category_are_among_them(harbour: World) -> None:
    category = harbour.server.create_category("library")
    inside = harbour.server.create_text_channel("reading", category=category)
    set_here(harbour, channels=(category.id, harbour.general.id))
    assert not (await ask(harbour, where=inside)).ephemeral
    start = await harbour.ann.send(harbour.general, "Let us talk")
    channel = harbour.bot.get_channel(harbour.general.id)
    assert isinstance(channel, discord.TextChannel)
    thread = await channel.create_thread(name="talk", message=discord.Object(start.id))
    handle = simcord.ChannelHandle(harbour.env, harbour.server, harbour.env.backend.get_channel(thread.id))
    assert not (await ask(harbour, where=handle)).ephemeral


async def test_who_wants_an_answer_for_all_where_there_is_none_is_told_why(harbour: World) -> None:
    bots = harbour.server.create_text_channel("bots")
    set_here(harbour, channels=(bots.id,))
    result = await harbour.ann.slash(harbour.general, "ask", question=FERRIES, private=False)
    assert f"only in <#{bots.id}>" in harbour.read(result)
    assert all(one.ephemeral for one in (result.response, *result.followups) if one is not None)


async def test_where_answers_are_private_the_asker_may_choose_otherwise(harbour: World) -> None:
    set_here(harbour, private=True)
    assert (await ask(harbour)).ephemeral
    assert not (await ask(harbour, private=False)).ephemeral
    set_here(harbour, private=False)
    assert not (await ask(harbour)).ephemeral
    assert (await ask(harbour, private=True)).ephemeral


# ── pace ──────────────────────────────────────────────────────────────────


async def test_a_server_may_let_people_ask_less_often_than_others(harbour: World) -> None:
    set_here(harbour, per_minute=2)
    others = harbour.env.create_guild(name="Others")
    hall = others.create_text_channel("hall")
    ann_there = others.add_member(harbour.ann.user)
    assert HARBOUR in (await ask(harbour)).content
    assert HARBOUR in harbour.answers(await mention(harbour))[0].content
    (told,) = harbour.answers(await mention(harbour))
    assert "You ask faster" in told.content
    assert "You ask faster" in (await ask(harbour)).content
    assert HARBOUR in (await ask(harbour, where=hall, who=ann_there)).content
    assert HARBOUR in (await ask(harbour, who=harbour.join("bob"))).content


# ── threads ───────────────────────────────────────────────────────────────


def threads(world: World) -> list[simcord.ChannelHandle]:
    found = world.env.backend.get_guild(world.server.id).thread_ids
    return [simcord.ChannelHandle(world.env, world.server, world.env.backend.get_channel(one)) for one in found]


async def test_a_mention_is_answered_in_a_thread_where_the_conversation_goes_on(harbour: World) -> None:
    set_here(harbour, threads="mention")
    asked = await mention(harbour)
    (thread,) = threads(harbour)
    assert thread.id == asked.id
    assert harbour.bot.get_channel(thread.id).name == FERRIES  # type: ignore[union-attr] # a thread has a name
    (answer,) = harbour.said_in(thread)
    assert HARBOUR in answer.content
    assert not [one for one in harbour.said if one.type is discord.MessageType.default]  # Discord's own notice is there
    await harbour.ann.send(thread, f"{harbour.mention} What else did he say?")
    assert "old ones leak" in harbour.said_in(thread)[-1].content
    assert len(threads(harbour)) == 1


async def test_the_answer_in_a_thread_follows_its_question(harbour: World) -> None:
    set_here(harbour, threads="mention")
    asked = await mention(harbour)
    (thread,) = threads(harbour)
    await harbour.ann.edit(asked, f"{harbour.mention} Who is Ada Park?")
    (answer,) = harbour.said_in(thread)
    assert "Ada Park" in answer.content
    await harbour.ann.delete(asked)
    assert harbour.said_in(thread) == []


async def test_a_reply_gets_a_thread_only_where_everything_gets_one(harbour: World) -> None:
    asked = await mention(harbour)
    (first,) = harbour.answers(asked)
    for mode, count in (("mention", 0), ("always", 1)):
        set_here(harbour, threads=mode)
        await harbour.ann.send(harbour.general, "What else did he say?", reply_to=first)
        assert len(threads(harbour)) == count


async def test_where_the_bot_may_open_no_thread_it_answers_in_the_channel(harbour: World) -> None:
    set_here(harbour, threads="always")
    closed: Any = {harbour.bot.user: discord.PermissionOverwrite(create_public_threads=False)}
    hall = harbour.server.create_text_channel("hall", overwrites=closed)
    asked = await mention(harbour, where=hall)
    assert HARBOUR in harbour.answers(asked)[0].content
    assert threads(harbour) == []


# ── what channels are about ───────────────────────────────────────────────


@pytest.fixture
async def two_stories(harbour: World) -> World:
    """A second article, of the server itself, that also quotes Ben Ito."""
    text = 'Ferry sold\n\n"The old ferry was sold to a museum," said Ben Ito, who runs the port.\n'
    await asyncio.to_thread(harbour.add, text, "museum")
    return harbour


async def test_a_channel_that_is_about_an_article_is_answered_from_it_alone(two_stories: World) -> None:
    world = two_stories
    port = world.server.create_text_channel("port")
    world.servers.bind(world.server.id, port.id, ["museum"], world.ann.id)
    question = "What did Ben Ito say?"
    here, there = await ask(world, question, where=port), await ask(world, question)
    assert "museum" in here.content and HARBOUR not in here.content
    assert "museum" in there.content and HARBOUR in there.content
    (told,) = world.answers(await mention(world, question, where=port))
    assert "museum" in told.content and HARBOUR not in told.content
    assert "Ada Park" not in world.read(await world.ann.slash(port, "speakers"))
    offered = await world.ann.autocomplete(port, "quotes", "speaker", "")
    assert [choice["value"] for choice in offered] == ["Ben Ito"]


async def test_a_thread_is_about_what_its_channel_is_about(two_stories: World) -> None:
    world = two_stories
    set_here(world, threads="mention")
    world.servers.bind(world.server.id, world.general.id, ["museum"], world.ann.id)
    await mention(world, "What did Ben Ito say?")
    (thread,) = threads(world)
    await world.ann.send(thread, f"{world.mention} Who is Ada Park?")
    assert "engineer" not in world.said_in(thread)[-1].content


async def test_in_such_a_channel_another_article_can_be_named(two_stories: World) -> None:
    world = two_stories
    world.servers.bind(world.server.id, world.general.id, ["museum"], world.ann.id)
    assert HARBOUR in (await ask(world, "What did Ben Ito say?", article="bridge")).content


async def test_when_its_articles_are_removed_it_is_a_channel_like_any_other(two_stories: World) -> None:
    world = two_stories
    world.servers.bind(world.server.id, world.general.id, ["museum"], world.ann.id)
    await asyncio.to_thread(world.library.remove, "museum", world.own)
    assert HARBOUR in (await ask(world)).content


# ── direct messages ───────────────────────────────────────────────────────


async def alone(world: World, who: Any = None, question: str = WAREHOUSE) -> str:
    user = (who or world.ann).user
    await user.send_dm(question)
    return str(world.said_in(user.dm_channel)[-1].content)


@dataclass
class Asked:
    """How often Discord was asked who is a member."""

    world: World

    def count(self) -> int:
        return sum("/members/" in request.path for request in self.world.env.http_requests)


async def test_members_are_answered_in_direct_messages_where_their_server_allows_it(harbour: World) -> None:
    harbour.add(CLOSED, "warehouse")
    assert FRIDAY not in await alone(harbour)
    assert Asked(harbour).count() == 0  # where no server allows it, nothing is asked
    set_here(harbour, in_dms=True)
    assert FRIDAY in await alone(harbour)
    assert FRIDAY in (await harbour.ann.user.slash("ask", question=WAREHOUSE)).response.content
    assert Asked(harbour).count() == 1  # and then once in a while
    set_here(harbour, in_dms=False)
    assert FRIDAY not in await alone(harbour)


async def test_whoever_is_no_member_or_not_any_more_is_not(harbour: World) -> None:
    harbour.add(CLOSED, "warehouse")
    set_here(harbour, in_dms=True)
    others = harbour.env.create_guild(name="Others")
    bob = others.add_member(harbour.env.create_user("bob"))
    assert FRIDAY not in await alone(harbour, bob)
    assert FRIDAY in await alone(harbour)
    harbour.env.backend.remove_member(harbour.server.id, harbour.ann.id)
    harbour.bot.parts.members._members.clear()  # a minute passes, which is not simcord's
    assert FRIDAY not in await alone(harbour)
    assert "lose work" not in await alone(harbour, question="What else did she say?")


async def test_when_discord_does_not_tell_who_is_a_member_nothing_of_a_server_is_shown(harbour: World) -> None:
    harbour.add(CLOSED, "warehouse")
    set_here(harbour, in_dms=True)
    harbour.env.inject_error("GET", "/guilds/*/members/*", status=403)
    assert FRIDAY not in await alone(harbour)


async def test_articles_are_not_shown_in_direct_messages_once_the_bot_has_left(harbour: World) -> None:
    harbour.add(CLOSED, "warehouse")
    set_here(harbour, in_dms=True)
    assert FRIDAY in await alone(harbour)
    harbour.env.backend.remove_guild(harbour.server.id)
    await harbour.env.settle()
    assert FRIDAY not in await alone(harbour)
    assert harbour.library.articles(Scope(frozenset({harbour.own})))
