"""The buttons with which people tell which of several articles they mean."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Self

import discord
from discord.ui import View

from bot.client.parts import Interaction, phrases_for
from bot.client.policy import policy_in
from bot.client.scopes import scope_of
from bot.client.sending import once_more
from bot.client.views.base import BotButton
from bot.client.views.why_buttons import may_ask_why
from bot.errors import Sorry
from bot.phrasing import LazyPhrase
from bot.render.answer import question_of
from bot.render.limits import LABEL
from bot.render.markdown import cut, visible, width
from bot.services.request import Request
from index.answer.contract import Answer
from index.store.protocol import PUBLIC, Scope


def story_buttons(answer: Answer, asker: int) -> View:
    """A button for each article that answers equally well; `asker` as for `StoryButton`."""
    view = View(timeout=None)
    titles = Counter(story.title for story in answer.stories)
    for story in answer.stories:
        title = story.title if titles[story.title] == 1 else f"{story.article}: {story.title}"
        view.add_item(StoryButton(asker, story.sha256, title))
    return view


def _label(title: str) -> str:
    """A title as it may stand on a button, which shows it as it is."""
    plain = " ".join(visible(title).split()) or "An article"
    return plain if width(plain) <= LABEL else f"{plain[: cut(plain, lambda head: width(head) < LABEL)]}…"


class StoryButton(BotButton, template=r"story:(?P<asker>\d+):(?P<sha256>[0-9a-f]{24})"):
    """Answers the question in the first line from one article alone, in place of asking which one is meant.

    Args:
        asker: who may delete the answer; 0 where only they see it.
        sha256: the hash of the article's text, of which as much is kept as tells it from others.
        title: what stands on the button.
    """

    def __init__(self, asker: int, sha256: str, title: str = "", *, disabled: bool = False) -> None:
        self.asker, self.sha256 = asker, sha256[:24]
        super().__init__(f"story:{asker}:{self.sha256}", _label(title), disabled=disabled)

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the article in its custom id."""
        return cls(int(match["asker"]), match["sha256"])

    async def pressed(self, interaction: Interaction) -> None:
        """Show the answer from this article; the buttons to the others stay."""
        from bot.client.views.answer_buttons import answer_message  # which knows these buttons, too

        client, person, message = interaction.client, interaction.user.id, interaction.message
        phrases = phrases_for(interaction)
        assert message is not None  # noqa: S101 - buttons stand under messages
        question = question_of(message.content)
        if question is None:
            raise Sorry(LazyPhrase("no_question"))
        pace = policy_in(client, interaction.guild_id, interaction.channel).pace
        client.parts.answering.admit(person, "button", pace=pace)
        await interaction.response.defer()
        request = Request(
            person=person,
            channel=interaction.channel_id or 0,
            question=question,
            scope=await self._scope(interaction),
            surface="button",
            private=not self.asker,
            pace=pace,
            language=phrases.language,
        )
        found = await client.parts.answering.ask(request)
        why = not self.asker and may_ask_why(interaction)
        content, view = answer_message(
            found, phrases, asker=self.asker or None, question=question, may_ask=False, why=why
        )
        for other, label in _stories_under(message):
            view.add_item(StoryButton(other.asker, other.sha256, label, disabled=other.sha256 == self.sha256))
        await once_more(lambda: interaction.edit_original_response(content=content, view=view))
        client.parts.answering.shown(request, message.id, found)

    async def _scope(self, interaction: Interaction) -> Scope:
        """The article alone, if it is there and may be seen from here."""
        client, scope = interaction.client, await scope_of(interaction)
        for info in await client.parts.off_loop(lambda: client.parts.library.articles(scope)):
            if info.sha256.startswith(self.sha256):
                return Scope(frozenset({PUBLIC, info.collection}), frozenset({info.id}))
        raise Sorry(LazyPhrase("no_story"))


def _stories_under(message: discord.Message) -> Iterator[tuple[StoryButton, str]]:
    """The buttons under a message that lead to articles, with what stands on them."""
    for row in message.components:
        for one in getattr(row, "children", ()):
            match = StoryButton.__discord_ui_compiled_template__.fullmatch(getattr(one, "custom_id", None) or "")
            if match is not None:
                yield StoryButton.restored(match), one.label or ""
