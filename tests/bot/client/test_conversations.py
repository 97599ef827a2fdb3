"""Follow-up questions: who "she" is depends on who asks, and where."""

from __future__ import annotations

from typing import Any

import simcord

CABLES = "What did Ada Park say about cables?"
FERRIES = "What did Ben Ito say about ferries?"
TWICE = "“Every cable was tested twice”"
MORE_FERRIES = "“The harbour needs more ferries”"
MAY = "The harbour bridge will open in May."
LEAK = "“The old ones leak”"
WHO = "name the person"


async def ask(world: Any, who: Any, text: str, channel: Any = None) -> str:
    """What the bot answers to a mention."""
    asked = await who.send(channel or world.general, f"{world.mention} {text}")
    (answer,) = world.answers(asked)
    return str(answer.content)


async def dm(world: Any, who: Any, text: str, **more: Any) -> str:
    """What the bot answers to a direct message."""
    await who.send_dm(text, **more)
    return str(world.said_in(who.user.dm_channel)[-1].content)


async def test_a_follow_up_is_about_who_was_just_talked_about(harbour: Any) -> None:
    assert TWICE in await ask(harbour, harbour.ann, CABLES)
    more = await ask(harbour, harbour.ann, "What else did she say?")
    assert MAY in more
    assert TWICE not in more
    assert "the work had cost too much" in more


async def test_two_people_who_talk_at_once_keep_their_own_thread_of_thought(harbour: Any) -> None:
    bob = harbour.join("bob")
    assert TWICE in await ask(harbour, harbour.ann, CABLES)
    assert MORE_FERRIES in await ask(harbour, bob, FERRIES)
    assert MAY in await ask(harbour, harbour.ann, "What else did she say?")
    assert LEAK in await ask(harbour, bob, "What else did he say?")


async def test_nobody_takes_up_what_somebody_else_talked_about(harbour: Any) -> None:
    await ask(harbour, harbour.ann, CABLES)
    assert WHO in await ask(harbour, harbour.join("bob"), "What else did she say?")


async def test_one_person_talks_about_different_things_in_two_channels(harbour: Any) -> None:
    other = harbour.server.create_text_channel("other")
    await ask(harbour, harbour.ann, CABLES)
    await ask(harbour, harbour.ann, FERRIES, other)
    assert MAY in await ask(harbour, harbour.ann, "What else did she say?")
    assert LEAK in await ask(harbour, harbour.ann, "What else did he say?", other)


async def test_a_thread_does_not_go_on_with_what_its_channel_talked_about(harbour: Any) -> None:
    await ask(harbour, harbour.ann, CABLES)
    kept = harbour.env.backend.create_thread(harbour.general.id, "Bridges", harbour.ann.id)
    thread = simcord.ChannelHandle(harbour.env, harbour.server, kept)
    assert WHO in await ask(harbour, harbour.ann, "What else did she say?", thread)


async def test_a_reply_goes_on_from_an_answer_that_was_given_to_somebody_else(harbour: Any) -> None:
    bob = harbour.join("bob")
    await ask(harbour, harbour.ann, CABLES)
    shown = harbour.said[-1]
    await ask(harbour, bob, FERRIES)
    asked = await bob.send(harbour.general, "What else did she say?", reply_to=shown)
    (answer,) = harbour.answers(asked)
    assert MAY in answer.content
    assert TWICE not in answer.content  # that is what stands in the message replied to


async def test_a_reply_goes_on_from_an_older_answer_than_the_last(harbour: Any) -> None:
    await ask(harbour, harbour.ann, CABLES)
    first = harbour.said[-1]
    await ask(harbour, harbour.ann, FERRIES)
    asked = await harbour.ann.send(harbour.general, "What else did she say?", reply_to=first)
    assert [MAY in answer.content for answer in harbour.answers(asked)] == [True]


async def test_follow_ups_work_in_direct_messages(harbour: Any) -> None:
    assert TWICE in await dm(harbour, harbour.ann, CABLES)
    assert MAY in await dm(harbour, harbour.ann, "What else did she say?")


async def test_a_reply_in_direct_messages_goes_on_from_the_answer_it_replies_to(harbour: Any) -> None:
    await dm(harbour, harbour.ann, "What did Ben Ito say about ferries?")
    direct = harbour.ann.user.dm_channel
    first = harbour.said_in(direct)[-1]
    await dm(harbour, harbour.ann, "What did Ada Park deny?")
    reference = {"channel_id": str(direct.id), "message_id": str(first.id)}
    assert LEAK in await dm(harbour, harbour.ann, "What else?", reference=reference)


async def test_a_channel_knows_nothing_of_what_was_said_in_direct_messages(harbour: Any) -> None:
    await dm(harbour, harbour.ann, CABLES)
    assert WHO in await ask(harbour, harbour.ann, "What else did she say?")


async def test_a_mention_goes_on_from_what_a_command_answered_to_the_same_person(harbour: Any) -> None:
    await harbour.ann.slash(harbour.general, "ask", question=CABLES)
    assert MAY in await ask(harbour, harbour.ann, "What else did she say?")


async def test_a_follow_up_sent_before_the_first_answer_is_there_waits_for_it(harbour: Any) -> None:
    harbour.library.gate.clear()
    first = harbour.post(harbour.ann, harbour.general, f"{harbour.mention} {CABLES}")
    second = harbour.post(harbour.ann, harbour.general, f"{harbour.mention} What else did she say?")
    await harbour.until(lambda: harbour.library.asked)
    harbour.library.gate.set()
    await harbour.env.settle()
    shown = {answer.reference.message_id: answer.content for answer in harbour.said}
    assert TWICE in shown[first]
    assert MAY in shown[second]


async def test_after_a_restart_the_bot_asks_who_is_meant_rather_than_guess(harbour: Any) -> None:
    await ask(harbour, harbour.ann, CABLES)
    await harbour.restart()
    assert WHO in await ask(harbour, harbour.ann, "What else did she say?")
