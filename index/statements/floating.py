"""Quotations without a cue of their own: further sentences, further paragraphs, "Name: …" and "… — Name"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.article import Span
from index.statements.find import Found
from index.statements.parsing import Piece
from index.statements.regions import Region

_SENTENCE_BEFORE = re.compile(r"(?:^|[.!?…:][\"”’']?\s*|\n\s*)$")
_SENTENCE_INSIDE = re.compile(r"[.!?…]$")
_LABEL = re.compile(r"(?:^|[.!?]\s+)(?P<name>[A-Z][^.!?:\"“”]{1,60}):\s*$")
_MIN_WORDS = 3


def find_floating(
    text: str, pieces: list[Piece], regions: dict[int, list[Region]], reports: list[Found]
) -> list[Found]:
    """The reports, with those for quotations that no cue claimed, in the order of the text.

    `regions` maps a paragraph's number to its quotation regions.
    """
    claimed = [span for report in reports for span in report.fragments]
    floating = [f for piece in pieces for f in _in_piece(text, piece, regions[piece.paragraph], claimed)]
    return sorted([*reports, *floating], key=lambda report: report.start)


def _in_piece(text: str, piece: Piece, regions: list[Region], claimed: list[Span]) -> Iterator[Found]:
    for region in regions:
        if not piece.span[0] <= region.inner[0] < piece.span[1]:
            continue
        if any(a < region.inner[1] and region.inner[0] < b for a, b in claimed):
            continue
        if region.kind == "speech" and _is_whole(text, piece, region):
            yield _labelled(text, piece, region) or Found(piece, (region.inner,), "floating", 0.75, regions=(region,))


def _is_whole(text: str, piece: Piece, region: Region) -> bool:
    """Whether the region holds whole sentences: something ended before it, and it ends with its own full stop."""
    inside = text[region.inner[0] : region.inner[1]]
    if len(inside.split()) < _MIN_WORDS:
        return False
    before = text[piece.span[0] : region.outer[0]]
    several = len(inside.split()) > 8 and re.search(r"[.!?]\s", inside) is not None
    ends = several or bool(_SENTENCE_INSIDE.search(inside)) or region.open_end or text[region.outer[1] : region.outer[1] + 1] in {".", ""}
    return ends and bool(_SENTENCE_BEFORE.search(before))


def _labelled(text: str, piece: Piece, region: Region) -> Found | None:
    """"Ada Park: "We will rebuild."": the name before the colon speaks."""
    found = _LABEL.search(text, piece.span[0], region.outer[0])
    if found is None:
        return None
    tokens = [t for t in piece.doc if found.start("name") <= piece.start(t) < found.end("name")]
    if not tokens or any(t.pos_ in {"VERB", "AUX"} for t in tokens):
        return None
    head = tokens[0]
    while head.head is not head and head.head in tokens:
        head = head.head
    return Found(piece, (region.inner,), "label", 0.8, head, (found.start("name"), found.end("name")), regions=(region,))
