"""Years in brackets behind a name: when somebody was born or died, when something began or ended."""

from __future__ import annotations

import re

from index.article import Span
from index.words import stem, words_of

_DATE = r"(?:\d{1,2}\s[A-Z][a-z]+\s|[A-Z][a-z]+\s\d{1,2},\s)?\d{4}"
_YEARS = re.compile(
    rf"\((?:(?:c\.|ca\.|circa|born|b\.)\s*)?(?P<first>{_DATE})\s*[–-]\s*(?:(?:c\.|ca\.|died|d\.)\s*)?(?P<last>{_DATE})\)"
)
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
        if not name:
            continue
        wanted = [stem(word) for word in name if word != "the"]
        for years in _YEARS.finditer(sentence):
            before = [stem(word) for word in words_of(sentence[: years.start()])]
            if before[-len(wanted) :] == wanted:
                return years.span(which)
    return None
