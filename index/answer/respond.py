"""From an understood question to a checked answer: one function for each intent, one gate for all."""

from __future__ import annotations

from collections.abc import Callable

from index.answer.desk import Desk
from index.answer.fact import fact
from index.answer.gate import GateError, check
from index.answer.model import Answer
from index.answer.profile import profile
from index.answer.quotes import what_said, who_said
from index.answer.speakers import speakers
from index.answer.verify import verify
from index.question.model import Intent

_HELP = (
    "I answer who said what in the articles I have, and show the exact words. "
    "Ask for example: who said …? What did … say about …? Did … say …? Who is …?"
)


def respond(desk: Desk) -> Answer:
    """The answer to the desk's question. Only verbatim words stand in quotation marks in it."""
    answer = _COMPOSE[desk.question.intent](desk)
    try:
        return check(answer, lambda citation: desk.searcher.by_id(citation.article, desk.scope))
    except GateError:
        return desk.refused("unsure", "I found something, but could not prove its exact words, so I leave it out.", 0.0)


def _not_a_question(desk: Desk) -> Answer:
    return desk.refused("not_a_question", _HELP, 0.0)


_COMPOSE: dict[Intent, Callable[[Desk], Answer]] = {
    "who_said": who_said,
    "what_said": what_said,
    "verify": verify,
    "profile": profile,
    "speakers": speakers,
    "fact": fact,
    "none": _not_a_question,
}
