"""Quotation regions: where an article puts words between quotation marks."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index.article import Span

RegionKind = Literal["speech", "title", "scare"]

_CLOSES = {"“": "”", "„": "“”", "«": "»", "‘": "’", '"': '"', "'": "'", "”": "”"}
_SINGLE = "‘'"
_WORD = re.compile(r"[\w’'-]+")
_MAX_LINES = 6  # a quotation that an article breaks into lines is closed within so many


@dataclass(frozen=True, slots=True)
class Region:
    """Words between quotation marks. `outer` is the span with the marks, `inner` without.

    `open_end` marks one that runs to its paragraph's end unclosed, as quotations over paragraphs do.
    """

    outer: Span
    inner: Span
    kind: RegionKind
    open_end: bool = False


def article_regions(text: str, paragraphs: Sequence[Span]) -> dict[int, list[Region]]:
    """Quotation regions by paragraph number, from 1, in order.

    A quotation that runs over line breaks to a closing mark in a later paragraph is one region, listed for
    the paragraph where it opens and for those it covers. One that each paragraph opens anew is a region for
    each.
    """
    regions: dict[int, list[Region]] = {}
    number = 0
    carried: list[Region] = []  # the quotation that an earlier paragraph began and this one ends
    while number < len(paragraphs):
        start, stop = paragraphs[number]
        found = carried + find_regions(text, (carried[0].outer[1] if carried else start, stop))
        regions[number + 1] = found
        carried = []
        last, end = _last_line(text, paragraphs, number, found)
        if last > number:
            opened = found[-1]
            whole = Region((opened.outer[0], end + 1), _trim(text, opened.inner[0], end), "speech")
            found[-1] = whole
            regions.update((covered + 1, [whole]) for covered in range(number + 1, last))
            carried = [whole]
        number = max(last, number + 1)
    return regions


def touching(regions: Sequence[Region], span: Span) -> Sequence[Region]:
    """Those of a paragraph's regions, which are in order and apart, that share a character with `span`."""
    first = bisect_left(regions, span[0] + 1, key=lambda region: region.outer[1])
    last = bisect_left(regions, span[1], key=lambda region: region.outer[0])
    return regions[first:last]


def find_regions(text: str, paragraph: Span) -> list[Region]:
    """The outermost quotation regions of a paragraph, in order. Never raises on odd marks.

    >>> text = 'She said "yes" and left.'
    >>> [text[region.inner[0]:region.inner[1]] for region in find_regions(text, (0, len(text)))]
    ['yes']
    """
    return list(_scan(text, *paragraph))


def _last_line(text: str, paragraphs: Sequence[Span], number: int, found: list[Region]) -> tuple[int, int]:
    """The paragraph where an unclosed quotation closes and the mark's place, if a later line closes it."""
    if not found or not found[-1].open_end:
        return number, 0
    for later in range(number + 1, min(number + _MAX_LINES, len(paragraphs))):
        if text[paragraphs[later][0]] in _CLOSES:
            break  # opened anew
        mark = _closing(text, found[-1], paragraphs[later])
        if mark is not None:
            return later, mark
    return number, 0


def _closing(text: str, opened: Region, paragraph: Span) -> int | None:
    """Where the first mark of its kind in a later paragraph closes it; None if that mark opens."""
    mark = text[opened.outer[0]]
    first = next((i for i in range(*paragraph) if text[i] in _CLOSES[mark] or text[i] == mark), None)
    if first is None or text[first] not in _CLOSES[mark]:
        return None
    glued_behind = first + 1 < paragraph[1] and text[first + 1].isalnum()
    return None if text[first - 1].isspace() or glued_behind else first


def _scan(text: str, start: int, end: int) -> Iterator[Region]:
    at = start
    hopeless: set[str] = set()  # marks that nothing closes from here on: looking again would cost the square
    while at < end:
        mark = text[at]
        if mark not in _CLOSES or mark in hopeless or not _opens(text, at, start, end):
            at += 1
            continue
        close = _find_close(text, at, end)
        if close is None and (mark in _SINGLE or mark == "”"):
            hopeless.add(mark)
            at += 1
            continue
        stop = end if close is None else close
        inner = _trim(text, at + 1, stop)
        if any(character.isalnum() for character in text[slice(*inner)]):
            outer = (at, end if close is None else close + 1)
            yield Region(outer, inner, _kind(text, inner, at, start), open_end=close is None)
        at = stop + 1


def _opens(text: str, at: int, start: int, end: int) -> bool:
    """Whether the mark at `at` can open: not glued to a word before it, and something follows."""
    before = text[at - 1] if at > start else " "
    after = text[at + 1] if at + 1 < end else " "
    if text[at] in "“„«":
        return True
    if after.isspace() or before.isalnum():
        return False
    if text[at] == "”":  # typed the wrong way round
        return before.isspace() or at == start
    return not (text[at] == "'" and after.isdigit())  # '90s


def _find_close(text: str, at: int, end: int) -> int | None:
    """Where the region opened at `at` closes; None when its paragraph ends first."""
    mark = text[at]
    closes = _CLOSES[mark]
    if mark in _SINGLE:
        return _find_single_close(text, at, end, closes)
    depth = 0
    for i in range(at + 1, end):
        if text[i] in closes:
            if depth == 0:
                return i
            depth -= 1
        elif text[i] == mark and mark != '"':
            depth += mark != "“"  # a second “ without a close between is a typing slip, not nesting
    if mark == "“":  # opened curly, closed straight
        straight = text.find('"', at + 1, end)
        return None if straight < 0 else straight
    return None


def _find_single_close(text: str, at: int, end: int, closes: str) -> int | None:
    """The closing single mark: never an apostrophe; one after punctuation is surest.

    A mark after "s" and before a lower-case word may be a possessive ("the workers' rights"): it closes only
    when nothing better follows.
    """
    doubtful = None
    for i in range(at + 1, end):
        if text[i] not in closes and text[i] != text[at]:
            continue
        before, after = text[i - 1], text[i + 1] if i + 1 < end else " "
        if doubtful is not None and text[i] == text[at] and before.isspace() and after.isalnum():
            return doubtful  # the next region opens
        if text[i] not in closes or after.isalnum() or before.isspace():
            continue
        if before not in "sS" or not re.match(r"\s+[a-z]", text[i + 1 : i + 4]):
            return i
        doubtful = i
    return doubtful


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _kind(text: str, inner: Span, at: int, start: int) -> RegionKind:
    """Speech, or a title of a work, or scare quotes round a word or two."""
    words = _WORD.findall(text, *inner)
    if len(words) >= 2 and text[inner[1] - 1] not in ".!?…" and _title_case(words):
        return "title"
    if len(words) < 4 and not _ends_like_speech(text, inner) and not _stands_alone(text, at, start):
        return "scare"
    return "speech"


def _title_case(words: list[str]) -> bool:
    """Whether (nearly) all the longer words are capitalised.

    >>> _title_case("A New Era of Digital Music".split()), _title_case("The mill will close".split())
    (True, False)
    """
    longer = [word for word in words if len(word) > 3]
    capitals = sum(word[0].isupper() for word in longer)
    return len(longer) > 1 and capitals >= (0.75 if len(longer) > 4 else 1.0) * len(longer)


def _ends_like_speech(text: str, inner: Span) -> bool:
    """Whether the last word is followed by a punctuation mark, other marks between."""
    start, end = inner
    while end > start and not text[end - 1].isalnum():
        end -= 1
        if text[end] in ".!?,;…—-":
            return True
    return False


def _stands_alone(text: str, at: int, start: int) -> bool:
    """Whether the region is set off by a comma or colon in front, or begins its paragraph."""
    while at > start and text[at - 1].isspace():
        at -= 1
    return at == start or text[at - 1] in ",:"
