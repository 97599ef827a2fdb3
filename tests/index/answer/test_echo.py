"""The asker's words inside the answer's sentences: where they read on there, and nothing of them where they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answer.present.catalogue import phrases
from index.answer.present.echo import asked, claim, clause


@pytest.mark.parametrize(
    ("topic", "told"),
    [
        ("Tesla will leave China", "that Tesla will leave China"),
        ("The ferry is late.", "that the ferry is late"),
        ("she resigned", "that she resigned"),
        ("the mill won't be sold", "that the mill won't be sold"),
        ("when the bridge will open", "when the bridge will open"),
        ("the tolls", ""),
        ("bananas", ""),
        ("true", ""),
        ("to leave China", ""),
        ("the man who was fired", ""),
        ("The ferry is late. The mill is sold", ""),
        ("the ferry is late and nobody in the town that was…", ""),
        ("is the ferry late?", ""),
        ("", ""),
    ],
)
def test_a_claim_is_repeated_where_it_surely_is_a_clause(topic: str, told: str) -> None:
    assert claim(topic) == told


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How old is Elon Musk?", " how old Elon Musk is"),
        ("what is the population of Wuzhen?", " what the population of Wuzhen is"),
        ("When is the conference?", " when the conference is"),
        ("when will Tesla leave China?", " when Tesla will leave China"),
        ("Where was she born?", " where she was born"),
        ("when did the world cup end?", ""),  # "ended": the verb takes another form
        ("when is the bridge open?", ""),  # where its subject ends is not clear
        ("is that true?", ""),
        ("the zeppelin blue", ""),
        ("what is it. who is he?", ""),
        ("", ""),
    ],
)
def test_a_question_is_repeated_where_its_order_is_surely_turned(question: str, told: str) -> None:
    assert asked(question) == told


PIECES = ["who", "how", "is", "are", "did", "the", "Ada", "Park", "old", "she", "that", "of", ".", "?", ";", "…", "'"]


@given(st.text() | st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_whatever_is_repeated_adds_nothing_but_that(text: str) -> None:
    given_words = {word.lower() for word in text.rstrip(" .!?").replace(".", " ").split()} | {"that"}
    for told in (claim(text), asked(text), clause(text)):
        assert {word.lower() for word in told.replace(".", " ").split()} <= given_words


def test_a_sentence_without_its_echo_is_whole_in_both_languages() -> None:
    english, chinese = phrases("en"), phrases("zh-CN")
    assert english("not_said_topic", topic="true") == "The articles don't say"
    assert chinese("not_said_topic", topic="true") == "文章没有说明"
    assert english("nobody_like", topic="bananas") == "Nobody in the articles is reported as saying anything like that"
    assert chinese("nobody_like", topic="bananas") == "文章里没有人说过类似的话"
    assert chinese("nobody_like", topic="the moon is cheese") == "文章里没有人说过 the moon is cheese"
