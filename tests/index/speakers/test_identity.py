"""One speaker across the articles of a collection; namesakes stay apart."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.article import article_from_text
from index.library import Library
from index.speakers.identity import same_people
from index.statements.statement import Speaker
from index.store.protocol import Scope, StoredSpeaker


def stored(article: int, name: str, kind: Any = "person", **told: Any) -> StoredSpeaker:
    return StoredSpeaker(article, Speaker(name, kind, **told))


def names(*speakers: StoredSpeaker) -> list[str]:
    return [one.speaker.name for one in same_people(speakers)[0]]


def test_a_surname_alone_is_the_one_person_who_can_be_meant() -> None:
    speakers = (stored(1, "Ada Park", roles=("Example Mills CEO",)), stored(2, "Park"), stored(3, "Ada Park"))
    found, called = same_people(speakers)
    assert [one.speaker.name for one in found] == ["Ada Park"] * 3
    assert "Park" in found[1].speaker.aliases
    assert called[2, "Park"] == "Ada Park"


def test_a_surname_of_two_people_is_neither_of_them() -> None:
    assert names(stored(1, "Ada Park"), stored(1, "Tom Park"), stored(2, "Park")) == ["Ada Park", "Tom Park", "Park"]


def test_a_surname_with_another_job_or_sex_is_a_namesake() -> None:
    boss = stored(1, "Ada Park", roles=("CEO of Example Mills",), pronoun="she")
    assert names(boss, stored(2, "Park", roles=("striker",))) == ["Ada Park", "Park"]
    assert names(boss, stored(2, "Park", pronoun="he")) == ["Ada Park", "Park"]
    assert names(boss, stored(2, "Park", roles=("boss of Mills",))) == ["Ada Park", "Ada Park"]


def test_namesakes_with_different_sex_are_told_apart_by_role() -> None:
    found, called = same_people(
        [stored(1, "Kim Lee", pronoun="she"), stored(2, "Kim Lee", pronoun="he", roles=("striker",))]
    )
    assert [one.speaker.name for one in found] == ["Kim Lee", "Kim Lee (striker)"]
    assert called == {(1, "Kim Lee"): "Kim Lee", (2, "Kim Lee"): "Kim Lee (striker)"}


@pytest.mark.parametrize("short", ["A. Park", "Dr Ada Park", "Ada Park"])
def test_initials_and_titles_make_no_other_person(short: str) -> None:
    assert len(set(names(stored(1, "Ada Belle Park"), stored(2, short)))) == 1


def test_an_acronym_means_the_body_that_another_article_explains() -> None:
    body = stored(1, "Example Health Agency", "organisation", aliases=("EHA",))
    assert names(body, stored(2, "EHA", "organisation")) == ["Example Health Agency"] * 2
    assert names(body, stored(2, "EHB", "organisation")) == ["Example Health Agency", "EHB"]


def test_two_speakers_of_one_article_stay_two() -> None:
    assert names(stored(1, "Ada Park"), stored(1, "Park")) == ["Ada Park", "Park"]


MILL = """\
Mill to close

Example Mills CEO Ada Park said the mill would close in May. Ada Park and Tom Birch said the workers would be paid.
"""
FROST = """\
Frost in the valley

Ms Park said the frost had killed the pear trees. Kim Birch, a striker, said the pitch was hard.
"""


@pytest.fixture(scope="module")
def library(read: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("identity") / "data"
    shutil.copytree(read, folder, symlinks=True)
    with Library(folder) as library:
        both = ((MILL, "mill"), (FROST, "frost"))
        library.add([article_from_text(text, id=name, collection="guild:1") for text, name in both])
        yield library


@pytest.mark.parametrize(
    ("question", "cited"),
    [
        ("What did Ada Park say?", {"mill", "frost"}),
        ("What did Tom Birch say?", {"mill"}),
        ("What did Kim Birch say?", {"frost"}),
        ("What did the CEO of Example Mills say about the pear trees?", {"frost"}),
    ],
)
def test_a_question_about_somebody_finds_their_words_in_every_article(
    library: Library, question: str, cited: set[str]
) -> None:
    answer, _ = library.ask(question, scope=Scope(frozenset({"guild:1"})))
    assert {citation.article for citation in answer.citations} == cited


def test_who_said_it_is_told_by_the_whole_name(library: Library) -> None:
    answer, _ = library.ask("Who said the frost killed the pear trees?", scope=Scope(frozenset({"guild:1"})))
    assert answer.short == "Ada Park"


@pytest.mark.parametrize("form", ["Ada{} Park", "Ada Park{}", "Ada M{} Park", "Park{0} Mills{0} Ltd", "Mills{} Group"])
def test_however_many_have_a_word_of_their_name_in_common_each_is_found_by_its_own_forms(form: str) -> None:
    def took(count: int) -> float:
        kind = "organisation" if "Mills" in form else "person"
        speakers = [stored(number, form.format(f"x{number}"), kind) for number in range(count)]
        began = time.process_time()
        same_people(speakers)
        return time.process_time() - began

    took(1000)
    assert took(8000) < 20 * took(1000) + 0.5
