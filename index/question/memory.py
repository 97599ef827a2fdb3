"""Dialogue state: what the next question may mean by "he" or "and Park?", and what is remembered for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.language.lexicon import words
from index.question import topic as topics
from index.question.fill_topic import about, carry
from index.question.model import ASIDES, Intent, Last, Memory, Question
from index.question.referents import Context, Who
from index.question.slot_checks import looks_like_name
from index.question.tokens import Token
from index.speakers.link import SpeakerRef

LONGEST = 200  # citations remembered as shown


def remember(
    memory: Memory,
    question: Question,
    speakers: Sequence[str],
    shown: Sequence[tuple[str, int, int]],
    last: Last | None = None,
) -> Memory:
    """The memory after an answer.

    Args:
        memory: the memory the question was understood with.
        question: the question that was answered.
        speakers: canonical names of the speakers the answer showed, the best first; may be empty.
        shown: (article id, start, end) of the answer's citations.
        last: the answer, for questions about it.

    Returns:
        A memory of whom and what the next question may mean. An empty answer about somebody keeps them. Small talk,
        questions about the last answer and references that fail change nothing.
    """
    if question.intent in ASIDES or question.intent == "about_answer" or _fails(question):
        return memory
    if question.intent == "list_articles":
        return replace(memory, last=last)
    now = _speakers(memory, question, speakers)
    kept = memory.shown if now == memory.speakers else ()
    keeps = question.intent == "profile" or (question.more and not question.topic)
    topic = memory.topic if keeps else question.mended
    return Memory(now, topic, question.intent, tuple(dict.fromkeys((*kept, *shown)))[-LONGEST:], last)


def _fails(question: Question) -> bool:
    """Whether it goes on from somebody who was not talked about: "what did she say?" where there is no woman."""
    refs = question.speakers
    return bool(refs) and all(not ref.names and ref.asked.lower() in words().pronouns for ref in refs)


def _speakers(memory: Memory, question: Question, speakers: Sequence[str]) -> tuple[str, ...]:
    if speakers:
        return tuple(dict.fromkeys(speakers))
    if question.speakers:  # somebody unknown is nobody to come back to
        return tuple(dict.fromkeys(name for ref in question.speakers for name in ref.names))
    return memory.speakers


def lead_of(tokens: Sequence[Token]) -> int:
    """How many words at the start say that a question goes on from the last one ("and", "what about")."""
    line = tuple(token.norm for token in tokens)
    return next((len(lead) for lead in words().follow if line[: len(lead)] == lead and len(line) > len(lead)), 0)


def follow(context: Context, tokens: Sequence[Token], text: str) -> Question:
    """The last question with another speaker or another topic; `tokens` come after "and" or "what about"."""
    memory = context.memory
    rest = topics.trim(tokens)
    if rest and tokens[0].norm not in {"about", "on", "regarding"}:
        who = context.who(rest)
        if _is_speaker(context, rest, who):
            return _with_speaker(context, who, text)
    question = Question(text, "speakers")
    if memory.intent in {"what_said", "verify", "profile"} and memory.speakers:
        refs = tuple(SpeakerRef(name, (name,), "memory") for name in memory.speakers)
        question = replace(question, intent="what_said", speakers=refs)
    elif memory.intent == "who_said":
        question = replace(question, intent="who_said")
    elif memory.intent == "fact":
        question = replace(question, intent="fact", wanted=topics.wanted(tokens))
    question = about(context, question, rest, tokens)
    return carry(context, question, beside=True) if question.intent == "fact" else question


def _with_speaker(context: Context, who: Who, text: str) -> Question:
    last = context.memory.intent
    intent: Intent = last if last in {"what_said", "verify", "profile"} else "what_said"
    question = Question(text, intent, speakers=who.refs)
    return replace(question, aspect="identity") if intent == "profile" else carry(context, question)


def _is_speaker(context: Context, tokens: Sequence[Token], who: Who) -> bool:
    """Whether "and X?" means a speaker, not a topic."""
    capitals = all(token.capital for token in tokens)
    links = {ref.link for ref in who.refs if ref.names}
    if who.pronoun or links & {"name", "role", "spelling", "memory"}:
        return not who.anybody
    if "organisation" in links:
        return capitals
    seen = all(token.norm in context.directory.vocabulary for token in tokens)
    return len(tokens) > 1 and capitals and looks_like_name(context, tokens) and not seen
