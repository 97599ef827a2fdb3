"""Years in brackets behind a name: when somebody was born or died, when something began or ended."""

from __future__ import annotations

import re

from index.article import Span
from index.words import stem, stems_of, words_of

_YEARS = re.compile(r"\((?P<first>[^()–-]{0,24}\b\d{3,4})\s*[–-]\s*(?P<last>[^()–-]{0,24}\b\d{3,4})\)")
_WHEN = r"(?:when|(?:in )?(?:what|which) year)"
_ASKED = {
    "first": re.compile(
        rf"{_WHEN} (?:(?:was|were) (?P<born>.+?) born|did (?P<begun>.+?) (?:begin|start))\W*", re.IGNORECASE
    ),
    "last": re.compile(rf"{_WHEN} did (?P<dead>.+?) (?:die|end)\W*", re.IGNORECASE),
}


def bracketed_year(question: str, sentence: str) -> Span | None:
    """Where the year that is asked for stands in brackets behind the question's name; None where it does not.

    >>> sentence = "The mathematician Zhu Shijie (1249–1314) solved them."
    >>> start, end = bracketed_year("When did Zhu Shijie die?", sentence)
    >>> sentence[start:end]
    '1314'
    """
    for which, pattern in _ASKED.items():
        asked = pattern.fullmatch(question.strip())
        name = words_of(next(filter(None, asked.groups()))) if asked else []
        if not name or not stems_of(" ".join(name)) <= stems_of(sentence):
            continue
        for years in _YEARS.finditer(sentence):
            before = words_of(sentence[: years.start()])
            if before and stem(before[-1]) == stem(name[-1]):
                return years.span(which)
    return None
