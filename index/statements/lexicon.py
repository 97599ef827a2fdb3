"""The word lists that the rules read: cues by what they take, titles, heads of sources."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Cue:
    """What one reporting verb takes; `lemma` is its dictionary form."""

    lemma: str
    always: bool
    belief: bool
    urging: bool
    committing: bool
    noun_phrase: bool
    describing: bool
    denies: bool
    asks: bool
    prepositions: frozenset[str]


@dataclass(frozen=True, slots=True)
class CueLexicon:
    """`forms` maps every inflected form, lower case, to its cue."""

    forms: dict[str, Cue]
    nouns: frozenset[str]
    disputed: frozenset[str]


@dataclass(frozen=True, slots=True)
class PeopleLexicon:
    """Words around names; see people.toml."""

    titles: frozenset[str]
    male: frozenset[str]
    female: frozenset[str]
    documents: frozenset[str]
    organisations: frozenset[str]
    organisation_ends: frozenset[str]
    generic_organisations: frozenset[str]
    occasions: frozenset[str]
    given_male: frozenset[str]
    given_female: frozenset[str]


@cache
def cue_lexicon() -> CueLexicon:
    """The cue lexicon of cues.toml, read once."""
    data = _read("cues.toml")
    prepositional: dict[str, list[str]] = data["prepositional"]
    lists = ("always", "with_clause", "belief", "urging", "committing", "noun_phrase", "describing")
    forms: dict[str, Cue] = {}
    for lemma in sorted({lemma for name in lists for lemma in data[name]} | prepositional.keys()):
        cue = Cue(
            lemma=lemma,
            always=lemma in data["always"],
            belief=lemma in data["belief"],
            urging=lemma in data["urging"],
            committing=lemma in data["committing"],
            noun_phrase=lemma in data["noun_phrase"],
            describing=lemma in data["describing"],
            denies=lemma in data["denies"],
            asks=lemma in data["asks"],
            prepositions=frozenset(prepositional.get(lemma, ())),
        )
        for form in {lemma, *data["irregular"].get(lemma, _inflect(lemma))}:
            forms.setdefault(form, cue)
    return CueLexicon(forms, frozenset(data["nouns"]), frozenset(data["disputed"]))


@cache
def cue_for_any_verb(form: str) -> Cue:
    """A cue for a verb outside the lexicon: it counts only beside a quotation."""
    return Cue(form, False, False, False, False, False, False, False, False, frozenset())  # noqa: FBT003 - no flag holds


@cache
def people_lexicon() -> PeopleLexicon:
    """The word lists of people.toml, read once."""
    data = _read("people.toml")
    return PeopleLexicon(**{name: frozenset(words) for name, words in data.items()})


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
