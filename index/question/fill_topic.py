"""Topic filling: a question's words, names and numbers; the conversation's topic where one is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.language.lexicon import words
from index.question import topic as topics
from index.question.model import Question
from index.question.referents import Context, typed
from index.question.tokens import QUOTATION, Token, read


def about(context: Context, question: Question, topic: Sequence[Token], tokens: Sequence[Token]) -> Question:
    """The question with `topic`, or with what it quotes where that is empty; `tokens` are all its words."""
    asked = context.asked
    text = _text_of(context, topic)
    if not text and asked.quoted:
        topic = [token for s in asked.sentences for token in s.tokens if token.norm == QUOTATION]
        text = asked.quoted
    kept = topics.content(topic, asked)
    mended = topics.mend(kept, topic, asked, context.directory)
    negations = {token.norm for token in topic} & words().negations
    return replace(
        question,
        topic=text,
        words=tuple(dict.fromkeys(mended.get(word, word) for word in kept)),
        names=topics.names(topic, tokens[0] if tokens else None, asked, context.directory),
        numbers=topics.numbers(text),
        quoted=asked.quoted,
        negated=question.negated or bool(negations),
        corrections=tuple(mended.items()),
    )


def _text_of(context: Context, topic: Sequence[Token]) -> str:
    """The topic as typed: a slice of the question where the words stand together."""
    if not topic:
        return ""
    if all(token.norm == QUOTATION for token in topic):
        return _joined([token.text for token in topic])
    everything = [token for s in context.asked.sentences for token in s.tokens]
    at = next((i for i, token in enumerate(everything) if token is topic[0]), 0)
    beside = everything[at : at + len(topic)]
    together = len(beside) == len(topic) and all(a is b for a, b in zip(beside, topic, strict=True))
    return context.asked.slice(tuple(topic)) if together else typed(topic)


def _joined(quotations: Sequence[str]) -> str:
    """Quotations as one text: a sentence each, but for those that go on in lower case."""
    text = quotations[0]
    for quotation in quotations[1:]:
        ended = text[-1] in ".!?…"
        goes_on = quotation[:1].islower() and not ended
        text = f"{text.rstrip(',')}{'' if goes_on or ended else '.'} {quotation}"
    return text


def carry(context: Context, question: Question, *, beside: bool = False) -> Question:
    """The question with the conversation's topic in place of none or, on demand, beside its own."""
    memory = context.memory
    if not memory.topic or (question.topic and not beside):
        return question
    remembered = read(memory.topic, context.directory.is_key)
    tokens = [token for sentence in remembered.sentences for token in sentence.tokens]
    text = " ".join(filter(None, (question.topic, memory.topic)))
    return replace(
        question,
        topic=text,
        words=tuple(dict.fromkeys((*question.words, *topics.content(tokens, remembered)))),
        names=tuple(dict.fromkeys((*question.names, *topics.names(tokens, None, remembered, context.directory)))),
        numbers=topics.numbers(text),
        carried=True,
    )
