from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import KEPT, Conversations, Turn
from index.question.model import Memory

ADA, BEN = 1, 2
HALL, YARD = 10, 11  # channels
PUBLIC = frozenset({"public"})
SERVER = frozenset({"public", "guild:1"})
NOTHING, BRIDGE, PARK = Memory(), Memory(("Ada Park",), "the bridge"), Memory(("Ben Ito",), "the park")


class Clock:
    now = 1.0

    def __call__(self) -> float:
        return self.now


def turn(after: Memory, *, person: int = ADA, before: Memory = NOTHING, of: frozenset[str] = PUBLIC) -> Turn:
    return Turn(person, of, before, after)


def test_the_next_question_of_a_person_in_a_channel_goes_on_from_the_last() -> None:
    talk = Conversations()
    talk.remember(HALL, turn(BRIDGE))
    assert talk.memory(HALL, ADA, PUBLIC) == BRIDGE
    assert talk.memory(HALL, BEN, PUBLIC) == NOTHING
    assert talk.memory(YARD, ADA, PUBLIC) == NOTHING


def test_a_reply_to_an_answer_goes_on_from_that_answer_whoever_replies() -> None:
    talk = Conversations()
    talk.remember(HALL, turn(BRIDGE))
    talk.shown(100, turn(BRIDGE))
    talk.remember(HALL, turn(PARK))
    assert talk.memory(HALL, BEN, PUBLIC, reply_to=100) == BRIDGE
    assert talk.memory(HALL, ADA, PUBLIC) == PARK


def test_a_reply_to_a_forgotten_answer_starts_afresh_and_means_nobody_talked_about_since() -> None:
    talk = Conversations()
    talk.remember(HALL, turn(PARK))
    assert talk.memory(HALL, ADA, PUBLIC, reply_to=100) == NOTHING


def test_an_edited_question_goes_on_from_where_it_did_before() -> None:
    talk = Conversations()
    talk.remember(HALL, turn(BRIDGE))
    talk.remember(HALL, turn(PARK, before=BRIDGE), message=7)
    assert talk.memory(HALL, ADA, PUBLIC, message=7) == BRIDGE
    edited = turn(NOTHING, before=BRIDGE)
    talk.remember(HALL, edited, message=7)
    assert talk.memory(HALL, ADA, PUBLIC) == NOTHING


def test_editing_an_older_question_does_not_change_what_the_next_one_goes_on_from() -> None:
    talk = Conversations()
    talk.remember(HALL, turn(BRIDGE), message=7)
    talk.remember(HALL, turn(PARK), message=8)
    talk.remember(HALL, turn(NOTHING), message=7)
    assert talk.memory(HALL, ADA, PUBLIC) == PARK


def test_what_came_from_a_server_is_not_carried_to_where_it_may_not_be_seen() -> None:
    talk = Conversations()
    talk.remember(HALL, turn(BRIDGE, of=SERVER), message=7)
    talk.shown(100, turn(BRIDGE, of=SERVER))
    assert talk.memory(HALL, ADA, SERVER) == BRIDGE
    assert talk.memory(HALL, ADA, PUBLIC) == NOTHING
    assert talk.memory(HALL, ADA, PUBLIC, reply_to=100) == NOTHING
    assert talk.memory(HALL, ADA, PUBLIC, message=7) == NOTHING


@pytest.mark.parametrize(("passed", "expected"), [(KEPT - 1, BRIDGE), (KEPT + 1, NOTHING)])
def test_a_conversation_is_forgotten_after_half_an_hour(passed: float, expected: Memory) -> None:
    clock = Clock()
    talk = Conversations(clock)
    talk.remember(HALL, turn(BRIDGE))
    talk.shown(100, turn(BRIDGE))
    clock.now += passed
    assert talk.memory(HALL, ADA, PUBLIC) == expected
    assert talk.memory(HALL, ADA, PUBLIC, reply_to=100) == expected


@given(st.lists(st.tuples(st.sampled_from([ADA, BEN]), st.integers(0, 3), st.integers(0, 5), st.integers(0, 5))))
def test_whoever_is_forgotten_is_forgotten_everywhere_and_nobody_else_is(
    turns: list[tuple[int, int, int, int]],
) -> None:
    talk, others = Conversations(), Conversations()
    for person, channel, message, answer in turns:
        for kept in (talk,) if person == ADA else (talk, others):
            kept.remember(channel, turn(BRIDGE, person=person), message=10 * person + message)
            kept.shown(10 * person + answer, turn(BRIDGE, person=person))
    talk.forget(ADA)
    for channel in range(4):
        assert talk.memory(channel, ADA, PUBLIC) == NOTHING
        assert talk.memory(channel, BEN, PUBLIC) == others.memory(channel, BEN, PUBLIC)
    for number in range(30):
        assert talk.memory(99, ADA, PUBLIC, reply_to=number) == others.memory(99, ADA, PUBLIC, reply_to=number)
