"""The contrary of what was said is never confirmed."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.contradiction import has_antonym, negation_differs
from index.library import Library


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("the old gained any benefit", "The old have not gained any benefit"),
        ("the firm cannot manage risks", "The firm can manage and control risks"),
        ("a promise was made", "No such promise was ever made"),
        ("the mill will not expand", "The mill will continue to expand"),
    ],
)
def test_a_not_in_only_one_of_two_turns_the_meaning_round(claim: str, said: str) -> None:
    assert negation_differs(claim, said)
    assert not negation_differs(said, said)
    assert not negation_differs(claim, claim)


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("the mills should shrink", "We hope the mills can grow bigger"),
        ("prospects are bleak", "Prospects are very bright"),
        ("rules hurt competition", "Better rules will promote competition"),
    ],
)
def test_an_antonym_says_the_contrary(claim: str, said: str) -> None:
    assert has_antonym(claim, said)
    assert not has_antonym(said, said)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("did liu he say china cannot manage risks", "no"),
        ("did dai say the elderly gained tangible benefit", "no"),
        ("did amon criticise china's 5g efforts?", "no"),
        ("did cheng say regulation hurts competition", "unknown"),
        ("did musk say tesla will cut investment in china", "unknown"),
        ("did musk say tesla would leave china", "unknown"),
        ("did liu say china's prospects are bleak", "unknown"),
        ("did liu he say china can manage risks", "yes"),
        ("did musk say tesla will expand investment in china", "yes"),
    ],
)
def test_a_claim_turned_round_is_not_confirmed(question: str, verdict: str, read: Path) -> None:
    with Library(read) as library:
        answer, _ = library.ask(question)
    assert answer.verdict == verdict
