"""The small grey lines that tell where words stand, and whose words they are. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.render.markdown import link, subtext
from index.answer.contract import Citation
from index.phrases import Phrases

_TITLE = 100  # characters of Markdown
_MOST_TITLES = 2


def source_line(citation: Citation, phrases: Phrases, *, titled: bool) -> str:
    """Whether the words are quoted, reported or a denial, and where they stand.

    Args:
        citation: the words.
        phrases: those of the reply's language.
        titled: whether to name the article, and to say in full what "reported" means; False in a list of words.
    """
    kind, where = _kind(citation, phrases, titled=titled), phrases("paragraph", number=citation.paragraph)
    if titled:
        source = phrases("source_titled", title=link(citation.title, citation.source, _TITLE), where=where)
        return subtext(phrases("source_full", kind=_capital(kind), source=source) if kind else source)
    return subtext(_capital(phrases("source_kind", kind=kind, where=where) if kind else where))


def _kind(citation: Citation, phrases: Phrases, *, titled: bool) -> str:
    """Whether the words are quoted, reported or a denial; "" for the writer's own."""
    key = {"direct": "kind_direct", "mixed": "kind_mixed", "indirect": "kind_indirect"}.get(citation.directness or "")
    if key == "kind_indirect" and titled:
        key = "kind_indirect_full"
    kind = phrases(key) if key else ""
    if citation.polarity != "denies":
        return kind
    return phrases("denial_kind", kind=kind) if kind else phrases("denial")


def paragraph_line(title: str, source: str | None, number: int, phrases: Phrases, *, goes_on: bool) -> str:
    """An article and the number of a paragraph in it, and whether the words go on behind it."""
    where = phrases("paragraph", number=number)
    line = phrases("source_titled", title=link(title, source, _TITLE), where=where)
    return subtext(phrases("words_go_on", line=line) if goes_on else line)


def articles_line(citations: Sequence[Citation], phrases: Phrases) -> str:
    """The articles of several citations on one line: two of them, and how many others; "" for no citations."""
    found = {citation.sha256: citation for citation in reversed(citations)}
    first = [link(c.title, c.source, _TITLE) for c in reversed(found.values())][:_MOST_TITLES]
    others = len(found) - len(first)
    if others:
        first.append(phrases("other_articles", count=others))
    return subtext(phrases("from_articles", titles=phrases.listed(first))) if first else ""


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"
