"""The reader: how well a text answers a question, and with which words."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.network import ModelError
from index.reader import Reader, load_reader, mean
from index.reader.read import LONGEST, MODEL, whole_words

BRIDGE = "The old bridge was opened by Ada Park in 2014. It has two lanes and a path for bicycles."
HARBOUR = "Tom Birch paints boats in the harbour of Northport, and sells them to visitors."


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader(1)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who opened the old bridge?", "Ada Park"),
        ("When was the bridge opened?", "2014"),
        ("How many lanes does the bridge have?", "two"),
    ],
)
def test_the_words_that_answer_are_picked(reader: Reader, question: str, answer: str) -> None:
    [reading] = reader.read(question, [BRIDGE])
    (start, end), margin = reading.best
    assert answer in BRIDGE[start:end]
    assert margin > 0


def test_a_text_that_answers_is_surer_than_one_that_does_not(reader: Reader) -> None:
    answers, other = reader.read("Who opened the old bridge?", [BRIDGE, HARBOUR])
    assert answers.answers > other.answers
    assert answers.best[1] > other.best[1]


@pytest.mark.parametrize("near_miss", ["Who opened the old library?", "How many lanes does the tunnel have?"])
def test_a_near_miss_is_less_sure_than_the_question_that_the_text_answers(reader: Reader, near_miss: str) -> None:
    [hit] = reader.read(near_miss.replace("library", "bridge").replace("tunnel", "bridge"), [BRIDGE])
    [miss] = reader.read(near_miss, [BRIDGE])
    assert hit.answers > miss.answers


def test_an_answer_can_be_looked_for_in_one_sentence_alone(reader: Reader) -> None:
    [reading] = reader.read("Who opened the old bridge?", [BRIDGE])
    second = BRIDGE.index("It has")
    (start, end), margin = reading.within((second, len(BRIDGE)))
    assert second <= start <= end <= len(BRIDGE)
    assert margin < reading.best[1]


def test_a_text_reads_the_same_alone_and_among_others(reader: Reader) -> None:
    question = "Who opened the old bridge?"
    [alone] = reader.read(question, [BRIDGE])
    among = reader.read(question, [HARBOUR, BRIDGE, "Short."])[1]
    assert among.best[0] == alone.best[0]
    assert among.answers == alone.answers


def test_two_readings_of_a_sentence_count_alike(reader: Reader) -> None:
    wide, near = reader.read("Who opened the old bridge?", [f"{HARBOUR} {BRIDGE}", BRIDGE])
    sentence = (0, BRIDGE.index(" It has"))
    one = wide.part((len(HARBOUR) + 1, len(HARBOUR) + 1 + sentence[1]))
    other = near.part(sentence)
    both = mean(one, other)
    assert both.text == BRIDGE[slice(*sentence)]
    assert both.answers == pytest.approx((one.answers + other.answers) / 2, abs=1e-3)
    assert both.best[0] == (BRIDGE.index("Ada Park"), BRIDGE.index(" in 2014"))
    assert both.best[1] == pytest.approx((one.best[1] + other.best[1]) / 2, abs=0.01)
    assert mean(other, other).best == other.best


def test_of_two_readings_only_what_both_read_counts(reader: Reader) -> None:
    whole, cut = reader.read("Who opened the old bridge?", [BRIDGE, f"{'word ' * (LONGEST - 20)}{BRIDGE}"])
    start = len("word ") * (LONGEST - 20)
    both = mean(whole, cut.part((start, start + len(BRIDGE))))
    assert 0 < len(both.offsets) < len(whole.offsets)


def test_words_behind_what_the_network_reads_hold_the_empty_answer(reader: Reader) -> None:
    text = "word " * (2 * LONGEST) + "Ada Park opened the bridge."
    [reading] = reader.read("Who opened the bridge?", [text])
    behind = text.index("Ada")
    assert reading.within((behind, len(text))) == ((behind, behind), -20.0)


@pytest.mark.parametrize(
    ("text", "picked", "widened"),
    [
        ("It has 3,410 houses, said Ann.", "410 hou", "3,410 houses"),
        ("Park's boats are “old”.", "Park", "Park"),
        ("It cost $310 (in May).", "310", "$310"),
        ("He lived in Halm (now Arbor) then.", "Halm (now", "Halm"),
        ("He lived in Halm (now Arbor) then.", "Halm (now Arbor)", "Halm (now Arbor)"),
        ("It cost $310 (in May).", "(in May).", "in May"),
    ],
)
def test_what_is_picked_is_widened_to_whole_words_and_figures(text: str, picked: str, widened: str) -> None:
    start = text.index(picked)
    found = whole_words(text, (start, start + len(picked)), (0, len(text)))
    assert text[slice(*found)] == widened


texts = st.lists(st.text(max_size=300), max_size=3)


@settings(max_examples=40)
@given(st.text(max_size=200), texts)
def test_any_question_and_any_text_are_read(question: str, asked: Sequence[str]) -> None:
    for text, reading in zip(asked, _READER.read(question, asked), strict=True):
        (start, end), _ = reading.best
        assert 0 <= start <= end <= len(text)


_READER = load_reader(1)


@given(st.text(alphabet="ab ,.“”'1", max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_whole_words_stay_inside_their_limits(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    found = whole_words(text, (start, end), (0, len(text)))
    assert 0 <= found[0] <= found[1] <= len(text)


def test_a_damaged_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match=r"missing or damaged; install wuzhen again\.$"):
        load_reader(1, tmp_path)


def test_the_file_that_ships_is_small_and_no_pickle() -> None:
    assert (MODEL / "reader.onnx").stat().st_size <= 50_000_000
    assert {path.suffix for path in MODEL.iterdir()} <= {".onnx", ".json", ".md"}


def test_reading_loads_neither_torch_nor_spacy() -> None:
    code = (
        "import json, sys; from index.reader import load_reader; load_reader(1).read('Who?', ['Ada Park.']);"
        "print(json.dumps([name for name in ('torch', 'spacy', 'transformers') if name in sys.modules]))"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert json.loads(run.stdout) == []
