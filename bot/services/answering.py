"""The one path from a request to its answer, for every surface.

The event loop never waits: questions are answered in threads, two at a time. Whoever asks what is being answered
already gets that answer. What cannot be answered now is refused at once, in a sentence.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock
from typing import TypeVar
from weakref import WeakValueDictionary

from cachetools import LRUCache, TTLCache

from bot.errors import Sorry
from bot.operations.metrics import Metrics, Outcome
from bot.phrasing import LazyPhrase
from bot.services.checking import ask_or_check
from bot.services.conversation import KEPT, Conversations, Talk, Turn
from bot.services.normalise import canonical
from bot.services.rate_limit import Pace, RateLimit, TooSoon
from bot.services.request import Request, ShownAnswer, Surface
from bot.services.single_flight import SingleFlight
from bot.services.thread_pool import TooSlow, WorkerPool
from bot.storage.feedback import Records
from index.answer.contract import Answer
from index.library import Library
from index.phrases import Language
from index.question.model import Asked, Memory
from index.store.protocol import Scope

T = TypeVar("T")

AT_ONCE = 2  # questions in threads; the encoder uses the other cores
_SPARE = 4  # threads for questions that take too long
_CACHED = 1_000  # answers
_SHOWN, _SHOWN_FOR = 5_000, 24 * 3600.0  # answers kept for votes on them, and for how many seconds

_log = logging.getLogger(__name__)


class Busy(Sorry):
    """More is asked than can be answered."""

    def __init__(self) -> None:
        super().__init__(LazyPhrase("busy"))


class Stopping(Sorry):
    """The bot is about to stop."""

    def __init__(self) -> None:
        super().__init__(LazyPhrase("stopping"))


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be asked.

    Attributes:
        queue: how many questions may wait.
        seconds: how long a person waits at most.
        per_minute: how many questions one person may ask in a minute.
    """

    queue: int
    seconds: float
    per_minute: int


@dataclass(frozen=True, slots=True)
class _Key:
    """What an answer depends on, besides the articles."""

    question: str | Asked
    scope: Scope
    memory: Memory
    language: Language


class Answering:
    """Answers requests; one for each event loop."""

    def __init__(self, library: Library, records: Records, metrics: Metrics, limits: Limits) -> None:
        self._library = library
        self._records = records
        self._metrics = metrics
        self._limits = limits
        self._rate = RateLimit(limits.per_minute)
        self._paces: dict[int, RateLimit] = {}  # of servers that allow less, by how many questions in a minute
        self._conversations = Conversations()
        self._work: SingleFlight[_Key, tuple[Answer, Memory]] = SingleFlight(
            WorkerPool(AT_ONCE, _SPARE, limits.seconds)
        )
        self._writer = ThreadPoolExecutor(1, "record")  # a slow disk holds up nobody
        self._cached: LRUCache[tuple[_Key, int], tuple[Answer, Memory]] = LRUCache(_CACHED)
        self._cache_lock = Lock()
        # questions of one person in one channel are answered in the order they were asked
        self._in_order: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()
        self._turns: TTLCache[Request, Turn] = TTLCache(_SHOWN, KEPT)
        self._shown: TTLCache[int, ShownAnswer] = TTLCache(_SHOWN, _SHOWN_FOR)
        self._in_vain: TTLCache[int, None] = TTLCache(_SHOWN, KEPT)  # messages whose question was kept as a gap
        self._places = 0  # taken: questions in work and those that wait, but none that shares another's answer
        self._going_on = 0
        self._background: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopping = False

    # ── asking ────────────────────────────────────────────────────────────

    def admit(self, person: int, surface: Surface = "slash", pace: Pace | None = None) -> None:
        """Do nothing where a question of this person would be taken now; it counts for nothing yet.

        Raises:
            TooSoon, Stopping: as `ask` would.
        """
        with self._counted(surface):
            self._check(person, pace)

    async def ask(self, request: Request) -> Answer:
        """The answer; its `question` is the asker's own words.

        Raises:
            TooSoon: the person asks too often.
            Busy: too many questions are waiting; told at once.
            TooSlow: there was no answer in time. What works on it cannot be stopped, and may still fill the cache.
            Stopping: nothing is taken any more.
            StoreError, ModelError, LibraryError: as `Library.ask`.
        """
        began = self._records.moment()
        with self._counted(request.surface) as told, self._busy():
            self._check(request.person, request.pace)
            shown = await self._in_time(request, began)
            told(shown.answer)
            self._keep_gap(shown, began)
            return shown.answer

    def shown(self, request: Request, message: int, answer: Answer | None = None) -> None:
        """The answer to this request stands in that message of the bot: replies to it continue its memory.

        Of who was forgotten while it was asked and shown, nothing is remembered.
        """
        if (turn := self._turns.get(request)) is None:
            return
        self._conversations.shown(message, turn)
        if answer is not None:
            self._shown[message] = ShownAnswer(request, answer, turn.before.before(answer.question))

    def goes_on(self, request: Request, channel: int) -> None:
        """The conversation of this request goes on in another channel, too: the thread that was opened for it."""
        if (turn := self._turns.get(request)) is not None:
            self._conversations.remember(channel, turn)

    def shown_in(self, message: int) -> ShownAnswer | None:
        """What was asked and answered in a message of the bot, for a vote on it; None after a day or a restart."""
        return self._shown.get(message)

    def forget(self, person: int) -> None:
        """Nothing that this person talked about is remembered, nor what they are being answered just now."""
        self._records.disown(person)
        self._conversations.forget(person)
        for request in [request for request, turn in self._turns.items() if turn.is_of(person)]:
            self._turns.pop(request, None)
        for message in [message for message, shown in self._shown.items() if person in shown.people]:
            self._shown.pop(message, None)

    def _check(self, person: int, pace: Pace | None) -> None:
        if self._stopping:
            raise Stopping
        self._rate.check(person)
        if pace is not None:
            self._paced(pace).check((pace.guild, person))

    def _count(self, person: int, pace: Pace | None) -> None:
        self._rate.count(person)
        if pace is not None:
            self._paced(pace).count((pace.guild, person))

    def _paced(self, pace: Pace) -> RateLimit:
        return self._paces.setdefault(pace.per_minute, RateLimit(pace.per_minute))

    async def _in_time(self, request: Request, began: int) -> ShownAnswer:
        """The answer in its turn, in time; `began` is the moment at which it was asked."""
        in_order = self._in_order.setdefault((request.channel, request.person), asyncio.Lock())
        talk = self._talk(request)
        key = _key(request, talk)
        # whoever shares an answer needs no place; whose turn it is not yet cannot know
        shares = not in_order.locked() and key in self._work
        half = time.monotonic() + self._limits.seconds / 2
        late = True  # whether most of the time went by behind an earlier question of the same person
        with contextlib.nullcontext() if shares else self._place():
            self._count(request.person, request.pace)
            try:
                async with asyncio.timeout(self._limits.seconds) as limit, in_order:
                    late = time.monotonic() > half
                    talk = self._talk(request)
                    key = _key(request, talk)
                    answer, after = await self._work.do(key, partial(self._answer, key))
                    shown = ShownAnswer(request, _in_own_words(answer, request), talk.before(answer.question))
                    if not self._records.forgot(shown.people, began):
                        self._remember(shown, talk, after)
                    return shown
            except TimeoutError:
                if not limit.expired():
                    raise
                _log.warning("No answer within %s s (%s)", self._limits.seconds, request.surface)
                raise (TooSlow if late or self._work.has_begun(key) else Busy) from None

    def _remember(self, shown: ShownAnswer, before: Talk, after: Memory) -> None:
        request = shown.request
        talk = before.after(request.person, shown.posed, after)
        turn = Turn(request.person, request.scope.collections, before, talk)
        self._conversations.remember(request.channel, turn, request.message, private=request.private)
        self._turns[request] = turn

    def _talk(self, request: Request) -> Talk:
        return self._conversations.talk(
            request.channel,
            request.person,
            request.scope.collections,
            private=request.private,
            message=request.message,
            reply_to=request.reply_to,
        )

    # ── answering ─────────────────────────────────────────────────────────

    def _answer(self, key: _Key) -> tuple[Answer, Memory]:
        """In a thread: the answer for the articles as they are now."""
        version = self._library.version
        with self._cache_lock:
            cached = self._cached.get((key, version))
        if cached is not None:
            return cached
        ask = partial(self._library.ask, scope=key.scope, memory=key.memory, language=key.language)
        found = ask_or_check(ask, key.question)
        if self._library.version == version:
            with self._cache_lock:
                self._cached[key, version] = found
        return found

    # ── what found nothing ────────────────────────────────────────────────

    def _keep_gap(self, shown: ShownAnswer, began: int) -> None:
        """Begin to keep what found nothing, in place of what its message asked before it was edited."""
        message, reason = shown.request.message, shown.answer.reason
        keep: Callable[[], None] | None = None
        if reason and reason != "not_a_question" and shown.request.is_question:
            if message is not None:
                self._in_vain[message] = None
            keep = partial(self._write_gap, shown, began)
        elif message is not None and message in self._in_vain:
            del self._in_vain[message]
            keep = partial(self._records.no_gap, message)
        if keep is not None:
            task = asyncio.create_task(self._write(keep))
            self._background.add(task)  # else nothing would hold on to it
            task.add_done_callback(self._background.discard)

    def _write_gap(self, shown: ShownAnswer, began: int) -> None:
        request = shown.request
        self._records.gap(
            request.person,
            shown.posed,
            str(shown.answer.reason),
            request.scope.collections,
            message=request.message,
            askers=shown.people,
            before=[posed for _, posed in shown.before],
            since=began,
        )

    async def _write(self, keep: Callable[[], None]) -> None:
        """Keep it. That this fails costs nobody the answer."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._writer, keep)
        except Exception as error:
            _log.warning("A question that found nothing could not be kept (%s)", type(error).__name__)

    # ── ending ────────────────────────────────────────────────────────────

    async def drain(self, seconds: float) -> bool:
        """Take no more questions, and wait so long for those that are being answered.

        Returns:
            Whether all of it came to an end. If not, a thread still works, and keeps Python from ending by itself.
        """
        self._stopping = True
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
                await self._work.finish()
                if self._background:
                    await asyncio.wait(self._background)
        except TimeoutError:
            return False
        return True

    # ── counting ──────────────────────────────────────────────────────────

    @contextlib.contextmanager
    def _counted(self, surface: Surface) -> Iterator[Callable[[Answer], None]]:
        """Counts what comes of a question. What is given is to be told the answer."""
        started = time.perf_counter()
        outcome: Outcome | None = None

        def told(answer: Answer) -> None:
            nonlocal outcome
            outcome = answer.status
            if answer.reason:
                self._metrics.abstained(answer.reason)

        try:
            yield told
        except Sorry as sorry:
            outcome = _OUTCOMES.get(type(sorry), "failed")
            raise
        except Exception:
            outcome = "failed"
            raise
        finally:  # nothing for somebody who stopped waiting
            if outcome is not None:
                self._metrics.question(surface, outcome, time.perf_counter() - started)

    @contextlib.contextmanager
    def _place(self) -> Iterator[None]:
        """A place among those in work and those that wait; Busy when there is none."""
        if self._places >= AT_ONCE + self._limits.queue:
            raise Busy
        self._places += 1
        self._metrics.queue(self._places)
        try:
            yield
        finally:
            self._places -= 1
            self._metrics.queue(self._places)

    @contextlib.contextmanager
    def _busy(self) -> Iterator[None]:
        """A question is being answered, which `drain` waits for."""
        self._going_on += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._going_on -= 1
            if not self._going_on:
                self._idle.set()


def _key(request: Request, talk: Talk) -> _Key:
    return _Key(canonical(request.question), request.scope, talk.memory, request.language)


def _in_own_words(answer: Answer, request: Request) -> Answer:
    """The answer with the asker's own words, as others may have typed the same question."""
    return replace(answer, question=request.question) if isinstance(request.question, str) else answer


_OUTCOMES: dict[type[Sorry], Outcome] = {
    TooSoon: "too_soon",
    Busy: "busy",
    TooSlow: "too_slow",
    Stopping: "busy",
}
