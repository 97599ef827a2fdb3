"""Whether everything that Wuzhen needs is there and in order, a line for each part."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from index.encoder import EncoderError, Status, describe
from index.encoder.files import HOW_TO_PREPARE
from index.encoder.load import can_prepare
from index.judge import load_judge
from index.network import ModelError
from index.reader import load_reader
from index.statements import RULES
from index.statements.parse.pipeline import fault_in_files
from index.store.embedded import EmbeddedStore
from index.store.peek import stored_manifest
from index.store.protocol import Scope, StoreError

_PACKAGES = ("onnxruntime", "faiss-cpu", "spacy", "trafilatura", "pypdf", "python-docx", "discord.py")
_OF_MODELS = ("torch", "sentence-transformers")  # needed only where the model is not prepared yet
_LITTLE = 500_000_000  # bytes of disk: less does not hold a prepared model and a long article's index
_RENEW = "`wuzhen run` reads them again by itself while it answers, and `wuzhen rebuild` now"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a health report; `advice` says what to do where `ok` is False, or could be done."""

    name: str
    ok: bool
    detail: str
    advice: str | None = None


def checks(data: Path, model: str | None, database: Path) -> list[Check]:
    """What is installed, the models, the data folder and the index: each fine, or what to do.

    Loads judge and reader, which alone proves that their files are whole, and no other model.
    """
    status: Status | None = None
    try:
        status = describe(data, model)
        about_model = Check("model", ok=True, detail=f"{status.name}, weights sha256 {status.sha256}")
    except EncoderError as error:
        advice = "set WUZHEN_MODEL to a model on this machine, or reinstall"
        about_model = Check("model", ok=False, detail=str(error), advice=advice)
    parts = [about_model, _export(status), *_networks(), _pipeline()]
    return [*_packages(), *parts, _folder(data), _disk(data), _index(status, database), _rules(database)]


def _packages() -> Iterator[Check]:
    for name in _PACKAGES:
        try:
            yield Check(name, ok=True, detail=version(name))
        except PackageNotFoundError:
            yield Check(name, ok=False, detail="not installed", advice="install Wuzhen again, as the README says")
    for name in _OF_MODELS:
        try:
            yield Check(name, ok=True, detail=version(name))
        except PackageNotFoundError:
            yield Check(name, ok=True, detail="not installed; only needed to prepare a model")


def _export(status: Status | None) -> Check:
    if status is None:
        return Check("export", ok=False, detail="no model to export", advice="see the line on the model")
    if status.refusal:
        return Check(
            "export",
            ok=False,
            detail=f"not made: {status.refusal}; sentence-transformers encodes instead, slower to start",
            advice="see the README on the data folder, then ask a question to try again",
        )
    if status.export == "ready":
        return Check(
            "export",
            ok=True,
            detail=f"ready, {status.export_bytes / 1e6:.0f} MB in {status.export_folder}",
        )
    if status.folder is None or not can_prepare():
        detail = f"{status.export}, and what makes it is not installed"
        return Check("export", ok=False, detail=detail, advice=HOW_TO_PREPARE)
    return Check("export", ok=True, detail=f"{status.export}; made at the next question")


def _networks() -> Iterator[Check]:
    for name, load in (("judge", load_judge), ("reader", load_reader)):
        yield _network(name, load)


def _network(name: str, load: Callable[[int], object]) -> Check:
    try:
        load(1)
    except ModelError as error:
        return Check(name, ok=False, detail=str(error), advice="install Wuzhen again, as the README says")
    return Check(name, ok=True, detail="ready")


def _pipeline() -> Check:
    fault = fault_in_files()
    return Check("spaCy model", ok=fault is None, detail=fault or "ready", advice=fault and "do what the line says")


def _disk(data: Path) -> Check:
    there = next(place for place in (data, *data.absolute().parents) if place.exists())
    free = shutil.disk_usage(there).free
    advice = "free some space: with a full disk nothing is lost, but nothing is kept either"
    return Check(
        "disk", ok=free >= _LITTLE, detail=f"{free / 1e9:.1f} GB free", advice=None if free >= _LITTLE else advice
    )


def _rules(path: Path) -> Check:
    """How far a newer version's rules have got."""
    try:
        manifest = stored_manifest(path)
        if manifest is None:
            return Check("rules", ok=True, detail=f"version {RULES}")
        with EmbeddedStore.open(path, manifest) as store:
            older, count = len(store.outdated()), store.count()
    except StoreError:
        return Check("rules", ok=False, detail=f"version {RULES}", advice="see the line on the index")
    told = f"version {RULES}; older ones have read {older} of {count} articles"
    return Check("rules", ok=True, detail=told, advice=_RENEW if older else None)


def _folder(data: Path) -> Check:
    probe = data / ".probe"
    try:
        data.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Check(
            "data folder",
            ok=False,
            detail=f"{data}: {error.strerror}",
            advice="set WUZHEN_DATA to a folder you can write to",
        )
    return Check("data folder", ok=True, detail=str(data))


def _index(status: Status | None, path: Path) -> Check:
    try:
        manifest = stored_manifest(path)
        if manifest is None:
            return Check("index", ok=True, detail="none yet; made at the first question")
        with EmbeddedStore.open(path, manifest) as store:
            store.check()
            infos = store.articles(Scope())
        if status is None:
            detail = "cannot be used without its model"
            return Check("index", ok=False, detail=detail, advice="see the line on the model")
        if status.sha256 != manifest.model_sha256:
            detail = f"made with the model {manifest.model}, which is not the one that is set"
            return Check("index", ok=False, detail=detail, advice="run `wuzhen rebuild`")
    except StoreError as error:
        return Check("index", ok=False, detail=str(error), advice="do what the line says")
    statements = sum(max(0, info.statements) for info in infos)
    return Check("index", ok=True, detail=f"{len(infos)} public articles, {statements} statements")
