"""People in a question and in the evidence: who is asked about, who is unknown, who fits a group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from index.answer.composing import refused
from index.answer.context import Desk
from index.answer.contract import Answer
from index.answer.present.gate import unquoted
from index.answer.present.statement_text import bare_name, inline
from index.answer.scoring import Scored
from index.language.lexicon import words
from index.language.words import capitalised, stems_of
from index.phrases import Phrases
from index.search import Evidence

_Found = TypeVar("_Found", Evidence, Scored)

_EMPTY = frozenset({"the", "a", "an", "their", "his", "her", "its"})
_PRONOUNS = frozenset({"he", "she", "they", "him", "her", "them", "his", "their", "it"})


def named(desk: Desk) -> list[str]:
    """The canonical names that the question's speakers stand for, without repeats."""
    return list(dict.fromkeys(name for ref in desk.question.speakers for name in ref.names))


def is_pronoun(asked: str) -> bool:
    """Whether the question only points at somebody: "he", "their"."""
    return asked.lower() in _PRONOUNS


def same_name(one: str, other: str) -> bool:
    """Whether all words of one name are words of the other: "the mayor Ada Park" and "Ada Park"."""
    a, b = stems_of(one) - _EMPTY, stems_of(other) - _EMPTY
    return bool(a and b) and (a <= b or b <= a)


def only_voice(desk: Desk) -> list[Evidence]:
    """Everything said in scope, if one speaker says it all, named or not; else nothing."""
    said = desk.everything_by(None)
    voices = {desk.speaker_of(one) for one in said}
    return said if len(voices) == 1 else []


def unknown_people(desk: Desk) -> Answer:
    """The question names somebody the articles do not."""
    asked = [ref.asked for ref in desk.question.speakers if not ref.names]
    if asked and is_pronoun(asked[0]):
        desk.gate("speaker known", False, asked[0].lower())
        return refused(desk, "unknown_speaker", desk.say("who_is_pronoun", who=asked[0].lower()), 0.0)
    who = unquoted(asked[0]) if asked else desk.say("that_person_first")
    if asked and desk.searcher.naming(asked[0], desk.scope):
        desk.gate("speaker quoted", False, f"{who} is only named")
        return refused(desk, "silent_speaker", desk.say("named_not_quoted", count=1, names=capitalised(who)), 0.0)
    desk.gate("speaker known", False, unquoted(asked[0]) if asked else "")
    known = sorted(
        name for name, found in desk.people.items() if " " in name and any(s.kind == "person" for s in found)
    )
    known = [name for name in known if name == bare_name(name)]
    key = "known_people_others" if len(known) > 5 else "known_people"
    hint = desk.say(key, names=listed(known[:5], desk.phrases)) if known else ""
    if is_described(who):
        return refused(desk, "unknown_speaker", desk.say("cannot_tell_who", who=who[0].lower() + who[1:]) + hint, 0.0)
    return refused(desk, "unknown_speaker", desk.say("neither_quoted", who=capitalised(who)) + hint, 0.0)


def is_described(who: str) -> bool:
    """Whether somebody is not named but described: "the winner"; they may be in the articles all the same."""
    first, *rest = who.split()
    return first.lower() in words().small["determiners"] and bool(rest) and all(word.islower() for word in rest)


def fits_group(desk: Desk, evidence: Evidence) -> bool:
    """Whether the speaker has one of the roles that the question asks for ("which founder …")."""
    return not desk.question.group or desk.speaker_of(evidence) in desk.group


def by_medium(desk: Desk, found: Sequence[_Found]) -> list[_Found]:
    """Those that were said to whom the question says, if it says.

    Where nobody was told so in those words, those said where most of the words are near.
    """
    medium = desk.question.medium
    if not medium:
        return list(found)
    wanted = stems_of(medium) - _EMPTY

    def told(one: _Found) -> bool:
        return wanted <= stems_of(_addressed(one))

    def near(one: _Found) -> bool:
        return len(wanted) > 1 and 2 * len(wanted & _evidence(one).nearby) > len(wanted)

    if any(told(one) for one in found):
        return desk.keep(found, told, "told to others")
    if medium.islower() and not any(wanted & stems_of(_addressed(one)) for one in desk.everything_by(None)):
        return list(found)  # "the crowd": words of the asker's own for whoever listened
    return desk.keep(found, near, "told to others")


def _evidence(one: Evidence | Scored) -> Evidence:
    return one.evidence if isinstance(one, Scored) else one


def _addressed(one: Evidence | Scored) -> str:
    stored = _evidence(one).statement
    return f"{stored.statement.addressee or ''} {stored.statement.occasion or ''}" if stored else ""


def listed(names: Iterable[str], phrases: Phrases) -> str:
    """Names as a person lists them: "A", "A and B", "A, B and C"."""
    return phrases.listed(map(inline, names))
