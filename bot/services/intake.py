"""Intake of articles: read, summed up, shown as a draft, and kept or discarded; nothing of it on the event loop."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal, ParamSpec, TypeVar

from bot.config import READERS, Settings
from bot.fetching import Fetcher
from bot.operations.incidents import sentence_of
from bot.services import reader_jobs
from bot.services.drafts import ArticleDraft, DraftItem, Drafts
from bot.services.fair_queue import FairQueue
from bot.services.reader_process import ReaderProcess, Unfinished
from bot.services.scopes import collection_of
from bot.services.thread_pool import OffLoop
from bot.storage.guilds import GuildStore
from index.article import Article, ArticleError
from index.store.protocol import PUBLIC, ArticleInfo, Quota, Scope

if TYPE_CHECKING:
    from index.library import Library

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
Say = Callable[["IntakeStep"], Awaitable[None]]
Read = Callable[["Intake", "QueuedWork"], Awaitable[Article]]

_MOST_DRAFTS = 20_000_000  # characters of all of them
_TIME = 500.0  # seconds in which the last thing is begun, of at most `MAX_SECONDS`: Discord takes answers for 900

# for all clients; a process is started when it is first used
READER_PROCESSES = tuple(ReaderProcess(reader_jobs.prepare) for _ in range(READERS))
_LINKS_OFF = "is a link, and whoever runs me has turned links off; add its text as a file"
_NO_TIME = "was not reached in time, behind so many others; add it by itself"


@dataclass(frozen=True, slots=True)
class QueuedWork:
    """What is done at the wish of somebody in a server; nothing of it is begun later than `until`, the loop's time."""

    queue: FairQueue
    guild: int
    until: float

    async def do(self, size: int, name: str, job: Callable[P, T], /, *args: P.args, **more: P.kwargs) -> T:
        """What a function of `bot.services.reader_jobs` returns or raises, as `FairQueue.do`."""
        return await self.queue.do(self.guild, size, self.until, name, job, *args, **more)


@dataclass(frozen=True, slots=True)
class ArticleSource:
    """Something to add: what it is called where it is refused, how long it is as far as is known, how it is read."""

    name: str
    size: int
    read: Read


@dataclass(frozen=True, slots=True)
class IntakeStep:
    """What is going on: which article, and the how manieth of how many."""

    doing: Literal["Reading", "Keeping"]
    name: str
    number: int
    count: int


@dataclass(frozen=True, slots=True)
class DraftOutcome:
    """What came of a draft that was to be kept: what is there of it, and how many articles are not."""

    kept: list[ArticleInfo]
    lost: int


class Intake:
    """Makes drafts and keeps them; one for each client."""

    def __init__(self, settings: Settings, library: Library, guilds: GuildStore, off_loop: OffLoop) -> None:
        self._settings = settings
        self._library = library
        self._guilds = guilds
        self._off_loop = off_loop
        self._queue = FairQueue(READER_PROCESSES[: settings.readers])
        self._fetcher = Fetcher()
        self._drafts = Drafts(max(_MOST_DRAFTS, 2 * settings.guild_characters))

    @property
    def quota(self) -> Quota:
        """How much a server may hold."""
        return Quota(self._settings.guild_articles, self._settings.guild_characters)

    def close(self) -> None:
        """Stop what is going on; an article is kept whole or not at all."""
        self._queue.close()

    # ── drafts ────────────────────────────────────────────────────────────

    async def draft(self, guild: int, person: int, given: Sequence[ArticleSource], say: Say) -> ArticleDraft:
        """Read and understand what is given; what cannot be kept stands in the draft as a sentence.

        Args:
            guild: the server that the articles would belong to.
            person: who gives them.
            given: one after the other.
            say: is told what is going on.

        Raises:
            Sorry: too much is being added just now.
        """
        draft = ArticleDraft(secrets.token_urlsafe(9), guild, person)
        with self._queue.place(guild):
            work = self._work(guild)
            self._queue.wake(given[0].size if given else 0)
            for number, one in enumerate(given):
                await say(IntakeStep("Reading", one.name, number + 1, len(given)))
                try:
                    if asyncio.get_running_loop().time() > work.until:
                        raise Unfinished(one.name, _NO_TIME)
                    draft.items[number] = await self._item(one, draft, work)
                except Exception as error:  # the others are read all the same
                    draft.refused.append(_told(error, one.name))
        if draft.items:
            self._drafts.put(draft)
        return draft

    def found(self, token: str, guild: int, person: int) -> ArticleDraft | None:
        """The draft of a person in a server; None when it is not there any more: see `begun`.

        Raises:
            Sorry: it is somebody else's, or is being kept just now.
        """
        return self._drafts.find(token, guild, person)

    def discard(self, draft: ArticleDraft) -> None:
        """Forget a draft."""
        self._drafts.drop(draft)

    async def begun(self, token: str, guild: int) -> DraftOutcome | None:
        """What came of a draft that is not there any more; None when nobody wanted to keep it."""
        hashes = await self._off_loop(lambda: self._guilds.begun(token, guild))
        if hashes is None:
            return None
        infos = await self._articles(collection_of(guild))
        kept = [info for info in infos if info.sha256 in hashes]
        return DraftOutcome(kept, len(hashes - {info.sha256 for info in kept}))

    async def keep(
        self, draft: ArticleDraft, say: Say, on_kept: Callable[[ArticleInfo], Awaitable[None]]
    ) -> list[ArticleInfo]:
        """Keep the articles of a draft. Those that fail for a reason that may be over later stay in it.

        Args:
            draft: what cannot be kept, or not now, becomes a sentence of it.
            say: is told what is going on.
            on_kept: is told of each article when it is kept for good.

        Raises:
            Sorry: too much is being added just now.
            RecordsError: it could not be noted that this begins; nothing was done.
        """
        kept = list[ArticleInfo]()
        with self._queue.place(draft.guild), self._drafts.at_work(draft):
            await self._begin(draft)
            draft.refused.clear()
            work, count = self._work(draft.guild), len(draft.items)
            for place, (number, item) in enumerate(list(draft.items.items()), 1):
                await say(IntakeStep("Keeping", item.article.title, place, count))
                try:
                    info = await self._kept(item, work)
                except Exception as error:  # the others are kept all the same
                    draft.refused.append(_told(error, item.article.title))
                    if not _passes(error):
                        del draft.items[number]
                    continue
                del draft.items[number]
                draft.partly = True
                kept.append(info)
                await on_kept(info)
        return kept

    async def _begin(self, draft: ArticleDraft) -> None:
        """Note what is to be kept, so that after a restart it can be told what came of it."""
        hashes = [item.article.sha256 for item in draft.items.values()]
        await self._off_loop(lambda: self._guilds.begin(draft.token, draft.guild, hashes))

    async def _kept(self, item: DraftItem, work: QueuedWork) -> ArticleInfo:
        """The article when it is kept, in its turn."""
        settings, article = self._settings, item.article
        before = await self._twin(article)
        job = partial(reader_jobs.keep, article, settings.data, settings.model, settings.threads, self.quota)
        try:
            return await work.do(len(article.text), item.name, job)
        except Exception:  # the process may have ended when it was kept and before that was told
            after = None if before else await self._twin(article)
            if after is None:
                raise
            return after

    async def _twin(self, article: Article) -> ArticleInfo | None:
        """The same article, where the server has it already."""
        infos = await self._articles(article.collection)
        return next((info for info in infos if info.sha256 == article.sha256), None)

    async def _item(self, given: ArticleSource, draft: ArticleDraft, work: QueuedWork) -> DraftItem:
        article = await given.read(self, work)
        await self._check_new(given.name, article, draft)
        return DraftItem(
            given.name, article, await work.do(len(article.text), given.name, reader_jobs.understand, article)
        )

    async def _articles(self, *collections: str) -> list[ArticleInfo]:
        scope = Scope(frozenset(collections))
        return await self._off_loop(lambda: self._library.articles(scope))

    def _work(self, guild: int) -> QueuedWork:
        return QueuedWork(self._queue, guild, asyncio.get_running_loop().time() + _TIME)

    async def _check_new(self, name: str, article: Article, draft: ArticleDraft) -> None:
        """Refuse what is there already or finds no room before it is understood; what counts is the look later on."""
        infos = await self._articles(PUBLIC, article.collection)
        twins = [info.title for info in infos if info.sha256 == article.sha256]
        twins += [item.name for item in draft.items.values() if item.article.sha256 == article.sha256]
        if twins:
            raise ArticleError(name, f"is the same article as “{twins[0]}”, which is already there")
        own = [info for info in infos if info.collection == article.collection]
        quota = self.quota
        if len(own) + len(draft.items) >= quota.articles:
            raise ArticleError(name, f"finds no room: this server may have {quota.articles:,} articles; remove one")
        left = quota.characters - sum(info.characters for info in own) - draft.size
        if len(article.text) > left:
            raise ArticleError(
                name,
                f"finds no room: it has {len(article.text):,} characters, and {max(0, left):,} of "
                f"{quota.characters:,} are left to this server; remove an article",
            )

    # ── what may be given ─────────────────────────────────────────────────

    async def fetch(self, link: str, collection: str) -> Article:
        """The article behind a link. Raises ArticleError."""
        if not self._settings.links:
            raise ArticleError(link, _LINKS_OFF)
        return reader_jobs.checked(await self._fetcher.fetch(link, collection=collection), link)


def from_link(link: str) -> ArticleSource:
    """A link to a web page."""
    return ArticleSource(link, 0, lambda intake, work: intake.fetch(link, collection_of(work.guild)))


def from_text(text: str, title: str, source: str) -> ArticleSource:
    """A pasted text with its title and source, either of which may be empty."""
    name = title or "The text"

    async def read(_: Intake, work: QueuedWork) -> Article:
        collection = collection_of(work.guild)
        return await work.do(len(text), name, reader_jobs.read_pasted, text, title, source, collection)

    return ArticleSource(name, len(text), read)


def _told(error: Exception, name: str) -> str:
    """The sentence, in plain text, for what went wrong with something of this name."""
    if isinstance(error, ArticleError):
        return str(ArticleError(name, error.reason))
    return f"{name}: {sentence_of(error)[0]}"


def _passes(error: Exception) -> bool:
    """Whether it may go well another time."""
    return isinstance(error, Unfinished) or not isinstance(error, ArticleError)
