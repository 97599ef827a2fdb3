"""/article: a server's own articles, for those who may add and change them."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands

from bot.client.asker_scope import scope_of
from bot.client.commands.autocomplete import article_named, choose_article, likeliest
from bot.client.parts import Interaction
from bot.client.uploads import from_file, guild_to_add_to
from bot.client.views.article_buttons import key_of, note, own_articles, remove_buttons, show_list
from bot.client.views.draft_buttons import PasteForm, UploadForm, preview
from bot.errors import Sorry
from bot.render.article_cards import article_card, name_of
from bot.render.limits import CHOICE, CHOICES
from bot.services.intake import from_link
from bot.services.reader_jobs import summed_up
from bot.storage.guilds import Change
from index.article import MAX_TITLE
from index.library import LibraryError
from index.store.protocol import ArticleInfo

_log = logging.getLogger(__name__)
_FILES = 24  # a command may have 25 options, and one of them is a link; `upload` takes more
_LINK = 2000  # characters
_Channel = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.ForumChannel | discord.Thread

article = app_commands.Group(
    name="article",
    description="Add and change this server's own articles",
    allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    default_permissions=discord.Permissions(manage_guild=True),
)


# ── which one is meant ────────────────────────────────────────────────────


async def _choose_own(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The server's own articles that fit what is typed; with nothing typed, the newest."""
    try:
        infos = await own_articles(interaction)
    except Exception as error:  # a list of choices has no place for a sentence
        _log.info("no choices: %s", type(error).__name__)
        return []
    found = likeliest(infos[::-1], typed, lambda info: info.title)[:CHOICES]
    return [app_commands.Choice(name=_cut(info.title), value=_value(info)) for info in found]


async def _own(interaction: Interaction, typed: str) -> ArticleInfo:
    """The server's own article that was chosen from the list, or whose id or title was typed.

    Raises:
        Sorry: none is called that, or who asks may not change it.
    """
    wanted = typed.strip().casefold()
    for info in await own_articles(interaction):
        if wanted in {one.casefold() for one in (_value(info), info.id, info.title, _cut(info.title))}:
            return info
    raise Sorry("This server has no article of that name: choose one from the list that appears while you type.")


def _value(info: ArticleInfo) -> str:
    """What stands for the article in a list of choices."""
    return info.id if len(info.id) <= CHOICE else key_of(info.id)


def _cut(title: str) -> str:
    return title if len(title) <= CHOICE else f"{title[: CHOICE - 1]}…"


# ── adding ────────────────────────────────────────────────────────────────


async def _add(interaction: Interaction, link: str | None = None, **files: discord.Attachment | None) -> None:
    """Read files and a link, or with neither ask for a text; show what was understood before it is kept."""
    guild_to_add_to(interaction)
    given = [from_file(file) for file in files.values() if file is not None]
    given += [from_link(link)] if link else []
    if not given:
        await interaction.response.send_modal(PasteForm())
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    await preview(interaction, given)


def _with_files(function: Callable[..., Any], names: list[str]) -> Callable[..., Any]:
    """The function with an option for each file: Discord has none that takes several."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    first, link, _ = inspect.signature(function).parameters.values()
    files = [inspect.Parameter(name, kind, default=None, annotation=discord.Attachment | None) for name in names]
    text = app_commands.Range[str, 1, _LINK] | None
    options = [first, files[0], link.replace(annotation=text), *files[1:]]
    function.__signature__ = inspect.Signature(options)  # type: ignore[attr-defined] # what inspect looks for
    return function


_NAMES = ["file", *(f"file{number}" for number in range(2, _FILES + 1))]
_ABOUT = dict.fromkeys(_NAMES, "Another file") | {
    "file": "A .txt, .md, .html, .pdf or .docx file of up to 10 MB; with nothing given you can paste a text",
    "link": "The link of a public web page",
}
article.command(name="add", description="Add articles that only this server sees")(
    app_commands.describe(**_ABOUT)(_with_files(_add, _NAMES))
)


@article.command(name="upload", description="Add up to 25 files at once, which only this server sees")
async def upload(interaction: Interaction) -> None:
    """Ask for the files in a form."""
    guild_to_add_to(interaction)
    await interaction.response.send_modal(UploadForm())


# ── looking and changing ──────────────────────────────────────────────────


@article.command(name="list", description="This server's own articles")
async def list_(interaction: Interaction) -> None:
    """List them, the newest first."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    await show_list(interaction, 0)


@article.command(name="show", description="What I understood of an article")
@app_commands.describe(article="Which article")
@app_commands.autocomplete(article=_choose_own)
async def show(interaction: Interaction, article: str) -> None:
    """Show an article as it was shown when it was added."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    info, client = await _own(interaction, article), interaction.client

    def look() -> str:
        found = client.parts.library.article(info.id, info.collection)
        return article_card(found, summed_up(found, client.parts.library.statements(info.id, info.collection)))

    await interaction.edit_original_response(content=await client.parts.off_loop(look))


@article.command(name="remove", description="Remove an article; for a day it can be brought back")
@app_commands.describe(article="Which article")
@app_commands.autocomplete(article=_choose_own)
async def remove(interaction: Interaction, article: str) -> None:
    """Ask whether it is to be removed. Everybody sees that, so that another manager can bring it back."""
    guild_to_add_to(interaction)
    await interaction.response.defer(thinking=True)
    info = await _own(interaction, article)
    text = f"Remove {name_of(info.title)}? For a day it can be brought back."
    await interaction.edit_original_response(content=text, view=remove_buttons(info))


@article.command(name="rename", description="Give an article another title")
@app_commands.describe(article="Which article", title="Its new title")
@app_commands.autocomplete(article=_choose_own)
async def rename(interaction: Interaction, article: str, title: app_commands.Range[str, 1, MAX_TITLE]) -> None:
    """Give it the title; its text stays."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    info, client = await _own(interaction, article), interaction.client
    try:
        there = await asyncio.to_thread(client.parts.library.rename, info.id, title, info.collection)
    except LibraryError as error:  # the title shows nothing
        raise Sorry(str(error)) from error
    if not there:
        raise Sorry("This article is not here any more.")
    await note(interaction, Change("renamed", old=info.title, new=title))
    await interaction.edit_original_response(content=f"Renamed {name_of(info.title)} to {name_of(title)}.")


# ── tying channels to articles ────────────────────────────────────────────


@article.command(name="bind", description="Answer in a channel from some articles alone; with none given, from all")
@app_commands.describe(
    article="Which article",
    channel="Which channel; without one, this one",
    article2="Another article",
    article3="Another article",
    article4="Another article",
    article5="Another article",
)
@app_commands.autocomplete(
    article=choose_article,
    article2=choose_article,
    article3=choose_article,
    article4=choose_article,
    article5=choose_article,
)
async def bind(  # noqa: PLR0913, PLR0917 - Discord has no option that takes several articles
    interaction: Interaction,
    article: str | None = None,
    channel: _Channel | None = None,
    article2: str | None = None,
    article3: str | None = None,
    article4: str | None = None,
    article5: str | None = None,
) -> None:
    """Answer in a channel from these articles alone."""
    guild = guild_to_add_to(interaction)
    await interaction.response.defer(thinking=True)
    client, where = interaction.client, channel or interaction.channel
    if where is None:
        raise Sorry("I cannot see that channel: name another one.")
    scope, ids = await scope_of(interaction), set[str]()
    for typed in (article, article2, article3, article4, article5):
        if typed is not None:
            ids |= (await article_named(client.parts, typed, scope)).articles or set()
    await client.parts.off_loop(lambda: client.parts.guilds.bind(guild, where.id, ids, interaction.user.id))
    if not ids:
        await interaction.edit_original_response(content=f"In <#{where.id}> I answer from all articles.")
        return
    bound = replace(scope, articles=frozenset(ids))
    infos = await client.parts.off_loop(lambda: client.parts.library.articles(bound))
    titles = "\n".join(f"- {name_of(info.title)}" for info in infos)
    await interaction.edit_original_response(content=f"In <#{where.id}> I answer from these alone:\n{titles}")
