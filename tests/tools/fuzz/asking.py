"""Asking: questions understood, and answered as a page of Discord's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import strategies as st

from bot.render.answer_page import answer_page, context_page, told_page, which_story
from bot.render.limits import CONTENT
from bot.render.markdown import width
from bot.render.why_card import why_message
from bot.services.normalise import canonical
from index.article import article_from_text
from index.library import Library
from index.question.forms import understand_form
from index.question.model import Asked, Memory
from index.question.tokens import LONGEST
from index.question.understand import as_fact, understand
from index.speakers.directory import Directory
from index.statements.statement import Speaker
from tests.tools.fuzz.inputs import questions, texts
from tests.tools.fuzz.run import Target

_MEMORY = Memory(("Ada Park",), "the mill", "what_said")
_ARTICLES = (
    "Mill closes\n\n“The *mill* is old,” said Ada Park, the mayor of Brackwell. She denied that it had cost $4bn.\n",
    "Ferries\n\nTom Birch, who runs Example Ltd, said on Monday that two ferries would go. The report urged him to.\n",
    "@everyone [x](https://a.example)\n\n‘‘Who’’ said “`who`” said: <@7>. According to the WHO, 3.5% of “them” went.\n",
)


@cache
def _directory() -> Directory:
    people = [
        Speaker("Ada Park", "person", ("Park",), ("mayor of Brackwell",), ("Brackwell",), "she"),
        Speaker("Tom Birch", "person", (), ("CEO of Example Ltd",), ("Example Ltd",), "he"),
        Speaker("Example Ltd", "organisation", ("EL",)),
        Speaker("the report", "document"),
        Speaker("engineers", "group"),
    ]
    return Directory(people, ["the", "mill", "ferry", "harbour", "Park", "Birch", "said", "old", "closed"])


def check_question(text: str) -> None:
    """Whatever is asked is understood, the same each time; its one form stays as it is."""
    for memory in (Memory(), _MEMORY):
        found = understand(text, _directory(), memory)
        assert found == understand(text, _directory(), memory)
        assert isinstance(found.mended, str)
        as_fact(text, _directory(), memory)
    one = canonical(text)
    assert isinstance(one, str)
    assert canonical(one) == one
    assert len(one) <= LONGEST + 1


def check_form(form: Asked) -> None:
    """A form's question keeps its intent, whatever stands in it."""
    for memory in (Memory(), _MEMORY):
        assert understand_form(form, _directory(), memory).intent == form.intent
    canonical(form)


class _Conversation:
    """Articles to ask about."""

    def __init__(self, folder: Path) -> None:
        self._library = Library(folder)
        named = enumerate(_ARTICLES)
        self._library.add([article_from_text(text, id=f"a{number}") for number, text in named])
        self._texts = {info.id: self._library.article(info.id).text for info in self._library.articles()}

    def close(self) -> None:
        self._library.close()

    def check(self, asked: list[str | Asked]) -> None:
        """Each question is answered, word for word, on a page that Discord takes; and why can be told."""
        memory = Memory()
        for question in asked:
            answer, after, trace = self._library.why(question, memory=memory)
            assert self._library.ask(question, memory=memory)[0].text == answer.text
            memory = after
            json.dumps(answer.to_json(), allow_nan=False)
            assert 0 <= answer.score <= 1
            assert (answer.status == "not_found") == (answer.reason is not None)
            for one in answer.citations:
                assert self._texts[one.article][one.start : one.end] == one.quote
            places = [one.place for one in answer.citations]
            pages: list[Any] = [
                answer_page(answer, question=answer.question),
                told_page(self._library.tell(places)),
                context_page([found for place in places if (found := self._library.paragraph(place))], places),
            ]
            shown = [*(page.content for page in pages), which_story(answer) or "", why_message(trace, changed=True)]
            assert all(width(content) <= CONTENT for content in shown)


def targets(stack: ExitStack, models: Path | None) -> Iterator[Target]:
    """From the words to the page."""
    texts_of_questions = texts(questions())
    intents = st.sampled_from(["who_said", "what_said", "verify", "speakers"])
    forms = st.builds(Asked, intents, texts_of_questions, texts_of_questions)
    yield Target("questions", texts_of_questions, check_question, 100)
    yield Target("forms", forms, check_form, 100)
    folder = Path(stack.enter_context(TemporaryDirectory()))
    if models is not None:
        (folder / "models").symlink_to(models, target_is_directory=True)
    conversation = _Conversation(folder)
    stack.callback(conversation.close)
    asked = st.lists(st.one_of(texts_of_questions, texts_of_questions, forms), min_size=1, max_size=3)
    yield Target("answers", asked, conversation.check, 10)
