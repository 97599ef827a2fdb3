"""How the bot behaves where it is asked: what the managers of the server have set, for one channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord

from bot.services.rate_limit import Pace
from bot.storage.guilds import DEFAULTS, ServerSettings

if TYPE_CHECKING:
    from bot.client.bot import Wuzhen
    from index.phrases import Phrases


@dataclass(frozen=True, slots=True)
class Manners:
    """What holds in a channel.

    Attributes:
        settings: those of its server, or the defaults.
        aloud: the channels where everybody sees answers, if this is none of them; () where this is one.
        pace: how often one person may ask in this server; None for as often as anywhere.
    """

    settings: ServerSettings
    aloud: tuple[int, ...] = ()
    pace: Pace | None = None

    def hides(self, private: bool | None) -> bool:
        """Whether an answer is for the asker alone; `private` is what they chose, None for nothing."""
        return bool(self.aloud) or (self.settings.private if private is None else private)

    def elsewhere(self, phrases: Phrases) -> str:
        """Where everybody sees answers, as Markdown: in the first few of these channels."""
        return phrases.listed((f"<#{channel}>" for channel in self.aloud[:3]), "list_or")


def manners_in(client: Wuzhen, guild_id: int | None, channel: object) -> Manners:
    """What holds where somebody asks; quick. Where the bot is not a member of the server, nothing was set."""
    guild = client.get_guild(guild_id) if guild_id is not None else None
    if guild is None:
        return Manners(DEFAULTS)
    settings = client.servers.settings(guild.id)
    there = tuple(one for one in settings.channels if guild.get_channel(one) is not None)  # some may be deleted
    pace = Pace(guild.id, settings.per_minute) if settings.per_minute is not None else None
    return Manners(settings, () if places_of(channel) & set(there) else there, pace)


def places_of(channel: object) -> set[int]:
    """The ids of a channel, of the channel that it is a thread of, and of its category."""
    found = {getattr(channel, "id", None), getattr(channel, "parent_id", None), _category(channel)}
    return {one for one in found if one is not None}


def _category(channel: object) -> int | None:
    try:
        category: int | None = getattr(channel, "category_id", None)
    except discord.ClientException:  # a thread whose channel is hidden from us
        return None
    return category
