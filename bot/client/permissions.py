"""Permissions as people read them, and which of them the bot lacks."""

from __future__ import annotations

import discord

from index.phrases import Phrases

_OTHERWISE = {"read_messages": "view_channel"}  # discord.py's name and Discord's


def missing_permissions(channel: object, me: discord.Member) -> list[str]:
    """What the bot lacks to answer in a channel, as Discord's settings name it; never anything in direct messages."""
    if not isinstance(channel, (discord.abc.GuildChannel, discord.Thread)):
        return []
    try:
        return lacking_of(channel, channel.permissions_for(me))
    except discord.ClientException:  # a thread whose channel is hidden from us
        return [in_words("view_channel")]


def lacking_of(channel: object, has: discord.Permissions) -> list[str]:
    """What answering in a channel needs of these permissions and does not have."""
    send = "send_messages_in_threads" if isinstance(channel, discord.Thread) else "send_messages"
    needed = ("view_channel", send, "read_message_history")
    return [in_words(name) for name in needed if not getattr(has, name)]


def in_words(permission: str) -> str:
    """`send_messages_in_threads` as it stands in Discord's settings."""
    permission = _OTHERWISE.get(permission, permission)
    return " ".join(word if word in {"in", "of"} else word.capitalize() for word in permission.split("_"))


def permissions_phrase(names: list[str], phrases: Phrases) -> str:
    """Permissions as part of a sentence: "the permissions A and B"."""
    return phrases("permissions", count=len(names), names=phrases.listed(names))
