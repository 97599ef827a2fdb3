"""In which language the bot replies: as the managers of a server have set, else as Discord tells of the asker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord
from cachetools import TTLCache

from bot.storage.guilds import GuildSettings
from bot.storage.record_file import RecordsError
from index.phrases import LANGUAGES, Language

_MOST, _KEPT = 20_000, 24 * 3600.0  # people whose language is remembered, and for how many seconds


class Languages:
    """Knows the language of each reply.

    Discord tells somebody's language with commands and buttons, not with messages: for direct messages it is
    remembered for a day.

    Args:
        settings_of: what holds in a server, by id; may raise RecordsError.
    """

    def __init__(self, settings_of: Callable[[int], GuildSettings]) -> None:
        self._settings_of = settings_of
        self._people: TTLCache[int, Language] = TTLCache(_MOST, _KEPT)

    def of(self, interaction: discord.Interaction[Any]) -> Language:
        """The language of the reply to a command, a menu or a button; never raises."""
        own = _spoken(interaction.locale)
        self._people[interaction.user.id] = own
        return own if interaction.guild_id is None else self._in_server(interaction.guild_id, own)

    def of_message(self, message: discord.Message) -> Language:
        """The language of the reply to a message; never raises."""
        if message.guild is None:
            return self._people.get(message.author.id, "en")
        return self._in_server(message.guild.id, _spoken(message.guild.preferred_locale))

    def forget(self, person: int) -> None:
        """What a person speaks is not remembered any more."""
        self._people.pop(person, None)

    def _in_server(self, guild: int, own: Language) -> Language:
        """What is set there; `own` where each is to be answered in their own language."""
        try:
            chosen = self._settings_of(guild).language
        except RecordsError:  # why, is told where more than the language depends on it
            return "en"
        return own if chosen == "asker" else chosen


def _spoken(locale: discord.Locale) -> Language:
    """The language of a Discord; English for those that there are no phrases in."""
    return next((language for language in LANGUAGES if language == locale.value), "en")
