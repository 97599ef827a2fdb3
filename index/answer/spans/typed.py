"""Short answers to fact questions: the date, the figure, the name or the place inside a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from index.article import Span
from index.language.words import stem, stems_of, words_of
from index.question.model import Question, Wanted

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?)"
)
_DAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_YEAR = r"(?:1[5-9]|20)\d\d"
# "in 1206, he" and "in 1206 the": no figure of something, as in "in 1206 towns"
_BEHIND_YEAR = (
    "the a an his her its their by when where with and but to was were had has he she it they as at in on of for"
)
_LONG_AGO = rf"1[0-4]\d\d(?=$|[,.;:)]|\s+(?:{_BEHIND_YEAR.replace(' ', '|')})\b)"
_DATES = (
    rf"{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:\s*,\s*\d{{4}})?",
    rf"\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}(?:\s+\d{{4}})?",
    rf"{_MONTH}\s+\d{{4}}",
    rf"{_MONTH}(?=\W)",
    rf"(?:last|next|this|on|every)?\s*{_DAY}(?:\s+(?:morning|afternoon|evening|night))?",
    rf"(?:by|in|since|until|before|after|from)\s+{_YEAR}",
    rf"(?:in|since|until|before|after)\s+{_LONG_AGO}",
    rf"{_YEAR}s?",
    r"yesterday|tomorrow|today|tonight",
    r"(?:last|next|this|earlier this)\s+(?:week|month|year|spring|summer|autumn|fall|winter)",
    r"\d{1,2}(?::\d\d)?\s*(?:a\.?m\.?|p\.?m\.?)",
    r"\d{1,2}:\d\d",
)
_DATE = re.compile(rf"\b(?:{'|'.join(_DATES)})", re.IGNORECASE)
_SCALE = r"(?:hundred|thousand|million|billion|trillion|m|bn|tn|k)"
_SPELLED = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|dozens?|hundreds|thousands|half|a third"
    r"|a quarter|once|twice|none|one)"
)
_FIGURE = r"(?:[A-Z]{2,3}|[$€£¥])?\s?\d+(?:[.,]\d+)*"
_ABOUT = r"(?:\b(?:about|around|nearly|almost|more than|over|some|at least|up to|roughly|fewer than|less than)\s+)?"
_NUMBER = re.compile(
    rf"{_ABOUT}(?:{_FIGURE}(?:\s?(?:%|per\s?cent\b|percent\b|{_SCALE}\b)|(?:\s[a-z]+\b)?)"
    rf"|\b{_SPELLED}\b(?:[- ](?:{_SPELLED}|{_SCALE})\b)*(?:\s[a-z]+\b)?)"
)
_MONEY = (
    r"[$€£¥]|\b(?:CNY|RMB|USD|EUR|GBP)|\b(?:yuan|dollars?|cents?|euros?|pounds?|pence|crowns?|won|yen|rupees?|francs?"
    r"|pesos?|roubles?|rubles?|lira|kronor|kroner|rand|reais|riyals?|dirhams?|shekels?)\b"
)
_HOW_MUCH = r"\A(?>.*?\bhow (?:much|expensive)\b)"  # the first one: what is sought behind it is behind others too
# what a question about an amount needs to find in the answer: (question, words beside the figure)
_UNITS = tuple(
    (re.compile(question, re.IGNORECASE | re.DOTALL), re.compile(answer, re.IGNORECASE))
    for question, answer in (
        (r"\bhow old\b|\bwhat age\b", r"\bold\b|\bage[ds]?\b|,\s\d{1,3}\b"),
        (
            r"\bhow (?:tall|high|deep|wide|far)\b",
            r"met(?:re|er)|\bfeet\b|\bfoot\b|\bmiles?\b|\binch|\b[ck]?m\b|%|per\s?cent|points?\b",
        ),
        (r"\bhow long\b", r"year|month|week|day|hour|minute|second|met(?:re|er)|feet|mile|\bkm\b"),
        (r"\bper\s?cent|\bpercentage\b", r"%|per\s?cent"),
        (
            rf"{_HOW_MUCH}.*\b(?:cost|price|worth|pa(?:y|id)|earn|spen[dt]|salary|charge|fee|fine|money)",
            _MONEY,
        ),
        (r"\A(?>.*?\b(?:what|how) ).*\b(?:cost|price|salary|wage|fee|budget)\b", _MONEY),
    )
)
_HOW_MANY = re.compile(r"\bhow many\b", re.IGNORECASE)
_LAST_WORD = re.compile(r"(?<!\s)\s+([^\W\d_]+)$")
_FURTHER = re.compile(r",\s(?:who|whom|whose|which|where)\b")
_LEADING = re.compile(r"(?:by|in|on|since|until|before|after|from|about|around|some)\s+", re.IGNORECASE)
_CAPITALISED = re.compile(r"\b[A-Z][\w’'&.-]*(?:\s+(?:of|the|and|for|de|van|von|al|&)\s+(?=[A-Z])|\s+[A-Z][\w’'&.-]*)*")
_PLACE_BEFORE = re.compile(r"\b(?:in|at|from|to|near|outside|across|off|of|on)\s+(?:the\s+)?(?:[a-z]+\s+){0,3}$")
_REASON = re.compile(
    r"\b(?:because|due to|owing to|so that|in order to|since|as a result of|thanks to|after)\b.*?(?=[.;]|$)",
    re.IGNORECASE,
)


def short_answer(question: Question, sentence: str, topic_words: frozenset[str]) -> Span | None:
    """Where in the sentence the shortest direct answer stands, or None.

    Args:
        question: what was asked; its `wanted` tells the kind of words to look for.
        sentence: the evidence.
        topic_words: stems of the question's words: an answer does not repeat them.
    """
    found = [span for span in _spans(question.wanted, sentence) if not _repeats(sentence[slice(*span)], topic_words)]
    if not found:
        return None
    if unit := _unit(question):
        found = [span for span in found if unit.search(_around(sentence, span))] or found
    anchors = [m.start() for m in re.finditer(r"\w+", sentence) if stem(m.group().lower()) in topic_words]
    return min(found, key=lambda span: (_distance(span, anchors), span))


def is_wanted(question: Question, sentence: str, words: Span) -> bool:
    """Whether the words are, or stand in, a figure of the unit asked for; True where something else is asked for."""
    if question.wanted != "number":
        return True
    unit = _unit(question)
    return any(
        span[0] < words[1] and words[0] < span[1] and (unit is None or unit.search(_around(sentence, span)))
        for span in _spans(question.wanted, sentence)
    )


def measured(question: Question, sentence: str) -> Span | None:
    """The only figure of the sentence that has the unit beside it which is asked for ("how long": "three-day")."""
    unit = _unit(question)
    if unit is None:
        return None
    found = [span for span in _spans("number", sentence) if unit.search(_around(sentence, span))]
    return found[0] if len(found) == 1 else None


def dates(sentence: str) -> tuple[Span, ...]:
    """Where dates stand in a sentence, at times with the word before them: "until 2025"."""
    return _spans("date", sentence)


def whole(question: Question, sentence: str, words: Span) -> Span:
    """The words as a short answer: the whole date or figure where one is asked for, nothing that only goes on from it.

    "Trillion" becomes "20 trillion". What is counted is left out where the question names it ("five princes"), and so
    is what a "who" or "which" tells of the answer.
    """
    start, end = words
    if question.wanted in {"date", "number"}:
        around = [span for span in _spans(question.wanted, sentence) if span[0] <= start and end <= span[1]]
        first, end = min(around, key=lambda span: span[1] - span[0], default=words)
        # "in 2019" is no more of a date than "2019"
        start = start if _LEADING.fullmatch(sentence[first:start]) else first
    if (further := _FURTHER.search(sentence, start + 1, end)) is not None:
        end = further.start()
    if _HOW_MANY.search(question.text):
        asked = stems_of(question.text)
        while (last := _LAST_WORD.search(sentence, start + 1, end)) is not None and stems_of(last[1]) <= asked:
            end = last.start()
    return start, end


def holds_wanted(question: Question, sentence: str, topic_words: frozenset[str]) -> bool:
    """Whether the sentence has any words of the wanted kind; True where the kind has no pattern."""
    if question.wanted in {None, "other", "name", "definition", "organisation", "reason"}:
        return True
    spans = [s for s in _spans(question.wanted, sentence) if not _repeats(sentence[slice(*s)], topic_words)]
    unit = _unit(question)
    return any(unit is None or unit.search(_around(sentence, span)) for span in spans)


def _unit(question: Question) -> re.Pattern[str] | None:
    """What must stand beside the figure that a question about an amount asks for."""
    if question.wanted != "number":
        return None
    return next((answer for asked, answer in _UNITS if asked.search(question.text)), None)


def _around(sentence: str, span: Span) -> str:
    """A figure with the words right beside it."""
    return sentence[max(0, span[0] - 8) : span[1] + 14]


@lru_cache(maxsize=8192)
def _spans(wanted: Wanted | None, sentence: str) -> tuple[Span, ...]:
    return tuple(_candidates(wanted, sentence))


def _candidates(wanted: Wanted | None, sentence: str) -> Iterator[Span]:
    match wanted:
        case "date":
            yield from (_trimmed(sentence, m.span()) for m in _DATE.finditer(sentence))
        case "number":
            dates = [m.span() for m in _DATE.finditer(sentence)]
            for m in _NUMBER.finditer(sentence):
                start, end = _trimmed(sentence, m.span())
                if not any(low < end and start < high for low, high in dates):
                    yield start, end
        case "place":
            yield from (span for span in _names(sentence) if _PLACE_BEFORE.search(sentence[: span[0]]))
        case "person" | "organisation" | "name":
            yield from _names(sentence)
        case "reason":
            yield from (m.span() for m in _REASON.finditer(sentence))


def _names(sentence: str) -> Iterator[Span]:
    for m in _CAPITALISED.finditer(sentence):
        start, end = m.span()
        if start == 0 and " " not in m.group():
            continue  # a capital at the sentence's start names nobody
        while end > start and sentence[end - 1] in ".’'":
            end -= 1
        if sentence[start:end].endswith(("’s", "'s")):
            end -= 2
        yield start, end


def _trimmed(sentence: str, span: Span) -> Span:
    start, end = span
    while start < end and sentence[start].isspace():
        start += 1
    while end > start and sentence[end - 1] in " .,":
        end -= 1
    return start, end


def _repeats(answer: str, topic_words: frozenset[str]) -> bool:
    words = [stem(word) for word in words_of(answer)]
    return not words or all(word in topic_words for word in words)


def _distance(span: Span, anchors: list[int]) -> int:
    """Mean distance to the three nearest words of the question."""
    near = sorted(min(abs(a - span[0]), abs(a - span[1])) for a in anchors)[:3]
    return sum(near) // len(near) if near else span[0]
