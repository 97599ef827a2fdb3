"""The paragraphs round the words of an answer, the words in bold. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from bot.phrasing import ENGLISH
from bot.render.markdown import block_quote, bold, cut, escape, width
from bot.render.message import Block, MessagePage, fill
from bot.render.source_lines import paragraph_line
from index.answer.contract import Paragraph, Place
from index.article import Span
from index.passages import sentences
from index.phrases import Phrases

_LONGEST = 1200  # characters of Markdown of a paragraph; a longer one is shown round the words
_HUGE = 10 * _LONGEST  # characters of text that cannot fit, even if many of them are not to be seen


@dataclass(slots=True)
class _Found:
    """A paragraph with the places in it, and where those are in its text."""

    paragraph: Paragraph
    places: list[Place] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)


def context_page(paragraphs: Sequence[Paragraph], places: Sequence[Place], phrases: Phrases = ENGLISH) -> MessagePage:
    """The paragraphs that places start in, one for each place, each once with all its words in bold."""
    found: dict[tuple[str, int], _Found] = {}
    for paragraph, place in zip(paragraphs, places, strict=True):
        one = found.setdefault((place.sha256, paragraph.number), _Found(paragraph))
        one.places.append(place)
        one.spans.append((paragraph.start, paragraph.end))
    return fill([_block(one, phrases) for one in found.values()], phrases)


def _block(found: _Found, phrases: Phrases) -> Block:
    paragraph, text = found.paragraph, found.paragraph.text
    goes_on = any(place.end - place.start > b - a for place, (a, b) in zip(found.places, found.spans, strict=True))
    foot = paragraph_line(paragraph.title, paragraph.source, paragraph.number, phrases, goes_on=goes_on)
    # as many of the words as fit, with what is round them
    for count in range(len(found.spans), 0, -1):
        spans = found.spans[:count]
        if (window := _window(text, spans)) is not None:
            places, rest = tuple(found.places[:count]), tuple(found.places[count:])
            return Block(_shown(text, window, spans), foot=foot, places=places, rest=rest)
    return _cut(found, foot)


def _cut(found: _Found, foot: str) -> Block:
    """A block of words that are too long by themselves: the first of them."""
    text, place, (start, stop) = found.paragraph.text, found.places[0], found.spans[0]
    end = start + cut(text[start:stop], lambda head: _fits(text, (start, start + len(head)), [(start, stop)]))
    after = end + len(text[end:stop]) - len(text[end:stop].lstrip())
    rest = Place(place.sha256, place.start + after - start, place.end)
    here = Place(place.sha256, place.start, rest.start)
    return Block(_shown(text, (start, end), [(start, end)]), foot=foot, places=(here,), rest=(rest, *found.places[1:]))


def _window(text: str, spans: Sequence[Span]) -> Span | None:
    """The sentences that hold the spans, with as many round them as fit; None where even those do not."""
    if _fits(text, (0, len(text)), spans):
        return 0, len(text)
    low, high = min(start for start, _ in spans), max(end for _, end in spans)
    pieces = sentences(text, (0, len(text)))
    inside = [i for i, (start, end) in enumerate(pieces) if start < high and low < end]
    if not inside:
        return None
    first, last = inside[0], inside[-1]
    window = min(low, pieces[first][0]), max(high, pieces[last][1])
    if not _fits(text, window, spans):
        return (low, high) if _fits(text, (low, high), spans) else None
    for before, behind in zip_longest(reversed(pieces[:first]), pieces[last + 1 :]):  # the nearest first
        narrow = window
        for start, end in (behind or window, before or window):
            wider = min(start, window[0]), max(end, window[1])
            window = wider if _fits(text, wider, spans) else window
        if window == narrow:
            break
    return window


def _fits(text: str, window: Span, spans: Sequence[Span]) -> bool:
    return window[1] - window[0] <= _HUGE and width(_shown(text, window, spans)) <= _LONGEST


def _shown(text: str, window: Span, spans: Iterable[Span]) -> str:
    """Part of a paragraph in a block quote, the spans in bold, "…" where it was cut."""
    start, end = window
    pieces, at = ["… " if text[:start].strip() else ""], start
    for low, high in _merged(spans):
        words = text[max(low, at) : min(high, end)]
        before = text[at : max(low, at)] + words[: len(words) - len(words.lstrip())]
        pieces += [escape(before), bold(escape(words.strip()))]
        at = max(at, low + len(words.rstrip()))
    return block_quote("".join([*pieces, escape(text[at:end]), " …" if text[end:].strip() else ""]))


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that touch as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
