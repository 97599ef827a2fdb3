"""What every command does: look where the asker may look, ask on the one path, show the answer."""

from __future__ import annotations

from bot.client.asker_scope import scope_here, scope_of
from bot.client.commands.autocomplete import article_named
from bot.client.parts import Interaction, phrases_for
from bot.client.policy import policy_in, venue_here
from bot.client.sending import defer, once_more
from bot.client.views.answer_buttons import answer_message
from bot.client.views.why_buttons import may_ask_why
from bot.services.request import Request, Surface
from index.question.model import Asked


async def answer(
    interaction: Interaction,
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
    policy = policy_in(client, venue_here(interaction))
    client.parts.answering.admit(person, surface, pace=policy.pace)  # told before anything is shown in public
    hidden = policy.hides(private)
    await defer(interaction, ephemeral=hidden, thinking=True)
    phrases = phrases_for(interaction)
    if article is not None:
        scope = await article_named(client.parts, article, await scope_of(interaction))
    else:
        scope = await scope_here(interaction)
    request = Request(
        person=person,
        channel=interaction.channel_id or 0,
        question=question,
        scope=scope,
        surface=surface,
        private=hidden,
        pace=policy.pace,
        language=phrases.language,
    )
    found = await client.parts.answering.ask(request)
    content, view = answer_message(
        found,
        phrases,
        asker=None if hidden else person,
        question=found.question,
        may_ask=isinstance(question, str),
        why=hidden and may_ask_why(interaction),
        bound=None if article is not None or scope.articles is None else len(scope.articles),
    )
    message = await once_more(lambda: interaction.edit_original_response(content=content, view=view))
    client.parts.answering.shown(request, message.id, found)
    if private is False and hidden:  # not as they chose
        said = phrases("only_you", places=policy.elsewhere(phrases))
        await interaction.followup.send(said, ephemeral=True)
