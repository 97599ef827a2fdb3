"""Quotation regions: what stands between quotation marks, in any house style."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from index.statements.parse.regions import article_regions, find_regions, touching

MARKS = "\"'“”„‘’«»"


def insides(text: str) -> list[str]:
    return [text[slice(*region.inner)] for region in find_regions(text, (0, len(text)))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('She said "yes" and left.', ["yes"]),
        ("She said “yes” and left.", ["yes"]),
        ("She said «yes» and left.", ["yes"]),
        ("Sie sagte „ja“ und ging.", ["ja"]),
        ("'We won't go,' she said. 'It's late.'", ["We won't go,", "It's late."]),
        ("‘We won’t go,’ she said.", ["We won’t go,"]),
        ("The workers' rights and the firm's plans.", []),
        ("Rock 'n' roll in the '90s wasn't quiet.", ["n"]),
        ("“He called it ‘odd’ and left,” she said.", ["He called it ‘odd’ and left,"]),
        ("“We go on to the end of the paragraph", ["We go on to the end of the paragraph"]),
        ('“Opened curly, closed straight" they said.', ["Opened curly, closed straight"]),
        ('Only one " mark', []),
        ('""', []),
        ("", []),
    ],
)
def test_what_stands_in_quotation_marks_is_found(text: str, expected: list[str]) -> None:
    assert insides(text) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('She read "The Wind and the Willows" aloud.', "title"),
        ('The "smart" pier fell.', "scare"),
        ('She said, "Yes."', "speech"),
        ('She said "the pier is gone" and left.', "speech"),
    ],
)
def test_titles_and_scare_quotes_are_told_from_speech(text: str, kind: str) -> None:
    [region] = find_regions(text, (0, len(text)))
    assert region.kind == kind


def test_a_quotation_that_runs_over_lines_is_one_region_for_each_of_them() -> None:
    text = '"One line\nand another\nand the end." Then "more\nof it."'
    regions = article_regions(text, Article("a", "", text).paragraphs)
    assert [text[slice(*r.inner)] for r in regions[2]] == ["One line\nand another\nand the end."]
    assert [text[slice(*r.inner)] for r in regions[3]] == [
        "One line\nand another\nand the end.",
        "more\nof it.",
    ]
    assert regions[4] == [regions[3][-1]]


def test_a_quotation_that_each_paragraph_opens_anew_is_a_region_for_each() -> None:
    text = "“One.\n“Two.”"
    regions = article_regions(text, [(0, 5), (6, 12)])
    assert [[text[slice(*r.inner)] for r in regions[n]] for n in (1, 2)] == [["One."], ["Two."]]


@given(st.text(alphabet=MARKS + "ab. ,\n!s", max_size=120))
def test_regions_are_in_order_apart_and_inside_their_paragraph(text: str) -> None:
    text = f"“We go,” {text}"
    regions, at = find_regions(text, (0, len(text))), 0
    assert regions
    for region in regions:
        assert at <= region.outer[0] < region.inner[0] < region.inner[1] <= region.outer[1] <= len(text)
        assert any(character.isalnum() for character in text[slice(*region.inner)])
        at = region.outer[1]


@given(st.text(alphabet=MARKS + "ab. ", max_size=120), st.integers(0, 120), st.integers(1, 30))
def test_touching_finds_what_a_scan_finds(text: str, start: int, length: int) -> None:
    regions = find_regions(text, (0, len(text)))
    end = start + length
    assert list(touching(regions, (start, end))) == [r for r in regions if r.outer[0] < end and start < r.outer[1]]


@pytest.mark.parametrize("unit", ["'a ", "”a ", "“", "«a ", '"', "‘s ", '"a" ', "'as' b "])
def test_a_megabyte_of_quotation_marks_takes_no_time_worth_mentioning(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    began = time.process_time()
    find_regions(text, (0, len(text)))
    assert time.process_time() - began < 10
