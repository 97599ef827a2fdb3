"""The judge as a torch module: MiniLM with a head for claims and one for questions."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, log_softmax

from index.training.batches import Batch
from index.training.body import Network, fresh_body

_SMOOTHED = 0.05  # of a label's weight is shared out evenly
_FAR = -1e4  # the logarithm of a probability that does not count


class JudgeNetwork(Network):
    """Claim or question and premise in; out come three logits of a claim (`LABELS`), and one of a question.

    Both heads see the first piece and the mean of all pieces, side by side.
    """

    outputs = {"claim": {0: "batch"}, "question": {0: "batch"}}  # noqa: RUF012 - as the class above says
    rates = (1e-4, 5e-4)

    def __init__(self, encoder: nn.Module, width: int) -> None:
        super().__init__(encoder)
        self.claim = _head(width, 3)
        self.question = _head(width, 1)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of a claim, (batch, 3), and of the premise answering a question, (batch,)."""
        hidden = self.hidden(input_ids, attention_mask, token_type_ids)
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * mask).sum(1) / mask.sum(1)
        both = torch.cat([hidden[:, 0], mean], 1)
        return self.claim(both), self.question(both).squeeze(-1)

    def loss(self, batch: Batch) -> torch.Tensor:
        """Mean over the batch of each example's loss.

        Targets: `allowed` (batch, 3), 1 for each label that may be true of a claim, all 0 for a question; `answers`
        (batch,), 1 or 0 for a question, -1 for a claim.
        """
        allowed, answers = batch.targets
        claim, question = self(batch.ids, batch.mask, batch.types)
        told = log_softmax(claim.float(), 1)
        right = torch.where(allowed > 0, told, told.new_full((), _FAR)).logsumexp(1)
        claims = (1 - _SMOOTHED) * right + _SMOOTHED * told.mean(1)
        wanted = answers.clamp(min=0) * (1 - _SMOOTHED) + _SMOOTHED / 2
        questions = binary_cross_entropy_with_logits(question.float(), wanted, reduction="none")
        return torch.where(answers < 0, -claims, questions).mean()


def _head(width: int, outputs: int) -> nn.Module:
    return nn.Sequential(nn.Linear(2 * width, width), nn.Tanh(), nn.Linear(width, outputs))


def fresh_network(data: Path) -> JudgeNetwork:
    """The judge on the weights of the model that ships, its two heads new."""
    return JudgeNetwork(*fresh_body(data))
