"""Discord's Markdown: text that shows as it is, and the few marks that the bot itself sets. Pure.

discord.py's `escape_markdown` and `escape_mentions` leave out links, invites, channels, emoji, timestamps, numbered
lists, subtext and what cannot be seen, and they skip whatever looks like a link; hence this module.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from urllib.parse import quote, urlsplit

from index.passages import sentences

_LONGEST_LINK = 200  # characters; a longer address costs more room than it is worth

# ── what cannot be seen ───────────────────────────────────────────────────
_LINE_END = re.compile(r"\r\n?|[\u2028\u2029]")
_BLANK = re.compile(r"[\t\x0b\x0c\x1c-\x1f\x85]")
# controls, marks that turn the direction of text, and characters without a shape. What joins letters and emoji stays,
# and so does the flag that is spelt in such characters
_UNSEEN = re.compile(
    r"(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f)"
    r"|[\x00-\x08\x0e-\x1b\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_HALF = re.compile(r"[\ud800-\udfff]")
_ACCENT = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_ACCENTS = re.compile(rf"({_ACCENT}{{4}}){_ACCENT}+")  # a tower of accents would paint over the lines above it

# ── what Discord would make something of ──────────────────────────────────
# formatting and masked links; all of <@1> <#1> <:a:1> <t:1> <id:browse> </ask:1>; ":smile:", and links ("https://")
_SPECIAL = re.compile(r"[\\*_~`|\[\]]|<(?=\S)|:(?=//|\S{0,64}:)")
_LINE_START = re.compile(r"^([^\S\n]*)(#(?=#{0,2}(?:\s|$))|[-+](?=[\s#]|$)|>)", re.MULTILINE)
_NUMBERED = re.compile(r"^([^\S\n]*\d+)([.)])(?=\s|$)", re.MULTILINE)
# invites and gifts become cards without "https://", too
_CARD = re.compile(r"(discord(?:app)?)\.(gg|com|gifts?|new|link|media)/", re.IGNORECASE)
# a mention stays one behind a backslash: only a character without a width keeps the two halves apart
_PING = re.compile(r"@(?=everyone|here|[!&]?\d)", re.IGNORECASE)
_APART = "\u200b"
_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")


def visible(text: str) -> str:
    r"""The text without what cannot be seen or moves the rest about; lines end with "\n"."""
    text = _BLANK.sub(" ", _LINE_END.sub("\n", text))
    return _ACCENTS.sub(r"\1", _HALF.sub("\ufffd", _UNSEEN.sub(r"\1", text)))


def escape(text: str) -> str:
    """Markdown that shows as `visible(text)` in Discord, whatever stands in it, and does nothing else."""
    text = _SPECIAL.sub(r"\\\g<0>", visible(text))
    text = _NUMBERED.sub(r"\1\\\2", _LINE_START.sub(r"\1\\\2", text))
    return _PING.sub(f"@{_APART}", _CARD.sub(r"\1\\.\2\\/", text))


def unescape(markdown: str) -> str:
    """The text that `escape` made this of, as far as it can be seen."""
    return _ESCAPED.sub(r"\1", markdown.replace(_APART, ""))


def width(text: str) -> int:
    """How many characters a text has for Discord, at most: some of its programs count an emoji as two."""
    return len(text) + sum(character > "\uffff" for character in text)


def one_line(text: str, room: int) -> str:
    """The text escaped, on one line, cut at a word to `room` characters of Markdown; "…" shows the cut."""
    text = " ".join(visible(text).split())
    if width(escape(text)) <= room:
        return escape(text)
    return escape(text[: _last_word(text, _most(text, lambda head: width(escape(head)) < room))].rstrip(" ,;:")) + "…"


def bold(markdown: str) -> str:
    """Markdown in bold; nothing stays nothing."""
    return f"**{markdown}**" if markdown else ""


def subtext(markdown: str) -> str:
    """A line in small grey letters."""
    return f"-# {markdown}"


def block_quote(markdown: str, *, dim: bool = False) -> str:
    """Every line of the Markdown in a block quote, in small grey letters where `dim`; without blank lines."""
    start = "> -# " if dim else "> "
    return "\n".join(start + line.strip() for line in markdown.split("\n") if line.strip())


def link(title: str, address: str | None, room: int) -> str:
    """A title, cut to `room` characters, that leads to the address where that is a web page and safe to open."""
    shown = one_line(title, room)
    target = _target(address)
    if target is None or not shown:
        return shown
    # Discord's programs disagree on brackets in the text of a link, and refuse an address there
    if re.search(r"[\[\]]|://", title):
        return f"{shown} ([link](<{target}>))"
    return f"[{shown}](<{target}>)"


def _target(address: str | None) -> str | None:
    """The address as it may stand between "(<" and ">)"; None where it is no plain address of a web page."""
    try:
        parts = urlsplit((address or "").strip())
        host = parts.hostname or ""
    except ValueError:  # half an IPv6 address
        return None
    if parts.scheme not in {"http", "https"} or "." not in host or parts.username is not None:
        return None  # "https://news.example@evil.example" is not what it looks like
    if re.search(r"(?:^|\.)discord(?:app)?\.\w+$", host):
        return None  # would become an invite
    target = quote((address or "").strip(), safe="!#$%&'+,/:;=?@-._~")
    return target if len(target) <= _LONGEST_LINK else None


def cut(text: str, fits: Callable[[str], bool]) -> int:
    """Where to cut a text so that its head fits: behind a sentence, else behind a word, else behind a character.

    Args:
        text: plain text.
        fits: whether a head of the text fits; true for "", and once it is false it stays false for longer heads.

    Returns:
        The length of the head, without blanks at its end; 0 where not even a character fits.
    """
    if fits(text):
        return len(text)
    most = _most(text, fits)
    head = text[: most + 2]  # a sentence ends where the next one begins
    ends = [end for line in re.finditer(r"[^\n]+", head) for _, end in sentences(head, line.span())]
    # an end close to the start is not worth a page of its own
    return max((end for end in ends if most // 4 <= end <= most and end < len(head)), default=_last_word(text, most))


def _most(text: str, fits: Callable[[str], bool]) -> int:
    """The length of the longest head that fits."""
    return bisect_left(range(1, len(text) + 1), True, key=lambda length: not fits(text[:length]))


def _last_word(text: str, most: int) -> int:
    """The end of the last whole word in the first `most` characters; all of them where there is none."""
    blanks = [gap.start() for gap in re.finditer(r"\s+", text[: most + 1]) if gap.start() > 0]
    return blanks[-1] if blanks else most
