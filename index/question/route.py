"""Routing: which kind of question it is, by the grammar of questions and by the trained reading of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from index.acts import Act, Reading
from index.language.identify import language_of
from index.language.lexicon import words
from index.question import topic as topics
from index.question.facets import facet_of
from index.question.fill_topic import about, carry
from index.question.memory import follow
from index.question.model import ASIDES, Intent, Memory, Question
from index.question.referents import Context
from index.question.split import questions_in
from index.question.tokens import COMMA, Token, read
from index.question.understand import understand
from index.speakers.directory import Directory
from index.speakers.link import SpeakerRef

# how sure the reading must be to overrule the grammar: where a pattern fits the whole, where none does, and where the
# question holds no word to look for
_OVER_PATTERN, _OVER_FALLBACK, _OVER_NOTHING = 0.8, 0.5, 0.35
_OVER_KNOWN = 0.9  # for small talk, where most words are words of the articles
_SEVERAL = 0.5
_UNSURE = 0.4
_LEAST = 0.2  # of what the grammar takes for small talk
# how sure the language must be: where the reading finds another one, and by itself; and of how many words
_LEAST_LANGUAGE, _SURE_LANGUAGE, _FEWEST_FOREIGN = 0.3, 0.8, 3
_QUESTIONS: frozenset[Act] = frozenset({"who_said", "what_said", "verify", "profile", "speakers", "fact", "followup"})
_ANSWERED = _QUESTIONS | {"several", "correction", "other_language"}
# what is asked of the articles by itself: whom and what it names has to be found in it
_WITH_SLOTS: frozenset[Intent] = frozenset({"about_article", "list_articles", "count_order", "compare"})
_META: frozenset[Act] = frozenset({"about_article", "list_articles", "about_answer"})
_FEW = 6  # words that may point into a list


def route(text: str, directory: Directory, memory: Memory, reading: Reading | None) -> Question:
    """Understand a question. Never fails, whatever the text.

    Args:
        text: as asked.
        directory: the speakers it may name.
        memory: what the conversation just talked about.
        reading: of the whole text; None where there is none: then the grammar alone decides.
    """
    text = text.strip()
    asked = read(text, directory.is_key)
    context = Context(asked, directory, memory)
    tokens = [token for sentence in asked.sentences for token in sentence.tokens if token.norm != COMMA]
    question = understand(text, directory, memory)
    if pointed := _pointed(context, tokens, text):
        return pointed
    if _is_foreign(text, question, reading):
        return Question(text, "other_language")
    return question if reading is None else _read_as(context, question, tokens, reading)


def _read_as(context: Context, question: Question, tokens: Sequence[Token], reading: Reading) -> Question:
    """The question as the grammar understands it, or of the kind that the reading is surer of."""
    text = question.text
    if _points_at_words(question, tokens, context.memory):
        return Question(text, "about_answer", facet="context")
    if parts := questions_in(text, surely=reading.act == "several" and reading.sure >= _SEVERAL):
        return Question(text, "several", parts=parts)
    act = _overruling(context, question, reading)
    if act is None:
        return replace(question, unsure=not question.patterned and reading.sure < _UNSURE)
    if act == "correction":
        return _corrected(context, tokens, text) or question
    open_ = question.intent != "none" and _may_be_answered(context, question, act, reading)
    found = _of_kind(context, cast("Intent", act), tokens, text)  # the acts that are no intents were told apart above
    return replace(found, otherwise=question if open_ else None)


def _overruling(context: Context, question: Question, reading: Reading) -> Act | None:
    """The act that the reading is sure of, where that is none of those that the grammar tells apart."""
    act = reading.act
    if question.intent == "none":
        return next((one for one, share in reading.ranked if share >= _LEAST and one not in _ANSWERED), None)
    if act in _QUESTIONS or act in {"several", "other_language"}:
        return None
    return act if reading.sure >= _limit(context, question, act) else None


def _may_be_answered(context: Context, question: Question, act: Act, reading: Reading) -> bool:
    """Whether the articles may answer it all the same: what has its place in them is not refused unlooked for."""
    if act == "not_for_bot":
        return question.wanted is not None and _is_known(context, question)
    return act in _WITH_SLOTS and reading.sure <= _OVER_KNOWN


def _limit(context: Context, question: Question, act: Act) -> float:
    """How sure the reading must be that it is this act."""
    if act in ASIDES and _is_known(context, question):
        return _OVER_KNOWN
    if not question.words or question.carried:
        return _OVER_NOTHING
    if act in _META:
        return _OVER_FALLBACK if question.patterned else _OVER_NOTHING
    return _OVER_PATTERN if question.patterned else _OVER_FALLBACK


def _is_known(context: Context, question: Question) -> bool:
    """Whether the articles hold most of what the question is about, or it names a speaker."""
    known = [word for word in question.words if word in context.directory.vocabulary]
    return any(ref.names for ref in question.speakers) or 2 * len(known) > len(question.words)


def _is_foreign(text: str, question: Question, reading: Reading | None) -> bool:
    """Whether it is in another language; names of speakers in it can be understood all the same."""
    if question.patterned or any(ref.names for ref in question.speakers):
        return False
    read_so = reading is not None and reading.act == "other_language" and reading.sure >= _OVER_FALLBACK
    if read_so and reading is not None and reading.sure >= _OVER_PATTERN and not text.isascii():
        return True
    language = language_of(text, _LEAST_LANGUAGE if read_so else _SURE_LANGUAGE)
    return language not in {None, "en"} and (read_so or len(text.split()) >= _FEWEST_FOREIGN or not text.isascii())


def _of_kind(context: Context, intent: Intent, tokens: Sequence[Token], text: str) -> Question:
    """A question of this kind, with whom and what it names where the articles answer it."""
    question = Question(text, intent, facet=facet_of(intent, tokens))
    if intent not in _WITH_SLOTS:
        return question
    found = context.directory.find([token.text for token in tokens])
    taken = {at for one in found for at in range(one.start, one.end)}
    refs = tuple({one.ref.names: one.ref for one in found}.values())
    pronoun = next((token.norm for token in tokens if token.norm in {"he", "she", "him", "her"}), None)
    if not refs and pronoun:
        refs = tuple(ref for ref in (context.recall(words().pronouns[pronoun], pronoun),) if ref.names)
    left = [token for at, token in enumerate(tokens) if at not in taken and token.norm not in _asking_words()]
    return about(context, replace(question, speakers=refs), topics.trim(left), tokens)


def _asking_words() -> frozenset[str]:
    return words().small["asking"]


# ── pointing ──────────────────────────────────────────────────────────────


def _pointed(context: Context, tokens: Sequence[Token], text: str) -> Question | None:
    """The entry that "the second one" means of the list shown last; None for words that point into none."""
    last = context.memory.last
    small = words().small
    rest = [token.norm for token in tokens if token.norm not in small["pointing"]]
    if last is None or len(tokens) > _FEW or len(rest) != 1:
        return None
    count = len(last.places) if last.listing == "quotes" else len(last.listed)
    at = _place(rest[0], count, last.listed, context.memory.speakers)
    if at is None or (last.listing is None and tokens[-1].norm != "one"):
        return None
    if not 0 <= at < count:
        return Question(text, "lost")
    if last.listing == "articles":
        return Question(text, "about_article", facet="other", pick=at)
    if last.listing == "quotes":
        return Question(text, "about_answer", facet="pick", pick=at)
    ref = SpeakerRef(last.listed[at], (last.listed[at],), "memory")
    return carry(context, Question(text, "what_said", speakers=(ref,), pick=at))


def _place(word: str, count: int, listed: Sequence[str], now: Sequence[str]) -> int | None:
    """Which entry a word means, from 0; -1 for none of them; None for no such word."""
    ordinals = words().ordinals
    if word == "other":
        others = [at for at, name in enumerate(listed) if name not in now[:1]]
        return others[0] if len(others) == 1 else (1 if count == 2 else -1)
    if word not in ordinals:
        return None
    at = ordinals[word]
    return count - 1 if at < 0 else at


def _points_at_words(question: Question, tokens: Sequence[Token], memory: Memory) -> bool:
    """Whether it asks when or where what was shown was said: "when did he say that?"."""
    asks = bool(tokens) and tokens[0].norm in words().small["circumstances"]
    return (
        asks
        and question.intent == "what_said"
        and (question.carried or not question.words)
        and bool(memory.last and memory.last.places)
    )


# ── correcting ────────────────────────────────────────────────────────────


def _corrected(context: Context, tokens: Sequence[Token], text: str) -> Question | None:
    """The last question with what was meant instead; None where the words tell nothing else."""
    if context.memory.intent is None:
        return None
    rest = _meant(tokens)
    if not rest:
        return Question(text, "lost")
    small = words().small
    if rest[0].norm in small["questions"] | small["auxiliaries"]:
        return understand(context.asked.slice(tuple(rest)), context.directory, context.memory)
    found = follow(context, rest, text)
    return Question(text, "lost") if not found.speakers and not found.words and not found.quoted else found


def _meant(tokens: Sequence[Token]) -> list[Token]:
    """What stands behind "no, I meant" and before ", not the senator"."""
    small = words().small["correcting"]
    rest = list(tokens)
    while rest and rest[0].norm in small:
        rest = rest[1:]
    ends = next((at for at, token in enumerate(rest) if at and token.norm in {"not", "instead"}), len(rest))
    return rest[:ends]
