"""Statements hold what they promise on any text, and take time in proportion to its length."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.article import Article
from index.statements.extract import extract
from tests.tools.fuzz.well_formed import check_explained, check_statements, extracted

PIECES = [
    *(
        '"',
        "“",
        "”",
        "'",
        "’",
        "‘",
        "«",
        "»",
        ":",
        ",",
        ".",
        "?",
        "—",
        "(",
        ")",
        "\n",
        "\n\n",
        " ",
        "\u00a0",
        "…",
    ),
    *(
        "Ada Park",
        "Park",
        "Mr Birch",
        "the mill",
        "the mill's owner",
        "She",
        "they",
        "WHO",
        "Wen He",
        "You",
        "I",
    ),
    *(
        "said",
        "told",
        "asked",
        "whether",
        "that",
        "according to",
        "urged",
        "to",
        "denied",
        "claims",
        "saying",
    ),
    *(
        "called",
        "was",
        "will close",
        "it",
        "is gone",
        "reporters",
        "and",
        "but",
        "while",
        "We will go.",
        "Yes",
    ),
    *("قال", "\u200f", "他说", "\U0001f3ad", "é", "ﬁ", "-", "**", "# "),
]
LIKE_NEWS = st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join)
TEXTS = st.one_of(LIKE_NEWS, st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
QUIET = settings(max_examples=150)
SPEAKING = 'Ada Park, the mill\'s owner, told Tom Birch: "It will close." She said that it was old. '


@QUIET
@given(TEXTS)
@example('Ada Park called Ada Park the mill urged "')
@example("Ada Park told Park that the mill was old. Park told Ada Park to go.")
def test_any_text_gives_statements_that_are_well_formed(text: str) -> None:
    check_statements(extracted(f"A title\n\n{text}"))


@QUIET
@given(LIKE_NEWS)
def test_the_same_text_gives_the_same_statements_alone_or_among_others(text: str) -> None:
    alone = extracted(text)
    other = Article("b", "", SPEAKING)
    assert [x.statements for x in extract([other, alone.article, other])][1] == alone.statements


@pytest.mark.parametrize(
    "text",
    [
        '"' * 5000,
        "“" * 5000,
        "'a " * 2000,
        "“a ”b " * 1000,
        "x" * 20_000,
        "漢" * 20_000,
        "قال الرجل «نعم» ثم ذهب. " * 200,
        "**" * 5000,
        "Ada Park said that " * 300,
        "said, " * 1000,
        "(" * 5000,
        "“We go\n" * 500,
        "a" + " " * 20_000 + "b",
        '"a' + "." * 20_000 + '" she said.',
        "\u202e" + SPEAKING,
    ],
    ids=lambda text: text[:12],
)
def test_a_text_without_sense_gives_no_exception(text: str) -> None:
    check_statements(extracted(f"A title\n\n{text}"))


@settings(QUIET, max_examples=60)
@given(LIKE_NEWS)
def test_every_statement_of_any_text_is_explained_and_told_with_its_conjunction(text: str) -> None:
    check_explained(extracted(f"A title\n\n{text}"))


@pytest.mark.parametrize(
    ("times", "text"),
    [
        (400, SPEAKING),
        (150, '"We went to the mill again and stayed.\n'),
        (300, "قال said “نعم” « Ada Park 他说: "),
        (600, "Ada Park said that the men of the old mill and "),
    ],
    ids=["one paragraph", "quotations left open", "mixed scripts", "a sentence without an end"],
)
def test_time_grows_with_the_length_of_a_text_not_with_its_square(times: int, text: str) -> None:
    extracted(SPEAKING)
    took = []
    for count in (times // 8, times):
        began = time.process_time()
        found = extracted("A title\n\n" + text * count)
        took.append(time.process_time() - began)
        check_statements(found)
    assert took[1] < 16 * took[0] + 1
