"""Name matching: people, organisations and documents by every way of writing them that is sure enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.language.lexicon import places, roles, words
from index.language.spelling import Slips, exists, slip
from index.language.words import fold
from index.speakers.roles import split

if TYPE_CHECKING:
    from index.statements.statement import SourceKind, Speaker

# how well a key names somebody: the whole name, an alias or surname, a given name, a part between
WHOLE, USUAL, GIVEN, PART = range(4)
LONGEST_RUN = 5  # words of a name that name somebody without the rest of it


@dataclass(slots=True)
class Person:
    """A speaker, merged from the articles that name them alike. `tokens` are the name's folded words."""

    name: str
    kind: SourceKind
    tokens: tuple[str, ...]
    aliases: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    affiliations: list[str] = field(default_factory=list)
    pronouns: set[str] = field(default_factory=set)

    @property
    def is_person(self) -> bool:
        """Whether this may be a person; organisations and documents are not."""
        return self.kind in {"person", "unknown"}

    def suits(self, gender: str | None) -> bool:
        """Whether nothing speaks against this gender ("he", "she")."""
        known = self.pronouns & {"he", "she"}
        return gender not in {"he", "she"} or not known or gender in known


def merged(speakers: Iterable[Speaker]) -> list[Person]:
    """Speakers by name, in order, each with all that the articles tell."""
    people: dict[str, Person] = {}
    for speaker in speakers:
        person = people.setdefault(
            speaker.name, Person(speaker.name, speaker.kind, tuple(bare_name(speaker.name).split()))
        )
        for mine, theirs in (
            (person.aliases, speaker.aliases),
            (person.roles, speaker.roles),
            (person.affiliations, speaker.affiliations),
        ):
            mine.extend(item for item in theirs if item not in mine)
        if speaker.pronoun:
            person.pronouns.add(speaker.pronoun)
    return list(people.values())


def bare_name(name: str) -> str:
    """A name folded, without article and courtesy."""
    return " ".join(part for part in untitled(split(name))[0] if part not in {"%s", ","})


def untitled(parts: list[str]) -> tuple[list[str], str | None]:
    """The words without the titles in front, and the gender those tell. A title alone is left."""
    gender: str | None = None
    rest = parts
    while len(rest) > 1:
        size = next((s for s in (2, 1) if len(rest) > s and " ".join(rest[:s]) in roles().titles), 0)
        if not size:
            break
        told = roles().titles[" ".join(rest[:size])]
        gender = gender or (told if told in {"he", "she"} else None)
        rest = rest[size:]
    return rest, gender


class Names:
    """Finds people, by their numbers in `people`, by their names."""

    def __init__(self, people: Sequence[Person]) -> None:
        self.people = people
        self.organisations: set[str] = set()  # those whose name is one word
        self._keys: dict[str, dict[int, int]] = {}  # folded words -> {person: how well they name them}
        self._sets: dict[str, list[int]] = {}  # a name's words sorted: their order does not matter
        self._joined: dict[str, list[int]] = {}  # a name without spaces
        self._initials: dict[str, list[int]] = {}
        self._described: dict[str, set[int]] = {}  # words of organisations and documents
        self._slips: Slips | None = None
        for number, person in enumerate(people):
            self._add(number, person)

    # ── building ──────────────────────────────────────────────────────────

    def _add(self, number: int, person: Person) -> None:
        self._add_key(" ".join(person.tokens), number, WHOLE if len(person.tokens) > 1 else USUAL)
        for alias in person.aliases:
            self._add_key(bare_name(alias), number, USUAL)
            self._add_key(fold(alias), number, USUAL)
        if person.is_person and _is_proper(person.name):
            self._add_person(number, person.tokens)
        else:
            self._add_source(number, person.tokens)
        for name in (*person.affiliations, *((person.name,) if person.kind == "organisation" else ())):
            large = [part for part in split(name) if part not in roles().suffixes]
            self.organisations.update(large if len(large) == 1 else ())

    def _add_person(self, number: int, tokens: tuple[str, ...]) -> None:
        """Every run of a few words of a name names its owner, particles alone apart."""
        particles = words().small["particles"]
        for start in range(len(tokens)):
            for end in range(start + 1, min(start + LONGEST_RUN, len(tokens)) + 1):
                rank = USUAL if end == len(tokens) else GIVEN if start == 0 else PART
                if not all(token in particles for token in tokens[start:end]):
                    self._add_key(" ".join(tokens[start:end]), number, rank)
        if len(tokens) > 1:
            self._sets.setdefault(" ".join(sorted(tokens)), []).append(number)
            self._joined.setdefault("".join(tokens), []).append(number)
            self._joined.setdefault("".join(reversed(tokens)), []).append(number)
            self._initials.setdefault("".join(token[0] for token in tokens), []).append(number)

    def _add_source(self, number: int, tokens: tuple[str, ...]) -> None:
        """An organisation without "Ltd", by first letters ("EPA", "U.S. EPA"), and by the words that describe it."""
        short = tokens
        while len(short) > 1 and short[-1] in roles().suffixes:
            short = short[:-1]
            self._add_key(" ".join(short), number, USUAL)
        large = [token for token in tokens if token not in words().stop]
        if len(large) >= 3:
            self._add_key("".join(token[0] for token in large), number, USUAL)
        own = [token for token in large if token not in places()]
        country = large[: len(large) - len(own)]
        if country and len(own) >= 3:
            letters = "".join(token[0] for token in own)
            self._add_key(letters, number, USUAL)
            self._add_key(" ".join([*country, letters]), number, USUAL)
        for token in tokens:
            self._described.setdefault(token, set()).add(number)

    def _add_key(self, key: str, number: int, rank: int) -> None:
        if key:
            ranks = self._keys.setdefault(key, {})
            ranks[number] = min(rank, ranks.get(number, rank))

    # ── finding ───────────────────────────────────────────────────────────

    def key(self, parts: Sequence[str], *, people: bool = False, gender: str | None = None) -> list[int]:
        """Those whom these words name, best first.

        A whole name leaves no doubt; the parts between given name and surname count where nothing else fits.
        """
        ranks = self._keys.get(" ".join(parts), {})
        fits = [
            (rank, number)
            for number, rank in ranks.items()
            if (not people or self.people[number].is_person) and self.people[number].suits(gender)
        ]
        best = min(fits)[0] if fits else PART
        limit = {WHOLE: WHOLE, PART: PART}.get(best, GIVEN)
        return [number for rank, number in sorted(fits) if rank <= limit]

    def rank(self, key: str, number: int) -> int | None:
        """How well a folded key names somebody; None when it does not."""
        return self._keys.get(key, {}).get(number)

    def is_word_of_source(self, word: str) -> bool:
        """Whether a folded word is part of an organisation's or a document's name."""
        return word in self._described

    def written(self, parts: list[str], *, initials: bool) -> Iterator[tuple[list[int], float]]:
        """Those whose name these words are, in any order, without spaces, as initials, or with an extra s."""
        yield self.key(parts), 1.0
        bare, gender = untitled(parts)
        if bare and bare != parts:
            yield self.key(bare, gender=gender), 1.0
        yield self._sets.get(" ".join(sorted(bare)), []), 1.0
        yield self.joined("".join(bare)), 0.95
        if initials and len(parts) == 1 and 2 <= len(parts[0]) <= 4:
            yield self._initials.get(parts[0], []), 0.9
        if len(parts) == 1 and parts[0].endswith("s") and len(parts[0]) > 3:  # "parks view"
            yield self.key([parts[0][:-1]]), 0.95

    def in_any_order(self, parts: Sequence[str]) -> list[int]:
        """Those whose name consists of these words."""
        return self._sets.get(" ".join(sorted(parts)), [])

    def joined(self, word: str) -> list[int]:
        """Those whose name is this word with its spaces back."""
        return self._joined.get(word, [])

    def source(self, parts: Sequence[str]) -> list[int]:
        """Organisations and documents described by these words: "the report", "the water board"."""
        large = [part for part in parts if part not in words().stop and part != "%s"]
        if not large or not all(part in self._described for part in large):
            return []
        found = sorted(set.intersection(*(self._described[part] for part in large)))
        return [number for number in found if large[-1] in _heads(self.people[number].tokens)]

    def spelt(self, parts: list[str]) -> Iterator[tuple[list[int], float]]:
        """Those whose name these words are with slips of the keyboard."""
        bare, gender = untitled(parts)
        bare = [part for part in bare if part not in {"%s", ","}]
        if len(bare) == 1 and not exists(bare[0]):
            near = self._known_words().nearest(bare[0])
            yield (self.key([near], gender=gender) if near else []), 0.8
        if 1 < len(bare) <= LONGEST_RUN:
            yield [n for n in self.spelt_wholly(bare) if self.people[n].suits(gender)], 0.85

    def spelt_wholly(self, bare: Sequence[str]) -> list[int]:
        """Those whose name these words spell, every one of them, one at least exactly."""
        near: set[int] = set()
        for part in bare:
            for token in filter(None, (part, self._known_words().nearest(part, sure=True))):
                near.update(self._keys.get(token, ()))
        return [
            number
            for number in sorted(near)
            if self.people[number].is_person and _spells(bare, self.people[number].tokens)
        ]

    def _known_words(self) -> Slips:
        if self._slips is None:
            tokens = (token for person in self.people for token in person.tokens)
            self._slips = Slips(token for token in tokens if token not in words().stop)
        return self._slips


def _is_proper(name: str) -> bool:
    """Whether a name is somebody's own ("Ann Park"), not a description ("a source in the ministry")."""
    parts = [part for part in name.split() if fold(part) not in words().small["particles"]]
    return bool(parts) and not any(fold(part) in words().stop and part.islower() for part in parts)


def _heads(tokens: Sequence[str]) -> set[str]:
    """The head words of a name: the last one, the last before "of" or "by", the first."""
    cut = next((i for i, token in enumerate(tokens) if token in words().stop and i), len(tokens))
    return {tokens[-1], tokens[cut - 1], tokens[0]} if tokens else set()


def _spells(asked: Sequence[str], tokens: Sequence[str]) -> bool:
    """Whether each asked word is another word of the name, and not all of them are slips of short ones."""
    free = list(tokens)
    exact = 0
    for part in asked:
        match = part if part in free else next((t for t in free if slip(part, t, sure=True)), None)
        if match is None:
            return False
        exact += match == part
        free.remove(match)
    return exact > 0 or all(len(part) > 5 for part in asked)
