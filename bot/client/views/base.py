"""Controls that work after a restart, too: what pressing a button does is a function of what its custom id holds."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Concatenate, Generic, ParamSpec, Self

import discord
from discord import ButtonStyle
from discord.ui import Button, DynamicItem, View

from bot.client.parts import Interaction, phrases_for
from bot.client.reporting import tell
from bot.render.button_codec import IdForm

P = ParamSpec("P")


class Control(DynamicItem[Any], template=r"(?!)"):
    """A button or a select of some kind; what goes wrong is told to who used it."""

    kind: ClassVar[ControlKind[...]]

    @classmethod
    async def from_custom_id(cls, _interaction: discord.Interaction[Any], item: Any, _match: Any, /) -> Self:
        """The control that somebody used."""
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what it is for."""
        try:
            await self.use(interaction)
        except Exception as error:
            await tell(interaction, error, phrases_for(interaction))

    async def use(self, interaction: Interaction) -> None:
        """Do what its kind says, with the values in its custom id."""
        await self.kind.use(interaction, **(self.kind.form.read(self.custom_id) or {}))


class ControlKind(Generic[P]):
    """A kind of controls: the form of their custom ids, whose values are the arguments of what using one does."""

    def __init__(
        self, form: str, use: Callable[Concatenate[Interaction, P], Awaitable[None]], style: ButtonStyle
    ) -> None:
        self.form, self.use = IdForm(form), use
        self._style = style
        self._names = list(inspect.signature(use).parameters)[1:]

        class Item(Control, template=self.form.pattern):
            kind = self

        self.item = Item

    def __call__(self, label: str | None, /, *args: P.args, **kwargs: P.kwargs) -> Control:
        """A button with a label."""
        custom_id = self.form.write(dict(zip(self._names, args, strict=False)) | kwargs)
        return self.item(Button(custom_id=custom_id, label=label, style=self._style))


def control(
    form: str, style: ButtonStyle = ButtonStyle.secondary
) -> Callable[[Callable[Concatenate[Interaction, P], Awaitable[None]]], ControlKind[P]]:
    """Makes a function that is given an interaction, and the values of a custom id, what a kind of controls does."""
    return lambda use: ControlKind(form, use, style)


def turning(view: View, back: Control, forward: Control, number: int, pages: int) -> View:
    """The view with buttons to the page before and the page after, where there is more than one."""
    if pages > 1:
        back.item.disabled, forward.item.disabled = number <= 0, number >= pages - 1
        view.add_item(back)
        view.add_item(forward)
    return view
