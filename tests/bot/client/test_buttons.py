"""What the buttons do, for the one who asked and for everybody else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
import pytest

from bot.client.views.answer_buttons import context_button, more_button
from bot.client.views.base import ControlKind
from bot.client.views.vote_buttons import REASONS
from bot.phrasing import ENGLISH
from bot.render.button_codec import pack, packed
from bot.render.limits import CONTENT, PLACES
from index.answer.contract import Place

if TYPE_CHECKING:
    from index.article import Article
    from tests.bot.client.conftest import World

BRIDGE = """\
Harbour bridge to open in May

It rained there. “Every cable was tested twice,” the engineer Ada Park told reporters. Nobody asked.

“The ferry stays,” said Tom Birch, a former mayor.
"""
TALK = "\n\n".join(
    ["A long talk"]
    + [
        f"“Rule number {i} of the harbour is that the {thing} stays where it was in the year {1900 + i}, whatever the "
        f"weather and whoever asks for it on that day,” said Ada Park, an engineer."
        for i, thing in enumerate(
            ["crane", "ferry", "tower", "anchor", "lamp", "flag", "gate", "quay", "rope", "bell"] * 3
        )
    ]
)
QUESTION = "What did Ada Park say about cables?"
LABELS = [ENGLISH(key) for key in REASONS.values()]


async def answered(world: World, question: str = QUESTION, **more: Any) -> Any:
    """The message with the answer."""
    world.add(BRIDGE, "bridge")
    shown = await world.ann.slash(world.general, "ask", question=question, **more)
    return shown.response


def place(article: Article, words: str) -> Place:
    """Where words stand in an article."""
    start = article.text.index(words)
    return Place(article.sha256, start, start + len(words))


async def under_a_message(world: World, item: discord.ui.Item[Any]) -> Any:
    """A message of the bot with a button that it would not have made."""
    view = discord.ui.View(timeout=None)
    view.add_item(item)
    channel = world.bot.get_channel(world.general.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.send("Here.", view=view)
    return world.said[-1]


# ── Context ───────────────────────────────────────────────────────────────


async def test_context_shows_the_paragraph_with_the_quote_in_bold_to_who_presses_it(world: World) -> None:
    message = await answered(world)
    bob = world.join("bob")
    shown = await world.press(bob, message, "Context")
    assert shown.response.ephemeral
    assert world.read(shown).splitlines() == [
        "> It rained there. “**Every cable was tested twice**,” the engineer Ada Park told reporters. Nobody asked.",
        "-# Harbour bridge to open in May, paragraph 2",
    ]
    assert world.buttons(shown.response) == {}


async def test_context_of_several_paragraphs_goes_on_behind_more_until_all_were_shown(world: World) -> None:
    world.add(
        "Talk\n\n" + "\n\n".join(f"“Rule {i} holds,” said Ada Park. {'It rained. ' * 60}" for i in range(6)), "talk"
    )
    asked = await world.ann.slash(world.general, "quotes", speaker="Ada Park")
    shown = await world.press(world.ann, asked.response, "Context")
    pages = [world.read(shown)]
    while "More" in world.buttons(shown.response):
        shown = await world.press(world.ann, shown.response, "More")
        pages.append(world.read(shown))
    assert len(pages) > 1 and all(len(page) <= CONTENT for page in pages)
    assert re.findall(r"\*\*Rule (\d) holds\*\*", "\n".join(pages)) == list("012345")


async def test_context_of_an_article_that_was_removed_is_told_in_a_sentence(world: World) -> None:
    message = await answered(world)
    world.library.remove("bridge", world.own)
    shown = await world.press(world.ann, message, "Context")
    assert shown.response.ephemeral
    assert world.read(shown) == "The article behind this answer is not here any more, so there is nothing to show."


# ── More ──────────────────────────────────────────────────────────────────


async def test_more_leads_to_all_that_was_said_each_once_and_in_order(world: World) -> None:
    world.add(TALK, "talk")
    asked = await world.ann.slash(world.general, "quotes", speaker="Ada Park")
    shown, pages = asked, [world.read(asked)]
    assert "press **More**" in pages[0]
    while "More" in world.buttons(shown.response):
        shown = await world.press(world.ann, shown.response, "More")
        assert shown.response.ephemeral
        pages.append(world.read(shown))
    assert len(pages) > 1 and all(len(page) <= CONTENT for page in pages)
    seen = [int(number) for number in re.findall(r"Rule number (\d+) of", "\n".join(pages))]
    beyond = re.search(r"and (\d+) more; ask about a topic", pages[0])
    assert beyond is not None
    assert seen == list(range(30 - int(beyond[1])))
    assert "More" not in pages[-1]


async def test_more_of_an_article_that_was_removed_is_told_in_a_sentence(world: World) -> None:
    world.add(TALK, "talk")
    asked = await world.ann.slash(world.general, "quotes", speaker="Ada Park")
    world.library.remove("talk", world.own)
    shown = await world.press(world.ann, asked.response, "More")
    assert "not here any more" in world.read(shown) and "Rule" not in world.read(shown)


# ── buttons that nobody was given ─────────────────────────────────────────


@pytest.mark.parametrize("collection", ["guild:1", "public"])
@pytest.mark.parametrize("button", [context_button, more_button])
async def test_a_button_shows_no_word_of_another_servers_article(
    world: World, button: ControlKind[[str]], collection: str
) -> None:
    article = world.add(BRIDGE, "bridge", collection=collection)
    message = await under_a_message(world, button("Press", packed([place(article, "Every cable was tested twice")])))
    shown = await world.press(world.ann, message, "Press")
    if collection == "public":  # the same button works where the article may be seen
        assert "Every cable was tested twice" in world.read(shown)
    else:
        assert world.read(shown) == "The article behind this answer is not here any more, so there is nothing to show."


@pytest.mark.parametrize("action", ["context", "context_more", "more"])
async def test_a_button_whose_places_make_no_sense_is_told_in_a_sentence(world: World, action: str) -> None:
    for places in ("A", "????", "🙂", "_" * 80, "zzzz zzzz", "4V2GpuxqnTJe"[:7]):
        message = await under_a_message(world, discord.ui.Button(custom_id=f"{action}:{places}", label="Press"))
        shown = await world.press(world.ann, message, "Press")
        assert shown.response.ephemeral
        assert world.read(shown).startswith("I don't know this button any more"), places
        assert world.env.errors == []


@pytest.mark.parametrize("action", ["context", "more"])
async def test_a_button_to_words_that_are_not_there_is_told_in_a_sentence(world: World, action: str) -> None:
    article = world.add(BRIDGE, "bridge")
    for words in ((0, 10**9), (10**9, 10**9 + 5)):
        packed, count = pack([Place(article.sha256, *words)], PLACES)
        assert count == 1
        message = await under_a_message(world, discord.ui.Button(custom_id=f"{action}:{packed}", label="Press"))
        shown = await world.press(world.ann, message, "Press")
        assert "not here any more" in world.read(shown)


async def test_a_button_of_another_version_is_told_in_a_sentence(world: World) -> None:
    told = "I don't know this button any more: it is from another version of me. Please ask again."
    for custom_id in ("vote:maybe", "vote", "reason:because:1", "reason:other:x", "delete:me", "page:people:1", "x"):
        message = await under_a_message(world, discord.ui.Button(custom_id=custom_id, label="Press"))
        shown = await world.press(world.ann, message, "Press")
        assert shown.response.ephemeral
        assert world.read(shown) == told, custom_id


async def test_a_page_that_is_not_there_is_the_nearest_one(world: World) -> None:
    for i in range(16):
        world.add(f"Ferry news {i}\n\n“It rains,” said Ada Park.", f"ferry-{i}")
    for number, page in (("-7", "1 of 2"), ("99999999999999999999", "2 of 2")):
        message = await under_a_message(world, discord.ui.Button(custom_id=f"page:articles:{number}", label="Press"))
        await world.press(world.ann, message, "Press")
        assert f"-# Page {page}" in world.said[-1].content


# ── votes ─────────────────────────────────────────────────────────────────


async def test_a_good_answer_is_kept_with_its_question_and_without_a_name(world: World) -> None:
    message = await answered(world)
    shown = await world.press(world.join("bob"), message, "👍")
    assert shown.response.ephemeral
    assert world.read(shown) == "Thank you: kept, without your name. /privacy tells what is kept."
    (vote,) = world.records.votes()
    assert (vote.vote, vote.reason, vote.question) == ("up", None, QUESTION)
    assert [one["quote"] for one in vote.answer["citations"]] == ["Every cable was tested twice"]
    assert vote.collections == (world.own, "public")
    kept = (world.data / "bot.db").read_bytes()
    assert b"bob" not in kept and str(world.ann.id).encode() not in kept


@pytest.mark.parametrize(("reason", "label"), list(zip(REASONS, LABELS, strict=True)))
async def test_a_bad_answer_is_kept_at_once_and_its_reason_when_it_is_told(
    world: World, reason: str, label: str
) -> None:
    message = await answered(world)
    why = await world.press(world.ann, message, "👎")
    assert why.response.ephemeral
    assert world.read(why) == "Thank you: kept, without your name. What was wrong?"
    assert list(world.buttons(why.response)) == LABELS
    assert [(vote.vote, vote.reason) for vote in world.records.votes()] == [("down", None)]
    thanks = await world.press(world.ann, why.response, label)
    assert world.read(thanks) == f"Thank you: kept as “{label}”."
    assert world.buttons(thanks.response) == {}
    assert [(vote.vote, vote.reason) for vote in world.records.votes()] == [("down", reason)]


async def test_a_vote_can_be_changed_and_everybody_has_one(world: World) -> None:
    message = await answered(world)
    bob = world.join("bob")
    for who, button in [(world.ann, "👍"), (bob, "👍"), (world.ann, "👎"), (world.ann, "👎")]:
        await world.press(who, message, button)
    assert sorted(vote.vote for vote in world.records.votes()) == ["down", "up"]


async def test_a_reason_comes_too_late_when_the_vote_was_changed_or_deleted(world: World) -> None:
    message = await answered(world)
    why = await world.press(world.ann, message, "👎")
    await world.press(world.ann, message, "👍")
    late = await world.press(world.ann, why.response, "Wrong speaker")
    assert "Your vote was changed or deleted meanwhile" in world.read(late)
    assert [(vote.vote, vote.reason) for vote in world.records.votes()] == [("up", None)]


async def test_a_private_answer_can_be_voted_on_too(world: World) -> None:
    message = await answered(world, private=True)
    await world.press(world.ann, message, "👍")
    assert [vote.question for vote in world.records.votes()] == [QUESTION]


# ── Delete ────────────────────────────────────────────────────────────────


async def test_the_asker_can_delete_the_answer(world: World) -> None:
    message = await answered(world)
    await world.press(world.ann, message, "Delete")
    assert world.said == []


async def test_somebody_else_cannot_delete_it_and_is_told_who_can(world: World) -> None:
    message = await answered(world)
    shown = await world.press(world.join("bob"), message, "Delete")
    assert shown.response.ephemeral
    assert world.read(shown) == (
        "Only the person who asked, or somebody who may manage messages here, can delete this answer."
    )
    assert message.id in [one.id for one in world.said]


async def test_a_moderator_can_delete_it(world: World) -> None:
    message = await answered(world)
    role = world.server.create_role("Moderators", permissions=discord.Permissions(manage_messages=True))
    await world.press(world.join("mo", roles=[role]), message, "Delete")
    assert world.said == []


# ── privacy ───────────────────────────────────────────────────────────────


async def test_the_privacy_button_deletes_what_is_kept_about_who_presses_it_and_nobody_else(world: World) -> None:
    world.add(BRIDGE, "bridge")
    bob = world.join("bob")
    for who in (world.ann, bob):
        theirs = await who.slash(world.general, "ask", question=f"What did Tom Birch say to {who.name}?")
        await world.press(who, theirs.response, "👍")
        await who.slash(world.general, "ask", question=f"Who said the moon is made of {who.name}?")
        await who.send(world.general, f"{world.mention} who is Ada Park?")
    card = await world.ann.slash(world.general, "privacy")
    deleted = await world.press(world.ann, card.response, "Delete what is kept about me")
    assert deleted.response.ephemeral
    assert world.read(deleted).startswith("Deleted: 1 vote, 1 question")
    assert [vote.question for vote in world.records.votes()] == ["What did Tom Birch say to bob?"]
    assert [gap.question for gap in world.records.gaps()] == ["Who said the moon is made of bob?"]
    again = await world.press(world.ann, card.response, "Delete what is kept about me")
    assert world.read(again) == "There was nothing kept about you."


async def test_the_privacy_button_deletes_what_others_thought_of_ones_own_questions(world: World) -> None:
    bob = world.join("bob")
    message = await answered(world)
    await world.press(bob, message, "👎")
    theirs = await bob.slash(world.general, "ask", question="What did Tom Birch say?")
    await world.press(bob, theirs.response, "👍")
    await world.ann.send(world.general, f"{world.mention} {QUESTION}")
    asked = await bob.send(world.general, "What else did she say?", reply_to=world.said[-1])
    (answer,) = world.answers(asked)
    await world.press(bob, answer, "👎")
    follow_up = world.records.votes()[0]
    assert [posed.question for posed in (*follow_up.before, follow_up.posed)] == [QUESTION, "What else did she say?"]
    card = await world.ann.slash(world.general, "privacy")
    await world.press(world.ann, card.response, "Delete what is kept about me")
    assert [vote.question for vote in world.records.votes()] == ["What did Tom Birch say?"]


async def test_a_question_in_vain_is_forgotten_when_its_message_is_deleted(world: World) -> None:
    asked = [
        await world.ann.send(world.general, f"{world.mention} who said {food} is food?") for food in ("kelp", "jam")
    ]
    await world.until(lambda: len(world.records.gaps()) == 2)
    await world.ann.delete(asked[0])
    assert [gap.question for gap in world.records.gaps()] == ["who said jam is food?"]


async def test_small_talk_in_a_direct_message_is_not_kept(world: World) -> None:
    await world.ann.user.send_dm("my boss Frank fired me today")
    await world.ann.user.send_dm("who fired Frank?")
    await world.until(world.records.gaps)
    assert [gap.question for gap in world.records.gaps()] == ["who fired Frank?"]


async def test_after_the_privacy_button_a_follow_up_knows_of_nothing(world: World) -> None:
    world.add(BRIDGE, "bridge")
    await world.ann.user.send_dm("Who is Elon Musk?")
    card = await world.ann.user.slash("privacy")
    await world.press(world.ann.user, card.response, "Delete what is kept about me")
    await world.ann.user.send_dm("What did he say?")
    last = world.ann.user.dm_channel.last_message
    assert last is not None and "Musk" not in last.content
