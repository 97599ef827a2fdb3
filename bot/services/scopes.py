"""Scopes: which articles may be seen from where somebody asks. Pure; what Discord tells of that is the client's."""

from __future__ import annotations

from index.store.protocol import PUBLIC, Scope


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
