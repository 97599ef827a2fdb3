"""All kinds of controls, which the client must know so that those under old messages work."""

from __future__ import annotations

import re

import discord

from bot.client.parts import Interaction
from bot.client.views import (
    answer_buttons,
    article_buttons,
    draft_buttons,
    listing,
    privacy,
    setting_controls,
    vote_buttons,
    why_buttons,
)
from bot.client.views.base import Control, ControlKind
from bot.errors import Sorry
from bot.phrasing import LazyPhrase

_MODULES = (
    answer_buttons,
    vote_buttons,
    why_buttons,
    listing,
    privacy,
    draft_buttons,
    article_buttons,
    setting_controls,
)
KINDS = list({one: None for module in _MODULES for one in vars(module).values() if isinstance(one, ControlKind)})
_KNOWN = "|".join(re.sub(r"\?P<\w+>", "?:", kind.form.pattern) for kind in KINDS)


class StaleControl(Control, template=rf"(?!(?:{_KNOWN})\Z)(?P<custom_id>[\s\S]+)"):
    """Any other control: one of an older or a newer bot, under a message that is still there."""

    async def use(self, _interaction: Interaction) -> None:
        """Say that it cannot be used any more."""
        raise Sorry(LazyPhrase("unknown_button"))


def register(client: discord.Client) -> None:
    """Let the client know the controls."""
    client.add_dynamic_items(*(kind.item for kind in KINDS), StaleControl)
