"""Encoding: word pieces, batches, and what turns a batch into vectors."""

from __future__ import annotations

import contextlib
import copy
import logging
import os
import re
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from index.article import Span
from index.encoder.files import EncoderError, ExportError, Meta, Model

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Vectors = NDArray[np.float32]

# Measured on 2 cores: batches of 8 texts of about one length are quickest.
_BATCH = 8
# Texts whose word pieces are held at a time.
_CHUNK = 512
# A question is too small for more threads to help.
_MOST_THREADS = 8
# Half of a surrogate pair is no character, and no tokenizer takes it.
_SURROGATES = re.compile("[\ud800-\udfff]")

_TINY = np.float32(1e-12)


@dataclass(frozen=True, slots=True, eq=False)
class Encoder:
    """Turns texts into vectors of unit length. Safe to use from several threads.

    Attributes:
        name: the model's: a package, a folder, or its name on the hub.
        sha256: of the model's weights.
        dimension: of the vectors.
        max_tokens: how many word pieces of a text the model reads, the special ones included.
        backend: what does the work.
        note: one sentence on why that is not onnxruntime, or None.
    """

    name: str
    sha256: str
    dimension: int
    max_tokens: int
    backend: Literal["onnxruntime", "sentence-transformers"]
    note: str | None
    _tokenizer: Tokenizer = field(repr=False)
    _vectors: Callable[[list[str]], Vectors] = field(repr=False)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode each text up to `max_tokens`.

        Returns:
            float32 (len(texts), dimension), rows of unit length, in the order of `texts`.
        """
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return self._vectors([_sound(text) for text in texts])

    def count_tokens(self, text: str) -> int:
        """How many word pieces a text has, the special ones that the model adds included."""
        return len(self._tokenizer.encode(_sound(text), add_special_tokens=False)) + _specials(self._tokenizer)

    def fits(self, text: str) -> bool:
        """Whether the model reads all of the text."""
        return self.count_tokens(text) <= self.max_tokens

    def token_spans(self, text: str) -> list[Span]:
        """Where each word piece stands in the text, the special ones left out; not cut at `max_tokens`."""
        return list(self._tokenizer.encode(_sound(text), add_special_tokens=False).offsets)


def graph_encoder(model: Model, folder: Path, meta: Meta, threads: int | None = None) -> Encoder:
    """An encoder that runs an export, without torch.

    Args:
        model: What the export was made from.
        folder: Holds the export, already checked.
        meta: What the export says of itself.
        threads: How many work on one batch; None for as many as there are cores, within reason.

    Raises:
        ExportError: The export cannot be loaded.
    """
    try:
        tokenizer = _tokenizer(folder)
        graph = _Graph(folder, meta, tokenizer, threads or _cores())
    except Exception as error:  # onnxruntime's and tokenizers' errors have no class in common
        raise ExportError(f"unusable ({first_line(error)})") from error
    return Encoder(
        name=model.name,
        sha256=model.sha256,
        dimension=meta.dimension,
        max_tokens=meta.max_tokens,
        backend="onnxruntime",
        note=None,
        _tokenizer=tokenizer,
        _vectors=graph,
    )


def transformers_encoder(model: Model, note: str) -> Encoder:
    """An encoder that runs sentence-transformers itself: slower to start, and larger.

    Raises:
        EncoderError: The model cannot be loaded.
    """
    try:
        assert model.folder is not None  # noqa: S101 - nobody loads what is not here
        transformer = load_transformer(model.folder)
        # a copy: sentence-transformers sets limits in its own
        tokenizer = copy.deepcopy(transformer.tokenizer.backend_tokenizer)
        _lift_limits(tokenizer)
        dimension = transformer_vectors(transformer, [""]).shape[1]
    except Exception as error:  # whatever a strange model makes the libraries raise
        raise EncoderError(f"The language model {model.name} cannot be loaded ({first_line(error)}).") from error
    return Encoder(
        name=model.name,
        sha256=model.sha256,
        dimension=dimension,
        max_tokens=transformer.max_seq_length or sys.maxsize,
        backend="sentence-transformers",
        note=note,
        _tokenizer=tokenizer,
        _vectors=partial(transformer_vectors, transformer),
    )


def load_transformer(folder: Path, **options: Any) -> Any:
    """A SentenceTransformer from a folder, without a word on the terminal and never over the network."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds
        from transformers.utils import logging as transformers_logging  # noqa: PLC0415 - likewise

        transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call] # it has no types
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call] # likewise
        logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True, **options)


def transformer_vectors(transformer: Any, texts: list[str]) -> Vectors:
    """Vectors of unit length, (len(texts), dimension), by sentence-transformers."""
    vectors = transformer.encode(texts, batch_size=_BATCH, show_progress_bar=False, normalize_embeddings=True)
    return np.asarray(vectors, np.float32)


class _Graph:
    """An exported model: from texts to vectors."""

    def __init__(self, folder: Path, meta: Meta, tokenizer: Tokenizer, threads: int) -> None:
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # it writes to the home folder and calls its maker
        import onnxruntime  # noqa: PLC0415 - for those who encode, and after that

        onnxruntime.set_default_logger_severity(3)  # errors only
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])
        self._inputs = {wanted.name for wanted in self._session.get_inputs()}
        self._pool = POOLING[meta.pooling]
        self._meta = meta
        self._tokenizer = tokenizer
        self._room = meta.max_tokens - _specials(tokenizer)

    def __call__(self, texts: list[str]) -> Vectors:
        vectors = np.empty((len(texts), self._meta.dimension), np.float32)
        for start in range(0, len(texts), _CHUNK):
            pieces = self._pieces(texts[start : start + _CHUNK])
            order = sorted(range(len(pieces)), key=lambda row: -len(pieces[row]))
            for first in range(0, len(order), _BATCH):
                rows = order[first : first + _BATCH]
                vectors[[start + row for row in rows]] = self._run([pieces[row] for row in rows])
        return vectors

    def _pieces(self, texts: list[str]) -> list[list[int]]:
        encodings = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        for encoding in encodings:
            encoding.truncate(self._room)
        return [self._tokenizer.post_process(encoding).ids for encoding in encodings]

    def _run(self, pieces: list[list[int]]) -> Vectors:
        ids = np.full((len(pieces), max(map(len, pieces))), self._meta.pad_id, np.int64)
        mask = np.zeros_like(ids)
        for row, text in enumerate(pieces):
            ids[row, : len(text)] = text
            mask[row, : len(text)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        vectors = self._pool(hidden, mask[:, :, None].astype(np.float32))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, _TINY), np.float32)


def _mean(hidden: Vectors, mask: Vectors) -> Vectors:
    # summed piece by piece, so that padding adds exactly nothing: a text has the same bits in any batch
    return np.asarray((hidden * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), _TINY), np.float32)


def _first(hidden: Vectors, mask: Vectors) -> Vectors:  # noqa: ARG001 - called like the others
    return hidden[:, 0]


def _largest(hidden: Vectors, mask: Vectors) -> Vectors:
    return np.asarray(np.where(mask > 0, hidden, -np.inf).max(axis=1), np.float32)


# (batch, pieces, dimension) and (batch, pieces, 1) to (batch, dimension), by sentence-transformers' names.
POOLING: dict[str, Callable[[Vectors, Vectors], Vectors]] = {"mean": _mean, "cls": _first, "max": _largest}


def _tokenizer(folder: Path) -> Tokenizer:
    from tokenizers import Tokenizer  # noqa: PLC0415 - for those who encode

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    _lift_limits(tokenizer)
    return tokenizer


def _lift_limits(tokenizer: Tokenizer) -> None:
    """A tokenizer's file may ask for padding and cutting to lengths that suited somebody once."""
    tokenizer.no_padding()
    tokenizer.no_truncation()


def _specials(tokenizer: Tokenizer) -> int:
    return int(tokenizer.num_special_tokens_to_add(is_pair=False))


def _sound(text: str) -> str:
    return _SURROGATES.sub("\ufffd", text)


def _cores() -> int:
    with contextlib.suppress(AttributeError):  # not on every system
        return min(len(os.sched_getaffinity(0)), _MOST_THREADS)
    return min(os.cpu_count() or 1, _MOST_THREADS)


def first_line(error: Exception) -> str:
    """What an error says, as part of a sentence."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
