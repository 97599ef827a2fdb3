"""The selects and buttons of the card of settings. They work after a restart: the card is made anew at each use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Self

import discord
from discord import ChannelType, SelectDefaultValue, SelectOption
from discord.ui import ChannelSelect, DynamicItem, Item, RoleSelect, Select, View
from discord.ui.select import BaseSelect

from bot.client.parts import Interaction
from bot.client.reporting import tell
from bot.client.threads import may_open
from bot.client.views.base import BotButton
from bot.errors import Sorry
from bot.render.setting_cards import settings_card, trail_page
from bot.storage.guilds import GuildSettings, changes

_MOST = 25  # roles or channels in a select
_PACES = (1, 2, 3, 5, 10, 20)
_ANY_PACE = "any"
_THREADS = {"off": "No threads", "mention": "A thread for each mention", "always": "A thread for each question"}
_LANGUAGES = {"en": "English", "zh-CN": "中文 (Chinese)", "asker": "Each asker's own Discord language"}
_PLACES = [ChannelType.text, ChannelType.news, ChannelType.forum, ChannelType.voice, ChannelType.category]
_MANAGERS = "Only members with the permission Manage Server can see and change the settings."
_LACKING = "I cannot open threads in {places}: give me Create Public Threads and Send Messages in Threads there."


# ── the card ──────────────────────────────────────────────────────────────


def managed(interaction: Interaction) -> discord.Guild:
    """The server whose settings somebody may see and change.

    Raises:
        Sorry: they may not, or the bot is not a member there.
    """
    guild = interaction.client.get_guild(interaction.guild_id or 0)
    if guild is None:
        raise Sorry("This works only in a server that I was added to.")
    if not interaction.permissions.manage_guild:
        raise Sorry(_MANAGERS)
    return guild


async def show_settings(interaction: Interaction, *, languages: bool = False, **changed: Any) -> None:
    """Change some of the settings, if any are given, and show the card in answer to a deferred interaction.

    A message has no room for all selects at once: that of the languages stands below the card by itself.
    """
    guild, client, who = managed(interaction), interaction.client, interaction.user.id
    before = client.parts.guilds.settings(guild.id)
    after = before
    if changed:
        after = await client.parts.off_loop(lambda: client.parts.guilds.change(guild.id, who, **changed))
    content = settings_card(after, changes(before, after), _lacking(guild, after))
    most = client.parts.settings.questions_per_minute
    view = languages_view(after) if languages else settings_view(after, guild, most)
    await interaction.edit_original_response(content=content, view=view)


def settings_view(settings: GuildSettings, guild: discord.Guild, most: int) -> View:
    """What the settings are changed with.

    Args:
        settings: what holds now.
        guild: the server.
        most: how many questions one person may ask in a minute anywhere.
    """
    view = View(timeout=None)
    view.add_item(RolesSelect([role for role in settings.adders if guild.get_role(role) is not None]))
    view.add_item(ChannelsSelect([one for one in settings.channels if guild.get_channel(one) is not None]))
    view.add_item(ThreadsSelect(settings.threads))
    view.add_item(PaceSelect(settings.per_minute, most))
    view.add_item(FlagButton("private", not settings.private))
    view.add_item(FlagButton("in_dms", not settings.in_dms))
    view.add_item(LanguagesButton(True))
    view.add_item(TrailButton(0, "Who changed what"))
    return view


def languages_view(settings: GuildSettings) -> View:
    """What the language of replies is changed with, and the way back to the other settings."""
    view = View(timeout=None)
    view.add_item(LanguageSelect(settings.language))
    view.add_item(LanguagesButton(False))
    return view


def _lacking(guild: discord.Guild, settings: GuildSettings) -> str:
    if settings.threads == "off":
        return ""
    chosen = [one for one in guild.text_channels if {one.id, one.category_id} & set(settings.channels)]
    if settings.channels:
        closed = [f"<#{one.id}>" for one in chosen if not may_open(one)]
    else:
        has = guild.me.guild_permissions
        closed = [] if has.create_public_threads and has.send_messages_in_threads else ["this server"]
    return _LACKING.format(places=", ".join(closed[:5])) if closed else ""


# ── selects ───────────────────────────────────────────────────────────────


class _SettingSelect(DynamicItem[BaseSelect[Any]], template=r"(?!)"):
    """A select that changes a setting; what goes wrong is told to who used it."""

    languages = False  # whether it is that of the languages, and stays to be seen

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: Item[Any], match: re.Match[str], /
    ) -> Self:
        """The select that somebody used."""
        return cls.restored(match)

    @classmethod
    def restored(cls, _match: re.Match[str]) -> Self:
        """The select, without what was chosen before."""
        return cls()  # type: ignore[call-arg] # each brings its own item

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Change the setting to what was chosen."""
        try:
            managed(interaction)
            await interaction.response.defer()
            data: Any = interaction.data
            await show_settings(interaction, languages=self.languages, **self.chosen(data["values"]))
        except Exception as error:
            await tell(interaction, error)

    def chosen(self, values: list[str]) -> dict[str, Any]:
        """What the setting is to be, from what Discord tells of the choice: ids, or values of options."""
        raise NotImplementedError


class RolesSelect(_SettingSelect, template=r"set_adders"):
    """Who may add articles besides managers."""

    def __init__(self, roles: list[int] | None = None) -> None:
        chosen = [SelectDefaultValue(id=id_, type=discord.SelectDefaultValueType.role) for id_ in roles or ()]
        placeholder = "Who may add articles: only managers"
        super().__init__(
            RoleSelect(
                custom_id="set_adders", placeholder=placeholder, min_values=0, max_values=_MOST, default_values=chosen
            )
        )

    def chosen(self, values: list[str]) -> dict[str, Any]:
        """The ids of the roles."""
        return {"adders": tuple(map(int, values))}


class ChannelsSelect(_SettingSelect, template=r"set_channels"):
    """Where everybody sees answers."""

    def __init__(self, channels: list[int] | None = None) -> None:
        chosen = [SelectDefaultValue(id=id_, type=discord.SelectDefaultValueType.channel) for id_ in channels or ()]
        super().__init__(
            ChannelSelect(
                custom_id="set_channels",
                placeholder="Where everybody sees my answers: everywhere",
                channel_types=_PLACES,
                min_values=0,
                max_values=_MOST,
                default_values=chosen,
            )
        )

    def chosen(self, values: list[str]) -> dict[str, Any]:
        """The ids of the channels and categories."""
        return {"channels": tuple(map(int, values))}


class ThreadsSelect(_SettingSelect, template=r"set_threads"):
    """Which questions are answered in a thread."""

    def __init__(self, threads: str = "off") -> None:
        options = [SelectOption(label=label, value=one, default=one == threads) for one, label in _THREADS.items()]
        super().__init__(Select(custom_id="set_threads", options=options))

    def chosen(self, values: list[str]) -> dict[str, Any]:
        """The mode."""
        return {"threads": _offered(values[0], _THREADS)}


class PaceSelect(_SettingSelect, template=r"set_pace"):
    """How many questions one person may ask in a minute."""

    def __init__(self, per_minute: int | None = None, most: int = max(_PACES)) -> None:
        label = f"One person may ask as often as anywhere ({most} in a minute)"
        options = [SelectOption(label=label, value=_ANY_PACE, default=per_minute is None)]
        offered = {pace for pace in _PACES if pace < most} | ({per_minute} if per_minute else set())
        for pace in sorted(offered):
            label = f"One person may ask {pace} {'question' if pace == 1 else 'questions'} in a minute"
            options.append(SelectOption(label=label, value=str(pace), default=pace == per_minute))
        super().__init__(Select(custom_id="set_pace", options=options))

    def chosen(self, values: list[str]) -> dict[str, Any]:
        """The number; None for as often as anywhere."""
        chosen = _offered(values[0], {_ANY_PACE: "", **{str(pace): "" for pace in _PACES}})
        return {"per_minute": None if chosen == _ANY_PACE else int(chosen)}


class LanguageSelect(_SettingSelect, template=r"set_language"):
    """In which language the bot replies."""

    languages = True

    def __init__(self, language: str = "en") -> None:
        options = [SelectOption(label=label, value=one, default=one == language) for one, label in _LANGUAGES.items()]
        super().__init__(Select(custom_id="set_language", options=options))

    def chosen(self, values: list[str]) -> dict[str, Any]:
        """The language."""
        return {"language": _offered(values[0], _LANGUAGES)}


def _offered(value: str, options: Mapping[str, str]) -> str:
    """What was chosen, if it still can be."""
    if value not in options:
        raise Sorry("That is not to be chosen any more: use `/settings` again.")
    return value


# ── buttons ───────────────────────────────────────────────────────────────

_FLAGS = {
    ("private", True): "Show answers to the asker alone",
    ("private", False): "Show answers to everybody",
    ("in_dms", True): "Answer in direct messages, too",
    ("in_dms", False): "Keep articles out of direct messages",
}


class FlagButton(BotButton, template=r"set_flag:(?P<name>private|in_dms):(?P<value>[01])"):
    """Sets what is either so or not."""

    def __init__(self, name: str, value: bool) -> None:
        self.name, self.value = name, value
        super().__init__(f"set_flag:{name}:{int(value)}", _FLAGS[name, value])

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the setting in its custom id."""
        return cls(match["name"], match["value"] == "1")

    async def pressed(self, interaction: Interaction) -> None:
        """Change the setting, and show the card."""
        managed(interaction)
        await interaction.response.defer()
        await show_settings(interaction, **{self.name: self.value})


class LanguagesButton(BotButton, template=r"languages:(?P<open>[01])"):
    """Leads from the other settings to the language of replies, and back."""

    def __init__(self, leads_there: bool) -> None:
        self.leads_there = leads_there
        super().__init__(f"languages:{int(leads_there)}", "Languages of replies" if leads_there else "Back")

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button that leads where its custom id says."""
        return cls(match["open"] == "1")

    async def pressed(self, interaction: Interaction) -> None:
        """Show the card with what changes the language, or with all else."""
        managed(interaction)
        await interaction.response.defer()
        await show_settings(interaction, languages=self.leads_there)


class TrailButton(BotButton, template=r"trail:(?P<number>-?\d+)(?P<turn>:turn)?"):
    """Shows a page of who changed what; the first in a message of its own."""

    def __init__(self, number: int, label: str = "Page", *, turn: bool = False, disabled: bool = False) -> None:
        self.number, self.turn = number, turn
        super().__init__(f"trail:{number}{':turn' if turn else ''}", label, disabled=disabled)

    @classmethod
    def restored(cls, match: re.Match[str]) -> Self:
        """The button for the page in its custom id."""
        return cls(int(match["number"]), turn=match["turn"] is not None)

    async def pressed(self, interaction: Interaction) -> None:
        """Show the page."""
        guild, client = managed(interaction), interaction.client
        if self.turn:
            await interaction.response.defer()
        else:
            await interaction.response.defer(ephemeral=True, thinking=True)
        lines = await client.parts.off_loop(lambda: client.parts.guilds.audit(guild.id))
        content, pages = trail_page(lines, self.number)
        number, view = min(max(self.number, 0), pages - 1), View(timeout=None)
        if pages > 1:
            view.add_item(TrailButton(number - 1, "Back", turn=True, disabled=number == 0))
            view.add_item(TrailButton(number + 1, "Next", turn=True, disabled=number >= pages - 1))
        await interaction.edit_original_response(content=content, view=view)


CONTROLS: tuple[type[BotButton] | type[_SettingSelect], ...] = (
    RolesSelect,
    ChannelsSelect,
    ThreadsSelect,
    PaceSelect,
    LanguageSelect,
    FlagButton,
    LanguagesButton,
    TrailButton,
)
