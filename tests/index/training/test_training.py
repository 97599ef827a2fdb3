"""Making the reader again: rows, near misses by rule, and a training run small enough for a test."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from index.reader import load_reader
from index.training import fit, reader_batches
from index.training.body import tokenizer_of
from index.training.examples import Maker, read_antonyms, read_synonyms
from index.training.fit import Budget, Fitting
from index.training.reader_batches import Passes
from index.training.reader_heads import fresh_network
from index.training.reader_rows import (
    Row,
    RowsError,
    calibration_titles,
    in_pass,
    read_rows,
    sentences_of,
    texts_in,
    without,
)
from index.training.ship import trained
from index.training.swaps import Pool, Swap, TaggedQuestion, find_swap, in_question, in_text, reworded

TEXT = "Ada Park opened the old bridge in 2014. It was not cheap. The mayor of Eastvale closed it in 2019."
QUESTION = "Who opened the old bridge in 2014?"
TAGGED = [
    ("Who", "WP"),
    ("opened", "VBD"),
    ("the", "DT"),
    ("old", "JJ"),
    ("bridge", "NN"),
    ("in", "IN"),
    ("2014", "CD"),
    ("?", "."),
]
ANSWER = (0, 8)


def rows(count: int = 6) -> list[Row]:
    """Rows on two titles."""
    years = [str(2001 + i) for i in range(count)]
    return [
        Row("bridges", f"title {i % 2}", f"Who opened bridge {year}?", text, (0, 8))
        for i, year in enumerate(years)
        for text in [f"Ada Park opened bridge {year}. Nobody came. It rained in the valley all day."]
    ]


def pool() -> Pool:
    found = Pool(read_antonyms(), read_synonyms())
    found.learn(
        [TAGGED, [("painted", "VBD"), ("harbour", "NN"), ("red", "JJ")]], [TEXT, "Tom Birch lives in Northport."]
    )
    return found


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a seeded one


def written(path: Path, lines: list[object]) -> Path:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
    return path


def line(**changed: object) -> dict[str, object]:
    fields = {"source": "s", "title": "t", "question": QUESTION, "context": TEXT, "answer": "Ada Park", "start": 0}
    return {**fields, **changed}


def test_rows_are_read_with_the_place_of_their_answer(tmp_path: Path) -> None:
    path = written(tmp_path / "rows.jsonl.gz", [line(), line(answer=None, start=None)])
    answered, unanswerable = read_rows(path)
    assert answered.answer == (0, 8)
    assert unanswerable.answer is None


@pytest.mark.parametrize("broken", [line(start=3), {"question": "Who?"}, [1]])
def test_a_row_that_is_none_is_named_by_its_line(tmp_path: Path, broken: object) -> None:
    path = written(tmp_path / "rows.jsonl.gz", [line(), broken])
    with pytest.raises(RowsError, match=r"^Line 2 of .*rows.jsonl.gz is no training row"):
        read_rows(path)


def test_texts_that_measure_are_left_out_of_training_whatever_their_spaces(tmp_path: Path) -> None:
    held = tmp_path / "measure.jsonl"
    held.write_text(
        json.dumps({"sentence": TEXT.replace(" ", "  ")}) + "\n" + json.dumps({"context": "Other."}), "utf-8"
    )
    assert texts_in(held) == {TEXT.replace(" ", "  "), "Other."}
    kept = without([Row("s", "t", QUESTION, TEXT, ANSWER), *rows()], texts_in(held))
    assert kept == rows()


def test_of_reviews_and_comments_each_pass_takes_the_half_that_the_one_before_left() -> None:
    mixed = [replace(row, source="squadshifts-reddit" if i < 4 else "bridges") for i, row in enumerate(rows())]
    assert (in_pass(mixed, 0), in_pass(mixed, 1), in_pass(mixed, 2)) == ([1, 3, 4, 5], [0, 2, 4, 5], [1, 3, 4, 5])


def test_the_titles_for_calibration_are_always_the_same() -> None:
    assert calibration_titles(rows()) == calibration_titles(reversed(rows()))
    assert len(calibration_titles(rows())) == 1


@pytest.mark.parametrize(
    ("swap", "asked", "told"),
    [
        (Swap("antonym", "opened", "closed"), "Who closed the old bridge in 2014?", "Ada Park closed the old bridge"),
        (Swap("number", "2014", "2017"), "Who opened the old bridge in 2017?", "bridge in 2017"),
        (Swap("word", "bridge", "harbour"), "Who opened the old harbour in 2014?", "the old harbour"),
    ],
)
def test_a_change_is_made_in_the_question_or_in_the_text(swap: Swap, asked: str, told: str) -> None:
    assert in_question(QUESTION, swap) == asked
    changed = in_text(TEXT, ANSWER, swap)
    assert changed is not None
    assert told in changed[0]
    assert changed[0][slice(*changed[1])] == "Ada Park"


def test_a_change_never_touches_the_answer() -> None:
    assert in_text(TEXT, ANSWER, Swap("name", "Park", "Birch")) is None


@settings(deadline=None)  # machines are busy
@given(st.integers(0, 10_000))
def test_a_swap_changes_the_question_and_leaves_the_answer_where_it_says(seed: int) -> None:
    swap = find_swap(TaggedQuestion(QUESTION, TAGGED, TEXT, pool(), chance(seed)))
    if swap is None:
        return
    assert in_question(QUESTION, swap) != QUESTION
    changed = in_text(TEXT, ANSWER, swap)
    assert changed is None or changed[0][slice(*changed[1])] == "Ada Park"


@settings(deadline=None)  # machines are busy
@given(st.integers(0, 10_000))
def test_a_question_is_put_in_other_words_and_keeps_its_names(seed: int) -> None:
    synonyms = Pool({}, {("bought", "VBN"): ["purchased"], ("boat", "NN"): ["vessel", "craft"]})
    synonyms.learn([[("boat", "NN"), ("bought", "VBN"), ("Park", "NNP")]], [])
    found = reworded("When was the boat bought by Ada Park?", synonyms, chance(seed))
    assert ("purchased" in found) or ("vessel" in found) or ("craft" in found)
    assert found.endswith("by Ada Park?")
    assert reworded("Who sang?", synonyms, chance(seed)) == "Who sang?"


@settings(deadline=None)  # machines are busy
@given(st.integers(0, 10_000))
def test_every_example_with_an_answer_holds_it_and_every_other_was_changed_or_taken_from_elsewhere(seed: int) -> None:
    made = rows()
    maker = Maker(made, [TAGGED] * len(made), replace(pool(), synonyms={}), lambda _, text: len(text) < 200)
    examples = maker.examples(seed % len(made), chance(seed))
    assert examples
    for example in examples:
        assert example.text
        if example.answer is not None:
            assert example.text[slice(*example.answer)] == "Ada Park"
        else:
            own = made[seed % len(made)]
            assert example.question != own.question or "Ada Park" not in example.text or example.text not in own.context


def test_a_text_is_cut_into_sentences_line_by_line() -> None:
    spans = sentences_of("One is here. Two is there.\nThree")
    assert ["One is here. Two is there.\nThree"[a:b] for a, b in spans] == ["One is here.", "Two is there.", "Three"]


class StoppedError(Exception):
    """A training run is stopped in the midst of it."""


@dataclass(frozen=True)
class Stopping(Budget):
    """A budget that ends like a machine that is switched off, before the third step."""

    def progress(self, seconds: float, step: int) -> float:
        if step == 2:
            raise StoppedError
        return super().progress(seconds, step)


def test_a_run_of_so_many_steps_makes_the_same_network_whether_it_was_stopped_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit, "_SAVE_SECONDS", -1.0)  # after each step
    monkeypatch.setattr(reader_batches, "_BATCH", 64)  # several batches in a part
    source = Passes(Maker(rows(), [TAGGED] * 6, pool(), lambda _, text: len(text) < 200), tokenizer_of(tmp_path), 1)

    def run(folder: str, budget: Budget) -> dict[str, torch.Tensor]:
        torch.manual_seed(1)
        network = fresh_network(tmp_path)
        Fitting(network, source, tmp_path / folder, torch.device("cpu"), lambda _: None).run(budget)
        return network.state_dict()

    whole = run("whole", Budget(60, 4))
    with pytest.raises(StoppedError):
        run("parts", Stopping(60, 4))
    parts = run("parts", Budget(60, 4))
    assert [name for name in whole.keys() | parts.keys() if not torch.equal(parts[name], whole[name])] == []


def test_a_run_that_was_stopped_goes_on_and_the_file_that_ships_reads(tmp_path: Path) -> None:
    data = written(
        tmp_path / "rows.jsonl.gz",
        [
            line(),
            line(question="Who closed the bridge in 2019?", answer="The mayor of Eastvale", start=58),
            *[line(title=f"t{i}") for i in range(6)],
        ],
    )
    folder = tmp_path / "run"

    def training(*arguments: str) -> str:
        command = [sys.executable, "-m", "index.training", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout

    common = ["fit", str(data), "--folder", str(folder), "--threads", "1", "--minutes", "60"]
    training(*common, "--steps", "2")
    first = json.loads((folder / "state.json").read_text())
    assert "Going on from step 2" in training(*common, "--steps", "3")
    assert (first["step"], json.loads((folder / "state.json").read_text())["step"]) == (2, 3)
    training("ship", "--folder", str(folder), "--to", str(tmp_path / "shipped"))
    [reading] = load_reader(1, tmp_path / "shipped").read(QUESTION, [TEXT])
    (start, end), _ = reading.best
    assert 0 <= start <= end <= len(TEXT)


def test_of_several_runs_the_mean_of_their_weights_ships(tmp_path: Path) -> None:
    network = fresh_network(tmp_path)
    with torch.no_grad():
        for name, bias in (("low", 1.0), ("high", 4.0)):
            network.span.bias.fill_(bias)
            (tmp_path / name).mkdir()
            torch.save({"network": network.state_dict()}, tmp_path / name / "checkpoint.pt")
    mean = trained(fresh_network(tmp_path), [tmp_path / "low", tmp_path / "high"])
    assert mean.span.bias.tolist() == [2.5, 2.5]
    assert torch.equal(mean.span.weight, network.span.weight)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "index.training", "fit", str(tmp_path / "none.gz"), "--folder", str(tmp_path)]
    run = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert run.returncode == 1
    assert run.stderr.strip().endswith("none.gz cannot be read (No such file or directory).")
    assert "Traceback" not in run.stderr
