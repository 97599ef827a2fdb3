"""Fit index/statements/speakers/resolver.json: whom a pronoun or a quotation without a cue means.

    python tests/tools/fit_speakers.py FILE.jsonl … [--held REST] [--write]

The files hold annotated articles in the format of tests/data/statements_train.jsonl; never the sets that measure. Each
report whose speaker no name tells is a row: its options are the people near and "nobody". Names that stand beside
their words are hidden for more rows of pronouns, which count less. A conditional logistic regression with a ridge;
prints the right, wrong and unknown of articles left out by turns, and, with --held, keeps articles out whose number is
REST modulo 3. The same data give the same weights.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

from index.article import Article, Span
from index.statements.certainty import report_features
from index.statements.extract import Draft, stage
from index.statements.parse.parsing import parse
from index.statements.parse.scene import Found
from index.statements.speakers.attribution import CONFIDENCE_LIMIT, Attribution, Cast
from index.statements.speakers.entities import Entity, How, words_of
from index.statements.speakers.mentions import Mention
from index.statements.speakers.resolver import Features
from index.statements.speakers.resolver import load as load_resolver
from index.statements.wording import with_conjunction

HERE = Path(__file__).parents[2]
WEIGHTS = HERE / "index/statements/speakers/resolver.json"
CERTAINTY = HERE / "index/statements/certainty.json"
SAME = 0.8  # token overlap from which two spans are the same statement
RIDGE = {"pronoun": 2.0, "floating": 1.0}
# what is known beforehand, towards which the ridge draws
PRIOR = {
    "paragraphs back": -1.3,
    "speaks, 0 back": 0.5,
    "subject, 0 back": 0.5,
    "he or she: agrees": 1.0,
    "he or she: unknown": 0.3,
    "he or she: given name agrees": 0.7,
    "he or she: given name of another": -2.0,
    "he or she: may be a person": -1.5,
    "it: person": -3.0,
    "it: agrees": 0.5,
    "they: agrees": 2.0,
    "the only one here who fits": 1.0,
    "the only one who fits": 0.5,
    "it: may be": -1.5,
    "they: single": -1.5,
    "named in the words": -1.5,
    "the only person in the paragraph": 1.0,
    "was just asked": 2.5,
    "tells of it": 1.5,
    "has just asked": -2.0,
    "only reports": -3.0,
    "has spoken": 0.3,
    "spoke last, long words follow": 1.0,
    "spoke last, here, led": 1.3,
    "in the sentence before: subject": 0.8,
    "in the sentence before: speaks": 1.0,
    "leads to the next paragraph": 3.0,
}
_WORD = re.compile(r"\w+")
HIDDEN = 0.25  # the weight of a row whose name was hidden
ENOUGH = 0.6  # token overlap from which a report is an annotated statement
FOLDS = 8


@dataclass(frozen=True)
class Row:
    """The options' features, and which of them is right."""

    article: str
    table: str
    options: Sequence[Features]
    right: int
    weight: float


class Teacher(Cast):
    """A cast that is told who speaks, and keeps the rows."""

    gold: Sequence[tuple[frozenset[int], str | None]] = ()
    rows: list[Row]
    article: str

    def attribute(self, report: Found) -> Attribution | None:
        """As told; a report that is not annotated as the model now has it."""
        known, speaker = self._told(report)
        mention = self._mention(report)
        self._keep(report, mention, known, speaker)
        return super().attribute(report)

    def _decided(self, decision: Any, mention: Mention | None) -> Attribution:
        known, speaker = self._now
        if not known:
            return super()._decided(decision, mention)
        right = next((o.entity for o in decision.options if same(o.entity, speaker)), None)
        if right is not None:
            self.people.keep(right)
        return Attribution(right, mention, 1.0, How.LIKELIEST, decision)

    def _keep(self, report: Found, mention: Mention | None, known: bool, speaker: str | None) -> None:
        self._now = (known, speaker)
        if not known or report.rule == "transcript":
            return
        pronoun, weight = mention.pronoun if mention else "", 1.0
        if mention is not None and not pronoun:
            entity = self._called(mention).entity
            pronoun, weight = entity.sex if entity else None, HIDDEN
        if pronoun in {"i", "who", None}:
            return
        options = self.options(report, pronoun)
        right = next((i for i, o in enumerate(options) if same(o.entity, speaker)), len(options) - 1)
        if weight < 1 and right == len(options) - 1:
            return
        table = "pronoun" if pronoun else "floating"
        hidden = weight < 1  # who is hidden was looked for by the sex that the text tells
        told = [{n: v for n, v in o.features.items() if not (hidden and n.startswith("he or she"))} for o in options]
        self.rows.append(Row(self.article, table, told, right, weight))

    def _told(self, report: Found) -> tuple[bool, str | None]:
        mine = tokens(self.text, report.fragments)
        best = nearest(mine, self.gold)
        if best is None or overlap(mine, best[0]) < ENOUGH:
            return False, None
        return True, best[1]


def same(entity: Entity | None, name: str | None) -> bool:
    """Whether the entity has that name, or a part of it."""
    if entity is None or name is None:
        return False
    mine, other = ({w for w in words_of(n) if w not in {"the", "a", "an", "of"}} for n in (entity.name, name))
    return bool(mine and other) and (mine <= other or other <= mine)


def tokens(text: str, fragments: Iterable[Span]) -> frozenset[int]:
    """The places of the words."""
    return frozenset(match.start() for span in fragments for match in _WORD.finditer(text, *span))


def nearest(
    mine: frozenset[int], gold: Sequence[tuple[frozenset[int], str | None]]
) -> tuple[frozenset[int], str | None] | None:
    """The annotated statement that shares most with these words."""
    return max(gold, key=lambda one: overlap(mine, one[0]), default=None)


def overlap(one: frozenset[int], other: frozenset[int]) -> float:
    """Dice."""
    return 2 * len(one & other) / max(1, len(one) + len(other))


def rows_of(lines: Sequence[dict[str, Any]]) -> Iterator[Row]:
    """The rows of annotated articles."""
    articles = [Article(line["id"], line["text"].partition("\n")[0], line["text"]) for line in lines]
    for line, parsed in zip(lines, parse(articles), strict=True):
        text = line["text"]
        gold = [(tokens(text, s.get("fragments") or [s["quote_span"]]), s["speaker"]) for s in line["statements"]]
        rows: list[Row] = []
        kind = type("Told", (Teacher,), {"gold": gold, "rows": rows, "article": line["id"]})
        stage(parsed, kind)
        yield from rows


def fit(rows: Sequence[Row], ridge: float) -> dict[str, float]:
    """The weights that make what is right likeliest."""
    names = sorted({name for row in rows for option in row.options for name in option} | set(PRIOR))
    place = {name: i for i, name in enumerate(names)}
    prior = np.array([PRIOR.get(name, 0.0) for name in names])
    tables = [(matrix(row, place), row.right, row.weight) for row in rows]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        apart = weights - prior
        total, slope = ridge * float(apart @ apart) / 2, ridge * apart
        for options, right, weight in tables:
            sums = options @ weights
            sums -= sums.max()
            shares = np.exp(sums) / np.exp(sums).sum()
            total -= weight * float(np.log(shares[right]))
            slope = slope + weight * (options.T @ shares - options[right])
        return total, slope

    found = minimize(loss, prior.copy(), jac=True, method="L-BFGS-B").x
    return {name: round(float(w), 2) for name, w in zip(names, found, strict=True) if abs(w) >= 0.01}


def matrix(row: Row, place: dict[str, int]) -> NDArray[np.float64]:
    """A row's options by features."""
    made = np.zeros((len(row.options), len(place)))
    for i, option in enumerate(row.options):
        for name, value in option.items():
            if name in place:
                made[i, place[name]] = value
    return made


def shares(row: Row, weights: dict[str, float]) -> NDArray[np.float64]:
    """The probabilities of a row's options."""
    sums = np.array([sum(weights.get(n, 0.0) * v for n, v in option.items()) for option in row.options])
    sums = np.exp(sums - sums.max())
    whole: NDArray[np.float64] = sums / sums.sum()
    return whole


def tell(rows: Sequence[Row], weights: dict[str, float], into: Counter[str]) -> None:
    """Count right, wrong and unknown among rows that hide nothing."""
    for row in rows:
        if row.weight < 1:
            continue
        found = shares(row, weights)
        best, last = int(found.argmax()), len(row.options) - 1
        named = best != last and found[best] >= CONFIDENCE_LIMIT
        right = "right" if best == row.right else "wrong"
        into[right if named else "rightly unknown" if row.right == last else "unknown"] += 1


def judge(lines: Sequence[dict[str, Any]]) -> Iterator[tuple[str, Draft, bool, bool]]:
    """Each statement of fully annotated articles: whether its words and its speaker are right."""
    articles = [Article(line["id"], line["text"].partition("\n")[0], line["text"]) for line in lines]
    for line, parsed in zip(lines, parse(articles), strict=True):
        text = line["text"]
        gold = [(tokens(text, s.get("fragments") or [s["quote_span"]]), s["speaker"]) for s in line["statements"]]
        for draft in stage(parsed).drafts:
            if draft.statement is None or draft.attribution is None:
                continue
            mine = tokens(text, with_conjunction(text, draft.report.fragments))
            best = nearest(mine, gold)
            right = best is not None and overlap(mine, best[0]) >= SAME
            speaker = right and best is not None and same(draft.attribution.entity, best[1])
            yield text, draft, right, speaker


def certainty(lines: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """The tables of certainty.json."""
    judged = list(judge(lines))
    rows = [dict(report_features(text, d.report, d.attribution)) for text, d, _, _ in judged if d.attribution]
    target = [right for _, _, right, _ in judged]
    vectors = DictVectorizer()
    model = LogisticRegression(C=0.3, max_iter=2000, fit_intercept=False)
    values = vectors.fit_transform(rows)
    guessed = cross_val_predict(model, values, target, cv=5, method="predict_proba")[:, 1]
    print("words right", len(rows), f"{np.mean(target):.3f}, AUROC left out {roc_auc_score(target, guessed):.3f}")  # noqa: T201
    model.fit(values, target)
    words = {str(n): round(float(w), 2) for n, w in zip(vectors.feature_names_, model.coef_[0], strict=True)}
    found: dict[str, list[bool]] = defaultdict(list)
    for _, draft, right, speaker in judged:
        by = draft.attribution
        if right and by is not None and by.decision is None and by.entity is not None:
            found[by.how.value].append(speaker)
    shares = {how: round((sum(all_) + 4.5) / (len(all_) + 5), 3) for how, all_ in found.items()}
    return {"words": {n: w for n, w in words.items() if abs(w) >= 0.02}, "speaker": shares}


def main() -> None:
    """Read, fit, tell, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--held", type=int, default=None)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    lines = [json.loads(line) for file in asked.files for line in file.read_text("utf-8").splitlines() if line.strip()]
    lines = [line for i, line in enumerate(lines) if asked.held is None or i % 3 != asked.held]
    rows = list(rows_of(lines))
    made: dict[str, dict[str, float]] = {}
    for table, ridge in RIDGE.items():
        mine = [row for row in rows if row.table == table]
        folds: dict[int, list[Row]] = defaultdict(list)
        ids = sorted({row.article for row in mine})
        for row in mine:
            folds[ids.index(row.article) % FOLDS].append(row)
        counts: Counter[str] = Counter()
        for left in folds.values():
            weights = fit([row for row in mine if row not in left], ridge)
            tell(left, weights, counts)
        made[table] = fit(mine, ridge)
        print(table, len(mine), "rows,", sum(row.weight == 1 for row in mine), "of them plain:", dict(counts))  # noqa: T201
    whole = [line for line in lines if not line.get("in_part")]
    if asked.write:
        WEIGHTS.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n", "utf-8")
        load_resolver.cache_clear()
        tables = certainty(whole)
        CERTAINTY.write_text(json.dumps(tables, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
