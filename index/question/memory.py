"""What a conversation remembers from one answer to the next question."""

from __future__ import annotations

from collections.abc import Sequence

from index.question.model import Memory, Question

LONGEST = 200  # citations remembered as shown


def remember(
    memory: Memory, question: Question, speakers: Sequence[str], shown: Sequence[tuple[str, int, int]]
) -> Memory:
    """The memory after an answer.

    Args:
        memory: the memory the question was understood with.
        question: the question that was answered.
        speakers: canonical names of the speakers the answer showed, the best first; may be empty.
        shown: (article id, start, end) of the answer's citations.

    Returns:
        A memory of whom and what the next question may mean. An empty answer about somebody keeps them; small talk
        changes nothing.
    """
    if question.intent == "none":
        return memory
    now = _speakers(memory, question, speakers)
    kept = memory.shown if now == memory.speakers else ()
    keeps = question.intent == "profile" or (question.more and not question.topic)
    topic = memory.topic if keeps else question.mended
    return Memory(now, topic, question.intent, tuple(dict.fromkeys((*kept, *shown)))[-LONGEST:])


def _speakers(memory: Memory, question: Question, speakers: Sequence[str]) -> tuple[str, ...]:
    if speakers:
        return tuple(dict.fromkeys(speakers))
    if question.speakers:  # somebody unknown is nobody to come back to
        return tuple(dict.fromkeys(name for ref in question.speakers for name in ref.names))
    return memory.speakers
