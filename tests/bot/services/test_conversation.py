from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.conversation import KEPT, Conversations, Talk, Turn
from bot.storage.recorded_question import RecordedQuestion
from index.question.model import Memory

ADA, BEN = 1, 2
HALL, YARD = 10, 11  # channels
PUBLIC = frozenset({"public"})
SERVER = frozenset({"public", "guild:1"})
NOTHING, BRIDGE, PARK = Talk(), Talk(Memory(("Ada Park",), "the bridge")), Talk(Memory(("Ben Ito",), "the park"))


class Clock:
    now = 1.0

    def __call__(self) -> float:
        return self.now


def turn(after: Talk, *, person: int = ADA, before: Talk = NOTHING, of: frozenset[str] = PUBLIC) -> Turn:
    return Turn(person, of, before, after)


def test_the_next_question_of_a_person_in_a_channel_goes_on_from_the_last() -> None:
    talk = Conversations()
    talk.remember(HALL, turn(BRIDGE))
    assert talk.talk(HALL, ADA, PUBLIC) == BRIDGE
    assert talk.talk(HALL, BEN, PUBLIC) == NOTHING
    assert talk.talk(YARD, ADA, PUBLIC) == NOTHING


def test_a_reply_to_an_answer_goes_on_from_that_answer_whoever_replies() -> None:
    talk = Conversations()
    talk.remember(HALL, turn(BRIDGE))
    talk.shown(100, turn(BRIDGE))
    talk.remember(HALL, turn(PARK))
    assert talk.talk(HALL, BEN, PUBLIC, reply_to=100) == BRIDGE
    assert talk.talk(HALL, ADA, PUBLIC) == PARK


def test_a_reply_to_a_forgotten_answer_starts_afresh_and_means_nobody_talked_about_since() -> None:
    talk = Conversations()
    talk.remember(HALL, turn(PARK))
    assert talk.talk(HALL, ADA, PUBLIC, reply_to=100) == NOTHING


def test_an_edited_question_goes_on_from_where_it_did_before() -> None:
    talk = Conversations()
    talk.remember(HALL, turn(BRIDGE))
    talk.remember(HALL, turn(PARK, before=BRIDGE), message=7)
    assert talk.talk(HALL, ADA, PUBLIC, message=7) == BRIDGE
    edited = turn(NOTHING, before=BRIDGE)
    talk.remember(HALL, edited, message=7)
    assert talk.talk(HALL, ADA, PUBLIC) == NOTHING


def test_editing_an_older_question_does_not_change_what_the_next_one_goes_on_from() -> None:
    talk = Conversations()
    talk.remember(HALL, turn(BRIDGE), message=7)
    talk.remember(HALL, turn(PARK), message=8)
    talk.remember(HALL, turn(NOTHING), message=7)
    assert talk.talk(HALL, ADA, PUBLIC) == PARK


def test_what_came_from_a_server_is_not_carried_to_where_it_may_not_be_seen() -> None:
    talk = Conversations()
    talk.remember(HALL, turn(BRIDGE, of=SERVER), message=7)
    talk.shown(100, turn(BRIDGE, of=SERVER))
    assert talk.talk(HALL, ADA, SERVER) == BRIDGE
    assert talk.talk(HALL, ADA, PUBLIC) == NOTHING
    assert talk.talk(HALL, ADA, PUBLIC, reply_to=100) == NOTHING
    assert talk.talk(HALL, ADA, PUBLIC, message=7) == NOTHING


@pytest.mark.parametrize(("passed", "expected"), [(KEPT - 1, BRIDGE), (KEPT + 1, NOTHING)])
def test_a_conversation_is_forgotten_after_half_an_hour(passed: float, expected: Talk) -> None:
    clock = Clock()
    talk = Conversations(clock)
    talk.remember(HALL, turn(BRIDGE))
    talk.shown(100, turn(BRIDGE))
    clock.now += passed
    assert talk.talk(HALL, ADA, PUBLIC) == expected
    assert talk.talk(HALL, ADA, PUBLIC, reply_to=100) == expected


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
        assert talk.talk(channel, ADA, PUBLIC) == NOTHING
        assert talk.talk(channel, BEN, PUBLIC) == others.talk(channel, BEN, PUBLIC)
    for number in range(30):
        assert talk.talk(99, ADA, PUBLIC, reply_to=number) == others.talk(99, ADA, PUBLIC, reply_to=number)


def test_what_only_the_asker_sees_and_what_everybody_sees_are_two_conversations() -> None:
    talk = Conversations()
    talk.remember(HALL, turn(BRIDGE), private=True)
    assert talk.talk(HALL, ADA, PUBLIC) == NOTHING
    assert talk.talk(HALL, ADA, PUBLIC, private=True) == BRIDGE
    talk.remember(HALL, turn(PARK))
    assert talk.talk(HALL, ADA, PUBLIC) == PARK
    assert talk.talk(HALL, ADA, PUBLIC, private=True) == BRIDGE
    talk.forget(ADA)
    assert talk.talk(HALL, ADA, PUBLIC, private=True) == NOTHING


def asked(*questions: str, start: Talk = NOTHING) -> Talk:
    for question in questions:
        start = start.after(ADA, RecordedQuestion(question), Memory())
    return start


def test_a_follow_up_goes_on_from_the_questions_back_to_one_that_stands_alone() -> None:
    talk = asked("Who is quoted about the harbour?", "What did Ada Park say about cables?", "What else did she say?")
    assert [posed.question for _, posed in talk.before("And why did she say it?")] == [
        "What did Ada Park say about cables?",
        "What else did she say?",
    ]
    assert talk.before("What did Ben Ito say about the ferries?") == ()


@given(st.integers(0, 12))
def test_of_a_long_conversation_the_last_five_questions_are_remembered(count: int) -> None:
    talk = asked("What did Ada Park say about cables?", *(f"and {number}?" for number in range(count)))
    found = [posed.question for _, posed in talk.before("what else?")]
    assert len(found) == min(count + 1, 5)
    assert found[-1] == (f"and {count - 1}?" if count else "What did Ada Park say about cables?")


def test_who_is_forgotten_is_forgotten_in_what_others_asked_on_from_it() -> None:
    talk = Conversations()
    ada = asked("What did Ada Park say about cables?")
    both = ada.after(BEN, RecordedQuestion("What else did she say?"), Memory())
    talk.remember(YARD, turn(both, person=BEN, before=ada))
    alone = NOTHING.after(BEN, RecordedQuestion("Who is quoted about the harbour?"), Memory())
    talk.remember(HALL, turn(alone, person=BEN))
    talk.forget(ADA)
    assert talk.talk(YARD, BEN, PUBLIC) == NOTHING
    assert talk.talk(HALL, BEN, PUBLIC) == alone
