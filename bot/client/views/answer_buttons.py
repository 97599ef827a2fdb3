"""What an answer is shown with: the buttons to its paragraphs, to what did not fit, and to the articles it may mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import discord
from discord.ui import View

from bot.client.asker_scope import scope_of
from bot.client.parts import Interaction, phrases_for
from bot.client.policy import policy_in, venue_here
from bot.client.sending import once_more
from bot.client.views.base import Control, ControlKind, control
from bot.client.views.vote_buttons import vote_buttons
from bot.client.views.why_buttons import may_ask_why, why_beside, why_button
from bot.errors import Sorry
from bot.phrasing import LazyPhrase
from bot.render.answer_page import MessagePage, answer_page, context_page, told_page, which_story
from bot.render.button_codec import DELETE, packed, question_above, unpack
from bot.render.limits import LABEL
from bot.render.markdown import cut, visible, width
from bot.services.request import Request
from index.answer.contract import Answer, Place
from index.phrases import Phrases
from index.store.protocol import PUBLIC, Scope


def answer_message(  # noqa: PLR0913 - each tells another thing about where the answer stands
    answer: Answer,
    phrases: Phrases,
    *,
    asker: int | None,
    question: str | None = None,
    may_ask: bool = True,
    why: bool = False,
    bound: int | None = None,
) -> tuple[str, View]:
    """What to show for an answer, and the buttons under it.

    Where several articles answer equally well, that is the question which of them is meant, with a button for each.

    Args:
        answer: what was found.
        phrases: those of the reply's language.
        asker: who may delete it; None where nobody else sees it, and Discord lets them dismiss it.
        question: shown above the answer, where others cannot see what was asked.
        may_ask: whether the question is words that can be asked again.
        why: whether all who see it may know how the answer came about.
        bound: of how many articles alone its channel is about; None for a channel like any other.
    """
    view = View(timeout=None)
    content = which_story(answer) if may_ask else None
    if content is not None:
        _add_stories(view, answer, asker or 0)
        why = False
    else:
        page = answer_page(answer, question=question, bound=bound)
        content = page.content
        add_buttons(view, page, phrases, votes=answer.reason != "not_a_question")
    if asker is not None:
        view.add_item(delete_button(phrases("button_delete"), asker))
    if why:
        view.add_item(why_button())
    return content, view


def add_buttons(view: View, page: MessagePage, phrases: Phrases, *, votes: bool) -> None:
    """Add the buttons to the words of a page, and those to vote on it if there is anything to vote on."""
    if page.shown:
        view.add_item(context_button(phrases("button_context"), packed(page.shown)))
    if page.more:
        view.add_item(more_button(phrases("button_more"), packed(page.more)))
    for vote in vote_buttons() if votes else ():
        view.add_item(vote)


@control(DELETE)
async def delete_button(interaction: Interaction, asker: int) -> None:
    """Delete the message, for who asked and for moderators."""
    if interaction.user.id != asker and not interaction.permissions.manage_messages:
        await interaction.response.send_message(phrases_for(interaction)("not_yours"), ephemeral=True)
        return
    await interaction.response.defer()
    await interaction.delete_original_response()


# ── places ────────────────────────────────────────────────────────────────


@control("context:{places:text}")
async def context_button(interaction: Interaction, places: str) -> None:
    """Show the paragraphs that the answer's words stand in, to who presses it."""
    await _show(interaction, places, _paragraphs, more_context_button, why_beside(interaction))


@control("context_more:{places:text}")
async def more_context_button(interaction: Interaction, places: str) -> None:
    """Show the paragraphs that did not fit."""
    await _show(interaction, places, _paragraphs, more_context_button)


@control("more:{places:text}")
async def more_button(interaction: Interaction, places: str) -> None:
    """Show the part of an answer that did not fit."""
    await _show(interaction, places, _statements, more_button)


async def _show(
    interaction: Interaction,
    places: str,
    page_of: Callable[[Interaction, list[Place], Phrases], Awaitable[MessagePage | None]],
    following: ControlKind[[str]],
    beside: Control | None = None,
) -> None:
    """Show places of articles, a button to what did not fit, and another one."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    phrases = phrases_for(interaction)
    try:
        found = unpack(places)
    except ValueError:
        raise Sorry(LazyPhrase("unknown_button")) from None
    page = await page_of(interaction, found, phrases)
    if page is None:
        raise Sorry(LazyPhrase("gone"))
    view = View(timeout=None)
    if page.more:
        view.add_item(following(phrases("button_more"), packed(page.more)))
    if beside is not None:
        view.add_item(beside)
    await interaction.edit_original_response(content=page.content, view=view)


async def _paragraphs(interaction: Interaction, places: list[Place], phrases: Phrases) -> MessagePage | None:
    """The paragraphs, with the words in bold; None where no article in scope holds any of the places."""
    parts, scope = interaction.client.parts, await scope_of(interaction)
    found = await parts.off_loop(lambda: [(place, parts.library.paragraph(place, scope)) for place in places])
    there = [(place, paragraph) for place, paragraph in found if paragraph is not None]
    return context_page([p for _, p in there], [place for place, _ in there], phrases) if there else None


async def _statements(interaction: Interaction, places: list[Place], phrases: Phrases) -> MessagePage | None:
    """The statements, told as in the answer; None where no article in scope holds any of the places."""
    parts, scope = interaction.client.parts, await scope_of(interaction)
    told = await parts.off_loop(lambda: parts.library.tell(places, scope, phrases.language))
    return told_page(told, phrases) if any(told) else None


# ── which of several articles is meant ────────────────────────────────────


def _add_stories(view: View, answer: Answer, asker: int) -> None:
    """A button for each article that answers equally well; `asker` may delete the answer, 0 where only they see it."""
    titles = Counter(story.title for story in answer.stories)
    for story in answer.stories:
        title = story.title if titles[story.title] == 1 else f"{story.article}: {story.title}"
        view.add_item(story_button(_label(title), asker, story.sha256[:24]))


def _label(title: str) -> str:
    """A title as it may stand on a button, which shows it as it is."""
    plain = " ".join(visible(title).split()) or "An article"
    return plain if width(plain) <= LABEL else f"{plain[: cut(plain, lambda head: width(head) < LABEL)]}…"


@control("story:{asker:id}:{sha256:hex}")
async def story_button(interaction: Interaction, asker: int, sha256: str) -> None:
    """Answer the question in the first line from one article alone; the buttons to the others stay."""
    client, person, message = interaction.client, interaction.user.id, interaction.message
    answering, phrases = client.parts.answering, phrases_for(interaction)
    assert message is not None  # noqa: S101 - buttons stand under messages
    question = question_above(message.content)
    if question is None:
        raise Sorry(LazyPhrase("no_question"))
    pace = policy_in(client, venue_here(interaction)).pace
    answering.admit(person, "button", pace=pace)
    await interaction.response.defer()
    request = Request(
        person=person,
        channel=interaction.channel_id or 0,
        question=question,
        scope=await _scope_of_story(interaction, sha256),
        surface="button",
        private=not asker,
        pace=pace,
        language=phrases.language,
    )
    found = await answering.ask(request)
    why = not asker and may_ask_why(interaction)
    content, view = answer_message(found, phrases, asker=asker or None, question=question, may_ask=False, why=why)
    for label, other in _stories_under(message):
        view.add_item(button := story_button(label, **other))
        button.item.disabled = other["sha256"] == sha256
    await once_more(lambda: interaction.edit_original_response(content=content, view=view))
    answering.shown(request, message.id, found)


async def _scope_of_story(interaction: Interaction, sha256: str) -> Scope:
    """The article alone, if it is there and may be seen from here."""
    parts, scope = interaction.client.parts, await scope_of(interaction)
    for info in await parts.off_loop(lambda: parts.library.articles(scope)):
        if info.sha256.startswith(sha256):
            return Scope(frozenset({PUBLIC, info.collection}), frozenset({info.id}))
    raise Sorry(LazyPhrase("no_story"))


def _stories_under(message: discord.Message) -> Iterator[tuple[str, dict[str, Any]]]:
    """What stands on the buttons under a message that lead to articles, and what they hold."""
    for row in message.components:
        for one in getattr(row, "children", ()):
            held = story_button.form.read(getattr(one, "custom_id", None) or "")
            if held is not None:
                yield one.label or "", held
