"""Articles: a canonical text, and what is known about it. All spans point into such a text."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

Span = tuple[int, int]

MAX_BYTES = 10_000_000  # of a file, and of a canonical text in UTF-8
MAX_TITLE = 200  # characters

_FIRST_DAY = date(1600, 1, 1)  # newspapers are hardly older
_AHEAD = timedelta(days=1)  # it may be tomorrow already where an article comes from

# the lines of a text without the blank ones and without the blanks round them; only "\n" ends a line
_PARAGRAPH = re.compile(r"\S(?:[^\n]*\S)?")
_UNSAFE_IN_ID = re.compile(r"[^\w.-]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# controls without meaning in a text, replacement characters, and the private characters of odd fonts
_NOISE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")
# controls, what turns the writing round, what has no width: in a title they only deceive
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_MAX_NOISE = 0.1  # the share of a text above which it is no text


class ArticleError(ValueError):
    """An article that cannot be used. As a string, one sentence: which file, why, and what to do.

    Args:
        name: what the reader calls the article, usually the name of its file.
        reason: the rest of the sentence, from the verb on, without the full stop.
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name, reason)
        self.name = name
        self.reason = reason

    def __str__(self) -> str:
        shown = "".join(character if character.isprintable() else "?" for character in self.name)
        return f"{shown} {self.reason}."


@dataclass(frozen=True, slots=True)
class Article:
    """One text and what is known about it.

    Attributes:
        id: unique in its collection.
        text: canonical: decoded, without byte order mark and carriage returns; spans count its code points.
        source: where the article comes from (a URL, say), as its giver put it.
        collection: who may see it: "public", or "guild:<id>".
        published: the day when it was published, as YYYY-MM-DD, where that is known (see `plausible_day`).
    """

    id: str
    title: str
    text: str
    source: str | None = None
    collection: str = "public"
    published: str | None = None

    @property
    def sha256(self) -> str:
        """The SHA-256 of the text in UTF-8, in 64 hexadecimal digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def paragraphs(self) -> tuple[Span, ...]:
        """The non-blank lines of the text, without the blanks at their ends, in order."""
        return _paragraphs(self.text)

    def paragraph_of(self, offset: int) -> int:
        """The number, from 1, of the paragraph at `offset`; between two paragraphs, of the one before.

        Raises:
            IndexError: `offset` is not in 0..len(text).
        """
        if not 0 <= offset <= len(self.text):
            raise IndexError(f"offset {offset} is not inside a text of {len(self.text)} characters")
        return max(1, bisect_right(self.paragraphs, offset, key=lambda span: span[0]))


@lru_cache(maxsize=16)
def _paragraphs(text: str) -> tuple[Span, ...]:
    return tuple(match.span() for match in _PARAGRAPH.finditer(text))


def article_from_text(
    text: str,
    *,
    id: str,  # noqa: A002 - an article's id is called so everywhere
    title: str | None = None,
    source: str | None = None,
    collection: str = "public",
) -> Article:
    """Make an article of a text somebody gave, pasted say.

    Args:
        text: made canonical (see `canonical_text`).
        id: made safe (see `safe_id`); also names the article where it is refused.
        title: without one, the first line that holds something; cut to 200 characters at a word.
        source: kept as it is.
        collection: who may see it.

    Raises:
        ArticleError: there is nothing to read in the text, it is no text, or it is too large.
    """
    text = canonical_text(text, id)
    title = clean_title(title or "") or clean_title(_first_line(text))
    return Article(safe_id(id), title, text, source, collection)


def plausible_day(written: str | None) -> str | None:
    """A day as YYYY-MM-DD; None for what is no day, or none from 1600, before which there was no news, to tomorrow.

    >>> plausible_day("2021-05-03"), plausible_day("0000-01-01"), plausible_day("9999-12-31")
    ('2021-05-03', None, None)
    """
    try:
        day = date.fromisoformat(written or "")
    except ValueError:
        return None
    return day.isoformat() if _FIRST_DAY <= day <= datetime.now(UTC).date() + _AHEAD else None


def canonical_text(text: str, name: str) -> str:
    r"""`text` without byte order marks at its start and without "\r"; nothing else changes. Idempotent.

    Args:
        text: any decoded text.
        name: what to call it where it is refused.

    Raises:
        ArticleError: there is nothing to read in the text, it is no text, or it is too large.
    """
    text = text.replace("\r", "").lstrip("\ufeff")
    if "\0" in text or len(_NOISE.findall(text)) > _MAX_NOISE * len(text):
        raise ArticleError(name, "is not text (it holds binary data); save it as plain text in UTF-8")
    if _SURROGATE.search(text):
        raise ArticleError(name, "holds halves of characters (lone surrogates); save it as plain text in UTF-8")
    if not _first_line(text):
        raise ArticleError(name, "is empty; give it some text to read")
    check_size(len(text.encode()), name)
    return text


def check_size(size: int, name: str) -> None:
    """Refuse more than 10 MB.

    Raises:
        ArticleError: `size`, in bytes, is above the limit.
    """
    if size > MAX_BYTES:
        limit = MAX_BYTES // 1_000_000
        raise ArticleError(name, f"is larger than {limit} MB ({size / 1e6:.1f} MB); split it into smaller articles")


def safe_id(name: str) -> str:
    """`name`, with "-" for all runs of characters but letters, digits, ".", "-" and "_"; never empty."""
    if name and not _UNSAFE_IN_ID.search(name):
        return name
    # composed first: some systems store "é" in file names as "e" and an accent, which is no letter
    return _UNSAFE_IN_ID.sub("-", unicodedata.normalize("NFC", name)).strip("-") or "article"


def _first_line(text: str) -> str:
    """The first line with a visible character, without the blanks at its ends; "" where there is none."""
    lines = (match.group() for match in _PARAGRAPH.finditer(text))
    return next((line for line in lines if any(c.isprintable() and not c.isspace() for c in line)), "")


def clean_title(title: str) -> str:
    """`title` on one line, cut to `MAX_TITLE` characters at a word; an ellipsis shows the cut.

    What nobody sees is left out: it could turn the line round.
    """
    title = _UNSEEN.sub("", " ".join(title.split())).strip()
    if len(title) <= MAX_TITLE:
        return title
    head = title[:MAX_TITLE]
    words = head[:-1] if " " not in head else head[: head.rindex(" ")]
    return words + "…"
