"""How sure it is that a piece of evidence answers a question: features in, a calibrated number out."""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.question.model import Question
from index.search import Evidence, Searcher
from index.statements.lexicon import cue_lexicon
from index.statements.model import Statement
from index.store.protocol import Scope
from index.words import stem, words_of


@dataclass(frozen=True, slots=True)
class Features:
    """What the score is made of; every one is about 0 to 1. The order is that of the weights file."""

    dense: float
    attributed: float
    coverage: float
    near: float
    unknown_words: float
    missing_names: float
    missing_numbers: float
    stance: float
    stance_clash: float
    short_topic: float


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model: `bias` and one weight for each feature, by name."""

    bias: float
    weights: tuple[tuple[str, float], ...]

    def score(self, features: Features) -> float:
        """The probability, 0 to 1, rounded so that it is the same on every machine."""
        total = self.bias + sum(w * getattr(features, name) for name, w in self.weights)
        return round(1 / (1 + math.exp(-total)), 4)


@cache
def load_weights(kind: str) -> Weights:
    """The weights for "statement" or "passage" evidence, of weights.json beside this file."""
    data = json.loads((Path(__file__).parent / "weights.json").read_text("utf-8"))[kind]
    return Weights(float(data["bias"]), tuple((name, float(data["weights"][name])) for name in Features.__slots__))


def unknown_share(question: Question, searcher: Searcher, scope: Scope) -> float:
    """The share of the question's words that no article in scope holds."""
    words = question.words
    return len(searcher.unknown(words, scope)) / len(words) if words else 0.0


def features_of(question: Question, evidence: Evidence, unknown: float) -> Features:
    """The features of one piece of evidence for a question; `unknown` is its `unknown_share`."""
    same, clash = stance(question, evidence.statement.statement) if evidence.statement else (0.0, 0.0)
    return Features(
        dense=evidence.dense,
        attributed=evidence.attributed,
        coverage=evidence.coverage,
        near=evidence.near,
        unknown_words=unknown,
        missing_names=_missing(question.names, evidence.nearby),
        missing_numbers=_missing(question.numbers, evidence.nearby),
        stance=same,
        stance_clash=clash,
        short_topic=1 / max(1, len(question.words)),
    )


def stance(question: Question, statement: Statement) -> tuple[float, float]:
    """Whether the question's verb and the statement's cue take the same stance, and whether they clash (1 or 0)."""
    asked = _classes(question.verb) if question.verb else frozenset()
    if not asked:
        return 0.0, 0.0
    cue = cue_lexicon().forms.get((statement.cue or "").split(" ")[0].lower())
    said = _classes(cue.lemma) if cue else frozenset()
    if statement.polarity == "denies":
        said |= {"deny"}
    elif statement.polarity == "urges":
        said |= {"urge"}
    same = bool(asked & said)
    return float(same), float(not same and bool(said))


def _classes(verb: str) -> frozenset[str]:
    return _stances().get(verb, frozenset())


@cache
def _stances() -> dict[str, frozenset[str]]:
    data = tomllib.loads((Path(__file__).parent / "stances.toml").read_text("utf-8"))["classes"]
    verbs = {verb for lemmas in data.values() for verb in lemmas}
    return {verb: frozenset(name for name, lemmas in data.items() if verb in lemmas) for verb in verbs}


def _missing(wanted: Sequence[str], held: frozenset[str]) -> float:
    """The share of names or numbers of which no word is held."""
    if not wanted:
        return 0.0
    gone = [item for item in wanted if not any(stem(word) in held for word in words_of(item))]
    return len(gone) / len(wanted)
