"""A conversation: questions that go on from each other, each with its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.answer.contract import Answer
    from index.library import Library
    from index.phrases import Language
    from index.question.model import Asked, Memory
    from index.store.protocol import Scope


class Conversation:
    """Asks a library and remembers what was talked about, so that "she" and "what else?" are understood.

    Args:
        library: to ask; the caller closes it.
        scope: which articles may be seen; None for the public ones.
        language: of the answers' own words.
    """

    def __init__(self, library: Library, scope: Scope | None = None, language: Language = "en") -> None:
        self._library, self._scope, self._language = library, scope, language
        self._memory: Memory | None = None

    def ask(self, question: str | Asked) -> Answer:
        """The answer to a question. Raises what `Library.ask` does, and then remembers nothing of it."""
        answer, self._memory = self._library.ask(
            question, scope=self._scope, memory=self._memory, language=self._language
        )
        return answer
