"""Reading a message: all that is needed of it in one frozen value, which goes down to the answer and never back."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import PurePath

import discord

from bot.client.message_text import text_of
from bot.client.parts import PartsClient
from bot.client.permissions import in_words, missing_permissions
from bot.client.policy import venue_of
from bot.client.routing import BotIdentity, Incoming, RoutedMessage, route, words_of
from bot.phrasing import phrases
from bot.render.button_codec import question_above
from bot.services.channel_policy import Venue
from index.formats import SUFFIXES
from index.phrases import Phrases

HISTORY = in_words("read_message_history")  # replies need it; an answer can do without
# what people write; everything else Discord writes itself ("… joined the server")
_BY_PEOPLE = frozenset({discord.MessageType.default, discord.MessageType.reply})


@dataclass(frozen=True, slots=True)
class HeardMessage:
    """A message that is meant for the bot: who asks what, where, and in which language they are answered.

    Attributes:
        routed: how it was taken, and the question in it.
        pointed_at: the words of the message that it points at; "" where they cannot be read.
        reply_to: the bot's message that it replies to.
        lacking: the permissions that the bot lacks to answer it there.
        roles: the ids of the asker's roles; None outside of servers.
        manages: whether they may manage the server.
    """

    id: int
    asker: int
    channel: int
    venue: Venue
    routed: RoutedMessage
    pointed_at: str
    reply_to: int | None
    lacking: tuple[str, ...]
    roles: frozenset[int] | None
    manages: bool
    phrases: Phrases


def hear(client: PartsClient, message: discord.Message) -> HeardMessage | None:
    """Read a message; None for one that is none of the bot's business."""
    me = me_in(message, client)
    routed = route(incoming_of(message), me)
    if routed is None:
        return None
    guild, replied, author = message.guild, replied_message(message), message.author
    return HeardMessage(
        id=message.id,
        asker=message.author.id,
        channel=message.channel.id,
        venue=venue_of(guild.id if guild else None, message.channel),
        routed=routed,
        pointed_at=shown_text(client, replied) if routed.points and replied else "",
        reply_to=replied.id if replied is not None and replied.author == client.user else None,
        lacking=tuple(missing_permissions(message.channel, guild.me)) if guild else (),
        roles=frozenset(role.id for role in author.roles) if isinstance(author, discord.Member) else None,
        manages=isinstance(author, discord.Member) and author.guild_permissions.manage_guild,
        phrases=phrases(client.parts.languages.of_message(message)),
    )


def incoming_of(message: discord.Message) -> Incoming:
    """What routing needs of a message."""
    return Incoming(
        content=message.content or text_of(message),  # what is forwarded to the bot comes without words of its own
        automatic=message.author.bot or message.webhook_id is not None or message.type not in _BY_PEOPLE,
        direct=message.guild is None,
        pings=frozenset(user.id for user in message.mentions),
        role_pings=frozenset(role.id for role in message.role_mentions),
        replies_to=_replied_author(message),
        names={user.id: user.display_name for user in message.mentions},
        documents=any(PurePath(file.filename).suffix.lower() in SUFFIXES for file in message.attachments),
    )


def me_in(message: discord.Message, client: discord.Client) -> BotIdentity:
    """Who the bot is in the message's server.

    Raises:
        RuntimeError: the client is not logged in.
    """
    if client.user is None:
        raise RuntimeError("the client is not logged in")
    role = message.guild.self_role if message.guild is not None else None
    return BotIdentity(client.user.id, role.id if role is not None else None)


def replied_message(message: discord.Message) -> discord.Message | None:
    """The message that this one replies to, where Discord sent it along."""
    reference = message.reference
    if reference is None or reference.type is not discord.MessageReferenceType.reply:
        return None
    return reference.resolved if isinstance(reference.resolved, discord.Message) else None


def _replied_author(message: discord.Message) -> int | None:
    replied = replied_message(message)
    return replied.author.id if replied is not None else None


def shown_text(client: discord.Client, message: discord.Message) -> str:
    """The words that a message shows, without the mention of the bot, with the names of the people it mentions."""
    return text_of(message, words_of(incoming_of(message), me_in(message, client)) if message.content else "")


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
