"""The selects and buttons of the card of settings. They work after a restart: the card is made anew at each use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord
from discord import ChannelType, SelectDefaultValue, SelectOption
from discord.ui import ChannelSelect, RoleSelect, Select, View

from bot.client.parts import Interaction
from bot.client.threads import may_open
from bot.client.views.base import Control, ControlKind, control, turning
from bot.errors import Sorry
from bot.phrasing import counted
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


def guild_to_manage(interaction: Interaction) -> discord.Guild:
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
    guild, client, who = guild_to_manage(interaction), interaction.client, interaction.user.id
    before = client.parts.guilds.settings(guild.id)
    after = before
    if changed:
        after = await client.parts.off_loop(lambda: client.parts.guilds.change(guild.id, who, **changed))
    content = settings_card(after, changes(before, after), _lacking(guild, after))
    most = client.parts.settings.questions_per_minute
    view = languages_view(after) if languages else settings_view(after, guild, most)
    await interaction.edit_original_response(content=content, view=view)


def settings_view(settings: GuildSettings, guild: discord.Guild, most: int) -> View:
    """What the settings are changed with; `most` is how many questions one person may ask in a minute anywhere."""
    view = View(timeout=None)
    view.add_item(_roles([role for role in settings.adders if guild.get_role(role) is not None]))
    view.add_item(_channels([one for one in settings.channels if guild.get_channel(one) is not None]))
    view.add_item(_options(threads_select, _THREADS, settings.threads))
    view.add_item(_options(pace_select, _paces(settings.per_minute, most), str(settings.per_minute or _ANY_PACE)))
    for flag, value in (("private", not settings.private), ("in_dms", not settings.in_dms)):
        view.add_item(flag_button(_FLAGS[flag, value], flag, value))
    view.add_item(languages_button("Languages of replies", True))
    view.add_item(trail_button("Who changed what", 0, False))
    return view


def languages_view(settings: GuildSettings) -> View:
    """What the language of replies is changed with, and the way back to the other settings."""
    view = View(timeout=None)
    view.add_item(_options(language_select, _LANGUAGES, settings.language))
    view.add_item(languages_button("Back", False))
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


def _roles(chosen: list[int]) -> Control:
    """Who may add articles besides managers."""
    values = [SelectDefaultValue(id=id_, type=discord.SelectDefaultValueType.role) for id_ in chosen]
    placeholder = "Who may add articles: only managers"
    return roles_select.item(
        RoleSelect(
            custom_id="set_adders", placeholder=placeholder, min_values=0, max_values=_MOST, default_values=values
        )
    )


def _channels(chosen: list[int]) -> Control:
    """Where everybody sees answers."""
    values = [SelectDefaultValue(id=id_, type=discord.SelectDefaultValueType.channel) for id_ in chosen]
    return channels_select.item(
        ChannelSelect(
            custom_id="set_channels",
            placeholder="Where everybody sees my answers: everywhere",
            channel_types=_PLACES,
            min_values=0,
            max_values=_MOST,
            default_values=values,
        )
    )


def _options(kind: ControlKind[[]], labels: Mapping[str, str], chosen: str) -> Control:
    """A select of one of some values, each with its label."""
    options = [SelectOption(label=label, value=one, default=one == chosen) for one, label in labels.items()]
    return kind.item(Select(custom_id=kind.form.write({}), options=options))


def _paces(chosen: int | None, most: int) -> dict[str, str]:
    """How many questions one person may ask in a minute."""
    offered = {pace for pace in _PACES if pace < most} | ({chosen} if chosen else set())
    labels = {str(pace): f"One person may ask {counted(pace, 'question')} in a minute" for pace in sorted(offered)}
    return {_ANY_PACE: f"One person may ask as often as anywhere ({most} in a minute)"} | labels


async def _change(interaction: Interaction, *, languages: bool = False, **changed: Any) -> None:
    """Change some of the settings, and show the card, or the one of the languages."""
    guild_to_manage(interaction)
    await interaction.response.defer()
    await show_settings(interaction, languages=languages, **changed)


def _chosen(interaction: Interaction) -> list[str]:
    """What Discord tells of a choice: ids, or values of options."""
    data: Any = interaction.data
    return list(data["values"])


def _offered(interaction: Interaction, options: Mapping[str, str]) -> str:
    """What was chosen, if it still can be."""
    (value,) = _chosen(interaction)
    if value not in options:
        raise Sorry("That is not to be chosen any more: use `/settings` again.")
    return value


@control("set_adders")
async def roles_select(interaction: Interaction) -> None:
    """Set who may add articles besides managers."""
    await _change(interaction, adders=tuple(map(int, _chosen(interaction))))


@control("set_channels")
async def channels_select(interaction: Interaction) -> None:
    """Set where everybody sees answers."""
    await _change(interaction, channels=tuple(map(int, _chosen(interaction))))


@control("set_threads")
async def threads_select(interaction: Interaction) -> None:
    """Set which questions are answered in a thread."""
    await _change(interaction, threads=_offered(interaction, _THREADS))


@control("set_pace")
async def pace_select(interaction: Interaction) -> None:
    """Set how many questions one person may ask in a minute."""
    value = _offered(interaction, {_ANY_PACE: "", **dict.fromkeys(map(str, _PACES), "")})
    await _change(interaction, per_minute=None if value == _ANY_PACE else int(value))


@control("set_language")
async def language_select(interaction: Interaction) -> None:
    """Set in which language the bot replies."""
    await _change(interaction, languages=True, language=_offered(interaction, _LANGUAGES))


# ── buttons ───────────────────────────────────────────────────────────────

_FLAGS = {
    ("private", True): "Show answers to the asker alone",
    ("private", False): "Show answers to everybody",
    ("in_dms", True): "Answer in direct messages, too",
    ("in_dms", False): "Keep articles out of direct messages",
}


@control("set_flag:{name:private|in_dms}:{value:flag}")
async def flag_button(interaction: Interaction, name: str, value: bool) -> None:
    """Set what is either so or not."""
    await _change(interaction, **{name: value})


@control("languages:{there:flag}")
async def languages_button(interaction: Interaction, there: bool) -> None:
    """Lead from the other settings to the language of replies, or back."""
    await _change(interaction, languages=there)


@control("trail:{number:number}{turn:=:turn}")
async def trail_button(interaction: Interaction, number: int, turn: bool) -> None:
    """Show a page of who changed what; the first in a message of its own."""
    guild, parts = guild_to_manage(interaction), interaction.client.parts
    if turn:
        await interaction.response.defer()
    else:
        await interaction.response.defer(ephemeral=True, thinking=True)
    lines = await parts.off_loop(lambda: parts.guilds.audit(guild.id))
    content, pages = trail_page(lines, number)
    number = min(max(number, 0), pages - 1)
    back, forward = trail_button("Back", number - 1, True), trail_button("Next", number + 1, True)
    view = turning(View(timeout=None), back, forward, number, pages)
    await interaction.edit_original_response(content=content, view=view)
