"""The small grey lines that tell where words stand, and whose words they are. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.markdown import link, subtext
from index.answer.model import Citation
from index.statements.model import Directness

_TITLE = 100  # characters of Markdown
_MOST_TITLES = 2
_KINDS: dict[Directness | None, str] = {"direct": "quoted", "mixed": "partly quoted", "indirect": "reported", None: ""}


def source_line(citation: Citation, *, titled: bool) -> str:
    """Whether the words are quoted, reported or a denial, and where they stand.

    Args:
        citation: the words.
        titled: whether to name the article, and to say in full what "reported" means; False in a list of words.
    """
    kind, where = _KINDS[citation.directness], f"paragraph {citation.paragraph}"
    if kind == "reported" and titled:
        kind = "reported in the article's words"
    if citation.polarity == "denies":
        kind = f"denial, {kind}" if kind else "denial"
    if titled:
        title = link(citation.title, citation.source, _TITLE)
        return subtext(f"{_capital(kind)}: {title}, {where}" if kind else f"{title}, {where}")
    return subtext(_capital(f"{kind}, {where}" if kind else where))


def paragraph_line(title: str, source: str | None, number: int, *, goes_on: bool) -> str:
    """An article and the number of a paragraph in it, and whether the words go on behind it."""
    line = f"{link(title, source, _TITLE)}, paragraph {number}"
    return subtext(f"{line}; the words go on in the next" if goes_on else line)


def articles_line(citations: Sequence[Citation]) -> str:
    """The articles of several citations on one line: two of them, and how many others; "" for no citations."""
    found = {citation.sha256: citation for citation in reversed(citations)}
    first = [link(c.title, c.source, _TITLE) for c in reversed(found.values())][:_MOST_TITLES]
    others = len(found) - len(first)
    if others:
        first.append(f"{others} other article{'' if others == 1 else 's'}")
    listed = " and ".join([", ".join(first[:-1]), first[-1]] if first[1:] else first)
    return subtext(f"From {listed}") if listed else ""


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"
