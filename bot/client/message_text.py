"""The words that a message shows: its own, or those of an embed, a link's preview, components, a forwarded message.

A link, a ping or a custom emoji is no word of it; Markdown's marks are taken off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import discord

_LINK = r"https?://[^\s<>)]+"
_MASKED = re.compile(rf"\[([^\[\]\n]{{1,300}})\]\(<?{_LINK}>?\)")
# pings, channels, custom emoji, times, and the addresses of pages
_MARKUP = re.compile(rf"<(?:[@#][!&]?\d+|a?:\w+:\d+|id:\w+|t:-?\d+(?::\w)?|/[^<>\n]{{1,100}}:\d+)>|<?{_LINK}>?")
_EVERYBODY = re.compile(r"@(?:everyone|here)\b")
_MARKS = re.compile(r"\*\*|\|\||~~|__|```(?:[\w+-]+\n)?|`")
_LINE_START = re.compile(r"^\s*(?:#{1,3}\s+|>{1,3}\s+)?")
_QUOTE = re.compile(r"^\s*>{1,3}\s")
_SUBTEXT = re.compile(r"^\s*-#\s")
_FEW = 3  # words: "New post", "Tweet"; where an embed has words, these only announce it
_REMARK = 4  # words behind a quotation that only ask about it: "true or not?"


def text_of(message: discord.Message | discord.MessageSnapshot, content: str | None = None) -> str:
    """The words that a message shows, as plain text; "" where it shows none.

    Args:
        message: what Discord tells of it.
        content: its own text, where its mentions are already put into words.
    """
    own = plain(message.content if content is None else content)
    beside = next(filter(None, _beside(message)), "")
    return beside if beside and len(re.findall(r"\w+", own)) <= _FEW else own


def _beside(message: discord.Message | discord.MessageSnapshot) -> Iterator[str]:
    """What stands beside a message's own text, what it is mostly about first."""
    yield from map(_of_embed, message.embeds)
    yield plain("\n".join(_of_components(message.components)))
    for snapshot in getattr(message, "message_snapshots", ()):
        yield text_of(snapshot)


def _of_embed(embed: discord.Embed) -> str:
    """The description; without one, the fields below the title."""
    if embed.description and (words := plain(embed.description)):
        return words
    return plain("\n".join([embed.title or "", *(field.value or "" for field in embed.fields)]))


def _of_components(components: Iterable[object]) -> Iterator[str]:
    """The texts among components, in order; those in containers and sections, too."""
    for one in components:
        if isinstance(one, discord.TextDisplay):
            yield one.content
        elif isinstance(one, (discord.Container, discord.SectionComponent)):
            yield from _of_components(one.children)


def plain(markdown: str) -> str:
    """Markdown as words alone: of lines in a block quote only these, where the others only ask about them."""
    text = _MARKUP.sub(" ", _EVERYBODY.sub(" ", _MASKED.sub(r"\1", markdown)))
    lines = _MARKS.sub("", text).splitlines()
    lines = [line for line in lines if not _SUBTEXT.match(line)] or lines
    quoted = [line for line in lines if _QUOTE.match(line)]
    other = " ".join(line for line in lines if not _QUOTE.match(line))
    if quoted and (len(other.split()) <= _REMARK or other.rstrip().endswith("?")):
        lines = quoted
    bare = (" ".join(_LINE_START.sub("", line, count=1).split()) for line in lines)
    return "\n".join(filter(None, bare))
