"""Which articles somebody may see from where they ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index.store.protocol import PUBLIC, Scope

if TYPE_CHECKING:
    import discord


def scope_of(interaction: discord.Interaction[Any]) -> Scope:
    """What may be seen from where a command, a menu or a button was used."""
    guild = interaction.guild_id
    return scope_for(guild, guild is not None and interaction.client.get_guild(guild) is not None)


def scope_for(guild_id: int | None, member: bool) -> Scope:
    """The public articles, and in a server its own.

    Args:
        guild_id: the server a question comes from; None for a direct message.
        member: whether the bot is a member of that server. Where somebody only brought it along for themselves it
            is not, and the server's articles stay there.
    """
    own = frozenset({collection_of(guild_id)} if guild_id is not None and member else ())
    return Scope(collections=frozenset({PUBLIC}) | own)


def collection_of(guild_id: int) -> str:
    """The collection of the articles that belong to a server."""
    return f"guild:{guild_id}"
