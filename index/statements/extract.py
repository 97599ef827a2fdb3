"""From articles to statements and speakers: the door of this package."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.article import Article, Span
from index.statements.certainty import speaker_right, words_right
from index.statements.parse.parsing import Parsed, Piece, parse
from index.statements.parse.regions import touching
from index.statements.parse.scene import Found, Scene, scene_of
from index.statements.reports.find import find_reports
from index.statements.reports.floating import find_floating
from index.statements.reports.joining import join_over_paragraphs
from index.statements.reports.provenance import provenance
from index.statements.reports.reported import without
from index.statements.reports.transcript import speech, transcript_of
from index.statements.speakers.attribution import Attribution, Cast
from index.statements.speakers.candidates import SPOKE_HERE
from index.statements.speakers.entities import Entity
from index.statements.speakers.mentions import Mention
from index.statements.statement import Directness, RunnerUp, SourceKind, Speaker, Statement

# "The mill in May. Image: Ada Park.": what ends a caption
_CREDIT = re.compile(r"\b(?:Images?|(?:File )?[Pp]hotos?|Photograph|Pictured?|Credit)\s?[:/]\s?[^.!?\n]{2,80}\.?$")
_UNKNOWN = 0.5  # how much a statement by nobody known counts
# a quotation that nobody is known to have said is kept from this length on: shorter ones are names, titles
_UNATTRIBUTED_WORDS = 8
_WORTH_TELLING = 0.05  # the probability of a second speaker
_WORD = re.compile(r"\w")
_SENTENCE = 15  # words; what is longer and ends like a sentence is no headline


@dataclass(frozen=True, slots=True)
class Extraction:
    """What people said in one article: `statements` in the order of the text, `speakers` as first named.

    `sources` are the spans of the lines in which the article tells what it was made from.
    """

    article: Article
    statements: tuple[Statement, ...]
    speakers: tuple[Speaker, ...]
    sources: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A report with its speaker; `statement` None where it is not kept, `attribution` None for the writer's words."""

    report: Found
    attribution: Attribution | None
    statement: Statement | None


@dataclass(frozen=True, slots=True)
class Staged:
    """An article on the way to its statements: what the rules looked at, and what they made of it."""

    scenes: list[Scene]
    drafts: list[Draft]
    cast: Cast


def extract(articles: Iterable[Article]) -> Iterator[Extraction]:
    """Statements and speakers of each article, in order. Loads spaCy. Never raises on any text."""
    for parsed in parse(articles):
        yield _extraction(parsed)


def stage(parsed: Parsed, cast_of: type[Cast] = Cast) -> Staged:
    """Run the rules over a parsed article; `cast_of` names the speakers."""
    text = parsed.article.text
    sources = set(provenance(parsed.article))
    told = (piece for piece in parsed.pieces if piece.span not in sources)
    script = transcript_of(parsed.article)
    pieces = [p for p in told if p.paragraph in script.turns or not _is_headline(parsed.article, p)]
    scenes = [scene_of(text, piece, parsed.regions[piece.paragraph]) for piece in pieces]
    telling = [s for s in scenes if s.piece.paragraph not in script.turns and s.piece.paragraph not in script.furniture]
    found = [report for scene in telling for report in find_reports(scene)]
    said = [speech(s, script.turns[s.piece.paragraph]) for s in scenes if s.piece.paragraph in script.turns]
    reports = join_over_paragraphs(telling, find_floating(telling, found))
    reports = sorted([*reports, *filter(None, said)], key=lambda report: report.start)
    cast = cast_of(text, scenes, reports, script.asker)
    attributed = [(report, cast.attribute(report)) for report in reports]
    drafts = [Draft(report, by, _statement(parsed, report, by)) for report, by in attributed]
    return Staged(scenes, drafts, cast)


def _extraction(parsed: Parsed) -> Extraction:
    staged = stage(parsed)
    statements = (draft.statement for draft in staged.drafts)
    kept = sorted((s for s in statements if s is not None), key=lambda s: s.span)
    quoted = {statement.speaker for statement in kept}
    entities = staged.cast.people.entities
    speakers = tuple(e.as_speaker() for e in entities if e.kind == "person" or e.name in quoted)
    return Extraction(parsed.article, tuple(kept), speakers, provenance(parsed.article))


def _is_headline(article: Article, piece: Piece) -> bool:
    """The title, and short lines without sentence punctuation: headings, dates, captions."""
    line = article.text[slice(*piece.span)].rstrip().rstrip("'’)")
    if piece.paragraph == 1 and len(article.paragraphs) > 1:
        return not (line.endswith((".", '."', ".”")) and len(line.split()) >= _SENTENCE)  # a text without a title
    if _CREDIT.search(line):
        return True
    return len(line.split()) < 12 and line[-1:] not in '.!?"”:…,;' and not any(mark in line for mark in '“"')


def _statement(parsed: Parsed, report: Found, attribution: Attribution | None) -> Statement | None:
    """The report as data; None for what the article's own writer says, and for short words of nobody."""
    if attribution is None:
        return None
    text, entity, mention = parsed.article.text, attribution.entity, attribution.mention
    if entity is None and mention is not None and mention.pronoun == "it":
        return None  # "it says much about": nobody that the text names
    words = sum(len(text[start:end].split()) for start, end in report.fragments)
    decision = attribution.decision
    goes_on = decision is not None and entity is not None and SPOKE_HERE in decision.best.features
    if not goes_on and report.cue_span is None and words < _UNATTRIBUTED_WORDS and not _ends(text, report):
        return None
    confidence = words_right(text, report, attribution) * (speaker_right(attribution) if entity else _UNKNOWN)
    return Statement(
        fragments=report.fragments,
        directness=_directness(parsed, report),
        speaker=entity.name if entity else None,
        mention=_words(text, mention.span if mention else None),
        mention_span=mention.span if mention else None,
        role=max(entity.roles, key=len) if entity and entity.roles else None,
        affiliation=entity.affiliations[0] if entity and entity.affiliations else None,
        cue=_words(text, report.cue_span),
        cue_span=report.cue_span,
        addressee=_addressee(text, report, entity, mention),
        occasion=_words(text, report.occasion),
        via=attribution.via,
        polarity=report.polarity,
        source_kind=_source_kind(entity, mention),
        confidence=round(min(1.0, confidence), 3),
        rule=report.rule,
        runner_up=_runner_up(attribution),
    )


def _runner_up(attribution: Attribution) -> RunnerUp | None:
    """Who else might have said it, where the text names nobody at the words."""
    second = attribution.decision.runner_up if attribution.decision is not None else None
    if second is None or second.probability < _WORTH_TELLING:
        return None
    return RunnerUp(second.entity.name if second.entity else None, round(second.probability, 3))


def _ends(text: str, report: Found) -> bool:
    """Whether the words end like a sentence, as a turn of a dialogue does."""
    return text[report.fragments[-1][1] - 1] in ".!?…"


def _addressee(text: str, report: Found, entity: Entity | None, mention: Mention | None) -> str | None:
    """To whom it is said; nobody where that is the speaker again, by whatever name: there the parse is hopeless."""
    words = _words(text, report.addressee)
    speaker = [_words(text, mention.span if mention else None), *([entity.name, *entity.aliases] if entity else [])]
    return None if words is None or words.casefold() in {name.casefold() for name in speaker if name} else words


def _words(text: str, span: Span | None) -> str | None:
    return None if span is None else text[span[0] : span[1]]


def _directness(parsed: Parsed, report: Found) -> Directness:
    """Direct is what has no word outside quotation marks, indirect what has none inside."""
    if report.rule == "transcript":
        return "direct"
    quoted, outside = False, ""
    for span in report.fragments:
        regions = touching(parsed.regions[parsed.article.paragraph_of(span[0])], span)
        marks = [region.outer for region in regions if region.kind != "title"]
        quoted = quoted or bool(marks)
        outside += " ".join(parsed.article.text[slice(*left)] for left in without(span, marks))
    if quoted and not _WORD.search(outside):
        return "direct"
    return "mixed" if quoted else "indirect"


def _source_kind(entity: Entity | None, mention: Mention | None) -> SourceKind:
    if entity is not None:
        return entity.kind
    return "person" if mention and mention.pronoun in {"he", "she"} else "unknown"
