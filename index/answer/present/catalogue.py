"""The words round what is cited: an answer's own sentences, in the language that is asked for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from index.answer.present.echo import FORMS
from index.phrases import Language, Phrases


@cache
def phrases(language: Language) -> Phrases:
    """The sentences of answers in a language."""
    return Phrases.read(Path(__file__).parent / "phrases", language, FORMS)


ENGLISH = phrases("en")
