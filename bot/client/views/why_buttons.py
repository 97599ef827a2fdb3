"""Why an answer is as it is, for who manages the server: the button, and what it and the menu do."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import discord

from bot.client.parts import Interaction
from bot.client.scopes import about, scope_of
from bot.client.views.base import BotButton
from bot.client.views.votes import asked_in
from bot.errors import Sorry
from bot.render.answer import answer_page, question_of, which_story
from bot.render.why_card import why_message
from bot.services.normalise import canonical
from bot.services.request import Shown
from bot.storage.recorded_question import Posed
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
    before: Sequence[Posed]
    language: Language
    is_same: Callable[[Answer], bool]


class WhyButton(BotButton, template=rf"why:(?P<message>{_HERE}|\d+)"):
    """Shows why an answer is as it is: the one in a message, or for None the one that the button stands under."""

    def __init__(self, message: int | None = None) -> None:
        self.message = message
        super().__init__(f"why:{_HERE if message is None else message}", "Why this answer?")

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the message in its custom id."""
        return cls(None if match["message"] == _HERE else int(match["message"]))

    async def pressed(self, interaction: Interaction) -> None:
        """Tell who pressed it."""
        await explain(interaction, interaction.message if self.message is None else self.message)


def may_ask_why(interaction: Interaction) -> bool:
    """Whether somebody manages the server they are in, and the bot is a member of it."""
    guild = interaction.client.get_guild(interaction.guild_id or 0)
    return guild is not None and interaction.permissions.manage_guild


def why_button(interaction: Interaction) -> WhyButton | None:
    """The button for the answer under which somebody pressed another one; None where they may not know.

    Nor where only they see the answer: no button beside it could read it again.
    """
    message = interaction.message
    if message is None or message.flags.ephemeral or not may_ask_why(interaction):
        return None
    return WhyButton(message.id)


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
    scope = await scope_of(interaction)
    if shown is not None and not _is_here(interaction, shown):
        raise Sorry(_NO_QUESTION)
    if shown is not None:
        narrow = replace(scope, articles=shown.request.scope.articles)
        before = [posed for _, posed in shown.before]
        return _Case(
            shown.request.question, narrow, before, shown.answer.language, lambda answer: _is_like(answer, shown.answer)
        )
    if isinstance(message, int):
        message = await _fetched(interaction, message)
    content = "" if message is None else message.content
    question = question_of(content) or (await asked_in(interaction.client, message) if message is not None else "")
    if not question:
        raise Sorry(_NO_QUESTION)
    scope = await about(interaction.client.parts, scope, interaction.channel)
    language = interaction.client.parts.languages.of(interaction)
    return _Case(question, scope, (), language, lambda answer: _reads(answer, content))


def _is_here(interaction: Interaction, shown: Shown) -> bool:
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
    question = question_of(content)
    return content in {answer_page(answer, question=question).content, which_story(answer)}
