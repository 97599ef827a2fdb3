"""From the parts of an answer to its text: the one place that knows how plain text looks."""

from __future__ import annotations

from collections.abc import Sequence

from index.answer.model import Citation, Part
from index.answer.wording import without_marks


def laid_out(parts: Sequence[Part], citations: Sequence[Citation]) -> str:
    """The text of an answer: paragraphs, and lists of a line each, with the place of what they cite.

    Args:
        parts: what is told, in order.
        citations: what the parts' `citation` counts in.
    """
    text = ""
    for part in parts:
        gap = "\n" if part.entry else "\n\n"
        place = "" if part.citation is None else source(citations[part.citation])
        beside = " " if part.entry else "\n"
        text += (gap if text else "") + paragraph(part) + (f"{beside}{place}" if place else "")
    return text


def paragraph(part: Part) -> str:
    """A part in plain words, without the place it cites."""
    if part.entry:
        return _entry(part)
    told = " ".join(piece for piece in (_speaker(part), part.said, part.words) if piece)
    if not part.lead or not told:
        return part.lead or told
    return f"{part.lead}\n{told}" if part.lead.endswith(":") else f"{part.lead} {told}"


def source(citation: Citation) -> str:
    """Where the words stand: the article's title and the paragraph."""
    return f"— {without_marks(citation.title)}, paragraph {citation.paragraph}"


def _speaker(part: Part) -> str:
    """The speaker with the role between commas: "Ada Park, director of the Example Institute,"."""
    if part.speaker is None or part.role is None:
        return part.speaker or ""
    return f"{part.speaker}, {part.role},"


def _entry(part: Part) -> str:
    if part.speaker is None:
        return part.lead
    role = f", {part.role}" if part.role else ""
    return f"• {part.speaker}{role}{f' {part.words}' if part.words else ''}"
