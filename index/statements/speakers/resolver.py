"""The resolver: how likely each candidate, or nobody, is who a pronoun or a quotation without a cue means.

A conditional logistic model: each option's features are weighed and the softmax of the sums is the probability. The
table of weights is resolver.json, fitted by tests/tools/fit_speakers.py; a feature that it lacks weighs nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.statements.speakers.entities import Entity

Features = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Option:
    """One who may be meant, None for nobody, with the probability."""

    entity: Entity | None
    features: Features
    probability: float = 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """All options for one place, likeliest first."""

    options: tuple[Option, ...]

    @property
    def best(self) -> Option:
        """The likeliest."""
        return self.options[0]

    @property
    def runner_up(self) -> Option | None:
        """Who comes second."""
        return self.options[1] if len(self.options) > 1 else None


def decide(table: str, options: Sequence[Option]) -> Decision:
    """The options with their probabilities by that table of weights, "pronoun" or "floating"."""
    weights = load()[table]
    sums = [sum(weights.get(name, 0.0) * value for name, value in option.features.items()) for option in options]
    top = max(sums)
    shares = [math.exp(one - top) for one in sums]
    whole = sum(shares)
    weighed = (Option(o.entity, o.features, share / whole) for o, share in zip(options, shares, strict=True))
    return Decision(tuple(sorted(weighed, key=lambda option: -option.probability)))


@cache
def load() -> dict[str, dict[str, float]]:
    """The tables of resolver.json, read once."""
    tables: dict[str, dict[str, float]] = json.loads((Path(__file__).parent / "resolver.json").read_text("utf-8"))
    return tables
