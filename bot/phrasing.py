"""What the bot says itself, in the language of its replies; a sentence that is only put into words where it is told."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from index.answer.present.catalogue import phrases as phrases_of_answers
from index.phrases import Language, Phrases


@cache
def phrases(language: Language) -> Phrases:
    """All phrases of a language: those of answers, and the bot's own."""
    return phrases_of_answers(language) | Phrases.read(Path(__file__).parent / "phrases", language)


ENGLISH = phrases("en")


def counted(count: int, what: str) -> str:
    """How many of something there are, in English: "1 article", "1,200 articles"."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


class LazyPhrase:
    """A lazy translation: a phrase that is put into words only where it is told, in the language spoken there."""

    def __init__(self, key: str, **filled: object) -> None:
        self._key, self._filled = key, filled

    def __str__(self) -> str:
        return self.said(ENGLISH)

    def said(self, phrases: Phrases) -> str:
        """In a language."""
        return phrases(self._key, **self._filled)
