"""What the managers of a server have set there, which articles its channels are about, and who changed what.

In the same file as the records. Reading never waits for somebody who writes, so that the event loop may do it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal

from bot.storage.record_file import RecordFile, moment_of, reads_rows, refusing_rows
from bot.storage.retention import keep_bounds
from index.phrases import Language

Threads = Literal["off", "mention", "always"]
Replies = Language | Literal["asker"]

_DAY = 86_400.0  # seconds
_TABLES = ("servers", "bindings", "audit", "members", "begun")


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """What holds in a server; the defaults are what holds where nothing was set.

    Attributes:
        adders: ids of the roles whose members may add articles, besides managers.
        channels: ids of the channels (or categories) where everybody sees answers; () for everywhere.
        threads: which questions are answered in a thread of their own: none, those that mention the bot, or all that
            it reads in a channel.
        private: whether answers to commands are shown to the asker alone, unless they say otherwise.
        in_dms: whether members are answered from this server's articles in direct messages, too.
        per_minute: how many questions one person may ask here in a minute; None for as many as anywhere.
        language: of replies; "asker" for that of each asker's own Discord.
    """

    adders: tuple[int, ...] = ()
    channels: tuple[int, ...] = ()
    threads: Threads = "off"
    private: bool = False
    in_dms: bool = False
    per_minute: int | None = None
    language: Replies = "en"


DEFAULTS = GuildSettings()


@dataclass(frozen=True, slots=True)
class Change:
    """A change as data, which is put into words where it is shown.

    Attributes:
        field: an attribute of GuildSettings; "added", "removed", "restored" or "renamed" for an article, told by its
            title; "bound" for what a channel is about; "prose" for Markdown of an earlier Wuzhen.
        old: the value before; None where there was none.
        new: the value after; None where there is none.
    """

    field: str
    old: Any = None
    new: Any = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who changed what, and when: a user's id, None where it was deleted at their wish."""

    at: datetime
    who: int | None
    change: Change


@dataclass(frozen=True, slots=True)
class LeftGuild:
    """A server that the bot is not in any more, since when."""

    guild: int
    at: datetime


class GuildStore(RecordFile):
    """What is kept of servers."""

    # ── settings ──────────────────────────────────────────────────────────

    @reads_rows
    def settings(self, guild: int) -> GuildSettings:
        """What holds in a server; quick, and waits for nobody."""
        rows = self._read("SELECT settings FROM servers WHERE guild = ?", (guild,))
        return next((_settings(text) for (text,) in rows), DEFAULTS)

    def change(self, guild: int, who: int, **changed: Any) -> GuildSettings:
        """Set some of the settings, and note in the audit trail who changed what; what holds from now on."""
        with self._writing() as connection:
            found = connection.execute("SELECT settings FROM servers WHERE guild = ?", (guild,)).fetchone()
            with refusing_rows(self.path):
                before = _settings(found[0]) if found else DEFAULTS
            after = replace(before, **changed)
            connection.execute("INSERT OR REPLACE INTO servers VALUES (?, ?)", (guild, json.dumps(asdict(after))))
            for change in changes(before, after):
                self._note(connection, guild, who, change)
        return after

    @reads_rows
    def open_in_dms(self) -> list[int]:
        """The servers whose articles their members are answered from in direct messages."""
        rows = self._read("SELECT guild FROM servers WHERE json_extract(settings, '$.in_dms') ORDER BY guild")
        return [guild for (guild,) in rows]

    # ── what channels are about ───────────────────────────────────────────

    @reads_rows
    def bound(self, channel: int) -> frozenset[str]:
        """The ids of the articles that a channel is about; none where it is about all. Quick, as `settings`.

        An article may have been removed since.
        """
        rows = self._read("SELECT articles FROM bindings WHERE channel = ?", (channel,))
        return next((frozenset(json.loads(articles)) for (articles,) in rows), frozenset())

    @reads_rows
    def bindings(self, guild: int) -> dict[int, frozenset[str]]:
        """The channels of a server that are about some articles alone, with these articles' ids."""
        rows = self._read("SELECT channel, articles FROM bindings WHERE guild = ? ORDER BY channel", (guild,))
        return {channel: frozenset(json.loads(articles)) for channel, articles in rows}

    def bind(self, guild: int, channel: int, articles: Iterable[str], who: int) -> None:
        """Make a channel about these articles alone, by id; about all of them again where there are none."""
        ids = sorted(articles)
        with self._writing() as connection:
            found = connection.execute("SELECT articles FROM bindings WHERE channel = ?", (channel,)).fetchone()
            before = json.loads(found[0]) if found else []
            connection.execute("DELETE FROM bindings WHERE channel = ?", (channel,))
            if ids:
                connection.execute("INSERT INTO bindings VALUES (?, ?, ?)", (channel, guild, json.dumps(ids)))
            old, new = ({"channel": channel, "articles": about} for about in (before, ids))
            self._note(connection, guild, who, Change("bound", old, new))

    # ── the audit trail ───────────────────────────────────────────────────

    def note(self, guild: int, who: int, change: Change) -> None:
        """Keep who changed what."""
        with self._writing() as connection:
            self._note(connection, guild, who, change)

    @reads_rows
    def audit(self, guild: int, limit: int | None = None) -> list[AuditLine]:
        """What was changed in a server, the newest first; the last `limit` changes, or all."""
        rows = self._read(
            "SELECT at, who, field, old, new FROM audit WHERE guild = ? ORDER BY key DESC LIMIT ?",
            (guild, -1 if limit is None else limit),
        )
        return [
            AuditLine(moment_of(at), who, Change(field, _value(old), _value(new))) for at, who, field, old, new in rows
        ]

    def _note(self, connection: sqlite3.Connection, guild: int, who: int, change: Change) -> None:
        row = guild, self._clock(), who, change.field, json.dumps(change.old), json.dumps(change.new)
        connection.execute("INSERT INTO audit (guild, at, who, field, old, new) VALUES (?, ?, ?, ?, ?, ?)", row)
        keep_bounds(connection, "audit", guild=guild)

    # ── coming and going ──────────────────────────────────────────────────

    def present(self, guilds: Iterable[int], application: int) -> list[int]:
        """The bot is in these servers and in no others: whichever it was in before, it has left.

        Args:
            guilds: the servers.
            application: which bot it is. One with another token knows nothing of the servers of the one before.

        Returns:
            The other servers, of which another application last knew that it was in them.
        """
        here = set(guilds)
        with self._writing() as connection:
            connection.execute("UPDATE OR REPLACE members SET application = ? WHERE application = 0", (application,))
            rows = connection.execute("SELECT guild, application FROM members WHERE left_at IS NULL").fetchall()
            self._gone(connection, {guild for guild, whose in rows if whose == application} - here, application)
            self._joined(connection, here, application)
        return sorted({guild for guild, whose in rows if whose != application} - here)

    def joined(self, guild: int, application: int) -> None:
        """The bot is in a server: what is kept of it stays."""
        with self._writing() as connection:
            self._joined(connection, {guild}, application)

    def left(self, guild: int, application: int, at: datetime | None = None) -> None:
        """The bot is not in a server any more; since now, unless another time is given."""
        with self._writing() as connection:
            self._gone(connection, {guild}, application, at)

    @reads_rows
    def leaving(self) -> list[LeftGuild]:
        """The servers that no application is in any more, with what is kept of them; who was left first is first."""
        rows = self._read(
            "SELECT guild, max(left_at) AS at FROM members GROUP BY guild HAVING count(*) = count(left_at) "
            "ORDER BY at, guild"
        )
        return [LeftGuild(guild, moment_of(at)) for guild, at in rows]

    @staticmethod
    def _joined(connection: sqlite3.Connection, guilds: Iterable[int], application: int) -> None:
        rows = [(guild, application) for guild in guilds]
        connection.executemany("INSERT OR REPLACE INTO members VALUES (?, ?, NULL)", rows)

    def _gone(
        self, connection: sqlite3.Connection, guilds: Iterable[int], application: int, at: datetime | None = None
    ) -> None:
        since = self._clock() if at is None else at.timestamp()
        rows = [(guild, application, since) for guild in guilds]
        connection.executemany("INSERT OR REPLACE INTO members VALUES (?, ?, ?)", rows)

    # ── articles on their way ─────────────────────────────────────────────

    def begin(self, token: str, guild: int, hashes: Iterable[str]) -> None:
        """Articles with these hashes are now being kept for a server, under a token that nobody else knows."""
        with self._writing() as connection:
            row = (token, guild, self._clock(), json.dumps(sorted(hashes)))
            connection.execute("INSERT OR IGNORE INTO begun VALUES (?, ?, ?, ?)", row)
            keep_bounds(connection, "begun", guild=guild)

    @reads_rows
    def begun(self, token: str, guild: int) -> frozenset[str] | None:
        """What was once being kept under a token; None where nothing was, or so long ago that it was deleted."""
        rows = self._read("SELECT hashes FROM begun WHERE token = ? AND guild = ?", (token, guild))
        return next((frozenset(json.loads(hashes)) for (hashes,) in rows), None)

    # ── deleting ──────────────────────────────────────────────────────────

    def forget(self, person: int) -> int:
        """Take a person out of the audit trails, which keep what was done; in how many lines."""
        with self._writing() as connection:
            return connection.execute("UPDATE audit SET who = NULL WHERE who = ?", (person,)).rowcount

    def forget_server(self, guild: int) -> None:
        """Delete settings, what channels are about, and the audit trail of a server, for good."""
        with self._writing() as connection:
            for table in _TABLES:
                connection.execute(f"DELETE FROM {table} WHERE guild = ?", (guild,))  # noqa: S608 - our own words
        self._empty_log()

    def purge(self, days: float) -> int:
        """Delete lines of audit trails, and what was once begun, that are older than so many days; how many lines."""
        until = (self._clock() - days * _DAY,)
        with self._writing() as connection:
            count = connection.execute("DELETE FROM audit WHERE at < ?", until).rowcount
            connection.execute("DELETE FROM begun WHERE at < ?", until)
        self._empty_log()
        return count


def changes(before: GuildSettings, after: GuildSettings) -> list[Change]:
    """The settings that are other ones now."""
    pairs = [(field.name, getattr(before, field.name), getattr(after, field.name)) for field in fields(GuildSettings)]
    return [Change(name, old, new) for name, old, new in pairs if old != new]


def _value(text: str) -> Any:
    value = json.loads(text)
    return tuple(value) if isinstance(value, list) else value


def _settings(text: str) -> GuildSettings:
    """The settings in the file; one that only a newer Wuzhen knows is left out."""
    known = {field.name for field in fields(GuildSettings)}
    values: dict[str, Any] = json.loads(text)
    ids: dict[str, Any] = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return GuildSettings(**{name: value for name, value in (values | ids).items() if name in known})
