"""What is said to people, in their language: a catalogue is a folder with a TOML file for each language.

An entry is a text with {placeholders}; where the wording depends on a `count`, a table of the texts `one` and `other`.
"{name:form|else}" puts what is filled in into a form that reads on there, and `else` where it has none.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, Self, get_args

Language = Literal["en", "zh-CN"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

Entry = str | Mapping[str, str]
Forms = Mapping[str, Callable[[str], str]]


class _Filling(string.Formatter):
    """Fills placeholders in as `str.format`, and in the given forms."""

    def __init__(self, forms: Forms) -> None:
        self._forms = forms

    def format_field(self, value: Any, format_spec: str) -> str:
        name, _, otherwise = format_spec.partition("|")
        form = self._forms.get(name)
        return format(value, format_spec) if form is None else form(str(value)) or otherwise


class Phrases:
    """The texts of one language, by key.

    Args:
        language: its code.
        entries: the texts.
        verbs: verbs of this language for English ones in the dictionary form; none where those are to stand.
        forms: what gives a text the form that a placeholder names; "" where it has none.
    """

    def __init__(
        self, language: Language, entries: Mapping[str, Entry], verbs: Mapping[str, str], forms: Forms | None = None
    ) -> None:
        self.language = language
        self.forms = forms or {}
        self.entries = entries
        self.verbs = verbs
        self._filling = _Filling(self.forms)

    @classmethod
    def read(cls, folder: Path, language: Language, forms: Forms | None = None) -> Self:
        """The catalogue of a folder in a language."""
        entries: dict[str, Any] = tomllib.loads((folder / f"{language}.toml").read_text("utf-8"))
        return cls(language, entries, entries.pop("verbs", {}), forms)

    def __or__(self, other: Phrases) -> Phrases:
        """Both catalogues as one; both are of the same language."""
        entries, verbs = {**self.entries, **other.entries}, {**self.verbs, **other.verbs}
        return Phrases(self.language, entries, verbs, {**self.forms, **other.forms})

    def __call__(self, key: str, /, **filled: object) -> str:
        """The text with its placeholders filled in; `count` also chooses between "one" and "other".

        >>> Phrases("en", {"found": {"one": "One.", "other": "{count} of {what}."}}, {})("found", count=3, what="it")
        '3 of it.'
        """
        entry = self.entries[key]
        if not isinstance(entry, str):
            entry = entry["one" if filled["count"] == 1 else "other"]
        return self._filling.format(entry, **filled)

    def joined(self, pieces: Iterable[str]) -> str:
        """The pieces that are not empty in a row, with a blank between two of them where this language has one."""
        text, tight = "", self("tight")
        for piece in filter(None, pieces):
            blank = "" if not text or text[-1] in tight or piece[0] in tight else " "
            text = f"{text}{blank}{piece}"
        return text

    def listed(self, names: Iterable[str], key: str = "list_and") -> str:
        """Names as a person lists them: "A", "A and B", "A, B and C"; `key` says how the last one is joined."""
        every = list(names)
        if len(every) < 2:
            return "".join(every)
        return self(key, first=self("list_comma").join(every[:-1]), last=every[-1])
