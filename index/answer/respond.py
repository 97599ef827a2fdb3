"""From an understood question to a checked answer: one function for each intent, one gate for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.acts import Reading
from index.acts.classify import Encode
from index.answer.ambiguity import with_stories
from index.answer.composing import refused
from index.answer.context import Desk, OperatingPoints
from index.answer.contract import Answer, Part
from index.answer.explanation import Trace
from index.answer.kinds.articles import about_article, list_articles, listed_articles
from index.answer.kinds.asides import aside, other_language
from index.answer.kinds.comparing import compare
from index.answer.kinds.counting import count_order
from index.answer.kinds.deeds import or_from_sentences
from index.answer.kinds.fact import fact
from index.answer.kinds.last_answer import about_answer
from index.answer.kinds.meaning import or_by_meaning
from index.answer.kinds.profile import profile
from index.answer.kinds.quotes import what_said, who_said
from index.answer.kinds.speakers import speakers
from index.answer.kinds.verify import verify
from index.answer.people import named
from index.answer.present.gate import GateError, check, unquoted
from index.answer.present.layout import laid_out
from index.answer.present.statement_text import bare_name
from index.answer.recorder import Recorder
from index.answer.several import several
from index.answer.snapshot import View
from index.models import Models
from index.phrases import Phrases
from index.question.forms import understand_form
from index.question.memory import remember
from index.question.model import ASIDES, Asked, Intent, Lack, Last, Listing, Memory
from index.question.route import route
from index.question.tokens import LONGEST
from index.store.protocol import Scope

_GUESSED = 0.5  # a link this weak is told to the asker
_LACKING: dict[Lack, str] = {"speaker": "lacks_speaker", "topic": "lacks_topic"}


def ask(  # noqa: PLR0913, PLR0917 - what an answer depends on
    view: View,
    models: Models,
    asked: str | Asked,
    scope: Scope,
    memory: Memory,
    phrases: Phrases,
    limits: OperatingPoints,
    *,
    why: bool,
) -> tuple[Answer, Memory, Trace | None]:
    """The answer to a question, what the conversation is about after it, and if asked why, how it came about."""
    known = view.known(scope)
    encode: Encode = models.encoder().encode
    reading: Reading | None = None
    if isinstance(asked, str):
        text = asked[:LONGEST]
        reading, encode = _read(models, text, memory)
        question = route(text, known.directory, memory, reading)
    else:
        question = understand_form(asked, known.directory, memory)
    if question.intent == "several":

        def one(text: str, before: Memory) -> tuple[Answer, Memory, Trace | None]:
            return ask(view, models, text, scope, before, phrases, limits, why=why)

        return several(question, phrases, one, memory)
    desk = Desk(
        question=question,
        searcher=view.searcher,
        scope=scope,
        encode=encode,
        people=known.people,
        directory=known.directory,
        memory=memory,
        judge=models.judge,
        called=known.called,
        limits=limits,
        recorder=Recorder() if why else None,
        reader=models.reader,
        phrases=phrases,
    )
    answer = respond(desk)
    if answer.status == "not_found" and question.otherwise is not None:
        other = replace(desk, question=question.otherwise, recorder=Recorder() if why else None)
        if (second := respond(other)).status == "answered":
            desk, answer, question = other, second, other.question
    recorder = desk.recorder
    trace = None if recorder is None else recorder.trace(question, desk.threshold, desk.speaker_of, answer)
    return answer, remembered(desk, answer), trace


def _read(models: Models, text: str, memory: Memory) -> tuple[Reading | None, Encode]:
    """How the whole text is read, and an encoder that knows its vector by now; no reading with another encoder."""
    encode = models.encoder().encode
    acts = models.acts()
    if acts is None or not text.strip():
        return None, encode
    vectors = encode([text])

    def knowing(texts: Sequence[str]) -> NDArray[np.float32]:
        return vectors if list(texts) == [text] else encode(texts)

    return acts.read(text, vectors[0], goes_on=memory.last is not None), knowing


def respond(desk: Desk) -> Answer:
    """The answer to the desk's question. Only verbatim words stand in quotation marks in it."""
    if desk.question.lacks is not None:
        desk.gate("complete question", False, f"the {desk.question.lacks} is missing")
        return refused(desk, "not_a_question", desk.say(_LACKING[desk.question.lacks]), 0.0)
    if not desk.directory.vocabulary and desk.question.intent not in ASIDES:
        desk.gate("articles to answer from", False)
        return refused(desk, "no_match", desk.say("empty"), 0.0)
    answer = with_stories(desk, or_from_sentences(desk, or_by_meaning(desk, _COMPOSE[desk.question.intent](desk))))
    if desk.question.unsure and answer.reason == "no_match":
        desk.gate("a question", False, "hardly known what is asked")
        answer = refused(desk, "not_a_question", desk.say("unclear"), 0.0)
    answer = _with_guess(desk, answer)
    try:
        checked = check(answer, lambda citation: desk.searcher.by_id(citation.article, desk.scope))
    except GateError:
        desk.gate("verbatim", False)
        return refused(desk, "unsure", desk.say("unproved"), 0.0)
    if checked.citations:
        desk.gate("verbatim", True, f"{len(checked.citations)} cited")
    return checked


def _with_guess(desk: Desk, answer: Answer) -> Answer:
    """The answer under what was guessed: a name nearly like the asked one, a group wider than the asked one."""
    question = desk.question
    guessed = [ref for ref in question.speakers if ref.link == "spelling" and ref.score <= _GUESSED]
    leads = [desk.say("did_you_mean", name=ref.names[0]) for ref in guessed[:1]]
    if question.unread and answer.status == "answered":
        leads.append(desk.say("wider_group", words=unquoted(question.unread)))
    if not leads:
        return answer
    parts = (*(Part(lead=lead) for lead in leads), *answer.parts)
    return replace(answer, parts=parts, text=laid_out(parts, answer.citations, desk.phrases))


def remembered(desk: Desk, answer: Answer) -> Memory:
    """What the conversation is about after the answer to the desk's question."""
    if desk.question.lacks is not None:
        return desk.memory
    places = [(c.article, c.start, c.end) for c in answer.citations]
    shown = places if answer.status == "answered" else []
    return remember(desk.memory, desk.question, _talked_about(desk, answer), shown, _last(desk, answer, places))


def _last(desk: Desk, answer: Answer, places: Sequence[tuple[str, int, int]]) -> Last:
    """The answer as the next question may ask about it, with the list that it shows, if it does."""
    question = desk.question
    listing, listed = _list_shown(desk, answer)
    before = desk.memory.last
    if question.pick is not None and before is not None:  # the list can be pointed into again
        listing, listed = before.listing, before.listed
    told = (answer.short, answer.score, answer.verdict, tuple(places), listed, listing)
    return Last(question.text, question.intent, answer.status == "answered", *told)


def _list_shown(desk: Desk, answer: Answer) -> tuple[Listing | None, tuple[str, ...]]:
    """What the answer lists, and which entries there are, in order."""
    if desk.question.intent in {"list_articles", "about_article"} and not answer.citations:
        return "articles", listed_articles(desk)
    cited = [c.speaker for c in answer.citations if c.speaker]
    speakers = tuple(dict.fromkeys(cited))
    if len(speakers) > 1 and answer.status == "answered":
        return "speakers", speakers
    return ("quotes" if len(answer.citations) > 1 else None), ()


def _talked_about(desk: Desk, answer: Answer) -> list[str]:
    """Whom the conversation is about, as the index has them: who was cited, else asked about."""
    cited = [c.speaker for c in answer.citations if c.speaker] if answer.status == "answered" else []
    if any(name not in desk.people for name in cited):  # a nameless source without its article, a shorter name
        ends = tuple(name[1:] for name in cited)  # of a thousand articles' names, few are looked at more closely
        full = {bare_name(name): name for name in desk.people if name.endswith(ends)}
        full |= {bare_name(own): name for name, told in desk.called.own.items() for own in told if own.endswith(ends)}
        cited = [full.get(name, name) for name in cited]
    return list(dict.fromkeys(cited or named(desk)))


_COMPOSE: dict[Intent, Callable[[Desk], Answer]] = {
    "who_said": who_said,
    "what_said": what_said,
    "verify": verify,
    "profile": profile,
    "speakers": speakers,
    "fact": fact,
    "about_article": about_article,
    "list_articles": list_articles,
    "about_answer": about_answer,
    "count_order": count_order,
    "compare": compare,
    "other_language": other_language,
    **dict.fromkeys(ASIDES - {"other_language"}, aside),
}
