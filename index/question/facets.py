"""Facets: what of an article, an answer, the statements or two speakers a question asks for, by the words in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.language.lexicon import table
from index.question.model import Facet, Intent
from index.question.tokens import Token

OTHER: Facet = "other"


def facet_of(intent: Intent, tokens: Sequence[Token]) -> Facet:
    """The facet of a question of this kind; `OTHER` where no word tells one."""
    line = f" {' '.join(token.norm for token in tokens)} "
    return next((facet for facet, told in _facets(intent) if told.search(line)), OTHER)


@cache
def _facets(intent: Intent) -> tuple[tuple[Facet, re.Pattern[str]], ...]:
    lines = str(table("facets.toml").get(intent, "")).strip().splitlines()
    pairs = (line.split(": ", 1) for line in lines)
    return tuple((facet, _told([cell.strip() for cell in cells.split("|")])) for facet, cells in pairs)


def _told(cells: Sequence[str]) -> re.Pattern[str]:
    """A pattern for any of these words; "…" stands for up to six words between."""
    worded = (
        re.escape(cell).replace(r"\ …\ ", "…").replace(r"\ ", " ").replace("…", r" (?:\S+ ){0,6}?") for cell in cells
    )
    return re.compile(f" (?:{'|'.join(worded)}) ")
