"""The buttons and the form with which articles are removed and listed. Each looks again at who uses it, and where."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterable

from discord import ButtonStyle
from discord.ui import View

from bot.client.parts import Interaction
from bot.client.uploads import guild_to_add_to
from bot.client.views.base import control, turning
from bot.errors import Sorry
from bot.render.article_cards import list_card, name_of
from bot.services.scopes import collection_of
from bot.services.thread_pool import TooSlow
from bot.storage.guilds import Change
from bot.storage.record_file import RecordsError
from index.store.protocol import ArticleInfo, RemovedInfo, Scope, StoreError

_log = logging.getLogger(__name__)
_FOR_A_DAY = "For a day it can be brought back; then it is gone for good."


# ── removing ──────────────────────────────────────────────────────────────


def key_of(*parts: str) -> str:
    """Some texts in a few letters, for a button: an article's id alone may be too long for one."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def remove_buttons(info: ArticleInfo) -> View:
    """The buttons under the question whether to remove an article."""
    view = View(timeout=None)
    view.add_item(remove_button("Remove", key_of(info.id, info.sha256)))
    view.add_item(stay_button("Leave it"))
    return view


@control("article_remove:{key:hex}", style=ButtonStyle.danger)
async def remove_button(interaction: Interaction, key: str) -> None:
    """Remove an article, and offer to bring it back; whatever else has its id by then stays."""
    await interaction.response.defer()
    collection, library = collection_of(guild_to_add_to(interaction)), interaction.client.parts.library

    def remove() -> tuple[bool, RemovedInfo | None]:
        """Whether it is removed now, and where it is in the trash."""
        infos = library.articles(Scope(frozenset({collection})))
        here = [info for info in infos if key_of(info.id, info.sha256) == key]
        now = any(library.remove(info.id, collection) for info in here)
        last = _last(library.removed(collection))
        taken = set() if now else {info.id for info in infos}
        same = (one for one in last if key_of(one.id, one.sha256) == key and one.id not in taken)
        return now, next(same, None)

    now, gone = await asyncio.to_thread(remove)  # without a time limit: it is done even if nobody waits for it
    if gone is None:
        raise Sorry("This article is not here any more.")
    if now:
        await note(interaction, Change("removed", old=gone.title))
    view = View(timeout=None)
    view.add_item(undo_button("Undo", key_of(gone.id, gone.removed_at)))
    text = f"{'Removed' if now else 'Somebody has already removed'} {name_of(gone.title)}. {_FOR_A_DAY}"
    await interaction.edit_original_response(content=text, view=view)


@control("article_stay")
async def stay_button(interaction: Interaction) -> None:
    """Remove nothing, and say so."""
    guild_to_add_to(interaction)
    await interaction.response.edit_message(content="Nothing was removed.", view=None)


@control("article_undo:{key:hex}")
async def undo_button(interaction: Interaction, key: str) -> None:
    """Bring a removed article back, for a day."""
    await interaction.response.defer()
    collection, parts = collection_of(guild_to_add_to(interaction)), interaction.client.parts

    def restore() -> RemovedInfo | None:
        for info in _last(parts.library.removed(collection)):
            if key_of(info.id, info.removed_at) == key:
                return info if parts.library.restore(info.id, collection, quota=parts.intake.quota) else None
        return None

    try:
        back = await asyncio.to_thread(restore)
    except StoreError as error:
        _log.info("An article was not brought back: %s", type(error).__name__)
        raise Sorry(
            "It cannot be brought back: its text or its id is in use again, or this server has no room for it."
        ) from error
    if back is None:
        raise Sorry("It cannot be brought back any more: it was already, or its day is over.")
    await note(interaction, Change("restored", new=back.title))
    await interaction.edit_original_response(content=f"{name_of(back.title)} is back.", view=None)


def _last(removed: Iterable[RemovedInfo]) -> list[RemovedInfo]:
    """What can be brought back: of one id, what was removed last. The last removed is first in what is given."""
    last: dict[str, RemovedInfo] = {}
    for info in removed:
        last.setdefault(info.id, info)
    return list(last.values())


# ── listing ───────────────────────────────────────────────────────────────


async def show_list(interaction: Interaction, number: int) -> None:
    """Show a page of the server's own articles; the answer is deferred."""
    infos = await own_articles(interaction)
    content, pages = list_card(infos, interaction.client.parts.intake.quota, number)
    number = min(max(number, 0), pages - 1)
    back, forward = list_button("Back", number - 1), list_button("Next", number + 1)
    view = turning(View(timeout=None), back, forward, number, pages)
    await interaction.edit_original_response(content=content, view=view)


@control("article_list:{number:number}")
async def list_button(interaction: Interaction, number: int) -> None:
    """Show another page of the server's own articles in place of this one."""
    await interaction.response.defer()
    await show_list(interaction, number)


async def own_articles(interaction: Interaction) -> list[ArticleInfo]:
    """The articles of the server, for somebody who may change them; in the order they were added."""
    scope, parts = Scope(frozenset({collection_of(guild_to_add_to(interaction))})), interaction.client.parts
    return await parts.off_loop(lambda: parts.library.articles(scope))


async def note(interaction: Interaction, change: Change) -> None:
    """Keep in the server's audit trail what somebody did. It is done by then: that this fails changes nothing of it."""
    guild, person, parts = interaction.guild_id, interaction.user.id, interaction.client.parts
    if guild is None:
        return
    try:
        await parts.off_loop(lambda: parts.guilds.note(guild, person, change))
    except (RecordsError, TooSlow) as error:
        _log.warning("A change is missing from the audit trail: %s", error)
