"""Where several articles answer equally well, the bot asks which is meant, with a button for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest

from bot.render.limits import LABEL
from bot.render.markdown import width

if TYPE_CHECKING:
    from tests.bot.client.conftest import World

ROPE = "Rope bridge reopens in Farley\n\nThe rope bridge is safe, the engineer Ada Park said. “Cross it,” Park said.\n"
STEEL = (
    "Steel bridge at Millport\n\n“The bridge is safe,” said Tom Birch, the mayor of Millport. “It holds,” he said.\n"
)
QUESTION = "Who said the bridge is safe?"
ASKED = f"-# {QUESTION}\n**2 articles answer this: which do you mean?**"
OF_ROPE, OF_STEEL = "Rope bridge reopens in Farley", "Steel bridge at Millport"
ALL = discord.Permissions.all()
GONE = "This article is not here any more. Ask again, and I answer from those that are."


@pytest.fixture
async def bridges(world: World) -> World:
    """The world, with two articles about safe bridges."""
    world.add(ROPE, "rope")
    world.add(STEEL, "steel")
    return world


async def asked(world: World, question: str = QUESTION, **more: Any) -> Any:
    """The message with the answer."""
    return (await world.ann.slash(world.general, "ask", question=question, **more)).response


async def test_each_button_answers_from_its_article(bridges: World) -> None:
    message = await asked(bridges)
    assert message.content == ASKED
    assert list(bridges.buttons(message)) == [OF_STEEL, OF_ROPE, "Delete"]
    shown = await bridges.press(bridges.ann, message, OF_ROPE)
    assert f"-# {QUESTION}\n**Ada Park**, engineer" in bridges.read(shown)
    assert "Birch" not in bridges.read(shown)
    assert {"Context", "👍", "Delete", OF_STEEL} <= set(bridges.buttons(bridges.said[-1]))
    again = await bridges.press(bridges.join("bob"), bridges.said[-1], OF_STEEL)  # for anybody who reads it
    assert "**Tom Birch**, mayor of Millport" in bridges.read(again) and "Park" not in bridges.read(again)
    assert len(bridges.said) == 1


async def test_a_mention_is_asked_back_too_and_what_follows_is_about_the_chosen_article(bridges: World) -> None:
    question = await bridges.ann.send(bridges.general, f"{bridges.mention} {QUESTION}")
    (reply,) = bridges.answers(question)
    assert reply.content == ASKED
    await bridges.press(bridges.ann, reply, OF_ROPE)
    await bridges.ann.send(bridges.general, f"{bridges.mention} What else did she say?")
    assert "“Cross it”" in bridges.said[-1].content


async def test_the_buttons_work_after_a_restart_and_a_vote_knows_the_question(bridges: World) -> None:
    message = await asked(bridges)
    await bridges.restart()
    await bridges.press(bridges.ann, message, OF_STEEL)
    await bridges.restart()
    shown = await bridges.press(bridges.ann, bridges.said[-1], OF_ROPE)
    assert "**Ada Park**" in bridges.read(shown)
    await bridges.press(bridges.ann, bridges.said[-1], "👍")
    assert [vote.question for vote in bridges.records.votes()] == [QUESTION]


async def test_what_only_the_asker_sees_stays_so(bridges: World) -> None:
    message = await asked(bridges, private=True)
    assert list(bridges.buttons(message)) == [OF_STEEL, OF_ROPE]
    shown = await bridges.press(bridges.ann, message, OF_ROPE)
    assert "**Ada Park**" in bridges.read(shown)
    assert "Delete" not in bridges.buttons(shown.response)
    assert bridges.general.history(viewer=bridges.join("bob")) == []


async def test_an_article_that_was_removed_meanwhile_gets_a_sentence(bridges: World) -> None:
    message = await asked(bridges)
    bridges.library.remove("rope", bridges.own)
    shown = await bridges.press(bridges.ann, message, OF_ROPE)
    assert [one.content for one in shown.followups] == [GONE]
    assert bridges.said[-1].content == ASKED


async def test_a_button_shows_nothing_where_its_article_may_not_be_seen(bridges: World) -> None:
    rows = (await asked(bridges)).components
    theirs = bridges.env.create_guild(name="Others")
    hall, bob = theirs.create_text_channel("hall"), theirs.add_member(bridges.env.create_user("bob"))
    there: Any = (await bob.slash(hall, "ask", question="Who is Elon Musk?")).response
    bridges.env.backend.get_message(hall.id, there.id).components = rows  # as if he had brought it along
    shown = await bob.click(bridges.said_in(hall)[-1], custom_id=bridges.buttons(await asked(bridges))[OF_ROPE])
    assert [one.content for one in shown.followups] == [GONE]
    assert "Park" not in bridges.read(shown)


async def test_who_names_an_article_is_not_asked_which(bridges: World) -> None:
    assert "**Ada Park**" in (await asked(bridges, article=OF_ROPE)).content
    boss = bridges.join("boss", roles=[bridges.server.create_role("boss", permissions=ALL)])
    await boss.slash(bridges.general, "article bind", article=OF_ROPE)
    assert "**Ada Park**" in (await asked(bridges)).content


async def test_a_form_and_a_question_too_long_to_stand_above_the_buttons_are_answered_at_once(bridges: World) -> None:
    said = await bridges.ann.send(bridges.general, "The bridge is safe")
    from_menu = await bridges.ann.context_menu(bridges.general, "Who said this?", said)
    assert "**Tom Birch**" in bridges.read(from_menu)
    assert "which do you mean" not in (await asked(bridges, "Who said the bridge is safe? " + "Please! " * 30)).content


async def test_titles_stand_on_the_buttons_as_they_are_and_as_far_as_they_fit(world: World) -> None:
    world.add(ROPE.replace(OF_ROPE, "**Rope** @everyone " * 9), "rope")
    world.add(STEEL.replace(OF_STEEL, "The 🌉 " * 40), "steel")
    labels = list(world.buttons(await asked(world)))[:2]
    assert all(width(label) <= LABEL and label.endswith("…") for label in labels)
    assert any(label.startswith("**Rope** @everyone **Rope**") for label in labels)


async def test_articles_of_the_same_title_are_told_apart(world: World) -> None:
    world.add(ROPE.replace(OF_ROPE, "Bridges"), "rope")
    world.add(STEEL.replace(OF_STEEL, "Bridges"), "steel")
    assert list(world.buttons(await asked(world)))[:2] == ["steel: Bridges", "rope: Bridges"]
