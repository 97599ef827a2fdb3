"""Finding reports of speech in a parsed paragraph: every cue with its subject and content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from index.article import Span
from index.statements import clauses
from index.statements.lexicon import Cue, cue_for_any_verb, cue_lexicon
from index.statements.model import Polarity
from index.statements.parsing import Piece
from index.statements.regions import Region

if TYPE_CHECKING:
    from spacy.tokens import Span as SpacySpan
    from spacy.tokens import Token

_NEAR = 60  # characters between a cue and a quotation that belongs to it
_LINK = re.compile(r"[\s,:;.\-–—]*")
_LEAD_IN = re.compile(r"(?:but|and|so|yet|however|still|also|meanwhile|then|in fact|of course)[,\s]*", re.IGNORECASE)
_THAT = re.compile(r"(?:that|as|because of|how)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A report of speech, its speaker not yet named. Spans are in the article's text.

    `subject` is the head token of who speaks, None for words without a cue (`cue_span` None) and for passives.
    `regions` are the quotation regions that the content holds.
    """

    piece: Piece
    fragments: tuple[Span, ...]
    rule: str
    confidence: float
    subject: Token | None = None
    subject_span: Span | None = None
    cue: Cue | None = None
    cue_span: Span | None = None
    polarity: Polarity = "asserts"
    addressee: Span | None = None
    occasion: Span | None = None
    regions: tuple[Region, ...] = field(default=())

    @property
    def start(self) -> int:
        """Where the report begins: its cue, speaker or content, whichever is first."""
        spans = [self.fragments[0], self.cue_span, self.subject_span]
        return min(span[0] for span in spans if span)


def find_reports(text: str, piece: Piece, regions: list[Region]) -> list[Found]:
    """Every report that a cue announces in this piece, in the order of the text; the outermost of nested ones."""
    finder = _Finder(text, piece, regions)
    found = [report for token in piece.doc for report in finder.at(token)]
    return _outermost(found)


def _outermost(found: list[Found]) -> list[Found]:
    """Without the reports that stand inside another one's content."""
    kept: list[Found] = []
    for report in found:
        anchor = report.cue_span or report.fragments[0]
        inside = any(
            other is not report and any(low <= anchor[0] and anchor[1] <= high for low, high in other.fragments)
            for other in found
        )
        if not inside:
            kept.append(report)
    return sorted(_distinct(kept), key=lambda report: report.start)


def _distinct(found: list[Found]) -> list[Found]:
    """One report for each content: of two with overlapping content the surer one, then the earlier."""
    kept: list[Found] = []
    for report in sorted(found, key=lambda report: (-report.confidence, report.start)):
        if not any(_overlap(report, other) for other in kept):
            kept.append(report)
    return kept


def _overlap(one: Found, other: Found) -> bool:
    return any(a < d and c < b for a, b in one.fragments for c, d in other.fragments)


class _Finder:
    """The state that the rules share for one piece."""

    def __init__(self, text: str, piece: Piece, regions: list[Region]) -> None:
        self.text = text
        self.piece = piece
        self.regions = [r for r in regions if r.outer[0] < piece.span[1] and piece.span[0] < r.outer[1]]
        self.lexicon = cue_lexicon()

    # ── which tokens are cues ─────────────────────────────────────────────

    def at(self, token: Token) -> Iterator[Found]:
        """The report whose cue is this token, if it is one."""
        if self._inside(self.piece.start(token)):
            return
        if token.lower_ == "according" and token.i + 1 < len(token.doc) and token.nbor(1).lower_ == "to":
            report = self._according(token)
        else:
            cue = self.lexicon.forms.get(token.lower_)
            if not _may_report(token):
                return
            report = self._verb(token, cue) if cue is not None else self._any_verb(token)
        if report is not None:
            yield report

    def _inside(self, offset: int) -> bool:
        return any(r.outer[0] <= offset < r.outer[1] for r in self.regions)

    # ── the rules for verbs, the first that fits ──────────────────────────

    def _verb(self, verb: Token, cue: Cue) -> Found | None:
        if clauses.is_passive(verb):
            return None
        subject = clauses.subject_of(verb)
        if subject is not None and self._inside(self.piece.start(subject)):
            subject = None
        subject_span = self._subject_span(subject, verb) if subject is not None else None
        base = Found(
            piece=self.piece, fragments=(), rule="", confidence=0.0, subject=subject, subject_span=subject_span,
            cue=cue, cue_span=self._cue_span(verb, cue), occasion=self._range(clauses.occasion_of(verb)),
        )
        report = self._quotation(verb, base)
        if report is None and subject is not None and not clauses.is_unsaid(verb) and subject.lower_ not in {"i", "we", "you", "it", "there"}:
            report = self._reported(verb, cue, base)
        if report is None:
            return None
        return self._finish(verb, cue, report)

    def _any_verb(self, verb: Token) -> Found | None:
        """`"A," X grinned`, `X reasoned: "A"`: a verb outside the lexicon that only a comma or colon parts from a quotation."""
        if not verb.tag_.startswith("VB") or verb.tag_ == "VBN" or clauses.is_passive(verb):
            return None
        span = self.piece.start(verb), self.piece.end(verb)
        touching = any(
            re.fullmatch(r"[,:]\s*", self.text[span[1] : r.outer[0]]) if r.outer[0] > span[1] else span[0] - r.outer[1] < 40
            for r in self.regions
            if r.kind == "speech"
        )
        report = self._verb(verb, cue_for_any_verb(verb.lower_)) if touching else None
        if report is None or not report.rule.startswith("quotation") or report.subject is None:
            return None
        before = report.rule == "quotation-before" and self.text[report.fragments[-1][1] - 1] not in ",?!"
        return None if before else replace(report, confidence=0.7)

    def _finish(self, verb: Token, cue: Cue, report: Found) -> Found:
        """With polarity and addressee, which depend on where the content is."""
        after = [a for a, _ in report.fragments if a > self.piece.start(verb)]
        limit = next((t.i for t in self.piece.doc if after and self.piece.end(t) > after[0]), len(verb.doc))
        addressee = self._range(clauses.addressee_of(verb, cue, limit))
        if addressee and any(a < addressee[1] and addressee[0] < b for a, b in report.fragments):
            addressee = None
        return replace(report, polarity=self._polarity(verb, cue, report), addressee=addressee)

    def _quotation(self, verb: Token, base: Found) -> Found | None:
        """A quotation right before or after the speaker and the cue: `"A," X said`, `X said: "A"`, `"A," X said, "B"`."""
        cue_span = base.cue_span or (0, 0)
        low, high = cue_span
        if base.subject_span and self._same_sentence(verb, base.subject):
            low, high = min(low, base.subject_span[0]), max(high, base.subject_span[1])
        before = None if _trails(verb) else self._region_before(low)
        after = self._region_after(verb, high)
        if before is None and after is None:
            return None
        fragments: list[Span] = []
        used: list[Region] = []
        if before is not None:
            fragments += self._with_start_of_sentence(before)
            used.append(before)
        if after is not None and (before is None or self._continues(verb, after, high)):
            fragments.append(after.inner)
            used.append(after)
        fragments = [f for f in fragments if f[0] < f[1]]
        if base.cue is not None and base.cue.belief and before is None:
            return None
        rule = "quotation-split" if len(used) > 1 else "quotation-before" if before else "quotation-after"
        return replace(base, fragments=tuple(fragments), rule=rule, confidence=0.95, regions=tuple(used)) if fragments else None

    def _reported(self, verb: Token, cue: Cue, base: Found) -> Found | None:
        """Reported speech: a clause, words in front of the cue, an infinitive or a noun phrase."""
        if any(child.dep_ == "mark" and child.lower_ == "as" for child in verb.children) and not cue.belief:
            return self._as_said(verb, base)
        head, rule = clauses.clause_after(verb, cue)
        if head is not None:
            spans = self._clause_spans(head, verb, base, rule)
            if spans:
                confidence = {"clause": 0.9, "infinitive": 0.8}[rule] if not cue.belief else 0.6
                return self._build(base, spans, rule if not cue.belief else "belief", confidence)
        front = self._in_front(verb, base) if not cue.belief else None
        if front is not None:
            return self._build(base, [front], "in-front", 0.85)
        if cue.belief:
            return None
        words = clauses.object_after(verb, cue)
        if words is not None:
            return self._noun_phrase(verb, cue, base, words)
        return None

    def _as_said(self, verb: Token, base: Found) -> Found | None:
        """"As X noted, P": the rest of the sentence behind the comma."""
        start, end = self._bounds(verb.sent)
        comma = self.text.find(",", (base.cue_span or (start, start))[1], end)
        opens = base.subject_span is not None and self.text[start : base.subject_span[0]].strip().lower() == "as"
        return self._build(base, [(comma, end)], "as-said", 0.8) if opens and comma > 0 else None

    def _noun_phrase(self, verb: Token, cue: Cue, base: Found, words: tuple[int, int]) -> Found | None:
        """"hailed the efforts to …", "called for an inquiry", "called the plan "reckless""."""
        span = self._range(words)
        if span is None:
            return None
        holds = [r for r in self.regions if span[0] <= r.outer[0] < span[1] + 40 and self._hangs_on(verb, r)]
        if cue.describing and holds:
            span = (span[0], max(span[1], holds[-1].outer[1]))
        elif words[1] - words[0] < 4:
            return None
        return self._build(base, [span], "noun-phrase", 0.7)

    def _hangs_on(self, verb: Token, region: Region) -> bool:
        """Whether the region's words belong to the verb's own clause."""
        for token in self.piece.doc:
            if region.inner[0] <= self.piece.start(token) < region.inner[1]:
                return verb in token.ancestors and token.sent == verb.sent
        return False

    def _according(self, token: Token) -> Found | None:
        """"According to X, P" and "P, according to X"."""
        to = token.nbor(1)
        source = next((t for t in (*to.children, *token.children) if t.dep_ in {"pobj", "pcomp"} and t.i > to.i), None)
        if source is None or self._inside(self.piece.start(source)):
            return None
        span = self._noun_span(source)
        sent = token.sent
        start, end = self._bounds(sent)
        cue_span = (self.piece.start(token), self.piece.end(to))
        before = clauses.trim(self.text, (start, cue_span[0]))
        if before is not None and len(self.text[before[0] : before[1]].split()) > 3:
            first = self._clause_start(token, before[0])
            content: Span = (first, cue_span[0])
        else:
            stop = self._another_cue(source, sent) or end
            content = (span[1], stop)
        base = Found(self.piece, (), "according-to", 0.9, source, span, None, cue_span)
        return self._build(base, [content], "according-to", 0.9)

    def _another_cue(self, source: Token, sent: SpacySpan) -> int | None:
        """Where a semicolon ends what "according to" covers."""
        for token in sent:
            if token.i > source.right_edge.i and token.text == ";":
                return self.piece.start(token)
        return None

    def _clause_start(self, token: Token, fallback: int) -> int:
        """Where the clause that "according to" closes begins: after a semicolon or a clausal "and"/"but"."""
        head = token.head
        start = fallback
        for before in token.sent:
            if before.i >= token.i:
                break
            clausal = before.dep_ == "cc" and before.head.pos_ in {"VERB", "AUX"}
            joins_head = any(
                t.dep_ == "conj" and t.i > before.i and (t == head or head in t.subtree) and any(c.dep_ in {"nsubj", "nsubjpass"} for c in t.children)
                for t in before.head.children
            )
            if before.text == ";" or (clausal and joins_head):
                start = self.piece.end(before) if before.text == ";" else self.piece.start(before)
        return start

    # ── spans ─────────────────────────────────────────────────────────────

    def _build(self, base: Found, spans: list[Span], rule: str, confidence: float) -> Found | None:
        """The report with these content spans, cleaned: whole regions, no "that", no edge punctuation."""
        fragments: list[Span] = []
        used: list[Region] = []
        for span in spans:
            widened, regions = self._whole_regions(self._before_next_report(span, base), base)
            used += regions
            cleaned = self._clean(widened)
            if cleaned is not None and (not fragments or cleaned[0] >= fragments[-1][1]):
                fragments.append(cleaned)
        words = sum(len(self.text[a:b].split()) for a, b in fragments)
        if len(fragments) > 1 and self.text[slice(*fragments[0])].lower() in {"which", "who", "that", "where"}:
            fragments = fragments[1:]
        if words < 2 or not fragments:
            return None
        return replace(base, fragments=tuple(fragments), rule=rule, confidence=confidence, regions=tuple(used))

    def _before_next_report(self, span: Span, base: Found) -> Span:
        """The span without a report that trails it: "…, calling it a mess", "…, adding that"."""
        for token in self.piece.doc:
            start = self.piece.start(token)
            if span[0] < start < span[1] and token.tag_ == "VBG" and token.i > 0 and token.nbor(-1).text == ",":
                trails = token.dep_ in {"advcl", "acl", "xcomp", "conj", "dep"} and token.lower_ in self.lexicon.forms
                if trails and not self._inside(start) and start > (base.cue_span or (0, 0))[1]:
                    return span[0], start
        return span

    def _whole_regions(self, span: Span, base: Found) -> tuple[Span, list[Region]]:
        touched = [r for r in self.regions if r.outer[0] < span[1] and span[0] < r.outer[1]]
        holes = [s for s in (base.cue_span, base.subject_span) if s]
        start, end = span
        for region in touched:
            if any(a < region.outer[1] and region.outer[0] < b for a, b in holes):
                continue
            start, end = min(start, region.outer[0]), max(end, region.outer[1])
        return (start, end), touched

    def _clean(self, span: Span) -> Span | None:
        trimmed = clauses.trim(self.text, span)
        if trimmed is None:
            return None
        start, end = trimmed
        if found := _THAT.match(self.text, start, end):
            start = found.end()
        for region in self.regions:
            if (start, end) == region.outer:
                return region.inner
        return (start, end) if start < end else None

    def _clause_spans(self, head: Token, verb: Token, base: Found, rule: str) -> list[Span]:
        """A content clause's span, without the cue and its subject where they stand inside it."""
        first, last = clauses.extent(head)
        if first <= verb.i < last:
            kept = [t.i for t in head.subtree if verb not in t.ancestors or head in t.ancestors or t is head]
            first, last = min(kept), max(kept) + 1
        if rule == "infinitive":
            last = clauses.infinitive_end(head, verb)
        marks = [t for t in verb.children if t.dep_ == "mark" and verb.i < t.i < first]
        first = min([first, *(t.i for t in marks)])
        span = self._range((first, last))
        if span is None:
            return []
        if span[1] <= (base.cue_span or (0, 0))[0]:
            start = self._in_front(verb, base)
            return [start] if start is not None else [span]
        holes = [s for s in (base.cue_span, base.subject_span) if s and span[0] < s[1] and s[0] < span[1]]
        if holes:
            holes = [(min(a for a, _ in holes), max(b for _, b in holes))]
        return clauses.without(span, holes)

    def _in_front(self, verb: Token, base: Found) -> Span | None:
        """"P, X said": from the sentence's start to the comma before the speaker and the cue."""
        if base.cue_span is None or base.subject_span is None or not self._same_sentence(verb, base.subject):
            return None
        start, _ = self._bounds(verb.sent)
        low = min(base.cue_span[0], base.subject_span[0])
        head = self.text[start:low].rstrip()
        if not head.endswith((",", "”", '"', "’", "'", "—", "–", "?", "!")):
            return None
        if len(head.split()) < 3 or _LEAD_IN.fullmatch(head) or not _has_verb(verb.sent, self.piece, low):
            return None
        if verb.dep_ in {"relcl", "acl", "xcomp", "pcomp"} or (verb.dep_ in {"advcl", "conj"} and verb.i > verb.head.i):
            return None
        if base.cue is not None and not base.cue.always and base.cue.noun_phrase:
            return None
        return start, low

    def _with_start_of_sentence(self, region: Region) -> list[Span]:
        """A quotation's inside, or the sentence it ends, when the writer's words lead into it."""
        sent = self._sentence_at(region.outer[0])
        start, _ = self._bounds(sent)
        lead = self.text[start : region.outer[0]].strip()
        if region.outer[0] <= start or not lead or lead.endswith((":", ".", "”", '"')) or _LEAD_IN.fullmatch(lead):
            return [region.inner]
        if region.inner[1] - region.inner[0] > 200 or lead.endswith(","):
            return [region.inner]
        return [(start, region.outer[1])]

    def _region_before(self, low: int) -> Region | None:
        for region in self.regions:
            between = self.text[region.outer[1] : low] if region.outer[1] <= low else None
            if between is not None and len(between) <= 3 and "." not in between and _LINK.fullmatch(between):
                inside = self.text[region.inner[1] - 1]
                if inside in ".…" and "," not in between and self.text[low].isupper():
                    continue  # a sentence of its own; what follows begins another
                if region.kind == "speech" or inside in ",.!?" or between.startswith(","):
                    return region
        return None

    def _region_after(self, verb: Token, high: int) -> Region | None:
        for region in self.regions:
            if region.outer[0] < high or region.kind == "title":
                continue
            between = self.text[high : region.outer[0]]
            if len(between) > _NEAR or "\n" in between:
                return None
            if re.fullmatch(r"\s*[,:;–—-]?\s*(?:that\s+)?", between) and (region.kind == "speech" or re.search(r"[,:]", between)):
                return region
            long_enough = region.kind == "speech" and self.text[region.inner[0]].isupper() and region.inner[1] - region.inner[0] > 40
            if between.rstrip().endswith((",", ":")) or long_enough:
                return region if self._only_adjuncts(verb, high, region) else None
            return None
        return None

    def _only_adjuncts(self, verb: Token, high: int, region: Region) -> bool:
        """Whether nothing but addressee, place and manner stands between the cue and the quotation."""
        allowed = {"prep", "dobj", "dative", "advmod", "npadvmod", "punct", "appos", "pobj", "det", "compound", "amod", "poss", "case", "agent",
            "nummod", "cc", "conj", "mark", "prt", "nmod", "attr", "oprd", "pcomp"}
        between = [t for t in self.piece.doc if high <= self.piece.start(t) < region.outer[0]]
        return all(t.dep_ in allowed and t.pos_ not in {"AUX"} and (t.pos_ != "VERB") for t in between)

    def _continues(self, verb: Token, after: Region, high: int) -> bool:
        """Whether a second quotation carries the first one on: no full stop between."""
        between = self.text[high : after.outer[0]]
        return "." not in between and self._sentence_at(after.outer[0] - 1) == verb.sent

    def _subject_span(self, subject: Token, verb: Token) -> Span:
        """The subject's words, ending before the cue and before any relative clause."""
        span = self._noun_span(subject)
        cue_start = self.piece.start(verb)
        return (span[0], cue_start) if span[0] < cue_start < span[1] else span

    def _noun_span(self, head: Token) -> Span:
        """A noun phrase with its appositions, without relative clauses and trailing adverbial clauses."""
        first, last = clauses.extent(head)
        for child in head.children:
            if child.i > head.i and child.dep_ in {"relcl", "advcl", "ccomp", "parataxis"}:
                last = min(last, child.left_edge.i)
        if clauses.is_given_name_he(head):
            first = self._name_before(head)
        start, end = self.piece.start(head.doc[first]), self.piece.end(head.doc[last - 1])
        while end > start and self.text[end - 1] in " ,;:–—-":
            end -= 1
        return start, end

    @staticmethod
    def _name_before(head: Token) -> int:
        first = head.i
        while first > 0 and head.doc[first - 1].pos_ in {"PROPN", "ADJ", "NOUN"} and head.doc[first - 1].text[0].isupper():
            first -= 1
        return first

    def _cue_span(self, verb: Token, cue: Cue) -> Span:
        end = self.piece.end(verb)
        for child in verb.children:
            if child.i == verb.i + 1 and (child.dep_ == "prt" or (child.dep_ == "prep" and child.lower_ in cue.prepositions)):
                end = self.piece.end(child)
        return self.piece.start(verb), end

    def _range(self, words: tuple[int, int] | None) -> Span | None:
        if words is None or words[0] >= words[1]:
            return None
        return self.piece.start(self.piece.doc[words[0]]), self.piece.end(self.piece.doc[words[1] - 1])

    def _bounds(self, sent: SpacySpan) -> Span:
        return self.piece.start(sent[0]), self.piece.end(sent[-1])

    def _sentence_at(self, offset: int) -> SpacySpan:
        chosen = None
        for sent in self.piece.doc.sents:
            chosen = sent
            if self.piece.end(sent[-1]) > offset:
                break
        assert chosen is not None  # noqa: S101 - a piece is never empty
        return chosen

    @staticmethod
    def _same_sentence(verb: Token, subject: Token | None) -> bool:
        return subject is not None and subject.sent == verb.sent and abs(subject.i - verb.i) < 60

    def _polarity(self, verb: Token, cue: Cue, report: Found) -> Polarity:
        words = self.text[report.fragments[0][0] : report.fragments[0][1]].split(maxsplit=2)
        against = cue.prepositions and any(c.dep_ == "prep" and c.lower_ == "against" and c.i > verb.i for c in verb.children)
        if report.rule.startswith("quotation"):
            last = self.text[report.fragments[-1][1] - 1]
            return "asks" if cue.asks and last == "?" else "asserts"
        if cue.denies or (cue.lemma == "argue" and against):
            return "denies"
        if cue.asks and report.rule != "infinitive":
            last = self.text[report.fragments[-1][1] - 1]
            asks = cue.lemma != "ask" or last == "?" or (words and words[0].lower() in {"whether", "if", "why", "how", "what", "who", "when", "where"})
            return "asks" if asks else "asserts"
        if report.rule == "infinitive" and cue.urging:
            return "urges"
        if report.rule == "noun-phrase" and cue.lemma in {"call", "appeal", "demand", "urge", "plead", "press", "recommend"} and not cue.denies:
            return "urges" if not (cue.lemma == "call" and not against and not _has_for(verb)) else "asserts"
        return "asserts"


def _trails(verb: Token) -> bool:
    """Whether the verb is a participle hung on another verb ("…, highlighting that"): nothing in front is its content."""
    return verb.tag_ == "VBG" and not any(child.dep_ in {"nsubj", "aux"} for child in verb.children)


def _has_for(verb: Token) -> bool:
    return any(child.dep_ == "prep" and child.lower_ in {"for", "on", "upon"} for child in verb.children)


def _may_report(token: Token) -> bool:
    """A verb form, or a participle the tagger took for a noun or adjective behind a comma; never an adjective."""
    if token.pos_ == "NOUN":  # "the ministry notes, …" tagged as a noun
        return token.dep_ == "ROOT" and any(child.dep_ == "nsubj" for child in token.children)
    return token.pos_ == "VERB" and token.dep_ not in {"amod", "compound"}


def _has_verb(sent: SpacySpan, piece: Piece, limit: int) -> bool:
    return any(token.pos_ in {"VERB", "AUX"} for token in sent if piece.start(token) < limit)
