"""Intent recognition by patterns: those of patterns.toml, how questions are worded, tried in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from index.language.lexicon import Verb, roles, table, verbs
from index.language.spelling import Slips, exists
from index.question.model import AskedFor, Aspect, Intent, Wanted
from index.question.tokens import POSSESSION, Token

_LONGEST = 80  # words; a longer question is not worded like any pattern
_MACRO = re.compile(r"@(\w+)")
_LITERAL = re.compile(r"(?<![\w<\\@~?])[a-z]{3,}(?![\w?~(*+])")
_OPENING = re.compile(r"\(\?:([a-z |]+)\)(?! ?[?*])(?= |\(\?: )|([a-z]+)(?= |\(\?: |$)")

# what a pattern needs of the words in its slots: see slot_checks
Needs = Literal[
    "given",
    "known",
    "name",
    "person",
    "role",
    "claimant",
    "group",
    "plural group",
    "deed",
]


@dataclass(frozen=True, slots=True)
class Pattern:
    """An entry of patterns.toml.

    Attributes:
        match, unless: wordings that fit, and wordings that do not.
        more: whether it asks for further things.
        loose: whether it asks for deeds as often as for words.
        asks: what it asks for, where that is no speaker.
        holds_fact: whether it holds a question of fact ("how many seats does Park say ...").
        not_asks: whether its "not" only asks ("didn't Park say so?").
    """

    name: str
    intent: Intent
    match: tuple[str, ...]
    unless: tuple[str, ...] = ()
    needs: Needs = "given"
    aspect: Aspect | None = None
    wanted: Wanted | None = None
    more: bool = False
    loose: bool = False
    asks: AskedFor | None = None
    holds_fact: bool = False
    not_asks: bool = False


@dataclass(frozen=True, slots=True)
class PatternMatch:
    """A pattern that fits, what stands in its slots (named groups), and the verb of saying in the slot "verb"."""

    pattern: Pattern
    slots: dict[str, tuple[Token, ...]]
    verb: Verb | None = None

    @property
    def intent(self) -> Intent:
        """What the pattern's questions ask."""
        return self.pattern.intent

    def words(self, slot: str) -> tuple[str, ...]:
        """The words in a slot, as they are matched."""
        return tuple(token.norm for token in self.slots.get(slot, ()))


@dataclass(slots=True)
class _Wording:
    """One wording, compiled when a question first opens like it: in a short-lived process, most never are."""

    source: str
    pattern: Pattern
    openings: frozenset[str]
    compiled: re.Pattern[str] | None = None
    unless: tuple[re.Pattern[str], ...] = ()

    def match(self, line: str) -> re.Match[str] | None:
        if self.compiled is None:
            self.compiled = re.compile(f" (?:{self.source})")
            self.unless = tuple(re.compile(f" (?:{_expand(other)})") for other in self.pattern.unless)
        match = self.compiled.fullmatch(line)
        return None if match and any(other.fullmatch(line) for other in self.unless) else match


Check = Callable[[PatternMatch], bool]


def matches(tokens: Sequence[Token], known: Callable[[str], bool], holds: Check) -> Iterator[PatternMatch]:
    """Every pattern that fits a question, in order.

    Args:
        tokens: the words of the question, without what wraps them.
        known: whether a word is one of the articles or names somebody, so that it is no slip of a verb.
        holds: whether what the pattern needs holds for what stands in its slots.
    """
    if not tokens or len(tokens) > _LONGEST:
        return
    tagged = [tag(token, known) for token in tokens]
    line = " " + " ".join(tagged)
    for wording in _wordings():
        if wording.openings and tagged[0] not in wording.openings:
            continue
        if found := wording.match(line):
            match = _match(wording.pattern, found, tokens, tagged)
            if holds(match):
                yield match


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


def _match(pattern: Pattern, found: re.Match[str], tokens: Sequence[Token], tagged: Sequence[str]) -> PatternMatch:
    starts = [sum(len(t) + 1 for t in tagged[:i]) + 1 for i in range(len(tagged))]
    slots = {}
    for slot, text in found.groupdict().items():
        if text is not None:
            start, end = found.span(slot)
            slots[slot] = tuple(token for token, at in zip(tokens, starts, strict=True) if start <= at < end)
    verb = dict(zip(starts, tagged, strict=True)).get(found.start("verb"), "") if "verb" in slots else ""
    return PatternMatch(pattern, slots, _verb(verb))


def _verb(tagged: str) -> Verb | None:
    word = tagged.partition("~")[0]
    return (verb_of(word) or _mended(word)) if "~" in tagged else None


@cache
def patterns() -> tuple[Pattern, ...]:
    """Those of patterns.toml, checked."""
    return tuple(_pattern(entry) for entry in table("patterns.toml")["pattern"])


def _pattern(entry: dict[str, Any]) -> Pattern:
    """An entry of the table; ValueError or TypeError where a pattern knows no such value or key."""
    for key, allowed in _VALUES.items():
        if key in entry and entry[key] not in allowed:
            raise ValueError(f"patterns.toml: {key} = {entry[key]!r} of {entry['name']!r} is none of {allowed}")
    values: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()}
    return Pattern(**values)


_VALUES = {"intent": get_args(Intent), "needs": get_args(Needs), "aspect": get_args(Aspect)}
_VALUES |= {"wanted": get_args(Wanted), "asks": get_args(AskedFor)}


@cache
def _wordings() -> tuple[_Wording, ...]:
    return tuple(_Wording(_expand(s), one, _openings(s)) for one in patterns() for s in one.match)


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
