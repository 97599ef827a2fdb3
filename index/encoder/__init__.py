"""Texts to vectors: a sentence-transformers model, exported once to a graph that starts quickly.

`files` finds models and proves files unchanged, `run` encodes, `load` is the way in; `export` makes the graph
in a process of its own, which alone needs torch.
"""

from __future__ import annotations

from index.encoder.files import EncoderError
from index.encoder.inference import Encoder
from index.encoder.load import Status, describe, export_model, load_encoder

__all__ = ["Encoder", "EncoderError", "Status", "describe", "export_model", "load_encoder"]
