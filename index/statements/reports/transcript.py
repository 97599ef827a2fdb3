"""Transcripts: interviews and debates where each paragraph begins with its speaker, "Park: It will close."."""

from __future__ import annotations

import re
from collections import Counter

from index.article import Article, Span
from index.statements.cue_lexicon import people_lexicon
from index.statements.parse.scene import Found, Scene

# "Park:", "Ada Park:", "AP:", with or without bold marks
_WORD = r"[A-Z][\w.'’-]{0,40}"
_LABEL = re.compile(rf"[*_]{{0,6}}(?P<name>{_WORD}(?: {_WORD}){{0,3}})[*_]{{0,6}}:[*_]{{0,6}}\s+(?=[^\s\"“])")
_TALK = re.compile(r"(?:yes|no|well|i|i'm|i’m|we|you|my|our)\b", re.IGNORECASE)


def speeches(article: Article) -> dict[int, Span]:
    """By paragraph number, the label of each paragraph that a transcript's speaker says.

    A label counts where it begins several paragraphs, or where what follows is said in the first or second person.
    """
    found: dict[int, Span] = {}
    for number, span in enumerate(article.paragraphs, 1):
        match = _LABEL.match(article.text, *span)
        if match is not None and match["name"].lower() not in people_lexicon().no_labels:
            found[number] = match.span("name")
    counts = Counter(article.text[slice(*label)] for label in found.values())
    return {
        number: label
        for number, label in found.items()
        if counts[article.text[slice(*label)]] > 1 or _is_talk(article, number, label)
    }


def _is_talk(article: Article, number: int, label: Span) -> bool:
    words = article.text[label[1] + 1 : article.paragraphs[number - 1][1]].split()
    return any(_TALK.match(word) for word in words[:6])


def speech(scene: Scene, label: Span) -> Found | None:
    """The report for a paragraph with this label; None for a piece of it that does not begin with it."""
    tokens = scene.tokens_in(label)
    words = scene.text[label[1] : scene.piece.span[1]].lstrip("*_: \t\u00a0")
    if not tokens or not words:
        return None
    content = (scene.piece.span[1] - len(words), scene.piece.span[1])
    return Found(scene.piece, (content,), "transcript", 0.85, tokens[-1], label)
