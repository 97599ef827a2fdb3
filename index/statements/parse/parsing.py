"""Parsing: an article's paragraphs as spaCy documents with offsets into the article's text."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from index.article import Article, Span
from index.statements.parse.pipeline import language
from index.statements.parse.regions import Region, article_regions, touching

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

# spaCy's parser is linear in memory too: pieces of this many characters keep a huge paragraph cheap
_PIECE = 4000
_BATCH, _BATCH_CHARACTERS = 64, 32_000
_SHADOW = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'", "‘": "'", "\t": " ", "‑": "-"})
_MARKDOWN = re.compile(r"(?m)^[ \t]{0,3}(?:#{1,6}|[>*+-])(?=[ \t])|\*\*|__|`")
# "HARBOR CITY, March 3 (Example News) — ": the place, day and agency in front of a story
_DATELINE = re.compile(
    r"(?m)^[A-Z][A-Z.'\- ]{2,40}(?:,[^—–\n]{1,45}?)?(?:[ ]*\([^)\n]{2,40}\))?[ ]+(?:—|–|--|-)[ ]+(?=\S)"
)
# "Min-jae" behind a family name, "Adeyo-Ross": one word to the parser with a hyphen that it does not split at
_HYPHENATED = re.compile(
    r"(?<=[A-Z][a-z])(?P<before>[a-z]* [A-Z][a-z]+)-"
    r"(?!(?:elect|founder|general|chief|old|year|time|based|led|born)\b)(?=[a-z]+\b)"
    r"|(?P<first>\b[A-Z][a-z]+|\b[ae]l)-(?=[A-Z][a-z]+\b)"
)
_NAME_BEFORE, _NAME_AFTER = re.compile(r"\b[A-Z][\w.-]{1,40} $"), re.compile(r" [A-Z][a-z]")
# "(NYSE: TRN)", "(R-Texas)", "(Ind, Harbour East)"; "Ada Park KC", "Tom Birch Jr."; a dateline's blanks
_ASIDE = re.compile(
    r"^ +(?=\S)"
    r"|(?<=[\w.]) \((?:[A-Z]{2,8}: ?[A-Z.]{1,6}|[A-Z][a-z]{0,3}[-–,] ?[A-Z][\w. -]{1,30})\)"
    r"|(?<=[a-z]),? (?:KC|QC|SC|Ph\.?D\.?|MBE|OBE|CBE|FRS|[JS]r\.?(?= [a-z(]|,))(?![\w])(?:,(?= [a-z]+ed\b))?"
)
_PREFIXED = re.compile(r"\b(?P<prefix>co|ex|re|non|anti|pro|mid)-(?=[a-z])", re.IGNORECASE)
_NICKNAME = 3  # words
# "- Ada Park (Green): “We will plant trees.”": a list's mark in front of a name that speaks
_LISTED = re.compile(r"[ \t]*[-–—•‣▪◦·*+][ \t]+(?=[A-Z][^.!?:\"“”«\n]{1,60}:\s*[\"“«])")
_RULE = re.compile(r"[^\w\s]{16,}")
_ENDS = ".,!?…—–"
_STANDS_FOR_SPEECH = "It works"  # a clause that the parser always gets right, and whose attachment too
_MIN_REPLACED = 12  # characters


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, or a part of a very long one, parsed with its quoted sentences shortened.

    Attributes:
        doc: what the parser read. A long quotation of whole sentences is `"It works,"` there, so that it
            cannot spoil the parse of the words round it.
        places: for each character of `doc`, where it stands in the article's text.
        span: of the piece in the article's text.
        paragraph: counts from 1.
    """

    doc: Doc
    places: Sequence[int]
    span: Span
    paragraph: int

    def start(self, token: Token) -> int:
        """Where the token begins in the article's text."""
        return self.places[token.idx]

    def end(self, token: Token) -> int:
        """Where the token ends in the article's text."""
        return self.places[token.idx + len(token) - 1] + 1


@dataclass(frozen=True, slots=True)
class Parsed:
    """An article with its quotation regions by paragraph number and its pieces in order."""

    article: Article
    regions: dict[int, list[Region]]
    pieces: list[Piece]


def shadow(text: str) -> str:
    """The text as the parser reads it: as long, with plain spaces and apostrophes, without Markdown marks.

    Datelines are blanks there, and so are long runs of punctuation: the tokenizer takes the square of their length.
    """
    plain = _HYPHENATED.sub(lambda found: f"{found['before'] or found['first']}\u2010", text.translate(_SHADOW))
    plain = _PREFIXED.sub(lambda found: f"{found['prefix']}\u2010", plain)
    for pattern in (_DATELINE, _MARKDOWN, _RULE):
        plain = pattern.sub(lambda found: " " * len(found.group()), plain)
    return plain


def parse(articles: Iterable[Article]) -> Iterator[Parsed]:
    """Each article parsed, in order; all articles share spaCy's batches."""
    jobs = ((cut.words, (parsed, cut)) for parsed in map(_unparsed, articles) for cut in _cuts(parsed))
    batches = (language().pipe(batch, as_tuples=True, batch_size=_BATCH) for batch in _batches(jobs))
    current: Parsed | None = None
    for doc, (parsed, cut) in chain.from_iterable(batches):
        if current is not None and parsed is not current:
            yield current
        current = parsed
        if cut.words:
            current.pieces.append(Piece(doc, cut.places, cut.span, cut.paragraph))
    if current is not None:
        yield current


def _batches(jobs: Iterable[_Job]) -> Iterator[list[_Job]]:
    """What is parsed at once, which takes memory by its length: few long pieces, or many short ones."""
    batch: list[_Job] = []
    for job in jobs:
        batch.append(job)
        if len(batch) == _BATCH or sum(len(words) for words, _ in batch) >= _BATCH_CHARACTERS:
            yield batch
            batch = []
    if batch:
        yield batch


def _unparsed(article: Article) -> Parsed:
    return Parsed(article, article_regions(article.text, article.paragraphs), [])


@dataclass(frozen=True, slots=True)
class _Cut:
    """A piece before parsing; see `Piece`."""

    words: str
    places: Sequence[int]
    span: Span
    paragraph: int


_Job = tuple[str, tuple[Parsed, _Cut]]


def _cuts(parsed: Parsed) -> Iterator[_Cut]:
    plain = shadow(parsed.article.text)
    for number, span in enumerate(parsed.article.paragraphs, 1):
        words, places = _shortened(plain, span, parsed.regions[number])
        start = 0
        while start < len(words):
            stop = len(words) if len(words) - start <= _PIECE else _break(words, start, start + _PIECE)
            mark = _LISTED.match(parsed.article.text, *span) if start == 0 else None
            inside = (mark.end() if mark else places[start], places[stop - 1] + 1)
            yield _Cut(words[start:stop], places[start:stop], inside, number)
            start = stop
    if not parsed.article.paragraphs:
        yield _Cut("", array("q"), (0, 0), 0)  # an empty article comes out as well


def _shortened(plain: str, span: Span, regions: Sequence[Region]) -> tuple[str, array[int]]:
    """A paragraph's words with its quoted sentences shortened, and the place of each character."""
    words: list[str] = []
    places = array("q")
    at = span[0]
    for region in touching(regions, span):
        if is_nickname(plain, region) and at <= region.outer[0] and region.outer[1] < span[1]:
            words.append(plain[at : region.outer[0]])
            places.extend(range(at, region.outer[0]))
            at = region.outer[1] + 1
            continue
        if region.kind == "title" and not region.open_end and at <= region.outer[0] and region.outer[1] <= span[1]:
            for low, high in ((at, region.outer[0]), region.inner):
                words.append(plain[low:high])
                places.extend(range(low, high))
            at = region.outer[1]
            continue
        if not _is_whole(plain, region):
            continue
        (start, end), (first, last) = region.outer, region.inner
        start, end = max(start, at), min(end, span[1])
        first, last = max(first, start), min(last, end)
        if last - first < _MIN_REPLACED:
            continue
        words.append(plain[at:start])
        places.extend(range(at, start))
        mark = plain[last - 1] if plain[last - 1] in _ENDS else ""
        opening, closing = ('"' if first > start else ""), ('"' if end > last else "")
        words += [opening, _STANDS_FOR_SPEECH, mark, closing]
        places.extend([start] * len(opening))
        places.extend([first] * 2 + [last - 1] * (len(_STANDS_FOR_SPEECH) - 2 + len(mark)))
        places.extend([end - 1] * len(closing))
        at = end
    words.append(plain[at : span[1]])
    places.extend(range(at, span[1]))
    return _without_asides("".join(words), places)


def _without_asides(words: str, places: array[int]) -> tuple[str, array[int]]:
    """The words without what only stands in the parser's way: blanks in front, tickers, letters behind names."""
    kept, left, at = [], array("q"), 0
    for aside in _ASIDE.finditer(words):
        kept.append(words[at : aside.start()])
        left.extend(places[at : aside.start()])
        at = aside.end()
    return "".join([*kept, words[at:]]), left + places[at:]


def is_nickname(plain: str, region: Region) -> bool:
    """Whether the marks hold what somebody is called, inside the name: Ada "Iron Ada" Park."""
    inner, (start, end) = plain[slice(*region.inner)], region.outer
    called = len(inner.split()) <= _NICKNAME and all(word[0].isupper() or word == "the" for word in inner.split())
    return (
        called
        and inner[-1].isalnum()
        and bool(_NAME_BEFORE.search(plain[max(0, start - 30) : start]) and _NAME_AFTER.match(plain, end))
    )


def _is_whole(plain: str, region: Region) -> bool:
    """Whether a quotation holds whole sentences, so that the parser need not see what they say."""
    first, last = region.inner
    if region.kind != "speech" or not (plain[first].isupper() or plain[first].isdigit()):
        return False
    return region.open_end or plain[last - 1] in _ENDS


def _break(text: str, start: int, limit: int) -> int:
    """Where to cut a long paragraph: after a sentence near the limit, else at a space, else hard."""
    for mark in (". ", " "):
        cut = text.rfind(mark, start + _PIECE // 2, limit)
        if cut > 0:
            return cut + len(mark)
    return limit
