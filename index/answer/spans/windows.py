"""What the reader is given to read: a few windows round the best sentences, none too long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.article import Article, Span
from index.passages import sentences
from index.search import Evidence

# windows read for a question: each costs about as much as encoding two questions
MOST = 3
# word pieces of a window, with the question within what the reader was trained on; a sentence may be longer by itself
ROOM = 160


@dataclass(frozen=True, slots=True)
class Window:
    """Some sentences of one paragraph: `span` in the article's text, and the candidates among them, best first."""

    article: Article
    span: Span
    candidates: tuple[Evidence, ...]

    @property
    def text(self) -> str:
        """The words to read."""
        return self.article.text[slice(*self.span)]


def windows(ranked: Iterable[Evidence], pieces: Callable[[str], int], most: int = MOST) -> list[Window]:
    """Windows that hold the first of the ranked candidates, best first.

    Args:
        ranked: sentences, or statements, best first.
        pieces: how many word pieces the reader makes of a text.
        most: how many windows.
    """
    ranked = list(ranked)
    spans: list[tuple[Article, Span]] = []
    for evidence in ranked:
        if any(_inside(evidence, article, span) for article, span in spans):
            continue
        if len(spans) == most:
            break
        spans.append((evidence.article, _grown(evidence, pieces)))
    return [Window(*place, tuple(held)) for place, held in zip(spans, _shared_out(ranked, spans), strict=True)]


def closer(evidence: Evidence, pieces: Callable[[str], int]) -> Window:
    """The sentences that hold the evidence and, if both fit, the one before: it often tells whom they are about."""
    article = evidence.article
    cut = _sentences_around(evidence)
    holding = _holding(evidence, cut)
    if holding is None:
        return Window(article, evidence.span, (evidence,))
    first, last = holding
    start, end = min(cut[first][0], evidence.span[0]), max(cut[last][1], evidence.span[1])
    if first > 0 and pieces(article.text[cut[first - 1][0] : end]) <= ROOM:
        start = cut[first - 1][0]
    return Window(article, (start, end), (evidence,))


def _shared_out(ranked: Iterable[Evidence], spans: Sequence[tuple[Article, Span]]) -> list[list[Evidence]]:
    """The candidates of each window; one that stands in two is the first one's."""
    held: list[list[Evidence]] = [[] for _ in spans]
    for evidence in ranked:
        first = next((i for i, (article, span) in enumerate(spans) if _inside(evidence, article, span)), None)
        if first is not None:
            held[first].append(evidence)
    return held


def _inside(evidence: Evidence, article: Article, span: Span) -> bool:
    other = evidence.article
    same = (other.collection, other.id) == (article.collection, article.id)
    return same and span[0] <= evidence.span[0] and evidence.span[1] <= span[1]


def _grown(evidence: Evidence, pieces: Callable[[str], int]) -> Span:
    """The sentences that hold the evidence, and as many beside them in their paragraph as fit; both sides in turn."""
    text = evidence.article.text
    cut = _sentences_around(evidence)
    holding = _holding(evidence, cut)
    if holding is None:
        return evidence.span
    first, last = holding
    room = ROOM - pieces(text[cut[first][0] : cut[last][1]])
    for i in _outwards(first, last, len(cut)):
        if i not in (first - 1, last + 1):
            continue  # the sentence between did not fit
        room -= pieces(text[slice(*cut[i])])
        if room < 0:
            break
        first, last = min(first, i), max(last, i)
    return min(cut[first][0], evidence.span[0]), max(cut[last][1], evidence.span[1])


def _holding(evidence: Evidence, cut: Sequence[Span]) -> tuple[int, int] | None:
    """The first and the last of the sentences that hold the evidence."""
    holding = [i for i, (start, end) in enumerate(cut) if start < evidence.span[1] and evidence.span[0] < end]
    return (holding[0], holding[-1]) if holding else None


def _sentences_around(evidence: Evidence) -> Sequence[Span]:
    """The sentences of the paragraph that the evidence stands in."""
    article = evidence.article
    return sentences(article.text, article.paragraphs[article.paragraph_of(evidence.span[0]) - 1])


def _outwards(first: int, last: int, size: int) -> Iterator[int]:
    """Places before and behind in turn, the one before first: it tells whom "he" means."""
    for step in range(1, size):
        if first - step >= 0:
            yield first - step
        if last + step < size:
            yield last + step
