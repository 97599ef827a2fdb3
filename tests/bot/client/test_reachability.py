"""An outage of Discord is one line in the log, and its end another."""

from __future__ import annotations

import logging

import pytest

from bot.client.reachability import Reachability


def told(caplog: pytest.LogCaptureFixture, seconds: list[tuple[float, bool]]) -> list[str]:
    """What is logged where the bot was connected, or not, at these seconds."""
    caplog.set_level(logging.INFO)
    watching = Reachability(iter([second for second, _ in seconds]).__next__)
    for _, connected in seconds:
        watching.note(connected)
    return [record.getMessage() for record in caplog.records]


def test_an_outage_is_a_line_and_its_end_another(caplog: pytest.LogCaptureFixture) -> None:
    outage = [(float(second), not 10 <= second < 25) for second in range(40)]
    assert told(caplog, outage) == [
        "Discord is out of reach; it is tried again until it is there",
        "Discord is there again after 15 s",
    ]


def test_a_second_outage_is_told_as_the_first(caplog: pytest.LogCaptureFixture) -> None:
    assert len(told(caplog, [(float(second), second % 20 >= 10) for second in range(81)])) == 8


def test_a_connection_that_is_mended_in_a_moment_is_not_worth_a_line(caplog: pytest.LogCaptureFixture) -> None:
    assert told(caplog, [(float(second), second % 10 > 3) for second in range(60)]) == []
