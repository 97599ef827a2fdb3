"""From what a form asked to a Question: the intent is given, so that no wording of the topic changes it."""

from __future__ import annotations

import re
from dataclasses import replace

from index.question import topic as topics
from index.question.fill_topic import about
from index.question.model import Asked, Lack, Memory, Question
from index.question.referents import Context
from index.question.tokens import LONGEST, read
from index.speakers.directory import Directory
from index.speakers.link import SpeakerRef

_LONGEST_SPEAKER = 200  # characters
_LONGEST_CLAIM = 120  # of what is repeated
_MARKS = re.compile(r"[“”\"„«»]")
_BREAK = re.compile(r"[.:;!?…](?:\s|$)")
_NEEDS_SPEAKER = frozenset({"what_said", "verify"})
_NEEDS_TOPIC = frozenset({"who_said", "verify"})
# each form as a question: without a topic, and with one
_WORDED = {
    "who_said": ("Who said that?", "Who said {claim}?"),
    "what_said": ("What did {speaker} say?", "What did {speaker} say about {topic}?"),
    "verify": ("Did {speaker} say that?", "Did {speaker} say {claim}?"),
    "speakers": ("Who is quoted?", "Who talked about {topic}?"),
}


def understand_form(form: Asked, directory: Directory, memory: Memory) -> Question:
    """Understand what a form asked. Never fails, whatever stands in it.

    Args:
        form: the first 200 characters of its speaker and 2,000 of its topic are read.
        directory: the speakers it may name.
        memory: what the conversation just talked about: whom "she" means in the place of a speaker.
    """
    speaker, topic = _line(form.speaker[:_LONGEST_SPEAKER]), form.topic[:LONGEST]
    context = Context(read(topic, directory.is_key), directory, memory)
    tokens = [token for sentence in context.asked.sentences for token in sentence.tokens]
    kept = topics.trim(tokens)
    question = Question(_worded(form.intent, speaker, topic), form.intent, form=True)
    question = about(context, question, () if topics.is_empty(kept) else kept, tokens)
    if form.intent in _NEEDS_SPEAKER:
        question = replace(question, speakers=_speakers(context, speaker))
    return replace(question, lacks=_lack(question, speaker))


def _speakers(context: Context, speaker: str) -> tuple[SpeakerRef, ...]:
    """Whom the words in a speaker's place name: a canonical name names just that one."""
    if speaker in context.directory.names():
        return (SpeakerRef(speaker, (speaker,), "name"),)
    tokens = [token for sentence in read(speaker, context.directory.is_key).sentences for token in sentence.tokens]
    who = context.who(tokens)
    return who.refs if who.pronoun else context.directory.link(speaker)


def _lack(question: Question, speaker: str) -> Lack | None:
    """What is not there, or holds no word, though this kind of question needs it."""
    known = any(ref.names for ref in question.speakers)
    if question.intent in _NEEDS_SPEAKER and not known and not any(character.isalnum() for character in speaker):
        return "speaker"
    empty = not question.words and not question.quoted
    return "topic" if question.intent in _NEEDS_TOPIC and empty else None


def _worded(intent: str, speaker: str, topic: str) -> str:
    """The form as a person would ask it: "What did Ada Park say about bridges?"."""
    topic = _short(_line(topic).rstrip(" .,;:?!…"))
    return _WORDED[intent][bool(topic)].format(speaker=speaker or "somebody", topic=topic, claim=_claim(topic))


def _claim(topic: str) -> str:
    """A claim behind "said": "that the ferry stays"; in quotation marks where it does not read on from there."""
    bare = _MARKS.sub("", topic)
    if topic.lower().startswith("that ") or (bare != topic and topic[0] + topic[-1] in {"“”", '""', "„“", "«»"}):
        return topic
    reads_on = topic[:1].islower() and len(topic.split()) > 2 and bare == topic and not _BREAK.search(topic)
    return f"that {topic}" if reads_on else f"“{bare}”"


def _short(text: str) -> str:
    """The text, at most `_LONGEST_CLAIM` characters of it, cut between words."""
    return text if len(text) <= _LONGEST_CLAIM else f"{text[:_LONGEST_CLAIM].rsplit(' ', 1)[0]}…"


def _line(text: str) -> str:
    return " ".join(text.split())
