"""Dialogue acts: what the head that ships makes of plain utterances, and how a head is fitted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.acts import load_acts
from index.acts.classify import ACTS, Act
from index.acts.features import BUCKETS, columns
from index.encoder import Encoder
from index.network import ModelError
from index.training import acts as training
from index.training.acts import Utterance

UTTERANCES: list[tuple[str, bool, Act]] = [
    ("Who said that the harbour bridge is unsafe?", False, "who_said"),
    ("What did Ada Park say about the ferries?", False, "what_said"),
    ("summarize the article please", False, "about_article"),
    ("which articles do you have", False, "list_articles"),
    ("source?", True, "about_answer"),
    ("how many people are quoted in it", False, "count_order"),
    ("who disagrees with Tom Birch", False, "compare"),
    ("and what about Ada Park?", True, "followup"),
    ("how do I ask you something?", False, "help"),
    ("good morning", False, "greeting"),
    ("thank you so much", True, "thanks"),
    ("you are useless", True, "complaint"),
    ("add this article https://example.org/a", False, "admin"),
    ("will it rain tomorrow", False, "not_for_bot"),
    ("¿Quién dijo que el puente es seguro?", False, "other_language"),
]


@pytest.mark.parametrize(("text", "goes_on", "act"), UTTERANCES)
def test_plain_utterances_are_read_right(encoder: Encoder, text: str, goes_on: bool, act: Act) -> None:
    assert load_acts().read(text, encoder.encode([text])[0], goes_on=goes_on).act == act


def test_the_probabilities_of_all_acts_add_up_to_one(encoder: Encoder) -> None:
    ranked = load_acts().read("who is quoted", encoder.encode(["who is quoted"])[0], goes_on=False).ranked
    assert {act for act, _ in ranked} == set(ACTS)
    assert sum(share for _, share in ranked) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("text", ["", "?", "\ud800", "“" * 500, "a" * 9000])
def test_any_text_has_columns_in_range(text: str) -> None:
    found = columns(text, goes_on=True)
    assert found == sorted(set(found))
    assert 0 <= found[0] <= found[-1] < BUCKETS


def test_a_damaged_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "weights.npz"
    broken.write_bytes(b"no weights")
    with pytest.raises(ModelError, match="install wuzhen again"):
        load_acts(broken)


def one_hot(texts: object) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Vectors that tell nothing: the words have to."""
    return np.zeros((len(list(texts)), 4), np.float32)  # type: ignore[call-overload]


def test_a_head_learns_its_rows_and_is_the_same_after_writing(tmp_path: Path) -> None:
    rows = [Utterance(f"{act} please", act, goes_on=False, writer="a") for act in ACTS]
    fitted = training.fit(rows, one_hot)
    path = tmp_path / "weights.npz"
    training.write(fitted, path)
    assert training.measured(load_acts(path), rows, one_hot)["all"] == (len(ACTS), len(ACTS))


def test_rows_of_other_collections_never_outweigh_those_by_hand() -> None:
    by_hand = [Utterance("thanks", "thanks", goes_on=True, writer="a")] * 10
    others = [Utterance(f"thanks {n}", "thanks", goes_on=True) for n in range(100)]
    assert sum(row.weight for row in training.balanced(by_hand, others)) < len(by_hand)


def test_questions_in_dialogues_are_learnt_with_and_without_the_turn_before() -> None:
    row = {"same": False, "history": ["Who is Park?"], "question": "And when?", "rewrite": "When was Park born?"}
    assert [(one.text, one.act, one.goes_on) for one in training.from_dialogues([row])] == [
        ("And when?", "followup", True),
        ("When was Park born?", "fact", False),
    ]
