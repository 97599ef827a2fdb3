"""Measuring how quick Wuzhen is: each figure beside a yardstick, measured in the same run, in turns."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from bot.benchmark.sample_questions import articles_in, facts, told, unread
from bot.benchmark.timing import Run, alternate, percentile, timed

if TYPE_CHECKING:
    from bot.config import Settings
    from index.article import Article
    from index.encoder import Encoder
    from index.library import Library

Say = Callable[[str], None]

_VARIED = 20  # articles at most
_WARM_TURNS = 4  # a run
_PAIRS = 10  # of a question and a text, read together
_PAIR_PIECES = 52  # word pieces of each, and three that mark where its parts end
_ADDED = 20  # articles a turn
_MANY = 1000  # articles in one collection
_BATCHES = 3  # of so many articles, for statements

# What a program does that asks sentence-transformers for the vector of one question.
_PLAIN_ENCODING = """
import sys
from sentence_transformers import SentenceTransformer
SentenceTransformer(sys.argv[1], device="cpu", local_files_only=True).encode([sys.argv[2]])
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measurement and its bar.

    `ratio` is ours by the yardstick's; without a yardstick, the bar is on ours itself. A bar is the most that
    is allowed, or the least (`at_least`).
    """

    name: str
    unit: Literal["s", "ms", "MB", "articles/s", "sentences/s"]
    ours: float
    yardstick: float | None
    against: str
    bar: float
    at_least: bool = False

    @property
    def ratio(self) -> float | None:
        """Ours by the yardstick's."""
        return self.ours / self.yardstick if self.yardstick else None

    @property
    def met(self) -> bool:
        """Whether the bar is reached."""
        measured = self.ours if self.ratio is None else self.ratio
        return measured >= self.bar if self.at_least else measured <= self.bar


def cold(settings: Settings, runs: int, say: Say) -> Iterator[Figure]:
    """A process that answers one question, and one that imports sentence-transformers and encodes it."""
    from index.encoder import describe

    with settings.library(say) as library:
        question = told(library)[-1]  # by the alphabet: "Who said …?"
    folder = str(describe(settings.data, settings.model).folder)
    plain = [sys.executable, "-c", _PLAIN_ENCODING, folder, question]
    ours, theirs = alternate([_wuzhen(settings, "ask", question), plain], runs)
    against = "sentence-transformers encodes it"
    yield Figure("cold ask: time", "s", _seconds(ours), _seconds(theirs), against, 1 / 6)
    yield Figure("cold ask: memory", "MB", _megabytes(ours), _megabytes(theirs), against, 0.6)


def start(settings: Settings, runs: int, _say: Say) -> Iterator[Figure]:
    """The commands that need no model."""
    help_runs, list_runs = alternate([_wuzhen(settings, "--help"), _wuzhen(settings, "articles")], runs * 2)
    yield Figure("--help", "s", _seconds(help_runs), None, "", 0.5)
    yield Figure("articles", "s", _seconds(list_runs), None, "", 0.5)


def warm(settings: Settings, runs: int, say: Say) -> Iterator[Figure]:
    """A question to a running program that statements answer, and the encoding of it alone."""
    from index.encoder import load_encoder

    encoder = load_encoder(settings.data, settings.model, say, settings.threads)
    with settings.library(say) as library:
        questions = told(library)
        encoder.encode(questions)
        asking: list[float] = []
        encoding: list[float] = []
        for _ in range(runs * _WARM_TURNS):
            # not question by question: the threads of one encoder would still be awake while the other works
            asking += [timed(partial(library.ask, question)) for question in questions]
            encoding += [timed(partial(encoder.encode, [question])) for question in questions]
    against = "the question's encoding"
    yield Figure("warm question: p50", "ms", percentile(asking, 50), percentile(encoding, 50), against, 2.5)
    yield Figure("warm question: p95", "ms", percentile(asking, 95), percentile(encoding, 95), against, 2.5)


def reader(settings: Settings, runs: int, say: Say) -> Iterator[Figure]:
    """The trained reader: a question that it reads for, how it reads alone, and what it adds to a cold process."""
    with settings.library(say) as library:
        questions, unread = facts(library), told(library)[-1]
        yield from _warm_reader(settings, library, questions, runs, say)
    asking = [_wuzhen(settings, "ask", question) for question in (questions[0], unread)]
    pairs = list(zip(*alternate(asking, runs), strict=True))
    seconds = median(one.seconds - other.seconds for one, other in pairs)
    megabytes = median(one.megabytes - other.megabytes for one, other in pairs)
    against = "more than a question that it has no part in"
    yield Figure("cold ask with the reader: time", "s", seconds, None, against, 0.3)
    yield Figure("cold ask with the reader: memory", "MB", megabytes, None, against, 80)


def _warm_reader(
    settings: Settings, library: Library, questions: Sequence[str], runs: int, say: Say
) -> Iterator[Figure]:
    """Questions to a running program that it reads for, and its reading alone, beside the questions' encoding."""
    from index.encoder import load_encoder
    from index.reader import load_reader

    encoder = load_encoder(settings.data, settings.model, say, settings.threads)
    alone = load_reader(settings.threads)
    words = articles_in(library)[0].text.split()
    room = [_PAIR_PIECES - 3 - alone.count(question) for question in questions]
    texts = [_of_pieces(words, pieces, alone.count) for pieces in room]
    asking, reading, encoding = list[float](), list[float](), list[float]()
    for _ in range(runs + 1):
        asking += [timed(partial(library.ask, question)) for question in questions]
        reading += [timed(partial(alone.read, *pair)) for pair in zip(questions, texts, strict=True)]
        encoding += [timed(partial(encoder.encode, [question])) for question in questions]
    # the first turn finds nothing at hand
    asked, read, encoded = (percentile(times[len(questions) :], 50) for times in (asking, reading, encoding))
    against = "the question's encoding"
    yield Figure("warm question with the reader: p50", "ms", asked, encoded, against, 20)
    yield Figure(f"the reader alone, {_PAIRS} pairs: p50", "ms", read, encoded, against, 20)


def adding(settings: Settings, runs: int, say: Say) -> Iterator[Figure]:
    """Adding articles, and parsing and encoding the same ones alone."""
    from index.encoder import load_encoder
    from index.indexing import entries

    encoder = load_encoder(settings.data, settings.model, say, settings.threads)
    with settings.library(say) as library:
        texts = [article.text for article in articles_in(library)]
    ours: list[float] = []
    theirs: list[float] = []
    with _spare_folder(settings) as folder, settings.library(say, folder) as library:
        library.add(_invented(texts, 0))  # loads what is loaded once
        for turn in range(1, runs + 1):
            articles = _invented(texts, turn)
            units = [[unit.text for unit in e.units] for e in entries(articles, encoder, lambda _: False)]
            add = (ours, partial(library.add, articles))
            alone = (theirs, partial(_parse_and_encode, articles, units, encoder))
            for times, work in (add, alone) if turn % 2 else (alone, add):
                times.append(timed(work))
    rate, bare = (_ADDED / median(times) * 1000 for times in (ours, theirs))
    against = "parsing and encoding them"
    yield Figure("adding articles", "articles/s", rate, bare, against, 0.8, at_least=True)


def statements(settings: Settings, runs: int, say: Say) -> Iterator[Figure]:
    """Who said what in a batch of articles, and spaCy's own parsing of the same sentences."""
    from index.statements.extract import extract
    from index.statements.parse.parsing import parse
    from index.statements.parse.pipeline import language

    with settings.library(say) as library:
        texts = [article.text for article in articles_in(library)]
    batch = [article for turn in range(_BATCHES) for article in _invented(texts, turn)]
    paragraphs = [article.text[slice(*span)] for article in batch for span in article.paragraphs]
    sentences = sum(len(list(piece.doc.sents)) for parsed in parse(batch) for piece in parsed.pieces)

    def ours() -> None:
        for _ in extract(batch):
            pass

    def theirs() -> None:
        for _ in language().pipe(paragraphs):
            pass

    taken: dict[Callable[[], None], list[float]] = {ours: [], theirs: []}
    for turn in range(runs):
        for work in (ours, theirs) if turn % 2 else (theirs, ours):
            taken[work].append(timed(work))
    rate, bare = (sentences / median(taken[work]) * 1000 for work in (ours, theirs))
    yield Figure("statements", "sentences/s", rate, None, "", 100, at_least=True)
    yield Figure("statements by parsing", "sentences/s", rate, bare, "spaCy parses them", 0.85, at_least=True)


def articles(settings: Settings, runs: int, say: Say) -> Iterator[Figure]:
    """A question in a collection of a thousand articles, and the same one where only its own article is."""
    from index.store.protocol import PUBLIC

    with settings.library(say) as library:
        texts = articles_in(library)[:_VARIED]
    with (
        _spare_folder(settings) as one,
        _spare_folder(settings) as many,
        settings.library(say, one) as small,
        settings.library(say, many) as large,
    ):
        for library in (small, large):
            library.purge(PUBLIC)
            library.add([texts[0]])
        questions = told(small)
        say(f"Making {_MANY} articles…")
        filled = _fill(settings, many, texts, say)
        first = [timed(partial(large.ask, questions[0]))]
        questions = unread(large, questions) or questions  # what is sure in its article alone may be unsure here
        asking: dict[Library, list[float]] = {small: [], large: []}
        for turn in range(runs + 1):
            for library, times in asking.items():
                taken = [timed(partial(library.ask, question)) for question in questions]
                times.extend(taken if turn else [])  # the first turn finds nothing at hand
        for turn in range(runs):
            large.rename(texts[0].id, f"Title {turn}")
            first.append(timed(partial(large.ask, questions[0])))
    against = "in its article alone"
    for percent in (50, 95):
        ours, theirs = (percentile(times, percent) for times in (asking[large], asking[small]))
        yield Figure(f"among {filled} articles: p{percent}", "ms", ours, theirs, against, 2.0)
    yield Figure("first of them at all", "ms", first[0], None, "", 10_000)
    yield Figure("first after a change", "ms", median(first[1:]), None, "", 2_000)


def _fill(settings: Settings, folder: Path, texts: Sequence[Article], say: Say) -> int:
    """Fill an index with variants of some articles up to a thousand; how many articles it then has."""
    from bot.benchmark.variants import Variants
    from index.encoder import load_encoder
    from index.indexing import entries
    from index.library import DATABASE
    from index.store.embedded import EmbeddedStore
    from index.store.peek import stored_manifest
    from index.store.protocol import PUBLIC, Scope

    encoder = load_encoder(folder, settings.model, say, settings.threads)
    variants = Variants(list(entries(texts, encoder, lambda _: False)))
    manifest = stored_manifest(folder / DATABASE)
    assert manifest is not None  # noqa: S101 - the caller added an article
    with EmbeddedStore.open(folder / DATABASE, manifest) as store:
        for number in range(1, _MANY):
            store.add(variants.make(number, PUBLIC))
        return len(store.articles(Scope()))


def _parse_and_encode(articles: Sequence[Article], units: Sequence[Sequence[str]], encoder: Encoder) -> None:
    """What adding articles cannot do without; `units` are the texts of each that are searched later."""
    from index.statements.parse.parsing import parse

    for _ in parse(articles):
        pass
    for texts in units:
        encoder.encode(texts)


@contextmanager
def _spare_folder(settings: Settings) -> Iterator[Path]:
    """An empty data folder that has the same exported models, gone afterwards."""
    with TemporaryDirectory(prefix="wuzhen-bench-") as name:
        models = Path(name) / "models"
        models.symlink_to((settings.data / "models").absolute(), target_is_directory=True)
        yield Path(name)


def _invented(texts: Sequence[str], turn: int) -> list[Article]:
    """New articles from the paragraphs of others, the same ones every time."""
    from index.article import article_from_text

    chance = random.Random(turn)  # noqa: S311 - no secret
    articles = []
    for number in range(_ADDED):
        paragraphs = [line for line in chance.choice(texts).splitlines() if line.strip()]
        chance.shuffle(paragraphs)
        text = "\n\n".join([*paragraphs, f"This is article {number} of turn {turn}."])
        articles.append(article_from_text(text, id=f"bench-{turn}-{number}"))
    return articles


def _of_pieces(words: Sequence[str], many: int, pieces: Callable[[str], int]) -> list[str]:
    """Texts made of the words in turn, each of about so many word pieces."""
    supply = cycle(words)
    texts = []
    for _ in range(_PAIRS):
        taken = [next(supply)]
        while pieces(" ".join(taken)) < many:
            taken.append(next(supply))
        texts.append(" ".join(taken))
    return texts


def _wuzhen(settings: Settings, *words: str) -> list[str]:
    return [sys.executable, "-m", "bot", "--data", str(settings.data.absolute()), *words]


def _seconds(runs: Sequence[Run]) -> float:
    return median(run.seconds for run in runs)


def _megabytes(runs: Sequence[Run]) -> float:
    return median(run.megabytes for run in runs)
