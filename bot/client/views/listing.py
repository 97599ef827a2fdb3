"""The lists that have pages: who is quoted, and which articles there are."""

from __future__ import annotations

from typing import Literal

from discord.ui import View

from bot.client.asker_scope import scope_here, scope_of
from bot.client.parts import Interaction, phrases_for
from bot.client.views.base import control, turning
from bot.render.cards import articles_page, speakers_page
from index.phrases import Phrases

Listing = Literal["speakers", "articles"]


async def list_page(interaction: Interaction, listing: Listing, number: int, phrases: Phrases) -> tuple[str, View]:
    """A page of a list, from 0, with buttons to the others; behind the last page is the last page."""
    parts = interaction.client.parts
    if listing == "speakers":
        scope = await scope_here(interaction)
        people = await parts.off_loop(lambda: parts.library.speakers(scope))
        content, pages = speakers_page(people, number, phrases)
    else:
        scope = await scope_of(interaction)
        infos = await parts.off_loop(lambda: parts.library.articles(scope))
        content, pages = articles_page(infos, number, phrases)
    number = min(max(number, 0), pages - 1)
    back = page_button(phrases("button_back"), listing, number - 1)
    forward = page_button(phrases("button_next"), listing, number + 1)
    return content, turning(View(timeout=None), back, forward, number, pages)


@control("page:{listing:speakers|articles}:{number:number}")
async def page_button(interaction: Interaction, listing: Listing, number: int) -> None:
    """Show another page in place of this one."""
    await interaction.response.defer()
    content, view = await list_page(interaction, listing, number, phrases_for(interaction))
    await interaction.edit_original_response(content=content, view=view)
