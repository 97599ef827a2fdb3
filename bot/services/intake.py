"""Adding articles from Discord: read, understood, shown, and kept or discarded; nothing of it on the event loop."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import discord

from bot.client.reporting import sentence_for
from bot.config import READERS
from bot.errors import Sorry
from bot.fetching import Fetcher
from bot.render.markdown import one_line
from bot.services import reader_process
from bot.services.drafts import Draft, Drafts, Item
from bot.services.fair_queue import Turns
from bot.services.reader_process import Scribe, Unfinished
from bot.services.scopes import collection_of
from index.article import Article, ArticleError, check_size
from index.store.protocol import PUBLIC, ArticleInfo, Quota, Scope

if TYPE_CHECKING:
    from bot.client.bot import Wuzhen

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
Say = Callable[[str], Awaitable[None]]
Read = Callable[["Adding", "Work"], Awaitable[Article]]

_MOST_DRAFTS = 20_000_000  # characters of all of them
_DOWNLOAD = 60.0  # seconds for a file
_NAME = 200  # characters of Markdown
_TIME = 500.0  # seconds in which the last thing is begun, of at most `MAX_SECONDS`: Discord takes answers for 900

SCRIBES = tuple(Scribe() for _ in range(READERS))  # for all clients; a process is started when it is first used
_LINKS_OFF = "is a link, and whoever runs me has turned links off; add its text as a file"
_NO_DOWNLOAD = "could not be had from Discord; upload it again"
_NO_TIME = "was not reached in time, behind so many others; add it by itself"
_NOT_HERE = "This works only in a server that I am a member of."
_NOT_YOU = (
    "Only people with the permission Manage Server, or with a role that is named in `/settings`, may add and change "
    "articles here."
)


def manager(interaction: discord.Interaction[Wuzhen]) -> int:
    """The server in which somebody who may add and change its articles used a command or a button.

    Raises:
        Sorry: it is none, or this person may not.
    """
    guild, person = interaction.guild_id, interaction.user
    if guild is None or interaction.client.get_guild(guild) is None:
        raise Sorry(_NOT_HERE)
    adders = interaction.client.servers.settings(guild).adders
    theirs = {role.id for role in person.roles} if isinstance(person, discord.Member) else set()
    if not interaction.permissions.manage_guild and theirs.isdisjoint(adders):
        raise Sorry(_NOT_YOU)
    return guild


def quota_of(client: Wuzhen) -> Quota:
    """How much a server may hold."""
    return Quota(client.settings.guild_articles, client.settings.guild_characters)


@dataclass(frozen=True, slots=True)
class Work:
    """What is done at the wish of somebody in a server; nothing of it is begun later than `until`, the loop's time."""

    turns: Turns
    guild: int
    until: float

    async def do(self, size: int, name: str, job: Callable[P, T], /, *args: P.args, **more: P.kwargs) -> T:
        """What a function of `bot.services.reader_process` returns or raises, as `Turns.do`."""
        return await self.turns.do(self.guild, size, self.until, name, job, *args, **more)


@dataclass(frozen=True, slots=True)
class Given:
    """Something to add: what it is called where it is refused, how long it is as far as is known, how it is read."""

    name: str
    size: int
    read: Read


@dataclass(frozen=True, slots=True)
class Begun:
    """What came of a draft that was to be kept: what is there of it, and how many articles are not."""

    kept: list[ArticleInfo]
    lost: int


class Adding:
    """Makes drafts and keeps them; one for each client."""

    def __init__(self, client: Wuzhen) -> None:
        self._client = client
        self._turns = Turns(SCRIBES[: client.settings.readers])
        self._fetcher = Fetcher()
        self._drafts = Drafts(max(_MOST_DRAFTS, 2 * client.settings.guild_characters))

    def close(self) -> None:
        """Stop what is going on; an article is kept whole or not at all."""
        self._turns.close()

    # ── drafts ────────────────────────────────────────────────────────────

    async def draft(self, guild: int, person: int, given: Sequence[Given], say: Say) -> Draft:
        """Read and understand what is given; what cannot be kept stands in the draft as a sentence.

        Args:
            guild: the server that the articles would belong to.
            person: who gives them.
            given: one after the other.
            say: is told, in Markdown, what is going on.

        Raises:
            Sorry: too much is being added just now.
        """
        draft = Draft(secrets.token_urlsafe(9), guild, person)
        with self._turns.place(guild):
            work = self._work(guild)
            self._turns.wake(given[0].size if given else 0)
            for number, one in enumerate(given):
                where = f" {number + 1} of {len(given)}" if len(given) > 1 else ""
                await say(f"Reading{where}: {one_line(one.name, _NAME)}…")
                try:
                    if asyncio.get_running_loop().time() > work.until:
                        raise Unfinished(one.name, _NO_TIME)
                    draft.items[number] = await self._item(one, draft, work)
                except Exception as error:  # the others are read all the same
                    draft.refused.append(_told(error, one.name))
        if draft.items:
            self._drafts.put(draft)
        return draft

    def found(self, token: str, guild: int, person: int) -> Draft | None:
        """The draft of a person in a server; None when it is not there any more: see `begun`.

        Raises:
            Sorry: it is somebody else's, or is being kept just now.
        """
        return self._drafts.find(token, guild, person)

    def discard(self, draft: Draft) -> None:
        """Forget a draft."""
        self._drafts.drop(draft)

    async def begun(self, token: str, guild: int) -> Begun | None:
        """What came of a draft that is not there any more; None when nobody wanted to keep it."""
        client = self._client
        hashes = await client.answering.look_up(lambda: client.servers.begun(token, guild))
        if hashes is None:
            return None
        scope = Scope(frozenset({collection_of(guild)}))
        infos = await client.answering.look_up(lambda: client.library.articles(scope))
        kept = [info for info in infos if info.sha256 in hashes]
        return Begun(kept, len(hashes - {info.sha256 for info in kept}))

    async def keep(
        self, draft: Draft, say: Say, on_kept: Callable[[ArticleInfo], Awaitable[None]]
    ) -> list[ArticleInfo]:
        """Keep the articles of a draft. Those that fail for a reason that may be over later stay in it.

        Args:
            draft: what cannot be kept, or not now, becomes a sentence of it.
            say: is told, in Markdown, what is going on.
            on_kept: is told of each article when it is kept for good.

        Raises:
            Sorry: too much is being added just now.
            RecordsError: it could not be noted that this begins; nothing was done.
        """
        kept = list[ArticleInfo]()
        with self._turns.place(draft.guild), self._drafts.at_work(draft):
            await self._begin(draft)
            draft.refused.clear()
            work, count = self._work(draft.guild), len(draft.items)
            for place, (number, item) in enumerate(list(draft.items.items()), 1):
                where = f" {place} of {count}" if count > 1 else ""
                await say(f"Keeping{where}: {one_line(item.article.title, _NAME)}…")
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

    async def _begin(self, draft: Draft) -> None:
        """Note what is to be kept, so that after a restart it can be told what came of it."""
        hashes = [item.article.sha256 for item in draft.items.values()]
        servers = self._client.servers
        await self._client.answering.look_up(lambda: servers.begin(draft.token, draft.guild, hashes))

    async def _kept(self, item: Item, work: Work) -> ArticleInfo:
        """The article when it is kept, in its turn."""
        settings, article = self._client.settings, item.article
        before = await self._twin(article)
        job = partial(
            reader_process.keep, article, settings.data, settings.model, settings.threads, quota_of(self._client)
        )
        try:
            return await work.do(len(article.text), item.name, job)
        except Exception:  # the process may have ended when it was kept and before that was told
            after = None if before else await self._twin(article)
            if after is None:
                raise
            return after

    async def _twin(self, article: Article) -> ArticleInfo | None:
        """The same article, where the server has it already."""
        scope, library = Scope(frozenset({article.collection})), self._client.library
        infos = await self._client.answering.look_up(lambda: library.articles(scope))
        return next((info for info in infos if info.sha256 == article.sha256), None)

    async def _item(self, given: Given, draft: Draft, work: Work) -> Item:
        article = await given.read(self, work)
        await self._check_new(given.name, article, draft)
        return Item(
            given.name, article, await work.do(len(article.text), given.name, reader_process.understand, article)
        )

    def _work(self, guild: int) -> Work:
        return Work(self._turns, guild, asyncio.get_running_loop().time() + _TIME)

    async def _check_new(self, name: str, article: Article, draft: Draft) -> None:
        """Refuse what is there already or finds no room before it is understood; what counts is the look later on."""
        scope = Scope(frozenset({PUBLIC, article.collection}))
        infos = await self._client.answering.look_up(lambda: self._client.library.articles(scope))
        twins = [info.title for info in infos if info.sha256 == article.sha256]
        twins += [item.name for item in draft.items.values() if item.article.sha256 == article.sha256]
        if twins:
            raise ArticleError(name, f"is the same article as “{twins[0]}”, which is already there")
        own = [info for info in infos if info.collection == article.collection]
        quota = quota_of(self._client)
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
        if not self._client.settings.links:
            raise ArticleError(link, _LINKS_OFF)
        return reader_process.checked(await self._fetcher.fetch(link, collection=collection), link)


def from_file(file: discord.Attachment) -> Given:
    """An uploaded file: its size is looked at before it is downloaded."""

    async def read(_: Adding, work: Work) -> Article:
        check_size(file.size, file.filename)
        try:
            async with asyncio.timeout(_DOWNLOAD):
                data = await file.read()
        except (discord.HTTPException, OSError) as error:  # TimeoutError is an OSError
            raise ArticleError(file.filename, _NO_DOWNLOAD) from error
        check_size(len(data), file.filename)
        collection = collection_of(work.guild)
        return await work.do(len(data), file.filename, reader_process.read_file, data, file.filename, collection)

    return Given(file.filename, file.size, read)


def from_link(link: str) -> Given:
    """A link to a web page."""
    return Given(link, 0, lambda adding, work: adding.fetch(link, collection_of(work.guild)))


def from_text(text: str, title: str, source: str) -> Given:
    """A pasted text with its title and source, either of which may be empty."""
    name = title or "The text"

    async def read(_: Adding, work: Work) -> Article:
        collection = collection_of(work.guild)
        return await work.do(len(text), name, reader_process.read_pasted, text, title, source, collection)

    return Given(name, len(text), read)


def _told(error: Exception, name: str) -> str:
    """The sentence, in plain text, for what went wrong with something of this name."""
    if isinstance(error, ArticleError):
        return str(ArticleError(name, error.reason))
    return f"{name}: {sentence_for(error)[0] or 'something went wrong; try it again.'}"


def _passes(error: Exception) -> bool:
    """Whether it may go well another time."""
    return isinstance(error, Unfinished) or not isinstance(error, ArticleError)
