"""Weighing: claim or question and premises in, calibrated probabilities out. Runs on onnxruntime, without torch."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.network import damaged, load_network, sound

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

MODEL = Path(__file__).parent / "model"
CALIBRATION = "calibration.json"
_LONGEST = 384  # word pieces of both together; `in_context` keeps to some 160 but for very long sentences
_LONGEST_TEXT = 80  # word pieces of a claim or question


class Stance(NamedTuple):
    """What a premise does to a claim: three probabilities that add up to 1."""

    supports: float
    contradicts: float
    neither: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """From logits to probabilities that hold on rows the network was not trained on.

    Attributes:
        claims: what the three logits are multiplied by.
        biases: (3,), what is added to them after that.
        questions, question_bias: the same for the one logit of a question.
    """

    claims: float
    biases: tuple[float, float, float]
    questions: float
    question_bias: float

    @classmethod
    def read(cls, path: Path) -> Calibration:
        """As `write` left it. OSError, ValueError, KeyError or TypeError when it is not."""
        read = json.loads(path.read_text("utf-8"))
        one, two, three = map(float, read["biases"])
        return cls(float(read["claims"]), (one, two, three), float(read["questions"]), float(read["question_bias"]))

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")

    def weights(self, logits: NDArray[np.float32]) -> Stance:
        """The three probabilities of a claim's logits, (3,)."""
        shifted = logits.astype(np.float64) * self.claims + self.biases
        raised = np.exp(shifted - shifted.max())
        return Stance(*(round(float(part), 4) for part in raised / raised.sum()))

    def answers(self, logit: float) -> float:
        """The probability of a question's logit."""
        return round(1 / (1 + math.exp(-max(-30.0, min(30.0, logit * self.questions + self.question_bias)))), 4)


UNCALIBRATED = Calibration(1.0, (0.0, 0.0, 0.0), 1.0, 0.0)


class Judge:
    """Weighs claims and questions against statements in their context (`in_context`). Safe to use from several threads.

    Each pair is read by itself: what is read beside it changes nothing.
    """

    def __init__(self, session: Any, tokenizer: Tokenizer, calibration: Calibration) -> None:
        self.calibration = calibration
        self._session = session
        self._tokenizer = tokenizer

    def weigh(self, claim: str, premises: Sequence[str]) -> list[Stance]:
        """Whether each premise supports the claim, contradicts it or does neither, in their order.

        The claim is a sentence ("China wastes resources."); who is to have said it may stand in it.
        """
        return [self.calibration.weights(logits) for logits in self.logits("claim", claim, premises)]

    def answers(self, question: str, premises: Sequence[str]) -> list[float]:
        """How likely each premise answers the question, 0 to 1, in their order."""
        return [self.calibration.answers(float(logit)) for logit in self.logits("question", question, premises)]

    def logits(self, head: Literal["claim", "question"], text: str, premises: Sequence[str]) -> list[Any]:
        """What a head says before calibration: (3,) for a claim, a number for a question, in the premises' order."""
        return [self._read(head, text, premise) for premise in premises]

    def _read(self, head: str, text: str, premise: str) -> Any:
        # one by one: 8-bit activations are scaled by all that is in a batch, and padding costs what a batch saves
        pair = pair_of(self._tokenizer, text, premise)
        pieces = {"input_ids": pair.ids, "attention_mask": pair.attention_mask, "token_type_ids": pair.type_ids}
        given = {name: np.array([values], np.int64) for name, values in pieces.items()}
        return self._session.run([head], given)[0][0]


def pair_of(tokenizer: Tokenizer, text: str, premise: str) -> Encoding:
    """Claim or question and premise in word pieces; too long a premise loses its end."""
    asked, read = (tokenizer.encode(sound(one), add_special_tokens=False) for one in (text, premise))
    asked.truncate(_LONGEST_TEXT)
    read.truncate(_LONGEST - 3 - len(asked))
    return tokenizer.post_process(asked, read)


def load_judge(threads: int | None = None, folder: Path = MODEL) -> Judge:
    """The judge that ships; raises and takes what `load_network` does."""
    try:
        calibration = Calibration.read(folder / CALIBRATION)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged("judge", folder) from error
    return Judge(*load_network("judge", folder, threads), calibration)
