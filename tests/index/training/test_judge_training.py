"""Making the judge again: its rows, the split by report, the pairs made of them, a run small enough for a test."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from index.judge import load_judge
from index.training.batches import Batch, Pieces, tensors
from index.training.judge.dress import claim_in_other_dress, inner, question_in_other_dress, who_said
from index.training.judge.heads import fresh_network
from index.training.judge.measure import JudgedTexts, auroc, calibrated
from index.training.judge.pairs import Pairs
from index.training.judge.reports import (
    AnnotatedStatement,
    part_of,
    read_entailments,
    read_relevance,
    read_statements,
    share_of,
    statements_of,
)
from index.training.reader_rows import RowsError


def said(report: int, speaker: str = "Ada Park", thing: str = "bridge") -> dict[str, object]:
    """A statement of a report as its file has it."""
    return {
        "before": "It rained.",
        "sentence": f"{speaker} said that the {thing} {report} is safe.",
        "speaker": speaker,
        "role": "mayor",
        "supports": [f"The {thing} {report} is no danger.", f"Nobody need fear the {thing} {report}."],
        "contradicts": [{"how": "opposite", "text": f"The {thing} {report} is dangerous."}],
        "neither": [{"how": "swap", "text": f"The {thing} {report} is beautiful."}],
        "asked": [f"Is the {thing} {report} safe?"],
        "not_asked": [f"How old is the {thing} {report}?"],
    }


def reports(count: int) -> list[dict[str, object]]:
    return [
        {"id": f"r{i}", "title": f"Report {i}", "statements": [said(i), said(i, "Tom Birch", "tunnel")]}
        for i in range(count)
    ]


def written(path: Path, lines: Iterable[Mapping[str, object]]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


@pytest.fixture
def statements(tmp_path: Path) -> list[AnnotatedStatement]:
    return read_statements([written(tmp_path / "reports.jsonl", reports(60))])


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a seeded one


def test_statements_come_from_reports_and_from_single_lines(tmp_path: Path) -> None:
    single = {"article": "7", **said(1), "speaker": "She"}
    path = written(tmp_path / "mixed.jsonl", [*reports(1), single])
    one, other, alone = read_statements([path])
    assert (one.report, other.report, alone.report) == ("r0", "r0", "7")
    assert one.contradicts == ("The bridge 0 is dangerous.",)
    assert (one.name, alone.name, alone.title) == ("Ada Park", None, "")


@pytest.mark.parametrize("broken", [{"id": "r"}, {"article": "7", "sentence": "It rained."}])
def test_a_line_that_is_no_statement_is_named(tmp_path: Path, broken: dict[str, object]) -> None:
    with pytest.raises(RowsError, match=r"^Line 2 of .* is no training row"):
        read_statements([written(tmp_path / "broken.jsonl", [*reports(1), broken])])


def test_labels_that_leave_open_which_allow_both(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"claim": "c", "premise": "p", "label": "not_supports"},
        {"claim": "c", "evidence": ["p", "q"], "label": "supports"},
    ]
    unsure, sure = read_entailments([written(tmp_path / "pairs.jsonl", rows)])
    assert (unsure.labels, sure.labels, sure.premise) == ((1, 2), (0,), "p q")


def test_a_question_that_names_nothing_is_not_learnt_from(tmp_path: Path) -> None:
    row: dict[str, object] = {"question": "Who told someone?", "sentence": "Ann told Ben.", "sentence_id": "a:b:1:2:3"}
    found = read_relevance([written(tmp_path / "questions.jsonl", [row, {**row, "placeholder": True}])])
    assert [one.page for one in found] == ["a:b:1"]


def test_a_report_is_in_one_part_with_all_of_its_statements_and_always_the_same(
    statements: list[AnnotatedStatement],
) -> None:
    parts = {part: statements_of(part, statements) for part in ("train", "development", "last")}
    ids = [{statement.report for statement in found} for found in parts.values()]
    assert sum(map(len, ids)) == len(set.union(*ids)) == 60
    assert [part_of(f"r{i}") for i in range(4)] == ["last", "development", "train", "train"]
    assert all(len(found) == 2 * len(reports) for found, reports in zip(parts.values(), ids, strict=True))


def test_a_half_of_the_reports_holds_a_quarter_of_them(statements: list[AnnotatedStatement]) -> None:
    half = share_of(statements, 0.5)
    assert 0 < len(share_of(half, 0.25)) < len(half) < len(statements) == len(share_of(statements, 1.0))
    assert share_of(half, 0.25) == share_of(statements, 0.25)


def plain(name: str) -> AnnotatedStatement:
    texts = [f"{name} did."], [f"{name} did not."], [f"{name} may."], [f"Did {name}?"], [f"Why did {name}?"]
    return AnnotatedStatement("r", f"{name} said so.", name, None, None, "", *map(tuple, texts))


@settings(deadline=None)  # machines are busy
@given(st.integers(0, 10_000))
def test_claims_keep_what_they_are_true_of_and_others_never_support_them(seed: int) -> None:
    for pair in Pairs([plain("Ada"), plain("Tom")]).of_a_pass(chance(seed)):
        text = pair.text.lower()
        own = ("Ada" if "ada" in text else "Tom") + " said so." in pair.premise
        if pair.answers is not None:
            assert own or not pair.answers
        elif own:
            assert pair.labels == ((1,) if "did not" in text else (2,) if "may" in text else (0,))
        else:
            assert 0 not in pair.labels


def test_the_same_chance_makes_the_same_pass(statements: list[AnnotatedStatement]) -> None:
    pairs = Pairs(statements)
    assert pairs.of_a_pass(chance(1)) == pairs.of_a_pass(chance(1)) != pairs.of_a_pass(chance(2))


def test_a_pass_holds_every_claim_and_now_and_then_less_than_the_whole_context(
    statements: list[AnnotatedStatement],
) -> None:
    made = Pairs(statements).of_a_pass(chance(3))
    labels = Counter(pair.labels for pair in made if pair.answers is None)
    assert labels[(0,)] == 2 * len(statements)
    assert labels[(1,)] == len(statements)
    for part in ("Report 1.", "It rained.", "[Ada Park, mayor]", "[Ada Park]"):
        assert 0 < sum(part in pair.premise for pair in made) < len(made)


@settings(deadline=None)  # machines are busy
@given(st.integers(0, 10_000))
def test_a_claim_in_other_dress_keeps_its_words(seed: int) -> None:
    claim = claim_in_other_dress("The bridge is closed.", "Ada Park", chance(seed))
    assert "bridge is closed" in claim.lower()
    assert "the bridge is closed" in who_said("The bridge is closed.", chance(seed)).lower()
    assert question_in_other_dress("Who?", chance(seed)).lower() in ("who?", "who")


def test_inside_a_sentence_a_claim_begins_small_unless_with_a_name() -> None:
    assert [inner("The bridge fell."), inner("Ada Park sang.")] == ["the bridge fell.", "Ada Park sang."]


def batch_of(*targets: tuple[list[float], float]) -> Batch:
    return tensors([Pieces([101, 2000 + i, 102], [0, 1, 1], target) for i, target in enumerate(targets)])


def test_a_claim_trains_the_one_head_and_a_question_the_other(tmp_path: Path) -> None:
    network = fresh_network(tmp_path)
    for target, trained, other in (
        (([1.0, 0.0, 0.0], -1.0), network.claim, network.question),
        (([0.0, 0.0, 0.0], 1.0), network.question, network.claim),
    ):
        network.zero_grad()
        network.loss(batch_of(target)).backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
        assert any(values.grad is not None and values.grad.any() for values in trained.parameters())
        assert not any(values.grad is not None and values.grad.any() for values in other.parameters())


def test_either_label_will_do_where_it_is_not_known_which(tmp_path: Path) -> None:
    network = fresh_network(tmp_path)
    with torch.no_grad():
        one, two, either = (
            float(network.loss(batch_of((allowed, -1.0)))) for allowed in ([0, 1.0, 0], [0, 0, 1.0], [0, 1.0, 1.0])
        )
    assert either < min(one, two)


def test_auroc_is_the_chance_of_being_above() -> None:
    assert auroc(np.array([0.9, 0.6]), np.array([0.1, 0.6])) == pytest.approx(3.5 / 4)
    assert auroc(np.array([]), np.array([1.0])) == 0.5


def test_calibration_makes_overconfident_logits_smaller() -> None:
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 3, 600)
    claims = 8 * np.eye(3)[np.where(rng.random(600) < 0.7, labels, rng.integers(0, 3, 600))]
    answers = rng.random(600) < 0.5
    questions = np.where(rng.random(600) < 0.8, answers, ~answers) * 12.0 - 6
    found = calibrated(JudgedTexts(claims, labels, questions, answers))
    assert found.weights(np.array([8, 0, 0], np.float32)).supports == pytest.approx(0.8, abs=0.05)
    assert found.answers(6.0) == pytest.approx(0.8, abs=0.05)


def test_a_run_that_was_stopped_goes_on_and_what_ships_is_calibrated_and_measured(tmp_path: Path) -> None:
    data = written(tmp_path / "reports.jsonl", reports(40))

    def training(*arguments: str) -> str:
        command = [sys.executable, "-m", "index.training", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout

    folder, shipped = str(tmp_path / "run"), str(tmp_path / "shipped")
    common = ["fit-judge", "--statements", str(data), "--folder", folder, "--threads", "1", "--float32"]
    training(*common, "--steps", "1")
    assert "Going on from step 1" in training(*common, "--steps", "2")
    training("ship-judge", "--statements", str(data), "--folder", folder, "--to", shipped)
    [weights] = load_judge(1, Path(shipped)).weigh("It rained.", ["It did not rain."])
    assert sum(weights) == pytest.approx(1, abs=1e-3)
    figures = json.loads(training("measure-judge", "--statements", str(data), "--part", "last", "--model", shipped))
    assert figures["claims"] == 4 * len(statements_of("last", read_statements([data])))
