"""All that a running bot remembers in memory, with its bound: a new cache without one fails here."""

from __future__ import annotations

import gc
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import cachetools
import pytest

from bot.operations.metrics import Metrics
from bot.services.answering import Answering, Limits
from bot.services.request import Request
from bot.storage.feedback import Records
from index.answer.contract import Answer
from index.library import Library
from index.question.model import Asked, Memory
from index.search import Searcher
from index.store.protocol import Scope, Store

if TYPE_CHECKING:
    from tests.bot.client.conftest import World

CABLES = "What did Ada Park say about cables?"
OURS = ("bot.", "index.", "tests.")
GROWING = (dict, list, set, cachetools.Cache)

# the long version: QUESTIONS=30000 pytest tests/bot/client/test_caches.py
QUESTIONS = int(os.environ.get("QUESTIONS", "1800"))
PEOPLE = 500


def things(root: object) -> Iterator[tuple[str, Any]]:
    """What an object of ours and all that belongs to it remembers, by class and attribute."""
    seen, left = set[int](), [root]
    while left:
        one = left.pop()
        if id(one) in seen or not type(one).__module__.startswith(OURS):
            continue
        seen.add(id(one))
        slots = {name for kind in type(one).__mro__ for name in getattr(kind, "__slots__", ())}
        own = getattr(one, "__dict__", {}) | {name: getattr(one, name) for name in slots if hasattr(one, name)}
        for name, value in own.items():
            if isinstance(value, GROWING) or type(value).__name__ in {"WeakValueDictionary", "deque", "Counter"}:
                yield f"{type(one).__name__}.{name}", value
            left.append(value)
            left.extend(
                value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
            )


BOUNDS = {
    "Answering._cached": 1_000,
    "Answering._in_vain": 5_000,
    "Answering._shown": 5_000,
    "Answering._turns": 5_000,
    "Conversations._answers": 10_000,
    "Conversations._people": 10_000,
    "Conversations._questions": 10_000,
    "Drafts._waiting": 20_000_000,  # bytes
    "FairQueue._served": 10_000,
    "Fetcher._robots": 20_000,
    "Languages._people": 20_000,
    "Listener._asked": 1_000,
    "Listener._told": 1_000,
    "Listener._turned_away": 10_000,
    "Membership._members": 20_000,
    "Membership._strangers": 20_000,
    "RateLimit._windows": 100_000,
    "Records._forgotten": 10_000,
    "Records._gone": 10_000,
    "Searcher._around": 20_000,
    "Searcher._every": 64,
    "View._known": 64,
    "View._speakers": 64,
    "WordIndex._selections": 64,
    "WordIndex._terms": 4_096,
}
# what has no size of its own, and what bounds it
BOUNDED_BY = {
    "what is going on": {
        "Answering._background",
        "Answering._in_order",
        "Drafts._at_work",
        "FairQueue._at_work",
        "FairQueue._places",
        "FairQueue._waiting",
        "Listener._deleted",
        "Listener._locks",
        "SingleFlight._jobs",
    },
    "how many choices there are": {
        "Answering._paces",
        "FairQueue._free",
        "Metrics._abstentions",
        "Metrics._questions",
        "Metrics._votes",
    },
    "what the articles hold": {
        "EmbeddedStore._indexes",
        "EmbeddedStore._words",
        "Searcher._by_article",
        "Searcher._passages",
        "Searcher._short_forms",
        "Searcher._statements",
    },
    "being emptied when it is full": {"Searcher._idf", "Searcher._sizes", "VectorIndex._selections"},
    "what is read once, or discord.py's own": {
        "Meta.files",
        "Meta.versions",
        "PersistentTree._context_menus",
        "PersistentTree._global_commands",
        "PersistentTree._guild_commands",
        "Settings.__dict__",
        "Settings.__pydantic_fields_set__",
        "Wuzhen._AutoShardedClient__shards",
        "Wuzhen._handlers",
        "Wuzhen._hooks",
        "Wuzhen._listeners",
        "_Graph._inputs",
    },
    "a test": {"Gated.asked"},
}


async def test_every_cache_has_its_bound(harbour: World) -> None:
    await harbour.ann.send(harbour.general, f"{harbour.mention} {CABLES}")
    found = dict(things(harbour.bot))
    bounds = {name: int(one.maxsize) for name, one in found.items() if isinstance(one, cachetools.Cache)}
    assert {name: bound for name, bound in bounds.items() if BOUNDS.get(name) != bound} == {}
    assert len(bounds) > 15
    others = {name for name, one in found.items() if name not in bounds and not is_metric(one)}
    assert others - set().union(*BOUNDED_BY.values()) == set()


def is_metric(one: object) -> bool:
    """Whether it is a number for operators, of which there are as many as it has labels."""
    return type(one).__module__.startswith("prometheus_client")


class Quick(Library):
    """Articles that answer at once, each question with an answer of its own."""

    version = 1

    def ask(self, question: str | Asked, **_: Any) -> tuple[Answer, Memory]:
        answer = Answer(str(question), "answered", "who_said", f"Ada said {question}" * 20, 0.9)
        return answer, Memory()


async def test_however_many_people_ask_the_memory_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, bound in (("_CACHED", 100), ("_SHOWN", 200)):  # full after a few questions, so that a test is quick
        monkeypatch.setattr(f"bot.services.answering.{name}", bound)
    monkeypatch.setattr("bot.services.conversation._MOST", 200)
    with Quick(tmp_path) as library, Records(tmp_path / "bot.db") as records:
        answering = Answering(library, records, Metrics(), Limits(queue=10, seconds=10, per_minute=100_000))

        async def ask(number: int) -> None:
            scope = Scope(frozenset({"public", f"guild:{number % 7}"}))
            request = Request(number % PEOPLE, number % 50, f"Who said {number}?", scope, "slash")
            answer = await answering.ask(request)
            answering.shown(request, number, answer)

        used = []
        tracemalloc.start()
        try:
            for third in range(3):
                for number in range(QUESTIONS // 3 * third, QUESTIONS // 3 * (third + 1)):
                    await ask(number)
                gc.collect()
                used.append(tracemalloc.get_traced_memory()[0])
        finally:
            tracemalloc.stop()
    assert used[2] < 1.05 * used[1], used


def test_however_many_words_are_asked_for_their_rarities_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.search._KEPT_WORDS", 50)
    store = Mock(spec=Store)
    store.document_frequency.return_value = {}
    store.count_passages.return_value = 20
    searcher = Searcher(store)
    for number in range(200):
        searcher.unknown([f"word{number}"], Scope(frozenset({f"guild:{number}"})))
    assert len(searcher._idf) <= 50
    assert len(searcher._sizes) <= 64
