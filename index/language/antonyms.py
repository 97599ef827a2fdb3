"""Antonyms: pairs of words with opposite meanings, and which of them stand between two texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from index.language.synonyms import kin
from index.language.words import stem, stems_of


@dataclass(frozen=True, slots=True)
class Opposites:
    """From a stem to the stems of its opposites."""

    against: Mapping[str, frozenset[str]]

    @classmethod
    def read(cls, lines: Iterable[str]) -> Self:
        """From lines of "words | their opposites"; those that start with # are comments."""
        against: dict[str, set[str]] = defaultdict(set)
        for line in lines:
            if line.startswith("#"):
                continue
            left, right = ([stem(word) for word in side.split()] for side in line.split("|"))
            for one, other in ((left, right), (right, left)):
                for root in one:
                    against[root].update(other)
        return cls({root: frozenset(others - {root}) for root, others in against.items()})

    def between(self, one: str, other: str) -> set[tuple[str, str]]:
        """Stems of the first text with an opposite in the second; none that both share, by itself or by its kin.

        >>> opposites().between("Who won the cup?", "Arbor lost the cup.")
        {('won', 'lost')}
        """
        asked, held = stems_of(one), stems_of(other)
        return {
            (root, opposite)
            for root in asked - held
            for opposite in self._in(root, held) - asked
            if kin(root).isdisjoint(held - self.against[root])
        }

    def _in(self, root: str, held: frozenset[str]) -> frozenset[str]:
        return self.against.get(root, frozenset()) & held


@cache
def opposites() -> Opposites:
    """Those of opposites.txt: of single words, and none that often stands between a question and its answer."""
    return Opposites.read(Path(__file__).with_name("opposites.txt").read_text("utf-8").splitlines())
