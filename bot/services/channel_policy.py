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


def policy_for(guild: int, settings: GuildSettings, there: Set[int], places: Set[int]) -> ChannelPolicy:
    """What holds where somebody asks.

    Args:
        guild: the server.
        settings: what its managers have set.
        there: those of the channels named in the settings that are still there.
        places: the channel where it is asked, the one that it is a thread of, and its category.
    """
    aloud = tuple(one for one in settings.channels if one in there)
    pace = Pace(guild, settings.per_minute) if settings.per_minute is not None else None
    return ChannelPolicy(settings, () if places & set(aloud) else aloud, pace)
