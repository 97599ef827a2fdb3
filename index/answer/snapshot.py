"""One version of the index as answering sees it: what is made of it once for each scope."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass

from cachetools import LRUCache

from index.answer.contract import SpeakerInfo
from index.answer.present.statement_text import roles_told
from index.language.words import written_words
from index.search import Searcher
from index.speakers.directory import Directory
from index.speakers.identity import Called, same_people
from index.statements.statement import Speaker
from index.store.protocol import Scope, Store, StoredStatement

# scopes kept ready: as many as servers that ask at about the same time
_SCOPES = 64


@dataclass(frozen=True, slots=True)
class Known:
    """Who is in scope.

    Attributes:
        directory: links words of a question to them.
        people: as the articles present them, by the name for all articles.
        called: the name for all articles, by what each article calls them.
    """

    directory: Directory
    people: dict[str, list[Speaker]]
    called: Called


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
        self._known: LRUCache[Scope, Known] = LRUCache(_SCOPES)
        self._speakers: LRUCache[Scope, list[SpeakerInfo]] = LRUCache(_SCOPES)

    def known(self, scope: Scope) -> Known:
        """Everybody quoted or named in scope."""
        with self._lock:
            if scope not in self._known:
                stored, called = same_people(self._store.speakers(scope))
                people: dict[str, list[Speaker]] = {}
                for one in stored:
                    people.setdefault(one.speaker.name, []).append(one.speaker)
                texts = (self.searcher.article(info.key).text for info in self._store.articles(scope))
                words = {word for text in texts for word in written_words(text)}
                self._known[scope] = Known(Directory(stored, words), people, called)
            return self._known[scope]

    def speakers(self, scope: Scope) -> list[SpeakerInfo]:
        """Everybody quoted in scope, a line for each name; most statements first, then by name."""
        with self._lock:
            if scope not in self._speakers:
                known = self.known(scope)
                people = known.people
                said = [(s.statement, _name(s, known)) for s in self._store.statements(scope) if s.statement.speaker]
                counts = Counter(name for _, name in said)
                kinds = {name: statement.source_kind for statement, name in reversed(said)}
                kinds |= {name: presented[0].kind for name, presented in people.items()}
                found = [
                    SpeakerInfo(name, next(iter(roles_told(people.get(name, ()))), None), kinds[name], count)
                    for name, count in counts.items()
                ]
                self._speakers[scope] = sorted(found, key=lambda one: (-one.statements, one.name.casefold(), one.name))
            return list(self._speakers[scope])


def _name(stored: StoredStatement, known: Known) -> str:
    """Who says it, by the name for all articles."""
    own = str(stored.statement.speaker)
    return known.called.get((stored.article, own), own)
