"""The buttons and the forms with which articles are added. Each looks again at who uses it, and where."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Any, Self

import aiohttp
import discord
from discord.ui import FileUpload, Label, Modal, TextInput, View

from bot.client.followup import last_word
from bot.client.parts import Interaction
from bot.client.reporting import tell
from bot.client.uploads import from_file, given_in, guild_to_add_to
from bot.client.views.article_buttons import note
from bot.client.views.base import control, turning
from bot.errors import Sorry
from bot.fetching import is_link
from bot.operations import logs
from bot.render.article_cards import begun_card, draft_card, kept_card, step_line
from bot.services.drafts import ArticleDraft
from bot.services.intake import ArticleSource, IntakeStep, from_link, from_text
from bot.storage.guilds import Change
from index.phrases import Phrases
from index.store.protocol import ArticleInfo

_log = logging.getLogger(__name__)
_PAUSE = 2.0  # seconds between two changes of a message that tells what is going on
_PATIENCE = 5.0  # seconds for one such change
_FIELDS = ((1, 10), (0, 10), (0, 5))  # how many files each takes at least and at most; Discord allows 10
_KINDS = ".txt, .md, .html, .pdf or .docx, each of up to 10 MB"
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
    guild = guild_to_add_to(interaction)
    draft = await interaction.client.parts.intake.draft(
        guild, interaction.user.id, given, DeferredProgress(interaction)
    )
    await last_word(interaction, draft_card(draft), draft_buttons(draft), aloud=_UNSEEN)


async def _show(interaction: Interaction, draft: ArticleDraft, number: int | None = None) -> None:
    await interaction.edit_original_response(content=draft_card(draft, number), view=draft_buttons(draft, number))


def draft_buttons(draft: ArticleDraft, number: int | None = None) -> View:
    """The buttons under a draft, or under one of several articles in it."""
    view, token = View(timeout=None), draft.token
    numbers = list(draft.items)
    if not numbers:
        return view
    view.add_item(keep_button("Keep" if len(numbers) == 1 else f"Keep all {len(numbers)}", token))
    view.add_item(discard_button("Discard", token))
    if number is not None and number in draft.items:
        view.add_item(leave_out_button("Leave out", token, number))
    if len(numbers) > 1 or draft.refused or number is not None:
        pages = [None, *numbers]
        at = pages.index(number) if number in pages else 0
        back = draft_button("Back", token, pages[at - 1] if at else None, False)
        after = pages[at + 1] if at + 1 < len(pages) else None
        forward = draft_button("Next", token, after, after is None)  # two buttons may not have the same id
        turning(view, back, forward, at, len(pages))
    return view


async def _draft(interaction: Interaction, token: str, gone: str = _GONE) -> ArticleDraft | None:
    """The draft that a button stands under, if who pressed it may add articles here, and gave it.

    Where it is not there any more, over a restart, say, what came of it is told: `gone` if nobody wanted to keep it.
    """
    await interaction.response.defer()
    guild, intake = guild_to_add_to(interaction), interaction.client.parts.intake
    draft = intake.found(token, guild, interaction.user.id)
    if draft is None:
        begun = await intake.begun(token, guild)
        text = begun_card(begun) if begun is not None else gone
        await interaction.edit_original_response(content=text, view=None)
    return draft


@control("article_keep:{token:token}", style=discord.ButtonStyle.success)
async def keep_button(interaction: Interaction, token: str) -> None:
    """Keep the articles of a draft, and tell which; what could not be kept now can be kept later."""
    if (draft := await _draft(interaction, token)) is None:
        return

    async def on_kept(info: ArticleInfo) -> None:
        await note(interaction, Change("added", new=info.title))

    kept = await interaction.client.parts.intake.keep(draft, DeferredProgress(interaction), on_kept)
    text = kept_card(kept, draft.refused, waiting=len(draft.items))
    await last_word(interaction, text, draft_buttons(draft) if draft.items else None, aloud=text)


@control("article_discard:{token:token}")
async def discard_button(interaction: Interaction, token: str) -> None:
    """Forget a draft; one that is gone already is discarded, too."""
    if (draft := await _draft(interaction, token, _DISCARDED)) is not None:
        interaction.client.parts.intake.discard(draft)
        await interaction.edit_original_response(content=_DISCARDED_REST if draft.partly else _DISCARDED, view=None)


@control("article_draft:{token:token}:{number:number?}{at_end:=e}")
async def draft_button(interaction: Interaction, token: str, number: int | None, at_end: bool) -> None:  # noqa: ARG001 - it tells two ids apart
    """Turn to another article of a draft, or to all of it."""
    if (draft := await _draft(interaction, token)) is not None:
        await _show(interaction, draft, number)


@control("article_leave_out:{token:token}:{number:id}")
async def leave_out_button(interaction: Interaction, token: str, number: int) -> None:
    """Take an article out of a draft, and show what is left."""
    if (draft := await _draft(interaction, token)) is not None:
        draft.items.pop(number, None)
        await _show(interaction, draft)


# ── asked for in a message ────────────────────────────────────────────────


def adding_message(phrases: Phrases, *, may: bool | None, given: int | None) -> tuple[str, View | None]:
    """How articles are added, for a message that wishes it.

    Args:
        phrases: those of the reply's language.
        may: whether who wishes it may add some; None where nobody can, outside of servers.
        given: the id of the message, if it holds a file or a link.

    Returns:
        What to say, and for who may the button that reads what is given, or asks for it.
    """
    if not may:
        return phrases("add_on_a_server" if may is None else "add_not_you"), None
    view, label = View(timeout=None), phrases("button_add")
    view.add_item(paste_button(label) if given is None else given_button(label, given))
    return phrases("add_to_come" if given is None else "add_given", add=label), view


@control("article_given:{message:id}", style=discord.ButtonStyle.success)
async def given_button(interaction: Interaction, message: int) -> None:
    """Read the files and the link of a message, and show what was understood of them."""
    guild_to_add_to(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    await preview(interaction, await given_in(interaction, message))


@control("article_paste", style=discord.ButtonStyle.success)
async def paste_button(interaction: Interaction) -> None:
    """Ask for the text or the link of an article."""
    guild_to_add_to(interaction)
    await interaction.response.send_modal(PasteForm())


# ── forms ─────────────────────────────────────────────────────────────────


class _Form(Modal):
    """A form with which articles are added."""

    async def on_error(  # type: ignore[override] # as discord.py's own Modal has it
        self, interaction: discord.Interaction[Any], error: Exception, /
    ) -> None:
        """Say what went wrong."""
        await tell(interaction, error)


class PasteForm(_Form, title="Add an article"):
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


class UploadForm(_Form, title="Add articles"):
    """A form for up to 25 files: a command has 25 options at most, and each takes one file."""

    def __init__(self) -> None:
        super().__init__()
        self.fields = [
            FileUpload[Self](custom_id=f"files{number}", required=least > 0, min_values=least, max_values=most)
            for number, (least, most) in enumerate(_FIELDS)
        ]
        for number, (field, (_, most)) in enumerate(zip(self.fields, _FIELDS, strict=True)):
            text = f"Up to {most} more files" if number else f"Up to {most} files"
            self.add_item(Label(text=text, description=None if number else _KINDS, component=field))

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Show what was understood of them."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        given = [from_file(file) for field in self.fields for file in field.values]
        if not given:
            raise Sorry("There is nothing to read: choose a file.")
        await preview(interaction, given)
