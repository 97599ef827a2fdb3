"""Word documents (.docx): paragraphs and table cells, a line each."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile, ZipInfo

import docx
from docx.oxml.ns import qn

from index.article import ArticleError

_MAX_UNPACKED = 50_000_000  # bytes: a small file may hold a huge one
_MAX_PARTS = 5_000  # a document with a picture on each of its thousand pages has fewer
_MAX_TAGS = 2_000_000  # each takes some 200 bytes when read
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how old and password-protected Office files begin
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def read(data: bytes, name: str) -> str:
    """The text of the document's body in its order, a paragraph a line.

    Raises:
        ArticleError: the file is encrypted, or unpacks to more than can be read. Anything else may be raised for a
            file that is damaged.
    """
    if data.startswith(_OLE):
        raise ArticleError(name, "is encrypted or an old Word file; save it without a password as .docx")
    with ZipFile(BytesIO(data)) as archive:
        if len(archive.infolist()) > _MAX_PARTS:
            raise ArticleError(name, f"has more than {_MAX_PARTS:,} parts; save its text alone and add that")
        if sum(member.file_size for member in archive.infolist()) > _MAX_UNPACKED:
            limit = _MAX_UNPACKED // 1_000_000
            raise ArticleError(name, f"unpacks to more than {limit} MB; save its text alone and add that")
        if sum(archive.read(member).count(b"<") for member in archive.infolist() if _is_markup(member)) > _MAX_TAGS:
            raise ArticleError(name, f"holds more than {_MAX_TAGS:,} tags; save its text alone and add that")
    # python-docx's own list of paragraphs leaves out those in tables, text boxes and form fields
    body = docx.Document(BytesIO(data)).element.body
    lines = (" ".join(_paragraph(element).split()) for element in _elements(body, "w:p"))
    return "\n".join(line for line in lines if line)


def _is_markup(member: ZipInfo) -> bool:
    return member.filename.endswith((".xml", ".rels"))


def _elements(root: Any, tag: str) -> Iterator[Any]:
    """The elements of that kind as they stand in the document now.

    That is without what a tracked change moved away, and without the copies that older programs are given.
    """
    gone = (_FALLBACK, qn("w:moveFrom"))
    return (element for element in root.iter(qn(tag)) if not any(True for _ in element.iterancestors(*gone)))


def _paragraph(element: Any) -> str:
    """A paragraph's text with what was inserted into it, but without the text boxes that hang on it."""
    runs = _elements(element, "w:r")
    return "".join(run.text for run in runs if next(run.iterancestors(element.tag)) is element)
