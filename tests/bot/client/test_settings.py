"""What managers set in a server: seen on the card at once, kept, and told to nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest

from bot.client.views import setting_controls
from bot.storage.guilds import DEFAULTS, Change

if TYPE_CHECKING:
    import simcord

    from tests.bot.client.conftest import World


MANAGER = discord.Permissions(manage_guild=True, view_channel=True, send_messages=True)


@pytest.fixture
def mia(world: World) -> simcord.MemberActor:
    """A manager of the server."""
    role = world.server.create_role("managers", permissions=MANAGER)
    return world.join("mia", roles=[role])


async def card(world: World, mia: simcord.MemberActor) -> Any:
    return (await mia.slash(world.general, "settings")).response


def now(world: World) -> Any:
    return world.servers.settings(world.server.id)


async def test_the_card_tells_a_manager_alone_what_holds(world: World, mia: simcord.MemberActor) -> None:
    shown = await card(world, mia)
    assert shown.ephemeral
    assert "only members with Manage Server may add articles" in shown.content
    assert "this server's articles stay in this server" in shown.content
    assert "Discord hands me nothing else" in shown.content  # what a thread can be
    assert len(shown.content) < 2000


async def test_who_does_not_manage_the_server_is_told_so_and_changes_nothing(
    world: World, mia: simcord.MemberActor
) -> None:
    shown = await card(world, mia)
    assert "settings" not in world.ann.available_commands(world.general)
    assert "settings" not in world.ann.user.available_commands()
    world.env.backend.remove_member_role(world.server.id, mia.id, world.server.roles["managers"].id)
    result = await mia.select(shown, ["mention"], custom_id="set_threads")
    assert "Manage Server" in world.read(result)
    for button in ("set_flag:private:1", "trail:0"):
        assert "Manage Server" in world.read(await mia.click(shown, custom_id=button))
    assert now(world) == DEFAULTS


async def test_each_setting_is_changed_where_it_is_shown_and_said_in_words(
    world: World, mia: simcord.MemberActor
) -> None:
    editors = world.server.create_role("editors")
    shown = await card(world, mia)
    await mia.select(shown, [editors], custom_id="set_adders")
    await mia.select(shown, [world.general], custom_id="set_channels")
    await mia.select(shown, ["always"], custom_id="set_threads")
    await mia.select(shown, ["3"], custom_id="set_pace")
    await mia.click(shown, custom_id="set_flag:private:1")
    result = await mia.click(shown, custom_id="set_flag:in_dms:1")
    assert now(world).adders == (editors.id,)
    assert now(world).channels == (world.general.id,)
    assert (now(world).threads, now(world).per_minute) == ("always", 3)
    assert now(world).private and now(world).in_dms
    assert result.response is not None
    text = result.response.content
    assert "✅ You set Direct messages: members are answered" in text
    assert f"<@&{editors.id}> and members with Manage Server" in text
    assert f"only in <#{world.general.id}>" in text
    assert "3 questions in a minute" in text and "a thread of its own" in text
    assert len(world.servers.audit(world.server.id)) == 6


async def test_the_card_and_the_trail_fit_into_messages_however_much_is_chosen(
    world: World, mia: simcord.MemberActor
) -> None:
    roles = [world.server.create_role(f"role{number}") for number in range(25)]
    channels = [world.server.create_text_channel(f"channel{number}") for number in range(25)]
    longest = {"threads": "mention", "private": True, "in_dms": True, "per_minute": 20, "language": "asker"}
    world.servers.change(world.server.id, mia.id, **longest)
    shown = await card(world, mia)
    for select, chosen in (("set_adders", roles), ("set_channels", channels)):
        result = await mia.select(shown, chosen, custom_id=select)
        assert result.response is not None
        assert len(result.response.content) <= 2000
        assert f"<#{chosen[0].id}>" in result.response.content or f"<@&{chosen[0].id}>" in result.response.content
        assert "and 21 more" in result.response.content
    assert (len(now(world).adders), len(now(world).channels)) == (25, 25)
    articles = {f"an-article-with-a-long-name-{number}" * 2 for number in range(25)}
    world.servers.bind(world.server.id, world.general.id, articles, mia.id)
    trail = (await mia.click(shown, custom_id="trail:0")).response
    assert trail is not None and len(trail.content) <= 2000


@pytest.mark.parametrize("pace", ["1000000", "x"])
async def test_a_pace_that_is_not_offered_is_not_set(
    world: World, mia: simcord.MemberActor, monkeypatch: pytest.MonkeyPatch, pace: str
) -> None:
    shown = await card(world, mia)
    monkeypatch.setattr(setting_controls, "_chosen", lambda _: [pace])  # as a program can, that is not Discord's own
    assert "not to be chosen any more" in world.read(await mia.select(shown, ["any"], custom_id="set_pace"))
    assert now(world) == DEFAULTS


async def test_what_was_chosen_can_be_taken_back(world: World, mia: simcord.MemberActor) -> None:
    world.servers.change(
        world.server.id, mia.id, adders=(5,), channels=(world.general.id,), private=True, per_minute=1, in_dms=True
    )
    shown = await card(world, mia)
    await mia.select(shown, [], custom_id="set_adders")
    await mia.select(shown, [], custom_id="set_channels")
    await mia.select(shown, ["any"], custom_id="set_pace")
    await mia.click(shown, custom_id="set_flag:private:0")
    await mia.click(shown, custom_id="set_flag:in_dms:0")
    assert now(world) == DEFAULTS


async def test_the_card_works_after_a_restart(world: World, mia: simcord.MemberActor) -> None:
    shown = await card(world, mia)
    await world.restart()
    await mia.select(shown, ["mention"], custom_id="set_threads")
    await mia.select(shown, [world.general], custom_id="set_channels")
    result = await mia.click(shown, custom_id="set_flag:private:1")
    assert (now(world).threads, now(world).channels, now(world).private) == ("mention", (world.general.id,), True)
    assert "✅ You set Commands" in result.response.content  # type: ignore[union-attr] # it is shown


async def test_a_deleted_role_or_channel_is_no_reason_to_fail(world: World, mia: simcord.MemberActor) -> None:
    world.servers.change(world.server.id, mia.id, adders=(5,), channels=(6,))
    shown = await card(world, mia)
    assert "<@&5>" in shown.content
    answer = await world.ann.slash(world.general, "ask", question="Who is quoted?")
    assert answer.response is not None and not answer.response.ephemeral  # nowhere is not where it answers


async def test_the_card_warns_when_threads_cannot_be_opened(world: World, mia: simcord.MemberActor) -> None:
    me = world.bot.get_guild(world.server.id).me  # type: ignore[union-attr] # it is there
    shown = await card(world, mia)
    result = await mia.select(shown, ["mention"], custom_id="set_threads")
    lacks = not me.guild_permissions.create_public_threads
    assert ("give me Create Public Threads" in result.response.content) == lacks  # type: ignore[union-attr] # shown


async def test_the_trail_has_pages_and_is_for_managers(world: World, mia: simcord.MemberActor) -> None:
    for number in range(40):
        world.servers.note(world.server.id, world.ann.id, Change("added", new=f"Number {number}"))
    shown = await card(world, mia)
    first = (await mia.click(shown, custom_id="trail:0")).response
    assert first is not None and first.ephemeral
    assert "Number 39" in first.content and f"<@{world.ann.id}>" in first.content
    second = (await world.press(mia, first, "Next")).response
    assert "Number 39" not in second.content and "Number 20" in second.content
    assert "Page 2 of 3" in second.content


async def test_a_person_who_wants_to_be_forgotten_is_somebody_in_the_trail(
    world: World, mia: simcord.MemberActor
) -> None:
    world.servers.note(world.server.id, world.ann.id, Change("added", new="Ferries"))
    privacy = await world.ann.slash(world.general, "privacy")
    told = await world.press(world.ann, privacy.response, "Delete what is kept about me")
    assert "Your name is out of the list of changes" in world.read(told)
    trail = (await mia.click(await card(world, mia), custom_id="trail:0")).response
    assert trail is not None and "somebody added **Ferries**" in trail.content


async def test_no_other_server_sees_a_setting_or_a_line_of_the_trail(world: World, mia: simcord.MemberActor) -> None:
    shown = await card(world, mia)
    await mia.select(shown, ["1"], custom_id="set_pace")
    theirs = world.env.create_guild(name="Others")
    hall = theirs.create_text_channel("hall")
    boss = theirs.add_member(mia.user, roles=[theirs.create_role("boss", permissions=MANAGER)])
    card_there = (await boss.slash(hall, "settings")).response
    assert card_there is not None and "as often as I allow anywhere" in card_there.content
    trail = (await boss.click(card_there, custom_id="trail:0")).response
    assert trail is not None and "Nobody has" in trail.content
