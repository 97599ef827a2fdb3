"""A claim is confirmed by what was said in whatever words, and never by shared words alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.answer.contract import Answer
from index.article import Article
from index.library import Library

TEXT = """\
Council votes on the Marlow lido

The town council will decide on Tuesday whether the outdoor pool stays open.

“Closing the lido would take away the one place where our children learn to swim,” said Farida Noor, who coaches the
swimming club.

Councillor Pieter Maas told reporters that the pool had lost 200,000 euros last year and could not go on like this.

Noor denied that the club owed the council any rent.

“We will not raise ticket prices before the spring,” Maas said. He urged the club to look for sponsors.

Olu Bankole, who runs the café beside the pool, hailed the club's work with the schools.
"""


@pytest.fixture(scope="module")
def lido(data_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("lido") / "data"
    folder.mkdir()
    (folder / "models").symlink_to(data_home / "models", target_is_directory=True)
    with Library(folder) as library:
        library.add([Article("lido", "Council votes on the Marlow lido", TEXT)])
        yield library


def ask(library: Library, question: str) -> Answer:
    return library.ask(question)[0]


@pytest.mark.parametrize(
    "question",
    [
        "Did Pieter Maas say the pool lost 200,000 euros last year?",
        "did maas say that ticket prices will not be raised before the spring",
        "Did Noor say closing the lido would take away the place where children learn to swim?",
        "Did Noor deny that the club owed rent?",
        "Did Olu Bankole praise the club's work with the schools?",
    ],
)
def test_what_was_said_is_confirmed_with_the_words_that_show_it(lido: Library, question: str) -> None:
    answer = ask(lido, question)
    assert answer.verdict == "yes"
    assert answer.citations[0].quote in TEXT


@pytest.mark.parametrize(
    "question",
    [
        "Did Pieter Maas say the pool made 200,000 euros last year?",
        "Did Maas say ticket prices will be raised before the spring?",
        "Did Farida Noor say the club owes the council rent?",
        "Did Noor say that closing the lido takes nothing away from the children?",
        "Did Maas say the pool lost 300,000 euros last year?",
        "Did Noor say ticket prices will not be raised before the spring?",
        "Did Bankole say the pool lost 200,000 euros last year?",
        "Did Maas say the lido will be closed on Tuesday?",
    ],
)
def test_words_turned_round_or_put_into_another_mouth_are_not_confirmed(lido: Library, question: str) -> None:
    assert ask(lido, question).verdict in {"no", "unknown"}


def test_a_contradicted_claim_is_a_no_that_shows_the_contrary(lido: Library) -> None:
    answer = ask(lido, "Did Maas say that they will raise ticket prices before the spring?")
    assert answer.verdict == "no"
    assert "not raise ticket prices" in answer.citations[0].quote


def test_words_of_somebody_else_are_a_no_that_names_who_said_them(lido: Library) -> None:
    answer = ask(lido, "Did Olu Bankole say they will not raise ticket prices before the spring?")
    assert answer.verdict == "no"
    assert answer.citations[0].speaker == "Pieter Maas"


def test_who_spoke_about_a_topic_is_asked_without_a_claim(lido: Library) -> None:
    assert ask(lido, "Did Maas talk about ticket prices?").verdict == "yes"
    assert ask(lido, "Did Bankole talk about the weather?").verdict == "unknown"


def test_the_operating_point_of_verdicts_can_be_moved(lido: Library, tmp_path: Path) -> None:
    question = "did maas say that ticket prices will not be raised before the spring"
    score = ask(lido, question).score
    (tmp_path / "models").symlink_to(lido._data / "models", target_is_directory=True)
    with Library(tmp_path, verdict=min(1.0, score + 0.005)) as stricter:
        stricter.add([Article("lido", "Council votes on the Marlow lido", TEXT)])
        assert ask(stricter, question).verdict == "unknown"
