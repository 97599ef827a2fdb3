"""Reading files: .txt, .md, .html, .pdf and .docx into articles."""

from __future__ import annotations

import logging
import stat
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from index.article import MAX_BYTES, Article, ArticleError, article_from_text, canonical_text, check_size
from index.reading.text import markdown_title


@dataclass(frozen=True, slots=True)
class _Format:
    """A kind of file, read by `read(bytes, name)` of a module; loaded when needed, for most load slowly."""

    kind: str
    module: str
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

# these report on the terminal what is wrong with a file; here, an ArticleError does
_CHATTY = ("pypdf", "trafilatura", "htmldate", "courlan", "justext")


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
    data = _load(path, name)
    form = _FORMATS[path.suffix.lower()]
    for logger in _CHATTY:
        logging.getLogger(logger).setLevel(logging.CRITICAL + 1)
    read: Callable[[bytes, str], str] = import_module(f"{__name__}.{form.module}").read
    try:
        text = read(data, name)
    except ArticleError:
        raise
    except Exception as error:  # whatever a parser makes of a damaged file
        raise ArticleError(name, f"is damaged or not {form.kind}; open it in its program and save it again") from error
    text = canonical_text(text, name)
    return article_from_text(text, id=path.stem, title=form.title(text), source=source, collection=collection)


def _load(path: Path, name: str) -> bytes:
    """The bytes of a file of a format that is read here, and not too large."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ArticleError(name, "is a folder; name a file in it")
        if not stat.S_ISREG(status.st_mode):
            raise ArticleError(name, "is not a file; copy what it gives into a file and add that")
        if path.suffix.lower() not in _FORMATS:
            raise ArticleError(name, f"has a format that is not read here; use {', '.join(sorted(SUFFIXES))}")
        check_size(status.st_size, name)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # it may have grown since
    except ArticleError:
        raise
    except (FileNotFoundError, NotADirectoryError, ValueError):  # the last for a name that no file can have
        raise ArticleError(name, "does not exist; check its name and folder") from None
    except PermissionError:
        raise ArticleError(name, "may not be read; change its permissions or copy it") from None
    except OSError as error:
        raise ArticleError(name, f"cannot be read ({error.strerror}); check its name and folder") from None
    check_size(len(data), name)
    if not data:
        raise ArticleError(name, "is empty; give it some text to read")
    return data
