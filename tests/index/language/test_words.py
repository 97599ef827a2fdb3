from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language.words import stem, stems_of, words_of, written_words


def test_words_are_small_and_without_possessives_figures_whole() -> None:
    assert words_of("Park’s mill — the miller's — rose 3.5% to 20,000t in Öst’s “town”") == [
        *("park", "mill", "the", "miller", "rose", "3.5", "to", "20,000t", "in", "öst", "town")
    ]


def test_written_words_are_as_the_text_has_them() -> None:
    assert written_words("Park’s mill rose 3.5%") == ["Park’s", "mill", "rose", "3.5"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("promised", "promises"),
        ("regulations", "Regulation"),
        ("Économies", "economy"),
        ("cafés", "cafe"),
        ("two", "2"),
        ("Twenty", "20"),
        ("20,000", "20000"),
        ("ﬁrms", "firm"),
    ],
)
def test_forms_of_a_word_have_the_same_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("3.5", "35"), ("university", "mill"), ("two", "20"), ("2021", "2022")])
def test_other_words_and_other_figures_have_other_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_stems_of_a_text_are_those_of_its_words() -> None:
    assert stems_of("Two mills closed") == {stem("mill"), stem("2"), stem("close")}
    assert stems_of(" … “” — ") == frozenset()


@given(st.text())
def test_any_text_has_words_that_stand_in_it(text: str) -> None:
    written, words = written_words(text), words_of(text)
    assert all(word in text for word in written)
    assert all(one.lower().startswith(other) for one, other in zip(written, words, strict=True))
    assert stems_of(text) == {stem(word) for word in words}


@given(st.text(min_size=1))
def test_case_does_not_change_a_stem(word: str) -> None:
    assert stem(word) == stem(word.lower())


def test_stems_are_the_same_in_every_thread() -> None:
    words = [
        f"{beginning}{ending}"
        for beginning in ("mill", "promis", "vital", "econom")
        for ending in ("ing", "es", "ity", "ies")
    ] * 50
    expected = [stem(word) for word in words]
    stem.cache_clear()
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(stem, words)) == expected
