"""The articles that come with the package, in the index without anybody adding them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from index.article import Article
from index.formats import read_article
from index.store.protocol import ArticleInfo, Scope, Store

_FOLDER = Path(__file__).parent / "articles"


@cache
def shipped_articles() -> tuple[Article, ...]:
    """Every shipped article, by id."""
    return tuple(read_article(path) for path in sorted(_FOLDER.glob("*.txt")))


def listed(scope: Scope, store: Store | None = None) -> list[ArticleInfo]:
    """What is in scope in a store, with the shipped articles that it never saw first; only these without a store."""
    known = store.shipped() if store is not None else ()
    unread = [_unread(article) for article in shipped_articles() if article.id not in known]
    return [*(info for info in unread if _in_scope(info, scope)), *(store.articles(scope) if store is not None else ())]


def _unread(article: Article) -> ArticleInfo:
    told = (article.id, article.title, article.source, article.collection, article.sha256)
    return ArticleInfo(0, *told, len(article.text), -1, "", article.published)


def _in_scope(info: ArticleInfo, scope: Scope) -> bool:
    return info.collection in scope.collections and (scope.articles is None or info.id in scope.articles)
