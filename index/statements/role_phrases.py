"""Roles: what stands before or behind a name and tells what somebody is, and for whom."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal

from index.article import Span
from index.statements.cue_lexicon import people_lexicon
from index.statements.parse.parsing import Piece
from index.statements.statement import LONGEST_NAME

if TYPE_CHECKING:
    from spacy.tokens import Token

Sex = Literal["he", "she"]
HE: Sex = "he"
SHE: Sex = "she"

_AFFILIATION = re.compile(r"\b(?:of|at|for|with|from|in)\s+(?:the\s+)?(?P<body>.+)$", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|a|an|its|their|his|her|our|my)\s+", re.IGNORECASE)
_CUT_APPOSITION = re.compile(
    r",\s+(?:an?|the|who|which|whose|where|told|said|and|in|on|at)\b"
    r"|(?<!\s)\s+(?:who|which|whose|told|said)\b|\s[–—-]\s"
)
_BRACKETS = re.compile(r"(?:(?<!\s)\s+)?\([^()]*\)")
_DEMONYM = re.compile(
    r"(?:ese|ish|ian|ean|ani|ench|utch|can|wiss|reek|aeli|ali|aqi|ari|ch)$|^(?:U\.?S\.?|U\.?K\.?|EU)$"
)
# what people are called by what they do: "runner", "actor", "pianist", "chairwoman"
_AGENT_NOUN = re.compile(
    r"(?:er|or|ist|ian|ant|(?<!m)ent|man|men|woman|eer|ee|ess|mate|chief|head|boss|star|twin|son|mother|wife|"
    r"husband|"
    r"neighbour|veteran|executive|critic|expert|captain|champion|official|graduate|aide)$"
)
_MONTHS = frozenset({"september", "october", "november", "december"})
_NO_ROLE = frozenset({"only", "one", "none", "some", "both", "all", "two", "three", "others", "not", "now", "then"})
_JOINTS = frozenset(["of", "for", "and", "the", "in", "on", "de", "la", "du", "von", "van", "to"])
_QUOTED = re.compile(r"[\"“”]")
_MAX_WORDS = 14


def strip_article(words: str) -> str:
    """The words without "the", "a" or a possessive pronoun in front."""
    return _ARTICLE.sub("", words)


def role_before(text: str, piece: Piece, first: Token, start: int) -> str | None:
    """What stands between `start` and the name, when a role word or a noun closes it.

    "Opposition spokeswoman Ada Park" -> "Opposition spokeswoman"; "the leader of the council, Councillor
    Ada Park" -> "leader of the council".
    """
    words = _BRACKETS.sub("", text[start : piece.start(first)]).strip(" ,–—-")
    parts = [part.strip(" ,–—-") for part in words.split(",")]
    parts = [part for part in parts if part and not is_courtesy(part)] or parts
    role = strip_article(" ".join(parts[0].split())) if parts else ""
    if not role or _is_too_long(role) or role.split()[0].lower() in _NO_ROLE or _QUOTED.search(role):
        return None
    last = role.split()[-1]
    is_noun = first.i > 0 and first.nbor(-1).pos_ in {"NOUN", "PROPN"} and last.isalpha()
    return role if holds_title(role) or (is_noun and last.lower() not in {"of", "and"}) else None


def role_behind(text: str, piece: Piece, name: Token, head: Token) -> str | None:
    """An apposition: "Ada Park, founder of Example Corp, an exhibitor" -> "founder of Example Corp"."""
    for parent in (name, head):
        for child in parent.children:
            if child.dep_ != "appos" or child.i < name.i or child is name or child.pos_ not in {"NOUN", "PROPN", "ADJ"}:
                continue
            if child.left_edge.i > name.i and (role := _apposition(text, piece, child)) is not None:
                return role
    return _after_comma(text, piece, name)


def _apposition(text: str, piece: Piece, child: Token) -> str | None:
    last = child.right_edge.i
    for inner in child.subtree:
        if inner.dep_ in {"relcl", "advcl"} and inner.head.i <= last:
            last = min(last, inner.left_edge.i - 1)
    return _as_role(text[piece.start(child.left_edge) : piece.end(child.doc[max(last, child.left_edge.i)])])


def _after_comma(text: str, piece: Piece, name: Token) -> str | None:
    """The same by commas alone: "Ada Park, 52, a crane operator, said", "Ada Park - the mayor - said"."""
    rest = text[piece.end(name) : piece.end(name) + 160]
    found = re.match(
        r"(?:\s*\([^()]{1,30}\))?\s*[,–—-]\s*(?:\d{1,3}\s*,\s*)?"
        r"(?P<role>(?:an?|the|its|his|her|their)\s[^,;:.–—\"“”()]+)"
        r"(?=,|\s[–—-]\s)",
        rest,
    )
    role = _as_role(found["role"]) if found else None
    return role if role and holds_title(role) else None


def _as_role(words: str) -> str | None:
    words = words.strip(" ,")
    if cut := _CUT_APPOSITION.search(words):
        words = words[: cut.start()]
    words = strip_article(_BRACKETS.sub("", words)).strip(" ,–—-")
    words = " ".join(words.split())
    if not words or words[0].isdigit() or any(mark in words for mark in '"“”:;'):
        return None
    if _is_too_long(words) or words.split()[0].lower() in _NO_ROLE:
        return None
    return words if holds_title(words) else None


def _is_too_long(role: str) -> bool:
    return len(role) > LONGEST_NAME or len(role.split()) > _MAX_WORDS


def holds_title(role: str) -> bool:
    """Whether a word in it tells what somebody is.

    >>> holds_title("head of finance"), holds_title("retired baker"), holds_title("12 October")
    (True, True, False)
    """
    titles = people_lexicon().titles
    words = [word.lower().strip(".,") for word in re.split(r"[\s-]+", role)]
    heads = [
        word
        for i, word in enumerate(words)
        if i + 1 == len(words) or words[i + 1] in {"of", "at", "for", "in", "and", "to"}
    ]
    return any(word in titles for word in words) or any(
        _AGENT_NOUN.search(word) for word in heads if len(word) > 3 and word not in _MONTHS
    )


def is_courtesy(role: str) -> bool:
    """Whether it is a polite form ("Mrs", "Cllr.") and no role."""
    return role.lower().rstrip(".") in _courtesies()


@cache
def _courtesies() -> frozenset[str]:
    return people_lexicon().courtesies | {"councillor", "councilor", "professor", "cllr", "prof"}


def telling(before: str | None, behind: str | None) -> str | None:
    """The more telling of two roles: the one that names an employer, else the one in front."""
    if before is None or is_courtesy(before):
        return behind or before
    if behind and affiliation_in(behind) and not affiliation_in(before):
        return behind
    return before


def affiliation_in(role: str | None) -> str | None:
    """The body that a role names.

    >>> affiliation_in("director of the Example Institute"), affiliation_in("Example Group CEO")
    ('Example Institute', 'Example Group')
    >>> affiliation_in("mayor")
    """
    if not role:
        return None
    if found := _AFFILIATION.search(role):
        body = re.split(r"(?<!\s)\s+(?:and\s+(?:the|a|an|its)\s+|of\s+(?=[a-z]))|,", found["body"])[0].strip(" ,")
        return _named_body(body.split())
    return _body_before_title(role.split())


def _named_body(words: list[str]) -> str | None:
    """The name that closes the words: "Freedonian toy maker Example" -> "Example"; None without one."""
    common = [i for i, word in enumerate(words) if word[:1].islower() and word not in _JOINTS]
    name = words[common[-1] + 1 :] if common else words
    while name and not name[0][:1].isupper():
        name = name[1:]
    return " ".join(name) or None


def _body_before_title(words: list[str]) -> str | None:
    lexicon = people_lexicon()
    heads = lexicon.titles | lexicon.ranks
    upto = next((i for i, word in enumerate(words) if word.lower().strip(".,") in heads), None)
    if not upto or not all(word[:1].isupper() for word in words[:upto]):
        return None
    body = re.sub(r"['’]s$", "", " ".join(words[:upto]))
    if upto == 1 and (body.lower() in lexicon.not_bodies or _DEMONYM.search(body)):
        return None
    return body


def span_of_np(piece: Piece, head: Token) -> Span:
    """The span of the noun phrase with this head."""
    return piece.start(head.left_edge), piece.end(head.right_edge)


def sex_told_by(title: str | None, given: str, roles: str) -> Sex | None:
    """Which pronoun a title, a given name or the words of a role call for; None when they do not tell."""
    lexicon = people_lexicon()
    words = {title or "", *re.split(r"\W+", roles.lower())}
    if words & lexicon.male:
        return "he"
    if words & lexicon.female:
        return "she"
    male, female = given in lexicon.given_male, given in lexicon.given_female
    if male == female:
        return None
    return "he" if male else "she"
