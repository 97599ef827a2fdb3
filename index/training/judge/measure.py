"""How well a judge does on statements that it was not trained on, and the calibration of its logits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from index.judge.context import in_context
from index.judge.weigh import Calibration, Judge
from index.training.judge.rows import LABELS, Entailment, Statement

_WRONG_YES = 0.08  # of the claims that are not so, this share may be called supported


@dataclass(frozen=True)
class Judged:
    """What a judge makes of statements' texts, before calibration.

    Attributes:
        claims, labels: (claims, 3) logits, and (claims,) places in `LABELS`.
        questions, answers: (questions,) logits, and whether the statement answers.
        ranks: of each question that its statement answers, the place of that among the report's statements, from 1.
        chances: what 1 / rank is on average by chance, and the share of first places, for each of these.
    """

    claims: NDArray[np.float64]
    labels: NDArray[np.int64]
    questions: NDArray[np.float64]
    answers: NDArray[np.bool_]
    ranks: NDArray[np.int64]
    sizes: NDArray[np.int64]


def premise_of(statement: Statement) -> str:
    """The statement in all of its context."""
    return in_context(
        statement.sentence,
        speaker=statement.speaker,
        role=statement.role,
        before=statement.before,
        title=statement.title,
    )


def judged(judge: Judge, statements: Sequence[Statement]) -> Judged:
    """What the judge makes of all texts of these statements."""
    reports: dict[str, list[str]] = defaultdict(list)
    for statement in statements:
        reports[statement.report].append(premise_of(statement))
    claims, labels, questions, answers, ranks, sizes = [], [], [], [], [], []
    for statement in statements:
        premise = premise_of(statement)
        for label, texts in enumerate((statement.supports, statement.contradicts, statement.neither)):
            claims += [judge.logits("claim", text, [premise])[0] for text in texts]
            labels += [label] * len(texts)
        others = [other for other in reports[statement.report] if other != premise]
        for text in statement.asked:
            own, *rest = (float(logit) for logit in judge.logits("question", text, [premise, *others]))
            questions.append(own)
            answers.append(True)
            if rest:
                ranks.append(1 + sum(logit >= own for logit in rest))
                sizes.append(1 + len(rest))
        for text in statement.not_asked:
            questions.append(float(judge.logits("question", text, [premise])[0]))
            answers.append(False)
    return Judged(
        np.array(claims, np.float64).reshape(-1, 3),
        np.array(labels),
        np.array(questions, np.float64),
        np.array(answers, np.bool_),
        np.array(ranks, np.int64),
        np.array(sizes, np.int64),
    )


def calibrated(found: Judged) -> Calibration:
    """The scales and biases that make the logits likeliest."""
    claims, labels = torch.tensor(found.claims), torch.tensor(found.labels)
    questions, answers = torch.tensor(found.questions), torch.tensor(found.answers, dtype=torch.float64)
    scale, *biases = _fitted(
        4, lambda values: torch.nn.functional.cross_entropy(claims * values[0] + values[1:], labels)
    )
    scale_of_questions, bias = _fitted(
        2,
        lambda values: torch.nn.functional.binary_cross_entropy_with_logits(questions * values[0] + values[1], answers),
    )
    one, two, three = (round(bias - sum(biases) / 3, 4) for bias in biases)
    return Calibration(scale, (one, two, three), scale_of_questions, bias)


def _fitted(count: int, loss: Callable[[torch.Tensor], torch.Tensor]) -> list[float]:
    values = torch.zeros(count, dtype=torch.float64)
    values[0] = 1.0
    values.requires_grad = True
    optimizer = torch.optim.LBFGS([values], max_iter=200)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        found = loss(values)
        found.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
        return found

    optimizer.step(closure)  # type: ignore[no-untyped-call] # likewise
    return [round(value, 4) for value in values.tolist()]


def report(found: Judged, calibration: Calibration) -> dict[str, object]:
    """The figures, by name."""
    weights = np.array([calibration.weights(logits) for logits in found.claims]).reshape(-1, 3)
    answers = np.array([calibration.answers(logit) for logit in found.questions])
    supports = weights[:, 0]
    true, contrary, other = (supports[found.labels == label] for label in range(3))
    false = np.concatenate([contrary, other])
    bar = float(np.quantile(false, 1 - _WRONG_YES)) if len(false) else 1.0
    table = np.zeros((3, 3), int)
    np.add.at(table, (found.labels, weights.argmax(1)), 1)
    figures: dict[str, object] = {
        "claims": len(weights),
        "right of three": np.trace(table) / max(1, len(weights)),
        "label to told": {name: table[i].tolist() for i, name in enumerate(LABELS)},
        "AUROC supports against contradicts": auroc(true, contrary),
        "AUROC supports against neither": auroc(true, other),
        f"right yes at {_WRONG_YES} wrong": (true > bar).mean(),
        "bar": bar,
        "at .5: yes to supports, contradicts, neither": [
            round(float((part > 0.5).mean()), 3) for part in (true, contrary, other)
        ],
        "questions": len(answers),
        "AUROC answers": auroc(answers[found.answers], answers[~found.answers]),
        "at .5: answers to asked, not asked": [
            round(float((answers[mask] > 0.5).mean()), 3) for mask in (found.answers, ~found.answers)
        ],
    }
    if len(found.ranks):
        figures |= {
            "questions ranked": len(found.ranks),
            "MRR in the report": (1 / found.ranks).mean(),
            "first in the report": (found.ranks == 1).mean(),
            "first by chance": (1 / found.sizes).mean(),
        }
    return {name: round(float(value), 3) if isinstance(value, float) else value for name, value in figures.items()}


def report_of_pairs(judge: Judge, rows: Sequence[Entailment]) -> dict[str, object]:
    """Of pairs with two labels: how well `supports` tells the first from the other."""
    weights = np.array([judge.weigh(row.claim, [in_context(row.premise, title=row.title)])[0] for row in rows])
    right = np.array([row.labels == (0,) for row in rows])
    supports = weights[:, 0]
    return {
        "pairs": len(rows),
        "AUROC supports": round(auroc(supports[right], supports[~right]), 3),
        "yes to supports, others at .5": [round(float((supports[mask] > 0.5).mean()), 3) for mask in (right, ~right)],
        "right": round(float(((supports > weights[:, 1]) == right).mean()), 3),
        "right by chance": round(float(max(right.mean(), 1 - right.mean())), 3),
    }


def auroc(high: NDArray[np.float64], low: NDArray[np.float64]) -> float:
    """The chance that one of the first is above one of the others, a tie counting half; .5 where there are none."""
    if not len(high) or not len(low):
        return 0.5
    above = (high[:, None] > low[None]).mean() + (high[:, None] == low[None]).mean() / 2
    return float(above)
