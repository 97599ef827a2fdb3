"""Evidence read: the few best sentences, or one statement, with what the reader makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.answer.context import Desk
from index.answer.features import load_weights, squashed
from index.answer.scoring import Scored
from index.answer.spans.lifetimes import bracketed_year, last_day
from index.answer.spans.typed import is_wanted, measured
from index.answer.spans.windows import Window, closer, windows
from index.article import Span
from index.question.model import Question
from index.reader import Reader, Reading, mean
from index.search import Evidence

# words that are no figure where one is asked for keep this much of the score
_WRONG_KIND = 0.5
# sentences that are read a second time, with less around them
_TWICE = 1
# how sure dates are of which the reader makes little: in brackets behind a name, and the day until which a thing runs
_DATED = 0.9


@dataclass(frozen=True, slots=True)
class _Read:
    """A sentence scored anew: its `rank` among those read, the score `before`, and where it was read."""

    rank: float
    scored: Scored
    before: Scored
    window: Window
    reading: Reading


def read(desk: Desk, ranked: Sequence[Scored]) -> list[Scored]:
    """The sentences in the reader's windows, scored anew with the words it picks in them, best first.

    The best ones are read a second time with less around them, and the two readings count alike. Sentences that are
    not read are left out; without a reader all stay as they are.
    """
    if desk.reader is None or not ranked:
        return list(ranked)
    reader = desk.reader()
    found = windows([one.evidence for one in ranked], reader.count)
    readings = reader.read(desk.asked, [window.text for window in found])
    by_place = {(one.article.id, one.article.collection, one.evidence.span): one for one in ranked}
    first = [
        _read(desk.question, by_place[evidence.article.id, evidence.article.collection, evidence.span], window, reading)
        for window, reading in zip(found, readings, strict=True)
        for evidence in window.candidates
    ]
    first.sort(key=lambda one: -one.rank)
    anew = [*(_read_again(desk, reader, one) for one in first[:_TWICE]), *first[_TWICE:]]
    if desk.recorder is not None:
        for one in anew:
            desk.recorder.rescored(one.scored)
    return [one.scored for one in sorted(anew, key=lambda one: -one.rank)]


def _read_again(desk: Desk, reader: Reader, one: _Read) -> _Read:
    """A sentence read with only the one before it, too."""
    evidence = one.scored.evidence
    near = closer(evidence, reader.count)
    if near.span == one.window.span:
        return one
    [again] = reader.read(desk.asked, [near.text])
    wide, close = _part(one.reading, one.window, evidence.span), _part(again, near, evidence.span)
    if len(close.offsets) < len(wide.offsets):  # too long to be read whole
        return one
    alone = Window(evidence.article, evidence.span, (evidence,))
    return _read(desk.question, one.before, alone, mean(wide, close))


def _part(reading: Reading, window: Window, span: Span) -> Reading:
    """What was made of some words of the article when a window was read."""
    return reading.part((span[0] - window.span[0], span[1] - window.span[0]))


def words_told(desk: Desk, said: Evidence) -> Span | None:
    """The words of a statement, or of its sentence, that answer the question most shortly.

    None without a reader, and where it would rather have none.
    """
    if desk.reader is None:
        return None
    reader = desk.reader()
    [window] = windows([said], reader.count, most=1)
    [reading] = reader.read(desk.asked, [window.text])
    offset = window.span[0]
    (start, end), margin = reading.best
    return (start + offset, end + offset) if margin > 0 and start < end else None


def _read(question: Question, one: Scored, window: Window, reading: Reading) -> _Read:
    """A sentence scored anew by what the reader makes of it."""
    offset = window.span[0]
    start, end = one.evidence.span[0] - offset, one.evidence.span[1] - offset
    words, margin = reading.within((start, end))
    features = replace(one.features, answers=squashed(reading.answers), words=squashed(margin))
    rank, score = (one.doubt * load_weights(kind).score(features) for kind in ("read", "sure"))
    lowered = one.lowered if one.doubt < 1 else None
    if not is_wanted(question, one.evidence.text, (words[0] - start, words[1] - start)):
        score, lowered = score * _WRONG_KIND, "no such thing in it"
    figure = measured(question, one.evidence.text)
    if figure is not None and one.score > score:
        # the unit tells more than the reader knows: "how long" is answered by "three-day"
        score, lowered = one.score, one.lowered
        rank = max(rank, score)
        figure = figure[0] + start, figure[1] + start
        words = words if words[0] < figure[1] and figure[0] < words[1] else figure
    date = bracketed_year(question.text, one.evidence.text) or last_day(question.text, one.evidence.text)
    if date is not None:
        words = date[0] + start, date[1] + start
        score, lowered = max(score, one.doubt * _DATED), one.lowered
        rank = max(rank, score)
    picked = (words[0] + offset, words[1] + offset) if words[0] < words[1] else None
    score = round(score, 4)
    anew = replace(one, score=score, features=features, words=picked, lowered=lowered)
    return _Read(rank, anew, one, window, reading)
