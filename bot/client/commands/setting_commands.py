"""/settings: what holds on a server, for those who manage it."""

from __future__ import annotations

from discord import app_commands

from bot.client.parts import Interaction
from bot.client.views.setting_controls import guild_to_manage, show_settings


@app_commands.command(name="settings", description="Who may add articles here, where I answer, and how")
@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
async def settings(interaction: Interaction) -> None:
    """Show the settings to a manager, with what changes them."""
    guild_to_manage(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    await show_settings(interaction)
