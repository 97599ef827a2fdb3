"""How a question is worded: the patterns of patterns.toml, tried in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from index.language.lexicon import Verb, roles, table, verbs
from index.language.spelling import Slips, exists
from index.question.model import Aspect, Intent, Wanted
from index.question.tokens import POSSESSION, Token

_LONGEST = 80  # words; a longer question is not worded like any pattern
_MACRO = re.compile(r"@(\w+)")
_LITERAL = re.compile(r"(?<![\w<\\@~?])[a-z]{3,}(?![\w?~(*+])")
_OPENING = re.compile(r"\(\?:([a-z |]+)\)(?! ?[?*])(?= |\(\?: )|([a-z]+)(?= |\(\?: |$)")


@dataclass(frozen=True, slots=True)
class Reading:
    """A pattern that fits, and what stands in its slots.

    Attributes:
        name: the pattern's name, for tracing a wrong result.
        slots: the words in each named group of the pattern.
        verb: the verb of saying in its `verb` group.
        more: whether it asks for further things.
        asks: whether its first words tell what kind of answer is wanted ("how many seats does Park say ...").
    """

    name: str
    intent: Intent
    slots: dict[str, tuple[Token, ...]]
    verb: Verb | None = None
    aspect: Aspect | None = None
    wanted: Wanted | None = None
    more: bool = False
    asks: bool = False

    def words(self, slot: str) -> tuple[str, ...]:
        """The words in a slot, as they are matched."""
        return tuple(token.norm for token in self.slots.get(slot, ()))


@dataclass(slots=True)
class _Pattern:
    """One wording, compiled when a question first opens like it: in a short-lived process, most never are."""

    source: str
    entry: dict[str, Any]
    openings: frozenset[str]
    compiled: re.Pattern[str] | None = None

    def match(self, line: str) -> re.Match[str] | None:
        if self.compiled is None:
            self.compiled = re.compile(f" (?:{self.source})")
        return self.compiled.fullmatch(line)


Check = Callable[[str, Reading], bool]


def readings(tokens: Sequence[Token], known: Callable[[str], bool], check: Check) -> Iterator[Reading]:
    """Every pattern that fits a question, in order.

    Args:
        tokens: the words of the question, without what wraps them.
        known: whether a word is one of the articles or names somebody, so that it is no slip of a verb.
        check: whether what a pattern needs (its first argument) holds for a reading.
    """
    if not tokens or len(tokens) > _LONGEST:
        return
    tagged = [tag(token, known) for token in tokens]
    line = " " + " ".join(tagged)
    starts = [sum(len(t) + 1 for t in tagged[:i]) + 1 for i in range(len(tagged))]
    for pattern in _patterns():
        if pattern.openings and tagged[0] not in pattern.openings:
            continue
        match = pattern.match(line)
        if match and not any(re.fullmatch(f" (?:{_expand(u)})", line) for u in pattern.entry.get("unless", ())):
            reading = _reading(pattern.entry, match, tokens, starts, tagged)
            if check(pattern.entry.get("needs", "given"), reading):
                yield reading


def tag(token: Token, known: Callable[[str], bool]) -> str:
    """A word as patterns see it: "said~pd", "%s", "growth"."""
    if token.norm == POSSESSION:
        return "%s"
    verb = verb_of(token.norm) or (None if known(token.norm) else _mended(token.norm))
    word = token.norm.replace("~", "").replace(" ", "") or "_"
    return f"{word}~{verb.kind}{verb.forms}" if verb else word


def verb_of(word: str) -> Verb | None:
    """The verb of saying that a word is a form of."""
    return verbs().get(word)


def _mended(word: str) -> Verb | None:
    """The verb that a word is a slip of."""
    if len(word) < 6 or not word.isalpha() or exists(word):
        return None
    near = _verb_slips().nearest(word)
    return verbs()[near] if near else None


@cache
def _verb_slips() -> Slips:
    return Slips(form for form in verbs() if len(form) >= 6)


def _reading(
    entry: dict[str, Any],
    match: re.Match[str],
    tokens: Sequence[Token],
    starts: Sequence[int],
    tagged: Sequence[str],
) -> Reading:
    slots = {}
    for slot, text in match.groupdict().items():
        if text is not None:
            start, end = match.span(slot)
            slots[slot] = tuple(token for token, at in zip(tokens, starts, strict=True) if start <= at < end)
    verb = next(
        (
            word
            for word, at in zip(tagged, starts, strict=True)
            if match.groupdict().get("verb") and at == match.start("verb")
        ),
        "",
    )
    return Reading(
        name=entry["name"],
        intent=entry["intent"],
        slots=slots,
        verb=_verb(verb),
        aspect=entry.get("aspect"),
        wanted=entry.get("wanted"),
        more=entry.get("more", False),
        asks=entry.get("asks", False),
    )


def _verb(tagged: str) -> Verb | None:
    word = tagged.partition("~")[0]
    return (verb_of(word) or _mended(word)) if "~" in tagged else None


@cache
def _patterns() -> tuple[_Pattern, ...]:
    entries = table("patterns.toml")["pattern"]
    return tuple(_Pattern(_expand(s), entry, _openings(s)) for entry in entries for s in entry["match"])


def _openings(source: str) -> frozenset[str]:
    """The words a question must start with to fit; empty where that is not plain to see."""
    match = _OPENING.match(source)
    if not match:
        return frozenset()
    return frozenset(choice.split()[0] for choice in (match[1] or match[2]).split("|"))


@cache
def _macros() -> dict[str, str]:
    deeds = sorted(roles().deeds, key=len, reverse=True)
    # a verb of doing may be one of saying, too
    deed = "(?:" + "|".join(r"(?:~\w+)? ".join(deed.split()) + r"(?:~\w+)?" for deed in deeds) + ")"
    return {**table("patterns.toml")["macros"], "deed": deed}


def _expand(source: str) -> str:
    """A pattern without macros, in which a verb of saying that is written out may carry its class."""
    while _MACRO.search(source):
        source = _MACRO.sub(lambda m: _macros()[m[1]], source)
    return _LITERAL.sub(lambda m: rf"{m[0]}(?:~\w+)?" if m[0] in verbs() else m[0], source)
