"""One version of the index as answering sees it: what is made of it once for each scope."""

from __future__ import annotations

import threading
from collections import Counter

from cachetools import LRUCache

from index.answer.model import SpeakerInfo
from index.answer.wording import roles_told
from index.question.people import Directory
from index.search import Searcher
from index.statements.model import Speaker
from index.store.protocol import Scope, Store
from index.words import written_words

# scopes kept ready: as many as servers that ask at about the same time
_SCOPES = 64

People = dict[str, list[Speaker]]


class View:
    """What answering needs of one version of a store. Any thread may use it; throw it away when `version` is old.

    Args:
        store: the store.
        version: the version that it has now.
    """

    def __init__(self, store: Store, version: int) -> None:
        self.version = version
        self.searcher = Searcher(store)
        self._store = store
        self._lock = threading.RLock()
        self._people: LRUCache[Scope, tuple[Directory, People]] = LRUCache(_SCOPES)
        self._speakers: LRUCache[Scope, list[SpeakerInfo]] = LRUCache(_SCOPES)

    def people(self, scope: Scope) -> tuple[Directory, People]:
        """Everybody quoted or named in scope: to be linked to words, and as the articles present them, by name."""
        with self._lock:
            if scope not in self._people:
                stored = self._store.speakers(scope)
                people: People = {}
                for one in stored:
                    people.setdefault(one.speaker.name, []).append(one.speaker)
                texts = (self.searcher.article(info.key).text for info in self._store.articles(scope))
                words = {word for text in texts for word in written_words(text)}
                self._people[scope] = Directory(stored, words), people
            return self._people[scope]

    def speakers(self, scope: Scope) -> list[SpeakerInfo]:
        """Everybody quoted in scope, a line for each name; most statements first, then by name."""
        with self._lock:
            if scope not in self._speakers:
                _, people = self.people(scope)
                said = [stored.statement for stored in self._store.statements(scope)]
                counts = Counter(statement.speaker for statement in said if statement.speaker)
                kinds = {str(statement.speaker): statement.source_kind for statement in reversed(said)}
                kinds |= {name: presented[0].kind for name, presented in people.items()}
                found = [
                    SpeakerInfo(name, next(iter(roles_told(people.get(name, ()))), None), kinds[name], count)
                    for name, count in counts.items()
                ]
                self._speakers[scope] = sorted(found, key=lambda one: (-one.statements, one.name.casefold(), one.name))
            return list(self._speakers[scope])
