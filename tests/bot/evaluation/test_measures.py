from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.measures import (
    Bin,
    answered_at,
    area_under,
    auroc,
    calibration_error,
    reliability,
    risk_at,
    risks,
    share,
    token_f1,
)

SCORES = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.7, 0.75, 1.0])
ROWS = st.lists(st.tuples(SCORES, st.booleans()), max_size=30)

Rows = list[tuple[float, bool]]


def columns(rows: Rows) -> tuple[list[float], list[bool]]:
    return [score for score, _ in rows], [right for _, right in rows]


# --- AUROC


@given(ROWS)
def test_the_auroc_is_the_share_of_pairs_in_the_right_order_with_ties_counted_half(rows: Rows) -> None:
    pairs = [(p, n) for p, wanted in rows for n, other in rows if wanted and not other]
    found = auroc(*columns(rows))
    if not pairs:
        assert found is None
    else:
        assert found == pytest.approx(sum((p > n) + 0.5 * (p == n) for p, n in pairs) / len(pairs))


@given(ROWS)
def test_only_the_order_of_the_scores_counts_for_the_auroc_and_for_answered_at(rows: Rows) -> None:
    scores, answerable = columns(rows)
    stretched = [math.expm1(3 * score) for score in scores]
    assert auroc(stretched, answerable) == auroc(scores, answerable)
    assert answered_at(stretched, answerable) == answered_at(scores, answerable)


@given(ROWS)
def test_turning_the_scores_round_turns_the_auroc_round(rows: Rows) -> None:
    scores, answerable = columns(rows)
    found, turned = auroc(scores, answerable), auroc([1 - score for score in scores], answerable)
    assert (found is None and turned is None) or (found is not None and turned == pytest.approx(1 - found))


# --- answered at a share of false answers


def test_the_share_answered_at_five_percent_false_answers_lets_one_of_twenty_through() -> None:
    others = [0.9, *[0.4] * 19]
    wanted = [0.95, 0.5, 0.4, 0.1]
    scores, answerable = others + wanted, [False] * 20 + [True] * 4
    assert answered_at(scores, answerable) == 0.5  # from a score just above 0.4 on
    assert answered_at(scores[1:], answerable[1:]) == 0.5  # one of 19 would be more than 5 %: likewise above 0.4
    assert answered_at(scores, answerable, false_answers=0) == 0.25
    assert answered_at(scores, answerable, false_answers=1) == 1


@given(ROWS, st.sampled_from([0.0, 0.05, 0.3, 0.5, 1.0]))
def test_no_threshold_that_keeps_to_the_limit_answers_more(rows: Rows, limit: float) -> None:
    scores, answerable = columns(rows)
    wanted, others = ([s for s, a in rows if a], [s for s, a in rows if not a])
    found = answered_at(scores, answerable, limit)
    if not wanted or not others:
        assert found is None
        return
    thresholds = [*scores, 2.0]
    allowed = [t for t in thresholds if sum(s >= t for s in others) / len(others) <= limit]
    assert found == pytest.approx(max(sum(s >= t for s in wanted) / len(wanted) for t in allowed))


# --- risk and coverage


def test_the_risk_at_a_coverage_is_the_share_of_wrong_ones_among_the_surest() -> None:
    curve = risks([0.9, 0.2, 0.8, 0.6], [1, 0, 0, 1])
    assert curve.tolist() == pytest.approx([0, 1 / 2, 1 / 3, 2 / 4])
    assert [risk_at(curve, coverage) for coverage in (0.25, 0.5, 1)] == pytest.approx([0, 1 / 2, 1 / 2])
    assert risk_at(curve, 0.3) == pytest.approx(1 / 2)  # at least this share is answered
    assert area_under(curve) == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)


def test_answers_with_equal_scores_count_as_their_mean() -> None:
    assert risks([0.5, 0.5, 0.5, 0.9], [0, 1, 0, 1]).tolist() == pytest.approx([0, (2 / 3) / 2, (4 / 3) / 3, 2 / 4])


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_questions_does_not_matter(rows: Rows, random: Random) -> None:
    shuffled = rows.copy()
    random.shuffle(shuffled)
    assert risks(*columns(shuffled)) == pytest.approx(risks(*columns(rows)))
    assert auroc(*columns(shuffled)) == auroc(*columns(rows))


@given(ROWS)
def test_the_risk_of_answering_everything_is_the_share_of_wrong_answers(rows: Rows) -> None:
    curve = risks(*columns(rows))
    assert len(curve) == len(rows)
    assert np.all((curve >= 0) & (curve <= 1 + 1e-12))
    if rows:
        assert risk_at(curve, 1) == pytest.approx(sum(not right for _, right in rows) / len(rows))
    else:
        assert risk_at(curve, 1) is None
        assert area_under(curve) is None


@given(ROWS)
def test_no_scores_give_less_area_than_those_that_know_what_is_right(rows: Rows) -> None:
    if rows:
        _, right = columns(rows)
        best = area_under(risks([float(one) for one in right], right))
        found = area_under(risks(*columns(rows)))
        assert best is not None and found is not None
        assert best <= found + 1e-9


# --- calibration


def test_the_calibration_error_weighs_each_range_of_scores_by_its_answers() -> None:
    scores, right = [0.95, 0.91, 0.92, 0.35], [1, 1, 0, 0]
    diagram = reliability(scores, right)
    low, high = diagram
    assert low == Bin(1, 0.35, 0.0)
    assert high.count == 3
    assert [high.score, high.right] == pytest.approx([2.78 / 3, 2 / 3])
    assert calibration_error(diagram) == pytest.approx((abs(2.78 / 3 - 2 / 3) * 3 + 0.35) / 4)
    assert calibration_error([]) is None


def test_a_range_of_scores_holds_its_upper_end_and_the_first_its_lower_end_too() -> None:
    counts = {score: [one.count for one in reliability([score, 0.15], [1, 1])] for score in (0.0, 0.1, 0.2, 0.7)}
    assert counts == {0.0: [1, 1], 0.1: [1, 1], 0.2: [2], 0.7: [1, 1]}


@given(ROWS)
def test_every_answer_is_in_one_range_and_the_error_is_a_share(rows: Rows) -> None:
    diagram = reliability(*columns(rows))
    assert sum(one.count for one in diagram) == len(rows)
    if rows:
        assert 0 <= (calibration_error(diagram) or 0.0) <= 1


@given(st.lists(SCORES, min_size=1, max_size=30))
def test_scores_that_are_the_share_of_right_answers_have_no_error(scores: list[float]) -> None:
    assert calibration_error(reliability(scores, scores)) == pytest.approx(0)


# --- shares, overlap of words


def test_a_share_of_nothing_is_none() -> None:
    assert share([]) is None
    assert share([1, 1], of=[False, False]) is None
    assert share([1, 0, 0.5], of=[True, False, True]) == 0.75


@pytest.mark.parametrize(
    ("given_", "answers", "f1"),
    [
        ("the Harbour Bridge!", ["harbour bridge"], 1),
        ("Ada Park", ["Ada Park of Redmere", "Ben Ito"], 2 * 2 / (2 + 4)),
        ("Ada Park of Redmere", ["Park", "Ada Park"], 2 * 2 / (4 + 2)),
        ("no no", ["no"], 2 * 1 / (2 + 1)),
        ("Ben Ito", ["Ada Park"], 0),
        (None, ["Ada Park"], 0),
        ("", ["Ada Park"], 0),
        ("The", ["a"], 1),
        ("Ada", [], 0),
    ],
)
def test_the_words_of_a_short_answer_are_compared_with_the_best_of_the_right_ones(
    given_: str | None, answers: list[str], f1: float
) -> None:
    assert token_f1(given_, answers) == pytest.approx(f1)


@given(st.text(), st.text())
def test_the_overlap_of_two_texts_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    assert 0 <= token_f1(one, [other]) <= 1
    assert token_f1(one, [other]) == token_f1(other, [one])
    assert token_f1(one, [one]) == 1
