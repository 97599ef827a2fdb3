"""Examples as numbers: word pieces of question and text, and the pieces between which the answer stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from index.training.examples import Example

if TYPE_CHECKING:
    from tokenizers import Tokenizer  # type: ignore[import-untyped] # it ships stubs without saying so

LONGEST = 192  # word pieces of question and text together
_TOKENS = 3072  # of a batch, padding included


@dataclass(frozen=True, slots=True)
class Pieces:
    """An example in word pieces. `start` and `end` (the last piece) are 0, the first special piece, for no answer."""

    ids: list[int]
    types: list[int]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Int64 tensors: `ids`, `types` and `mask` (batch, pieces), `start` and `end` (batch,)."""

    ids: torch.Tensor
    types: torch.Tensor
    mask: torch.Tensor
    start: torch.Tensor
    end: torch.Tensor

    def to(self, device: torch.device) -> Batch:
        """The same on a device."""
        return Batch(*(getattr(self, name).to(device) for name in self.__slots__))


def pieces_of(tokenizer: Tokenizer, examples: Sequence[Example]) -> list[Pieces]:
    """The examples in word pieces; those whose answer is cut off are left out."""
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
        found.append(Pieces(encoding.ids, encoding.type_ids, start, end))
    return found


def batched(pieces: Sequence[Pieces], order: Sequence[int]) -> Iterator[Batch]:
    """Batches of about one size in pieces, of examples of about one length, in the order of their first ones."""
    by_length = sorted(order, key=lambda i: len(pieces[i].ids))
    groups: list[list[Pieces]] = []
    group: list[Pieces] = []
    for i in by_length:
        if group and (len(group) + 1) * len(pieces[i].ids) > _TOKENS:
            groups.append(group)
            group = []
        group.append(pieces[i])
    groups += [group] if group else []
    place = {id(one): rank for rank, one in enumerate(pieces[i] for i in order)}
    groups.sort(key=lambda group: place[id(group[0])])
    for chosen in groups:
        yield _tensors(chosen)


def _tensors(group: Sequence[Pieces]) -> Batch:
    width = max(len(one.ids) for one in group)
    ids = np.zeros((len(group), width), np.int64)
    types, mask = np.zeros_like(ids), np.zeros_like(ids)
    for row, one in enumerate(group):
        ids[row, : len(one.ids)] = one.ids
        types[row, : len(one.ids)] = one.types
        mask[row, : len(one.ids)] = 1
    start = torch.tensor([one.start for one in group])
    end = torch.tensor([one.end for one in group])
    return Batch(torch.from_numpy(ids), torch.from_numpy(types), torch.from_numpy(mask), start, end)
