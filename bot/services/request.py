"""What is asked, by whom and where, and what the bot showed for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.services.message_cues import asks
from bot.services.rate_limit import Pace
from bot.storage.recorded_question import RecordedQuestion
from index.answer.contract import Answer
from index.phrases import Language
from index.question.model import Asked
from index.store.protocol import Scope

Surface = Literal["slash", "mention", "reply", "dm", "menu", "button"]

_PLAIN: frozenset[Surface] = frozenset({"slash", "menu", "button"})  # what comes from there is always a question


@dataclass(frozen=True, slots=True)
class Request:
    """A question with who asks it, and where.

    Attributes:
        reply_to: the bot's message that it replies to, whose conversation it goes on with.
        message: the asker's message, if there is one; asked again it is an edited question, which goes on from where
            it did before.
        private: whether nobody else sees the answer; such questions are a conversation of their own.
        pace: how often one person may ask where it is asked; None for as often as anywhere.
        language: of the reply.
    """

    person: int
    channel: int
    question: str | Asked
    scope: Scope
    surface: Surface
    reply_to: int | None = None
    message: int | None = None
    private: bool = False
    pace: Pace | None = None
    language: Language = "en"

    @property
    def is_question(self) -> bool:
        """Whether it certainly asks something: in a conversation, much is only said."""
        return self.surface in _PLAIN or isinstance(self.question, Asked) or asks(self.question)


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """What stands in a message of the bot.

    `before` are the questions it goes on from, with who asked them, the oldest first.
    """

    request: Request
    answer: Answer
    before: tuple[tuple[int, RecordedQuestion], ...] = ()

    @property
    def posed(self) -> RecordedQuestion:
        """What was asked."""
        return RecordedQuestion.of(self.request.question, self.request.scope, self.answer.question)

    @property
    def people(self) -> frozenset[int]:
        """Everybody whose questions these are."""
        return frozenset({self.request.person, *(asker for asker, _ in self.before)})
