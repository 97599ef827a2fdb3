"""Deleting all that is kept of a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.services.scopes import collection_of

if TYPE_CHECKING:
    from bot.storage.feedback import Records
    from bot.storage.guilds import GuildStore
    from index.library import Library


def forget_server(
    guild: int, library: Library, records: Records | None, servers: GuildStore | None
) -> tuple[int, int, int]:
    """Delete all that is kept of a server, for good: articles, votes, unanswered questions, settings, audit trail.

    Returns:
        How many articles, votes and unanswered questions there were.

    Raises:
        StoreError, EncoderError, RecordsError: something cannot be deleted; done again, it deletes the rest.
    """
    articles = library.purge(collection_of(guild))
    told = records.forget_collection(collection_of(guild)) if records else None
    if servers:
        servers.forget_server(guild)  # the last, since it holds that there is something to forget
    return (articles, told.votes, told.gaps) if told else (articles, 0, 0)
