"""What was just talked about, per channel and person, and at each of the bot's messages; forgotten after a while.

Only the event loop uses it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from cachetools import TTLCache

from bot.services.message_cues import goes_on
from bot.storage.recorded_question import RecordedQuestion
from index.question.model import Memory

KEPT = 30 * 60.0  # seconds
_MOST = 10_000  # of each kind; the oldest go first
_EARLIER = 5  # questions that a follow-up can be understood from

_BLANK = Memory()

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Talk:
    """What a question goes on from.

    Attributes:
        memory: what was talked about.
        questions: who asked what, the oldest first: the last question, and before it what that one went on from.
    """

    memory: Memory = _BLANK
    questions: tuple[tuple[int, RecordedQuestion], ...] = ()

    def before(self, question: str) -> tuple[tuple[int, RecordedQuestion], ...]:
        """The questions without which this one would not be understood."""
        return self.questions if goes_on(question) else ()

    def after(self, person: int, posed: RecordedQuestion, memory: Memory) -> Talk:
        """What the next question goes on from."""
        return Talk(memory, (*self.before(posed.question), (person, posed))[-_EARLIER:])


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer, as far as the next question needs them.

    `collections` are those that the answer came from: what was said about them is carried only to where all of them
    may be seen.
    """

    person: int
    collections: frozenset[str]
    before: Talk
    after: Talk

    def is_of(self, person: int) -> bool:
        """Whether it holds words of this person."""
        return self.person == person or any(person == asker for asker, _ in self.after.questions)


_NOTHING = Talk()


class Conversations:
    """The talk of each person in each channel, of each answer, and of each question that may still be edited."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._people: TTLCache[tuple[int, int, bool], Turn] = TTLCache(_MOST, KEPT, clock)
        self._questions: TTLCache[int, Turn] = TTLCache(_MOST, KEPT, clock)
        self._answers: TTLCache[int, Turn] = TTLCache(_MOST, KEPT, clock)

    def talk(  # noqa: PLR0913 - each by its name, and each of them matters
        self,
        channel: int,
        person: int,
        collections: frozenset[str],
        *,
        private: bool = False,
        message: int | None = None,
        reply_to: int | None = None,
    ) -> Talk:
        """What a question goes on from.

        Args:
            channel: where it is asked.
            person: who asks.
            collections: what may be seen there.
            private: whether nobody else sees the answer. Such questions are a conversation of their own.
            message: the asker's message. One that was asked before is edited, and goes on from where it did then.
            reply_to: the bot's message that it replies to; one that is forgotten is the start of a conversation, as
                "he" does not mean somebody talked about since.
        """
        if message is not None and (edited := self._questions.get(message)):
            return edited.before if edited.collections <= collections else _NOTHING
        last = self._people.get((channel, person, private)) if reply_to is None else self._answers.get(reply_to)
        return last.after if last and last.collections <= collections else _NOTHING

    def remember(self, channel: int, turn: Turn, message: int | None = None, *, private: bool = False) -> None:
        """A question was answered; `message` is the asker's, if there is one."""
        place = channel, turn.person, private
        edited = self._questions.get(message) if message is not None else None
        last = self._people.get(place)
        # a question edited after others were asked changes nothing for the one that comes next
        if edited is None or last is None or last == edited:
            self._people[place] = turn
        if message is not None:
            self._questions[message] = turn

    def shown(self, answer: int, turn: Turn) -> None:
        """The bot's message `answer` holds the answer: replies to it go on from there."""
        self._answers[answer] = turn

    def forget(self, person: int) -> None:
        """Nothing that this person talked about is remembered any more."""
        _drop(self._people, person)
        _drop(self._questions, person)
        _drop(self._answers, person)


def _drop(kept: TTLCache[K, Turn], person: int) -> None:
    for key in [key for key, turn in kept.items() if turn.is_of(person)]:
        kept.pop(key, None)
