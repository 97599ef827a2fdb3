"""PDF: the lines on the pages put together again to paragraphs."""

from __future__ import annotations

import re
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from math import hypot
from typing import Any

from pypdf import PageObject, PasswordType, PdfReader
from pypdf.errors import DependencyError, LimitReachedError

from index.article import ArticleError, check_size

_MAX_SECONDS = 30  # a file can be made so that reading it takes for ever
_ENCRYPTED = "is encrypted; save a copy without a password and add that"
_TAIL = 2048  # bytes at the end of a file, among which its end mark stands if it is whole

_SENTENCE_END = re.compile(r"[.!?:…]['\"’”»)\]]*$")
_PAGE_NUMBER = re.compile(r"\W*(?:page\s*)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?\W*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BULLETS = "•‣▪●◦"
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
# what tells a compound, which keeps the hyphen at a line's end, from a word broken there
_COMPOUND_HEADS = frozenset({"full", "half", "high", "long", "low", "self", "vice", "well", "year"})
_COMPOUND_TAILS = frozenset({"backed", "based", "led", "made", "old", "owned", "related", "sized", "term", "wide"})

# of the usual distance between lines of that size: more may be, or surely is, a new paragraph
_GAP, _WIDE_GAP = 1.15, 1.8
# of the width of the lines around: a line that had room for the next word was ended on purpose; less room is
# needed to say so after a sentence or before a gap
_ROOM_AFTER, _ROOM = 0.85, 0.6


@dataclass(frozen=True, slots=True)
class _Line:
    """A line on its page: `x` runs along the writing, `y` upwards, `size` is that of the letters."""

    page: int
    x: float
    y: float
    size: float
    text: str


def read(data: bytes, name: str) -> str:
    """The text of a PDF, a paragraph a line, without running heads and page numbers.

    Raises:
        ArticleError: the file is encrypted, cut off, holds no text, or more than can be read. Anything else
            may be raised for a file that is damaged.
    """
    if b"%%EOF" not in data.rstrip(b"\0\r\n\t ")[-_TAIL:]:
        raise ArticleError(name, "is no PDF or only a part of one; get the whole file again")
    try:
        reader = PdfReader(BytesIO(data))
        # files that anybody may read are often encrypted too, with an empty password
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise ArticleError(name, _ENCRYPTED)
        pages = _read_pages(reader, name)
    except (DependencyError, NotImplementedError):  # a cipher that pypdf cannot do on this machine, for one
        if b"/Encrypt" in data:
            raise ArticleError(name, _ENCRYPTED) from None
        raise
    except LimitReachedError:  # of pypdf's, on what a stream unpacks to and on how deep things lie in each other
        raise ArticleError(name, "unpacks to more than can be read; save its text alone and add that") from None
    if not any(character.isalpha() for page in pages for line in page for character in line.text):
        raise ArticleError(name, "holds no text (a scan, perhaps); add its text after text recognition (OCR)")
    return "\n".join(_paragraphs([line for page in _without_edges(pages) for line in page]))


def _read_pages(reader: PdfReader, name: str) -> list[list[_Line]]:
    pages: list[list[_Line]] = []
    size, deadline = 0, time.monotonic() + _MAX_SECONDS
    for number, page in enumerate(reader.pages):
        pages.append(_lines(page, number))
        size += sum(len(line.text) for line in pages[-1])
        check_size(size, name)
        if time.monotonic() > deadline:
            raise ArticleError(name, f"takes more than {_MAX_SECONDS} s to read; save its text alone and add that")
    return pages


def _lines(page: PageObject, number: int) -> list[_Line]:
    """The lines of a page in the order in which it draws them."""
    lines: list[list[_Line]] = []  # each in the pieces that pypdf hands out
    ended = True

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], _font: Any, size: float) -> None:
        nonlocal ended
        if text.strip():
            piece = _piece(number, text, cm, tm, size)
            if ended or abs(piece.y - lines[-1][-1].y) > 0.8 * max(piece.size, lines[-1][-1].size):
                lines.append([])
            lines[-1].append(piece)
            ended = False
        elif lines and not ended and text:  # the blank between two pieces
            last = lines[-1][-1]
            lines[-1][-1] = _Line(last.page, last.x, last.y, last.size, last.text + " ")
        ended = ended or text.endswith("\n")

    page.extract_text(visitor_text=visit)
    return [line for line in map(_whole, lines) if line.text]


def _piece(page: int, text: str, cm: Sequence[float], tm: Sequence[float], size: float) -> _Line:
    """A piece of text, placed by the text matrix `tm` inside the page's matrix `cm` (PDF 32000-1, 9.4.4)."""
    right = (tm[0] * cm[0] + tm[1] * cm[2], tm[0] * cm[1] + tm[1] * cm[3])
    up = (tm[2] * cm[0] + tm[3] * cm[2], tm[2] * cm[1] + tm[3] * cm[3])
    x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
    y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
    length = hypot(*right) or 1.0
    cos, sin = right[0] / length, right[1] / length
    # turned, so that a page on its side reads like any other
    return _Line(page, x * cos + y * sin, y * cos - x * sin, abs(size) * hypot(*up), _clean(text))


def _clean(text: str) -> str:
    # fonts may name letters as two surrogates
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = _LIGATURE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return _CONTROL.sub("", text)


def _whole(pieces: Sequence[_Line]) -> _Line:
    """One line of its pieces, placed by the longest: the others may be footnote marks."""
    main = max(pieces, key=lambda piece: len(piece.text))
    return _Line(main.page, pieces[0].x, main.y, main.size, " ".join("".join(p.text for p in pieces).split()))


def _without_edges(pages: Sequence[Sequence[_Line]]) -> Sequence[Sequence[_Line]]:
    """The pages without what returns at their upper or lower edge, and without page numbers there."""
    edges = [{id(line) for line in _edge_lines(page)} for page in pages]
    seen = Counter(
        key
        for page, edge in zip(pages, edges, strict=True)
        for key in {_key(line) for line in page if id(line) in edge}
    )
    # left and right pages often have heads of their own
    often = max(2, 0.4 * len(pages))

    def is_furniture(line: _Line) -> bool:
        return len(pages) > 1 and (seen[_key(line)] >= often or bool(_PAGE_NUMBER.fullmatch(line.text)))

    inner = [
        [line for line in page if not (id(line) in edge and is_furniture(line))]
        for page, edge in zip(pages, edges, strict=True)
    ]
    return inner if any(inner) else pages


def _edge_lines(page: Sequence[_Line]) -> list[_Line]:
    down = sorted(page, key=lambda line: -line.y)
    return down[:2] + down[-2:]


def _key(line: _Line) -> tuple[str, int, int]:
    """The same for lines that repeat, the numbers in them aside, at one place of different pages."""
    return re.sub(r"\d+", "0", line.text), round(line.size), round(line.y)


def _paragraphs(lines: Sequence[_Line]) -> Iterable[str]:
    leading = _leading(lines)
    words = {word.casefold() for line in lines for word in _WORD.findall(line.text)}
    paragraph: list[_Line] = []
    for i, line in enumerate(lines):
        if paragraph and _starts_paragraph(lines, i, leading[round(line.size)]):
            yield _joined(paragraph, words)
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield _joined(paragraph, words)


def _leading(lines: Sequence[_Line]) -> defaultdict[int, float]:
    """By letter size, the distance between the lines inside a paragraph, in letter sizes."""
    distances: defaultdict[int, Counter[float]] = defaultdict(Counter)
    for above, below in pairwise(lines):
        if above.page == below.page and round(above.size) == round(below.size) and above.size > 0:
            distance = (above.y - below.y) / above.size
            if 0.5 < distance < 4:
                distances[round(above.size)][round(distance * 20) / 20] += 1
    leading: defaultdict[int, float] = defaultdict(lambda: 1.2)
    for size, counts in distances.items():
        # paragraphs of one line may outnumber the others, so: the smallest that is no exception
        leading[size] = min(
            distance for distance, n in counts.items() if n >= 0.15 * counts.total() or n == max(counts.values())
        )
    return leading


def _starts_paragraph(lines: Sequence[_Line], i: int, leading: float) -> bool:
    above, line = lines[i - 1], lines[i]
    if abs(above.size - line.size) > 0.1 * max(above.size, line.size) or line.text[0] in _BULLETS:
        return True
    ended = bool(_SENTENCE_END.search(above.text))
    if not ended and line.text[0].islower():
        return False
    if line.page != above.page or line.y >= above.y:  # the next page or column: its place tells nothing
        return ended
    around = [other for other in lines[max(0, i - 4) : i + 4] if other.page == line.page]
    width = max(len(other.text) for other in around)
    needed = len(above.text) + 1 + len(line.text.split(" ", 1)[0])
    gap = (above.y - line.y) / (leading * line.size or 1.0)
    had_room = needed < (_ROOM_AFTER if ended or gap > _GAP else _ROOM) * width
    margin = min(other.x for other in around if abs(other.x - line.x) < 5 * line.size)
    indented = line.x - margin > 0.7 * line.size
    return had_room or gap > _WIDE_GAP or (ended and (indented or gap > _GAP))


def _joined(paragraph: Sequence[_Line], words: set[str]) -> str:
    text = paragraph[0].text
    for line in paragraph[1:]:
        text = _join(text, line.text, words)
    return text


def _join(text: str, following: str, words: set[str]) -> str:
    """Two lines of a paragraph as one, with the word whole that was broken between them."""
    if text.endswith(("\u00ad", "\u2010")):  # what automatic hyphenation puts there
        return text[:-1] + following
    if not re.search(r"\w[-–—]$", text):
        return f"{text} {following}"
    head, tail = _WORD.findall(text), _WORD.match(following)
    if text[-1] == "-" and head and text[-2].isalpha() and tail and following[0].islower():
        first, rest = head[-1].casefold(), tail[0].casefold()
        compound = f"{first}-{rest}" in words or "-" in first or first in _COMPOUND_HEADS or rest in _COMPOUND_TAILS
        if first + rest in words or not compound:
            return text[:-1] + following
    return text + following
