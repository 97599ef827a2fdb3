"""Answers about the last answer: where it stands, how sure it is, why it was given, in short, and what is round it."""

from __future__ import annotations

from collections.abc import Callable

from index.answer.composing import Piece, answered, refused, told
from index.answer.context import Desk
from index.answer.contract import Answer, Part
from index.answer.present.gate import unquoted
from index.answer.present.statement_text import cite_span, cited_span, own_words, without_marks
from index.article import Article, Span
from index.passages import sentences
from index.question.model import Last
from index.search import Evidence

_BRIEF = 80  # characters of a short answer by itself
_MOST = 5  # places that are told again

# an article, where in it, and the statement that it is, if it is one
Shown = tuple[Article, Span, Evidence | None]


def about_answer(desk: Desk) -> Answer:
    """What is asked about the answer that was given last; nothing where there is none any more."""
    last = desk.memory.last
    if last is None or not desk.gate("an answer before", bool(last.places) or not last.answered):
        return refused(desk, "not_a_question", desk.say("nothing_before"), 0.0)
    if not last.places:
        return refused(desk, "no_match", desk.say("nothing_shown", question=unquoted(last.question)), 0.0)
    return _TOLD.get(desk.question.facet or "", _sure)(desk, last)


def _place(desk: Desk, last: Last) -> Answer:
    """Article, source, paragraph, and the words."""
    shown = _shown(desk, last)
    pieces: list[Piece] = []
    for article, span, evidence in shown:
        lead = _where(desk, article, span) if not pieces or article is not shown[0][0] else ""
        pieces.append(_again(desk, (article, span, evidence), last, lead=lead))
    first = shown[0][0]
    return answered(desk, pieces, last.score, short=without_marks(first.source or first.title))


def _where(desk: Desk, article: Article, span: Span) -> str:
    title = without_marks(article.title)
    day = desk.say("card_day", day=article.published) if article.published else ""
    source = desk.say("card_source", source=without_marks(article.source)) if article.source else desk.say("no_source")
    return desk.phrases.joined([desk.say("stands_in", title=title, number=article.paragraph_of(span[0])), day, source])


def _sure(desk: Desk, last: Last) -> Answer:
    """How sure the answer was, whose words it shows, and that what is reported need not be true."""
    pieces = [_again(desk, one, last) for one in _shown(desk, last)[:1]]
    key = "sure_of" if last.answered else "unsure_of"
    lead = desk.say(key, percent=round(100 * last.score))
    return answered(desk, [(Part(lead=lead), None), *pieces], last.score, short=f"{round(100 * last.score)} %")


def _why(desk: Desk, last: Last) -> Answer:
    """What the answer follows from."""
    pieces: list[Piece] = [_again(desk, one, last) for one in _shown(desk, last)]
    lead = desk.say("because" if last.answered else "because_nearest", question=unquoted(last.question))
    return answered(desk, [(Part(lead=lead), None), *pieces], last.score)


def _short(desk: Desk, last: Last) -> Answer:
    """The short answer alone; where there is none, the first of what was shown."""
    if last.short and last.answered and len(last.short) <= _BRIEF:
        pieces: list[Piece] = [(Part(lead=desk.sentence("in_short", short=without_marks(last.short))), None)]
        return answered(desk, pieces, last.score, short=last.short)
    return answered(desk, [_again(desk, one, last) for one in _shown(desk, last)[:1]], last.score)


def _context(desk: Desk, last: Last) -> Answer:
    """The sentences round the words, as the article has them."""
    article, span, _ = _shown(desk, last)[0]
    start, end = article.paragraphs[article.paragraph_of(span[0]) - 1]
    cut = sentences(article.text, (start, end))
    holding = [at for at, (a, b) in enumerate(cut) if a < span[1] and span[0] < b] or [0]
    wide = cut[max(0, holding[0] - 1)][0], cut[min(len(cut) - 1, holding[-1] + 1)][1]
    piece = own_words(article, wide, desk.phrases), cite_span(article, wide, last.score)
    day = (
        desk.say("published_on", title=without_marks(article.title), day=article.published) if article.published else ""
    )
    lead: list[Piece] = [(Part(lead=day), None)] if day else []
    return answered(desk, [piece, *lead], last.score)


def _picked(desk: Desk, last: Last) -> Answer:
    """One of the quotations that were shown."""
    shown = _shown(desk, last, most=None)
    at = desk.question.pick or 0
    if at >= len(shown):
        return refused(desk, "not_a_question", desk.say("lost"), 0.0)
    return answered(desk, [_again(desk, shown[at], last)], last.score, short=None)


_TOLD: dict[str, Callable[[Desk, Last], Answer]] = {
    "place": _place,
    "sure": _sure,
    "why": _why,
    "short": _short,
    "context": _context,
    "pick": _picked,
}


def _shown(desk: Desk, last: Last, most: int | None = _MOST) -> list[Shown]:
    """What the last answer showed: where it stands, and the statement that it is, if it is one."""
    found: list[Shown] = []
    for article_id, start, end in last.places[:most]:
        infos = [info for info in desk.searcher.infos(desk.scope) if info.id == article_id]
        for info in infos[:1]:
            article = desk.searcher.article(info.key)
            said = [e for e in desk.searcher.statements_in(info.key) if cited_span(article, e.said) == (start, end)]
            found.append((article, (start, end), said[0] if said else None))
    if not found:
        raise KeyError("the article of the last answer is gone")
    return found


def _again(desk: Desk, shown: Shown, last: Last, *, lead: str = "") -> Piece:
    """The words told as before."""
    article, span, evidence = shown
    if evidence is not None:
        return told(evidence, last.score, desk.phrases, lead=lead)
    part = own_words(article, span, desk.phrases)
    return Part(lead=lead, said=part.said, words=part.words), cite_span(article, span, last.score)
