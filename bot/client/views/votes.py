"""👍 and 👎: on what the vote is, and why an answer was wrong."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from functools import partial
from typing import Any

import discord

from bot.client.incoming import incoming_of, me_in
from bot.client.parts import PartsClient
from bot.client.routing import route
from bot.render.answer import question_of
from bot.storage.feedback import Vote
from bot.storage.recorded_question import Posed

# why an answer was wrong, and the phrase that the button shows
REASONS = {
    "wrong_speaker": "wrong_speaker",
    "not_said": "not_what_was_said",
    "not_answered": "not_answered",
    "other": "something_else",
}

_DELETE = re.compile(r"delete:(?P<asker>\d+)")  # see `bot.client.views.answer_buttons`, which needs this module


async def count_vote(
    client: PartsClient, message: discord.Message, person: int, vote: Vote, collections: Iterable[str]
) -> None:
    """Keep what a person thinks of the answer in a message of the bot; `collections` are what they could see."""
    since = client.parts.records.moment()
    shown = client.parts.answering.shown_in(message.id)
    if shown is not None:
        question, answer, askers = shown.posed, shown.answer.to_json(), shown.people
    else:  # shown long ago or before a restart: what was asked stands in the message, or in the one it answers
        question = Posed(question_of(message.content) or await asked_in(client, message))
        answer = {"text": message.content}
        askers = _asker_in(message)
    keep = partial(
        client.parts.records.vote,
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
    await client.parts.off_loop(keep)
    client.parts.metrics.voted(vote)


def _asker_in(message: discord.Message) -> frozenset[int]:
    """Who asked, by the button that lets them delete the answer; nobody where only the voter sees it."""
    ids = (getattr(item, "custom_id", None) for row in message.components for item in getattr(row, "children", ()))
    found = (_DELETE.fullmatch(id_) for id_ in ids if id_)
    return frozenset(int(match["asker"]) for match in found if match)


async def asked_in(client: PartsClient, message: discord.Message) -> str:
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
