"""The lists that have pages: who is quoted, and which articles there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from bot.render.cards import articles_page, speakers_page
from bot.services.scopes import about, scope_of

if TYPE_CHECKING:
    import discord

    from bot.client.bot import Wuzhen
    from index.phrases import Phrases

Listing = Literal["speakers", "articles"]


async def list_page(
    interaction: discord.Interaction[Wuzhen], listing: Listing, number: int, phrases: Phrases
) -> tuple[str, int]:
    """A page of a list, from 0, and how many pages there are; behind the last page is the last page."""
    client, scope = interaction.client, await scope_of(interaction)
    library = client.library
    if listing == "speakers":
        scope = await about(client, scope, interaction.channel)
        return speakers_page(await client.answering.look_up(lambda: library.speakers(scope)), number, phrases)
    return articles_page(await client.answering.look_up(lambda: library.articles(scope)), number, phrases)
