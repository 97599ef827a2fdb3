"""Measuring: the figures and what is asked for them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from bot.benchmark.sample_questions import facts, told
from bot.errors import Refused
from index.library import Library
from index.reader import Reader, Reading
from index.store.protocol import PUBLIC

Run = Callable[..., Any]  # the fixture `wuzhen`


@pytest.fixture
def library(read: Path) -> Iterator[Library]:
    with Library(read) as library:
        yield library


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that the reader gets from here on, as often as it does."""
    asked: list[str] = []
    read = Reader.read

    def noting(self: Reader, question: str, texts: Sequence[str]) -> list[Reading]:
        asked.append(question)
        return read(self, question, texts)

    monkeypatch.setattr(Reader, "read", noting)
    return asked


def test_the_bench_shows_each_figure_with_its_bar(wuzhen: Run) -> None:
    shown = wuzhen("bench", "start", "--runs", "1", "--json")
    figures = json.loads(shown.stdout)
    assert [figure["name"] for figure in figures] == ["--help", "articles"]
    assert all(figure["ours"] > 0 and figure["bar"] == 0.5 for figure in figures)
    assert shown.exit_code == (0 if all(figure["met"] for figure in figures) else 1)


def test_a_warm_question_is_set_beside_its_encoding(wuzhen: Run) -> None:
    shown = wuzhen("bench", "warm", "--runs", "1", "--json")
    p50, p95 = json.loads(shown.stdout)
    assert p50["ratio"] == pytest.approx(p50["ours"] / p50["yardstick"])
    assert p50["ours"] <= p95["ours"]


def test_what_the_reader_costs_is_told_warm_and_cold(wuzhen: Run) -> None:
    shown = wuzhen("bench", "reader", "--runs", "1", "--json")
    question, alone, time, memory = json.loads(shown.stdout)
    assert question["ratio"] > 1 and alone["ratio"] > 1
    assert (time["bar"], time["unit"], time["ratio"]) == (0.3, "s", None)
    assert 10 < memory["ours"] < 2 * memory["bar"]


def test_what_statements_answer_is_measured_without_the_reader(library: Library, readings: list[str]) -> None:
    questions = told(library)
    assert {question.split()[0] for question in questions} == {"Did", "What", "Who"}
    readings.clear()
    for question in questions:
        library.ask(question)
    assert readings == []


def test_each_question_to_measure_the_reader_with_is_read(library: Library, readings: list[str]) -> None:
    questions = facts(library)
    assert len(questions) >= 5
    readings.clear()
    for question in questions:
        library.ask(question)
    assert [question for question, _ in groupby(readings)] == questions
    assert max(Counter(readings).values()) <= 2  # the best sentence once more


@pytest.mark.parametrize("questions", [told, facts])
def test_without_an_article_there_is_nothing_to_measure_with(
    data: Path, questions: Callable[[Library], list[str]]
) -> None:
    with Library(data) as library:
        library.purge(PUBLIC)
        with pytest.raises(Refused, match=r"^There is no article to measure with: add one"):
            questions(library)
