"""Classifying: an utterance and its vector in, what is asked for out, with a calibrated certainty. Numpy alone."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from index.acts.features import BUCKETS, columns
from index.network import damaged

# who_said … fact: the kinds of questions that the articles answer (see `index.question.model.Intent`)
# about_article, list_articles: a summary, its author, its day; which articles there are · about_answer: "source?"
# count_order: how many, the first, the longest · compare: who agrees with whom · several: several questions at once
# correction: "no, I meant Ito" · followup: what needs the turn before it · the rest is no question to the articles
Act = Literal[
    "who_said",
    "what_said",
    "verify",
    "profile",
    "speakers",
    "fact",
    "about_article",
    "list_articles",
    "about_answer",
    "count_order",
    "compare",
    "correction",
    "followup",
    "several",
    "help",
    "greeting",
    "thanks",
    "complaint",
    "admin",
    "not_for_bot",
    "other_language",
]
ACTS: tuple[Act, ...] = get_args(Act)
WEIGHTS = Path(__file__).parent / "model" / "weights.npz"
Encode = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Reading:
    """How an utterance is read: each act with its probability, the likeliest first; they add up to 1."""

    ranked: tuple[tuple[Act, float], ...]

    @property
    def act(self) -> Act:
        """The likeliest."""
        return self.ranked[0][0]

    @property
    def sure(self) -> float:
        """How likely that is."""
        return self.ranked[0][1]

    def of(self, *acts: Act) -> float:
        """How likely it is one of these."""
        return sum(share for act, share in self.ranked if act in acts)


@dataclass(frozen=True)
class Acts:
    """The head: a softmax over a weighted sum of the vector and the columns. Any thread may use it.

    Attributes:
        dense: float32 (dimension, acts), what each number of the encoder's vector counts for each of `ACTS`.
        hashed: float32 (BUCKETS, acts), what each column counts.
        bias: float32 (acts,).
    """

    dense: NDArray[np.float32]
    hashed: NDArray[np.float32]
    bias: NDArray[np.float32]

    def read(self, text: str, vector: NDArray[np.float32], *, goes_on: bool) -> Reading:
        """What is asked for.

        Args:
            text: as typed.
            vector: float32 (dimension,), the encoder's, of unit length.
            goes_on: whether the bot answered something before.
        """
        lexical = self.hashed[columns(text, goes_on=goes_on)]
        logits = vector @ self.dense + lexical.sum(axis=0) / np.sqrt(max(1, len(lexical))) + self.bias
        raised = np.exp(logits - logits.max())
        shares = raised / raised.sum()
        order = np.argsort(-shares, kind="stable")
        return Reading(tuple((ACTS[i], round(float(shares[i]), 4)) for i in order))


@cache
def load_acts(path: Path = WEIGHTS) -> Acts:
    """The head that ships. ModelError when its file is missing or damaged."""
    try:
        with np.load(path) as kept:
            parts = [kept[name].astype(np.float32) for name in ("dense", "hashed", "bias")]
            if tuple(kept["acts"]) != ACTS or parts[1].shape != (BUCKETS, len(ACTS)):
                raise damaged("acts", path.parent)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise damaged("acts", path.parent) from error
    return Acts(*parts)
