"""What Discord allows, in one place, and what the bot asks for."""

from __future__ import annotations

from typing import Final

from discord import Permissions

CONTENT: Final = 2000  # characters of a message
QUESTION: Final = 2000  # characters of a question that is read; an option of a command could hold 6000
CUSTOM_ID: Final = 100  # characters of what a button keeps
PLACES: Final = 80  # of these, what is left for places of articles: the rest tells which button it is
LABEL: Final = 80  # characters of what stands on a button
CHOICES: Final = 25  # suggestions while somebody types
CHOICE: Final = 100  # characters of a suggestion

# what answering takes, and nothing else
PERMISSIONS: Final = Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    read_message_history=True,  # replies to a message need it
)
