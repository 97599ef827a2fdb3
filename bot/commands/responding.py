"""What every command does: look where the asker may look, ask on the one path, show the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.access import scope_of
from bot.answering import Request, Surface
from bot.commands.choices import article_named
from bot.render import answer_page
from bot.views import answer_buttons

if TYPE_CHECKING:
    from bot.client import Wuzhen
    from index.question.model import Asked


async def answer(
    interaction: discord.Interaction[Wuzhen],
    question: str | Asked,
    *,
    surface: Surface = "slash",
    article: str | None = None,
    private: bool = False,
) -> None:
    """Answer a question where it was asked; `article` narrows to one, as typed or chosen."""
    client = interaction.client
    client.answering.admit(interaction.user.id, surface)  # told before anything is shown in public
    await interaction.response.defer(ephemeral=private, thinking=True)
    scope = scope_of(interaction)
    if article is not None:
        scope = await article_named(client, article, scope)
    channel = interaction.channel_id or 0
    request = Request(person=interaction.user.id, channel=channel, question=question, scope=scope, surface=surface)
    found = await client.answering.ask(request)
    page = answer_page(found, question=found.question)
    view = answer_buttons(page, asker=None if private else interaction.user.id, votes=found.reason != "not_a_question")
    message = await interaction.edit_original_response(content=page.content, view=view)
    client.answering.shown(request, message.id, found)
