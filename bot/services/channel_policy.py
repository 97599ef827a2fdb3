"""The policy of a channel: how the bot behaves there, by what the managers of the server have set. Pure."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.rate_limit import Pace
from bot.storage.guilds import GuildSettings

if TYPE_CHECKING:
    from index.phrases import Phrases


@dataclass(frozen=True, slots=True)
class Venue:
    """Where something is asked, by the ids: the channel, the one that it is a thread of, and its category."""

    guild: int | None = None
    channel: int | None = None
    parent: int | None = None
    category: int | None = None


@dataclass(frozen=True, slots=True)
class ChannelPolicy:
    """What holds in a channel.

    Attributes:
        settings: those of its server, or the defaults.
        aloud: the channels where everybody sees answers, if this is none of them; () where this is one.
        pace: how often one person may ask in this server; None for as often as anywhere.
    """

    settings: GuildSettings
    aloud: tuple[int, ...] = ()
    pace: Pace | None = None

    def hides(self, private: bool | None) -> bool:
        """Whether an answer is for the asker alone; `private` is what they chose, None for nothing."""
        return bool(self.aloud) or (self.settings.private if private is None else private)

    def elsewhere(self, phrases: Phrases) -> str:
        """Where everybody sees answers, as Markdown: in the first few of these channels."""
        return phrases.listed((f"<#{channel}>" for channel in self.aloud[:3]), "list_or")


def policy_for(venue: Venue, settings: GuildSettings, there: Set[int]) -> ChannelPolicy:
    """What holds where somebody asks in a server; `there` are those of the channels in its settings that still are."""
    aloud = tuple(one for one in settings.channels if one in there)
    pace = Pace(venue.guild, settings.per_minute) if venue.guild and settings.per_minute is not None else None
    is_loud = bool({venue.channel, venue.parent, venue.category} & set(aloud))
    return ChannelPolicy(settings, () if is_loud else aloud, pace)
