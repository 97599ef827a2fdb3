"""To whom something was said, and where: what hangs on a cue beside its subject and its content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.statements.cue_lexicon import Cue, people_lexicon
from index.statements.parse.clauses import extent

if TYPE_CHECKING:
    from spacy.tokens import Token

_PRONOUNS = frozenset({"he", "she", "it", "they", "we", "i"})


def addressee_of(verb: Token, cue: Cue, content_start: int) -> tuple[int, int] | None:
    """Token range of whom it was said to: the object of tell or urge, or "to X" after others."""
    for child in verb.children:
        if child.i <= verb.i or child.i >= content_start:
            continue
        head = child if child.dep_ in {"dobj", "dative", "iobj"} and cue.takes("addressing") else None
        if child.dep_ in {"prep", "dative"} and _leads_to_addressee(child, cue):
            head = next((t for t in child.children if t.dep_ == "pobj"), None)
        if head is not None and head.lower_ not in {"to", *_PRONOUNS - {"it"}}:
            first, last = extent(head)
            clause = min(
                (t.left_edge.i for t in head.subtree if t.dep_ in {"relcl", "acl"} and t.i > head.i),
                default=last,
            )
            return first, min(last, clause, content_start)
    return None


def _leads_to_addressee(preposition: Token, cue: Cue) -> bool:
    return preposition.lower_ == "to" or (cue.lemma in {"call", "appeal"} and preposition.lower_ in {"on", "upon"})


def occasion_of(verb: Token) -> tuple[int, int] | None:
    """Token range of "in a speech at the ceremony", hung on the cue."""
    occasions = people_lexicon().occasions
    for child in verb.children:
        if child.dep_ == "prep" and child.lower_ in {"in", "at", "during", "on"}:
            for inner in child.children:
                if inner.dep_ == "pobj" and inner.lower_ in occasions:
                    clause = min(
                        (t.left_edge.i for t in inner.children if t.dep_ in {"relcl", "acl"}),
                        default=inner.right_edge.i + 1,
                    )
                    return child.i, min(inner.right_edge.i + 1, clause)
    return None
