"""Names in articles as people write them: bullets, occupations, names like words, sentence ends, namesakes."""

from __future__ import annotations

import gc
import time
from pathlib import Path

import pytest

from index.article import Article, article_from_text
from index.library import Library
from index.speakers.directory import Directory
from index.speakers.identity import same_people
from index.statements.extract import Extraction, extract
from index.statements.speakers.entities import People
from index.statements.speakers.mentions import Mention
from index.statements.statement import Speaker
from index.store.protocol import StoredSpeaker


def extracted(text: str) -> Extraction:
    return next(iter(extract([article_from_text(f"A title\n\n{text}\n", id="a")])))


def speakers(text: str) -> list[str | None]:
    return [statement.speaker for statement in extracted(text).statements]


@pytest.mark.parametrize("bullet", ["-", "–", "—", "•", "*"])
def test_each_line_of_a_list_names_its_own_speaker(bullet: str) -> None:
    lines = (
        'Rosa Delgado (Green): "We will plant ten thousand trees in the city."',
        'Tom Birch (Liberal): "We will cut the tax on bread this year."',
    )
    assert speakers("\n".join(f"{bullet} {line}" for line in lines)) == ["Rosa Delgado", "Tom Birch"]


@pytest.mark.parametrize("occupation", ["Chef", "Rapper", "Blogger", "Barista", "Neighbour"])
def test_an_occupation_in_front_of_a_name_is_a_role(occupation: str) -> None:
    found = extracted(f"{occupation} Robin Hale said the street was loud. Hale said it should close.")
    assert [(s.speaker, s.role) for s in found.statements] == [("Robin Hale", occupation)] * 2


@pytest.mark.parametrize("company", ["Baker Hughes", "Miner Example Group", "Cook County"])
def test_a_body_that_begins_with_an_occupation_keeps_it(company: str) -> None:
    assert speakers(f"{company} said costs would rise next year.") == [company]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Foreign Ministry spokesperson He Lan said the talks would go on.", ["He Lan"]),
        ("He Lan said the talks would go on.", ["He Lan"]),
        ("Lawyer May Lord said it would go on. Lord said it was fair. May added that it was dear.", ["May Lord"] * 3),
        ("May said the case would go on. May added that the fee was high.", ["May"] * 2),
    ],
)
def test_a_name_that_looks_like_a_word_is_a_name(text: str, names: list[str]) -> None:
    assert speakers(text) == names


def test_a_name_ends_with_its_sentence() -> None:
    found = extracted("Ann Lee is head of A&B. She added that prices fell.")
    assert [(s.speaker, s.mention) for s in found.statements] == [("Ann Lee", "She")]


def test_a_title_of_the_other_sex_means_a_relative() -> None:
    text = "Mr. Hale said the car was ready. Quill Hale said that she was proud of him."
    assert speakers(text) == ["Hale", "Quill Hale"]


def test_looking_for_a_name_takes_no_longer_where_many_share_its_first_word() -> None:
    def took(count: int) -> float:
        people, began = People(), time.process_time()
        for i in range(count):
            for kind in ("person", "organisation"):
                name = f"Ann Lee{i}" if kind == "person" else f"Thorn{i} Bank"
                mention = Mention((i, i + 1), (i, i + 1), name, kind)
                people.register(mention)
                assert people.by_name(mention).entity is not None
                people.has_person(name)
        return time.process_time() - began

    took(50)
    gc.freeze()  # what other tests left is not gone through while the time is taken
    many, few = took(2000), took(250)
    gc.unfreeze()
    assert many < 16 * few + 0.2


# ── namesakes in several articles ─────────────────────────────────────────


def told(article: int, *roles: str, affiliations: tuple[str, ...] = ()) -> StoredSpeaker:
    return StoredSpeaker(article, Speaker("John Hale", "person", (), roles, affiliations, "he"))


def names(*presented: StoredSpeaker) -> list[str]:
    return [one.speaker.name for one in same_people(presented)[0]]


def test_a_full_name_with_another_occupation_is_another_person() -> None:
    assert names(told(1, "Mayor"), told(2, "Striker")) == ["John Hale (Mayor)", "John Hale (Striker)"]
    assert names(told(1, "Chef"), told(2, "Rapper")) == ["John Hale (Chef)", "John Hale (Rapper)"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (told(1, "Mayor"), told(2)),
        (told(1, "Mayor"), told(2, "former striker")),
        (told(1, "minister"), told(2, "lawmaker")),
        (told(1, "Example Mills CEO"), told(2, "founder")),
        (told(1, "professor"), told(2, "economist")),
        (told(1, "Mayor", affiliations=("Example Town",)), told(2, "Example Town striker")),
    ],
    ids=lambda stored: " ".join(stored.speaker.roles),
)
def test_one_person_may_have_two_jobs(one: StoredSpeaker, other: StoredSpeaker) -> None:
    assert names(one, other) == ["John Hale"] * 2


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("mayor John Hale", ("John Hale (Mayor)",)),
        ("the striker John Hale", ("John Hale (Striker)",)),
        ("John Hale", ("John Hale (Mayor)", "John Hale (Striker)")),
    ],
)
def test_the_role_in_a_question_picks_the_namesake(asked: str, meant: tuple[str, ...]) -> None:
    found, _ = same_people([told(1, "Mayor"), told(2, "Striker")])
    (ref,) = Directory(found).link(asked)
    assert ref.names == meant


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Did the mayor John Hale say the bridge would open?", "yes"),
        ("Did the striker John Hale say the bridge would open?", "no"),
        ("Did the striker John Hale say the team deserved the cup?", "yes"),
        ("Did the mayor John Hale say the team deserved the cup?", "no"),
    ],
)
def test_no_namesake_is_given_the_words_of_the_other(data: Path, question: str, verdict: str) -> None:
    with Library(data) as library:
        library.add(
            [
                Article("bridge", "Bridge", "Bridge\n\nMayor John Hale said the bridge would open in May.\n"),
                Article("cup", "Cup", "Cup\n\nStriker John Hale said the team deserved the cup.\n"),
            ]
        )
        answer, _ = library.ask(question)
    assert answer.verdict == verdict
