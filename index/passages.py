"""Sentences and their windows: what facts that nobody "said" are answered from."""

from __future__ import annotations

from dataclasses import dataclass

from index.article import Span


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of an article, with its neighbours.

    `window` holds the sentence and, inside the same paragraph, the sentences beside it that still fit the model.
    `paragraph` counts the article's non-blank lines from 1, the title being paragraph 1.
    """

    span: Span
    window: Span
    paragraph: int
