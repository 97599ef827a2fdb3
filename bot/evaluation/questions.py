"""Questions in our own format (see `bot.evaluation.answer_scoring`), asked of the articles that are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial

from bot.evaluation.answer_scoring import Gold, Line, Outcome, by_kind, wrong_with
from bot.evaluation.report import JudgedAnswer, Section
from index.answer.contract import Answer
from index.library import Library
from index.question.model import Memory
from index.store.protocol import Scope


def outcomes(library: Library, lines: Sequence[Line], scope: Scope, step: Callable[[], None]) -> list[Outcome]:
    """What came of the questions of which something is expected.

    Args:
        library: what is asked.
        lines: the questions; those of one conversation share a memory.
        scope: where to look, for lines that do not say it themselves.
        step: called after each question.
    """
    memories: dict[str | int | None, Memory] = {}
    found = []
    text_of = _texts_of(library)
    for line in lines:
        seen = line.posed.scope(scope)
        memory = memories.get(line.conversation, Memory())
        answer, memory = library.ask(line.posed.to_ask, scope=seen, memory=memory)
        if line.conversation is not None:
            memories[line.conversation] = memory
        if line.gold is not None:
            found.append(_outcome(line.gold, answer, partial(text_of, seen.collections)))
        step()
    return found


def _texts_of(library: Library) -> Callable[[frozenset[str], str], str | None]:
    """Gives the text of an article by id, of the collections that may be seen."""

    @cache
    def text_of(collections: frozenset[str], article: str) -> str | None:
        found = library.articles(Scope(collections, frozenset({article})))
        return next((library.article(info.id, info.collection).text for info in found), None)

    return text_of


def _outcome(gold: Gold, answer: Answer, text_of: Callable[[str], str | None]) -> Outcome:
    wrong = wrong_with(gold, answer, text_of)
    withheld = answer.status != "answered" and bool(answer.citations)
    near = withheld and not wrong_with(gold, replace(answer, status="answered"), text_of)
    return Outcome(gold, answer, wrong, near)


def section(found: Sequence[Outcome]) -> Section:
    """The figures of all outcomes, and of each kind of question."""
    kinds: dict[str, dict[str, float | int | None]] = {
        kind: {"right": share.right, "of": share.of, "fraction": share.fraction}
        for kind, share in by_kind(found).items()
    }
    return Section("answers", "Answers", [_judged(one) for one in found], kinds=kinds)


def _judged(outcome: Outcome) -> JudgedAnswer:
    gold = outcome.gold
    answerable = gold.expect.status == "answered"
    right = answerable and (not outcome.wrong or outcome.near)
    name = f"{gold.id} ({gold.kind}): {gold.question}"
    return JudgedAnswer(outcome.answer, answerable, float(right), "; ".join(outcome.wrong), name, gold.kind)
