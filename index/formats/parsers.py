"""What reads each kind of file that a parser is needed for: runs in a process of its own (see `apart`)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """What a file says.

    Attributes:
        text: a paragraph a line, the title first.
        link: the address that a web page calls its own, as it stands there.
        date: when a web page was published, as YYYY-MM-DD. What other files tell is when the file was made, if that:
            a Word file of today may well have the date of its template.
    """

    text: str
    link: str | None = None
    date: str | None = None


# these report on the terminal what is wrong with a file; here, an ArticleError does
_CHATTY = ("pypdf", "trafilatura", "htmldate", "courlan", "justext")


def read(kind: str, data: bytes, name: str) -> ParsedDocument:
    """Read a file of a kind of `PARSERS`.

    Raises:
        ArticleError: it cannot be read, with the reason. Anything else may be raised for a file that is damaged.
    """
    for logger in _CHATTY:
        logging.getLogger(logger).setLevel(logging.CRITICAL + 1)
    return PARSERS[kind](data, name)


def _text(data: bytes, name: str) -> ParsedDocument:
    from index.formats import text  # noqa: PLC0415 - only what is needed is loaded

    return ParsedDocument(text.read(data, name))


def _html(data: bytes, name: str) -> ParsedDocument:
    from index.formats import html  # noqa: PLC0415 - slow to load

    link, date = html.about(data, name)
    return ParsedDocument(html.read(data, name), link, date)


def _pdf(data: bytes, name: str) -> ParsedDocument:
    from index.formats import pdf  # noqa: PLC0415 - slow to load

    return ParsedDocument(pdf.read(data, name))


def _word(data: bytes, name: str) -> ParsedDocument:
    from index.formats import docx  # noqa: PLC0415 - slow to load

    return ParsedDocument(docx.read(data, name))


PARSERS: dict[str, Callable[[bytes, str], ParsedDocument]] = {"text": _text, "html": _html, "pdf": _pdf, "word": _word}
