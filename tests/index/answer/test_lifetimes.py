"""When lives and events began and ended."""

from __future__ import annotations

import pytest

from index.answer.spans.lifetimes import bracketed_year, last_day


@pytest.mark.parametrize(
    ("question", "sentence", "year"),
    [
        ("When was Mara Quill born?", "Mara Quill (1849–1921) drew it.", "1849"),
        ("When did Quill die?", "The engineer Mara Quill (c. 1849 – 1921) drew it.", "1921"),
        ("What year did Mara Quill die?", "Mara Quill (born 3 May 1849 – 12 June 1921) drew it.", "12 June 1921"),
        ("In which year did the Salt War begin?", "In the Salt War (1702–1709), Halm lost.", "1702"),
        ("When did the Salt War end?", "In the Salt War (1702-1709), Halm lost.", "1709"),
    ],
)
def test_the_year_asked_for_is_found(question: str, sentence: str, year: str) -> None:
    found = bracketed_year(question, sentence)
    assert found is not None
    assert sentence[slice(*found)] == year


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("When did Ann Quill die?", "Ann Quill was the wife of Otto Quill (1849–1921)."),
        ("When was Mara Quill born?", "Mara Quill (mayor 1890–1898) drew it."),
        ("When did the game end?", "Halm won the game (112–105)."),
        ("When did the helpline start?", "There is a helpline (555-1234)."),
        ("Why did Mara Quill die?", "Mara Quill (1849–1921) drew it."),
        ("When did Mara Quill retire?", "Mara Quill (1849–1921) drew it."),
    ],
)
def test_other_figures_in_brackets_are_no_such_year(question: str, sentence: str) -> None:
    assert bracketed_year(question, sentence) is None


@pytest.mark.parametrize(
    ("question", "sentence", "day"),
    [
        ("When does the fair end?", "The three-day fair runs until Sunday.", "Sunday"),
        ("When will the Halm fair close?", "In Halm, the fair continues in the old port until 3 May.", "3 May"),
        ("When did the war end?", "The war lasted until 1709.", "1709"),
        ("When does the bridge close?", "The bridge will be closed until May 3.", None),
        ("When does the fair begin?", "The fair runs until May 3.", None),
        ("When does the race end?", "The fair runs until May 3.", None),
        ("When does the fair end?", "The fair runs until everybody has left.", None),
    ],
)
def test_what_runs_until_a_day_ends_on_it(question: str, sentence: str, day: str | None) -> None:
    found = last_day(question, sentence)
    assert (sentence[slice(*found)] if found else None) == day
