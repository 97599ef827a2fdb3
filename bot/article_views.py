"""The buttons and the form with which articles are added and removed. Each looks again at who uses it, and where."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import time
from typing import TYPE_CHECKING, Any, Self

import discord
from discord.ui import Label, Modal, TextInput, View

from bot.access import collection_of
from bot.adding import Draft, Given, from_link, from_text, manager, quota_of
from bot.answering import TooSlow
from bot.article_cards import draft_card, kept_card, list_card, name_of
from bot.buttons import BotButton
from bot.fetching import is_link
from bot.recordfile import RecordsError
from bot.trouble import Sorry, tell
from index.store.protocol import ArticleInfo, RemovedInfo, Scope, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.client import Wuzhen

_log = logging.getLogger(__name__)
_PAUSE = 2.0  # seconds between two changes of a message that tells what is going on
_TOKEN = r"(?P<token>[\w-]+)"  # noqa: S105 - no secret: of a draft
_FIELD = 4000  # characters that Discord lets somebody put into a field
_GOES_ON = "If it is longer than a field holds, it goes on here; longer still, add it as a file"


class Progress:
    """Tells what is going on in place of "thinking…"; not too often for Discord."""

    def __init__(self, interaction: discord.Interaction[Wuzhen]) -> None:
        self._interaction = interaction
        self._next = 0.0

    async def __call__(self, text: str) -> None:
        """Show it, unless something was shown a moment ago."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _PAUSE
        try:
            await self._interaction.edit_original_response(content=text, view=None)
        except discord.HTTPException as error:  # what comes of it is told all the same
            _log.info("Progress could not be shown: %s", error.code)


# ── adding ────────────────────────────────────────────────────────────────


async def preview(interaction: discord.Interaction[Wuzhen], given: Sequence[Given]) -> None:
    """Read what somebody gives, and show what was understood before anything is kept; the answer is deferred."""
    guild = manager(interaction)
    draft = await interaction.client.adding.draft(guild, interaction.user.id, given, Progress(interaction))
    await _show(interaction, draft)


async def _show(interaction: discord.Interaction[Wuzhen], draft: Draft, number: int | None = None) -> None:
    await interaction.edit_original_response(content=draft_card(draft, number), view=draft_buttons(draft, number))


def draft_buttons(draft: Draft, number: int | None = None) -> View:
    """The buttons under a draft, or under one of several articles in it."""
    view = View(timeout=None)
    numbers = list(draft.items)
    if not numbers:
        return view
    view.add_item(KeepButton(draft.token, len(numbers)))
    view.add_item(DiscardButton(draft.token))
    if number in draft.items:
        view.add_item(LeaveOutButton(draft.token, number))
    if len(numbers) > 1 or draft.refused or number is not None:
        pages = [None, *numbers]
        at = pages.index(number) if number in pages else 0
        view.add_item(DraftButton(draft.token, pages[at - 1] if at else None, "Back", disabled=at == 0))
        after = pages[at + 1] if at + 1 < len(pages) else None
        view.add_item(DraftButton(draft.token, after, "Next", at_end=True, disabled=after is None))
    return view


class _DraftButton(BotButton, template=r"(?!)"):
    """A button under a draft, named in its custom id."""

    action: str

    def __init__(self, token: str, label: str, **look: Any) -> None:
        self.token = token
        super().__init__(f"{self.action}:{token}", label, **look)

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the draft in its custom id."""
        return cls(match["token"])  # type: ignore[call-arg] # each knows its label

    def found(self, interaction: discord.Interaction[Wuzhen]) -> Draft:
        """The draft, if who pressed the button may add articles here, and gave it."""
        return interaction.client.adding.found(self.token, manager(interaction), interaction.user.id)


class KeepButton(_DraftButton, template=rf"article_keep:{_TOKEN}"):
    """Keeps the articles of a draft."""

    action = "article_keep"

    def __init__(self, token: str, count: int = 1) -> None:
        label = "Keep" if count == 1 else f"Keep all {count}"
        super().__init__(token, label, style=discord.ButtonStyle.success)

    async def pressed(self, interaction: discord.Interaction[Wuzhen]) -> None:
        """Keep them, and tell which."""
        await interaction.response.defer()
        draft, client = self.found(interaction), interaction.client

        async def on_kept(info: ArticleInfo) -> None:
            await note(interaction, f"added {name_of(info.title)}")

        kept = await client.adding.keep(draft, Progress(interaction), on_kept)
        await interaction.edit_original_response(content=kept_card(kept, draft.refused), view=None)


class DiscardButton(_DraftButton, template=rf"article_discard:{_TOKEN}"):
    """Forgets a draft."""

    action = "article_discard"

    def __init__(self, token: str) -> None:
        super().__init__(token, "Discard")

    async def pressed(self, interaction: discord.Interaction[Wuzhen]) -> None:
        """Forget it; one that is gone already is discarded, too."""
        await interaction.response.defer()
        try:
            interaction.client.adding.discard(self.found(interaction))
        except Sorry:
            manager(interaction)
        await interaction.edit_original_response(content="Discarded: nothing was added.", view=None)


class DraftButton(BotButton, template=rf"article_draft:{_TOKEN}:(?P<number>\d*)(?P<end>e?)"):
    """Turns to another article of a draft, or to all of it."""

    def __init__(
        self, token: str, number: int | None, label: str = "Page", *, at_end: bool = False, disabled: bool = False
    ) -> None:
        self.token, self.number = token, number
        end = "e" if at_end and number is None else ""  # two buttons of a message may not have the same id
        super().__init__(f"article_draft:{token}:{'' if number is None else number}{end}", label, disabled=disabled)

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the article in its custom id."""
        number = int(match["number"]) if match["number"] else None
        return cls(match["token"], number, at_end=bool(match["end"]))

    async def pressed(self, interaction: discord.Interaction[Wuzhen]) -> None:
        """Show the article in place of what is shown."""
        await interaction.response.defer()
        draft = interaction.client.adding.found(self.token, manager(interaction), interaction.user.id)
        await _show(interaction, draft, self.number)


class LeaveOutButton(BotButton, template=rf"article_leave_out:{_TOKEN}:(?P<number>\d+)"):
    """Takes an article out of a draft."""

    def __init__(self, token: str, number: int) -> None:
        self.token, self.number = token, number
        super().__init__(f"article_leave_out:{token}:{number}", "Leave out")

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the article in its custom id."""
        return cls(match["token"], int(match["number"]))

    async def pressed(self, interaction: discord.Interaction[Wuzhen]) -> None:
        """Take it out, and show what is left."""
        await interaction.response.defer()
        draft = interaction.client.adding.found(self.token, manager(interaction), interaction.user.id)
        draft.items.pop(self.number, None)
        await _show(interaction, draft)


class PasteModal(Modal, title="Add an article"):
    """A form for a text, or for a link."""

    def __init__(self) -> None:
        super().__init__()
        self.name = TextInput[Self](required=False, max_length=200, custom_id="title")
        self.source = TextInput[Self](required=False, max_length=1000, custom_id="source")
        self.texts = [
            TextInput[Self](required=False, max_length=_FIELD, style=discord.TextStyle.long, custom_id=f"text{number}")
            for number in (1, 2, 3)
        ]
        self.add_item(Label(text="Title", description="Without one, its first line", component=self.name))
        self.add_item(
            Label(
                text="Source",
                description="Where it is from; with the link of a web page and no text, I read that page",
                component=self.source,
            )
        )
        for number, text in enumerate(self.texts):
            about = _GOES_ON if number else "A blank line ends a paragraph"
            self.add_item(Label(text="Text" if not number else "More text", description=about, component=text))

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Show what was understood of it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        text, source = "".join(part.value for part in self.texts), self.source.value.strip()
        if text.strip():
            await preview(interaction, [from_text(text, self.name.value.strip(), source)])
        elif is_link(source):
            await preview(interaction, [from_link(source)])
        else:
            raise Sorry("There is nothing to read: paste the text of an article, or give a link as its source.")

    async def on_error(  # type: ignore[override] # as discord.py's own Modal has it
        self, interaction: discord.Interaction[Any], error: Exception, /
    ) -> None:
        """Say what went wrong."""
        await tell(interaction, error)


# ── removing ──────────────────────────────────────────────────────────────


def key_of(*parts: str) -> str:
    """Some texts in a few letters, for a button: an article's id alone may be too long for one."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def remove_buttons(info: ArticleInfo) -> View:
    """The buttons under the question whether to remove an article."""
    view = View(timeout=None)
    view.add_item(RemoveButton(key_of(info.id, info.sha256)))
    view.add_item(StayButton())
    return view


class RemoveButton(BotButton, template=r"article_remove:(?P<key>[0-9a-f]+)"):
    """Removes an article; whatever else has its id by then stays."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"article_remove:{key}", "Remove", style=discord.ButtonStyle.danger)

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the article in its custom id."""
        return cls(match["key"])

    async def pressed(self, interaction: discord.Interaction[Wuzhen]) -> None:
        """Remove it, and offer to bring it back."""
        await interaction.response.defer()
        collection, client = collection_of(manager(interaction)), interaction.client

        def remove() -> RemovedInfo | None:
            infos = client.library.articles(Scope(frozenset({collection})))
            for info in infos:
                if key_of(info.id, info.sha256) == self.key and client.library.remove(info.id, collection):
                    return next(one for one in client.library.removed(collection) if one.id == info.id)
            return None

        gone = await asyncio.to_thread(remove)  # without a time limit: it is done even if nobody waits for it
        if gone is None:
            raise Sorry("This article is not here any more.")
        await note(interaction, f"removed {name_of(gone.title)}")
        view = View(timeout=None)
        view.add_item(UndoButton(key_of(gone.id, gone.removed_at)))
        text = f"Removed {name_of(gone.title)}. For a day it can be brought back; then it is gone for good."
        await interaction.edit_original_response(content=text, view=view)


class StayButton(BotButton, template=r"article_stay"):
    """Removes nothing."""

    def __init__(self) -> None:
        super().__init__("article_stay", "Leave it")

    async def pressed(self, interaction: discord.Interaction[Wuzhen]) -> None:
        """Say that nothing happened."""
        manager(interaction)
        await interaction.response.edit_message(content="Nothing was removed.", view=None)


class UndoButton(BotButton, template=r"article_undo:(?P<key>[0-9a-f]+)"):
    """Brings a removed article back, for a day."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"article_undo:{key}", "Undo")

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the removed article in its custom id."""
        return cls(match["key"])

    async def pressed(self, interaction: discord.Interaction[Wuzhen]) -> None:
        """Bring it back."""
        await interaction.response.defer()
        collection, client = collection_of(manager(interaction)), interaction.client

        def restore() -> RemovedInfo | None:
            removed = client.library.removed(collection)
            last = {info.id: info for info in reversed(removed)}  # of one id the one that was removed last
            for info in last.values():
                if key_of(info.id, info.removed_at) == self.key:
                    return info if client.library.restore(info.id, collection, quota=quota_of(client)) else None
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
        await note(interaction, f"brought back {name_of(back.title)}")
        await interaction.edit_original_response(content=f"{name_of(back.title)} is back.", view=None)


# ── listing ───────────────────────────────────────────────────────────────


async def show_list(interaction: discord.Interaction[Wuzhen], number: int) -> None:
    """Show a page of the server's own articles; the answer is deferred."""
    infos = await own_articles(interaction)
    content, pages = list_card(infos, quota_of(interaction.client), number)
    number = min(max(number, 0), pages - 1)
    view = View(timeout=None)
    if pages > 1:
        view.add_item(ListButton(number - 1, "Back", disabled=number == 0))
        view.add_item(ListButton(number + 1, "Next", disabled=number == pages - 1))
    await interaction.edit_original_response(content=content, view=view)


class ListButton(BotButton, template=r"article_list:(?P<number>-?\d+)"):
    """Turns to another page of the server's own articles."""

    def __init__(self, number: int, label: str = "Page", *, disabled: bool = False) -> None:
        self.number = number
        super().__init__(f"article_list:{number}", label, disabled=disabled)

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the page in its custom id."""
        return cls(int(match["number"]))

    async def pressed(self, interaction: discord.Interaction[Wuzhen]) -> None:
        """Show the page in place of this one."""
        await interaction.response.defer()
        await show_list(interaction, self.number)


async def own_articles(interaction: discord.Interaction[Wuzhen]) -> list[ArticleInfo]:
    """The articles of the server, for somebody who may change them; in the order they were added."""
    scope, client = Scope(frozenset({collection_of(manager(interaction))})), interaction.client
    return await client.answering.look_up(lambda: client.library.articles(scope))


async def note(interaction: discord.Interaction[Wuzhen], what: str) -> None:
    """Keep in the server's audit trail what somebody did. It is done by then: that this fails changes nothing of it."""
    guild, person, client = interaction.guild_id, interaction.user.id, interaction.client
    if guild is None:
        return
    try:
        await client.answering.look_up(lambda: client.servers.note(guild, person, what))
    except (RecordsError, TooSlow) as error:
        _log.warning("A change is missing from the audit trail: %s", error)


BUTTONS: tuple[type[BotButton], ...] = (
    KeepButton,
    DiscardButton,
    DraftButton,
    LeaveOutButton,
    RemoveButton,
    StayButton,
    UndoButton,
    ListButton,
)
