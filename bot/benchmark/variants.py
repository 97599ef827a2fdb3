"""Articles like others, without reading them: for measuring what a thousand of them cost."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.store.protocol import Entry

_WORD = re.compile(r"[A-Za-z]{4,}")
_NOISE = 0.6  # of a vector's length: another sentence on a like subject


class Variants:
    """Entries made of others, the same ones every time.

    Each word of a variant is another word of the same length and case, the same one throughout it, so that all spans
    hold; the vectors are moved a little.

    Args:
        entries: what to vary; there must be one at least.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        words = sorted({word for entry in entries for word in _WORD.findall(entry.article.text)})
        self._alike: dict[tuple[int, bool], list[str]] = {}
        for word in words:
            self._alike.setdefault(_kind(word), []).append(word)

    def make(self, number: int, collection: str) -> Entry:
        """The variant of that number."""
        import numpy as np

        entry = self._entries[number % len(self._entries)]
        chance = random.Random(number)  # noqa: S311 - no secret
        other = {
            word: new
            for alike in self._alike.values()
            for word, new in zip(alike, chance.sample(alike, len(alike)), strict=True)
        }

        def vary(text: str) -> str:
            return _WORD.sub(lambda word: other.get(word.group(), word.group()), text)

        def vary_any(text: str | None) -> str | None:
            return text and vary(text)

        noise = np.random.default_rng(number).standard_normal(entry.vectors.shape).astype(np.float32)
        moved = entry.vectors + _NOISE * noise / np.linalg.norm(noise, axis=1, keepdims=True)
        article = replace(entry.article, id=f"variant-{number}", text=vary(entry.article.text), collection=collection)
        return replace(
            entry,
            article=article,
            statements=[
                replace(s, speaker=vary_any(s.speaker), mention=vary_any(s.mention), role=vary_any(s.role))
                for s in entry.statements
            ],
            speakers=[
                replace(s, name=vary(s.name), aliases=tuple(map(vary, s.aliases)), roles=tuple(map(vary, s.roles)))
                for s in entry.speakers
            ],
            units=[replace(unit, text=vary(unit.text)) for unit in entry.units],
            vectors=moved / np.linalg.norm(moved, axis=1, keepdims=True),
            shipped=False,
        )


def _kind(word: str) -> tuple[int, bool]:
    return len(word), word[0].isupper()
