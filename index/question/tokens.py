"""Tokenisation: the asker's text cleaned of markup and cut into sentences and words, its quotations found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from index.language.lexicon import words
from index.language.words import MARKS, fold

LONGEST = 2000  # characters of a question that are read; Discord sends no more
QUOTATION = "<q>"  # the word that stands for a quotation
POSSESSION = "'s"
COMMA = ","

# mentions, custom emoji, addresses, invisible and control characters
_MARKUP = re.compile(
    r"<(?:[@#][!&]?|/[^<>]{1,60}:|a?:\w{1,40}:|t:)\d+(?::\w)?>|<https?://[^<>\s]+>|(?:https?://|\bwww\.(?=\w))\S+|[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
    r"|[\ud800-\udfff]"
)
# a link: the words it shows stay
_LINK = re.compile(
    r"\[([^\[\]\n]+)\]\(<?(?:https?://|www\.)[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*>?(?:\s+[\"'][^\"'\n]*[\"'])?\)"
)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_EMPHASIS = re.compile(r"\*{1,3}|~~|\|\||`{1,3}|(?<!\w)_{1,3}(?=\w)|(?<=\w)_{1,3}(?!\w)")
_ADDRESS = re.compile(r"^\s*@\w+|(?<=\s)@(?=\w)")
_BLOCK = re.compile(r"^[ \t]*>{1,3} ?(.*)$", re.MULTILINE)

# a quotation: straight double marks, also unclosed; single marks round at least two words
_QUOTED = re.compile(
    r'"([^"]*)"|"([^"]{2,})$' + r"|(?<![\w'])'((?:[^'\n]|(?<=\w)'(?=\w))+)[.,!?]?'(?!\w)", re.MULTILINE
)
_CURRENCY = "$€£¥"
_TOKEN = re.compile(
    r"[$€£¥]?\d[\d.,:]*\d%?|[$€£¥]?\d+%?(?:\w+)?"  # 39.2, $5, 20%, 5G
    r"|(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?"  # U.S.
    r"|[^\W_]+(?:['&/-][^\W_]+|&)*"  # O'Neil, R&D, well-known
    r"|[.?!…。？！]+|[,;:—–()\[\]-]|\n+"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word at [start, end) of the cleaned text: as typed, and as it is matched (`norm`)."""

    text: str
    norm: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        """Whether it starts with a capital letter."""
        return self.text[:1].isupper()


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words of one sentence; `asks` when a question mark ends it."""

    tokens: tuple[Token, ...]
    asks: bool


@dataclass(frozen=True, slots=True)
class TokenisedText:
    """A cleaned question: its text, its sentences and the longest words between quotation marks."""

    text: str
    sentences: tuple[Sentence, ...]
    quoted: str | None

    @property
    def shouts(self) -> bool:
        """Whether most small words have a capital, so that capitals tell nothing."""
        everything = [token for sentence in self.sentences for token in sentence.tokens]
        small = [token for token in everything[1:] if token.norm in words().stop]
        return sum(token.capital for token in small) > 0.5 * len(small)

    def slice(self, tokens: tuple[Token, ...]) -> str:
        """The text from the first of these tokens to the last, without quotation marks."""
        if not tokens:
            return ""
        pieces, at = [], tokens[0].start
        for token in tokens:
            if token.start < at:
                continue  # the second half of "won't"
            pieces += [
                self.text[at : token.start],
                token.text if token.norm == QUOTATION else self.text[token.start : token.end],
            ]
            at = max(at, token.end)
        return " ".join("".join(pieces).split())


def read(text: str, is_name: Callable[[str], bool] = lambda _: False) -> TokenisedText:
    """Clean `text` and cut it up.

    Args:
        text: the question as asked; only its first `LONGEST` characters are read.
        is_name: whether a folded word names somebody; such a word is no chat spelling.
    """
    clean = _clean(text)
    quotations = [(m.span(), next(g for g in m.groups() if g is not None)) for m in _QUOTED.finditer(clean)]
    quotations = [(span, inner) for span, inner in quotations if _is_quotation(clean, span, inner)]
    if len(quotations) == 1 and _asks(quotations[0][1]) and not _letters(_outside(clean, quotations[0][0])):
        return read(quotations[0][1], is_name)  # a whole question in quotation marks
    spans = [span for span, _ in quotations]
    longest = max((" ".join(inner.split()) for _, inner in quotations), key=len, default=None)
    tokens = list(_tokens(clean, spans, is_name))
    return TokenisedText(clean, tuple(_sentences(tokens)), longest)


def _clean(text: str) -> str:
    text = _LINK.sub(r"\1", text[:LONGEST])
    text = unicodedata.normalize("NFKC", text.translate(MARKS)).translate(MARKS)[:LONGEST]  # one letter may be 18
    text = _CONTROL.sub(" ", _ADDRESS.sub(" ", _MARKUP.sub(" ", text)))
    block = " ".join(line.replace('"', "'") for line in _BLOCK.findall(text)).strip()
    if block:
        text = f'"{block}"\n{_BLOCK.sub("", text).strip()}'
    return _EMPHASIS.sub("", text).strip()


def _is_quotation(clean: str, span: tuple[int, int], inner: str) -> bool:
    return bool(_letters(inner)) and (clean[span[0]] == '"' or len(inner.split()) > 1)


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def _outside(text: str, span: tuple[int, int]) -> str:
    return text[: span[0]] + text[span[1] :]


def _asks(inner: str) -> bool:
    first = inner.lower().split(maxsplit=1)[:1]
    return (
        bool(first)
        and (first[0] in {"who", "what", "did", "which", "who's", "what's"})
        and inner.rstrip().endswith("?")
    )


def _tokens(clean: str, spans: list[tuple[int, int]], is_name: Callable[[str], bool]) -> Iterator[Token]:
    at, before = 0, ""
    for start, end in [*spans, (len(clean), len(clean))]:
        for found in _TOKEN.finditer(clean, at, start):
            yield from _expand(found, is_name, before)
            before = found.group()
        if start < end:
            yield Token(clean[start:end].strip("\"'"), QUOTATION, start, end)
        at = max(at, end)


def _expand(found: re.Match[str], is_name: Callable[[str], bool], before: str) -> Iterator[Token]:
    """The tokens of one word: "who's" is two, "Park's" is a name and a possession."""
    text, (start, end) = found.group(), found.span()
    lower = text.lower()
    if text[0] in _CURRENCY:
        yield Token(text, lower[1:], start, end)
    elif not text[0].isalnum():
        yield Token(text, COMMA if text[0] in ",;:—–()[]-" else text[0], start, end)
    elif (spelled := words().spellings.get(lower)) and not _is_named(lower, is_name, before):
        for part in spelled.split():
            yield Token(part, part, start, end)
    elif lower.endswith("'s") and len(lower) > 2:
        yield Token(text[:-2], lower[:-2], start, end - 2)
        yield Token("'s", POSSESSION, end - 2, end)
    else:
        yield Token(text, lower.strip("."), start, end)


def _is_named(lower: str, is_name: Callable[[str], bool], before: str) -> bool:
    """Whether a chat spelling or contraction is a name after all: "Hoo", "Sun You's"."""
    if lower.endswith("'s"):
        return is_name(fold(lower[:-2])) and is_name(fold(before))
    return "'" not in lower and is_name(fold(lower))


def _sentences(tokens: list[Token]) -> Iterator[Sentence]:
    current: list[Token] = []
    for i, token in enumerate(tokens):
        ends = _ends(tokens, i)
        if token.norm == "\n" and not ends:
            current.append(Token(token.text, COMMA, token.start, token.end))
        elif not ends and token.norm != ".":
            current.append(token)
        elif ends and current:
            yield Sentence(tuple(current), "?" in token.text or "？" in token.text)
            current = []
    if current:
        yield Sentence(tuple(current), False)


def _ends(tokens: list[Token], i: int) -> bool:
    """Whether the sentence ends at `i`; a new line is a comma unless a question opens on it."""
    mark = tokens[i].norm
    if mark == ".":
        return not _abbreviates(tokens, i)
    if mark == "\n" and i + 1 < len(tokens):
        small = words().small
        return tokens[i + 1].norm in small["questions"] | small["auxiliaries"]
    return mark in {"?", "!", "…", "。", "？", "！", "\n"}


def _abbreviates(tokens: list[Token], i: int) -> bool:
    """Whether the full stop at `i` belongs to the word before it, or stands inside a word."""
    if i == 0 or i + 1 == len(tokens):
        return False
    before, dot, after = tokens[i - 1], tokens[i], tokens[i + 1]
    short = before.norm in words().small["abbreviations"] or (len(before.norm) == 1 and before.norm.isalpha())
    return len(dot.text) == 1 and (after.start == dot.end or (short and before.end == dot.start))
