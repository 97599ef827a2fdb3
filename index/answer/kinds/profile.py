"""Answers to "who is X?", "what is X's role?" and "who is the <role> of <company>?"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.answer.composing import Piece, answered, refused, told
from index.answer.context import Desk
from index.answer.contract import Answer, Part
from index.answer.people import listed, named, unknown_people
from index.answer.present.catalogue import ENGLISH
from index.answer.present.statement_text import cite_span, own_words
from index.article import Article, Span
from index.language.words import capitalised
from index.search import Evidence

_SCORE = 0.95
_MOST = 3


def profile(desk: Desk) -> Answer:
    """Role, affiliation, and what they are quoted on, with the words of the article that tell it."""
    names = named(desk)
    if not names:
        return unknown_people(desk)
    desk.gate("speaker known", True, listed(names, ENGLISH))
    found = [one for name in names[:_MOST] if (one := _one(desk, name)) is not None]
    if not desk.gate("role is told", bool(found)):
        return refused(desk, "no_match", desk.say("no_word_who", names=listed(names, desk.phrases)), 0.3)
    pieces = [piece for told_of, _ in found for piece in told_of]
    return answered(desk, pieces, _SCORE, short=found[0][1] if len(found) == 1 else listed(names, ENGLISH))


def _one(desk: Desk, name: str) -> tuple[list[Piece], str | None] | None:
    """What the articles tell about one person, and in short; None for nothing."""
    said = desk.everything_by([name])
    roles = desk.roles_of(name)
    place = _place_of_role(desk, name, said)
    if place is None and not said:
        return None
    short = _short(desk, name, roles, by_role=any(ref.link == "role" for ref in desk.question.speakers))
    identity = _identity(desk, name, roles, place, short)
    pieces: list[Piece] = [(identity, None if place is None else cite_span(*place, _SCORE))]
    if said:
        lead = desk.say("statements_first", count=len(said))
        pieces.append(told(said[0], _SCORE, desk.phrases, lead=lead, role=False))
    return pieces, short


def _identity(
    desk: Desk, name: str, roles: Sequence[str], place: tuple[Article, Span] | None, short: str | None
) -> Part:
    """Who somebody is: the role; where it names no employer, the article's own sentences as well."""
    own = own_words(*place, desk.phrases) if place else None
    if not roles:
        return own or Part(lead=desk.say("no_word_what", name=capitalised(name)))
    if desk.question.aspect == "affiliation" and short and short not in _role_words(desk, roles):
        return Part(lead=desk.sentence("is_from", name=capitalised(name), place=short))
    role = desk.sentence("is_role", name=capitalised(name), roles=_role_words(desk, roles))
    return Part(lead=role) if own is None or _affiliations(desk, name) else replace(own, lead=role)


def _affiliations(desk: Desk, name: str) -> list[str]:
    return [a for speaker in desk.people.get(name, ()) for a in speaker.affiliations]


def _short(desk: Desk, name: str, roles: Sequence[str], *, by_role: bool) -> str | None:
    affiliations = _affiliations(desk, name)
    if desk.question.aspect == "affiliation" and affiliations:
        return max(affiliations, key=len)
    if by_role:
        return capitalised(name)
    return roles[0] if roles else None


def _role_words(desk: Desk, roles: Sequence[str]) -> str:
    """The longest role; with another one when it tells something the first does not."""
    first = roles[0]
    more = [r for r in roles[1:] if not set(r.lower().split()) <= set(first.lower().split())]
    return desk.say("roles", first=first, more=more[0]) if more else first


def _place_of_role(desk: Desk, name: str, said: Sequence[Evidence]) -> tuple[Article, Span] | None:
    """Where the article tells the role: the longest mention of the speaker, else the first sentence with the name."""
    role, employed = next(iter(desk.roles_of(name)), None), bool(_affiliations(desk, name))
    mentions = [(e.article, e.said.mention_span) for e in said if role and employed]
    for article, span in mentions:
        if span and str(role) in article.text[slice(*span)]:
            return article, span
    for passage in desk.searcher.naming(name, desk.scope):
        if (role is None or role in passage.text) and passage.passage is not None:
            wide = role is not None and not employed
            return passage.article, passage.passage.passage.window if wide else passage.span
    return None
