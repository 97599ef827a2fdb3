"""Reading, understanding and keeping articles in a process of its own.

Finding statements keeps Python busy for seconds, and a thread would hold up everybody else meanwhile. The process
is ended when it has nothing to do for a while, and ends by itself with the bot.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from index.article import Article, ArticleError

if TYPE_CHECKING:
    from index.answer.contract import Told
    from index.library import Library
    from index.statements.statement import Statement
    from index.store.protocol import ArticleInfo, Quota

P = ParamSpec("P")
T = TypeVar("T")

MAX_CHARACTERS = 1_000_000  # of an article that is added from Discord: with more, memory and time run out
MAX_SECONDS = 300.0  # for one thing to do
EXAMPLES = 3
_IDLE_SECONDS = 600.0  # after which a process with nothing to do is ended
_SHORT = 40, 240  # characters of an example that is neither a scrap nor a speech

_TOO_LONG = f"has more than {MAX_CHARACTERS:,} characters; split it into smaller articles"
_TOO_SLOW = f"takes more than {MAX_SECONDS:g} s to read; split it into smaller articles"
_ENDED = "could not be read to its end; try it again, or split it into smaller articles"


class Unfinished(ArticleError):  # noqa: N818 - it names what happened to the article
    """An article that failed for a reason that may be over the next time."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What was found in an article.

    Attributes:
        words: how many it has.
        statements: how many it has.
        speakers: who said how many of them, most first; those of nobody who is named are not counted.
        examples: up to `EXAMPLES` of them, as answers tell them.
    """

    words: int
    statements: int
    speakers: tuple[tuple[str, int], ...]
    examples: tuple[Told, ...]


class Scribe:
    """A process, started when it is first needed. Any thread may use it; it does one thing at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None
        self._busy = self._interrupted = False
        self._used = 0  # how often
        self._tired: threading.Timer | None = None

    def wake(self) -> None:
        """Start the process where there is none: it takes seconds until it can do anything."""
        if self._turn.acquire(blocking=False):
            try:
                self._running()
                self._rest_later()
            finally:
                self._turn.release()

    def do(self, name: str, job: Callable[P, T], /, *args: P.args, **more: P.kwargs) -> T:
        """What a function of this module returns or raises over there.

        Args:
            name: of the article, for whoever is told what went wrong.
            job: what to do.
            *args: for the function.
            **more: for the function.

        Raises:
            ArticleError: it takes too long; Unfinished: the process ended, twice: its memory ran out, say.
        """
        with self._turn:
            self._busy, self._interrupted = True, False
            try:
                good, found = self._told(name, (job, args, more))
            except BaseException:
                self._end()  # half an answer may be in the pipe
                raise
            finally:
                self._busy = False
                self._rest_later()
        if not good:
            raise found
        return found  # type: ignore[no-any-return] # what the job returned

    def _told(self, name: str, work: tuple[object, ...]) -> tuple[bool, Any]:
        """Whether it went well and what came of it; begun anew, once, where the process ends meanwhile."""
        until = time.monotonic() + MAX_SECONDS
        for _ in range(2):
            pipe = self._running()
            if self._interrupted:
                break
            try:
                pipe.send(work)
                if not pipe.poll(max(0.0, until - time.monotonic())):
                    raise ArticleError(name, _TOO_SLOW)
                told: tuple[bool, Any] = pipe.recv()
            except (EOFError, OSError):
                self._end()
            else:
                return told
        raise Unfinished(name, _ENDED)

    def interrupt(self) -> None:
        """End what it is doing, if anything; whoever waits for that gets an ArticleError."""
        self._interrupted = True
        process = self._process
        if self._busy and process is not None:
            process.kill()

    def close(self) -> None:
        """End the process; the next thing to do starts another."""
        with self._turn:
            self._end()

    def _running(self) -> Connection:
        if self._pipe is not None and self._process is not None and self._process.is_alive():
            return self._pipe
        self._end()
        context = multiprocessing.get_context("spawn")  # a fork would take the bot's threads and locks along
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), name="wuzhen-scribe", daemon=True)
        self._process.start()
        theirs.close()  # so that its end is noticed here
        return self._pipe

    def _rest_later(self) -> None:
        """End the process after a while. It never does so itself: it could be asked something that very moment."""
        self._used += 1
        if self._tired is not None:
            self._tired.cancel()
        self._tired = threading.Timer(_IDLE_SECONDS, self._rest, [self._used])
        self._tired.daemon = True
        self._tired.start()

    def _rest(self, used: int) -> None:
        with self._turn:
            if self._used == used:
                self._end()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None


# ── what it does ──────────────────────────────────────────────────────────


def prepare() -> None:
    """Load what takes its time, without torch: spaCy would load it just to have seen it, and twice the memory."""
    from index.statements.parse.parsing import language

    with _hidden("torch"):
        language()


@contextlib.contextmanager
def _hidden(module: str) -> Iterator[None]:
    """Nobody who tries to import a module finds it."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment] # how Python marks what is not to be imported
    try:
        yield
    finally:
        del sys.modules[module]


def read_file(data: bytes, name: str, collection: str) -> Article:
    """The article in a file, by what its name ends with. Raises ArticleError."""
    from index.formats import read_bytes

    return checked(read_bytes(data, name, collection=collection).article, name)


def read_pasted(text: str, title: str, source: str, collection: str) -> Article:
    """The article in a pasted text; its id is made from the title. Raises ArticleError."""
    from index.article import article_from_text, clean_title, safe_id

    name = title or "The text"
    made = article_from_text(text, id=name, title=title or None, source=source or None, collection=collection)
    if not title:
        made = article_from_text(
            text, id=safe_id(clean_title(made.title)), source=source or None, collection=collection
        )
    return checked(made, name)


def checked(article: Article, name: str) -> Article:
    """The article, unless it is longer than what is added from Discord. Raises ArticleError."""
    if len(article.text) > MAX_CHARACTERS:
        raise ArticleError(name, _TOO_LONG)
    return article


def understand(article: Article) -> Understood:
    """Who says what in it."""
    from index.statements.extract import extract

    (found,) = extract([article])
    return summed_up(article, found.statements)


def summed_up(article: Article, statements: Sequence[Statement]) -> Understood:
    """What an article's statements come to. Quick, and loads no model."""
    from index.language.words import capitalised

    speakers = Counter(capitalised(one.speaker) for one in statements if one.speaker)
    return Understood(
        words=len(article.text.split()),
        statements=len(statements),
        speakers=tuple(speakers.most_common()),
        examples=_examples(article, statements),
    )


def _examples(article: Article, statements: Sequence[Statement]) -> tuple[Told, ...]:
    """The surest statements, of different speakers where there are enough, in the order of the text."""
    from index.answer.present.catalogue import ENGLISH
    from index.answer.present.statement_text import speaker_of

    low, high = _SHORT
    fit = [one for one in statements if low <= one.span[1] - one.span[0] <= high] or list(statements)
    surest = sorted(fit, key=lambda one: (one.speaker is None, one.directness != "direct", -one.confidence))
    first: dict[str, Statement] = {}
    for one in surest:
        first.setdefault(speaker_of(one, ENGLISH), one)
    more = (one for one in surest if one is not first[speaker_of(one, ENGLISH)])
    chosen = list(islice(chain(first.values(), more), EXAMPLES))
    told = (_told(article, one) for one in sorted(chosen, key=lambda one: one.span))
    return tuple(one for one in told if one is not None)


def _told(article: Article, statement: Statement) -> Told | None:
    """The statement as answers tell it, if it passes the gate that they pass."""
    from dataclasses import replace

    from index.answer.contract import Told
    from index.answer.present.catalogue import ENGLISH
    from index.answer.present.gate import GateError, check_parts
    from index.answer.present.statement_text import cite_span, cited_span, tell

    part = replace(tell(article, statement, ENGLISH), citation=0)
    citation = cite_span(article, cited_span(article, statement), 1.0, statement)
    try:
        check_parts([part], [citation], lambda _: [article])
    except GateError:
        return None
    return Told(part, citation)


def keep(article: Article, data: Path, model: str | None, threads: int | None, quota: Quota) -> ArticleInfo:
    """Add an article to the index in a data folder, whole or not at all. Raises ArticleError, StoreError, …."""
    added: list[ArticleInfo] = []
    _library(data, model, threads).add([article], on_added=added.append, quota=quota)
    return added[0]


@lru_cache(maxsize=1)
def _library(data: Path, model: str | None, threads: int | None) -> Library:
    from index.library import Library

    return Library(data, model=model, threads=threads)


# ── the process itself ────────────────────────────────────────────────────


def _serve(pipe: Connection) -> None:
    """Do what comes in, until nothing more can come."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the bot, which ends this
    with contextlib.suppress(AttributeError, OSError):  # not on Windows
        os.nice(5)  # whoever asks goes first
    _outcome(prepare, (), {})  # what fails here fails again, for whoever needs it
    with contextlib.suppress(EOFError, OSError):
        while True:
            job, args, more = pipe.recv()
            pipe.send(_outcome(job, args, more))


def _outcome(job: Callable[..., object], args: tuple[Any, ...], more: dict[str, Any]) -> tuple[bool, object]:
    try:
        return True, job(*args, **more)
    except Exception as error:
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301 - our own, just made
        except Exception:  # one that wants other arguments than it keeps
            return False, RuntimeError(f"{type(error).__name__}: {error}")
        return False, error
