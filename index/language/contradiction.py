"""Contradiction: whether a sentence tells the contrary of what is asked, by an antonym or a negation."""

from __future__ import annotations

import re
from itertools import zip_longest

from index.language.antonyms import opposites
from index.language.words import stem, stems_of, words_of

_NEGATORS = frozenset(
    ["not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "cannot", "without", "hardly"]
)
# words with a "not" inside
_FAILING = stems_of("fail lack refuse decline reject deny avoid prevent ban forbid prohibit unable incapable few")
# what asks for who did not do the deed behind it; "who rejected it?" asks for a deed, which many words can tell
_FAILED_TO = re.compile(
    r"\b(?:(?:fail(?:s|ed)?|refuse[sd]?|decline[sd]?|unable) to|incapable of) (?P<deed>\w+)", re.IGNORECASE
)


def tells_the_contrary(question: str, sentence: str) -> bool:
    """Whether a sentence tells the contrary of what is asked: an opposite of its words, or so where "not" is asked.

    Where both are so, it tells the same: "who did not win?", "Arbor lost". A "not" in the sentence alone tells
    nothing: it is often about something else there. "Who failed to sign?" asks for a "not", too.

    >>> tells_the_contrary("Who lost it?", "Arbor won the cup."), tells_the_contrary("Who won it?", "Arbor won it.")
    (True, False)
    >>> [tells_the_contrary(f"Who {asked} sign it?", "Arbor signed it.") for asked in ("did not", "failed to")]
    [True, True]
    """
    opposite = bool(opposites().between(question, sentence))
    tells_not = is_negative(sentence) or not stems_of(sentence).isdisjoint(_FAILING)
    failed = _FAILED_TO.search(question)
    if failed and not opposite and stem(failed["deed"]) in stems_of(sentence):
        return not tells_not
    asks_not = is_negative(question)
    return opposite != (asks_not and not tells_not)


def is_negative(text: str) -> bool:
    """Whether a text has a "not" in it.

    >>> is_negative("It isn't open"), is_negative("No. 3 is open")
    (True, False)
    """
    words = words_of(text)
    return any(_is_negator(word, after) for word, after in zip_longest(words, words[1:], fillvalue=""))


def _is_negator(word: str, after: str = "") -> bool:
    """Whether a word negates what stands behind it; "No. 3" does not."""
    return (word in _NEGATORS and not (word == "no" and after[:1].isdigit())) or word.endswith(("n't", "n’t"))
