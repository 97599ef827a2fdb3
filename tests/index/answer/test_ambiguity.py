"""When articles answer equally well, the answer tells which: only the asker can know which is meant."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.answer.contract import Answer
from index.article import article_from_text
from index.library import Library
from index.question.model import Memory
from index.store.protocol import Scope

ARTICLES = {
    "farley": """\
Rope bridge reopens in Farley

“Nobody needs to fear it,” the engineer Ada Park told reporters. The rope bridge is safe, Park said. The work cost
3 million crowns.
""",
    "farley-again": """\
Farley crosses its bridge once more

“Nobody needs to fear it,” Ada Park said of the bridge. The rope bridge is safe, Park said.
""",
    "millport": """\
Steel bridge at Millport inspected

“The bridge is safe,” said Tom Birch, the mayor of Millport. He denied that the inspection had come too late.
""",
    "ferry": """\
Ferry stays

The ferry will stay, the harbour master Nora Quill said. She said that tickets would cost 4 crowns.
""",
    "fares": """\
Bus fares rise

Bus tickets will cost 6 crowns from July, said Ines Vale, who runs the buses. “We had no choice,” said Vale.
""",
    "speech": """\
Mayor greets the fleet

“We thank every sailor who brought the boats home through the storm,” a spokesman said.
""",
    "speech-again": """\
Fleet is back in Lowmere

“We thank every sailor who brought the boats home through the storm,” said Joren Haas, the mayor.
""",
}


@pytest.fixture(scope="module")
def library(read: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("stories") / "data"
    shutil.copytree(read, folder, symlinks=True)
    with Library(folder) as opened:
        opened.add(article_from_text(text, id=name) for name, text in ARTICLES.items())
        yield opened


def ask(library: Library, question: str, *articles: str, memory: Memory | None = None) -> Answer:
    scope = Scope(articles=frozenset(articles) or None)
    answer, _ = library.ask(question, scope=scope, memory=memory)
    return answer


def test_two_stories_in_which_others_say_the_same_are_both_told(library: Library) -> None:
    answer = ask(library, "Who said the bridge is safe?")
    assert (answer.status, answer.short, answer.citations[0].article) == ("answered", "Tom Birch", "millport")
    first, second = answer.stories
    assert (first.article, first.title) == ("millport", "Steel bridge at Millport inspected")
    assert second.article in {"farley", "farley-again"}  # two reports of one story are one choice
    assert first.sha256 == library.article("millport").sha256


def test_two_figures_for_one_question_are_both_told(library: Library) -> None:
    answer = ask(library, "How much do tickets cost?")
    assert answer.short == "4 crowns"
    assert [story.article for story in answer.stories] == ["ferry", "fares"]


def test_the_stories_are_the_last_field_of_the_data_and_only_there_where_there_are_some(library: Library) -> None:
    told = ask(library, "How much do tickets cost?").to_json()
    plain = ask(library, "How much do bus tickets cost?").to_json()
    assert list(told)[-2:] == ["elapsed_ms", "stories"]
    assert told["stories"] == [
        {"article": "ferry", "title": "Ferry stays"},
        {"article": "fares", "title": "Bus fares rise"},
    ]
    assert list(plain) == list(told)[:-1]


@pytest.mark.parametrize(
    "question",
    [
        "Who said that nobody needs to fear it?",  # the same words of the same person
        "Who said nobody needs to fear the bridge?",
        "Who thanked every sailor who brought the boats home through the storm?",  # a spokesman, or the mayor himself
        "Who said the steel bridge is safe?",
        "Who said the rope bridge is safe?",
        "How much did the work cost?",
        "Who said the bridge is made of cheese?",
        "What did Ada Park say about the bridge?",
        "Who talked about the bridge?",
        "Who is quoted?",
        "Did Tom Birch say the bridge is safe?",
        "Who is Ada Park?",
        "hello",
    ],
)
def test_nothing_is_asked_back_where_one_answer_is_best_or_several_belong_together(
    library: Library, question: str
) -> None:
    assert ask(library, question).stories == ()


def test_a_question_about_some_articles_alone_leaves_nothing_open(library: Library) -> None:
    question = "Who said the bridge is safe?"
    assert ask(library, question, "millport").stories == ()
    assert ask(library, question, "farley", "millport").stories == ()
    assert ask(library, question, "millport").short == "Tom Birch"


def test_a_question_that_goes_on_leaves_nothing_open(library: Library) -> None:
    _, memory = library.ask("What did Nora Quill say about tickets?")
    assert ask(library, "And what do they cost?", memory=memory).stories == ()


def test_the_same_question_has_the_same_stories(library: Library) -> None:
    asked = [ask(library, "Who said the bridge is safe?").stories for _ in range(3)]
    assert asked[0] == asked[1] == asked[2]
