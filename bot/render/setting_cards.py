"""What is set for a server and who set it, in words for its managers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.render.article_cards import name_of
from bot.render.cards import paged
from bot.render.markdown import bold, subtext

if TYPE_CHECKING:
    from bot.storage.guilds import AuditLine, Change, GuildSettings

_THREADS = {
    "off": "I answer where I was asked, without a thread",
    "mention": "I answer questions that mention me in a thread of their own, and replies to me where they stand",
    "always": "I answer everything that people ask me in a channel in a thread of its own",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: the attribute of GuildSettings, its title, and what a value means, as a sentence."""

    name: str
    title: str
    says: Callable[[Any], str]


_NAMED = 5  # names in a list: with more the card would be too long for Discord
_SEEN = "roles see `/article` once it is allowed to them under Server Settings, Integrations"


def _adders(roles: tuple[int, ...]) -> str:
    if not roles:
        return "only members with Manage Server may add articles"
    who = _listed(f"<@&{role}>" for role in roles)
    return f"{who} and members with Manage Server may add articles; {_SEEN}"


def _channels(channels: tuple[int, ...]) -> str:
    if not channels:
        return "everybody sees my answers, in every channel that I can see"
    places = _listed(f"<#{channel}>" for channel in channels)
    return f"everybody sees my answers only in {places}; elsewhere commands answer just to who uses them"


def _per_minute(count: int | None) -> str:
    if count is None:
        return "one person may ask as often as I allow anywhere"
    return f"one person may ask {count} {'question' if count == 1 else 'questions'} in a minute"


SETTINGS = (
    Setting("adders", "Adding", _adders),
    Setting("channels", "Channels", _channels),
    Setting("threads", "Threads", _THREADS.__getitem__),
    Setting(
        "private",
        "Commands",
        {
            False: "everybody sees the answers to commands, unless the asker chooses otherwise",
            True: "only the asker sees the answers to commands, unless they choose otherwise",
        }.__getitem__,
    ),
    Setting(
        "in_dms",
        "Direct messages",
        {
            False: "this server's articles stay in this server",
            True: "members are answered from this server's articles in direct messages with me, too",
        }.__getitem__,
    ),
    Setting("per_minute", "Pace", _per_minute),
    Setting(
        "language",
        "Language",
        {
            "en": "I reply in English",
            "zh-CN": "I reply in Chinese (中文)",
            "asker": "I reply to commands and buttons in the language of each person's own Discord, and to messages in "
            "that of this server, where I speak it; else in English",
        }.__getitem__,
    ),
)


_NOTES = (
    "What I quote stays in the articles' English, and questions are asked in English. Answers to mentions are seen by "
    "everybody in the channel. In threads, too, I read only what mentions me or replies to me: Discord hands me "
    "nothing else."
)


def settings_card(settings: GuildSettings, changed: Sequence[Change] = (), lacking: str = "") -> str:
    """What holds in a server, below what was just set; `lacking` tells what the bot lacks to do so, "" for nothing."""
    told = [f"✅ You {change_text(change)}." for change in changed]
    lines = [f"- {bold(one.title)}: {one.says(getattr(settings, one.name))}." for one in SETTINGS]
    warning = [f"⚠️ {lacking}"] if lacking else []
    return "\n".join([*told, bold("What holds on this server"), *lines, *warning, subtext(_NOTES)])


def trail_page(lines: Sequence[AuditLine], number: int) -> tuple[str, int]:
    """A page of who changed what, the newest first, and how many pages there are; `number` as for `cards.paged`."""
    if not lines:
        return "Nobody has added, removed or changed anything here yet.", 1
    return paged("Who changed what", [_trail_line(line) for line in lines], number)


def _trail_line(line: AuditLine) -> str:
    who = f"<@{line.who}>" if line.who is not None else "somebody"
    return f"- <t:{line.at.timestamp():.0f}:f> {who} {change_text(line.change)}"


_CHANGES: dict[str, Callable[[Change], str]] = {
    "added": lambda one: f"added {name_of(one.new)}",
    "removed": lambda one: f"removed {name_of(one.old)}",
    "restored": lambda one: f"brought back {name_of(one.new)}",
    "renamed": lambda one: f"renamed {name_of(one.old)} to {name_of(one.new)}",
    "bound": lambda one: f"<#{one.new['channel']}> is about {_listed(one.new['articles'] or ['all articles'])}",
    "prose": lambda one: str(one.new),
}


def change_text(change: Change) -> str:
    """What somebody did, as Markdown that goes on from who it was: "removed **Harbour bridge**"."""
    setting = next((one for one in SETTINGS if one.name == change.field), None)
    if setting is not None:
        return f"set {setting.title}: {setting.says(change.new)}"
    told = _CHANGES.get(change.field)
    return told(change) if told else f"changed {change.field}"  # which only another Wuzhen knows


def _listed(names: Iterable[str]) -> str:
    """Names as they are read: "a, b and c"; the last ones only counted where they are many."""
    every = list(names)
    if len(every) > _NAMED:
        every[_NAMED - 1 :] = [f"{len(every) - _NAMED + 1} more"]
    return every[0] if len(every) == 1 else f"{', '.join(every[:-1])} and {every[-1]}"
