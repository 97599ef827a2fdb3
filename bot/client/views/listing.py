"""The lists that have pages: who is quoted, and which articles there are."""

from __future__ import annotations

from typing import Literal

from bot.client.parts import Interaction
from bot.client.scopes import about, scope_of
from bot.render.cards import articles_page, speakers_page
from index.phrases import Phrases

Listing = Literal["speakers", "articles"]


async def list_page(interaction: Interaction, listing: Listing, number: int, phrases: Phrases) -> tuple[str, int]:
    """A page of a list, from 0, and how many pages there are; behind the last page is the last page."""
    client, scope = interaction.client, await scope_of(interaction)
    library = client.parts.library
    if listing == "speakers":
        scope = await about(client.parts, scope, interaction.channel)
        return speakers_page(await client.parts.off_loop(lambda: library.speakers(scope)), number, phrases)
    return articles_page(await client.parts.off_loop(lambda: library.articles(scope)), number, phrases)
