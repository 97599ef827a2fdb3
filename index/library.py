"""The one door to everything here: add, remove, restore, rename, list and ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from index.admission import unkept
from index.article import Article, ArticleError, clean_title
from index.models import Models
from index.shipped import listed, shipped_articles
from index.store.embedded import EmbeddedStore
from index.store.peek import no_store_at, stored_manifest
from index.store.protocol import PUBLIC, ArticleInfo, Manifest, Quota, QuotaError, RemovedInfo, Scope, StoreError

if TYPE_CHECKING:  # what needs numpy or a model is imported when it is first used
    from index.answer.contract import Answer, Paragraph, Place, SpeakerInfo, Told
    from index.answer.explanation import Trace
    from index.answer.snapshot import View
    from index.encoder import Encoder
    from index.health import Check
    from index.phrases import Language
    from index.question.model import Asked, Memory
    from index.statements.extract import Extraction
    from index.statements.statement import Statement
    from index.store.protocol import Entry

DATABASE = "wuzhen.db"
_TRIES = 5  # how often a question is asked anew when articles come or go meanwhile
# asking is the surest way to have everything loaded: what searches statements, and what searches sentences
_FIRST_QUESTIONS = ("Who said that it will be a fine day?", "When does the day begin?")

_T = TypeVar("_T")

Say = Callable[[str], None]


def _raise(_: Article, error: ArticleError) -> None:
    raise error


class LibraryError(Exception):
    """Something the library cannot do; the message is one sentence that says what to do."""


class Library:
    """Articles, their statements, and answers about them, kept in a data folder.

    Making one is cheap; models are loaded when they are first needed. Any thread may use it.

    Args:
        data: the data folder, made when it is first written to.
        model: a sentence-transformers folder or name; None for the one that ships.
        threshold: the operating point, 0 (answer always) to 1 (never); None for the tuned one.
        verdict: that of "yes" and "no", likewise.
        threads: how many threads the encoder uses; None for as many as there are cores.
        progress: is told, in a sentence, what takes its time.

    Attributes:
        models: encoder, judge and reader.
    """

    def __init__(  # noqa: PLR0913 - its settings, all by name
        self,
        data: Path,
        *,
        model: str | None = None,
        threshold: float | None = None,
        verdict: float | None = None,
        threads: int | None = None,
        progress: Say | None = None,
    ) -> None:
        self._data = data
        self._model = model
        self._threshold, self._verdict = threshold, verdict
        self._say = progress or (lambda _: None)
        self.models = Models(data, model, threads, self._say)
        self._lock = threading.RLock()
        self._store_: EmbeddedStore | None = None
        self._view_: View | None = None

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
            self._store_ = self._view_ = None
            self.models.forget()

    # ── asking ────────────────────────────────────────────────────────────

    def ask(
        self,
        question: str | Asked,
        *,
        scope: Scope | None = None,
        memory: Memory | None = None,
        language: Language = "en",
    ) -> tuple[Answer, Memory]:
        """The answer to a question, and what the conversation now is about.

        Args:
            question: as typed, or as a form asked it; of a longer one, the first 2,000 characters count.
            scope: which articles may be seen; None for the public ones.
            memory: what the conversation was about; None for a fresh one.
            language: of the answer's own words; the question and what is cited are English.

        Raises:
            StoreError, ModelError: the index or a model cannot be used; each says what to do.
        """
        answer, after, _ = self._asked(question, scope, memory, language, why=False)
        return answer, after

    def why(
        self,
        question: str | Asked,
        *,
        scope: Scope | None = None,
        memory: Memory | None = None,
        language: Language = "en",
    ) -> tuple[Answer, Memory, Trace]:
        """What `ask` returns, and how the answer came about; takes and raises what `ask` does."""
        answer, after, trace = self._asked(question, scope, memory, language, why=True)
        assert trace is not None  # noqa: S101 - it was asked for
        return answer, after, trace

    def _asked(
        self, question: str | Asked, scope: Scope | None, memory: Memory | None, language: Language, *, why: bool
    ) -> tuple[Answer, Memory, Trace | None]:
        from index.answer.context import OperatingPoints  # noqa: PLC0415 - needs numpy
        from index.answer.present.catalogue import phrases  # noqa: PLC0415 - only asking needs it
        from index.answer.respond import ask  # noqa: PLC0415 - needs numpy
        from index.question.model import Memory  # noqa: PLC0415 - only asking needs it

        started = time.perf_counter()
        seen, known = scope or Scope(), memory or Memory()
        limits = OperatingPoints.of(self._threshold, self._verdict)

        def answer_in(view: View) -> tuple[Answer, Memory, Trace | None]:
            return ask(view, self.models, question, seen, known, phrases(language), limits, why=why)

        answer, after, trace = self._reading(answer_in)
        return answer.timed((time.perf_counter() - started) * 1000), after, trace

    def speakers(self, scope: Scope | None = None) -> list[SpeakerInfo]:
        """Everybody quoted, a line for each name; most statements first, then by name. Raises like `ask`."""
        seen = scope or Scope()
        return self._reading(lambda view: view.speakers(seen))

    def tell(self, places: Sequence[Place], scope: Scope | None = None, language: Language = "en") -> list[Told | None]:
        """The words at each place as an answer tells them, one for each place, in order. Raises like `ask`.

        A statement that an answer cited is told as there, the rest of one as going on, anything else as the writer's
        own words. None where the article is gone or not in scope, or the span not in it.
        """
        from index.answer.present.catalogue import phrases  # noqa: PLC0415 - only telling needs it
        from index.answer.present.telling import tell_places  # noqa: PLC0415 - needs numpy

        seen = scope or Scope()
        return self._reading(lambda view: tell_places(view.searcher, places, seen, phrases(language)))

    def paragraph(self, place: Place, scope: Scope | None = None) -> Paragraph | None:
        """The paragraph in which a place starts; None where `tell` has none. Raises like `ask`."""
        from index.answer.present.telling import paragraph_at  # noqa: PLC0415 - needs numpy

        seen = scope or Scope()
        return self._reading(lambda view: paragraph_at(view.searcher, place, seen))

    def prepare(self) -> None:
        """Load and read all that a first question needs, so that it need not wait. Raises like `ask`."""
        for question in _FIRST_QUESTIONS:
            self.ask(question)

    @property
    def version(self) -> int:
        """Grows with every change of the index, by any process; loads no model.

        Raises:
            StoreError: the index cannot be used.
        """
        return self._looking(lambda store: store.version, 0)

    def _reading(self, work: Callable[[View], _T]) -> _T:
        """What `work` finds in one version of the index: done again when articles come or go meanwhile."""
        self.models.encoder()
        self._with_shipped()
        for tries_left in reversed(range(_TRIES)):
            view = self._view()
            try:
                found = work(view)
            except KeyError:  # an article went while its words were being told
                if not tries_left:
                    raise LibraryError("The articles are changing just now: ask again in a moment.") from None
                self._forget_view(view)
                continue
            if self._store().version == view.version:
                break
        return found

    def _view(self) -> View:
        from index.answer.snapshot import View  # noqa: PLC0415 - needs numpy

        store = self._store()
        with self._lock:
            current = store.version
            if self._view_ is None or self._view_.version != current:
                self._view_ = View(store, current)
            return self._view_

    def _forget_view(self, view: View) -> None:
        with self._lock:
            if self._view_ is view:
                self._view_ = None

    # ── articles ──────────────────────────────────────────────────────────

    def articles(self, scope: Scope | None = None) -> list[ArticleInfo]:
        """What is in the index, in the order it was added; loads no model.

        A shipped article that no question has made the index read yet has key 0 and -1 statements.
        """
        scope = scope or Scope()
        return self._looking(lambda store: listed(scope, store), listed(scope))

    def article(self, article_id: str, collection: str = PUBLIC) -> Article:
        """An article with its text. LibraryError when there is none of that id."""
        scope = Scope(frozenset({collection}), frozenset({article_id}))
        for info in self.articles(scope):
            if info.key == 0:
                return next(article for article in shipped_articles() if article.id == article_id)
            return self._store().article(info.key)
        raise LibraryError(_no_such(article_id))

    def statements(self, article_id: str, collection: str = PUBLIC) -> list[Statement]:
        """Who says what in an article, in its order, as it was found when it was added; [] when there is none."""
        self._with_shipped()
        scope = Scope(frozenset({collection}), frozenset({article_id}))
        return [stored.statement for stored in self._store().statements(scope)]

    def add(
        self,
        articles: Iterable[Article],
        *,
        on_added: Callable[[ArticleInfo], None] | None = None,
        on_refused: Callable[[Article, str], None] | None = None,
        quota: Quota | None = None,
    ) -> None:
        """Read articles into the index, each one whole or not at all; refuses those that are there already.

        Args:
            articles: what to add, read one by one.
            on_added: is told of each article when it is kept for good.
            on_refused: is told, in a sentence, why an article was not added.
            quota: how much the collection of each may hold; None for no limit.

        Raises:
            ArticleError: an article is refused, and there is no `on_refused`.
            StoreError, EncoderError: the index or the model cannot be used.
        """
        given = iter(articles)
        first = next(given, None)
        if first is None:  # nothing could be read: nobody waits for what would not be used
            return
        self.models.encoder()
        self._with_shipped()

        def refuse(article: Article, error: ArticleError) -> None:
            if on_refused is None:
                raise error
            on_refused(article, str(error))

        new = unkept(chain([first], given), self._store(), refuse, quota)
        self._keep(new, frozenset(), on_added or (lambda _: None), refuse, quota)

    def remove(self, article_id: str, collection: str = PUBLIC) -> bool:
        """Take an article away; False when there is none of that id. A shipped one stays away.

        For a day `restore` brings it back. Nothing else sees it any more, and after that day it is gone for good.
        """
        self._with_shipped()
        return self._store().remove(article_id, collection)

    def restore(self, article_id: str, collection: str = PUBLIC, *, quota: Quota | None = None) -> bool:
        """Bring back the article that was last removed under an id; False when there is none to bring back.

        Raises:
            StoreError: its id is in use again, its text is there again, or (QuotaError) the collection has no room.
        """
        self._with_shipped()
        return self._store().restore(article_id, collection, quota)

    def removed(self, collection: str = PUBLIC) -> list[RemovedInfo]:
        """What can be brought back, the last removed first; loads no model."""
        return self._looking(lambda store: store.removed(collection), [])

    def rename(self, article_id: str, title: str, collection: str = PUBLIC) -> bool:
        """Give an article another title, cleaned and cut as that of a new one; False when there is none of that id.

        Raises:
            LibraryError: the title shows nothing.
        """
        title = clean_title(title)
        if not title:
            raise LibraryError("The title is empty: give the article one that people can read.")
        self._with_shipped()
        return self._store().rename(article_id, title, collection)

    def purge(self, collection: str) -> int:
        """Delete all articles of a collection, removed ones too, for good and now; how many there were."""
        self._with_shipped()
        return self._store().purge(collection)

    def expire(self) -> int:
        """Delete for good what was removed more than a day ago; how many articles.

        Opening the index and each change do that too: a program that runs for days without either calls it.
        """
        return self._looking(lambda store: store.expire(), 0)

    def rebuild(self) -> int:
        """Read every stored article again and make the index anew, for this model; how many there were.

        What was removed and can be restored is read again too, and stays removed.

        Raises:
            StoreError: there is no index, or it cannot be read.
        """
        from index.indexing import entries  # noqa: PLC0415 - loads spaCy
        from index.store.rebuild import read_articles, rebuild  # noqa: PLC0415 - rarely used

        encoder = self.models.encoder()
        if no_store_at(self._path):
            raise LibraryError(f"There is no index in {self._data} yet: ask a question or add an article to make one.")
        kept = read_articles(self._path)
        count = len(kept) + len(read_articles(self._path, removed=True))
        done = 0

        def make(article: Article, shipped: bool) -> Entry:
            nonlocal done
            done += 1
            self._say(f"Reading article {done} of {count}…")
            return next(entries([article], encoder, lambda _: shipped))

        rebuild(self._path, _manifest(encoder), make)
        with self._lock:
            self._view_ = None
        return len(kept)

    def outdated(self) -> list[ArticleInfo]:
        """The articles of all collections that were read by other statement rules than these; loads no model."""
        return self._looking(lambda store: store.outdated(), [])

    def reread(self, info: ArticleInfo) -> bool:
        """Read one article of `outdated` again; False when it is gone meanwhile. Others ask and add all the time."""
        from index.indexing import entries  # noqa: PLC0415 - loads spaCy

        store = self._store()
        try:
            article = store.article(info.key)
        except KeyError:
            return False
        return store.replace(info.key, next(entries([article], self.models.encoder(), lambda _: False)))

    def renew(self) -> int:
        """Read again what older rules read, one article after another; how many.

        Where another model or too old a layout wants that, all are read, as by `rebuild`.
        """
        try:
            current = stored_manifest(self._path) == _manifest(self.models.encoder())
        except StoreError:
            current = False
        if not current:
            return self.rebuild()
        outdated = self.outdated()
        done = 0
        for number, info in enumerate(outdated, 1):
            self._say(f"Reading article {number} of {len(outdated)}…")
            done += self.reread(info)
        return done

    def extract(self, articles: Sequence[Article]) -> Iterator[Extraction]:
        """Who said what in articles, in order, without keeping anything. Loads spaCy."""
        from index.statements.extract import extract  # noqa: PLC0415 - loads spaCy

        return extract(articles)

    def export_model(self, folder: Path) -> int:
        """Copy the prepared encoder into a new folder, to be named as the `model` elsewhere; its size in bytes.

        Raises:
            EncoderError: it cannot be prepared here, or there is such a folder. OSError: it cannot be written.
        """
        from index.encoder import export_model  # noqa: PLC0415 - needs numpy

        return export_model(folder, self._data, self._model, self._say)

    def health(self) -> list[Check]:
        """What is installed, the models, the data folder and the index: each fine, or what to do."""
        from index.health import checks  # noqa: PLC0415 - needs numpy

        return checks(self._data, self._model, self._path)

    # ── parts, loaded when needed ─────────────────────────────────────────

    @property
    def verdict(self) -> float:
        """The operating point of "yes" and "no", 0 to 1."""
        from index.answer.context import OperatingPoints  # noqa: PLC0415 - needs numpy

        return OperatingPoints.of(self._threshold, self._verdict).verdict

    @property
    def _path(self) -> Path:
        return self._data / DATABASE

    def _store(self) -> EmbeddedStore:
        with self._lock:
            if self._store_ is None:
                self._store_ = EmbeddedStore.open(self._path, _manifest(self.models.encoder()))
            return self._store_

    def _looking(self, look: Callable[[EmbeddedStore], _T], nothing: _T) -> _T:
        """What is to be seen in the store without a model; `nothing` where there is no store yet."""
        with self._lock:
            if self._store_ is not None:
                return look(self._store_)
        manifest = stored_manifest(self._path)
        if manifest is None:
            return nothing
        with EmbeddedStore.open(self._path, manifest) as store:
            return look(store)

    def _with_shipped(self) -> None:
        """Read shipped articles that the index has never seen; one that was removed stays away."""
        known = self._store().shipped()
        missing = [article for article in shipped_articles() if article.id not in known]
        if missing:
            self._say("Reading the articles that come with Wuzhen…")
            self._keep(missing, frozenset(article.id for article in missing), lambda _: None)

    def _keep(
        self,
        articles: Iterable[Article],
        shipped: frozenset[str],
        on_added: Callable[[ArticleInfo], None],
        refuse: Callable[[Article, ArticleError], None] = _raise,
        quota: Quota | None = None,
    ) -> None:
        from index.indexing import entries  # noqa: PLC0415 - loads spaCy

        store = self._store()
        for entry in entries(articles, self.models.encoder(), lambda article: article.id in shipped):
            try:
                info = store.add(entry, quota)
            except QuotaError as error:  # somebody else took the room meanwhile
                refuse(entry.article, ArticleError(entry.article.id, error.reason))
                continue
            except StoreError:
                if entry.shipped and entry.article.id in store.shipped():
                    continue  # another process was faster
                raise
            on_added(info)


def _manifest(encoder: Encoder) -> Manifest:
    return Manifest(encoder.name, encoder.sha256, encoder.dimension)


def _no_such(article_id: str) -> str:
    return f"There is no article with the id {article_id}: see `wuzhen articles` for those there are."
