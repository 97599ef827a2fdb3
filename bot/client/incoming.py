"""From discord.py's messages to what routing needs of them."""

from __future__ import annotations

import contextlib

import discord

from bot.client.routing import Incoming, Me, route
from bot.render.button_codec import question_above

# what people write; everything else Discord writes itself ("… joined the server")
_BY_PEOPLE = frozenset({discord.MessageType.default, discord.MessageType.reply})


def incoming_of(message: discord.Message) -> Incoming:
    """What routing needs of a message."""
    return Incoming(
        content=message.content or _forwarded(message),
        automatic=message.author.bot or message.webhook_id is not None or message.type not in _BY_PEOPLE,
        direct=message.guild is None,
        pings=frozenset(user.id for user in message.mentions),
        role_pings=frozenset(role.id for role in message.role_mentions),
        replies_to=_replied_author(message),
        names={user.id: user.display_name for user in message.mentions},
    )


def me_in(message: discord.Message, client: discord.Client) -> Me:
    """Who the bot is in the message's server.

    Raises:
        RuntimeError: the client is not logged in.
    """
    if client.user is None:
        raise RuntimeError("the client is not logged in")
    role = message.guild.self_role if message.guild is not None else None
    return Me(client.user.id, role.id if role is not None else None)


def replied_message(message: discord.Message) -> discord.Message | None:
    """The message that this one replies to, where Discord sent it along."""
    reference = message.reference
    if reference is None or reference.type is not discord.MessageReferenceType.reply:
        return None
    return reference.resolved if isinstance(reference.resolved, discord.Message) else None


def _replied_author(message: discord.Message) -> int | None:
    replied = replied_message(message)
    return replied.author.id if replied is not None else None


def _forwarded(message: discord.Message) -> str:
    """The text of a message forwarded to the bot, which comes without words of its own."""
    return message.message_snapshots[0].content if message.message_snapshots else ""


async def question_behind(client: discord.Client, message: discord.Message) -> str:
    """The question that a message of the bot answers: in its first line, or in the message it replies to; "" for none.

    Discord may not hand the bot that message any more.
    """
    if above := question_above(message.content):
        return above
    asked = await _replied_to(message)
    routed = route(incoming_of(asked), me_in(asked, client)) if asked is not None else None
    return routed.question if routed is not None else ""


async def _replied_to(message: discord.Message) -> discord.Message | None:
    reference = message.reference
    if reference is None or reference.message_id is None:
        return None
    if isinstance(reference.resolved, discord.Message):
        return reference.resolved
    with contextlib.suppress(discord.HTTPException):  # deleted, or in a channel that is closed to the bot
        return await message.channel.fetch_message(reference.message_id)
    return None
