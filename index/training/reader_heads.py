"""The reader as a torch module: MiniLM with a head for the answer's span and one for whether there is an answer."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from index.training.batches import Batch
from index.training.body import Network, fresh_body

_FAR = -1e4  # the logit of a piece that cannot be part of an answer


class ReaderNetwork(Network):
    """Question and text in, three things out.

    The span is that of Devlin et al. 2019 (BERT) for SQuAD 2.0: the first special piece stands for "no answer". The
    second head, on the same piece, tells whether the text answers the question.
    """

    outputs = {"span": {0: "batch", 1: "pieces"}, "answers": {0: "batch"}}  # noqa: RUF012 - as the class above says
    rates = (1.2e-4, 6e-4)

    def __init__(self, encoder: nn.Module, width: int) -> None:
        super().__init__(encoder)
        self.span = nn.Linear(width, 2)
        self.answers = nn.Sequential(nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1))

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of start and end, (batch, pieces, 2), and of there being an answer, (batch,)."""
        hidden = self.hidden(input_ids, attention_mask, token_type_ids)
        return self.span(hidden), self.answers(hidden[:, 0]).squeeze(-1)

    def loss(self, batch: Batch) -> torch.Tensor:
        """Mean of the losses of start and end, and of answering or not. Targets: first and last piece, 0 for none."""
        start, end = batch.targets
        span, answers = self(batch.ids, batch.mask, batch.types)
        span, answers = span.float(), answers.float()
        barred = (batch.types == 0) | (batch.mask == 0)
        barred[:, 0] = False
        span = span.masked_fill(barred.unsqueeze(-1), _FAR)
        spans = cross_entropy(span[:, :, 0], start) + cross_entropy(span[:, :, 1], end)
        return spans / 2 + binary_cross_entropy_with_logits(answers, (start > 0).float())


def fresh_network(data: Path) -> ReaderNetwork:
    """The reader on the weights of the model that ships, its two heads new."""
    return ReaderNetwork(*fresh_body(data))
