"""/help and /privacy: how to ask, what is kept, and how to have it deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from bot.client.languages import phrases_for
from bot.client.views.answer_buttons import privacy_buttons
from bot.render.cards import help_card, privacy_card
from bot.services.scopes import about, scope_of

if TYPE_CHECKING:
    import discord

    from bot.client.bot import Wuzhen
    from index.phrases import Phrases
    from index.store.protocol import Scope


@app_commands.command(name="help", description="How to ask, and what I keep")
async def help_(interaction: discord.Interaction[Wuzhen]) -> None:
    """Show the help card, to the one who asks for it."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    scope = await about(interaction.client, await scope_of(interaction), interaction.channel)
    text = await help_text(interaction.client, scope, phrases_for(interaction))
    await interaction.edit_original_response(content=text)


@app_commands.command(name="privacy", description="What is kept about you, and a button that deletes it")
async def privacy(interaction: discord.Interaction[Wuzhen]) -> None:
    """Tell what is kept, to the one who asks for it."""
    settings, phrases = interaction.client.settings, phrases_for(interaction)
    text = privacy_card(settings.keep_days, settings.leave_days, phrases)
    await interaction.response.send_message(text, view=privacy_buttons(phrases), ephemeral=True)


async def help_text(client: Wuzhen, scope: Scope, phrases: Phrases) -> str:
    """The help card with examples that the articles in scope can answer."""
    people = await client.answering.look_up(lambda: client.library.speakers(scope))
    return help_card(client.mention, people, phrases)
