"""Role resolution, who holds which role where: "the founder of Example", "Example's boss", "which CEOs"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import islice

from index.language.lexicon import places, roles, words
from index.language.spelling import Slips, Vocabulary, exists, related
from index.language.words import fold

_PERSON = frozenset(["person"])
_CACHED = 4096  # words whose people are remembered
_STATES = re.compile(r"\bUS\b|\bU\.\s?S\.?(?!\w)")
_UNITED = re.compile(r"(?:^|(?<=\bthe )|(?<=\bof ))us\b")  # in lower-case writing
_POSSESSION = re.compile(r"'s?(?=\s|$)")


def split(phrase: str) -> list[str]:
    """The folded words of a phrase, with "'s" as the word "%s", without articles in front."""
    parts = folded(_POSSESSION.sub(" %s", phrase.replace("’", "'")).replace(",", " , ")).split()
    while parts and parts[0] in words().small["articles"]:
        parts = parts[1:]
    return parts


@lru_cache(maxsize=65536)  # each change of the index reads the roles of all its speakers again
def folded(text: str) -> str:
    """A text folded, with countries of several words as one word, if there is one ("usa")."""
    text = _UNITED.sub("usa", fold(_STATES.sub("usa", text)))
    for form, short in _short_countries():
        if form in text:
            text = re.sub(rf"\b{form}\b", short, text)
    return text


@cache
def _short_countries() -> tuple[tuple[str, str], ...]:
    small = words().stop
    one_word = {p: form for form, p in reversed(places().items()) if " " not in form and form not in small}
    return tuple((form, one_word[p]) for form, p in places().items() if " " in form and p in one_word)


def singular(word: str) -> str:
    """A word of a group, as one of it: "ministers", "secretaries", "chairmen"."""
    if word in roles().same or word in roles().person:
        return word
    for ending, instead in (("ies", "y"), ("men", "man"), ("sses", "ss"), ("s", "")):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)] + instead
    return word


@dataclass(frozen=True, slots=True)
class Role:
    """A role, taken apart.

    `heads` are roles of the lexicon or, where it has none (not `known`), the head word itself. `content` are
    the words beside the head: of an organisation, a place, a field.
    """

    heads: tuple[str, ...]
    content: tuple[str, ...]
    lesser: frozenset[str] = frozenset()
    past: frozenset[str] = frozenset()
    gender: str | None = None
    known: bool = True


@lru_cache(maxsize=16384)  # likewise
def parse(phrase: str) -> Role:
    """Take a role apart as an article or an asker words it: "Example Group CEO", "the deputy mayor"."""
    parts = [part for part in split(phrase) if part not in words().small["articles"]]
    if deed := _deed(parts):
        return deed
    cut = next((i for i, part in enumerate(parts) if part in words().small["prepositions"] and i), len(parts))
    over = [end for start, end, _ in _known(parts[: cut + 2]) if start < cut < end]  # "head of state"
    cut = over[0] if over else cut
    main, tail = parts[:cut], parts[cut:]
    found = _known(main)
    joined = any(part in {"and", ","} for part in main)
    taken = found if joined else found[-1:]
    used = {i for start, end, _ in taken for i in range(start, end)}
    heads = tuple(dict.fromkeys(role for _, _, role in taken))
    rest = [part for i, part in enumerate(main) if i not in used] + tail
    people = [part for part in rest if part in roles().person]
    known = bool(heads)
    if not heads and people:
        heads = ("person",)
    elif not heads and main:
        heads = (singular(next((part for part in reversed(main) if part != "%s"), main[-1])),)
    return Role(
        heads=heads,
        content=tuple(
            part for part in rest if _is_content(part) and part not in people and (known or part not in heads)
        ),
        lesser=frozenset(roles().lesser[part] for part in main if part in roles().lesser),
        past=frozenset(part for part in main if part in roles().past),
        gender=next((roles().person[part] for part in people if roles().person[part] != "any"), None),
        known=known or heads == ("person",),
    )


def _deed(parts: Sequence[str]) -> Role | None:
    """As a role: "(the person who) runs Example"."""
    for i, part in enumerate(parts):
        if part in {"who", "that", "which"} and 0 < i <= 3:
            for end in range(min(i + 4, len(parts)), i + 1, -1):
                deed = roles().deeds.get(" ".join(parts[i + 1 : end]))
                if deed is not None:
                    return Role(deed or ("person",), tuple(p for p in parts[end:] if _is_content(p)))
    return None


def deed_role(verb: str, organisation: str) -> Role:
    """What "who <verb> <organisation>" asks for."""
    return Role(roles().deeds.get(verb, ()) or ("person",), tuple(p for p in split(organisation) if _is_content(p)))


def _is_content(part: str) -> bool:
    known = roles()
    small = part in words().stop or part in known.generic or part in known.lesser or part in known.past
    return not small and part not in {"%s", ","} and len(part) > 1


def _known(parts: Sequence[str]) -> list[tuple[int, int, str]]:
    """The roles of the lexicon among words, as (start, end, role), longest first at each place."""
    found, at = [], 0
    while at < len(parts):
        for size in (3, 2, 1):
            phrase = (
                " ".join((*parts[at : at + size - 1], singular(parts[at + size - 1])))
                if at + size <= len(parts)
                else ""
            )
            role = roles().same.get(phrase) or (_mended(phrase) if size == 1 else None)
            if role:
                found.append((at, at + size, role))
                at += size - 1
                break
        at += 1
    return found


def _mended(word: str) -> str | None:
    """The role that a word of six letters or more is a slip of."""
    if len(word) < 6 or exists(word):
        return None
    near = _slips().nearest(word)
    return roles().same.get(near) if near else None


@cache
def _slips() -> Slips:
    return Slips(word for word in roles().same if " " not in word and len(word) >= 6)


@dataclass(slots=True)
class _Held:
    """What one person is: their roles, and every word said of them."""

    roles: list[Role] = field(default_factory=list)
    affiliations: tuple[str, ...] = ()
    gender: str | None = None


class Holders:
    """Who holds which role. People are numbers, in the order they were added.

    Args:
        several: whether they come from several articles, so that a place may be another article's.
    """

    def __init__(self, *, several: bool = False) -> None:
        self._several = several
        self._held: list[_Held] = []
        self._by_head: dict[str, list[int]] = {}
        self._by_word: dict[str, set[int]] = {}
        self._near: dict[str, list[str]] = {}
        self._slips: Slips | None = None
        self._cache: dict[str, frozenset[int]] = {}

    def add(self, held: Iterable[str], affiliations: Iterable[str], gender: str | None) -> None:
        """Add the next person with their roles and affiliations."""
        self._cache.clear()
        number = len(self._held)
        entry = _Held([parse(role) for role in held], tuple(affiliations), gender)
        self._held.append(entry)
        described = " ".join((*held, *affiliations)).replace("'s", " ")
        for word in folded(re.sub(r"[^\w\s'&-]", " ", described)).split():
            self._add_word(word, number)
        for initials in _acronyms(affiliations):
            self._add_word(initials, number)
        for role in entry.roles:
            for head in role.heads:
                self._by_head.setdefault(head, []).append(number)
                self._add_word(head, number)

    def _add_word(self, word: str, number: int) -> None:
        if word not in self._by_word:
            self._near.setdefault(word[:4], []).append(word)
            self._slips = None
        self._by_word.setdefault(word, set()).add(number)

    def match(self, role: Role, vocabulary: Vocabulary, named: Callable[[str, int], bool]) -> tuple[list[int], float]:
        """The people who fit `role`, and how surely (0 to 1).

        The head must fit, and every word beside it, where one may be a slip. Where a single person has the
        head, words that the articles do not put beside it may be let go (see `_leeway`).

        Args:
            role: what is asked for.
            vocabulary: the words of the articles.
            named: whether a folded word names a speaker of an article that presents this person, too.
        """
        for heads in (frozenset(role.heads), self._wide(role.heads)):
            found = self._fitting(heads, role, role.content)
            if found:
                return self._present(found, heads, role), 1.0
            anybody = (n for n in self._with_head(heads) if self._fits(n, heads, role))
            alone = list(islice(anybody, 2)) if role.known and heads != _PERSON else []
            if len(alone) == 1 and self._leeway(alone[0], role, vocabulary, named):
                return alone, 0.6
        return [], 0.0

    def _fitting(
        self, heads: frozenset[str], role: Role, content: Sequence[str], *, deputies: bool = False
    ) -> list[int]:
        """Those who have the head and every word of `content` beside it."""
        beside = [self.having(word) for word in content]
        numbers = frozenset.intersection(*beside) & self._with_head(heads) if beside else self._with_head(heads)
        return sorted(n for n in numbers if self._fits(n, heads, role, deputies=deputies))

    def _leeway(self, number: int, role: Role, vocabulary: Vocabulary, named: Callable[[str, int], bool]) -> bool:
        """Whether the words beside a role may be let go.

        Ordinary words of the articles may ("the lamp maker's spokesman"). A name may when the articles give
        this person no organisation: a speaker's or, beside a public role ("mayor"), any the only article
        knows. With several, nobody can tell here whether it stands in this person's own.
        """
        held = self._held[number]
        bare = not held.affiliations and all(vocabulary.is_plain(w) for r in held.roles for w in r.content)
        public = any(head in roles().public for head in role.heads)

        def lets_go(word: str) -> bool:
            known = named(word, number) or (public and not self._several and vocabulary.knows(word))
            return vocabulary.is_plain(word) or number in self.having(word) or (bare and known)

        return all(lets_go(word) for word in role.content)

    def group(self, role: Role) -> list[int]:
        """Everybody who fits a group ("Example executives"), deputies too, vague words beside it or not."""
        heads = self._wide(role.heads)
        content = [word for word in role.content if word not in roles().vague]
        fit = self._fitting(heads, role, content, deputies=len(heads) > 1) if role.known else []
        if set(role.heads) & {"official", "politician"}:
            fit = [n for n in fit if not any(set(h.heads) & roles().private for h in self._held[n].roles)]
        return fit

    def members(self, content: Sequence[str]) -> list[int]:
        """The people of an organisation, by the words of its name."""
        return sorted(frozenset.intersection(*map(self.having, content))) if content else []

    def speaks_for_state(self, number: int) -> bool:
        """Whether this person's role speaks for a country or a public body."""
        return any(head in roles().public for role in self._held[number].roles for head in role.heads)

    def anybody(self, heads: Sequence[str]) -> bool:
        """Whether anybody has one of these roles, be it as a deputy or formerly."""
        return any(head in self._by_head for head in heads)

    def has_word(self, word: str) -> bool:
        """Whether a role or an affiliation holds this folded word."""
        return word in self._by_word

    def _wide(self, heads: Sequence[str]) -> frozenset[str]:
        return frozenset(wide for head in heads for wide in roles().wide.get(head, frozenset([head])))

    def _with_head(self, heads: frozenset[str]) -> frozenset[int]:
        if heads == _PERSON:
            return frozenset(range(len(self._held)))
        return frozenset().union(*(self._by_head.get(head, ()) for head in heads))

    def _fits(self, number: int, heads: frozenset[str], role: Role, *, deputies: bool = False) -> bool:
        held = self._held[number]
        if role.gender and held.gender in {"he", "she"} and held.gender != role.gender:
            return False
        if heads == _PERSON:
            return True
        return any(
            not heads.isdisjoint(h.heads) and (deputies or h.lesser == role.lesser) and role.past <= h.past
            for h in held.roles
        )

    def _present(self, found: list[int], heads: frozenset[str], role: Role) -> list[int]:
        """Without those who only were it, when somebody is it."""
        now = [n for n in found if any(heads & set(h.heads) and not h.past for h in self._held[n].roles)]
        return now if now and not role.past else found

    def having(self, word: str) -> frozenset[int]:
        """The people with a word that means `word`, is another form of it or, failing that, its slip."""
        found = self._cache.get(word)
        if found is None:
            if len(self._cache) > _CACHED:
                self._cache.clear()
            found = self._cache[word] = frozenset(self._having(word))
        return found

    def _having(self, word: str) -> set[int]:
        place = places().get(word)
        alike = [w for w in self._near.get(word[:4], ()) if related(word, w)]
        alike += [w for w in self._by_word if place and places().get(w) == place]
        if role := roles().same.get(singular(word)):
            alike.append(role)
        if not any(w in self._by_word for w in alike) and len(word) >= 5 and not exists(word):
            self._slips = self._slips or Slips(w for w in self._by_word if len(w) >= 5)
            alike = [near] if (near := self._slips.nearest(word, sure=True)) else []
        return set().union(*(self._by_word.get(w, set()) for w in alike))


def _acronyms(names: Iterable[str]) -> list[str]:
    """First letters of organisations of three words or more, with and without the small words."""
    found = []
    for name in names:
        parts = [part for part in fold(name).split() if part[0].isalnum()]
        large = [part for part in parts if part not in words().stop]
        found += ["".join(p[0] for p in kind) for kind in (parts, large) if len(kind) >= 3]
    return found
