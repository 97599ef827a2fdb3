"""Mentions, replies to the bot and direct messages: answered by a message that follows its question."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from weakref import WeakValueDictionary

import discord
from cachetools import TTLCache

from bot.client.commands.about_commands import help_text
from bot.client.incoming import incoming_of, me_in, replied_message
from bot.client.parts import PartsClient
from bot.client.permissions import in_words, missing_permissions
from bot.client.policy import policy_in
from bot.client.reporting import sentence_for, tell_message
from bot.client.routing import Pointing, Routed, route, words_of
from bot.client.scopes import about, scope_in_dm
from bot.client.sending import once_more, send_message
from bot.client.threads import thread_for
from bot.client.views.answer_buttons import answer_message
from bot.errors import Sorry
from bot.phrasing import LazyPhrase, phrases
from bot.services.answering import Request, TooSlow, TooSoon
from bot.services.channel_policy import ChannelPolicy
from bot.services.scopes import scope_for
from bot.storage.kept_records import Followed
from bot.storage.record_file import RecordsError
from index.answer.contract import Answer
from index.phrases import Phrases
from index.question.model import Asked
from index.store.protocol import Scope

_log = logging.getLogger(__name__)

_FOLLOWS = timedelta(minutes=10)  # how long an answer follows the edits of its question
_REMEMBERED = 1_000  # questions whose words are remembered for that long, and people who were told
_TOLD_FOR = 3600.0  # seconds
_TYPING_AFTER, _LONGEST_TYPING = 0.3, 60.0  # seconds; most answers are quicker than the line that tells of typing
_TURNED_AWAY, _AWAY_FOR = 10_000, 600.0  # people who were told where to ask, and for how many seconds not again
_HISTORY = in_words("read_message_history")  # replies need it; an answer can do without
_MENUS = {"who": "menu_who", "check": "menu_check"}


@dataclass(frozen=True, slots=True)
class _Reply:
    """What to show for a message: the answer to a request, if it is one."""

    content: str
    view: discord.ui.View | None = None
    answered: tuple[Request, Answer] | None = None


class Listener:
    """Answers messages, and keeps each answer in step with its question."""

    def __init__(self, client: PartsClient) -> None:
        self._client = client
        # edits and deletions of a question wait for its answer to be there
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        # what was asked last in a message: Discord tells of its own changes to it, too, such as the preview of a link
        self._asked: TTLCache[int, Routed] = TTLCache(_REMEMBERED, _FOLLOWS.total_seconds())
        self._deleted: set[int] = set()  # questions that were deleted while they are being answered
        # who was told in a direct message, for which channel, that the bot may not write there
        self._told: TTLCache[tuple[int, int], bool] = TTLCache(_REMEMBERED, _TOLD_FOR)
        self._turned_away: TTLCache[tuple[int, int], None] = TTLCache(_TURNED_AWAY, _AWAY_FOR)

    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that is meant for the bot."""
        routed = route(incoming_of(message), me_in(message, self._client))
        if routed is None:
            return
        if set(_lacking(message)) - {_HISTORY}:
            await self._tell_directly(message)
            return
        async with self._lock(message.id):
            try:
                await self._reply(message, routed)
            except Exception as error:  # it could not be sent
                await tell_message(message, error, self._phrases(message))
            finally:
                self._deleted.discard(message.id)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Answer anew when a question is edited soon after it was asked."""
        message = payload.message
        if message.edited_at is None or discord.utils.utcnow() - message.created_at > _FOLLOWS:
            return  # Discord itself adds previews of links long after
        routed = route(incoming_of(message), me_in(message, self._client))
        if routed is None:
            return
        async with self._lock(message.id):
            await self._change(message, routed)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Take an answer back when its question is deleted."""
        await self._take_back(payload.message_id)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Take the answers back when their questions are deleted."""
        for message in payload.message_ids:
            await self._take_back(message)

    # ── answering ─────────────────────────────────────────────────────────

    async def _reply(self, message: discord.Message, routed: Routed) -> None:
        """Answer in a message of its own."""
        since = self._client.parts.records.moment()
        policy = policy_in(self._client, message.guild.id if message.guild else None, message.channel)
        if policy.aloud:
            self._turn_away(message, policy)
            return
        reply = await self._replied(message, routed, policy)
        if reply is None or message.id in self._deleted:
            return
        thread = await thread_for(message, routed, policy.settings.threads) if reply.answered else None
        if thread is None:
            sent = await _send(message, reply.content, reply.view)
        else:
            sent = await send_message(thread, reply.content, suppress_embeds=True, **_with(reply.view))
        self._seen(reply, sent.id, sent.channel.id)
        self._asked[message.id] = routed
        await self._follow(message, sent, since)

    def _turn_away(self, message: discord.Message, policy: ChannelPolicy) -> None:
        """Tell where to ask, in a place where not everybody is to see answers; once in a while, as it is noise there.

        Raises:
            Sorry: what to tell.
        """
        key = message.author.id, message.channel.id
        if key not in self._turned_away:
            self._turned_away[key] = None
            raise Sorry(LazyPhrase("answer_there", places=policy.elsewhere(self._phrases(message))))

    def _seen(self, reply: _Reply, message: int, channel: int) -> None:
        """The reply stands in a message of that id in that channel."""
        if reply.answered is not None:
            request, answer = reply.answered
            self._client.parts.answering.shown(request, message, answer)
            if channel != request.channel:  # a thread of its own
                self._client.parts.answering.goes_on(request, channel)

    async def _follow(self, message: discord.Message, sent: discord.Message, since: int) -> None:
        """Keep which message answers which. That this fails costs nobody the answer."""
        records, person = self._client.parts.records, message.author.id
        try:
            await self._client.parts.off_loop(
                lambda: records.follow(message.id, sent.id, sent.channel.id, person, since=since)
            )
        except (RecordsError, TooSlow) as error:
            _log.warning("An answer will not follow its question: %s", error)

    async def _change(self, message: discord.Message, routed: Routed) -> None:
        """Put the answer to the edited question, or why there is none, in place of the one before."""
        if self._asked.get(message.id) == routed:
            return
        followed = await self._client.parts.off_loop(lambda: self._client.parts.records.followed(message.id))
        if followed is None:
            return
        policy = policy_in(self._client, message.guild.id if message.guild else None, message.channel)
        reply = await self._replied(message, routed, policy, edited=True)
        if reply is None:
            return
        answer = self._client.get_partial_messageable(followed.channel).get_partial_message(followed.answer)
        with contextlib.suppress(discord.NotFound):  # somebody deleted the answer
            await once_more(lambda: answer.edit(content=reply.content, view=reply.view))
            self._seen(reply, followed.answer, followed.channel)
            self._asked[message.id] = routed

    async def _replied(
        self, message: discord.Message, routed: Routed, policy: ChannelPolicy, *, edited: bool = False
    ) -> _Reply | None:
        """The answer, or what went wrong in a sentence; None where there is nothing to say."""
        words = self._phrases(message)
        try:
            return await self._answer(message, routed, policy, words)
        except TooSoon as error:
            return None if error.told_before and not edited else _Reply(error.said(words))
        except Exception as error:
            sentence, _ = sentence_for(error, words)
            return None if sentence is None else _Reply(sentence)

    async def _answer(
        self, message: discord.Message, routed: Routed, policy: ChannelPolicy, phrases: Phrases
    ) -> _Reply | None:
        """What to show for a message; None for small talk in a reply, which needs no answer."""
        scope = await self._scope(message)
        replied = replied_message(message)
        question: str | Asked = routed.question
        if routed.points is not None and replied is not None:
            words = words_of(incoming_of(replied), me_in(message, self._client))
            if not words:
                return _Reply(phrases("unreadable", menu=phrases(_MENUS[routed.points.kind])))
            question = _question_on(words, routed.points)
        elif not question:
            return _Reply(await help_text(self._client, scope, phrases))
        request = Request(
            person=message.author.id,
            channel=message.channel.id,
            question=question,
            scope=scope,
            surface=routed.surface,
            reply_to=replied.id if replied is not None and replied.author == self._client.user else None,
            message=message.id,
            pace=policy.pace,
            language=phrases.language,
        )
        async with _typing(message.channel):
            answer = await self._client.parts.answering.ask(request)
        is_talk = answer.reason == "not_a_question"
        if is_talk and routed.surface == "reply":
            return None
        content, view = answer_message(answer, phrases, asker=message.author.id, may_ask=isinstance(question, str))
        return _Reply(content, view, (request, answer))

    async def _scope(self, message: discord.Message) -> Scope:
        """What the author of a message may see where it stands."""
        client, person = self._client, message.author.id
        if message.guild is None:
            return await scope_in_dm(client.parts, person)
        client.parts.members.seen(message.guild.id, person)
        return await about(client.parts, scope_for(message.guild.id, member=True), message.channel)

    async def _tell_directly(self, message: discord.Message) -> None:
        """Tell the asker, not more than once in a while, that the bot may not write where they asked."""
        place = message.author.id, message.channel.id
        if place not in self._told:
            self._told[place] = True
            sorry = Sorry(LazyPhrase("cannot_write"))
            await tell_message(message, sorry, self._phrases(message))  # which says what is lacking

    def _phrases(self, message: discord.Message) -> Phrases:
        return phrases(self._client.parts.languages.of_message(message))

    # ── following ─────────────────────────────────────────────────────────

    async def _take_back(self, question: int) -> None:
        if question in self._locks:
            self._deleted.add(question)
        async with self._lock(question):
            self._deleted.discard(question)
            followed = await self._client.parts.off_loop(lambda: self._followed_or_forgotten(question))
            if followed is None:
                return
            channel = self._client.get_partial_messageable(followed.channel)
            with contextlib.suppress(discord.NotFound, discord.Forbidden):  # gone already, or out of reach
                await channel.get_partial_message(followed.answer).delete()
            await self._client.parts.off_loop(lambda: self._client.parts.records.unfollow(question))

    def _followed_or_forgotten(self, question: int) -> Followed | None:
        """Where the answer to a deleted message stands; where there is none, what is kept of the message goes now.

        In one turn of a thread, because nearly all messages that are deleted anywhere were never for the bot.
        """
        followed = self._client.parts.records.followed(question)
        if followed is None:
            self._client.parts.records.unfollow(question)
        return followed

    def _lock(self, message: int) -> asyncio.Lock:
        return self._locks.setdefault(message, asyncio.Lock())


def _question_on(words: str, points: Pointing) -> str | Asked:
    """The question about the words of another message."""
    if points.kind == "who":
        return Asked("who_said", topic=words)
    return Asked("verify", points.speaker, words) if points.speaker else words


async def _send(message: discord.Message, content: str, view: discord.ui.View | None) -> discord.Message:
    """Answer a message with another; as a reply where the bot may read the history, which replies need."""
    more = _with(view)
    if _HISTORY not in _lacking(message):
        more["reference"] = message.to_reference(fail_if_not_exists=False)
    return await send_message(message.channel, content, mention_author=False, suppress_embeds=True, **more)


def _with(view: discord.ui.View | None) -> dict[str, Any]:
    return {} if view is None else {"view": view}


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
