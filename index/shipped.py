"""The articles that come with the package, in the index without anybody adding them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from index.article import Article
from index.formats import read_article

_FOLDER = Path(__file__).parent / "articles"


@cache
def shipped_articles() -> tuple[Article, ...]:
    """Every shipped article, by id."""
    return tuple(read_article(path) for path in sorted(_FOLDER.glob("*.txt")))
