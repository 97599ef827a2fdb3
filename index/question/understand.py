"""The door of this package: from the asker's words to a Question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from index.question.compose import compose
from index.question.lexicon import words
from index.question.memory import follow, lead_of
from index.question.model import Memory, Question
from index.question.needs import holds
from index.question.noise import Bare, is_chat, is_tag, strip
from index.question.people import Directory
from index.question.plain import bare_words, fact
from index.question.reading import readings
from index.question.text import COMMA, QUOTATION, Asked, Token, read
from index.question.who import Context

_NOTHING = Memory()


def understand(text: str, directory: Directory, memory: Memory = _NOTHING) -> Question:
    """Understand a question. Never fails, whatever the text; the same arguments give the same result.

    Args:
        text: the question as asked; its first 2,000 characters are read.
        directory: the speakers it may name.
        memory: what the conversation just talked about.
    """
    asked = read(text, directory.is_key)
    everything = [token for sentence in asked.sentences for token in sentence.tokens]
    if is_chat(everything, directory.vocabulary):
        return Question(text.strip(), "none")
    context = Context(asked, directory, memory)
    bares = _bare_sentences(asked) or [(Bare(tuple(everything)), False)]
    for i in _most_asking_first(bares):
        context.before = context.named(token for bare, _ in bares[:i] for token in bare.tokens)
        found = _worded(context, *bares[i], text.strip())
        if found:
            return found
    context.before = ()
    return bare_words(context, [token for bare, _ in bares for token in bare.tokens], text.strip())


def _bare_sentences(asked: Asked) -> list[tuple[Bare, bool]]:
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
    fitting = readings(tokens, context.is_known, lambda needs, reading: holds(context, needs, reading))
    reading = next(fitting, None)
    if reading is None:
        return None
    if reading.intent == "fact":
        found = fact(context, tokens, text)
        return replace(found, wanted=reading.wanted or found.wanted, pattern=reading.name)
    return compose(context, reading, tokens, text)


def _is_question(tokens: Sequence[Token], asks: bool) -> bool:
    """Whether the words open like a question, be it after "in" or "by"."""
    opens = [_opens(token) for token in tokens[:3]]
    return opens[0] or (len(opens) > 1 and opens[1] and tokens[0].norm in words().stop) or (asks and any(opens))


def _opens(token: Token) -> bool:
    small = words().small
    return any(token.norm in small[kind] for kind in ("questions", "auxiliaries", "imperatives"))
