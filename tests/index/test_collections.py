"""Collections: what is removed, restored, renamed, bounded, and that nobody sees another's words."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.answer.contract import Place
from index.article import Article, ArticleError, article_from_text
from index.indexing import entries
from index.library import Library, LibraryError
from index.store.protocol import Entry, Quota, Scope, StoreError

MINE, YOURS = "guild:100000000000000001", "guild:100000000000000002"
WELL = """\
{place} opens its well

“The well at {place} never ran dry,” said {name}, the keeper of the {thing}. {name} denied that the {thing} was sold.
"""
# words that stand in the articles of one collection and nowhere else
SECRETS = {
    "public": {"place": "Quellmoor", "name": "Odalys Brandt", "thing": "kettledrum"},
    MINE: {"place": "Vashholm", "name": "Perrin Iskander", "thing": "zeppelin"},
    YOURS: {"place": "Thrumwick", "name": "Sunniva Ekeland", "thing": "marzipan"},
}
QUESTIONS = [
    "Who said that the well never ran dry?",
    "What did {name} say?",
    "Who is {name}?",
    "Did {name} say that the {thing} was sold?",
    "Who talked about the {thing}?",
    "Who is quoted?",
    "What did {typo} say?",
    "Where is the well?",
    "Who said that the sky is made of cheese?",
]


def article(collection: str, number: int) -> Article:
    text = WELL.format(**SECRETS[collection]) + f"It was day {number}.\n"
    return article_from_text(text, id=f"well-{number}", collection=collection)


def of(collection: str) -> Scope:
    return Scope(frozenset({collection}))


def words_of(collection: str) -> list[str]:
    return [word.lower() for phrase in SECRETS[collection].values() for word in phrase.split()]


def everything_shown(library: Library, scope: Scope, asked: dict[str, str], places: list[Place]) -> str:
    """All that any surface shows to somebody with this scope who knows what to ask, less the question itself."""
    typo = " ".join(word[:-2] + word[-1] + word[-2] for word in asked["name"].split())
    shown = []
    for form in QUESTIONS:
        question = form.format(**asked, typo=typo)
        answer, _ = library.ask(question, scope=scope)
        shown.append(json.dumps(answer.timed(0).to_json(), ensure_ascii=False))
    shown += [str(asdict(one)) for one in library.speakers(scope)]
    shown += [str(one) for one in library.tell(places, scope) if one is not None]
    shown += [str(found) for place in places if (found := library.paragraph(place, scope)) is not None]
    shown += [str(info) for info in library.articles(scope)]
    return "\n".join(shown)


@pytest.fixture(scope="module")
def prepared(encoder: object) -> dict[tuple[str, int], Entry]:
    """Parsed once: what the sequences add."""
    keys = [(collection, number) for collection in SECRETS for number in range(2)]
    made = entries([article(*key) for key in keys], encoder, lambda _: False)  # type: ignore[arg-type] # the fixture's own
    return dict(zip(keys, made, strict=True))


changes = st.tuples(
    st.sampled_from(["add", "add", "remove", "restore", "rename", "purge"]),
    st.sampled_from(list(SECRETS)),
    st.integers(0, 1),
)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sequence=st.lists(changes, min_size=4, max_size=10))
def test_no_sequence_of_changes_shows_a_word_of_one_collection_in_the_scope_of_another(
    library: Library, prepared: dict[tuple[str, int], Entry], sequence: list[tuple[str, str, int]]
) -> None:
    library.ask("Who is quoted?")
    for collection in SECRETS:
        library.purge(collection)
    places = [Place(entry.article.sha256, 30, 60) for entry in prepared.values()]
    for what, collection, number in sequence:
        change(library, what, prepared[collection, number])
    for seen in (of("public"), Scope(frozenset({"public", MINE})), of(YOURS)):
        visible = {info.collection for info in library.articles(seen)}
        shown = everything_shown(library, seen, {"name": "Nobody Else", "thing": "boat"}, places).lower()
        assert [word for other in SECRETS if other not in visible for word in words_of(other) if word in shown] == []


def change(library: Library, what: str, entry: Entry) -> None:
    """One step of a sequence; one that cannot be taken now changes nothing."""
    article_id, collection = entry.article.id, entry.article.collection
    steps: dict[str, Callable[[], object]] = {
        "add": lambda: library._store().add(entry),
        "remove": lambda: library.remove(article_id, collection),
        "restore": lambda: library.restore(article_id, collection),
        "rename": lambda: library.rename(article_id, f"{SECRETS[collection]['place']} again", collection),
        "purge": lambda: library.purge(collection),
    }
    with suppress(StoreError):  # what is there is not added again
        steps[what]()


@pytest.mark.parametrize("asked", [MINE, YOURS])
def test_somebody_who_knows_the_words_of_another_server_gets_what_they_got_before_it_had_them(
    library: Library, asked: str
) -> None:
    library.add([article("public", 0)])
    before = everything_shown(library, of("public"), SECRETS[asked], [])
    library.add([article(asked, number) for number in range(2)])
    assert everything_shown(library, of("public"), SECRETS[asked], []) == before
    library.remove("well-1", asked)
    library.rename("well-0", "Another title", asked)
    assert everything_shown(library, of("public"), SECRETS[asked], []) == before


# --- removing, restoring, renaming


def test_a_restored_article_answers_byte_for_byte_as_before(library: Library) -> None:
    library.add([article(MINE, 0)])
    library.rename("well-0", "My own title", MINE)
    before = everything_shown(library, of(MINE), SECRETS[MINE], [])
    (kept,) = library.articles(of(MINE))
    assert library.remove("well-0", MINE)
    assert library.articles(of(MINE)) == []
    (removed,) = library.removed(MINE)
    assert (removed.id, removed.title, removed.added_at) == ("well-0", "My own title", kept.added_at)
    assert library.restore("well-0", MINE)
    after = everything_shown(library, of(MINE), SECRETS[MINE], [])
    (info,) = library.articles(of(MINE))
    assert after.replace(f"key={info.key}", f"key={kept.key}") == before
    assert library.removed(MINE) == []
    assert not library.restore("well-0", MINE)


def test_what_would_be_there_twice_is_not_restored_and_stays_in_the_trash(library: Library) -> None:
    library.add([article(MINE, 0)])
    library.remove("well-0", MINE)
    library.add([article_from_text("Rain\n\nIt rained.", id="well-0", collection=MINE)])
    with pytest.raises(StoreError, match="already an article with the id 'well-0'"):
        library.restore("well-0", MINE)
    library.remove("well-0", MINE)
    library.add([article_from_text(article(MINE, 0).text, id="copy", collection=MINE)])
    assert [one.id for one in library.removed(MINE)] == ["well-0", "well-0"]
    assert library.restore("well-0", MINE)  # the one about the rain, removed last
    library.remove("well-0", MINE)


def test_a_rename_reaches_a_library_that_is_open_and_changes_nothing_else(data: Path) -> None:
    with Library(data) as one, Library(data) as other:
        one.add([article(MINE, 0)])
        question = "Who said that the well never ran dry?"
        before, _ = other.ask(question, scope=of(MINE))
        version = other.version
        assert one.rename("well-0", "  Wells\nof  the north ", MINE)
        after, _ = other.ask(question, scope=of(MINE))
        assert other.version > version
        assert {citation.title for citation in after.citations} == {"Wells of the north"}
        assert [c.quote for c in after.citations] == [c.quote for c in before.citations]
        assert not one.rename("well-0", "Mine", "public")
        with pytest.raises(LibraryError, match="title is empty"):
            one.rename("well-0", "\u200b \n", MINE)


def days_pass(data: Path) -> None:
    with sqlite3.connect(data / "wuzhen.db") as connection:
        connection.execute("UPDATE removed SET removed_at = '2021-01-01T00:00:00.000000+00:00'")
    connection.close()


def in_files(data: Path, word: str) -> bool:
    return any(word.encode() in file.read_bytes() for file in data.glob("wuzhen.db*"))


def test_after_a_day_no_word_of_a_removed_article_is_left_in_the_file(data: Path) -> None:
    with Library(data) as library:
        library.add([article(MINE, 0), article("public", 0)])
        library.remove("well-0", MINE)
        assert in_files(data, "Vashholm")
    days_pass(data)
    with Library(data) as library:
        assert library.removed(MINE) == []
        assert not library.restore("well-0", MINE)
    for word in ("Vashholm", "vashholm", "zeppelin", "Iskander", "iskand"):
        assert not in_files(data, word)
    assert in_files(data, "Quellmoor")


def test_purging_a_collection_leaves_no_word_of_it_and_the_others_whole(data: Path) -> None:
    with Library(data) as library:
        library.add([article(MINE, 0), article(MINE, 1), article(YOURS, 0)])
        library.remove("well-1", MINE)
        assert library.purge(MINE) == 2
        assert not library.articles(of(MINE))
        assert not library.removed(MINE)
        assert len(library.articles(of(YOURS))) == 1
    assert not in_files(data, "Vashholm")
    assert not in_files(data, "zeppelin")


def test_a_rebuild_keeps_what_was_removed_and_can_be_restored(library: Library) -> None:
    library.add([article(MINE, 0)])
    library.remove("well-0", MINE)
    assert library.rebuild() == 1  # the shipped one
    assert [one.id for one in library.removed(MINE)] == ["well-0"]
    assert library.restore("well-0", MINE)
    answer, _ = library.ask("Who said that the well never ran dry?", scope=of(MINE))
    assert answer.short == "Perrin Iskander"


# --- limits


def test_two_adders_at_once_cannot_both_take_the_last_place(data: Path, prepared: dict[tuple[str, int], Entry]) -> None:
    with Library(data) as one, Library(data) as other:
        stores = [one._store(), other._store()]  # entries that are parsed already

        def add(number: int) -> bool:
            try:
                stores[number].add(prepared[MINE, number], Quota(1, 10**6))
            except StoreError:
                return False
            return True

        with ThreadPoolExecutor(2) as threads:
            assert sorted(threads.map(add, range(2))) == [False, True]
        assert len(one.articles(of(MINE))) == 1


def test_a_full_collection_says_so_and_takes_more_when_something_was_removed(library: Library) -> None:
    quota = Quota(1, 10**6)
    library.add([article(MINE, 0)], quota=quota)
    with pytest.raises(ArticleError, match=r"^well-1 finds no room: 1 of 1 articles are there; remove one .*\.$"):
        library.add([article(MINE, 1)], quota=quota)
    with pytest.raises(ArticleError, match=r"^well-1 finds no room: it has \d+ characters, and only 1 of .* are left"):
        library.add([article(MINE, 1)], quota=Quota(9, len(article(MINE, 0).text) + 1))
    library.remove("well-0", MINE)
    library.add([article(MINE, 1)], quota=quota)
    with pytest.raises(StoreError, match="finds no room"):
        library.restore("well-0", MINE, quota=quota)
    assert [one.id for one in library.removed(MINE)] == ["well-0"]
