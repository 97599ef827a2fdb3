"""Every button under an old message works after the bot was started anew, and votes still know what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.bot.client.conftest import World

BRIDGE = """\
Harbour bridge to open in May

It rained in Lowmere. “Every cable was tested twice,” the engineer Ada Park told reporters. Nobody asked why.

“The ferry stays,” said Tom Birch, a former mayor.
"""
TALK = "A long talk\n\n" + "\n\n".join(
    f"“Rule number {i} of the harbour is that nothing moves {'without a word from me ' * 10}at night,” said Ada Park."
    for i in range(9)
)
RAINY = "Talk\n\n" + "\n\n".join(f"“Rule number {i} holds,” said Ada Park. {'It rained. ' * 60}" for i in range(6))
QUESTION = "What did Ada Park say about cables?"


async def answered_before(world: World, text: str = BRIDGE, question: str = QUESTION, **more: Any) -> Any:
    """An answer that the bot gave before it was started anew."""
    world.add(text, "bridge")
    shown = await world.ann.slash(world.general, "ask", question=question, **more)
    await world.restart()
    return shown.response


async def test_context_and_the_pages_behind_it_still_work(world: World) -> None:
    message = await answered_before(world)
    shown = await world.press(world.ann, message, "Context")
    assert "“**Every cable was tested twice**,”" in world.read(shown)
    world.library.remove("bridge", world.own)
    message = await answered_before(world, RAINY, "What did Ada Park say?")
    shown = await world.press(world.ann, message, "Context")
    await world.restart()
    again = await world.press(world.ann, shown.response, "More")
    assert "**Rule number" in world.read(again) and world.read(again) != world.read(shown)


async def test_more_still_works_from_page_to_page(world: World) -> None:
    message = await answered_before(world, TALK, "What did Ada Park say?")
    seen = message.content
    while "More" in world.buttons(message):
        shown = await world.press(world.ann, message, "More")
        message = shown.response
        seen += message.content
        await world.restart()
    assert [seen.count(f"Rule number {i} of") for i in range(9)] == [1] * 9


async def test_delete_still_knows_the_asker(world: World) -> None:
    message = await answered_before(world)
    refused = await world.press(world.join("bob"), message, "Delete")
    assert "Only the person who asked" in world.read(refused)
    await world.press(world.ann, message, "Delete")
    assert world.general.history(viewer=world.ann) == []


async def test_pages_still_turn(world: World) -> None:
    for i in range(16):
        world.add(f"Ferry news {i}\n\n“It rains,” said Ada Park.", f"ferry-{i}")
    shown = await world.ann.slash(world.general, "articles")
    await world.restart()
    await world.press(world.ann, shown.response, "Next")
    assert "-# Page 2 of 2" in world.said[-1].content


async def test_the_privacy_button_still_works(world: World) -> None:
    message = await answered_before(world)
    await world.press(world.ann, message, "👍")
    card = await world.ann.slash(world.general, "privacy")
    await world.restart()
    deleted = await world.press(world.ann, card.response, "Delete what is kept about me")
    assert world.read(deleted) == "Deleted: 1 vote."


async def test_whoever_asked_before_the_restart_can_have_votes_on_it_deleted(world: World) -> None:
    message = await answered_before(world)
    await world.press(world.join("bob"), message, "👎")
    card = await world.ann.slash(world.general, "privacy")
    assert [vote.question for vote in world.records.votes()] == [QUESTION]
    await world.press(world.ann, card.response, "Delete what is kept about me")
    assert world.records.votes() == []


# ── votes ─────────────────────────────────────────────────────────────────


async def test_a_vote_on_a_slash_answer_keeps_the_question_from_its_first_line(world: World) -> None:
    message = await answered_before(world)
    await world.press(world.ann, message, "👍")
    (vote,) = world.records.votes()
    assert (vote.question, vote.vote) == (QUESTION, "up")
    assert "“Every cable was tested twice”" in vote.answer["text"]


@pytest.mark.parametrize(
    "question", ["What did Ada Park *really* say about cables_?", "who said: “the [ferry] stays”?"]
)
async def test_marks_in_the_question_are_kept_as_they_were_typed(world: World, question: str) -> None:
    message = await answered_before(world, question=question)
    await world.press(world.ann, message, "👎")
    assert [vote.question for vote in world.records.votes()] == [question]


async def test_a_vote_on_the_answer_to_a_mention_keeps_the_question_of_the_message_it_answers(world: World) -> None:
    world.add(BRIDGE, "bridge")
    await world.ann.send(world.general, f"{world.mention} {QUESTION}")
    await world.restart()
    await world.press(world.join("bob"), world.said[-1], "👎")
    assert [(vote.question, vote.vote) for vote in world.records.votes()] == [(QUESTION, "down")]


async def test_a_vote_in_a_direct_message_keeps_the_question_too(world: World) -> None:
    world.add(BRIDGE, "bridge", collection="public")
    await world.ann.user.send_dm(QUESTION)
    await world.restart()
    answer = world.ann.user.dm_channel.last_message
    assert answer is not None and "Every cable" in answer.content
    await world.press(world.ann.user, answer, "👍")
    assert [vote.question for vote in world.records.votes()] == [QUESTION]


async def test_a_vote_is_kept_although_the_question_was_deleted_meanwhile(world: World) -> None:
    world.add(BRIDGE, "bridge")
    asked = await world.ann.send(world.general, f"{world.mention} {QUESTION}")
    answer = world.said[-1]
    world.records.unfollow(asked.id)  # so that the answer stays
    await world.ann.delete(asked)
    await world.restart()
    shown = await world.press(world.ann, answer, "👎")
    assert "Thank you" in world.read(shown)
    assert [(vote.question, vote.vote) for vote in world.records.votes()] == [("", "down")]


async def test_a_reason_is_kept_for_a_vote_given_before(world: World) -> None:
    world.add(BRIDGE, "bridge")
    asked = await world.ann.slash(world.general, "ask", question=QUESTION)
    why = await world.press(world.ann, asked.response, "👎")
    await world.restart()
    shown = await world.press(world.ann, why.response, "Wrong speaker")
    assert "Thank you" in world.read(shown)
    assert [(vote.question, vote.reason) for vote in world.records.votes()] == [(QUESTION, "wrong_speaker")]


async def test_the_commands_are_not_sent_to_discord_again(world: World) -> None:
    def sent() -> int:
        return sum(one.path.endswith("/commands") for one in world.env.http_requests)

    assert sent() == 1
    await world.restart()
    assert sent() == 1
    shown = await world.ann.slash(world.general, "ask", question="Who is quoted?")
    assert "speakers" in world.read(shown)
