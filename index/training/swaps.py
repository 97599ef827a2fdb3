"""Near misses by rule: a question or its text with one word changed, so that the one no longer answers the other.

A change in the question alone, or in the text alone, makes the pair unanswerable; the same change in both leaves it
answerable. All three are made, so that a changed word by itself tells nothing. The kinds of change are those that
people used to write unanswerable questions (Rajpurkar et al. 2018, "Know What You Don't Know", table 2): negation,
antonym, another entity or number, another word of the same kind. What is swapped in is mostly from the text itself,
and synonyms are put into questions of all kinds: a word that the text does not hold is no sign of its not answering.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from index.article import Span
from index.training.reader_rows import sentences_of

Tagged = Sequence[tuple[str, str]]  # words and their Penn Treebank tags
Kind = Literal["name", "number", "antonym", "word", "negation"]
WEIGHTS: dict[Kind, float] = {"name": 0.28, "number": 0.15, "antonym": 0.22, "word": 0.22, "negation": 0.13}

_NEAR = 0.7  # of the names and words swapped in, how many are from the text where it has any
_SURELY = 0.9  # of a word's uses that must have one tag, for its synonyms to fit
_PLAIN = re.compile(r"(?<![\w'’-])[a-z]{3,}(?![\w'’-])")
_NUMBER = re.compile(r"(?<![\w.])\d[\d,.]*\d|(?<![\w.])\d")
_NAME = re.compile(r"(?:[A-Z][\w’'-]+)(?:\s+(?:of\s+(?:the\s+)?)?[A-Z][\w’'-]+)*")
_AUXILIARY = re.compile(
    r"\b(was|were|is|are|did|does|do|has|have|had|can|could|will|would|may|might|should|must)\b(?!n't| not\b)",
    re.IGNORECASE,
)
_SHORT_NOT = {"can": "can't", "will": "won't", "may": "may not", "might": "might not", "must": "must not"}
_WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
OPENERS, _SKIPPED = frozenset(_WORDS["openers"]), frozenset(_WORDS["skipped"])
_OPEN_TAGS = ("NN", "NNS", "VB", "VBD", "VBN", "VBG", "VBZ", "VBP", "JJ", "JJR", "JJS", "RB", "RBR", "RBS")


@dataclass(frozen=True, slots=True)
class Swap:
    """Words to be replaced and what by."""

    kind: Kind
    old: str
    new: str


@dataclass
class Pool:
    """Words and names to swap in, by kind. Made from the questions and texts of the training data."""

    antonyms: Mapping[str, Sequence[str]]
    synonyms: Mapping[tuple[str, str], Sequence[str]]
    by_tag: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    tags: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    names: list[str] = field(default_factory=list)

    def learn(self, questions: Iterable[Tagged], contexts: Iterable[str]) -> None:
        """Take in the words of the questions and the names of the texts."""
        for tagged in questions:
            for word, tag in tagged:
                self.tags[word][tag] += 1
                if tag in _OPEN_TAGS and word.isalpha() and word.lower() not in _SKIPPED:
                    self.by_tag[tag].append(word)
        for context in contexts:
            self.names += names_in(context)

    def instead(self, word: str) -> Sequence[str]:
        """Synonyms of a word that nearly always has the same tag; none of others: "states" may be a verb."""
        tags = self.tags.get(word)
        if not tags or word in _SKIPPED:
            return ()
        [(tag, times)] = tags.most_common(1)
        return self.synonyms.get((word, tag.replace("VBP", "VB")), ()) if times >= _SURELY * tags.total() else ()


def names_in(text: str) -> list[str]:
    """Runs of capitalised words, without the words that only open sentences."""
    found = []
    for match in _NAME.finditer(text):
        words = match.group().removesuffix("'s").removesuffix("’s").split()
        while words and words[0] in OPENERS:
            words = words[1:]
        if words:
            found.append(" ".join(words))
    return found


@dataclass(frozen=True, slots=True)
class TaggedQuestion:
    """A question in words and tags, the text it is asked of, what to swap in, and chance."""

    question: str
    tagged: Tagged
    text: str
    pool: Pool
    rng: random.Random


def find_swap(asked: TaggedQuestion) -> Swap | None:
    """A change that fits the question, of a random kind; None where a few tries find none."""
    kinds = list(WEIGHTS)
    for _ in range(4):
        kind = asked.rng.choices(kinds, [WEIGHTS[kind] for kind in kinds])[0]
        found = _FIND[kind](asked)
        if found is not None and found.old.lower() != found.new.lower():
            return found
    return None


def _name(asked: TaggedQuestion) -> Swap | None:
    names = [name for name in names_in(asked.question[1:]) if len(name) > 2]
    if not names:
        return None
    old = asked.rng.choice(names)
    near = [name for name in names_in(asked.text) if name not in asked.question and old not in name]
    others = near if near and asked.rng.random() < _NEAR else asked.pool.names
    return Swap("name", old, asked.rng.choice(others)) if others else None


def _number(asked: TaggedQuestion) -> Swap | None:
    numbers = _NUMBER.findall(asked.question)
    if not numbers:
        return None
    old = asked.rng.choice(numbers)
    near = [number for number in _NUMBER.findall(asked.text) if len(number) == len(old) and number != old]
    if near and asked.rng.random() < 0.5:
        return Swap("number", old, asked.rng.choice(near))
    place = asked.rng.choice([i for i, digit in enumerate(old) if digit.isdigit()])
    digit = asked.rng.choice([d for d in "123456789" if d != old[place]])
    return Swap("number", old, old[:place] + digit + old[place + 1 :])


def _antonym(asked: TaggedQuestion) -> Swap | None:
    words = [word for word, _ in asked.tagged if word.lower() in asked.pool.antonyms]
    if not words:
        return None
    old = asked.rng.choice(words)
    return Swap("antonym", old, asked.rng.choice(asked.pool.antonyms[old.lower()]))


def _word(asked: TaggedQuestion) -> Swap | None:
    words = [(w, tag) for w, tag in asked.tagged if tag in _OPEN_TAGS and w.isalpha() and w.lower() not in _SKIPPED]
    if not words:
        return None
    old, tag = asked.rng.choice(words)
    near = [w for w in _PLAIN.findall(asked.text) if tag in asked.pool.tags.get(w, ()) and w not in asked.question]
    others = near if near and asked.rng.random() < _NEAR else asked.pool.by_tag[tag]
    return Swap("word", old, asked.rng.choice(others)) if others else None


def _negation(asked: TaggedQuestion) -> Swap | None:
    found = _AUXILIARY.search(asked.question)
    if found:
        old = found.group()
        short = _SHORT_NOT.get(old.lower(), old + "n't")
        return Swap("negation", old, asked.rng.choice((short, short, f"{old} not")))
    verbs = [word for word, tag in asked.tagged if tag in ("VBD", "VBZ")]
    return Swap("negation", verbs[0], f"never {verbs[0]}") if verbs else None


_FIND: dict[Kind, Callable[[TaggedQuestion], Swap | None]] = {
    "name": _name,
    "number": _number,
    "antonym": _antonym,
    "word": _word,
    "negation": _negation,
}


def reworded(question: str, pool: Pool, rng: random.Random) -> str:
    """The question with synonyms for one or two of its words, as far as there are some."""
    places = [match for match in _PLAIN.finditer(question) if pool.instead(match.group())]
    chosen = rng.sample(places, k=min(len(places), rng.choice((1, 2))))
    for match in sorted(chosen, key=lambda match: -match.start()):
        question = question[: match.start()] + rng.choice(pool.instead(match.group())) + question[match.end() :]
    return question


def in_question(question: str, swap: Swap) -> str | None:
    """The question with the change; None where the words do not stand in it."""
    pattern = _whole(swap.old)
    changed = pattern.sub(lambda _: swap.new, question, count=1)
    return changed if changed != question else None


def in_text(text: str, answer: Span, swap: Swap) -> tuple[str, Span] | None:
    """The text with the change at every place outside the answer, and where the answer stands then.

    A negation changes the last auxiliary before the answer, or the first behind it, in the answer's sentence. None
    where there is nothing to change.
    """
    start, end = answer
    if swap.kind == "negation":
        low, high = next((span for span in sentences_of(text) if span[0] <= start < span[1]), (0, 0))
        places = [match.span() for match in _AUXILIARY.finditer(text) if low <= match.start() and match.end() <= high]
        outside = [place for place in places if place[1] <= start or place[0] >= end]
        before = [place for place in outside if place[1] <= start]
        chosen = before[-1:] or outside[:1]
        edits = [(place, f"{text[slice(*place)]} not") for place in chosen]
    else:
        found = [match.span() for match in _whole(swap.old).finditer(text)]
        edits = [(place, swap.new) for place in found if place[1] <= start or place[0] >= end]
        if len(edits) < len(found):  # the answer itself holds the words
            return None
    return _edited(text, answer, edits) if edits else None


def _edited(text: str, answer: Span, edits: Iterable[tuple[Span, str]]) -> tuple[str, Span]:
    start, end = answer
    for (first, last), new in sorted(edits, reverse=True):
        text = text[:first] + new + text[last:]
        if last <= answer[0]:
            moved = len(new) - (last - first)
            start, end = start + moved, end + moved
    return text, (start, end)


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
