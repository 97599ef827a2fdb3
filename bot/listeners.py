"""Mentions, replies to the bot and direct messages: answered by a message that follows its question."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import discord
from cachetools import TTLCache

from bot.access import scope_for
from bot.answering import Request, TooSlow, TooSoon
from bot.commands.about import help_text
from bot.messages import incoming_of, me_in, replied_message
from bot.recordfile import RecordsError
from bot.render import answer_page
from bot.routing import Routed, route, words_of
from bot.trouble import Sorry, in_words, missing_permissions, tell_message
from bot.views import answer_buttons
from index.question.model import Asked

if TYPE_CHECKING:
    from bot.client import Wuzhen

_log = logging.getLogger(__name__)

_FOLLOWS = timedelta(minutes=10)  # how long an answer follows the edits of its question
_ASKED = 1_000  # questions whose words are remembered for that long
_TYPING_AFTER, _LONGEST_TYPING = 0.3, 60.0  # seconds; most answers are quicker than the line that tells of typing
_HISTORY = in_words("read_message_history")  # replies need it; an answer can do without
_UNREADABLE = (
    "I can't read the message you replied to. Open its menu (a long press, or a right click), choose Apps and then "
    "“Who said this?”, and I look for its speaker."
)


class Listeners:
    """Answers messages, and keeps each answer in step with its question."""

    def __init__(self, client: Wuzhen) -> None:
        self._client = client
        # edits and deletions of a question wait for its answer to be there
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        # what was asked last in a message: Discord tells of its own changes to it, too, such as the preview of a link
        self._asked: TTLCache[int, Routed] = TTLCache(_ASKED, _FOLLOWS.total_seconds())

    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that is meant for the bot."""
        routed = route(incoming_of(message), me_in(message, self._client))
        if routed is None:
            return
        async with self._lock(message.id):
            await self._telling_of_trouble(message, lambda: self._reply(message, routed))

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Answer anew when a question is edited soon after it was asked."""
        message = payload.message
        if message.edited_at is None or discord.utils.utcnow() - message.created_at > _FOLLOWS:
            return  # Discord itself adds previews of links long after
        routed = route(incoming_of(message), me_in(message, self._client))
        if routed is None:
            return
        async with self._lock(message.id):
            await self._telling_of_trouble(message, lambda: self._change(message, routed))

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Take an answer back when its question is deleted."""
        await self._take_back(payload.message_id)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Take the answers back when their questions are deleted."""
        for message in payload.message_ids:
            await self._take_back(message)

    # ── answering ─────────────────────────────────────────────────────────

    async def _reply(self, message: discord.Message, routed: Routed) -> None:
        content, view, seen = await self._answer(message, routed)
        sent = await _send(message, content, view)
        seen(sent.id)
        self._asked[message.id] = routed
        await self._follow(message, sent)

    async def _follow(self, message: discord.Message, sent: discord.Message) -> None:
        """Keep which message answers which. That this fails costs nobody the answer."""
        records, person = self._client.records, message.author.id
        try:
            await self._client.answering.look_up(lambda: records.follow(message.id, sent.id, sent.channel.id, person))
        except (RecordsError, TooSlow) as error:
            _log.warning("An answer will not follow its question: %s", error)

    async def _change(self, message: discord.Message, routed: Routed) -> None:
        """Put the answer to the edited question in place of the one before."""
        if self._asked.get(message.id) == routed:
            return
        followed = await self._client.answering.look_up(lambda: self._client.records.followed(message.id))
        if followed is None:
            return
        content, view, seen = await self._answer(message, routed)
        answer = self._client.get_partial_messageable(followed.channel).get_partial_message(followed.answer)
        with contextlib.suppress(discord.NotFound):  # somebody deleted the answer
            await answer.edit(content=content, view=view)
            seen(followed.answer)
            self._asked[message.id] = routed

    async def _answer(
        self, message: discord.Message, routed: Routed
    ) -> tuple[str, discord.ui.View | None, Callable[[int], None]]:
        """What to show for a message, its buttons, and what to do once it stands in a message of that id."""
        scope = scope_for(message.guild.id if message.guild else None, message.guild is not None)
        if not routed.question:
            return await help_text(self._client, scope), None, lambda _: None
        question: str | Asked = routed.question
        replied = replied_message(message)
        if routed.points and replied is not None:
            words = words_of(incoming_of(replied), me_in(message, self._client))
            if not words:
                return _UNREADABLE, None, lambda _: None
            question = Asked("who_said", topic=words)
        request = Request(
            person=message.author.id,
            channel=message.channel.id,
            question=question,
            scope=scope,
            surface=routed.surface,
            reply_to=replied.id if replied is not None and replied.author == self._client.user else None,
            message=message.id,
        )
        async with _typing(message.channel):
            answer = await self._client.answering.ask(request)
        page = answer_page(answer)

        def seen(sent: int) -> None:
            self._client.answering.shown(request, sent, answer)

        return (
            page.content,
            answer_buttons(page, asker=message.author.id, votes=answer.reason != "not_a_question"),
            seen,
        )

    async def _telling_of_trouble(self, message: discord.Message, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work; what goes wrong is told in the channel, or in a direct message where that is not possible."""
        try:
            if set(_lacking(message)) - {_HISTORY}:
                raise Sorry("I cannot write here.")  # told in a direct message, with what is lacking
            await work()
        except TooSoon as error:
            if not error.told_before:
                await tell_message(message, error)
        except Exception as error:
            await tell_message(message, error)

    # ── following ─────────────────────────────────────────────────────────

    async def _take_back(self, question: int) -> None:
        async with self._lock(question):
            records = self._client.records
            followed = await self._client.answering.look_up(lambda: records.followed(question))
            if followed is None:
                return
            channel = self._client.get_partial_messageable(followed.channel)
            with contextlib.suppress(discord.NotFound, discord.Forbidden):  # gone already, or out of reach
                await channel.get_partial_message(followed.answer).delete()
            await self._client.answering.look_up(lambda: records.unfollow(question))

    def _lock(self, message: int) -> asyncio.Lock:
        return self._locks.setdefault(message, asyncio.Lock())


async def _send(message: discord.Message, content: str, view: discord.ui.View | None) -> discord.Message:
    """Answer a message with another; as a reply where the bot may read the history, which replies need."""
    more: dict[str, Any] = {} if view is None else {"view": view}
    if _HISTORY not in _lacking(message):
        more["reference"] = message.to_reference(fail_if_not_exists=False)
    return await message.channel.send(content, mention_author=False, suppress_embeds=True, **more)


def _lacking(message: discord.Message) -> list[str]:
    """What the bot lacks to answer a message where it stands."""
    return missing_permissions(message.channel, message.guild.me) if message.guild is not None else []


@contextlib.asynccontextmanager
async def _typing(channel: discord.abc.Messageable) -> AsyncIterator[None]:
    """Shows that an answer is on its way, if it takes more than a moment."""
    task = asyncio.create_task(_type(channel))
    try:
        yield
    finally:
        task.cancel()


async def _type(channel: discord.abc.Messageable) -> None:
    await asyncio.sleep(_TYPING_AFTER)
    with contextlib.suppress(discord.HTTPException):  # a courtesy: without it the answer comes all the same
        async with channel.typing():
            await asyncio.sleep(_LONGEST_TYPING)
