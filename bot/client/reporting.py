"""What goes wrong on Discord: one place that turns it into a sentence, and tells it.

What was to be expected is a `Sorry`, whose text is the sentence. Everything unexpected gets a short id that stands
in the log as well. Nothing here raises, and nothing is swallowed in silence.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.errors import Refused
from bot.operations import logs
from bot.phrasing import ENGLISH, Sentence
from index.article import ArticleError
from index.encoder import EncoderError
from index.library import LibraryError
from index.phrases import Phrases
from index.reader import ReaderError
from index.store.protocol import StoreError

_log = logging.getLogger(__name__)

_GONE = frozenset({10003, 10008, 10015, 10062, 50027})  # channel, message, interaction: nobody is there to be told
_NEEDS_HISTORY = 160002  # replying without the right to read what was written before
_HISTORY = "Read Message History"
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is taken for another when read aloud

# the phrases for Discord's codes
_REFUSALS = {
    50001: "cannot_see",
    50007: "cannot_write_you",
    50013: "lack_something",
    _NEEDS_HISTORY: "lack_history",
    20028: "too_much_written",
    200000: "automod",
    200001: "automod",
}
# their sentences are about files and settings, for whoever runs the bot
_FOR_OPERATORS = (StoreError, EncoderError, ReaderError, Refused)


class Sorry(Exception):  # noqa: N818 - it names what is said; nothing went wrong inside the program
    """Something that was to be expected: its text is the one sentence that a person reads.

    Args:
        sentence: the text, or what becomes one in the language of the reply.
    """

    def __init__(self, sentence: str | Sentence) -> None:
        super().__init__(str(sentence))
        self._sentence = sentence

    def said(self, phrases: Phrases) -> str:
        """The sentence in a language, if it is there in it."""
        return self._sentence.said(phrases) if isinstance(self._sentence, Sentence) else self._sentence


def sentence_for(error: BaseException, phrases: Phrases = ENGLISH) -> tuple[str | None, str | None]:
    """What to say about an error, and the id under which the log tells more of it.

    The sentence is None where nobody is left to be told: the message or the button's message is gone. The id is None
    for what was to be expected. What is worth a line is logged here, once.
    """
    error = _inner(error)
    if isinstance(error, Sorry):
        return error.said(phrases), None
    if isinstance(error, discord.HTTPException) and error.code in _GONE:
        _log.info("Nobody to tell: %s", logs.named(error))
        return None, None
    if isinstance(error, _FOR_OPERATORS):
        short = _new_id()
        _log.error("%s (id %s)", error, short, extra={"id": short})
        return phrases("trouble_articles", id=short), short
    if sentence := _known(error, phrases):
        _log.warning("Told: %s (%s)", logs.named(error), type(error).__name__)
        return sentence, None
    short = _new_id()
    _log.error("Something unexpected, id %s", short, exc_info=error, extra={"id": short})
    return phrases("trouble_unknown", id=short), short


def _new_id() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(5))


def _inner(error: BaseException) -> BaseException:
    """What was raised inside a command."""
    if isinstance(error, app_commands.CommandInvokeError):
        return error.original
    if isinstance(error, app_commands.TransformerError) and isinstance(error.__cause__, Exception):
        return error.__cause__
    return error


def _known(error: BaseException, phrases: Phrases) -> str | None:
    """The sentence for what may happen to anybody; None for what should not happen."""
    if isinstance(error, (ArticleError, LibraryError)):
        return str(error)
    if isinstance(error, discord.HTTPException) and error.code in _REFUSALS:
        return phrases(_REFUSALS[error.code])
    key = next((key for kinds, key in _SAID if isinstance(error, kinds)), None)
    if key is None:
        return None
    lacking = [in_words(name) for name in getattr(error, "missing_permissions", ())]
    return phrases(key, permissions=_permissions(lacking, phrases))


_SAID: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((app_commands.CommandNotFound, app_commands.CommandSignatureMismatch), "command_changed"),
    ((discord.Forbidden,), "discord_forbids"),
    ((discord.DiscordServerError, discord.RateLimited, aiohttp.ClientError), "discord_fails"),
)


# ── telling ───────────────────────────────────────────────────────────────


async def tell(interaction: discord.Interaction[Any], error: BaseException, phrases: Phrases = ENGLISH) -> None:
    """Say what went wrong to whoever used a command or a button. Never raises.

    Only they see it; where an answer was already announced in public, Discord shows this in its place.
    """
    sentence, _ = sentence_for(error, phrases)
    if sentence is None or interaction.type is discord.InteractionType.autocomplete:
        return
    cause = _inner(error)
    if isinstance(cause, discord.Forbidden) and (lacking := _lacking(interaction.channel, interaction.app_permissions)):
        lack = phrases("i_lack", permissions=_permissions(lacking, phrases))
        sentence = phrases.joined([lack, phrases("ask_to_allow")])
    await _failure(_respond(interaction, sentence))


async def _respond(interaction: discord.Interaction[Any], sentence: str) -> None:
    if not interaction.response.is_done():
        try:
            await interaction.response.send_message(sentence, ephemeral=True)
        except discord.InteractionResponded:  # meanwhile, by whatever else is working on it
            pass
        else:
            return
    await interaction.followup.send(sentence, ephemeral=True)


async def tell_message(message: discord.Message, error: BaseException, phrases: Phrases = ENGLISH) -> None:
    """Say what went wrong as a reply; where that cannot be sent, to the author directly. Never raises."""
    sentence, _ = sentence_for(error, phrases)
    if sentence is None:
        return
    missing = missing_permissions(message.channel, message.guild.me) if message.guild else []
    if missing == [_HISTORY]:  # only replies need it
        missing, saying = [], message.channel.send
    else:
        saying = message.reply
    if not missing and not _denied(_inner(error)):
        refused = await _failure(saying(sentence))
        if refused is None or not _denied(refused):
            return
    if message.guild is not None:
        await _failure(message.author.send(_about(message, missing, phrases)))


def _denied(error: BaseException) -> bool:
    """Whether Discord did not let the bot write."""
    return isinstance(error, discord.Forbidden) or getattr(error, "code", None) == _NEEDS_HISTORY


def _about(message: discord.Message, missing: list[str], phrases: Phrases) -> str:
    """Why nothing is said where it was asked, for the asker to pass on."""
    key, lacking = "cannot_answer_lack" if missing else "cannot_answer", _permissions(missing, phrases)
    why = phrases(key, where=f"<#{message.channel.id}>", permissions=lacking)
    return phrases.joined([why, phrases("ask_to_allow")])


async def _failure(sending: Awaitable[object]) -> Exception | None:
    """Send it; why that was not possible, which is a line in the log: telling of an error is never the next one."""
    try:
        await sending
    except Exception as error:
        _log.info("Could not say what went wrong: %s", logs.named(error))
        return error
    return None


# ── permissions, in words ─────────────────────────────────────────────────


_OTHERWISE = {"read_messages": "view_channel"}  # discord.py's name and Discord's


def missing_permissions(channel: object, me: discord.Member) -> list[str]:
    """What the bot lacks to answer a message in a channel, as Discord's settings name it; [] when nothing.

    Args:
        channel: where the answer is to go; in direct messages nothing is ever lacking.
        me: the bot as a member of that server.
    """
    if not isinstance(channel, (discord.abc.GuildChannel, discord.Thread)):
        return []
    try:
        return _lacking(channel, channel.permissions_for(me))
    except discord.ClientException:  # a thread whose channel is hidden from us
        return [in_words("view_channel")]


def _lacking(channel: object, has: discord.Permissions) -> list[str]:
    send = "send_messages_in_threads" if isinstance(channel, discord.Thread) else "send_messages"
    needed = ("view_channel", send, "read_message_history")
    return [in_words(name) for name in needed if not getattr(has, name)]


def in_words(permission: str) -> str:
    """`send_messages_in_threads` as it stands in Discord's settings."""
    permission = _OTHERWISE.get(permission, permission)
    return " ".join(word if word in {"in", "of"} else word.capitalize() for word in permission.split("_"))


def _permissions(names: list[str], phrases: Phrases) -> str:
    return phrases("permissions", count=len(names), names=phrases.listed(names))
