"""Sources without a verb of saying: "according to X", "in the words of X", "X's claim that"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.article import Span
from index.statements.cue_lexicon import cue_lexicon
from index.statements.parse.scene import Found, Scene
from index.statements.parse.subjects import subject_of
from index.statements.reports.reported import build

if TYPE_CHECKING:
    from spacy.tokens import Token

_APPOSED_NAME = re.compile(r",\s+(?=[A-Z])")
_OPENS_CLAUSE = frozenset({"that", "when", "because", "while", "where", "if", "as", "and", "but"})
_BESIDE = 4  # characters between the source and a quotation right behind it
_STOPS = frozenset({"but", "while", "whereas", "although", "though"})


def preposition_at(token: Token) -> Token | None:
    """The word that takes the source when a phrase such as "according to" begins at this token."""
    word = token.lower_
    for phrase in (p for p in cue_lexicon().prepositions if p[0] == word):
        words = token.doc[token.i : token.i + len(phrase)]
        if tuple(word.lower_ for word in words) == phrase:
            return words[-1]
    return None


def according(scene: Scene, token: Token, last: Token) -> Found | None:
    """As in "According to X, P"; "P, according to X"; "P begins, according to X, and goes on"."""
    source = _source(token, last)
    if source is None or scene.inside_quotation(scene.start(source)):
        return None
    span = _with_apposed_name(scene, _own_words(scene, source), source)
    cue_span = (scene.start(token), scene.end(last))
    base = Found(scene.piece, subject=source, subject_span=span, cue_span=cue_span)
    return build(scene, base, _content(scene, token, cue_span, span), "according-to", 0.9)


def noun(scene: Scene, token: Token) -> Found | None:
    """As in "Park's claim that P", "his warning that P": what the owner of the noun said."""
    owner = next((child for child in token.children if child.dep_ == "poss"), None)
    clause = next((c for c in token.children if c.dep_ in {"acl", "relcl", "ccomp"} and c.i > token.i), None)
    if owner is None or clause is None:
        return None
    that = next((t for t in clause.subtree if t.lower_ == "that" and t.dep_ == "mark"), None)
    content = scene.range((that.i, clause.right_edge.i + 1)) if that is not None else None
    if content is None:
        return None
    cue_span = (scene.start(token), scene.end(token))
    if owner.tag_ == "PRP$" and token.head.pos_ == "VERB" and (subject := subject_of(token.head)) is not None:
        owner = subject  # "the council repeated its claim"
    owned = (scene.start(owner.left_edge), scene.end(owner))
    base = Found(scene.piece, subject=owner, subject_span=owned, cue_span=cue_span)
    return build(scene, base, [content], "noun", 0.7)


def _source(token: Token, last: Token) -> Token | None:
    for parent in (last, token):
        for child in parent.children:
            if child.dep_ in {"pobj", "pcomp"} and child.i > last.i:
                return child
    after = last.nbor(1) if last.i + 1 < len(last.doc) else None
    while after is not None and after.dep_ in {"det", "amod", "compound", "poss", "nmod"} and after.head.i > after.i:
        after = after.head
    return after if after is not None and after.pos_ in {"NOUN", "PROPN", "PRON"} else None


def _own_words(scene: Scene, source: Token) -> Span:
    """The source's words; not the clause behind a name that the parser took for its apposition for want of a comma."""
    span = scene.noun_span(source)
    after = source.nbor(1) if source.i + 1 < len(source.doc) else None
    begins = after is not None and source.text[0].isupper() and after.tag_ in {"DT", "PRP", "PRP$"}
    return (span[0], scene.end(source)) if begins else span


def _with_apposed_name(scene: Scene, span: Span, source: Token) -> Span:
    """The source's span with a name right behind it: "the mill's owner, Ada Park, "."""
    if not (found := _APPOSED_NAME.match(scene.text, span[1])) or source.pos_ != "NOUN":
        return span
    end = span[1]
    for token in scene.tokens_in((found.end(), span[1] + 80)):
        if token.ent_type_ not in {"PERSON", "ORG"}:
            return (span[0], end) if token.text == "," else span
        end = scene.end(token)
    return span


def _content(scene: Scene, token: Token, cue_span: Span, source: Span) -> list[Span]:
    sent = token.sent
    start, end = scene.bounds(sent)
    before = [t for t in sent if start <= scene.start(t) < cue_span[0] and not t.is_punct]
    behind = (source[1], _stop(scene, source[1], end))
    opens = all(t.dep_ in {"cc", "advmod", "det", "prep"} for t in before) and len(before) < 3
    if opens or (before and before[-1].lower_ in _OPENS_CLAUSE):
        return [behind]
    quoted = scene.regions_in([(source[1], min(end, source[1] + _BESIDE))])
    if token.lower_ == "in" and quoted:
        return [quoted[0].inner]  # "was, in the words of her teacher, "a quiet child""
    goes_on = scene.text[source[1] : source[1] + 1] == "," and not any(t.pos_ in {"VERB", "AUX"} for t in before)
    front = (_past_concession(scene, token, _clause_start(scene, token, start)), cue_span[0])
    return [front, behind] if goes_on else [front]


def _stop(scene: Scene, start: int, end: int) -> int:
    """Where a semicolon, or a contrast after a comma, ends what "according to" covers."""
    for region in scene.regions:
        own_sentence = scene.text[start : region.outer[0]].rstrip().endswith((".", "!", "?"))
        if start < region.outer[0] < end and own_sentence:
            end = region.outer[0]
    for token in scene.tokens_in((start, end)):
        contrast = token.lower_ in _STOPS and token.i > 0 and token.nbor(-1).text == ","
        if (token.text == ";" or contrast) and not scene.inside_quotation(scene.start(token)):
            return scene.start(token)
    return end


def _clause_start(scene: Scene, token: Token, fallback: int) -> int:
    """Where the clause that "according to" closes begins: after a semicolon or a clausal "and" or "but"."""
    head, start = token.head, fallback
    for before in token.sent:
        if before.i >= token.i:
            break
        clausal = before.dep_ == "cc" and before.head.pos_ in {"VERB", "AUX"}
        if before.text == ";" or (clausal and _joins(before, head)):
            start = scene.end(before)
    return start


def _past_concession(scene: Scene, token: Token, start: int) -> int:
    """Where the main clause begins behind "Although P, …": what is granted is the writer's."""
    first = next((t for t in token.sent if scene.start(t) >= start and not t.is_punct), token)
    if first.lower_ not in _STOPS or first.dep_ != "mark" or first.head.dep_ != "advcl":
        return start
    ends = first.head.right_edge
    comma = ends.nbor(1) if ends.i + 1 < token.i else ends
    return scene.end(comma) if comma.text == "," else start


def _joins(conjunction: Token, head: Token) -> bool:
    """Whether the conjunction opens the clause, with its own subject, that `head` is in."""
    for clause in conjunction.head.children:
        if clause.dep_ == "conj" and clause.i > conjunction.i and (clause == head or head in clause.subtree):
            return any(child.dep_ in {"nsubj", "nsubjpass"} for child in clause.children)
    return False
