"""Entity linking: the people a question names, linked to the speakers of the index."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.language.lexicon import places, roles, words
from index.language.spelling import Vocabulary
from index.language.words import fold
from index.speakers.link import Link, SpeakerRef
from index.speakers.names import GIVEN, LONGEST_RUN, Names, merged, untitled
from index.speakers.roles import Holders, Role, deed_role, parse, singular, split

if TYPE_CHECKING:
    from index.statements.statement import Speaker
    from index.store.protocol import StoredSpeaker

_SEVERAL = re.compile(r" ?, ?(?:and |or )?| (?:and|or|vs|versus|plus) | ?[&/] ?", re.IGNORECASE)
# "the mayor before Park" is not Park
_BESIDE = frozenset({"before", "after", "than", "except", "besides", "without", "until"})

Tries = Iterator[tuple[list[int], float]]  # people by number, and how sure that is


@dataclass(frozen=True, slots=True)
class NamedSpeaker:
    """Somebody named at words [start, end) of a question."""

    start: int
    end: int
    ref: SpeakerRef


class Directory:
    """Everybody the index knows, ready to be named in a question. Built once per version of the index.

    Args:
        speakers: as the articles present them; the same canonical name is one speaker.
        vocabulary: the words of the articles as they write them (their case helps to tell names from other
            words); misspelt words of a topic are mended towards them.
    """

    def __init__(self, speakers: Sequence[StoredSpeaker | Speaker], vocabulary: Collection[str] = ()) -> None:
        self.vocabulary = Vocabulary(vocabulary)
        # several people who speak together
        self.together = [speaker for speaker in map(_speaker, speakers) if speaker.kind == "group"]
        self._people = merged(_speaker(item) for item in speakers)
        self._number = {person.name: i for i, person in enumerate(self._people)}
        self._names = Names(self._people)
        self._articles = [set[int | None]() for _ in self._people]
        for item in speakers:
            self._articles[self._number[_speaker(item).name]].add(_article(item))
        self._several = len(set().union(*self._articles)) > 1
        self._holders = Holders(several=self._several)
        for person in self._people:
            self._holders.add(person.roles, person.affiliations, next(iter(sorted(person.pronouns)), None))

    def __len__(self) -> int:
        return len(self._people)

    # ── about names ───────────────────────────────────────────────────────

    def names(self) -> tuple[str, ...]:
        """Every canonical name, in the order of the index."""
        return tuple(person.name for person in self._people)

    def pronouns(self, name: str) -> frozenset[str]:
        """The pronouns the articles use for a canonical name; empty where there are none, or no such name."""
        number = self._number.get(name)
        return frozenset() if number is None else frozenset(self._people[number].pronouns)

    def is_person(self, name: str) -> bool:
        """Whether a canonical name may be a person's; False for organisations, documents, unknown names."""
        number = self._number.get(name)
        return number is not None and self._people[number].is_person

    def is_key(self, word: str) -> bool:
        """Whether a folded word by itself names a person."""
        return bool(self._names.key([word], people=True))

    def names_person(self, asked: str) -> bool:
        """Whether these words are people's names, with a slip perhaps; a role names nobody."""
        parts = split(asked)
        bare, gender = untitled(parts)
        spelt = self._names.spelt_wholly(bare) if 1 < len(bare) <= LONGEST_RUN else []
        return bool(self._names.key(bare, people=True, gender=gender) or self._names.in_any_order(bare) or spelt)

    def is_organisation(self, word: str) -> bool:
        """Whether a word by itself is the name of an organisation that speaks or has people."""
        return fold(word) in self._names.organisations

    # ── linking ───────────────────────────────────────────────────────────

    def link(self, asked: str) -> tuple[SpeakerRef, ...]:
        """The speakers that `asked` names: one reference for each of several people, at least one.

        Somebody who is not in the index gets a reference without names, its link "unknown".
        """
        whole = self._link(asked)
        pieces = [piece for piece in _SEVERAL.split(" ".join(asked.split())) if piece.strip()]
        if len(pieces) < 2 or whole.link in {"name", "role"}:
            return (whole,)
        refs: list[SpeakerRef] = []
        for ref in map(self._link, pieces):
            beside = refs and ref.link in {"role", "organisation"} and set(refs[0].names) & set(ref.names)
            if not beside:  # "Park, the CEO of Example" is one person
                refs.append(ref)
        linked = [ref for ref in refs if ref.names]
        named = len(linked) > 1 or any(ref.link == "name" for ref in linked)
        return tuple(refs) if named or (linked and not whole.names) else (whole,)

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
        found, score = self._match(deed_role(deed, organisation))
        return self._ref(organisation, found if score == 1.0 else (), "role")

    def find(self, typed: Sequence[str], *, loose: bool = False) -> list[NamedSpeaker]:
        """The people named anywhere among words as typed, from left to right, longer names first.

        With `loose` (a question of bare words) roles and slips count, too.
        """
        found: list[NamedSpeaker] = []
        at = 0
        while at < len(typed):
            tries = (self._found(typed, at, size, loose) for size in range(LONGEST_RUN, 0, -1))
            best = next(filter(None, tries), None)
            if best:
                found.append(best)
            at = best.end if best else at + 1
        return found

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
            return self._ref(asked, self._names.key(parts), "name")
        initials = asked.isupper() or parts[0] not in self.vocabulary
        steps: tuple[tuple[Link, Tries], ...] = (
            ("name", self._names.written(parts, initials=initials)),
            ("name", iter([self._inside(parts)])),
            ("role", self._by_role(parts, role, known=True)),
            ("name", iter([(self._names.source(parts), 0.95)])),
            ("role", self._by_role(parts, role, known=False)),
            ("organisation", self._by_organisation(parts, role)),
            ("spelling", self._names.spelt(parts)),
        )
        for link, tries in steps:
            for numbers, score in tries:
                if numbers:
                    named = self._with_role(parts, numbers) if link == "name" else numbers
                    return self._ref(asked, named, link, score)
        return self._ref(asked, (), "unknown")

    def _with_role(self, parts: list[str], numbers: list[int]) -> list[int]:
        """Of several the ones whose roles the words beside the name tell: "mayor Ada Park"; else all."""
        if len(numbers) < 2:
            return numbers
        asked = {roles().same.get(part, part) for part in parts} - words().stop
        told = {n: {word for role in self._people[n].roles for word in split(role)} for n in numbers}
        counts = {n: len(asked & {roles().same.get(word, word) for word in told[n]}) for n in numbers}
        best = max(counts.values())
        return [n for n in numbers if counts[n] == best]

    def _inside(self, parts: list[str]) -> tuple[list[int], float]:
        """A name with words beside it: "Example boss Ann Park", "Park of Example"."""
        joints = words().small["joints"]
        for size in range(min(4, len(parts) - 1), 0, -1):
            for start in (len(parts) - size, *range(len(parts) - size)):
                before, after = parts[:start], parts[start + size :]
                if before and before[-1] in (joints - {"and", "or", ","}) | _BESIDE:
                    continue  # the name belongs to somebody else's description
                named = self._names.key(parts[start : start + size], people=True)
                named = [n for n in named if not self._owns(n, after)]
                told = [n for n in named if all(self._tells(n, part) for part in before + after)]
                if told:
                    return told, 0.95
                if size > 1 and named and not after and not any(part in joints for part in before):
                    return named, 0.8
        return [], 0.0

    def _owns(self, number: int, after: list[str]) -> bool:
        """Whether behind a part of a name stand its rest and what is somebody's: "(Ada) Park 's uncle"."""
        return "%s" in after and set(after[: after.index("%s")]) <= set(self._people[number].tokens)

    def _tells(self, number: int, part: str) -> bool:
        """Whether a word beside a name goes with this person: title, role, company, initial, nickname."""
        person, known = self._people[number], roles()
        given = next(iter(person.tokens), "")
        if part in known.titles and not person.suits(known.titles[part]):
            return False
        in_general = (
            part in words().small["joints"]
            or singular(part) in known.same
            or any(part in group for group in (known.titles, known.person, known.generic, known.past, known.lesser))
        )
        initial = len(part) == 1 and any(token[0] == part for token in person.tokens)
        nickname = len(part) >= 3 and (given.startswith(part) or (len(given) >= 3 and part.startswith(given)))
        return in_general or initial or nickname or part in person.tokens or number in self._holders.having(part)

    def _by_role(self, parts: list[str], role: Role, *, known: bool) -> Tries:
        if role.known != known or not role.heads:
            return
        numbers, score = self._match(role)
        if not numbers and parts[-1] != singular(parts[-1]) and not role.content:  # "officials"
            numbers, score = self._holders.group(role), 1.0
        yield [n for n in numbers if self._people[n].is_person or not known], score

    def _match(self, role: Role) -> tuple[list[int], float]:
        return self._holders.match(role, self.vocabulary, self._names_somebody)

    def _names_somebody(self, word: str, beside: int) -> bool:
        """Whether a word names a speaker of an article that presents the person `beside`, too."""
        people = self._names.key([word], people=True)
        together = any(self._articles[n] & self._articles[beside] for n in people)
        return together or (not self._several and self._names.is_word_of_source(word))

    def _by_organisation(self, parts: list[str], role: Role) -> Tries:
        """Those who speak for the organisation, place or field that these words name."""
        if role.known and (role.content or self._holders.anybody(role.heads)):
            return  # a role, which nobody has
        small = words().stop | roles().generic | {"%s", ","}
        content = [part for part in parts if part not in small]
        numbers = [n for n in self._holders.members(content) if self._people[n].is_person]
        if all(part in places() for part in content):
            numbers = [n for n in numbers if self._holders.speaks_for_state(n)]
        yield numbers, 0.8

    # ── among other words ─────────────────────────────────────────────────

    def _found(self, typed: Sequence[str], at: int, size: int, loose: bool) -> NamedSpeaker | None:
        """Whoever is named by the `size` words at `at`."""
        piece = list(typed[at : at + size])
        plain = all(word[:1].isalnum() or word == "'s" for word in piece)
        if len(piece) < size or not plain or "'s" in (piece[0], piece[-1]):
            return None
        asked = " ".join(piece).replace(" 's", "'s")
        parts = split(asked)
        if not parts or (size == 1 and parts[0] in words().stop and not piece[0][:1].isupper()):
            return None
        ref = self._found_name(asked, parts) or (self._found_loosely(asked, parts) if loose else None)
        if ref is None or (size == 1 and ref.link == "name" and self._belongs_elsewhere(typed, at, ref)):
            return None
        return NamedSpeaker(at, at + size, ref)

    def _found_name(self, asked: str, parts: list[str]) -> SpeakerRef | None:
        bare, gender = untitled(parts)
        named = self._names.key(bare, people=True, gender=gender)
        if not named and len(parts) > 1:
            named = self._names.in_any_order(bare) or self._names.key(parts)
        if not named and len(parts) == 2 and min(map(len, parts)) == 1:  # "A. Park"
            named = self._inside(parts)[0]
        return self._ref(asked, named, "name") if named else None

    def _found_loosely(self, asked: str, parts: list[str]) -> SpeakerRef | None:
        link: Link = "spelling"
        if len(parts) == 1:
            numbers, score = self._found_word(parts[0]), 0.8
        elif len(parts) == 2 and (numbers := self._names.spelt_wholly(untitled(parts)[0])):
            score = 0.85
        else:
            link = "role"
            numbers, score = self._found_role(parts, guess=asked.lower().startswith("the "))
        numbers = [n for n in numbers if self._people[n].is_person]
        return self._ref(asked, numbers, link, score) if numbers else None

    def _found_word(self, word: str) -> list[int]:
        """Whoever a word misspells, unless it is a word of the articles or misspells one."""
        if joined := self._names.joined(word):
            return joined
        mended = self.vocabulary.mend(word)
        if word in self.vocabulary or (mended is not None and not self.is_key(mended)):
            return []
        return next((numbers for numbers, _ in self._names.spelt([word]) if numbers), [])

    def _found_role(self, parts: list[str], *, guess: bool) -> tuple[list[int], float]:
        """Whoever holds a role, when the words are just that and say where or of what rank."""
        role = parse(" ".join(parts))
        edges = (parts[0], parts[-1], " ".join(parts[-2:]), " ".join(parts[:2]))
        if not role.known or not (role.content or role.lesser) or parts[-1] in words().stop:
            return [], 0.0
        numbers, score = self._match(role) if any(parse(edge).known for edge in edges) else ([], 0.0)
        return (numbers, score) if guess or score == 1.0 else ([], 0.0)

    def _belongs_elsewhere(self, typed: Sequence[str], at: int, ref: SpeakerRef) -> bool:
        """Whether a lone name is part of another: "Gates" in "Bill Gates" where only Ann Gates is known."""
        key = fold(typed[at])
        numbers = [self._number[name] for name in ref.names]
        is_given = min((self._names.rank(key, n) or 0 for n in numbers), default=0) == GIVEN
        beside = at + 1 if is_given else at - 1
        if not 0 <= beside < len(typed) or not typed[beside][:1].isalpha():
            return False
        other = fold(typed[beside])
        if other in words().stop or any(self._tells(n, other) for n in numbers):
            return False
        if typed[beside][:1].isupper() and typed[at][:1].isupper():
            return beside > 0 and not self._holders.has_word(other)
        known = self.vocabulary
        return bool(known) and not known.knows(other) and known.mend(other) is None


def _speaker(item: StoredSpeaker | Speaker) -> Speaker:
    return item.speaker if hasattr(item, "speaker") else item


def _article(item: StoredSpeaker | Speaker) -> int | None:
    return item.article if hasattr(item, "article") else None
