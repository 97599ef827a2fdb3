"""Mentions, replies to the bot and direct messages: answered by a message that follows its question."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

import discord
from cachetools import TTLCache

from bot.client.asker_scope import narrowed, scope_in_dm
from bot.client.commands.about_commands import help_text
from bot.client.incoming import HISTORY, HeardMessage, hear
from bot.client.parts import PartsClient
from bot.client.policy import policy_in
from bot.client.reporting import sentence_for, tell_message
from bot.client.routing import Pointing, RoutedMessage
from bot.client.sending import once_more, send_message
from bot.client.threads import thread_for
from bot.client.views.answer_buttons import answer_message
from bot.client.views.draft_buttons import adding_message
from bot.errors import Sorry
from bot.phrasing import LazyPhrase
from bot.services.channel_policy import ChannelPolicy
from bot.services.rate_limit import TooSoon
from bot.services.request import Request
from bot.services.scopes import scope_for
from bot.services.thread_pool import TooSlow
from bot.storage.feedback import FollowedAnswer
from bot.storage.record_file import RecordsError
from index.answer.contract import Answer
from index.question.model import Asked
from index.store.protocol import Scope

_log = logging.getLogger(__name__)

_FOLLOWS = timedelta(minutes=10)  # how long an answer follows the edits of its question
_REMEMBERED = 1_000  # questions whose words are remembered for that long, and people who were told
_TOLD_FOR = 3600.0  # seconds
_TYPING_AFTER, _LONGEST_TYPING = 0.3, 60.0  # seconds; most answers are quicker than the line that tells of typing
_TURNED_AWAY, _AWAY_FOR = 10_000, 600.0  # people who were told where to ask, and for how many seconds not again
_MENUS = {"who": "menu_who", "check": "menu_check"}


@dataclass(frozen=True, slots=True)
class _Reply:
    """What to show for a message: the answer to a request, if it is one."""

    content: str
    view: discord.ui.View | None = None
    answered: tuple[Request, Answer] | None = None

    @property
    def is_found(self) -> bool:
        """Whether it answers something; small talk and refusals do not."""
        return self.answered is not None and self.answered[1].status == "answered"


class Listener:
    """Answers messages, and keeps each answer in step with its question."""

    def __init__(self, client: PartsClient) -> None:
        self._client, self._parts = client, client.parts
        # edits and deletions of a question wait for its answer to be there
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        # what was asked last in a message: Discord tells of its own changes to it, too, such as the preview of a link
        self._asked: TTLCache[int, RoutedMessage] = TTLCache(_REMEMBERED, _FOLLOWS.total_seconds())
        self._deleted: set[int] = set()  # questions that were deleted while they are being answered
        # who was told in a direct message, for which channel, that the bot may not write there
        self._told: TTLCache[tuple[int, int], bool] = TTLCache(_REMEMBERED, _TOLD_FOR)
        self._turned_away: TTLCache[tuple[int, int], None] = TTLCache(_TURNED_AWAY, _AWAY_FOR)

    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that is meant for the bot."""
        heard = hear(self._client, message)
        if heard is None:
            return
        async with self._lock(message.id):
            await self._take(message, heard)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Answer anew when a question is edited soon after it was asked, or when an edit makes a question of it."""
        message = payload.message
        if message.edited_at is None or discord.utils.utcnow() - message.created_at > _FOLLOWS:
            return  # Discord itself adds previews of links long after
        heard = hear(self._client, message)
        if heard is None:
            return
        async with self._lock(message.id):
            await self._change(message, heard)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Take an answer back when its question is deleted."""
        await self._take_back(payload.message_id)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Take the answers back when their questions are deleted."""
        for message in payload.message_ids:
            await self._take_back(message)

    # ── answering ─────────────────────────────────────────────────────────

    async def _take(self, message: discord.Message, heard: HeardMessage) -> None:
        """Answer, or tell why that cannot be."""
        if set(heard.lacking) - {HISTORY}:
            await self._tell_directly(message, heard)
            return
        try:
            await self._reply(message, heard)
        except Exception as error:  # it could not be sent
            await tell_message(message, error, heard.phrases)
        finally:
            self._deleted.discard(message.id)

    async def _reply(self, message: discord.Message, heard: HeardMessage) -> None:
        """Answer in a message of its own."""
        since = self._parts.records.moment()
        policy = policy_in(self._client, heard.venue)
        if policy.aloud:
            self._turn_away(heard, policy)
            return
        async with _typing(message.channel):
            reply = await self._replied(heard, policy)
        if reply is None or heard.id in self._deleted:
            return
        thread = await thread_for(message, heard.routed, policy.settings.threads) if reply.is_found else None
        if thread is None:
            sent = await _send(message, heard, reply)
        else:
            sent = await send_message(thread, reply.content, suppress_embeds=True, **_with(reply.view))
        self._shown(reply, sent.id, sent.channel.id)
        self._asked[heard.id] = heard.routed
        await self._follow(heard, sent, since)

    def _turn_away(self, heard: HeardMessage, policy: ChannelPolicy) -> None:
        """Tell where to ask, in a place where not everybody is to see answers; once in a while, as it is noise there.

        Raises:
            Sorry: what to tell.
        """
        key = heard.asker, heard.channel
        if key not in self._turned_away:
            self._turned_away[key] = None
            raise Sorry(LazyPhrase("answer_there", places=policy.elsewhere(heard.phrases)))

    def _shown(self, reply: _Reply, message: int, channel: int) -> None:
        """The reply stands in a message of that id in that channel."""
        if reply.answered is not None:
            request, answer = reply.answered
            self._parts.answering.shown(request, message, answer)
            if channel != request.channel:  # a thread of its own
                self._parts.answering.goes_on(request, channel)

    async def _follow(self, heard: HeardMessage, sent: discord.Message, since: int) -> None:
        """Keep which message answers which. That this fails costs nobody the answer."""
        follow = partial(self._parts.records.follow, heard.id, sent.id, sent.channel.id, heard.asker, since=since)
        try:
            await self._parts.off_loop(follow)
        except (RecordsError, TooSlow) as error:
            _log.warning("An answer will not follow its question: %s", error)

    async def _change(self, message: discord.Message, heard: HeardMessage) -> None:
        """Put the answer to the edited question, or why there is none, in place of the one before."""
        if self._asked.get(heard.id) == heard.routed:
            return
        followed = await self._parts.off_loop(lambda: self._parts.records.followed(heard.id))
        if followed is None:
            if heard.id not in self._asked:  # it was not for the bot before
                await self._take(message, heard)
            return
        async with _typing(message.channel):
            reply = await self._replied(heard, policy_in(self._client, heard.venue), edited=True)
        if reply is None:
            return
        answer = self._client.get_partial_messageable(followed.channel).get_partial_message(followed.answer)
        with contextlib.suppress(discord.NotFound):  # somebody deleted the answer
            await once_more(lambda: answer.edit(content=reply.content, view=reply.view))
            self._shown(reply, followed.answer, followed.channel)
            self._asked[heard.id] = heard.routed

    async def _replied(self, heard: HeardMessage, policy: ChannelPolicy, *, edited: bool = False) -> _Reply | None:
        """The answer, or what went wrong in a sentence; None where there is nothing to say."""
        try:
            return await self._answer(heard, policy)
        except TooSoon as error:
            return None if error.told_before and not edited else _Reply(error.said(heard.phrases))
        except Exception as error:
            sentence, _ = sentence_for(error, heard.phrases)
            return None if sentence is None else _Reply(sentence)

    async def _answer(self, heard: HeardMessage, policy: ChannelPolicy) -> _Reply | None:
        """What to show for a message; None for small talk in a reply, which needs no answer."""
        phrases, points = heard.phrases, heard.routed.points
        if (adds := heard.routed.adds) is not None:
            may = None if heard.roles is None else heard.manages or not heard.roles.isdisjoint(policy.settings.adders)
            return _Reply(*adding_message(phrases, may=may, given=heard.id if adds == "given" else None))
        scope = await self._scope(heard)
        question: str | Asked = heard.routed.question
        if points is not None:
            if not heard.pointed_at:
                return _Reply(phrases("unreadable", menu=phrases(_MENUS[points.kind])))
            question = _question_on(heard.pointed_at, points)
        elif not question:
            return _Reply(await help_text(self._client, scope, phrases))
        request = Request(
            person=heard.asker,
            channel=heard.channel,
            question=question,
            scope=scope,
            surface=heard.routed.surface,
            reply_to=heard.reply_to,
            message=heard.id,
            pace=policy.pace,
            language=phrases.language,
        )
        answer = await self._parts.answering.ask(request)
        if answer.reason == "not_a_question" and request.surface == "reply":
            return None
        content, view = answer_message(
            answer,
            phrases,
            asker=heard.asker,
            may_ask=isinstance(question, str),
            bound=None if scope.articles is None else len(scope.articles),
        )
        return _Reply(content, view, (request, answer))

    async def _scope(self, heard: HeardMessage) -> Scope:
        """What the author of a message may see where it stands."""
        guild = heard.venue.guild
        if guild is None:
            return await scope_in_dm(self._parts, heard.asker)
        self._parts.members.seen(guild, heard.asker)
        return await narrowed(self._parts, scope_for(guild, member=True), heard.venue)

    async def _tell_directly(self, message: discord.Message, heard: HeardMessage) -> None:
        """Tell the asker, not more than once in a while, that the bot may not write where they asked."""
        place = heard.asker, heard.channel
        if place not in self._told:
            self._told[place] = True
            sorry = Sorry(LazyPhrase("cannot_write"))
            await tell_message(message, sorry, heard.phrases)  # which says what is lacking

    # ── following ─────────────────────────────────────────────────────────

    async def _take_back(self, question: int) -> None:
        if question in self._locks:
            self._deleted.add(question)
        async with self._lock(question):
            self._deleted.discard(question)
            followed = await self._parts.off_loop(lambda: self._followed_or_forgotten(question))
            if followed is None:
                return
            channel = self._client.get_partial_messageable(followed.channel)
            with contextlib.suppress(discord.NotFound, discord.Forbidden):  # gone already, or out of reach
                await channel.get_partial_message(followed.answer).delete()
            await self._parts.off_loop(lambda: self._parts.records.unfollow(question))

    def _followed_or_forgotten(self, question: int) -> FollowedAnswer | None:
        """Where the answer to a deleted message stands; where there is none, what is kept of the message goes now.

        In one turn of a thread, because nearly all messages that are deleted anywhere were never for the bot.
        """
        followed = self._parts.records.followed(question)
        if followed is None:
            self._parts.records.unfollow(question)
        return followed

    def _lock(self, message: int) -> asyncio.Lock:
        return self._locks.setdefault(message, asyncio.Lock())


def _question_on(words: str, points: Pointing) -> Asked:
    """The question about the words of another message."""
    return Asked("who_said", topic=words) if points.kind == "who" else Asked("verify", points.speaker, words)


async def _send(message: discord.Message, heard: HeardMessage, reply: _Reply) -> discord.Message:
    """Answer a message with another; as a reply where the bot may read the history, which replies need."""
    more = _with(reply.view)
    if HISTORY not in heard.lacking:
        more["reference"] = message.to_reference(fail_if_not_exists=False)
    return await send_message(message.channel, reply.content, mention_author=False, suppress_embeds=True, **more)


def _with(view: discord.ui.View | None) -> dict[str, Any]:
    return {} if view is None else {"view": view}


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
