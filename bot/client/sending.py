"""Sending: an answer whose connection drops meanwhile is sent once more, and never stands there twice."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
import discord

from bot.client.parts import Interaction
from bot.operations import logs

T = TypeVar("T")

_log = logging.getLogger(__name__)

_AGAIN_AFTER = 1.0  # seconds
_DROPPED = (aiohttp.ClientError, OSError)
_ACKNOWLEDGED = 40060  # what Discord says of an interaction that it has an answer to
_NONCE_BYTES = 12  # 24 digits; Discord takes 25


async def once_more(send: Callable[[], Awaitable[T]]) -> T:
    """What sending gives, tried once more where the connection drops; for what may arrive twice without harm."""
    try:
        return await send()
    except _DROPPED as error:
        _log.info("The connection dropped while something was sent, which is tried once more: %s", logs.named(error))
    await asyncio.sleep(_AGAIN_AFTER)
    return await send()


async def send_message(channel: discord.abc.Messageable, content: str, **more: Any) -> discord.Message:
    """Send a message as `channel.send`; of two with the same nonce Discord keeps the first, and gives that back."""
    nonce = secrets.token_hex(_NONCE_BYTES)
    return await once_more(lambda: channel.send(content, nonce=nonce, **more))


async def defer(interaction: Interaction, **how: Any) -> None:
    """Tell Discord that the answer will follow, as `interaction.response.defer`."""
    try:
        await once_more(lambda: interaction.response.defer(**how))
    except discord.HTTPException as error:
        if error.code != _ACKNOWLEDGED:  # it had arrived the first time
            raise
