"""A check of words alone: the verdict on who they name, or on whom the articles know to have said them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.services.message_cues import asks
from index.answer.contract import Answer
from index.question.model import Asked, Memory

Ask = Callable[[str | Asked], tuple[Answer, Memory]]


def ask_or_check(ask: Ask, question: str | Asked) -> tuple[Answer, Memory]:
    """What `ask` gives for a question; where a form checks words without a speaker, their verdict."""
    if isinstance(question, str) or question.intent != "verify" or question.speaker:
        return ask(question)
    words = question.topic
    found, memory = ask(words)  # "Park said that …" names who is to have said it
    if found.intent != "verify" and not asks(words):
        found, memory = _verdict(ask, words)
    return replace(found, question=words), memory


def _verdict(ask: Ask, words: str) -> tuple[Answer, Memory]:
    """Whether somebody said these words, and who."""
    found, memory = ask(Asked("who_said", topic=words))
    if found.reason == "not_a_question":
        return found, memory
    if found.status == "not_found":
        return replace(found, intent="verify", verdict="unknown"), memory
    speaker = found.citations[0].speaker
    return ask(Asked("verify", speaker, words)) if speaker else (found, memory)
