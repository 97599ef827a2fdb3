"""Web pages: the article in them, without navigation, comments and scripts."""

from __future__ import annotations

import re

from htmldate import find_date
from trafilatura import bare_extraction, load_html

from index.article import ArticleError
from index.formats import text as plain_text

_MIN_CHARACTERS = 250  # below this, trafilatura itself no longer trusts its search for the main text
_MAX_TAGS = 20_000  # above this, its search would take minutes: the time grows with their square
_MAX_HEAD = 200_000  # characters, among which a page tells about itself
_MAX_LINK = 2_000  # characters
_CLUTTER = (
    "aside",
    "button",
    "footer",
    "form",
    "head",
    "iframe",
    "nav",
    "noscript",
    "script",
    "select",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
)
_COMMENTS = "//*[@id='comments' or contains(concat(' ', normalize-space(@class), ' '), ' comments ')]"
_CANONICAL = "//link[@rel='canonical']/@href"
_BLOCKS = (
    "address",
    "article",
    "blockquote",
    "body",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "td",
    "th",
    "tr",
    "ul",
)
_BREAK = "\u2029"  # ends a block while the lines of the page's source still are in the text
_TAG = re.compile("<[a-zA-Z]")


def read(data: bytes, name: str) -> str:
    """The main text of a page, a paragraph a line, the title first.

    Raises:
        ArticleError: the bytes are no text, or there is no main text among them.
    """
    page = plain_text.read(data, name)
    small = len(_TAG.findall(page)) <= _MAX_TAGS
    found = bare_extraction(page, include_comments=False, with_metadata=True) if small else None
    # a Document: only the deprecated `as_dict` gives a dictionary
    title, text = (None, "") if found is None or isinstance(found, dict) else (found.title, found.text or "")
    if len(text) < _MIN_CHARACTERS:
        plain = _all_lines(page)
        # no more than what was found: the same words, not torn apart at every link and emphasis
        if not text or 0 < len(plain) < 1.5 * len(text):
            text = plain
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    if not lines and page.strip():
        raise ArticleError(name, "holds no article; copy the article's words into a text file and add that")
    return "\n".join(_with_title(title, lines))


def about(data: bytes, name: str) -> tuple[str | None, str | None]:
    """The address that a page calls its own, as it stands there, and the date of its publication, YYYY-MM-DD.

    Raises:
        ArticleError: the bytes are no text.
    """
    tree = load_html(plain_text.read(data, name)[:_MAX_HEAD])
    if tree is None:
        return None, None
    link = next((str(href).strip() for href in tree.xpath(_CANONICAL)), "")
    # only what it declares: a date found somewhere in its text may be any
    return link[:_MAX_LINK] or None, find_date(tree, extensive_search=False, original_date=True)


def _all_lines(page: str) -> str:
    """All the text of a page, a block a line, or that of its one article or main part if it has one."""
    # wrapped, for a fragment is no page to trafilatura
    tree = load_html(f"<html><body>{page}</body></html>")
    if tree is None:
        return ""
    for element in [*tree.iter(*_CLUTTER), *tree.xpath(_COMMENTS)]:
        if element.getparent() is not None:
            element.drop_tree()
    parts = [part for tag in ("article", "main") if len(part := tree.findall(f".//{tag}")) == 1]
    root = parts[0][0] if parts else tree
    for element in tree.iter("pre"):
        element.text = (element.text or "").replace("\n", _BREAK)
    for element in root.iter(*_BLOCKS):
        element.text = _BREAK + (element.text or "")
        element.tail = _BREAK + (element.tail or "")
    blocks = (" ".join(block.split()) for block in str(root.text_content()).split(_BREAK))
    return "\n".join(block for block in blocks if block)


def _with_title(title: str | None, lines: list[str]) -> list[str]:
    """`lines` with the title in front, once."""
    title = " ".join((title or "").split())
    if not title or not lines:
        return lines
    # a page often puts the section or the date above its headline
    above = next((i for i, line in enumerate(lines[:4]) if line.casefold() == title.casefold()), None)
    return [title, *lines] if above is None else [lines[above], *lines[:above], *lines[above + 1 :]]
