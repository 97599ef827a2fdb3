"""Transcripts: interviews, hearings, calls and chats, where each paragraph, or a line above it, names its speaker."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from index.article import Article, Span
from index.statements.cue_lexicon import people_lexicon
from index.statements.parse.scene import Found, ParagraphPart, Scene

_TIME = r"[\[(]?\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?[\])]?"
_WORD = r"(?:[^\W\d_][\w.'’&-]{0,40}|@\w{1,40})"
_NAME = rf"(?P<name>(?:[A-ZÀ-ÞŁ-Ž]|@)[\w.'’&-]{{0,40}}(?: {_WORD}){{0,5}}(?: \d{{1,3}})?)"
_ASIDE = r"(?:,? ?[\[(](?P<aside>[^()\[\]\n]{1,60})[\])])?"
_MARKS = r"[*_]{0,3}"
# "Park:", "[Ada Park]:", "**Ada Park:**", "00:05 Ada Park:", "SEN. ADA PARK (R-TX):", "Ada Park (00:05):"
_LABEL = re.compile(
    rf"(?:[-–•>] )?{_MARKS}(?:{_TIME}\s{{0,3}}[-–]?\s{{0,3}})?{_MARKS}\[?{_NAME}\]?{_ASIDE}"
    rf"(?: {_TIME})?{_MARKS}:{_MARKS}\s+(?=[^\s\"“])"
)
_TIMED = re.compile(rf"{_MARKS}{_NAME}{_ASIDE}{_MARKS}\s{{1,4}}{_TIME}:?$")  # "Ada Park  0:05", the words below
_ALONE = re.compile(rf"{_MARKS}{_NAME}{_ASIDE}{_MARKS}:?{_MARKS}$")  # "Ada Park", the words below
_VOICE = re.compile(r"<v(?:\.\w+)*\s+(?P<name>[^>\n]{1,60})>(?P<words>[^<\n]+)")
_LETTER = re.compile(rf"{_MARKS}(?P<name>[QA])[.:]{_MARKS}:?\s+(?=\S)")
# what subtitles hold beside the words
_FURNITURE = re.compile(rf"(?:WEBVTT\b.*|NOTE\b.*|\d{{1,5}}|{_TIME}\s+-->.*)$")
_BYLINE = re.compile(r"(?:Interview |Words |Text )?[Bb]y (?P<name>[A-ZÀ-Þ][\w.'’-]{1,40}(?: [\w.'’-]{1,40}){1,3})$")
_STAGE = re.compile(r"[\[(][^\[\]()]*[\])]$")
_TALK = re.compile(r"(?:yes|no|well|i|i'm|i’m|we|you|my|our|thanks|thank|good)\b", re.IGNORECASE)
_SMALL = frozenset({"of", "the", "and", "for", "de", "da", "del", "van", "von", "der", "den", "bin", "al", "la", "le"})
_FEWEST, _SHARE = 3, 0.3  # labelled paragraphs of a transcript, and their share from the first on
_QUESTIONS = 3  # of an interview that does not name who asks and who answers
_LONGEST_LABEL = 6  # words of a label on a line of its own


@dataclass(frozen=True, slots=True)
class SpeakerTurn:
    """What one person says in one paragraph: `label` is where they are named, `part` what they do if they are not."""

    words: Span
    label: Span | None = None
    part: ParagraphPart | None = None


@dataclass(slots=True)
class Transcript:
    """An article's turns by paragraph number; `furniture` are the paragraphs that only name or time them."""

    turns: dict[int, SpeakerTurn] = field(default_factory=dict)
    furniture: set[int] = field(default_factory=set)
    asker: Span | None = None  # the byline of an interview


def transcript_of(article: Article) -> Transcript:
    """The article's turns; none where it is a story."""
    made = Transcript()
    lines = dict(enumerate(article.paragraphs, 1))
    made.furniture = {number for number, span in lines.items() if _FURNITURE.match(article.text, *span)}
    for number, found in _matches(article, _VOICE):
        made.turns[number] = SpeakerTurn(found.span("words"), found.span("name"))
    for find in (_labelled, _under_labels, _lettered, _asked):
        if not made.turns:
            find(article, made)
    if made.turns:
        first = min(made.turns)
        byline = (m.span("name") for n, m in _matches(article, _BYLINE) if n < first)
        made.asker = next(byline, None)
    return made if made.turns else Transcript()


def speech(scene: Scene, turn: SpeakerTurn) -> Found | None:
    """The report for a turn, as far as this piece of its paragraph holds it."""
    start, end = max(turn.words[0], scene.piece.span[0]), min(turn.words[1], scene.piece.span[1])
    while start < end and scene.text[start] in "*_: \t\u00a0":
        start += 1
    while end > start and scene.text[end - 1] in "*_ \t\u00a0":
        end -= 1
    if start >= end:
        return None
    return Found(scene.piece, ((start, end),), "transcript", 0.9, subject_span=turn.label, part=turn.part)


def _matches(article: Article, form: re.Pattern[str]) -> Iterator[tuple[int, re.Match[str]]]:
    for number, span in enumerate(article.paragraphs, 1):
        found = form.match(article.text, *span)
        if found is not None and (number > 1 or len(article.paragraphs) == 1 or form is _VOICE):
            yield number, found


def _is_name(name: str) -> bool:
    """Whether the words may name somebody: all capitalised but for small ones between, and no usual heading."""
    words = name.split()
    capital = all(word[0].isupper() or word[0] == "@" or word[0].isdigit() or word in _SMALL for word in words)
    return capital and name.lower() not in people_lexicon().no_labels


def _labelled(article: Article, made: Transcript) -> None:
    """As in `Park: It will close.`; in a transcript any label counts, in a story one that returns or speaks as "I"."""
    found = {n: m for n, m in _matches(article, _LABEL) if _is_name(m["name"])}
    counts = Counter(match["name"] for match in found.values())
    sure = {n for n, m in found.items() if counts[m["name"]] > 1 or _is_talk(article, n, m.end())}
    rest = [n for n in range(min(found, default=1), len(article.paragraphs) + 1) if n not in made.furniture]
    whole = sure and len(found) >= _FEWEST and len(counts) > 1 and len(found) >= _SHARE * len(rest)
    label: Span | None = None
    named: dict[str, Span] = {}
    for number in rest:
        span = article.paragraphs[number - 1]
        if number in found and (whole or number in sure):
            label = named.setdefault(found[number]["name"], _who(found[number]))
            made.turns[number] = SpeakerTurn((found[number].end(), span[1]), label)
        elif whole and label is not None and number not in found and _goes_on(article, span):
            made.turns[number] = SpeakerTurn(span, label)


def _who(match: re.Match[str]) -> Span:
    """Where a label names somebody: in the brackets of "CHAIR (Senator Ada Park):", else in front of them."""
    words = (match["aside"] or "").split()
    person = len(words) > 1 and all(word[0].isupper() and word.strip(".").isalpha() for word in words)
    nameless = match["name"].lower().split()[-1] in people_lexicon().titles
    return match.span("aside") if person and nameless else match.span("name")


def _is_talk(article: Article, number: int, start: int) -> bool:
    words = article.text[start : article.paragraphs[number - 1][1]].split(maxsplit=6)
    return any(_TALK.match(word) for word in words[:6])


def _goes_on(article: Article, span: Span) -> bool:
    """Whether a paragraph without a label is more of the turn above: whole sentences, no heading, no remark."""
    line = article.text[slice(*span)]
    return line.rstrip("*_\"”' ")[-1:] in ".!?…" and not _STAGE.match(line)


def _under_labels(article: Article, made: Transcript) -> None:
    """As in "Ada Park  0:05" above the words, or "Ada Park" where such lines return."""
    timed = {n: m for n, m in _matches(article, _TIMED) if _is_name(m["name"])}
    alone = {n: m for n, m in _matches(article, _ALONE) if _is_name(m["name"]) and _fits_alone(article, n, m)}
    if len(timed) < 2:
        counts = Counter(m["name"] for m in alone.values())
        returning = [n for n, m in alone.items() if counts[m["name"]] > 1]
        if len(returning) < _FEWEST or len({alone[n]["name"] for n in returning}) < 2:
            return
        timed = {n: m for n, m in alone.items() if n >= min(returning)}
    label: Span | None = None
    for number, span in enumerate(article.paragraphs, 1):
        if number in timed:
            label = timed[number].span("name")
            made.furniture.add(number)
        elif label is not None and number not in made.furniture and _goes_on(article, span):
            made.turns[number] = SpeakerTurn(span, label)


def _fits_alone(article: Article, number: int, match: re.Match[str]) -> bool:
    """Whether a line of a few capitalised words stands right above whole sentences."""
    if len(match.group().split()) > _LONGEST_LABEL or number == len(article.paragraphs):
        return False
    return match["name"][-1] not in ".!?" and _goes_on(article, article.paragraphs[number])


def _lettered(article: Article, made: Transcript) -> None:
    """As in "Q: …", "A: …"."""
    found = dict(_matches(article, _LETTER))
    if len({match["name"] for match in found.values()}) < 2:
        return
    part: ParagraphPart | None = None
    for number, span in enumerate(article.paragraphs, 1):
        if number in found:
            part = ParagraphPart.ASKS if found[number]["name"] == "Q" else ParagraphPart.ANSWERS
            made.turns[number] = SpeakerTurn((found[number].end(), span[1]), None, part)
        elif part is not None and _goes_on(article, span):
            made.turns[number] = SpeakerTurn(span, None, part)


def _asked(article: Article, made: Transcript) -> None:
    """An interview without labels: short questions, each followed by what the one interviewed answers."""
    text, lines = article.text, article.paragraphs
    asks = [n for n, span in enumerate(lines, 1) if n > 1 and _is_question(text[slice(*span)])]
    if len(asks) < _QUESTIONS or 3 * len(asks) < len(lines) - asks[0]:
        return
    before: ParagraphPart | None = None
    for number in range(asks[0], min(asks[-1] + 2, len(lines) + 1)):
        line = text[slice(*lines[number - 1])]
        if _STAGE.match(line):
            made.furniture.add(number)
            before = None  # somebody else may speak now
            continue
        if any(mark in line for mark in '“"«'):
            made.turns.clear()
            return  # a story with questions in it
        part = ParagraphPart.ASKS if number in asks else ParagraphPart.ANSWERS if before is not None else None
        made.turns[number] = SpeakerTurn(lines[number - 1], None, part)
        before = part


def _is_question(line: str) -> bool:
    return line.rstrip("*_ ").endswith("?") and len(line.split()) < 40 and not any(mark in line for mark in '“"«—')
