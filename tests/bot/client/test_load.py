"""When more is asked than can be answered: cooldown, busy, too slow, out of order, and two hundred at once."""

from __future__ import annotations

import asyncio
import io
import re
import sqlite3
import time
from collections.abc import Callable
from typing import Any

import pytest
import simcord

from bot.operations import logs
from bot.services.answering import Limits

CABLES = "What did Ada Park say about cables?"
FERRIES = "What did Ben Ito say about ferries?"
TWICE = "“Every cable was tested twice”"
BUSY = "Too many questions are waiting just now: ask again in a moment."
SLOW = "This takes too long just now"
SOON = re.compile(r"You ask faster than I may answer one person: you can ask again <t:(\d+):R>\.")
ROOMY = Limits(queue=100, seconds=60, per_minute=1000)  # as the world has it
PEOPLE = 120  # of whom some ask twice
MENTIONS, COMMANDS = 160, 40


def mention(world: Any, who: Any, text: str) -> int:
    """Somebody's question, which is being answered when this returns; its id."""
    id_: int = world.post(who, world.general, f"{world.mention} {text}")
    return id_


def command(world: Any, who: Any, text: str) -> simcord.InteractionResult:
    """Somebody's /ask, which is being answered when this returns."""
    backend = world.env.backend
    known = backend.find_command("ask", world.server.id, type=1)
    data = {
        "id": known["id"],
        "name": "ask",
        "type": 1,
        "options": [{"type": 3, "name": "question", "value": text}],
    }
    record, payload = simcord.interactions.base_payload(
        backend, type=2, channel_id=world.general.id, guild_id=world.server.id, user_id=who.id, data=data
    )
    backend.emit("INTERACTION_CREATE", payload)
    return simcord.InteractionResult(world.env, record)


def replies(world: Any, question: int) -> list[str]:
    """What the bot answered to a message of this id."""
    return [one.content for one in world.said if one.reference and one.reference.message_id == question]


def typing(world: Any) -> int:
    """How often the bot showed that it is typing."""
    return sum(entry.path.endswith("/typing") for entry in world.env.http_requests)


# ── one person too often ──────────────────────────────────────────────────


@pytest.mark.parametrize("limits", [Limits(queue=100, seconds=60, per_minute=2)])
async def test_who_asks_too_often_is_told_once_when_to_ask_again(harbour: Any, limits: Limits) -> None:
    asked = [await harbour.ann.send(harbour.general, f"{harbour.mention} {CABLES}") for _ in range(5)]
    shown = [[answer.content for answer in harbour.answers(message)] for message in asked]
    assert [len(one) for one in shown] == [1, 1, 1, 0, 0]
    told = SOON.fullmatch(shown[2][0])
    assert told is not None
    assert 0 < int(told[1]) - time.time() <= 61
    other = await harbour.join("bob").send(harbour.general, f"{harbour.mention} {CABLES}")
    assert len(harbour.answers(other)) == 1  # nobody else has to wait


@pytest.mark.parametrize("limits", [Limits(queue=100, seconds=60, per_minute=1)])
async def test_on_a_command_only_the_asker_is_told_to_wait_and_each_time(harbour: Any, limits: Limits) -> None:
    await harbour.ann.send(harbour.general, f"{harbour.mention} {CABLES}")
    for _ in range(2):
        result = await harbour.ann.slash(harbour.general, "ask", question=FERRIES)
        assert SOON.fullmatch(result.response.content)
        assert result.response.ephemeral
    assert len([m for m in harbour.said if not m.flags.ephemeral]) == 1


@pytest.mark.parametrize("limits", [Limits(queue=100, seconds=60, per_minute=1)])
async def test_the_help_card_is_no_question_and_counts_for_none(harbour: Any, limits: Limits) -> None:
    for _ in range(3):
        asked = await harbour.ann.send(harbour.general, harbour.mention)
        assert [answer.content[:9] for answer in harbour.answers(asked)] == ["**Ask me "]
    asked = await harbour.ann.send(harbour.general, f"{harbour.mention} {CABLES}")
    assert [TWICE in answer.content for answer in harbour.answers(asked)] == [True]


# ── everybody at once ─────────────────────────────────────────────────────


@pytest.mark.parametrize("limits", [Limits(queue=1, seconds=60, per_minute=1000)])
async def test_who_finds_no_place_is_told_at_once_and_the_others_are_answered(harbour: Any, limits: Limits) -> None:
    harbour.library.gate.clear()
    people = [harbour.join(f"reader{number}") for number in range(5)]
    asked = [mention(harbour, who, f"What did Ada Park say about cable {i}?") for i, who in enumerate(people)]
    await harbour.until(lambda: len(harbour.said) == 2)  # while nothing is answered yet
    assert [replies(harbour, id_) for id_ in asked[3:]] == [[BUSY], [BUSY]]
    harbour.library.gate.set()
    await harbour.env.settle()
    assert all(len(replies(harbour, id_)) == 1 for id_ in asked)
    assert all(replies(harbour, id_) != [BUSY] for id_ in asked[:3])


async def test_what_takes_too_long_gets_a_sentence_in_time(harbour: Any) -> None:
    harbour.library.gate.clear()
    asked = mention(harbour, harbour.ann, CABLES)
    result = command(harbour, harbour.join("bob"), FERRIES)
    await harbour.until(lambda: len(harbour.library.asked) == 2)
    await harbour.let_pass(ROOMY.seconds - 1)
    assert replies(harbour, asked) == []
    await harbour.let_pass(2)
    assert [content[: len(SLOW)] for content in replies(harbour, asked)] == [SLOW]
    assert result.response is not None
    assert result.response.content.startswith(SLOW)
    harbour.library.gate.set()
    await harbour.env.settle()
    assert len(replies(harbour, asked)) == 1  # what comes after the time is up is shown to nobody
    again = await harbour.ann.send(harbour.general, f"{harbour.mention} {CABLES}")
    assert [TWICE in answer.content for answer in harbour.answers(again)] == [True]


async def test_typing_is_shown_while_a_slow_answer_is_made_and_not_for_a_quick_one(harbour: Any) -> None:
    await harbour.ann.send(harbour.general, f"{harbour.mention} {CABLES}")
    assert typing(harbour) == 0
    harbour.library.gate.clear()
    asked = mention(harbour, harbour.ann, FERRIES)
    await harbour.until(lambda: FERRIES in harbour.library.asked)
    await harbour.let_pass(0.2)
    assert typing(harbour) == 0
    await harbour.let_pass(0.2)
    assert typing(harbour) == 1
    assert replies(harbour, asked) == []
    harbour.library.gate.set()
    await harbour.env.settle()
    assert len(replies(harbour, asked)) == 1
    harbour.env.backend.advance_clock(60)
    await harbour.env.settle()
    assert typing(harbour) == 1  # it ends with the answer


async def test_an_answer_comes_even_where_typing_cannot_be_shown(harbour: Any) -> None:
    harbour.env.inject_error("POST", "/channels/*/typing", status=403, code=50013)
    harbour.library.gate.clear()
    asked = mention(harbour, harbour.ann, CABLES)
    await harbour.until(lambda: harbour.library.asked)
    await harbour.let_pass(1)
    assert typing(harbour) == 1
    harbour.library.gate.set()
    await harbour.env.settle()
    assert [TWICE in content for content in replies(harbour, asked)] == [True]


# ── out of order ──────────────────────────────────────────────────────────


async def test_what_goes_wrong_is_a_sentence_with_an_id_that_is_in_the_log(harbour: Any) -> None:
    stream = io.StringIO()
    logs.setup("readable", stream=stream)
    try:
        harbour.library.error = RuntimeError("the shelf broke")
        asked = await harbour.ann.send(harbour.general, f"{harbour.mention} {CABLES}")
    finally:
        logs.setup("readable", stream=io.StringIO())
    (answer,) = harbour.answers(asked)
    told = re.fullmatch(r"Something went wrong on my side\. .* \(id (\w{5})\)\.", answer.content)
    assert told is not None
    assert told[1] in stream.getvalue()
    assert "RuntimeError" in stream.getvalue()
    assert "shelf" not in answer.content
    harbour.library.error = None
    again = await harbour.ann.send(harbour.general, f"{harbour.mention} {CABLES}")
    assert [TWICE in answer.content for answer in harbour.answers(again)] == [True]


async def test_an_answer_that_cannot_be_followed_is_shown_all_the_same_and_nothing_else(harbour: Any) -> None:
    with sqlite3.connect(harbour.records.path) as file:
        file.execute("DROP TABLE followed")
    file.close()
    asked = await harbour.ann.send(harbour.general, f"{harbour.mention} {CABLES}")
    assert [TWICE in answer.content for answer in harbour.answers(asked)] == [True]


# ── two hundred at once ───────────────────────────────────────────────────


@pytest.mark.parametrize("limits", [Limits(queue=100, seconds=60, per_minute=1000)])
async def test_two_hundred_questions_at_once_are_each_answered_or_told_busy_and_the_loop_never_waits(
    harbour: Any,
    limits: Limits,
    settled_memory: None,
    monkeypatch: pytest.MonkeyPatch,
    watched: Callable[[], Any],
) -> None:
    # simcord looks at all that is going on before it lets time pass: its own lag, which is not to be measured
    monkeypatch.setattr("bot.client.listener._TYPING_AFTER", 1000)
    people = [harbour.join(f"reader{number}") for number in range(PEOPLE)]
    about = ["cables", "ferries", "boats", "the harbour", "the cost", "May", "engineers", "ropes"]

    def question(number: int) -> str:
        who = "Ada Park" if number % 2 else "Ben Ito"
        return f"What did {who} say about {about[number % 8]} number {number}?"

    async with watched() as lag:
        asked, results = [], []
        for number in range(MENTIONS):
            asked.append(mention(harbour, people[number % PEOPLE], question(number)))
            if number % 4 == 0:
                results.append(command(harbour, people[-1 - number // 4 % PEOPLE], question(MENTIONS + number)))
            await asyncio.sleep(0)  # they come from the network one by one, as fast as it goes
        async with asyncio.timeout(240):
            while len(harbour.env.backend.messages[harbour.general.id]) < 2 * MENTIONS + COMMANDS or any(
                result.deferred and not result.response for result in results
            ):
                await asyncio.sleep(0.05)
        bearable = lag.bearable
    await harbour.env.settle()

    by_question: dict[int, list[str]] = {}
    for message in harbour.said:
        if message.reference:
            by_question.setdefault(message.reference.message_id, []).append(message.content)
    shown = [by_question[id_] for id_ in asked]
    assert [len(one) for one in shown] == [1] * MENTIONS
    told = [one[0] for one in shown]
    for result in results:
        last = result.followups[-1] if result.followups else result.response
        assert last is not None
        told.append(last.content)
    busy = sum(content == BUSY for content in told)
    answered = sum("Ada Park" in content or "Ben Ito" in content for content in told)
    assert busy + answered == MENTIONS + COMMANDS
    assert answered >= 100  # as many as may wait
    assert lag.worked < 0.1
    assert lag.late < bearable


# ── the end ───────────────────────────────────────────────────────────────


async def test_a_question_that_is_being_answered_when_the_bot_stops_gets_its_answer(harbour: Any) -> None:
    harbour.library.gate.clear()
    first = mention(harbour, harbour.ann, CABLES)
    await harbour.until(lambda: harbour.library.asked)
    draining = asyncio.create_task(harbour.bot.parts.answering.drain(10))
    await asyncio.sleep(0)
    late = mention(harbour, harbour.join("bob"), FERRIES)
    await harbour.until(lambda: replies(harbour, late))
    assert replies(harbour, late) == ["I am being restarted: ask again in a minute."]
    assert replies(harbour, first) == []
    assert not draining.done()
    harbour.library.gate.set()
    assert await draining
    await harbour.env.settle()
    assert [TWICE in content for content in replies(harbour, first)] == [True]
    await harbour.bot.close()
    await harbour.restart()
    again = await harbour.ann.send(harbour.general, f"{harbour.mention} {FERRIES}")
    assert len(harbour.answers(again)) == 1
