"""Events that Discord should never send: a line each, and the next question is answered."""

from __future__ import annotations

import logging
from typing import Any

import pytest

CABLES = "What did Ada Park say about cables?"
TWICE = "“Every cable was tested twice”"
SAID = "nobody is to read this in a log"
# what no event looks like, or only at first sight
PAYLOADS: tuple[Any, ...] = (
    None,
    7,
    [],
    {},
    {"id": "x", "guild_id": "y", "channel_id": [], "content": SAID},
    {"id": None, "guild_id": {}, "author": SAID, "type": 99, "message_id": "1.5"},
    {"id": "1" * 18, "channel_id": "1", "author": {"id": -1}, "mentions": [SAID], "data": {}, "user": None},
)


async def test_an_event_that_cannot_be_parsed_is_one_line_in_the_log_and_the_bot_goes_on(
    harbour: Any, caplog: pytest.LogCaptureFixture
) -> None:
    parsers = harbour.bot._connection.parsers
    caplog.set_level(logging.INFO)
    left_out = set()
    for event in sorted(set(parsers) - {"READY"}):
        for payload in PAYLOADS:
            before = len(caplog.records)
            parsers[event](payload)
            lines = [record.getMessage() for record in caplog.records[before:] if record.name.startswith("bot")]
            assert len(lines) <= 1
            left_out |= {event for line in lines if line.startswith(f"An event {event} of Discord could not be read")}
            assert not any("\n" in line for line in lines)
    assert {"MESSAGE_CREATE", "INTERACTION_CREATE", "GUILD_CREATE", "CHANNEL_UPDATE"} <= left_out
    assert SAID not in caplog.text
    await harbour.env.settle()
    asked = await harbour.ann.send(harbour.general, f"{harbour.mention} {CABLES}")
    assert [TWICE in answer.content for answer in harbour.answers(asked)] == [True]
