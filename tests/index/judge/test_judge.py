"""The judge: what a statement does to a claim, and whether it answers a question."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.judge import Judge, in_context, load_judge
from index.judge.weigh import MODEL, Calibration
from index.network import ModelError

FERRY = in_context(
    "“The old ferry will be back in service before the summer,” Ada Park told the council.",
    speaker="Ada Park",
    role="harbour master of Northport",
    before="The ferry was damaged in January's storm.",
    title="Northport waits for its ferry",
)
LIBRARY = in_context(
    "Tom Birch said that the library had lost half of its readers.",
    speaker="Tom Birch",
    role="librarian",
    title="Fewer people borrow books in Eastvale",
)

SALT = in_context(
    "“The salt on our roads is killing the trees,” warned gardener Mei Lindqvist.",
    speaker="Mei Lindqvist",
    role="gardener",
    title="Arbor salts its streets again",
)
SCHOOL = in_context(
    "Headmistress Rosa Quint said it had been too small for its 400 pupils from the first day.",
    speaker="Rosa Quint",
    role="headmistress",
    before="The new school in Halm opened in September.",
    title="Parents complain about crowded classrooms",
)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return load_judge(1)


# invented for this test: what the statement says in other words, and what turns its meaning round
PARAPHRASES = [
    ("The ferry will run again before summer begins.", FERRY),
    ("Passengers can cross by the repaired boat again by summer.", FERRY),
    ("The boat will be carrying people again by the time summer comes.", FERRY),
    ("Only half as many people read there as before.", LIBRARY),
    ("The library's readership had fallen by fifty per cent.", LIBRARY),
    ("Eastvale's library had far fewer readers than it used to have.", LIBRARY),
    ("Too much salt on the roads is harming the trees.", SALT),
    ("The trees suffer because of what is spread against ice.", SALT),
    ("The new school is too small already.", SCHOOL),
    ("There is not enough room for all the pupils.", SCHOOL),
]
OPPOSITES = [
    ("The old ferry will not be back in service before the summer.", FERRY),
    ("The ferry will stay out of service until after the summer.", FERRY),
    ("The old ferry will never be back in service.", FERRY),
    ("The library has doubled its number of readers.", LIBRARY),
    ("The library had kept all of its readers.", LIBRARY),
    ("The library had not lost any readers.", LIBRARY),
    ("The salt on the roads does the trees no harm.", SALT),
    ("The salt on the roads is good for the trees.", SALT),
    ("The new school has room enough for everybody.", SCHOOL),
    ("The new school has been too large from the first day.", SCHOOL),
]


def test_paraphrases_are_supported_more_than_opposites_that_keep_the_words(judge: Judge) -> None:
    said, turned = ([judge.weigh(claim, [premise])[0] for claim, premise in rows] for rows in (PARAPHRASES, OPPOSITES))
    above = [one.supports > other.supports for one in said for other in turned]
    assert sum(above) >= 0.75 * len(above)
    assert sum(max(weights) == weights.supports for weights in said) >= 4
    assert sum(max(weights) == weights.contradicts for weights in turned) >= 7


def test_a_claim_about_something_else_is_neither(judge: Judge) -> None:
    [weights] = judge.weigh("The library had lost half of its readers.", [FERRY])
    assert max(weights) == weights.neither


@pytest.mark.parametrize(
    "claim",
    [
        "the ferry will run again before summer begins",
        "that the ferry will run again before summer begins.",
        "Ada Park say the ferry will run again before summer begins",
    ],
)
def test_how_a_claim_is_typed_does_not_matter(judge: Judge, claim: str) -> None:
    [weights] = judge.weigh(claim, [FERRY])
    assert max(weights) == weights.supports


@pytest.mark.parametrize(
    "question", ["Who said that the ferry will run again by summer?", "What did Ada Park say about the ferry?"]
)
def test_the_statement_that_answers_a_question_is_likelier_than_others(judge: Judge, question: str) -> None:
    answering, other = judge.answers(question, [FERRY, LIBRARY])
    assert answering > 0.5 > other


def test_a_reading_is_the_same_alone_and_among_others(judge: Judge) -> None:
    claim = "The ferry will run again."
    premises = [LIBRARY, FERRY, "Short.", FERRY * 9]
    assert judge.weigh(claim, [FERRY]) == judge.weigh(claim, premises)[1:2]
    assert judge.answers("Who spoke?", [FERRY]) == judge.answers("Who spoke?", premises)[1:2]


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=200), st.lists(st.text(max_size=300), max_size=3))
def test_any_texts_are_weighed(text: str, premises: list[str]) -> None:
    for weights, answers in zip(_JUDGE.weigh(text, premises), _JUDGE.answers(text, premises), strict=True):
        assert sum(weights) == pytest.approx(1, abs=1e-3)
        assert 0 <= answers <= 1


_JUDGE = load_judge(1)


def test_a_sentence_that_gets_long_loses_what_was_before_it_then_the_title_and_never_its_own_words() -> None:
    def told(words: int) -> str:
        return in_context("w " * words, speaker="Ada Park", before="one two three four", title="A title")

    assert told(10) == f"A title. one two three four [Ada Park] {'w ' * 9}w"
    assert told(94) == f"A title. three four [Ada Park] {'w ' * 93}w"
    assert told(97) == f"four [Ada Park] {'w ' * 96}w"
    assert told(200) == f"[Ada Park] {'w ' * 199}w"


def test_what_is_not_known_of_a_statement_is_left_out() -> None:
    assert in_context("It rained.") == "It rained."
    assert in_context("It rained.", role="mayor", title="Why?") == "Why? [mayor] It rained."


@pytest.mark.parametrize("missing", ["tokenizer.json", "calibration.json", "judge.onnx"])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, missing: str) -> None:
    for path in MODEL.iterdir():
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / missing).unlink()
    (tmp_path / missing).write_text("{}")
    with pytest.raises(ModelError, match=r"missing or damaged; install wuzhen again\.$"):
        load_judge(1, tmp_path)


def test_a_calibration_is_read_as_it_was_written(tmp_path: Path) -> None:
    calibration = Calibration(1.5, (0.1, -0.2, 0.1), 0.9, -0.3)
    calibration.write(tmp_path / "calibration.json")
    assert Calibration.read(tmp_path / "calibration.json") == calibration


def test_the_files_that_ship_are_small_and_no_pickle() -> None:
    assert (MODEL / "judge.onnx").stat().st_size <= 30_000_000
    assert {path.suffix for path in MODEL.iterdir()} <= {".onnx", ".json", ".md"}


def test_weighing_loads_neither_torch_nor_spacy() -> None:
    code = (
        "import json, sys; from index.judge import load_judge; load_judge(1).weigh('It rained.', ['It did not rain.']);"
        "print(json.dumps([name for name in ('torch', 'spacy', 'transformers') if name in sys.modules]))"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert json.loads(run.stdout) == []
