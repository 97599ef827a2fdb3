"""Clauses round a cue: what it reports, read off the dependency parse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.statements.cue_lexicon import Cue, cue_lexicon, people_lexicon
from index.statements.parse.subjects import SUBJECTS

if TYPE_CHECKING:
    from spacy.tokens import Token

_SHORTEST_REMARK = 3  # words
_SHARES = frozenset({"third", "quarter", "fifth", "tenth", "half", "record"})
_HUNG_LOOSELY = frozenset({"appos", "npadvmod", "dep", "attr", "conj", "dobj", "nsubj", "ROOT", "oprd"})
_ASKING = frozenset({"if", "whether", "what", "why", "how", "when", "where", "who", "which"})
_RELATIVES = frozenset({"who", "whom", "whose", "which", "where", "when", "why"})
_SUBORDINATE = frozenset({"advcl", "relcl", "acl", "pcomp", "csubj", "xcomp", "aux", "auxpass", "amod"})
_HEARERS = frozenset({"reporters", "journalists", "lawmakers", "investors", "mps", "jurors", "parliament", "court"})
_CONTRAST = frozenset({"while", "whereas", "although", "though"})


def extent(token: Token) -> tuple[int, int]:
    """First and one-past-last token index of the token's subtree."""
    return token.left_edge.i, token.right_edge.i + 1


def clause_after(verb: Token, cue: Cue) -> tuple[Token | None, str]:
    """The head of the content clause after (or round) the cue and the rule that found it."""
    for child in verb.children:
        said = child.dep_ == "ccomp" and _is_finite(child) and child.pos_ not in {"PUNCT", "INTJ", "X"}
        if said and not any(t.text == ";" for t in verb.doc[child.right_edge.i + 1 : verb.i]):
            return child, "clause"
    infinitive = _infinitive_after(verb, cue)
    if infinitive is not None:
        return infinitive, "infinitive"
    if cue.takes("gerund"):
        for child in verb.children:
            perfect = any(c.lower_ in {"having", "being"} and c.dep_ in {"aux", "auxpass"} for c in child.children)
            if child.dep_ in {"xcomp", "ccomp"} and child.i > verb.i and (child.tag_ == "VBG" or perfect):
                return child, "gerund"
    if (told := _hung_on_object(verb, cue)) is not None:
        return told, "clause"
    hung = next(_hung_on_occasion(verb), None) or _hung_above(verb) or _run_on(verb)
    return (hung, "clause") if hung is not None else (None, "")


def _hung_on_object(verb: Token, cue: Cue) -> Token | None:
    """As in "told the jury he had gone", "asked her if she agreed": the clause that the parser hung on whom it is told.

    Also a question on the cue itself: "asked by a reporter if he feared for his job".
    """
    if cue.takes("asks"):
        for child in verb.children:
            marks = (c for c in child.children if c.dep_ in {"mark", "advmod", "nsubj", "dobj"} and c.i < child.i)
            if child.dep_ == "advcl" and child.i > verb.i and any(mark.lower_ in _ASKING for mark in marks):
                return child
    if not cue.takes("addressing"):
        return None
    for heard in verb.children:
        if heard.dep_ not in {"dobj", "dative", "nsubj"} or heard.i < verb.i:
            continue
        for clause in heard.children:
            begins = clause.left_edge
            own = any(c.dep_ in SUBJECTS and c.lower_ not in {"who", "which", "that"} for c in clause.children)
            if clause.dep_ == "relcl" and own and begins.lower_ not in _RELATIVES and not _lacks_object(clause):
                return clause
    return None


def _lacks_object(clause: Token) -> bool:
    """Whether a clause without a relative word may lack what it stands behind: "the man he had hired"."""
    ends = clause.right_edge.i == clause.i or clause.right_edge.pos_ == "ADP"
    return ends and clause.left_edge.lower_ != "that"


def _hung_above(verb: Token) -> Token | None:
    """As in "…, with the paper reporting nobody was hurt": the clause behind the cue that hangs on a verb above."""
    for above in verb.ancestors:
        for child in above.children:
            if child.dep_ == "ccomp" and child.left_edge.i == verb.i + 1 and _is_finite(child):
                return child
    return None


def _run_on(verb: Token) -> Token | None:
    """As in "found sales of ice by noon exceeded those of tea": a clause joined to the cue with no word between."""
    for child in verb.children:
        finite = _has_modal(child) or (_is_finite(child) and child.tag_ != "VB")
        if child.dep_ not in {"conj", "advcl"} or child.i < verb.i or not finite:
            continue
        between = (*verb.children, *child.children)
        joined = any(c.dep_ in {"cc", "mark"} or c.tag_ in {"WRB", "WDT", "WP"} for c in between if verb.i < c.i)
        own = any(c.dep_ in SUBJECTS for c in child.children)
        taken = any(c.dep_ == "dobj" and verb.i < c.i < child.i for c in verb.children)
        if not joined and (own or (taken and "," not in (t.text for t in verb.doc[verb.i : child.i]))):
            return child
    return None


def _has_modal(verb: Token) -> bool:
    return any(child.dep_ == "aux" and child.tag_ == "MD" for child in verb.children)


def _infinitive_after(verb: Token, cue: Cue) -> Token | None:
    """The infinitive that a cue asks for or commits to: "urged X to act", "appealed to X to act"."""
    urging, both = cue.takes("urging"), cue.takes("urging") or cue.takes("committing")
    asks_of_object = urging and cue.takes("addressing")
    for child in verb.children:
        if child.i < verb.i:
            continue
        if is_infinitive(child) and (
            (child.dep_ == "xcomp" and both) or (child.dep_ in {"advcl", "acl", "ccomp"} and urging)
        ):
            return child
        inside = child.children if child.dep_ == "dobj" and asks_of_object else ()
        if child.dep_ in {"prep", "dative"} and child.lower_ in cue.prepositions - {"for"} and urging:
            inside = child.subtree
        for inner in inside:
            if inner.dep_ in {"acl", "xcomp", "relcl", "advcl"} and inner.i > child.i and is_infinitive(inner):
                return inner
    return None


def _hung_on_occasion(verb: Token) -> Iterator[Token]:
    """As in "said in a statement that …": the clause that the parser hung on the noun."""
    occasions = people_lexicon().occasions
    for preposition in verb.children:
        if preposition.dep_ != "prep" or preposition.i < verb.i:
            continue
        for noun in preposition.children:
            for inner in noun.children:
                clausal = inner.dep_ in {"relcl", "acl", "ccomp"}
                on_occasion = noun.lower_ in occasions and any(t.lower_ == "that" for t in inner.subtree)
                then = noun.ent_type_ in {"DATE", "TIME"} or noun.lower_ == "time"
                if clausal and (on_occasion or (then and _is_whole_with_that(inner))):
                    yield inner


def _is_whole_with_that(clause: Token) -> bool:
    """Whether "that" opens a clause that lacks nothing: "at the time that he wanted to go", not "the time that was"."""
    lacks_nothing = {"mark", "advmod"} | ({"dobj"} if clause.pos_ == "ADJ" else set())
    begins = next((c for c in clause.children if c.lower_ == "that" and c.dep_ in lacks_nothing), None)
    own = any(child.dep_ in SUBJECTS for child in clause.children)
    return begins is not None and begins.i == clause.left_edge.i and own


def _is_finite(clause: Token) -> bool:
    """Whether the clause can be said: "found water leaking" is no report, "found that it leaked" is."""
    if is_infinitive(clause):
        return any(child.dep_ in SUBJECTS for child in clause.children) and any(
            c.dep_ == "mark" for c in clause.children
        )
    if clause.tag_ in {"VBG", "VBN"}:
        return any(child.dep_ in {"aux", "auxpass", "mark", "ccomp"} for child in clause.children) and not (
            clause.tag_ == "VBG" and any(c.lower_ in {"having", "being"} for c in clause.children)
        )
    return True


def takes_thing(verb: Token) -> bool:
    """Whether the cue has a thing for its object: what stands in front of it is then nothing that it says."""
    things = (child for child in verb.children if child.dep_ == "dobj" and child.i > verb.i)
    return any(thing.pos_ == "NOUN" and thing.ent_type_ == "" and thing.lower_ not in _HEARERS for thing in things)


def is_main_clause(words: list[Token], verb: Token) -> bool:
    """Whether words in front of a cue hold a clause of their own, not only one that begins with "after" or "while"."""
    verbs = [word for word in words if word.pos_ in {"VERB", "AUX"} and word != verb]
    return any((v.dep_ not in _SUBORDINATE and v.tag_ not in {"VBG", "VB"}) or v.dep_ == "ccomp" for v in verbs)


def is_infinitive(token: Token) -> bool:
    """Whether it is a verb with "to"."""
    return token.tag_ == "VB" and any(child.lower_ == "to" and child.tag_ == "TO" for child in token.children)


def detached_subject(clause: Token, verb: Token, first: int) -> list[int]:
    """Where the content begins if the parser took its subject for the cue's object: "show mice sleep"."""
    finite = _has_modal(clause) or clause.tag_ in {"VBD", "VBZ", "VBP"}  # "promised the mill would close"
    addressing = "addressing" in _lists(verb) and not finite
    if any(child.dep_ in SUBJECTS for child in clause.children) or addressing:
        return []
    between = [child for child in verb.children if child.dep_ == "dobj" and verb.i < child.i < first]
    return [child.left_edge.i for child in between if child.pos_ in {"NOUN", "PROPN"}]


def _lists(verb: Token) -> frozenset[str]:
    cue = cue_lexicon().forms.get(verb.lower_)
    return cue.lists if cue is not None else frozenset()


def opens_with_that(clause: Token) -> bool:
    """Whether a joined clause goes on with what is said: "…, but that it saw no danger"."""
    marks = (child for child in clause.children if child.dep_ == "mark" and child.i < clause.i)
    return clause.dep_ == "conj" and any(mark.lower_ == "that" for mark in marks)


def infinitive_end(head: Token, verb: Token) -> int:
    """One past the last token of an infinitive content, with the bare infinitives joined to it by "and".

    The parser often hangs the later ones on the cue: "urged them to guard …, protect … and boost …".
    """
    last = head.right_edge.i + 1
    for child in verb.children:
        bare = child.dep_ == "conj" and child.tag_ == "VB" and not any(c.dep_ in SUBJECTS for c in child.children)
        if bare and child.i >= last:
            last = max(last, child.right_edge.i + 1)
    return last


def object_after(verb: Token, cue: Cue) -> tuple[int, int] | None:
    """Token range of a noun-phrase content: the object, or what follows the cue's own preposition."""
    for child in verb.children:
        if child.i <= verb.i:
            continue
        if child.dep_ == "prep" and child.lower_ in cue.prepositions - {"on", "upon"}:
            inner = [t for t in child.children if t.dep_ in {"pobj", "pcomp", "prep"}]
            if inner:
                return inner[0].left_edge.i, _with_attached(verb, child.right_edge.i + 1)
        if child.dep_ == "prep" and child.lower_ == "as" and cue.takes("describing") and verb.dep_ == "relcl":
            return child.i + 1, child.right_edge.i + 1  # "a plan that Park described as ..."
        if child.dep_ in {"dobj", "oprd"} and (cue.takes("noun_phrase") or cue.takes("describing")):
            first, last = extent(child)
            return first, _with_attached(verb, last)
    return None


def _with_attached(verb: Token, last: int) -> int:
    """The object's end, with the prepositional phrases that the parser hung on the verb right behind it."""
    for child in verb.children:
        place_or_time = child.lower_ in {"in", "at", "on", "during", "after", "before"}
        begins = child.left_edge
        condition = child.dep_ == "advcl" and begins.i == last and begins.lower_ in {"if", "unless"}
        if condition or (child.i == last and child.dep_ in {"prep", "acl", "advcl"} and not place_or_time):
            last = child.right_edge.i + 1
    return last


def is_remark(comma: Token) -> bool:
    """Whether, behind this comma, the writer remarks on what was said, up to the sentence's end.

    "…, a step that can last two days"; "…, a fifth of the town"; "…, despite the ruling"; "…, though the table does".
    """
    sent = comma.sent
    rest = [token for token in sent if token.i > comma.i]
    if len(rest) < _SHORTEST_REMARK or any(token.text in {";", ":", "“", '"'} for token in rest):
        return False
    first = rest[0]
    if first.lower_ in {"despite", "though", "although"} or (first.lower_ == "even" and rest[1].lower_ == "though"):
        return first.lower_ == "despite" or any(token.dep_ in SUBJECTS for token in rest)
    if first.lower_ not in {"a", "an"} or first.head.pos_ != "NOUN" or first.dep_ != "det":
        return False
    noun = first.head
    told = any(child.dep_ in {"relcl", "acl"} and child.i > noun.i for child in noun.children) or noun.lower_ in _SHARES
    if noun.dep_ == "npadvmod" and told:
        return True
    told = told or (noun.dep_ == "npadvmod" and any(t.dep_ == "relcl" for t in noun.subtree))
    listed = any(token.dep_ == "cc" and token.head.i <= comma.i for token in rest)
    return told and noun.dep_ in _HUNG_LOOSELY and not listed and noun.right_edge.i >= rest[-1].i - 2


def start_of_trailing_report(token: Token) -> Token | None:
    """Where the report of this cue begins when it trails another report's content; None if it does not.

    "…, calling it a mess" -> calling; "… but warned that …" -> but; "…, while the firm says that …" -> while.
    """
    before = token.nbor(-1) if token.i > 0 else None
    if token.tag_ == "VBG" and token.dep_ == "pcomp" and token.head.lower_ == "with" and token.head.i > 0:
        own = any(child.dep_ in SUBJECTS for child in token.children)
        return token.head if own and token.head.nbor(-1).text == "," else None
    if token.tag_ == "VBG":
        hung = token.dep_ in {"advcl", "acl", "xcomp", "conj", "dep", "ccomp"}
        return token if hung and before is not None and before.text == "," else None
    taken = {"ccomp", "xcomp"} | ({"dobj"} if token.tag_ == "VBD" else set())  # "…, and denied reports that …"
    unsaid = token.dep_ == "advcl" and any(child.dep_ == "neg" for child in token.children)
    if not unsaid and not any(child.dep_ in taken for child in token.children):
        return None
    subject = next((child for child in token.children if child.dep_ in SUBJECTS), None)
    if token.dep_ == "conj" and token.tag_ in {"VBD", "VBZ"} and subject is None:
        joints = [child for child in token.head.children if child.dep_ == "cc" and child.i < token.i]
        clausal = token.head.tag_ != token.tag_ or any(c.dep_ in {"ccomp", "xcomp"} for c in token.children)
        return joints[-1] if joints and joints[-1].i > token.head.i and clausal else None
    if token.dep_ == "advcl" and subject is not None:
        mark = next((child for child in token.children if child.dep_ == "mark" and child.lower_ in _CONTRAST), None)
        return mark if mark is not None and mark.i > 0 and mark.nbor(-1).text == "," else None
    return None
