"""Questions about words that no statement answers, and a sentence of the article may."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest

from index.answer.composing import beside
from index.answer.context import Desk
from index.answer.contract import Answer
from index.answer.kinds.fact import fact
from index.answer.people import named, same_name
from index.language.words import stems_of, words_of
from index.question.model import Question
from index.question.patterns import verb_of
from index.question.understand import as_fact

# what asks for words, and the refusals that leave open whether somebody said it
_ABOUT_WORDS = frozenset({"who_said", "what_said", "speakers"})
_NOBODY_NAMED = frozenset({"no_match", "unsure"})  # in a question of deeds, nobody needs to have said it
_OPEN = _NOBODY_NAMED | {"unknown_speaker"}
_ANYBODY = frozenset({"they", "them", "their", "it"})
# behind "wrote", what is written is words; else it may be a book
_OF_WORDS = frozenset({"that", "about", "this", "it", ""})
# of the way from the operating point to being sure: the reader's score was fitted to questions of fact
_SURER = 0.3


def or_from_sentences(desk: Desk, answer: Answer) -> Answer:
    """The answer; where it is none and the wording leaves that open, the one that the reader finds in a sentence."""
    deed = _may_be_a_deed(desk.question)
    if answer.status == "answered" or not (deed or _is_open(desk.question, answer)):
        return answer
    question = as_fact(desk.question.text, desk.directory, desk.memory)
    if question.intent != "fact" or not question.words:
        return answer
    decided = desk.recorder.decided if desk.recorder is not None else None
    found = fact(replace(desk, question=question), by_words=True)
    if found.status == "answered" and (deed or _is_said(desk, found)) and _fits(desk, found):
        return replace(found, intent=answer.intent) if desk.question.form else found
    refusal = _refusal(desk, answer, found) if deed else answer
    if desk.recorder is not None and refusal.parts is not found.parts:
        desk.recorder.decided = decided
    return refusal


def _refusal(desk: Desk, answer: Answer, found: Answer) -> Answer:
    """The refusal for a question that may be about a deed: what lacks need not be words, and a sentence may be near."""
    score = _score(desk, answer, found)
    if found.status == "answered" or answer.citations or not found.citations:
        return replace(answer, score=score)
    if answer.reason in _NOBODY_NAMED:
        return replace(found, question=answer.question, intent=answer.intent, score=score)
    return replace(beside(desk, answer, found), score=score)


def _score(desk: Desk, answer: Answer, found: Answer) -> float:
    """How sure it is that the articles answer, whichever way: for a refusal, below the operating point."""
    return min(max(answer.score, found.score), desk.refusable)


def _may_be_a_deed(question: Question) -> bool:
    """Whether a question worded like one about words may be about deeds: "Who rejected the plan?", "whom did X ask"."""
    if question.quoted or question.unsaid or question.carried:
        return False
    about_words = question.verb is None and has_speech(question.text)
    return question.loose or (question.intent in {"who_said", "what_said"} and not about_words)


def has_speech(text: str) -> bool:
    """Whether a verb of plain saying stands in the question: "say", "told"; but not "wrote the book"."""
    asked = words_of(text)
    spoken = ((verb_of(word), behind) for word, behind in zip_longest(asked, asked[1:], fillvalue=""))
    return any(
        verb is not None and verb.kind in "pm" and (verb.lemma != "write" or behind in _OF_WORDS)
        for verb, behind in spoken
    )


def _is_open(question: Question, answer: Answer) -> bool:
    """Whether somebody may have said it in words too far from the question's for a comparison of words."""
    if question.quoted or question.unsaid or (question.speakers and not _is_nobody(question)):
        return False
    return question.intent in _ABOUT_WORDS and answer.reason in _OPEN


def _fits(desk: Desk, found: Answer) -> bool:
    """Whether the sentence is about whom the question is about: nobody else's words, and somebody of the role."""
    names, speaker = named(desk), found.citations[0].speaker
    theirs = not names or speaker is None or any(same_name(speaker, name) for name in desk.voices(names))
    return desk.gate("in nobody else's words", theirs) and _has_role(desk, found)


def _has_role(desk: Desk, found: Answer) -> bool:
    """Whether who is asked for ("which founder …") is found: the speaker has the role, or the sentence names it."""
    asked, cited = desk.question.group, found.citations[0]
    words = stems_of(cited.quote)
    fits = cited.speaker in desk.group or any(stems_of(role.split()[-1]) <= words for role in asked)
    return not asked or desk.gate("role fits", fits)


def _is_nobody(question: Question) -> bool:
    """Whether the question names nobody: "they" may be anybody, "she" is somebody whom it does not tell."""
    return all(not ref.names and ref.asked.lower() in _ANYBODY for ref in question.speakers)


def _is_said(desk: Desk, found: Answer) -> bool:
    """Whether the sentence surely holds a statement, and the reader picked its speaker's name or some of its words."""
    cited = found.citations[0]
    if cited.directness is None or found.short is None or found.score < desk.surer(_SURER):
        return desk.gate("surely in a statement", False)
    if desk.question.intent != "what_said":
        return desk.gate("speaker picked", cited.speaker is not None and same_name(found.short, cited.speaker))
    return found.short in cited.quote
