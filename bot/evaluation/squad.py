"""Questions on paragraphs, some of which look answerable and are not.

A line is `{"title", "question", "context", "answer", "start"}`: `answer` stands at `start` of `context`, and is null
where the paragraph does not answer, as in SQuAD 2.0 (Rajpurkar, Jia and Liang, "Know what you don't know: unanswerable
questions for SQuAD", 2018). More fields may be there.

Measured in two ways. Near-miss: the paragraph is all that can be seen, whether it answers or not. Off-topic: a question
that its paragraph answers is asked where all paragraphs can be seen, and where all of its title are hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from bot.evaluation.corpus import article_of, scope_of
from bot.evaluation.measures import share, token_f1
from bot.evaluation.report import JudgedAnswer, Section
from index.answer.contract import Answer
from index.article import Article, ArticleError, Span
from index.library import Library
from index.passages import sentences

_FIELDS = '"title", "question", "context", "answer" (null where the context does not answer) and "start"'


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """A question on a paragraph.

    Attributes:
        paragraph: as an article of its own.
        answer: as it stands in the paragraph; None where that does not answer.
        span: of the answer in the article's text.
    """

    title: str
    question: str
    paragraph: Article
    answer: str | None
    span: Span | None

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Self:
        """A line of a question file.

        Raises:
            ValueError: a field is missing or is not what it must be; the message is a sentence.
        """
        try:
            title, question, context = (str(fields[name]) for name in ("title", "question", "context"))
            answer, start = fields["answer"], fields.get("start")
        except KeyError as error:
            raise ValueError(f"it has no {error}; a question on a paragraph needs {_FIELDS}.") from None
        try:
            paragraph = article_of(context, title)
        except ArticleError as error:
            raise ValueError(f"its context cannot be used: {error}") from None
        if answer is None:
            return cls(title, question, paragraph, None, None)
        if not isinstance(answer, str) or not answer or not isinstance(start, int) or start < 0:
            raise ValueError('"answer" must be a text or null, and "start" its place in "context", a number.')
        span = start, start + len(answer)
        if paragraph.text[slice(*span)] != answer:
            raise ValueError(f'"answer" does not stand at character {start} of "context".')
        return cls(title, question, paragraph, answer, span)

    @property
    def articles(self) -> tuple[Article]:
        """What must be in the index."""
        return (self.paragraph,)

    def cites_sentence(self, answer: Answer) -> bool:
        """Whether the first citation, a refusal's nearest one too, touches the sentence that holds the right answer."""
        if self.span is None or not answer.citations or answer.citations[0].article != self.paragraph.id:
            return False
        text, first = self.paragraph.text, answer.citations[0]
        spans = (span for paragraph in self.paragraph.paragraphs for span in sentences(text, paragraph))
        return any(_overlap(span, self.span) and _overlap(span, (first.start, first.end)) for span in spans)


def asked(questions: Sequence[SquadQuestion]) -> int:
    """How many questions `measured` asks."""
    return len(questions) + 2 * sum(one.answer is not None for one in questions)


def measured(library: Library, questions: Sequence[SquadQuestion], step: Callable[[], None]) -> list[Section]:
    """Near-miss and off-topic; `step` is called after each question."""
    # in this order what is made once for a scope is not made again
    questions = sorted(questions, key=lambda one: (one.title, one.paragraph.id))
    return [_near_miss(library, questions, step), _off_topic(library, questions, step)]


def _near_miss(library: Library, questions: Sequence[SquadQuestion], step: Callable[[], None]) -> Section:
    judged: list[JudgedAnswer] = []
    for one in questions:
        answer, _ = library.ask(one.question, scope=scope_of([one.paragraph]))
        judged.append(_judged(one, answer, answerable=one.answer is not None))
        step()
    answerable = [one.answer is not None for one in questions]
    f1 = [token_f1(j.answer.short, [one.answer or ""]) for one, j in zip(questions, judged, strict=True)]
    answered = [a and j.answered for a, j in zip(answerable, judged, strict=True)]
    right = [one.right for one in judged]
    more = {
        "right_sentence": share(right, answerable),
        "right_sentence_answered": share(right, answered),
        "f1": share(f1, answerable),
        "f1_answered": share(f1, answered),
    }
    return Section("near_miss", "Near-miss", judged, more=more)


def _off_topic(library: Library, questions: Sequence[SquadQuestion], step: Callable[[], None]) -> Section:
    paragraphs = {one.paragraph.id: one for one in questions}.values()
    everything = scope_of(one.paragraph for one in paragraphs)
    without = {
        title: scope_of(one.paragraph for one in paragraphs if one.title != title)
        for title in {one.title for one in questions}
    }
    judged: list[JudgedAnswer] = []
    for one in questions:
        if one.answer is None:
            continue
        for scope, answerable in ((everything, True), (without[one.title], False)):
            answer, _ = library.ask(one.question, scope=scope)
            judged.append(_judged(one, answer, answerable=answerable))
            step()
    right = share([one.right for one in judged], [one.answerable for one in judged])
    return Section("off_topic", "Off-topic", judged, more={"right_sentence": right})


def _judged(question: SquadQuestion, answer: Answer, *, answerable: bool) -> JudgedAnswer:
    right = answerable and question.cites_sentence(answer)
    wrong = ""
    if not answerable:
        wrong = "answered, though no text that can be seen does" if answer.status == "answered" else ""
    elif answer.status != "answered":
        wrong = f"abstained ({answer.reason}); it is {question.answer!r}"
    elif not right:
        wrong = f"another sentence; it is {question.answer!r}"
    return JudgedAnswer(answer, answerable, float(right), wrong, f"{question.title}: {question.question}")


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
