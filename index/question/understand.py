"""The door of this package: from the asker's words to a Question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from index.language.lexicon import words
from index.question.fallback import bare_words, fact
from index.question.fill_topic import about
from index.question.from_match import from_match
from index.question.memory import follow, lead_of
from index.question.model import Memory, Question
from index.question.patterns import matches, verb_of
from index.question.referents import Context
from index.question.slot_checks import holds
from index.question.small_talk import Bare, is_chat, is_tag, strip
from index.question.tokens import COMMA, QUOTATION, Token, TokenisedText, read
from index.speakers.directory import Directory

_NOTHING = Memory()
# a speaker, perhaps with a role in brackets, a colon, and words that open like a sentence
_SCRIPT = re.compile(r"\s*(?P<who>[^\W\d_][^\n\"“”:?()]{1,80}?)\s*(?:\([^\n()]*\)\s*)?:\s+(?P<words>[A-Z0-9][^\"“”?]*)")
_FEWEST_SAID = 4  # words behind the colon
_JOINTS = frozenset({"and", "but", "while", "whereas", COMMA})


def understand(text: str, directory: Directory, memory: Memory = _NOTHING) -> Question:
    """Understand a question. Never fails, whatever the text; the same arguments give the same result.

    Args:
        text: the question as asked; its first 2,000 characters are read.
        directory: the speakers it may name.
        memory: what the conversation just talked about.
    """
    asked = read(_quoting(text, directory), directory.is_key)
    everything = [token for sentence in asked.sentences for token in sentence.tokens]
    if is_chat(everything, directory.vocabulary):
        return Question(text.strip(), "none")
    context = Context(asked, directory, memory)
    bares = _bare_sentences(asked) or [(Bare(tuple(everything)), False)]
    for i in _most_asking_first(bares):
        context.before = context.named(token for bare, _ in bares[:i] for token in bare.tokens)
        found = _worded(context, *bares[i], text.strip())
        if found:
            found = _with_all_quoted(context, found)
            return replace(found, several=_is_several(context, bares, i, found))
    context.before = ()
    found = bare_words(context, [token for bare, _ in bares for token in bare.tokens], text.strip())
    return replace(_with_all_quoted(context, found), several=found.intent == "verify" and _are_pasted(context))


def as_fact(text: str, directory: Directory, memory: Memory = _NOTHING) -> Question:
    """The same question taken for one of fact, whatever its wording: nobody needs to have said what it asks for."""
    asked = read(text, directory.is_key)
    context = Context(asked, directory, memory)
    bares = _bare_sentences(asked)
    if not bares:
        return Question(text.strip(), "none")
    return fact(context, bares[_most_asking_first(bares)[0]][0].tokens, text.strip())


def _is_several(context: Context, bares: Sequence[tuple[Bare, bool]], at: int, found: Question) -> bool:
    """Whether another claim stands beside the one found in the sentence `at`: in a sentence alike, or joined to it."""
    if found.intent != "verify":
        return False
    if _are_pasted(context):
        return True
    asks = _is_asked(bares[at])
    for i, (bare, _) in enumerate(bares):
        if i != at and _is_asked(bares[i]) == asks:
            context.before = context.named(token for before, _ in bares[:i] for token in before.tokens)
            other = _patterned(context, bare.tokens, "")
            if other and other.intent == "verify" and other.speakers and other.words:
                return True
    return _joins_a_claim(context, bares[at][0].tokens)


def _joins_a_claim(context: Context, tokens: Sequence[Token]) -> bool:
    """Whether somebody else is said to have said something: "... and Park said ..."."""
    found = context.directory.find([token.text for token in tokens])
    for name in found:
        verb = verb_of(tokens[name.end].norm) if name.end < len(tokens) else None
        if name.start > 1 and tokens[name.start - 1].norm in _JOINTS and verb is not None and verb.kind in "pm":
            return any(verb_of(token.norm) for token in tokens[: name.start - 1]) and name.end + 2 < len(tokens)
    return False


def _are_pasted(context: Context) -> bool:
    """Whether quotations stand there with the names of several people."""
    others = [token for sentence in context.asked.sentences for token in sentence.tokens if token.norm != QUOTATION]
    return len(_quotations(context)) > 1 and len({ref.names for ref in context.named(others)}) > 1


def _with_all_quoted(context: Context, found: Question) -> Question:
    """A claim that quotes with all that is quoted: "...," said Park. "..."."""
    quotations = _quotations(context)
    if found.intent != "verify" or len(quotations) < 2 or found.topic not in {token.text for token in quotations}:
        return found
    return about(context, found, quotations, quotations)


def _quotations(context: Context) -> list[Token]:
    tokens = [token for sentence in context.asked.sentences for token in sentence.tokens]
    return [token for token in tokens if token.norm == QUOTATION and " " in token.text]


def _is_asked(bare: tuple[Bare, bool]) -> bool:
    return bare[1] or _opens(bare[0].tokens[0])


def _quoting(text: str, directory: Directory) -> str:
    """The text with quotation marks round what follows a speaker and a colon: "Ada Park (engineer): It will rain."."""
    script = _SCRIPT.fullmatch(text)
    if not script or len(script["words"].split()) < _FEWEST_SAID:
        return text
    if not any(ref.link in {"name", "spelling"} for ref in directory.link(script["who"])):
        return text
    return f'{script["who"]}: "{script["words"].rstrip()}"'


def _bare_sentences(asked: TokenisedText) -> list[tuple[Bare, bool]]:
    """The sentences without what wraps them, and whether each asks.

    One that only asks "right?" belongs to the one before; a quotation alone to the others.
    """
    found: list[tuple[Bare, bool]] = []
    for sentence in asked.sentences:
        bare = strip(sentence.tokens)
        if found and is_tag(sentence.tokens):
            found[-1] = (replace(found[-1][0], checks=True), True)
        elif bare.tokens:
            found.append((bare, sentence.asks))
    worded = [pair for pair in found if any(token.norm != QUOTATION for token in pair[0].tokens)]
    return worded or found


def _most_asking_first(bares: Sequence[tuple[Bare, bool]]) -> list[int]:
    asking = [i for i, (bare, asks) in enumerate(bares) if asks or _opens(bare.tokens[0])]
    return [*asking, *(i for i in range(len(bares)) if i not in asking)]


def _worded(context: Context, bare: Bare, asks: bool, text: str) -> Question | None:
    """The question in one sentence, when it is worded like one."""
    context.checks = bare.checks
    tokens = bare.tokens
    if words().foreign_marks.intersection(token.norm for token in tokens):
        return None  # another language; the names in it can be understood
    lead = lead_of(tokens)
    if lead:
        return _going_on(context, tokens, lead, text)
    question = _patterned(context, tokens, text)
    if question is None and context.memory.intent and tokens[0].norm in {"about", "on"} and len(tokens) > 1:
        question = follow(context, tokens, text)
    if question is None and _is_question(tokens, asks) and (not bare.checks or _opens(tokens[0])):
        question = fact(context, tokens, text)
    return question


def _going_on(context: Context, tokens: Sequence[Token], lead: int, text: str) -> Question:
    """A question that goes on from the last one; after "and", it may be a whole question of its own."""
    rest = tokens[lead:]
    opens = _opens(rest[0])
    later = any(a.norm == COMMA and _opens(b) for a, b in pairwise(rest))  # "and Park, what did she say?"
    whole = (opens or later or not context.memory.intent) and tokens[0].norm not in {"what", "how"}
    question = _patterned(context, rest, text) if whole else None
    return question or (fact(context, rest, text) if opens else follow(context, rest, text))


def _patterned(context: Context, tokens: Sequence[Token], text: str) -> Question | None:
    """The question as the first fitting pattern reads it."""
    match = next(matches(tokens, context.is_known, partial(holds, context)), None)
    if match is None:
        return None
    if match.intent == "fact":
        found = fact(context, tokens, text)
        return replace(found, wanted=match.pattern.wanted or found.wanted, patterned=True)
    return replace(from_match(context, match, tokens, text), patterned=True)


def _is_question(tokens: Sequence[Token], asks: bool) -> bool:
    """Whether the words open like a question, be it after "in" or "by", or end in one ("known as what?")."""
    opens = [_opens(token) for token in tokens[:3]]
    later = any(token.norm in words().small["questions"] for token in tokens)
    return (
        opens[0] or (len(opens) > 1 and opens[1] and tokens[0].norm in words().stop) or (asks and (later or any(opens)))
    )


def _opens(token: Token) -> bool:
    small = words().small
    return any(token.norm in small[kind] for kind in ("questions", "auxiliaries", "imperatives"))
