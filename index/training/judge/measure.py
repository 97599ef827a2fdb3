"""How well a judge does on statements that it was not trained on, and the calibration of its logits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from index.judge.premise import in_context
from index.judge.weigh import Calibration, Judge
from index.training.judge.reports import LABELS, AnnotatedStatement, Entailment

_WRONG_YES = 0.08  # of the claims that are not so, this share may be called supported
_BARS = (0.5, 0.6, 0.7, 0.8)


@dataclass(frozen=True)
class JudgedTexts:
    """What a judge makes of statements' texts, before calibration.

    Attributes:
        claims, labels: (claims, 3) logits, and (claims,) places in `LABELS`.
        questions, answers: (questions,) logits, and whether the statement answers.
    """

    claims: NDArray[np.float64]
    labels: NDArray[np.int64]
    questions: NDArray[np.float64]
    answers: NDArray[np.bool_]


def premise_of(statement: AnnotatedStatement) -> str:
    """The statement in all of its context."""
    return in_context(
        statement.sentence,
        speaker=statement.speaker,
        role=statement.role,
        before=statement.before,
        title=statement.title,
    )


def judged(judge: Judge, statements: Sequence[AnnotatedStatement]) -> JudgedTexts:
    """What the judge makes of each statement's texts."""
    claims, labels, questions, answers = [], [], [], []
    for statement in statements:
        premise = [premise_of(statement)]
        for label, texts in enumerate((statement.supports, statement.contradicts, statement.neither)):
            claims += [judge.logits("claim", text, premise)[0] for text in texts]
            labels += [label] * len(texts)
        for answer, texts in ((True, statement.asked), (False, statement.not_asked)):
            questions += [judge.logits("question", text, premise)[0] for text in texts]
            answers += [answer] * len(texts)
    told = np.array(claims, np.float64).reshape(-1, len(LABELS))
    return JudgedTexts(told, np.array(labels), np.array(questions, np.float64), np.array(answers, np.bool_))


def ranks(judge: Judge, statements: Sequence[AnnotatedStatement]) -> tuple[list[int], list[int]]:
    """Of each question that its statement answers, its place among the statements of the report, and their number.

    Places count from 1, the worst of equals; reports of one statement are left out.
    """
    reports: dict[str, list[str]] = defaultdict(list)
    for statement in statements:
        reports[statement.report].append(premise_of(statement))
    places, sizes = [], []
    for statement in statements:
        premises = reports[statement.report]
        own = premises.index(premise_of(statement))
        for text in statement.asked if len(premises) > 1 else ():
            told = judge.logits("question", text, premises)
            places.append(sum(logit >= told[own] for logit in told))
            sizes.append(len(premises))
    return places, sizes


def calibrated(found: JudgedTexts) -> Calibration:
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


def report(judge: Judge, statements: Sequence[AnnotatedStatement]) -> dict[str, object]:
    """The figures, by name."""
    found = judged(judge, statements)
    figures = _of_claims(found, judge.calibration) | _of_questions(found, judge.calibration)
    places, sizes = (np.array(numbers) for numbers in ranks(judge, statements))
    if len(places):
        figures |= {
            "questions ranked in their report": len(places),
            "mean of 1 / rank": _short((1 / places).mean()),
            "ranked first, and by chance": [_short((places == 1).mean()), _short((1 / sizes).mean())],
        }
    return figures


def _of_claims(found: JudgedTexts, calibration: Calibration) -> dict[str, object]:
    weights = np.array([calibration.weights(logits) for logits in found.claims]).reshape(-1, len(LABELS))
    true, contrary, other = parts = [weights[found.labels == label, 0] for label in range(len(LABELS))]
    table = np.zeros((len(LABELS), len(LABELS)), int)
    np.add.at(table, (found.labels, weights.argmax(1)), 1)
    bar = float(np.quantile(np.concatenate([contrary, other]), 1 - _WRONG_YES))
    return {
        "claims": len(weights),
        "right of three": _short(np.trace(table) / len(weights)),
        "told of each label": {name: row.tolist() for name, row in zip(LABELS, table, strict=True)},
        "AUROC supports against contradicts, neither": [_short(auroc(true, contrary)), _short(auroc(true, other))],
        f"right yes at {_WRONG_YES} wrong, and its bar": [_short((true > bar).mean()), _short(bar)],
        "yes to each label at .5, .6, .7, .8": [[_short((part > at).mean()) for part in parts] for at in _BARS],
        "no to each label at .5, .6, .7, .8": [
            [_short((weights[found.labels == label, 1] > at).mean()) for label in range(len(LABELS))] for at in _BARS
        ],
    }


def _of_questions(found: JudgedTexts, calibration: Calibration) -> dict[str, object]:
    told = np.array([calibration.answers(logit) for logit in found.questions])
    asked, not_asked = told[found.answers], told[~found.answers]
    return {
        "questions": len(told),
        "AUROC answers": _short(auroc(asked, not_asked)),
        "answered of asked, not asked at .5": [_short((part > 0.5).mean()) for part in (asked, not_asked)],
    }


def report_of_pairs(judge: Judge, rows: Sequence[Entailment]) -> dict[str, object]:
    """Of pairs with two labels: how well `supports` tells the first from the other."""
    weights = np.array([judge.weigh(row.claim, [in_context(row.premise, title=row.title)])[0] for row in rows])
    right = np.array([row.labels == (0,) for row in rows])
    supports = weights[:, 0]
    return {
        "pairs": len(rows),
        "AUROC supports": _short(auroc(supports[right], supports[~right])),
        "yes to supports, others at .5": [_short((supports[mask] > 0.5).mean()) for mask in (right, ~right)],
        "right, and by chance": [
            _short(((supports > weights[:, 1]) == right).mean()),
            _short(max(right.mean(), 1 - right.mean())),
        ],
    }


def _short(figure: float) -> float:
    return round(float(figure), 3)


def auroc(high: NDArray[np.float64], low: NDArray[np.float64]) -> float:
    """The chance that one of the first is above one of the others, a tie counting half; .5 where there are none."""
    if not len(high) or not len(low):
        return 0.5
    above = (high[:, None] > low[None]).mean() + (high[:, None] == low[None]).mean() / 2
    return float(above)
