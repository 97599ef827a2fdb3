"""Word tables: the words that questions are understood by, read from the tables beside this file on first use."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Verb:
    """A form of a verb of saying.

    `kind` is "p" plain, "m" to somebody, "t" about something or "v" with a stance; `forms` tells which it may
    be: "0" base, "s" third person, "d" past or participle, "g" -ing.
    """

    lemma: str
    kind: str
    forms: str


Phrases = dict[str, tuple[tuple[str, ...], ...]]  # by first word, longest first


@dataclass(frozen=True, slots=True)
class Words:
    """Small words of all sorts: see words.toml."""

    stop: frozenset[str]
    small: dict[str, frozenset[str]]
    follow: tuple[tuple[str, ...], ...]
    negations: frozenset[str]
    spellings: dict[str, str]
    noise: dict[str, Phrases]
    chat: frozenset[str]
    chat_words: frozenset[str]
    requests: tuple[str, ...]
    kinds: dict[str, frozenset[str]]
    meanings: dict[str, str]
    foreign_marks: frozenset[str]
    foreign: frozenset[str]
    pronouns: dict[str, str]
    trim: dict[str, frozenset[str]]
    listeners: frozenset[str]
    ordinals: dict[str, int]


@dataclass(frozen=True, slots=True)
class Roles:
    """What people are called by what they do: see roles.toml."""

    same: dict[str, str]  # a word or phrase -> the role it names
    wide: dict[str, frozenset[str]]  # a role asked for -> the roles that fit
    public: frozenset[str]
    private: frozenset[str]
    lesser: dict[str, str]
    past: frozenset[str]
    vague: frozenset[str]
    deeds: dict[str, tuple[str, ...]]  # "runs" -> roles
    titles: dict[str, str]  # "mrs" -> "she", "dr" -> "any"
    person: dict[str, str]
    generic: frozenset[str]
    suffixes: frozenset[str]


def table(name: str) -> dict[str, Any]:
    """The TOML table beside this file of that name."""
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))


@cache
def words() -> Words:
    """The small words."""
    data = table("words.toml")
    return Words(
        stop=frozenset(data["stop"].split()),
        small={name: frozenset(text.split()) for name, text in data["small"].items()},
        follow=tuple(tuple(lead.split()) for lead in data["follow"]["leads"]),
        negations=frozenset(data["negations"]),
        spellings=data["spellings"],
        noise={name: phrases(text) for name, text in data["noise"].items()},
        chat=frozenset(_cells(data["chat"]["phrases"])),
        chat_words=frozenset(data["chat"]["words"].split()),
        requests=tuple(data["chat"]["requests"]),
        kinds={name: frozenset(kind) for name, kind in data["kinds"].items()},
        meanings=data["meanings"],
        foreign_marks=frozenset(data["foreign"]["marks"]),
        foreign=frozenset(data["foreign"]["words"]) | frozenset(data["foreign"]["marks"]),
        pronouns={form: name for name, forms in data["pronouns"].items() for form in forms},
        trim={name: frozenset(kind) for name, kind in data["trim"].items()},
        listeners=frozenset(data["listeners"]["words"]),
        ordinals=data["ordinals"],
    )


@cache
def roles() -> Roles:
    """The roles."""
    data = table("roles.toml")
    return Roles(
        same={role: role for role in data["wide"]}
        | {phrase: role for role, group in data["same"].items() for phrase in group},
        wide={role: frozenset([*group, role]) for role, group in data["wide"].items()},
        public=frozenset(data["public"]["heads"]),
        private=frozenset(data["public"]["private"]),
        lesser={word: name for name, group in data["lesser"].items() for word in group},
        past=frozenset(data["past"]["words"]),
        vague=frozenset(data["vague"]["words"]),
        deeds={verb: tuple(deed["roles"]) for deed in data["deed"] for verb in deed["verbs"]},
        titles={title: gender for gender, titles in data["titles"].items() for title in titles},
        person={word: gender for gender, group in data["person"].items() for word in group},
        generic=frozenset(data["organisation"]["generic"]),
        suffixes=frozenset(data["organisation"]["suffixes"]),
    )


@cache
def places() -> dict[str, str]:
    """From a country's names and adjectives to one name for it."""
    return {form: name for name, forms in table("places.toml")["countries"].items() for form in forms}


def same_place(word: str) -> list[str]:
    """The other single words for the same country.

    >>> "britain" in same_place("british"), same_place("harbour")
    (True, [])
    """
    name = places().get(word)
    return [form for form, other in places().items() if name == other and form != word and " " not in form]


@cache
def verbs() -> dict[str, Verb]:
    """From a form to its verb; where two verbs share a form, the first of the table has it."""
    found: dict[str, Verb] = {}
    for section, kind in (("plain", "p"), ("tell", "m"), ("talk", "t"), ("stance", "v")):
        for lemma, line in table_of_verbs()[section].items():
            forms: dict[str, str] = {}
            for mark, cell in zip("0sdg", line.split("|"), strict=True):
                for form in cell.split():
                    forms[form] = forms.get(form, "") + mark
            for form, marks in forms.items():
                found.setdefault(form, Verb(lemma, kind, marks))
    return found


@cache
def table_of_verbs() -> dict[str, dict[str, Any]]:
    """verbs.toml as it is."""
    return table("verbs.toml")


@cache
def family(lemma: str) -> frozenset[str]:
    """The verbs close in meaning to `lemma`, itself among them ("hail" -> "praise", "laud", ...)."""
    families = table_of_verbs()["families"].values()
    return frozenset([lemma]).union(*(group for group in families if lemma in group))


@cache
def common() -> frozenset[str]:
    """Common English words of five letters or more, proper names included: never slips of another word."""
    text = (_HERE / "common.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def phrases(text: str) -> Phrases:
    """Phrases between bars and line ends, by their first word, longest first."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for cell in _cells(text):
        parts = tuple(cell.split())
        found.setdefault(parts[0], set()).add(parts)
    return {first: tuple(sorted(group, key=lambda p: (-len(p), p))) for first, group in found.items()}


def _cells(text: str) -> list[str]:
    return [cell.strip() for line in text.splitlines() for cell in line.split("|") if cell.strip()]
