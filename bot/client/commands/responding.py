"""What every command does: look where the asker may look, ask on the one path, show the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.client.commands.autocomplete import article_named
from bot.client.languages import phrases_for
from bot.client.views.answer_buttons import answer_message
from bot.client.views.why_buttons import may_ask_why
from bot.services.answering import Request, Surface
from bot.services.channel_policy import manners_in
from bot.services.scopes import about, scope_of

if TYPE_CHECKING:
    from bot.client.bot import Wuzhen
    from index.question.model import Asked


async def answer(
    interaction: discord.Interaction[Wuzhen],
    question: str | Asked,
    *,
    surface: Surface = "slash",
    article: str | None = None,
    private: bool | None = None,
) -> None:
    """Answer a question where it was asked.

    Args:
        interaction: the command or menu that was used.
        question: what it asks.
        surface: which of them it was.
        article: narrows to one article, as typed or chosen.
        private: whether only the asker sees the answer; None for what the server's managers have set.
    """
    client, person = interaction.client, interaction.user.id
    manners = manners_in(client, interaction.guild_id, interaction.channel)
    client.answering.admit(person, surface, pace=manners.pace)  # told before anything is shown in public
    hidden = manners.hides(private)
    await interaction.response.defer(ephemeral=hidden, thinking=True)
    scope, phrases = await scope_of(interaction), phrases_for(interaction)
    if article is not None:
        scope = await article_named(client, article, scope)
    else:
        scope = await about(client, scope, interaction.channel)
    request = Request(
        person=person,
        channel=interaction.channel_id or 0,
        question=question,
        scope=scope,
        surface=surface,
        private=hidden,
        pace=manners.pace,
        language=phrases.language,
    )
    found = await client.answering.ask(request)
    content, view = answer_message(
        found,
        phrases,
        asker=None if hidden else person,
        question=found.question,
        may_ask=isinstance(question, str),
        why=hidden and may_ask_why(interaction),
    )
    message = await interaction.edit_original_response(content=content, view=view)
    client.answering.shown(request, message.id, found)
    if private is False and hidden:  # not as they chose
        said = phrases("only_you", places=manners.elsewhere(phrases))
        await interaction.followup.send(said, ephemeral=True)
