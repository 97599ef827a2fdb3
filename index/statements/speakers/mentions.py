"""Reading a noun phrase: the name in it, what kind of source it is, its role and affiliation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.article import Span
from index.statements.cue_lexicon import people_lexicon
from index.statements.parse.parsing import Piece
from index.statements.parse.subjects import is_given_name_he, is_name_all_the_same, looks_like_modal
from index.statements.role_phrases import (
    HE,
    SHE,
    Sex,
    affiliation_in,
    holds_title,
    is_courtesy,
    role_before,
    role_behind,
    sex_told_by,
    strip_article,
    telling,
)
from index.statements.statement import LONGEST_NAME, SourceKind

if TYPE_CHECKING:
    from spacy.tokens import Token

_PRONOUNS: dict[str, str] = {
    **dict.fromkeys(("he", "him", "his", "himself"), "he"),
    **dict.fromkeys(("she", "her", "herself"), "she"),
    **dict.fromkeys(("they", "them", "their", "one", "both", "some", "others", "many", "these", "those"), "they"),
    **dict.fromkeys(("it", "its", "this", "that", "which"), "it"),
    **dict.fromkeys(("i", "we", "you", "my", "our"), "i"),
    "who": "who",
}
NAME_JOINTS = frozenset(
    [
        *(
            "de",
            "da",
            "di",
            "del",
            "della",
            "van",
            "von",
            "der",
            "den",
            "bin",
            "ibn",
            "al",
            "el",
            "la",
            "le",
            "dos",
            "du",
        ),
        *("-", "'"),
    ]
)
# "Daughter Tracey", "Brave Doreen Cutlass", "Fan Jodie Marsh": what papers put in front of a name
_KIN = frozenset(
    [
        *("daughter", "son", "mum", "mother", "dad", "father", "brother", "sister", "wife", "husband", "gran"),
        *("grandad", "grandma", "nan", "uncle", "aunt", "auntie", "cousin", "widow", "widower", "neighbour"),
        *("neighbor", "pal", "friend", "fan", "brave", "hero", "heroine", "local", "devastated", "heartbroken"),
    ]
)
_ACRONYM = re.compile(r"\s*\((?:the\s+)?[\"“]?(?P<short>[A-Z][A-Za-z&.-]{1,9})[\"”]?\)")
_NICKNAME = re.compile(r"(?<!\s)\s+[\"“‘'][^\"”’']{1,40}[\"”’']\s+")
_NO_NAME = frozenset({"DATE", "CARDINAL", "TIME", "MONEY", "PERCENT", "ORDINAL", "QUANTITY"})
_BODY_LABELS = frozenset({"ORG", "GPE", "NORP", "FAC", "LOC", "PRODUCT", "WORK_OF_ART", "EVENT", "LAW"})


@dataclass(frozen=True, slots=True)
class Mention:
    """One noun phrase that may name a speaker.

    Attributes:
        name: the name without titles ("Ada Park"), or the phrase for nameless ones ("the report"); "" for what is too
            long to be either.
        pronoun: he, she, they, it, i or who, for pronouns.
        title: the word right before the name ("Mrs").
        head: the phrase's last word, lower case.
        acronym: what the text gives in brackets behind an organisation's name.
        sex_told: whether a title or a role tells the sex; a given name only hints at it.
        callings: all titles in front of the name.
        leaning: the pronoun that may stand for it right behind: "Quill Hale said that she was glad".
    """

    span: Span
    name_span: Span
    name: str
    kind: SourceKind
    pronoun: str | None = None
    role: str | None = None
    affiliation: str | None = None
    title: str | None = None
    sex: Sex | None = None
    sex_told: bool = False
    callings: frozenset[str] = frozenset()
    head: str = ""
    acronym: str | None = None
    leaning: Sex | None = None


def read_mention(text: str, piece: Piece, head: Token, span: Span) -> Mention:
    """What a noun phrase with this head token calls its referent."""
    pronoun = None if head.text.isupper() and len(head) > 1 else _PRONOUNS.get(head.lower_)
    if (
        pronoun is not None
        and not (is_name_all_the_same(head) and not _begins_after_stop(head))
        and (head.pos_ in {"PRON", "DET"} or head.text.islower() or head.is_sent_start)
    ):
        own = (piece.start(head), piece.end(head))
        return Mention(own, own, text[slice(*own)], "unknown", pronoun=pronoun, head=head.lower_)
    name_head = _name_head(head, span, piece)
    named = _nameless(text, piece, head, span) if name_head is None else _named(text, piece, head, name_head, span)
    return short_enough(named)


def short_enough(mention: Mention) -> Mention:
    """The mention; of one whose name is too long for a name, a mention of nobody."""
    if len(mention.name) <= LONGEST_NAME:
        return mention
    return Mention(mention.span, mention.name_span, "", "unknown", head=mention.head[:LONGEST_NAME])


# ── where the name is ─────────────────────────────────────────────────────


def _name_head(head: Token, span: Span, piece: Piece) -> Token | None:
    """The token that ends the name: the head, or a name beside a role ("the coach, Ada Park")."""
    if head.ent_type_ == "NORP" and any(child.dep_ == "det" for child in head.children):
        return None  # "the Norwegian": somebody named before
    proper = head.pos_ == "PROPN" or _is_given_name_he(head) or looks_like_modal(head)
    proper = proper or (head.text[:1].isupper() and head.ent_type_ in {"PERSON", "ORG"})
    if head.text[:1].islower() or not proper:
        return _name_beside(head, span, piece)
    if head.lower_ in people_lexicon().titles and head.left_edge.lower_ in {"the", "this", "our"}:
        return _name_beside(head, span, piece)  # "the Minister": one whom the text names elsewhere
    if head.lower_ in people_lexicon().titles or head.pos_ == "NOUN":
        return _name_beside(head, span, piece) or (head if head.pos_ == "PROPN" or head.ent_type_ else None)
    return head


def _name_beside(head: Token, span: Span, piece: Piece) -> Token | None:
    return _person_at_end(head) or _apposed(head) or _right_behind(head) or _behind_last_comma(head, span, piece)


def _apposed(head: Token) -> Token | None:
    for child in head.children:
        named = child.dep_ == "appos" and child.i > head.i and child.pos_ == "PROPN"
        if named and child.lower_ not in people_lexicon().titles and child.ent_type_ not in _NO_NAME | {"GPE", "NORP"}:
            return child
    return None


def _right_behind(head: Token) -> Token | None:
    """The name that follows a calling at once, whatever the parser made of it: "according to curator Ada Park"."""
    if not holds_title(head.text) or head.text[0].isupper():
        return None
    last = head.i
    while last + 1 < len(head.doc) and last < head.i + 3:
        after = head.doc[last + 1]
        if after.pos_ != "PROPN" or not after.text[0].isupper():
            break
        last += 1
    return head.doc[last] if last > head.i + 1 else None


def _person_at_end(head: Token) -> Token | None:
    """The last token of a full name that closes a role ("the ambassador to Freedonia Ada Park")."""
    last = head.right_edge
    while last.i > head.i and last.is_punct:
        last = last.nbor(-1)
    if last.i <= head.i or last.ent_type_ != "PERSON" or last.ent_iob_ != "I":
        return None
    if any(t.dep_ in {"relcl", "acl"} for t in last.ancestors if t.i > head.i) or _is_object(last):
        return None
    return last


def _is_object(name: Token) -> bool:
    """Whether a person's name, titles in front, is all that a preposition takes: "an aide to Mayor Ada Park"."""
    before = name
    while before.i > 0 and (before.ent_type_ == "PERSON" or before.lower_.rstrip(".") in people_lexicon().titles):
        before = before.nbor(-1)
    return before.pos_ in {"ADP", "DET", "ADJ"} or before.lower_ in {"to", "of", "for", "including", "like"}


def _behind_last_comma(head: Token, span: Span, piece: Piece) -> Token | None:
    """A name behind the phrase's last comma, whatever the parser saw: "the owner of the dam, Tidewater"."""
    if head.pos_ != "NOUN" and head.lower_ not in people_lexicon().titles:
        return None
    inside = [t for t in head.doc[head.i :] if piece.start(t) < span[1]]
    while inside and inside[-1].text in {",", ")", "–", "—"}:
        inside.pop()
    name: list[Token] = []
    while inside and inside[-1].text not in {",", "–", "—"}:
        name.insert(0, inside.pop())
    proper = name and all(t.pos_ == "PROPN" or t.lower_ in NAME_JOINTS or is_courtesy(t.text) for t in name)
    if not proper or not inside or len(inside) < 2:
        return None
    return None if name[-1].ent_type_ in _NO_NAME or name[-1].lower_ in people_lexicon().titles else name[-1]


def _begins_after_stop(token: Token) -> bool:
    """Whether a sentence begins with it behind a full stop that the name in front keeps: "… at A&B. She said"."""
    return bool(token.is_sent_start) and token.i > 0 and token.nbor(-1).text.endswith(".")


def _is_given_name_he(token: Token) -> bool:
    return is_given_name_he(token) and not _begins_after_stop(token)


def name_run(head: Token) -> list[Token]:
    """The tokens of a name that ends at `head` (or goes on right behind it), titles in front included."""
    doc, first, last = head.doc, head.i, head.i
    while first > 0 and not _begins_after_stop(doc[first]) and _joins(doc[first - 1], doc[first]):
        first -= 1
    while last + 1 < len(doc) and _joins_behind(doc[last], doc[last + 1]):
        last += 1
    while first < last and doc[first].lower_ in NAME_JOINTS and not doc[first].text.istitle():
        first += 1
    return list(doc[first : last + 1])


def _joins(token: Token, after: Token) -> bool:
    if token.tag_ == "POS":
        body = after.lower_ in people_lexicon().organisations | people_lexicon().organisation_ends
        return after.text[:1].isupper() and (body or (token.ent_type_ == "ORG" and after.ent_type_ == "ORG"))
    if token.is_space or (token.text[-1:] in ",;:()\"”“'" and token.lower_ not in NAME_JOINTS):
        return False
    if token.lower_ in NAME_JOINTS and not token.text.istitle():
        return token.i > 0 and token.nbor(-1).text[:1].isupper() and token.nbor(-1).pos_ == "PROPN"
    if looks_like_modal(token) or (token.pos_ == "PRON" and token.dep_ == "compound" and after.pos_ == "PROPN"):
        return token.text[:1].isupper() and after.text[:1].isupper()  # "May Lord", "He Lan"
    is_title = token.lower_.rstrip(".") in people_lexicon().titles
    if not token.text[:1].isupper() and not is_title:
        return False
    same = token.ent_type_ in {"PERSON", "ORG"} and token.ent_type_ == after.ent_type_ and token.pos_ != "DET"
    return token.pos_ == "PROPN" or (token.text[:1].isupper() and (is_title or same))


def _joins_behind(token: Token, after: Token) -> bool:
    if _is_given_name_he(after):
        return True
    if after.pos_ == "PROPN":
        goes_on = after.ent_iob_ == "I" and after.ent_type_ == token.ent_type_ and after.text[:1].isupper()
        return goes_on and after.head in (token, token.head)
    if after.lower_ not in NAME_JOINTS or after.i + 1 == len(after.doc):
        return False
    beyond = after.nbor(1)
    return beyond.pos_ == "PROPN" and token.ent_type_ == "PERSON" and beyond.ent_type_ == "PERSON"


# ── reading it ────────────────────────────────────────────────────────────


def _named(text: str, piece: Piece, head: Token, name_head: Token, span: Span) -> Mention:
    run = name_run(name_head)
    titles = people_lexicon().titles
    cut = max((i + 1 for i, token in enumerate(run[:-1]) if token.lower_.rstrip(".") in titles), default=0)
    cut = cut or _occupation(run)
    name = _entity_at_end(run[cut:])
    while len(name) > 1 and name[0].pos_ in {"ADJ", "DET"} and name[0].ent_type_ != "PERSON":
        name = name[1:]
    name_span = piece.start(name[0]), piece.end(name[-1])
    before = role_before(text, piece, name[0], _phrase_start(piece, head, name_head, name[0], span))
    behind = role_behind(text, piece, name_head, head)
    kind = _kind(name, name_head, f"{before or ''} {behind or ''}", titled=bool(cut))
    if kind != "person":
        return _body(text, piece, head, Mention(span, name_span, "", kind, head=name_head.lower_))
    title = run[cut - 1].lower_.rstrip(".") if cut else None
    given = name[0].lower_ if len(name) > 1 else ""  # a name of one word is a surname first of all
    role, roles = telling(before, behind), f"{before or ''} {behind or ''}"
    return Mention(
        span,
        name_span,
        _NICKNAME.sub(" ", text[slice(*name_span)]),
        kind,
        role=None
        if role is None or (is_courtesy(role) and role.lower().rstrip(".") in people_lexicon().courtesies)
        else role,
        affiliation=affiliation_in(behind) or affiliation_in(before),
        title=title,
        sex=sex_told_by(title, given, roles),
        sex_told=sex_told_by(title, "", roles) is not None,
        callings=frozenset(token.lower_.rstrip(".") for token in run[:cut]),
        head=name_head.lower_,
        leaning=_leaning(head),
    )


def _leaning(head: Token) -> Sex | None:
    """The pronoun that is the subject of what the one with this head says."""
    if head.dep_ != "nsubj":
        return None
    said = (clause for clause in head.head.children if clause.dep_ == "ccomp")
    subjects = [child.lower_ for clause in said for child in clause.children if child.dep_ in {"nsubj", "nsubjpass"}]
    return next((sex for sex in (HE, SHE) if sex in subjects), None)


def _occupation(run: list[Token]) -> int:
    """How many tokens in front of a full name tell what somebody does ("Chef Ada Park"): 1 or 0."""
    lexicon = people_lexicon()
    ends_like_body = run[-1].lower_.rstrip(".") in lexicon.organisation_ends | lexicon.organisations
    if len(run) > 1 and run[0].lower_ in _KIN and not ends_like_body:
        return 1
    if len(run) < 3 or ends_like_body or run[0].lower_ not in lexicon.occupations:
        return 0
    given = run[1].lower_ in lexicon.given_male | lexicon.given_female
    name = all(token.text[:1].isupper() or token.lower_ in NAME_JOINTS for token in run[1:])
    return int(name and (given or {token.ent_type_ for token in run[1:]} <= {"PERSON", ""}))


def _phrase_start(piece: Piece, head: Token, name_head: Token, first: Token, span: Span) -> int:
    """Where the words in front of the name begin, also when the name is in apposition to a role."""
    edge = head.left_edge
    if name_head is head and head.dep_ == "appos" and head.head.pos_ in {"NOUN", "PROPN"} and head.head.i < head.i:
        edge = head.head.left_edge
        return piece.start(edge)
    return max(span[0], piece.start(edge)) if edge.i <= first.i else span[0]


def _entity_at_end(run: list[Token]) -> list[Token]:
    """Only the person's name where the run also holds an organisation's ("Example Council Ada Park")."""
    bodies = people_lexicon().organisations | people_lexicon().organisation_ends
    ends = [i for i, token in enumerate(run[:-2], 1) if token.lower_ in bodies]
    if ends and not {token.lower_ for token in run[ends[-1] :]} & bodies and len(run) - ends[-1] == 2:
        return run[ends[-1] :]
    person = [token for token in run if token.ent_type_ == "PERSON"]
    mixed = 2 <= len(person) < len(run) and person[-1] == run[-1] and run[0].ent_type_ not in {"", "PERSON"}
    return person if mixed else run


def _kind(name: list[Token], head: Token, roles: str, *, titled: bool) -> SourceKind:
    lexicon = people_lexicon()
    last = name[-1].lower_.rstrip(".")
    labels = {head.ent_type_, *(t.ent_type_ for t in name)}
    ends_like_body = last in lexicon.organisation_ends | lexicon.organisations
    if titled or (holds_title(roles) and not ends_like_body):
        return "person"
    if ends_like_body or name[0].lower_ in {"university", "ministry", "department"} or _is_thing(head):
        return "organisation"
    if last in lexicon.documents:
        return "organisation" if "ORG" in labels and len(name) > 2 else "document"
    given = 2 <= len(name) <= 3 and name[0].lower_ in lexicon.given_male | lexicon.given_female
    if "PERSON" in labels or given:
        return "person"
    if labels & _BODY_LABELS:
        return "organisation"
    return "person" if 2 <= len(name) <= 4 else "unknown"


def _is_thing(head: Token) -> bool:
    """Whether a relative clause calls it "which", or the text says "the company" beside it."""
    for child in head.children:
        if child.dep_ == "relcl" and any(t.lower_ == "which" for t in child.children):
            return True
        if child.dep_ == "appos" and child.lower_ in people_lexicon().generic_organisations:
            return True
    return False


def _body(text: str, piece: Piece, head: Token, mention: Mention) -> Mention:
    """The mention of an organisation or document: its name with its "of …", its acronym."""
    name_span = _with_of(text, piece, head, mention.name_span)
    found = _ACRONYM.match(text, name_span[1])
    short = found["short"] if found and sum(c.isupper() for c in found["short"]) >= 2 else None
    name = strip_article(text[slice(*name_span)])
    return Mention(mention.span, name_span, name, mention.kind, head=mention.head, acronym=short)


def _with_of(text: str, piece: Piece, head: Token, name_span: Span) -> Span:
    """An organisation's name with its "of …" ("University of Example")."""
    end = name_span[1]
    for child in head.children:
        if child.dep_ == "prep" and child.lower_ in {"of", "for", "on"} and piece.start(child) == end + 1:
            end = piece.end(child.right_edge)
    grown = text[name_span[1] : end]
    capital = grown.split()[-1:] and grown.split()[-1][0].isupper()
    return (name_span[0], end) if capital and not any(mark in grown for mark in ',"“(') else name_span


def _nameless(text: str, piece: Piece, head: Token, span: Span) -> Mention:
    """As in "Researchers", "a spokesperson for the council": the phrase itself, short."""
    lexicon = people_lexicon()
    last = _end_of_phrase(head)
    start, end = max(span[0], piece.start(head.left_edge)), piece.end(head.doc[last])
    word = head.lower_
    kind: SourceKind = "group" if head.tag_ in {"NNS", "NNPS"} else "unknown"
    if word in lexicon.documents:
        kind = "document"
    elif word in lexicon.organisations:
        kind = "organisation"
    elif kind != "group" and (holds_title(word) or head.ent_type_ == "NORP"):
        kind = "person"
    phrase = " ".join(text[start:end].split())
    first = head.left_edge
    proper = first.pos_ == "PROPN" or first.ent_type_ in _BODY_LABELS | {"PERSON"}
    if phrase[:1].isupper() and not proper and not phrase.split()[0][1:].isupper():
        phrase = phrase[0].lower() + phrase[1:]
    sex = sex_told_by(word, "", "")
    return Mention(span, (start, end), phrase, kind, head=word, sex=sex, sex_told=sex is not None)


def _end_of_phrase(head: Token) -> int:
    """The head, or the end of an "of …" right behind it, before any clause, comma or bracket."""
    last = head.i
    for child in head.children:
        if (
            child.i == last + 1
            and child.dep_ == "prep"
            and child.lower_ in {"of", "for", "from", "at", "in", "with", "by", "to"}
        ):
            last = child.right_edge.i
            break
    for inner in head.doc[head.i + 1 : last + 1]:
        if inner.text in {",", "(", "–", "—", ";"} or inner.dep_ in {"relcl", "acl"}:
            return inner.left_edge.i - 1 if inner.left_edge.i > head.i else inner.i - 1
    return last
