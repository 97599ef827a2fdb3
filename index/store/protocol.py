"""What a store of articles must do; the embedded one lives beside this file, others may take its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from index.article import Article
from index.passages import Passage
from index.statements import RULES
from index.statements.statement import Speaker, Statement

if TYPE_CHECKING:  # listing articles does not wait for numpy
    import numpy as np
    from numpy.typing import NDArray

PUBLIC = "public"

# "content": what a statement says, without who said it. "attributed": the same with its speaker.
# "sentence": a passage's sentence. The first two belong to statements, the last to passages.
UnitKind = Literal["content", "attributed", "sentence"]


class StoreError(Exception):
    """The store cannot be used as it is; the message is one sentence that says what to do."""


class QuotaError(StoreError):
    """A collection has no room for an article.

    Args:
        name: the article's id.
        reason: the rest of the sentence, from the verb on, without the full stop.
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} {reason}.")
        self.name = name
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Quota:
    """How much a collection may hold: articles, and the characters of their texts together."""

    articles: int
    characters: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a store's vectors were made with. Two stores with different manifests cannot share vectors."""

    model: str
    model_sha256: str
    dimension: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A searchable text: `owner` is the position of its statement (or passage) in the entry."""

    kind: UnitKind
    owner: int
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An article with everything that is kept about it, ready to be added at once.

    `vectors` is float32 (len(units), dimension), rows of unit length, in the order of `units`.
    `shipped` marks an article that came with the package (see `Store.shipped`); `rules` is the version of the rules
    that found the statements, 0 where it is not known.
    """

    article: Article
    statements: Sequence[Statement]
    passages: Sequence[Passage]
    speakers: Sequence[Speaker]
    units: Sequence[Unit]
    vectors: NDArray[np.float32]
    shipped: bool = False
    rules: int = RULES


@dataclass(frozen=True, slots=True)
class Scope:
    """What a search may see: only these collections; of those, only these article ids and speakers if given.

    `speakers` are canonical names; it restricts statements, and leaves no passages.
    """

    collections: frozenset[str] = frozenset({PUBLIC})
    articles: frozenset[str] | None = None
    speakers: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """An article without its text. `key` is the store's own number for it, never used twice.

    `added_at` is ISO 8601, in UTC; `published` is a day, YYYY-MM-DD, where it is known. `rules` is the version of the
    rules that found its statements, 0 where that is not known.
    """

    key: int
    id: str
    title: str
    source: str | None
    collection: str
    sha256: str
    characters: int
    statements: int
    added_at: str
    published: str | None = None
    rules: int = RULES


@dataclass(frozen=True, slots=True)
class RemovedInfo:
    """A removed article that can be put back; `gone_at` is when it no longer can. Times are ISO 8601, in UTC."""

    id: str
    title: str
    source: str | None
    collection: str
    sha256: str
    characters: int
    statements: int
    added_at: str
    removed_at: str
    gone_at: str


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """A statement as kept. `key` is the store's own number, `article` the article's; `ordinal` is from 0."""

    key: int
    article: int
    ordinal: int
    statement: Statement


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as kept. `key` is the store's own number, `article` the article's; `ordinal` is from 0."""

    key: int
    article: int
    ordinal: int
    passage: Passage


@dataclass(frozen=True, slots=True)
class StoredSpeaker:
    """A speaker as one article (by key) presents them."""

    article: int
    speaker: Speaker


@dataclass(frozen=True, slots=True)
class Hit:
    """A statement (kinds content, attributed) or passage (kind sentence) by its key, with its raw score.

    Dense scores are cosines in [-1, 1]; lexical scores are bm25, larger is better.
    """

    key: int
    score: float


class Store(Protocol):
    """Keeps articles and finds units in them. Every method may raise StoreError."""

    @property
    def version(self) -> int:
        """Grows with every change, by whichever process made it."""

    @property
    def manifest(self) -> Manifest:
        """What the vectors in this store are made with."""

    def add(self, entry: Entry, quota: Quota | None = None) -> ArticleInfo:
        """Keep an article, all of it or nothing.

        StoreError when its id is taken in its collection, QuotaError when the collection would hold more than `quota`.
        """

    def remove(self, article_id: str, collection: str = PUBLIC) -> bool:
        """Take an article out, all of it or nothing; False when there is none of that id.

        For a day it can be restored; till then nothing but `removed` and `restore` knows it, and then it is gone.
        """

    def restore(self, article_id: str, collection: str = PUBLIC, quota: Quota | None = None) -> bool:
        """Put back the article that was last removed under an id; False when there is none. Raises like `add`."""

    def removed(self, collection: str = PUBLIC) -> list[RemovedInfo]:
        """What can be restored, the last removed first."""

    def rename(self, article_id: str, title: str, collection: str = PUBLIC) -> bool:
        """Give an article another title; False when there is none of that id."""

    def check_quota(self, article: Article, quota: Quota) -> None:
        """QuotaError when the article's collection has no room for it now."""

    def purge(self, collection: str) -> int:
        """Delete for good all articles of a collection and all that was removed from it; how many articles."""

    def expire(self) -> int:
        """Delete for good what was removed more than a day ago, which each change does too; how many articles."""

    def shipped(self) -> frozenset[str]:
        """The ids of shipped articles that were ever added, removed ones included."""

    def articles(self, scope: Scope) -> list[ArticleInfo]:
        """In the order they were added, whether or not the scope's speakers speak in them."""

    def article(self, key: int) -> Article:
        """The article with its text. KeyError when it is gone."""

    def count(self) -> int:
        """How many articles of all collections there are."""

    def outdated(self) -> list[ArticleInfo]:
        """The articles of all collections that other rules read, in the order they were added."""

    def replace(self, key: int, entry: Entry) -> bool:
        """Keep what was found anew in an article, under a new key; False when it is gone.

        Its title, and when it was added, stay as they are.
        """

    def with_sha256(self, sha256: str, collection: str) -> ArticleInfo | None:
        """The article of that collection whose text has this hash; the oldest should there be several."""

    def speakers(self, scope: Scope) -> list[StoredSpeaker]:
        """By article in the order added, then in the order of the article."""

    def statements(self, scope: Scope) -> list[StoredStatement]:
        """By article in the order added, then in the order of the article."""

    def passages(self, scope: Scope) -> list[StoredPassage]:
        """By article in the order added, then in its order; none where the scope names speakers."""

    def count_passages(self, scope: Scope) -> int:
        """How many passages are in scope, without reading them."""

    def statements_by_key(self, keys: Sequence[int]) -> list[StoredStatement]:
        """In the order of `keys`; keys that are gone are left out."""

    def passages_by_key(self, keys: Sequence[int]) -> list[StoredPassage]:
        """In the order of `keys`; keys that are gone are left out."""

    def dense(self, kind: UnitKind, vector: NDArray[np.float32], scope: Scope, k: int) -> list[Hit]:
        """The k nearest owners by cosine, best first, equal scores by key. `vector`: (dimension,), unit."""

    def lexical(self, kind: UnitKind, words: Sequence[str], scope: Scope, k: int) -> list[Hit]:
        """The k best owners by bm25 for any of `words`, best first, equal scores by key."""

    def document_frequency(self, words: Sequence[str], scope: Scope) -> dict[str, int]:
        """For each word, how many sentence units in scope contain it (after the index's own stemming)."""

    def close(self) -> None:
        """Let go of files; the store cannot be used after."""
