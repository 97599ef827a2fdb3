from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.message_cues import asks, goes_on


@pytest.mark.parametrize(
    "text",
    [
        "who said that the bridge is safe",
        "Ok bot, what did Ada say about cables",
        "hi there! when will the bridge open",
        "can you tell me who paid",
        "show everybody quoted on ferries",
        "the bridge is safe, right?",
        "谁说的？",
        "what’s the name of the port",
        "and what about ferries",
    ],
)
def test_what_asks_is_told(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "my boss Frank fired me today",
        "what a day",
        "when Frank fired me I went home",
        "you did well",
        "Hello there",
        "good morning bot",
        "I love you",
        "Frank, the boss",
        "",
        "…",
    ],
)
def test_what_is_only_said_is_no_question(text: str) -> None:
    assert not asks(text)


@pytest.mark.parametrize(
    "text", ["What else did she say?", "and Park?", "what about ferries in May", "Did he deny it?"]
)
def test_what_means_something_named_before_goes_on(text: str) -> None:
    assert goes_on(text)


@pytest.mark.parametrize("text", ["Who said that small firms need help?", "What did Ada Park say about cables?"])
def test_what_stands_alone_does_not_go_on(text: str) -> None:
    assert not goes_on(text)


@given(st.text())
def test_any_text_has_a_verdict(text: str) -> None:
    assert isinstance(asks(text), bool)
    assert isinstance(goes_on(text), bool)
    assert asks(f"{text}?")
