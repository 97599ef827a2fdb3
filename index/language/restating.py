"""Restatement: whether a claim is a run of a statement's own words, so that nothing needs to be weighed."""

from __future__ import annotations

from index.language.lexicon import words
from index.language.words import stem, words_of

# told in another tense or person, a sentence keeps its meaning
_INFLECTED = frozenset(
    [
        "be",
        "been",
        "being",
        "am",
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "i",
        "me",
        "we",
        "us",
        "you",
        "he",
        "him",
        "she",
        "it",
        "they",
        "them",
    ]
)
_PRESENT = {"would": "will", "could": "can", "might": "may"}
# what makes something else of the words behind it
_CHANGING = frozenset(
    ["only", "few", "hardly", "almost", "nearly", "barely", "rarely", "if", "whether", "unless", "until", "without"]
)
# words that a claim must have: fewer are found by chance
_FEWEST = 3


def restates(claim: str, text: str) -> bool:
    """Whether all words of the claim stand in the text, in order and with nothing between them.

    Articles, pronouns and forms of "be", "have" and "do" do not count; every "not" does, also one right before.

    >>> restates("his dog will not go near the tap", "My dog won't go near the tap, and neither will I.")
    True
    >>> restates("three people came", "Only three people came."), restates("it was sold in May", "It was sold in June.")
    (False, False)
    """
    sought, held = _told(claim), _told(text)
    if len(sought) < _FEWEST:
        return False
    starts = range(len(held) - len(sought) + 1)
    return any(held[i : i + len(sought)] == sought and not (i and held[i - 1] in _changing()) for i in starts)


def _changing() -> frozenset[str]:
    return words().negations | _CHANGING


def _told(text: str) -> list[str]:
    passed_over = words().small["articles"] | _INFLECTED
    told: list[str] = []
    for word in words_of(text):
        if word.endswith(("n't", "n’t")):
            told += ["will", "not"] if word.startswith("wo") else ["can", "not"] if word.startswith("ca") else ["not"]
        elif word == "cannot":
            told += ["can", "not"]
        elif word not in passed_over:
            told.append(word if word in _changing() else stem(_PRESENT.get(word, word)))
    return told
