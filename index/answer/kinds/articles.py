"""Answers about articles: what there are, the card of one, who wrote it and when."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from index.answer.composing import Piece, answered, refused, told
from index.answer.context import Desk
from index.answer.contract import Answer, Part
from index.answer.present.gate import unquoted
from index.answer.present.statement_text import cite_span, own_words, without_marks
from index.article import Article, Span
from index.language.words import stems_of
from index.passages import sentences
from index.search import Evidence
from index.store.protocol import ArticleInfo, Scope

_SCORE = 0.95
_SPEAKERS = 5  # main ones, a line for each
_LISTED = 15
_BYLINE = re.compile(r"(?:By|Written by|Reporting by|Author:)\s+[A-Z][^\n]{2,80}")
_BASED_ON = re.compile(
    r"\b(?:based on|compiled from|reports? by|reporting by|written by|contributed to)\b", re.IGNORECASE
)
_EDGE = 6  # paragraphs at the beginning, and at the end, where an article tells who wrote it


def list_articles(desk: Desk) -> Answer:
    """Which articles there are, the newest first where that is asked for."""
    infos = _about(desk, by_newest(desk.searcher.infos(desk.scope)))
    if not infos:
        return refused(desk, "no_match", desk.say("no_article", topic=unquoted(desk.question.topic)), 0.0)
    newest = desk.question.facet == "newest"
    key = "newest_article" if newest else "articles_head"
    shown = infos[:1] if newest and len(infos) == 1 else infos[:_LISTED]
    pieces: list[Piece] = [(Part(lead=desk.say(key, count=len(infos))), None)]
    pieces += [(Part(lead=_line(desk, info), entry=True), None) for info in shown]
    if len(infos) > len(shown):
        pieces.append((Part(lead=desk.say("and_more_articles", count=len(infos) - len(shown)), entry=True), None))
    return answered(
        desk, pieces, _SCORE, short=without_marks(infos[0].title) if newest or len(infos) == 1 else str(len(infos))
    )


def about_article(desk: Desk) -> Answer:
    """The card of an article, or the one thing of it that is asked for."""
    infos = meant(desk)
    if not infos:
        return refused(desk, "no_match", desk.say("no_article", topic=unquoted(desk.question.topic)), 0.0)
    if len(infos) > 1:
        head = (Part(lead=desk.say("which_article", count=len(infos))), None)
        lines = [(Part(lead=_line(desk, info), entry=True), None) for info in infos[:_LISTED]]
        return answered(desk, [head, *lines], _SCORE)
    [info] = infos
    article = desk.searcher.article(info.key)
    tell = _TOLD.get(desk.question.facet or "")
    return _card(desk, info, article) if tell is None else tell(desk, article)


def listed_articles(desk: Desk) -> tuple[str, ...]:
    """The ids of the articles that a list shows, in its order."""
    question = desk.question
    infos = (
        _about(desk, by_newest(desk.searcher.infos(desk.scope))) if question.intent == "list_articles" else meant(desk)
    )
    return tuple(info.id for info in infos[:_LISTED])


def meant(desk: Desk) -> list[ArticleInfo]:
    """The articles that a question may mean: the one it names, else the one just talked about, else all."""
    infos = by_newest(desk.searcher.infos(desk.scope))
    last = desk.memory.last
    if desk.question.pick is not None and last is not None:
        return [info for info in infos if info.id == last.listed[desk.question.pick]]
    named = _about(desk, infos)
    asked = stems_of(desk.question.topic)
    if asked and (len(named) == 1 or len(named) < len(infos)):
        return named
    shown = {place[0] for place in last.places[:1]} if last is not None else set()
    return [info for info in infos if info.id in shown] or named


def by_newest(infos: Sequence[ArticleInfo]) -> list[ArticleInfo]:
    """The articles, the one with the latest day first; of the others, the one that was added last."""
    return sorted(infos, key=lambda info: (info.published or "", info.added_at, info.key), reverse=True)


def titled(desk: Desk) -> list[ArticleInfo]:
    """The articles whose title holds most of what the question is about."""
    return _holding(desk, desk.searcher.infos(desk.scope), lambda info: info.title)


def _about(desk: Desk, infos: list[ArticleInfo]) -> list[ArticleInfo]:
    """Those whose title holds most of what the question is about; failing that, whose text does; all for nothing."""
    if not stems_of(desk.question.topic):
        return infos
    by_title = _holding(desk, infos, lambda info: info.title)
    return by_title or _holding(desk, infos, lambda info: desk.searcher.article(info.key).text)


def _holding(desk: Desk, infos: Sequence[ArticleInfo], text_of: Callable[[ArticleInfo], str]) -> list[ArticleInfo]:
    asked = stems_of(desk.question.topic)
    held = {info.key: len(asked & stems_of(text_of(info))) for info in infos}
    most = max(held.values(), default=0)
    return [info for info in infos if held[info.key] == most] if 2 * most > len(asked) else []


def _line(desk: Desk, info: ArticleInfo) -> str:
    told_of = desk.say("statements_count", count=info.statements)
    about = desk.phrases.joined([f"{info.published}{desk.say('list_comma')}" if info.published else "", told_of])
    return desk.say("article_entry", title=without_marks(info.title), about=about)


# ── one article ───────────────────────────────────────────────────────────


def _card(desk: Desk, info: ArticleInfo, article: Article) -> Answer:
    """Title, day and source, how it begins, and a line of each of its main speakers."""
    said = [e for e in desk.searcher.statements_in(info.key) if e.said.speaker]
    counts = Counter(str(desk.speaker_of(one)) for one in said)
    head = desk.say("card_head", title=without_marks(article.title))
    beside = [desk.say("card_day", day=article.published)] if article.published else []
    beside += [desk.say("card_source", source=without_marks(article.source))] if article.source else []
    pieces: list[Piece] = [(Part(lead=desk.phrases.joined([head, *beside])), None)]
    if opening := _opening(article):
        pieces.append((own_words(article, opening, desk.phrases), cite_span(article, opening, _SCORE)))
    if said:
        main = [name for name, _ in counts.most_common(_SPEAKERS)]
        lead = desk.say("card_speakers", count=len(counts), statements=desk.say("statements_count", count=len(said)))
        pieces.append((Part(lead=lead), None))
        pieces += [told(_telling(desk, said, name), _SCORE, desk.phrases) for name in _in_order(desk, said, main)]
        if len(counts) > _SPEAKERS:
            pieces.append((Part(lead=desk.say("and_more", count=len(counts) - _SPEAKERS)), None))
    return answered(desk, pieces, _SCORE, short=without_marks(article.title))


def _in_order(desk: Desk, said: Sequence[Evidence], names: Sequence[str]) -> list[str]:
    """The names in the order in which the article has them speak."""
    return [name for name in dict.fromkeys(str(desk.speaker_of(one)) for one in said) if name in names]


def _telling(desk: Desk, said: Sequence[Evidence], name: str) -> Evidence:
    """The statement of a speaker that stands for the others: the first direct one, else the first."""
    own = [one for one in said if desk.speaker_of(one) == name]
    return next((one for one in own if one.said.directness == "direct"), own[0])


def _opening(article: Article) -> Span | None:
    """The first sentence below the title."""
    spans = article.paragraphs
    below = spans[1:] if spans and article.text[slice(*spans[0])].strip() == article.title else spans
    return next((sentences(article.text, span)[0] for span in below if sentences(article.text, span)), None)


def _author(desk: Desk, article: Article) -> Answer:
    """Who wrote it, as the article has it at its beginning or end."""
    edges = [*article.paragraphs[:_EDGE], *article.paragraphs[-_EDGE:]]
    for span in dict.fromkeys(edges):
        if _BYLINE.fullmatch(article.text[slice(*span)]):
            return _shown(desk, article, span, short=article.text[slice(*span)].split(" ", 1)[1])
    for sentence in (one for span in reversed(article.paragraphs[-_EDGE:]) for one in sentences(article.text, span)):
        if _BASED_ON.search(article.text[slice(*sentence)]):
            return _shown(desk, article, sentence, lead=desk.say("no_author"))
    return _unknown(desk, "no_author")


def _day(desk: Desk, article: Article) -> Answer:
    if not article.published:
        return _unknown(desk, "no_day")
    lead = desk.say("published_on", title=without_marks(article.title), day=article.published)
    return answered(desk, [(Part(lead=lead), None)], _SCORE, short=article.published)


def _headline(desk: Desk, article: Article) -> Answer:
    title = without_marks(article.title)
    return answered(desk, [(Part(lead=desk.say("titled", title=title)), None)], _SCORE, short=title)


def _source(desk: Desk, article: Article) -> Answer:
    if article.source:
        source = without_marks(article.source)
        return answered(desk, [(Part(lead=desk.say("card_source", source=source)), None)], _SCORE, short=source)
    for sentence in (one for span in reversed(article.paragraphs[-_EDGE:]) for one in sentences(article.text, span)):
        if _BASED_ON.search(article.text[slice(*sentence)]):
            return _shown(desk, article, sentence)
    return _unknown(desk, "no_source")


_TOLD = {"author": _author, "day": _day, "headline": _headline, "source": _source}


def _shown(desk: Desk, article: Article, span: Span, *, lead: str = "", short: str | None = None) -> Answer:
    part = own_words(article, span, desk.phrases)
    pieces: list[Piece] = [(Part(lead=lead), None)] if lead else []
    return answered(desk, [*pieces, (part, cite_span(article, span, _SCORE))], _SCORE, short=short)


def _unknown(desk: Desk, key: str) -> Answer:
    return refused(desk, "no_match", desk.say(key), 0.0)


def scope_of(desk: Desk) -> Scope:
    """The scope of the articles that a question means."""
    infos = meant(desk)
    return Scope(desk.scope.collections, frozenset(info.id for info in infos)) if infos else desk.scope
