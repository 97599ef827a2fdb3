"""Adding articles from Discord: read, understood, shown, and kept or discarded; nothing of it on the event loop."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import discord
from cachetools import TTLCache

from bot import scribe
from bot.access import collection_of
from bot.fetching import Fetcher
from bot.markdown import one_line
from bot.scribe import Scribe, Understood
from bot.trouble import Sorry, sentence_for
from index.article import Article, ArticleError, check_size
from index.store.protocol import PUBLIC, ArticleInfo, Quota, Scope

if TYPE_CHECKING:
    from bot.client import Wuzhen

P = ParamSpec("P")
T = TypeVar("T")
Say = Callable[[str], Awaitable[None]]
Read = Callable[["Adding", str], Awaitable[Article]]

KEPT = 3600.0  # seconds that a draft waits to be kept; Discord lets its message be changed for 15 minutes
_MOST_DRAFTS = 20_000_000  # characters of all of them
_DOWNLOAD = 60.0  # seconds for a file
_NAME = 200  # characters of Markdown
_TIME = 500.0  # seconds in which a draft's last article is begun: after 900 Discord takes no more answers

SCRIBE = Scribe()  # one for all: a second process would need as much memory again
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
class Given:
    """Something that somebody wants to add: what it is called where it is refused, and how it is read."""

    name: str
    read: Read


@dataclass(frozen=True, slots=True)
class Item:
    """An article that could be kept."""

    name: str
    article: Article
    understood: Understood


@dataclass(slots=True)
class Draft:
    """What waits for being kept or discarded by who gave it.

    Attributes:
        items: by a number that stays when others are left out.
        refused: a sentence in plain text for everything that cannot be kept.
    """

    token: str
    guild: int
    person: int
    items: dict[int, Item] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """The characters of its articles."""
        return sum(len(item.article.text) for item in self.items.values())


class Adding:
    """Makes drafts and keeps them; one for each client.

    Drafts are in memory only: after an hour or a restart what was uploaded is gone, and has to be given again.
    """

    def __init__(self, client: Wuzhen) -> None:
        self._client = client
        self._thread = ThreadPoolExecutor(1, "adding")
        self._fetcher = Fetcher()
        most = max(_MOST_DRAFTS, 2 * client.settings.guild_characters)
        self._drafts: TTLCache[str, Draft] = TTLCache(most, KEPT, getsizeof=lambda draft: 1 + draft.size)

    def close(self) -> None:
        """Stop what is going on; an article is kept whole or not at all."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        SCRIBE.interrupt()

    # ── drafts ────────────────────────────────────────────────────────────

    async def draft(self, guild: int, person: int, given: Sequence[Given], say: Say) -> Draft:
        """Read and understand what is given; what cannot be kept stands in the draft as a sentence.

        Args:
            guild: the server that the articles would belong to.
            person: who gives them.
            given: one after the other.
            say: is told, in Markdown, what is going on.
        """
        draft = Draft(secrets.token_urlsafe(9), guild, person)
        until = asyncio.get_running_loop().time() + _TIME
        self._thread.submit(SCRIBE.do, "", scribe.prepare)
        for number, one in enumerate(given):
            where = f" {number + 1} of {len(given)}" if len(given) > 1 else ""
            await say(f"Reading{where}: {one_line(one.name, _NAME)}…")
            try:
                if asyncio.get_running_loop().time() > until:
                    raise ArticleError(one.name, _NO_TIME)
                draft.items[number] = await self._item(one, draft)
            except Exception as error:  # the others are read all the same
                draft.refused.append(_told(error, one.name))
        if draft.items:
            self._drafts[draft.token] = draft
        return draft

    def found(self, token: str, guild: int, person: int) -> Draft:
        """The draft of a person in a server.

        Raises:
            Sorry: it is not there any more, or somebody else's.
        """
        draft = self._drafts.get(token)
        if draft is None:
            raise Sorry(
                "I don't have this any more: what was uploaded waits for an hour, and not over a restart of mine. "
                "Nothing was added. Please add it again with `/article add`."
            )
        if (draft.guild, draft.person) != (guild, person):
            raise Sorry("Only the person who gave me this can keep or discard it.")
        return draft

    def discard(self, draft: Draft) -> None:
        """Forget a draft."""
        self._drafts.pop(draft.token, None)

    async def keep(
        self, draft: Draft, say: Say, on_kept: Callable[[ArticleInfo], Awaitable[None]]
    ) -> list[ArticleInfo]:
        """Keep the articles of a draft, which is empty then.

        Args:
            draft: what cannot be kept becomes a sentence of it.
            say: is told, in Markdown, what is going on.
            on_kept: is told of each article when it is kept for good.
        """
        self.discard(draft)  # so that nobody keeps it twice
        draft.refused.clear()
        settings, quota, kept = self._client.settings, quota_of(self._client), list[ArticleInfo]()
        count = len(draft.items)
        for place, (number, item) in enumerate(list(draft.items.items()), 1):
            where = f" {place} of {count}" if count > 1 else ""
            await say(f"Keeping{where}: {one_line(item.article.title, _NAME)}…")
            try:
                kept.append(
                    await self.do(
                        item.name, scribe.keep, item.article, settings.data, settings.model, settings.threads, quota
                    )
                )
                await on_kept(kept[-1])
            except Exception as error:  # the others are kept all the same
                draft.refused.append(_told(error, item.article.title))
            del draft.items[number]
        return kept

    async def understand(self, article: Article) -> Understood:
        """What is found in an article. Raises ArticleError."""
        return await self.do(article.title, scribe.understand, article)

    async def do(self, name: str, job: Callable[P, T], /, *args: P.args, **more: P.kwargs) -> T:
        """What a function of `bot.scribe` returns or raises, in its turn; `name` for whoever is told what failed."""
        work = partial(SCRIBE.do, name, job, *args, **more)
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _item(self, given: Given, draft: Draft) -> Item:
        article = await given.read(self, collection_of(draft.guild))
        await self._check_new(given.name, article, draft)
        return Item(given.name, article, await self.do(given.name, scribe.understand, article))

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
        return scribe.checked(await self._fetcher.fetch(link, collection=collection), link)


def from_file(file: discord.Attachment) -> Given:
    """An uploaded file: its size is looked at before it is downloaded."""

    async def read(adding: Adding, collection: str) -> Article:
        check_size(file.size, file.filename)
        try:
            async with asyncio.timeout(_DOWNLOAD):
                data = await file.read()
        except (discord.HTTPException, OSError) as error:  # TimeoutError is an OSError
            raise ArticleError(file.filename, _NO_DOWNLOAD) from error
        check_size(len(data), file.filename)
        return await adding.do(file.filename, scribe.read_file, data, file.filename, collection)

    return Given(file.filename, read)


def from_link(link: str) -> Given:
    """A link to a web page."""
    return Given(link, lambda adding, collection: adding.fetch(link, collection))


def from_text(text: str, title: str, source: str) -> Given:
    """A pasted text with its title and source, either of which may be empty."""

    async def read(adding: Adding, collection: str) -> Article:
        name = title or "The text"
        return await adding.do(name, scribe.read_pasted, text, title, source, collection)

    return Given(title or "The text", read)


def _told(error: Exception, name: str) -> str:
    """The sentence, in plain text, for what went wrong with something of this name."""
    if isinstance(error, ArticleError):
        return str(ArticleError(name, error.reason))
    return f"{name}: {sentence_for(error)[0] or 'something went wrong; try it again.'}"
