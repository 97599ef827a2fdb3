"""A statement in its context, as one line of text: the one form that the judge was trained on and reads."""

from __future__ import annotations

# words of the whole; the sentence and who says it come first, then the title, then what was before
_WORDS = 100


def in_context(
    sentence: str,
    *,
    speaker: str | None = None,
    role: str | None = None,
    before: str | None = None,
    title: str | None = None,
) -> str:
    """Premise: a statement as the judge reads it, "Title. Sentence before. [Speaker, role] Sentence with its cue.".

    What is None or empty is left out. Where it gets long, the sentence before loses its beginning, and then the title
    goes; the sentence itself is never cut.

    >>> in_context("“Not a cent,” she said.", speaker="Ada Park", role="mayor", title="Bridge closed")
    'Bridge closed. [Ada Park, mayor] “Not a cent,” she said.'
    """
    who = ", ".join(part for part in (speaker, role) if part)
    core = f"[{who}] {_line(sentence)}" if who else _line(sentence)
    room = _WORDS - len(core.split())
    head = _line(title or "")
    head = head if not head or head[-1] in ".!?…" else f"{head}."
    if len(head.split()) > room:
        head = ""
    earlier = _line(before or "").split()
    room = max(0, room - len(head.split()))
    kept = " ".join(earlier[max(0, len(earlier) - room) :])
    return " ".join(part for part in (head, kept, core) if part)


def _line(text: str) -> str:
    return " ".join(text.split())
