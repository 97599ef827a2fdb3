"""The way in: an encoder for a model, from its export if there is one, after making it if there is none."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from index.encoder.files import (
    EXPORTERS,
    HOW_TO_PREPARE,
    EncoderError,
    ExportError,
    Hashes,
    Model,
    check_export,
    export_folder,
    find_model,
    hashes_in,
    models_folder,
    refusal,
    versions,
)
from index.encoder.inference import Encoder, graph_encoder, transformers_encoder

Say = Callable[[str], None]


def load_encoder(
    data: Path, model: str | None = None, progress: Say | None = None, threads: int | None = None
) -> Encoder:
    """An encoder, ready to encode. A model's first time takes about 20 s, later ones a quarter of one.

    Args:
        data: The data folder; exports are kept in `models/` under it.
        model: A sentence-transformers folder, one that `export_model` made, or a name on the hub, downloaded
            unless it is in the local cache. None for the model that ships with the package.
        progress: Is told, in sentences, what takes its time.
        threads: How many work on one batch; None for as many as there are cores.

    Raises:
        EncoderError: The model is missing, is not the expected one, or cannot be loaded.
    """
    say = progress or _silence
    hashes = hashes_in(data)
    found = find_model(model, hashes) or _downloaded(str(model), hashes, say)
    try:
        return _from_export(data, found, hashes, threads)
    except ExportError as error:
        if found.folder is None or not can_prepare():
            raise _unprepared(found, error) from None
        reason = _export(data, found, say)
    if not reason:
        try:
            return _from_export(data, found, hashes, threads)
        except ExportError as error:
            reason = f"its export is {error}"
    say("Loading the language model with sentence-transformers…")
    return transformers_encoder(found, f"The language model runs in sentence-transformers, slower to start: {reason}.")


@dataclass(frozen=True, slots=True)
class Status:
    """What is known about a model and its export without loading either.

    Attributes:
        sha256: of the model's weights, read from the file just now.
        export: `outdated` is made from other settings or by older code; loading an encoder makes it again.
        export_folder: where the export is or would be.
        export_bytes: its size, 0 when there is none.
        refusal: why it could not be made, if that was tried.
    """

    name: str
    folder: Path | None
    sha256: str
    export: Literal["ready", "missing", "damaged", "outdated"]
    export_folder: Path
    export_bytes: int
    refusal: str | None


def describe(data: Path, model: str | None = None) -> Status:
    """The state of a model and of its export; reads their files (some 0.2 s), loads and makes nothing.

    Raises:
        EncoderError: The model is missing or is not the expected one.
    """
    hashes = hashes_in(data, believe=False)
    found = find_model(model, hashes)
    if found is None:
        raise EncoderError(f"The language model {model} is not on this machine; it is downloaded when first used.")
    folder = export_folder(data, found)
    state: Any = "ready"
    try:
        check_export(folder, found, hashes)
    except ExportError as error:
        state = str(error)
    size = sum(path.stat().st_size for path in folder.glob("*"))
    return Status(found.name, found.folder, found.sha256, state, folder, size, refusal(data, found))


def _from_export(data: Path, model: Model, hashes: Hashes, threads: int | None) -> Encoder:
    folder = export_folder(data, model)
    return graph_encoder(model, folder, check_export(folder, model, hashes), threads)


def export_model(target: Path, data: Path, model: str | None = None, progress: Say | None = None) -> int:
    """Copy the export of a model, made first where it is missing, into a new folder; how many bytes it has.

    Whoever names that folder as the model needs neither the model itself nor what exports it.

    Raises:
        EncoderError: It cannot be made, or the folder is there already.
        OSError: It cannot be written.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise EncoderError(f"{target} is there already: name a new folder.")
    encoder = load_encoder(data, model, progress)
    if encoder.note:
        raise EncoderError(encoder.note)
    export = describe(data, model).export_folder
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as work:
        made = Path(work) / "export"
        shutil.copytree(export, made)
        made.chmod(0o755)  # it is not secret, and often read by somebody else
        if target.exists():
            target.rmdir()
        made.rename(target)
    return sum(path.stat().st_size for path in target.iterdir())


def can_prepare() -> bool:
    """Whether what runs and exports models is installed; looked for without loading it, which takes seconds."""
    return find_spec("sentence_transformers") is not None


def _unprepared(model: Model, error: ExportError) -> EncoderError:
    """What is said where an export is needed that cannot be made here."""
    if model.export is not None:
        return EncoderError(
            f"The exported language model in {model.export} is {error}: export it again with `wuzhen model export`."
        )
    return EncoderError(f"The language model {model.name} is not prepared in this data folder: {HOW_TO_PREPARE}.")


def _downloaded(name: str, hashes: Hashes, say: Say) -> Model:
    from huggingface_hub.constants import HF_HUB_OFFLINE  # noqa: PLC0415 - the model that we ship does without

    if not can_prepare():
        raise EncoderError(f"The language model {name} is not on this machine: {HOW_TO_PREPARE}.")
    if HF_HUB_OFFLINE:
        reason: str | None = "HF_HUB_OFFLINE is set"
    else:
        say(f"Downloading the language model {name}…")
        reason = _exporter(["fetch", name], say, offline=False)
    model = find_model(name, hashes)
    if model is None:
        raise EncoderError(
            f"The language model {name} is not on this machine and cannot be downloaded "
            f"({reason or 'it has no weights'}); check its name and the connection."
        )
    return model


def _export(data: Path, model: Model, say: Say) -> str | None:
    """Make the export; or say why it cannot be made."""
    missing = sorted(set(EXPORTERS) - set(versions()))
    if missing:
        return f"{' and '.join(missing)} not installed"
    refused = refusal(data, model)
    if refused:
        return refused
    try:
        models_folder(data).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=models_folder(data)):
            pass
    except OSError as error:
        return f"{models_folder(data)} cannot be written ({error.strerror})"
    say("Preparing the language model (once, about 20 s)…")
    task = ["export", str(data), model.name, str(model.folder), model.sha256, model.settings_sha256]
    return _exporter(task, say, offline=True)


def _exporter(task: list[str], say: Say, *, offline: bool) -> str | None:
    """Run `export` in its own process; the reason when it failed."""
    root = str(Path(__file__).parents[2])
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))}
    environment |= {"ORT_DISABLE_TELEMETRY": "1"} | ({"HF_HUB_OFFLINE": "1"} if offline else {})
    last: dict[str, Any] = {}
    with subprocess.Popen(  # noqa: S603 - our own module; -P: not what lies in the current folder
        [sys.executable, "-P", "-m", "index.encoder.export", *task],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        try:
            for line in process.stdout or ():
                last = json.loads(line)
                if "progress" in last:
                    say(last["progress"])
        except BaseException:
            process.kill()
            raise
    if "done" in last:
        return None
    return str(last.get("failed") or f"making its export ended with status {process.returncode}")


def _silence(text: str) -> None:
    """Tell nobody."""
