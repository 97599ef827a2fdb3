from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.rate_limit import RateLimit, TooSoon


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def ask(limit: RateLimit, person: int = 1) -> TooSoon | None:
    try:
        limit.check(person)
    except TooSoon as error:
        return error
    limit.count(person)
    return None


def test_who_asks_too_often_is_told_when_to_come_back_and_is_told_once() -> None:
    clock = Clock()
    limit = RateLimit(2, clock)
    assert [ask(limit), ask(limit)] == [None, None]
    first, second = ask(limit), ask(limit)
    assert first and second
    assert (first.told_before, second.told_before) == (False, True)
    assert 0 < (first.until - datetime.now(UTC)).total_seconds() <= 61
    assert re.fullmatch(rf"[^<]+: you can ask again <t:{int(first.until.timestamp())}:R>\.", str(first))
    clock.now += 61
    assert [ask(limit), ask(limit)] == [None, None]
    third = ask(limit)
    assert third and not third.told_before


def test_one_person_does_not_use_up_what_another_may_ask() -> None:
    limit = RateLimit(1, Clock())
    assert ask(limit, 1) is None
    assert ask(limit, 1)
    assert ask(limit, 2) is None


def test_looking_whether_a_question_would_be_taken_uses_up_nothing() -> None:
    limit = RateLimit(1, Clock())
    for _ in range(5):
        limit.check(1)
    assert ask(limit) is None


STEPS = st.lists(st.one_of(st.just(0.0), st.floats(0, 90), st.integers(0, 120).map(float)), min_size=1, max_size=60)


@given(st.integers(1, 5), STEPS)
def test_nobody_asks_more_than_allowed_in_a_minute_from_a_first_question_nor_waits_longer_than_told(
    rate: int, steps: list[float]
) -> None:
    clock = Clock()
    limit = RateLimit(rate, clock)
    taken: list[float] = []
    for step in steps:
        clock.now += step
        refused = ask(limit)
        if refused is None:
            taken.append(clock.now)
        else:
            wait = refused.until.timestamp() - time.time()
            assert 0 < wait <= 61.1
            clock.now += wait + 0.1  # until is in whole seconds of a clock that goes on meanwhile
            assert ask(limit) is None
            taken.append(clock.now)
    while taken:
        inside = [at for at in taken if at < taken[0] + 60]
        assert len(inside) <= rate
        taken = taken[len(inside) :]


@pytest.mark.parametrize("rate", [1, 12])
def test_a_steady_asker_within_the_limit_is_never_refused(rate: int) -> None:
    clock = Clock()
    limit = RateLimit(rate, clock)
    for _ in range(100):
        assert ask(limit) is None
        clock.now += 61 / rate
