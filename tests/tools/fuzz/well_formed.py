"""What statements of any text hold, whatever the text."""

from __future__ import annotations

from index.article import Article
from index.statements.explain import explain
from index.statements.extract import Extraction, extract
from index.statements.statement import LONGEST_NAME, Statement
from index.statements.wording import with_conjunction


def extracted(text: str) -> Extraction:
    """What people said in a text."""
    return next(iter(extract([Article("a", "", text)])))


def check_statements(found: Extraction) -> None:
    """AssertionError where the statements of an article are not what they promise to be."""
    names = {speaker.name for speaker in found.speakers}
    assert all(0 < len(name) <= LONGEST_NAME for name in names)
    assert [s.span for s in found.statements] == sorted(s.span for s in found.statements)
    for statement in found.statements:
        _check_spans(found, statement)
        assert statement.speaker is None or statement.speaker in names
        assert 0 <= statement.confidence <= 1
        assert statement.rule


def _check_spans(found: Extraction, statement: Statement) -> None:
    text = found.article.text
    at = 0
    for start, end in statement.fragments:
        assert at <= start < end <= len(text)
        at = end
    for words, span in ((statement.mention, statement.mention_span), (statement.cue, statement.cue_span)):
        assert (words is None) == (span is None)
        if span is not None:
            assert 0 <= span[0] < span[1] <= len(text)
            assert text[slice(*span)] == words
    if statement.mention_span is not None:
        low, high = statement.mention_span
        assert not any(start < high and low < end for start, end in statement.fragments)
    if statement.addressee is not None:
        assert statement.addressee in text
        who = next((speaker for speaker in found.speakers if speaker.name == statement.speaker), None)
        assert statement.addressee not in (statement.mention, *((who.name, *who.aliases) if who else ()))


def check_explained(found: Extraction) -> None:
    """AssertionError where a statement is not explained, or not told with its conjunction."""
    reasons = [reason for reason in explain(found.article) if not reason.dropped]
    assert sorted(reason.speaker or "" for reason in reasons) == sorted(s.speaker or "" for s in found.statements)
    for statement in found.statements:
        (start, end), *others = with_conjunction(found.article.text, statement.fragments)
        assert start <= statement.fragments[0][0]
        assert ((statement.fragments[0][0], end), *others) == statement.fragments
