"""The bot's own pages: help, privacy, and the lists of speakers and articles. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.phrasing import ENGLISH
from bot.render.limits import CONTENT
from bot.render.markdown import bold, link, one_line, subtext, width
from index.answer.contract import SpeakerInfo
from index.language.words import capitalised
from index.phrases import Phrases
from index.store.protocol import PUBLIC, ArticleInfo

_LINES = 15  # of a page: what a phone shows without much scrolling
_NAME, _ROLE, _TITLE = 100, 120, 100  # characters of Markdown
_FOLLOWED = 30  # days, see `bot.storage.feedback`
_FOOT = 60  # characters that the lines round a list take at most


def help_card(mention: str, people: Sequence[SpeakerInfo] = (), phrases: Phrases = ENGLISH) -> str:
    """How to ask, and what is kept; the examples name the first of the people who are quoted."""
    return phrases("help_card", mention=mention, examples=_examples(people, phrases))


def _examples(people: Sequence[SpeakerInfo], phrases: Phrases) -> str:
    """Three questions that the articles can answer, a line each."""
    persons = [one for one in people if one.kind == "person"] or list(people)
    names = [one_line(one.name, _NAME) for one in persons]
    if not names:
        return phrases("example_none")
    return phrases("example_people", first=names[0], second=names[min(1, len(names) - 1)])


def privacy_card(days: int, leave_days: int, phrases: Phrases = ENGLISH) -> str:
    """What is kept about people, and for how long; `leave_days` is for what is kept of a server that was left."""
    kept, gone = (phrases("days", count=count) for count in (days, leave_days))
    ids = phrases("ids_for_days" if days > _FOLLOWED else "ids", days=_FOLLOWED)
    return phrases("privacy_card", kept=kept, gone=gone, ids=ids)


def speakers_page(speakers: Sequence[SpeakerInfo], number: int, phrases: Phrases = ENGLISH) -> tuple[str, int]:
    """A page of who is quoted, and how many there are; `number` is from 0, and beyond the last page is the last."""
    if not speakers:
        return phrases("no_speakers"), 1
    head = phrases("count_speakers", count=len(speakers))
    return paged(head, [_speaker(one, phrases) for one in speakers], number, phrases)


def articles_page(articles: Sequence[ArticleInfo], number: int, phrases: Phrases = ENGLISH) -> tuple[str, int]:
    """A page of the articles, and how many pages there are; `number` as for `speakers_page`."""
    if not articles:
        return phrases("no_articles"), 1
    head = phrases("count_articles", count=len(articles))
    return paged(head, [_article(one, phrases) for one in articles], number, phrases)


def _speaker(one: SpeakerInfo, phrases: Phrases) -> str:
    name, role = bold(one_line(capitalised(one.name), _NAME)), one_line(one.role or "", _ROLE)
    line = phrases("speaker_line_role" if one.role else "speaker_line", name=name, role=role)
    return line + (phrases("speaker_count", count=one.statements) if one.statements > 1 else "")


def _article(info: ArticleInfo, phrases: Phrases) -> str:
    read = info.statements >= 0
    about = phrases("count_statements", count=info.statements) if read else phrases("not_read_yet")
    if info.collection != PUBLIC:
        about = phrases("only_here", about=about)
    return phrases("article_line", title=link(info.title, info.source, _TITLE), about=about)


def paged(head: str, lines: Sequence[str], number: int, phrases: Phrases = ENGLISH) -> tuple[str, int]:
    """A page of lines of Markdown under a head, and how many pages there are; `number` as for `speakers_page`."""
    pages: list[list[str]] = [[]]
    for line in lines:
        longer = [*pages[-1], line]
        if len(longer) > _LINES or width("\n".join(longer)) > CONTENT - width(head) - _FOOT:
            pages.append([line])
        else:
            pages[-1] = longer
    number = min(max(number, 0), len(pages) - 1)
    foot = ["", subtext(phrases("page_of", number=number + 1, pages=len(pages)))] if len(pages) > 1 else []
    return "\n".join([bold(head), *pages[number], *foot]), len(pages)
