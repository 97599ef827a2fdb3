"""From an understood question to a checked answer: one function for each intent, one gate for all."""

from __future__ import annotations

from collections.abc import Callable

from index.answer.ambiguity import with_stories
from index.answer.composing import refused
from index.answer.context import Desk, OperatingPoints
from index.answer.contract import Answer
from index.answer.explanation import Trace
from index.answer.kinds.deeds import or_from_sentences
from index.answer.kinds.fact import fact
from index.answer.kinds.meaning import or_by_meaning
from index.answer.kinds.profile import profile
from index.answer.kinds.quotes import what_said, who_said
from index.answer.kinds.speakers import speakers
from index.answer.kinds.verify import verify
from index.answer.people import named
from index.answer.present.gate import GateError, check
from index.answer.present.statement_text import bare_name
from index.answer.recorder import Recorder
from index.answer.snapshot import View
from index.models import Models
from index.phrases import Phrases
from index.question.forms import understand_form
from index.question.memory import remember
from index.question.model import Asked, Intent, Lack, Memory
from index.question.tokens import LONGEST
from index.question.understand import understand
from index.store.protocol import Scope

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
    if isinstance(asked, str):
        question = understand(asked[:LONGEST], known.directory, memory)
    else:
        question = understand_form(asked, known.directory, memory)
    desk = Desk(
        question=question,
        searcher=view.searcher,
        scope=scope,
        encode=models.encoder().encode,
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
    recorder = desk.recorder
    trace = None if recorder is None else recorder.trace(question, desk.threshold, desk.speaker_of, answer)
    return answer, remembered(desk, answer), trace


def respond(desk: Desk) -> Answer:
    """The answer to the desk's question. Only verbatim words stand in quotation marks in it."""
    if desk.question.lacks is not None:
        desk.gate("complete question", False, f"the {desk.question.lacks} is missing")
        return refused(desk, "not_a_question", desk.say(_LACKING[desk.question.lacks]), 0.0)
    if not desk.directory.vocabulary and desk.question.intent != "none":
        desk.gate("articles to answer from", False)
        return refused(desk, "no_match", desk.say("empty"), 0.0)
    answer = with_stories(desk, or_from_sentences(desk, or_by_meaning(desk, _COMPOSE[desk.question.intent](desk))))
    try:
        checked = check(answer, lambda citation: desk.searcher.by_id(citation.article, desk.scope))
    except GateError:
        desk.gate("verbatim", False)
        return refused(desk, "unsure", desk.say("unproved"), 0.0)
    if checked.citations:
        desk.gate("verbatim", True, f"{len(checked.citations)} cited")
    return checked


def remembered(desk: Desk, answer: Answer) -> Memory:
    """What the conversation is about after the answer to the desk's question."""
    if desk.question.lacks is not None:
        return desk.memory
    shown = [(c.article, c.start, c.end) for c in answer.citations] if answer.status == "answered" else []
    return remember(desk.memory, desk.question, _talked_about(desk, answer), shown)


def _talked_about(desk: Desk, answer: Answer) -> list[str]:
    """Whom the conversation is about, as the index has them: who was cited, else asked about."""
    cited = [c.speaker for c in answer.citations if c.speaker] if answer.status == "answered" else []
    if any(name not in desk.people for name in cited):  # a nameless source without its article, a shorter name
        ends = tuple(name[1:] for name in cited)  # of a thousand articles' names, few are looked at more closely
        full = {bare_name(name): name for name in desk.people if name.endswith(ends)}
        full |= {bare_name(own): name for name, told in desk.called.own.items() for own in told if own.endswith(ends)}
        cited = [full.get(name, name) for name in cited]
    return list(dict.fromkeys(cited or named(desk)))


def _not_a_question(desk: Desk) -> Answer:
    desk.gate("a question", False)
    return refused(desk, "not_a_question", desk.say("help"), 0.0)


_COMPOSE: dict[Intent, Callable[[Desk], Answer]] = {
    "who_said": who_said,
    "what_said": what_said,
    "verify": verify,
    "profile": profile,
    "speakers": speakers,
    "fact": fact,
    "none": _not_a_question,
}
