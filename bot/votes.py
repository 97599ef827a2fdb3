"""👍 and 👎: on what the vote is, and why an answer was wrong."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import discord

from bot.messages import incoming_of, me_in
from bot.render import question_of
from bot.routing import route

if TYPE_CHECKING:
    from bot.client import Wuzhen
    from bot.records import Vote

# why an answer was wrong, and how the button words it
REASONS = {
    "wrong_speaker": "Wrong speaker",
    "not_said": "Not what was said",
    "not_answered": "Does not answer it",
    "other": "Something else",
}


async def count_vote(
    client: Wuzhen, message: discord.Message, person: int, vote: Vote, collections: Iterable[str]
) -> None:
    """Keep what a person thinks of the answer in a message of the bot; `collections` are what they could see."""
    kept = client.answering.shown_in(message.id)
    if kept is not None:
        question, answer = kept[1].question, kept[1].to_json()
    else:  # shown long ago or before a restart: what was asked stands in the message, or in the one it answers
        question = question_of(message.content) or await _asked_in(client, message)
        answer = {"text": message.content}
    await client.answering.look_up(
        lambda: client.records.vote(person, message.id, vote, question=question, answer=answer, collections=collections)
    )
    client.metrics.voted(vote)


async def _asked_in(client: Wuzhen, message: discord.Message) -> str:
    """The question in the message that this one replies to; "" where it cannot be read any more."""
    asked = await _replied_to(message)
    routed = route(incoming_of(asked), me_in(asked, client)) if asked is not None else None
    return routed.question if routed is not None else ""


async def _replied_to(message: discord.Message) -> discord.Message | None:
    reference: Any = message.reference
    if reference is None or reference.message_id is None:
        return None
    if isinstance(reference.resolved, discord.Message):
        return reference.resolved
    with contextlib.suppress(discord.HTTPException):  # deleted, or in a channel that is closed to the bot
        return await message.channel.fetch_message(reference.message_id)
    return None
