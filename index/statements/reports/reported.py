"""Reported speech: a clause, words in front of the cue, an infinitive, a gerund or a noun phrase."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from index.article import Span
from index.statements.cue_lexicon import Cue, cue_lexicon
from index.statements.parse import clauses, subjects
from index.statements.parse.scene import Found, Scene
from index.statements.reports import quotations
from index.statements.statement import Polarity

if TYPE_CHECKING:
    from spacy.tokens import Token

_LEAD_IN = re.compile(r"(?:but|and|so|yet|however|still|also|meanwhile|then|in fact|of course)[,\s]*", re.IGNORECASE)
_THAT = re.compile(r"(?:(?:only |simply |just )?that|as|because of)\s+", re.IGNORECASE)
# "told lawmakers Tuesday that P", "told shareholders last month P": when it was said
_WHEN = re.compile(
    r"(?:(?:on )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|last (?:week|month|year|night)) (?=that |\w+ \w+)"
)
_QUESTION = re.compile(r"(?:whether|if|why|how|what|who|when|where|which)\b", re.IGNORECASE)
_FIRST_PERSON = re.compile(r"\b(?:I|I['’]\w+|[Mm]y|[Mm]e|[Ww]e|[Oo]ur|[Uu]s)\b")
_BEFORE_CUE = (",", "”", '"', "’", "'", "—", "–", "?", "!")
_CONFIDENCE = {
    "clause": 0.9,
    "infinitive": 0.8,
    "gerund": 0.8,
    "in-front": 0.85,
    "noun-phrase": 0.7,
    "as-said": 0.8,
}
_MIN_WORDS = 2
_MIN_OBJECT = 4  # tokens of a noun phrase that says something
_REQUESTS = frozenset({"call", "appeal", "demand", "urge", "plead", "press", "recommend"})


def reported(scene: Scene, verb: Token, cue: Cue, base: Found) -> Found | None:
    """The first of the rules that fits this cue."""
    if any(child.dep_ == "mark" and child.lower_ == "as" for child in verb.children) and not cue.belief:
        return _as_said(scene, verb, base)
    if (found := _behind_colon(scene, base) or _round_cue(scene, verb, base)) is not None:
        return found
    head, rule = clauses.clause_after(verb, cue)
    if head is not None:
        spans = _clause_spans(scene, head, verb, base, rule)
        report = build(scene, base, spans, "belief" if cue.belief else rule, 0.6 if cue.belief else _CONFIDENCE[rule])
        if report is not None:
            return report
    if cue.belief:
        return None
    front = None if clauses.takes_thing(verb) else _in_front(scene, verb, base)
    if front is not None:
        return build(scene, base, [front], "in-front", _CONFIDENCE["in-front"])
    words = clauses.object_after(verb, cue)
    return _noun_phrase(scene, verb, cue, base, words) if words is not None else None


def by_nobody(scene: Scene, verb: Token, cue: Cue, base: Found) -> Found | None:
    """What a passive reports without who said it: "was told that P", "is said to have gone", "asked whether P"."""
    head, rule = clauses.clause_after(verb, cue)
    if head is None and not cue.takes("addressing"):
        head = next(
            (
                c
                for c in verb.children
                if c.dep_ == "xcomp" and c.i > verb.i and any(t.lower_ == "to" and t.dep_ == "aux" for t in c.children)
            ),
            None,
        )
        rule = "infinitive"
    if head is None or head.i < verb.i or (rule == "infinitive" and verb.lower_ in {"told", "asked"}):
        return None
    if scene.regions_in([(scene.start(head.left_edge), scene.end(head))]):
        return None
    return build(scene, base, _clause_spans(scene, head, verb, base, rule), "passive", _CONFIDENCE[rule])


def _behind_colon(scene: Scene, base: Found) -> Found | None:
    """As in "He writes: I have counted nineteen. The driver is charging them.": without marks, to the paragraph's end.

    What goes on as "I" does so to the end; anything else is one sentence.
    """
    cue_end, end = base.cue_span[1] if base.cue_span else 0, scene.piece.span[1]
    if not scene.text.startswith(":", cue_end) or base.subject is None or scene.inside_quotation(cue_end + 2):
        return None
    words = scene.text[cue_end + 1 : end]
    if not words.strip()[:1].isupper() or any(region.outer[0] > cue_end for region in scene.regions):
        return None
    if not _FIRST_PERSON.search(words):
        end = scene.bounds(scene.sentence_at(cue_end + 2))[1]
    return build(scene, base, [(cue_end + 1, end)], "colon-said", _CONFIDENCE["clause"])


def with_clause_before(scene: Scene, verb: Token, cue: Cue, report: Found) -> Found:
    """As in `said P: "Q"`: the quotation with the clause that stands between it and the cue."""
    head, rule = clauses.clause_after(verb, cue)
    cue_end, begins = report.cue_span[1] if report.cue_span else 0, report.regions[-1].outer[0]
    if head is None or rule != "clause" or cue.belief or not scene.text[:begins].rstrip().endswith(":"):
        return report
    first = next((t.i for t in head.subtree if cue_end <= scene.start(t) < begins), None)
    if first is None or first > head.i or scene.start(head) >= begins:
        return report
    span = _clean(scene, (cue_end, begins))
    if span is None or len(scene.slice(span).split()) < _MIN_OBJECT:
        return report
    start = max(span[0], scene.start(head.doc[first]))
    return replace(
        report, fragments=(_clean(scene, (start, span[1])) or span, *report.fragments), rule="clause-and-quotation"
    )


def build(scene: Scene, base: Found, spans: list[Span], rule: str, confidence: float) -> Found | None:
    """The report with these content spans, cleaned: whole regions, no "that", no edge punctuation.

    None when fewer than two words are left.
    """
    holes = [span for span in (base.cue_span, base.subject_span) if span]
    cue_end = base.cue_span[1] if base.cue_span else 0
    fragments: list[Span] = []
    for start, end in spans:
        end = scene.trailing_report((start, end), cue_end) or end  # noqa: PLW2901 - a narrower end
        end = (scene.writers_tail((start, end), cue_end) if start >= cue_end else None) or end  # noqa: PLW2901
        cleaned = _clean(scene, scene.with_whole_regions((start, end), holes))
        if cleaned is not None and (not fragments or cleaned[0] >= fragments[-1][1]):
            fragments.append(cleaned)
    if len(fragments) > 1 and scene.slice(fragments[0]).lower() in {
        "which",
        "who",
        "that",
        "where",
        "and",
        "but",
    }:
        fragments = fragments[1:]
    if sum(len(scene.slice(fragment).split()) for fragment in fragments) < _MIN_WORDS:
        return None
    return replace(base, fragments=tuple(fragments), rule=rule, confidence=confidence)


def polarity(scene: Scene, verb: Token, cue: Cue, report: Found) -> Polarity:
    """Whether the content of a reported statement is asserted, denied, asked or asked for."""
    against = any(c.dep_ == "prep" and c.lower_ == "against" and c.i > verb.i for c in verb.children)
    if cue.takes("denies") or (cue.lemma == "argue" and against):
        return "denies"
    first, last = report.fragments[0][0], report.fragments[-1][1]
    question = bool(_QUESTION.match(scene.text, first)) or scene.text[last - 1] == "?"
    if cue.takes("asks") and report.rule != "infinitive" and (cue.lemma != "ask" or question):
        return "asks"
    if report.rule == "infinitive" and cue.takes("urging"):
        return "urges"
    if report.rule in {"clause", "in-front"}:
        return "urges" if cue.lemma in quotations.URGENT else "asserts"
    if report.rule == "noun-phrase" and cue.lemma in _REQUESTS:
        calls_for = any(c.dep_ == "prep" and c.lower_ in cue.prepositions for c in verb.children)
        return "urges" if calls_for or cue.lemma != "call" else "asserts"
    return "asserts"


def without(span: Span, holes: Iterable[Span]) -> list[Span]:
    """What is left of a span when the holes are cut out, in order.

    >>> without((0, 10), [(3, 5)])
    [(0, 3), (5, 10)]
    """
    left: list[Span] = []
    start, end = span
    for low, high in sorted(holes):
        if high <= start or low >= end:
            continue
        if low > start:
            left.append((start, low))
        start = max(start, high)
    if start < end:
        left.append((start, end))
    return left


def _clean(scene: Scene, span: Span) -> Span | None:
    trimmed = scene.without_edges(span)
    if trimmed is None:
        return None
    if when := _WHEN.match(scene.text, *trimmed):
        trimmed = when.end(), trimmed[1]
    found = _THAT.match(scene.text, *trimmed)
    return scene.without_edges((found.end(), trimmed[1])) if found else trimmed


def _clause_spans(scene: Scene, head: Token, verb: Token, base: Found, rule: str) -> list[Span]:
    """A content clause's span, without the cue and its subject where they stand inside it."""
    first, last = clauses.extent(head)
    if first <= verb.i < last:
        kept = [t.i for t in head.subtree if verb not in t.ancestors or head in t.ancestors or t == head]
        first, last = min(kept), max(kept) + 1
    if rule == "infinitive":
        last = clauses.infinitive_end(head, verb)
    elif head.dep_ == "conj" and head.head == verb:
        first = verb.i + 1
    elif first > verb.i:
        more = (t for t in verb.children if t.i > head.i and _goes_on(scene, t))
        last = max([last, *(t.right_edge.i + 1 for t in more)])
    heard = verb.doc[first] if first == verb.i + 1 and base.cue is not None and base.cue.takes("addressing") else None
    if heard is not None and heard.tag_ == "NNS" and heard.dep_ == "compound":
        first += 1  # "told reporters voters were angry"
    marks = [t.i for t in verb.children if t.dep_ == "mark" and verb.i < t.i < first]
    first = min([first, *marks, *clauses.detached_subject(head, verb, first)])
    span = scene.range((first, last))
    if span is None:
        return []
    cue_start = base.cue_span[0] if base.cue_span else 0
    if span[1] <= cue_start:
        if clauses.takes_thing(verb):
            return []  # "After P, journalists tweeted pictures"
        front = _in_front(scene, verb, base)
        apart = ";" in scene.text[span[1] : cue_start]  # a sentence of its own in front
        return [front] if front else [span] if base.cue and base.cue.takes("always") and not apart else []
    holes = [s for s in (base.cue_span, base.subject_span) if s and span[0] < s[1] and s[0] < span[1]]
    if holes:
        holes = [(min(a for a, _ in holes), max(b for _, b in holes))]
    return without(span, holes)


def _goes_on(scene: Scene, clause: Token) -> bool:
    """Whether a clause that hangs on the cue goes on with what is said: 'it is old, but "nobody cares"'."""
    joined = clause.dep_ == "conj" and clause.lower_ not in cue_lexicon().forms
    first, last = clauses.extent(clause)
    quoted = joined and bool(scene.regions_in([(scene.start(clause.doc[first]), scene.end(clause.doc[last - 1]))]))
    return quoted or clause.dep_ == "ccomp" or clauses.opens_with_that(clause)


def _in_front(scene: Scene, verb: Token, base: Found) -> Span | None:
    """As in "P, X said": from the sentence's start to the comma before the speaker and the cue."""
    if base.cue_span is None or base.subject_span is None or not scene.same_sentence(verb, base.subject):
        return None
    subject = base.subject  # "P, the mayor said."
    own = verb.dep_ == "conj" and subject is not None and (subject.head == verb or verb.head.i < subject.i < verb.i)
    below = verb.dep_ in {"advcl", "conj"} and verb.i > verb.head.i and not own
    if below or verb.dep_ in {"relcl", "acl", "xcomp", "pcomp"}:
        return None
    ends = base.cue_span[1] >= scene.bounds(verb.sent)[1] - 2  # "P, other studies have shown."
    if base.cue is None or (base.cue.takes("evidence") and not ends):
        return None
    if base.cue.takes("noun_phrase") and not base.cue.takes("always"):
        return None
    start, _ = scene.bounds(verb.sent)
    low = min(base.cue_span[0], base.subject_span[0])
    head = scene.text[start:low].rstrip()
    if not head.endswith(_BEFORE_CUE) or len(head.split()) < 3 or _LEAD_IN.fullmatch(head):
        return None
    before = [t for t in verb.sent if scene.start(t) < low]
    return (start, low) if clauses.is_main_clause(before, verb) else None


def _round_cue(scene: Scene, verb: Token, base: Found) -> Found | None:
    """As in "P begins, X said, and goes on": the sentence without what stands between its commas."""
    if verb.dep_ != "parataxis" or base.cue_span is None or base.subject_span is None or base.cue is None:
        return None
    hole = min(base.cue_span[0], base.subject_span[0]), max(base.cue_span[1], base.subject_span[1])
    whole = scene.range(clauses.extent(verb.head))
    between_commas = scene.text[: hole[0]].rstrip().endswith(",") and scene.text[hole[1] : hole[1] + 1] == ","
    if whole is None or not between_commas or not whole[0] < hole[0] or base.cue.belief:
        return None
    return build(scene, base, without(whole, [hole]), "round-cue", _CONFIDENCE["in-front"])


def _as_said(scene: Scene, verb: Token, base: Found) -> Found | None:
    """As in "As X noted, P": the rest of the sentence behind the comma."""
    if base.cue_span is None or base.subject_span is None:
        return None
    start, end = scene.bounds(verb.sent)
    comma = scene.text.find(",", base.cue_span[1], end)
    opens = scene.text[start : base.subject_span[0]].strip().lower() == "as"
    return build(scene, base, [(comma, end)], "as-said", _CONFIDENCE["as-said"]) if opens and comma > 0 else None


def _noun_phrase(scene: Scene, verb: Token, cue: Cue, base: Found, words: tuple[int, int]) -> Found | None:
    """As in "hailed the efforts to …", "called for an inquiry", "called the plan "reckless""."""
    span = scene.range(words)
    if span is None or (subjects.trails(verb) and cue.takes("evidence")):
        return None  # "…, highlighting the need for care": the writer's remark
    near = (span[0], span[1] + 40)
    holds = [r for r in scene.regions if near[0] <= r.outer[0] < near[1] and _hangs_on(scene, verb, r.inner)]
    named = cue.takes("proposing")
    some = [r for r in holds if r.kind != "title" and not named and scene.text[r.inner[0]].islower()]
    if (cue.takes("describing") and holds) or (cue.takes("noun_phrase") and some):
        span = (span[0], max(span[1], holds[-1].outer[1]))
    elif _size(verb, words) < (1 if cue.prepositions else _MIN_OBJECT) or not (
        cue.takes("noun_phrase") or cue.prepositions
    ):
        return None
    return build(scene, base, [(span[0], _list_end(scene, verb, span[1]))], "noun-phrase", _CONFIDENCE["noun-phrase"])


def _size(verb: Token, words: tuple[int, int]) -> int:
    """How many tokens a phrase has, quotation marks apart."""
    return sum(token.text not in {'"', "“", "”"} for token in verb.doc[slice(*words)])


def _list_end(scene: Scene, verb: Token, end: int) -> int:
    """Where a noun phrase ends when ", and the …" follows to the sentence's end: the parser may cut it."""
    _, last = scene.bounds(verb.sent)
    rest = scene.tokens_in((end, last))
    joined = len(rest) > 2 and rest[0].text == "," and rest[1].lower_ in {"and", "or"}
    return last if joined and not any(token.pos_ in {"VERB", "AUX"} for token in rest) else end


def _hangs_on(scene: Scene, verb: Token, words: Span) -> bool:
    """Whether quoted words belong to the verb's own clause."""
    first = next(iter(scene.tokens_in(words)), None)
    if first is None or first.sent != verb.sent or verb not in first.ancestors:
        return False
    between = (token for token in first.ancestors if token.i > verb.i and verb in token.ancestors)
    return not any(token.dep_ == "conj" and token.pos_ == "VERB" for token in between)
