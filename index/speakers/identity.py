"""Entity resolution across articles: "Park", "Ada Park" and "Dr Ada B. Park" are one, namesakes stay apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import chain, count, islice, takewhile
from typing import TYPE_CHECKING

from index.language.lexicon import roles, words
from index.language.words import fold
from index.speakers.names import bare_name
from index.speakers.roles import Role, parse
from index.statements.cue_lexicon import people_lexicon

if TYPE_CHECKING:
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


class Called(dict[tuple[int, str], str]):
    """The name in the collection, by the article's key and the name it uses; once made, it is only read."""

    @cached_property
    def own(self) -> dict[str, set[str]]:
        """The names that articles use for somebody, by the name in the collection."""
        found: dict[str, set[str]] = defaultdict(set)
        for (_, own), name in self.items():
            found[name].add(own)
        return dict(found)


class _One:
    """Somebody in the collection: what the articles tell of them, each under its own name.

    Attributes:
        presented: as each article has them.
        name: the folded words of the first one's name.
        aliases: the folded words of each.
        told: the words of all roles and affiliations.
        occupations: the roles, by their name in the lexicon, that tell somebody from a namesake.
        is_past: whether a role is told that is no longer held: "former", "ex-".
        sexes: the pronouns for men and women that the articles use.
        kinds: what the articles take them for.
    """

    def __init__(self, stored: StoredSpeaker) -> None:
        speaker = stored.speaker
        parsed = [parse(phrase) for phrase in speaker.roles]
        self.presented = [stored]
        self.name = _words(speaker.name)
        self.aliases = {_words(alias) for alias in speaker.aliases}
        self.told = set(chain.from_iterable(map(_words, (*speaker.roles, *speaker.affiliations)))) - words().stop
        self.occupations = set(chain.from_iterable(map(_listed_heads, parsed))) - _BESIDE_OTHERS
        self.is_past = any(role.past for role in parsed)
        self.sexes = {str(speaker.pronoun)} & _SEXES
        self.kinds = {speaker.kind}

    def join(self, other: _One) -> None:
        """Take in what is told of another: the two are one."""
        self.presented += other.presented
        self.aliases |= other.aliases
        self.told |= other.told
        self.occupations |= other.occupations
        self.is_past |= other.is_past
        self.sexes |= other.sexes
        self.kinds |= other.kinds


def same_people(speakers: Sequence[StoredSpeaker]) -> tuple[list[StoredSpeaker], Called]:
    """The speakers under one name each for the whole collection, and what their articles call them.

    A full name is somebody's again where neither sex nor occupation differs; a shorter one ("Park", "A. Park", "WHO")
    only where one alone can be meant and the roles, where both are told, have a word in common.
    """
    everybody = _alike(speakers)
    everybody = _joined(everybody)
    renamed: dict[int, StoredSpeaker] = {}
    called = Called()
    names = [_best_name(one) for one in everybody]
    shared = Counter(names)
    taken: set[str] = set()
    for one, best in zip(everybody, names, strict=True):
        name = _distinct(best, one, shared, taken)
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
        new = _One(stored)
        key = fold(stored.speaker.name)
        one = next((o for o in by_name[key] if _same_sex(o, new) and _may_both_be(o, new)), None)
        if one is None:
            by_name[key].append(new)
            everybody.append(new)
        else:
            one.join(new)
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
    longer_names = _LongerNames(everybody)
    gone: set[int] = set()
    for one in sorted(everybody, key=lambda o: len(o.name)):
        near = (o for o in longer_names.near(one) if id(o) not in gone and _is_short_for(one, o))
        longer = list(islice(near, 2))
        apart = {stored.article for stored in one.presented}
        if len(longer) == 1 and not apart & {stored.article for stored in longer[0].presented}:
            longer[0].join(one)
            longer_names.call(longer[0], one.aliases)
            gone.add(id(one))
    return [one for one in everybody if id(one) not in gone]


class _LongerNames:
    """Everybody by what they may be called for short, so that nobody is looked for among all."""

    def __init__(self, everybody: Iterable[_One]) -> None:
        self._by_form: dict[tuple[str, ...], list[_One]] = defaultdict(list)
        self._by_ends: dict[tuple[str, ...], list[_One]] = defaultdict(list)  # the longest names first
        for one in sorted(everybody, key=lambda o: -len(o.name)):
            self.call(one, {*one.aliases, _without_legal_form(one.name)})
            if len(one.name) > 1:
                first, last = one.name[0], one.name[-1]
                self.call(one, {(last,), (first[0], last)})
                self._by_ends[first, last].append(one)

    def call(self, one: _One, forms: Iterable[tuple[str, ...]]) -> None:
        """Somebody may be called so, too."""
        for form in filter(None, forms):
            self._by_form[form].append(one)

    def near(self, one: _One) -> Iterable[_One]:
        """Those who may have a longer form of a name, each once."""
        ends = one.name if len(one.name) < 2 else (one.name[0], one.name[-1])
        longer = takewhile(lambda o: len(o.name) > len(one.name), self._by_ends.get(ends, ()))
        called = chain.from_iterable(self._by_form.get(form, ()) for form in {one.name, ends})
        seen = {id(one)}
        for other in chain(longer, called):
            if id(other) not in seen:
                seen.add(id(other))
                yield other


def _without_legal_form(name: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in name if word not in _LEGAL_FORMS)


def _is_short_for(one: _One, other: _One) -> bool:
    """Whether the first's name may be a shorter form of the second's, and nothing told of them speaks against it."""
    if one.kinds & _PEOPLE and other.kinds == {"person"}:
        named = _shorter_name(one.name, other.name)
    elif one.kinds <= {"organisation", "unknown"} and other.kinds == {"organisation"}:
        named = _shorter_body(one, other)
    else:
        return False
    return named and _same_sex(one, other) and _roles_agree(one, other)


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
    plain = _without_legal_form(other.name)
    return one.name in other.aliases or (one.name == plain and plain != other.name)


def _roles_agree(one: _One, other: _One) -> bool:
    return not one.told or not other.told or not one.told.isdisjoint(other.told)


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


def _listed_heads(role: Role) -> Iterable[str]:
    listed = people_lexicon()
    return [head for head in role.heads if role.known or head in listed.occupations or head in listed.titles]


def _same_sex(one: _One, other: _One) -> bool:
    return not one.sexes or not other.sexes or not one.sexes.isdisjoint(other.sexes)


@lru_cache(maxsize=65536)  # each change of the index reads the names of all its speakers again
def _words(name: str) -> tuple[str, ...]:
    return tuple(bare_name(name).split())
