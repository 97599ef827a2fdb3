"""How many questions of the question files are answered right: floors that only rise."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.answer_scoring import TOTAL, Gold, Outcome, by_kind, wrong_with
from index.formats import read_article
from index.library import Library
from index.question.model import Memory
from index.store.protocol import Scope

DATA = Path(__file__).parents[1] / "data"

# right answers, of how many, by file and kind; the confidence is fitted on questions_wuzhen and questions_dev alone
FLOORS = {
    "wuzhen_questions": {
        TOTAL: (65, 66),
        "fact": (6, 6),
        "followup": (5, 5),
        "messy": (5, 5),
        "profile": (4, 4),
        "topic": (3, 3),
        "unanswerable": (12, 12),
        "verify": (6, 6),
        "what_said": (10, 10),
        "who_said": (14, 15),
    },
    "questions_wuzhen": {TOTAL: (137, 150)},
    "questions_wuzhen_held": {TOTAL: (110, 120)},
    "questions_dev": {TOTAL: (128, 150)},  # 129 before speakers were left unknown rather than guessed
    "questions_held": {TOTAL: (125, 150)},
}


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]


def outcomes(library: Library, asked: Sequence[dict[str, Any]]) -> Iterator[Outcome]:
    """Each question with what is wrong with its answer; one that names its article sees only that."""
    memories: dict[str | None, Memory] = {}

    @cache
    def text_of(article: str) -> str:
        return library.article(article).text

    for row in asked:
        gold = Gold.read(row)
        scope = Scope(articles=frozenset({row["article"]})) if "article" in row else Scope()
        answer, memory = library.ask(gold.question, scope=scope, memory=memories.get(gold.conversation))
        if gold.conversation is not None:
            memories[gold.conversation] = memory
        yield Outcome(gold, answer, wrong_with(gold, answer, text_of))


@pytest.fixture(scope="module")
def scored(read: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Outcome]]:
    """The outcomes by file; the invented articles come in after the questions on the shipped one alone."""
    folder = tmp_path_factory.mktemp("quality") / "data"
    shutil.copytree(read, folder, symlinks=True)
    with Library(folder) as library:
        shipped = ("wuzhen_questions", "questions_wuzhen", "questions_wuzhen_held")
        found = {name: list(outcomes(library, rows(name))) for name in shipped}
        for folder_name, name in (("articles_dev", "questions_dev"), ("articles_held", "questions_held")):
            library.add(read_article(path) for path in sorted((DATA / folder_name).glob("*.txt")))
            found[name] = list(outcomes(library, rows(name)))
        return found


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name, floors in FLOORS.items() for kind in floors])
def test_no_kind_of_question_gets_worse(name: str, kind: str, scored: dict[str, list[Outcome]]) -> None:
    floor, of = FLOORS[name][kind]
    share = by_kind(scored[name])[kind]
    wrong = {o.gold.question: o.wrong for o in scored[name] if o.wrong and kind in {TOTAL, o.gold.kind}}
    assert share.of == of
    assert share.right >= floor, wrong


def test_every_kind_of_the_first_questions_has_a_floor() -> None:
    assert set(FLOORS["wuzhen_questions"]) == {TOTAL, *(row["kind"] for row in rows("wuzhen_questions"))}


def test_no_answer_cites_what_its_article_does_not_say(scored: dict[str, list[Outcome]]) -> None:
    everything = [
        (outcome.gold.id, reason) for found in scored.values() for outcome in found for reason in outcome.wrong
    ]
    assert not [pair for pair in everything if pair[1].startswith("not verbatim")]
