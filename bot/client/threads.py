"""Threads that the bot opens for its answers, where the managers of a server want that."""

from __future__ import annotations

import logging
from typing import Final

import discord

from bot.client.routing import RoutedMessage
from bot.storage.guilds import Threads

_log = logging.getLogger(__name__)

_NAME = 100  # characters that Discord takes
_ARCHIVED_AFTER: Final = 1440  # minutes without a message


async def thread_for(message: discord.Message, routed: RoutedMessage, threads: Threads) -> discord.Thread | None:
    """A new thread for the answer to a question; None where there is to be none, or can be none."""
    channel = message.channel
    if not isinstance(channel, discord.TextChannel) or not _wanted(routed, threads) or not may_open(channel):
        return None
    name = " ".join(routed.question.split())
    try:
        return await message.create_thread(
            name=name if len(name) <= _NAME else f"{name[: _NAME - 1]}…", auto_archive_duration=_ARCHIVED_AFTER
        )
    except discord.HTTPException as error:  # somebody opened one meanwhile, or AutoMod minds its name
        _log.info("No thread for an answer (status %s, code %s)", error.status, error.code)
        return None


def may_open(channel: discord.TextChannel) -> bool:
    """Whether the bot may open threads in a channel, and write in them."""
    has = channel.permissions_for(channel.guild.me)
    return has.create_public_threads and has.send_messages_in_threads


def _wanted(routed: RoutedMessage, threads: Threads) -> bool:
    return threads == "always" or (threads == "mention" and routed.surface == "mention")
