from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index.question.memory import remember
from index.question.model import Memory, Question
from index.question.understand import understand
from index.speakers.directory import Directory
from index.speakers.link import SpeakerRef
from index.statements.statement import Speaker

DATA = json.loads((Path(__file__).parents[2] / "data" / "question_people.json").read_text(encoding="utf-8"))


def directory() -> Directory:
    """The invented people of tests/data/question_people.json, and the words of the text there."""
    people = []
    for row in DATA["speakers"]:
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
        people.append(Speaker(**values))
    return Directory(people, DATA["text"].replace(",", " ").replace(".", " ").split())


PEOPLE = directory()
PARK, MOREAU, CHEN, UNION = "Dana Park", "Ilan Moreau", "Ray Chen", "Harbour Workers' Union"


def talk(*turns: str, answers: dict[str, list[str]] | None = None) -> Question:
    """The last of these turns, understood after the others; `answers` are the speakers shown after a turn."""
    memory, question = Memory(), Question("", "none")
    for turn in turns:
        question = understand(turn, PEOPLE, memory)
        memory = remember(memory, question, (answers or {}).get(turn, []), [])
    return question


ON_GROWTH = "What did Dana Park say about growth?"
WHO_PRAISED = "Who praised the bridge?"
FOLLOW_UPS: list[tuple[tuple[str, ...], str, list[str | None], str, dict[str, Any]]] = [
    ((ON_GROWTH, "What else did she say?"), "what_said", [PARK], "", {"more": True}),
    ((ON_GROWTH, "anything else?"), "what_said", [PARK], "", {"more": True}),
    ((ON_GROWTH, "tell me more"), "what_said", [PARK], "", {"more": True}),
    ((ON_GROWTH, "And Ray Chen?"), "what_said", [CHEN], "growth", {"carried": True}),
    ((ON_GROWTH, "what about the mayor?"), "what_said", ["Greta Holm"], "growth", {"carried": True}),
    ((ON_GROWTH, "And Bill Gates?"), "what_said", [None], "growth", {}),
    ((ON_GROWTH, "what about taxes?"), "what_said", [PARK], "taxes", {"carried": False}),
    ((ON_GROWTH, "and about taxes"), "what_said", [PARK], "taxes", {}),
    ((ON_GROWTH, "Did she say anything about water?"), "what_said", [PARK], "water", {}),
    ((ON_GROWTH, "Did she mention water?"), "verify", [PARK], "water", {}),
    ((ON_GROWTH, "What company is she from?"), "profile", [PARK], "", {"aspect": "affiliation"}),
    ((ON_GROWTH, "what's her job?"), "profile", [PARK], "", {"aspect": "role"}),
    ((ON_GROWTH, "What is her view on taxes?"), "what_said", [PARK], "taxes", {}),
    ((ON_GROWTH, "who else talked about it?"), "speakers", [], "growth", {"more": True, "carried": True}),
    ((ON_GROWTH, "why?"), "fact", [PARK], "growth", {"wanted": "reason", "carried": True}),
    ((ON_GROWTH, "and what did Moreau say about water?"), "what_said", [MOREAU], "water", {"carried": False}),
    ((ON_GROWTH, "thanks", "And Ray Chen?"), "what_said", [CHEN], "growth", {}),
    ((ON_GROWTH, "What did he say?"), "what_said", [None], "", {}),
    (("Did Park say growth will slow?", "and Chen?"), "verify", [CHEN], "growth will slow", {}),
    (("Who is Dana Park?", "and Moreau?"), "profile", [MOREAU], "", {}),
    (("What did Bill Gates say?", "what company is he from?"), "profile", [None], "", {}),
    ((WHO_PRAISED, "What else did he say?"), "what_said", [MOREAU], "", {"more": True}),
    ((WHO_PRAISED, "who else?"), "speakers", [], "the bridge", {"more": True}),
    ((WHO_PRAISED, "what about the factory?"), "who_said", [], "the factory", {}),
    ((WHO_PRAISED, "and Park, what did she say about it?"), "what_said", [PARK], "the bridge", {}),
]


@pytest.mark.parametrize(("turns", "intent", "speakers", "topic", "more"), FOLLOW_UPS, ids=str)
def test_a_question_goes_on_from_the_last_one(
    turns: tuple[str, ...], intent: str, speakers: list[str | None], topic: str, more: dict[str, Any]
) -> None:
    question = talk(*turns, answers={WHO_PRAISED: [MOREAU]})
    named = [name for ref in question.speakers for name in ref.names or (None,)]
    assert (question.intent, named, question.topic) == (intent, speakers, topic)
    assert {name: getattr(question, name) for name in more} == more


def test_a_pronoun_means_the_remembered_speaker_it_can_mean() -> None:
    memory = Memory(speakers=(UNION, PARK, MOREAU))
    asked = {p: understand(f"What did {p} say?", PEOPLE, memory).speakers for p in ("he", "she", "it", "they")}
    assert {p: ref.names for p, (ref,) in asked.items()} == {
        "he": (MOREAU,),
        "she": (PARK,),
        "it": (UNION,),
        "they": (UNION, PARK, MOREAU),
    }
    assert {ref.link for (ref,) in asked.values()} == {"memory"}


def test_a_pronoun_without_a_conversation_stays_a_question() -> None:
    assert understand("What did she say?", PEOPLE).speakers == (SpeakerRef("she", (), "unknown", 0.0),)


def test_what_was_shown_is_kept_while_the_speaker_stays() -> None:
    question = understand(ON_GROWTH, PEOPLE)
    first = remember(Memory(), question, [PARK], [("a", 0, 9)])
    second = remember(first, understand("what else did she say?", PEOPLE, first), [PARK], [("a", 20, 29)])
    other = remember(second, understand("and Moreau?", PEOPLE, second), [MOREAU], [("a", 40, 49)])
    assert first.shown == (("a", 0, 9),)
    assert second.shown == (("a", 0, 9), ("a", 20, 29))
    assert (other.speakers, other.shown) == ((MOREAU,), (("a", 40, 49),))
