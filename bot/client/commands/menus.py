"""Message menus: who said what a message says, whether what it claims was said, and why the bot answered so."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client.commands.responding import answer
from bot.client.incoming import shown_text
from bot.client.parts import Interaction
from bot.client.views.why_buttons import explain
from bot.errors import Sorry
from bot.phrasing import LazyPhrase
from index.question.model import Asked


@app_commands.context_menu(name="Who said this?")
async def who_said_this(interaction: Interaction, message: discord.Message) -> None:
    """Look for the speaker of the message's words; only the one who asks sees the answer."""
    await answer(interaction, Asked("who_said", topic=_words_of(interaction, message)), surface="menu", private=True)


@app_commands.context_menu(name="Check this message")
async def check_this_message(interaction: Interaction, message: discord.Message) -> None:
    """Check what a message says somebody said; only the one who asks sees the answer."""
    await answer(interaction, Asked("verify", topic=_words_of(interaction, message)), surface="menu", private=True)


@app_commands.context_menu(name="Why this answer?")
@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
async def why_this_answer(interaction: Interaction, message: discord.Message) -> None:
    """Tell a manager of the server how an answer came about; only they see it."""
    if message.author != interaction.client.user:
        raise Sorry("That is none of my answers: choose one of them.")
    await explain(interaction, message)


def _words_of(interaction: Interaction, message: discord.Message) -> str:
    """The words that the message shows.

    Raises:
        Sorry: there is none, or it is an answer of the bot.
    """
    if message.author == interaction.client.user:
        raise Sorry(LazyPhrase("answer_of_mine"))
    words = shown_text(interaction.client, message)
    if not words:
        raise Sorry(LazyPhrase("no_text"))
    return words
