"""Any order of adding, removing, renaming and asking: a word of one server's article is shown in that server alone.

The servers of Discord are collections here: what a channel of each, a stranger's direct message and that of somebody
with both servers may see are scopes.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from index.answer.contract import Place
from index.article import article_from_text
from index.encoder import Encoder
from index.indexing import entries
from index.library import Library
from index.question.model import Memory
from index.store.protocol import PUBLIC, Entry, Scope, StoreError

OURS, THEIRS = "guild:100000000000000001", "guild:100000000000000002"
# of each collection's articles: place, speaker and thing, which stand nowhere else and nobody types
WORDS = {
    PUBLIC: (("Quellmoor", "Odalys Brandt", "kettledrum"), ("Brackwater", "Tamsin Oduya", "sundial")),
    OURS: (("Vashholm", "Perrin Iskander", "zeppelin"), ("Ellerby", "Joss Mirzoyan", "harpsichord")),
    THEIRS: (("Thrumwick", "Sunniva Ekeland", "marzipan"), ("Oxmere", "Dorian Vasquez", "telescope")),
}
TEXT = """\
{place} opens its well

“The well never ran dry,” said {name}, the keeper of the {thing}. {name} denied that the {thing} was sold.

The well cost {number} crowns. It is said to be safe, and the {thing} is to stay in {place}.
"""
VIEWS = {
    "a channel of ours": (PUBLIC, OURS),
    "a channel of theirs": (PUBLIC, THEIRS),
    "a stranger's direct message": (PUBLIC,),
    "a member's direct message": (PUBLIC, OURS, THEIRS),
}
QUESTIONS = (
    "Who said that the well never ran dry?",
    "How much did the well cost?",
    "Who is quoted?",
    "What did the keeper say?",
    "Who denied that it was sold?",
    "What else did they say?",
    "Where is the well?",
    "Who is the keeper?",
    "Did the keeper say that the well never ran dry?",
)


@pytest.fixture(scope="module")
def prepared(encoder: Encoder) -> dict[tuple[str, int], Entry]:
    """The articles, parsed once."""
    keys = [(collection, number) for collection in WORDS for number in range(2)]
    articles = [
        article_from_text(
            TEXT.format(place=place, name=name, thing=thing, number=3 + 2 * number),
            id=f"well-{number}",
            collection=collection,
        )
        for collection, number in keys
        for place, name, thing in [WORDS[collection][number]]
    ]
    return dict(zip(keys, entries(articles, encoder, lambda _: False), strict=True))


def marks(collection: str) -> set[str]:
    """The words of a collection's articles that stand nowhere else."""
    return {word.casefold() for words in WORDS[collection] for phrase in words for word in phrase.split()}


class Walk(RuleBasedStateMachine):
    """Does anything in any order, and looks at all that is shown for it."""

    read: Path
    prepared: dict[tuple[str, int], Entry]
    seen: set[str]  # collections of which something was shown where it may be seen

    collections = st.sampled_from(sorted(WORDS))
    numbers = st.integers(0, 1)
    views = st.sampled_from(sorted(VIEWS))

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copytree(self.read, self.folder / "data", symlinks=True)
        self.library = Library(self.folder / "data")
        self.library.ask("Who is quoted?")
        for entry in self.prepared.values():
            self.library._store().add(entry)  # entries that are parsed already
        self.memories: dict[str, Memory] = {}
        self.places: list[Place] = []

    def teardown(self) -> None:
        if hasattr(self, "library"):
            self.library.close()
            shutil.rmtree(self.folder)

    def show(self, view: str, what: Any) -> None:
        """Something is shown there: it may hold no word of what may not be seen from there."""
        shown = json.dumps(what, default=asdict, ensure_ascii=False).casefold()
        for collection in WORDS:
            found = {word for word in marks(collection) if word in shown}
            assert not found or collection in VIEWS[view], (view, found)
            if found:
                self.seen.add(collection)

    # ── what managers do ──────────────────────────────────────────────────

    @rule(collection=collections, number=numbers)
    def add(self, collection: str, number: int) -> None:
        with suppress(StoreError):  # it is there
            self.library._store().add(self.prepared[collection, number])

    @rule(collection=collections, number=numbers)
    def remove(self, collection: str, number: int) -> None:
        self.library.remove(f"well-{number}", collection)

    @rule(collection=collections, number=numbers)
    def restore(self, collection: str, number: int) -> None:
        with suppress(StoreError):  # another of its id is there
            self.library.restore(f"well-{number}", collection)

    @rule(collection=collections, number=numbers)
    def rename(self, collection: str, number: int) -> None:
        self.library.rename(f"well-{number}", f"The {WORDS[collection][number][2]} again", collection)

    @rule(collection=st.sampled_from([OURS, THEIRS]))
    def purge(self, collection: str) -> None:
        self.library.purge(collection)

    # ── what people do ────────────────────────────────────────────────────

    @rule(view=views, question=st.sampled_from(QUESTIONS), alone=st.none() | numbers)
    def ask(self, view: str, question: str, alone: int | None) -> None:
        articles = None if alone is None else frozenset({f"well-{alone}"})
        scope = Scope(frozenset(VIEWS[view]), articles)
        answer, self.memories[view] = self.library.ask(question, scope=scope, memory=self.memories.get(view))
        self.show(view, [answer.to_json(), answer.parts, answer.stories])
        self.places += [citation.place for citation in answer.citations]

    @rule(view=views)
    def look(self, view: str) -> None:
        scope = Scope(frozenset(VIEWS[view]))
        self.show(view, [self.library.speakers(scope), self.library.articles(scope)])

    @precondition(lambda self: self.places)
    @rule(view=views, data=st.data())
    def press(self, view: str, data: st.DataObject) -> None:
        """A button from anywhere and any time: its place may be of another server, or gone."""
        place, scope = data.draw(st.sampled_from(self.places)), Scope(frozenset(VIEWS[view]))
        self.show(view, [self.library.tell([place], scope), self.library.paragraph(place, scope)])

    @invariant()
    def the_trash_is_its_own(self) -> None:
        for collection in (OURS, THEIRS) if hasattr(self, "library") else ():
            assert {one.collection for one in self.library.removed(collection)} <= {collection}


def test_no_order_of_steps_shows_a_word_where_it_may_not_be_seen(
    read: Path, prepared: dict[tuple[str, int], Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"read": read, "prepared": prepared, "seen": set()}.items():
        monkeypatch.setattr(Walk, name, value, raising=False)
    bounds = settings(max_examples=20, stateful_step_count=25, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Walk, settings=bounds)
    assert Walk.seen == set(WORDS)  # where they may be seen, they were
