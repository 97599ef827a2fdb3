"""The lists that have pages: who is quoted, and which articles there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from bot.cards import articles_page, speakers_page

if TYPE_CHECKING:
    from bot.client import Wuzhen
    from index.store.protocol import Scope

Listing = Literal["speakers", "articles"]


async def list_page(client: Wuzhen, listing: Listing, scope: Scope, number: int) -> tuple[str, int]:
    """A page of a list, from 0, and how many pages there are; behind the last page is the last page."""
    library = client.library
    if listing == "speakers":
        return speakers_page(await client.answering.look_up(lambda: library.speakers(scope)), number)
    return articles_page(await client.answering.look_up(lambda: library.articles(scope)), number)
