"""Reading files: .txt, .md, .html, .pdf and .docx into articles.

What needs a parser is read in a process of its own, with limits of time and memory (see `apart`).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from index.article import (
    MAX_BYTES,
    Article,
    ArticleError,
    article_from_text,
    canonical_text,
    check_size,
    plausible_day,
)
from index.formats.parsers import ParsedDocument
from index.formats.sandbox import DamagedError, read_apart
from index.formats.text import markdown_title


@dataclass(frozen=True, slots=True)
class _Format:
    """A kind of file, as people call it and as `index.formats.parsers` does."""

    kind: str
    parser: str
    title: Callable[[str], str] = lambda text: ""  # noqa: ARG005 - the article takes its first line


_TEXT = _Format("a text", "text")
_MARKDOWN = _Format("Markdown", "text", markdown_title)
_HTML = _Format("a web page", "html")
_FORMATS = {
    ".txt": _TEXT,
    ".text": _TEXT,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".html": _HTML,
    ".htm": _HTML,
    ".pdf": _Format("a PDF", "pdf"),
    ".docx": _Format("a Word document", "word"),
}

SUFFIXES = frozenset(_FORMATS)
"""The endings of the files that can be read, in lower case."""

_NO_FILE = "is not a file; copy what it gives into a file and add that"
_NO_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # the one not on Windows, the other only there


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article, and what its file tells about it besides.

    Attributes:
        link: the address that a web page calls its own, as it stands there: anybody can write anything.
    """

    article: Article
    link: str | None = None


def read_article(path: str | Path, *, collection: str = "public", source: str | None = None) -> Article:
    """Read a file into an article; its id is made from the file's stem (see `safe_id`).

    Args:
        path: a file whose ending, in any case, is one of `SUFFIXES`.
        collection: who may see the article.
        source: where it comes from.

    Raises:
        ArticleError: the file cannot be read as an article; says which file, why, and what to do.
    """
    path = Path(path)
    name = path.name or str(path)
    return read_bytes(_load(path, name), name, collection=collection, source=source).article


def read_bytes(data: bytes, name: str, *, collection: str = "public", source: str | None = None) -> ReadArticle:
    """Read what stands in a file, one that was sent say. Takes up to `apart.MAX_SECONDS`: not for an event loop.

    Args:
        data: all of the file.
        name: the file's, whose ending, in any case, is one of `SUFFIXES`; the article's id is made from its stem.
        collection: who may see the article.
        source: where it comes from.

    Raises:
        ArticleError: it cannot be read as an article; says which file, why, and what to do.
    """
    form = _format(name)
    check_size(len(data), name)
    if not data:
        raise ArticleError(name, "is empty; give it some text to read")
    page = _page(form, data, name)
    text = canonical_text(page.text, name)
    title = form.title(text)
    article = article_from_text(text, id=PurePath(name).stem, title=title, source=source, collection=collection)
    return ReadArticle(replace(article, published=plausible_day(page.date)), page.link)


def _page(form: _Format, data: bytes, name: str) -> ParsedDocument:
    if form.parser == "text":
        try:
            return ParsedDocument(data.decode())  # most are that, and need no parser
        except UnicodeDecodeError:
            pass
    try:
        return read_apart(form.parser, data, name)
    except DamagedError as error:
        raise ArticleError(name, f"is damaged or not {form.kind}; open it in its program and save it again") from error


def _format(name: str) -> _Format:
    form = _FORMATS.get(PurePath(name).suffix.lower())
    if form is None:
        raise ArticleError(name, f"has a format that is not read here; use {', '.join(sorted(SUFFIXES))}")
    return form


def _load(path: Path, name: str) -> bytes:
    """The bytes of a file of a format that is read here, and not too large."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ArticleError(name, "is a folder; name a file in it")
        if not stat.S_ISREG(status.st_mode):
            raise ArticleError(name, _NO_FILE)
        _format(name)
        check_size(status.st_size, name)
        # not waiting for what it may have become since, a pipe say
        with open(os.open(path, os.O_RDONLY | _NO_WAIT), "rb") as file:  # noqa: PTH123 - a path has no flags
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise ArticleError(name, _NO_FILE)
            data = file.read(MAX_BYTES + 1)  # it may have grown
    except ArticleError:
        raise
    except (FileNotFoundError, NotADirectoryError, ValueError):  # the last for a name that no file can have
        raise ArticleError(name, "does not exist; check its name and folder") from None
    except PermissionError:
        raise ArticleError(name, "may not be read; change its permissions or copy it") from None
    except OSError as error:
        raise ArticleError(name, f"cannot be read ({error.strerror}); check its name and folder") from None
    return data
