"""Who is who in one article: full names, surnames, titles and pronouns brought to one canonical name."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum
from itertools import chain
from typing import Literal

from index.statements.cue_lexicon import people_lexicon
from index.statements.role_phrases import Sex, affiliation_in
from index.statements.speakers.mentions import NAME_JOINTS, Mention
from index.statements.statement import SourceKind, Speaker

_WORD = re.compile(r"[\w’'.-]+")
_AFTER_HEAD = frozenset({"of", "for", "at", "in", "and", "to", "with", "on"})
_LONG_SURNAME, _NEARLY = 6, 0.8  # letters; the likeness, 0 to 1, from which a surname is another's misspelling
_FEWEST_LETTERS = 3
_FEW = 12  # organisations looked at
_NEAR = 700  # characters within which "the company" may look back for a name
_POSSESSIVE = re.compile(r"['’]s?$")
_YEARS_OLD = re.compile(r"[\da-z-]year-?old$")
_THE_ORIGIN = re.compile(r"the [A-Z]\w+")
_ITS_PRONOUN: dict[SourceKind, Literal["they", "it"]] = {
    "organisation": "it",
    "document": "it",
    "group": "they",
}


@dataclass(slots=True, eq=False)
class Entity:
    """One referent: everything that the article calls it, and where."""

    name: str
    kind: SourceKind
    sex: Sex | None = None
    sex_told: bool = False  # by a title or a pronoun; a given name only hints
    aliases: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    affiliations: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    callings: set[str] = field(default_factory=set)  # titles that stood in front of the name
    leanings: set[Sex] = field(default_factory=set)  # pronouns that may well mean it
    tokens: list[str] = field(init=False)  # the name's words, lower case

    def __post_init__(self) -> None:
        self.tokens = words_of(self.name)

    def rename(self, name: str) -> None:
        """Give it a fuller name; the one it had becomes an alias."""
        self.aliases.append(self.name)
        self.name, self.tokens = name, words_of(name)

    @property
    def may_be_person(self) -> bool:
        """Whether an organisation's name could be a person's too: two or three plain capitalised words."""
        lexicon, words = people_lexicon(), self.name.split()
        plain = all(
            word[0].isupper()
            and (len(word) == 1 or not word.isupper())
            and word.strip("’'.-").replace("-", "").isalpha()
            for word in words
        )
        body = lexicon.organisation_ends | lexicon.organisations
        return self.kind == "organisation" and 2 <= len(words) <= 3 and plain and not body & set(self.tokens)

    @property
    def may_be_body(self) -> bool:
        """Whether nothing but its form told that the name is a person's."""
        given = people_lexicon().given_male | people_lexicon().given_female
        return self.kind == "person" and self.sex is None and not set(self.tokens) & given

    def last_before(self, offset: int) -> int:
        """Where it was last mentioned before `offset`; -1 if never."""
        at = bisect_left(self.places, offset)
        return self.places[at - 1] if at else -1

    def as_speaker(self) -> Speaker:
        """The entity as data."""
        roles = sorted(dict.fromkeys(self.roles), key=lambda role: -len(role))
        aliases = tuple(alias for alias in dict.fromkeys(self.aliases) if alias != self.name)
        affiliations = tuple(dict.fromkeys(self.affiliations))
        return Speaker(
            self.name, self.kind, aliases, tuple(roles), affiliations, self.sex or _ITS_PRONOUN.get(self.kind)
        )


_Few = dict[Entity, None]  # in order, each once


class How(Enum):
    """How a speaker was found, in words for people."""

    NAME = "by name"
    PART_OF_NAME = "by a part of the name"
    NAMED_LAST = "of several with that name the one named last"
    MISSPELT = "by a surname that is nearly the same"
    ROLE = "by role"
    WORD_OF_NAME = "by a word of the name"
    INTRODUCED = "introduced before by that word"
    ACTED_LAST = "the organisation that acted last"
    ONE_BODY = "the one body told to be that"
    AGE = "described by age: the person before"
    CALLING = "described by a word for their role"
    ONLY_CALLING = "the only one who is called so"
    OWN_SOURCE = "nobody named before: a source of its own"
    TOGETHER = "several who speak together"
    FIRST_PERSON = "the one who tells it"
    PART = "by their part in the interview"
    LIKELIEST = "the likeliest of those near"
    NOT_TOLD = "the text does not tell"
    NOBODY = "nobody fits surely enough"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A mention's referent; `entity` None when it is not known, or not surely enough."""

    entity: Entity | None
    confidence: float
    how: How


NOBODY = Resolved(None, 0.0, How.NOBODY)


class People:
    """The entities of one article. Register every full name first, then resolve mentions in order."""

    def __init__(self) -> None:
        self.entities: list[Entity] = []
        self._kept: set[int] = set()
        self._by_word: dict[str, _Few] = defaultdict(dict)
        self._by_name: dict[tuple[str, ...], _Few] = defaultdict(dict)  # by all words of the name
        self._by_end: dict[tuple[str, ...], _Few] = defaultdict(dict)  # by the words that close it
        self._by_first: dict[str, _Few] = defaultdict(dict)
        self._by_ends: dict[tuple[str, str], _Few] = defaultdict(dict)  # by first word or initial, and last
        self._by_call: dict[str, _Few] = defaultdict(dict)  # by name, alias or acronym, as written
        self._calls: set[tuple[int, str]] = set()
        self._by_role: dict[str, list[Entity]] = defaultdict(list)
        self._introduced: dict[str, list[Entity]] = defaultdict(list)  # "a study", by its last word
        self._bodies: list[tuple[int, bool, Entity]] = []  # mentions of organisations by place; whether as a subject

    # ── registering ───────────────────────────────────────────────────────

    def register(self, mention: Mention) -> Entity | None:
        """Keep a mention that names somebody in full, or an organisation; None for what is resolved later."""
        if mention.pronoun or mention.kind in {"unknown", "group"} or not mention.name[:1].isalnum():
            return None
        tokens = words_of(mention.name)
        surname = len(tokens) == 1 or (len(tokens) == 2 and tokens[0] in NAME_JOINTS)  # "Park", "De Lorca"
        if not tokens or mention.name[:1].islower() or (mention.kind == "person" and surname):
            return None
        entity = self._same(tokens, mention)
        if entity is None:
            entity = self.add(mention)
        elif len(mention.name) > len(entity.name) and entity.kind == mention.kind:
            entity.rename(mention.name)
        self.note(entity, mention)
        return entity

    def add(self, mention: Mention) -> Entity:
        """A new entity with this mention's name."""
        entity = Entity(mention.name, mention.kind, mention.sex, mention.sex_told)
        self.keep(entity)
        return entity

    def keep(self, entity: Entity) -> None:
        """Count an entity among the article's."""
        if id(entity) not in self._kept:
            self._kept.add(id(entity))
            self.entities.append(entity)
        words = entity.tokens
        if words and words[0] in {"a", "an", "one"} and entity.name[:1].islower():
            self._introduced[words[-1]].append(entity)

    def note(self, entity: Entity, mention: Mention, *, subject: bool = False) -> None:
        """Add what this mention, a clause's `subject` or not, tells about the entity."""
        insort(entity.places, mention.span[0])
        if entity.kind == "organisation" and entity.name[:1].isupper():
            insort(self._bodies, (mention.span[0], subject, entity), key=lambda body: body[:2])
        if not mention.pronoun and mention.name[:1].isupper():
            self._call(entity, mention.name)
        if mention.acronym:
            self._call(entity, mention.acronym)
        if mention.role and mention.role not in entity.roles:
            entity.roles.append(mention.role)
            for word in set(words_of(mention.role)):
                self._by_role[word].append(entity)
        affiliation = mention.affiliation or affiliation_in(mention.role)
        if affiliation and affiliation not in entity.affiliations:
            entity.affiliations.append(affiliation)
        if mention.sex is not None and (entity.sex is None or (mention.sex_told and not entity.sex_told)):
            entity.sex, entity.sex_told = mention.sex, mention.sex_told
        entity.callings |= mention.callings
        if mention.leaning:
            entity.leanings.add(mention.leaning)

    def _call(self, entity: Entity, name: str) -> None:
        """Remember that the text calls the entity so."""
        if (id(entity), name) in self._calls:
            return
        self._calls.add((id(entity), name))
        if name != entity.name and name not in entity.aliases:
            entity.aliases.append(name)
        acronym = "".join(word[0] for word in name.split() if word[0].isupper())
        for word in {*words_of(name), acronym.lower()}:
            self._by_word[word][entity] = None
        for call in {name, acronym}:
            self._by_call[call][entity] = None
        self._index(entity)

    def _index(self, entity: Entity) -> None:
        """Keep the entity under its name's words, so that nobody is looked for among all."""
        tokens = tuple(entity.tokens)
        self._by_name[tokens][entity] = None
        if len(tokens) < 2:
            return
        for start in range(1, len(tokens)):
            self._by_end[tokens[start:]][entity] = None
        self._by_first[tokens[0]][entity] = None
        for first in {tokens[0], f"{tokens[0][0]}."}:
            self._by_ends[first, tokens[-1]][entity] = None

    def _same(self, tokens: list[str], mention: Mention) -> Entity | None:
        """The entity that this full name means already."""
        named = self._by_name.get(tuple(tokens))
        if named:
            return next(iter(named))
        if mention.kind == "person":
            return next((e for e in self._longer_or_shorter(tokens) if e.kind == "person"), None)
        if mention.kind != "organisation":
            return None
        ends = [e for i in range(1, len(tokens)) for e in self._by_name.get(tuple(tokens[i:]), ())]
        near = chain(self._by_call.get(mention.name, ()), self._by_end.get(tuple(tokens), ()), ends)
        return next((e for e in near if e.kind == "organisation"), None)

    def _longer_or_shorter(self, tokens: list[str]) -> Iterator[Entity]:
        """Whoever has the same surname and first name, or the initial of one: "Ada Park", "Ada B. Park", "A. Park"."""
        first, last = tokens[0], tokens[-1]
        near = chain(self._by_ends.get((first, last), ()), self._by_ends.get((first[0], last), ()))
        if len(first) == 1:
            near = chain(near, self._by_ends.get((f"{first}.", last), ()))
        return (entity for entity in near if _longer_form(entity.tokens, tokens))

    def has_person(self, word: str) -> bool:
        """Whether this is somebody's family name ("Park", "van der Berg") or given name here."""
        tokens = words_of(word)
        near = self._by_end.get(tuple(tokens), {}) if tokens else {}
        first = self._by_first.get(tokens[0], {}) if len(tokens) == 1 else {}
        return any(entity.kind == "person" for entity in chain(near, first))

    def by_initials(self, letters: str) -> str | None:
        """The one person whose initials these are."""
        people = (e.name for e in self.entities if e.kind == "person")
        found = {name for name in people if _is_acronym(letters, name) or _begins(letters, name)}
        return found.pop() if len(found) == 1 else None

    # ── resolving ─────────────────────────────────────────────────────────

    def by_name(self, mention: Mention) -> Resolved:
        """The referent of a surname, a given name, an acronym, a title or a definite phrase."""
        tokens = words_of(mention.name)
        whole = [e for e in self._by_name.get(tuple(tokens), ()) if e.tokens == tokens and _fits(e, tokens, mention)]
        if len(whole) == 1:
            return Resolved(whole[0], 1.0, How.NAME)
        near = self._by_word.get(tokens[-1], {}) if tokens else {}
        candidates = [e for e in near if _fits(e, tokens, mention)]
        if not candidates:
            return self._misspelt(tokens, mention) or self._by_description(mention)
        exact = [e for e in candidates if e.tokens == tokens]
        if len(exact) == 1 or len(candidates) == 1:
            return Resolved((exact or candidates)[0], 1.0, How.NAME if exact else How.PART_OF_NAME)
        return _nearest(candidates, mention.span[0], 0.6, How.NAMED_LAST)

    def namesakes(self, mention: Mention) -> list[Entity]:
        """Everybody whom a name may mean."""
        tokens = words_of(mention.name)
        return [e for e in self._by_word.get(tokens[-1], {}) if _fits(e, tokens, mention)] if tokens else []

    def _misspelt(self, tokens: list[str], mention: Mention) -> Resolved | None:
        """As in "Mr Hallowyn" where the article knows a Hallowayn only: the one surname that is nearly the same."""
        if len(tokens) != 1 or len(tokens[0]) < _LONG_SURNAME or mention.kind != "person" or mention.title is None:
            return None
        surnames = {e.tokens[-1]: e for e in self.entities if e.kind == "person" and len(e.tokens) > 1}
        near = get_close_matches(tokens[0], [s for s in surnames if s[0] == tokens[0][0]], 2, _NEARLY)
        return Resolved(surnames[near[0]], 0.7, How.MISSPELT) if len(near) == 1 else None

    def _by_description(self, mention: Mention) -> Resolved:
        """As in "the minister", "the company": the one entity whose role or name has that word."""
        words = mention.name.split()
        if not 1 < len(words) <= 5 or words[0].lower() not in {
            "the",
            "this",
            "that",
            "its",
            "their",
            "his",
            "her",
        }:
            return NOBODY
        offset, asked = mention.span[0], {word for part in words[1:] for word in words_of(part)}
        head = words_of(words[-1])[-1:] or [""]
        if mention.kind != "document":
            holders = [e for e in dict.fromkeys(self._by_role.get(head[0], ())) if e.last_before(offset) >= 0]
            holders = [e for e in holders if any(_role_called(role, asked, head[0]) for role in e.roles)]
            if holders:
                return _nearest(holders, offset, 0.7 if len(holders) == 1 else 0.55, How.ROLE)
        return self._by_own_word(mention, head[0])

    def _by_own_word(self, mention: Mention, head: str) -> Resolved:
        """As in "the alliance" for the Example Alliance, "the study" for "a study".

        "The firm" is the organisation named last.
        """
        offset, lexicon = mention.span[0], people_lexicon()
        named = [e for e in self._by_word.get(head, ()) if e.last_before(offset) >= 0 and e.kind == "organisation"]
        if named and (mention.head in lexicon.organisations or any(e.tokens[-1] == head for e in named)):
            return _nearest(named, offset, 0.7, How.WORD_OF_NAME)
        introduced = [e for e in self._introduced.get(head, ()) if e.last_before(offset) >= 0]
        if introduced:
            return _nearest(introduced, offset, 0.7, How.INTRODUCED)
        if mention.head in lexicon.generic_organisations:
            at = bisect_left(self._bodies, (offset, False), key=lambda body: body[:2])
            near = [body for body in reversed(self._bodies[max(0, at - _FEW) : at]) if offset - body[0] < _NEAR]
            subjects = [entity for _, subject, entity in near if subject]
            if near:
                return Resolved(subjects[0] if subjects else near[0][2], 0.6, How.ACTED_LAST)
        return NOBODY


def describes_person(mention: Mention) -> bool:
    """Whether a definite phrase means a person by age or origin alone: "the 19-year-old", "the Norwegian"."""
    name = mention.name
    by_age = name.lower().startswith(("the ", "this ")) and bool(_YEARS_OLD.search(name.lower()))
    return by_age or (mention.kind == "person" and _THE_ORIGIN.fullmatch(name) is not None)


def words_of(name: str) -> list[str]:
    """The words of a name or role, lower case, without possessive endings.

    >>> words_of("Dr. Ada Park's")
    ['dr', 'ada', 'park']
    """
    found = _WORD.findall(name.replace("’", "'"))
    return [_POSSESSIVE.sub("", word).strip(".").lower() for word in found if word.strip(".'-")]


def _fits(entity: Entity, tokens: list[str], mention: Mention) -> bool:
    """Whether a capitalised mention may mean the entity."""
    mine = entity.tokens
    if not tokens or mention.name[:1].islower() or _other_sex(entity, mention):
        return False
    if tokens == mine or (len(mention.name) > 1 and mention.name in entity.aliases):
        return True
    if entity.kind == "person" and mention.kind in {"person", "unknown", "organisation"}:
        return tokens[-1] in (mine[-1], mine[0] if len(tokens) == 1 else mine[-1]) and set(tokens) <= set(mine)
    if entity.kind == "organisation" and mention.kind in {"organisation", "unknown"}:
        begins_alike = mine[: len(tokens)] == tokens
        return begins_alike or _ends_alike(tokens, mine) or _is_acronym(mention.name, entity.name)
    return False


def _other_sex(entity: Entity, mention: Mention) -> bool:
    """Whether a title tells another sex than the text does: by a pronoun, where nothing surer tells it."""
    told = {entity.sex} if entity.sex else entity.leanings
    return mention.sex is not None and len(told) == 1 and mention.sex not in told


def _role_called(role: str, asked: set[str], head: str) -> bool:
    """Whether a definite phrase may mean the holder of this role: "the mayor" the "mayor of Lund"."""
    words = words_of(role)
    ends = [i for i, word in enumerate(words) if i + 1 == len(words) or words[i + 1] in _AFTER_HEAD]
    return asked <= set(words) and any(words[i] == head for i in ends)


def _ends_alike(one: list[str], other: list[str]) -> bool:
    """Whether one organisation's name is the end of the other's: "Athletic", "Thorn Athletic"."""
    short, long = sorted((one, other), key=len)
    return len(short) < len(long) and long[-len(short) :] == short


def _longer_form(one: list[str], other: list[str]) -> bool:
    """Whether two full names may be one person's: "Ada Park", "Ada B. Park", "A. Park"."""
    if len(one) < 2 or len(other) < 2 or one[-1] != other[-1]:
        return False
    initial = min(len(one[0]), len(other[0])) == 1 and one[0][0] == other[0][0]
    return initial or (one[0] == other[0] and len(one) != len(other))


def _begins(letters: str, name: str) -> bool:
    return len(letters) >= _FEWEST_LETTERS and name.upper().startswith(letters) and letters != name


def _is_acronym(short: str, long: str) -> bool:
    letters = "".join(word[0] for word in long.split() if word[0].isupper())
    return len(short) >= 2 and short.isupper() and short == letters


def _nearest(candidates: Iterable[Entity], offset: int, confidence: float, how: How) -> Resolved:
    best = max(candidates, key=lambda e: (e.last_before(offset), -len(e.name)))
    return Resolved(best, confidence, how)
