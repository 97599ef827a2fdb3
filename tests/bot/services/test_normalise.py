from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.normalise import canonical
from index.question.model import Asked
from index.question.tokens import LONGEST


@pytest.mark.parametrize(
    "typed",
    [
        "Who said so?",
        "who said so?",
        "  Who  said\tso ?\n",
        "Who said so???",
        "Who said so?!",
        "Ｗｈｏ ｓａｉｄ ｓｏ？",
        "Who\u00a0said so?",
    ],
)
def test_ways_of_typing_a_question_are_one_question(typed: str) -> None:
    assert canonical(typed) == "Who said so?"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Who likes polish things?", "Who likes Polish things?"),
        ("What did us firms say?", "What did US firms say?"),
        ("Who said 10²?", "Who said 102?"),
        ("Who said ½?", "Who said 1/2?"),
        ("Who said H₂O?", "Who said H2O?"),
        ("Who said no?", "Who said no, no?"),
        ("Who works with C?", "Who works with C++?"),
        ("You said so", "You said so?"),
        ("Was it 1.5?", "Was it 15?"),
        ("", "?"),
    ],
)
def test_different_questions_stay_different(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("ending", ["of the U.S.", "at Acme Inc.", "of the U.S.?"])
def test_a_full_stop_that_belongs_to_a_word_stays(ending: str) -> None:
    assert canonical(f"Who speaks {ending}") == f"Who speaks {ending}"


@pytest.mark.parametrize("ending", [".", "!", "...", "…", " .", " !!"])
def test_what_ends_a_plain_sentence_says_nothing(ending: str) -> None:
    assert canonical(f"List everybody who was quoted{ending}") == "List everybody who was quoted"


def test_a_form_keeps_its_fields_apart_and_their_letters_as_they_are() -> None:
    asked = canonical(Asked("verify", " Ada  Park ", "prices\nfall."))
    assert asked == Asked("verify", "Ada Park", "prices fall.")


TYPED = st.one_of(st.text(), st.text(alphabet="aAbé .?!…？²ﬁ\u0345\u0390ΐß\n"))


@given(TYPED)
def test_the_one_form_is_its_own_form(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@pytest.mark.parametrize("letter", ["\ufdfa", "ﬃ", "㍿"])  # up to eighteen letters when written out
def test_a_question_that_grows_when_it_is_written_out_is_cut_behind_that(letter: str) -> None:
    asked = canonical(Asked("who_said", topic=letter * 2_000))
    assert isinstance(asked, Asked)
    assert len(str(canonical(letter * 2_000))) == len(asked.topic) == LONGEST


@given(st.text(alphabet="abcXYZ019 ,-", min_size=1), st.text(alphabet="abcXYZ019 ,-", min_size=1))
def test_only_blanks_and_the_first_letter_can_make_plain_questions_meet(one: str, other: str) -> None:
    def same(text: str) -> str:
        return (tidy := " ".join(text.split()))[:1].upper() + tidy[1:]

    assert (canonical(one) == canonical(other)) == (same(one) == same(other))
