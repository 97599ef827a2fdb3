"""Who is no source, who a description means, and what a quotation does to its content."""

from __future__ import annotations

import pytest

from index.article import Article
from index.statements.extract import extract
from index.statements.statement import Statement


def statements_of(text: str) -> tuple[Statement, ...]:
    return next(iter(extract([Article("a", "A title", f"A title\n\n{text}")]))).statements


def speakers_of(text: str) -> list[str | None]:
    return [statement.speaker for statement in statements_of(text)]


def contents_of(text: str) -> list[tuple[str, str, str]]:
    article = f"A title\n\n{text}"
    found = statements_of(text)
    return [(" … ".join(article[a:b] for a, b in s.fragments), s.polarity, s.directness) for s in found]


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        (
            "The baker said bread was dear. The butcher said meat was dear. The mayor said both were wrong.",
            ["the baker", "the butcher", "the mayor"],
        ),
        (
            "Ada Park said the mill would close. The president said it would stay.",
            ["Ada Park", "the president"],
        ),
        (
            "French president Luc Blanc said the tunnel was shut. The German chancellor said the tunnel was open.",
            ["Luc Blanc", "the German chancellor"],
        ),
        (
            "French president Luc Blanc said the tunnel was shut. The German said the tunnel was open.",
            ["Luc Blanc", "the German"],
        ),
        (
            "Officials at Thorn Corp. said the pay was fair. The union said the pay was poor.",
            ["officials at Thorn Corp.", "the union"],
        ),
    ],
)
def test_a_description_told_of_nobody_is_a_source_of_its_own(text: str, speakers: list[str]) -> None:
    assert speakers_of(text) == speakers


@pytest.mark.parametrize(
    "text",
    [
        "Orla Finch, the mayor of Lund, said the mill would close. The mayor said it was sad.",
        "Coach Orla Finch said the team was tired. The manager said the girls had run a lot.",
    ],
)
def test_a_description_told_of_somebody_is_that_person(text: str) -> None:
    assert speakers_of(text) == ["Orla Finch", "Orla Finch"]


def test_a_generic_word_for_a_body_is_the_body_named_before() -> None:
    assert speakers_of("Workers at Thorn Corp. left. The company said the pay was fair.") == ["Thorn Corp."]


def test_a_counterpart_has_the_role_of_the_other() -> None:
    text = (
        "Coach Mary Lund was glad. Her counterpart Duncan Finch was not. The Rovers coach said the goal was a mistake."
    )
    assert speakers_of(text) == ["Duncan Finch"]


def test_a_union_is_told_by_another_word_for_one() -> None:
    text = "Thorn Corp. met the Harbour Guild on Monday. The union said the pay was poor."
    assert speakers_of(text) == ["Harbour Guild"]


def test_a_speaker_who_may_be_either_of_two_is_unknown_and_little_is_sure() -> None:
    text = (
        "Mary Finch met Ann Lund on Monday with Ellen Birch. The three left. She hailed the plan to rebuild the mill."
    )
    found = statements_of(text)
    assert [statement.speaker for statement in found] == [None]
    assert found[0].confidence <= 0.5
    assert found[0].runner_up is not None


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ('Orla Finch denied that "the mill was cursed and sold".', "denies"),
        ('Orla Finch rejected "the silly tale of a cursed mill".', "denies"),
        ("Orla Finch doubts that the mill was sold.", "denies"),
        ('"I never sold the mill," Orla Finch denied.', "asserts"),
        ('Orla Finch denied it: "I never sold the mill."', "asserts"),
        ('"Close the mill at once," Orla Finch urged.', "urges"),
        ('Orla Finch called for "a summit without conditions".', "urges"),
        ('Orla Finch asked "whether the mill was sold".', "asks"),
    ],
)
def test_a_quotation_does_what_its_cue_says(text: str, polarity: str) -> None:
    assert [statement.polarity for statement in statements_of(text)] == [polarity]


@pytest.mark.parametrize(
    "text",
    [
        "Orla Finch no longer believes the mill was sold.",
        "Orla Finch neither confirmed nor denied that the mill was sold.",
        'Orla Finch did not say that "the mill was cursed and sold".',
        "Nobody in the village said the windmill would collapse.",
        "No one said the windmill would collapse.",
        "Few believe the windmill would collapse.",
        "Few villagers think the windmill would collapse.",
        "None of them said the windmill would collapse.",
        "Hardly anyone said the windmill would collapse.",
        "Neither Orla Finch nor Tom Birch said the windmill would collapse.",
        '"It will fall," nobody said.',
    ],
)
def test_what_is_said_by_nobody_or_left_open_is_no_statement(text: str) -> None:
    assert statements_of(text) == ()


@pytest.mark.parametrize("who", ["A few villagers", "The few guests", "Not only Orla Finch", "No 10"])
def test_a_few_are_somebody(who: str) -> None:
    assert len(statements_of(f"{who} said the windmill would collapse.")) == 1


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ('"Is it true?" the judge asked Tom Birch. "Yes," he said.', ["the judge", "Tom Birch"]),
        (
            "John Finch asked Tom Birch whether the mill was sold. He said it was not.",
            ["John Finch", "Tom Birch"],
        ),
        (
            "John Finch asked Mary Birch whether the mill was sold. He said he had seen the papers.",
            ["John Finch", "John Finch"],
        ),
        (
            "John Finch asked Tom Birch whether the mill was sold. Jim Lund laughed. He said it was not.",
            ["John Finch", "Jim Lund"],
        ),
    ],
)
def test_who_was_asked_answers_unless_somebody_else_acts_first(text: str, speakers: list[str]) -> None:
    assert speakers_of(text) == speakers


def test_only_content_without_a_word_outside_the_marks_is_direct() -> None:
    text = 'Her office said she "learned of the sale of the old mill from the morning papers".'
    content = 'she "learned of the sale of the old mill from the morning papers"'
    assert contents_of(text) == [(content, "asserts", "mixed")]
    assert contents_of('Her office said: "She learned of it."') == [("She learned of it.", "asserts", "direct")]
