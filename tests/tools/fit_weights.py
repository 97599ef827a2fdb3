"""Fit index/answer/weights.json: how features of a piece of evidence turn into "does it answer?".

    python tests/tools/fit_weights.py --passages READER_TRAIN.jsonl.gz [--reports REPORTS.jsonl] [--write]

Statement weights are fitted on questions_wuzhen.jsonl and questions_dev.jsonl in tests/data, never on the sets that
measure, and on reports that the judge was not trained on (the format is that of index/training/data); passage weights
on questions over encyclopedia paragraphs, one JSON object a line: {"source", "title", "question", "context", "answer"
(null where the context does not answer), "start"}; weights for passages that were read on those of its titles that the
reader was not trained on. All are logistic regressions on
`index.answer.features.Features`, over the best candidates of each question: the one that answers against the
others, and all candidates of unanswerable questions.
Prints the area under the ROC curve in cross-validation by article. The same data and seed give the same weights.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from index.answer.context import Desk
from index.answer.features import Features
from index.answer.kinds.fact import sentences_for
from index.answer.kinds.meaning import as_a_whole
from index.answer.people import named
from index.answer.scoring import Scored
from index.article import Article, article_from_text
from index.formats import read_article
from index.judge import Judge
from index.language.words import words_of, written_words
from index.library import Library
from index.passages import passages
from index.question.model import Memory
from index.question.understand import as_fact, understand
from index.reader import Reader
from index.search import Searcher
from index.shipped import shipped_articles
from index.speakers.directory import Directory
from index.store.embedded import EmbeddedStore
from index.store.protocol import Entry, Manifest, Scope, Unit
from index.training.examples import read_antonyms, read_synonyms
from index.training.judge.reports import LABELS
from index.training.reader_rows import Row as TrainingRow
from index.training.reader_rows import calibration_titles, read_rows, texts_in, without
from index.training.swaps import Pool, TaggedQuestion, find_swap, in_question, reworded
from index.training.tagging import tagged_questions

DATA = Path(__file__).parent.parent / "data"
WEIGHTS = Path(__file__).parents[2] / "index" / "answer" / "weights.json"
STATEMENT = (
    "dense",
    "attributed",
    "whole",
    "coverage",
    "lead",
    "matched",
    "plain_coverage",
    "missing_names",
    "named",
    "answers",
)
VERDICT = ("dense", "attributed", "coverage", "plain_coverage", "supports", "contradicts")
OWN = 0.8  # of a statement's words, its sentence holds so many
NATURAL = 3.0  # what a question counts that was not written to deceive
SURE = ("dense", "answers", "words")  # features that tell how sure the best sentence is
UNREAD = 0.15  # what the score before reading counts
CLAIMED = 0.7  # of what people ask whether somebody said it, they said as much; among the rows it is a quarter
ANSWERED = 0.7  # of what people ask, as much the best sentence answers; among the rows fewer, most are made to deceive
MISSED = 0.5  # of the questions that the reader reads, how many are also asked with a word changed
REWORDED = 0.4  # of the questions that the reader reads, how many are put in other words
CANDIDATES = 6  # of each question, best first
_LOWERED = frozenset(
    [
        "The",
        "A",
        "An",
        "It",
        "This",
        "That",
        "There",
        "In",
        "On",
        "At",
        "All",
        "No",
        "Some",
        "Most",
        "Only",
        "Not",
        "For",
        "To",
        "If",
        "When",
    ]
)
CONTEXTS = 700
OF_A_SOURCE = 300  # questions that the reader reads


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate: its features, whether it answers, and the group it is held out with."""

    features: Features
    answers: bool
    group: str
    question: int
    weight: float = 1.0


def main() -> int:
    """Fit all kinds and print how good they are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=Path, help="questions over paragraphs, .jsonl.gz")
    parser.add_argument("--reports", type=Path, help="reports that the judge was not trained on, JSON lines")
    parser.add_argument("--held-out", type=Path, nargs="*", default=[], help="files whose texts must not be used")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--only",
        nargs="+",
        choices=("statement", "meaning", "supports", "contradicts", "passage", "read"),
        help="fit one kind, keep the others",
    )
    parser.add_argument("--write", action="store_true", help="write weights.json")
    options = parser.parse_args()
    held = {text for path in options.held_out for text in texts_in(path)}
    rows_given = read_rows(options.passages) if options.passages else []
    titles = calibration_titles(rows_given)  # of all, as the training takes them
    given = without(rows_given, held)
    unseen = [row for row in given if row.title in titles]
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder), progress=_say) as library:
        verdicts = cache(lambda: list(verdict_rows(library, options.reports)))
        rows: dict[str, Callable[[], Iterator[Row]]] = {
            "statement": lambda: chain(statement_rows(library), report_rows(library, options.reports)),
            "meaning": lambda: chain(
                statement_rows(library, whole=True), report_rows(library, options.reports, whole=True)
            ),
            "supports": lambda: (pair[0] for pair in verdicts()),
            "contradicts": lambda: (pair[1] for pair in verdicts()),
            "passage": lambda: passage_rows(library, given, options.seed),
            "read": lambda: read_passage_rows(library, unseen, options.seed),
        }
        fitted = json.loads(WEIGHTS.read_text("utf-8"))
        for kind, make in rows.items():
            if not options.only or kind in options.only:
                found = list(make())
                fitted[kind] = _fit(found, kind)
                if kind == "read":
                    fitted["sure"] = _fit_sure(found, fitted["passage"])
    if options.write:
        WEIGHTS.write_text(json.dumps(fitted, indent=2) + "\n", "utf-8")
    return 0


def statement_rows(library: Library, *, whole: bool = False) -> Iterator[Row]:
    """Candidates of the questions in tests/data that a statement answers, or nothing does."""
    _with_articles(library)
    shipped = shipped_articles()[0].id
    golds = []
    for name in ("questions_wuzhen.jsonl", "questions_dev.jsonl"):
        memories: dict[str, Memory] = {}
        for line in (DATA / name).read_text("utf-8").splitlines():
            gold = json.loads(line)
            golds.append(gold)  # keeps its id() its own
            scope = Scope(articles=frozenset({gold.get("article", shipped)}))
            memory = memories.get(gold["conversation"] or "", Memory())
            desk = desk_for(library, gold["question"], scope, memory)
            _, memories[gold["conversation"] or "-"] = library.ask(gold["question"], scope=scope, memory=memory)
            if desk.question.intent in {"who_said", "what_said", "speakers"} and desk.question.words:
                yield from _statement_rows(desk, gold, whole=whole)


def _statement_rows(desk: Desk, gold: dict[str, Any], *, whole: bool) -> Iterator[Row]:
    quotes = gold["expect"]["quotes"]
    answered = gold["expect"]["status"] == "answered"
    if answered and not quotes:
        return
    names = named(desk)
    for scored in (as_a_whole(desk).by_meaning(names) if whole else desk.statements())[:CANDIDATES]:
        answers = answered and any(_cover(quote, scored.evidence.text) >= 0.5 for quote in quotes)
        yield Row(scored.features, answers, str(gold.get("article", "shipped")), id(gold), NATURAL)


def _with_articles(library: Library) -> None:
    articles = (read_article(path) for path in sorted((DATA / "articles_dev").glob("*.txt")))
    library.add(articles, on_refused=lambda *_: None)


def _add_reports(library: Library, path: Path | None) -> list[Any]:
    reports = [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path else []
    library.add((article_from_text(_as_text(report), id=_id(report)) for report in reports), on_refused=lambda *_: None)
    return reports


def report_rows(library: Library, path: Path | None, *, whole: bool = False) -> Iterator[Row]:
    """Candidates of questions on invented reports: some asked of the report alone, some of all of them.

    What asks who said the contrary of a statement is answered by nobody; of a question that a statement only seems to
    answer, that statement alone is known not to.
    """
    reports = _add_reports(library, path)
    everything = frozenset(map(_id, reports))
    for report in reports:
        for number, said in enumerate(report["statements"]):
            asked = [*said["asked"], *(f"Who said that {_clause(text)}?" for text in said["supports"])]
            others = [one["title"].split() for one in reports if one is not report]
            foreign = [f"What did {said['speaker']} say about {' '.join(others[(7 * number) % len(others)][-2:])}?"]
            contrary = [f"Who said that {_clause(one['text'])}?" for one in said["contradicts"]]
            for questions, answered in ((asked, True), (contrary + foreign, False), (said["not_asked"], None)):
                for i, question in enumerate(questions):
                    articles = everything if i % 2 else frozenset({_id(report)})
                    yield from _report_rows(
                        library, question, articles, report, said["sentence"], answered, whole=whole
                    )


def _report_rows(  # noqa: PLR0917 - what a row depends on
    library: Library,
    question: str,
    articles: frozenset[str],
    report: Any,
    sentence: str,
    answered: bool | None,
    *,
    whole: bool,
) -> Iterator[Row]:
    desk = desk_for(library, question, Scope(articles=articles), Memory())
    names = named(desk)
    if whole:
        found = as_a_whole(desk).by_meaning(names) if desk.question.intent != "verify" else []
    elif (
        desk.question.intent not in {"who_said", "what_said", "speakers"}
        or not desk.question.words
        or (desk.question.intent == "what_said" and not names)
    ):
        return
    else:
        found = desk.statements(names or None)
    for scored in found[:CANDIDATES]:
        own = scored.article.id == _id(report) and _cover(scored.evidence.text, sentence) >= OWN
        if answered is not None or own:
            yield Row(scored.features, own and bool(answered), _id(report), hash((question, articles)))


def verdict_rows(library: Library, path: Path | None) -> Iterator[tuple[Row, Row]]:
    """Candidates of "did X say …?" on the reports: whether they support the claim, and whether they contradict it.

    What X and others say besides the statement that the claim was written for is taken to do neither.
    """
    reports = _add_reports(library, path)
    everything = frozenset(map(_id, reports))
    for report in reports:
        for said in report["statements"]:
            claims = [(kind, text) for kind in LABELS for text in said[kind]]
            for i, (kind, text) in enumerate(claims):
                articles = everything if i % 2 else frozenset({_id(report)})
                claim = _clause(text if isinstance(text, str) else text["text"])
                desk = desk_for(library, f"Did {said['speaker']} say that {claim}?", Scope(articles=articles), Memory())
                for scored in _weighed(desk):
                    own = scored.article.id == _id(report) and _cover(scored.evidence.text, said["sentence"]) >= OWN
                    group, question = _id(report), hash((claim, articles))
                    told = [Row(scored.features, own and kind == label, group, question) for label in LABELS[:2]]
                    yield told[0], told[1]


def _weighed(desk: Desk) -> list[Scored]:
    names = named(desk)
    if desk.question.intent != "verify" or not names:
        return []
    return [*desk.weighed(names), *desk.weighed(names, others=True)[:2]]


def _as_text(report: Any) -> str:
    lines = [" ".join(part for part in (said["before"], said["sentence"]) if part) for said in report["statements"]]
    return "\n\n".join([report["title"], *lines]) + "\n"


def _id(report: Any) -> str:
    return str(report["id"]).lower()


def _clause(text: str) -> str:
    first = text.split(maxsplit=1)[0].lower()
    return (text[0].lower() + text[1:] if first in _LOWERED else text).rstrip(".")


def _cover(gold: str, text: str) -> float:
    wanted = words_of(gold)
    held = set(words_of(text))
    return sum(word in held for word in wanted) / max(1, len(wanted))


def desk_for(library: Library, text: str, scope: Scope, memory: Memory) -> Desk:
    """A desk as the library makes it."""
    encoder = library.models.encoder()
    library._with_shipped()
    view = library._view()
    known = view.known(scope)
    question = understand(text, known.directory, memory)
    return Desk(
        question,
        view.searcher,
        scope,
        encoder.encode,
        known.people,
        known.directory,
        memory,
        library.models.judge,
        known.called,
    )


def passage_rows(library: Library, rows: Sequence[TrainingRow], seed: int) -> Iterator[Row]:
    """Candidates among the sentences of a paragraph, and of another one for questions asked of the wrong text."""
    records = [row for row in rows if row.source.startswith(("squad2", "xquad", "squadshifts-new_wiki"))]
    contexts = sorted({row.context for row in records})
    random.Random(seed).shuffle(contexts)  # noqa: S311 - a sample, no secret
    with Paragraphs(library, contexts[:CONTEXTS]) as held:
        for i, row in enumerate(records):
            if row.context not in held.number:
                continue
            own = held.number[row.context]
            for target in (own, (own + 1) % len(held.number)):
                desk = held.desk(row.question, frozenset({f"c{target}"}))
                for scored in desk.passages()[: CANDIDATES if target == own else 1]:
                    answers = target == own and _holds(row, scored)
                    yield Row(scored.features, answers, row.title, 2 * i + (target == own))


def read_passage_rows(library: Library, rows: Sequence[TrainingRow], seed: int) -> Iterator[Row]:
    """Sentences as the reader read them; the rows are such as it was not trained on.

    Each question is asked of its own paragraph, of all paragraphs, and of all but those of its title; and every second
    one, with a word changed so that its paragraph does not answer it, of that. Some are put in other words, as in its
    training.
    """
    by_source: dict[str, list[TrainingRow]] = {}
    for row in rows:
        if not row.source.startswith("squadshifts-amazon"):
            by_source.setdefault(row.source, []).append(row)
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    records = [row for found in by_source.values() for row in chance.sample(found, min(len(found), OF_A_SOURCE))]
    changer = Changer(records, chance)
    with Paragraphs(library, sorted({row.context for row in records})) as held:
        everything = frozenset(f"c{i}" for i in held.number.values())
        of_title: dict[str, set[str]] = {}
        for row in records:
            of_title.setdefault(row.title, set()).add(f"c{held.number[row.context]}")
        for i, row in enumerate(records):
            own = frozenset({f"c{held.number[row.context]}"})
            asked = changer.reworded(row.question)
            miss = None if row.answer is None or chance.random() >= MISSED else changer.miss(i)
            for j, scope in enumerate((own, everything, everything - of_title[row.title], own)):
                if 0 < j < 3 and (row.answer is None or row.source.startswith("qamr")):
                    continue  # what is no answer here may be one elsewhere; a lone sentence's "he" may be anybody
                if j == 3 and miss is None:
                    continue
                for scored in sentences_for(
                    held.desk(miss if j == 3 and miss else asked, scope, library.models.reader)
                ):
                    if scored.doubt == 1.0:  # the others are lowered after the fitted score
                        here = scored.article.id in own and j < 2
                        yield Row(scored.features, here and _holds(row, scored), row.title, 4 * i + j)


class Changer:
    """Questions with a word changed, as the reader's training has them."""

    def __init__(self, rows: Sequence[TrainingRow], chance: random.Random) -> None:
        self._rows, self._chance = rows, chance
        with tempfile.TemporaryDirectory() as folder:
            self._tagged = tagged_questions([row.question for row in rows], Path(folder))
        self._pool = Pool(read_antonyms(), read_synonyms())
        self._pool.learn(self._tagged, sorted({row.context for row in rows}))

    def reworded(self, question: str) -> str:
        """The question, at times with synonyms in it."""
        return reworded(question, self._pool, self._chance) if self._chance.random() < REWORDED else question

    def miss(self, i: int) -> str | None:
        """A question that looks like the one of a row, and is not answered by its text."""
        row = self._rows[i]
        swap = find_swap(TaggedQuestion(row.question, self._tagged[i], row.context, self._pool, self._chance))
        changed = in_question(row.question, swap) if swap else None
        return self.reworded(changed) if changed else None


def _holds(row: TrainingRow, scored: Scored) -> bool:
    """Whether the sentence holds the answer, or most of it."""
    if row.answer is None:
        return False
    start, end = scored.evidence.span
    return 2 * (min(end, row.answer[1]) - max(start, row.answer[0])) > row.answer[1] - row.answer[0]


class Paragraphs:
    """Texts in a store of their own, without statements; `number` tells which is which."""

    def __init__(self, library: Library, contexts: Sequence[str]) -> None:
        self._encoder = library.models.encoder()
        self._folder = tempfile.TemporaryDirectory()
        manifest = Manifest(self._encoder.name, self._encoder.sha256, self._encoder.dimension)
        self._store = EmbeddedStore.open(Path(self._folder.name) / "x.db", manifest)
        self.number = {context: i for i, context in enumerate(contexts)}
        for context, i in self.number.items():
            self._store.add(_entry(article_from_text(context, id=f"c{i}"), self._encoder))
        self._searcher = Searcher(self._store)
        self._directory = Directory((), {word for context in contexts for word in written_words(context)})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._store.close()
        self._folder.cleanup()

    def desk(self, question: str, articles: frozenset[str], reader: Callable[[], Reader] | None = None) -> Desk:
        """A desk for a question asked of some of the texts."""
        understood = understand(question, self._directory, Memory())
        return Desk(
            understood if understood.intent == "fact" else as_fact(question, self._directory),
            self._searcher,
            Scope(articles=articles),
            self._encoder.encode,
            {},
            self._directory,
            Memory(),
            _no_judge,
            reader=reader,
        )


def _no_judge() -> Judge:
    raise NotImplementedError  # there are no statements


def _entry(article: Article, encoder: Any) -> Entry:
    cut = passages(article, encoder.fits)
    units = [Unit("sentence", i, article.text[slice(*p.span)]) for i, p in enumerate(cut)]
    return Entry(article, (), cut, (), units, encoder.encode([unit.text for unit in units]))


def _fit(rows: list[Row], kind: str) -> dict[str, Any]:
    """The weights, after printing the area under the ROC curve of whole questions in cross-validation.

    First a model of single candidates, which ranks; then its scale and offset are fitted to the best candidate of
    each question, so that the score is the probability that this answer is right.
    """
    chosen = {"statement": STATEMENT, "meaning": STATEMENT, "supports": VERDICT, "contradicts": VERDICT}
    names = list(chosen.get(kind, Features.__slots__))
    x = np.array([[getattr(row.features, name) for name in names] for row in rows])
    y = np.array([row.answers for row in rows])
    groups = np.array([row.group for row in rows])
    questions = np.array([row.question for row in rows])
    counts = np.array([row.weight for row in rows])
    held_out = _held_out(x, y, groups, counts)
    best = _best(held_out, questions)
    right = y[best]
    _tell(f"{kind}: {len(rows)} candidates of {len(best)} questions")
    candidates, best_ones = roc_auc_score(y, held_out), roc_auc_score(right, held_out[best])
    _tell(f"  AUROC of candidates {candidates:.3f}, of best ones {best_ones:.3f}")
    model = _ranker().fit(x, y, counts)
    scores = held_out[best].reshape(-1, 1)
    scale = LogisticRegression(C=100.0).fit(scores, right, counts[best])
    a, b = float(scale.coef_[0][0]), float(scale.intercept_[0])
    weights = {name: round(a * float(w), 3) for name, w in zip(names, model.coef_[0], strict=True)}
    _tell(f"  scale {a:.2f}, offset {b:.2f}, {weights}")
    moved = _logit(CLAIMED) - _logit(float(right.mean())) if kind == "supports" else 0.0
    return {"bias": round(a * float(model.intercept_[0]) + b + moved, 3), "weights": weights}


def _fit_sure(rows: list[Row], passage: dict[str, Any]) -> dict[str, Any]:
    """The weights that tell how sure the best candidate of each question is.

    Most of the logit is fitted here to a few features alone: with all of them it learns what questions of one
    source look like, and tells near misses worse. The rest is that of the passage before it was read: it knows
    paraphrases ("how long", "three-day") that the reader misses, and words that are nowhere. The intercept is moved
    from the share of right ones among the rows to that among what people ask (Saerens, Latinne and Decaestecker 2002,
    "Adjusting the outputs of a classifier to new a priori probabilities").
    """
    x = np.array([list(asdict(row.features).values()) for row in rows])
    y = np.array([row.answers for row in rows])
    groups = np.array([row.group for row in rows])
    best = _best(_held_out(x, y, groups), np.array([row.question for row in rows]))
    names = list(Features.__slots__)
    chosen = x[best][:, [names.index(name) for name in SURE]]
    model = _ranker().fit(chosen, y[best])
    _tell(f"sure: {len(best)} questions, AUROC {roc_auc_score(y[best], _held_out(chosen, y[best], groups[best])):.3f}")
    fitted = {name: round(float(w), 3) for name, w in zip(SURE, model.coef_[0], strict=True)}
    _tell(f"  {fitted}")
    other = passage["weights"]
    weights = {
        name: round((1 - UNREAD) * fitted.get(name, 0.0) + UNREAD * other.get(name, 0.0), 3)
        for name in names
        if name in fitted or name in other
    }
    moved = _logit(ANSWERED) - _logit(float(y[best].mean()))
    _tell(f"  right {y[best].mean():.3f}, taken for {ANSWERED}: moved by {moved:.2f}")
    bias = (1 - UNREAD) * (float(model.intercept_[0]) + moved) + UNREAD * passage["bias"]
    return {"bias": round(bias, 3), "weights": weights}


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def _held_out(x: Any, y: Any, groups: Any, counts: Any = None) -> Any:
    """The scores of each row by a model fitted on the other groups."""
    scores = np.zeros(len(y))
    for train, test in GroupKFold(n_splits=min(7, len(set(groups)))).split(x, y, groups):
        weight = None if counts is None else counts[train]
        scores[test] = _ranker().fit(x[train], y[train], weight).decision_function(x[test])
    return scores


def _best(scores: Any, questions: Any) -> list[int]:
    """The place of each question's best candidate."""
    best: dict[int, int] = {}
    for i, question in enumerate(questions):
        if question not in best or scores[i] > scores[best[question]]:
            best[question] = i
    return list(best.values())


def _ranker() -> LogisticRegression:
    return LogisticRegression(C=1.0, max_iter=5000)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main())
