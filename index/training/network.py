"""The reader as a torch module: MiniLM with a head for the answer's span and one for whether there is an answer."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from index.encoder.files import find_model, hashes_in
from index.training.batches import Batch

_FAR = -1e4  # the logit of a piece that cannot be part of an answer


class Network(nn.Module):
    """Question and text in, three things out.

    The span is that of Devlin et al. 2019 (BERT) for SQuAD 2.0: the first special piece stands for "no answer". The
    second head, on the same piece, tells whether the text answers the question.
    """

    def __init__(self, encoder: nn.Module, width: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.span = nn.Linear(width, 2)
        self.answers = nn.Sequential(nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1))

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of start and end, (batch, pieces, 2), and of there being an answer, (batch,)."""
        hidden = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        return self.span(hidden), self.answers(hidden[:, 0]).squeeze(-1)


def fresh_network(data: Path) -> Network:
    """The network on the weights of the model that ships, its two heads new. The word vectors stay as they are."""
    from transformers import AutoModel  # noqa: PLC0415 - takes seconds

    model = find_model(None, hashes_in(data))
    assert model is not None  # noqa: S101 - it is a dependency
    # eager attention: on CPUs with bfloat16 twice as quick in training as the fused one
    encoder = AutoModel.from_pretrained(model.folder, attn_implementation="eager", add_pooling_layer=False)
    encoder.embeddings.word_embeddings.weight.requires_grad = False
    return Network(encoder, encoder.config.hidden_size)


def loss_of(network: Network, batch: Batch) -> torch.Tensor:
    """Mean of the losses of start and end, and of answering or not."""
    span, answers = network(batch.ids, batch.mask, batch.types)
    span, answers = span.float(), answers.float()
    barred = (batch.types == 0) | (batch.mask == 0)
    barred[:, 0] = False
    span = span.masked_fill(barred.unsqueeze(-1), _FAR)
    spans = cross_entropy(span[:, :, 0], batch.start) + cross_entropy(span[:, :, 1], batch.end)
    return spans / 2 + binary_cross_entropy_with_logits(answers, (batch.start > 0).float())
