from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article
from index.encoder import Encoder
from index.passages import passages, sentences

MARKS = st.sampled_from(
    [
        ". ",
        "! ",
        "? ",
        "… ",
        ".” ",
        ".\n",
        "\n\n",
        " ",
        "Mr. ",
        "U.S. ",
        "e.g. ",
        "A. ",
        "“",
        '"',
        "漢字",
        "\u3000",
    ]
)
WORDS = st.sampled_from(["Ada", "rain", "3.5", "Über", "ﬁne", "No", "mill", "\U0001f3ad"])
TEXTS = st.one_of(st.text(max_size=200), st.lists(st.one_of(MARKS, WORDS), max_size=60).map("".join))


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text, (0, len(text)))]


def spaces_only(text: str) -> bool:
    return not text or text.isspace()


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Park and Dr. Öst met Prof. Birch at St. Olaf’s.",
        "The U.S. Navy left at 5 p.m. Monday with the U.K. Fleet.",
        "J. R. Holm of Holm Inc. Boats sold it to Quill Ltd. Later owners kept it.",
        "Pumps, cranes, etc. Made in Lowmere, vs. Those from Sele.",
        "It cost 3.5 million crowns, i.e. 40.2 percent more.",
        "Sen. Moss of No. 12 and Gov. Quist, Jan. 4.",
    ],
)
def test_a_full_stop_behind_an_abbreviation_or_an_initial_ends_no_sentence(text: str) -> None:
    assert cut(text) == [text]


@pytest.mark.parametrize(
    "parts",
    [
        ["It rained.", "Nobody came."],
        ["“It rained.”", "Nobody came."],
        ["“It rained,” Park said.", "“Nobody came.”"],
        ["Why?", "Because!", "Well…", "Yes."],
        ["It rained (a lot.)", "Nobody came."],
        ["It was 2021.", "40 people came."],
        ["Élan won.", "Öst lost."],
    ],
)
def test_sentences_end_at_their_marks_and_keep_the_closing_ones(parts: list[str]) -> None:
    assert cut(" ".join(parts)) == parts


def test_a_small_letter_goes_on_with_the_sentence() -> None:
    assert cut("“Will it rain?” she asked. It did.") == ["“Will it rain?” she asked.", "It did."]


@given(TEXTS)
def test_sentences_of_any_text_hold_every_character_but_spaces_once_and_in_order(text: str) -> None:
    at = 0
    for start, end in sentences(text, (0, len(text))):
        assert spaces_only(text[at:start])
        assert at <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        at = end
    assert spaces_only(text[at:])


@given(TEXTS, st.integers(1, 40))
def test_passages_of_any_article_fit_and_cover_its_paragraphs(text: str, limit: int) -> None:
    check_passages(Article("a", "A", text), lambda piece: len(piece) <= limit)


@settings(max_examples=20)
@given(st.one_of(TEXTS, st.text(min_size=1, max_size=6).map(lambda piece: piece * 150)))
def test_no_passage_of_any_article_is_longer_than_the_model_reads(encoder: Encoder, text: str) -> None:
    check_passages(Article("a", "A", text), encoder.fits)


def check_passages(article: Article, fits: object) -> None:
    assert callable(fits)
    text, paragraphs = article.text, article.paragraphs
    found = passages(article, fits)
    at = 0
    for passage in found:
        start, end = passage.span
        assert spaces_only(text[at:start])
        assert at <= start < end
        assert fits(text[start:end]) or end - start == 1
        low, high = paragraphs[passage.paragraph - 1]
        assert low <= passage.window[0] <= start < end <= passage.window[1] <= high
        assert fits(text[slice(*passage.window)]) or passage.window == passage.span
        at = end
    assert spaces_only(text[at:])


def test_a_window_holds_the_sentences_beside_it_in_the_same_paragraph() -> None:
    article = Article("a", "A", "A title\n\nIt rained. Nobody came. The show was off. We left.\n\nLater it was dry.")
    windows = [article.text[slice(*passage.window)] for passage in passages(article, lambda _: True)]
    assert windows == [
        "A title",
        "It rained. Nobody came.",
        "It rained. Nobody came. The show was off.",
        "Nobody came. The show was off. We left.",
        "The show was off. We left.",
        "Later it was dry.",
    ]


def test_a_neighbour_that_does_not_fit_is_left_out_of_the_window() -> None:
    article = Article("a", "A", "Rain fell on every roof of the town that day. Nobody came. We left.")
    first, second, _ = passages(article, lambda piece: len(piece) <= 45)
    assert first.window == first.span
    assert article.text[slice(*second.window)] == "Nobody came. We left."


def test_a_sentence_too_long_for_the_model_is_cut_at_spaces() -> None:
    article = Article("a", "A", "rain " * 40)
    pieces = [article.text[slice(*passage.span)] for passage in passages(article, lambda piece: len(piece) <= 30)]
    assert " ".join(pieces) == article.text.strip()
    assert all(set(piece.split()) == {"rain"} for piece in pieces)


def test_paragraphs_are_counted_from_the_title() -> None:
    article = Article("a", "A", "\n\nA title\n\n\nIt rained. Nobody came.\nWe left.\n")
    assert [passage.paragraph for passage in passages(article, lambda _: True)] == [1, 2, 2, 3]
