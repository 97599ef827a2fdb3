"""Buttons that still work after a restart: all they need stands in their custom ids."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Self

import discord
from discord.ui import DynamicItem, View

from bot.client.parts import Interaction, PartsClient, phrases_for
from bot.client.scopes import scope_of
from bot.client.views import article_buttons, draft_buttons, setting_buttons
from bot.client.views.base import BotButton
from bot.client.views.listing import Listing, list_page
from bot.client.views.story_buttons import StoryButton, story_buttons
from bot.client.views.votes import REASONS, count_vote
from bot.client.views.why_buttons import WhyButton, why_button
from bot.errors import Sorry
from bot.phrasing import ENGLISH, LazyPhrase
from bot.render.answer import Page, answer_page, context_page, told_page, which_story
from bot.render.limits import PLACES
from bot.render.place_codec import pack, unpack
from bot.storage.feedback import Forgotten, Vote
from index.answer.contract import Answer, Place
from index.phrases import Phrases


def register(client: PartsClient) -> None:
    """Let the client know the buttons, so that those under old messages work too."""
    client.add_dynamic_items(*BUTTONS, StaleButton)


def answer_message(  # noqa: PLR0913 - each tells another thing about where the answer stands
    answer: Answer,
    phrases: Phrases,
    *,
    asker: int | None,
    question: str | None = None,
    may_ask: bool = True,
    why: bool = False,
) -> tuple[str, View]:
    """What to show for an answer, and the buttons under it.

    Where several articles answer equally well, that is the question which of them is meant, with a button for each.

    Args:
        answer: what was found.
        phrases: those of the reply's language.
        asker: who may delete it, and
        why: whether to offer why, both as for `answer_buttons`.
        question: shown above the answer, where others cannot see what was asked.
        may_ask: whether the question is words that can be asked again.
    """
    which = which_story(answer) if may_ask else None
    if which is None:
        page = answer_page(answer, question=question)
        votes = answer.reason != "not_a_question"
        return page.content, answer_buttons(page, phrases, asker=asker, votes=votes, why=why)
    view = story_buttons(answer, asker or 0)
    if asker is not None:
        view.add_item(DeleteButton(asker, phrases))
    return which, view


def answer_buttons(page: Page, phrases: Phrases, *, asker: int | None, votes: bool = True, why: bool = False) -> View:
    """The buttons under an answer.

    Args:
        page: what is shown.
        phrases: those of the reply's language.
        asker: who may delete it; None where nobody else sees it, and Discord lets them dismiss it.
        votes: whether there is anything to vote on.
        why: whether all who see it may know how the answer came about.
    """
    view = View(timeout=None)
    if page.shown:
        view.add_item(ContextButton(page.shown, phrases))
    if page.more:
        view.add_item(MoreButton(page.more, phrases))
    if votes:
        view.add_item(VoteButton("up"))
        view.add_item(VoteButton("down"))
    if asker is not None:
        view.add_item(DeleteButton(asker, phrases))
    if why:
        view.add_item(WhyButton())
    return view


def pager(listing: Listing, number: int, pages: int, phrases: Phrases) -> View:
    """Buttons to the page before and the page after; none where one page holds all."""
    view = View(timeout=None)
    if pages > 1:
        view.add_item(PageButton(listing, number - 1, phrases("button_back"), disabled=number == 0))
        forward = phrases("button_next")
        view.add_item(PageButton(listing, number + 1, forward, disabled=number >= pages - 1))
    return view


def privacy_buttons(phrases: Phrases) -> View:
    """The button under the privacy card."""
    view = View(timeout=None)
    view.add_item(ForgetButton(phrases))
    return view


class _PlacesButton(BotButton, template=r"(?!)"):
    """A button that shows places of articles, to who presses it. As many as its custom id holds."""

    action: str
    phrase: str  # that it shows

    def __init__(self, places: Sequence[Place] | str, phrases: Phrases = ENGLISH) -> None:
        self.packed = places if isinstance(places, str) else pack(places, PLACES)[0]
        super().__init__(f"{self.action}:{self.packed}", phrases(self.phrase))

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the places in its custom id."""
        return cls(match["places"])

    async def pressed(self, interaction: Interaction) -> None:
        """Show the places, and a button to what did not fit."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        phrases = phrases_for(interaction)
        page = await self.page(interaction, _unpacked(self.packed), phrases)
        if page is None:
            raise Sorry(LazyPhrase("gone"))
        view = View(timeout=None)
        if page.more:
            view.add_item(self.following(page.more, phrases))
        if self.action == "context" and (why := why_button(interaction)) is not None:
            view.add_item(why)
        await interaction.edit_original_response(content=page.content, view=view)

    async def page(self, interaction: Interaction, places: list[Place], phrases: Phrases) -> Page | None:
        """What to show; None when no article in scope holds any of the places."""
        raise NotImplementedError

    def following(self, places: Sequence[Place], phrases: Phrases) -> _PlacesButton:
        """The button to what did not fit."""
        return MoreButton(places, phrases)


def _unpacked(packed: str) -> list[Place]:
    try:
        return unpack(packed)
    except ValueError:
        raise Sorry(LazyPhrase("unknown_button")) from None


class ContextButton(_PlacesButton, template=r"context:(?P<places>.+)"):
    """Shows the paragraphs that the answer's words stand in."""

    action, phrase = "context", "button_context"

    async def page(self, interaction: Interaction, places: list[Place], phrases: Phrases) -> Page | None:
        """The paragraphs, with the words in bold."""
        library, scope = interaction.client.parts.library, await scope_of(interaction)
        look_up = interaction.client.parts.off_loop
        found = await look_up(lambda: [(place, library.paragraph(place, scope)) for place in places])
        there = [(place, paragraph) for place, paragraph in found if paragraph is not None]
        return context_page([p for _, p in there], [place for place, _ in there], phrases) if there else None

    def following(self, places: Sequence[Place], phrases: Phrases) -> _PlacesButton:
        """The button to the paragraphs that did not fit."""
        return MoreContextButton(places, phrases)


class MoreContextButton(ContextButton, template=r"context_more:(?P<places>.+)"):
    """Shows the paragraphs that did not fit."""

    action, phrase = "context_more", "button_more"


class MoreButton(_PlacesButton, template=r"more:(?P<places>.+)"):
    """Shows the part of an answer that did not fit."""

    action, phrase = "more", "button_more"

    async def page(self, interaction: Interaction, places: list[Place], phrases: Phrases) -> Page | None:
        """The statements, told as in the answer."""
        library, scope = interaction.client.parts.library, await scope_of(interaction)
        told = await interaction.client.parts.off_loop(lambda: library.tell(places, scope, phrases.language))
        return told_page(told, phrases) if any(told) else None


class VoteButton(BotButton, template=r"vote:(?P<vote>up|down)"):
    """Keeps whether an answer was good; asks what was wrong with a bad one."""

    def __init__(self, vote: Vote) -> None:
        self.vote = vote
        super().__init__(f"vote:{vote}", None, emoji="👍" if vote == "up" else "👎")

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the vote in its custom id."""
        return cls("up" if match["vote"] == "up" else "down")

    async def pressed(self, interaction: Interaction) -> None:
        """Keep the vote and thank, or ask why."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        assert interaction.message is not None  # noqa: S101 - buttons stand under messages
        seen = (await scope_of(interaction)).collections
        await count_vote(interaction.client, interaction.message, interaction.user.id, self.vote, seen)
        view, phrases = View(timeout=None), phrases_for(interaction)
        if self.vote == "down":
            for reason in REASONS:
                view.add_item(ReasonButton(reason, interaction.message.id, phrases))
        text = phrases("thanks" if self.vote == "up" else "thanks_why")
        await interaction.edit_original_response(content=text, view=view)


class ReasonButton(BotButton, template=rf"reason:(?P<reason>{'|'.join(REASONS)}):(?P<message>\d+)"):
    """Keeps why an answer was bad."""

    def __init__(self, reason: str, message: int, phrases: Phrases = ENGLISH) -> None:
        self.reason, self.message = reason, message
        super().__init__(f"reason:{reason}:{message}", phrases(REASONS[reason]))

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the reason in its custom id."""
        return cls(match["reason"], int(match["message"]))

    async def pressed(self, interaction: Interaction) -> None:
        """Keep the reason beside the vote."""
        await interaction.response.defer()
        client = interaction.client
        if not await client.parts.off_loop(
            lambda: client.parts.records.explain(interaction.user.id, self.message, self.reason)
        ):
            raise Sorry(LazyPhrase("vote_gone"))
        phrases = phrases_for(interaction)
        text = phrases("thanks_reason", reason=phrases(REASONS[self.reason]))
        await interaction.edit_original_response(content=text, view=None)


class DeleteButton(BotButton, template=r"delete:(?P<asker>\d+)"):
    """Deletes the answer, for who asked and for moderators."""

    def __init__(self, asker: int, phrases: Phrases = ENGLISH) -> None:
        self.asker = asker
        super().__init__(f"delete:{asker}", phrases("button_delete"))

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the asker in its custom id."""
        return cls(int(match["asker"]))

    async def pressed(self, interaction: Interaction) -> None:
        """Delete the message the button stands under."""
        if interaction.user.id != self.asker and not interaction.permissions.manage_messages:
            await interaction.response.send_message(phrases_for(interaction)("not_yours"), ephemeral=True)
            return
        await interaction.response.defer()
        await interaction.delete_original_response()


class PageButton(BotButton, template=r"page:(?P<listing>speakers|articles):(?P<number>-?\d+)"):
    """Turns to another page of a list."""

    def __init__(self, listing: Listing, number: int, label: str = "Page", *, disabled: bool = False) -> None:
        self.listing, self.number = listing, number
        super().__init__(f"page:{listing}:{number}", label, disabled=disabled)

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the list and page in its custom id."""
        return cls("speakers" if match["listing"] == "speakers" else "articles", int(match["number"]))

    async def pressed(self, interaction: Interaction) -> None:
        """Show the page in place of this one."""
        await interaction.response.defer()
        phrases = phrases_for(interaction)
        content, pages = await list_page(interaction, self.listing, self.number, phrases)
        number = min(max(self.number, 0), pages - 1)
        await interaction.edit_original_response(content=content, view=pager(self.listing, number, pages, phrases))


class ForgetButton(BotButton, template=r"forget_me"):
    """Deletes what is kept about who presses it."""

    def __init__(self, phrases: Phrases = ENGLISH) -> None:
        super().__init__("forget_me", phrases("button_forget"), style=discord.ButtonStyle.danger)

    async def pressed(self, interaction: Interaction) -> None:
        """Delete votes, gaps, the links between messages, and conversations."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        client, person = interaction.client, interaction.user.id
        phrases = phrases_for(interaction)
        client.parts.answering.forget(person)
        client.parts.languages.forget(person)
        deleted = await client.parts.off_loop(lambda: client.parts.records.forget(person))
        named = await client.parts.off_loop(lambda: client.parts.guilds.forget(person))
        await interaction.edit_original_response(content=_told(deleted, named, phrases))


def _told(deleted: Forgotten, named: int, phrases: Phrases) -> str:
    counts = (("votes", deleted.votes), ("questions", deleted.gaps))
    found = [phrases(key, count=count) for key, count in counts if count]
    lines = [phrases("deleted", things=phrases("list_comma").join(found))] if found else []
    if named:
        lines.append(phrases("name_is_out"))
    if deleted.followed:
        lines.append(phrases("follows_no_more"))
    return phrases.joined(lines) or phrases("nothing_kept")


BUTTONS: tuple[type[DynamicItem[Any]], ...] = (
    ContextButton,
    MoreContextButton,
    MoreButton,
    StoryButton,
    VoteButton,
    ReasonButton,
    DeleteButton,
    PageButton,
    ForgetButton,
    WhyButton,
    *draft_buttons.BUTTONS,
    *article_buttons.BUTTONS,
    *setting_buttons.CONTROLS,
)
_KNOWN = "|".join(re.sub(r"\?P<\w+>", "?:", one.__discord_ui_compiled_template__.pattern) for one in BUTTONS)


class StaleButton(BotButton, template=rf"(?s)(?!(?:{_KNOWN})\Z)(?P<custom_id>.+)"):
    """Any other button: one of an older or a newer bot, under a message that is still there."""

    def __init__(self, custom_id: str) -> None:
        super().__init__(custom_id, "?")

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button as it is."""
        return cls(match["custom_id"])

    async def pressed(self, interaction: Interaction) -> None:  # noqa: ARG002 - the same for everybody
        """Say that it cannot be used any more."""
        raise Sorry(LazyPhrase("unknown_button"))
