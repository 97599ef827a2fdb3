"""Why the extractor found what it found: every cue of an article with its rule, its speaker and its fate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from index.article import Article, Span
from index.statements.cue_lexicon import Cue, cue_lexicon
from index.statements.extract import Draft, stage
from index.statements.parse import subjects
from index.statements.parse.parsing import parse
from index.statements.parse.scene import Found, Scene
from index.statements.reports.find import judge_reports

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass(frozen=True, slots=True)
class Reason:
    """One cue, or one quotation without a cue, and what became of it.

    Attributes:
        place: where it stands: the cue, or the quotation.
        rule: the rule that found a report there; "" where none did.
        lists: the lists of cues.toml that the cue is in.
        said: the report's content.
        subject: who speaks, in the article's words.
        speaker: whom that means, and `how` that was found out.
        runner_up: who else might have said it, with the probability.
        dropped: why there is no statement; "" where there is one.
    """

    place: Span
    rule: str = ""
    confidence: float = 0.0
    lists: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    subject: str | None = None
    speaker: str | None = None
    how: str = ""
    runner_up: str = ""
    dropped: str = ""


def explain(article: Article) -> list[Reason]:
    """The reasons of one article, in the order of the text. Loads spaCy."""
    staged = stage(next(iter(parse([article]))))
    kept = [_kept(article.text, draft) for draft in staged.drafts]
    rest = chain.from_iterable(_not_kept(article.text, scene) for scene in staged.scenes)
    return sorted([*kept, *rest], key=lambda reason: reason.place)


def _kept(text: str, draft: Draft) -> Reason:
    found, by = _found(text, draft.report), draft.attribution
    second = draft.statement.runner_up if draft.statement else None
    if by is None:
        return replace(found, dropped="the article's own writer says it")
    return replace(
        found,
        confidence=draft.statement.confidence if draft.statement else round(by.confidence, 3),
        subject=text[slice(*by.mention.span)] if by.mention else found.subject,
        speaker=by.entity.name if by.entity else None,
        how=by.how.value,
        runner_up=f"{second.name or 'nobody named'} {second.probability:.2f}" if second else "",
        dropped="" if draft.statement else "few words of nobody that the text names",
    )


def _found(text: str, report: Found) -> Reason:
    return Reason(
        place=report.cue_span or report.fragments[0],
        rule=report.rule,
        confidence=report.confidence,
        lists=tuple(sorted(report.cue.lists)) if report.cue else (),
        said=tuple(text[start:end] for start, end in report.fragments),
        subject=text[slice(*report.subject_span)] if report.subject_span else None,
    )


def _not_kept(text: str, scene: Scene) -> Iterator[Reason]:
    """The cues that make no statement: reports that were dropped, and cues without a report."""
    judged = judge_reports(scene)
    for one in judged:
        if one.dropped:
            yield replace(_found(text, one.report), dropped=one.dropped)
    reported = {one.report.cue_span[0] for one in judged if one.report.cue_span}
    for token in scene.piece.doc:
        cue = cue_lexicon().forms.get(token.lower_)
        if cue is None or token.pos_ != "VERB" or scene.start(token) in reported:
            continue
        span = scene.start(token), scene.end(token)
        yield Reason(span, lists=tuple(sorted(cue.lists)), dropped=_why_silent(scene, token, cue))


def _why_silent(scene: Scene, verb: Token, cue: Cue) -> str:
    """Why a cue reports nothing."""
    if scene.inside_quotation(scene.start(verb)):
        return "it stands inside a quotation"
    subject = subjects.subject_of(verb)
    if subject is None:
        return "a passive without a speaker" if subjects.is_passive(verb) else "it has no subject"
    if subjects.is_unsaid(verb):
        return "it was not said: a negation, a modal, an infinitive or a habit"
    wanted = "clause" if cue.belief else "clause, quotation, infinitive or phrase"
    return f'"{subject.text}" with no {wanted} that could be said'
