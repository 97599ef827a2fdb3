"""Synonyms: words that stand for one another, for questions that put things in other words than the article."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from index.language.words import stem


def kin(root: str) -> frozenset[str]:
    """The stems that may stand for this one, without itself.

    >>> stem("seniors") in kin(stem("elderly"))
    True
    """
    return _groups().get(root, frozenset())


@cache
def _groups() -> dict[str, frozenset[str]]:
    together: dict[str, set[str]] = {}
    for line in (Path(__file__).parent / "thesaurus.txt").read_text("utf-8").splitlines():
        roots = [stem(word) for word in line.split()] if not line.startswith("#") else []
        for root in roots:
            together.setdefault(root, set()).update(roots)
    return {root: frozenset(roots - {root}) for root, roots in together.items()}
