"""Measuring: the figures and what is asked for them."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from bot.benchmark import figures, timing
from bot.benchmark.sample_questions import facts, told
from bot.errors import Refused
from index.article import article_from_text
from index.library import Library
from index.reader import Reader, Reading
from index.store.protocol import PUBLIC

Run = Callable[..., Any]  # the fixture `wuzhen`
ARTICLE = """\
Harbour bridge to open in May

The bridge of Lowmere will open in May, the city's engineer Ada Park said on Monday.

"The harbour needs more ferries," said Ben Ito, who runs the port. "The old ones leak," Ito said.

The work took three years and cost 41 million crowns.
"""


@pytest.fixture
def bridge_data(data: Path) -> Path:
    """A data folder with one short article."""
    with Library(data) as library:
        library.purge(PUBLIC)
        library.add([article_from_text(ARTICLE, id="bridge")])
    return data


@pytest.fixture
def library(bridge_data: Path) -> Iterator[Library]:
    with Library(bridge_data) as library:
        yield library


@pytest.fixture
def bench(wuzhen: Run, bridge_data: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Measure as little as one can: that article, each process once and not warmed up before."""
    monkeypatch.setattr(figures, "alternate", lambda commands, _: [[timing.run(one)] for one in commands])
    return lambda *words: wuzhen("--data", bridge_data, "bench", *words, "--runs", "1", "--json")


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


def test_the_bench_shows_each_figure_with_its_bar(bench: Run) -> None:
    shown = bench("start")
    found = json.loads(shown.stdout)
    assert [figure["name"] for figure in found] == ["--help", "articles"]
    assert all(figure["ours"] > 0 and figure["bar"] == 0.5 for figure in found)
    assert shown.exit_code == (0 if all(figure["met"] for figure in found) else 1)


def test_a_warm_question_is_set_beside_its_encoding(bench: Run) -> None:
    p50, p95 = json.loads(bench("warm").stdout)
    assert p50["ratio"] == pytest.approx(p50["ours"] / p50["yardstick"])
    assert p50["ours"] <= p95["ours"]


def test_what_the_reader_costs_is_told_warm_and_cold(bench: Run) -> None:
    question, alone, time, memory = json.loads(bench("reader").stdout)
    assert question["ratio"] > 1 and alone["ratio"] > 1
    assert (time["bar"], time["unit"], time["ratio"]) == (0.3, "s", None)
    assert (memory["bar"], memory["unit"], memory["ratio"]) == (80, "MB", None)
    assert memory["ours"] < 2 * memory["bar"]


def writing(word: str, file: Path, megabytes: int = 0) -> list[str]:
    """A command that adds a word to a file, and needs so much memory for it."""
    code = "import sys; room = b'1' * int(sys.argv[3]); open(sys.argv[2], 'a').write(sys.argv[1])"
    return [sys.executable, "-c", code, word, str(file), str(megabytes * 1_000_000)]


def test_processes_are_measured_in_turns_after_one_that_does_not_count(tmp_path: Path) -> None:
    file = tmp_path / "words"
    small, large = timing.alternate([writing("a", file), writing("b", file, 50)], 2)
    assert file.read_text() == "ababab"
    assert len(small) == len(large) == 2
    assert min(run.seconds for run in small + large) > 0
    assert 40 < large[0].megabytes - small[0].megabytes < 60


def test_a_measured_process_that_fails_is_told_with_its_reason() -> None:
    with pytest.raises(Refused, match="A measured process failed: no cables"):
        timing.alternate([[sys.executable, "-c", "import sys; print('no cables', file=sys.stderr); sys.exit(70)"]], 1)


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
    library: Library, questions: Callable[[Library], list[str]]
) -> None:
    library.purge(PUBLIC)
    with pytest.raises(Refused, match=r"^There is no article to measure with: add one"):
        questions(library)
