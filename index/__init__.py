"""Articles, the statements in them, and answers about them. Knows nothing of Discord.

What other programs use is named here and loaded when it is first used; `index/docs/library.md` tells how.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.answer.contract import Answer, Citation
    from index.article import Article, ArticleError, article_from_text
    from index.conversation import Conversation
    from index.formats import read_article
    from index.library import Library, LibraryError
    from index.store.protocol import Scope

__all__ = [
    "Answer",
    "Article",
    "ArticleError",
    "Citation",
    "Conversation",
    "Library",
    "LibraryError",
    "Scope",
    "article_from_text",
    "read_article",
]

_HOMES = {
    "Answer": "index.answer.contract",
    "Article": "index.article",
    "ArticleError": "index.article",
    "Citation": "index.answer.contract",
    "Conversation": "index.conversation",
    "Library": "index.library",
    "LibraryError": "index.library",
    "Scope": "index.store.protocol",
    "article_from_text": "index.article",
    "read_article": "index.formats",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'index' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
