"""The link that brings the bot into a server, with no more rights than it needs."""

from __future__ import annotations

from discord.utils import oauth_url

from bot.render.limits import PERMISSIONS

SCOPES = ("bot", "applications.commands")


def invite_link(application_id: int) -> str:
    """Where whoever runs a server lets the bot in; the permissions that are asked for are `PERMISSIONS`."""
    return oauth_url(application_id, permissions=PERMISSIONS, scopes=SCOPES)
