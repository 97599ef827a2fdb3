from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.speakers.directory import Directory
from index.statements.statement import Speaker
from index.store.protocol import StoredSpeaker

DATA = Path(__file__).parents[2] / "data" / "question_people.json"


def speakers() -> list[Speaker]:
    found = []
    for row in json.loads(DATA.read_text(encoding="utf-8"))["speakers"]:
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
        found.append(Speaker(**values))
    return found


@pytest.fixture(scope="module")
def directory() -> Directory:
    text = json.loads(DATA.read_text(encoding="utf-8"))["text"]
    return Directory(speakers(), text.replace(",", " ").replace(".", " ").split())


ONE = [
    ("Dana Park", "Dana Park", "name"),
    ("dana park", "Dana Park", "name"),
    ("DANA PARK", "Dana Park", "name"),
    ("Park", "Dana Park", "name"),
    ("Park's", "Dana Park", "name"),
    ("parks", "Dana Park", "name"),
    ("Dana", "Dana Park", "name"),
    ("Park Dana", "Dana Park", "name"),
    ("Ms Park", "Dana Park", "name"),
    ("D. Park", "Dana Park", "name"),
    ("DP", "Dana Park", "name"),
    ("danapark", "Dana Park", "name"),
    ("Orbita boss Dana Park", "Dana Park", "name"),
    ("Dana Park of Orbita", "Dana Park", "name"),
    ("Dana Park, the CEO of Orbita Foods", "Dana Park", "name"),
    ("Jia", "Sun Jia", "name"),
    ("Jia Sun", "Sun Jia", "name"),
    ("von Hagen", "Ulla von Hagen", "name"),
    ("Hagen", "Ulla von Hagen", "name"),
    ("Professor Hagen", "Ulla von Hagen", "name"),
    ("Úlla von Hägen", "Ulla von Hagen", "name"),
    ("Minister Lindqvist", "Vera Lindqvist", "name"),
    ("Mr Smith", "Paul Smith", "name"),
    ("the union", "Harbour Workers' Union", "name"),
    ("the weather bureau", "National Weather Bureau", "name"),
    ("the report", "a climate report", "name"),
    ("Dana Prak", "Dana Park", "spelling"),
    ("Lindquist", "Vera Lindqvist", "spelling"),
    ("Illan Moreau", "Ilan Moreau", "spelling"),
    ("the CEO of Orbita", "Dana Park", "role"),
    ("Orbita's CEO", "Dana Park", "role"),
    ("the Orbita Foods boss", "Dana Park", "role"),
    ("the chief executive of Orbita", "Dana Park", "role"),
    ("Fennel's CEO", "Ray Chen", "role"),
    ("the head of Fennel Motors", "Ray Chen", "role"),
    ("the founder of Kestrel Labs", "Ilan Moreau", "role"),
    ("the co-founder of kestrel", "Ilan Moreau", "role"),
    ("the chairwoman of Kestrel", "Ilan Moreau", "role"),
    ("the Marlow mayor", "Greta Holm", "role"),
    ("the mayor", "Greta Holm", "role"),
    ("the deputy mayor", "Tomas Okoro", "role"),
    ("the vice mayor of Marlow", "Tomas Okoro", "role"),
    ("the minister", "Vera Lindqvist", "role"),
    ("the minister of finance", "Vera Lindqvist", "role"),
    ("utopia's finance minister", "Vera Lindqvist", "role"),
    ("the finance ministre", "Vera Lindqvist", "role"),
    ("the professor", "Ulla von Hagen", "role"),
    ("the spokesperson", "Omar Haddad", "role"),
    ("the lamp makers' spokesman", "Omar Haddad", "role"),
    ("the guy from Kestrel", "Ilan Moreau", "role"),
    ("the person who runs Fennel", "Ray Chen", "role"),
    ("Kestrel Labs", "Ilan Moreau", "organisation"),
    ("the institute", "Sun Jia", "organisation"),
    ("Utopia", "Vera Lindqvist", "organisation"),
]


@pytest.mark.parametrize("asked", ["the EPA", "the U.S. EPA", "the Environmental Protection Agency"])
def test_an_organisation_of_a_country_is_known_by_its_initials_without_the_country(asked: str) -> None:
    agency = "U.S. Environmental Protection Agency"
    [ref] = Directory([Speaker(agency, "organisation", (agency,), (), ())], [agency]).link(asked)
    assert ref.names == (agency,)


@pytest.mark.parametrize(("asked", "name", "link"), ONE)
def test_a_wording_links_to_one_speaker(directory: Directory, asked: str, name: str, link: str) -> None:
    (ref,) = directory.link(asked)
    assert (ref.names, ref.link) == ((name,), link)
    assert (0 < ref.score < 1) if link == "spelling" else (0 < ref.score <= 1)


UNKNOWN = [
    "Bill Gates",
    "bill gates",
    "Dana Craig",
    "dana craig",
    "Peter Park",
    "Mr Park",
    "Parker",
    "Li",
    "the CEO of Nokia",
    "nokia's ceo",
    "the boss of Samsung",
    "the mayor of Atlantis",
    "the premier",
    "the president",
    "the president of the United States",
    "the deputy finance minister",
    "Park's husband",
    "the CEO's lawyer",
    "the company",
    "",
    "???",
]


@pytest.mark.parametrize("asked", UNKNOWN)
def test_somebody_who_is_not_in_the_index_is_unknown(directory: Directory, asked: str) -> None:
    (ref,) = directory.link(asked)
    assert (ref.names, ref.link) == ((), "unknown")


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("Park and Moreau", [("Dana Park",), ("Ilan Moreau",)]),
        ("Dana Park, Chen or the mayor", [("Dana Park",), ("Ray Chen",), ("Greta Holm",)]),
        ("the union and the minister", [("Harbour Workers' Union",), ("Vera Lindqvist",)]),
        ("Park and Bill Gates", [("Dana Park",), ()]),
    ],
)
def test_several_people_are_linked_one_by_one(directory: Directory, asked: str, names: list[tuple[str, ...]]) -> None:
    assert [ref.names for ref in directory.link(asked)] == names


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("Smith", ("Paul Smith", "Anna Smith")),
        ("the CEO", ("Dana Park", "Ray Chen")),
        ("Marlow", ("Greta Holm", "Tomas Okoro")),
    ],
)
def test_words_that_fit_several_people_give_all_of_them(
    directory: Directory, asked: str, names: tuple[str, ...]
) -> None:
    (ref,) = directory.link(asked)
    assert ref.names == names


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("CEOs", ("Dana Park", "Ray Chen")),
        ("chief executives", ("Dana Park", "Ray Chen")),
        ("officials", ("Vera Lindqvist", "Greta Holm", "Tomas Okoro")),
        ("local officials", ("Vera Lindqvist", "Greta Holm", "Tomas Okoro")),
        ("Orbita executives", ("Dana Park",)),
        ("Nokia executives", ()),
        ("women", ("Dana Park", "Vera Lindqvist", "Greta Holm", "Ulla von Hagen", "Anna Smith")),
        ("astronauts", ()),
    ],
)
def test_a_group_is_everybody_with_the_role(directory: Directory, asked: str, names: tuple[str, ...]) -> None:
    assert directory.group(asked).names == names


def test_articles_that_share_a_name_share_a_speaker() -> None:
    first = StoredSpeaker(1, Speaker("Dana Park", "person", roles=("CEO of Orbita Foods",)))
    second = StoredSpeaker(2, Speaker("Dana Park", "person", roles=("mayor of Marlow",), pronoun="she"))
    merged = Directory([first, second])
    assert merged.names() == ("Dana Park",)
    assert merged.pronouns("Dana Park") == {"she"}
    assert {merged.link(role)[0].names for role in ("Orbita's CEO", "the mayor")} == {("Dana Park",)}


def test_a_surname_of_two_articles_is_ambiguous() -> None:
    both = Directory([Speaker("Dana Park", "person", ("Park",)), Speaker("Ian Park", "person")])
    assert both.link("Park")[0].names == ("Dana Park", "Ian Park")
    assert both.link("Ian Park")[0].names == ("Ian Park",)


def test_a_role_without_a_place_is_not_given_one_that_the_articles_do_not_know() -> None:
    mayor = Speaker("Greta Holm", "person", roles=("Mayor",))
    known = Directory([mayor], ["Mayor", "Greta", "Holm", "Marlow"])
    assert known.link("the mayor of Marlow")[0].names == ("Greta Holm",)
    assert known.link("the mayor of Atlantis")[0].names == ()


PLACES = ["Mayor", "Port", "Haven", "Luis", "Fontaine", "Shanghai", "Marlow", "Orbita", "Dana", "Park", "said"]
LUIS = Speaker("Luis Fontaine", "person", ("Fontaine",), roles=("Mayor",))
DANA = Speaker("Dana Park", "person", ("Park",), roles=("CEO of Orbita Foods",), affiliations=("Orbita Foods",))


@pytest.mark.parametrize(
    "asked", ["the mayor of shanghai", "Shanghai's mayor", "the Marlow mayor", "the mayor of orbita"]
)
def test_a_bare_role_is_not_given_the_place_of_another_article(asked: str) -> None:
    several = Directory([StoredSpeaker(1, LUIS), StoredSpeaker(2, DANA)], PLACES)
    (ref,) = several.link(asked)
    assert (ref.names, ref.link) == ((), "unknown")
    assert several.link("the mayor")[0].names == ("Luis Fontaine",)


def test_a_bare_role_takes_a_place_of_the_only_article() -> None:
    one = Directory([StoredSpeaker(1, LUIS), StoredSpeaker(1, DANA)], PLACES)
    assert one.link("the mayor of Port Haven")[0].names == ("Luis Fontaine",)
    assert one.link("the mayor of Atlantis")[0].names == ()


def test_a_bare_role_takes_a_person_of_its_own_article_only() -> None:
    agent = StoredSpeaker(1, Speaker("Ilan Moreau", "person", roles=("agent",)))
    several = Directory([agent, StoredSpeaker(1, LUIS), StoredSpeaker(2, DANA)], [*PLACES, "agent"])
    assert several.link("Fontaine's agent")[0].names == ("Ilan Moreau",)
    assert several.link("Park's agent")[0].names == ()


def test_a_place_in_somebodys_own_role_is_enough_among_several_articles() -> None:
    mayor = Speaker("Luis Fontaine", "person", ("Fontaine",), roles=("Mayor of Port Haven",))
    several = Directory([StoredSpeaker(1, mayor), StoredSpeaker(2, DANA)], PLACES)
    assert several.link("the mayor of port haven")[0].names == ("Luis Fontaine",)
    assert several.link("the mayor of Shanghai")[0].names == ()


NAMES = st.builds(
    lambda first, last: f"{first.capitalize()} {last.capitalize()}",
    st.text("abcdefghij", min_size=4, max_size=8),
    st.text("klmnopqrstuvwxyz", min_size=4, max_size=9).filter(lambda last: last.rstrip("s") == last),
)


@given(NAMES, st.lists(NAMES, max_size=6))
def test_a_full_name_finds_its_owner_however_it_is_typed(name: str, others: list[str]) -> None:
    found = Directory([Speaker(n, "person") for n in dict.fromkeys([name, *others])])
    reverse = " ".join(reversed(name.split()))
    for typed in (name, name.lower(), name.upper(), reverse, f"{name}'s", f"Mr {name}"):
        assert found.link(typed)[0].names[:1] == (name,), typed


@given(st.text(max_size=60))
def test_linking_any_text_names_only_speakers_of_the_index(text: str) -> None:
    found = Directory(speakers())
    refs = found.link(text)
    assert refs
    assert {name for ref in refs for name in ref.names} <= set(found.names())


@pytest.mark.parametrize("name", ["the", "A", "'", "-"])
@pytest.mark.parametrize("asked", ["WHO 0", "the", "", "'s", "Example 'the'"])
def test_a_speaker_whose_name_holds_no_word_of_its_own_harms_no_question(name: str, asked: str) -> None:
    found = Directory([Speaker(name, "person", aliases=("WHO",)), Speaker("Ada Park", "person")])
    assert {known for ref in found.link(asked) for known in ref.names} <= {name, "Ada Park"}
    assert found.link("Ada Park")[0].names == ("Ada Park",)


def test_a_long_name_is_found_by_a_few_of_its_words_and_whole_and_makes_no_more_keys_than_that() -> None:
    words = [f"Name{number}" for number in range(300)]
    found = Directory([Speaker(" ".join(words), "person")])
    assert len(found._names._keys) < 6 * len(words)
    for asked in (" ".join(words), "Name7", "Name7 Name8", "Name298 Name299"):
        assert found.link(asked)[0].names == (" ".join(words),), asked
