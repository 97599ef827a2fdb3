"""Which articles somebody may see from where they ask on Discord."""

from __future__ import annotations

from dataclasses import replace

from bot.client.parts import Interaction, Parts
from bot.client.policy import venue_here
from bot.services.channel_policy import Venue
from bot.services.scopes import collection_of, scope_for
from index.store.protocol import PUBLIC, Scope


async def scope_of(interaction: Interaction) -> Scope:
    """What may be seen from where a command, a menu or a button was used."""
    parts, guild, person = interaction.client.parts, interaction.guild_id, interaction.user.id
    if guild is None:  # a conversation of several people shows what everybody may see
        return await scope_in_dm(parts, person) if interaction.context.dm_channel else scope_for(None, False)
    member = interaction.client.get_guild(guild) is not None
    if member:
        parts.members.seen(guild, person)
    return scope_for(guild, member)


async def scope_in_dm(parts: Parts, person: int) -> Scope:
    """What a person may see when they are alone with the bot.

    That is the public articles, and those of the servers that allow it and have both as members.
    """
    allowing = parts.guilds.open_in_dms()
    shared = await parts.members.shared(person, allowing) if allowing else frozenset[int]()
    return Scope(collections=frozenset({PUBLIC, *map(collection_of, shared)}))


async def scope_here(interaction: Interaction) -> Scope:
    """As `scope_of`, narrowed to what the channel is about."""
    return await narrowed(interaction.client.parts, await scope_of(interaction), venue_here(interaction))


async def narrowed(parts: Parts, scope: Scope, venue: Venue) -> Scope:
    """The scope narrowed to what a channel is about, if it is about some articles alone.

    A thread is about what its channel is about, unless it has articles of its own.
    """
    places = (place for place in (venue.channel, venue.parent) if place is not None)
    bound = next((ids for place in places if (ids := parts.guilds.bound(place))), None)
    if bound is None:
        return scope
    narrow = replace(scope, articles=bound)
    there = await parts.off_loop(lambda: parts.library.articles(narrow))
    # with all of them removed it is a channel like any other
    return replace(scope, articles=frozenset(info.id for info in there)) if there else scope
