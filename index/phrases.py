"""What is said to people, in their language: a catalogue is a folder with a TOML file for each language.

An entry is a text with {placeholders}; where the wording depends on a `count`, a table of the texts `one` and `other`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, Self, get_args

Language = Literal["en", "zh-CN"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

Entry = str | Mapping[str, str]


class Phrases:
    """The texts of one language, by key.

    Args:
        language: its code.
        entries: the texts.
        verbs: verbs of this language for English ones in the dictionary form; none where those are to stand.
    """

    def __init__(self, language: Language, entries: Mapping[str, Entry], verbs: Mapping[str, str]) -> None:
        self.language = language
        self.entries = entries
        self.verbs = verbs

    @classmethod
    def read(cls, folder: Path, language: Language) -> Self:
        """The catalogue of a folder in a language."""
        entries: dict[str, Any] = tomllib.loads((folder / f"{language}.toml").read_text("utf-8"))
        return cls(language, entries, entries.pop("verbs", {}))

    def __or__(self, other: Phrases) -> Phrases:
        """Both catalogues as one; both are of the same language."""
        return Phrases(self.language, {**self.entries, **other.entries}, {**self.verbs, **other.verbs})

    def __call__(self, key: str, /, **filled: object) -> str:
        """The text with its placeholders filled in; `count` also chooses between "one" and "other".

        >>> Phrases("en", {"found": {"one": "One.", "other": "{count} of {what}."}}, {})("found", count=3, what="it")
        '3 of it.'
        """
        entry = self.entries[key]
        if not isinstance(entry, str):
            entry = entry["one" if filled["count"] == 1 else "other"]
        return entry.format(**filled)

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
