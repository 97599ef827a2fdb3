"""/help and /privacy: how to ask, what is kept, and how to have it deleted."""

from __future__ import annotations

from discord import app_commands

from bot.client.asker_scope import scope_here
from bot.client.parts import Interaction, PartsClient, phrases_for
from bot.client.views.privacy import privacy_buttons
from bot.render.cards import help_card, privacy_card
from index.phrases import Phrases
from index.store.protocol import Scope


@app_commands.command(name="help", description="How to ask, and what I keep")
async def help_(interaction: Interaction) -> None:
    """Show the help card, to the one who asks for it."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    text = await help_text(interaction.client, await scope_here(interaction), phrases_for(interaction))
    await interaction.edit_original_response(content=text)


@app_commands.command(name="privacy", description="What is kept about you, and a button that deletes it")
async def privacy(interaction: Interaction) -> None:
    """Tell what is kept, to the one who asks for it."""
    settings, phrases = interaction.client.parts.settings, phrases_for(interaction)
    text = privacy_card(settings.keep_days, settings.leave_days, phrases)
    await interaction.response.send_message(text, view=privacy_buttons(phrases), ephemeral=True)


async def help_text(client: PartsClient, scope: Scope, phrases: Phrases) -> str:
    """The help card with examples that the articles in scope can answer."""
    people = await client.parts.off_loop(lambda: client.parts.library.speakers(scope))
    return help_card(client.mention, people, phrases)
