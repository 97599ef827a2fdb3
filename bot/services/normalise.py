"""The one form of a question that stands for the ways of typing it.

The articles are asked this form, so that everybody who types the same question gets the same answer, whoever was
first. What may change the answer stays: capitals inside ("polish", "Polish"), and whether a question mark ends it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from index.language.words import capitalised
from index.question.model import Asked
from index.question.tokens import LONGEST

_MEANT = frozenset({"<super>", "<sub>", "<fraction>", "<circle>", "<square>"})  # 10² is not 102


def canonical(question: str | Asked) -> str | Asked:
    """The question without what only typing makes: widths, blanks, a small first letter, a row of end marks.

    >>> canonical("  who  said it  ?!")
    'Who said it?'
    """
    if isinstance(question, Asked):
        return replace(question, speaker=_tidy(question.speaker), topic=_tidy(question.topic))
    tidy = _tidy(question)
    body = _without_end_marks(tidy)
    mark = "?" if "?" in tidy[len(body) :] else ""
    return unicodedata.normalize("NFC", capitalised(body) + mark)


def _tidy(text: str) -> str:
    """Compatible characters as the plain ones they stand for (one may be 18), single blanks; cut where asking cuts."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", "".join(map(_plain, text)))
    return " ".join(text.split())[:LONGEST].rstrip()


def _plain(character: str) -> str:
    """NFKC, but for characters that mean something else than the plain ones they are made of."""
    if unicodedata.decomposition(character).partition(" ")[0] in _MEANT:
        return character
    return unicodedata.normalize("NFKC", character)


def _without_end_marks(text: str) -> str:
    """The text without "?", "!" and full stops at its end; one full stop may belong to a word ("U.S.", "Inc.")."""
    while True:
        body = text.rstrip(" ?!")
        dots = len(body) - len(body.rstrip("."))
        if dots > 1 or body[-2:] == " ." or (dots and _is_plain_word(body[-5:-1])):
            body = body.rstrip(".")
        if body == text:
            return body
        text = body


def _is_plain_word(letters: str) -> bool:
    return len(letters) == 4 and letters.isalpha() and letters.islower()
