from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.button_codec import pack, unpack
from bot.render.limits import CUSTOM_ID, PLACES
from index.answer.contract import Place

HASHES = [f"{number:02x}" * 32 for number in (0, 10, 171, 255)]


@st.composite
def places(draw: st.DrawFn) -> Place:
    start = draw(st.integers(0, 10_000_000))
    return Place(draw(st.sampled_from(HASHES)), start, start + draw(st.integers(0, 10_000_000)))


def short(found: list[Place]) -> list[Place]:
    """What is kept of places: 48 bits of the hash."""
    return [Place(place.sha256[:12], place.start, place.end) for place in found]


@given(st.lists(places(), max_size=20))
def test_places_come_back_in_order(wanted: list[Place]) -> None:
    text, count = pack(wanted, 10_000)
    assert count == len(wanted)
    assert unpack(text) == short(wanted)


@given(st.lists(places(), max_size=20), st.integers(0, CUSTOM_ID))
def test_as_many_places_as_fit_are_kept_and_their_number_told(wanted: list[Place], room: int) -> None:
    text, count = pack(wanted, room)
    assert len(text) <= room
    assert unpack(text) == short(wanted[:count])
    if count < len(wanted):
        assert len(pack(wanted[: count + 1], 10_000)[0]) > room


@given(st.lists(places(), min_size=1, max_size=20))
def test_packed_places_hold_only_characters_that_a_pattern_need_not_escape(wanted: list[Place]) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]+", pack(wanted, 10_000)[0])


@given(places())
def test_any_place_fits_a_button_by_itself(place: Place) -> None:
    assert pack([place], PLACES)[1] == 1


@given(st.lists(places(), min_size=1, max_size=20))
def test_unpacked_places_pack_the_same(wanted: list[Place]) -> None:
    text, _ = pack(wanted, 10_000)
    assert pack(unpack(text), 10_000)[0] == text


def test_a_button_keeps_a_dozen_statements_of_an_ordinary_article() -> None:
    wanted = [Place(HASHES[1], 400 * i, 400 * i + 150) for i in range(40)]
    assert pack(wanted, PLACES)[1] >= 12


def test_articles_that_take_turns_stand_in_the_text_once() -> None:
    wanted = [Place(HASHES[i % 2], 300 * i, 300 * i + 100) for i in range(12)]
    assert pack(wanted, PLACES)[1] >= 10


@given(st.one_of(st.text(max_size=60), st.from_regex(r"[A-Za-z0-9_-]{0,60}", fullmatch=True)))
def test_any_text_is_either_places_or_a_value_error(text: str) -> None:
    try:
        found = unpack(text)
    except ValueError:
        return
    assert all(0 <= place.start <= place.end for place in found)


@pytest.mark.parametrize("text", ["A", "é", "a b", "=", "AA==", "AAAA\n", "++++", "_" * 20, "AQ", "Ag"])
def test_garbled_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        unpack(text)


@given(st.lists(places(), min_size=1, max_size=5), st.data())
def test_a_text_that_breaks_off_never_gives_other_places(wanted: list[Place], data: st.DataObject) -> None:
    text, _ = pack(wanted, 10_000)
    broken = text[: data.draw(st.integers(0, len(text) - 1))]
    try:
        found = unpack(broken)
    except ValueError:
        return
    assert found == short(wanted[: len(found)])


@pytest.mark.parametrize(
    "place", [Place("abc", 0, 1), Place(HASHES[0], 5, 4), Place(HASHES[0], -1, 4), Place("zz" * 32, 0, 1)]
)
def test_what_is_no_place_is_refused(place: Place) -> None:
    with pytest.raises(ValueError, match=r"."):
        pack([place], 100)
