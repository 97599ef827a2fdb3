"""What all buttons share that still work after a restart."""

from __future__ import annotations

import re
from typing import Any, Self

import discord
from discord.ui import Button, DynamicItem, Item

from bot.client.parts import Interaction, phrases_for
from bot.client.reporting import tell


class BotButton(DynamicItem[Button[Any]], template=r"(?!)"):
    """A button that reads what it needs from its custom id; what goes wrong is told to who pressed it."""

    def __init__(self, custom_id: str, label: str | None, **look: Any) -> None:
        super().__init__(Button(custom_id=custom_id, label=label, **look))

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that somebody pressed."""
        return cls.restored(match)

    @classmethod
    def restored(cls, _match: re.Match[str]) -> Self:
        """The button as its custom id describes it."""
        return cls()  # type: ignore[call-arg] # a button with a state brings its own

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the button says."""
        try:
            await self.pressed(interaction)
        except Exception as error:
            await tell(interaction, error, phrases_for(interaction))

    async def pressed(self, interaction: Interaction) -> None:
        """What the button does; answers the interaction."""
        raise NotImplementedError
