"""Slash commands and message menus, a file per topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import app_commands

from bot.commands import about, articles, asking, browsing, menus, settings

if TYPE_CHECKING:
    from bot.client import Wuzhen

_COMMANDS: tuple[app_commands.Command[Any, ..., None] | app_commands.Group | app_commands.ContextMenu, ...] = (
    asking.ask,
    asking.quotes,
    asking.check,
    browsing.speakers,
    browsing.articles,
    articles.article,
    settings.settings,
    about.help_,
    about.privacy,
    menus.who_said_this,
    menus.check_this_message,
    menus.why_this_answer,
)


def add_to(tree: app_commands.CommandTree[Wuzhen]) -> None:
    """Put every command into the tree."""
    for command in _COMMANDS:
        tree.add_command(command)
