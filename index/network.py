"""Loading a network that ships: its ONNX graph and tokenizer, run by onnxruntime without torch."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_SURROGATES = re.compile("[\ud800-\udfff]")


class ModelError(Exception):
    """A model cannot be used; the message is one sentence that says what to do."""


def load_network(name: str, folder: Path, threads: int | None = None) -> tuple[Any, Tokenizer]:
    """The session of `NAME.onnx` and the tokenizer beside it, which neither pads nor cuts. Takes some 0.2 s.

    Args:
        name: of the network, as the sentence about it has it, too.
        folder: where its files are.
        threads: how many it uses; None for as many as there are cores.

    Raises:
        ModelError: a file is missing or damaged.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # it writes to the home folder and calls its maker
    import onnxruntime  # noqa: PLC0415 - for those who read, and after that
    from tokenizers import Tokenizer  # noqa: PLC0415 - likewise

    onnxruntime.set_default_logger_severity(3)  # errors only
    options = onnxruntime.SessionOptions()
    if threads:
        options.intra_op_num_threads = threads
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        session = onnxruntime.InferenceSession(folder / f"{name}.onnx", options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's and tokenizers' errors have no class in common
        raise damaged(name, folder) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return session, tokenizer


def damaged(name: str, folder: Path) -> ModelError:
    """What is said of a network whose files cannot be used."""
    return ModelError(f"The {name}'s files in {folder} are missing or damaged; install wuzhen again.")


def sound(text: str) -> str:
    """The text as a tokenizer takes it: half of a surrogate pair is no character."""
    return _SURROGATES.sub("\ufffd", text)
