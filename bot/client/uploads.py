"""Who may add articles on Discord, and the files that are uploaded there."""

from __future__ import annotations

import asyncio
from pathlib import PurePath

import discord

from bot.client.parts import Interaction
from bot.client.routing import link_in
from bot.errors import Sorry
from bot.services import reader_jobs
from bot.services.intake import ArticleSource, Intake, QueuedWork, from_link
from bot.services.scopes import collection_of
from index.article import Article, ArticleError, check_size
from index.formats import SUFFIXES

_DOWNLOAD = 60.0  # seconds for a file
_NO_DOWNLOAD = "could not be had from Discord; upload it again"
_NOT_READ = "I can't read that message any more. Add the article with `/article add`."
_NOT_HERE = "This works only in a server that I am a member of."
_NOT_YOU = (
    "Only people with the permission Manage Server, or with a role that is named in `/settings`, may add and change "
    "articles here."
)


def guild_to_add_to(interaction: Interaction) -> int:
    """The server in which somebody who may add and change its articles used a command or a button.

    Raises:
        Sorry: it is none, or this person may not.
    """
    guild, person = interaction.guild_id, interaction.user
    if guild is None or interaction.client.get_guild(guild) is None:
        raise Sorry(_NOT_HERE)
    adders = interaction.client.parts.guilds.settings(guild).adders
    theirs = {role.id for role in person.roles} if isinstance(person, discord.Member) else set()
    if not interaction.permissions.manage_guild and theirs.isdisjoint(adders):
        raise Sorry(_NOT_YOU)
    return guild


async def given_in(interaction: Interaction, message: int) -> list[ArticleSource]:
    """The files and the link in a message of the channel where a button was pressed.

    Raises:
        Sorry: it cannot be read any more, or holds none.
    """
    channel = interaction.client.get_partial_messageable(interaction.channel_id or 0)
    try:
        found = await channel.fetch_message(message)
    except discord.HTTPException:  # deleted, or in a channel that is closed to the bot
        raise Sorry(_NOT_READ) from None
    given = [from_file(file) for file in found.attachments if PurePath(file.filename).suffix.lower() in SUFFIXES]
    given += [from_link(link)] if (link := link_in(found.content)) else []
    if not given:
        raise Sorry(_NOT_READ)
    return given


def from_file(file: discord.Attachment) -> ArticleSource:
    """An uploaded file: its size is looked at before it is downloaded."""

    async def read(_: Intake, work: QueuedWork) -> Article:
        check_size(file.size, file.filename)
        try:
            async with asyncio.timeout(_DOWNLOAD):
                data = await file.read()
        except (discord.HTTPException, OSError) as error:  # TimeoutError is an OSError
            raise ArticleError(file.filename, _NO_DOWNLOAD) from error
        check_size(len(data), file.filename)
        collection = collection_of(work.guild)
        return await work.do(len(data), file.filename, reader_jobs.read_file, data, file.filename, collection)

    return ArticleSource(file.filename, file.size, read)
