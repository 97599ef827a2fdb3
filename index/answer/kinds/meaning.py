"""Answers by meaning alone: the statement that answers the question as a whole, whatever its grammar."""

from __future__ import annotations

from dataclasses import replace

from index.answer.context import Desk
from index.answer.contract import Answer
from index.answer.kinds.deeds import has_speech
from index.answer.kinds.quotes import the_speaker, the_words
from index.answer.people import is_described, is_pronoun, named
from index.question.model import Question
from index.question.understand import as_fact

# what may ask for somebody's words although its grammar was not understood, or its topic was cut out wrongly
_LOOSE = frozenset({"fact", "none"})  # these only where a verb of saying stands in them
_OPEN = frozenset({"who_said", "what_said", "speakers"}) | _LOOSE
# content words that a question must have: "who was it?" asks for nothing by itself
_FEWEST = 2


def or_by_meaning(desk: Desk, answer: Answer) -> Answer:
    """The answer; where it is none, the statement that the judge surely finds to answer the question as a whole."""
    if answer.status == "answered" or not _is_open(desk.question):
        return answer
    whole = as_a_whole(desk)
    if len(whole.question.words) < _FEWEST or whole.absent is not None:
        return answer
    best = next(iter(whole.by_meaning(named(desk))), None)
    if not desk.reaches(best, gate="answers the whole question"):
        return answer
    asks_who = desk.question.intent in {"who_said", "speakers"} or whole.question.wanted == "person"
    return replace((the_speaker if asks_who else the_words)(desk, best), intent=answer.intent)


def as_a_whole(desk: Desk) -> Desk:
    """The desk with the question taken as a whole: all its words, and for a topic what its grammar gave."""
    whole = as_fact(desk.question.text, desk.directory, desk.memory)
    return replace(desk, question=replace(whole, topic=desk.question.mended or whole.topic, intent="what_said"))


def _is_open(question: Question) -> bool:
    """Whether a statement may answer in the end: nothing but words is asked for, and of nobody who is unknown."""
    if (question.loose or question.intent in _LOOSE) and not has_speech(question.text):
        return False
    if question.intent not in _OPEN or question.quoted or question.unsaid or question.form or question.more:
        return False
    unknown = [ref.asked for ref in question.speakers if not ref.names]
    return all(is_described(asked) or is_pronoun(asked) for asked in unknown)
