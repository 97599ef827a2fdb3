"""Questions on single sentences of news.

A line is `{"id", "kind", "question", "sentence", "answers"}`, and any of `answers` is right: the questions of QAMR
(Michael et al., "Crowdsourcing question-answer meaning representations", 2018) that ask who said something, or what
somebody said. More fields may be there.

Measured in two ways: the sentence is all that can be seen, and all sentences of the file can be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from bot.evaluation.answer_scoring import TOTAL
from bot.evaluation.corpus import article_of, scope_of
from bot.evaluation.measures import share, token_f1
from bot.evaluation.report import Figure, JudgedAnswer, Section
from index.answer.contract import Answer
from index.article import Article, ArticleError
from index.library import Library

_FIELDS = '"id", "kind", "question", "sentence" and "answers"'
_HALF = 0.5  # a smaller overlap is shown among the errors


@dataclass(frozen=True, slots=True)
class QamrQuestion:
    """A question on a sentence, which is an article of its own; any of `answers` is right."""

    id: str
    kind: str
    question: str
    sentence: Article
    answers: tuple[str, ...]

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Self:
        """A line of a question file.

        Raises:
            ValueError: a field is missing or is not what it must be; the message is a sentence.
        """
        try:
            name, kind, question, text = (str(fields[field]) for field in ("id", "kind", "question", "sentence"))
            answers = fields["answers"]
        except KeyError as error:
            raise ValueError(f"it has no {error}; a question on a sentence needs {_FIELDS}.") from None
        if not isinstance(answers, list) or not answers or not all(isinstance(one, str) for one in answers):
            raise ValueError('"answers" must be a list of texts, one or more.')
        try:
            sentence = article_of(text, "sentence")
        except ArticleError as error:
            raise ValueError(f"its sentence cannot be used: {error}") from None
        return cls(name, kind, question, sentence, tuple(answers))

    @property
    def articles(self) -> tuple[Article]:
        """What must be in the index."""
        return (self.sentence,)


def asked(questions: Sequence[QamrQuestion]) -> int:
    """How many questions `measured` asks."""
    return 2 * len(questions)


def measured(library: Library, questions: Sequence[QamrQuestion], step: Callable[[], None]) -> list[Section]:
    """With the sentence known, and among all of them; `step` is called after each question."""
    everything = scope_of(one.sentence for one in questions)
    known: list[JudgedAnswer] = []
    together: list[JudgedAnswer] = []
    for one in sorted(questions, key=lambda one: one.sentence.id):  # what is made once for a scope is not made again
        for scope, judged in ((scope_of([one.sentence]), known), (everything, together)):
            answer, _ = library.ask(one.question, scope=scope)
            judged.append(_judged(one, answer))
            step()
    return [_section("known", "Sentence known", known), _section("together", "All sentences", together)]


def _judged(question: QamrQuestion, answer: Answer) -> JudgedAnswer:
    f1 = token_f1(answer.short, question.answers)
    given = f"abstained ({answer.reason})" if answer.status != "answered" else f"short answer {answer.short!r}"
    wrong = f"{given}; it is {' / '.join(question.answers)!r}" if f1 < _HALF or answer.status != "answered" else ""
    name = f"{question.id} ({question.kind}): {question.question}"
    return JudgedAnswer(answer, answerable=True, right=f1, wrong=wrong, name=name, kind=question.kind)


def _section(name: str, title: str, judged: Sequence[JudgedAnswer]) -> Section:
    kinds = {kind: _figures([one for one in judged if one.kind == kind]) for kind in sorted({j.kind for j in judged})}
    return Section(name, title, judged, kinds=kinds | {TOTAL: _figures(judged)})


def _figures(judged: Sequence[JudgedAnswer]) -> dict[str, Figure]:
    answered, f1 = share([one.answered for one in judged]), share([one.right for one in judged])
    return {"questions": len(judged), "answered": answered, "f1": f1}
