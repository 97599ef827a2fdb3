"""Reading: question and text in, an answer's words and how sure they are out. Runs on onnxruntime, without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.article import Span
from index.network import load_network, sound

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MODEL = Path(__file__).parent / "model"
# word pieces of question and text together that the network was trained on; more of a text is not read
LONGEST = 192
# word pieces of a question that are read
_LONGEST_QUESTION = 64
# word pieces of an answer
_LONGEST_ANSWER = 48
_EDGES = " \t\n,;:.!?…—–-\"“”‘’'()[]"


@dataclass(frozen=True)
class Reading:
    """What the network makes of a text.

    Attributes:
        answers: logit of the text answering the question.
        offsets: (pieces, 2), where the text's word pieces stand in it, in code points.
        starts, ends: (pieces,) logits of the answer starting and ending at each of them.
        none: the logits of there being no answer span, start and end added.
    """

    text: str
    answers: float
    offsets: NDArray[np.int64] = field(repr=False)
    starts: NDArray[np.float32] = field(repr=False)
    ends: NDArray[np.float32] = field(repr=False)
    none: float = 0.0

    @cached_property
    def best(self) -> tuple[Span, float]:
        """The likeliest answer, and its logit over there being none."""
        return self.within((0, len(self.text)))

    def within(self, span: Span) -> tuple[Span, float]:
        """The likeliest answer inside a part of the text, whole words, and its logit over there being none.

        An empty part, or one behind what was read, holds the empty answer at a logit of -20.
        """
        inside = np.flatnonzero((self.offsets[:, 0] >= span[0]) & (self.offsets[:, 1] <= span[1]))
        if not len(inside):
            return (span[0], span[0]), -20.0
        first, last = int(inside[0]), int(inside[-1]) + 1
        total = self.starts[first:last, None] + self.ends[None, first:last]
        width = last - first
        band = np.triu(np.ones((width, width), bool)) & ~np.triu(np.ones((width, width), bool), _LONGEST_ANSWER)
        total = np.where(band, total, -np.inf)
        at, to = np.unravel_index(int(np.argmax(total)), total.shape)
        words = int(self.offsets[first + at, 0]), int(self.offsets[first + to, 1])
        return whole_words(self.text, words, span), round(float(total[at, to]) - self.none, 4)

    def part(self, span: Span) -> Reading:
        """What it makes of a part of the text."""
        inside = (self.offsets[:, 0] >= span[0]) & (self.offsets[:, 1] <= span[1])
        words = self.text[slice(*span)]
        return Reading(
            words, self.answers, self.offsets[inside] - span[0], self.starts[inside], self.ends[inside], self.none
        )


def mean(one: Reading, other: Reading) -> Reading:
    """What two readings of the same words, each with other words around them, make of them together.

    Word pieces that only one of them has, because the other's text was cut off, are left out.
    """
    places = {(int(start), int(end)): i for i, (start, end) in enumerate(other.offsets)}
    both = [(i, places[start, end]) for i, (start, end) in enumerate(map(tuple, one.offsets)) if (start, end) in places]
    mine, others = [i for i, _ in both], [i for _, i in both]
    return Reading(
        one.text,
        round((one.answers + other.answers) / 2, 4),
        one.offsets[mine],
        (one.starts[mine] + other.starts[others]) * np.float32(0.5),
        (one.ends[mine] + other.ends[others]) * np.float32(0.5),
        (one.none + other.none) / 2,
    )


def whole_words(text: str, span: Span, limits: Span) -> Span:
    """The span widened to whole words inside the limits, without punctuation at its edges.

    >>> text = "It has 3,410 houses, said Ann."
    >>> start, end = whole_words(text, (9, 19), (0, len(text)))
    >>> text[start:end]
    '3,410 houses'
    """
    start, end = span
    while start > limits[0] and (_is_inside(text[start - 1]) or _joins(text, start - 1)):
        start -= 1
    while end < limits[1] and (text[end].isalnum() or _joins(text, end)):
        end += 1
    if (opened := text.rfind("(", start + 1, end)) > 0 and ")" not in text[opened:end]:
        end = opened  # "Khanbaliq (modern Beijing"
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES and not (text[end - 1] == ")" and "(" in text[start:end]):
        end -= 1
    return start, end


def _is_inside(character: str) -> bool:
    return not character.isspace() and character not in _EDGES


def _joins(text: str, at: int) -> bool:
    """Whether what stands at a place holds a figure together: "3,410"."""
    return text[at] in ",.:" and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()


class Reader:
    """Reads texts for an answer. Safe to use from several threads."""

    def __init__(self, session: Any, tokenizer: Tokenizer) -> None:
        self._session = session
        self._tokenizer = tokenizer

    def count(self, text: str) -> int:
        """How many word pieces a text has."""
        return len(self._tokenizer.encode(sound(text), add_special_tokens=False))

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """What the network makes of each text, in their order; the same whatever is read beside it.

        10 texts of 52 word pieces take some 5 times as long as encoding a question.
        """
        asked = self._tokenizer.encode(sound(question), add_special_tokens=False)
        asked.truncate(_LONGEST_QUESTION)
        return [self._read(asked, text) for text in texts]

    def _read(self, asked: Any, text: str) -> Reading:
        # one by one: 8-bit activations are scaled by all that is in a batch, and padding costs what a batch saves
        read = self._tokenizer.encode(sound(text), add_special_tokens=False)
        read.truncate(LONGEST - 3 - len(asked))
        pair = self._tokenizer.post_process(asked, read)
        pieces = {"input_ids": pair.ids, "attention_mask": pair.attention_mask, "token_type_ids": pair.type_ids}
        given = {name: np.array([values], np.int64) for name, values in pieces.items()}
        span, answers = self._session.run(["span", "answers"], given)
        return _reading(text, pair, span[0], float(answers[0]))


def _reading(text: str, pair: Any, span: NDArray[np.float32], answers: float) -> Reading:
    first = pair.type_ids.index(1) if 1 in pair.type_ids else len(pair)
    last = max(first, len(pair) - 1)  # the closing special piece is none of the text
    offsets = np.asarray(pair.offsets[first:last], np.int64).reshape(-1, 2)
    return Reading(
        text, round(answers, 4), offsets, span[first:last, 0], span[first:last, 1], float(span[0, 0] + span[0, 1])
    )


def load_reader(threads: int | None = None, folder: Path = MODEL) -> Reader:
    """The reader that ships; raises and takes what `load_network` does."""
    return Reader(*load_network("reader", folder, threads))
