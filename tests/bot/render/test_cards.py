from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.render.cards import articles_page, help_card, privacy_card, speakers_page
from bot.render.limits import CONTENT
from bot.render.markdown import width
from index.answer.contract import SpeakerInfo
from index.store.protocol import ArticleInfo

PEOPLE = [
    SpeakerInfo("the report", None, "document", 9),
    SpeakerInfo("Ada Park", "the city's engineer", "person", 4),
    SpeakerInfo("Bo *Lind*", None, "person", 1),
]


def article(number: int, *, title: str = "", source: str | None = None, statements: int = 3) -> ArticleInfo:
    title = title or f"Report {number}"
    collection = "public" if number else "guild:7"
    return ArticleInfo(number, f"a{number}", title, source, collection, "ab" * 32, 900, statements, "2024-05-03")


def test_help_shows_how_to_ask_with_people_who_are_quoted(snapshot: SnapshotAssertion) -> None:
    assert help_card("<@42>", PEOPLE) == snapshot


def test_help_without_articles_still_shows_three_examples() -> None:
    assert help_card("<@42>").count("\n- ") == 6
    assert "What did … say about …?" in help_card("<@42>")


def test_one_person_is_enough_for_the_examples() -> None:
    card = help_card("<@42>", PEOPLE[1:2])
    assert "What did Ada Park say?" in card
    assert "Who is Ada Park?" in card


def test_privacy_tells_what_is_kept_and_for_how_long(snapshot: SnapshotAssertion) -> None:
    assert privacy_card(180, 30) == snapshot
    assert "for 1 day**" in privacy_card(1, 30)
    assert "deleted after 1 day," in privacy_card(180, 1)
    assert "30 days" not in privacy_card(7, 1)


def test_speakers_are_listed_with_role_and_statements(snapshot: SnapshotAssertion) -> None:
    content, pages = speakers_page(PEOPLE, 0)
    assert content == snapshot
    assert pages == 1


def test_articles_are_listed_with_their_links(snapshot: SnapshotAssertion) -> None:
    infos = [
        article(1, title="Bridge *opens*", source="https://news.example/a"),
        article(0, statements=1),
        article(2, statements=-1),
    ]
    content, pages = articles_page(infos, 0)
    assert content == snapshot
    assert pages == 1


@pytest.mark.parametrize(("number", "shown"), [(-5, 1), (0, 1), (1, 2), (2, 3), (99, 3)])
def test_a_page_that_is_not_there_is_the_nearest_one(number: int, shown: int) -> None:
    content, pages = articles_page([article(i) for i in range(1, 41)], number)
    assert pages == 3
    assert f"-# Page {shown} of 3" in content


def test_empty_lists_are_told_in_a_sentence() -> None:
    assert speakers_page([], 3) == ("Nobody is quoted in the articles here.", 1)
    assert articles_page([], 0)[0].startswith("There are no articles here yet")


names = st.text(min_size=1, max_size=30) | st.text(min_size=1, max_size=8).map(lambda s: s * 40)
speakers = st.builds(SpeakerInfo, names, names | st.none(), st.just("person"), st.integers(0, 10**6))


@given(st.lists(speakers, max_size=60))
def test_every_speaker_is_on_one_page_and_no_page_is_too_long(people: list[SpeakerInfo]) -> None:
    _, count = speakers_page(people, 0)
    pages = [speakers_page(people, number)[0] for number in range(count)]
    assert all(width(page) <= CONTENT for page in pages)
    assert sum(line.startswith("- ") for page in pages for line in page.split("\n")) == len(people)


@given(st.lists(names, max_size=3))
def test_the_help_card_fits_whatever_people_are_called(found: list[str]) -> None:
    assert width(help_card("<@12345678901234567890>", [SpeakerInfo(n, None, "person", 1) for n in found])) <= CONTENT
