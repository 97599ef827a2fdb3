"""A measurement: questions asked in one way, what was right, and the figures of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.evaluation import measures
from bot.evaluation.measures import Bin
from index.answer.contract import Answer

COVERAGES = (0.25, 0.5, 0.75, 1.0)  # at which the risk is told

Figure = float | int | None


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """An answer and what it is worth.

    Attributes:
        answerable: whether the articles that could be seen answer the question.
        right: 0 to 1, how right what it shows is, given or withheld: a withheld answer is judged by the nearest
            words that it offers, and is wrong where it offers none. 0 where the question is not answerable.
        wrong: what is wrong, for people; "" where nothing is.
        name: what the question is called in the list of errors.
        kind: the kind of question, where the file tells it.
    """

    answer: Answer
    answerable: bool
    right: float
    wrong: str = ""
    name: str = ""
    kind: str = ""

    @property
    def answered(self) -> bool:
        """Whether the answer was given."""
        return self.answer.status == "answered"


@dataclass(frozen=True)
class Section:
    """One way in which a file's questions were asked.

    Attributes:
        name: in the JSON object; `title` in tables and plots.
        kinds: figures by kind of question.
        more: figures that only this measurement has; all, where no answers were measured.
    """

    name: str
    title: str
    judged: Sequence[JudgedAnswer]
    kinds: Mapping[str, Mapping[str, Figure]] = field(default_factory=dict)
    more: Mapping[str, Figure] = field(default_factory=dict)

    @cached_property
    def risks(self) -> NDArray[np.float64]:
        """The risk-coverage curve, see `measures.risks`."""
        return measures.risks(self._scores, self._right)

    @cached_property
    def reliability(self) -> list[Bin]:
        """The reliability diagram, see `measures.reliability`."""
        return measures.reliability(self._scores, self._right)

    @property
    def operating_point(self) -> tuple[float, float] | None:
        """The share of questions that was answered, and the share of wrong ones among them; None without any."""
        given = [one.answered for one in self.judged]
        right = measures.share(self._right, given)
        return None if right is None else (sum(given) / len(given), 1 - right)

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """All figures by name, `kinds` aside; None where there is nothing to measure one on."""
        if not self.judged:
            return dict(self.more)
        answerable = np.array([one.answerable for one in self.judged], dtype=bool)
        given = np.array([one.answered for one in self.judged], dtype=bool)
        point = self.operating_point
        return {
            "questions": len(self.judged),
            "answerable": int(answerable.sum()),
            **self.more,
            "auroc": measures.auroc(self._scores, answerable),
            "answered_at_5": measures.answered_at(self._scores, answerable),
            "answered": measures.share(given, answerable),
            "false_answers": measures.share(given, ~answerable),
            "refusal_precision": None if answerable.all() else measures.share(~answerable, ~given),
            "refusal_recall": measures.share(~given, ~answerable),
            "coverage": point and point[0],
            "risk": point and point[1],
            **{f"risk_at_{coverage * 100:.0f}": measures.risk_at(self.risks, coverage) for coverage in COVERAGES},
            "aurc": measures.area_under(self.risks),
            "ece": measures.calibration_error(self.reliability),
        }

    @property
    def _scores(self) -> list[float]:
        return [one.answer.score for one in self.judged]

    @property
    def _right(self) -> list[float]:
        return [one.right for one in self.judged]
