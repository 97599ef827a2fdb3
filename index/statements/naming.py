"""Reading a noun phrase: the name in it, the role before or behind the name, the affiliation in the role."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from index.article import Span
from index.statements.clauses import is_given_name_he
from index.statements.lexicon import people_lexicon
from index.statements.model import SourceKind
from index.statements.parsing import Piece

if TYPE_CHECKING:
    from spacy.tokens import Token

Sex = Literal["he", "she"]

_PRONOUNS: dict[str, str] = {
    "he": "he", "him": "he", "she": "she", "her": "she", "they": "they", "them": "they", "it": "it", "who": "who",
    "this": "it", "that": "it", "one": "they", "both": "they", "some": "they", "others": "they", "many": "they", "i": "i", "we": "i", "you": "i",
    "which": "it", "these": "they", "those": "they", "himself": "he", "herself": "she",
}
_AFFILIATION = re.compile(r"\b(?:of|at|for|with|from|in)\s+(?:the\s+)?(?P<body>.+)$", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|a|an|its|their|his|her|our)\s+", re.IGNORECASE)
_NAME_JOINTS = frozenset({"de", "da", "di", "del", "della", "van", "von", "der", "den", "bin", "ibn", "al", "el", "la", "le", "dos", "du", "-", "'"})
_CUT_APPOSITION = re.compile(r",\s+(?:an?|the|who|which|whose|where|told|said|and)\b")
_MAX_ROLE = 14
_RANKS = frozenset({"vice", "deputy", "assistant", "senior", "interim", "acting", "former"})
_NO_BODY = frozenset({"political", "board", "opposition", "former", "student", "team", "senior", "foreign", "local", "head", "party"})
_DEMONYM = re.compile(r"(?:ese|ish|ian|ean|ani|ench|utch|can|wiss|reek|aeli|ali|aqi|ari|ch)$|^(?:U\.?S\.?|U\.?K\.?|EU)$")


@dataclass(frozen=True, slots=True)
class Mention:
    """One noun phrase that may name a speaker.

    `name` is the name without titles ("Ada Park"), or the phrase for nameless ones; `pronoun` one of he, she, they,
    it, i for pronouns. `title` is the word right before the name ("Mrs"). `person_like` holds when the text itself
    shows that a person is meant (a role, a title, an entity).
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
    head: str = ""


def read_mention(text: str, piece: Piece, head: Token, span: Span) -> Mention:
    """What a noun phrase with this head token calls its referent."""
    if (head.pos_ == "PRON" or head.lower_ in _PRONOUNS) and head.lower_ in _PRONOUNS and not is_given_name_he(head):
        own = (piece.start(head), piece.end(head))
        return Mention(own, own, text[slice(*own)], "unknown", pronoun=_PRONOUNS[head.lower_], head=head.lower_)
    name_head = _name_head(head)
    if name_head is not None:
        return _named(text, piece, head, name_head, span)
    return _nameless(text, piece, head, span)


def _name_head(head: Token) -> Token | None:
    """The token that ends the name: the head itself, or a name in apposition to a role ("the coach, Ada Park")."""
    if head.text[:1].islower():
        return _apposed_name(head)
    if head.pos_ == "PROPN" or is_given_name_he(head) or (head.text[:1].isupper() and head.ent_type_ in {"PERSON", "ORG"}):
        if head.lower_ in people_lexicon().titles or head.pos_ == "NOUN":
            inner = _apposed_name(head)
            return inner or (head if head.pos_ == "PROPN" or head.ent_type_ else None)
        return head
    return _apposed_name(head)


def _apposed_name(head: Token) -> Token | None:
    person = _person_at_end(head)
    if person is not None:
        return person
    for child in head.children:
        if child.dep_ == "appos" and child.i > head.i and child.pos_ == "PROPN" and child.lower_ not in people_lexicon().titles and child.ent_type_ not in {"DATE", "GPE", "CARDINAL"}:
            return child
    return None


def _person_at_end(head: Token) -> Token | None:
    """The last token of a full name that closes a role's noun phrase ("the ambassador to Freedonia Ada Park")."""
    last = head.right_edge
    while last.i > head.i and (last.is_punct or last.ent_type_ != "PERSON"):
        if not last.is_punct:
            return None
        last = last.nbor(-1)
    return last if last.i > head.i and last.ent_iob_ == "I" and not any(t.dep_ in {"relcl", "acl"} for t in last.ancestors if t.i > head.i) else None


def _named(text: str, piece: Piece, head: Token, name_head: Token, span: Span) -> Mention:
    run = name_run(name_head)
    titles = people_lexicon().titles
    cut = max((i + 1 for i, token in enumerate(run[:-1]) if token.lower_.rstrip(".") in titles), default=0)
    name_tokens = _entity_at_end(run[cut:])
    while len(name_tokens) > 1 and name_tokens[0].pos_ in {"ADJ", "DET"} and name_tokens[0].ent_type_ != "PERSON":
        name_tokens = name_tokens[1:]
    name_span = piece.start(name_tokens[0]), piece.end(name_tokens[-1])
    before = _role_before(text, piece, head, name_tokens[0], span)
    behind = _role_behind(text, piece, name_head, head)
    kind = _named_kind(name_tokens, name_head, before, behind, bool(cut))
    if kind != "person":
        cut_name = text[slice(*_org_span(text, piece, head, name_span))]
        return Mention(span, name_span, _ARTICLE.sub("", cut_name), kind, head=name_head.lower_)
    role = before or behind
    title = run[cut - 1].lower_.rstrip(".") if cut else None
    return Mention(
        span, name_span, text[slice(*name_span)], kind, role=behind if before is None or _is_courtesy(before) else _both(before, behind),
        affiliation=affiliation_in(behind) or affiliation_in(role), title=title, sex=_sex(title, name_tokens[0].lower_), head=name_head.lower_,
    )


def _entity_at_end(run: list[Token]) -> list[Token]:
    """Only the person's name where the run also holds an organisation's ("Example Council Ada Park")."""
    person = [token for token in run if token.ent_type_ == "PERSON"]
    if 2 <= len(person) < len(run) and person[-1] is run[-1] and run[0].ent_type_ not in {"", "PERSON"}:
        return person
    return run


def _both(before: str, behind: str | None) -> str:
    """The more telling of two roles: the one that names an employer, else the one in front."""
    if behind and affiliation_in(behind) and not affiliation_in(before):
        return behind
    return before


def _is_courtesy(role: str) -> bool:
    lexicon = people_lexicon()
    return role.lower().rstrip(".") in (lexicon.male | lexicon.female | {"mx", "dr"}) - {"chairman", "spokesman", "chairwoman", "spokeswoman"}


def name_run(head: Token) -> list[Token]:
    """The tokens of a name that ends at `head` (or goes on right behind it), titles in front included."""
    doc, first, last = head.doc, head.i, head.i
    while first > 0 and _joins(doc[first - 1], doc[first]):
        first -= 1
    while last + 1 < len(doc) and _joins_behind(doc[last], doc[last + 1]):
        last += 1
    while first < last and doc[first].lower_ in _NAME_JOINTS:
        first += 1
    return list(doc[first : last + 1])


def _joins(token: Token, after: Token) -> bool:
    if token.is_space or (token.text[-1:] in ",;:()\"”“'" and token.lower_ not in _NAME_JOINTS):
        return False
    if token.lower_ in _NAME_JOINTS:
        return token.i > 0 and token.nbor(-1).text[:1].isupper() and token.nbor(-1).pos_ == "PROPN"
    if not token.text[:1].isupper() and token.text.lower() not in people_lexicon().titles:
        return False
    return token.pos_ == "PROPN" or (token.text[:1].isupper() and token.lower_.rstrip(".") in people_lexicon().titles) or (
        token.text[:1].isupper() and token.ent_type_ in {"PERSON", "ORG"} and token.ent_type_ == after.ent_type_ and token.pos_ != "DET" and token.tag_ != "POS"
    )


def _joins_behind(token: Token, after: Token) -> bool:
    if after.pos_ != "PROPN" and not is_given_name_he(after):
        return after.lower_ in _NAME_JOINTS and after.i + 1 < len(after.doc) and after.nbor(1).pos_ == "PROPN" and token.ent_type_ == "PERSON" and after.nbor(1).ent_type_ == "PERSON"
    if is_given_name_he(after):
        return True
    return after.ent_iob_ == "I" and after.ent_type_ == token.ent_type_ and after.head in (token, token.head) and after.text[:1].isupper()


def _role_before(text: str, piece: Piece, head: Token, first_name: Token, span: Span) -> str | None:
    """What stands in front of the name in its noun phrase, when a role word is in it."""
    start = max(span[0], piece.start(head.left_edge)) if head.left_edge.i <= first_name.i else span[0]
    words = text[start : piece.start(first_name)].strip(" ,")
    words = re.sub(r"\s+\(.*?\)", "", words)
    parts = words.split()
    if not parts or len(parts) > _MAX_ROLE:
        return None
    role = _ARTICLE.sub("", words).strip(" ,–—-")
    last = role.split()[-1].lower().rstrip(".") if role.split() else ""
    lexicon = people_lexicon()
    holds_title = any(w.lower().strip(".,") in lexicon.titles for w in role.split())
    is_noun = first_name.i > 0 and first_name.nbor(-1).pos_ in {"NOUN", "PROPN"} and last.isalpha()
    return role if role and (holds_title or (is_noun and last not in {"of"})) else None


def _role_behind(text: str, piece: Piece, name_head: Token, head: Token) -> str | None:
    """An apposition behind the name ("…, founder of Example Corp, an exhibitor" → "founder of Example Corp")."""
    for parent in (name_head, head):
        for child in parent.children:
            if child.dep_ != "appos" or child.i < name_head.i or child.pos_ == "NUM" or child is name_head:
                continue
            if child.pos_ not in {"NOUN", "PROPN", "ADJ"}:
                continue
            first = child.left_edge.i
            if first <= name_head.i:
                continue
            last = child.right_edge.i
            for inner in child.subtree:
                if inner.dep_ in {"relcl", "advcl"} and inner.head.i <= last:
                    last = min(last, inner.left_edge.i - 1)
            words = text[piece.start(child.doc[first]) : piece.end(child.doc[last])].strip(" ,")
            if cut := _CUT_APPOSITION.search(words):
                words = words[: cut.start()]
            words = _ARTICLE.sub("", words).strip(" ,–—-")
            if words and len(words.split()) <= _MAX_ROLE and not words[0].isdigit() and '"' not in words and "“" not in words:
                return words
    return None


def affiliation_in(role: str | None) -> str | None:
    """The body that a role names.

    >>> affiliation_in("director of the Example Institute"), affiliation_in("Example Group CEO"), affiliation_in("mayor")
    ('Example Institute', 'Example Group', None)
    """
    if not role:
        return None
    if found := _AFFILIATION.search(role):
        body = re.split(r"\s+and\s+(?:the|a|an)\s+|\s+of\s+(?=[a-z])", found["body"])[0].strip(" ,")
        return body if any(word[:1].isupper() for word in body.split()) else None
    words = role.split()
    titles = people_lexicon().titles
    upto = next((i for i, word in enumerate(words) if word.lower().strip(".,") in titles | _RANKS), None)
    if upto is None:
        return None
    body = re.sub(r"['’]s$", "", " ".join(words[:upto]))
    if not body or not all(word[:1].isupper() for word in words[:upto]):
        return None
    return None if upto == 1 and (body.lower() in _NO_BODY or _DEMONYM.search(body)) else body


def _named_kind(name: list[Token], head: Token, before: str | None, behind: str | None, titled: bool) -> SourceKind:
    lexicon = people_lexicon()
    last = name[-1].lower_.rstrip(".")
    if titled:
        return "person"
    if last in lexicon.organisation_ends or last in lexicon.organisations or name[0].lower_ in {"university", "ministry", "department"}:
        return "organisation"
    if last in lexicon.documents:
        return "document"
    role_words = {w.lower().strip(".,") for w in f"{before or ''} {behind or ''}".split()}
    if role_words & lexicon.titles:
        return "person"
    if head.ent_type_ == "PERSON" or any(t.ent_type_ == "PERSON" for t in name):
        return "person"
    if head.ent_type_ in {"ORG", "GPE", "NORP", "FAC", "LOC", "PRODUCT", "WORK_OF_ART", "EVENT", "LAW"}:
        looks_like_name = 2 <= len(name) <= 3 and name[0].lower_ in lexicon.given_male | lexicon.given_female
        return "person" if looks_like_name else "organisation"
    return "person" if 2 <= len(name) <= 4 else "unknown"


def _org_span(text: str, piece: Piece, head: Token, name_span: Span) -> Span:
    """An organisation's name with its "of …" ("University of Example")."""
    end = name_span[1]
    for child in head.children:
        if child.dep_ == "prep" and child.lower_ in {"of", "for"} and piece.start(child) == end + 1:
            end = piece.end(child.right_edge)
            if any(mark in text[name_span[1] : end] for mark in ',"“('):
                return name_span
    return name_span[0], end


def _nameless(text: str, piece: Piece, head: Token, span: Span) -> Mention:
    """"Researchers", "a spokesperson for the council": the phrase itself, short."""
    lexicon = people_lexicon()
    first, last = head.left_edge.i, head.i
    for child in head.children:
        if child.i == last + 1 and child.dep_ == "prep" and child.lower_ in {"of", "for", "from", "at", "in"}:
            last = child.right_edge.i
            break
    for inner in head.doc[head.i + 1 : last + 1]:
        if inner.text in {",", "(", "–", "—"} or inner.dep_ in {"relcl", "acl"}:
            last = inner.i - 1
            break
    start, end = max(span[0], piece.start(head.doc[first])), piece.end(head.doc[last])
    words = head.lower_
    kind: SourceKind = "group" if head.tag_ in {"NNS", "NNPS"} else "unknown"
    if words in lexicon.documents:
        kind = "document"
    elif words in lexicon.organisations:
        kind = "organisation"
    elif words.rstrip("s") in lexicon.titles and kind != "group":
        kind = "person"
    phrase = text[start:end]
    if phrase[:1].isupper() and head.doc[first].pos_ != "PROPN" and not phrase.split()[0].isupper():
        phrase = phrase[0].lower() + phrase[1:]
    return Mention(span, (start, end), " ".join(phrase.split()), kind, head=words)


def _sex(title: str | None, given: str) -> Sex | None:
    lexicon = people_lexicon()
    if title in lexicon.male or title in lexicon.female:
        return "he" if title in lexicon.male else "she"
    if given in lexicon.given_male and given not in lexicon.given_female:
        return "he"
    if given in lexicon.given_female and given not in lexicon.given_male:
        return "she"
    return None
