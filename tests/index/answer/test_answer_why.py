"""Why an answer is as it is: the gates it passed, the one that decided, and what became of each candidate."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from index.answer import respond
from index.answer.contract import Answer
from index.answer.explanation import Fate, Gate, Trace
from index.answer.present.gate import GateError
from index.article import article_from_text
from index.library import Library
from index.question.model import Asked, Memory
from index.store.protocol import Scope

BRIDGE = """\
Harbour bridge to open in May

“Every cable was tested twice before we let anybody walk on it,” said Ada Park, the city's chief engineer. She added \
that the ferries would keep running until the end of summer.

Tom Birch, founder of Birch Lines, said that small boats would go elsewhere. “A toll of nine crowns is robbery,” he \
told the Lowmere Courier.

Park denied that the bridge had cost too much. The work cost 41 million crowns, according to a report by the city's \
audit office. It opened in 1912.

Pia Quill, a baker, said that bread prices will double. “The ferries must stay,” she said. She added that the \
ferries are cheap. Lena Moss walked across on Sunday. “The ferries are old,” said a visitor.

Jo Reed and Kim Hale came late.

“The lamps of the bridge are green,” they said.
"""
HERE, EMPTY = Scope(frozenset({"guild:1"})), Scope(frozenset({"guild:2"}))

Why = Callable[..., Trace]


@pytest.fixture(scope="module")
def bridge(read: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library with an article that only one collection has."""
    folder = tmp_path_factory.mktemp("why") / "data"
    shutil.copytree(read, folder, symlinks=True)
    with Library(folder) as library:
        library.add([article_from_text(BRIDGE, id="bridge", collection="guild:1")])
        yield library


@pytest.fixture
def why(bridge: Library) -> Why:
    """How the answer to the last of the questions of one conversation came about."""

    def traced(*questions: str | Asked, scope: Scope = HERE) -> Trace:
        memory = Memory()
        for question in questions:
            _, memory, trace = bridge.why(question, scope=scope, memory=memory)
        return trace

    return traced


def fate(trace: Trace, words: str) -> Fate:
    """What became of the statement with these words, or of the sentence where there is no such statement."""
    found = [candidate for candidate in trace.candidates if words in candidate.text]
    (fate,) = {one.fate for one in found if one.kind == "statement"} or {one.fate for one in found}
    return fate


def decided(trace: Trace) -> tuple[str, bool, str]:
    """The gate that decided, whether it was passed, and what followed."""
    step = trace.decided_by
    assert step is not None
    return step.gate, step.passed, trace.decision


# --- gates

DECIDED: list[tuple[str | Asked, tuple[str, bool, str]]] = [
    ("hello", ("a question", False, "not_a_question")),
    (Asked("what_said"), ("complete question", False, "not_a_question")),
    ("Who said it?", ("words to look for", False, "no_match")),
    ("When did the hotel in Bremmel open?", ("names are known", False, "no_match")),
    ("What did Zorro say?", ("speaker known", False, "unknown_speaker")),
    ("What did he say?", ("speaker known", False, "unknown_speaker")),
    ("What did Lena Moss say?", ("speaker quoted", False, "silent_speaker")),
    ("What did Tom Birch say?", ("speaker quoted", True, "answered")),
    ("What did Ada Park tell the Lowmere Courier?", ("told to them", False, "silent_speaker")),
    ("Which ministers are quoted?", ("anybody fits", False, "no_match")),
    ("Who is quoted?", ("anybody fits", True, "answered")),
    ("Who is Ada Park?", ("role is told", True, "answered")),
    ("Who said “every cable was tested”?", ("quoted words found", True, "answered")),
    ("Who said every cable was tested twice?", ("operating point reached", True, "answered")),
    ("What did Ada Park say about bread?", ("operating point reached", False, "silent_speaker")),
    ("Who said the moon is made of cheese?", ("operating point reached", False, "no_match")),
    ("How much did the work cost?", ("operating point reached", True, "answered")),
    ("When did the moon rise?", ("operating point reached", False, "no_match")),
    ("Did Ada Park say every cable was tested twice?", ("supports the claim", True, "answered")),
    ("Did Ada Park say that bread prices will double?", ("surely said by another", True, "answered")),
    ("Did Ada Park say that the moon is made of cheese?", ("surely said by another", False, "silent_speaker")),
    ("Did Ada Park say that the bridge had cost too much?", ("contradicts it", True, "answered")),
    ("Did Ada Park deny the cables?", ("surely said by another", False, "silent_speaker")),
    (
        "Did Ada Park and Tom Birch say that every cable was tested twice?",
        ("said by all of them", False, "unsure"),
    ),
    (
        "Did Ada Park say that every cable was tested twice and that small boats would go elsewhere?",
        ("part found", False, "unsure"),
    ),
]


@pytest.mark.parametrize(("question", "expected"), DECIDED, ids=[str(question) for question, _ in DECIDED])
def test_the_gate_that_decided_is_the_last_one_before_the_answer(
    why: Why, question: str | Asked, expected: tuple[str, bool, str]
) -> None:
    assert decided(why(question)) == expected


@pytest.mark.parametrize(
    "question", ["Which teacher said every cable was tested twice?", "Who said the moon is cheese?"]
)
def test_a_reading_that_did_not_help_decides_nothing(why: Why, question: str) -> None:
    trace = why(question)
    step = trace.decided_by
    assert step is not None and not step.passed
    assert trace.decision == "no_match"


def test_gates_stand_in_the_order_in_which_they_were_passed(why: Why) -> None:
    trace = why("Did Pia Quill say the ferries are old?")
    assert [(step.gate, step.passed) for step in trace.gates] == [
        ("speaker known", True),
        ("nobody else fits better", False),
        ("supports the claim", False),
        ("contradicts it", False),
        ("surely said by another", True),
        ("verbatim", True),
    ]
    assert [step.gate for step in trace.gates if step.decided] == ["surely said by another"]


def test_a_gate_tells_the_numbers_it_compared(why: Why) -> None:
    step = why("What did Ada Park say about bread?").decided_by
    assert step is not None
    assert re.fullmatch(r"best 0\.\d\d, needs 0\.50", step.detail)


def test_where_there_are_no_articles_that_decides(why: Why) -> None:
    assert decided(why("Who said anything?", scope=EMPTY)) == ("articles to answer from", False, "no_match")


def test_a_conversation_has_gates_of_its_own(why: Why) -> None:
    nothing_left = why("What did Tom Birch say?", "What else did he say?")
    assert decided(nothing_left) == ("something not shown yet", False, "silent_speaker")
    beside = why("What did Tom Birch say about tolls?", "and Park?")
    assert decided(beside) == ("topic carried over", True, "answered")


def test_words_that_cannot_be_proved_are_stopped_by_the_last_gate(why: Why, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(answer: Answer, articles_of: object) -> Answer:
        raise GateError(f"{answer.question} is not verbatim")

    monkeypatch.setattr(respond, "check", refuse)
    assert decided(why("Who said every cable was tested twice?")) == ("verbatim", False, "unsure")


# --- candidates

FATES: list[tuple[tuple[str, ...], str, Fate]] = [
    (("Who said every cable was tested twice?",), "Every cable", "cited"),
    (("Who said every cable was tested twice?",), "small boats", "below the operating point"),
    (("Who said every cable was tested three times?",), "Every cable", "figure not confirmed"),
    (("When does the next bridge open?",), "It opened in 1912", "nothing to come"),
    (("When did the hotel in Bremmel open?",), "It opened in 1912", "no such name"),
    (("Did Pia Quill say the ferries are old?",), "The ferries must stay", "others fit better"),
    (("Did Ada Park deny the cables?",), "Every cable", "not enough by itself"),
    (("Did Ada Park say that bread prices will double?",), "The ferries are old", "another speaker"),
    (("Which founder said small boats would go elsewhere?",), "the ferries would keep", "another role"),
    (("What did Ada Park deny?",), "Every cable", "another verb"),
    (("What did Tom Birch tell the Lowmere Courier?",), "small boats", "told to others"),
    (("How much did the work cost?",), "Park denied", "no such thing in it"),
    (("Why were the cables tested?",), "Jo Reed and Kim", "not read"),
    (("What did Tom Birch say about tolls?", "What else did he say?"), "A toll", "already shown"),
]


@pytest.mark.parametrize(("questions", "words", "expected"), FATES, ids=[expected for _, _, expected in FATES])
def test_each_candidate_tells_what_became_of_it(
    why: Why, questions: tuple[str, ...], words: str, expected: Fate
) -> None:
    assert fate(why(*questions), words) == expected


def test_in_a_list_one_statement_stands_for_each_speaker(why: Why) -> None:
    trace = why("Who talked about ferries?")
    hers = {candidate.fate for candidate in trace.candidates if candidate.speaker == "Pia Quill"}
    assert {"cited", "same speaker"} <= hers


def test_of_what_is_too_much_to_show_it_is_told_that_it_was_not(bridge: Library) -> None:
    many = "Talk\n\n" + "\n\n".join(f"“Rule number {i} of the harbour holds,” said Ada Park." for i in range(20))
    bridge.add([article_from_text(many, id="talk", collection="guild:3")])
    _, _, trace = bridge.why("What did Ada Park say?", scope=Scope(frozenset({"guild:3"})))
    assert dict(trace.fates) == {"cited": 12, "not shown": 8}


def test_a_candidate_has_its_place_and_the_parts_of_its_score(bridge: Library, why: Why) -> None:
    best = why("Who said every cable was tested twice?").candidates[0]
    text = bridge.article("bridge", "guild:1").text
    assert text[best.start : best.end] == best.text == "Every cable was tested twice before we let anybody walk on it,"
    assert (best.article, best.paragraph, best.speaker, best.directness) == ("bridge", 2, "Ada Park", "direct")
    for part in (best.score, best.dense, best.coverage, best.fused):
        assert part is not None and 0.5 < part <= 1


def test_what_was_read_has_the_readers_number_and_its_words_too(why: Why) -> None:
    best = why("How much did the work cost?").candidates[0]
    assert best.kind == "sentence" and best.speaker is None
    assert best.reader is not None and 0.5 < best.reader <= 1
    assert best.picked is not None and "41 million" in best.picked


def test_the_surest_candidate_comes_first(why: Why) -> None:
    for question in ("Who talked about ferries?", "How much did the work cost?", "Who said bread is cheap?"):
        scores = [candidate.score or 0.0 for candidate in why(question).candidates]
        assert len(scores) > 3
        assert scores == sorted(scores, reverse=True)


def test_every_citation_is_a_candidate_that_was_shown(bridge: Library) -> None:
    for question in ("What did Tom Birch say?", "Who is Ada Park?", "Who is quoted?", "Who talked about ferries?"):
        answer, _, trace = bridge.why(question, scope=HERE)
        cited = [one for one in trace.candidates if one.fate == "cited"]
        assert len(cited) == len(answer.citations) > 0
        assert all(one.shown for one in cited)


def test_the_nearest_that_a_refusal_offers_is_marked_as_shown_not_as_cited(why: Why) -> None:
    trace = why("Who said every cable was tested three times?")
    assert [one.text[:11] for one in trace.candidates if one.shown and one.speaker] == ["Every cable"]
    assert "cited" not in dict(trace.fates)


# --- the answer


def asked_both_ways(library: Library, questions: list[str]) -> Iterator[tuple[Answer, Answer]]:
    plain, traced = Memory(), Memory()
    for question in questions:
        one, plain = library.ask(question, scope=HERE, memory=plain)
        other, traced, _ = library.why(question, scope=HERE, memory=traced)
        assert plain == traced
        yield one, other


def test_asking_why_changes_nothing_of_the_answer_nor_of_what_is_remembered(bridge: Library) -> None:
    questions = [question for question, _ in DECIDED if isinstance(question, str)]
    questions += [question for asked, _, _ in FATES for question in asked]
    for one, other in asked_both_ways(bridge, questions):
        assert replace(other, elapsed_ms=one.elapsed_ms) == one


def test_the_same_question_has_the_same_trace_and_it_is_plain_data(why: Why) -> None:
    for question in ("Did Ada Park say that bread prices will double?", "Who is quoted?", "hello"):
        trace = why(question)
        assert why(question) == trace
        data = json.loads(json.dumps(trace.to_json()))
        assert data["decision"] == trace.decision
        assert data["understood"]["intent"] == trace.question.intent
        assert [one["fate"] for one in data["candidates"]] == [one.fate for one in trace.candidates]


def test_these_tests_know_every_fate_and_nearly_every_gate() -> None:
    # the judge answers most of what once came to these
    rare = {"contrary", "too few of the words", "nobody is named"}
    fates = {expected for _, _, expected in FATES} | {"not shown", "same speaker"} | rare
    assert fates == set(get_args(Fate))
    gates = {gate for _, (gate, _, _) in DECIDED}
    others = {"articles to answer from", "something not shown yet", "topic carried over", "verbatim", "one claim"}
    others |= {"a stance is told", "an answer before", "nobody else fits better", "answers the whole question"}
    # a scope with an article has a sentence, which is near; what the reader made of a question that is about words
    # never decides alone
    beside = {"surely in a statement", "speaker picked", "in nobody else's words", "role fits"}
    assert set(get_args(Gate)) - gates - others == {"anything near", *beside}
