"""What both networks start from: MiniLM's body and its tokenizer. A network is the body with heads of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import nn

from index.encoder.files import find_model, hashes_in
from index.training.batches import Batch

if TYPE_CHECKING:
    from tokenizers import Tokenizer


class Network(nn.Module, ABC):
    """A body with heads.

    Attributes:
        outputs: the names of what `forward` gives, each with its axes that differ from call to call.
        rates: the highest learning rates, of the body and of the heads.
    """

    outputs: ClassVar[dict[str, dict[int, str]]]
    rates: ClassVar[tuple[float, float]]

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    @abstractmethod
    def loss(self, batch: Batch) -> torch.Tensor:
        """How far it is from the batch's targets, a number."""

    def hidden(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
        """What the body makes of each piece, (batch, pieces, width)."""
        found: torch.Tensor = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state
        return found


def model_folder(data: Path) -> Path:
    """Where the weights lie that both start from."""
    model = find_model(None, hashes_in(data))
    assert model is not None and model.folder is not None  # noqa: S101 - the extra `models` installs it
    return model.folder


def fresh_body(data: Path, dropout: float = 0.1) -> tuple[nn.Module, int]:
    """The body as the encoder has it, and its width. The word vectors stay as they are.

    Args:
        data: a folder that may keep what is remembered of the files.
        dropout: how much of what flows is left out in training.
    """
    from transformers import AutoModel  # noqa: PLC0415 - takes seconds

    # eager attention: on CPUs with bfloat16 twice as quick in training as the fused one
    dropped = {"hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout}
    body: Any = AutoModel.from_pretrained(
        model_folder(data), attn_implementation="eager", add_pooling_layer=False, **dropped
    )
    body.embeddings.word_embeddings.weight.requires_grad = False
    return body, int(body.config.hidden_size)


def tokenizer_of(data: Path) -> Tokenizer:
    """The body's tokenizer, which neither pads nor cuts."""
    from tokenizers import Tokenizer  # noqa: PLC0415 - for those who train

    tokenizer = Tokenizer.from_file(str(model_folder(data) / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
