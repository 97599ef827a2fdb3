"""Why an answer is as it is, for who manages the server: the button, and what it and the menu do."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import discord

from bot.client.asker_scope import scope_here, scope_of
from bot.client.incoming import question_behind
from bot.client.parts import Interaction
from bot.client.views.base import Control, control
from bot.errors import Sorry
from bot.render.answer_page import answer_page, which_story
from bot.render.button_codec import question_above
from bot.render.why_card import why_message
from bot.services.normalise import canonical
from bot.services.request import ShownAnswer
from bot.storage.recorded_question import RecordedQuestion
from index.answer.contract import Answer
from index.answer.explanation import Trace
from index.library import Library
from index.phrases import Language
from index.question.model import Asked, Memory
from index.store.protocol import Scope

_HERE = "here"
_MANAGERS = "Only members with the permission Manage Server can see why I answered so."
_NO_QUESTION = (
    "I can't read any more what was asked there, so I can't tell why. Choose one of my answers, or ask again."
)


@dataclass(frozen=True, slots=True)
class _Case:
    """An answer that is to be explained.

    Attributes:
        question: what was asked.
        scope: where to look, as whoever wants to know may.
        before: the questions that it goes on from, the oldest first.
        language: of the answer.
        is_same: whether an answer is the one that was shown.
    """

    question: str | Asked
    scope: Scope
    before: Sequence[RecordedQuestion]
    language: Language
    is_same: Callable[[Answer], bool]


@control(rf"why:{{message:{_HERE}|\d+}}")
async def message_why_button(interaction: Interaction, message: str) -> None:
    """Tell who presses it why an answer is as it is: the one in a message, or the one that the button stands under."""
    await explain(interaction, interaction.message if message == _HERE else int(message))


def why_button(message: int | None = None) -> Control:
    """The button for the answer in a message, or for None for the one that it stands under."""
    return message_why_button("Why this answer?", _HERE if message is None else str(message))


def may_ask_why(interaction: Interaction) -> bool:
    """Whether somebody manages the server they are in, and the bot is a member of it."""
    guild = interaction.client.get_guild(interaction.guild_id or 0)
    return guild is not None and interaction.permissions.manage_guild


def why_beside(interaction: Interaction) -> Control | None:
    """The button for the answer under which somebody pressed another one; None where they may not know.

    Nor where only they see the answer: no button beside it could read it again.
    """
    message = interaction.message
    if message is None or message.flags.ephemeral or not may_ask_why(interaction):
        return None
    return why_button(message.id)


async def explain(interaction: Interaction, message: discord.Message | int | None) -> None:
    """Show, to who wants to know alone, why the answer in a message of the bot is as it is.

    Raises:
        Sorry: they may not know, or nobody can read any more what was asked.
    """
    if not may_ask_why(interaction):
        raise Sorry(_MANAGERS)
    await interaction.response.defer(ephemeral=True, thinking=True)
    case = await _case(interaction, message)
    library = interaction.client.parts.library
    answer, trace = await interaction.client.parts.off_loop(lambda: _asked_again(library, case))
    content = why_message(trace, changed=not case.is_same(answer))
    await interaction.edit_original_response(content=content)


def _asked_again(library: Library, case: _Case) -> tuple[Answer, Trace]:
    memory = Memory()
    for posed in case.before:
        narrow = replace(case.scope, articles=posed.scope(case.scope).articles)
        _, memory = library.ask(canonical(posed.to_ask), scope=narrow, memory=memory)
    answer, _, trace = library.why(canonical(case.question), scope=case.scope, memory=memory, language=case.language)
    return answer, trace


# ── what was asked ────────────────────────────────────────────────────────


async def _case(interaction: Interaction, message: discord.Message | int | None) -> _Case:
    """What is still known of the answer in a message: all of it for a day, then what the message tells.

    Raises:
        Sorry: that is nothing.
    """
    id_ = message.id if isinstance(message, discord.Message) else message
    shown = interaction.client.parts.answering.shown_in(id_ or 0)
    if shown is not None and not _is_here(interaction, shown):
        raise Sorry(_NO_QUESTION)
    if shown is not None:
        narrow = replace(await scope_of(interaction), articles=shown.request.scope.articles)
        before = [posed for _, posed in shown.before]
        return _Case(
            shown.request.question, narrow, before, shown.answer.language, lambda answer: _is_like(answer, shown.answer)
        )
    if isinstance(message, int):
        message = await _fetched(interaction, message)
    content = "" if message is None else message.content
    question = await question_behind(interaction.client, message) if message is not None else ""
    if not question:
        raise Sorry(_NO_QUESTION)
    scope, language = await scope_here(interaction), interaction.client.parts.languages.of(interaction)
    return _Case(question, scope, (), language, lambda answer: _reads(answer, content))


def _is_here(interaction: Interaction, shown: ShownAnswer) -> bool:
    """Whether an answer was shown where somebody wants to know of it, and to them: a custom id may be made up."""
    request, here = shown.request, {interaction.channel_id, getattr(interaction.channel, "parent_id", None)}
    return request.channel in here and (not request.private or request.person == interaction.user.id)


async def _fetched(interaction: Interaction, message: int) -> discord.Message | None:
    """A message in the channel; None where it is gone or out of reach."""
    channel = interaction.client.get_partial_messageable(interaction.channel_id or 0)
    with contextlib.suppress(discord.NotFound, discord.Forbidden):
        return await channel.fetch_message(message)
    return None


def _is_like(answer: Answer, other: Answer) -> bool:
    return (answer.status, answer.reason, answer.text) == (other.status, other.reason, other.text)


def _reads(answer: Answer, content: str) -> bool:
    """Whether an answer reads as the message does."""
    question = question_above(content)
    return content in {answer_page(answer, question=question).content, which_story(answer)}
