"""The one door: what is in the library, who sees it, and that it survives what happens to it."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from index.answer.contract import Answer
from index.article import Article, ArticleError, article_from_text
from index.library import Library, LibraryError
from index.question.model import Memory
from index.store.protocol import ArticleInfo, Scope, StoreError

SHIPPED = "wuzhen-2021"
ABOUT_SHIPPED = "Who said that China can manage and control risks?"

BAKERY = """\
Bakery wins prize

The bakery in Lowmere won a prize for its rye bread on Friday.

“We bake with the water of our own well,” said Lena Moss, the owner. She denied that the bread was too dear.
"""
ABOUT_BAKERY = "Who said they bake with water of their own well?"

TRAIN = """\
Night train comes back

Ines Calder, the transport minister, said the night train would run again from June. \
"Sleep is the best ticket," she told reporters.
"""
ABOUT_TRAIN = "Who said that sleep is the best ticket?"


def bakery(id: str = "bakery", collection: str = "public") -> Article:  # noqa: A002 - an article's id is called so
    return article_from_text(BAKERY, id=id, collection=collection)


def train(id: str = "train", collection: str = "public") -> Article:  # noqa: A002 - likewise
    return article_from_text(TRAIN, id=id, collection=collection)


def ids(library: Library, *collections: str) -> list[str]:
    return [info.id for info in library.articles(Scope(frozenset(collections or {"public"})))]


def answered_from(library: Library, question: str, *collections: str) -> set[str]:
    """The articles that an answer cites; none where it is not answered."""
    answer, _ = library.ask(question, scope=Scope(frozenset(collections or {"public"})))
    return {citation.article for citation in answer.citations if answer.status == "answered"}


def same(answer: Answer) -> str:
    """An answer's bytes, apart from the time it took."""
    return json.dumps(answer.timed(0).to_json())


# --- the article that ships


def test_a_fresh_library_answers_about_the_shipped_article(fresh: Path) -> None:
    with Library(fresh) as library:
        assert answered_from(library, ABOUT_SHIPPED) == {SHIPPED}
        (info,) = library.articles()
    assert (info.id, info.title) == (SHIPPED, "Internet conference calls for supporting SMEs")
    assert info.statements > 0


def test_the_shipped_article_is_listed_and_read_before_anybody_asks(fresh: Path) -> None:
    with Library(fresh) as library:
        assert ids(library) == [SHIPPED]
        assert library.article(SHIPPED).text.startswith("Internet conference")
        assert library.articles(Scope(frozenset({"guild:1"}))) == []
    assert not (fresh / "wuzhen.db").exists()


def test_the_shipped_article_is_kept_byte_for_byte(library: Library) -> None:
    file = Path(sys.modules["index"].__path__[0]) / "articles" / f"{SHIPPED}.txt"
    assert library.article(SHIPPED).text.encode() == file.read_bytes()


def test_a_removed_shipped_article_stays_away(data: Path) -> None:
    with Library(data) as library:
        assert library.remove(SHIPPED)
        assert ids(library) == []
        assert answered_from(library, ABOUT_SHIPPED) == set()
    with Library(data) as reopened:
        assert answered_from(reopened, ABOUT_SHIPPED) == set()
        assert ids(reopened) == []


def test_a_shipped_article_removed_before_the_first_question_stays_away(fresh: Path) -> None:
    with Library(fresh) as library:
        assert library.remove(SHIPPED)
    with Library(fresh) as reopened:
        assert answered_from(reopened, ABOUT_SHIPPED) == set()
        assert ids(reopened) == []


def test_a_removed_shipped_article_can_be_added_again(library: Library) -> None:
    article = library.article(SHIPPED)
    library.remove(SHIPPED)
    library.add([article])
    assert answered_from(library, ABOUT_SHIPPED) == {SHIPPED}


# --- adding and removing


def test_an_added_article_answers_until_it_is_removed(library: Library) -> None:
    assert answered_from(library, ABOUT_BAKERY) == set()
    library.add([bakery()])
    assert answered_from(library, ABOUT_BAKERY) == {"bakery"}
    assert library.article("bakery") == bakery()
    assert library.remove("bakery")
    assert answered_from(library, ABOUT_BAKERY) == set()
    assert not library.remove("bakery")


def test_an_added_article_is_there_after_opening_again(data: Path) -> None:
    with Library(data) as library:
        library.add([bakery()])
    with Library(data) as reopened:
        assert answered_from(reopened, ABOUT_BAKERY) == {"bakery"}


def test_what_was_added_is_told_one_by_one(library: Library) -> None:
    told: list[ArticleInfo] = []
    library.add([bakery(), train()], on_added=told.append)
    assert [info.id for info in told] == ["bakery", "train"]
    assert told == library.articles()[1:]


def test_no_article_of_that_id_is_said_with_what_to_do(library: Library) -> None:
    with pytest.raises(LibraryError, match=r"no article with the id bakery.*wuzhen articles"):
        library.article("bakery")


def test_the_same_text_again_is_refused_and_names_its_twin(library: Library) -> None:
    library.add([bakery()])
    with pytest.raises(ArticleError, match=r"^copy is the same article as bakery.*nothing was added\.$"):
        library.add([bakery("copy")])
    assert ids(library) == [SHIPPED, "bakery"]


def test_the_shipped_article_is_not_added_a_second_time(library: Library) -> None:
    text = library.article(SHIPPED).text
    with pytest.raises(ArticleError, match=f"same article as {SHIPPED}"):
        library.add([article_from_text(text, id="mine")])


def test_a_twin_in_the_same_batch_is_refused_and_the_others_are_added(library: Library) -> None:
    refused: list[tuple[str, str]] = []
    library.add(
        [bakery(), bakery("copy"), train()],
        on_refused=lambda article, sentence: refused.append((article.id, sentence)),
    )
    assert ids(library) == [SHIPPED, "bakery", "train"]
    ((name, sentence),) = refused
    assert name == "copy"
    assert "same article as bakery" in sentence


def test_the_same_file_name_with_another_text_gets_an_id_of_its_own(library: Library) -> None:
    library.add([bakery("news"), train("news")])
    library.add([article_from_text("More news\n\nIt rained.", id="news")])
    new = ids(library)[1:]
    assert new[0] == "news"
    assert len(set(new)) == 3
    assert [library.article(each).title for each in new] == [
        "Bakery wins prize",
        "Night train comes back",
        "More news",
    ]


def test_an_error_in_the_middle_of_a_batch_leaves_nothing_half(library: Library) -> None:
    told: list[str] = []

    def articles() -> Iterator[Article]:
        yield bakery()
        yield train()
        raise OSError("the disk went away")

    with pytest.raises(OSError, match="went away"):
        library.add(articles(), on_added=lambda info: told.append(info.id))
    assert ids(library)[1:] == told
    assert answered_from(library, ABOUT_BAKERY) == {"bakery"} & set(told)
    library.add([article for article in (bakery(), train()) if article.id not in told])
    assert answered_from(library, ABOUT_BAKERY) == {"bakery"}
    assert answered_from(library, ABOUT_TRAIN) == {"train"}


def test_articles_without_statements_are_kept_and_answer_facts(library: Library) -> None:
    library.add([article_from_text("Tide table\n\nHigh water at Lowmere comes at 06:40 on Sunday.", id="tide")])
    assert library.articles()[-1].statements == 0
    assert answered_from(library, "When does high water come at Lowmere?") == {"tide"}


# --- who sees what


def test_an_article_of_one_server_is_seen_nowhere_else(library: Library) -> None:
    library.add([bakery(collection="guild:1")])
    assert answered_from(library, ABOUT_BAKERY, "public", "guild:1") == {"bakery"}
    for others in (("public",), ("public", "guild:2")):
        assert answered_from(library, ABOUT_BAKERY, *others) == set()
        assert ids(library, *others) == [SHIPPED]


@pytest.mark.parametrize(
    "question", ["What did Lena Moss say?", "Who is Lena Moss?", "What did Boris Quent say?", ABOUT_BAKERY]
)
def test_an_answer_elsewhere_is_the_same_with_and_without_a_private_article(library: Library, question: str) -> None:
    before, _ = library.ask(question)
    library.add([bakery(collection="guild:1")])
    after, _ = library.ask(question)
    assert same(after) == same(before)


def test_two_servers_may_have_the_same_article_under_the_same_id(library: Library) -> None:
    library.add([bakery(collection="guild:1")])
    library.add([bakery(collection="guild:2")])
    assert ids(library, "guild:1") == ids(library, "guild:2") == ["bakery"]
    library.remove("bakery", "guild:1")
    assert answered_from(library, ABOUT_BAKERY, "guild:2") == {"bakery"}
    assert answered_from(library, ABOUT_BAKERY, "guild:1") == set()


def test_a_public_article_answers_beside_a_private_one_of_the_same_file_name(library: Library) -> None:
    library.add([bakery("news", collection="guild:1")])
    library.add([train("news")])
    for question, words in ((ABOUT_BAKERY, "We bake"), (ABOUT_TRAIN, "Sleep is")):
        answer, _ = library.ask(question, scope=Scope(frozenset({"public", "guild:1"})))
        assert words in answer.citations[0].quote


def test_a_private_twin_of_a_public_article_is_refused_in_the_same_batch_too(library: Library) -> None:
    with pytest.raises(ArticleError, match="same article as bakery"):
        library.add([bakery(), bakery("copy", collection="guild:1")])


def test_only_the_articles_in_scope_answer(library: Library) -> None:
    library.add([bakery(), train()])
    answer, _ = library.ask(ABOUT_BAKERY, scope=Scope(articles=frozenset({"train"})))
    assert {citation.article for citation in answer.citations} <= {"train"}
    assert answer.status == "not_found"


# --- the same answers

QUESTIONS = [
    ABOUT_SHIPPED,
    ABOUT_BAKERY,
    "What did Lena Moss say?",
    "Did Ines Calder say that sleep is the best ticket?",
    "Who is Daniel Zhang?",
    "List everyone quoted.",
    "When will the night train run again?",
    "Who said that whales can sing opera?",
]


def bytes_of(library: Library) -> list[str]:
    return [same(library.ask(question)[0]) for question in QUESTIONS]


def test_two_libraries_over_the_same_articles_give_the_same_bytes(data: Path, fresh: Path) -> None:
    with Library(data) as one, Library(fresh) as other:
        for library in (one, other):
            library.add([bakery(), train()])
        first = bytes_of(one)
        assert bytes_of(one) == first
        assert bytes_of(other) == first
    for threads in (1, 2):
        with Library(data, threads=threads) as reopened:
            assert bytes_of(reopened) == first


def test_articles_that_came_and_went_leave_no_trace_in_the_answers(library: Library) -> None:
    library.add([bakery(), train()])
    before = bytes_of(library)
    library.add([article_from_text(BAKERY.replace("rye", "wheat"), id="other")])
    library.remove("other")
    assert bytes_of(library) == before


def test_many_threads_get_what_one_gets(library: Library) -> None:
    library.add([bakery(), train()])
    library.close()
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda question: same(library.ask(question)[0]), QUESTIONS * 5))
    assert answers == bytes_of(library) * 5


def while_others_ask(library: Library, work: Callable[[], None]) -> None:
    """Do the work while three threads ask; they get the answers there are, whatever happens meanwhile."""
    done, all_ask = threading.Event(), threading.Barrier(4)

    def keep_asking() -> set[str]:
        found: set[str] = set()
        all_ask.wait(60)
        while not done.is_set():
            assert answered_from(library, ABOUT_SHIPPED) == {SHIPPED}
            found |= answered_from(library, ABOUT_BAKERY)
        return found

    with ThreadPoolExecutor(3) as threads:
        asking = [threads.submit(keep_asking) for _ in range(3)]
        try:
            all_ask.wait(60)
            work()
        finally:
            done.set()
        assert {article for question in asking for article in question.result()} <= {"bakery"}


def test_articles_may_be_added_and_removed_while_others_ask(library: Library) -> None:
    def add_and_remove() -> None:
        for _ in range(15):
            library.add([bakery()])
            library.remove("bakery")

    while_others_ask(library, add_and_remove)
    assert ids(library) == [SHIPPED]


def test_an_index_may_be_rebuilt_while_others_ask(library: Library) -> None:
    def rebuild() -> None:
        for _ in range(3):
            library.rebuild()

    before = bytes_of(library)
    while_others_ask(library, rebuild)
    assert bytes_of(library) == before


def test_the_memory_is_of_one_conversation(library: Library) -> None:
    library.add([bakery()])
    _, memory = library.ask("What did Lena Moss say?", memory=Memory())
    follow_up, _ = library.ask("What did she say about the bread?", memory=memory)
    assert {citation.speaker for citation in follow_up.citations} == {"Lena Moss"}
    alone, _ = library.ask("What did she say about the bread?")
    assert alone.reason == "unknown_speaker"


# --- several programs, one folder


def test_a_library_sees_what_another_one_adds_and_removes(data: Path) -> None:
    with Library(data) as here, Library(data) as there:
        assert answered_from(here, ABOUT_BAKERY) == set()
        there.add([bakery()])
        assert answered_from(here, ABOUT_BAKERY) == {"bakery"}
        here.remove("bakery")
        assert answered_from(there, ABOUT_BAKERY) == set()


def test_two_programs_may_meet_a_fresh_folder_at_once(fresh: Path) -> None:
    with Library(fresh) as one, Library(fresh) as other, ThreadPoolExecutor(2) as threads:
        found = list(threads.map(lambda library: answered_from(library, ABOUT_SHIPPED), (one, other)))
        assert found == [{SHIPPED}] * 2
        assert ids(one) == ids(other) == [SHIPPED]


# --- rebuilding, and stores that cannot be used


def test_rebuilding_with_the_same_model_keeps_the_answers(data: Path) -> None:
    with Library(data) as library, Library(data) as watching:
        other = replace(bakery(collection="guild:1"), text=f"{bakery().text}\nIt rained all day.\n")
        library.add([bakery(), train(), other])
        before = bytes_of(library)
        assert library.rebuild() == 4
        assert bytes_of(library) == before
        assert bytes_of(watching) == before
        assert ids(library, "guild:1") == ["bakery-2"]


def test_rebuilding_keeps_a_removed_shipped_article_away(library: Library) -> None:
    library.remove(SHIPPED)
    library.rebuild()
    assert answered_from(library, ABOUT_SHIPPED) == set()


def test_there_is_nothing_to_rebuild_in_a_fresh_folder(fresh: Path) -> None:
    with Library(fresh) as library, pytest.raises(LibraryError, match="no index"):
        library.rebuild()


def change_layout(data: Path) -> None:
    with sqlite3.connect(data / "wuzhen.db") as connection:
        connection.execute("UPDATE manifest SET schema_version = 1")
    connection.close()


def test_a_store_of_another_layout_is_refused_until_it_is_rebuilt(data: Path) -> None:
    with Library(data) as library:
        library.add([bakery()])
    change_layout(data)
    with Library(data) as library:
        for use in (lambda: library.ask(ABOUT_BAKERY), library.articles, lambda: library.add([train()])):
            with pytest.raises(StoreError, match=r"another version.*wuzhen rebuild"):
                use()
        library.rebuild()
        assert answered_from(library, ABOUT_BAKERY) == {"bakery"}
        assert ids(library) == [SHIPPED, "bakery"]


def test_a_file_that_is_no_store_is_refused_and_left_alone(fresh: Path) -> None:
    file = fresh / "wuzhen.db"
    file.write_text("a shopping list " * 100)
    with Library(fresh) as library, pytest.raises(StoreError, match=re.escape(str(file))):
        library.ask(ABOUT_SHIPPED)
    assert file.read_text() == "a shopping list " * 100


# --- health


def checks(library: Library) -> dict[str, tuple[bool, str]]:
    found = library.health()
    assert all(check.ok or check.advice for check in found)
    return {check.name: (check.ok, check.detail) for check in found}


def test_a_healthy_library_says_what_it_has(library: Library, data: Path) -> None:
    found = checks(library)
    assert all(ok for ok, _ in found.values())
    assert {"torch", "spacy", "onnxruntime", "model", "export", "data folder", "index"} <= set(found)
    assert "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db" in found["model"][1]
    assert str(data) in found["data folder"][1]
    assert "1 public article" in found["index"][1]


def test_a_folder_without_an_index_is_healthy(fresh: Path) -> None:
    with Library(fresh) as library:
        assert checks(library)["index"][0]
    assert not (fresh / "wuzhen.db").exists()


def test_a_store_of_another_layout_is_unhealthy(data: Path) -> None:
    change_layout(data)
    with Library(data) as library:
        ok, detail = checks(library)["index"]
    assert not ok
    assert "wuzhen rebuild" in detail


def test_a_damaged_store_is_unhealthy(data: Path) -> None:
    file = data / "wuzhen.db"
    content = bytearray(file.read_bytes())
    content[8192:-8192] = b"\xff" * (len(content) - 16384)
    file.write_bytes(content)
    with Library(data) as library:
        ok, detail = checks(library)["index"]
    assert not ok
    assert str(file) in detail


def test_a_data_folder_that_cannot_be_written_is_unhealthy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with Library(tmp_path / "file") as library:
        ok, detail = checks(library)["data folder"]
    assert not ok
    assert str(tmp_path / "file") in detail


def test_a_model_that_is_not_there_is_unhealthy(data: Path) -> None:
    with Library(data, model="nobody/no-such-model") as library:
        assert not checks(library)["model"][0]


# --- what is loaded

_LOADED = """\
import sys
from pathlib import Path
from index.library import Library
with Library(Path(sys.argv[1])) as library:
    {use}
print(*{{name.split(".")[0] for name in sys.modules}})
"""


def loaded_by(data: Path, use: str) -> set[str]:
    """The packages that a program loads for one use of the library."""
    command = [sys.executable, "-c", _LOADED.format(use=use), str(data)]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def test_asking_loads_neither_torch_nor_spacy_nor_transformers(data: Path) -> None:
    loaded = loaded_by(data, f"assert library.ask({ABOUT_SHIPPED!r})[0].status == 'answered'")
    assert "onnxruntime" in loaded
    assert not loaded & {
        "torch",
        "spacy",
        "thinc",
        "transformers",
        "sentence_transformers",
        "optimum",
        "discord",
    }


def test_listing_loads_no_model_and_nothing_to_run_one(data: Path) -> None:
    loaded = loaded_by(data, "assert len(library.articles()) == 1")
    assert not loaded & {
        "torch",
        "spacy",
        "transformers",
        "sentence_transformers",
        "onnxruntime",
        "numpy",
        "faiss",
    }


def test_a_copy_of_the_data_folder_is_a_library_of_its_own(data: Path, tmp_path: Path) -> None:
    shutil.copytree(data, tmp_path / "copy", symlinks=True)
    with Library(data) as one, Library(tmp_path / "copy") as other:
        one.add([bakery()])
        assert answered_from(other, ABOUT_BAKERY) == set()
