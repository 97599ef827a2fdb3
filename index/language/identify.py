"""Language identification, of utterances of a few words as well as of articles: by script, else by a fastText model."""

from __future__ import annotations

import re
import warnings
from functools import cache
from pathlib import Path
from typing import Any

_MODEL = Path(__file__).parent / "identifier" / "lid.176.ftz"
_LONGEST = 2000  # characters that are read
# scripts of one language, or of one for all that matters here; kana before Han, which Japanese has as well
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af\u1100-\u11ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
)
_LETTER = re.compile(r"[^\W\d_]")
_SHARE = 0.3  # of the letters, from which on a script tells the language: a name in English text does not


def language_of(text: str, least: float = 0.5) -> str | None:
    """The ISO 639-1 code of the language that a text is in; None where it cannot be told as surely as `least`.

    Args:
        text: its first 2,000 characters are read.
        least: the probability, 0 to 1, from which on the language is told.
    """
    read = " ".join(text[:_LONGEST].lower().split())
    letters = len(_LETTER.findall(read))
    if not letters:
        return None
    for code, script in _SCRIPTS:
        if len(script.findall(read)) >= _SHARE * letters:
            return code
    model = _model()
    if model is None:
        return None
    (label,), (share,) = model.predict(read)
    return str(label).removeprefix("__label__") if share >= least else None


@cache
def _model() -> Any:
    """The model; None where nothing can read it."""
    try:
        import fasttext  # noqa: PLC0415 - only where no script tells
    except ImportError:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fasttext.load_model(str(_MODEL))
