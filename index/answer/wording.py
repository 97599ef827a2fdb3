"""Plain words for statements: direct words in quotation marks, reported words as reported, denials as denials."""

from __future__ import annotations

import re

from index.answer.model import Citation
from index.article import Article, Span
from index.search import Evidence
from index.statements.lexicon import past_tense
from index.statements.model import Statement
from index.words import capitalised

_MAX_GAP = 160  # characters between a cue and content that still read as one clause
_ENDS = re.compile(r"[.!?…][”\"’')]*$")
_NOBODY = "Somebody the article does not name"
_TO = frozenset({"tell", "ask", "urge", "remind", "warn", "inform", "assure", "brief", "notify", "advise"})


def who(statement: Statement, *, role: bool = True) -> str:
    """The speaker with the role behind: "Ada Park, director of the Example Institute,"; no role, no commas."""
    if statement.speaker is None:
        return _NOBODY
    name = _plain(capitalised(statement.speaker))
    if role and statement.role and statement.role.lower() not in name.lower():
        return f"{name}, {_plain(statement.role)},"
    return name


def cited_span(article: Article, statement: Statement) -> Span:
    """What to cite of a statement: its content; with the cue in front where the content alone is no sentence.

    "urged the countries to act" and "hailed the efforts" read on from their cue.
    """
    start, end = statement.span
    cue = statement.cue_span
    if (
        cue is not None
        and statement.directness != "direct"
        and _reads_on(statement)
        and cue[1] <= start <= cue[1] + _MAX_GAP
    ):
        start = cue[0]
    while end > start and article.text[end - 1] in ",;: ":
        end -= 1
    return start, end


def _reads_on(statement: Statement) -> bool:
    return statement.rule in {"infinitive", "noun-phrase"}


def sentence(article: Article, statement: Statement, *, subject: str | None = None) -> str:
    """One sentence that tells the statement, ending with a full stop or the quotation's own mark.

    Args:
        article: the article that holds it.
        statement: what to tell.
        subject: words for the speaker instead of name and role ("they", "who").
    """
    speaker = subject or who(statement)
    if statement.directness == "direct":
        words = quotation(article, statement)
        between = _between(article, statement) if _reads_on(statement) else None
        if between is not None:
            return full_stop(f"{speaker} {_verb(statement)}{between}{words}")
        return full_stop(f"{speaker} {_verb(statement)}{_addressee(statement)}: {words}")
    body = _clause(article, statement)
    if body is None:
        content = " … ".join(article.text[a:b].strip(" ,;") for a, b in statement.fragments)
        body = f"{_verb(statement)}{_addressee(statement)}, as the article reports it: {content}"
    return full_stop(f"{speaker} {body}")


def quotation(article: Article, statement: Statement) -> str:
    """The direct words between curly quotation marks, a split quotation's parts joined by an ellipsis."""
    parts = [article.text[start:end].rstrip(" ,;") for start, end in statement.fragments]
    return " … ".join(f"“{part}”" for part in parts if part)


def _clause(article: Article, statement: Statement) -> str | None:
    """The article's own words from the cue on, with the cue in the past tense; None when the cue comes behind."""
    between = _between(article, statement)
    if between is None:
        return None
    start, end = statement.span
    return _balanced(f"{_verb(statement)}{between}{article.text[start:end]}".rstrip(" ,;"))


def _between(article: Article, statement: Statement) -> str | None:
    """The words between a cue and the content close behind it, which are not cited: without quotation marks."""
    cue = statement.cue_span
    if cue is None or statement.rule == "according-to" or len(statement.fragments) > 1:
        return None
    start = statement.span[0]
    words = article.text[cue[1] : start]
    return None if not cue[1] <= start <= cue[1] + _MAX_GAP or "\n" in words else _plain(words)


def _balanced(words: str) -> str:
    """The words with a closing mark for a quotation that the cut left open, and none that opens nowhere."""
    if words.count("“") == words.count("”") + 1:
        return f"{words}”"
    if words.count('"') % 2:
        return words.replace('"', "")
    return words


def _verb(statement: Statement) -> str:
    if statement.cue is None or statement.rule == "according-to":
        return "said"
    return past_tense(statement.cue)


def _addressee(statement: Statement) -> str:
    if not statement.addressee or not statement.cue:
        return ""
    verb, to = past_tense(statement.cue).split()[0], _plain(statement.addressee)
    return f" {to}" if verb in {past_tense(form) for form in _TO} else f" to {to}"


def full_stop(text: str) -> str:
    """The text with a full stop, unless it ends like a sentence."""
    stripped = text.rstrip(" ,;:")
    return stripped if _ENDS.search(stripped) else f"{stripped}."


def bare_name(speaker: str) -> str:
    """A speaker's name without the article in front of a nameless one, with a capital.

    >>> bare_name("A blue paper"), bare_name("Ada Park")
    ('Blue paper', 'Ada Park')
    """
    return capitalised(re.sub(r"^(?:an?|the)\s+", "", speaker, flags=re.IGNORECASE))


def inline(speaker: str) -> str:
    """A speaker's name inside a sentence: "a spokesperson", "Ada Park"."""
    first, _, rest = speaker.partition(" ")
    return f"{first.lower()} {rest}" if first in {"A", "An", "The"} else capitalised(speaker)


def source(citation: Citation) -> str:
    """Where the words stand: the article's title and the paragraph."""
    return f"— {_plain(citation.title)}, paragraph {citation.paragraph}"


def _plain(words: str) -> str:
    """Words that are not cited, without quotation marks."""
    return re.sub(r"[“”„\"]", "", words)


def cite(evidence: Evidence, score: float) -> Citation:
    """The citation of a statement or a passage."""
    article = evidence.article
    if evidence.statement is None:
        start, end = evidence.span
        return _citation(article, (start, end), None, score)
    statement = evidence.statement.statement
    return _citation(article, cited_span(article, statement), statement, score)


def cite_span(article: Article, span: Span, score: float) -> Citation:
    """The citation of any span, as the writer's own words."""
    return _citation(article, span, None, score)


def _citation(article: Article, span: Span, statement: Statement | None, score: float) -> Citation:
    start, end = span
    return Citation(
        article=article.id,
        title=article.title,
        start=start,
        end=end,
        quote=article.text[start:end],
        speaker=bare_name(statement.speaker) if statement and statement.speaker else None,
        role=statement.role if statement else None,
        directness=statement.directness if statement else None,
        polarity=statement.polarity if statement else None,
        score=round(score, 3),
        paragraph=article.paragraph_of(start),
    )
