"""/ask, /quotes and /check: questions that are answered with the article's exact words."""

from __future__ import annotations

from discord import app_commands

from bot.client.commands.autocomplete import choose_article, choose_speaker
from bot.client.commands.responding import answer
from bot.client.parts import Interaction
from bot.render.limits import QUESTION
from index.question.model import Asked


@app_commands.command(name="ask", description="Ask who said what in the articles")
@app_commands.describe(
    question="Your question, such as: who said …?",
    article="Look only in this article",
    private="Show the answer only to you",
)
@app_commands.autocomplete(article=choose_article)
async def ask(
    interaction: Interaction,
    question: app_commands.Range[str, 1, QUESTION],
    article: str | None = None,
    private: bool | None = None,
) -> None:
    """Answer a question asked in the asker's own words."""
    await answer(interaction, question, article=article, private=private)


@app_commands.command(name="quotes", description="What somebody said, word for word")
@app_commands.describe(
    speaker="Who is quoted",
    topic="Only what they said about this",
    private="Show the answer only to you",
)
@app_commands.autocomplete(speaker=choose_speaker)
async def quotes(
    interaction: Interaction,
    speaker: app_commands.Range[str, 1, QUESTION],
    topic: app_commands.Range[str, 1, QUESTION] | None = None,
    private: bool | None = None,
) -> None:
    """Show what somebody said, on a topic if one is given."""
    await answer(interaction, Asked("what_said", speaker, topic or ""), private=private)


@app_commands.command(name="check", description="Did somebody say this?")
@app_commands.describe(
    speaker="Who is supposed to have said it",
    claim="What they are supposed to have said",
    private="Show the answer only to you",
)
@app_commands.autocomplete(speaker=choose_speaker)
async def check(
    interaction: Interaction,
    speaker: app_commands.Range[str, 1, QUESTION],
    claim: app_commands.Range[str, 1, QUESTION],
    private: bool | None = None,
) -> None:
    """Say whether somebody said something, and show the words that prove it."""
    await answer(interaction, Asked("verify", speaker, claim), private=private)
