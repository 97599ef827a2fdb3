"""Clauses round a cue: its subject, its content, its addressee, read off the dependency parse."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from index.article import Span
from index.statements.lexicon import Cue, people_lexicon

if TYPE_CHECKING:
    from spacy.tokens import Token

_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
_RELATIVE = frozenset({"who", "which", "that", "whom"})
_MODALS = frozenset({"would", "could", "will", "may", "might", "should", "can", "must", "'ll", "wo"})
_QUOTING = frozenset({"quoted", "cited", "reported"})
_EDGE = re.compile(r"[\s,;:.\-–—()]")
_MAX_CONTROL = 6


def extent(token: Token) -> tuple[int, int]:
    """First and one-past-last token index of the token's subtree."""
    return token.left_edge.i, token.right_edge.i + 1


def subject_of(verb: Token) -> Token | None:
    """Who does the reporting: the subject's head token, followed through relative and controlled clauses.

    >>> # "Ada Park, who runs the mill, said it would close" -> Park; "The mayor smiled, adding that ..." -> mayor
    """
    for _ in range(_MAX_CONTROL):
        own = _own_subject(verb)
        if own is not None:
            if own.lower_ in _RELATIVE and verb.dep_ == "relcl":
                return verb.head
            return own
        if verb.dep_ == "acl" and verb.head.pos_ in {"NOUN", "PROPN"}:
            return verb.head
        if verb.dep_ not in {"conj", "advcl", "xcomp", "pcomp", "dep", "parataxis"} or verb.head is verb:
            return None
        if verb.dep_ == "pcomp":
            if verb.head.lower_ not in {"as", "by"}:
                return None
            verb = verb.head.head
        else:
            verb = verb.head
        if verb.pos_ not in {"VERB", "AUX"}:
            return None
    return None


def _own_subject(verb: Token) -> Token | None:
    found = [child for child in verb.children if child.dep_ in _SUBJECTS]
    if found:
        subject = found[-1] if len(found) > 1 and found[-1].i < verb.i else found[0]
        return subject
    # "…, said Ada Park": the parser sometimes calls an inverted subject an object
    after = verb.nbor(1) if verb.i + 1 < len(verb.doc) else None
    if after is not None and (after.pos_ == "PROPN" or after.ent_type_ == "PERSON"):
        for child in verb.children:
            if child.dep_ in {"dobj", "oprd", "npadvmod", "attr", "ccomp", "dep"} and extent(child)[0] == after.i:
                return child if child.pos_ == "PROPN" else None
    return None




def infinitive_end(head: Token, verb: Token) -> int:
    """One past the last token of an infinitive content, with the bare infinitives joined to it by "and".

    The parser often hangs the later ones on the cue: "urged them to guard …, protect … and boost …".
    """
    last = head.right_edge.i + 1
    for child in verb.children:
        if child.dep_ == "conj" and child.tag_ == "VB" and child.i >= last and not any(c.dep_ in _SUBJECTS for c in child.children):
            last = max(last, child.right_edge.i + 1)
    return last


def is_given_name_he(token: Token) -> bool:
    """Whether a capitalised pronoun form ("Liu He", "Minister She") is part of a name."""
    if token.text not in {"He", "She", "It", "You", "Her", "Me", "My"} or token.i == 0 or token.is_sent_start:
        return False
    before = token.nbor(-1)
    return before.pos_ == "PROPN" and before.whitespace_ == " " and before.text[0].isupper()


def is_passive(verb: Token) -> bool:
    """Whether the verb stands in the passive ("was told"), apart from "was quoted as saying"."""
    return any(child.dep_ in {"auxpass", "nsubjpass"} for child in verb.children) and verb.lower_ not in _QUOTING


def is_unsaid(verb: Token) -> bool:
    """Whether the text says that this was not (yet) said: "did not say", "declined to say", "if he says"."""
    for child in verb.children:
        if child.dep_ == "neg" or (child.dep_ == "aux" and child.lower_ in _MODALS):
            return True
        if child.dep_ == "mark" and child.lower_ in {"if", "unless", "whether"}:
            return True
        if child.dep_ == "aux" and child.lower_ == "to":
            return verb.head.lower_ not in {"went", "goes", "going", "continued", "continues"}
    return False


def clause_after(verb: Token, cue: Cue) -> tuple[Token | None, str]:
    """The head of the content clause after (or round) the cue and the rule that found it."""
    for child in verb.children:
        if child.dep_ == "ccomp" and child.pos_ in {"VERB", "AUX", "NOUN", "ADJ", "PROPN", "ADV", "NUM", "PRON"} and _is_finite(child):
            return child, "clause"
    for child in verb.children:
        if child.dep_ == "xcomp" and child.i > verb.i and _is_infinitive(child) and (cue.urging or cue.committing):
            return child, "infinitive"
    for child in verb.children:
        if child.dep_ in {"advcl", "acl"} and child.i > verb.i and _is_infinitive(child) and cue.urging:
            return child, "infinitive"
        if child.dep_ == "dobj" and (cue.urging or cue.committing):
            for inner in child.children:
                if inner.dep_ in {"acl", "xcomp", "relcl"} and inner.i > child.i and _is_infinitive(inner):
                    return inner, "infinitive"
        if child.dep_ == "prep" and child.i > verb.i and child.lower_ in cue.prepositions:
            for inner in child.subtree:
                if inner.dep_ in {"acl", "xcomp", "relcl", "advcl"} and _is_infinitive(inner) and cue.urging:
                    return inner, "infinitive"
        if child.dep_ == "prep" and child.i > verb.i:  # "said in a statement that …", hung on the noun
            for noun in child.children:
                for inner in noun.children:
                    if noun.lower_ in people_lexicon().occasions and inner.dep_ in {"relcl", "acl", "ccomp"} and any(t.lower_ == "that" for t in inner.subtree):
                        return inner, "clause"
    return None, ""


def _is_finite(clause: Token) -> bool:
    """Whether the clause can be what was said: "found water leaking" is no report, "found that water leaked" is."""
    return clause.tag_ not in {"VBG", "VBN"} or any(child.dep_ in {"aux", "auxpass", "mark", "ccomp"} for child in clause.children)


def _is_infinitive(token: Token) -> bool:
    return token.tag_ == "VB" and any(child.lower_ == "to" for child in token.children)


def object_after(verb: Token, cue: Cue) -> tuple[int, int] | None:
    """Token range of a noun-phrase content: the direct object, or what follows the cue's own preposition."""
    for child in verb.children:
        if child.i <= verb.i:
            continue
        if child.dep_ == "prep" and child.lower_ in cue.prepositions:
            inner = [t for t in child.children if t.dep_ in {"pobj", "pcomp", "prep"}]
            if inner:
                return inner[0].left_edge.i, child.right_edge.i + 1
        if child.dep_ in {"dobj", "oprd"} and cue.noun_phrase:
            first, last = extent(child)
            return first, _with_attached(verb, last)
    return None


def _with_attached(verb: Token, last: int) -> int:
    """The object's end, with the prepositional phrases that the parser hung on the verb right behind it."""
    for child in verb.children:
        if child.i == last and child.dep_ in {"prep", "acl", "advcl"} and child.lower_ not in {"in", "at", "on", "during", "after", "before"}:
            last = child.right_edge.i + 1
    return last


def addressee_of(verb: Token, cue: Cue, content_start: int) -> tuple[int, int] | None:
    """Token range of whom it was said to: the object of tell/ask/urge, or "to X" after say/write/speak."""
    for child in verb.children:
        if child.i <= verb.i or child.i >= content_start:
            continue
        if child.dep_ in {"dobj", "dative", "iobj"} and child.dep_ != "prep" and child.lower_ != "to":
            first, last = extent(child)
            return first, min(last, content_start)
        if child.dep_ in {"prep", "dative"} and (child.lower_ == "to" or (cue.lemma in {"call", "appeal"} and child.lower_ in {"on", "upon"})):
            inner = [t for t in child.children if t.dep_ == "pobj"]
            if inner:
                first, last = extent(inner[0])
                return first, min(last, content_start)
    return None


def occasion_of(verb: Token) -> tuple[int, int] | None:
    """Token range of "in a speech at the ceremony", hung on the cue."""
    occasions = people_lexicon().occasions
    for child in verb.children:
        if child.dep_ == "prep" and child.lower_ in {"in", "at", "during", "on"}:
            for inner in child.children:
                if inner.dep_ == "pobj" and inner.lower_ in occasions:
                    return extent(child)
    return None


def trim(text: str, span: Span) -> Span | None:
    """The span without spaces and punctuation at its edges; closing marks and full stops inside stay out too."""
    start, end = span
    while start < end and _EDGE.match(text[start]):
        start += 1
    while end > start and _EDGE.match(text[end - 1]):
        end -= 1
    if start >= end:
        return None
    if "(" in text[start:end] and text[end : end + 1] == ")" and end < span[1]:
        end += 1  # the bracket closes one that opens inside
    return start, end


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
