"""Provenance lines: where an article says what it was made from. They are its sources, nobody's statement."""

from __future__ import annotations

import re

from index.article import Article, Span

# "This article is based on reports by …", "Additional reporting by …", "(Reporting by …; editing by …)", "Sources: …"
_LINE = re.compile(
    r"[-–—(\[*_\s]*(?:"
    r"this (?:article|story|report|page|piece|text)(?: was| is| has been)? .{0,30}?"
    r"(?:based|compiled|adapted|translated|taken|sourced)\b"
    r"|(?:with )?(?:additional |further )?reporting (?:by|from)\b"
    r"|(?:written|edited|compiled) by\b"
    r"|(?:sources?|references|related (?:news|stories))\s*:"
    r"|(?:based on|with) (?:reports?|material|information|files?) (?:by|from)\b"
    r")",
    re.IGNORECASE,
)
_LONGEST = 400  # characters; a longer paragraph tells a story


def provenance(article: Article) -> tuple[Span, ...]:
    r"""The paragraphs that name the article's sources, in order.

    >>> text = "The mill burned down.\n\nThis article is based on reports by the Example Herald."
    >>> [text[start:end] for start, end in provenance(Article("a", "", text))]
    ['This article is based on reports by the Example Herald.']
    """
    lines = (span for span in article.paragraphs if span[1] - span[0] <= _LONGEST)
    return tuple(span for span in lines if _LINE.match(article.text, *span))
