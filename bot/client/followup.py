"""Saying what came of something that took long, when Discord may take no more answers to the command or button."""

from __future__ import annotations

import logging

import discord
from discord.ui import View
from discord.utils import MISSING

from bot.client.parts import Interaction
from bot.client.permissions import in_words, missing_permissions
from bot.client.policy import policy_in, venue_here
from bot.client.sending import once_more
from bot.operations import logs

_log = logging.getLogger(__name__)
_OVER = frozenset({10015, 10062, 50027})  # what Discord says of a command or button after 15 minutes
_DISMISSED = 10008  # the message that was to be changed is gone
_NOT_NEEDED = in_words("read_message_history")


async def last_word(interaction: Interaction, content: str, view: View | None = None, *, aloud: str) -> None:
    """Show what came of something in place of the deferred answer; `aloud` in the channel if Discord takes no more."""
    try:
        await once_more(lambda: interaction.edit_original_response(content=content, view=view))
    except discord.HTTPException as error:
        if error.code == _DISMISSED:
            await interaction.followup.send(content, view=MISSING if view is None else view, ephemeral=True)
        elif error.code in _OVER:
            await _say(interaction, f"{interaction.user.mention} {aloud}")
        else:
            raise


async def _say(interaction: Interaction, text: str) -> None:
    """Say it where the command was used, if the bot may write there."""
    guild, channel = interaction.guild, interaction.channel
    if guild is None or not isinstance(channel, discord.abc.Messageable):
        return
    lacks = [name for name in missing_permissions(channel, guild.me) if name != _NOT_NEEDED]
    if lacks or policy_in(interaction.client, venue_here(interaction)).aloud:
        _log.warning("What came of a command was told to nobody: it took too long, and I do not write in its channel")
        return
    try:
        await channel.send(text)
    except discord.HTTPException as error:
        _log.warning("What came of a command was told to nobody: %s", logs.named(error))
