"""A refusal tells why, and names what is missing: each of the five reasons."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.answer.contract import Answer
from index.article import article_from_text
from index.library import Library
from index.shipped import shipped_articles
from index.store.protocol import Scope

TUNNEL = """\
Tunnel under the Ore to close for repairs

The road tunnel under the river Ore will close for nine weeks from 3 June, the city of Halm said on Friday.

“The lights are forty years old and the pumps are older,” said Vera Lund, the city's chief engineer. \
She said that buses would use the north bridge.

Pia Sorrel, who runs the ferry company, promised two more boats in the morning.

The works will cost 14 million crowns. Shopkeeper Otto Brandt watched the first lorries arrive. \
The second flood, in 2019, damaged the southern entrance, and Brandt called it the wettest year.

The engineer Mara Quill (1849–1921) planned the tunnel, the longest in Britain, and Jörg Ehlers drew its two gates.
"""


@pytest.fixture(scope="module")
def data(read: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reasons") / "data"
    shutil.copytree(read, folder)
    with Library(folder) as library:
        library.add([article_from_text(TUNNEL, id="tunnel")])
    return folder


@pytest.fixture(scope="module")
def tunnel(data: Path) -> Iterator[Library]:
    with Library(data) as library:
        yield library


@pytest.fixture(scope="module")
def strict(data: Path) -> Iterator[Library]:
    """The same index, at an operating point that nothing reaches."""
    with Library(data, threshold=0.999) as library:
        yield library


def ask(library: Library, question: str) -> Answer:
    answer, _ = library.ask(question, scope=Scope(articles=frozenset({"tunnel"})))
    return answer


@pytest.mark.parametrize(
    ("question", "reason", "named"),
    [
        ("Who said that the museum will be sold?", "no_match", "the museum will be sold"),
        ("When does the opera house in Bremmel open?", "no_match", "Bremmel"),
        ("What did Hugo Fenn say about the tunnel?", "unknown_speaker", "Hugo Fenn"),
        (
            "What did the minister of transport say?",
            "unknown_speaker",
            "I can't tell from the articles who the minister",
        ),
        ("What did Otto Brandt say?", "silent_speaker", "Otto Brandt is named in the articles, but not quoted"),
        ("What did Jorg Ehlers say?", "silent_speaker", "Jorg Ehlers is named in the articles, but not quoted"),
        ("What did Vera Lund say about wages?", "silent_speaker", "Vera Lund is quoted, but not on wages"),
        ("hello there", "not_a_question", "who said what"),
    ],
)
def test_a_refusal_has_its_reason_and_names_what_is_missing(
    tunnel: Library, question: str, reason: str, named: str
) -> None:
    answer = ask(tunnel, question)
    assert (answer.status, answer.reason) == ("not_found", reason)
    assert named in answer.text


@pytest.mark.parametrize("question", ["Who criticised Vera Lund?", "Which teacher said the pumps are older?"])
def test_nobody_answers_for_somebody_else(tunnel: Library, question: str) -> None:
    assert ask(tunnel, question).status == "not_found"


def test_a_question_worded_like_one_about_words_is_answered_by_a_deed(tunnel: Library) -> None:
    answer = ask(tunnel, "Who promised two more boats in the morning?")
    assert (answer.status, answer.short) == ("answered", "Pia Sorrel")


@pytest.mark.parametrize(
    "question",
    [
        "When will the tunnel open for repairs?",
        "Who did not watch the first lorries arrive?",
        "When was the northern entrance damaged?",
        "Who failed to watch the first lorries arrive?",
    ],
)
def test_a_sentence_that_tells_the_contrary_is_near_and_no_answer(tunnel: Library, question: str) -> None:
    answer = ask(tunnel, question)
    assert (answer.status, answer.short) == ("not_found", None)
    assert "The nearest I found:" in answer.text


def test_a_country_may_be_named_after_its_people(tunnel: Library) -> None:
    assert ask(tunnel, "Which engineer planned the longest British tunnel?").short == "Mara Quill"
    assert ask(tunnel, "Which engineer planned the longest Danish tunnel?").status == "not_found"


def test_a_language_need_not_be_named_for_a_word_of_it(tunnel: Library) -> None:
    question = "What is the German name of the road tunnel under the river?"
    _, _, trace = tunnel.why(question, scope=Scope(articles=frozenset({"tunnel"})))
    assert "no such name" not in {one.fate for one in trace.candidates}


def test_numbers_in_words_need_not_be_told(tunnel: Library) -> None:
    question = "Which two things did Vera Lund say are old?"
    _, _, trace = tunnel.why(question, scope=Scope(articles=frozenset({"tunnel"})))
    assert "figure not confirmed" not in {one.fate for one in trace.candidates if "pumps" in one.text}


def test_who_only_speaks_of_something_else_did_not_do_it(tunnel: Library) -> None:
    shipped = frozenset({shipped_articles()[0].id})
    answer, _, trace = tunnel.why("Who sponsored the conference?", scope=Scope(articles=shipped))
    assert answer.status == "not_found"
    assert "another verb" in {one.fate for one in trace.candidates}


def test_who_speaks_of_both_is_who_links_them(tunnel: Library) -> None:
    assert ask(tunnel, "Who linked the age of the lights to the pumps?").short == "Vera Lund"


@pytest.mark.parametrize(
    ("question", "year"), [("When was Mara Quill born?", "1849"), ("In what year did Mara Quill die?", "1921")]
)
def test_the_years_of_a_life_are_told_apart(tunnel: Library, question: str, year: str) -> None:
    assert ask(tunnel, question).short == year


def test_years_behind_another_name_are_not_those_asked_for(tunnel: Library) -> None:
    assert ask(tunnel, "When was Jörg Ehlers born?").status == "not_found"


@pytest.mark.parametrize("question", ["How old is Otto Brandt?", "How much does a ferry ticket cost?"])
def test_a_figure_of_another_unit_is_no_answer(tunnel: Library, question: str) -> None:
    assert ask(tunnel, question).status == "not_found"


def test_another_rank_than_the_one_asked_for_is_no_answer(tunnel: Library) -> None:
    assert ask(tunnel, "When was the 2nd flood?").short == "2019"
    assert ask(tunnel, "When was the third flood?").status == "not_found"


def test_a_refused_deed_says_so_and_shows_the_nearest_sentence(strict: Library) -> None:
    answer = ask(strict, "Who challenged the first lorries?")
    assert (answer.status, answer.intent) == ("not_found", "who_said")
    assert "who challenged the first lorries" in answer.text
    assert "reported as saying" not in answer.text
    assert "watched the first lorries arrive" in answer.text


def test_somebody_silent_is_told_so_beside_the_nearest_sentence(strict: Library) -> None:
    answer = ask(strict, "What did Otto Brandt suggest to the lorries?")
    assert answer.reason == "silent_speaker"
    assert "watched the first lorries arrive" in answer.text


def test_what_is_near_but_not_sure_is_refused_as_unsure(tunnel: Library, strict: Library) -> None:
    assert ask(tunnel, "How much will the works cost?").status == "answered"
    answer = ask(strict, "How much will the works cost?")
    assert (answer.status, answer.reason, answer.short) == ("not_found", "unsure", None)
    assert "14 million crowns" in answer.text  # the nearest words, marked as not the answer


def test_what_somebody_else_said_is_told_with_who_said_it(tunnel: Library) -> None:
    answer = ask(tunnel, "Did Pia Sorrel say that the pumps are older?")
    assert answer.verdict == "no"
    assert "Vera Lund" in answer.text


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("How long will the tunnel close?", "nine weeks"),
        ("How much will the works cost?", "14 million crowns"),
        ("Who watched the first lorries arrive?", "Otto Brandt"),
    ],
)
def test_a_fact_has_its_short_answer_marked_among_the_words(tunnel: Library, question: str, short: str) -> None:
    answer = ask(tunnel, question)
    assert answer.status == "answered"
    assert short in (answer.short or "")
    [part] = [part for part in answer.parts if part.strong]
    assert part.words[slice(*part.strong or (0, 0))] == answer.short
