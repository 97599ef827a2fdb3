"""The one door to everything here: add, remove, list and ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from index.article import Article, ArticleError
from index.shipped import shipped_articles
from index.store.embedded import EmbeddedStore
from index.store.peek import no_store_at, stored_manifest
from index.store.protocol import PUBLIC, ArticleInfo, Manifest, Scope, StoreError

if TYPE_CHECKING:  # what needs numpy or a model is imported when it is first used
    from index.answer.model import Answer
    from index.encoder import Encoder
    from index.health import Check
    from index.question.identity import Called
    from index.question.model import Memory, Question
    from index.question.people import Directory
    from index.search import Searcher
    from index.statements.extract import Extraction
    from index.statements.model import Speaker
    from index.store.protocol import Entry

_DATABASE = "wuzhen.db"
_MAX_QUESTION = 2000  # characters; Discord's own limit for a message
_TRIES = 5  # how often a question is asked anew when articles come or go meanwhile

Say = Callable[[str], None]


class LibraryError(Exception):
    """Something the library cannot do; the message is one sentence that says what to do."""


@dataclass(slots=True)
class _View:
    """What answering needs of one version of the store, made once for each scope."""

    version: int
    searcher: Searcher
    known: dict[Scope, _Known] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Known:
    """Who is in scope: ready to be named in a question, and by name; what the articles call them."""

    directory: Directory
    people: dict[str, list[Speaker]]
    called: Called


class Library:
    """Articles, their statements, and answers about them, kept in a data folder.

    Making one is cheap; models are loaded when they are first needed. Any thread may use it.

    Args:
        data: the data folder, made when it is first written to.
        model: a sentence-transformers folder or name; None for the one that ships.
        threshold: the operating point, 0 (answer always) to 1 (never); None for the tuned one.
        threads: how many threads the encoder uses; None for as many as there are cores.
        progress: is told, in a sentence, what takes its time.
    """

    def __init__(
        self,
        data: Path,
        *,
        model: str | None = None,
        threshold: float | None = None,
        threads: int | None = None,
        progress: Say | None = None,
    ) -> None:
        self._data = data
        self._model = model
        self._threshold = threshold
        self._threads = threads
        self._say = progress or (lambda _: None)
        self._lock = threading.RLock()
        self._encoder_: Encoder | None = None
        self._store_: EmbeddedStore | None = None
        self._view_: _View | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of files and models."""
        with self._lock:
            if self._store_ is not None:
                self._store_.close()
            self._store_ = self._encoder_ = self._view_ = None

    # ── asking ────────────────────────────────────────────────────────────

    def ask(self, text: str, *, scope: Scope | None = None, memory: Memory | None = None) -> tuple[Answer, Memory]:
        """The answer to a question, and what the conversation now is about.

        Args:
            text: the question as asked; of a longer one, the first 2,000 characters count.
            scope: which articles may be seen; None for the public ones.
            memory: what the conversation was about; None for a fresh one.

        Raises:
            StoreError, EncoderError: the index or the model cannot be used; each says what to do.
        """
        from index.question.memory import remember  # noqa: PLC0415 - only asking needs it
        from index.question.model import Memory  # noqa: PLC0415 - likewise

        started = time.perf_counter()
        scope, memory = scope or Scope(), memory or Memory()
        self._encoder()
        self._with_shipped()
        for tries_left in reversed(range(_TRIES)):
            view = self._view()
            try:
                asked = self._answer(view, text[:_MAX_QUESTION], scope, memory)
            except KeyError:  # an article went while its words were being told
                if not tries_left:
                    raise LibraryError("The articles are changing just now: ask again in a moment.") from None
                self._forget_view(view)
                continue
            if self._store().version == view.version:
                break
        answer, question, known = asked
        shown = [(c.article, c.start, c.end) for c in answer.citations] if answer.status == "answered" else []
        memory = remember(memory, question, _talked_about(question, answer, known), shown)
        return answer.timed((time.perf_counter() - started) * 1000), memory

    def _answer(self, view: _View, text: str, scope: Scope, memory: Memory) -> tuple[Answer, Question, _Known]:
        from index.answer.desk import THRESHOLD, Desk  # noqa: PLC0415 - needs numpy
        from index.answer.respond import respond  # noqa: PLC0415 - likewise
        from index.question.understand import understand  # noqa: PLC0415 - likewise

        encoder = self._encoder()
        known = self._known(view, scope)
        question = understand(text, known.directory, memory)
        desk = Desk(
            question=question,
            searcher=view.searcher,
            scope=scope,
            encode=lambda words: encoder.encode([words])[0],
            people=known.people,
            directory=known.directory,
            called=known.called,
            memory=memory,
            threshold=THRESHOLD if self._threshold is None else self._threshold,
        )
        return respond(desk), question, known

    def _forget_view(self, view: _View) -> None:
        with self._lock:
            if self._view_ is view:
                self._view_ = None

    def _view(self) -> _View:
        from index.search import Searcher  # noqa: PLC0415 - needs numpy

        store = self._store()
        with self._lock:
            current = store.version
            if self._view_ is None or self._view_.version != current:
                self._view_ = _View(current, Searcher(store))
            return self._view_

    def _known(self, view: _View, scope: Scope) -> _Known:
        from index.question.identity import same_people  # noqa: PLC0415 - only asking needs it
        from index.question.people import Directory  # noqa: PLC0415 - likewise
        from index.words import written_words  # noqa: PLC0415 - likewise

        with self._lock:
            if scope not in view.known:
                store = self._store()
                stored, called = same_people(store.speakers(scope))
                people: dict[str, list[Speaker]] = {}
                for one in stored:
                    people.setdefault(one.speaker.name, []).append(one.speaker)
                texts = (view.searcher.article(info.key).text for info in store.articles(scope))
                words = {word for text in texts for word in written_words(text)}
                view.known[scope] = _Known(Directory(stored, words), people, called)
            return view.known[scope]

    # ── articles ──────────────────────────────────────────────────────────

    def articles(self, scope: Scope | None = None) -> list[ArticleInfo]:
        """What is in the index, in the order it was added; loads no model.

        A shipped article that no question has made the index read yet has key 0 and -1 statements.
        """
        scope = scope or Scope()
        manifest = stored_manifest(self._path) if self._store_ is None else self._store_.manifest
        if manifest is None:
            return [_unread(article) for article in shipped_articles() if _in_scope(article, scope)]
        with self._lock:
            if self._store_ is not None:
                return self._listed(self._store_, scope)
        with EmbeddedStore.open(self._path, manifest) as store:
            return self._listed(store, scope)

    def article(self, article_id: str, collection: str = PUBLIC) -> Article:
        """An article with its text. LibraryError when there is none of that id."""
        scope = Scope(frozenset({collection}), frozenset({article_id}))
        for info in self.articles(scope):
            if info.key == 0:
                return next(article for article in shipped_articles() if article.id == article_id)
            return self._store().article(info.key)
        raise LibraryError(_no_such(article_id))

    def add(
        self,
        articles: Iterable[Article],
        *,
        on_added: Callable[[ArticleInfo], None] | None = None,
        on_refused: Callable[[Article, str], None] | None = None,
    ) -> None:
        """Read articles into the index, each one whole or not at all; refuses those that are there already.

        Args:
            articles: what to add, read one by one.
            on_added: is told of each article when it is kept for good.
            on_refused: is told, in a sentence, why an article was not added.

        Raises:
            ArticleError: an article is refused, and there is no `on_refused`.
            StoreError, EncoderError: the index or the model cannot be used.
        """
        self._encoder()
        self._with_shipped()

        def refuse(article: Article, error: ArticleError) -> None:
            if on_refused is None:
                raise error
            on_refused(article, str(error))

        self._keep(self._new(articles, refuse), frozenset(), on_added or (lambda _: None))

    def remove(self, article_id: str, collection: str = PUBLIC) -> bool:
        """Forget an article for good; False when there is none of that id. A shipped one stays away."""
        self._with_shipped()
        return self._store().remove(article_id, collection)

    def rebuild(self) -> int:
        """Read every stored article again and make the index anew, for this model; how many there were.

        Raises:
            StoreError: there is no index, or it cannot be read.
        """
        from index.indexing import entries  # noqa: PLC0415 - loads spaCy
        from index.store.rebuild import read_articles, rebuild  # noqa: PLC0415 - rarely used

        encoder = self._encoder()
        if no_store_at(self._path):
            raise LibraryError(f"There is no index in {self._data} yet: ask a question or add an article to make one.")
        kept = read_articles(self._path)
        done = 0

        def make(article: Article, shipped: bool) -> Entry:
            nonlocal done
            done += 1
            self._say(f"Reading article {done} of {len(kept)}…")
            return next(entries([article], encoder, lambda _: shipped))

        rebuild(self._path, _manifest(encoder), make)
        with self._lock:
            self._view_ = None
        return done

    def extract(self, articles: Sequence[Article]) -> Iterator[Extraction]:
        """Who said what in articles, in order, without keeping anything. Loads spaCy."""
        from index.statements.extract import extract  # noqa: PLC0415 - loads spaCy

        return extract(articles)

    def health(self) -> list[Check]:
        """What is installed, the model, the data folder and the index: each fine, or what to do."""
        from index.health import checks  # noqa: PLC0415 - needs numpy

        return checks(self._data, self._model, self._path)

    # ── parts, loaded when needed ─────────────────────────────────────────

    @property
    def _path(self) -> Path:
        return self._data / _DATABASE

    def _encoder(self) -> Encoder:
        with self._lock:
            if self._encoder_ is None:
                from index.encoder import load_encoder  # noqa: PLC0415 - needs numpy

                self._encoder_ = load_encoder(self._data, self._model, self._say, self._threads)
            return self._encoder_

    def _store(self) -> EmbeddedStore:
        with self._lock:
            if self._store_ is None:
                self._store_ = EmbeddedStore.open(self._path, _manifest(self._encoder()))
            return self._store_

    def _with_shipped(self) -> None:
        """Read shipped articles that the index has never seen; one that was removed stays away."""
        known = self._store().shipped()
        missing = [article for article in shipped_articles() if article.id not in known]
        if missing:
            self._say("Reading the articles that come with Wuzhen…")
            self._keep(missing, frozenset(article.id for article in missing), lambda _: None)

    def _keep(
        self, articles: Iterable[Article], shipped: frozenset[str], on_added: Callable[[ArticleInfo], None]
    ) -> None:
        from index.indexing import entries  # noqa: PLC0415 - loads spaCy

        store = self._store()
        for entry in entries(articles, self._encoder(), lambda article: article.id in shipped):
            try:
                info = store.add(entry)
            except StoreError:
                if entry.shipped and entry.article.id in store.shipped():
                    continue  # another process was faster
                raise
            on_added(info)

    def _new(self, articles: Iterable[Article], refuse: Callable[[Article, ArticleError], None]) -> Iterator[Article]:
        """The articles that are not there yet, each with an id of its own."""
        store = self._store()
        taken: dict[str, set[str]] = {}
        hashes: dict[tuple[str, str], str] = {}
        for article in articles:
            collections = {article.collection, PUBLIC}
            same = [found for c in collections if (found := store.with_sha256(article.sha256, c))]
            now = [hashes[c, article.sha256] for c in sorted(collections) if (c, article.sha256) in hashes]
            twin = same[0].id if same else next(iter(now), None)
            if twin is not None:
                why = f"is the same article as {twin}, which is already there; nothing was added"
                refuse(article, ArticleError(article.id, why))
                continue
            for collection in collections - taken.keys():
                taken[collection] = {info.id for info in store.articles(Scope(frozenset({collection})))}
            new = _with_free_id(article, set().union(*(taken[collection] for collection in collections)))
            taken[article.collection].add(new.id)
            hashes[article.collection, article.sha256] = new.id
            yield new

    def _listed(self, store: EmbeddedStore, scope: Scope) -> list[ArticleInfo]:
        known = store.shipped()
        unread = [_unread(a) for a in shipped_articles() if a.id not in known and _in_scope(a, scope)]
        return [*unread, *store.articles(scope)]


def _talked_about(question: Question, answer: Answer, known: _Known) -> list[str]:
    """Whom the conversation is about after an answer, as the index has them: who was cited, else asked about."""
    from index.answer.wording import bare_name  # noqa: PLC0415 - needs numpy

    cited = [c.speaker for c in answer.citations if c.speaker] if answer.status == "answered" else []
    if any(name not in known.people for name in cited):  # a nameless source without its article, a shorter name
        full = {bare_name(own): name for (_, own), name in known.called.items()}
        cited = [full.get(name, name) for name in cited]
    asked = [name for ref in question.speakers for name in ref.names]
    return list(dict.fromkeys(cited or asked))


def _with_free_id(article: Article, taken: set[str]) -> Article:
    if article.id not in taken:
        return article
    number = next(n for n in range(2, len(taken) + 3) if f"{article.id}-{n}" not in taken)
    return replace(article, id=f"{article.id}-{number}")


def _manifest(encoder: Encoder) -> Manifest:
    return Manifest(encoder.name, encoder.sha256, encoder.dimension)


def _unread(article: Article) -> ArticleInfo:
    told = (article.id, article.title, article.source, article.collection, article.sha256)
    return ArticleInfo(0, *told, len(article.text), -1, "")


def _in_scope(article: Article, scope: Scope) -> bool:
    return article.collection in scope.collections and (scope.articles is None or article.id in scope.articles)


def _no_such(article_id: str) -> str:
    return f"There is no article with the id {article_id}: see `wuzhen articles` for those there are."
