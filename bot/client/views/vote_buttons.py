"""👍 and 👎: on what the vote is, and why an answer was wrong."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import discord
from discord.ui import View

from bot.client.asker_scope import scope_of
from bot.client.incoming import question_behind
from bot.client.parts import Interaction, PartsClient, phrases_for
from bot.client.views.base import Control, control
from bot.errors import Sorry
from bot.phrasing import LazyPhrase
from bot.render.button_codec import DELETE, IdForm
from bot.storage.feedback import Vote
from bot.storage.recorded_question import RecordedQuestion

# why an answer was wrong, and the phrase that the button shows
REASONS = {
    "wrong_speaker": "wrong_speaker",
    "not_said": "not_what_was_said",
    "not_answered": "not_answered",
    "other": "something_else",
}
_DELETE = IdForm(DELETE)


def vote_buttons() -> list[Control]:
    """The buttons under an answer that there is something to vote on."""
    up, down = vote_button(None, "up"), vote_button(None, "down")
    up.item.emoji, down.item.emoji = "👍", "👎"
    return [up, down]


@control("vote:{vote:up|down}")
async def vote_button(interaction: Interaction, vote: Vote) -> None:
    """Keep whether an answer was good, and thank; ask what was wrong with a bad one."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    assert interaction.message is not None  # noqa: S101 - buttons stand under messages
    seen = (await scope_of(interaction)).collections
    await _count(interaction.client, interaction.message, interaction.user.id, vote, seen)
    view, phrases = View(timeout=None), phrases_for(interaction)
    if vote == "down":
        for reason, phrase in REASONS.items():
            view.add_item(reason_button(phrases(phrase), reason, interaction.message.id))
    text = phrases("thanks" if vote == "up" else "thanks_why")
    await interaction.edit_original_response(content=text, view=view)


@control(f"reason:{{reason:{'|'.join(REASONS)}}}:{{message:id}}")
async def reason_button(interaction: Interaction, reason: str, message: int) -> None:
    """Keep why an answer was bad, beside the vote."""
    await interaction.response.defer()
    parts, person = interaction.client.parts, interaction.user.id
    if not await parts.off_loop(lambda: parts.records.explain(person, message, reason)):
        raise Sorry(LazyPhrase("vote_gone"))
    phrases = phrases_for(interaction)
    text = phrases("thanks_reason", reason=phrases(REASONS[reason]))
    await interaction.edit_original_response(content=text, view=None)


async def _count(
    client: PartsClient, message: discord.Message, person: int, vote: Vote, collections: Iterable[str]
) -> None:
    """Keep what a person thinks of the answer in a message of the bot; `collections` are what they could see."""
    parts = client.parts
    since = parts.records.moment()
    shown = parts.answering.shown_in(message.id)
    if shown is not None:
        question, answer, askers = shown.posed, shown.answer.to_json(), shown.people
    else:  # shown long ago or before a restart: what was asked stands in the message, or in the one it answers
        question, answer = RecordedQuestion(await question_behind(client, message)), {"text": message.content}
        askers = _asker(message)
    keep = partial(
        parts.records.vote,
        person,
        message.id,
        vote,
        question=question,
        answer=answer,
        collections=collections,
        askers=askers,
        before=[posed for _, posed in shown.before] if shown is not None else [],
        since=since,
    )
    await parts.off_loop(keep)
    parts.metrics.voted(vote)


def _asker(message: discord.Message) -> frozenset[int]:
    """Who asked, by the button that lets them delete the answer; nobody where only the voter sees it."""
    ids = (getattr(item, "custom_id", None) for row in message.components for item in getattr(row, "children", ()))
    return frozenset(held["asker"] for id_ in ids if id_ and (held := _DELETE.read(id_)))
