"""An answer follows its question: when that is edited soon after, and when it is deleted."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from simcord.backend import serializers

CABLES = "What did Ada Park say about cables?"
FERRIES = "What did Ben Ito say about ferries?"
TWICE = "“Every cable was tested twice”"
MORE_FERRIES = "“The harbour needs more ferries”"
MAY = "The harbour bridge will open in May."
DENIED = "the work had cost too much."
HELP = "**Ask me who said what.**"
TEN_MINUTES = 600


async def ask(world: Any, text: str, **more: Any) -> Any:
    """Ann's question."""
    return await world.ann.send(world.general, f"{world.mention} {text}", **more)


def sent(world: Any) -> list[str]:
    """What the bot asked of Discord about messages, such as "PATCH"."""
    return [entry.method for entry in world.env.http_requests if "/messages" in entry.path]


# ── edited ────────────────────────────────────────────────────────────────


async def test_the_answer_follows_an_edited_question_in_its_place(harbour: Any) -> None:
    asked = await ask(harbour, CABLES)
    (before,) = harbour.said
    await harbour.ann.edit(asked, f"{harbour.mention} {FERRIES}")
    (after,) = harbour.said
    assert after.id == before.id
    assert MORE_FERRIES in after.content
    assert TWICE not in after.content
    shown = harbour.bot.parts.answering.shown_in(after.id)
    assert (shown.request.question, shown.answer.citations[0].speaker) == (FERRIES, "Ben Ito")


async def test_the_answer_follows_in_direct_messages_as_well(harbour: Any) -> None:
    asked = await harbour.ann.send_dm(CABLES)
    await harbour.ann.user.edit(asked, FERRIES)
    (answer,) = harbour.said_in(harbour.ann.user.dm_channel)
    assert MORE_FERRIES in answer.content


async def test_an_edited_follow_up_goes_on_from_where_it_did_before(harbour: Any) -> None:
    await ask(harbour, CABLES)
    follow_up = await ask(harbour, "What else did she say?")
    assert MAY in harbour.said[-1].content
    await harbour.ann.edit(follow_up, f"{harbour.mention} What did she deny?")
    assert DENIED in harbour.said[-1].content
    assert MAY not in harbour.said[-1].content
    assert TWICE in harbour.said[0].content  # the answer before it stays as it was


async def test_after_an_edit_the_next_follow_up_is_about_what_the_question_became(harbour: Any) -> None:
    asked = await ask(harbour, CABLES)
    await harbour.ann.edit(asked, f"{harbour.mention} {FERRIES}")
    await ask(harbour, "What else did he say?")
    assert "“The old ones leak”" in harbour.said[-1].content


async def test_editing_an_older_question_does_not_change_the_subject(harbour: Any) -> None:
    older = await ask(harbour, CABLES)
    await ask(harbour, FERRIES)
    await harbour.ann.edit(older, f"{harbour.mention} What did Ada Park deny?")
    await ask(harbour, "What else did he say?")
    assert "“The old ones leak”" in harbour.said[-1].content


async def test_a_question_edited_to_a_bare_mention_gets_the_help_card_without_buttons(harbour: Any) -> None:
    asked = await ask(harbour, CABLES)
    assert harbour.said[0].components
    await harbour.ann.edit(asked, harbour.mention)
    (answer,) = harbour.said
    assert answer.content.startswith(HELP)
    assert answer.components == []


async def test_a_bare_mention_edited_to_a_question_gets_its_answer_with_buttons(harbour: Any) -> None:
    asked = await ask(harbour, "")
    assert harbour.said[0].content.startswith(HELP)
    await harbour.ann.edit(asked, f"{harbour.mention} {CABLES}")
    (answer,) = harbour.said
    assert TWICE in answer.content
    assert answer.components


async def test_an_edit_just_within_ten_minutes_counts_and_one_after_them_does_not(harbour: Any) -> None:
    asked = await ask(harbour, CABLES)
    harbour.env.backend.advance_clock(TEN_MINUTES - 1)
    await harbour.ann.edit(asked, f"{harbour.mention} {FERRIES}")
    assert MORE_FERRIES in harbour.said[0].content
    harbour.env.backend.advance_clock(2)
    questions = len(harbour.library.asked)
    await harbour.ann.edit(asked, f"{harbour.mention} What did Ada Park deny?")
    assert MORE_FERRIES in harbour.said[0].content
    assert len(harbour.library.asked) == questions


async def test_an_edit_is_followed_across_a_restart(harbour: Any) -> None:
    asked = await ask(harbour, CABLES)
    await harbour.restart()
    await harbour.ann.edit(asked, f"{harbour.mention} {FERRIES}")
    (answer,) = harbour.said
    assert MORE_FERRIES in answer.content


@pytest.mark.parametrize("edited", [False, True], ids=["as it was asked", "after an edit"])
async def test_a_preview_of_a_link_changes_nothing(harbour: Any, edited: bool) -> None:
    asked = await ask(harbour, f"{CABLES} https://harbour.example/bridge")
    if edited:
        await harbour.ann.edit(asked, f"{harbour.mention} {FERRIES} https://harbour.example/bridge")
    questions, before = len(harbour.library.asked), sent(harbour)
    backend = harbour.env.backend
    payload: Any = deepcopy(dict(serializers.message_payload(backend, backend.get_message(asked.channel.id, asked.id))))
    # Discord sends this when it has looked at the link; nobody edited anything now
    payload["embeds"] = [{"type": "link", "title": "Bridge", "url": "https://harbour.example/bridge"}]
    assert (payload["edited_timestamp"] is not None) == edited
    backend.emit("MESSAGE_UPDATE", payload)
    await harbour.env.settle()
    assert sent(harbour) == before
    assert len(harbour.library.asked) == questions


async def test_an_edit_that_takes_the_mention_away_leaves_the_answer_as_it_is(harbour: Any) -> None:
    asked = await ask(harbour, CABLES)
    await harbour.ann.edit(asked, "never mind")
    (answer,) = harbour.said
    assert TWICE in answer.content


async def test_an_answer_that_somebody_deleted_does_not_come_back_by_an_edit(harbour: Any) -> None:
    asked = await ask(harbour, CABLES)
    harbour.env.backend.delete_message(harbour.general.id, harbour.said[0].id)
    await harbour.ann.edit(asked, f"{harbour.mention} {FERRIES}")
    assert harbour.said == []


async def test_a_mention_that_an_edit_adds_is_answered_once(harbour: Any) -> None:
    said = await harbour.ann.send(harbour.general, CABLES)
    await harbour.ann.edit(said, f"{harbour.mention} {CABLES}")
    (answer,) = harbour.answers(said)
    assert TWICE in answer.content
    await harbour.ann.edit(said, f"{harbour.mention} {FERRIES}")
    (after,) = harbour.answers(said)
    assert after.id == answer.id and MORE_FERRIES in after.content
    await harbour.ann.delete(said)
    assert harbour.said == []


async def test_a_mention_that_is_added_after_ten_minutes_is_left_alone(harbour: Any) -> None:
    said = await harbour.ann.send(harbour.general, CABLES)
    harbour.env.backend.advance_clock(TEN_MINUTES + 1)
    await harbour.ann.edit(said, f"{harbour.mention} {CABLES}")
    assert harbour.said == []
    assert harbour.library.asked == []


async def test_a_message_edited_without_a_mention_is_left_alone(harbour: Any) -> None:
    said = await harbour.ann.send(harbour.general, CABLES)
    await harbour.ann.edit(said, FERRIES)
    assert harbour.said == []


async def test_a_question_edited_while_it_is_being_answered_ends_with_the_answer_to_what_it_became(
    harbour: Any,
) -> None:
    harbour.library.gate.clear()
    asked = harbour.post(harbour.ann, harbour.general, f"{harbour.mention} {CABLES}")
    await harbour.until(lambda: harbour.library.asked)
    harbour.env.backend.edit_message(harbour.general.id, asked, {"content": f"{harbour.mention} {FERRIES}"})
    harbour.library.gate.set()
    await harbour.env.settle()
    (answer,) = harbour.said
    assert MORE_FERRIES in answer.content
    assert answer.reference.message_id == asked


async def test_the_bots_own_edits_start_nothing(harbour: Any) -> None:
    asked = await ask(harbour, CABLES)
    await harbour.ann.edit(asked, f"{harbour.mention} {FERRIES}")
    assert sent(harbour).count("PATCH") == 1


# ── deleted ───────────────────────────────────────────────────────────────


async def test_the_answer_goes_when_the_question_is_deleted(harbour: Any) -> None:
    kept = await ask(harbour, FERRIES)
    asked = await ask(harbour, CABLES)
    await harbour.ann.delete(asked)
    (left,) = harbour.said
    assert left.reference.message_id == kept.id


async def test_the_answer_goes_in_direct_messages_as_well(harbour: Any) -> None:
    asked = await harbour.ann.send_dm(CABLES)
    await harbour.ann.user.delete(asked)
    assert harbour.said_in(harbour.ann.user.dm_channel) == []


async def test_the_answers_go_when_many_questions_are_deleted_at_once(harbour: Any) -> None:
    asked = [await ask(harbour, text) for text in (CABLES, FERRIES, "")]
    assert len(harbour.said) == 3
    harbour.env.backend.bulk_delete_messages(harbour.general.id, [message.id for message in asked])
    await harbour.env.settle()
    assert harbour.said == []


async def test_the_answer_goes_after_a_restart(harbour: Any) -> None:
    asked = await ask(harbour, CABLES)
    await harbour.restart()
    await harbour.ann.delete(asked)
    assert harbour.said == []


async def test_the_answer_goes_long_after_it_was_given(harbour: Any) -> None:
    asked = await ask(harbour, CABLES)
    harbour.env.backend.advance_clock(10 * TEN_MINUTES)
    await harbour.ann.delete(asked)
    assert harbour.said == []


async def test_no_answer_is_left_of_a_question_deleted_while_it_is_being_answered(harbour: Any) -> None:
    harbour.library.gate.clear()
    asked = harbour.post(harbour.ann, harbour.general, f"{harbour.mention} {CABLES}")
    await harbour.until(lambda: harbour.library.asked)
    harbour.env.backend.delete_message(harbour.general.id, asked)
    harbour.library.gate.set()
    await harbour.env.settle()
    assert harbour.said == []


async def test_a_question_whose_answer_is_gone_already_is_deleted_without_a_word(harbour: Any) -> None:
    asked = await ask(harbour, CABLES)
    harbour.env.backend.delete_message(harbour.general.id, harbour.said[0].id)
    await harbour.ann.delete(asked)
    await harbour.ann.delete(await harbour.ann.send(harbour.general, "something else"))
    assert sent(harbour).count("DELETE") == 1  # tried once; nothing for what was no question
    assert harbour.said == []
