"""Which of the articles that somebody gives are new and find room, and under which id they are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from index.article import Article, ArticleError
from index.store.protocol import PUBLIC, Quota, QuotaError, Scope, Store


def unkept(
    articles: Iterable[Article],
    store: Store,
    refuse: Callable[[Article, ArticleError], None],
    quota: Quota | None = None,
) -> Iterator[Article]:
    """The articles that are not there yet and find room, each with an id of its own.

    Args:
        articles: read one by one.
        store: what is there; an article's twin may be in its own collection or among the public ones.
        refuse: is told of each article that is there already, or finds no room.
        quota: how much a collection may hold. Looked at here so that nothing is parsed in vain; what counts is
            that the store looks again when it keeps the article.
    """
    taken: dict[str, set[str]] = {}
    hashes: dict[tuple[str, str], str] = {}
    for article in articles:
        collections = {article.collection, PUBLIC}
        same = [found for c in collections if (found := store.with_sha256(article.sha256, c))]
        now = [hashes[c, article.sha256] for c in sorted(collections) if (c, article.sha256) in hashes]
        twin = same[0].id if same else next(iter(now), None)
        if twin is not None:
            why = f"is the same article as {twin}, which is already there; nothing was added"
            refuse(article, ArticleError(article.id, why))
            continue
        if quota is not None:
            try:
                store.check_quota(article, quota)
            except QuotaError as error:
                refuse(article, ArticleError(article.id, error.reason))
                continue
        for collection in collections - taken.keys():
            taken[collection] = {info.id for info in store.articles(Scope(frozenset({collection})))}
        new = _with_free_id(article, set().union(*(taken[collection] for collection in collections)))
        taken[article.collection].add(new.id)
        hashes[article.collection, article.sha256] = new.id
        yield new


def _with_free_id(article: Article, taken: set[str]) -> Article:
    if article.id not in taken:
        return article
    number = next(n for n in range(2, len(taken) + 3) if f"{article.id}-{n}" not in taken)
    return replace(article, id=f"{article.id}-{number}")
