"""What people name to be read: files, folders, links, and what comes in from stdin."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.article import Article


STDIN = "-"
# how files start that are no plain text, and what their names would end with
_STARTS = {b"%PDF-": ".pdf", b"PK\x03\x04": ".docx", b"<!DOCTYPE": ".html", b"<!doctype": ".html", b"<html": ".html"}
_LOOKED_AT = 1024  # bytes
_LONGEST_ID = 40  # characters of a title


@dataclass(frozen=True, slots=True)
class InputSource:
    """An article somebody named.

    Attributes:
        name: what it is called where it is refused.
        read: reads it; raises ArticleError where that cannot be.
    """

    name: str
    read: Callable[[], Article]


def given(names: Iterable[str], data: Path | None) -> Iterator[InputSource]:
    """The named files and links; of folders, sorted, all files that have a readable ending and are not hidden.

    `data` is the data folder given on the command line, if one is.
    """
    from bot.fetching.addresses import is_link
    from index.formats import read_article

    read_link = None
    for name in names:
        if name == STDIN:
            yield InputSource("stdin", read_stdin)
        elif is_link(name):
            read_link = read_link or _link_reader(data)
            yield InputSource(name, partial(read_link, name))
        else:
            yield from (InputSource(file.name, partial(read_article, file)) for file in _files(Path(name)))


def read_stdin() -> Article:
    """The article that comes in: a text, or whatever its first bytes say it is. Its id is made from its title.

    Raises:
        ArticleError: it cannot be read as an article.
    """
    from index.article import MAX_BYTES, clean_title, safe_id
    from index.formats import read_bytes

    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    ending = next((ending for start, ending in _STARTS.items() if data[:_LOOKED_AT].lstrip().startswith(start)), ".txt")
    article = read_bytes(data, f"stdin{ending}").article
    return replace(article, id=safe_id(_start(clean_title(article.title)).lower()))


def _start(title: str) -> str:
    return title if len(title) <= _LONGEST_ID else title[:_LONGEST_ID].rpartition(" ")[0] or title[:_LONGEST_ID]


def _files(path: Path) -> Iterator[Path]:
    from index.formats import SUFFIXES

    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        shown = (Path(folder, name) for name in sorted(names) if not name.startswith("."))
        yield from (file for file in shown if file.suffix.lower() in SUFFIXES)


def _link_reader(data: Path | None) -> Callable[[str], Article]:
    """Reads what a link leads to, where the settings let it."""
    from bot.config import load_settings
    from bot.fetching import Fetcher
    from index.article import ArticleError

    fetcher, allowed = Fetcher(), load_settings(data).links

    def read(link: str) -> Article:
        if not allowed:
            why = "is a link, and WUZHEN_LINKS=false turns links off; add its text as a file, or change the setting"
            raise ArticleError(link, why)
        return fetcher.fetch_now(link)

    return read
