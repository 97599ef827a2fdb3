"""What people have given the bot to read, until they keep or discard it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from cachetools import TTLCache

from bot.errors import Sorry
from bot.services.reader_jobs import ArticleSummary
from index.article import Article

KEPT = 3600.0  # seconds that a draft waits; Discord lets its message be changed for 15 minutes

_NOT_YOURS = "Only the person who gave me this can keep or discard it."
_AT_IT = "I am keeping this just now: wait until I say what came of it."


@dataclass(frozen=True, slots=True)
class DraftItem:
    """An article that could be kept."""

    name: str
    article: Article
    understood: ArticleSummary


@dataclass(slots=True)
class ArticleDraft:
    """What waits for being kept or discarded by who gave it.

    Attributes:
        items: by a number that stays when others are left out.
        refused: a sentence in plain text for everything that cannot be kept, or not now.
        partly: whether something of it was kept already.
    """

    token: str
    guild: int
    person: int
    items: dict[int, DraftItem] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    partly: bool = False

    @property
    def size(self) -> int:
        """The characters of its articles."""
        return sum(len(item.article.text) for item in self.items.values())


class Drafts:
    """In memory only: after an hour or a restart what was uploaded is gone, and has to be given again.

    Beyond so many characters of all of them, the oldest are dropped.
    """

    def __init__(self, most: int) -> None:
        self._waiting: TTLCache[str, ArticleDraft] = TTLCache(most, KEPT, getsizeof=lambda draft: 1 + draft.size)
        self._at_work: set[str] = set()

    def put(self, draft: ArticleDraft) -> None:
        """Let it wait, for an hour from now."""
        self._waiting.pop(draft.token, None)
        self._waiting[draft.token] = draft

    def find(self, token: str, guild: int, person: int) -> ArticleDraft | None:
        """The draft of a person in a server; None when it is not there any more.

        Raises:
            Sorry: it is somebody else's, or is being kept just now.
        """
        if token in self._at_work:
            raise Sorry(_AT_IT)
        draft = self._waiting.get(token)
        if draft is not None and (draft.guild, draft.person) != (guild, person):
            raise Sorry(_NOT_YOURS)
        return draft

    def drop(self, draft: ArticleDraft) -> None:
        """Forget it."""
        self._waiting.pop(draft.token, None)

    @contextlib.contextmanager
    def at_work(self, draft: ArticleDraft) -> Iterator[None]:
        """It is being kept, once at a time; what is left of it afterwards waits again."""
        self.drop(draft)
        self._at_work.add(draft.token)
        try:
            yield
        finally:
            self._at_work.discard(draft.token)
            if draft.items:
                self.put(draft)
