"""Quotations over paragraphs: each paragraph opens with a mark, only the last one is closed, and all are one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from index.article import Span
from index.statements.parse.regions import Region
from index.statements.parse.scene import Found, Scene

_LONGEST = 2000  # characters of a quotation that is kept as one statement
_EDGE = 4  # characters that a content may leave out at a quotation's ends: marks, full stops


def join_over_paragraphs(scenes: Sequence[Scene], reports: list[Found]) -> list[Found]:
    """The reports with those joined whose quotation goes on in the next paragraph, in the order of the text.

    `"It is gone.` / `"It was old," Park said.` is one statement by Park; the cue may be in any paragraph.
    """
    by_start = {report.fragments[0][0]: report for report in reports}
    by_end = {report.fragments[-1][1]: report for report in reports}
    gone: set[int] = set()
    made: list[Found] = []
    for opened, follower in _continued(scenes):
        ends, goes_on = _near(by_end, opened.inner[1]), _near(by_start, follower.inner[0])
        if ends is None or goes_on is None or ends is goes_on or not _one_speaker(ends, goes_on):
            continue
        whole = _joined(ends, goes_on)
        gone.update((id(ends), id(goes_on)))
        made.append(whole)
        by_end[whole.fragments[-1][1]] = whole
        by_start[whole.fragments[0][0]] = whole
    kept = (report for report in (*reports, *made) if id(report) not in gone)
    return sorted(kept, key=lambda report: report.start)


def _continued(scenes: Sequence[Scene]) -> Iterator[tuple[Region, Region]]:
    """Quotations left open at a paragraph's end, with the one that opens the next paragraph."""
    for scene, after in pairwise(scenes):
        last, first = (scene.regions or (None,))[-1], (after.regions or (None,))[0]
        if last is None or first is None or not last.open_end or after.piece.paragraph != scene.piece.paragraph + 1:
            continue
        if first.outer[0] == after.piece.span[0]:
            yield last, first


def _near(by_place: Mapping[int, Found], place: int) -> Found | None:
    """The report at a place, or a little beside it."""
    beside = sorted(range(-_EDGE, _EDGE + 1), key=abs)
    return next((by_place[place + off] for off in beside if place + off in by_place), None)


def _one_speaker(before: Found, after: Found) -> bool:
    """Whether at most one of them names its speaker, and the whole is not too long."""
    bare = before.subject is None or after.subject is None
    return bare and _length((*before.fragments, *after.fragments)) <= _LONGEST


def _length(fragments: Sequence[Span]) -> int:
    return sum(end - start for start, end in fragments)


def _joined(before: Found, after: Found) -> Found:
    fragments, regions = (*before.fragments, *after.fragments), (*before.regions, *after.regions)
    main = after if before.subject is None and after.subject is not None else before
    return replace(main, fragments=fragments, regions=regions)
