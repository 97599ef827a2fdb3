"""Who is who in one article: full names, surnames, titles and pronouns brought to one canonical name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from index.statements.lexicon import people_lexicon
from index.statements.model import SourceKind, Speaker
from index.statements.naming import Mention, Sex, affiliation_in

_WORD = re.compile(r"[\w’'.-]+")
_NEAR = 700  # characters within which "the company" may look back for a name
_POSSESSIVE = re.compile(r"['’]s$")


@dataclass(slots=True)
class Entity:
    """One referent: everything that the article calls it, and where."""

    name: str
    kind: SourceKind
    sex: Sex | None = None
    aliases: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    affiliations: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)

    @property
    def tokens(self) -> list[str]:
        """The name's words, lower case."""
        return _tokens(self.name)

    def last_before(self, offset: int) -> int:
        """Where it was last mentioned before `offset`; -1 if never."""
        return max((place for place in self.places if place < offset), default=-1)

    def as_speaker(self) -> Speaker:
        """The entity as data."""
        order = sorted(dict.fromkeys(self.roles), key=lambda role: -len(role))
        aliases = tuple(alias for alias in dict.fromkeys(self.aliases) if alias != self.name)
        pronoun = self.sex or ({"organisation": "it", "document": "it", "group": "they"}.get(self.kind))
        return Speaker(self.name, self.kind, aliases, tuple(order), tuple(dict.fromkeys(self.affiliations)), pronoun)  # type: ignore[arg-type] # the dict's values are pronouns


@dataclass(frozen=True, slots=True)
class Resolved:
    """A mention's referent; `entity` None when it is not known, or not surely enough."""

    entity: Entity | None
    confidence: float


class People:
    """The entities of one article. Register every full name first, then resolve mentions in the order of the text."""

    def __init__(self) -> None:
        self.entities: list[Entity] = []

    def register(self, mention: Mention) -> Entity | None:
        """Keep a mention that names somebody in full, or an organisation; None for what must be resolved later."""
        if mention.pronoun or mention.kind in {"unknown", "group"} or not mention.name:
            return None
        tokens = _tokens(mention.name)
        if mention.kind == "person" and len(tokens) < 2:
            return None
        if mention.kind == "person" and mention.name[:1].islower():
            return None
        if mention.kind != "person" and mention.name[:1].islower():
            return None
        entity = self._same(tokens, mention)
        if entity is None:
            entity = Entity(mention.name, mention.kind, mention.sex)
            self.entities.append(entity)
        elif len(mention.name) > len(entity.name) and entity.kind == mention.kind:
            entity.aliases.append(entity.name)
            entity.name = mention.name
        self.note(entity, mention)
        return entity

    def note(self, entity: Entity, mention: Mention) -> None:
        """Add what this mention tells about the entity."""
        entity.places.append(mention.span[0])
        if not mention.pronoun and mention.name and mention.name != entity.name and mention.name[0].isupper():
            entity.aliases.append(mention.name)
        if mention.role and mention.role not in entity.roles:
            entity.roles.append(mention.role)
        affiliation = mention.affiliation or affiliation_in(mention.role)
        if affiliation:
            entity.affiliations.append(affiliation)
        entity.sex = entity.sex or mention.sex

    def _same(self, tokens: list[str], mention: Mention) -> Entity | None:
        for entity in self.entities:
            if entity.tokens == tokens:
                return entity
        if mention.kind != "person":
            return next((e for e in self.entities if e.kind == "organisation" and _is_acronym(mention.name, e.name)), None)
        for entity in self.entities:
            mine = entity.tokens
            if entity.kind == "person" and len(mine) >= 2 and mine[-1] == tokens[-1] and _given_fit(mine[0], tokens[0]) and len(mine) != len(tokens):
                return entity
        return None

    # ── resolving ─────────────────────────────────────────────────────────

    def has_person(self, word: str) -> bool:
        """Whether this one word is somebody's family or given name here."""
        folded = word.lower()
        return any(e.kind == "person" and len(e.tokens) > 1 and folded in (e.tokens[0], e.tokens[-1]) for e in self.entities)

    def by_name(self, mention: Mention) -> Resolved:
        """The referent of a surname, a given name, a title or a definite phrase."""
        tokens = _tokens(mention.name)
        candidates = [e for e in self.entities if self._fits(e, tokens, mention)]
        if not candidates:
            return self._by_role(mention)
        if len(candidates) == 1:
            return Resolved(candidates[0], 1.0)
        return _nearest(candidates, mention.span[0], 0.6)

    def _fits(self, entity: Entity, tokens: list[str], mention: Mention) -> bool:
        mine = entity.tokens
        if not tokens or mention.name[:1].islower():
            return False
        if tokens == mine:
            return True
        if mention.sex and entity.sex and mention.sex != entity.sex:
            return False
        if entity.kind == "person" and mention.kind in {"person", "unknown", "organisation"}:
            if len(tokens) == 1:
                return tokens[0] in (mine[-1], mine[0])
            return tokens[-1] == mine[-1] and set(tokens) <= set(mine)
        if entity.kind == "organisation" and mention.kind in {"organisation", "unknown"}:
            starts = mine[: len(tokens)] == tokens
            return starts or _is_acronym(mention.name, entity.name)
        return False

    def _by_role(self, mention: Mention) -> Resolved:
        """"the minister", "the company": the one entity whose role or name has that word."""
        words = mention.name.split()
        if len(words) > 4 or not words or words[0].lower() not in {"the", "this", "that"}:
            return Resolved(None, 0.0)
        head = mention.head
        asked = {w.lower() for w in words[1:]}
        before = [e for e in self.entities if e.last_before(mention.span[0]) >= 0]
        fits = [] if mention.kind == "document" else [e for e in before if any(asked <= _bag(role) for role in e.roles)]
        if not fits and head in people_lexicon().organisations:
            fits = [e for e in before if e.kind == "organisation" and head in _bag(e.name)]
        if not fits:
            fits = [e for e in before if e.kind not in {"person", "organisation"} or e.name[:1].islower()]
            fits = [e for e in fits if _tokens(e.name)[-1:] == asked_head(words) and e.name.split()[0].lower() in {"a", "an", "one"}]
        if not fits and head in people_lexicon().generic_organisations:
            near = [e for e in before if e.kind == "organisation" and e.name[:1].isupper() and mention.span[0] - e.last_before(mention.span[0]) < _NEAR]
            return _nearest(near, mention.span[0], 0.6) if near else Resolved(None, 0.0)
        if not fits:
            return Resolved(None, 0.0)
        return _nearest(fits, mention.span[0], 0.7 if len(fits) == 1 else 0.55)

    def by_pronoun(self, mention: Mention, recent: Iterable[Entity], subjects: Iterable[Entity]) -> Resolved:
        """The referent of a pronoun: the latest speaker that fits, else the latest subject that fits.

        `recent` are speakers of this paragraph, latest first; `subjects` other people named here or in the paragraph before.
        """
        pronoun = mention.pronoun or ""
        for confidence, pool in ((0.9, recent), (0.65, subjects)):
            for entity in pool:
                if _agrees(entity, pronoun):
                    return Resolved(entity, confidence)
        return Resolved(None, 0.0)


def _agrees(entity: Entity, pronoun: str) -> bool:
    if pronoun in {"he", "she"}:
        return entity.kind in {"person", "unknown"} and entity.sex in (None, pronoun)
    if pronoun == "they":
        return entity.kind in {"organisation", "group", "document"}
    if pronoun == "it":
        return entity.kind in {"organisation", "document"}
    return False


def _nearest(candidates: list[Entity], offset: int, confidence: float) -> Resolved:
    best = max(candidates, key=lambda e: (e.last_before(offset), -len(e.name)))
    return Resolved(best, confidence)


def asked_head(words: list[str]) -> list[str]:
    """The last word of a phrase, as `_tokens` gives it."""
    return _tokens(words[-1])


def _tokens(name: str) -> list[str]:
    return [_POSSESSIVE.sub("", word).strip(".").lower() for word in _WORD.findall(name) if word.strip(".'’-")]


def _bag(words: str) -> set[str]:
    return set(_tokens(words))


def _given_fit(one: str, other: str) -> bool:
    """Whether two given names may be the same person's: equal, or one is the other's initial."""
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])


def _is_acronym(short: str, long: str) -> bool:
    letters = "".join(word[0] for word in long.split() if word[0].isupper())
    return len(short) >= 2 and short.isupper() and short == letters
