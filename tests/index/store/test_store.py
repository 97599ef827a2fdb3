from __future__ import annotations

import math
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from numpy.typing import NDArray

from index.article import Article
from index.passages import Passage
from index.statements import RULES
from index.statements.statement import Speaker, Statement
from index.store.embedded import EmbeddedStore
from index.store.peek import stored_manifest
from index.store.protocol import (
    PUBLIC,
    Entry,
    Hit,
    Manifest,
    Scope,
    Store,
    StoredPassage,
    StoredSpeaker,
    StoredStatement,
    StoreError,
    Unit,
    UnitKind,
)
from index.store.rebuild import read_articles, rebuild

DIMENSION = 8
MANIFEST = Manifest("a-model", "0" * 64, DIMENSION)
WORDS = ["anchor", "bolt", "crane", "ditch", "ember", "fjord"]
SPEAKERS = ["Ada Park", "Bo Lund", None]
COLLECTIONS = [PUBLIC, "guild:1", "guild:2"]
EVERYTHING = Scope(frozenset(COLLECTIONS))
KINDS: tuple[UnitKind, ...] = ("content", "attributed", "sentence")

Vectors = NDArray[np.float32]


def unit_vectors(count: int, dimension: int, seed: int) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def simple_entry(
    article_id: str,
    texts: Sequence[str],
    *,
    collection: str = PUBLIC,
    speakers: Sequence[str | None] = (None,),
    vectors: Vectors | None = None,
    shipped: bool = False,
) -> Entry:
    """One statement, one passage and a unit of each kind for every text."""
    article = Article(article_id, article_id.title(), "\n".join([article_id, *texts]), None, collection)
    said = [Statement(((i, i + 1),), "direct", speakers[i % len(speakers)]) for i in range(len(texts))]
    units = [Unit(kind, i, text) for i, text in enumerate(texts) for kind in KINDS]
    if vectors is None:
        vectors = unit_vectors(len(units), DIMENSION, len(article_id))
    return Entry(
        article=article,
        statements=said,
        passages=[Passage((i, i + 1), (i, i + 2), i + 1) for i in range(len(texts))],
        speakers=[Speaker(name, "person") for name in dict.fromkeys(speakers) if name is not None],
        units=units,
        vectors=vectors,
        shipped=shipped,
    )


@contextmanager
def fresh_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[EmbeddedStore]:
    with EmbeddedStore.open(path, MANIFEST) as opened:
        yield opened


# --- what goes in comes out ---------------------------------------------------------------------------------

texts = st.text(max_size=20)
maybe = st.none() | texts
spans = st.tuples(st.integers(0, 10**7), st.integers(0, 10**7))
random_statements = st.builds(
    Statement,
    fragments=st.lists(spans, min_size=1, max_size=3).map(tuple),
    directness=st.sampled_from(["direct", "mixed", "indirect"]),
    speaker=maybe,
    mention=maybe,
    mention_span=st.none() | spans,
    role=maybe,
    affiliation=maybe,
    cue=maybe,
    cue_span=st.none() | spans,
    addressee=maybe,
    occasion=maybe,
    polarity=st.sampled_from(["asserts", "denies", "asks", "urges"]),
    source_kind=st.sampled_from(["person", "organisation", "document", "group", "unknown"]),
    confidence=st.floats(0, 1),
    rule=texts,
)
random_speakers = st.builds(
    Speaker,
    name=texts,
    kind=st.sampled_from(["person", "organisation", "document"]),
    aliases=st.lists(texts, max_size=3).map(tuple),
    roles=st.lists(texts, max_size=3).map(tuple),
    affiliations=st.lists(texts, max_size=3).map(tuple),
    pronoun=st.sampled_from(["he", "she", "they", "it", None]),
)
random_passages = st.builds(Passage, span=spans, window=spans, paragraph=st.integers(1, 10**6))
random_articles = st.builds(
    Article, id=texts, title=texts, text=texts, source=maybe, collection=st.sampled_from(COLLECTIONS)
)


@given(
    article=random_articles,
    statements=st.lists(random_statements, max_size=4),
    passages=st.lists(random_passages, max_size=4),
    speakers=st.lists(random_speakers, max_size=3),
    shipped=st.booleans(),
)
@settings(max_examples=30)
def test_everything_about_an_article_comes_back_exactly_as_it_was_added(
    article: Article,
    statements: list[Statement],
    passages: list[Passage],
    speakers: list[Speaker],
    shipped: bool,
) -> None:
    entry = Entry(article, statements, passages, speakers, [], np.empty((0, DIMENSION), np.float32), shipped)
    with fresh_folder() as folder:
        with EmbeddedStore.open(folder / "store.db", MANIFEST) as store:
            info = store.add(entry)
        with EmbeddedStore.open(folder / "store.db", MANIFEST) as store:
            scope = Scope(frozenset({article.collection}))
            assert store.articles(scope) == [info]
            assert store.with_sha256(article.sha256, article.collection) == info
            assert store.article(info.key) == article
            assert (info.characters, info.statements) == (len(article.text), len(statements))
            assert [one.statement for one in store.statements(scope)] == statements
            assert [one.passage for one in store.passages(scope)] == passages
            assert store.count_passages(scope) == len(passages)
            assert [one.speaker for one in store.speakers(scope)] == speakers
            assert store.shipped() == ({article.id} if shipped else set())


def test_statements_and_passages_are_given_by_key_in_the_order_asked_for_without_those_that_are_gone(
    store: EmbeddedStore,
) -> None:
    store.add(simple_entry("one", ["anchor", "bolt", "crane"]))
    said, sentences = store.statements(EVERYTHING), store.passages(EVERYTHING)
    assert store.statements_by_key([said[2].key, 999, said[0].key]) == [said[2], said[0]]
    assert store.passages_by_key([sentences[1].key, -1]) == [sentences[1]]
    assert store.statements_by_key([]) == []


def test_an_id_is_unique_in_its_collection_and_free_in_others(store: EmbeddedStore) -> None:
    store.add(simple_entry("one", ["anchor"]))
    store.add(simple_entry("one", ["bolt"], collection="guild:1"))
    with pytest.raises(StoreError, match="id 'one' in public: remove that one first, or choose another id"):
        store.add(simple_entry("one", ["crane"]))
    assert [statement.ordinal for statement in store.statements(EVERYTHING)] == [0, 0]


def test_removing_what_is_not_there_changes_nothing(store: EmbeddedStore) -> None:
    store.add(simple_entry("one", ["anchor"], collection="guild:1"))
    before = store.version
    assert store.remove("one") is False
    assert store.version == before
    assert store.remove("one", "guild:1") is True
    assert store.version > before


def test_keys_are_never_used_twice(store: EmbeddedStore) -> None:
    seen: set[tuple[str, int]] = set()
    for _ in range(3):
        info = store.add(simple_entry("one", ["anchor", "bolt"]))
        keys = {("article", info.key)}
        keys |= {("statement", one.key) for one in store.statements(EVERYTHING)}
        keys |= {("passage", one.key) for one in store.passages(EVERYTHING)}
        assert not keys & seen
        seen |= keys
        store.remove("one")
        with pytest.raises(KeyError):
            store.article(info.key)


def test_shipped_articles_are_remembered_after_they_are_removed(store: EmbeddedStore) -> None:
    store.add(simple_entry("one", ["anchor"], shipped=True))
    store.add(simple_entry("two", ["anchor"]))
    store.remove("one")
    assert store.shipped() == {"one"}


@pytest.mark.parametrize(
    "change",
    [
        {"vectors": np.ones((1, DIMENSION), np.float32)},
        {"vectors": np.full((3, DIMENSION), np.nan, np.float32)},
        {"vectors": np.zeros((3, DIMENSION - 1), np.float32)},
        {"vectors": np.zeros((3, DIMENSION), np.float32)},
        {"statements": []},
        {"passages": []},
    ],
)
def test_an_entry_whose_parts_do_not_fit_together_is_a_value_error_and_nothing_is_stored(
    store: EmbeddedStore, change: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="'one'"):
        store.add(replace(simple_entry("one", ["anchor"]), **change))
    assert store.articles(EVERYTHING) == []


def test_half_a_character_is_refused_with_a_sentence_and_nothing_is_stored(store: EmbeddedStore) -> None:
    entry = simple_entry("one", ["anchor"])
    broken = replace(entry, units=[*entry.units[:2], Unit("sentence", 0, "bolt \udc80")])
    with pytest.raises(StoreError, match=r"'\\udc80' is half a character .*: take it out"):
        store.add(broken)
    assert store.articles(EVERYTHING) == []


# --- a plain model, and the store beside it -----------------------------------------------------------------


def cosines(vectors: Vectors, query: Vectors) -> list[float]:
    return [math.fsum(float(a) * float(b) for a, b in zip(row, query, strict=True)) for row in vectors]


class Model:
    """The store as a list of entries, searched by looking at everything."""

    def __init__(self) -> None:
        self.entries: list[tuple[int, Entry]] = []
        self.removed: list[Entry] = []

    def visible(self, scope: Scope) -> list[tuple[int, Entry]]:
        return [
            (key, entry)
            for key, entry in self.entries
            if entry.article.collection in scope.collections
            and (scope.articles is None or entry.article.id in scope.articles)
        ]

    def units(self, kind: UnitKind, scope: Scope) -> list[tuple[tuple[int, int], Unit, Vectors]]:
        """Owner (as article and ordinal), unit and vector of each unit in scope."""
        return [
            ((key, unit.owner), unit, vector)
            for key, entry in self.visible(scope)
            for unit, vector in zip(entry.units, entry.vectors, strict=True)
            if unit.kind == kind and self.allows(scope, entry, unit)
        ]

    @staticmethod
    def allows(scope: Scope, entry: Entry, unit: Unit) -> bool:
        if scope.speakers is None:
            return True
        return unit.kind != "sentence" and entry.statements[unit.owner].speaker in scope.speakers

    def dense(self, kind: UnitKind, query: Vectors, scope: Scope) -> dict[tuple[int, int], float]:
        best: dict[tuple[int, int], float] = {}
        for owner, _, vector in self.units(kind, scope):
            best[owner] = max(best.get(owner, -2.0), *cosines(vector[None], query))
        return best

    def lexical(self, kind: UnitKind, words: Sequence[str], scope: Scope) -> dict[tuple[int, int], float]:
        """As the documentation of FTS5 describes bm25, over the collections in scope and no others."""
        corpus = [unit.text.split() for _, unit, _ in self.units(kind, Scope(scope.collections))]
        mean = max(1, sum(map(len, corpus))) / max(1, len(corpus))
        best: dict[tuple[int, int], float] = {}
        for owner, unit, _ in self.units(kind, scope):
            tokens, score = unit.text.split(), 0.0
            for word in set(words):
                holding, count = sum(word in other for other in corpus), tokens.count(word)
                weight = max(1e-6, math.log((len(corpus) - holding + 0.5) / (holding + 0.5))) if holding else 0.0
                score += weight * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * len(tokens) / mean))
            if set(words) & set(tokens):
                best[owner] = max(best.get(owner, 0.0), score)
        return best


scopes = st.builds(
    Scope,
    collections=st.frozensets(st.sampled_from(COLLECTIONS), min_size=1),
    articles=st.none() | st.frozensets(st.sampled_from("abc"), max_size=2),
    speakers=st.none() | st.frozensets(st.sampled_from(["Ada Park", "Bo Lund", "Nobody"]), max_size=2),
)
# few directions, so that equal scores are common
directions = st.lists(st.integers(-1, 1), min_size=DIMENSION, max_size=DIMENSION).filter(any)


def direction(numbers: Sequence[int]) -> Vectors:
    vector = np.array(numbers, np.float32)
    return vector / np.float32(np.linalg.norm(vector))


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    statements = [
        Statement(((i, i + 1),), "indirect", draw(st.sampled_from(SPEAKERS))) for i in range(draw(st.integers(0, 3)))
    ]
    passages = [Passage((i, i + 1), (i, i + 1), 1) for i in range(draw(st.integers(0, 3)))]
    owned = {"content": len(statements), "attributed": len(statements), "sentence": len(passages)}
    units = [
        Unit(kind, owner, " ".join(draw(st.lists(st.sampled_from(WORDS), max_size=4))))
        for kind in KINDS
        for owner in range(owned[kind])
        for _ in range(draw(st.integers(0, 2)))
    ]
    units = draw(st.permutations(units))
    vectors = np.array([direction(draw(directions)) for _ in units], np.float32).reshape(-1, DIMENSION)
    place, day = draw(st.sampled_from(COLLECTIONS)), draw(st.sampled_from([None, "2021-05-03"]))
    article = Article(draw(st.sampled_from("abc")), "T", draw(texts), collection=place, published=day)
    return Entry(article, statements, passages, [], units, vectors, draw(st.booleans()))


class StoreMachine(RuleBasedStateMachine):
    """Two stores on one file, as two processes have them, do what the model does."""

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "store.db"
        self.model = Model()
        self.shipped: set[str] = set()
        self.stores = [self.open(), self.open()]
        self.version = self.stores[0].version

    def open(self) -> Store:
        return EmbeddedStore.open(self.path, MANIFEST)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            for store in self.stores:
                store.close()
            shutil.rmtree(self.folder)

    @rule(entry=entries(), which=st.integers(0, 1))
    def add(self, entry: Entry, which: int) -> None:
        taken = any(
            (other.article.id, other.article.collection) == (entry.article.id, entry.article.collection)
            for _, other in self.model.entries
        )
        if taken:
            with pytest.raises(StoreError):
                self.stores[which].add(entry)
            return
        self.model.entries.append((self.stores[which].add(entry).key, entry))
        self.shipped |= {entry.article.id} if entry.shipped else set()
        self.grown()

    @precondition(lambda self: self.model.entries)
    @rule(data=st.data(), which=st.integers(0, 1))
    def remove(self, data: st.DataObject, which: int) -> None:
        gone = data.draw(st.sampled_from(self.model.entries))
        assert self.stores[which].remove(gone[1].article.id, gone[1].article.collection)
        self.model.entries.remove(gone)
        self.model.removed.append(gone[1])
        self.grown()

    @precondition(lambda self: self.model.removed)
    @rule(data=st.data(), which=st.integers(0, 1))
    def restore(self, data: st.DataObject, which: int) -> None:
        named = data.draw(st.sampled_from(self.model.removed)).article
        last = [one for one in self.model.removed if one.article.collection == named.collection]
        entry = next(one for one in reversed(last) if one.article.id == named.id)
        there = [other.article for _, other in self.model.entries if other.article.collection == named.collection]
        store = self.stores[which]
        if any(other.id == named.id or other.sha256 == entry.article.sha256 for other in there):
            with pytest.raises(StoreError):
                store.restore(named.id, named.collection)
            return
        assert store.restore(named.id, named.collection)
        self.model.removed.remove(entry)
        (key,) = [info.key for info in store.articles(Scope(frozenset({named.collection}), frozenset({named.id})))]
        self.model.entries.append((key, entry))
        self.grown()

    @precondition(lambda self: self.model.entries)
    @rule(data=st.data(), title=texts, which=st.integers(0, 1))
    def rename(self, data: st.DataObject, title: str, which: int) -> None:
        place = data.draw(st.integers(0, len(self.model.entries) - 1))
        key, entry = self.model.entries[place]
        assert self.stores[which].rename(entry.article.id, title, entry.article.collection)
        self.model.entries[place] = key, replace(entry, article=replace(entry.article, title=title))
        self.grown()

    @rule(collection=st.sampled_from(COLLECTIONS), which=st.integers(0, 1))
    def purge(self, collection: str, which: int) -> None:
        kept = [(key, one) for key, one in self.model.entries if one.article.collection != collection]
        left = [one for one in self.model.removed if one.article.collection != collection]
        gone = len(self.model.entries) - len(kept) + len(self.model.removed) - len(left)
        assert self.stores[which].purge(collection) == gone
        self.model.entries, self.model.removed = kept, left
        if gone:
            self.grown()

    @rule(collection=st.sampled_from(COLLECTIONS), which=st.integers(0, 1))
    def list_removed(self, collection: str, which: int) -> None:
        expected = [one.article for one in self.model.removed if one.article.collection == collection]
        found = self.stores[which].removed(collection)
        assert [(one.id, one.title) for one in found] == [(one.id, one.title) for one in reversed(expected)]

    def grown(self) -> None:
        versions = {store.version for store in self.stores}
        assert len(versions) == 1
        assert min(versions) > self.version
        self.version = min(versions)

    @rule(which=st.integers(0, 1))
    def reopen(self, which: int) -> None:
        self.stores[which].close()
        self.stores[which] = self.open()

    @rule(
        kind=st.sampled_from(KINDS),
        numbers=directions,
        scope=scopes,
        k=st.integers(0, 9),
        which=st.integers(0, 1),
    )
    def search_vectors(self, kind: UnitKind, numbers: list[int], scope: Scope, k: int, which: int) -> None:
        query = direction(numbers)
        hits = self.stores[which].dense(kind, query, scope, k)
        self.agree(kind, hits, self.model.dense(kind, query, scope), k)

    @rule(
        kind=st.sampled_from(KINDS),
        words=st.lists(st.sampled_from([*WORDS, "gravel"]), max_size=3),
        scope=scopes,
        k=st.integers(0, 9),
        which=st.integers(0, 1),
    )
    def search_words(self, kind: UnitKind, words: list[str], scope: Scope, k: int, which: int) -> None:
        hits = self.stores[which].lexical(kind, words, scope, k)
        self.agree(kind, hits, self.model.lexical(kind, words, scope), k)

    def agree(self, kind: UnitKind, hits: list[Hit], expected: dict[tuple[int, int], float], k: int) -> None:
        """The best k scores, each of the right owner, best first, equal ones by key."""
        assert [hit.score for hit in hits] == pytest.approx(sorted(expected.values(), reverse=True)[:k], abs=1e-6)
        owners = self.stores[0].passages_by_key if kind == "sentence" else self.stores[0].statements_by_key
        found = owners([hit.key for hit in hits])
        scores = [expected[one.article, one.ordinal] for one in found]
        assert [hit.score for hit in hits] == pytest.approx(scores, abs=1e-6)
        assert [(-hit.score, hit.key) for hit in hits] == sorted((-hit.score, hit.key) for hit in hits)
        assert len({hit.key for hit in hits}) == len(hits)

    @rule(scope=scopes, which=st.integers(0, 1))
    def count_words(self, scope: Scope, which: int) -> None:
        sentences = [unit.text.split() for _, unit, _ in self.model.units("sentence", scope)]
        expected = {word: sum(word in tokens for tokens in sentences) for word in WORDS}
        assert self.stores[which].document_frequency(WORDS, scope) == expected

    @rule(scope=scopes, which=st.integers(0, 1))
    def list_all(self, scope: Scope, which: int) -> None:
        store, visible = self.stores[which], self.model.visible(scope)
        assert [info.key for info in store.articles(scope)] == [key for key, _ in visible]
        assert [(one.article, one.ordinal, one.statement) for one in store.statements(scope)] == [
            (key, ordinal, statement)
            for key, entry in visible
            for ordinal, statement in enumerate(entry.statements)
            if scope.speakers is None or statement.speaker in scope.speakers
        ]
        assert [(one.article, one.ordinal, one.passage) for one in store.passages(scope)] == [
            (key, ordinal, passage)
            for key, entry in visible
            for ordinal, passage in enumerate(entry.passages)
            if scope.speakers is None
        ]

    @invariant()
    def remembers_shipped(self) -> None:
        if hasattr(self, "stores"):
            assert self.stores[0].shipped() == self.shipped


TestStoreMachine = StoreMachine.TestCase
TestStoreMachine.settings = settings(max_examples=30, stateful_step_count=25)


# --- searching ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large_folder() -> Iterator[Path]:
    with fresh_folder() as folder:
        yield folder


LARGE = Manifest("a-model", "0" * 64, 64)


@pytest.fixture(scope="module")
def large(large_folder: Path) -> Iterator[tuple[EmbeddedStore, Model]]:
    """Twenty articles of a hundred texts, of three collections by turns."""
    model = Model()
    with EmbeddedStore.open(large_folder / "store.db", LARGE) as store:
        for number in range(20):
            texts = [" ".join(WORDS[(number + i + j) % len(WORDS)] for j in range(3)) for i in range(100)]
            entry = simple_entry(
                f"a{number}",
                texts,
                collection=COLLECTIONS[number % 3],
                speakers=SPEAKERS,
                vectors=unit_vectors(3 * len(texts), LARGE.dimension, number),
            )
            info = store.add(entry)
            if number % 7 == 3:  # gaps among the keys
                store.remove(info.id, info.collection)
            else:
                model.entries.append((info.key, entry))
        yield store, model


@pytest.mark.parametrize(
    "scope",
    [
        EVERYTHING,
        Scope(),
        Scope(frozenset({"guild:1", "guild:2"})),
        Scope(articles=frozenset({"a6"})),
        Scope(EVERYTHING.collections, articles=frozenset({"a0", "a1", "a19"})),
        Scope(EVERYTHING.collections, speakers=frozenset({"Bo Lund"})),
        Scope(articles=frozenset({"a9"}), speakers=frozenset({"Bo Lund", "Ada Park"})),
        Scope(articles=frozenset({"a3"})),
        Scope(frozenset()),
    ],
)
def test_the_nearest_vectors_in_scope_are_those_that_looking_at_all_of_them_finds(
    large: tuple[EmbeddedStore, Model], scope: Scope
) -> None:
    store, model = large
    for seed in range(3):
        query = unit_vectors(1, LARGE.dimension, 1000 + seed)[0]
        expected = model.dense("content", query, scope)
        for k in (1, 10, 300, 100_000):
            hits = store.dense("content", query, scope, k)
            said = store.statements_by_key([hit.key for hit in hits])
            assert [(one.article, one.ordinal) for one in said] == sorted(expected, key=lambda owner: -expected[owner])[
                :k
            ]
            assert [hit.score for hit in hits] == pytest.approx(sorted(expected.values())[::-1][:k], abs=1e-6)


def test_equal_scores_are_in_the_order_of_the_keys_however_many_there_are(store: EmbeddedStore) -> None:
    same = np.tile(unit_vectors(1, DIMENSION, 5), (3 * 200, 1))
    one, two = (simple_entry(name, ["anchor bolt"] * 200, vectors=same) for name in ("one", "two"))
    backwards = replace(two, units=two.units[::-1])  # the order of the units is not that of their owners
    for entry in (one, backwards):
        store.add(entry)
    store.remove("one")
    store.add(one)
    keys = [one.key for one in store.statements(EVERYTHING)]
    for k in (1, 7, 250, 399):
        dense = store.dense("content", unit_vectors(1, DIMENSION, 6)[0], EVERYTHING, k)
        assert [hit.key for hit in dense] == keys[:k]
        assert len({hit.score for hit in dense}) == 1
        assert [hit.key for hit in store.lexical("content", ["bolt"], EVERYTHING, k)] == keys[:k]


def test_an_owner_with_many_units_is_found_once_by_its_best(store: EmbeddedStore) -> None:
    query, other = np.eye(DIMENSION, dtype=np.float32)[:2]
    near, nearer = (query * cosine + other * math.sqrt(1 - cosine**2) for cosine in (0.8, 0.9))
    units = [Unit("sentence", 0, f"anchor {'bolt ' * i}") for i in range(200)] + [Unit("sentence", 1, "anchor")]
    vectors = np.array([nearer] * 100 + [query] + [nearer] * 99 + [near], np.float32)
    passages = [Passage((0, 1), (0, 1), 1), Passage((1, 2), (1, 2), 1)]
    store.add(Entry(Article("one", "T", "ab"), [], passages, [], units, vectors))
    first, second = (one.key for one in store.passages(EVERYTHING))
    hits = store.dense("sentence", query, EVERYTHING, 2)
    assert [hit.key for hit in hits] == [first, second]
    assert [hit.score for hit in hits] == pytest.approx([1.0, 0.8])
    assert [hit.key for hit in store.lexical("sentence", ["anchor", "bolt"], EVERYTHING, 2)] == [
        first,
        second,
    ]


def test_asking_for_nothing_finds_nothing(store: EmbeddedStore) -> None:
    store.add(simple_entry("one", ["anchor"]))
    query = unit_vectors(1, DIMENSION, 1)[0]
    assert store.dense("content", query, EVERYTHING, 0) == []
    assert store.lexical("content", ["anchor"], EVERYTHING, 0) == []
    assert store.lexical("content", [], EVERYTHING, 5) == []
    assert store.lexical("content", ["", " ", "!?", "\u0301", "\0"], EVERYTHING, 5) == []
    assert store.document_frequency(["", "!?"], EVERYTHING) == {"": 0, "!?": 0}


def test_more_than_there_is_may_be_asked_for(store: EmbeddedStore) -> None:
    store.add(simple_entry("one", ["anchor", "anchor"]))
    assert len(store.dense("content", unit_vectors(1, DIMENSION, 1)[0], EVERYTHING, 10**30)) == 2
    assert len(store.lexical("content", ["anchor"], EVERYTHING, 10**30)) == 2


def test_an_empty_store_is_searched_without_complaint(store: EmbeddedStore) -> None:
    assert store.dense("content", unit_vectors(1, DIMENSION, 1)[0], EVERYTHING, 5) == []
    assert store.lexical("sentence", ["anchor"], EVERYTHING, 5) == []
    assert store.document_frequency(["anchor"], EVERYTHING) == {"anchor": 0}


@pytest.mark.parametrize("wrong", [np.zeros(DIMENSION + 1), np.full(DIMENSION, np.nan), np.zeros((1, DIMENSION))])
def test_a_vector_that_cannot_be_searched_is_a_value_error(store: EmbeddedStore, wrong: NDArray[np.float64]) -> None:
    with pytest.raises(ValueError, match=f"not {DIMENSION} finite numbers"):
        store.dense("content", wrong.astype(np.float32), EVERYTHING, 1)


def test_words_are_found_in_their_other_forms_and_without_their_accents(store: EmbeddedStore) -> None:
    store.add(simple_entry("one", ["Growing cafés", "nothing"]))
    (key, _) = (one.key for one in store.statements(EVERYTHING))
    for word in ("grows", "CAFE", "café", "cafe\u0301s"):
        assert [hit.key for hit in store.lexical("content", [word], EVERYTHING, 5)] == [key], word
    assert store.document_frequency(["grew", "grow", "Cafes"], EVERYTHING) == {
        "grew": 0,
        "grow": 1,
        "Cafes": 1,
    }


letters = st.text(st.characters(max_codepoint=0x24F, categories=["Lu", "Ll", "Nd"]), min_size=1, max_size=12)


@given(word=letters, around=st.text(max_size=10))
@example(word="anchor", around="\0")
@example(word="NOT", around='"')
@settings(max_examples=30)
def test_a_word_is_found_in_the_text_that_holds_it_whatever_stands_around_it(word: str, around: str) -> None:
    with fresh_folder() as folder, EmbeddedStore.open(folder / "store.db", MANIFEST) as store:
        store.add(simple_entry("one", [f"{around} {word} {around}", "zzz"]))
        key = store.statements(EVERYTHING)[0].key
        assert key in [hit.key for hit in store.lexical("content", [word], EVERYTHING, 5)]
        assert store.document_frequency([word], EVERYTHING)[word] >= 1
        store.remove("one")
        store.check()


@given(words=st.lists(st.text(st.characters(), max_size=12) | st.sampled_from(WORDS), max_size=8))
@example(
    words=[
        '"',
        "'",
        "NEAR(anchor bolt)",
        "anchor AND",
        "NOT",
        "(",
        "^anchor",
        "anchor*",
        "text:anchor",
        "-",
        "{a b}",
    ]
)
@example(words=["\0", "anchor\0bolt", '"\0"', "\ud800", "\udc00anchor", "\U0010ffff", "\u202e"])
@example(words=[f"word{i}" for i in range(2000)])
@settings(max_examples=80)
def test_no_word_breaks_a_search(large: tuple[EmbeddedStore, Model], words: list[str]) -> None:
    store, _ = large
    for kind in KINDS:
        found = store.lexical(kind, words, EVERYTHING, 10_000)
        # one more word may only find more
        assert {hit.key for hit in found} >= {
            hit.key for word in set(words) & set(WORDS) for hit in store.lexical(kind, [word], EVERYTHING, 10_000)
        }
    assert set(store.document_frequency(words, EVERYTHING)) == set(words)


@given(names=st.frozensets(st.text(st.characters(), max_size=5) | st.sampled_from(["Ada Park"]), max_size=4))
@example(names=frozenset({"\ud800"}))
@settings(max_examples=40)
def test_no_name_breaks_a_scope(large: tuple[EmbeddedStore, Model], names: frozenset[str]) -> None:
    store, model = large
    scope = Scope(speakers=names)
    found = store.dense("content", unit_vectors(1, LARGE.dimension, 1)[0], scope, 10_000)
    assert len(found) == len(model.units("content", scope))
    assert store.articles(Scope(collections=names)) == store.articles(Scope(articles=names)) == []


# --- who sees what ------------------------------------------------------------------------------------------


def everything_seen(store: Store, scope: Scope) -> set[int]:
    """The keys of the articles that any method shows."""
    query = unit_vectors(1, DIMENSION, 1)[0]
    owned: list[StoredStatement | StoredPassage | StoredSpeaker] = [
        *store.statements(scope),
        *store.passages(scope),
        *store.speakers(scope),
    ]
    for kind in KINDS:
        by_key = store.passages_by_key if kind == "sentence" else store.statements_by_key
        hits = [*store.dense(kind, query, scope, 99), *store.lexical(kind, ["anchor"], scope, 99)]
        owned += by_key([hit.key for hit in hits])
    return {info.key for info in store.articles(scope)} | {one.article for one in owned}


def test_an_article_is_seen_in_its_own_collection_alone(store: EmbeddedStore) -> None:
    keys = {
        collection: store.add(simple_entry("one", ["anchor"] * 3, collection=collection, speakers=["Ada Park"])).key
        for collection in COLLECTIONS
    }
    assert everything_seen(store, Scope()) == {keys[PUBLIC]}
    assert everything_seen(store, Scope(frozenset({"guild:1"}))) == {keys["guild:1"]}
    assert everything_seen(store, Scope(frozenset({PUBLIC, "guild:2"}))) == {keys[PUBLIC], keys["guild:2"]}
    assert everything_seen(store, Scope(frozenset({"guild:3"}))) == set()
    assert everything_seen(store, Scope(frozenset({"guild:_", "guild:%", "GUILD:1"}))) == set()
    assert everything_seen(store, Scope(frozenset({"guild:1"}), speakers=frozenset({"Ada Park"}))) == {keys["guild:1"]}
    sha256 = store.article(keys["guild:1"]).sha256
    store.remove("one", "guild:1")
    assert store.with_sha256(sha256, "guild:1") is None
    assert store.document_frequency(["anchor"], Scope(frozenset({"guild:1"}))) == {"anchor": 0}
    assert store.document_frequency(["anchor"], Scope(frozenset({"guild:2"}))) == {"anchor": 3}


def test_speakers_restrict_statements_and_leave_no_passages(store: EmbeddedStore) -> None:
    store.add(simple_entry("one", ["anchor"] * 3, speakers=["Ada Park", "Bo Lund", None]))
    scope = Scope(speakers=frozenset({"Bo Lund"}))
    (said,) = store.statements(scope)
    assert said.ordinal == 1
    assert [one.speaker.name for one in store.speakers(scope)] == ["Bo Lund"]
    assert [hit.key for hit in store.dense("attributed", unit_vectors(1, DIMENSION, 1)[0], scope, 9)] == [said.key]
    assert [hit.key for hit in store.lexical("attributed", ["anchor"], scope, 9)] == [said.key]
    assert store.passages(scope) == []
    assert store.count_passages(scope) == 0
    assert store.dense("sentence", unit_vectors(1, DIMENSION, 1)[0], scope, 9) == []
    assert store.lexical("sentence", ["anchor"], scope, 9) == []
    assert store.document_frequency(["anchor"], scope) == {"anchor": 0}


# --- threads, processes, files ------------------------------------------------------------------------------


def test_listing_articles_loads_neither_numpy_nor_faiss(path: Path, store: EmbeddedStore) -> None:
    store.add(simple_entry("one", ["anchor"]))
    program = (
        "import sys; from pathlib import Path; from index.store.embedded import EmbeddedStore;"
        "from index.store.protocol import Manifest, Scope;"
        f"store = EmbeddedStore.open(Path({str(path)!r}), Manifest('a-model', '0' * 64, {DIMENSION}));"
        "print([info.id for info in store.articles(Scope())], {'numpy', 'faiss'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "['one'] set()\n"


def test_threads_read_whole_articles_while_another_one_writes(store: EmbeddedStore) -> None:
    query, faults, done = unit_vectors(1, DIMENSION, 1)[0], [], threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                hits = store.dense("content", query, EVERYTHING, 1000)
                whole = len(hits) % 5 == 0 and len(store.statements(EVERYTHING)) % 5 == 0
                if not whole or len(store.lexical("sentence", ["anchor"], EVERYTHING, 1000)) % 5:
                    faults.append(f"{len(hits)} hits")
        except Exception as error:  # whatever it is, the test must say so
            faults.append(repr(error))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(20):
        store.add(simple_entry(f"a{number}", ["anchor"] * 5))
        if number % 3 == 2:
            store.remove(f"a{number - 1}")
    done.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert len(store.dense("content", query, EVERYTHING, 1000)) == 5 * 14


@contextmanager
def written_by_another(path: Path) -> Iterator[None]:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


def test_reading_goes_on_while_another_process_writes_and_writing_says_that_it_is_busy(path: Path) -> None:
    with EmbeddedStore.open(path, MANIFEST, wait_seconds=0.1) as store:
        store.add(simple_entry("one", ["anchor"]))
        with written_by_another(path):
            assert len(store.dense("content", unit_vectors(1, DIMENSION, 1)[0], EVERYTHING, 5)) == 1
            with EmbeddedStore.open(path, MANIFEST) as second:
                assert len(second.articles(EVERYTHING)) == 1
            with pytest.raises(StoreError, match=r"Another program is busy .*: try again in a moment"):
                store.add(simple_entry("two", ["anchor"]))
        assert store.remove("one")


def test_another_process_that_reads_for_long_does_not_keep_anybody_from_writing(path: Path) -> None:
    with EmbeddedStore.open(path, MANIFEST, wait_seconds=0.1) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN")
        before = other.execute("SELECT count(*) FROM articles").fetchall()
        store.add(simple_entry("one", ["anchor"]))
        assert other.execute("SELECT count(*) FROM articles").fetchall() == before
        other.close()
        assert len(store.articles(EVERYTHING)) == 1


@pytest.fixture
def replacement(path: Path) -> Path:
    """Another store's file, with one article."""
    with EmbeddedStore.open(path.with_name("new.db"), MANIFEST) as new:
        new.add(simple_entry("new", ["bolt", "bolt"]))
    return path.with_name("new.db")


def test_another_file_in_the_place_of_the_store_is_noticed(path: Path, replacement: Path) -> None:
    query = unit_vectors(1, DIMENSION, 1)[0]
    with EmbeddedStore.open(path, MANIFEST) as store:
        for number in range(5):
            store.add(simple_entry(f"a{number}", ["anchor"]))
        version = store.version
        assert len(store.dense("content", query, EVERYTHING, 9)) == 5
        replacement.replace(path)
        assert [info.id for info in store.articles(EVERYTHING)] == ["new"]
        assert store.version > version
        assert len(store.dense("content", query, EVERYTHING, 9)) == 2
        store.check()


@pytest.mark.parametrize("waiting", [0.0, 0.3])
def test_what_is_added_while_the_file_is_replaced_is_in_the_file_that_is_there(
    path: Path, replacement: Path, waiting: float
) -> None:
    with EmbeddedStore.open(path, MANIFEST) as store:
        store.add(simple_entry("old", ["anchor"]))
        late = threading.Thread(target=lambda: store.add(simple_entry("late", ["anchor"])))
        with written_by_another(path) if waiting else nullcontext():
            if waiting:
                late.start()
                time.sleep(waiting)
            replacement.replace(path)
        if not waiting:
            late.start()
        late.join()
    with EmbeddedStore.open(path, MANIFEST) as store:
        assert [info.id for info in store.articles(EVERYTHING)] == ["new", "late"]
        store.check()


def test_the_file_alone_is_a_whole_copy_even_while_the_store_is_open(path: Path, store: EmbeddedStore) -> None:
    for number in range(3):
        store.add(simple_entry(f"a{number}", ["anchor"]))
        copy = path.with_name(f"copy{number}.db")
        shutil.copyfile(path, copy)
        with EmbeddedStore.open(copy, MANIFEST) as copied:
            assert copied.articles(EVERYTHING) == store.articles(EVERYTHING)
            copied.check()


def test_a_store_that_was_moved_away_while_in_use_is_not_written_any_more(path: Path, store: EmbeddedStore) -> None:
    path.rename(path.with_name("elsewhere.db"))
    for use in (lambda: store.add(simple_entry("one", ["anchor"])), lambda: store.articles(EVERYTHING)):
        with pytest.raises(StoreError, match="moved away while in use: put it back, or restart"):
            use()
    assert not path.exists()
    path.with_name("elsewhere.db").rename(path)
    store.add(simple_entry("one", ["anchor"]))


def test_a_closed_store_says_so(store: EmbeddedStore) -> None:
    store.close()
    with pytest.raises(StoreError, match="is closed: open it again"):
        store.articles(EVERYTHING)
    with pytest.raises(StoreError, match="is closed: open it again"):
        store.remove("one")


# --- refusals -----------------------------------------------------------------------------------------------


def one_sentence(message: str) -> bool:
    return message.endswith(".") and "\n" not in message and ": " in message


def test_another_programs_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE articles (id)")
    connection.close()
    text = tmp_path / "notes.txt"
    text.write_text("anchor " * 1000)
    for path in (foreign, text):
        before = path.read_bytes()
        with pytest.raises(StoreError, match="is not a Wuzhen store: move it away") as refused:
            EmbeddedStore.open(path, MANIFEST)
        assert one_sentence(str(refused.value))
        assert path.read_bytes() == before


@pytest.mark.parametrize(
    "other",
    [
        Manifest("b-model", "0" * 64, DIMENSION),
        Manifest("a-model", "1" * 64, DIMENSION),
        Manifest("a-model", "0" * 64, DIMENSION + 1),
    ],
)
def test_a_store_made_with_another_model_is_refused_and_names_the_command_that_helps(
    path: Path, store: EmbeddedStore, other: Manifest
) -> None:
    with pytest.raises(StoreError, match=r"made with the model a-model .* not .*: run `wuzhen rebuild`") as refused:
        EmbeddedStore.open(path, other)
    assert one_sentence(str(refused.value))


@pytest.mark.parametrize("schema", [0, 1, 2])
def test_a_store_of_another_schema_is_refused_and_names_the_command_that_helps(path: Path, schema: int) -> None:
    EmbeddedStore.open(path, MANIFEST).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE manifest SET schema_version = ?", (schema,))
    connection.close()
    with pytest.raises(StoreError, match=r"another version of Wuzhen .*: run `wuzhen rebuild`") as refused:
        EmbeddedStore.open(path, MANIFEST)
    assert one_sentence(str(refused.value))


def use_all(path: Path) -> None:
    """Everything that can be done with a store."""
    with EmbeddedStore.open(path, MANIFEST) as store:
        for info in store.articles(EVERYTHING):
            store.article(info.key)
        everything_seen(store, EVERYTHING)
        store.document_frequency(WORDS, EVERYTHING)
        store.add(simple_entry("new", WORDS))
        store.remove("one")
        store.check()


@pytest.fixture
def healthy(path: Path) -> bytes:
    with EmbeddedStore.open(path, MANIFEST) as store:
        for number in range(3):
            store.add(simple_entry(f"a{number}", WORDS * 5, speakers=SPEAKERS))
    return path.read_bytes()


def test_a_truncated_file_is_refused_as_damaged_wherever_it_was_cut(path: Path, healthy: bytes) -> None:
    for length in (100, 511, 4096, 4097, len(healthy) // 2, len(healthy) - 4096):
        path.write_bytes(healthy[:length])
        with pytest.raises(StoreError, match=r"is damaged: move it .* away") as refused:
            use_all(path)
        assert one_sentence(str(refused.value))


def test_a_file_with_overwritten_parts_raises_nothing_but_a_sentence(path: Path, healthy: bytes) -> None:
    random = np.random.default_rng(7)
    refusals = 0
    for _ in range(60):
        damaged = bytearray(healthy)
        for _ in range(int(random.integers(1, 4))):
            start, length = int(random.integers(100, len(healthy))), int(random.integers(1, 600))
            damaged[start : start + length] = random.bytes(len(damaged[start : start + length]))
        for left in path.parent.iterdir():
            left.unlink()
        path.write_bytes(damaged)
        try:
            use_all(path)
        except StoreError as error:
            refusals += 1
            assert one_sentence(str(error))
    assert refusals > 10


def test_a_text_that_is_not_the_one_that_was_added_is_never_given(path: Path, store: EmbeddedStore) -> None:
    key = store.add(simple_entry("one", ["anchor"])).key
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE articles SET text = replace(text, 'anchor', 'anchxr')")
    connection.close()
    for use in (lambda: store.article(key), store.check, lambda: read_articles(path)):
        with pytest.raises(StoreError, match="is damaged"):
            use()


def test_a_folder_in_the_place_of_the_file_or_a_file_in_the_place_of_the_folder_is_refused(
    tmp_path: Path,
) -> None:
    (tmp_path / "folder.db").mkdir()
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "folder.db", tmp_path / "file" / "store.db"):
        with pytest.raises(StoreError, match="choose another data folder") as refused:
            EmbeddedStore.open(path, MANIFEST)
        assert one_sentence(str(refused.value))


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the privileges of root, for whom nothing is forbidden."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX's")
def test_a_folder_or_file_that_may_not_be_written_is_refused() -> None:
    with fresh_folder() as folder:
        folder.chmod(0o755)
        path = folder / "store.db"
        EmbeddedStore.open(path, MANIFEST).close()
        path.chmod(0o444)
        folder.chmod(0o555)
        try:
            with as_nobody():
                for use in (
                    lambda: EmbeddedStore.open(folder / "new.db", MANIFEST),
                    lambda: EmbeddedStore.open(folder / "new" / "store.db", MANIFEST),
                    lambda: EmbeddedStore.open(path, MANIFEST).add(simple_entry("one", ["anchor"])),
                ):
                    with pytest.raises(StoreError, match="choose another data folder") as refused:
                        use()
                    assert one_sentence(str(refused.value))
        finally:
            folder.chmod(0o755)


# --- rebuilding ---------------------------------------------------------------------------------------------

NEW_MODEL = Manifest("b-model", "1" * 64, 4)


def with_new_model(article: Article, shipped: bool) -> Entry:
    entry = simple_entry(article.id, ["fjord"], collection=article.collection, vectors=unit_vectors(3, 4, 1))
    return Entry(article, entry.statements, entry.passages, [], entry.units, entry.vectors, shipped)


def test_rebuilding_keeps_the_articles_and_makes_the_rest_anew(path: Path) -> None:
    with EmbeddedStore.open(path, MANIFEST) as store:
        store.add(simple_entry("gone", ["anchor"], shipped=True))
        store.add(simple_entry("one", ["anchor"], shipped=True))
        store.add(simple_entry("two", ["bolt", "bolt"], collection="guild:1"))
        store.remove("gone")
        before, version = store.articles(EVERYTHING), store.version
        articles = [store.article(info.key) for info in before]
    assert read_articles(path) == [(articles[0], True), (articles[1], False)]
    rebuild(path, NEW_MODEL, with_new_model)
    with EmbeddedStore.open(path, NEW_MODEL) as store:
        after = store.articles(EVERYTHING)
        assert [store.article(info.key) for info in after] == articles
        assert [info.added_at for info in after] == [info.added_at for info in before]
        assert not {info.key for info in after} & {info.key for info in before}
        assert store.version > version
        assert store.shipped() == {"gone", "one"}
        assert len(store.dense("content", unit_vectors(1, 4, 2)[0], EVERYTHING, 9)) == 2
        assert store.document_frequency(["anchor", "fjord"], EVERYTHING) == {"anchor": 0, "fjord": 2}
        store.check()
    assert read_articles(path) == [(articles[0], True), (articles[1], False)]


def test_a_rebuild_that_fails_leaves_everything_as_it_was(path: Path, store: EmbeddedStore) -> None:
    store.add(simple_entry("one", ["anchor"]))
    before = store.articles(EVERYTHING)

    def make(article: Article, shipped: bool) -> Entry:
        raise RuntimeError(article.id)

    with pytest.raises(RuntimeError, match="one"):
        rebuild(path, NEW_MODEL, make)
    assert store.articles(EVERYTHING) == before
    store.check()


def test_a_running_store_sees_a_rebuild_with_its_model_and_refuses_one_with_another(path: Path) -> None:
    query = unit_vectors(1, DIMENSION, 1)[0]
    with EmbeddedStore.open(path, MANIFEST) as store:
        store.add(simple_entry("one", ["anchor"]))
        old = store.dense("content", query, EVERYTHING, 9)
        rebuild(
            path,
            MANIFEST,
            lambda article, shipped: simple_entry(article.id, ["bolt", "bolt"], shipped=shipped),
        )
        new = store.dense("content", query, EVERYTHING, 9)
        assert len(new) == 2
        assert not {hit.key for hit in new} & {hit.key for hit in old}
        rebuild(path, NEW_MODEL, with_new_model)
        with pytest.raises(StoreError, match=r"made with the model b-model .*: restart this program"):
            store.dense("content", query, EVERYTHING, 9)
        with pytest.raises(StoreError, match="restart this program"):
            store.add(simple_entry("two", ["anchor"]))


def test_the_articles_of_another_schema_are_read_and_rebuilt(path: Path) -> None:
    EmbeddedStore.open(path, MANIFEST).close()
    with sqlite3.connect(path) as connection:
        connection.executescript(
            "UPDATE manifest SET schema_version = 1;"
            "DROP TABLE articles; DROP TABLE units; DROP TABLE shipped;"
            "CREATE TABLE articles (title, id, text, collection, colour);"
            "INSERT INTO articles VALUES ('T', 'one', 'anchor', 'guild:1', 'red')"
        )
    connection.close()
    article = Article("one", "T", "anchor", None, "guild:1")
    assert read_articles(path) == [(article, False)]
    rebuild(path, NEW_MODEL, with_new_model)
    with EmbeddedStore.open(path, NEW_MODEL) as store:
        (info,) = store.articles(EVERYTHING)
        assert store.article(info.key) == article
        store.check()


DOWN = {
    4: "DROP TABLE readings;",
    3: "ALTER TABLE articles DROP COLUMN published; ALTER TABLE removed DROP COLUMN published;",
}


def downgrade(path: Path, layout: int) -> None:
    """Make the file what an older Wuzhen left."""
    with sqlite3.connect(path) as connection:
        for step in range(4, layout - 1, -1):
            connection.executescript(DOWN[step])
        connection.execute("UPDATE manifest SET schema_version = ?", (layout,))
    connection.close()


@pytest.mark.parametrize("layout", [3, 4])
def test_a_store_of_an_older_layout_is_upgraded_with_all_that_is_in_it(path: Path, layout: int) -> None:
    query = unit_vectors(1, DIMENSION, 1)[0]
    with EmbeddedStore.open(path, MANIFEST) as store:
        for name in ("kept", "gone", "also"):
            store.add(simple_entry(name, ["anchor"], collection="guild:1"))
        store.remove("gone", "guild:1")
        before, removed = store.articles(EVERYTHING), store.removed("guild:1")
        found = store.dense("content", query, EVERYTHING, 9)
    downgrade(path, layout)

    assert stored_manifest(path) == MANIFEST
    with EmbeddedStore.open(path, MANIFEST) as store:
        assert store.articles(EVERYTHING) == [replace(info, rules=0) for info in before]
        assert store.removed("guild:1") == removed
        assert store.dense("content", query, EVERYTHING, 9) == found
        assert [info.id for info in store.outdated()] == ["kept", "also"]
        assert store.restore("gone", "guild:1")
        store.add(simple_entry("new", ["anchor"]))
        store.remove("new")
        assert store.restore("new")
        assert "new" not in {info.id for info in store.outdated()}
        store.check()


@pytest.mark.parametrize("layout", [3, 4])
def test_a_store_of_an_older_layout_may_be_rebuilt_for_another_model(path: Path, layout: int) -> None:
    with EmbeddedStore.open(path, MANIFEST) as store:
        store.add(simple_entry("kept", ["anchor"]))
        before = store.articles(EVERYTHING)
    downgrade(path, layout)
    rebuild(path, NEW_MODEL, with_new_model)
    with EmbeddedStore.open(path, NEW_MODEL) as store:
        (info,) = store.articles(EVERYTHING)
        assert (info.sha256, info.added_at, info.rules) == (before[0].sha256, before[0].added_at, RULES)
        store.check()


def test_a_store_of_a_newer_layout_is_refused_in_a_sentence_and_left_alone(path: Path) -> None:
    with EmbeddedStore.open(path, MANIFEST) as store:
        store.add(simple_entry("one", ["anchor"]))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE manifest SET schema_version = 99")
    connection.close()
    before = path.read_bytes()
    uses: list[Callable[[], object]] = [
        lambda: EmbeddedStore.open(path, MANIFEST),
        lambda: stored_manifest(path),
        lambda: rebuild(path, NEW_MODEL, with_new_model),
        lambda: read_articles(path),
    ]
    for use in uses:
        with pytest.raises(StoreError, match=r"a newer version of Wuzhen \(layout 99, not \d+\): install") as refused:
            use()
        assert one_sentence(str(refused.value))
    assert path.read_bytes() == before


def test_what_was_found_anew_takes_the_place_of_what_was_found_before(path: Path) -> None:
    with EmbeddedStore.open(path, MANIFEST) as store:
        for name in ("first", "second"):
            store.add(replace(simple_entry(name, ["anchor"]), rules=RULES - 1))
        store.rename("first", "A better title")
        first = store.outdated()[0]
        query = unit_vectors(1, DIMENSION, 1)[0]
        store.dense("content", query, EVERYTHING, 9)  # what is in memory has to notice

        assert store.replace(first.key, simple_entry("first", ["bolt", "bolt"]))

        now = store.articles(EVERYTHING)
        assert [(info.id, info.title, info.added_at) for info in now][:1] == [
            ("first", "A better title", first.added_at)
        ]
        assert [info.id for info in now] == ["first", "second"]
        assert [info.id for info in store.outdated()] == ["second"]
        assert {hit.key for hit in store.dense("content", query, EVERYTHING, 9)} == {
            one.key for one in store.statements(EVERYTHING)
        }
        assert not store.replace(first.key, simple_entry("first", ["anchor"]))
        store.check()


def test_the_day_of_publication_survives_removal_and_a_rebuild(path: Path) -> None:
    entry = simple_entry("one", ["anchor"])
    article = replace(entry.article, published="2021-05-03")
    with EmbeddedStore.open(path, MANIFEST) as store:
        store.add(replace(entry, article=article))
        store.remove("one")
    rebuild(path, NEW_MODEL, with_new_model)
    with EmbeddedStore.open(path, NEW_MODEL) as store:
        store.restore("one")
    rebuild(path, NEW_MODEL, with_new_model)
    with EmbeddedStore.open(path, NEW_MODEL) as store:
        (info,) = store.articles(EVERYTHING)
        assert (info.published, store.article(info.key)) == ("2021-05-03", article)


@pytest.mark.parametrize(
    "script",
    [
        "DROP TABLE articles",
        "ALTER TABLE articles RENAME COLUMN text TO words;"  # noqa: ISC004 - one script
        "INSERT INTO articles VALUES (1, 'public', 'one', 'T', NULL, NULL, '', 0, '', 0, 'anchor')",
    ],
)
def test_a_store_without_readable_articles_is_not_rebuilt(path: Path, script: str) -> None:
    EmbeddedStore.open(path, MANIFEST).close()
    with sqlite3.connect(path) as connection:
        connection.executescript(script)
    connection.close()
    for use in (lambda: read_articles(path), lambda: rebuild(path, NEW_MODEL, with_new_model)):
        with pytest.raises(StoreError, match="that this version can") as refused:
            use()
        assert one_sentence(str(refused.value))


def test_there_is_nothing_to_rebuild_where_there_is_no_store(path: Path) -> None:
    with pytest.raises(StoreError, match=r"no store .*: there is nothing to rebuild"):
        read_articles(path)
    assert not path.exists()
