"""Which articles somebody may see from where they ask."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from index.store.protocol import PUBLIC, Scope

if TYPE_CHECKING:
    import discord

    from bot.client.bot import Wuzhen


async def scope_of(interaction: discord.Interaction[Any]) -> Scope:
    """What may be seen from where a command, a menu or a button was used."""
    client, guild, person = interaction.client, interaction.guild_id, interaction.user.id
    if guild is None:  # a conversation of several people shows what everybody may see
        return await scope_in_dm(client, person) if interaction.context.dm_channel else scope_for(None, False)
    member = client.get_guild(guild) is not None
    if member:
        client.members.seen(guild, person)
    return scope_for(guild, member)


def scope_for(guild_id: int | None, member: bool) -> Scope:
    """The public articles, and in a server its own.

    Args:
        guild_id: the server a question comes from; None for a direct message.
        member: whether the bot is a member of that server. Where somebody only brought it along for themselves it
            is not, and the server's articles stay there.
    """
    own = frozenset({collection_of(guild_id)} if guild_id is not None and member else ())
    return Scope(collections=frozenset({PUBLIC}) | own)


async def scope_in_dm(client: Wuzhen, person: int) -> Scope:
    """What a person may see when they are alone with the bot.

    That is the public articles, and those of the servers that allow it and have both as members.
    """
    allowing = client.servers.open_in_dms()
    shared = await client.members.shared(person, allowing) if allowing else frozenset[int]()
    return Scope(collections=frozenset({PUBLIC, *map(collection_of, shared)}))


async def about(client: Wuzhen, scope: Scope, channel: object) -> Scope:
    """The scope narrowed to what a channel is about, if it is about some articles alone.

    A thread is about what its channel is about, unless it has articles of its own.
    """
    places = getattr(channel, "id", None), getattr(channel, "parent_id", None)
    bound = next((ids for place in places if place is not None and (ids := client.servers.bound(place))), None)
    if bound is None:
        return scope
    narrow = replace(scope, articles=bound)
    there = await client.answering.look_up(lambda: client.library.articles(narrow))
    # with all of them removed it is a channel like any other
    return replace(scope, articles=frozenset(info.id for info in there)) if there else scope


def collection_of(guild_id: int) -> str:
    """The collection of the articles that belong to a server."""
    return f"guild:{guild_id}"
