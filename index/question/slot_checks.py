"""Slot constraints: what patterns need of the words in their slots; `needs` in patterns.toml names a check here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index.language.lexicon import roles, words
from index.question.patterns import Needs, PatternMatch, verb_of
from index.question.referents import Context, Who, typed
from index.question.tokens import COMMA, POSSESSION, QUOTATION, Token
from index.speakers.roles import parse, singular, split

_LONGEST_SPEAKER = 8  # words
_LONGEST_NAME = 4
_SURE = 0.7  # below this, a link is a guess


def holds(context: Context, match: PatternMatch) -> bool:
    """Whether what a pattern needs holds for what stands in its slots."""
    needs = match.pattern.needs
    if "group" in match.slots and needs not in _GROUPS:
        needs = "group"
    if needs in _GROUPS:
        return _is_group(context, match.slots.get("group", ())) and _GROUPS[needs](match)
    if needs == "deed":
        return _does(context, match)
    tokens = match.slots.get("who")
    if tokens and _runs_on(context, tokens):
        return False
    return tokens is None or _CHECKS[needs](context, tokens, context.who(tokens), match)


def looks_like_name(context: Context, tokens: Sequence[Token]) -> bool:
    """Whether words are put like a name: in capitals or, all in lower case, not the articles' plain words."""
    if any(token.norm == QUOTATION for token in tokens):
        return False
    kept = _large(tokens)
    small = any(token.norm in words().stop for token in tokens if token.norm not in {COMMA, POSSESSION})
    if small or not 1 <= len(kept) <= _LONGEST_NAME:
        return False
    if all(token.capital for token in kept):
        return True
    known = context.directory.vocabulary
    plain = all(known.is_plain(token.norm) for token in kept) or any(verb_of(t.norm) for t in kept)
    return context.lower and len(kept) < _LONGEST_NAME and not plain


def is_ordinary(context: Context, tokens: Sequence[Token]) -> bool:
    """Whether words that name no speaker are an ordinary noun of the articles ("the conference")."""
    if any(token.norm == QUOTATION for token in tokens):
        return True
    role = parse(typed(tokens))
    large = _large(tokens)
    shouted = context.asked.text.isupper()
    if (role.known and role.heads != ("person",)) or (any(t.capital and t.start for t in large) and not shouted):
        return False
    vocabulary = context.directory.vocabulary
    if tokens[0].norm in words().small["determiners"]:
        return not vocabulary or all(token.norm in vocabulary for token in large)
    return bool(vocabulary) and all(vocabulary.is_plain(token.norm) for token in large)


def _runs_on(context: Context, tokens: Sequence[Token]) -> bool:
    """Whether somebody's name ends before these words do, and what follows is no more of it: "Ada Park attack the"."""
    found = context.directory.find([token.text for token in tokens])
    if not found or found[0].start or found[0].end == len(tokens) or context.who(tokens).known:
        return False
    behind = tokens[found[0].end]
    return not behind.capital and behind.norm not in words().small["joints"] | {COMMA, POSSESSION, "who", "that"}


def _large(tokens: Sequence[Token]) -> list[Token]:
    """The words that are no small words."""
    small = words().stop | {COMMA, POSSESSION}
    return [token for token in tokens if token.norm not in small]


# ── speakers ──────────────────────────────────────────────────────────────


def _given(context: Context, tokens: Sequence[Token], who: Who, _: PatternMatch) -> bool:
    """Somebody, known or not, but no ordinary noun."""
    return who.known or (len(tokens) <= _LONGEST_SPEAKER and not is_ordinary(context, tokens))


def _known(_: Context, __: Sequence[Token], who: Who, ___: PatternMatch) -> bool:
    """Linked to the index, a pronoun or "anyone"."""
    return who.known


def _name(context: Context, tokens: Sequence[Token], who: Who, _: PatternMatch) -> bool:
    """Known, or put like a name."""
    return who.known or looks_like_name(context, tokens)


def _person(context: Context, _: Sequence[Token], who: Who, __: PatternMatch) -> bool:
    """Surely linked to people, or a pronoun."""
    if who.pronoun:
        return True
    if not who.refs or not all(ref.names and ref.score > _SURE for ref in who.refs):
        return False
    return all(ref.link != "organisation" and context.directory.is_person(ref.names[0]) for ref in who.refs)


def _role(context: Context, tokens: Sequence[Token], who: Who, _: PatternMatch) -> bool:
    """Linked, or a role or a name that nobody has: "the mayor of Atlantis"."""
    if any(ref.names and ref.link != "organisation" for ref in who.refs) or who.pronoun:
        return True
    role = parse(typed(tokens))
    if not role.known or role.heads == ("person",):
        return looks_like_name(context, tokens)
    plain = context.directory.vocabulary.is_plain
    return not role.content or not all(plain(word) for word in role.content)


def _claimant(context: Context, tokens: Sequence[Token], who: Who, match: PatternMatch) -> bool:
    """Somebody of whom "X says Y" can be said: linked, or an unknown name before a plain verb of saying."""
    small = words().small
    if tokens[0].norm in small["questions"] | small["auxiliaries"] | {"my", "our", "your", QUOTATION}:
        return False
    if any(ref.names for ref in who.refs) or who.pronoun:
        return len(tokens) <= _LONGEST_SPEAKER
    if any(token.norm in words().stop for token in tokens) or len(tokens) > _LONGEST_NAME:
        return False
    known = context.directory.vocabulary
    if all(token.capital for token in tokens):
        first = tokens[0].norm  # a capital, but perhaps only because it opens the question
        return len(tokens) > 1 or not (known.is_plain(first) or singular(first) in roles().same)
    plain_verb = context.checks or (match.verb is not None and match.verb.kind in "pm")
    seen = all(token.norm in known for token in tokens)
    return plain_verb and context.lower and len(tokens) < _LONGEST_NAME and not seen


_Check = Callable[[Context, Sequence[Token], Who, PatternMatch], bool]
_CHECKS: dict[Needs, _Check] = {
    "given": _given,
    "known": _known,
    "name": _name,
    "person": _person,
    "role": _role,
    "claimant": _claimant,
}


# ── groups and deeds ──────────────────────────────────────────────────────


_KINDS = frozenset({"kind", "kinds", "type", "types", "sort", "sorts"})


def _is_group(context: Context, tokens: Sequence[Token]) -> bool:
    """Whether these words may name a group ("CEOs"), and not somebody ("what Park said")."""
    last = tokens[-1].norm if tokens else ""
    if last in words().stop - words().kinds["people"] or last in words().pronouns:
        return False
    if tokens and tokens[0].norm in _KINDS and last not in words().kinds["people"] and not parse(last).known:
        return False  # "what kind of human cells"
    return not context.directory.names_person(typed(tokens))


def _last(match: PatternMatch) -> str:
    return next(iter(match.words("group")[-1:]), "")


def _is_plural(match: PatternMatch) -> bool:
    return _last(match) != singular(_last(match)) or _last(match) in {"people", "men", "women"}


def _is_not_words(match: PatternMatch) -> bool:
    return match.words("group") not in {("things",), ("quotes",), ("statements",)}


_GROUPS: dict[Needs, Callable[[PatternMatch], bool]] = {
    "group": _is_not_words,
    "plural group": _is_plural,
}


def _does(context: Context, match: PatternMatch) -> bool:
    """Whether somebody is known to do it, or the place where they do it is one the articles do not know."""
    deed, place = " ".join(match.words("deed")), typed(match.slots["org"])
    if context.directory.holder(deed, place).names:
        return True
    large = [word for word in split(place) if word not in words().stop and word != "%s"]
    return 0 < len(large) <= _LONGEST_NAME and not all(w in context.directory.vocabulary for w in large)
