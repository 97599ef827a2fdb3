"""What a command or a reply says instead of an error: input that is refused, and what was to be expected."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.phrasing import LazyPhrase
    from index.phrases import Phrases


class ExitCode(IntEnum):
    """What a command ends with; from 64 on the numbers of sysexits.h."""

    OK = 0
    NOT_FOUND = 1
    USAGE = 2
    BAD_INPUT = 65
    UNAVAILABLE = 69
    BUG = 70
    FILES = 74
    CONFIGURATION = 78
    INTERRUPTED = 130
    PIPE_CLOSED = 141


class Refused(Exception):  # noqa: N818 - it names what happened; nothing went wrong inside the program
    """A person's input that cannot be used. The message says what was wrong and what to do, a line each."""

    def __init__(self, message: str, code: ExitCode = ExitCode.BAD_INPUT) -> None:
        super().__init__(message)
        self.code = code


class Sorry(Exception):  # noqa: N818 - it names what is said; nothing went wrong inside the program
    """Something that was to be expected: its text is the sentence that a person reads, in the reply's language."""

    def __init__(self, sentence: str | LazyPhrase) -> None:
        super().__init__(str(sentence))
        self._sentence = sentence

    def said(self, phrases: Phrases) -> str:
        """The sentence in a language, if it is there in it."""
        return self._sentence if isinstance(self._sentence, str) else self._sentence.said(phrases)
