from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.errors import Sorry
from bot.operations.metrics import Metrics
from bot.services.answering import AT_ONCE, Answering, Busy, Limits, Stopping
from bot.services.rate_limit import TooSoon
from bot.services.request import Request
from bot.services.thread_pool import OffLoop, TooSlow
from bot.storage.feedback import NAME, Records
from bot.storage.recorded_question import RecordedQuestion
from index.answer.contract import Answer
from index.article import article_from_text
from index.library import Library, LibraryError
from index.phrases import Language
from index.question.model import Asked, Memory
from index.store.protocol import Scope

BRIDGE = """\
Harbour bridge to open in May

The harbour bridge will open in May, the city's engineer Ada Park said on Monday.

"Every cable was tested twice," Park told reporters. She denied that the work had cost too much.

"The harbour needs more ferries," said Ben Ito, who runs the port.
"""
ADA, BEN = 1, 2
HALL, YARD = 10, 11  # channels
CABLES = "What did Ada Park say about cables?"
LOST = "What did Zebulon Quist say about marmalade?"


class Gated(Library):
    """A library whose answers can be held back, and which remembers what it was asked."""

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self.asked: list[str | Asked] = []
        self.held: set[str] = set()  # questions that wait for the gate
        self.gate = threading.Event()
        self.error: Exception | None = None

    def ask(
        self,
        question: str | Asked,
        *,
        scope: Scope | None = None,
        memory: Memory | None = None,
        language: Language = "en",
    ) -> tuple[Answer, Memory]:
        self.asked.append(question)
        if question in self.held:
            self.gate.wait(30)
        if self.error is not None:
            raise self.error
        return super().ask(question, scope=scope, memory=memory, language=language)


class House:
    """What answers, and all it answers with."""

    def __init__(self, data: Path, limits: Limits) -> None:
        self.library = Gated(data)
        self.records = Records(data / NAME)
        self.metrics = Metrics()
        self.answering = Answering(self.library, self.records, self.metrics, limits)

    async def ask(self, question: str | Asked, person: int = ADA, channel: int = HALL, **more: Any) -> Answer:
        return await self.answering.ask(request(question, person, channel, **more))

    async def answer_at_last(self, question: str, person: int) -> Answer:
        """The answer, asked for again where a busy machine did not make it within a short limit."""
        async with asyncio.timeout(60):
            while True:
                with contextlib.suppress(Busy, TooSlow):
                    return await self.ask(question, person)

    def hold(self, *questions: str) -> None:
        self.library.held |= set(questions)

    async def until(self, true: Callable[[], object]) -> None:
        """Wait, for a minute at most, until this is so."""
        async with asyncio.timeout(60):
            while not true():
                await asyncio.sleep(0.005)

    def counted(self, line: str) -> float:
        found = [text for text in self.metrics.text().decode().splitlines() if text.startswith(f"{line} ")]
        return float(found[0].split()[-1]) if found else 0.0


def request(question: str | Asked, person: int = ADA, channel: int = HALL, **more: Any) -> Request:
    return Request(person, channel, question, more.pop("scope", Scope()), more.pop("surface", "mention"), **more)


@pytest.fixture
def bridge_data(data: Path) -> Path:
    with Library(data) as library:
        library.add([article_from_text(BRIDGE, id="bridge")])
    return data


Open = Callable[..., Any]


@pytest.fixture
def house(bridge_data: Path) -> Open:
    """Opens the house with these limits; closes it at the end."""

    @asynccontextmanager
    async def opened(queue: int = 100, seconds: float = 60, per_minute: int = 1000) -> AsyncIterator[House]:
        one = House(bridge_data, Limits(queue, seconds, per_minute))
        try:
            one.library.prepare()
            one.library.asked.clear()
            yield one
        finally:
            one.library.gate.set()
            await one.answering.drain(20)
            one.records.close()
            one.library.close()

    return opened


async def refusal(asking: Awaitable[object]) -> Sorry:
    with pytest.raises(Sorry) as raised:
        await asking
    text = str(raised.value)
    assert text.endswith(".")
    assert "\n" not in text
    return raised.value


# ── answers ───────────────────────────────────────────────────────────────


async def test_an_answer_is_the_librarys_own(house: Open) -> None:
    async with house() as h:
        answer = await h.ask(CABLES)
        expected, _ = h.library.ask(CABLES)
    assert answer.timed(0) == expected.timed(0)
    assert answer.citations[0].quote == "Every cable was tested twice"


async def test_a_question_from_a_form_is_answered(house: Open) -> None:
    async with house() as h:
        answer = await h.ask(Asked("what_said", "Ada Park", "cables"))
    assert answer.citations[0].speaker == "Ada Park"


async def test_identical_questions_in_flight_are_answered_once_and_each_asker_sees_their_own_words(
    house: Open,
) -> None:
    async with house() as h:
        h.hold(CABLES)
        typed = [CABLES, CABLES.lower().replace("ada park", "Ada Park"), f"  {CABLES}??", CABLES.replace(" ", "  ")]
        asking = [asyncio.create_task(h.ask(words, person)) for person, words in enumerate(typed)]
        await h.until(lambda: h.library.asked)
        await asyncio.sleep(0.05)
        h.library.gate.set()
        answers = await asyncio.gather(*asking)
    assert [answer.question for answer in answers] == typed
    assert {answer.text for answer in answers} == {answers[0].text}
    assert h.library.asked == [CABLES]


async def test_an_answer_is_kept_for_the_next_who_asks_in_their_own_words(house: Open) -> None:
    async with house() as h:
        first = await h.ask(CABLES)
        second = await h.ask(f"{CABLES} ", BEN)
        third = await h.ask(CABLES, BEN, YARD, scope=Scope(frozenset({"public", "guild:1"})))
    assert (first.question, second.question) == (CABLES, f"{CABLES} ")
    assert first.text == second.text == third.text
    assert len(h.library.asked) == 2  # another scope is another question


async def test_an_answer_in_one_language_is_never_given_for_another(house: Open) -> None:
    async with house() as h:
        h.hold(CABLES)
        both = [
            asyncio.create_task(h.ask(CABLES, person, language=one)) for person, one in ((ADA, "en"), (BEN, "zh-CN"))
        ]
        await h.until(lambda: len(h.library.asked) == 2)
        h.library.gate.set()
        english, chinese = await asyncio.gather(*both)
        kept = await h.ask(CABLES, 3, language="zh-CN")
    assert (english.language, chinese.language) == ("en", "zh-CN")
    assert kept.text == chinese.text != english.text
    assert len(h.library.asked) == 2


async def test_a_kept_answer_is_not_given_when_the_articles_have_changed(house: Open, bridge_data: Path) -> None:
    async with house() as h:
        before = await h.ask(CABLES)
        with Library(bridge_data) as other:  # as another process would
            other.remove("bridge")
        after = await h.ask(CABLES, BEN)
    assert (before.status, after.status) == ("answered", "not_found")


async def test_an_error_reaches_everybody_who_waits_and_is_not_kept(house: Open) -> None:
    async with house() as h:
        h.hold(CABLES)
        asking = [asyncio.create_task(h.ask(CABLES, person)) for person in range(3)]
        await h.until(lambda: h.library.asked)
        h.library.error = LibraryError("The articles are out.")
        h.library.gate.set()
        found = await asyncio.gather(*asking, return_exceptions=True)
        assert [str(error) for error in found] == ["The articles are out."] * 3
        h.library.error = None
        assert (await h.ask(CABLES)).status == "answered"
        assert h.counted('wuzhen_questions_total{outcome="failed",surface="mention"}') == 3


async def test_whoever_stops_waiting_takes_the_answer_from_nobody_else(house: Open) -> None:
    async with house() as h:
        h.hold(CABLES)
        gone = asyncio.create_task(h.ask(CABLES, ADA))
        await h.until(lambda: h.library.asked)
        stays = asyncio.create_task(h.ask(CABLES, BEN))
        await asyncio.sleep(0.01)
        gone.cancel()
        await asyncio.wait([gone])
        h.library.gate.set()
        assert (await stays).status == "answered"
    assert gone.cancelled()
    assert h.library.asked == [CABLES]


async def test_a_question_that_nobody_waits_for_any_more_is_never_begun(house: Open) -> None:
    async with house() as h:
        busy = ["Who said one?", "Who said two?"]
        h.hold(*busy)
        working = [asyncio.create_task(h.ask(words, person)) for person, words in enumerate(busy)]
        await h.until(lambda: len(h.library.asked) == AT_ONCE)
        waiting = asyncio.create_task(h.ask(CABLES, 7))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.wait([waiting])
        h.library.gate.set()
        await asyncio.gather(*working)
        await h.ask("Who is quoted?")
    assert CABLES not in h.library.asked


# ── conversations ─────────────────────────────────────────────────────────


async def test_a_follow_up_sent_before_the_answer_is_there_is_understood(house: Open) -> None:
    async with house() as h:
        h.hold(CABLES)
        first = asyncio.create_task(h.ask(CABLES))
        second = asyncio.create_task(h.ask("What else did she say?"))
        third = asyncio.create_task(h.ask("What did she deny?"))
        elsewhere = await h.ask("What else did she say?", BEN)
        assert not first.done()
        h.library.gate.set()
        await first
        assert {citation.speaker for citation in (await second).citations} == {"Ada Park"}
        assert (await second).citations[0].quote != (await first).citations[0].quote
        assert [citation.polarity for citation in (await third).citations][:1] == ["denies"]
    assert not any(citation.speaker == "Ada Park" for citation in elsewhere.citations)


async def test_a_reply_goes_on_from_the_answer_it_replies_to(house: Open) -> None:
    async with house() as h:
        asked = request(CABLES)
        answer = await h.answering.ask(asked)
        h.answering.shown(asked, 100, answer)
        await h.ask("What did Ben Ito say?")
        reply = await h.ask("What else did she say?", BEN, surface="reply", reply_to=100)
    assert {citation.speaker for citation in reply.citations} == {"Ada Park"}


async def test_an_edited_question_is_understood_as_the_first_time(house: Open) -> None:
    async with house() as h:
        await h.ask(CABLES)
        first = await h.ask("What else did she say?", message=7)
        edited = await h.ask("What else did she say", message=7)
    assert [c.quote for c in first.citations] == [c.quote for c in edited.citations]


async def test_what_somebody_talked_about_can_be_forgotten(house: Open) -> None:
    async with house() as h:
        asked = request(CABLES)
        answer = await h.answering.ask(asked)
        h.answering.shown(asked, 100, answer)
        shown = h.answering.shown_in(100)
        assert shown and (shown.request, shown.answer) == (asked, answer)
        h.answering.forget(ADA)
        assert h.answering.shown_in(100) is None
        h.answering.shown(asked, 101)
        for more in ({}, {"reply_to": 100}, {"reply_to": 101}):
            assert (await h.ask("What else did she say?", **more)).status == "not_found"


async def test_a_follow_up_is_shown_with_the_questions_it_goes_on_from_and_who_asked_them(house: Open) -> None:
    async with house() as h:
        asked = request(CABLES)
        h.answering.shown(asked, 100, await h.answering.ask(asked))
        narrow = Scope(articles=frozenset({"bridge"}))
        reply = request("What else did she say?", BEN, surface="reply", reply_to=100, scope=narrow)
        h.answering.shown(reply, 101, await h.answering.ask(reply))
        other = request("Who talked about the ferries in the harbour?", BEN)
        h.answering.shown(other, 102, await h.answering.ask(other))
        first, second, third = (h.answering.shown_in(message) for message in (100, 101, 102))
        assert first and second and third
        assert (first.before, third.before) == ((), ())
        assert second.before == ((ADA, RecordedQuestion(CABLES, ("public",))),)
        assert second.posed == RecordedQuestion("What else did she say?", ("public",), ("bridge",))
        assert second.people == {ADA, BEN}
        h.answering.forget(ADA)
        assert [h.answering.shown_in(message) for message in (100, 101, 102)] == [None, None, third]


async def test_a_public_follow_up_knows_nothing_of_what_was_asked_in_private(house: Open) -> None:
    async with house() as h:
        await h.ask(CABLES, private=True)
        public = await h.ask("What else did she say?")
        private = await h.ask("What else did she say?", private=True)
    assert public.status == "not_found"
    assert {citation.speaker for citation in private.citations} == {"Ada Park"}


async def test_what_is_answered_while_its_asker_is_forgotten_is_neither_kept_nor_remembered(house: Open) -> None:
    async with house() as h:
        h.hold(LOST, CABLES)
        asked = [request(LOST), request(LOST, BEN), request(CABLES, channel=YARD)]
        asking = [asyncio.create_task(h.answering.ask(one)) for one in asked]
        await h.until(lambda: len(h.library.asked) == 2)
        h.answering.forget(ADA)
        h.records.forget(ADA)
        h.library.gate.set()
        for number, answer in enumerate(await asyncio.gather(*asking)):
            h.answering.shown(asked[number], number, answer)
        assert (await h.ask("What else did she say?", channel=YARD)).status == "not_found"
        assert (await h.ask("What else did she say?", reply_to=2)).status == "not_found"
        assert [h.answering.shown_in(number) is None for number in range(3)] == [True, False, True]
        assert await h.answering.drain(5)
        assert [gap.question for gap in h.records.gaps()].count(LOST) == 1
        assert h.records.forget(BEN).gaps == 1


# ── limits ────────────────────────────────────────────────────────────────


async def test_who_asks_too_often_is_refused_even_what_is_known_already_and_told_once(house: Open) -> None:
    async with house(per_minute=2) as h:
        await h.ask(CABLES)
        await h.ask(CABLES)
        first, second = await refusal(h.ask(CABLES)), await refusal(h.ask(CABLES))
        assert isinstance(first, TooSoon) and isinstance(second, TooSoon)
        assert (first.told_before, second.told_before) == (False, True)
        with pytest.raises(TooSoon):
            h.answering.admit(ADA)
        h.answering.admit(BEN)
        assert (await h.ask(CABLES, BEN)).status == "answered"
        assert h.counted('wuzhen_questions_total{outcome="too_soon",surface="mention"}') == 2


async def test_a_full_queue_says_so_at_once_and_uses_up_none_of_what_one_may_ask(house: Open) -> None:
    async with house(queue=1, per_minute=1) as h:
        questions = [f"Who said {number}?" for number in ("one", "two", "three")]
        h.hold(*questions)
        waiting = [asyncio.create_task(h.ask(words, person)) for person, words in enumerate(questions)]
        await h.until(lambda: len(h.library.asked) == AT_ONCE)
        assert h.counted("wuzhen_queue_length") == 3
        started = time.perf_counter()
        assert isinstance(await refusal(h.ask(CABLES, 7)), Busy)
        assert time.perf_counter() - started < 5  # of the minute that it may take
        shares = asyncio.create_task(h.ask(questions[0], 8))  # what is in work already needs no place
        await asyncio.sleep(0.01)
        h.library.gate.set()
        await asyncio.gather(*waiting, shares)
        assert (await h.ask(CABLES, 7)).status == "answered"
        assert h.counted("wuzhen_queue_length") == 0
        assert h.counted('wuzhen_questions_total{outcome="busy",surface="mention"}') == 1


async def test_questions_that_never_end_do_not_keep_others_from_their_answers(house: Open) -> None:
    async with house(seconds=0.3) as h:
        stuck = ["Who said one?", "Who said two?", "Who said three?"]
        h.hold(*stuck)
        asking = [asyncio.create_task(h.ask(words, person)) for person, words in enumerate(stuck)]
        for one in asking[:AT_ONCE]:
            assert isinstance(await refusal(one), TooSlow)
        await asyncio.wait(asking)
        assert (await h.answer_at_last(CABLES, 7)).status == "answered"
        assert isinstance(await refusal(h.ask(stuck[0], 8)), TooSlow)  # waits with the first, in no new thread
        assert h.library.asked.count(stuck[0]) == 1
        h.library.gate.set()
        assert (await h.answer_at_last(stuck[0], 9)).question == stuck[0]


async def test_when_every_thread_is_stuck_people_are_told_that_it_is_busy_until_one_ends(house: Open) -> None:
    async with house(seconds=0.2) as h:
        stuck = [f"Who said {number}?" for number in range(10)]
        h.hold(*stuck)
        for first in range(0, len(stuck), AT_ONCE):
            two = stuck[first : first + AT_ONCE]
            await asyncio.gather(*(refusal(h.ask(words, person)) for person, words in enumerate(two, start=first)))
        assert h.library.asked == stuck[: len(h.library.asked)] != stuck
        assert isinstance(await refusal(h.ask(CABLES, 99)), Busy)
        assert CABLES not in h.library.asked
        h.library.held.clear()
        h.library.gate.set()
        assert (await h.answer_at_last("Who is quoted?", 98)).status == "answered"


async def test_who_waits_for_their_own_slow_question_is_told_that_it_takes_too_long(house: Open) -> None:
    async with house(seconds=0.2) as h:
        h.hold(CABLES)
        slow = asyncio.create_task(h.ask(CABLES))
        await h.until(lambda: h.library.asked)
        slow.cancel()  # its thread works on
        first = asyncio.create_task(h.ask(CABLES))
        second = asyncio.create_task(h.ask("Who is quoted?"))
        assert isinstance(await refusal(second), TooSlow)
        assert isinstance(await refusal(first), TooSlow)


async def test_200_questions_at_once_are_answered_or_told_busy_while_the_event_loop_never_waits(
    house: Open, settled_memory: None, watched: Callable[[], Any]
) -> None:
    topics = ["cables", "the bridge", "ferries", "marmalade", "regulation"]
    questions = [f"What did Ada Park say about {topics[n % 5]} number {n}?" for n in range(200)]
    async with house(queue=100) as h:
        async with watched() as lag:
            asking = [asyncio.create_task(h.ask(words, person)) for person, words in enumerate(questions)]
            found = await asyncio.gather(*asking, return_exceptions=True)
            bearable = lag.bearable
        assert all(isinstance(one, Answer | Busy) for one in found)
        answered = sum(isinstance(one, Answer) for one in found)
        assert answered == 100 + AT_ONCE
        assert lag.worked < 0.1
        assert lag.late < bearable
        await h.until(lambda: len(h.records.gaps()) == sum(getattr(one, "reason", None) is not None for one in found))


# ── looking up, and stopping ──────────────────────────────────────────────


async def test_a_look_up_waits_for_no_question(house: Open) -> None:
    async with house() as h:
        questions = [f"Who said {number}?" for number in range(10)]
        h.hold(*questions)
        asking = [asyncio.create_task(h.ask(words, person)) for person, words in enumerate(questions)]
        await h.until(lambda: len(h.library.asked) == AT_ONCE)
        off_loop = OffLoop(10)
        assert len(await off_loop(h.library.articles)) == 2
        assert await off_loop(threading.get_ident) != threading.get_ident()
        with pytest.raises(ZeroDivisionError):
            await off_loop(lambda: 1 // 0)
        h.library.gate.set()
        await asyncio.gather(*asking)


async def test_a_look_up_that_takes_too_long_is_told() -> None:
    done = threading.Event()
    assert isinstance(await refusal(OffLoop(0.1)(lambda: done.wait(20))), TooSlow)
    done.set()


async def test_stopping_takes_nothing_more_and_finishes_what_is_asked(house: Open) -> None:
    async with house() as h:
        questions = ["Who said one?", "Who said two?", CABLES]
        h.hold(*questions)
        asking = [asyncio.create_task(h.ask(words, person)) for person, words in enumerate(questions)]
        follow_up = asyncio.create_task(h.ask("What else did she say?", 2))
        await h.until(lambda: len(h.library.asked) == AT_ONCE)
        draining = asyncio.create_task(h.answering.drain(20))
        await asyncio.sleep(0.01)
        assert isinstance(await refusal(h.ask(CABLES, BEN)), Stopping)
        with pytest.raises(Stopping):
            h.answering.admit(BEN)
        assert not draining.done()
        h.library.gate.set()
        assert await draining
        assert all(one.done() for one in [*asking, follow_up])
        assert (await follow_up).citations[0].speaker == "Ada Park"
        assert len(h.records.gaps()) == 2


async def test_stopping_does_not_wait_for_ever(house: Open) -> None:
    async with house(seconds=0.1) as h:
        h.hold(CABLES)
        asking = asyncio.create_task(h.ask(CABLES))
        await h.until(lambda: h.library.asked)
        started = time.perf_counter()
        assert not await h.answering.drain(0.3)
        assert 0.25 < time.perf_counter() - started < 20
        assert isinstance(await refusal(asking), TooSlow)


# ── what is kept and counted ──────────────────────────────────────────────


async def test_a_question_that_finds_nothing_is_kept_and_small_talk_is_not(house: Open) -> None:
    async with house() as h:
        scope = Scope(frozenset({"public", "guild:1"}))
        for person in (ADA, BEN):
            await h.ask(f"{LOST}?", person, scope=scope)
        await h.ask("Hello there")
        await h.ask(CABLES)
        await h.until(lambda: len(h.records.gaps()) == 2)
        assert await h.answering.drain(5)
        kept = [(gap.question, gap.reason, gap.collections) for gap in h.records.gaps()]
        assert kept == [(f"{LOST}?", "unknown_speaker", ("guild:1", "public"))] * 2
        assert h.counted('wuzhen_abstentions_total{reason="unknown_speaker"}') == 2
        assert h.counted('wuzhen_abstentions_total{reason="not_a_question"}') == 1
        assert h.counted('wuzhen_questions_total{outcome="not_found",surface="mention"}') == 3
        assert h.counted('wuzhen_questions_total{outcome="answered",surface="mention"}') == 1
        assert h.counted("wuzhen_answer_seconds_count") == 4


async def test_of_what_is_only_said_in_a_conversation_nothing_is_kept(house: Open) -> None:
    async with house() as h:
        for words, more in [
            ("my boss Quist fired me over marmalade", {}),
            ("my boss Quist ate marmalade", {"surface": "dm"}),
            ("Zebulon Quist marmalade", {"surface": "slash"}),
            ("tell me who said marmalade is food", {"surface": "dm"}),
            (Asked("what_said", "Zebulon Quist", "marmalade"), {"surface": "reply"}),
        ]:
            assert (await h.ask(words, **more)).status == "not_found"
        assert await h.answering.drain(5)
        kept = [(gap.question, gap.posed.asked is not None) for gap in h.records.gaps()]
    assert sorted(kept) == [
        (LOST, True),
        ("Zebulon Quist marmalade", False),
        ("tell me who said marmalade is food", False),
    ]


async def test_a_gap_is_kept_with_where_it_was_looked_for_and_what_it_goes_on_from(house: Open) -> None:
    async with house() as h:
        narrow = Scope(articles=frozenset({"bridge"}))
        await h.ask(CABLES)
        await h.ask("What did she say about marmalade?", scope=narrow)
        assert await h.answering.drain(5)
        (gap,) = h.records.gaps()
    assert gap.before == (RecordedQuestion(CABLES, ("public",)),)
    assert gap.posed.articles == ("bridge",)


async def test_an_edited_question_is_kept_only_as_it_reads_now(house: Open) -> None:
    async with house() as h:
        await h.ask("Who likes marmalade?", message=7)
        await h.ask("Who hates marmalade?", message=7)
        assert await h.answering.drain(10)
        assert [gap.question for gap in h.records.gaps()] == ["Who hates marmalade?"]


async def test_a_question_edited_into_one_that_is_answered_is_kept_no_more(house: Open) -> None:
    async with house() as h:
        await h.ask(LOST, message=7)
        await h.ask(CABLES, message=7)
        assert await h.answering.drain(10)
        assert h.records.gaps() == []


async def test_records_that_cannot_be_written_cost_nobody_the_answer(
    house: Open, caplog: pytest.LogCaptureFixture
) -> None:
    async with house() as h:
        with sqlite3.connect(h.records.path) as other:
            other.execute("DROP TABLE gaps")
        other.close()
        assert (await h.ask(LOST)).reason == "unknown_speaker"
        assert await h.answering.drain(10)
    assert "could not be kept (RecordsError)" in caplog.text


async def test_no_log_line_holds_what_was_asked_or_answered_or_by_whom(
    house: Open, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    person = 222_333_444_555_666_777
    async with house(seconds=2, per_minute=3, queue=0) as h:
        h.records.close()
        await h.ask(LOST, person)
        await h.ask(CABLES, person)
        h.hold("Who said marmalade?")
        await refusal(h.ask("Who said marmalade?", person))
        await refusal(h.ask(CABLES, person))
        h.library.gate.set()
        h.library.error = LibraryError("marmalade")
        with pytest.raises(LibraryError):
            await h.ask("Who loves marmalade?", BEN)
    assert "No answer within 2 s" in caplog.text
    lines = [record.getMessage() + str(record.exc_text) for record in caplog.records]
    for word in ("marmalade", "Quist", "cable", "Park", str(person)):
        assert not [line for line in lines if word.lower() in line.lower()]
