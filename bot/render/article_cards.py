"""What people read when they add, look at and remove their server's articles. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.phrasing import counted
from bot.render.answer_page import told_page
from bot.render.cards import paged
from bot.render.limits import CONTENT
from bot.render.markdown import bold, link, one_line, subtext, width
from index.answer.contract import Told
from index.article import Article
from index.store.protocol import ArticleInfo, Quota

if TYPE_CHECKING:
    from bot.services.drafts import ArticleDraft, DraftItem
    from bot.services.intake import DraftOutcome, IntakeStep
    from bot.services.reader_jobs import ArticleSummary

_TITLE, _SENTENCE, _NAME, _STEP = 150, 300, 60, 200  # characters of Markdown
_SPEAKERS = 8
_SPARE = 300  # characters for what stands round a list
_QUESTION = "Keep it?"
_AGAIN = "What is missing still waits: press **Keep** again."
_ADD_AGAIN = "Please add it again with `/article add`."


def article_card(article: Article, understood: ArticleSummary, *, above: str = "", below: str = "") -> str:
    """What was understood of an article: title, length, statements by speaker, and as many examples as fit."""
    published = [f"published {article.published}"] if article.published else []
    lengths = ((understood.words, "word"), (len(article.text), "character"), (understood.statements, "statement"))
    about = subtext(" · ".join([*published, *(counted(count, what) for count, what in lengths)]))
    head = [above, bold(link(article.title, article.source, _TITLE)), about, _source(article), _speakers(understood)]
    top = "\n".join(line for line in head if line)
    return _with_examples(top, understood.examples, f"\n{below}" if below else "")


def _with_examples(top: str, examples: Sequence[Told], below: str) -> str:
    """The examples that fit whole: there is no button to the rest of one."""
    for count in range(len(examples), 0, -1):
        lead = "For example:" if count > 1 else "One of them:"
        page = told_page(examples[:count], top=f"{top}\n{lead}\n")
        if not page.more and width(page.content + below) <= CONTENT:
            return page.content + below
    return top + below


def _source(article: Article) -> str:
    """Where it is from, unless its title links there."""
    linked = article.source is not None and article.source.startswith(("http://", "https://"))
    return "" if not article.source or linked else subtext(f"Source: {one_line(article.source, _TITLE)}")


def _speakers(understood: ArticleSummary) -> str:
    if not understood.statements:
        return "I found nobody in it who says something; questions are answered from its sentences."
    named = understood.speakers[:_SPEAKERS]
    told = [f"{bold(one_line(name, _NAME))} ({count:,})" for name, count in named]
    if more := len(understood.speakers) - len(named):
        told.append(counted(more, "other"))
    if unknown := understood.statements - sum(count for _, count in understood.speakers):
        told.append(f"somebody it does not name ({unknown:,})")
    return f"Who says something: {', '.join(told)}"


# ── drafts ────────────────────────────────────────────────────────────────


def step_line(step: IntakeStep) -> str:
    """What is going on just now: "Reading 2 of 3: harbour.txt…"."""
    where = f" {step.number} of {step.count}" if step.count > 1 else ""
    return f"{step.doing}{where}: {one_line(step.name, _STEP)}…"


def draft_card(draft: ArticleDraft, number: int | None = None) -> str:
    """What would be kept: all of it, or one of several articles by its number."""
    if not draft.items:
        return _lines("Nothing was added:" if draft.refused else "Nothing is left to add.", draft.refused, "")
    if number is not None and number in draft.items:
        item, place = draft.items[number], list(draft.items).index(number) + 1
        above = subtext(f"{place} of {len(draft.items)}, {one_line(item.name, _NAME)}")
        return article_card(item.article, item.understood, above=above)
    if len(draft.items) == 1 and not draft.refused:
        (item,) = draft.items.values()
        return article_card(item.article, item.understood, above="This is what I understood:", below=_QUESTION)
    lines = [_item(item) for item in draft.items.values()]
    return _lines(f"I read {counted(len(lines), 'article')}:", [*lines, *draft.refused], "Keep what I read?")


def _item(item: DraftItem) -> str:
    found = item.understood
    about = f"{counted(found.words, 'word')}, {counted(found.statements, 'statement')}"
    return f"{item.article.title} ({about})"


def kept_card(kept: Sequence[ArticleInfo], refused: Sequence[str], *, waiting: int = 0) -> str:
    """What was kept, why the rest was not, and that some of that can still be kept."""
    head = f"Kept {counted(len(kept), 'article')}; ask about it right away:" if kept else "Nothing was added:"
    return _lines(head, [*_kept(kept), *refused], _AGAIN if waiting else "")


def begun_card(begun: DraftOutcome) -> str:
    """What came of a draft that was to be kept some time ago, over a restart of the bot, say."""
    if not begun.kept:
        return f"Nothing of this is here. {_ADD_AGAIN}"
    lost = f"{counted(begun.lost, 'other article')} {'is' if begun.lost == 1 else 'are'} not here. {_ADD_AGAIN}"
    return _lines("This is kept; `/article remove` takes it away again:", _kept(begun.kept), lost if begun.lost else "")


def _kept(infos: Sequence[ArticleInfo]) -> list[str]:
    return [f"{info.title} ({counted(info.statements, 'statement')})" for info in infos]


def _lines(head: str, plain: Sequence[str], foot: str) -> str:
    """Lines of plain text as a list, all of them, each cut to its share of the room."""
    room = min(_SENTENCE, (CONTENT - _SPARE) // max(1, len(plain)))
    return "\n".join(line for line in (bold(head), *(f"- {one_line(one, room - 2)}" for one in plain), foot) if line)


# ── what is there ─────────────────────────────────────────────────────────


def list_card(infos: Sequence[ArticleInfo], quota: Quota, number: int) -> tuple[str, int]:
    """A page of a server's own articles, and how many pages there are; `number` as for `cards.paged`."""
    used = sum(info.characters for info in infos)
    if not infos:
        return "This server has no articles of its own yet: add one with `/article add`.", 1
    head = (
        f"{len(infos):,} of {quota.articles:,} articles, {used:,} of {quota.characters:,} characters, "
        "seen only on this server"
    )
    return paged(head, [_listed(info) for info in reversed(infos)], number)


def _listed(info: ArticleInfo) -> str:
    title = link(info.title, info.source, 100)
    return f"- {title} ({counted(info.statements, 'statement')}, added {info.added_at[:10]})"


def name_of(title: str) -> str:
    """A title inside a sentence, as Markdown."""
    return bold(one_line(title, _TITLE))
