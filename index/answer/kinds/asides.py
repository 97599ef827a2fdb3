"""Replies to what is no question to the articles: help, greetings, thanks, complaints, wishes, another language."""

from __future__ import annotations

from index.answer.composing import refused
from index.answer.context import Desk
from index.answer.contract import Answer
from index.language.identify import language_of
from index.question.model import Intent

_PHRASES: dict[Intent, str] = {
    "none": "help",
    "help": "help",
    "greeting": "greeting",
    "thanks": "thanked",
    "complaint": "complaint",
    "admin": "admin",
    "not_for_bot": "not_for_bot",
    "lost": "lost",
}
# by the asker's language
_ENGLISH_ONLY = {
    "zh": "english_only_zh",
    "es": "english_only_es",
    "fr": "english_only_fr",
    "de": "english_only_de",
    "ja": "english_only_ja",
    "pt": "english_only_pt",
    "ru": "english_only_ru",
    "ko": "english_only_ko",
}


def aside(desk: Desk) -> Answer:
    """One sentence; no article is cited."""
    desk.gate("a question", False)
    return refused(desk, "not_a_question", desk.say(_PHRASES[desk.question.intent]), 0.0)


def other_language(desk: Desk) -> Answer:
    """That English questions are understood, in the asker's language where there is a sentence in it."""
    desk.gate("a question", False)
    key = _ENGLISH_ONLY.get(language_of(desk.question.text) or "", "english_only_en")
    return refused(desk, "not_a_question", desk.say(key), 0.0)
