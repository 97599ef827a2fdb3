"""What the rules look at: a parsed piece with its quotation regions, and a report of speech found in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from index.article import Span
from index.statements.cue_lexicon import Cue, cue_lexicon
from index.statements.parse import clauses, subjects
from index.statements.parse.parsing import Piece
from index.statements.parse.regions import Region, touching
from index.statements.statement import Polarity

if TYPE_CHECKING:
    from spacy.tokens import Span as SpacySpan
    from spacy.tokens import Token

_EDGE = re.compile(r"[\s,;:.\-–—()]")
_EDGES = 3  # characters of marks at a sentence's end
_MAX_DISTANCE = 60  # tokens between a cue and its subject


class ParagraphPart(Enum):
    """Who speaks a turn of an interview that names nobody: who asks, or who answers."""

    ASKS = "asks"
    ANSWERS = "answers"


@dataclass(frozen=True, slots=True)
class Found:
    """A report of speech, its speaker not yet named. Spans are in the article's text.

    Attributes:
        subject: the head token of who speaks, None for words without a cue (`cue_span` None).
        regions: the quotation regions that the content holds.
        part: who speaks a turn of an interview that names nobody.
    """

    piece: Piece
    fragments: tuple[Span, ...] = ()
    rule: str = ""
    confidence: float = 0.0
    subject: Token | None = None
    subject_span: Span | None = None
    cue: Cue | None = None
    cue_span: Span | None = None
    polarity: Polarity = "asserts"
    addressee: Span | None = None
    occasion: Span | None = None
    regions: tuple[Region, ...] = field(default=())
    part: ParagraphPart | None = None

    @property
    def start(self) -> int:
        """Where the report begins: its cue, speaker or content, whichever is first."""
        spans = [self.fragments[0], self.cue_span, self.subject_span]
        return min(span[0] for span in spans if span)


@dataclass(frozen=True)
class Scene:
    """One piece with the regions that touch it."""

    text: str
    piece: Piece
    regions: Sequence[Region]

    # ── where things are ──────────────────────────────────────────────────

    def slice(self, span: Span) -> str:
        """The article's words at the span."""
        return self.text[span[0] : span[1]]

    def start(self, token: Token) -> int:
        """Where the token begins in the article's text."""
        return self.piece.start(token)

    def end(self, token: Token) -> int:
        """Where the token ends in the article's text."""
        return self.piece.end(token)

    def range(self, words: tuple[int, int] | None) -> Span | None:
        """The span of a range of token indices; None for an empty one."""
        if words is None or words[0] >= words[1]:
            return None
        return self.start(self.piece.doc[words[0]]), self.end(self.piece.doc[words[1] - 1])

    def bounds(self, sent: SpacySpan) -> Span:
        """The span of a sentence."""
        first = next((token for token in sent if not token.is_space), sent[0])
        return self.start(first), self.end(sent[-1])

    @cached_property
    def sentences(self) -> list[SpacySpan]:
        """The piece's sentences in order."""
        return list(self.piece.doc.sents)

    def sentence_at(self, offset: int) -> SpacySpan:
        """The sentence at an offset of the text, the nearest one for offsets outside."""
        return next((s for s in self.sentences if self.end(s[-1]) > offset), self.sentences[-1])

    def inside_quotation(self, offset: int) -> bool:
        """Whether the offset stands in quotation marks."""
        return bool(touching(self.regions, (offset, offset + 1)))

    def regions_in(self, spans: Sequence[Span]) -> list[Region]:
        """The regions that share a character with the spans."""
        return [region for span in spans for region in touching(self.regions, span)]

    def tokens_in(self, span: Span) -> list[Token]:
        """The tokens that begin in the span."""
        return [token for token in self.piece.doc if span[0] <= self.start(token) < span[1]]

    # ── spans of phrases ──────────────────────────────────────────────────

    def noun_span(self, head: Token) -> Span:
        """A noun phrase with its appositions, without relative clauses and trailing adverbial clauses."""
        first, last = clauses.extent(head)
        for child in head.children:
            if child.i > head.i and child.dep_ in {"relcl", "advcl", "ccomp", "parataxis"}:
                last = min(last, child.left_edge.i)
        if subjects.is_given_name_he(head) and not head.is_sent_start:
            first = _name_before(head)
        last = _before_stray_words(head, first, last)
        while first < head.i and (head.doc[first].is_punct or head.doc[first].is_space):
            first += 1  # the closing mark of a quotation in front
        start, end = self.start(head.doc[first]), self.end(head.doc[max(first, last - 1)])
        while end > start and self.text[end - 1] in " ,;:–—-":
            end -= 1
        return start, end

    def subject_span(self, subject: Token, verb: Token) -> Span:
        """The subject's words, on one side of the cue."""
        start, end = self.noun_span(subject)
        low, high = self.start(verb), self.end(verb)
        if start < low < end:
            end = low if subject.i < verb.i else end
            start = high if subject.i > verb.i else start
        while end > start and self.text[end - 1] in " ,;:–—-":
            end -= 1
        return start, end

    def cue_span(self, verb: Token, cue: Cue) -> Span:
        """The cue with its particle or its own preposition: "called on", "pointed out"."""
        end = self.end(verb)
        for child in verb.children:
            own = child.dep_ == "prep" and child.lower_ in cue.prepositions
            if child.i == verb.i + 1 and (child.dep_ == "prt" or own):
                end = self.end(child)
        return self.start(verb), end

    # ── content ───────────────────────────────────────────────────────────

    def with_whole_regions(self, span: Span, holes: Sequence[Span]) -> Span:
        """The span widened to hold whole every quotation it touches that is apart from the holes."""
        start, end = span
        for region in touching(self.regions, span):
            if not any(low < region.outer[1] and region.outer[0] < high for low, high in holes):
                start, end = min(start, region.outer[0]), max(end, region.outer[1])
        return start, end

    def without_edges(self, span: Span) -> Span | None:
        """The span without spaces, commas and full stops at its edges, and without marks that embrace it all.

        None when nothing is left. A bracket that closes one opened inside stays.
        """
        start, end = span
        while start < end and _EDGE.match(self.text[start]):
            start += 1
        while end > start and _EDGE.match(self.text[end - 1]):
            end -= 1
        if start >= end:
            return None
        opened = self.text.rfind("(", start, end) > self.text.rfind(")", start, end)
        end += opened and self.text[end : end + 1] == ")"
        return next((r.inner for r in touching(self.regions, (start, end)) if r.outer == (start, end)), (start, end))

    def same_sentence(self, verb: Token, subject: Token | None) -> bool:
        """Whether the subject stands in the cue's sentence, not too far away."""
        return subject is not None and subject.sent == verb.sent and abs(subject.i - verb.i) < _MAX_DISTANCE

    def trailing_report(self, span: Span, after: int) -> int | None:
        """Where, in a content, another report begins that belongs to the same speaker or to an equal one.

        "…, calling it a mess"; "… but warned that …"; "…, while the report says that …".

        Args:
            span: the content.
            after: only from this offset on.
        """
        forms = cue_lexicon().forms
        for token in self.tokens_in((max(span[0] + 1, after), span[1])):
            if token.lower_ not in forms or self.inside_quotation(self.start(token)):
                continue
            begin = clauses.start_of_trailing_report(token)
            if begin is not None and span[0] < self.start(begin) < span[1]:
                return self.start(begin)
        return None

    def writers_tail(self, span: Span, after: int) -> int | None:
        """Where, behind what was said, the writer's own remark on it begins: ", a step that …", ", despite the …".

        Args:
            span: the content.
            after: only from this offset on.
        """
        sentence = self.bounds(self.sentence_at(span[1] - 1))[1]
        if sentence - span[1] > _EDGES:
            return None  # what is said ends before the sentence does
        for token in self.tokens_in((max(span[0] + 1, after), span[1])):
            if token.text == "," and not self.inside_quotation(self.start(token)) and clauses.is_remark(token):
                return self.start(token)
        return None


def _before_stray_words(head: Token, first: int, last: int) -> int:
    """Where a noun phrase ends that a name closes while other words follow: "the coach, Ada Park, in …"."""
    for token in head.doc[max(first, head.i + 1) : last - 1]:
        closes = token.text == "," and token.nbor(-1).ent_type_ == "PERSON" and token.i - 1 > head.i
        if closes and token.nbor(1).pos_ in {"ADP", "SCONJ", "PRON"}:
            return token.i
    return last


def scene_of(text: str, piece: Piece, regions: Sequence[Region]) -> Scene:
    """The scene of a piece; `regions` are its paragraph's."""
    return Scene(text, piece, touching(regions, piece.span))


def _name_before(head: Token) -> int:
    first = head.i
    while first > 0 and head.doc[first - 1].pos_ in {"PROPN", "ADJ", "NOUN"} and head.doc[first - 1].text[0].isupper():
        first -= 1
    return first
