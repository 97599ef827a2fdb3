"""Slash commands and message menus, a file per topic."""

from __future__ import annotations

from typing import Any

from discord import app_commands

from bot.client.commands import about_commands, article_commands, ask_commands, browsing, menus, setting_commands
from bot.client.parts import PartsClient

_COMMANDS: tuple[app_commands.Command[Any, ..., None] | app_commands.Group | app_commands.ContextMenu, ...] = (
    ask_commands.ask,
    ask_commands.quotes,
    ask_commands.check,
    browsing.speakers,
    browsing.articles,
    article_commands.article,
    setting_commands.settings,
    about_commands.help_,
    about_commands.privacy,
    menus.who_said_this,
    menus.check_this_message,
    menus.why_this_answer,
)


def add_to(tree: app_commands.CommandTree[PartsClient]) -> None:
    """Put every command into the tree."""
    for command in _COMMANDS:
        tree.add_command(command)
