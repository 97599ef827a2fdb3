"""The buttons and the form with which articles are added. Each looks again at who uses it, and where."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Sequence
from typing import Any, Self

import aiohttp
import discord
from discord.ui import Label, Modal, TextInput, View

from bot.client.followup import last_word
from bot.client.intake import manager
from bot.client.parts import Interaction
from bot.client.reporting import tell
from bot.client.views.article_buttons import note
from bot.client.views.base import BotButton
from bot.errors import Sorry
from bot.fetching import is_link
from bot.operations import logs
from bot.render.article_cards import begun_card, draft_card, kept_card, step_line
from bot.services.drafts import ArticleDraft
from bot.services.intake import ArticleSource, IntakeStep, from_link, from_text
from bot.storage.guilds import Change
from index.store.protocol import ArticleInfo

_log = logging.getLogger(__name__)
_PAUSE = 2.0  # seconds between two changes of a message that tells what is going on
_PATIENCE = 5.0  # seconds for one such change
_TOKEN = r"(?P<token>[\w-]+)"  # noqa: S105 - no secret: of a draft
_FIELD = 4000  # characters that Discord lets somebody put into a field
_GOES_ON = "If it is longer than a field holds, it goes on here; longer still, add it as a file"
_GONE = (
    "I don't have this any more: what was uploaded waits for an hour, and not over a restart of mine. "
    "Nothing was added. Please add it again with `/article add`."
)
_DISCARDED = "Discarded: nothing was added."
_DISCARDED_REST = "Discarded: what was kept stays, and nothing more was added."
_UNSEEN = "I have read what you gave me, but too late for Discord to let me show it. Please add it again."


class DeferredProgress:
    """Tells what is going on in place of "thinking…"; not too often for Discord, and never for long.

    Buttons stay where they are: should the bot be restarted meanwhile, they tell what came of it.
    """

    def __init__(self, interaction: Interaction) -> None:
        self._interaction = interaction
        self._next = 0.0

    async def __call__(self, step: IntakeStep) -> None:
        """Show it, unless something was shown a moment ago."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _PAUSE
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._interaction.edit_original_response(content=step_line(step))
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:  # what comes of it is told all the same
            _log.info("Progress could not be shown: %s", logs.named(error))


# ── adding ────────────────────────────────────────────────────────────────


async def preview(interaction: Interaction, given: Sequence[ArticleSource]) -> None:
    """Read what somebody gives, and show what was understood before anything is kept; the answer is deferred."""
    guild = manager(interaction)
    draft = await interaction.client.parts.intake.draft(
        guild, interaction.user.id, given, DeferredProgress(interaction)
    )
    await last_word(interaction, draft_card(draft), draft_buttons(draft), aloud=_UNSEEN)


async def _show(interaction: Interaction, draft: ArticleDraft, number: int | None = None) -> None:
    await interaction.edit_original_response(content=draft_card(draft, number), view=draft_buttons(draft, number))


def draft_buttons(draft: ArticleDraft, number: int | None = None) -> View:
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
    gone = _GONE  # what is said of a draft that is not there any more, and that nobody wanted to keep

    def __init__(self, token: str, label: str, state: str = "", **look: Any) -> None:
        self.token = token
        super().__init__(f"{self.action}:{token}{state}", label, **look)

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the draft in its custom id."""
        return cls(match["token"])  # type: ignore[call-arg] # each knows its label

    async def pressed(self, interaction: Interaction) -> None:
        """Do it, if who pressed the button may add articles here, and gave the draft."""
        await interaction.response.defer()
        guild, adding = manager(interaction), interaction.client.parts.intake
        draft = adding.found(self.token, guild, interaction.user.id)
        if draft is not None:
            await self.done(interaction, draft)
            return
        begun = await adding.begun(self.token, guild)  # over a restart, say
        text = begun_card(begun) if begun is not None else self.gone
        await interaction.edit_original_response(content=text, view=None)

    async def done(self, interaction: Interaction, draft: ArticleDraft) -> None:
        """What the button does with the draft."""
        raise NotImplementedError


class KeepButton(_DraftButton, template=rf"article_keep:{_TOKEN}"):
    """Keeps the articles of a draft."""

    action = "article_keep"

    def __init__(self, token: str, count: int = 1) -> None:
        label = "Keep" if count == 1 else f"Keep all {count}"
        super().__init__(token, label, style=discord.ButtonStyle.success)

    async def done(self, interaction: Interaction, draft: ArticleDraft) -> None:
        """Keep them, and tell which; what could not be kept now can be kept later."""

        async def on_kept(info: ArticleInfo) -> None:
            await note(interaction, Change("added", new=info.title))

        kept = await interaction.client.parts.intake.keep(draft, DeferredProgress(interaction), on_kept)
        text = kept_card(kept, draft.refused, waiting=len(draft.items))
        await last_word(interaction, text, draft_buttons(draft) if draft.items else None, aloud=text)


class DiscardButton(_DraftButton, template=rf"article_discard:{_TOKEN}"):
    """Forgets a draft."""

    action = "article_discard"
    gone = _DISCARDED

    def __init__(self, token: str) -> None:
        super().__init__(token, "Discard")

    async def done(self, interaction: Interaction, draft: ArticleDraft) -> None:
        """Forget it; one that is gone already is discarded, too."""
        interaction.client.parts.intake.discard(draft)
        await interaction.edit_original_response(content=_DISCARDED_REST if draft.partly else self.gone, view=None)


class DraftButton(_DraftButton, template=rf"article_draft:{_TOKEN}:(?P<number>\d*)(?P<end>e?)"):
    """Turns to another article of a draft, or to all of it."""

    action = "article_draft"

    def __init__(
        self, token: str, number: int | None, label: str = "Page", *, at_end: bool = False, disabled: bool = False
    ) -> None:
        self.number = number
        end = "e" if at_end and number is None else ""  # two buttons of a message may not have the same id
        super().__init__(token, label, f":{'' if number is None else number}{end}", disabled=disabled)

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the article in its custom id."""
        number = int(match["number"]) if match["number"] else None
        return cls(match["token"], number, at_end=bool(match["end"]))

    async def done(self, interaction: Interaction, draft: ArticleDraft) -> None:
        """Show the article in place of what is shown."""
        await _show(interaction, draft, self.number)


class LeaveOutButton(_DraftButton, template=rf"article_leave_out:{_TOKEN}:(?P<number>\d+)"):
    """Takes an article out of a draft."""

    action = "article_leave_out"

    def __init__(self, token: str, number: int) -> None:
        self.number = number
        super().__init__(token, "Leave out", f":{number}")

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the article in its custom id."""
        return cls(match["token"], int(match["number"]))

    async def done(self, interaction: Interaction, draft: ArticleDraft) -> None:
        """Take it out, and show what is left."""
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


BUTTONS: tuple[type[BotButton], ...] = (KeepButton, DiscardButton, DraftButton, LeaveOutButton)
