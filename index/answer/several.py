"""Several questions in one message: each answered by itself and in turn, all in one answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from index.answer.contract import Answer, Citation, Part
from index.answer.explanation import Trace
from index.answer.present.gate import unquoted
from index.answer.present.layout import laid_out
from index.phrases import Phrases
from index.question.model import Memory, Question
from index.question.split import MOST

# the answer to one question in a conversation, the conversation after it, and why
One = Callable[[str, Memory], tuple[Answer, Memory, Trace | None]]


def several(question: Question, phrases: Phrases, one: One, memory: Memory) -> tuple[Answer, Memory, Trace | None]:
    """The answers to the first questions of a message under their questions, and which were left out.

    The memory and the trace are those of the last one that is answered.
    """
    asked, left = question.parts[:MOST], question.parts[MOST:]
    answers: list[Answer] = []
    trace: Trace | None = None
    for text in asked:
        answer, memory, trace = one(text, memory)
        answers.append(answer)
    parts: list[Part] = []
    citations: list[Citation] = []
    for at, (text, answer) in enumerate(zip(asked, answers, strict=True), 1):
        parts.append(Part(lead=f"{at}. {unquoted(text)}"))
        parts += [_moved(part, len(citations)) for part in answer.parts]
        citations += answer.citations
    if left:
        parts.append(Part(lead=phrases("left_out", count=len(left), questions=unquoted(" · ".join(left)))))
    found = [answer for answer in answers if answer.status == "answered"]
    whole = Answer(
        question.text,
        "answered" if found else "not_found",
        "several",
        laid_out(parts, citations, phrases),
        min(answer.score for answer in found or answers),
        None if found else answers[0].reason,
        short="; ".join(answer.short or "—" for answer in answers) if found else None,
        citations=tuple(citations),
        parts=tuple(parts),
        language=phrases.language,
    )
    return whole, memory, trace


def _moved(part: Part, by: int) -> Part:
    """A part that cites what stands further behind in the citations of all."""
    return part if part.citation is None else replace(part, citation=part.citation + by)
