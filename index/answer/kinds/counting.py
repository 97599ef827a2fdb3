"""Answers that count and order statements: how many, the first, the longest, who is quoted most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from index.answer.composing import Piece, answered, refused, told
from index.answer.context import Desk
from index.answer.contract import Answer, Part
from index.answer.kinds.articles import scope_of, titled
from index.answer.people import listed, named
from index.answer.present.gate import unquoted
from index.answer.present.statement_text import cite
from index.language.words import capitalised
from index.search import Evidence

_SCORE = 0.95
_MOST = 15


def count_order(desk: Desk) -> Answer:
    """The number, the statement or the speaker that is asked for, of all statements that the question means."""
    unnamed = [ref.asked for ref in desk.question.speakers if not ref.names]
    if unnamed:
        return refused(desk, "unknown_speaker", desk.say("neither_quoted", who=capitalised(unquoted(unnamed[0]))), 0.0)
    said = _meant(desk)
    if said is None:
        return refused(desk, "no_match", desk.say("no_such_group", group=unquoted(desk.question.topic)), 0.0)
    if not desk.gate("anybody fits", bool(said), f"{len(said)} statements"):
        return refused(desk, "no_match", desk.say("nobody_fits"), 0.0)
    return _TOLD.get(desk.question.facet or "", _people)(desk, said)


def _meant(desk: Desk) -> list[Evidence] | None:
    """The statements by whom the question names, or by a group, in the articles that it means; None for no group."""
    names = named(desk)
    group = desk.directory.group(desk.question.topic).names if desk.question.words and not names else ()
    topic = None if names or group or not desk.question.words else desk.question.topic
    if topic is not None and not titled(desk):
        return None  # neither a group nor an article: nothing that could be counted
    scope = desk.scope if group else scope_of(desk)
    whole = replace(desk, scope=scope)
    said = whole.everything_by(names or group or None)
    return [one for one in said if one.said.speaker or not (names or group)]


def _counts(desk: Desk, said: Sequence[Evidence]) -> Counter[str]:
    return Counter(str(desk.speaker_of(one)) for one in said if one.said.speaker)


def _people(desk: Desk, said: Sequence[Evidence]) -> Answer:
    """How many speak, and who; for one that the question names, how many statements."""
    if named(desk):
        return _quotes(desk, said)
    counts = _counts(desk, said)
    return _list(desk, said, counts, desk.say("speakers_head", count=len(counts)), str(len(counts)))


def _quotes(desk: Desk, said: Sequence[Evidence]) -> Answer:
    """How many statements there are, and how many of them in the speakers' own words."""
    direct = sum(one.said.directness != "indirect" for one in said)
    lead = desk.say("count_quotes", count=len(said), direct=direct)
    if names := named(desk):
        who = capitalised(listed(names, desk.phrases))
        lead = desk.say("count_quotes_of", count=len(said), direct=direct, names=who)
        first = told(said[0], _SCORE, desk.phrases, lead=desk.say("the_first"))
        return answered(desk, [(Part(lead=lead), None), first], _SCORE, short=str(len(said)))
    return _list(desk, said, _counts(desk, said), lead, str(len(said)))


def _list(desk: Desk, said: Sequence[Evidence], counts: Counter[str], lead: str, short: str) -> Answer:
    """Everybody with the number of statements, in the order of the articles."""
    pieces: list[Piece] = [(Part(lead=lead), None)]
    for name in list(counts)[:_MOST]:
        first = next(one for one in said if str(desk.speaker_of(one)) == name)
        times = "" if counts[name] == 1 else desk.say("times", count=counts[name])
        entry = Part(speaker=capitalised(name), role=first.said.role or None, words=times, entry=True)
        pieces.append((entry, cite(first, _SCORE)))
    if len(counts) > _MOST:
        pieces.append((Part(lead=desk.say("and_more", count=len(counts) - _MOST), entry=True), None))
    return answered(desk, pieces, _SCORE, short=short)


def _order(desk: Desk, said: Sequence[Evidence]) -> Answer:
    counts = _counts(desk, said)
    return _list(desk, said, counts, desk.say("in_order"), ", ".join(map(capitalised, counts)))


def _one(key: str, pick: Callable[[Sequence[Evidence]], Evidence]) -> Callable[[Desk, Sequence[Evidence]], Answer]:
    """Tell one of the statements: quotations where there are some, else reports."""

    def tell(desk: Desk, said: Sequence[Evidence]) -> Answer:
        direct = [one for one in said if one.said.directness != "indirect"]
        chosen = pick(direct or said)
        piece = told(chosen, _SCORE, desk.phrases, lead=desk.say(key))
        name = desk.speaker_of(chosen)
        return answered(desk, [piece], _SCORE, short=capitalised(name) if name else None)

    return tell


def _length(one: Evidence) -> int:
    return len(one.text)


def _extreme(key: str, best: Callable[[list[int]], int]) -> Callable[[Desk, Sequence[Evidence]], Answer]:
    """Tell who has most or fewest statements: all of them where several have as many."""

    def tell(desk: Desk, said: Sequence[Evidence]) -> Answer:
        counts = _counts(desk, said)
        if not counts:
            return refused(desk, "no_match", desk.say("nobody_fits"), 0.0)
        number = best(list(counts.values()))
        chosen = [name for name, count in counts.items() if count == number]
        lead = desk.say(key, count=number, names=capitalised(listed(chosen[:_MOST], desk.phrases)))
        first = [next(one for one in said if desk.speaker_of(one) == name) for name in chosen[:3]]
        pieces: list[Piece] = [(Part(lead=lead), None), *(told(one, _SCORE, desk.phrases) for one in first)]
        return answered(desk, pieces, _SCORE, short=", ".join(map(capitalised, chosen)))

    return tell


_TOLD: dict[str, Callable[[Desk, Sequence[Evidence]], Answer]] = {
    "people": _people,
    "quotes": _quotes,
    "order": _order,
    "first": _one("the_first", lambda said: said[0]),
    "last": _one("the_last", lambda said: said[-1]),
    "longest": _one("the_longest", lambda said: max(said, key=_length)),
    "shortest": _one("the_shortest", lambda said: min(said, key=_length)),
    "most": _extreme("most_quoted", max),
    "least": _extreme("least_quoted", min),
}
