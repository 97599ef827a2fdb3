"""Evidence: what stands near a statement, in paragraphs of any length."""

from __future__ import annotations

from itertools import pairwise
from unittest.mock import Mock

import pytest

from index.article import Article
from index.search import _LONG_PARAGRAPH, _STEP, Searcher
from index.statements.statement import Statement
from index.store.protocol import Scope, Store, StoredStatement

SENTENCE = "Ada Park said that mill {:06d} was old. "
TITLE = "Mills\n\n"


def searched(count: int) -> tuple[Article, Searcher]:
    """An article of one paragraph with so many statements."""
    text = TITLE + "".join(SENTENCE.format(number) for number in range(count)).strip()
    article, length = Article("mills", "Mills", text), len(SENTENCE.format(0))
    store = Mock(spec=Store)
    store.article.return_value = article
    starts = (len(TITLE) + number * length + text.index("mill ") - len(TITLE) for number in range(count))
    spans = [(start, start + len("mill 000000 was old")) for start in starts]
    said = [
        Statement((span,), "indirect", "Ada Park", cue="said", cue_span=(span[0] - 10, span[0] - 6)) for span in spans
    ]
    store.statements.return_value = [StoredStatement(n, 1, n, one) for n, one in enumerate(said)]
    return article, Searcher(store)


def test_in_a_paragraph_that_somebody_reads_all_of_it_is_near_each_of_its_statements() -> None:
    article, searcher = searched(_LONG_PARAGRAPH // len(SENTENCE.format(0)))
    assert {one.context for one in searcher.every_statement(Scope())} == {article.text.removeprefix(TITLE)}


def test_in_a_very_long_paragraph_what_is_near_grows_with_its_statements_not_with_their_square() -> None:
    _, searcher = searched(2500)
    found = searcher.every_statement(Scope())
    assert all(one.text in one.context for one in found)
    assert max(len(one.context) for one in found) <= 3 * _STEP
    assert max(len(one.nearby) for one in found) < 200
    assert len({one.context for one in found}) < 2500 * len(SENTENCE) / _STEP + 3


@pytest.mark.parametrize("count", [20, 2500])
def test_a_statement_stands_in_its_sentence_behind_the_one_before_however_long_the_paragraph(count: int) -> None:
    _, searcher = searched(count)
    pairs = [searcher.sentence_of(one) for one in searcher.every_statement(Scope())]
    assert [text for text, _ in pairs] == [SENTENCE.format(number).strip() for number in range(count)]
    assert [before for _, before in pairs[1:]] == [text for text, _ in pairs[:-1]]
    assert pairs[0][1] is None
    assert all(before != after for before, after in pairwise(text for text, _ in pairs))
