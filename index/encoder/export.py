"""Making an export: sentence-transformers loads a model, exports and fuses it; the result is proven equal.

Runs as a process of its own, so that torch's memory, warnings and progress bars stay out of the process that
wants to encode; see `main`.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from index.encoder.files import (
    FORMAT,
    ExportError,
    Meta,
    Model,
    check_export,
    export_folder,
    hashes_in,
    models_folder,
    refuse,
    versions,
)
from index.encoder.graph import INPUTS, fuse_graph, hidden_states, write_graph
from index.encoder.inference import POOLING, first_line, graph_encoder, load_transformer, transformer_vectors

Say = Callable[[str], None]

# The largest difference allowed in any number of a unit vector; a good export stays under 1e-6.
_PARITY = 1e-4

_PROBES = (
    "Who said that small firms need patience?",
    "The mayor of Eastvale denied on Tuesday that the bridge had been closed without notice.",
    '"We will not wait for another winter," Ada Park told reporters in Northport.',
    "Turnover rose 12.5% to $3.4bn (up from $3.02bn) in Q3 2019.",
    "“Curly quotation marks — and a dash,” said the naïve façade’s owner, Zoë Müller-Łukasz.",
    "ALL CAPITALS, NO MERCY",
    "all small, no full stop",
    "中文和日本語のテキスト 한국어",
    "Привет, мир! مرحبا بالعالم שלום",
    "👩‍👩‍👧‍👦 🇨🇭 e\u0301 \u200b zero-width",
    "a",
    ".",
    "",
    "  \n\t ",
    "http://example.org/a?b=c&d=%20e#f user@example.org",
    "supercalifragilisticexpialidocious" * 4,
    "x" * 3000,
    "one two three " * 80,
    "The committee met again and did not agree on the wording of its report. " * 40,
    "\n".join(f"{number}. A line of a list with the number {number * 37}." for number in range(60)),
)


class RefusedError(Exception):
    """This model cannot be exported, today or tomorrow; the message says why."""


def main(arguments: list[str]) -> None:
    """`export DATA NAME FOLDER SHA256 SETTINGS_SHA256`, or `fetch NAME`.

    Says what happens on standard output, a JSON object a line: `{"progress": …}`, and last `{"failed": …}` or
    `{"done": true}`.
    """
    # libraries that print must not be taken for us
    voice = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(**line: object) -> None:
        with contextlib.suppress(OSError):  # nobody listens any more: the work is still worth finishing
            voice.write(json.dumps(line) + "\n")
            voice.flush()

    action, *rest = arguments
    try:
        if action == "fetch":
            fetch(*rest)
        else:
            data, name, folder, sha256, settings = rest
            make(Path(data), Model(name, Path(folder), sha256, settings), lambda text: say(progress=text))
    except Exception as error:  # every way in which libraries fail becomes one sentence
        say(failed=first_line(error))
    else:
        say(done=True)


def fetch(name: str) -> None:
    """Let sentence-transformers download a model into its cache."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds

    SentenceTransformer(name, device="cpu")


def make(data: Path, model: Model, say: Say) -> None:
    """Make the export of a model where `export_folder` says, all of it or nothing.

    Raises:
        RefusedError: The model is not of a kind that can be exported; this is remembered.
        OSError: It cannot be written.
    """
    target = export_folder(data, model)
    target.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(target.parent / f".{target.name}.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        say("Another process is preparing the language model; waiting for it…")
        lock.acquire()
    try:
        check_export(target, model, hashes_in(data))
    except ExportError:
        _make(data, model, target, say)
    finally:
        lock.release()


def _make(data: Path, model: Model, target: Path, say: Say) -> None:
    for left in models_folder(data).glob(f".{target.name}.*/"):  # by processes that were killed
        shutil.rmtree(left, ignore_errors=True)
    work = target.with_name(f".{target.name}.{os.getpid()}")
    (work / "export").mkdir(parents=True)
    (work / "temporary").mkdir()
    tempfile.tempdir = str(work / "temporary")  # what the exporters leave there goes with us
    try:
        _build(model, work, say)
        if target.exists():
            target.rename(work / "old")
        (work / "export").rename(target)
    except (OSError, MemoryError):
        raise
    except Exception as error:
        refuse(data, model, first_line(error))
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _build(model: Model, work: Path, say: Say) -> None:
    export = work / "export"
    say("Loading the language model…")
    assert model.folder is not None  # noqa: S101 - nobody exports what is not here
    transformer = load_transformer(model.folder)
    pooling = _pooling(transformer)
    say("Exporting the language model…")
    _write_graph(_fused(transformer, work), export)
    tokenizer = transformer.tokenizer
    (export / "tokenizer.json").write_text(tokenizer.backend_tokenizer.to_str(), "utf-8")
    texts = list(_PROBES)
    expected = transformer_vectors(transformer, texts)
    hashes = hashes_in(work, believe=False)
    meta = Meta(
        format=FORMAT,
        model=model.name,
        sha256=model.sha256,
        settings_sha256=model.settings_sha256,
        dimension=expected.shape[1],
        max_tokens=transformer.max_seq_length,
        pooling=pooling,
        pad_id=tokenizer.pad_token_id,
        parity=0.0,
        versions=versions(),
        files={path.name: hashes.of(path) for path in sorted(export.iterdir())},
    )
    say("Checking the exported language model…")
    difference = float(np.abs(graph_encoder(model, export, meta).encode(texts) - expected).max())
    if not difference < _PARITY:
        raise RefusedError(f"its export differs by {difference:.1g} from the model")
    replace(meta, parity=difference).write(export)
    for path in export.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _pooling(transformer: Any) -> str:
    """How the model pools, where that is something that `run` can do as well."""
    kinds = [type(module).__name__ for module in transformer]
    if kinds[:2] != ["Transformer", "Pooling"] or kinds[2:] not in ([], ["Normalize"]):
        raise RefusedError(f"only a transformer with pooling can be exported, not {' + '.join(kinds)}")
    mode = transformer[1].pooling_mode
    if mode not in POOLING:
        raise RefusedError(f"only {' or '.join(POOLING)} pooling can be exported, not {mode}")
    if transformer.default_prompt_name or not transformer.max_seq_length or not transformer.tokenizer.is_fast:
        raise RefusedError("a prompt, a slow tokenizer or the lack of a limit stands in the way of its export")
    return str(mode)


def _fused(transformer: Any, work: Path) -> Path:
    """The model's graph as a file, attention and the like fused."""
    body = transformer[0].auto_model
    inputs = [name for name in INPUTS if name in transformer.tokenizer.model_input_names]
    plain = write_graph(hidden_states(body, inputs), inputs, {"last_hidden_state": {0: "batch", 1: "pieces"}}, work)
    return fuse_graph(plain, body.config)


def _write_graph(graph: Path, export: Path) -> None:
    """With the weights in a file of their own, which onnxruntime maps instead of reading: it saves 80 MB."""
    import onnx  # noqa: PLC0415 - whoever only imports this module need not have it

    onnx.save_model(
        onnx.load(graph),
        export / "model.onnx",
        save_as_external_data=True,
        location="model.onnx.data",
        size_threshold=1024,
    )
    shutil.copymode(export / "model.onnx", export / "model.onnx.data")


if __name__ == "__main__":
    main(sys.argv[1:])
