"""Examples as numbers: word pieces of a pair of texts beside what the network is to make of it, in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch


@dataclass(frozen=True, slots=True)
class Pieces:
    """An example in word pieces. `targets` are what each head is to say; what they mean is the network's affair."""

    ids: list[int]
    types: list[int]
    targets: tuple[int | float | list[float], ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples side by side: int64 `ids`, `types`, `mask` (batch, pieces), and a tensor (batch, …) of each target."""

    ids: torch.Tensor
    types: torch.Tensor
    mask: torch.Tensor
    targets: tuple[torch.Tensor, ...]

    def to(self, device: torch.device) -> Batch:
        """The same on a device."""
        targets = tuple(target.to(device) for target in self.targets)
        return Batch(self.ids.to(device), self.types.to(device), self.mask.to(device), targets)


def batched(pieces: Sequence[Pieces], order: Sequence[int], largest: int) -> Iterator[Batch]:
    """Batches of at most so many pieces, padding included, of about one length, in the order of their first ones."""
    by_length = sorted(order, key=lambda i: len(pieces[i].ids))
    groups: list[list[Pieces]] = []
    group: list[Pieces] = []
    for i in by_length:
        if group and (len(group) + 1) * len(pieces[i].ids) > largest:
            groups.append(group)
            group = []
        group.append(pieces[i])
    groups += [group] if group else []
    place = {id(one): rank for rank, one in enumerate(pieces[i] for i in order)}
    groups.sort(key=lambda group: place[id(group[0])])
    for chosen in groups:
        yield tensors(chosen)


def tensors(group: Sequence[Pieces]) -> Batch:
    """The examples as one batch, padded to the longest."""
    width = max(len(one.ids) for one in group)
    ids = np.zeros((len(group), width), np.int64)
    types, mask = np.zeros_like(ids), np.zeros_like(ids)
    for row, one in enumerate(group):
        ids[row, : len(one.ids)] = one.ids
        types[row, : len(one.ids)] = one.types
        mask[row, : len(one.ids)] = 1
    targets = tuple(torch.tensor(values) for values in zip(*(one.targets for one in group), strict=True))
    return Batch(torch.from_numpy(ids), torch.from_numpy(types), torch.from_numpy(mask), targets)
