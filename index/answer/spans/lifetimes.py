"""When somebody was born or died, when something began or ended: years in brackets, and what runs until a day."""

from __future__ import annotations

import re

from index.answer.spans.typed import dates
from index.article import Span
from index.language.words import stem, stems_of, words_of

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
_RUNS = re.compile(
    r"\b(?:runs?|ran|running|lasts?|lasted|continues?|continued|goes on|went on)\b[^.;()]{0,40}?\b(?:until|till)\s+",
    re.IGNORECASE,
)
_ENDS = re.compile(r"when (?:did|does|will) (?:the )?(?P<what>.+?) (?:end|close|finish|be over)\W*", re.IGNORECASE)


def last_day(question: str, sentence: str) -> Span | None:
    """Where the day stands until which something runs, if the question asks when that ends; None else.

    >>> sentence = "The three-day fair runs until May 3."
    >>> start, end = last_day("When does the fair end?", sentence)
    >>> sentence[start:end]
    'May 3'
    """
    asked = _ENDS.fullmatch(question.strip())
    if asked is None:
        return None
    for runs in _RUNS.finditer(sentence):
        for start, end in dates(sentence):
            if start <= runs.end() < end and stems_of(asked["what"]) <= stems_of(sentence[: runs.start()]):
                return runs.end(), end
    return None


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
