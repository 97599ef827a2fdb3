"""What goes wrong on Discord: one place that turns it into a sentence, and tells it.

What Discord itself refuses has its sentences here; all else is an incident. Nothing here raises, and nothing is
swallowed in silence.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable

import aiohttp
import discord
from discord import app_commands

from bot.client.parts import Interaction
from bot.client.permissions import in_words, lacking_of, missing_permissions, permissions_phrase
from bot.operations import incidents, logs
from bot.phrasing import ENGLISH
from index.phrases import Phrases

_log = logging.getLogger(__name__)

_GONE = frozenset({10003, 10008, 10015, 10062, 50027})  # channel, message, interaction: nobody is there to be told
_NEEDS_HISTORY = 160002  # replying without the right to read what was written before
_HISTORY = in_words("read_message_history")

# the phrases for Discord's codes, and for the errors of discord.py
_REFUSALS = {
    50001: "cannot_see",
    50007: "cannot_write_you",
    50013: "lack_something",
    _NEEDS_HISTORY: "lack_history",
    20028: "too_much_written",
    200000: "automod",
    200001: "automod",
}
_SAID: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((app_commands.CommandNotFound, app_commands.CommandSignatureMismatch), "command_changed"),
    ((discord.Forbidden,), "discord_forbids"),
    ((discord.DiscordServerError, discord.RateLimited, aiohttp.ClientError), "discord_fails"),
)


@logs.harmless_text.register
def _(error: discord.HTTPException) -> str:
    """Without Discord's own text, which may repeat what was sent."""
    return f"status {error.status}, code {error.code}"


@logs.harmless_text.register
def _(error: app_commands.CommandSyncFailure) -> str:
    """All of it: it is about our own commands."""
    return str(error)


def sentence_for(error: BaseException, phrases: Phrases = ENGLISH) -> tuple[str | None, str | None]:
    """What to say about an error, and the id under which the log tells more of it, as `incidents.sentence_of`.

    The sentence is None where nobody is left to be told: the message or the button's message is gone.
    """
    error = _inner(error)
    if isinstance(error, discord.HTTPException) and error.code in _GONE:
        _log.info("Nobody to tell: %s", logs.named(error))
        return None, None
    if sentence := _refusal(error, phrases):
        _log.warning("Told: %s (%s)", logs.named(error), type(error).__name__)
        return sentence, None
    return incidents.sentence_of(error, phrases)


def _inner(error: BaseException) -> BaseException:
    """What was raised inside a command."""
    if isinstance(error, app_commands.CommandInvokeError):
        return error.original
    if isinstance(error, app_commands.TransformerError) and isinstance(error.__cause__, Exception):
        return error.__cause__
    return error


def _refusal(error: BaseException, phrases: Phrases) -> str | None:
    """The sentence for what Discord does not do, or not now; None for anything else."""
    if isinstance(error, discord.HTTPException) and error.code in _REFUSALS:
        return phrases(_REFUSALS[error.code])
    key = next((key for kinds, key in _SAID if isinstance(error, kinds)), None)
    if key is None:
        return None
    lacking = [in_words(name) for name in getattr(error, "missing_permissions", ())]
    return phrases(key, permissions=permissions_phrase(lacking, phrases))


# ── telling ───────────────────────────────────────────────────────────────


async def tell(interaction: Interaction, error: BaseException, phrases: Phrases = ENGLISH) -> None:
    """Say what went wrong to whoever used a command or a button. Never raises.

    Only they see it; where an answer was already announced in public, Discord shows this in its place.
    """
    sentence, _ = sentence_for(error, phrases)
    if sentence is None or interaction.type is discord.InteractionType.autocomplete:
        return
    cause = _inner(error)
    if isinstance(cause, discord.Forbidden) and (lacks := lacking_of(interaction.channel, interaction.app_permissions)):
        lack = phrases("i_lack", permissions=permissions_phrase(lacks, phrases))
        sentence = phrases.joined([lack, phrases("ask_to_allow")])
    await _failure(_respond(interaction, sentence))


async def _respond(interaction: Interaction, sentence: str) -> None:
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
    key, lacking = "cannot_answer_lack" if missing else "cannot_answer", permissions_phrase(missing, phrases)
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
