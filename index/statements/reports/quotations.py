"""Quotations beside a cue: `"A," X said`, `X said: "A"`, `"A," X said, "B"`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from index.article import Span
from index.statements.cue_lexicon import Cue, cue_lexicon
from index.statements.parse import subjects
from index.statements.parse.regions import Region
from index.statements.parse.scene import Found, Scene
from index.statements.statement import Polarity

if TYPE_CHECKING:
    from spacy.tokens import Token

_NEAR = 60  # characters between a cue and a quotation that belongs to it
LISTING = ("including:", "such as:", "titled:")  # what these lead to is an example, not what the subject says
URGENT = frozenset({"urge", "demand"})  # what these announce is asked for, a quotation or a clause
_NEAR_COLON = 160  # the same where a colon leads to it
_LINK = re.compile(r"[\s,:;\-–—]{0,3}")
_TOUCHES_AFTER = re.compile(r"\s*(?:[,:;–—-]\s*)?(?:that\s+)?")
_LEAD_IN = re.compile(r"(?:but|and|so|yet|however|still|also|meanwhile|then|in fact|of course)[,\s]*", re.IGNORECASE)
_ADJUNCTS = frozenset(
    [
        *(
            "prep",
            "pobj",
            "pcomp",
            "dobj",
            "dative",
            "agent",
            "advmod",
            "npadvmod",
            "punct",
            "appos",
            "det",
            "compound",
        ),
        *(
            "amod",
            "nmod",
            "nummod",
            "quantmod",
            "poss",
            "case",
            "cc",
            "conj",
            "mark",
            "prt",
            "attr",
            "oprd",
            "relcl",
        ),
        *("acl", "nsubj"),
    ]
)


def quotation(scene: Scene, verb: Token, base: Found) -> Found | None:
    """The report whose content is the quotation right before or after the speaker and the cue."""
    if base.cue_span is None:
        return None
    low, high = base.cue_span
    if base.subject_span and scene.same_sentence(verb, base.subject):
        low, high = min(low, base.subject_span[0]), max(high, base.subject_span[1])
    before = None if _is_participle(verb) else _region_before(scene, low)
    if before is not None and base.subject is not None and base.subject.i > verb.i:
        high = max(high, _end_of_relative_clause(scene, base.subject))
    after = _region_after(scene, high)
    if before is None and (after is None or (base.cue is not None and base.cue.belief)):
        return None
    fragments: list[Span] = []
    used: list[Region] = []
    if before is not None:
        fragments.append(_with_start_of_sentence(scene, before))
        used.append(before)
    if after is not None and (before is None or _continues(scene, verb, after, high)):
        fragments.append(after.inner)
        used.append(after)
    rule = "quotation-split" if len(used) > 1 else "quotation-before" if before else "quotation-after"
    return replace(base, fragments=tuple(fragments), rule=rule, confidence=0.95, regions=tuple(used))


def beside_any_verb(scene: Scene, verb: Token) -> bool:
    """Whether a verb outside the lexicon may report: only a comma or colon parts it from a quotation.

    `"A," X grinned`; `X reasoned: "A"`.
    """
    if not verb.tag_.startswith("VB") or verb.tag_ in {"VBN", "VBG"} or subjects.is_passive(verb):
        return False
    low, high = scene.start(verb), scene.end(verb)
    for region in scene.regions:
        if region.kind != "speech":
            continue
        if region.outer[0] >= high:
            if re.fullmatch(r"[,:]\s*", scene.text[high : region.outer[0]]):
                return True
        elif low - region.outer[1] < 40 and scene.text[region.inner[1] - 1] in ",?!…":
            return True
    return False


def any_verb_holds(scene: Scene, report: Found) -> bool:
    """Whether what `beside_any_verb` led to is a quotation with a speaker, not a sentence beside one."""
    if not report.rule.startswith("quotation") or report.subject is None:
        return False
    return report.rule != "quotation-before" or scene.text[report.fragments[-1][1] - 1] in ",?!"


def taken_as(scene: Scene, report: Found) -> str:
    """The rule for words without marks that the cue takes the quotation by: `denied that "A"`, `rejected "A"`.

    "" for one that stands for itself, as behind a comma or a colon.
    """
    if report.rule != "quotation-after" or report.cue_span is None:
        return ""
    begins = report.fragments[0][0]
    between = scene.text[report.cue_span[1] : begins].rstrip(" \"'“‘«")
    if between.endswith("that"):
        return "clause"
    if scene.text[begins].isupper() or between.endswith((",", ":", ";", "–", "—", "-")):
        return ""
    return "infinitive" if scene.text.startswith("to ", begins) else "noun-phrase"


def polarity(scene: Scene, cue: Cue, report: Found) -> Polarity:
    """What a quotation that stands for itself does: `"A?" X asked`, `"A," X urged`; `"A," X denied` asserts A."""
    if cue.takes("asks") and scene.text[report.fragments[-1][1] - 1] == "?":
        return "asks"
    return "urges" if cue.lemma in URGENT else report.polarity


def gives_name(scene: Scene, region: Region) -> bool:
    """Whether the marks hold a name: it begins with a capital and has no verb, "The Great Snow, part two"."""
    begins = scene.text[region.inner[0]].isupper()
    return begins and not any(token.pos_ in {"VERB", "AUX"} for token in scene.tokens_in(region.inner))


def _is_participle(verb: Token) -> bool:
    """As in "…", adding "…"; "…", the mayor adding "…": what stands in front belongs to another verb."""
    return verb.tag_ == "VBG" and not any(child.dep_ == "aux" for child in verb.children)


def _end_of_relative_clause(scene: Scene, subject: Token) -> int:
    """Where a clause on the speaker ends that parts two halves: `"A," said Park, who runs the mill, "B"`."""
    clauses_on_it = [child for child in subject.children if child.dep_ == "relcl" and child.i > subject.i]
    return scene.end(clauses_on_it[-1].right_edge) if clauses_on_it else 0


def _region_before(scene: Scene, low: int) -> Region | None:
    for region in scene.regions:
        if region.outer[1] > low or not _LINK.fullmatch(scene.text, region.outer[1], low):
            continue
        last, link = scene.text[region.inner[1] - 1], scene.text[region.outer[1] : low]
        if last in ".…" and "," not in link and scene.text[low].isupper():
            continue  # a sentence of its own; what follows begins another
        start, _ = scene.bounds(scene.sentence_at(region.outer[0]))
        if region.kind == "title" and start < region.outer[0]:
            continue  # 'on "Face the Morning," Park said': where, not what
        if region.kind == "speech" or last in ",.!?" or link.startswith(","):
            return region
    return None


def _region_after(scene: Scene, high: int) -> Region | None:
    region = next((r for r in scene.regions if r.outer[0] >= high and r.kind != "title"), None)
    if region is None:
        return None
    between = scene.text[high : region.outer[0]]
    colon = between.rstrip().endswith(":") and not between.rstrip().endswith(LISTING)
    if len(between) > (_NEAR_COLON if colon else _NEAR) or "\n" in between or re.search(r"[.!?;]\s", between):
        return None
    if _TOUCHES_AFTER.fullmatch(between) and (region.kind == "speech" or re.search(r"[,:]", between)):
        return region
    first, last = region.inner
    long_enough = region.kind == "speech" and scene.text[first].isupper() and last - first > 40
    if not (colon or between.rstrip().endswith(",") or long_enough):
        return None
    tokens = scene.tokens_in((high, region.outer[0]))
    colon = colon and not any(t.pos_ == "VERB" and t.lower_ in cue_lexicon().forms for t in tokens)
    verbless = all(t.dep_ in _ADJUNCTS and (t.pos_ not in {"AUX", "VERB"} or t.dep_ == "amod") for t in tokens)
    return region if colon or verbless else None


def _with_start_of_sentence(scene: Scene, region: Region) -> Span:
    """A quotation's inside, or the sentence that it ends, when the writer's words lead into it.

    `The plan is "a gift to nobody," Park said.`
    """
    start, _ = scene.bounds(scene.sentence_at(region.outer[0]))
    lead = scene.text[start : region.outer[0]].strip()
    apart = region.outer[0] <= start or not lead or lead.endswith((":", ".", "”", '"', ",")) or _LEAD_IN.fullmatch(lead)
    return region.inner if apart or region.inner[1] - region.inner[0] > 200 else (start, region.outer[1])


def _continues(scene: Scene, verb: Token, after: Region, high: int) -> bool:
    """Whether a second quotation carries the first one on: no full stop between."""
    between = scene.text[high : after.outer[0]]
    return "." not in between and scene.sentence_at(after.outer[0] - 1) == verb.sent
