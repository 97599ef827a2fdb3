"""The link that brings the bot into a server, with no more rights than it needs."""

from __future__ import annotations

from typing import Final

from discord import Permissions
from discord.utils import oauth_url

SCOPES = ("bot", "applications.commands")
# what answering takes, and nothing else
PERMISSIONS: Final = Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    read_message_history=True,  # replies to a message need it
)


def invite_link(application_id: int) -> str:
    """Where whoever runs a server lets the bot in; the permissions that are asked for are `PERMISSIONS`."""
    return oauth_url(application_id, permissions=PERMISSIONS, scopes=SCOPES)
