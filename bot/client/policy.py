"""Where something is asked on Discord, and which policy holds there."""

from __future__ import annotations

import discord

from bot.client.parts import Interaction, PartsClient
from bot.services.channel_policy import ChannelPolicy, Venue, policy_for
from bot.storage.guilds import DEFAULTS


def venue_of(guild: int | None, channel: object) -> Venue:
    """The ids of a channel and of what it is in, as far as Discord tells them."""
    try:
        category: int | None = getattr(channel, "category_id", None)
    except discord.ClientException:  # a thread whose channel is hidden from us
        category = None
    return Venue(guild, getattr(channel, "id", None), getattr(channel, "parent_id", None), category)


def venue_here(interaction: Interaction) -> Venue:
    """Where a command, a menu or a button was used."""
    return venue_of(interaction.guild_id, interaction.channel)


def policy_in(client: PartsClient, venue: Venue) -> ChannelPolicy:
    """What holds where somebody asks; quick. Where the bot is not a member of the server, nothing was set."""
    guild = client.get_guild(venue.guild) if venue.guild is not None else None
    if guild is None:
        return ChannelPolicy(DEFAULTS)
    settings = client.parts.guilds.settings(guild.id)
    there = {one for one in settings.channels if guild.get_channel(one) is not None}  # some may be deleted
    return policy_for(venue, settings, there)
