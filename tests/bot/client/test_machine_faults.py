"""People ask while the machine fails: they are answered or told so in a sentence, and later all works again."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.bot.client.conftest import World

CABLES = "What did Ada Park say about cables?"
TWICE = "“Every cable was tested twice”"
UNKNOWN = "What did Zebulon Quist say about marmalade?"
DAY = 86_400.0


async def answered(world: World, question: str = CABLES) -> Any:
    """The bot's message that answers a mention; the only one."""
    asked = await world.ann.send(world.general, f"{world.mention} {question}")
    (answer,) = world.answers(asked)
    return answer


@contextlib.contextmanager
def read_only(world: World) -> Iterator[None]:
    """The file of the records may not be written."""
    connections = (world.records._changing, world.servers._changing)
    for connection in connections:
        connection.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        for connection in connections:
            connection.execute("PRAGMA query_only = OFF")


async def test_where_nothing_can_be_written_questions_are_answered_and_what_must_be_kept_is_refused_in_a_sentence(
    harbour: World,
) -> None:
    with read_only(harbour):
        answer = await answered(harbour)
        assert TWICE in answer.content
        told = harbour.read(await harbour.press(harbour.ann, answer, "👎"))
        assert "(id " in told and "Traceback" not in told
        assert UNKNOWN not in (await answered(harbour, UNKNOWN)).content  # which cannot be kept as a gap
        await harbour.env.settle()
    assert harbour.records.votes() == []
    await harbour.press(harbour.ann, answer, "👎")
    assert [one.vote for one in harbour.records.votes()] == ["down"]


@pytest.mark.skipif(sys.platform == "win32", reason="the limit on descriptors is POSIX's")
async def test_without_a_descriptor_left_questions_are_answered_and_an_article_is_refused_in_a_sentence(
    harbour: World,
) -> None:
    import resource  # noqa: PLC0415 - not on Windows

    assert TWICE in (await answered(harbour)).content
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = [os.dup(0)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(taken) + 1, limits[1]))
    try:
        with contextlib.suppress(OSError):
            while True:
                taken.append(os.dup(0))
        assert TWICE in (await answered(harbour, "What did Ada Park say about every cable?")).content
        with pytest.raises(Exception, match=r"^[^\n]+\.$"):
            harbour.library.remove("bridge")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        for one in taken:
            os.close(one)
    assert TWICE in (await answered(harbour, "What did Ada Park tell about cables?")).content
    harbour.library.remove("bridge")


async def test_a_clock_that_is_set_forth_and_back_by_a_day_changes_no_answer(
    harbour: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time
    for ahead in (DAY, -DAY, 0.0):
        with monkeypatch.context() as clock:
            clock.setattr(time, "time", lambda ahead=ahead: now() + ahead)
            answer = await answered(harbour)
            assert TWICE in answer.content
            await harbour.bot._forget_old()
            await harbour.press(harbour.ann, answer, "👍")
    assert len(harbour.records.votes()) == 3
