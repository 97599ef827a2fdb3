"""Fallbacks, for questions that no pattern fits: facts, and bare words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.language.lexicon import words
from index.question import topic as topics
from index.question.fill_topic import about, carry
from index.question.model import Question
from index.question.patterns import verb_of
from index.question.referents import Context
from index.question.tokens import COMMA, POSSESSION, QUOTATION, Token
from index.speakers.link import SpeakerRef

_POINTERS = frozenset({"that", "this", "there", "then"})
_FEW = 3  # content words of a question that may go on from the last one


def fact(context: Context, tokens: Sequence[Token], text: str) -> Question:
    """A question of fact; one about nothing at all is none."""
    topic = topics.fact_topic(tokens)
    pronouns = [words().pronouns[token.norm] for token in tokens if token.norm in words().pronouns]
    speakers = _fact_speakers(context, tokens, topic, pronouns[:1])
    if not topic and not speakers and not context.memory.topic:
        return Question(text, "none")
    question = Question(text, "fact", speakers=speakers, wanted=topics.wanted(tokens))
    question = about(context, question, () if topics.is_empty(topic) else topic, tokens)
    known = {part for ref in speakers for name in (ref.asked, *ref.names) for part in name.split()}
    question = replace(question, names=tuple(n for n in question.names if not set(n.split()) <= known))
    back = pronouns[:1] == ["it"] or bool(_POINTERS & {token.norm for token in tokens[1:]})
    return carry(context, question, beside=back and len(question.words) <= _FEW)


def _fact_speakers(
    context: Context, tokens: Sequence[Token], topic: Sequence[Token], pronouns: Sequence[str]
) -> tuple[SpeakerRef, ...]:
    """The people a question of fact names; else the one it means by a pronoun, or by saying nothing else."""
    named = context.named(tokens)
    if named or not context.memory.speakers:
        return named
    if pronouns and pronouns[0] != "it":
        return (context.recall(pronouns[0], pronouns[0]),)
    return () if topic else (context.recall("they", "they"),)


def bare_words(context: Context, tokens: Sequence[Token], text: str) -> Question:
    """Bare words: "park growth", "harbour bridge", a name, a quotation."""
    if near := context.directory.near(" ".join(token.text for token in tokens)):
        return Question(text, "what_said", speakers=(near,))
    found = context.directory.find([token.text for token in tokens], loose=True)
    refs = tuple({frozenset(f.ref.names): f.ref for f in found}.values())
    taken = {i for f in found for i in range(f.start, f.end)}
    marks = {COMMA, POSSESSION, QUOTATION}
    left = [token for i, token in enumerate(tokens) if i not in taken and token.norm not in marks]
    spoken = [token for token in left if _is_speech(token)]
    topic = topics.trim([token for token in left if token not in spoken])
    source = _whole_source(context, tokens) if not refs and not spoken else ()
    if source and source[0].link == "name":
        return Question(text, "what_said", speakers=source)
    alone = not topic and not spoken and not context.asked.quoted
    if source or (refs and alone and all(ref.link == "role" for ref in refs)):
        return Question(text, "profile", speakers=source or refs, aspect="identity")
    question = Question(text, "what_said" if refs else "who_said", speakers=refs)
    if refs and context.asked.quoted:
        words_of_theirs = () if " " in context.asked.quoted else topic
        return replace(about(context, question, words_of_theirs, tokens), intent="verify")
    question = about(context, question, topic, tokens)
    goes_on = refs and not spoken and context.memory.intent in {"what_said", "who_said", "speakers"}
    return carry(context, question) if goes_on else question


def _is_speech(token: Token) -> bool:
    """Whether a word only tells that somebody's words are wanted."""
    verb = verb_of(token.norm)
    return token.norm in words().small["speech"] or (verb is not None and verb.kind in "pm")


def _whole_source(context: Context, tokens: Sequence[Token]) -> tuple[SpeakerRef, ...]:
    """The speaker that all the words together name: an organisation, a document, somebody by role alone."""
    refs = context.who(tokens).refs
    short_role = refs and refs[0].link == "role" and len(tokens) <= _FEW
    return refs if refs and refs[0].names and (refs[0].link == "name" or short_role) else ()
