from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.answer_scoring import Gold, Line, Outcome, Share, by_kind, coverage, same_name, wrong_with
from index.answer.contract import Answer, Citation
from index.question.model import Asked
from index.store.protocol import Scope

TEXT = "Harbour plan\nThe bridge will open in May, said Ada Park. “It is safe,” she said. Ben Ito doubts it."


def gold(kind: str = "who_said", **expect: Any) -> Gold:
    fields = {"status": "answered", "speakers": [], "quotes": [], "contains": [], "verdict": None} | expect
    return Gold.read({"id": "q", "kind": kind, "question": "Who?", "conversation": None, "expect": fields})


def cite(quote: str, speaker: str | None = "Ada Park", start: int | None = None) -> Citation:
    start = TEXT.index(quote) if start is None else start
    return Citation(
        article="harbour",
        title="Harbour plan",
        start=start,
        end=start + len(quote),
        quote=quote,
        speaker=speaker,
        role=None,
        directness=None,
        polarity=None,
        score=0.9,
        paragraph=2,
    )


def answered(*citations: Citation, text: str = "", score: float = 0.9, **fields: Any) -> Answer:
    return Answer("Who?", "answered", "who_said", text, score, citations=citations, **fields)


def refused(score: float = 0.1, **fields: Any) -> Answer:
    return Answer("Who?", "not_found", "who_said", "Not there.", score, reason="no_match", **fields)


def wrong(gold: Gold, answer: Answer) -> tuple[str, ...]:
    return wrong_with(gold, answer, {"harbour": TEXT}.get)


OPENS = "The bridge will open in May"
SAFE = "It is safe,"


@pytest.mark.parametrize(
    ("expected", "answer"),
    [
        (gold(speakers=["Ada Park"], quotes=[OPENS]), answered(cite(OPENS))),
        (gold(speakers=["Park"]), answered(cite(OPENS))),
        (gold(speakers=["Ada Park"]), answered(cite(OPENS), cite("doubts it", "Ben Ito"))),
        (gold(quotes=["the bridge, it will open in MAY"]), answered(cite(OPENS))),
        (gold(quotes=["nothing of it", "It is safe"]), answered(cite(SAFE))),
        (gold(contains=[["june", "May"], ["it’s"]]), answered(text="In MAY; it's safe.")),
        (gold("verify", verdict="no"), answered(verdict="no")),
        (
            gold("what_said", speakers=["Park"], quotes=[OPENS, "It is safe"]),
            answered(cite(OPENS), cite(SAFE)),
        ),
        (
            gold("topic", speakers=["Ada Park", "Ben Ito", "Cy Low"]),
            answered(cite(OPENS), text="Also Ben Ito."),
        ),
        (gold("topic", quotes=["never looked at"]), answered(cite(OPENS))),
        (gold("unanswerable", status="not_found"), refused()),
        (gold("verify", status="not_found"), answered(verdict="unknown")),
    ],
)
def test_a_right_answer_has_nothing_wrong(expected: Gold, answer: Answer) -> None:
    assert wrong(expected, answer) == ()


@pytest.mark.parametrize(
    ("expected", "answer", "what"),
    [
        (gold(speakers=["Ada Park"]), answered(cite("doubts it", "Ben Ito"), cite(OPENS)), "speaker"),
        (gold(speakers=["Ada Park"]), answered(cite(OPENS, None)), "speaker"),
        (gold("what_said", speakers=["Park"]), answered(cite(OPENS), cite("doubts it", "Ito")), "speaker"),
        (gold("what_said", quotes=[OPENS, "doubts it"]), answered(cite(OPENS)), "quotes"),
        (gold(quotes=["The bridge will never be there for us in May"]), answered(cite(OPENS)), "quotes"),
        (gold(quotes=["anything"]), answered(), "quotes"),
        (gold("topic", speakers=["Ada Park", "Ben Ito", "Cy Low"]), answered(cite(OPENS)), "named 1 of 3"),
        (gold(contains=[["May"], ["June", "July"]]), answered(text="In May."), "misses June/July"),
        (gold("verify", verdict="no"), answered(verdict="yes"), "verdict"),
        (gold(), refused(), "abstained"),
        (gold("unanswerable", status="not_found"), answered(), "answered"),
        (gold("unanswerable", status="not_found"), answered(verdict="unknown"), "answered"),
        (gold(), answered(cite(OPENS, start=3)), "not verbatim"),
        (
            gold("unanswerable", status="not_found"),
            refused(citations=(cite(OPENS, start=3),)),
            "not verbatim",
        ),
    ],
)
def test_what_is_wrong_with_an_answer_is_named(expected: Gold, answer: Answer, what: str) -> None:
    assert [fault for fault in wrong(expected, answer) if fault.startswith(what)]


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"kind": "fact", "question": "Who?", "expect": {"status": "answered"}}, "'id'"),
        ({"id": "q", "kind": "fact", "question": "Who?", "expect": {}}, "'status'"),
        ({"id": "q", "kind": "fact", "question": "Who?", "expect": "Park"}, "expect must be an object"),
        (
            {"id": "q", "kind": "fact", "question": "Who?", "expect": {"status": "answered", "quotes": 3}},
            "expect",
        ),
    ],
)
def test_a_line_that_is_no_question_is_refused_with_what_it_lacks(fields: dict[str, Any], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        Gold.read(fields)


def test_a_line_without_anything_expected_is_only_asked_in_its_conversation() -> None:
    line = Line.read({"question": "Who?", "conversation": "c", "articles": ["harbour"], "collections": ["guild:1"]})
    assert line.gold is None
    assert line.posed.scope(Scope()) == Scope(frozenset({"guild:1"}), frozenset({"harbour"}))
    with pytest.raises(ValueError, match="'expect'"):
        Line.read({"id": "q", "kind": "fact", "question": "Who?"})


def test_a_line_may_ask_as_a_form_does() -> None:
    fields = {"id": "q", "kind": "fact", "question": "Who?", "expect": {"status": "answered"}}
    asked = {"intent": "what_said", "speaker": "Ada Park", "topic": ""}
    assert Line.read(fields | {"asked": asked}).posed.to_ask == Asked("what_said", "Ada Park")
    assert Line.read(fields).posed.to_ask == "Who?"
    assert Line.read(fields).posed.scope(Scope(articles=frozenset({"a"}))) == Scope(articles=frozenset({"a"}))


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"conversation": ["c"]}, '"conversation" must be'),
        ({"articles": "harbour"}, '"articles" must be a list'),
        ({"collections": [1]}, '"collections" must be a list'),
        ({"asked": "who_said"}, '"asked" must be an object'),
        ({"asked": {"intent": "dance"}}, '"asked" must be an object'),
        ({"asked": {"intent": "who_said", "claim": "x"}}, '"asked" must be an object'),
    ],
)
def test_a_line_that_says_wrongly_where_to_look_or_what_a_form_asked_is_refused(
    fields: dict[str, Any], what: str
) -> None:
    whole = {"id": "q", "kind": "fact", "question": "Who?", "expect": {"status": "answered"}}
    with pytest.raises(ValueError, match=what):
        Line.read(whole | fields)


def outcomes(*rows: tuple[str, bool, float, str]) -> list[Outcome]:
    return [
        Outcome(gold(kind, status=status), answered(score=score), () if right else ("verdict no",))
        for kind, right, score, status in rows
    ]


def test_shares_are_counted_by_kind_and_in_total() -> None:
    found = by_kind(
        outcomes(
            ("who_said", True, 0.9, "answered"),
            ("who_said", False, 0.9, "answered"),
            ("fact", True, 0.9, "answered"),
        )
    )
    assert found == {"fact": Share(1, 1), "who_said": Share(1, 2), "total": Share(2, 3)}
    assert list(found) == ["fact", "who_said", "total"]
    assert by_kind([])["total"].fraction == 0


@given(st.text(), st.text())
def test_coverage_is_a_share_and_full_for_the_same_words(one: str, other: str) -> None:
    assert 0 <= coverage(one, other) <= 1
    assert coverage(f"word {one}", f"{one} WORD") == 1


@given(st.text(), st.text())
def test_names_are_the_same_in_either_order(one: str, other: str) -> None:
    assert same_name(one, other) == same_name(other, one)
    assert not same_name("", one)
