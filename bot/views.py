"""Buttons that still work after a restart: all they need stands in their custom ids."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import discord
from discord.ui import DynamicItem, View

from bot import article_views, draft_views, setting_views
from bot.access import scope_of
from bot.buttons import BotButton
from bot.limits import PLACES
from bot.listing import Listing, list_page
from bot.places import pack, unpack
from bot.render import Page, answer_page, context_page, told_page, which_story
from bot.story_views import StoryButton, story_buttons
from bot.trouble import Sorry
from bot.votes import REASONS, count_vote
from bot.why_views import WhyButton, why_button

if TYPE_CHECKING:
    from bot.client import Wuzhen
    from bot.records import Forgotten, Vote
    from index.answer.model import Answer, Place


_PLURALS = {
    "vote": "votes",
    "question": "questions",
    "link between messages": "links between messages",
    "mention among the changes to a server": "mentions among the changes to a server",
}
_GONE = "The article behind this answer is not here any more, so there is nothing to show."
_UNKNOWN = "I don't know this button any more: it is from another version of me. Please ask again."
_NOT_YOURS = "Only the person who asked, or somebody who may manage messages here, can delete this answer."


def register(client: Wuzhen) -> None:
    """Let the client know the buttons, so that those under old messages work too."""
    client.add_dynamic_items(*BUTTONS, StaleButton)


def answer_message(
    answer: Answer, *, asker: int | None, question: str | None = None, may_ask: bool = True, why: bool = False
) -> tuple[str, View]:
    """What to show for an answer, and the buttons under it.

    Where several articles answer equally well, that is the question which of them is meant, with a button for each.

    Args:
        answer: what was found.
        asker: who may delete it, and
        why: whether to offer why, both as for `answer_buttons`.
        question: shown above the answer, where others cannot see what was asked.
        may_ask: whether the question is words that can be asked again.
    """
    which = which_story(answer) if may_ask else None
    if which is None:
        page = answer_page(answer, question=question)
        return page.content, answer_buttons(page, asker=asker, votes=answer.reason != "not_a_question", why=why)
    view = story_buttons(answer, asker or 0)
    if asker is not None:
        view.add_item(DeleteButton(asker))
    return which, view


def answer_buttons(page: Page, *, asker: int | None, votes: bool = True, why: bool = False) -> View:
    """The buttons under an answer.

    Args:
        page: what is shown.
        asker: who may delete it; None where nobody else sees it, and Discord lets them dismiss it.
        votes: whether there is anything to vote on.
        why: whether all who see it may know how the answer came about.
    """
    view = View(timeout=None)
    if page.shown:
        view.add_item(ContextButton(page.shown))
    if page.more:
        view.add_item(MoreButton(page.more))
    if votes:
        view.add_item(VoteButton("up"))
        view.add_item(VoteButton("down"))
    if asker is not None:
        view.add_item(DeleteButton(asker))
    if why:
        view.add_item(WhyButton())
    return view


def pager(listing: Listing, number: int, pages: int) -> View:
    """Buttons to the page before and the page after; none where one page holds all."""
    view = View(timeout=None)
    if pages > 1:
        view.add_item(PageButton(listing, number - 1, "Back", disabled=number == 0))
        view.add_item(PageButton(listing, number + 1, "Next", disabled=number >= pages - 1))
    return view


def privacy_buttons() -> View:
    """The button under the privacy card."""
    view = View(timeout=None)
    view.add_item(ForgetButton())
    return view


class _PlacesButton(BotButton, template=r"(?!)"):
    """A button that shows places of articles, to who presses it. As many as its custom id holds."""

    action: str
    label = ""

    def __init__(self, places: Sequence[Place] | str) -> None:
        self.packed = places if isinstance(places, str) else pack(places, PLACES)[0]
        super().__init__(f"{self.action}:{self.packed}", self.label)

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the places in its custom id."""
        return cls(match["places"])

    async def pressed(self, interaction: discord.Interaction[Wuzhen]) -> None:
        """Show the places, and a button to what did not fit."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        page = await self.page(interaction, _unpacked(self.packed))
        if page is None:
            raise Sorry(_GONE)
        view = View(timeout=None)
        if page.more:
            view.add_item(self.following(page.more))
        if self.action == "context" and (why := why_button(interaction)) is not None:
            view.add_item(why)
        await interaction.edit_original_response(content=page.content, view=view)

    async def page(self, interaction: discord.Interaction[Wuzhen], places: list[Place]) -> Page | None:
        """What to show; None when no article in scope holds any of the places."""
        raise NotImplementedError

    def following(self, places: Sequence[Place]) -> _PlacesButton:
        """The button to what did not fit."""
        return MoreButton(places)


def _unpacked(packed: str) -> list[Place]:
    try:
        return unpack(packed)
    except ValueError:
        raise Sorry(_UNKNOWN) from None


class ContextButton(_PlacesButton, template=r"context:(?P<places>.+)"):
    """Shows the paragraphs that the answer's words stand in."""

    action, label = "context", "Context"

    async def page(self, interaction: discord.Interaction[Wuzhen], places: list[Place]) -> Page | None:
        """The paragraphs, with the words in bold."""
        library, scope = interaction.client.library, await scope_of(interaction)
        look_up = interaction.client.answering.look_up
        found = await look_up(lambda: [(place, library.paragraph(place, scope)) for place in places])
        there = [(place, paragraph) for place, paragraph in found if paragraph is not None]
        return context_page([p for _, p in there], [place for place, _ in there]) if there else None

    def following(self, places: Sequence[Place]) -> _PlacesButton:
        """The button to the paragraphs that did not fit."""
        return MoreContextButton(places)


class MoreContextButton(ContextButton, template=r"context_more:(?P<places>.+)"):
    """Shows the paragraphs that did not fit."""

    action, label = "context_more", "More"


class MoreButton(_PlacesButton, template=r"more:(?P<places>.+)"):
    """Shows the part of an answer that did not fit."""

    action, label = "more", "More"

    async def page(self, interaction: discord.Interaction[Wuzhen], places: list[Place]) -> Page | None:
        """The statements, told as in the answer."""
        library, scope = interaction.client.library, await scope_of(interaction)
        told = await interaction.client.answering.look_up(lambda: library.tell(places, scope))
        return told_page(told) if any(told) else None


class VoteButton(BotButton, template=r"vote:(?P<vote>up|down)"):
    """Keeps whether an answer was good; asks what was wrong with a bad one."""

    def __init__(self, vote: Vote) -> None:
        self.vote = vote
        super().__init__(f"vote:{vote}", None, emoji="👍" if vote == "up" else "👎")

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the vote in its custom id."""
        return cls("up" if match["vote"] == "up" else "down")

    async def pressed(self, interaction: discord.Interaction[Wuzhen]) -> None:
        """Keep the vote and thank, or ask why."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        assert interaction.message is not None  # noqa: S101 - buttons stand under messages
        seen = (await scope_of(interaction)).collections
        await count_vote(interaction.client, interaction.message, interaction.user.id, self.vote, seen)
        view = View(timeout=None)
        if self.vote == "up":
            text = "Thank you: kept, without your name. /privacy tells what is kept."
        else:
            text = "Thank you: kept, without your name. What was wrong?"
            for reason in REASONS:
                view.add_item(ReasonButton(reason, interaction.message.id))
        await interaction.edit_original_response(content=text, view=view)


class ReasonButton(BotButton, template=rf"reason:(?P<reason>{'|'.join(REASONS)}):(?P<message>\d+)"):
    """Keeps why an answer was bad."""

    def __init__(self, reason: str, message: int) -> None:
        self.reason, self.message = reason, message
        super().__init__(f"reason:{reason}:{message}", REASONS[reason])

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the reason in its custom id."""
        return cls(match["reason"], int(match["message"]))

    async def pressed(self, interaction: discord.Interaction[Wuzhen]) -> None:
        """Keep the reason beside the vote."""
        await interaction.response.defer()
        client = interaction.client
        if not await client.answering.look_up(
            lambda: client.records.explain(interaction.user.id, self.message, self.reason)
        ):
            raise Sorry("Your vote was changed or deleted meanwhile, so there is nothing to add to it.")
        await interaction.edit_original_response(content=f"Thank you: kept as “{REASONS[self.reason]}”.", view=None)


class DeleteButton(BotButton, template=r"delete:(?P<asker>\d+)"):
    """Deletes the answer, for who asked and for moderators."""

    def __init__(self, asker: int) -> None:
        self.asker = asker
        super().__init__(f"delete:{asker}", "Delete")

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the asker in its custom id."""
        return cls(int(match["asker"]))

    async def pressed(self, interaction: discord.Interaction[Wuzhen]) -> None:
        """Delete the message the button stands under."""
        if interaction.user.id != self.asker and not interaction.permissions.manage_messages:
            await interaction.response.send_message(_NOT_YOURS, ephemeral=True)
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

    async def pressed(self, interaction: discord.Interaction[Wuzhen]) -> None:
        """Show the page in place of this one."""
        await interaction.response.defer()
        content, pages = await list_page(interaction, self.listing, self.number)
        number = min(max(self.number, 0), pages - 1)
        await interaction.edit_original_response(content=content, view=pager(self.listing, number, pages))


class ForgetButton(BotButton, template=r"forget_me"):
    """Deletes what is kept about who presses it."""

    def __init__(self) -> None:
        super().__init__("forget_me", "Delete what is kept about me", style=discord.ButtonStyle.danger)

    async def pressed(self, interaction: discord.Interaction[Wuzhen]) -> None:
        """Delete votes, gaps, the links between messages, and conversations."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        client, person = interaction.client, interaction.user.id
        client.answering.forget(person)
        deleted = await client.answering.look_up(lambda: client.records.forget(person))
        named = await client.answering.look_up(lambda: client.servers.forget(person))
        await interaction.edit_original_response(content=_told(deleted, named))


def _told(deleted: Forgotten, named: int) -> str:
    counts = (("vote", deleted.votes), ("question", deleted.gaps))
    found = [f"{n} {thing}{'' if n == 1 else 's'}" for thing, n in counts if n]
    lines = [f"Deleted: {', '.join(found)}."] if found else []
    if named:
        lines.append("Your name is out of the list of changes to a server's articles and settings.")
    if deleted.followed:
        lines.append("My earlier answers no longer follow when you edit or delete your questions.")
    return " ".join(lines) or "There was nothing kept about you."


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
    *draft_views.BUTTONS,
    *article_views.BUTTONS,
    *setting_views.CONTROLS,
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

    async def pressed(self, interaction: discord.Interaction[Wuzhen]) -> None:  # noqa: ARG002 - the same for everybody
        """Say that it cannot be used any more."""
        raise Sorry(_UNKNOWN)
