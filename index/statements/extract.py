"""From articles to statements and speakers: the door of this package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.article import Article, Span
from index.statements.find import Found, find_reports
from index.statements.floating import find_floating
from index.statements.lexicon import people_lexicon
from index.statements.model import Directness, SourceKind, Speaker, Statement
from index.statements.naming import Mention, read_mention
from index.statements.parsing import Piece, parse
from index.statements.people import Entity, People, Resolved
from index.statements.regions import Region, article_regions

if TYPE_CHECKING:
    from spacy.tokens import Token

# below this a speaker is unknown rather than guessed
CONFIDENCE_LIMIT = 0.5
# a quotation that nobody is known to have said is kept only from this length on: shorter ones are names and titles
_UNATTRIBUTED_WORDS = 8


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one article says that people said: `statements` in the order of the text, `speakers` as first named."""

    article: Article
    statements: tuple[Statement, ...]
    speakers: tuple[Speaker, ...]


def extract(articles: Iterable[Article]) -> Iterator[Extraction]:
    """Statements and speakers of each article, in order. Loads spaCy. Never raises on any text."""
    for article, pieces in parse(articles):
        yield _Extractor(article, pieces).run()


class _Extractor:
    """One article's way from parsed pieces to statements."""

    def __init__(self, article: Article, pieces: list[Piece]) -> None:
        self.article = article
        self.text = article.text
        self.pieces = [piece for piece in pieces if not self._is_headline(piece)]
        self.regions = article_regions(self.text, article.paragraphs)
        self.people = People()
        self.subjects: dict[int, list[Entity]] = {}
        self.spoken: list[tuple[int, Entity | None]] = []

    def run(self) -> Extraction:
        """Find, name, and put in order."""
        reports: list[Found] = []
        for piece in self.pieces:
            reports += find_reports(self.text, piece, self.regions[piece.paragraph])
        reports = find_floating(self.text, self.pieces, self.regions, reports)
        self._register_names(reports)
        statements = [s for s in map(self._name, reports) if s is not None]
        quoted = [e for e in self.people.entities if e.kind == "person" or any(s.speaker == e.name for s in statements)]
        return Extraction(self.article, tuple(sorted(statements, key=lambda s: s.span)), tuple(e.as_speaker() for e in quoted))

    def _is_headline(self, piece: Piece) -> bool:
        """The title, and short lines without sentence punctuation: headings, dates, captions."""
        if piece.paragraph == 1:
            return len(self.article.paragraphs) > 1
        line = self.text[slice(*piece.span)].rstrip()
        return len(line.split()) < 12 and line[-1:] not in '.!?"”’:…,;)' and not any(mark in line for mark in "“\"")

    # ── who is there ──────────────────────────────────────────────────────

    def _register_names(self, reports: list[Found]) -> None:
        """Every full name first, so that a surname is known even before its full form; then names that only speak."""
        mentions = [(piece, self._mention_at(piece, head)) for piece in self.pieces for head in self._name_heads(piece)]
        for piece, mention in mentions:
            if mention.kind == "person" and mention.head not in people_lexicon().titles:
                entity = self.people.register(mention)
                if entity is not None:
                    self.subjects.setdefault(piece.paragraph, []).append(entity)
        for _, mention in mentions:
            if mention.kind == "organisation" and len(mention.name.split()) <= 6 and not self.people.has_person(mention.name):
                self.people.register(mention)
        for report in reports:
            if report.subject is not None and report.subject_span is not None:
                mention = self._mention(report)
                if not self.people.has_person(mention.name):
                    self.people.register(mention)

    def _name_heads(self, piece: Piece) -> Iterator[Token]:
        """Heads of noun phrases that hold a person's or an organisation's name, outside quotations."""
        regions = self.regions[piece.paragraph]
        seen: set[int] = set()
        for entity in piece.doc.ents:
            head = entity.root
            if entity.label_ not in {"PERSON", "ORG"} or head.i in seen or head.pos_ != "PROPN":
                continue
            if head.dep_ == "compound" and head.head.pos_ == "PROPN":
                head = head.head
            if head.i not in seen and not any(r.outer[0] <= piece.start(head) < r.outer[1] for r in regions):
                seen.add(head.i)
                yield head

    def _mention_at(self, piece: Piece, head: Token) -> Mention:
        return read_mention(self.text, piece, head, (piece.start(head.left_edge), piece.end(head.right_edge)))

    def _mention(self, report: Found) -> Mention:
        assert report.subject is not None and report.subject_span is not None  # noqa: S101, PT018 - callers check
        return read_mention(self.text, report.piece, report.subject, report.subject_span)

    # ── who speaks ────────────────────────────────────────────────────────

    def _name(self, report: Found) -> Statement | None:
        """The statement with its speaker, or without one where the text does not tell."""
        paragraph = report.piece.paragraph
        if report.subject is None or report.subject_span is None:
            return self._unattributed(report, paragraph)
        mention = self._mention(report)
        if mention.pronoun == "i":
            return None
        resolved, mention = self._resolve(mention, report, paragraph)
        entity = resolved.entity if resolved.confidence >= CONFIDENCE_LIMIT else None
        self.spoken.append((paragraph, entity))
        return self._statement(report, mention, entity, report.confidence * (resolved.confidence if entity else 0.5))

    def _resolve(self, mention: Mention, report: Found, paragraph: int) -> tuple[Resolved, Mention]:
        if mention.pronoun:
            recent = [e for p, e in reversed(self.spoken) if e is not None and p == paragraph]
            here = self._named_before(report.start, paragraph)
            earlier = [e for p, e in reversed(self.spoken) if e is not None and p == paragraph - 1]
            return self.people.by_pronoun(mention, recent, [*here, *earlier]), mention
        words = self._slice(mention.name_span) or ""
        if self.people.has_person(words) and words[:1].isupper():
            mention = replace(mention, name=words, kind="person")  # the tagger did not see the surname in it
        resolved = self.people.by_name(mention)
        if resolved.entity is not None:
            self.people.note(resolved.entity, mention)
            return resolved, mention
        return Resolved(self._new(mention), 1.0), mention

    def _named_before(self, offset: int, paragraph: int) -> list[Entity]:
        """People named before `offset` in this paragraph or the one before, latest first."""
        near = self.subjects.get(paragraph, []) + self.subjects.get(paragraph - 1, [])
        pool = {id(e): e for e in near if e.last_before(offset) >= 0}.values()
        return sorted(pool, key=lambda e: -e.last_before(offset))

    def _new(self, mention: Mention) -> Entity:
        """A speaker that is not a full name: a nameless phrase, or a lone surname never explained."""
        for entity in self.people.entities:
            if entity.name.lower() == mention.name.lower():
                self.people.note(entity, mention)
                return entity
        entity = Entity(mention.name, mention.kind, mention.sex)
        self.people.entities.append(entity)
        self.people.note(entity, mention)
        return entity

    def _unattributed(self, report: Found, paragraph: int) -> Statement | None:
        """Words without a cue of their own: the speaker of the quotation before them, when the rule says so."""
        entity = None
        if report.rule.startswith("floating"):
            near = [e for p, e in reversed(self.spoken) if p in (paragraph, paragraph - 1)][:1]
            entity = near[0] if near else None
            if entity is None and not near:
                named = self._named_before(report.start, paragraph)
                entity = named[0] if len(named) == 1 else None
        if entity is not None:
            self.spoken.append((paragraph, entity))
        words = sum(len(self.text[a:b].split()) for a, b in report.fragments)
        if entity is None and words < _UNATTRIBUTED_WORDS:
            return None
        return self._statement(report, None, entity, report.confidence if entity else 0.3)

    # ── the statement ─────────────────────────────────────────────────────

    def _statement(self, report: Found, mention: Mention | None, entity: Entity | None, confidence: float) -> Statement:
        role = entity.roles[0] if entity and entity.roles else None
        affiliation = entity.affiliations[0] if entity and entity.affiliations else None
        return Statement(
            fragments=report.fragments,
            directness=self._directness(report),
            speaker=entity.name if entity else None,
            mention=self._slice(mention.span) if mention else None,
            mention_span=mention.span if mention else None,
            role=max(entity.roles, key=len) if entity and role else None,
            affiliation=affiliation,
            cue=self._slice(report.cue_span),
            cue_span=report.cue_span,
            addressee=self._slice(report.addressee),
            occasion=self._slice(report.occasion),
            polarity=report.polarity,
            source_kind=_kind(entity, mention),
            confidence=round(min(1.0, confidence), 3),
            rule=report.rule,
        )

    def _slice(self, span: Span | None) -> str | None:
        return None if span is None else self.text[span[0] : span[1]]

    def _directness(self, report: Found) -> Directness:
        """By the share of the content's characters that stand in quotation marks."""
        total = inside = 0
        spans: list[Region] = list(self.regions[report.piece.paragraph])
        for start, end in report.fragments:
            total += end - start
            inside += sum(max(0, min(end, r.outer[1]) - max(start, r.outer[0])) for r in spans if r.kind != "title")
        if inside >= 0.9 * total:
            return "direct"
        return "mixed" if inside else "indirect"


def _kind(entity: Entity | None, mention: Mention | None) -> SourceKind:
    if entity is not None:
        return entity.kind
    return "person" if mention and mention.pronoun in {"he", "she"} else "unknown"
