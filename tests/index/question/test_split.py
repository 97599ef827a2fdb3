"""Several questions in one message, and single ones that only look so."""

from __future__ import annotations

import pytest

from index.question.split import questions_in


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Who said SMEs need vitality and what did Musk say about Tesla?",
            ("Who said SMEs need vitality", "what did Musk say about Tesla?"),
        ),
        ("Who is Ada Park? Did she resign?", ("Who is Ada Park?", "Did she resign?")),
        (
            "is Tremblay the referee? what did he say? did anyone back him?",
            ("is Tremblay the referee?", "what did he say?", "did anyone back him?"),
        ),
    ],
)
def test_each_question_of_a_message_is_found(text: str, parts: tuple[str, ...]) -> None:
    assert questions_in(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "What did Park say about costs and benefits?",
        "Did Park say when and where the bridge will open?",
        "Somebody said that the tolls are robbery. Who was that?",
        "and the mayor, what did she say?",
        "Who said “is it safe? what did they test?”",
        "thanks and bye",
    ],
)
def test_a_single_question_stays_whole(text: str) -> None:
    assert questions_in(text) == ()


def test_what_surely_asks_several_things_is_cut_at_any_joint() -> None:
    assert questions_in("summary of the article + list of people", surely=True) == (
        "summary of the article",
        "list of people",
    )
