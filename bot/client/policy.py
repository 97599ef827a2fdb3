"""The policy of a channel, from what Discord tells of it."""

from __future__ import annotations

import discord

from bot.client.parts import PartsClient
from bot.services.channel_policy import ChannelPolicy, policy_for
from bot.storage.guilds import DEFAULTS


def policy_in(client: PartsClient, guild_id: int | None, channel: object) -> ChannelPolicy:
    """What holds where somebody asks; quick. Where the bot is not a member of the server, nothing was set."""
    guild = client.get_guild(guild_id) if guild_id is not None else None
    if guild is None:
        return ChannelPolicy(DEFAULTS)
    settings = client.parts.guilds.settings(guild.id)
    there = {one for one in settings.channels if guild.get_channel(one) is not None}  # some may be deleted
    return policy_for(guild.id, settings, there, places_of(channel))


def places_of(channel: object) -> set[int]:
    """The ids of a channel, of the channel that it is a thread of, and of its category."""
    found = {getattr(channel, "id", None), getattr(channel, "parent_id", None), _category(channel)}
    return {one for one in found if one is not None}


def _category(channel: object) -> int | None:
    try:
        category: int | None = getattr(channel, "category_id", None)
    except discord.ClientException:  # a thread whose channel is hidden from us
        return None
    return category
