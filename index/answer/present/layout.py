"""From the parts of an answer to its text: the one place that knows how plain text looks."""

from __future__ import annotations

from collections.abc import Sequence

from index.answer.contract import Citation, Part
from index.answer.present.catalogue import ENGLISH
from index.answer.present.statement_text import without_marks
from index.phrases import Phrases


def laid_out(parts: Sequence[Part], citations: Sequence[Citation], phrases: Phrases = ENGLISH) -> str:
    """The text of an answer: paragraphs, and lists of a line each, with the place of what they cite.

    Args:
        parts: what is told, in order.
        citations: what the parts' `citation` counts in.
        phrases: how this language puts words together.
    """
    text = ""
    for part in parts:
        gap = "\n" if part.entry else "\n\n"
        place = "" if part.citation is None else source(citations[part.citation], phrases)
        told = paragraph(part, phrases)
        text += (gap if text else "") + (phrases.joined([told, place]) if part.entry else _lines(told, place))
    return text


def paragraph(part: Part, phrases: Phrases = ENGLISH) -> str:
    """A part in plain words, without the place it cites."""
    if part.entry:
        return _entry(part, phrases)
    told = phrases.joined([_speaker(part, phrases), part.said, part.words])
    return _lines(part.lead, told) if part.lead.endswith((":", "：")) else phrases.joined([part.lead, told])


def source(citation: Citation, phrases: Phrases = ENGLISH) -> str:
    """Where the words stand: the article's title and the paragraph."""
    return phrases("place", title=without_marks(citation.title), number=citation.paragraph)


def _lines(*lines: str) -> str:
    return "\n".join(filter(None, lines))


def _speaker(part: Part, phrases: Phrases) -> str:
    """The speaker with the role between commas: "Ada Park, director of the Example Institute,"."""
    if part.speaker is None or part.role is None:
        return part.speaker or ""
    return phrases("speaker_with_role", speaker=part.speaker, role=part.role)


def _entry(part: Part, phrases: Phrases) -> str:
    if part.speaker is None:
        return part.lead
    key = "entry_with_role" if part.role else "entry"
    return phrases.joined([phrases(key, speaker=part.speaker, role=part.role), part.words])
