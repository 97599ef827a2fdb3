"""What Discord allows, in one place."""

from __future__ import annotations

from typing import Final

CONTENT: Final = 2000  # characters of a message
QUESTION: Final = 2000  # characters of a question that is read; an option of a command could hold 6000
CUSTOM_ID: Final = 100  # characters of what a button keeps
PLACES: Final = 80  # of these, what is left for places of articles: the rest tells which button it is
LABEL: Final = 80  # characters of what stands on a button
CHOICES: Final = 25  # suggestions while somebody types
CHOICE: Final = 100  # characters of a suggestion
