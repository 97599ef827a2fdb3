"""/speakers and /articles: what there is to ask about, a page at a time."""

from __future__ import annotations

from discord import app_commands

from bot.client.commands.responding import answer
from bot.client.parts import Interaction, phrases_for
from bot.client.policy import policy_in, venue_here
from bot.client.views.listing import Listing, list_page
from bot.render.limits import QUESTION
from index.question.model import Asked


@app_commands.command(name="speakers", description="Who is quoted")
@app_commands.describe(topic="Only people who talked about this")
async def speakers(interaction: Interaction, topic: app_commands.Range[str, 1, QUESTION] | None = None) -> None:
    """List everybody who is quoted, or who talked about a topic."""
    if topic:
        await answer(interaction, Asked("speakers", topic=topic))
    else:
        await _list(interaction, "speakers")


@app_commands.command(name="articles", description="What I can answer from")
async def articles(interaction: Interaction) -> None:
    """List the articles that answers come from here."""
    await _list(interaction, "articles")


async def _list(interaction: Interaction, listing: Listing) -> None:
    policy = policy_in(interaction.client, venue_here(interaction))
    await interaction.response.defer(ephemeral=policy.hides(None), thinking=True)
    content, view = await list_page(interaction, listing, 0, phrases_for(interaction))
    await interaction.edit_original_response(content=content, view=view)
