"""The button under the privacy card."""

from __future__ import annotations

from discord import ButtonStyle
from discord.ui import View

from bot.client.parts import Interaction, phrases_for
from bot.client.views.base import control
from bot.storage.feedback import DeletedCounts
from index.phrases import Phrases


def privacy_buttons(phrases: Phrases) -> View:
    """The button that has all deleted which is kept about a person."""
    view = View(timeout=None)
    view.add_item(forget_button(phrases("button_forget")))
    return view


@control("forget_me", style=ButtonStyle.danger)
async def forget_button(interaction: Interaction) -> None:
    """Delete votes, gaps, the links between messages, and conversations of who presses it."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    parts, person = interaction.client.parts, interaction.user.id
    phrases = phrases_for(interaction)
    parts.answering.forget(person)
    parts.languages.forget(person)
    deleted = await parts.off_loop(lambda: parts.records.forget(person))
    named = await parts.off_loop(lambda: parts.guilds.forget(person))
    await interaction.edit_original_response(content=_deleted(deleted, named, phrases))


def _deleted(deleted: DeletedCounts, named: int, phrases: Phrases) -> str:
    counts = (("votes", deleted.votes), ("questions", deleted.gaps))
    found = [phrases(key, count=count) for key, count in counts if count]
    lines = [phrases("deleted", things=phrases("list_comma").join(found))] if found else []
    if named:
        lines.append(phrases("name_is_out"))
    if deleted.followed:
        lines.append(phrases("follows_no_more"))
    return phrases.joined(lines) or phrases("nothing_kept")
