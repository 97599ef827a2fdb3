"""The word lists that the rules read: cues by what they take, titles, heads of sources."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Cue:
    """A reporting verb: its dictionary form, the lists of cues.toml that it is in, its prepositions."""

    lemma: str
    lists: frozenset[str] = frozenset()
    prepositions: frozenset[str] = frozenset()
    past: str = ""

    def takes(self, kind: str) -> bool:
        """Whether the verb is in that list, "noun_phrase" say."""
        return kind in self.lists

    @property
    def belief(self) -> bool:
        """Whether it tells what somebody believes, not what they said."""
        return "belief" in self.lists


@dataclass(frozen=True, slots=True)
class CueLexicon:
    """`forms` maps every inflected form, lower case, to its cue; see cues.toml for the others."""

    forms: dict[str, Cue]
    nouns: frozenset[str]
    prepositions: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PeopleLexicon:
    """Words around names; see people.toml, and given.toml for given names."""

    titles: frozenset[str]
    occupations: frozenset[str]
    courtesies: frozenset[str]
    ranks: frozenset[str]
    not_bodies: frozenset[str]
    male: frozenset[str]
    female: frozenset[str]
    documents: frozenset[str]
    organisations: frozenset[str]
    organisation_ends: frozenset[str]
    generic_organisations: frozenset[str]
    occasions: frozenset[str]
    no_labels: frozenset[str]
    given_male: frozenset[str]
    given_female: frozenset[str]


@cache
def cue_lexicon() -> CueLexicon:
    """The cue lexicon of cues.toml, read once."""
    data = _read("cues.toml")
    prepositional: dict[str, list[str]] = data.pop("prepositional")
    irregular: dict[str, list[str]] = data.pop("irregular")
    nouns = frozenset(data.pop("nouns"))
    prepositions = tuple(tuple(phrase.split()) for phrase in data.pop("prepositions"))
    forms: dict[str, Cue] = {}
    for lemma in sorted({lemma for words in data.values() for lemma in words} | prepositional.keys()):
        lists = frozenset(name for name, words in data.items() if lemma in words)
        inflected = irregular.get(lemma, _inflect(lemma))
        cue = Cue(lemma, lists, frozenset(prepositional.get(lemma, ())), inflected[1])
        for form in (lemma, *inflected):
            forms.setdefault(form, cue)
    return CueLexicon(forms, nouns, prepositions)


def cue_named(words: str | None) -> Cue | None:
    """The cue whose verb begins these words ("called for"), in any of its forms."""
    return cue_lexicon().forms.get((words or "").partition(" ")[0].lower())


@cache
def past_tense(cue: str) -> str:
    """A cue as an article has it, with its verb in the past tense.

    >>> past_tense("calling for"), past_tense("says"), past_tense("grinned")
    ('called for', 'said', 'grinned')
    """
    known, (_, _, rest) = cue_named(cue), cue.partition(" ")
    return f"{known.past} {rest}".strip() if known else cue[:1].lower() + cue[1:]


@cache
def people_lexicon() -> PeopleLexicon:
    """The word lists of people.toml and given.toml, read once."""
    data, given = _read("people.toml"), _read("given.toml")
    words = {name: frozenset(words) for name, words in data.items()}
    for sex in ("male", "female"):
        words[f"given_{sex}"] |= frozenset(given[sex])
    return PeopleLexicon(**words)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / name).read_text("utf-8"))


def _inflect(lemma: str) -> tuple[str, str, str]:
    """The regular third person, past and present participle.

    >>> _inflect("deny"), _inflect("argue"), _inflect("stress")
    (('denies', 'denied', 'denying'), ('argues', 'argued', 'arguing'), ('stresses', 'stressed', 'stressing'))
    """
    if lemma.endswith("y") and lemma[-2] not in "aeiou":
        stem = lemma[:-1]
        return f"{stem}ies", f"{stem}ied", f"{lemma}ing"
    if lemma.endswith("e"):
        return f"{lemma}s", f"{lemma}d", f"{lemma[:-1]}ing"
    third = f"{lemma}es" if lemma.endswith(("s", "sh", "ch", "x", "z")) else f"{lemma}s"
    return third, f"{lemma}ed", f"{lemma}ing"
