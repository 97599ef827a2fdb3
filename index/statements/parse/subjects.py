"""Who does the reporting at a cue: its subject, read off the dependency parse, and whether it reports at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.statements.cue_lexicon import cue_lexicon, people_lexicon

if TYPE_CHECKING:
    from spacy.tokens import Token

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
_RELATIVE = frozenset({"who", "which", "that", "whom"})
_CLIMBED = frozenset({"conj", "advcl", "xcomp", "pcomp", "dep", "parataxis", "ccomp"})
_MODALS = frozenset({"would", "could", "will", "may", "might", "should", "can", "must", "'ll", "wo"})
# "stopped asking them to pay", "started asking them to pay": a habit, nothing that was said
_NOT_SAYING = frozenset(
    [
        *("start", "starts", "started", "begin", "begins", "began", "begun", "stop", "stops", "stopped", "avoid"),
        *("avoids", "avoided", "consider", "considers", "considered", "keep", "keeps", "kept"),
    ]
)
# "nobody said", "none of them said", "hardly anyone said"; but "a few said"
_NOBODY = frozenset({"anyone", "anybody", "whoever", "nobody", "none", "neither", "few", "hardly", "scarcely"})
_SOME = frozenset({"a", "the", "these", "those"})
_QUOTING = frozenset({"quoted", "cited", "reported"})
_ASKED = frozenset({"asked", "told", "pressed"})
# what stands behind these is whom it is said to, never who says it
_ALWAYS_TO_SOMEBODY = frozenset({"told", "tells", "informed", "notified", "reminded", "assured"})
_TAGGED_AS_OBJECT = frozenset({"dobj", "oprd", "npadvmod", "attr", "ccomp", "dep", "intj", "appos"})
_FARTHEST_NAME = 20  # tokens between a cue and a name that the parser hung elsewhere
_MAX_CONTROL = 6
_CLOSING = frozenset({'"', "”", "'"})


def subject_of(verb: Token) -> Token | None:
    """Who does the reporting: the subject's head token, followed through relative and controlled clauses.

    "Ada Park, who runs the mill, said it would close" -> Park; "The mayor smiled, adding that …" -> mayor.
    """
    if verb.dep_ == "amod" or is_passive(verb):
        return verb.head if verb.dep_ == "amod" else _agent(verb)
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
    made = noun.dep_ == "dobj" and noun.lower_ in people_lexicon().documents and noun.head.pos_ == "VERB"
    if made and verb.tag_ == "VBG" and (maker := subject_of(noun.head)) is not None:
        return maker  # "her office issued a statement saying that P"
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
    found = [child for child in verb.children if child.dep_ in SUBJECTS and child.tag_ != "VBG"]
    if found:
        return _speaking(verb, found)
    if (name := _name_in_front(verb)) is not None:
        return name
    if (name := next(filter(looks_like_modal, verb.children), None)) is not None:
        return name
    # "…, said Ada Park": the parser sometimes calls an inverted subject an object
    after = verb.nbor(1) if verb.i + 1 < len(verb.doc) else None
    if verb.lower_ in _ALWAYS_TO_SOMEBODY:
        return None
    named = after is not None and (after.pos_ == "PROPN" or after.ent_type_ == "PERSON")
    quoted = verb.i > 0 and verb.nbor(-1).text in _CLOSING  # `"Why?" asked one visitor`
    cue = cue_lexicon().forms.get(verb.lower_)
    addressed = cue is not None and cue.takes("addressing") and not quoted  # "and encouraged Park to go"
    if after is not None and (named or quoted) and not addressed:
        for child in verb.children:
            if child.dep_ in _TAGGED_AS_OBJECT and child.left_edge.i == after.i:
                return child if child.pos_ == "PROPN" or (quoted and child.pos_ == "NOUN") else None
    return None


def _speaking(verb: Token, subjects: list[Token]) -> Token:
    """Which of the words that the parser calls subjects says it."""
    if subjects[-1].i < verb.i:
        return _outermost_noun(subjects)
    # "“The mill's closing”, said Ada Park": not the closing
    behind_quotation = any(token.text in _CLOSING for token in verb.doc[max(0, verb.i - 2) : verb.i])
    return subjects[-1] if behind_quotation else subjects[0]


def _outermost_noun(subjects: list[Token]) -> Token:
    """The subject, or the noun that the parser hung on its modifier: "a study showing tar levels has found"."""
    for token in subjects:
        above = next((c for c in token.children if c.dep_ == "nsubj" and c.i < token.i and c.pos_ == "NOUN"), None)
        if above is not None:
            return above
    return subjects[-1]


def _name_in_front(verb: Token) -> Token | None:
    """The name right before a cue, hung on the noun before: "… from the mill, Ada Park told reporters"."""
    if verb.tag_ not in {"VBD", "VBZ", "VBN"} or verb.dep_ not in {"ROOT", "conj", "oprd", "acl", "ccomp"}:
        return None
    last = verb.left_edge.i - 1 if verb.left_edge.i > verb.i - 3 else verb.i - 1
    while last > 0 and verb.doc[last].pos_ in {"AUX", "ADV"}:
        last -= 1
    apposed = last > 0 and verb.doc[last].text == ","
    last -= apposed
    if last < 1:
        return None
    before, found = verb.doc[last], None
    for token in (before, *before.ancestors):
        edge = token.left_edge.i
        if token.i > last or token.i < last - _FARTHEST_NAME or token.sent != verb.sent:
            break
        parted = edge > token.sent.start and verb.doc[edge - 1].text == "," and token.right_edge.i <= last + apposed
        named = token.ent_type_ == "PERSON" and token.pos_ == "PROPN"
        told = token.pos_ == "NOUN" and verb.doc[edge].lower_ in {"a", "an", "the", "his", "her", "their", "its"}
        if parted and (named or (told and not apposed)) and token.dep_ in {"appos", "conj", "npadvmod", "dep", "pobj"}:
            found = token
        elif found is not None:
            break
    return found


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
    if is_negated(verb) or (verb.tag_ == "VBG" and verb.dep_ == "xcomp" and verb.head.lower_ in _NOT_SAYING):
        return True
    for child in verb.children:
        if child.dep_ in {"dobj", "attr"} and child.lower_ == "what" and child.i < verb.i:
            return True  # "what she said surprised them"
        if looks_like_modal(child):
            continue
        if child.dep_ == "aux" and child.lower_ in _MODALS:
            return True
        if child.dep_ == "mark" and child.lower_ in {"if", "unless", "whether"}:
            return True
        if child.dep_ == "aux" and child.lower_ == "to":
            return verb.head.lower_ not in {"went", "goes", "going", "continued", "continues"}
    return False


def is_negated(verb: Token) -> bool:
    """As in "did not say", "no longer believes", "neither confirmed nor denied"."""
    above = verb.head if verb.dep_ == "conj" else verb
    if any(child.lower_ == "nor" and above.i < child.i < verb.i for child in above.children):
        return True
    for child in verb.children:
        longer = child.lower_ == "longer" and child.i > 0 and child.nbor(-1).lower_ == "no"
        if child.dep_ == "neg" or longer or (child.lower_ == "neither" and child.dep_ == "preconj"):
            return True
    return False


def is_nobody(subject: Token) -> bool:
    """Whether the subject means nobody, or hardly anybody: "no villager", "none of them", "few experts"."""
    in_front = [token for token in subject.subtree if token.i < subject.i]
    words = {subject.lower_, *(child.lower_ for child in subject.children if child.i < subject.i)}
    some = any(token.lower_ in _SOME or token.dep_ == "poss" for token in in_front)
    a_few = "few" in words and some
    not_all = "not" in words and "only" not in words and subject.pos_ != "PROPN"
    denied = bool(words & _NOBODY) or not_all or ("no" in words and not subject.text.isdigit())
    return denied and not a_few


def trails(verb: Token) -> bool:
    """Whether the verb is a participle hung on another verb: "…, adding that"."""
    return verb.tag_ == "VBG" and not any(child.dep_ in {"nsubj", "aux"} for child in verb.children)


def looks_like_modal(token: Token) -> bool:
    """Whether a name is taken for a modal verb: "May said", "Will Hutch had said"; no past tense follows a modal."""
    if token.tag_ != "MD" or token.text not in {"May", "Will"} or token.i + 1 == len(token.doc):
        return False
    after = token.nbor(1)
    return after.tag_ in {"VBD", "VBZ", "NNP"} or (after.text[0].isupper() and after.text != "I")


def is_name_all_the_same(pronoun: Token) -> bool:
    """Whether a pronoun's form is a name here: "Wen He", the magazine "the We"."""
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
