"""What was just talked about, per channel and person, and at each of the bot's messages; forgotten after a while.

Only the event loop uses it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from cachetools import TTLCache

from index.question.model import Memory

KEPT = 30 * 60.0  # seconds
_MOST = 10_000  # of each kind; the oldest go first

_NOTHING = Memory()

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer, as far as the next question needs them.

    `collections` are those that the answer came from: what was said about them is carried only to where all of them
    may be seen.
    """

    person: int
    collections: frozenset[str]
    before: Memory
    after: Memory


class Conversations:
    """The memory of each person in each channel, of each answer, and of each question that may still be edited.

    Args:
        clock: seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._people: TTLCache[tuple[int, int], Turn] = TTLCache(_MOST, KEPT, clock)
        self._questions: TTLCache[int, Turn] = TTLCache(_MOST, KEPT, clock)
        self._answers: TTLCache[int, Turn] = TTLCache(_MOST, KEPT, clock)

    def memory(
        self,
        channel: int,
        person: int,
        collections: frozenset[str],
        *,
        message: int | None = None,
        reply_to: int | None = None,
    ) -> Memory:
        """What a question goes on from.

        Args:
            channel: where it is asked.
            person: who asks.
            collections: what may be seen there.
            message: the asker's message. One that was asked before is edited, and goes on from where it did then.
            reply_to: the bot's message that it replies to; one that is forgotten is the start of a conversation, as
                "he" does not mean somebody talked about since.
        """
        if message is not None and (edited := self._questions.get(message)):
            return edited.before if edited.collections <= collections else _NOTHING
        last = self._people.get((channel, person)) if reply_to is None else self._answers.get(reply_to)
        return last.after if last and last.collections <= collections else _NOTHING

    def remember(self, channel: int, turn: Turn, message: int | None = None) -> None:
        """A question was answered; `message` is the asker's, if there is one."""
        place = channel, turn.person
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
    for key in [key for key, turn in kept.items() if turn.person == person]:
        kept.pop(key, None)
