"""Examples for the reader: windows of texts that answer a question, and windows that look as if they did."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.article import Span
from index.language.words import words_of
from index.training.reader_rows import Row, sentences_of
from index.training.swaps import Pool, Tagged, TaggedQuestion, find_swap, in_question, in_text, reworded

# of the questions that a text answers, how many also get an example without an answer
_MISSES = 0.8
# what a miss is, by weight: a changed question or text, the text's other sentences, a near question of another text
_MISS_KINDS = {"swap": 0.5, "elsewhere": 0.28, "near question": 0.22}
# of the examples with an answer, how many are changed in the question and in the text alike
_CHANGED_ALIKE = 0.15
# of all examples, how many get synonyms into the question
_REWORDED = 0.4
# rows that people wrote to be unanswerable are rare; they, and their answerable neighbours, are seen this often
_REPEATED = 3
# how many sentences a window has (0 for all that fit), by weight
_SIZES = {1: 0.25, 2: 0.2, 3: 0.2, 0: 0.35}
# a near question of another text shares this much with it, of its words
_NEAR = 0.3


@dataclass(frozen=True, slots=True)
class Example:
    """A question, a text, and where the answer stands in the text, in code points; None for no answer."""

    question: str
    text: str
    answer: Span | None


@dataclass
class Maker:
    """Makes the examples of a pass over the rows. Attributes: `tagged`, the words and tags of each row's question."""

    rows: Sequence[Row]
    tagged: Sequence[Tagged]
    pool: Pool
    room: Callable[[str, str], bool]

    def __post_init__(self) -> None:
        self._by_title: dict[str, list[int]] = defaultdict(list)
        for i, row in enumerate(self.rows):
            self._by_title[row.title].append(i)
        self._written = {row.source for row in self.rows if row.answer is None}

    def examples(self, i: int, rng: random.Random) -> list[Example]:
        """What one row gives in one pass; chance chooses the windows, the changes and the wording."""
        return [self._reworded(example, rng) for example in self._made(i, rng)]

    def _reworded(self, example: Example, rng: random.Random) -> Example:
        if rng.random() >= _REWORDED:
            return example
        return replace(example, question=reworded(example.question, self.pool, rng))

    def _made(self, i: int, rng: random.Random) -> list[Example]:
        row = self.rows[i]
        times = _REPEATED if row.source in self._written else 1
        if row.answer is None:
            return [Example(row.question, self._around(row, None, rng)[0], None) for _ in range(times)]
        found: list[Example] = []
        for _ in range(times):
            text, answer = self._around(row, row.answer, rng)
            positive = Example(row.question, text, answer)
            if rng.random() < _CHANGED_ALIKE:
                positive = self._changed(i, positive, rng, alike=True) or positive
            found.append(positive)
        if rng.random() < _MISSES:
            miss = self._miss(i, rng)
            found += [miss] if miss is not None else []
        return found

    def _miss(self, i: int, rng: random.Random) -> Example | None:
        row = self.rows[i]
        kind = rng.choices(list(_MISS_KINDS), list(_MISS_KINDS.values()))[0]
        if kind == "elsewhere":
            return self._elsewhere(row, rng) or self._near_question(i, rng)
        if kind == "near question":
            return self._near_question(i, rng) or self._elsewhere(row, rng)
        text, answer = self._around(row, row.answer, rng)
        return self._changed(i, Example(row.question, text, answer), rng, alike=False)

    def _changed(self, i: int, example: Example, rng: random.Random, *, alike: bool) -> Example | None:
        """The example with a change: in both for an answer, in one for none."""
        assert example.answer is not None  # noqa: S101 - only examples with an answer come here
        swap = find_swap(TaggedQuestion(example.question, self.tagged[i], example.text, self.pool, rng))
        if swap is None:
            return None
        question = in_question(example.question, swap)
        text = in_text(example.text, example.answer, swap)
        if alike:
            return Example(question, *text) if question and text else None
        if text is not None and (question is None or rng.random() < 0.4):
            return Example(example.question, text[0], None)
        return Example(question, example.text, None) if question else None

    def _elsewhere(self, row: Row, rng: random.Random) -> Example | None:
        """The text's sentences before or behind the one that answers, as long as they do not hold the answer."""
        assert row.answer is not None  # noqa: S101 - only rows with an answer come here
        spans = sentences_of(row.context)
        holding = _holding(spans, row.answer)
        before, behind = spans[: holding[0]], spans[holding[-1] + 1 :]
        sides = [side for side in (before, behind) if side]
        if not sides:
            return None
        side = rng.choice(sides)
        text, _ = _grown(row, side, [_likest(row, side)], self.room, rng)
        answer = row.context[slice(*row.answer)].lower()
        return None if answer in text.lower() else Example(row.question, text, None)

    def _near_question(self, i: int, rng: random.Random) -> Example | None:
        """A question about another text of the same title, the one most like this text among a few."""
        row = self.rows[i]
        others = self._by_title[row.title]
        words = set(words_of(row.context))
        best: tuple[float, Row] | None = None
        for j in (rng.choice(others) for _ in range(12)):
            other = self.rows[j]
            if other.context == row.context or other.answer is None:
                continue
            asked = words_of(other.question)
            share = sum(word in words for word in asked) / max(1, len(asked))
            if best is None or share > best[0]:
                best = share, other
        if best is None or best[0] < _NEAR:
            return None
        other = best[1]
        assert other.answer is not None  # noqa: S101 - asked above
        if other.context[slice(*other.answer)].lower() in row.context.lower():
            return None
        text, _ = self._around(row, None, rng, question=other.question)
        return Example(other.question, text, None)

    def _around(
        self, row: Row, answer: Span | None, rng: random.Random, question: str | None = None
    ) -> tuple[str, Span | None]:
        """A window round the answer, or round the sentence most like the question, and the answer's place in it."""
        spans = sentences_of(row.context)
        asked = replace(row, question=question) if question else row
        text, offset = _grown(
            asked, spans, _holding(spans, answer) if answer else [_likest(asked, spans)], self.room, rng
        )
        return text, (answer[0] - offset, answer[1] - offset) if answer else None


def _holding(spans: Sequence[Span], answer: Span) -> list[int]:
    return [i for i, (start, end) in enumerate(spans) if start < answer[1] and answer[0] < end] or [0]


def _likest(row: Row, spans: Sequence[Span]) -> int:
    """The sentence with most of the question's words."""
    asked = set(words_of(row.question))
    return max(range(len(spans)), key=lambda i: len(asked & set(words_of(row.context[slice(*spans[i])]))))


def _grown(
    row: Row, spans: Sequence[Span], start: Sequence[int], room: Callable[[str, str], bool], rng: random.Random
) -> tuple[str, int]:
    """Sentences round those given, to a size that chance chooses, and where in the context they start."""
    size = rng.choices(list(_SIZES), list(_SIZES.values()))[0] or len(spans)
    first, last = start[0], start[-1]
    while last - first + 1 < size and (first > 0 or last + 1 < len(spans)):
        back = first > 0 and (last + 1 == len(spans) or rng.random() < 0.5)
        wider = (first - 1, last) if back else (first, last + 1)
        if not room(row.question, row.context[spans[wider[0]][0] : spans[wider[1]][1]]):
            break
        first, last = wider
    begin, end = spans[first][0], spans[last][1]
    return row.context[begin:end], begin


def read_antonyms() -> dict[str, list[str]]:
    """Words and their antonyms in the same form; the file is one-sided."""
    against: dict[str, list[str]] = {}
    for left, right in _pairs("antonyms.txt"):
        for word in left:
            against.setdefault(word, []).extend(right)
    return against


def read_synonyms() -> dict[tuple[str, str], list[str]]:
    """Words, each with its Penn Treebank tag, and what can stand for them."""
    return {(word, tag): right for (word, tag), right in _pairs("synonyms.txt")}


def _pairs(name: str) -> Iterator[tuple[list[str], list[str]]]:
    """The words left and right of the bar in each line of a file beside this one."""
    for line in Path(__file__).with_name(name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            left, right = (side.split() for side in line.split("|"))
            yield left, right
