"""Small talk: what wraps a question without being part of it, greetings, "could you tell me", "please", "right?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from index.language.lexicon import Phrases, phrases, table, words
from index.language.spelling import Vocabulary
from index.question.tokens import COMMA, QUOTATION, Token

# may stand before a request
_POLITE = (
    r"^(?:(?:hi|hey|hello|ok|okay|so|lol|haha|lmao|wow|omg|man|well|please|can|could|would|will|you|bot|now|just"
    r"|and|,) )*"
)


@dataclass(frozen=True, slots=True)
class Bare:
    """A question without what wraps it; `checks` when the wrapping asks whether something is true."""

    tokens: tuple[Token, ...]
    checks: bool = False


def strip(tokens: Sequence[Token]) -> Bare:
    """Take off what wraps a question, at both ends, as often as there is something."""
    rest, checks = _commas(tokens), False
    while rest:
        size, checking = _wrap(rest)
        if not size:
            break
        rest, checks = _commas(rest[size:] if size > 0 else rest[:size]), checks or checking
    return Bare(tuple(rest), checks)


def is_tag(tokens: Sequence[Token]) -> bool:
    """Whether a sentence is nothing but "true?", "is that right?"."""
    reverse = [token for token in reversed(tokens) if token.norm != COMMA]
    return bool(reverse) and _longest(reverse, _backwards("tags")) == len(reverse)


def is_chat(tokens: Sequence[Token], vocabulary: Vocabulary) -> bool:
    """Whether a message asks nothing of the articles: small talk, a request for something else, no words."""
    spoken = [token.norm for token in tokens if token.norm != COMMA]
    if not any(char.isalnum() for token in tokens for char in token.text):
        return True
    if any(token.norm == QUOTATION for token in tokens):
        return False
    text = " ".join(spoken)
    if any(request.search(text) for request in _requests()):
        return True
    bare = [token.norm for token in strip(tokens).tokens if token.norm != COMMA]
    if text in words().chat or " ".join(bare) in words().chat:
        return len(spoken) > 1 or not _is_topic(spoken[0], vocabulary)
    small = all(word in words().chat_words for word in bare)
    return small and (len(bare) < len(spoken) or not any(_is_topic(word, vocabulary) for word in bare))


def _is_topic(word: str, vocabulary: Vocabulary) -> bool:
    return word in vocabulary and word not in words().stop and word not in _greetings()


@cache
def _greetings() -> frozenset[str]:
    return frozenset(part[0] for group in words().noise["lead"].values() for part in group if len(part) == 1)


@cache
def _requests() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(f"{_POLITE}(?:{request})") for request in words().requests)


def _wrap(tokens: Sequence[Token]) -> tuple[int, bool]:
    """How many words to take off the front (or, negative, the end), and whether they ask for the truth."""
    noise = words().noise
    for table_, checking in ((noise["lead"], False), (noise["claims"], True)):
        size = _longest(tokens, table_)
        if size:
            return size, checking
    backwards = tokens[::-1]
    for table_, checking in ((_backwards("tail"), False), (_backwards("tags"), True)):
        size = _longest(backwards, table_)
        if size and (not checking or _is_tag(tokens[:-size], tokens[-size:])):
            return -size, checking
    return 0, False


def _is_tag(before: Sequence[Token], tag: Sequence[Token]) -> bool:
    """Whether the last words ask if those before are true: "..., right?", but not "what is not true?"."""
    if len(before) < 2:
        return False
    small = words().small
    statement = before[0].norm not in small["questions"] | small["auxiliaries"] and before[-1].norm not in {
        "is",
        "not",
        "are",
        "was",
        "be",
        "it",
    }
    return before[-1].norm == COMMA or (statement and (len(tag) > 1 or tag[0].norm not in {"no", "ok", "really"}))


def _longest(tokens: Sequence[Token], table_: Phrases) -> int:
    """How many words the longest phrase takes that the words start with."""
    for phrase in table_.get(tokens[0].norm, ()):
        if len(phrase) <= len(tokens) and all(a == b.norm for a, b in zip(phrase, tokens, strict=False)):
            return len(phrase)
    return 0


@cache
def _backwards(name: str) -> Phrases:
    lines = table("words.toml")["noise"][name].splitlines()
    cells = [cell.split() for line in lines for cell in line.split("|")]
    return phrases("|".join(" ".join(reversed(cell)) for cell in cells))


def _commas(tokens: Sequence[Token]) -> list[Token]:
    """Without commas at the ends."""
    rest = list(tokens)
    while rest and rest[0].norm == COMMA:
        rest = rest[1:]
    while rest and rest[-1].norm == COMMA:
        rest = rest[:-1]
    return rest
