"""One speaker across articles: "Park", "Ada Park" and "Dr Ada B. Park" are one, namesakes stay apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import TYPE_CHECKING

from index.question.lexicon import roles, words
from index.question.names import bare_name
from index.question.roles import parse
from index.question.text import fold
from index.statements.lexicon import people_lexicon

if TYPE_CHECKING:
    from index.statements.model import Speaker
    from index.store.protocol import StoredSpeaker

_PEOPLE = frozenset({"person", "unknown"})
_LEGAL_FORMS = frozenset({"inc", "corp", "ltd", "plc", "llc", "co", "gmbh", "ag", "company", "corporation", "group"})
_SEXES = frozenset({"he", "she"})

# roles that somebody may have beside any other: they tell nobody from a namesake
_BESIDE_OTHERS = frozenset(
    [
        *("head", "expert", "executive", "official", "member", "resident", "witness", "victim", "adviser", "partner"),
        *(
            "worker",
            "agent",
            "candidate",
            "businessman",
            "owner",
            "founder",
            "activist",
            "volunteer",
            "writer",
            "person",
        ),
    ]
)
_TOO_WIDE = frozenset({"head"})  # among heads of all kinds are mayors and coaches

# the article's key and the name it uses -> the name in the collection
Called = Mapping[tuple[int, str], str]


@dataclass(slots=True, eq=False)
class _One:
    """Somebody in the collection: what the articles tell of them, each under its own name."""

    presented: list[StoredSpeaker]

    @property
    def names(self) -> list[tuple[str, ...]]:
        """The folded words of each name."""
        return [_words(stored.speaker.name) for stored in self.presented]

    def told(self, what: str) -> set[str]:
        """The words of all roles, or affiliations."""
        phrases = (phrase for stored in self.presented for phrase in getattr(stored.speaker, what))
        return {word for phrase in phrases for word in _words(phrase)} - words().stop

    @property
    def occupations(self) -> set[str]:
        """The roles, by their name in the lexicon, that tell somebody from a namesake."""
        parsed = [parse(phrase) for stored in self.presented for phrase in stored.speaker.roles]
        listed = people_lexicon().occupations | people_lexicon().titles
        heads = {head for role in parsed for head in role.heads if role.known or head in listed}
        return heads - _BESIDE_OTHERS

    @property
    def is_past(self) -> bool:
        """Whether a role is told that is no longer held: "former", "ex-"."""
        return any(parse(phrase).past for stored in self.presented for phrase in stored.speaker.roles)

    @property
    def sexes(self) -> set[str]:
        """The pronouns for men and women that the articles use."""
        return set().union(*(_sexes(stored.speaker) for stored in self.presented))


def same_people(speakers: Sequence[StoredSpeaker]) -> tuple[list[StoredSpeaker], Called]:
    """The speakers under one name each for the whole collection, and what their articles call them.

    A full name is somebody's again where neither sex nor occupation differs; a shorter one ("Park", "A. Park", "WHO")
    only where one alone can be meant and the roles, where both are told, have a word in common.
    """
    everybody = _alike(speakers)
    everybody = _joined(everybody)
    renamed: dict[int, StoredSpeaker] = {}
    called: dict[tuple[int, str], str] = {}
    shared = Counter(map(_best_name, everybody))
    taken: set[str] = set()
    for one in everybody:
        name = _distinct(_best_name(one), one, shared, taken)
        for stored in one.presented:
            own = stored.speaker
            aliases = own.aliases if own.name == name else (*own.aliases, own.name)
            renamed[id(stored)] = replace(stored, speaker=replace(own, name=name, aliases=aliases))
            called[stored.article, own.name] = name
    return [renamed[id(stored)] for stored in speakers], called


def _alike(speakers: Iterable[StoredSpeaker]) -> list[_One]:
    """Everybody with the same name and no other sex or occupation."""
    by_name: dict[str, list[_One]] = defaultdict(list)
    everybody = []
    for stored in speakers:
        new = _One([stored])
        key = fold(stored.speaker.name)
        one = next((o for o in by_name[key] if _same_sex(o.sexes, new.sexes) and _may_both_be(o, new)), None)
        if one is None:
            by_name[key].append(new)
            everybody.append(new)
        else:
            one.presented.append(stored)
    return everybody


def _may_both_be(one: _One, other: _One) -> bool:
    """Whether one person may have both occupations: akin, one of them past, or with a word in common."""
    mine, theirs = one.occupations, other.occupations
    if not mine or not theirs or one.is_past or other.is_past or mine & theirs or _roles_agree(one, other):
        return True
    wide = (group for role, group in roles().wide.items() if role not in _TOO_WIDE)
    return any(group & mine and group & theirs for group in wide)


def _joined(everybody: list[_One]) -> list[_One]:
    """With those under a shorter name joined to the one they mean, if it is clear who that is."""
    by_word: dict[str, list[_One]] = defaultdict(list)
    for one in everybody:
        for word in {word for name in _all_names(one) for word in name}:
            by_word[word].append(one)
    gone: set[int] = set()
    for one in sorted(everybody, key=lambda o: len(o.names[0])):
        name = one.names[0]
        near = by_word[name[-1]] if name else []
        longer = [o for o in near if o is not one and id(o) not in gone and _is_short_for(one, o)]
        apart = {stored.article for stored in one.presented}
        if len(longer) == 1 and not apart & {stored.article for stored in longer[0].presented}:
            longer[0].presented += one.presented
            gone.add(id(one))
    return [one for one in everybody if id(one) not in gone]


def _is_short_for(one: _One, other: _One) -> bool:
    """Whether the first's name may be a shorter form of the second's, and nothing told of them speaks against it."""
    person, body = (_kinds(o) for o in (one, other))
    mine, theirs = one.names[0], other.names[0]
    if person & _PEOPLE and body == {"person"}:
        named = _shorter_name(mine, theirs)
    elif person <= {"organisation", "unknown"} and body == {"organisation"}:
        named = _shorter_body(one, other)
    else:
        return False
    return named and _same_sex(one.sexes, other.sexes) and _roles_agree(one, other)


def _shorter_name(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """A surname, or a full name with initials or without a middle name."""
    if len(theirs) < 2 or mine == theirs or not mine:
        return False
    if len(mine) == 1:
        return mine[0] == theirs[-1]
    initial = len(mine[0]) == 1 and theirs[0].startswith(mine[0])
    return mine[-1] == theirs[-1] and (initial or (mine[0] == theirs[0] and len(mine) < len(theirs)))


def _shorter_body(one: _One, other: _One) -> bool:
    """An acronym that the other article explains, or the name without its legal form."""
    mine, theirs = one.names[0], other.names[0]
    aliases = {_words(alias) for stored in other.presented for alias in stored.speaker.aliases}
    plain = tuple(word for word in theirs if word not in _LEGAL_FORMS)
    return mine in aliases or (mine == plain and plain != theirs)


def _roles_agree(one: _One, other: _One) -> bool:
    mine, theirs = ({*o.told("roles"), *o.told("affiliations")} for o in (one, other))
    return not mine or not theirs or bool(mine & theirs)


def _best_name(one: _One) -> str:
    """The name that most articles use, surnames alone last; of equals the longest."""
    counts = Counter(stored.speaker.name for stored in one.presented)
    return max(counts, key=lambda name: (len(_words(name)) > 1, counts[name], len(name), name))


def _distinct(name: str, one: _One, shared: Mapping[str, int], taken: set[str]) -> str:
    """The name; where others share it, told apart from theirs by role or number."""
    role = next((role for stored in one.presented for role in stored.speaker.roles), None)
    told = f"{name} ({role})" if role and shared[name] > 1 else name
    numbers = (f"{name} ({number})" for number in count(2))
    distinct = next(form for form in chain([told], numbers) if form not in taken)
    taken.add(distinct)
    return distinct


def _all_names(one: _One) -> list[tuple[str, ...]]:
    aliases = [_words(alias) for stored in one.presented for alias in stored.speaker.aliases]
    return [*one.names, *aliases]


def _kinds(one: _One) -> set[str]:
    return {stored.speaker.kind for stored in one.presented}


def _sexes(speaker: Speaker) -> set[str]:
    return {str(speaker.pronoun)} & _SEXES


def _same_sex(one: set[str], other: set[str]) -> bool:
    return not one or not other or bool(one & other)


def _words(name: str) -> tuple[str, ...]:
    return tuple(bare_name(name).split())
