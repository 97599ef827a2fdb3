"""Clauses round a cue: its subject, its content, its addressee, read off the dependency parse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.statements.lexicon import Cue, cue_lexicon, people_lexicon

if TYPE_CHECKING:
    from spacy.tokens import Token

_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
_RELATIVE = frozenset({"who", "which", "that", "whom"})
_CLIMBED = frozenset({"conj", "advcl", "xcomp", "pcomp", "dep", "parataxis", "ccomp"})
_MODALS = frozenset({"would", "could", "will", "may", "might", "should", "can", "must", "'ll", "wo"})
# "stopped asking them to pay", "started asking them to pay": a habit, nothing that was said
_NOT_SAYING = frozenset(
    "start starts started begin begins began begun stop stops stopped avoid avoids avoided consider considers considered "
    "keep keeps kept".split()
)
_QUOTING = frozenset({"quoted", "cited", "reported"})
_ASKED = frozenset({"asked", "told", "pressed"})
# what stands behind these is whom it is said to, never who says it
_ALWAYS_TO_SOMEBODY = frozenset({"told", "tells", "informed", "notified", "reminded", "assured"})
_CONTRAST = frozenset({"while", "whereas", "although", "though"})
_TAGGED_AS_OBJECT = frozenset({"dobj", "oprd", "npadvmod", "attr", "ccomp", "dep", "intj", "appos"})
_MAX_CONTROL = 6


def extent(token: Token) -> tuple[int, int]:
    """First and one-past-last token index of the token's subtree."""
    return token.left_edge.i, token.right_edge.i + 1


# ── who speaks ────────────────────────────────────────────────────────────


def subject_of(verb: Token) -> Token | None:
    """Who does the reporting: the subject's head token, followed through relative and controlled clauses.

    "Ada Park, who runs the mill, said it would close" -> Park; "The mayor smiled, adding that …" -> mayor.
    """
    if is_passive(verb):
        return _agent(verb)
    if (quoted := _quoted_as(verb)) is not None:
        return quoted
    if trails(verb) and (reporter := _reporting_ancestor(verb)) is not None:
        verb = reporter
    for _ in range(_MAX_CONTROL):
        own = _own_subject(verb)
        if own is not None:
            return verb.head if own.lower_ in _RELATIVE and verb.dep_ == "relcl" else own
        if verb.dep_ == "acl" and verb.head.pos_ in {"NOUN", "PROPN"}:
            return _past_apposition(verb)
        above = _controller(verb)
        if above is None:
            return None
        verb = _outer_report(verb, above)
    return None


def _quoted_as(verb: Token) -> Token | None:
    """As in "the agency quoted the governor as saying that …": the governor."""
    if verb.dep_ != "pcomp" or verb.head.lower_ != "as" or verb.head.head.lower_ not in {"quoted", "quotes", "quoting"}:
        return None
    quoting = verb.head.head
    return next((child for child in quoting.children if child.dep_ == "dobj" and child.i > quoting.i), None)


def _outer_report(verb: Token, above: Token) -> Token:
    """The report whose speaker a joined cue shares, past its content: "said it would close, and denied that …"."""
    joined = verb.dep_ == "conj" and verb.tag_ in {"VBD", "VBZ"} and verb.lower_ in cue_lexicon().forms
    inside = above.dep_ == "ccomp" and above.head.lower_ in cue_lexicon().forms and above.head.i < above.i
    return above.head if joined and inside else above


def _past_apposition(verb: Token) -> Token:
    """Whom a verb hung on a noun speaks for: the noun, or the person in whose apposition it only ends.

    "Ada Park, founder of the firm Park Mills, called on …": the firm does not call.
    """
    noun = verb.head
    if verb.tag_ == "VBD" and verb.nbor(-1).text == ",":
        for above in noun.ancestors:
            apposed = any(child.dep_ == "appos" and child.i < verb.i for child in above.children)
            if above.pos_ == "PROPN" and above.ent_type_ in {"PERSON", ""} and apposed:
                return above
    return noun


def _controller(verb: Token) -> Token | None:
    """The verb whose subject this one shares."""
    if verb.dep_ not in _CLIMBED or verb.head == verb or (verb.dep_ == "ccomp" and verb.tag_ != "VBG"):
        return None
    above = verb.head
    if verb.dep_ == "pcomp":
        if above.lower_ not in {"as", "by"}:
            return None
        above = above.head
    return above if above.pos_ in {"VERB", "AUX"} else None


def _reporting_ancestor(verb: Token) -> Token | None:
    """For a trailing participle, the report above it: "rejected calls to close it, calling it odd"."""
    if verb.i == 0 or verb.nbor(-1).text != ",":
        return None
    forms = cue_lexicon().forms
    reports = [t for t in verb.ancestors if t.lower_ in forms and t.i < verb.i and _own_subject(t) is not None]
    inner = next(iter(reports), None)
    if inner is not None and inner.dep_ == "ccomp" and inner.head in reports:
        return inner.head  # "Park said the firm had offered more, adding that …": Park adds
    return inner


def _own_subject(verb: Token) -> Token | None:
    found = [child for child in verb.children if child.dep_ in _SUBJECTS]
    if found:
        return _outermost_noun(found) if found[-1].i < verb.i else found[0]
    if (name := _name_in_front(verb)) is not None:
        return name
    # "…, said Ada Park": the parser sometimes calls an inverted subject an object
    after = verb.nbor(1) if verb.i + 1 < len(verb.doc) else None
    if verb.lower_ in _ALWAYS_TO_SOMEBODY:
        return None
    name = after is not None and (after.pos_ == "PROPN" or after.ent_type_ == "PERSON")
    quoted = verb.i > 0 and verb.nbor(-1).text in {'"', "”", "'"}  # `"Why?" asked one visitor`
    if after is not None and (name or quoted):
        for child in verb.children:
            if child.dep_ in _TAGGED_AS_OBJECT and child.left_edge.i == after.i:
                return child if child.pos_ == "PROPN" or (quoted and child.pos_ == "NOUN") else None
    return None


def _outermost_noun(subjects: list[Token]) -> Token:
    """The subject, or the noun that the parser made a subject of its modifier: "a study showing tar levels has found"."""
    for token in subjects:
        above = next((c for c in token.children if c.dep_ == "nsubj" and c.i < token.i and c.pos_ == "NOUN"), None)
        if above is not None:
            return above
    return subjects[-1]


def _name_in_front(verb: Token) -> Token | None:
    """The name right before a cue that the parser hung on the noun before: "… from the mill, Ada Park told reporters"."""
    before = verb.nbor(-1) if verb.i > 1 else None
    if before is None or before.pos_ != "PROPN" or before.dep_ not in {"appos", "conj"}:
        return None
    edge = before.left_edge.i
    parted = edge > 0 and verb.doc[edge - 1].text == "," and verb.tag_ in {"VBD", "VBZ"}
    return before if parted and before.head.i < edge and verb.dep_ == "ROOT" else None


def _agent(verb: Token) -> Token | None:
    """Who speaks in a passive: "asked by Ada Park whether …" -> Park."""
    for child in verb.children:
        if child.dep_ in {"agent", "prep"} and child.lower_ == "by":
            return next((t for t in child.children if t.dep_ == "pobj"), None)
    return None


def is_passive(verb: Token) -> bool:
    """Whether the words are said to the subject or about it ("was told", "asked why, she …").

    "was quoted as saying" is not counted among them.
    """
    if verb.lower_ in _QUOTING:
        return False
    if any(child.dep_ in {"auxpass", "nsubjpass"} for child in verb.children) or _is_asked(verb):
        return True
    if verb.dep_ not in {"acl", "advcl"} or any(child.dep_ in {"aux", "nsubj"} for child in verb.children):
        return False
    return verb.tag_ == "VBN" or (verb.tag_ == "VBD" and _takes_no_object(verb))


def _is_asked(verb: Token) -> bool:
    """As in "Park, asked whether it will close, shook her head": a participle that looks like a main verb."""
    if verb.lower_ not in _ASKED or verb.i < 2 or verb.nbor(-1).text != ",":
        return False
    bare_name = any(c.dep_ == "nsubj" and c.i == verb.i - 2 and not _holds_comma(c) for c in verb.children)
    return bare_name and _takes_no_object(verb)


def _holds_comma(token: Token) -> bool:
    return any(t.text == "," and t.i < token.i for t in token.subtree)


def _takes_no_object(verb: Token) -> bool:
    """Whether nobody is told or asked, and, but for verbs of asking, nothing is said either."""
    objects = {"dobj", "dative", "iobj"} if verb.lower_ in _ASKED else {"dobj", "dative", "iobj", "ccomp"}
    behind = [child for child in verb.children if child.i > verb.i]
    return not any(c.dep_ in objects or (c.dep_ == "prep" and c.lower_ in {"on", "for"}) for c in behind)


def is_unsaid(verb: Token) -> bool:
    """Whether the text says that this was not (yet) said: "did not say", "declined to say", "if he says"."""
    if verb.tag_ == "VBG" and verb.dep_ == "xcomp" and verb.head.lower_ in _NOT_SAYING:
        return True
    for child in verb.children:
        if child.dep_ == "neg" or (child.dep_ == "aux" and child.lower_ in _MODALS):
            return True
        if child.dep_ == "mark" and child.lower_ in {"if", "unless", "whether"}:
            return True
        if child.dep_ == "aux" and child.lower_ == "to":
            return verb.head.lower_ not in {"went", "goes", "going", "continued", "continues"}
    return False


def trails(verb: Token) -> bool:
    """Whether the verb is a participle hung on another verb: "…, adding that"."""
    return verb.tag_ == "VBG" and not any(child.dep_ in {"nsubj", "aux"} for child in verb.children)


def is_name_all_the_same(pronoun: Token) -> bool:
    """Whether a pronoun's form is a name here: "Wen He", the paper "the i"."""
    return is_given_name_he(pronoun) or any(child.dep_ == "det" for child in pronoun.children)


def is_given_name_he(token: Token) -> bool:
    """Whether a capitalised pronoun form ("Wen He", "Minister She") is part of a name."""
    if token.text not in {"He", "She", "It", "You", "Her", "Me", "My"} or token.i == 0:
        return False
    before = token.nbor(-1)
    return before.pos_ == "PROPN" and before.whitespace_ == " " and before.text[0].isupper()


def joined_nouns(noun: Token) -> list[Token]:
    """The nouns that "and" joins to this one, with it: "Park, Birch and Lund" -> Park, Birch, Lund."""
    nouns = [noun]
    while True:
        after = (child for child in nouns[-1].children if child.dep_ == "conj" and child.i > nouns[-1].i)
        joined = next((child for child in after if child.pos_ in {"PROPN", "NOUN"}), None)
        if joined is None:
            break
        nouns.append(joined)
    by_and = len(nouns) > 1 and any(child.lower_ == "and" for child in nouns[-2].children)
    return nouns if by_and else nouns[:1]


# ── what is said ──────────────────────────────────────────────────────────


def clause_after(verb: Token, cue: Cue) -> tuple[Token | None, str]:
    """The head of the content clause after (or round) the cue and the rule that found it."""
    for child in verb.children:
        if child.dep_ == "ccomp" and _is_finite(child) and child.pos_ not in {"PUNCT", "INTJ", "X"}:
            if not any(t.text == ";" for t in verb.doc[child.right_edge.i + 1 : verb.i]):
                return child, "clause"
    infinitive = _infinitive_after(verb, cue)
    if infinitive is not None:
        return infinitive, "infinitive"
    if cue.takes("gerund"):
        for child in verb.children:
            perfect = any(c.lower_ in {"having", "being"} and c.dep_ in {"aux", "auxpass"} for c in child.children)
            if child.dep_ in {"xcomp", "ccomp"} and child.i > verb.i and (child.tag_ == "VBG" or perfect):
                return child, "gerund"
    hung = next(_hung_on_occasion(verb), None) or _hung_above(verb) or _run_on(verb)
    return (hung, "clause") if hung is not None else (None, "")


def _hung_above(verb: Token) -> Token | None:
    """As in "…, with the paper reporting nobody was hurt": the clause behind the cue that hangs on a verb above."""
    for above in verb.ancestors:
        for child in above.children:
            if child.dep_ == "ccomp" and child.left_edge.i == verb.i + 1 and _is_finite(child):
                return child
    return None


def _run_on(verb: Token) -> Token | None:
    """As in "found sales of ice by noon exceeded those of tea": a clause that the parser joined with no word between."""
    for child in verb.children:
        if child.dep_ != "conj" or child.i < verb.i or not (_is_finite(child) and child.tag_ != "VB" or _has_modal(child)):
            continue
        joined = any(c.dep_ == "cc" for c in (*verb.children, *child.children) if verb.i < c.i)
        own = any(c.dep_ in _SUBJECTS for c in child.children)
        found = any(c.dep_ == "dobj" and c.i < child.i for c in verb.children if c.i > verb.i)
        if not joined and (own or (found and "," not in (t.text for t in verb.doc[verb.i : child.i]))):
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
        if _is_infinitive(child) and (
            (child.dep_ == "xcomp" and both) or (child.dep_ in {"advcl", "acl", "ccomp"} and urging)
        ):
            return child
        inside = child.children if child.dep_ == "dobj" and asks_of_object else ()
        if child.dep_ in {"prep", "dative"} and child.lower_ in cue.prepositions - {"for"} and urging:
            inside = child.subtree
        for inner in inside:
            if inner.dep_ in {"acl", "xcomp", "relcl", "advcl"} and inner.i > child.i and _is_infinitive(inner):
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
                if noun.lower_ in occasions and clausal and any(t.lower_ == "that" for t in inner.subtree):
                    yield inner


def _is_finite(clause: Token) -> bool:
    """Whether the clause can be said: "found water leaking" is no report, "found that it leaked" is."""
    if _is_infinitive(clause):
        return any(child.dep_ in _SUBJECTS for child in clause.children) and any(
            c.dep_ == "mark" for c in clause.children
        )
    if clause.tag_ in {"VBG", "VBN"}:
        return any(child.dep_ in {"aux", "auxpass", "mark", "ccomp"} for child in clause.children) and not (
            clause.tag_ == "VBG" and any(c.lower_ in {"having", "being"} for c in clause.children)
        )
    return True


def _is_infinitive(token: Token) -> bool:
    return token.tag_ == "VB" and any(child.lower_ == "to" and child.tag_ == "TO" for child in token.children)


def detached_subject(clause: Token, verb: Token, first: int) -> list[int]:
    """Where the content begins if the parser took its subject for the cue's object: "show mice sleep"."""
    finite = _has_modal(clause) or clause.tag_ in {"VBD", "VBZ", "VBP"}  # "promised the mill would close"
    addressing = "addressing" in _lists(verb) and not finite
    if any(child.dep_ in _SUBJECTS for child in clause.children) or addressing:
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
        bare = child.dep_ == "conj" and child.tag_ == "VB" and not any(c.dep_ in _SUBJECTS for c in child.children)
        if bare and child.i >= last:
            last = max(last, child.right_edge.i + 1)
    return last


def object_after(verb: Token, cue: Cue) -> tuple[int, int] | None:
    """Token range of a noun-phrase content: the object, or what follows the cue's own preposition."""
    for child in verb.children:
        if child.i <= verb.i:
            continue
        if child.dep_ == "prep" and child.lower_ in cue.prepositions:
            inner = [t for t in child.children if t.dep_ in {"pobj", "pcomp", "prep"}]
            if inner:
                return inner[0].left_edge.i, _with_attached(verb, child.right_edge.i + 1)
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


def start_of_trailing_report(token: Token) -> Token | None:
    """Where the report of this cue begins when it trails another report's content; None if it does not.

    "…, calling it a mess" -> calling; "… but warned that …" -> but; "…, while the firm says that …" -> while.
    """
    before = token.nbor(-1) if token.i > 0 else None
    if token.tag_ == "VBG" and token.dep_ == "pcomp" and token.head.lower_ == "with" and token.head.i > 0:
        own = any(child.dep_ in _SUBJECTS for child in token.children)
        return token.head if own and token.head.nbor(-1).text == "," else None
    if token.tag_ == "VBG":
        hung = token.dep_ in {"advcl", "acl", "xcomp", "conj", "dep", "ccomp"}
        return token if hung and before is not None and before.text == "," else None
    taken = {"ccomp", "xcomp"} | ({"dobj"} if token.tag_ == "VBD" else set())  # "…, and denied reports that …"
    unsaid = token.dep_ == "advcl" and any(child.dep_ == "neg" for child in token.children)
    if not unsaid and not any(child.dep_ in taken for child in token.children):
        return None
    subject = next((child for child in token.children if child.dep_ in _SUBJECTS), None)
    if token.dep_ == "conj" and token.tag_ in {"VBD", "VBZ"} and subject is None:
        joints = [child for child in token.head.children if child.dep_ == "cc" and child.i < token.i]
        clausal = token.head.tag_ != token.tag_ or any(c.dep_ in {"ccomp", "xcomp"} for c in token.children)
        return joints[-1] if joints and joints[-1].i > token.head.i and clausal else None
    if token.dep_ == "advcl" and subject is not None:
        mark = next((child for child in token.children if child.dep_ == "mark" and child.lower_ in _CONTRAST), None)
        return mark if mark is not None and mark.i > 0 and mark.nbor(-1).text == "," else None
    return None
