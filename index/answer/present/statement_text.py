"""Plain words for statements: direct words in quotation marks, reported words as reported, denials as denials.

The article's own words stay as they are; the words round them are those of a catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from index.answer.contract import Citation, Part
from index.article import Article, Span
from index.language.words import capitalised
from index.phrases import Phrases
from index.search import Evidence
from index.statements.cue_lexicon import cue_named, past_tense
from index.statements.statement import Speaker, Statement

_MAX_GAP = 160  # characters between a cue and content that still read as one clause
_ENDS = re.compile(r"[.!?…。！？][”\"’')]*$")
# verbs that say no more than "said": not told again where somebody goes on
_PLAIN = frozenset(
    {"say", "tell", "add", "note", "explain", "state", "remark", "comment", "continue", "write", "reply"}
)
_TO = frozenset({"tell", "ask", "urge", "remind", "warn", "inform", "assure", "brief", "notify", "advise"})


# ── statements ────────────────────────────────────────────────────────────


def tell(article: Article, statement: Statement, phrases: Phrases, *, role: bool = True) -> Part:
    """The statement as a part that cites nothing yet; with the speaker's role unless told not to.

    Laid out, it is one sentence, ending with a full stop or the quotation's own mark.
    """
    told = _quoted if statement.directness == "direct" else _reported
    return _by(statement, told(article, statement, phrases), phrases, role=role)


def go_on(article: Article, statement: Statement, span: Span, phrases: Phrases, *, role: bool = True) -> Part:
    """Some of a statement's words, for whoever has seen those before them."""
    start, end = span
    if statement.directness == "direct":
        inside = [(max(a, start), min(b, end)) for a, b in statement.fragments]
        words = _quotation(article, [(a, b) for a, b in inside if a < b])
    else:
        words = _balanced(_opened(article.text[start:end].strip(" ,;")))
    return _by(statement, _Told(phrases("went_on"), full_stop(words), None), phrases, role=role)


def own_words(article: Article, span: Span, phrases: Phrases) -> Part:
    """The writer's own words at a span."""
    return Part(said=phrases("own_words"), words=full_stop(capitalised(article.text[slice(*span)])))


def speaker_of(statement: Statement, phrases: Phrases) -> str:
    """The speaker's name as it stands in an answer, or words for somebody without one."""
    return phrases("nobody") if statement.speaker is None else capitalised(without_marks(statement.speaker))


def told_once(pieces: Sequence[tuple[Part, Citation | None]]) -> list[Part]:
    """Parts, given with what they cite, with each speaker named once where their words go on; a denial stays one."""
    told: list[Part] = []
    before = Part()
    for part, citation in pieces:
        again, goes_on = part.again, part.speaker is not None and part.speaker == before.speaker
        denies = citation is not None and citation.polarity == "denies"
        is_known = goes_on or (_is_named_in(part, before.lead) and _ends_lead(again or ""))
        if again is None or not is_known or (denies and not again):
            told.append(replace(part, role=None) if goes_on and part.role == before.role else part)
        else:
            stands = goes_on and again == before.again and _ends_lead(again) and not denies
            told.append(replace(part, speaker=None, role=None, said="" if stands else again))
        before = part
    return told


def _is_named_in(part: Part, sentence: str) -> bool:
    """Whether a sentence begins with the part's speaker, and with nobody else besides."""
    name = f"{part.speaker} "
    return sentence.startswith(name) and not sentence.startswith(f"{name}and ")


def _ends_lead(said: str) -> bool:
    """Whether words stand by themselves behind this, which they do not read on from."""
    return not said or said.endswith((":", "："))


def _by(statement: Statement, told: _Told, phrases: Phrases, *, role: bool) -> Part:
    """What was said, by its speaker; the role where it says more than the name does."""
    if statement.speaker is None:
        return Part(said=phrases("nobody_said", said=told.said), words=told.words)
    name = speaker_of(statement, phrases)
    shown = statement.role if role and statement.role and statement.role.lower() not in name.lower() else None
    known = None if shown is None else without_marks(shown)
    return Part(speaker=name, role=known, said=told.said, words=told.words, again=told.again)


class _Told(NamedTuple):
    """A statement in words: what stands in front of its content, the content, and `Part.again`."""

    said: str
    words: str
    again: str | None


def _clause(before: str, content: str, phrases: Phrases) -> _Told:
    """The article's own way of saying it, from its verb on."""
    clause, words = _parted(before, content)
    return _Told(phrases("clause", clause=clause), words, phrases("also", clause=clause))


def _colon(statement: Statement, said: str, words: str, plainly: str) -> _Told:
    """Content behind a colon; `plainly` is enough in front of more of it, where the verb says no more than "said"."""
    return _Told(said, full_stop(words), plainly if _lemma(statement) in _PLAIN else capitalised(said))


def _quoted(article: Article, statement: Statement, phrases: Phrases) -> _Told:
    """The cue and the direct words."""
    words = _quotation(article, statement.fragments)
    between = _between(article, statement) if _reads_on(statement) else None
    if between is not None:
        return _clause(f"{_past(statement)}{between}", words, phrases)
    return _colon(statement, phrases("quoted", does=_does(statement, phrases)), words, "")


def _reported(article: Article, statement: Statement, phrases: Phrases) -> _Told:
    """The article's own words from the cue on, the cue in the past tense; else those of the content."""
    between = _between(article, statement)
    if between is None:
        content = " … ".join(article.text[a:b].strip(" ,;") for a, b in statement.fragments)
        said = phrases("reported", does=_does(statement, phrases))
        return _colon(statement, said, content, phrases("reported_again"))
    content = _balanced(article.text[slice(*statement.span)].rstrip(" ,;"))
    if _is_plain(statement, between, phrases):
        said = phrases("reported", does=_does(statement, phrases, before=True))
        return _colon(statement, said, content, phrases("reported_again"))
    return _clause(f"{_past(statement)}{between}", content, phrases)


def _parted(before: str, content: str) -> tuple[str, str]:
    """A clause in two, at the last blank before its content: what is glued to the content stays with it."""
    clause = full_stop(f"{before}{content}")
    at = clause.rfind(" ", 0, len(before))
    return clause[: max(at, 0)], clause[at + 1 :]


def _quotation(article: Article, fragments: Sequence[Span]) -> str:
    """The direct words between curly quotation marks, a split quotation's parts joined by an ellipsis."""
    parts = [article.text[start:end].rstrip(" ,;") for start, end in fragments]
    return " … ".join(f"“{part}”" for part in parts if part)


def _between(article: Article, statement: Statement) -> str | None:
    """The words between a cue and the content close behind it, which are not cited: without quotation marks."""
    cue = statement.cue_span
    if cue is None or statement.rule == "according-to" or len(statement.fragments) > 1:
        return None
    start = statement.span[0]
    words = article.text[cue[1] : start]
    return None if not cue[1] <= start <= cue[1] + _MAX_GAP or "\n" in words else without_marks(words)


def _balanced(words: str) -> str:
    """The words with a closing mark for a quotation that the cut left open, and none that opens nowhere."""
    if words.count("“") == words.count("”") + 1:
        return f"{words}”"
    if words.count('"') % 2:
        return words.replace('"', "")
    return words


def _opened(words: str) -> str:
    """The words with an opening mark for a quotation that began before them."""
    return f"“{words}" if words.count("”") == words.count("“") + 1 else words


def _past(statement: Statement) -> str:
    """The article's own verb, in the past tense."""
    if statement.cue is None or statement.rule == "according-to":
        return "said"
    return past_tense(statement.cue)


def _lemma(statement: Statement) -> str:
    cue = None if statement.rule == "according-to" else cue_named(statement.cue)
    return cue.lemma if cue else "say"


def _does(statement: Statement, phrases: Phrases, *, before: bool = False) -> str:
    """The verb, in words of the catalogue where it has verbs, and to whom it is said; `before` what is reported."""
    lemma = _lemma(statement)
    tried = (*((f"{lemma}_that",) if before else ()), lemma, "say")
    does = next((phrases.verbs[one] for one in tried if one in phrases.verbs), _past(statement))
    if not statement.addressee or not statement.cue:
        return does
    told = _past(statement).split()[0] in {past_tense(form) for form in _TO}
    return phrases("verb_whom" if told else "verb_to", verb=does, whom=without_marks(statement.addressee))


def _is_plain(statement: Statement, between: str, phrases: Phrases) -> bool:
    """Whether the catalogue has a verb that says all that stands in front of the content: "told reporters that"."""
    if _reads_on(statement) or _lemma(statement) not in phrases.verbs:
        return False
    rest = between.replace(statement.addressee or "", "", 1) if statement.cue else between
    return rest.strip(" ,:") in {"", "that"}


def _reads_on(statement: Statement) -> bool:
    return statement.rule in {"infinitive", "noun-phrase"}


# ── words ─────────────────────────────────────────────────────────────────


def full_stop(text: str, stop: str = ".") -> str:
    """The text with a full stop, unless it ends like a sentence."""
    stripped = text.rstrip(" ,;:")
    return stripped if _ENDS.search(stripped) else f"{stripped}{stop}"


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


def roles_told(speakers: Iterable[Speaker]) -> list[str]:
    """How articles word what somebody is, longest first; `speakers` are that one person in each of them."""
    roles = {role for speaker in speakers for role in speaker.roles}
    return sorted(roles, key=lambda role: (-len(role), role))


def without_marks(words: str) -> str:
    """Words that are not cited, without quotation marks."""
    return re.sub(r"[“”„\"]", "", words)


# ── citations ─────────────────────────────────────────────────────────────


def cite(evidence: Evidence, score: float) -> Citation:
    """The citation of a statement or a passage."""
    article = evidence.article
    if evidence.statement is None:
        start, end = evidence.span
        return _citation(article, (start, end), None, score)
    statement = evidence.statement.statement
    return _citation(article, cited_span(article, statement), statement, score)


def cite_span(article: Article, span: Span, score: float, statement: Statement | None = None) -> Citation:
    """The citation of any span: of the statement's words, or of the writer's own."""
    return _citation(article, span, statement, score)


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
        sha256=article.sha256,
        source=article.source,
        published=article.published,
    )


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
