"""Claims beside statements: whether the judge finds them supported, contradicted, or neither.

A line is `{"claim", "statement", "label"}`, and `label` is "supports", "contradicts" or "neither" ("partially" counts
as that). It may also hold "speaker", "role", "before" (the sentence before) and "title". In place of "statement" there
may be "evidence", a list of sentences, as FoolMeTwice (Eisenschlos et al. 2021) and WiCE (Kamoi et al. 2023) have it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from bot.evaluation.measures import auroc, share
from bot.evaluation.report import Figure, Section
from index.judge import in_context
from index.library import Library

Label = Literal["supports", "contradicts", "neither"]

_LABELS: Mapping[str, Label] = {
    "supports": "supports",
    "contradicts": "contradicts",
    "neither": "neither",
    "partially": "neither",
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, the statement in its context as the judge reads it, and what that does to the claim."""

    claim: str
    premise: str
    label: Label

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Self:
        """A line of a file of claims.

        Raises:
            ValueError: a field is missing or is not what it must be; the message is a sentence.
        """
        statement = fields.get("statement") or " ".join(map(str, fields.get("evidence") or ()))
        if not statement or not fields.get("claim"):
            raise ValueError('it has no "claim" or no "statement"; a claim needs both, and "label".')
        if fields.get("label") not in _LABELS:
            raise ValueError('"label" must be "supports", "contradicts" or "neither".')
        told = {name: str(fields[name]) for name in ("speaker", "role", "before", "title") if fields.get(name)}
        return cls(str(fields["claim"]), in_context(str(statement), **told), _LABELS[fields["label"]])

    @property
    def articles(self) -> tuple[()]:
        """Nothing needs to be in an index."""
        return ()


def measured(library: Library, claims: Sequence[Claim], step: Callable[[], None]) -> list[Section]:
    """The confusion table at the library's operating point of verdicts, and how well yes is told from the others."""
    judge, limit = library.models.judge(), library.verdict
    shares = np.zeros((len(claims), 2))
    for i, one in enumerate(claims):
        [weights] = judge.weigh(one.claim, [one.premise])
        shares[i] = weights.supports, weights.contradicts
        step()
    labels = np.array([one.label for one in claims])
    return [Section("claims", "Claims", (), _table(labels, shares, limit), _figures(labels, shares, limit))]


def _verdicts(shares: NDArray[np.float64], limit: float) -> NDArray[np.str_]:
    yes, no = shares[:, 0], shares[:, 1]
    sure = np.maximum(yes, no) >= limit
    return np.where(sure, np.where(yes >= no, "yes", "no"), "unknown")


def _table(labels: NDArray[np.str_], shares: NDArray[np.float64], limit: float) -> dict[str, dict[str, Figure]]:
    told = _verdicts(shares, limit)
    return {
        label: {
            "claims": int((labels == label).sum()),
            **{verdict: int(((labels == label) & (told == verdict)).sum()) for verdict in ("yes", "no", "unknown")},
        }
        for label in ("supports", "contradicts", "neither")
    }


def _figures(labels: NDArray[np.str_], shares: NDArray[np.float64], limit: float) -> dict[str, Figure]:
    told = _verdicts(shares, limit)
    supports, contradicts, neither = (labels == label for label in ("supports", "contradicts", "neither"))
    yes, no = told == "yes", told == "no"
    return {
        "claims": len(labels),
        "auroc_contradicts": auroc(shares[~neither, 0], supports[~neither]),
        "auroc_neither": auroc(shares[~contradicts, 0], supports[~contradicts]),
        "right_yes": share(yes, supports),
        "wrong_yes": share(yes, ~supports),
        "right_no": share(no, contradicts),
        "wrong_no": share(no, ~contradicts),
        "wrong_verdicts": share((yes & ~supports) | (no & ~contradicts)),
        "most_frequent_label": max(map(float, (supports.mean(), contradicts.mean(), neither.mean()))),
        "right_label": share((yes & supports) | (no & contradicts) | ((told == "unknown") & neither)),
    }
