"""A form that takes many files at once: a command has 25 options at most, and each takes one file."""

from __future__ import annotations

from typing import Self

from discord.ui import FileUpload, Label, Modal

from bot.client.intake import from_file
from bot.client.parts import Interaction
from bot.client.reporting import tell
from bot.client.views.draft_buttons import preview
from bot.errors import Sorry

_FIELDS = ((1, 10), (0, 10), (0, 5))  # how many files each takes at least and at most; Discord allows 10
_KINDS = ".txt, .md, .html, .pdf or .docx, each of up to 10 MB"


class UploadModal(Modal, title="Add articles"):
    """A form for up to 25 files."""

    def __init__(self) -> None:
        super().__init__()
        self.fields = [
            FileUpload[Self](custom_id=f"files{number}", required=least > 0, min_values=least, max_values=most)
            for number, (least, most) in enumerate(_FIELDS)
        ]
        for number, (field, (_, most)) in enumerate(zip(self.fields, _FIELDS, strict=True)):
            text = f"Up to {most} more files" if number else f"Up to {most} files"
            self.add_item(Label(text=text, description=None if number else _KINDS, component=field))

    async def on_submit(self, interaction: Interaction) -> None:  # type: ignore[override] # our client
        """Show what was understood of them."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        given = [from_file(file) for field in self.fields for file in field.values]
        if not given:
            raise Sorry("There is nothing to read: choose a file.")
        await preview(interaction, given)

    async def on_error(  # type: ignore[override] # as discord.py's own Modal has it
        self, interaction: Interaction, error: Exception, /
    ) -> None:
        """Say what went wrong."""
        await tell(interaction, error)
