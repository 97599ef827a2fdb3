"""Questions to measure with, made from the articles that are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from bot.errors import Refused

if TYPE_CHECKING:
    from index.answer.contract import Answer
    from index.article import Article
    from index.library import Library

_ASKED_ABOUT = 20  # articles at most
_FACTS = 20  # questions at most: each takes as long as a dozen others
_WORDS = 8  # of a paragraph, to ask about
_FACT_FORMS = ("When was it that {}?", "What is known about {}?")


def told(library: Library) -> list[str]:
    """Questions that statements answer, and the trained reader has no part in: who said it, what did they say.

    Raises:
        Refused: there is no article, or nobody says anything in them.
    """
    asked = {question for words in _openings(library) for question in _about_speakers(library, words)}
    if found := unread(library, sorted(asked)):
        return found
    raise Refused("Nobody says anything in the articles to measure with: add one with `wuzhen add`.")


def _about_speakers(library: Library, words: str) -> Iterator[str]:
    who = f"Who said {words}?"
    yield who
    answer, _ = library.ask(who)
    for name in {citation.speaker for citation in answer.citations if citation.speaker}:
        yield from (f"What did {name} say?", f"Did {name} say {words}?")


def unread(library: Library, questions: Iterable[str]) -> list[str]:
    """Those of the questions that the trained reader has no part in."""
    return [question for question in questions if not _may_be_read(library.ask(question)[0])]


def _may_be_read(answer: Answer) -> bool:
    """Whether the reader may have been asked: for a sentence, or for the short answer in a single statement."""
    if answer.status == "not_found" or answer.intent == "fact":
        return True
    return answer.intent == "what_said" and len(answer.citations) == 1


def facts(library: Library) -> list[str]:
    """Questions that the trained reader reads sentences for.

    Raises:
        Refused: there is no article.
    """
    asked = (form.format(words) for words in _openings(library) for form in _FACT_FORMS)
    return list(islice((question for question in asked if library.ask(question)[0].intent == "fact"), _FACTS))


def _openings(library: Library) -> Iterator[str]:
    """The first words of the paragraphs; a heading is none, but for an article that is nothing else."""
    for article in articles_in(library)[:_ASKED_ABOUT]:
        for start, end in article.paragraphs[1:] or article.paragraphs:
            yield " ".join(article.text[start:end].split()[:_WORDS])


def articles_in(library: Library) -> list[Article]:
    """All articles.

    Raises:
        Refused: there is none.
    """
    known = [library.article(info.id) for info in library.articles()]
    if not known:
        raise Refused("There is no article to measure with: add one with `wuzhen add`.")
    return known
