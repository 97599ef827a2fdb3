"""`ask --why`: how an answer came about, in the terminal, as data, and as a message."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.cli.answer_text import show_why
from bot.render.limits import CONTENT
from bot.render.markdown import width
from bot.render.why_card import why_message
from index.answer.explanation import Candidate, Step, Trace
from index.question.model import Question
from index.speakers.link import SpeakerRef

Run = Callable[..., Any]  # the fixture `wuzhen`

CITED = Candidate(
    article="bridge",
    title="Harbour bridge to open in May",
    paragraph=2,
    start=40,
    end=69,
    kind="statement",
    speaker="Ada Park",
    directness="direct",
    polarity="asserts",
    text="Every cable was tested twice before we let anybody walk on it, and nobody who knows the harbour",
    dense=0.712,
    coverage=0.5,
    fused=1.0,
    score=0.913,
    fate="cited",
    shown=True,
)
OTHER = replace(
    CITED,
    paragraph=4,
    speaker="Tom Birch",
    text="The ferry stays.",
    dense=0.101,
    coverage=0.0,
    fused=0.2,
    score=0.031,
    fate="another speaker",
    shown=False,
)
SENTENCE = replace(
    OTHER, kind="sentence", speaker=None, text="It opened in 1912.", score=None, dense=None, coverage=None, fused=None
)
ANSWERED = Trace(
    Question(
        "What did Park say about cabels in 2021?",
        "what_said",
        (SpeakerRef("Park", ("Ada Park",), "spelling", 0.9),),
        topic="cabels in 2021",
        words=("cables", "2021"),
        numbers=("2021",),
        corrections=(("cabels", "cables"),),
    ),
    0.5,
    (
        Step("speaker known", True, "Ada Park"),
        Step("speaker quoted", True, "3 statements"),
        Step("operating point reached", True, "best 0.91, needs 0.50", decided=True),
        Step("verbatim", True, "1 cited"),
    ),
    (CITED, OTHER, SENTENCE),
    (("another speaker", 2), ("cited", 1)),
    "answered",
)
REFUSED = replace(
    ANSWERED,
    gates=(
        Step("speaker known", True, "Ada Park"),
        Step("operating point reached", False, "best 0.31, needs 0.50", decided=True),
    ),
    candidates=(replace(CITED, score=0.31, fate="below the operating point"), *[OTHER] * 12),
    fates=(("another speaker", 22), ("below the operating point", 1)),
    decision="silent_speaker",
)
READ = replace(ANSWERED, candidates=(replace(CITED, reader=0.88, picked="twice"), OTHER))
NOTHING = Trace(Question("hello", "none"), 0.5, (Step("a question", False, decided=True),), (), (), "not_a_question")
LOOKS = {"answered": ANSWERED, "refused": REFUSED, "read": READ, "nothing": NOTHING}


class Tty(io.StringIO):
    """A terminal that is only written to."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def on_a_terminal(place: object, monkeypatch: pytest.MonkeyPatch) -> Callable[[Trace, int], str]:
    """What a person sees on a terminal of so many columns."""

    def seen(trace: Trace, columns: int) -> str:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setattr(sys, "stdout", Tty())
        show_why(trace)
        assert isinstance(sys.stdout, Tty)
        return sys.stdout.getvalue()

    return seen


# --- in the terminal


@pytest.mark.parametrize("look", LOOKS)
def test_on_a_terminal_of_80_columns_it_reads_as_it_did(
    on_a_terminal: Callable[[Trace, int], str], look: str, snapshot: SnapshotAssertion
) -> None:
    assert on_a_terminal(LOOKS[look], 80) == snapshot


def test_on_a_wide_terminal_the_candidates_are_a_table_with_a_column_for_the_reader_where_it_read(
    on_a_terminal: Callable[[Trace, int], str], snapshot: SnapshotAssertion
) -> None:
    assert on_a_terminal(READ, 120) == snapshot
    assert "reader" not in on_a_terminal(ANSWERED, 120)


@pytest.mark.parametrize("columns", [30, 50, 80, 120])
def test_no_line_is_wider_than_the_terminal(on_a_terminal: Callable[[Trace, int], str], columns: int) -> None:
    for trace in LOOKS.values():
        assert max(map(len, on_a_terminal(trace, columns).splitlines())) <= columns


def test_in_a_pipe_it_is_plain_lines(capsys: pytest.CaptureFixture[str], snapshot: SnapshotAssertion) -> None:
    show_why(ANSWERED)
    assert capsys.readouterr().out == snapshot


# --- the command


def test_why_stands_below_the_same_answer(wuzhen: Run) -> None:
    question = "Who said SMEs need vitality?"
    plain, explained = wuzhen("ask", question), wuzhen("ask", "--why", question)
    assert explained.exit_code == 0
    assert explained.stdout.startswith(f"{plain.stdout}\nUnderstood\n  asks: who said it\n")
    assert "→ answered\n" in explained.stdout


def test_a_refusal_is_explained_and_ends_with_1(wuzhen: Run) -> None:
    shown = wuzhen("ask", "--why", "What did Zorro say?")
    assert shown.exit_code == 1
    assert "\nGates\n  speaker known: no, Zorro → refused as unknown_speaker\n\nCandidates\n  none\n" in shown.stdout


def test_as_data_it_is_one_more_key(wuzhen: Run) -> None:
    question = "Did Elon Musk say China can manage risks?"
    plain, explained = (json.loads(wuzhen("ask", "--json", *why, question).stdout) for why in ([], ["--why"]))
    trace = explained.pop("why")
    assert explained | {"elapsed_ms": 0} == plain | {"elapsed_ms": 0}
    assert list(trace) == ["understood", "threshold", "gates", "decision", "fates", "candidates"]
    assert trace["understood"]["speakers"][0]["names"] == ["Elon Musk"]
    assert [gate["gate"] for gate in trace["gates"] if gate["decided"]] == ["surely said by another"]
    assert {"score", "dense", "coverage", "fused", "reader", "picked", "fate"} <= trace["candidates"][0].keys()


def test_each_line_of_a_file_is_explained_within_its_conversation(wuzhen: Run) -> None:
    asked = [
        {"id": "a", "question": "What did Elon Musk say?", "conversation": 1},
        {"id": "b", "question": "What else did he say?", "conversation": 1},
    ]
    shown = wuzhen("ask", "--why", "--jsonl", "-", stdin="\n".join(map(json.dumps, asked)))
    rows = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [(row["id"], row["conversation"]) for row in rows] == [("a", 1), ("b", 1)]
    assert [row["why"]["decision"] for row in rows] == ["answered", "silent_speaker"]
    assert rows[1]["why"]["fates"] == {"already shown": 1}


# --- as a message


@pytest.mark.parametrize("look", LOOKS)
def test_as_a_message_it_reads_as_it_did(look: str, snapshot: SnapshotAssertion) -> None:
    assert why_message(LOOKS[look], changed=look == "refused") == snapshot


texts = st.text(max_size=400) | st.text("*_~`|[]<>@#:-\n", max_size=400)


@given(texts, texts, st.lists(texts, max_size=15), st.integers(0, 20))
def test_a_message_always_fits_and_shows_five_candidates_at_most(
    question: str, words: str, details: list[str], count: int
) -> None:
    candidate = replace(CITED, text=words[:200], speaker=question[:200], title=words)
    trace = replace(
        ANSWERED,
        question=Question(question, "fact", topic=question, words=tuple(question.split())),
        gates=tuple(Step("part found", True, detail) for detail in details),
        candidates=(candidate,) * count,
        fates=(("cited", count),),
    )
    content = why_message(trace, changed=True)
    assert 0 < width(content) <= CONTENT
    assert content.count("paragraph 2") <= 5 + content.count("paragraph 2", 0, content.index("**Candidates**"))
