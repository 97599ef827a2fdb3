"""What the reader is trained on, batch by batch: passes over its rows, a chunk of them at a time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.training.batches import Batch, Pieces, batched
from index.training.examples import Example, Maker
from index.training.reader_rows import in_pass

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LONGEST = 192  # word pieces of question and text together
_BATCH = 3072  # word pieces, padding included
_ROWS = 2048  # made into examples at a time


@dataclass(frozen=True)
class Passes:
    """Passes over the rows of a maker. `tokenizer` cuts the text at `LONGEST`."""

    maker: Maker
    tokenizer: Tokenizer
    seed: int

    def batches(self, chunk: int) -> Iterator[Batch]:
        """The batches of one chunk of rows; the same seed and chunk give the same."""
        longest = max(len(in_pass(self.maker.rows, turn)) for turn in (0, 1))
        turn, place = divmod(chunk, -(-longest // _ROWS))
        order = in_pass(self.maker.rows, turn)
        random.Random(f"{self.seed} {turn}").shuffle(order)  # noqa: S311 - a seeded shuffle
        chosen = order[place * _ROWS : (place + 1) * _ROWS]
        rng = random.Random(f"{self.seed} {turn} {place}")  # noqa: S311 - likewise
        pieces = pieces_of(self.tokenizer, [example for i in chosen for example in self.maker.examples(i, rng)])
        shuffled = list(range(len(pieces)))
        rng.shuffle(shuffled)
        return batched(pieces, shuffled, _BATCH)


def pieces_of(tokenizer: Tokenizer, examples: Sequence[Example]) -> list[Pieces]:
    """The examples in word pieces, with the first and last piece of the answer, 0 for none.

    Those whose answer is cut off are left out.
    """
    found = []
    for example, encoding in zip(
        examples, tokenizer.encode_batch([(example.question, example.text) for example in examples]), strict=True
    ):
        start = end = 0
        if example.answer is not None:
            first, last = example.answer
            inside = [
                i for i, (a, b) in enumerate(encoding.offsets) if encoding.type_ids[i] == 1 and a < last and first < b
            ]
            if not inside:
                continue
            start, end = inside[0], inside[-1]
        found.append(Pieces(encoding.ids, encoding.type_ids, (start, end)))
    return found
