"""The parts that handlers need: a frozen bundle that the client hands to commands, buttons and listeners.

Nothing imports the bot itself but what starts it; whoever handles something knows a client only as one with parts.
"""

from __future__ import annotations

from dataclasses import dataclass

import discord

from bot.client.languages import Languages
from bot.client.membership import Membership
from bot.config import Settings
from bot.operations.metrics import Metrics
from bot.phrasing import phrases
from bot.services.answering import Answering
from bot.services.intake import Intake
from bot.services.thread_pool import OffLoop
from bot.storage.feedback import Records
from bot.storage.guilds import GuildStore
from index.library import Library
from index.phrases import Phrases


@dataclass(frozen=True, slots=True)
class Parts:
    """What a running bot works with.

    Attributes:
        settings: the port, and how long records are kept.
        library: the articles.
        records: votes, gaps, and which answer belongs to which question.
        guilds: what the managers of servers have set there.
        answering: the one path from a question to its answer.
        off_loop: does everything else that would hold up the event loop.
        metrics: what is counted.
        intake: how articles are added.
        members: who is a member of which server.
        languages: in which language a reply is.
    """

    settings: Settings
    library: Library
    records: Records
    guilds: GuildStore
    answering: Answering
    off_loop: OffLoop
    metrics: Metrics
    intake: Intake
    members: Membership
    languages: Languages


class PartsClient(discord.AutoShardedClient):
    """A client that knows its parts."""

    parts: Parts

    @property
    def mention(self) -> str:
        """How people mention the bot in a message; empty before it is logged in."""
        return self.user.mention if self.user else ""


Interaction = discord.Interaction[PartsClient]


def phrases_for(interaction: Interaction) -> Phrases:
    """The phrases for the reply to a command, a menu or a button."""
    return phrases(interaction.client.parts.languages.of(interaction))
