"""The verbatim gate: nothing leaves in quotation marks that is not the article's own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from index.answer.contract import Answer, Citation, Part
from index.answer.present.layout import paragraph
from index.article import Article

_CURLY = re.compile(r"“([^“”]*)”")
_STRAIGHT = re.compile(r'"([^"]*)"')
_MARKS = re.compile(r"[“”\"„«»]")


class GateError(Exception):
    """An answer was about to quote words that no article holds. A bug, never the asker's fault."""


def check(answer: Answer, articles_of: Callable[[Citation], Iterable[Article]]) -> Answer:
    """The answer, if all it cites is verbatim, and so is what stands in quotation marks in its text and parts.

    Args:
        answer: what was composed.
        articles_of: gives the articles in scope with the id that a citation points into: one, but for namesakes in
            two collections.

    Raises:
        GateError: a citation is not `text[start:end]`, or quoted words stand in no citation.
    """
    check_parts(answer.parts, answer.citations, articles_of)
    _prove(answer.text, answer.citations)
    return answer


def check_parts(
    parts: Iterable[Part], citations: Sequence[Citation], articles_of: Callable[[Citation], Iterable[Article]]
) -> None:
    """Refuse parts and citations as `check` does; the citation that a part names has to prove it.

    Raises:
        GateError: a citation is not verbatim, or quoted words are not in the citation of their part.
    """
    for citation in citations:
        texts = (article.text[citation.start : citation.end] for article in articles_of(citation))
        if not citation.quote or citation.quote not in texts:
            raise GateError(f"citation {citation.article}[{citation.start}:{citation.end}] is not verbatim")
    for part in parts:
        _prove(paragraph(part), [] if part.citation is None else [citations[part.citation]])


def unquoted(words: str) -> str:
    """The asker's own words made safe to repeat: on one line, without quotation marks, at most 80 characters.

    >>> unquoted('who said "the mill will close"?')
    'who said the mill will close?'
    """
    plain = " ".join(_MARKS.sub("", words).split())
    return plain if len(plain) <= 80 else plain[:79].rsplit(" ", 1)[0] + "…"


def _prove(text: str, citations: Sequence[Citation]) -> None:
    for quoted in _quoted(text):
        if not any(quoted in citation.quote for citation in citations):
            raise GateError("quoted words stand in no citation")


def _quoted(text: str) -> Iterator[str]:
    for pattern in (_CURLY, _STRAIGHT):
        for found in pattern.finditer(text):
            if found.group(1):
                yield found.group(1)
