"""Asked in a conversation on Discord, the shipped questions get the answers that the command line gives."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from discord.utils import remove_markdown

from bot.evaluation.answer_scoring import COVERED, Gold, coverage, wrong_with

QUESTIONS = Path(__file__).parents[2] / "data" / "wuzhen_questions.jsonl"
LONGEST = 2000


def read() -> list[dict[str, Any]]:
    return [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


def holds(content: str, quotes: Sequence[str]) -> bool:
    """Whether people see the words of one of the quotes, if there are any to be seen."""
    return not quotes or any(coverage(quote, remove_markdown(content)) >= COVERED for quote in quotes)


def comparable(answer: dict[str, Any]) -> dict[str, Any]:
    """What must be the same wherever a question is asked."""
    return {key: value for key, value in answer.items() if key not in ("id", "conversation", "elapsed_ms")}


@pytest.fixture
def on_the_command_line(wuzhen: Callable[..., Any]) -> dict[str, dict[str, Any]]:
    """The answers of `wuzhen ask`, by the ids of the questions."""
    result = wuzhen("ask", "--jsonl", QUESTIONS)
    assert result.exit_code == 0
    return {answer["id"]: answer for answer in map(json.loads, result.stdout.splitlines())}


@pytest.mark.parametrize("surface", ["dm", "mention"])
async def test_the_shipped_questions_score_on_discord_as_on_the_command_line(
    on_the_command_line: dict[str, dict[str, Any]], world: Any, surface: str
) -> None:
    people: dict[str | None, Any] = {}
    articles = {info.id: world.library.article(info.id).text for info in world.library.articles()}
    right, differing, unseen = 0, [], []
    for number, fields in enumerate(read()):
        gold = Gold.read(fields)
        who = people.get(gold.conversation) or world.join(f"reader{number}")
        if gold.conversation is not None:
            people[gold.conversation] = who
        if surface == "dm":
            await who.send_dm(gold.question)
            (*_, message) = world.said_in(who.user.dm_channel)
        else:
            (message,) = world.answers(await who.send(world.general, f"{world.mention} {gold.question}"))
        shown = world.bot.parts.answering.shown_in(message.id)
        answer = shown.answer
        assert shown.request.surface == surface
        if comparable(answer.to_json()) != comparable(on_the_command_line[gold.id]):
            differing.append(gold.id)
        wrong = wrong_with(gold, answer, articles.get)
        right += not wrong
        assert len(message.content) <= LONGEST
        if not wrong and gold.kind != "topic" and not holds(message.content, gold.expect.quotes):
            unseen.append(gold.id)
    assert differing == []  # so the score is that of the command line
    assert unseen == []
    assert right >= 0.95 * len(read())
