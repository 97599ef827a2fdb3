"""Linking the people a question names to the speakers of the index."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.question.lexicon import places, roles, words
from index.question.model import Link, SpeakerRef
from index.question.roles import Holders, Role, deed_role, parse, singular, split
from index.question.spelling import Slips, Vocabulary, exists, slip
from index.question.text import fold

if TYPE_CHECKING:
    from index.statements.model import SourceKind, Speaker
    from index.store.protocol import StoredSpeaker

# how well a key names somebody: the whole name, an alias or surname, a given name, a part between
_WHOLE, _USUAL, _GIVEN, _PART = range(4)
_PARTICLES = frozenset(
    "von van der den de del della di da dos du la le el al bin ibn ben mac mc st san o y jr sr ii iii iv".split()
)
_PREPOSITIONS = frozenset("of for to at from with by in on %s".split())
_JOINTS = _PREPOSITIONS | {"and", "or", ","}
_SEVERAL = re.compile(r"\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|vs|versus|plus)\s+|\s*[&/]\s*", re.IGNORECASE)


@dataclass(slots=True)
class _Person:
    """A speaker, merged from the articles that have them under one name."""

    name: str
    kind: SourceKind
    tokens: tuple[str, ...]
    aliases: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    affiliations: list[str] = field(default_factory=list)
    pronouns: set[str] = field(default_factory=set)
    words: frozenset[str] = frozenset()

    @property
    def is_person(self) -> bool:
        return self.kind in {"person", "unknown"}


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody named at words [start, end) of a question."""

    start: int
    end: int
    ref: SpeakerRef


class Directory:
    """Everybody the index knows, ready to be named in a question. Built once per version of the index.

    Args:
        speakers: as the articles present them; the same canonical name is one speaker.
        vocabulary: the words of the articles, as they write them (their case helps to tell names from other words);
            misspelt words of a topic are mended towards them.
    """

    def __init__(self, speakers: Sequence[StoredSpeaker | Speaker], vocabulary: Collection[str] = ()) -> None:
        self.vocabulary = Vocabulary(vocabulary)
        self._people = _merge(getattr(item, "speaker", item) for item in speakers)
        self._number = {person.name: i for i, person in enumerate(self._people)}
        self._keys: dict[str, dict[int, int]] = {}  # folded words -> {person: how well they name them}
        self._sets: dict[str, list[int]] = {}  # a name's words sorted, so that their order does not matter
        self._joined: dict[str, list[int]] = {}  # a name without spaces
        self._initials: dict[str, list[int]] = {}
        self._described: dict[str, set[int]] = {}  # words of organisations and documents
        self._organisations: set[str] = set()  # those of one word
        self._holders = Holders()
        self._slips: Slips | None = None
        for number, person in enumerate(self._people):
            self._index(number, person)
            self._holders.add(person.roles, person.affiliations, next(iter(sorted(person.pronouns)), None))

    def __len__(self) -> int:
        return len(self._people)

    # --- asked from outside -------------------------------------------------------------------------------------

    def names(self) -> tuple[str, ...]:
        """Every canonical name, in the order of the index."""
        return tuple(person.name for person in self._people)

    def pronouns(self, name: str) -> frozenset[str]:
        """The pronouns the articles use for this canonical name; empty where they use none or the name is unknown."""
        number = self._number.get(name)
        return frozenset() if number is None else frozenset(self._people[number].pronouns)

    def is_person(self, name: str) -> bool:
        """Whether this canonical name may be a person's; False for organisations, documents and unknown names."""
        number = self._number.get(name)
        return number is not None and self._people[number].is_person

    def is_key(self, word: str) -> bool:
        """Whether a folded word by itself names a person."""
        return any(self._people[n].is_person for n in self._keys.get(word, ()))

    def is_organisation(self, word: str) -> bool:
        """Whether a word by itself is the name of an organisation that somebody belongs to or that speaks."""
        return fold(word) in self._organisations

    def link(self, asked: str) -> tuple[SpeakerRef, ...]:
        """The speakers that `asked` names: one reference for each of several people, at least one.

        Somebody who is not in the index gets a reference without names, its link "unknown".
        """
        whole = self._link(asked)
        pieces = [piece for piece in _SEVERAL.split(asked.strip()) if piece.strip()]
        if len(pieces) < 2 or whole.link in {"name", "role"}:
            return (whole,)
        refs: list[SpeakerRef] = []
        for piece in pieces:
            ref = self._link(piece)
            beside = refs and ref.link in {"role", "organisation"} and set(refs[0].names) & set(ref.names)
            if not beside:  # "Park, the CEO of Example" is one person
                refs.append(ref)
        linked = [ref for ref in refs if ref.names]
        better = len(linked) > 1 or any(ref.link == "name" for ref in linked) if whole.names else bool(linked)
        return tuple(refs) if better else (whole,)

    def group(self, asked: str) -> SpeakerRef:
        """Everybody in a group: "CEOs", "Example executives", "women"."""
        parts = split(asked)
        last = singular(parts[-1]) if parts else ""
        kinds = words().kinds
        for gender, them in (("he", kinds["men"]), ("she", kinds["women"])):
            if set(parts) & them and (last in them or last in kinds["people"]):
                found = [n for n, person in enumerate(self._people) if gender in person.pronouns]
                return self._ref(asked, found, "role")
        return self._ref(asked, self._holders.group(parse(" ".join([*parts[:-1], last]))), "role")

    def holder(self, deed: str, organisation: str) -> SpeakerRef:
        """Who does `deed` there: "runs", "Example"."""
        found, score = self._holders.match(
            deed_role(deed, organisation), self.vocabulary, self._names_somebody
        )
        return self._ref(organisation, found if score == 1.0 else (), "role")

    def find(self, words_: Sequence[str], *, loose: bool = False) -> list[Found]:
        """The people named anywhere among these words (as typed, in order), from left to right.

        With `loose` (a question of bare words) roles and slips count, too.
        """
        found: list[Found] = []
        at = 0
        while at < len(words_):
            best = next(
                filter(None, (self._found(words_, at, size, loose) for size in range(5, 0, -1))), None
            )
            if best:
                found.append(best)
            at = best.end if best else at + 1
        return found

    # --- building -----------------------------------------------------------------------------------------------

    def _index(self, number: int, person: _Person) -> None:
        name = " ".join(person.tokens)
        self._add(name, number, _WHOLE if len(person.tokens) > 1 else _USUAL)
        for alias in person.aliases:
            self._add(_bare(alias), number, _USUAL)
            self._add(fold(alias), number, _USUAL)
        if person.is_person and _is_proper(person.name):
            self._index_person(number, person.tokens)
        else:
            self._index_source(number, person)
        for name in (*person.affiliations, *(() if person.is_person else (person.name,))):
            large = [part for part in split(name) if part not in roles().suffixes]
            self._organisations.update(large if len(large) == 1 else ())
        described = (*person.roles, *person.affiliations)
        person.words = frozenset(part for text in described for part in split(text)) | frozenset(
            person.tokens
        )

    def _index_person(self, number: int, tokens: tuple[str, ...]) -> None:
        size = len(tokens)
        for start in range(size):
            for end in range(start + 1, size + 1):
                if all(token in _PARTICLES for token in tokens[start:end]):
                    continue
                rank = _USUAL if end == size else _GIVEN if start == 0 else _PART
                self._add(" ".join(tokens[start:end]), number, rank)
        self._sets.setdefault(" ".join(sorted(tokens)), []).append(number)
        self._joined.setdefault("".join(tokens), []).append(number)
        self._joined.setdefault("".join(reversed(tokens)), []).append(number)
        if size > 1:
            self._initials.setdefault("".join(token[0] for token in tokens), []).append(number)

    def _index_source(self, number: int, person: _Person) -> None:
        tokens = person.tokens
        while len(tokens) > 1 and tokens[-1] in roles().suffixes:
            tokens = tokens[:-1]
            self._add(" ".join(tokens), number, _USUAL)
        large = [token for token in person.tokens if token not in words().stop]
        if len(large) >= 3:
            self._add("".join(token[0] for token in large), number, _USUAL)
        for token in person.tokens:
            self._described.setdefault(token, set()).add(number)

    def _add(self, key: str, number: int, rank: int) -> None:
        if key:
            ranks = self._keys.setdefault(key, {})
            ranks[number] = min(rank, ranks.get(number, rank))

    # --- linking one --------------------------------------------------------------------------------------------

    def _ref(self, asked: str, numbers: Iterable[int], link: Link, score: float = 1.0) -> SpeakerRef:
        names = tuple(self._people[n].name for n in numbers)
        return SpeakerRef(asked, names, link, score) if names else SpeakerRef(asked, (), "unknown", 0.0)

    def _link(self, asked: str) -> SpeakerRef:
        asked = " ".join(asked.split()).strip(" ,'\"")
        parts = split(asked)
        while parts and parts[-1] in {"%s", ","}:
            parts = parts[:-1]
        role = parse(" ".join(parts)) if parts else None
        if role is None or (role.heads == ("person",) and not role.content):
            return self._ref(asked, self._key(parts), "name")
        steps: tuple[tuple[Link, Iterator[tuple[list[int], float]]], ...] = (
            ("name", self._by_name(parts, asked)),
            ("role", self._by_role(parts, role, known=True)),
            ("name", iter([(self._source(parts), 0.95)])),
            ("role", self._by_role(parts, role, known=False)),
            ("organisation", self._by_organisation(parts, role)),
            ("spelling", self._by_spelling(parts)),
        )
        for link, tries in steps:
            for numbers, score in tries:
                if numbers:
                    return self._ref(asked, numbers, link, score)
        return self._ref(asked, (), "unknown")

    def _key(self, parts: Sequence[str], *, people: bool = False) -> list[int]:
        """Those whom these words name, best first; parts between given name and surname only where nothing else fits."""
        ranks = self._keys.get(" ".join(parts), {})
        numbers = sorted((rank, n) for n, rank in ranks.items() if not people or self._people[n].is_person)
        best = numbers[0][0] if numbers else _PART
        limit = {_WHOLE: _WHOLE, _PART: _PART}.get(best, _GIVEN)
        return [n for rank, n in numbers if rank <= limit]

    def _by_name(self, parts: list[str], asked: str) -> Iterator[tuple[list[int], float]]:
        yield self._key(parts), 1.0
        bare, gender = _untitled(parts)
        if bare and bare != parts:
            yield [n for n in self._key(bare) if self._suits(n, gender)], 1.0
        yield self._sets.get(" ".join(sorted(bare)), []), 1.0
        yield self._joined.get("".join(bare), []), 0.95
        if (
            len(parts) == 1
            and 2 <= len(parts[0]) <= 4
            and (asked.isupper() or parts[0] not in self.vocabulary)
        ):
            yield self._initials.get(parts[0], []), 0.9
        if len(parts) == 1 and parts[0].endswith("s") and len(parts[0]) > 3:  # "parks view"
            yield self._key([parts[0][:-1]]), 0.95
        yield self._inside(parts)

    def _suits(self, number: int, gender: str | None) -> bool:
        known = self._people[number].pronouns & {"he", "she"}
        return gender not in {"he", "she"} or not known or gender in known

    def _inside(self, parts: list[str]) -> tuple[list[int], float]:
        """A name with words beside it: "Example boss Ann Park", "Park of Example"."""
        for size in range(min(4, len(parts) - 1), 0, -1):
            for start in (len(parts) - size, *range(len(parts) - size)):
                before, after = parts[:start], parts[start + size :]
                if (before and before[-1] in _PREPOSITIONS) or after[:1] == ["%s"]:
                    continue
                named = self._key(parts[start : start + size], people=True)
                told = [n for n in named if all(self._tells(n, part) for part in before + after)]
                if told:
                    return told, 0.95
                if size > 1 and named and not after and not any(part in _JOINTS for part in before):
                    return named, 0.8
        return [], 0.0

    def _tells(self, number: int, part: str) -> bool:
        """Whether a word beside a name goes with this person: their title, role, company, initial or nickname."""
        person, known = self._people[number], roles()
        given = person.tokens[0]
        return (
            part in person.words
            or part in words().stop
            or part in {",", "%s"}
            or singular(part) in known.same
            or (part in known.titles and self._suits(number, known.titles[part]))
            or part in known.person
            or part in known.generic
            or part in known.past
            or part in known.lesser
            or (len(part) == 1 and any(token[0] == part for token in person.tokens))
            or (len(part) >= 3 and (given.startswith(part) or (len(given) >= 3 and part.startswith(given))))
            or number in self._holders.having(part)
        )

    def _by_role(self, parts: list[str], role: Role, *, known: bool) -> Iterator[tuple[list[int], float]]:
        if role.known != known or not role.heads:
            return
        numbers, score = self._holders.match(role, self.vocabulary, self._names_somebody)
        if not numbers and parts[-1] != singular(parts[-1]) and not role.content:  # "officials"
            numbers, score = self._holders.group(role), 1.0
        yield [n for n in numbers if self._people[n].is_person or not known], score

    def _names_somebody(self, word: str) -> bool:
        return word in self._described or self.is_key(word)

    def _source(self, parts: Sequence[str]) -> list[int]:
        """Organisations and documents described by these words: "the report", "the lighting council"."""
        large = [part for part in parts if part not in words().stop and part != "%s"]
        if not large or not all(part in self._described for part in large):
            return []
        found = sorted(set.intersection(*(self._described[part] for part in large)))
        return [n for n in found if large[-1] in _heads(self._people[n].tokens)]

    def _by_organisation(self, parts: list[str], role: Role) -> Iterator[tuple[list[int], float]]:
        """Those who speak for the organisation, place or field that these words name."""
        if role.known and (role.content or self._holders.anybody(role.heads)):
            return  # a role, which nobody has
        content = [
            part
            for part in parts
            if part not in words().stop and part not in roles().generic and part != "%s"
        ]
        numbers = [n for n in self._holders.members(content) if self._people[n].is_person]
        if all(part in places() for part in content):
            numbers = [n for n in numbers if self._holders.speaks_for_state(n)]
        yield numbers, 0.8

    def _by_spelling(self, parts: list[str]) -> Iterator[tuple[list[int], float]]:
        bare, gender = _untitled(parts)
        bare = [part for part in bare if part not in {"%s", ","}]
        if self._slips is None:
            self._slips = Slips(
                token for person in self._people for token in person.tokens if token not in words().stop
            )
        if len(bare) == 1 and not exists(bare[0]):
            near = self._slips.nearest(bare[0])
            yield [n for n in (self._key([near]) if near else []) if self._suits(n, gender)], 0.8
        if 1 < len(bare) <= 5:
            yield [n for n in self._spelt(bare) if self._suits(n, gender)], 0.85

    def _spelt(self, bare: list[str]) -> list[int]:
        """Those whose name these words spell, all of them, with slips."""
        near: set[int] = set()
        for part in bare:
            for token in filter(None, (part, self._slips.nearest(part, sure=True) if self._slips else None)):
                near.update(self._keys.get(token, ()))
        return [
            n for n in sorted(near) if self._people[n].is_person and _spells(bare, self._people[n].tokens)
        ]

    # --- among bare words ---------------------------------------------------------------------------------------

    def _found(self, words_: Sequence[str], at: int, size: int, loose: bool) -> Found | None:
        if at + size > len(words_):
            return None
        typed = list(words_[at : at + size])
        if any(not word[:1].isalnum() and word != "'s" for word in typed) or "'s" in (typed[0], typed[-1]):
            return None
        asked = " ".join(typed).replace(" 's", "'s")
        parts = split(asked)
        if not parts or (size == 1 and parts[0] in words().stop and not typed[0][:1].isupper()):
            return None
        ref = self._found_ref(asked, parts, loose)
        if ref is None or (size == 1 and ref.link == "name" and self._belongs_elsewhere(words_, at, ref)):
            return None
        return Found(at, at + size, ref)

    def _found_ref(self, asked: str, parts: list[str], loose: bool) -> SpeakerRef | None:
        bare, gender = _untitled(parts)
        named = [n for n in self._key(bare, people=True) if self._suits(n, gender)]
        if not named and len(parts) > 1:
            named = self._sets.get(" ".join(sorted(bare)), []) or self._key(parts)
        if named:
            return self._ref(asked, named, "name")
        if not loose:
            return None
        if len(parts) == 1:
            joined = self._joined.get(parts[0], [])
            mended = self.vocabulary.mend(parts[0])
            fits = not joined and parts[0] not in self.vocabulary and (mended is None or self.is_key(mended))
            spelt = next((n for n, _ in self._by_spelling(parts) if n), []) if fits else []
            people = [n for n in joined or spelt if self._people[n].is_person]
            return self._ref(asked, people, "spelling", 0.8) if people else None
        if len(parts) == 2 and (spelt := self._spelt(bare)):
            return self._ref(asked, spelt, "spelling", 0.85)
        return self._found_role(asked, parts)

    def _found_role(self, asked: str, parts: list[str]) -> SpeakerRef | None:
        role = parse(" ".join(parts))
        at_the_edge = any(
            parse(part).known for part in (parts[0], parts[-1], " ".join(parts[-2:]), " ".join(parts[:2]))
        )
        if (
            not role.known
            or not (role.content or role.lesser)
            or parts[-1] in words().stop
            or not at_the_edge
        ):
            return None
        numbers, score = self._holders.match(role, self.vocabulary, self._names_somebody)
        numbers = [n for n in numbers if self._people[n].is_person]
        return self._ref(asked, numbers, "role", score) if numbers and score == 1.0 else None

    def _belongs_elsewhere(self, words_: Sequence[str], at: int, ref: SpeakerRef) -> bool:
        """Whether a lone name is part of another name: "Gates" in "Bill Gates" where only Ann Gates is known."""
        key = fold(words_[at])
        ranks = [
            self._keys[key][self._number[name]]
            for name in ref.names
            if self._number[name] in self._keys.get(key, {})
        ]
        beside = at + 1 if ranks and min(ranks) == _GIVEN else at - 1
        if not 0 <= beside < len(words_) or not words_[beside][:1].isalpha():
            return False
        other = fold(words_[beside])
        if other in words().stop or any(self._tells(self._number[name], other) for name in ref.names):
            return False
        if words_[beside][:1].isupper() and words_[at][:1].isupper():
            return beside > 0 and not self._holders.has_word(other)
        return (
            bool(self.vocabulary) and not self.vocabulary.knows(other) and self.vocabulary.mend(other) is None
        )


def _merge(speakers: Iterable[Speaker]) -> list[_Person]:
    merged: dict[str, _Person] = {}
    for speaker in speakers:
        person = merged.setdefault(
            speaker.name, _Person(speaker.name, speaker.kind, tuple(_bare(speaker.name).split()))
        )
        for mine, theirs in (
            (person.aliases, speaker.aliases),
            (person.roles, speaker.roles),
            (person.affiliations, speaker.affiliations),
        ):
            mine.extend(item for item in theirs if item not in mine)
        if speaker.pronoun:
            person.pronouns.add(speaker.pronoun)
    return list(merged.values())


def _is_proper(name: str) -> bool:
    """Whether a name is somebody's own ("Ann Park"), not a description ("a source in the ministry")."""
    parts = [part for part in name.split() if fold(part) not in _PARTICLES]
    return bool(parts) and not any(fold(part) in words().stop and part.islower() for part in parts)


def _bare(name: str) -> str:
    """A name folded, without article and courtesy."""
    return " ".join(part for part in _untitled(split(name))[0] if part not in {"%s", ","})


def _untitled(parts: list[str]) -> tuple[list[str], str | None]:
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


def _heads(tokens: Sequence[str]) -> set[str]:
    """The head words of an organisation's or a document's name: the last one, the last before "of" or "by", the first."""
    cut = next((i for i, token in enumerate(tokens) if token in words().stop and i), len(tokens))
    return {tokens[-1], tokens[cut - 1], tokens[0]} if tokens else set()


def _spells(asked: Sequence[str], tokens: Sequence[str]) -> bool:
    """Whether each asked word is another word of the name, one of them at most a slip of a short one."""
    free = list(tokens)
    exact = 0
    for part in asked:
        match = (
            part if part in free else next((token for token in free if slip(part, token, sure=True)), None)
        )
        if match is None:
            return False
        exact += match == part
        free.remove(match)
    return exact > 0 or all(len(part) > 5 for part in asked)
