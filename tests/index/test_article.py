from __future__ import annotations

import dataclasses
import datetime
import hashlib
import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import MAX_TITLE, Article, ArticleError, article_from_text, canonical_text, plausible_day, safe_id

TEXT = "Bridge opens\n\n  The bridge opened, said Ada Park.\t\n \nBo Lind was not there.\n"
# every code point, surrogates too, and many of those that matter here
ANY_TEXT = st.text(
    st.one_of(
        st.sampled_from("a. \n\r\t\ufeff\0\x0b\x1c\x85\u2028\u200b\ud800"),
        st.characters(exclude_categories=[]),
    )
)


def text_of(article: Article) -> list[str]:
    return [article.text[start:end] for start, end in article.paragraphs]


def test_paragraphs_are_the_lines_that_are_not_blank() -> None:
    assert text_of(Article("a", "t", TEXT)) == [
        "Bridge opens",
        "The bridge opened, said Ada Park.",
        "Bo Lind was not there.",
    ]


@given(ANY_TEXT)
def test_paragraphs_are_the_stripped_lines_of_any_text(text: str) -> None:
    article = Article("a", "t", text)
    assert text_of(article) == [line.strip() for line in text.split("\n") if line.strip()]
    assert all(one[1] <= other[0] for one, other in pairwise(article.paragraphs))


def test_only_a_line_feed_ends_a_paragraph() -> None:
    assert len(Article("a", "t", "one\x0bone\x0cone\x85one\u2028one\rone").paragraphs) == 1


def test_a_paragraph_is_found_by_any_place_in_it() -> None:
    article = Article("a", "t", TEXT)
    for number, (start, end) in enumerate(article.paragraphs, start=1):
        assert {article.paragraph_of(offset) for offset in range(start, end)} == {number}


def test_a_place_between_two_paragraphs_belongs_to_the_first() -> None:
    article = Article("a", "t", "\n one\n\n two\n")
    assert [article.paragraph_of(offset) for offset in (0, 2, 5, 7, 8, 12)] == [1, 1, 1, 1, 2, 2]


@pytest.mark.parametrize("offset", [-1, len(TEXT) + 1])
def test_a_place_outside_the_text_has_no_paragraph(offset: int) -> None:
    with pytest.raises(IndexError, match=f"offset {offset} is not inside"):
        Article("a", "t", TEXT).paragraph_of(offset)


def test_the_hash_is_that_of_the_text_in_utf_8() -> None:
    article = Article("a", "t", "“Naïve,” she said.")
    assert article.sha256 == hashlib.sha256("“Naïve,” she said.".encode()).hexdigest()


def test_an_article_does_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Article("a", "t", TEXT).text = "other"  # type: ignore[misc] # what is tested


def test_a_pasted_text_becomes_an_article_with_what_is_known_about_it() -> None:
    article = article_from_text(TEXT, id="bridge", source="https://example.org/b", collection="guild:7")
    assert article == Article("bridge", "Bridge opens", TEXT, "https://example.org/b", "guild:7")


@pytest.mark.parametrize("day", ["1898-02-15", "1600-01-01", "2020-02-29"])
def test_a_day_that_may_be_that_of_a_publication_is_kept(day: str) -> None:
    assert plausible_day(day) == day


@pytest.mark.parametrize(
    "day", ["0000-00-00", "0001-01-01", "1599-12-31", "2021-02-29", "9999-12-31", "yesterday", "", "-44-03-15", None]
)
def test_a_day_on_which_nothing_can_have_been_published_is_left_out(day: str | None) -> None:
    assert plausible_day(day) is None


def test_it_may_be_tomorrow_already_where_an_article_comes_from() -> None:
    days = [datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=n) for n in (0, 3)]
    assert [plausible_day(day.isoformat()) for day in days] == [days[0].isoformat(), None]


@given(st.text())
def test_whatever_is_given_as_a_day_gives_a_day_or_none(written: str) -> None:
    found = plausible_day(written)
    assert found is None or datetime.date.fromisoformat(found).isoformat() == found


def test_the_canonical_text_loses_its_byte_order_mark_and_carriage_returns_alone() -> None:
    assert canonical_text("\ufeffOne\r\n\r\n  Two\t\x0b\u00a0 \ufeff“three” \r\n", "a") == (
        "One\n\n  Two\t\x0b\u00a0 \ufeff“three” \n"
    )


@given(ANY_TEXT)
def test_any_text_becomes_an_article_or_is_refused_in_one_sentence(text: str) -> None:
    try:
        article = article_from_text(text, id="pasted")
    except ArticleError as error:
        assert str(error).startswith("pasted ")
        assert str(error).endswith(".")
        assert "\n" not in str(error)
    else:
        assert article.text == text.replace("\r", "").lstrip("\ufeff")
        assert canonical_text(article.text, "pasted") == article.text
        assert 0 < len(article.title) <= MAX_TITLE
        assert len(article.sha256) == 64


@pytest.mark.parametrize("text", ["", " \n\t \n", "\ufeff", "\r\n\r\n", "\u200b\n\u00a0"])
def test_a_text_without_anything_to_see_is_refused(text: str) -> None:
    with pytest.raises(ArticleError, match=r"^pasted is empty; "):
        article_from_text(text, id="pasted")


@pytest.mark.parametrize("text", ["The bridge\0 opened.", "\x01\x02\x03 The", "\ufffd\ufffdA\ufffd\ufffd"])
def test_binary_data_is_refused(text: str) -> None:
    with pytest.raises(ArticleError, match=r"^pasted is not text \(it holds binary data\); "):
        article_from_text(text, id="pasted")


def test_a_text_with_a_few_odd_characters_is_kept_as_it_is() -> None:
    text = "The bridge\x07 opened on Tuesday, said Ada Park\ufffd.\x1b"
    assert article_from_text(text, id="a").text == text


def test_half_a_character_is_refused() -> None:
    with pytest.raises(ArticleError, match="halves of characters"):
        article_from_text("The bridge opened, said Ada Park. \ud83d", id="a")


def test_more_than_ten_megabytes_of_text_are_refused_in_bytes_not_characters() -> None:
    assert article_from_text("a" * 10_000_000, id="a").title.startswith("aaa")
    with pytest.raises(ArticleError, match=r"^a is larger than 10 MB \(10\.5 MB\); split it"):
        article_from_text("“" * 3_500_000, id="a")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Bridge opens\nIt did.", "Bridge opens"),
        ("\n \n  Bridge \t opens \n", "Bridge opens"),
        ("\u200b\nBridge opens\n", "Bridge opens"),
        ("word " * 39 + "end of it", "word " * 38 + "word end…"),
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 199 + "…"),
    ],
)
def test_the_title_is_the_first_line_cut_at_a_word(text: str, title: str) -> None:
    assert article_from_text(text, id="a").title == title


def test_a_given_title_comes_before_the_first_line() -> None:
    assert article_from_text(TEXT, id="a", title=" A bridge\nfor all ").title == "A bridge for all"
    assert article_from_text(TEXT, id="a", title=" ").title == "Bridge opens"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bridge-2021_v1.2", "bridge-2021_v1.2"),
        ("乌镇-2021", "乌镇-2021"),
        ("-", "-"),
        ("The bridge (final).", "The-bridge-final-."),
        ("  spaces  ", "spaces"),
        ("cafe\u0301 opens", "café-opens"),
        ("a/../b\n@everyone", "a-..-b-everyone"),
        ("\udcff?!", "article"),
        ("", "article"),
    ],
)
def test_an_id_is_made_of_letters_digits_points_hyphens_and_underscores(name: str, expected: str) -> None:
    assert safe_id(name) == expected
    assert article_from_text(TEXT, id=name).id == expected


@given(ANY_TEXT)
def test_a_safe_id_is_never_empty_and_stays_as_it_is(name: str) -> None:
    assert safe_id(name)
    assert safe_id(safe_id(name)) == safe_id(name)


def test_an_unprintable_name_does_not_break_the_sentence() -> None:
    assert str(ArticleError("a\nb\x1b[31m\udcff.txt", "is empty; give it some text")) == (
        "a?b?[31m?.txt is empty; give it some text."
    )


def test_articles_load_without_the_libraries_that_read_files() -> None:
    program = "import sys, index.article, index.formats; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    slow = {"trafilatura", "pypdf", "docx", "charset_normalizer", "lxml", "numpy"}
    assert not slow & set(loaded.split())
