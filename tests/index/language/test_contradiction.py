"""The contrary of what was said is never confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.article import Article
from index.language.contradiction import tells_the_contrary
from index.library import Library
from index.question.model import Asked


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who lost the cup?", "Arbor won the cup in May."),
        ("Which engine is weaker?", "The red engine is stronger than the blue one."),
        ("Which town is inaccessible in winter?", "Halm is accessible in winter by train."),
        ("Who did not sign the deal?", "Arbor signed the deal."),
        ("Which boats can't be hired?", "The green boats can be hired."),
        ("Who failed to sign the deal?", "Arbor signed the deal."),
        ("What is the old engine unable to climb?", "The old engine climbs steep hills."),
        ("Who refused the offer?", "Arbor accepted the offer."),
    ],
)
def test_a_sentence_tells_the_contrary_of_what_is_asked(question: str, sentence: str) -> None:
    assert tells_the_contrary(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who won the cup?", "Arbor won the cup that Halm had lost."),
        ("How many boats sank?", "Few boats sank."),
        ("Who signed the deal?", "It was not until May that Arbor signed the deal."),
        ("Who did not sign the deal?", "Arbor never signed the deal."),
        ("Who did not win the cup?", "Arbor lost the cup."),
        ("Who did not sign the deal?", "Arbor refused to sign the deal."),
        ("Who failed to sign the deal?", "Arbor refused to sign the deal."),
        ("Who refused to sign the deal?", "Arbor stayed away from the ceremony."),
        ("Who rejected the plan?", "The senate voted the plan down."),
        ("Who bought the failed bank?", "Arbor bought the bank in May."),
        ("What is the No. 1 song?", "The first song is Halm."),
    ],
)
def test_a_sentence_with_other_words_beside_those_asked_for_tells_no_contrary(question: str, sentence: str) -> None:
    assert not tells_the_contrary(question, sentence)


@pytest.mark.parametrize(
    "question",
    [
        "did liu he say china cannot manage risks",
        "did dai say the elderly gained tangible benefit",
        "did amon criticise china's 5g efforts?",
        "did cheng say regulation hurts competition",
        "did musk say tesla will cut investment in china",
        "did musk say tesla would leave china",
        "did liu say china's prospects are bleak",
    ],
)
def test_a_claim_turned_round_is_not_confirmed(question: str, read: Path) -> None:
    with Library(read) as library:
        answer, _ = library.ask(question)
    assert answer.verdict in {"no", "unknown"}


@pytest.mark.parametrize(
    "question",
    ["did liu he say china can manage risks", "did musk say tesla will expand investment in china"],
)
def test_what_was_said_is_not_denied(question: str, read: Path) -> None:
    with Library(read) as library:
        answer, _ = library.ask(question)
    assert answer.verdict in {"yes", "unknown"}


@pytest.fixture(scope="module")
def harbour(data_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("harbour") / "data"
    folder.mkdir()
    (folder / "models").symlink_to(data_home / "models", target_is_directory=True)
    text = "Harbour\n\n“The ferry stays,” said Tom Birch.\n\n“Every cable was tested twice,” said Ada Park.\n"
    with Library(folder) as library:
        library.add([Article("harbour", "Harbour", text)])
        yield library


@pytest.mark.parametrize(
    ("speaker", "claim", "yes"),
    [
        ("Ada Park", "every cable was tested twice", True),
        ("Ada Park", "every cable was tested three times", False),
        ("Ada Park", "every cable was tested once", False),
        ("Tom Birch", "the ferry stays", True),
        ("Tom Birch", "the ferry goes", False),
        ("Tom Birch", "the ferry leaves", False),
    ],
)
def test_another_number_or_the_opposite_is_not_confirmed(harbour: Library, speaker: str, claim: str, yes: bool) -> None:
    answer, _ = harbour.ask(Asked("verify", speaker, claim))
    assert (answer.verdict == "yes") == yes
