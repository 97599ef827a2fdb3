"""The codec of buttons: all that one needs after a restart is written into its message, and read back, here. Pure.

A custom id holds what its form says, as "delete:{asker:id}"; the first line of an answer holds the question. Places of
articles are written so densely (a varint codec) that a button can keep a dozen of them: each is a few bytes, where it
starts, counted from the end of the place before it in the same article, and how long it is; the first 48 bits of an
article's hash stand only before its first place. Base64 makes characters of it.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import Any, NamedTuple

from bot.render.limits import PLACES
from bot.render.markdown import one_line, subtext, unescape
from index.answer.contract import Place

DELETE = "delete:{asker:id}"  # the form of the button that lets the asker delete an answer

_LONGEST_QUESTION = 200  # characters
_QUESTION = 250  # characters of Markdown


# ── custom ids ────────────────────────────────────────────────────────────


class _Value(NamedTuple):
    """A kind of value in a custom id: what it looks like, how it is read and written."""

    pattern: str
    read: Callable[[str], Any] = str
    write: Callable[[Any], str] = str


_VALUES = {
    "id": _Value(r"\d+", int),
    "number": _Value(r"-?\d+", int),
    "number?": _Value(
        r"\d*", lambda text: int(text) if text else None, lambda number: "" if number is None else str(number)
    ),
    "flag": _Value("[01]", lambda text: text == "1", lambda value: str(int(value))),
    "hex": _Value("[0-9a-f]+"),
    "token": _Value(r"[\w-]+"),
    "text": _Value(".+"),
}


def _value(spec: str) -> _Value:
    """The kind of value by its name; "a|b" is one of these words, and "=word" is there or not."""
    if spec.startswith("="):
        word = spec[1:]
        return _Value(f"(?:{word})?", lambda text: text == word, lambda value: word if value else "")
    return _VALUES.get(spec) or _Value(spec)


class IdForm:
    """The form of a kind of custom ids: a text with each value as "{name:kind}"."""

    def __init__(self, form: str) -> None:
        self._parts = [(text, name or "", _value(spec or "")) for text, name, spec, _ in Formatter().parse(form)]
        self.pattern = "".join(text + (f"(?P<{name}>{one.pattern})" if name else "") for text, name, one in self._parts)

    def write(self, values: Mapping[str, Any]) -> str:
        """The custom id that holds these values."""
        return "".join(text + (one.write(values[name]) if name else "") for text, name, one in self._parts)

    def read(self, custom_id: str) -> dict[str, Any] | None:
        """The values in a custom id; None where it is of another form."""
        match = re.fullmatch(self.pattern, custom_id)
        return match and {name: one.read(match[name]) for _, name, one in self._parts if name}


# ── the question above an answer ──────────────────────────────────────────


def question_line(question: str) -> str:
    """What was asked, on one line of Markdown, shortened; "" for nothing."""
    plain = " ".join(question.split())
    shown = plain if len(plain) <= _LONGEST_QUESTION else f"{plain[: _LONGEST_QUESTION - 1]}…"
    line = one_line(shown, _QUESTION)
    return subtext(line) if line else ""


def question_above(content: str) -> str | None:
    """The question in the first line of a message, as far as it was shown there; None where there is none."""
    first, _, rest = content.partition("\n")
    return unescape(first.removeprefix(subtext(""))) if first.startswith(subtext("")) and rest else None


# ── places ────────────────────────────────────────────────────────────────

_TEXT = re.compile(r"[A-Za-z0-9_-]*")
_HASH_BYTES = 6
_HEX_DIGITS = 2 * _HASH_BYTES
_MOST_BYTES = 5  # of a number: far more than the longest article needs
# which article a place is in
_SAME, _NEW, _EARLIER = range(3)


@dataclass(slots=True)
class _Articles:
    """The articles seen so far, by hash in the order of their first places, with the end of each one's last place."""

    ends: dict[str, int] = field(default_factory=dict)
    current: str = ""


def pack(places: Sequence[Place], room: int) -> tuple[str, int]:
    """As many of the places, from the first on, as fit into `room` characters of A-Z, a-z, 0-9, "_" and "-".

    Args:
        places: each with at least 12 digits of its article's hash; more are left out.
        room: how many characters the text may have.

    Returns:
        The text, and how many places are in it.

    Raises:
        ValueError: a place is none: too few digits, or an end before its start.
    """
    packed, articles = b"", _Articles()
    for count, place in enumerate(places):
        longer = packed + _written(place, articles)
        if -(-len(longer) * 4 // 3) > room:
            return _as_text(packed), count
        packed = longer
    return _as_text(packed), len(places)


def packed(places: Sequence[Place]) -> str:
    """As many of the places, from the first on, as a button can keep."""
    return pack(places, PLACES)[0]


def unpack(text: str) -> list[Place]:
    """The places in a text that `pack` wrote, with 12 digits of their articles' hashes.

    Raises:
        ValueError: `pack` did not write this.
    """
    if not _TEXT.fullmatch(text):
        raise ValueError("not a list of places: it holds other characters than letters, digits, _ and -")
    data = iter(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    articles = _Articles()
    return [_unpacked(first, data, articles) for first in data]


def _written(place: Place, articles: _Articles) -> bytes:
    sha256 = place.sha256[:_HEX_DIGITS].lower()
    if len(bytes.fromhex(sha256)) < _HASH_BYTES or not 0 <= place.start <= place.end:
        raise ValueError(f"not a place: {place}")
    if sha256 == articles.current:
        kind, which = _SAME, b""
    elif sha256 in articles.ends:
        kind, which = _EARLIER, _number(list(articles.ends).index(sha256))
    else:
        kind, which = _NEW, bytes.fromhex(sha256)
    step = place.start - articles.ends.get(sha256, 0)
    articles.current, articles.ends[sha256] = sha256, place.end
    # a step back is rare, so its sign is the last but two bit: small numbers stay small
    signed = 2 * step if step >= 0 else -2 * step - 1
    return _number(signed << 2 | kind) + which + _number(place.end - place.start)


def _unpacked(first: int, data: Iterator[int], articles: _Articles) -> Place:
    number = _read(first, data)
    signed, kind = number >> 2, number & 3
    step = -(signed + 1) // 2 if signed % 2 else signed // 2
    sha256 = _article(kind, data, articles)
    start = articles.ends.get(sha256, 0) + step
    end = start + _read(_next(data), data)
    if start < 0:
        raise ValueError("not a list of places: one starts before its article")
    articles.current, articles.ends[sha256] = sha256, end
    return Place(sha256, start, end)


def _article(kind: int, data: Iterator[int], articles: _Articles) -> str:
    known = list(articles.ends)
    if kind == _NEW:
        return bytes(_next(data) for _ in range(_HASH_BYTES)).hex()
    if kind == _SAME and known:
        return articles.current
    if kind == _EARLIER and (position := _read(_next(data), data)) < len(known):
        return known[position]
    raise ValueError("not a list of places: one is in no article")


def _number(number: int) -> bytes:
    """A number, seven bits a byte, the lowest first; a high bit tells that another byte follows."""
    parts = bytearray()
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def _read(first: int, data: Iterator[int]) -> int:
    number, byte = first & 0x7F, first
    for position in range(1, _MOST_BYTES):
        if byte < 0x80:
            return number
        byte = _next(data)
        number |= (byte & 0x7F) << 7 * position
    if byte >= 0x80:
        raise ValueError("not a list of places: a number has no end")
    return number


def _next(data: Iterator[int]) -> int:
    for byte in data:
        return byte
    raise ValueError("not a list of places: it breaks off")


def _as_text(packed: bytes) -> str:
    return urlsafe_b64encode(packed).rstrip(b"=").decode()
