"""Features of an utterance beside the encoder's vector: its words and how it is put, hashed, as numbers of columns."""

from __future__ import annotations

import re
from zlib import crc32

BUCKETS = 4096
_WORD = re.compile(r"<q>|[^\W\d_]+(?:['’][^\W\d_]+)?|\d+|[?!]")
_QUOTATION = re.compile(r"“[^“”]{0,400}”|\"[^\"]{0,400}\"|«[^«»]{0,400}»")
_LONGEST = 600  # characters


def columns(text: str, *, goes_on: bool) -> list[int]:
    """The columns that are 1 for an utterance, 0 to `BUCKETS` - 1, each once, in order.

    Args:
        text: as typed; its first 600 characters count.
        goes_on: whether the bot answered something before.
    """
    asked = _QUOTATION.sub(" <q> ", text[:_LONGEST])
    words = [_shape(word, at) for at, word in enumerate(_WORD.findall(asked))]
    marked = ["^", *words, "$"]
    said = [f"{n}:{' '.join(marked[at : at + n])}" for n in (1, 2, 3) for at in range(len(marked) - n + 1)]
    skips = [f"s:{a} {b}" for a, b in zip(marked, marked[2:], strict=False)]
    after = "after" if goes_on else "first"
    put = [after, f"{after}:{_length(words)}", f"length:{_length(words)}", *_marks(asked), *_scripts(text)]
    start = [f"{after}:{n}:{' '.join(words[:n])}" for n in (1, 2)] if words else []
    return sorted({crc32(one.encode("utf-8", "replace")) % BUCKETS for one in (*said, *skips, *put, *start)})


def _shape(word: str, at: int) -> str:
    """A word as it counts: in lower case, but for figures and for names inside a sentence."""
    if word[0].isdigit():
        return "<n>"
    return "<name>" if at and word[0].isupper() and not word.isupper() else word.lower().replace("’", "'")


def _length(words: list[str]) -> str:
    return next((str(most) for most in (1, 2, 3, 5, 8, 12, 20) if len(words) <= most), "long")


def _marks(text: str) -> list[str]:
    """How often it asks, and what else stands in it that no word tells."""
    asks = min(text.count("?"), 3)
    others = [name for name, mark in (("link", "://"), ("line", "\n"), ("list", ";"), ("command", "/")) if mark in text]
    return [f"asks:{asks}", *others]


def _scripts(text: str) -> list[str]:
    """Which scripts its letters are of, where they are not plain Latin ones."""
    blocks = {ord(letter) >> 8 for letter in text[:_LONGEST] if letter.isalpha() and ord(letter) > 0x7F}
    return [f"block:{block:x}" for block in blocks]
