"""What is read from the records: votes, gaps, and which message answers which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.storage.recorded_question import Posed

Vote = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class VoteRecord:
    """A vote, without who gave it.

    Attributes:
        key: the record's own number, never used twice.
        posed: what was asked; its question is "" where that is not known.
        answer: the object of the Answer contract, or what is known of it.
        collections: what the voter could see.
        before: the questions that it goes on from, the oldest first.
    """

    key: int
    at: datetime
    posed: Posed
    answer: dict[str, Any]
    vote: Vote
    reason: str | None
    collections: tuple[str, ...]
    before: tuple[Posed, ...] = ()

    @property
    def question(self) -> str:
        """In the asker's words, or as a form's question reads."""
        return self.posed.question


@dataclass(frozen=True, slots=True)
class GapRecord:
    """A question that found nothing, with the reason of the Answer contract; the rest as in `VoteRecord`."""

    key: int
    at: datetime
    posed: Posed
    reason: str
    collections: tuple[str, ...]
    before: tuple[Posed, ...] = ()

    @property
    def question(self) -> str:
        """In the asker's words, or as a form's question reads."""
        return self.posed.question


@dataclass(frozen=True, slots=True)
class Followed:
    """Where the answer to a message stands, and since when it is followed."""

    channel: int
    answer: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was deleted."""

    votes: int
    gaps: int
    followed: int = 0
