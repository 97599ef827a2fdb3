"""Keyword extraction, what a question is about: its bare topic, the content words, names and numbers in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from index.language.lexicon import Verb, places, table, table_of_verbs, words
from index.language.spelling import exists
from index.language.words import fold
from index.question.model import Wanted
from index.question.patterns import verb_of
from index.question.tokens import COMMA, POSSESSION, QUOTATION, Token, TokenisedText
from index.speakers.directory import Directory

_NUMBER = re.compile(r"(?<![\w.])(?:[$€£¥]|[A-Z]{2,3}(?=\d))?\d[\d.,:]*(?:%|bn|tn|m|k|s|st|nd|rd|th)?(?![\w])")
_WORD = re.compile(r"[^\W_]+(?:['&.-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Rest:
    """What follows the verb, taken apart: to whom, about what, and the verb with its particle."""

    medium: tuple[Token, ...]
    topic: tuple[Token, ...]
    verb: str | None


def take_apart(verb: Verb | None, rest: Sequence[Token], directory: Directory) -> Rest:
    """Take apart what follows a verb: "told the Example Times about growth"."""
    tokens = tuple(rest)
    if verb is None:
        return Rest((), tokens, None)
    lemma = verb.lemma
    if tokens and tokens[0].norm in table_of_verbs()["particles"].get(lemma, ()):
        lemma, tokens = f"{lemma} {tokens[0].norm}", tokens[1:]
    stance = lemma if verb.kind == "v" else None
    if verb.kind == "m":
        return Rest(*_listener(tokens, directory), stance)
    first = tokens[0].norm if tokens else ""
    if lemma == "write" and first in {"in", "for"} and _is_title(tokens[1:], directory):
        return Rest(tokens[1:], (), stance)
    if (verb.kind in "pt" and first == "to") or (verb.kind == "t" and first == "with"):
        return Rest(*_listener(tokens[1:], directory), stance)
    return Rest((), tokens, stance)


def _is_title(tokens: Sequence[Token], directory: Directory) -> bool:
    """Whether words may be a newspaper's name."""
    large = [token for token in tokens if token.norm not in words().stop]
    return bool(large) and all(token.capital or directory.vocabulary.is_name(token.norm) for token in large)


def _listener(tokens: tuple[Token, ...], directory: Directory) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
    """To whom, and the rest."""
    end = next((i for i, token in enumerate(tokens) if token.norm in words().small["listener_ends"]), len(tokens))
    if end == len(tokens):
        end = _listener_end(tokens, directory)
    medium = tokens[:end]
    if end < len(tokens) and tokens[end].norm in words().small["occasions"]:
        return medium, ()  # the occasion
    return (() if len(medium) == 1 and medium[0].norm in words().small["nobody_told"] else medium), tokens[end:]


def _listener_end(tokens: tuple[Token, ...], directory: Directory) -> int:
    """Where the listener ends when no word says so: after "reporters", after capitals, or at the very end."""
    for size in (3, 2, 1):
        if " ".join(token.norm for token in tokens[:size]) in words().listeners:
            return min(size, len(tokens))
    start = 1 if tokens and tokens[0].norm == "the" else 0
    run = start
    while run < len(tokens) and (tokens[run].capital or directory.vocabulary.is_name(tokens[run].norm)):
        run += 1
    if run > start:
        return run
    return len(tokens) if len(tokens) <= 4 and not any(verb_of(token.norm) for token in tokens) else 0


def trim(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Without words that only lead to a topic ("about", "the issue of") or are left over at its end."""
    rest = tuple(tokens)
    while rest:
        lead = next((s for s in range(min(5, len(rest)), 0, -1) if _line(rest[:s]) in words().trim["lead"]), 0)
        if rest[0].norm in {COMMA, POSSESSION}:
            lead = 1
        if len(rest) > 2 and rest[1].norm == COMMA and rest[0].norm in words().trim["empty"]:  # "this: ..."
            lead = 2
        tail = 1 if not lead and rest[-1].norm in {COMMA, *words().trim["tail"]} else 0
        if not lead and not tail:
            break
        rest = rest[lead : len(rest) - tail]
    return rest


def is_empty(tokens: Sequence[Token]) -> bool:
    """Whether these words name no topic: "it", "that thing"."""
    return not tokens or _line(tokens) in words().trim["empty"]


def _line(tokens: Sequence[Token]) -> str:
    return " ".join(token.norm for token in tokens)


def opens_question(tokens: Sequence[Token]) -> bool:
    """Whether these words start like a question."""
    small = words().small
    return bool(tokens) and tokens[0].norm in small["questions"] | small["auxiliaries"]


def fact_topic(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """A question without question word and auxiliary: "how old is the dam" is about "old the dam"."""
    rest = tuple(tokens)
    opened = False
    if len(rest) > 1 and rest[1].norm in words().small["questions"] and rest[0].norm in words().stop:  # "by when"
        rest = rest[1:]
    while rest and rest[0].norm in words().small["questions"]:
        rest, opened = rest[1:], True
    at = next((i for i, token in enumerate(rest[:6]) if token.norm in words().small["auxiliaries"]), None)
    if at is not None and (opened or at == 0):
        rest = rest[:at] + rest[at + 1 :]
    kept = tuple(token for token in rest if token.norm not in {"many", "much", "there"})
    return trim(kept) or trim(rest)


def wanted(tokens: Sequence[Token]) -> Wanted:
    """What kind of answer a question wants, by how it starts."""
    line = _line(tokens)
    return next((kind for start, kind in _wanted() if start.match(line)), "other")


@cache
def _wanted() -> tuple[tuple[re.Pattern[str], Wanted], ...]:
    return tuple((re.compile(entry["start"]), entry["kind"]) for entry in table("wanted.toml")["wanted"])


def content(tokens: Sequence[Token], asked: TokenisedText) -> tuple[str, ...]:
    """The content words, lower case, in order, each once."""
    found = [word for token in tokens for word in _parts(token)]
    spoken = {token.norm for sentence in asked.sentences for token in sentence.tokens}
    dropped = words().foreign if words().foreign_marks & spoken else frozenset()
    acronyms = set() if asked.shouts else {t.norm for t in tokens if t.text.isupper() and len(t.text) > 1}
    small = (words().stop - acronyms) | dropped
    return tuple(dict.fromkeys(word for word in found if word not in small and any(c.isalnum() for c in word)))


def _parts(token: Token) -> list[str]:
    if token.norm != QUOTATION:
        return [] if token.norm in {COMMA, POSSESSION} else [token.norm]
    return [re.sub(r"'s$", "", word.lower()) for word in _WORD.findall(token.text)]


def mend(kept: Sequence[str], tokens: Sequence[Token], asked: TokenisedText, directory: Directory) -> dict[str, str]:
    """For each content word that is a slip of a word of the articles: that word."""
    capitals = set() if asked.shouts else {token.norm for token in tokens if token.capital}
    mended = {}
    for word in kept:
        if (known := directory.vocabulary.mend(word, name=word in capitals)) is not None:
            mended[word] = known
    return mended


def names(tokens: Sequence[Token], first: Token | None, asked: TokenisedText, directory: Directory) -> tuple[str, ...]:
    """Proper names: runs of capitals (without `first`, which opens the question), words known as names."""
    trusted = not asked.shouts
    found: list[list[str]] = []
    open_run = False
    for token in tokens:
        known = token.norm in places() or _is_named(token.norm, directory)
        small = token.norm in words().stop and not (trusted and token.text.isupper() and len(token.text) > 1)
        capital = token.capital and trusted and token is not first
        if small or token.norm == QUOTATION or not (capital or (known and len(token.norm) > 1)):
            open_run = False
            continue
        if open_run and capital:
            found[-1].append(token.text)
        else:
            found.append([token.text])
        open_run = capital
    return tuple(dict.fromkeys(" ".join(run) for run in found))


def _is_named(word: str, directory: Directory) -> bool:
    """Whether the articles know a word as a name, even when it is typed in lower case."""
    return directory.is_organisation(word) or (
        len(word) > 4 and directory.vocabulary.is_name(word) and not exists(fold(word))
    )


def numbers(topic: str) -> tuple[str, ...]:
    """Numbers and years, as written."""
    return tuple(dict.fromkeys(match.rstrip(".,:") for match in _NUMBER.findall(topic)))
