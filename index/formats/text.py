"""Plain text and Markdown: bytes in some encoding to the text they stand for."""

from __future__ import annotations

import codecs
import re

from index.article import ArticleError

_NOT_TEXT = "is not text (it holds binary data); save it as plain text in UTF-8"
_UNKNOWN = "is in an encoding that cannot be told for sure; save it as plain text in UTF-8"

# the longer marks first: UTF-32's begins with UTF-16's
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# what English articles that are not in Unicode are kept in, likeliest first
_LEGACY = ("cp1252", "cp1250", "gb18030", "big5", "mac_roman")
_MAX_CHAOS = 0.1  # of charset-normalizer's 0 to 1: how odd the decoded text looks
_MAX_FOREIGN = 0.2  # the share of characters beyond ASCII above which a text is not English
_MIN_FAMILIAR = 0.2  # of those, the share below which they were read wrongly
# what English articles hold beyond ASCII: the marks of typesetting, and names from elsewhere
_FAMILIAR = re.compile(r"[‘’“”–—…•£€¥©®™½\u00a0à-öø-ÿ]|\b[À-ÖØ-Þ](?=[a-z])|(?<=\d)°")

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:[ \t]*(.+)$", re.MULTILINE)
_MAX_TOP, _MAX_TITLE_LINE = 20_000, 1_000  # characters searched for a title: a line can be made to take for ever
_MARKUP = (
    (re.compile(r"^[ \t]*#{1,6}(?:[ \t]+|$)"), ""),
    (re.compile(r"(?<![ \t])[ \t]+#+[ \t]*$"), ""),
    (re.compile(r"!?\[([^\[\]]*)\]\([^)]{0,500}\)"), r"\1"),
    (re.compile(r"(?<!\\)(\*\*\*|\*\*|\*|~~|`)(?=\S)(.{1,300}?)(?<=[^\s\\])\1"), r"\2"),
    # underscores inside a word are not emphasis
    (re.compile(r"(?<![\w\\])(___|__|_)(?=\S)(.{1,300}?)(?<=[^\s\\])\1(?!\w)"), r"\2"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)


def read(data: bytes, name: str) -> str:
    """Decode a text: UTF-8, anything with a byte order mark, or an older encoding that is beyond doubt.

    Raises:
        ArticleError: the bytes are no text, or nobody can be sure which text they are.
    """
    mark = next((encoding for bom, encoding in _MARKS if data.startswith(bom)), None)
    if mark is None and b"\0" in data:
        raise ArticleError(name, _NOT_TEXT)
    try:
        return data.decode(mark or "utf-8")
    except UnicodeDecodeError:
        if mark is None:
            return _decode_legacy(data, name)
        raise ArticleError(name, _UNKNOWN) from None


def _decode_legacy(data: bytes, name: str) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - slow to load, seldom needed

    matches = from_bytes(data, cp_isolation=list(_LEGACY), threshold=_MAX_CHAOS)
    # encodings that give the same text share a match
    plausible = {encoding for match in matches for encoding in match.could_be_from_charset}
    texts = (_decode_strictly(data, encoding) for encoding in _LEGACY if encoding in plausible)
    text = max(texts, key=_familiar, default="")  # of equals the first, the likeliest
    foreign = sum(character > "\x7f" for character in text)
    if foreign > _MAX_FOREIGN * len(text) or _familiar(text) <= _MIN_FAMILIAR * foreign:
        raise ArticleError(name, _UNKNOWN)
    return text


def _decode_strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:  # of a long text, charset-normalizer looks at samples only
        return ""


def _familiar(text: str) -> int:
    return len(_FAMILIAR.findall(text))


def markdown_title(text: str) -> str:
    """The title of a Markdown text: the front matter's, or the first line with words; "" without one."""
    front = _FRONT_MATTER.match(text)
    if front:
        title = _FRONT_TITLE.search(front[1])
        if title:
            return title[1].strip().strip("\"'")
        text = text[front.end() :]
    lines = (_without_markup(line[:_MAX_TITLE_LINE]) for line in text[:_MAX_TOP].split("\n"))
    return next((line for line in lines if any(character.isalnum() for character in line)), "")


def _without_markup(line: str) -> str:
    for pattern, plain in _MARKUP:
        line = pattern.sub(plain, line)
    return line.strip()
