"""What a short answer leaves out, and what it takes in."""

from __future__ import annotations

import pytest

from index.answer.spans.typed import whole
from index.question.model import Question


@pytest.mark.parametrize(
    ("asked", "wanted", "sentence", "picked", "short"),
    [
        ("How much was lost?", "number", "The firm lost 20 trillion yuan.", "trillion", "20 trillion"),
        ("When was it held?", "date", "It was held in 2019.", "2019", "2019"),
        ("How many rival princes were there?", "number", "It took five princes.", "five princes", "five"),
        ("How many soldiers were there?", "number", "It took 900 troops.", "900 troops", "900 troops"),
        ("Who was above?", "person", "Ada Park, who leads it, was.", "Ada Park, who leads it", "Ada Park"),
        ("What did she buy?", "other", "She bought ropes, which broke.", "ropes, which broke", "ropes"),
    ],
)
def test_the_words_picked_become_a_short_answer(
    asked: str, wanted: str, sentence: str, picked: str, short: str
) -> None:
    question = Question(asked, "fact", wanted=wanted)  # type: ignore[arg-type] # one of them
    start = sentence.index(picked)
    assert sentence[slice(*whole(question, sentence, (start, start + len(picked))))] == short
