"""The bot's own pages: help, privacy, and the lists of speakers and articles. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.counting import counted
from bot.limits import CONTENT
from bot.markdown import bold, link, one_line, subtext, width
from index.answer.model import SpeakerInfo
from index.store.protocol import PUBLIC, ArticleInfo
from index.words import capitalised

_LINES = 15  # of a page: what a phone shows without much scrolling
_NAME, _ROLE, _TITLE = 100, 120, 100  # characters of Markdown
_FOLLOWED = 30  # days, see `bot.records`
_FOOT = 60  # characters that the lines round a list take at most


def help_card(mention: str, people: Sequence[SpeakerInfo] = ()) -> str:
    """How to ask, and what is kept.

    Args:
        mention: the bot's mention, as Markdown.
        people: who is quoted, most statements first: the examples name them.
    """
    examples = "\n".join(f"- {example}" for example in _examples(people))
    return f"""\
**Ask me who said what.** I answer with the exact words of the articles, and where they stand.

**For example**
{examples}

**Three ways to ask**
- Commands: `/ask`, `/quotes`, `/check`, `/speakers`, `/articles`
- In a channel: {mention} and your question, or a reply to my answer (mention me, if it answers a command)
- In private: send me a direct message

On somebody's message: hold or right-click it, then Apps, then **Who said this?**

{subtext("Kept: votes and questions that found nothing, without your name. `/privacy` tells more.")}"""


def _examples(people: Sequence[SpeakerInfo]) -> list[str]:
    """Three questions that the articles can answer."""
    persons = [one for one in people if one.kind == "person"] or list(people)
    names = [one_line(one.name, _NAME) for one in persons]
    if not names:
        return ["Who is quoted?", "Who said that …?", "What did … say about …?"]
    return [f"What did {names[0]} say?", f"Who is {names[min(1, len(names) - 1)]}?", "Who is quoted?"]


def privacy_card(days: int, leave_days: int) -> str:
    """What is kept about people, and for how long.

    Args:
        days: after how many days it is deleted.
        leave_days: after how many days all of a server is deleted that the bot was removed from.
    """
    kept, gone = (counted(count, "day") for count in (days, leave_days))
    ids = f"For {_FOLLOWED} days only: the" if days > _FOLLOWED else "The"
    return f"""\
**What I keep, for {kept}**
- Your 👍 and 👎, with the question and the answer
- What I take for a question, or you have me check, and find nothing on. Delete your message, and I forget it
- Beside these: the time, the server, and the earlier questions that a follow-up needs (“what else did she say?”)
- {ids} ids of your question, my answer and the channel, and the time, so that the answer can follow when you edit or \
delete the question

Instead of your name, a scrambled number stands beside them (a salted hash).

**What I keep of a server**
- Its articles, and what its managers set
- Who added, removed or changed what, for {kept}: with your user id, as the managers see it

When I am removed from a server, all of this is deleted after {gone}, with the votes and questions from there.

**What I only have in memory**
- What we talk about, for 30 minutes
- My answers with their questions, for a day, so that I know on what you vote
- Whether you are in a server that lets me answer you directly, for ten minutes

I keep nothing else you write. The button below deletes what is kept about you, and others' votes on your questions; \
what you changed on a server stays, without you."""


def speakers_page(speakers: Sequence[SpeakerInfo], number: int) -> tuple[str, int]:
    """A page of who is quoted, and how many pages there are.

    Args:
        speakers: in the order to show them.
        number: which page, from 0; below is the first, beyond the last is the last.
    """
    if not speakers:
        return "Nobody is quoted in the articles here.", 1
    return paged(counted(len(speakers), "speaker"), [_speaker(one) for one in speakers], number)


def articles_page(articles: Sequence[ArticleInfo], number: int) -> tuple[str, int]:
    """A page of the articles, and how many pages there are; `number` as for `speakers_page`."""
    if not articles:
        return "There are no articles here yet, so there is nothing I could answer from.", 1
    return paged(counted(len(articles), "article"), [_article(one) for one in articles], number)


def _speaker(one: SpeakerInfo) -> str:
    role = f", {one_line(one.role, _ROLE)}" if one.role else ""
    count = f" ({one.statements:,} statements)" if one.statements > 1 else ""
    return f"- {bold(one_line(capitalised(one.name), _NAME))}{role}{count}"


def _article(info: ArticleInfo) -> str:
    count = counted(info.statements, "statement") if info.statements >= 0 else "not read yet"
    only_here = "" if info.collection == PUBLIC else ", only on this server"
    return f"- {link(info.title, info.source, _TITLE)} ({count}{only_here})"


def paged(head: str, lines: Sequence[str], number: int) -> tuple[str, int]:
    """A page of lines of Markdown under a head, and how many pages there are; `number` as for `speakers_page`."""
    pages: list[list[str]] = [[]]
    for line in lines:
        longer = [*pages[-1], line]
        if len(longer) > _LINES or width("\n".join(longer)) > CONTENT - width(head) - _FOOT:
            pages.append([line])
        else:
            pages[-1] = longer
    number = min(max(number, 0), len(pages) - 1)
    foot = ["", subtext(f"Page {number + 1} of {len(pages)}")] if len(pages) > 1 else []
    return "\n".join([bold(head), *pages[number], *foot]), len(pages)
