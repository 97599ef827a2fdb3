"""What the judge is trained on, batch by batch."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.judge.weigh import pair_of
from index.training.batches import Batch, Pieces, batched
from index.training.judge.pairs import Pair, Pairs
from index.training.judge.reports import LABELS

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_BATCH = 2048  # word pieces, padding included: some 32 examples


@dataclass(frozen=True)
class JudgePasses:
    """Passes over pairs: a chunk is a pass."""

    pairs: Pairs
    tokenizer: Tokenizer
    seed: int

    def batches(self, chunk: int) -> Iterator[Batch]:
        """The batches of one pass; the same seed and number give the same."""
        rng = random.Random(f"{self.seed} {chunk}")  # noqa: S311 - a seeded one
        pieces = pieces_of(self.tokenizer, self.pairs.of_a_pass(rng))
        return batched(pieces, range(len(pieces)), _BATCH)


def pieces_of(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> list[Pieces]:
    """The pairs in word pieces, cut as the judge cuts them, with what `JudgeNetwork.loss` wants."""
    found = []
    for pair in pairs:
        encoding = pair_of(tokenizer, pair.text, pair.premise)
        allowed = [float(i in pair.labels) for i in range(len(LABELS))]
        answers = -1.0 if pair.answers is None else float(pair.answers)
        found.append(Pieces(encoding.ids, encoding.type_ids, (allowed, answers)))
    return found
