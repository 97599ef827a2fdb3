"""Labels: whom a transcript's line names, in full, by surname, in capitals, with a title: "SEN. CLARA PARK"."""

from __future__ import annotations

from dataclasses import replace

from index.article import Span
from index.statements.cue_lexicon import people_lexicon
from index.statements.role_phrases import sex_told_by
from index.statements.speakers.mentions import NAME_JOINTS, Mention, short_enough
from index.statements.statement import SourceKind

_LETTERS = 3  # up to so many capitals are initials


def read_label(text: str, label: Span) -> Mention:
    """Whom a transcript's label means.

    >>> [read_label(name, (0, len(name))).name for name in ("SEN. CLARA PARK", "MS. DUPONT", "Operator", "THE CHAIR")]
    ['Clara Park', 'Dupont', 'operator', 'the chair']
    """
    written = text[slice(*label)]
    words = written.split()
    lexicon = people_lexicon()
    first = 0
    while first < len(words) and words[first].lower().rstrip(".") in lexicon.titles | {"the"}:
        first += 1
    title = words[first - 1].lower().rstrip(".") if first else None
    name = [_plain(word) for word in words[first:]]
    nameless = not name or title == "the" or (len(name) == 1 and not first and name[0].lower() in _CALLINGS)
    whole = Mention(label, label, written, "unknown", head=words[-1].lower())
    if nameless:
        name_or_phrase = written.lower() if len(written) > _LETTERS else written
        return short_enough(replace(whole, name=name_or_phrase, kind="person"))
    body = name[-1].lower() in lexicon.organisation_ends | lexicon.organisations
    kind: SourceKind = "organisation" if body else "person" if len(name) > 1 or title else "unknown"
    given = name[0].lower() if len(name) > 1 else ""
    role = " ".join(words[:first]) if first and title not in lexicon.courtesies | {"the"} else None
    mention = replace(
        whole,
        name=" ".join(name),
        kind=kind,
        title=title,
        head=name[-1].lower(),
        sex=sex_told_by(title, given, ""),
        sex_told=sex_told_by(title, "", "") is not None,
        role=role,
    )
    return short_enough(mention)


_CALLINGS = frozenset({"operator", "moderator", "interviewer", "host", "clerk", "audience", "everyone", "all"})


def _plain(word: str) -> str:
    """A word in capitals as names are written; initials and short capitals stay."""
    if not word.isupper() or len(word) <= _LETTERS or "." in word or word.lower() in NAME_JOINTS:
        return word
    return "-".join(part.capitalize() for part in word.split("-"))
