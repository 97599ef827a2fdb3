"""/article list, show, remove, rename and bind: a server's own articles, by those who may change them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest
import simcord

from bot.render.limits import CHOICE, CONTENT
from bot.render.setting_cards import change_text
from index.article import Article, article_from_text
from index.store.protocol import Scope

if TYPE_CHECKING:
    from tests.bot.client.conftest import World

LIGHTHOUSE = """\
Lighthouse to be painted red

"Nobody could see it in the fog," said Nora Quill, the keeper. "Sailors asked for red," said Tom Reed, a pilot.
"""
MILL = """\
Mill to be sold

"The mill is too small," said Ines Vale, who owns it.
"""
RED, SOLD = "Lighthouse to be painted red", "Mill to be sold"
FOG = "Nobody could see it in the fog"


@pytest.fixture
async def home(world: World) -> World:
    """The world with two articles of this server."""
    world.library.add(
        article_from_text(text, id=name, collection=world.own)
        for name, text in (("lighthouse", LIGHTHOUSE), ("mill", MILL))
    )
    return world


@pytest.fixture
def mia(home: World) -> simcord.MemberActor:
    """Somebody who may manage the server."""
    return manager(home.env, home.server, "mia")


def manager(env: simcord.Env, server: simcord.GuildHandle, name: str) -> simcord.MemberActor:
    role = server.create_role("managers", permissions=discord.Permissions(manage_guild=True))
    return server.add_member(env.create_user(name), roles=[role])


def titles(world: World) -> list[str]:
    return [info.title for info in world.library.articles(Scope(frozenset({world.own})))]


async def use(world: World, who: simcord.MemberActor, command: str, **options: Any) -> str:
    return world.read(await who.slash(world.general, f"article {command}", **options))


async def asked(world: World, question: str = "What did Nora Quill say about the fog?") -> str:
    return world.read(await world.ann.slash(world.general, "ask", question=question))


def trail(world: World) -> list[str]:
    return [change_text(line.change) for line in world.servers.audit(world.server.id)]


# ── list, show ────────────────────────────────────────────────────────────


async def test_the_list_holds_the_servers_own_articles_alone_the_newest_first(
    home: World, mia: simcord.MemberActor
) -> None:
    text = await use(home, mia, "list")
    assert text.startswith("**2 of 1,000 articles, ")
    assert [line.split(" (")[0] for line in text.splitlines()[1:]] == [f"- {SOLD}", f"- {RED}"]


async def test_a_long_list_has_pages(home: World, mia: simcord.MemberActor) -> None:
    home.library.add(
        article_from_text(f"Crane {number}\n\nIt stands there.", id=f"crane-{number}", collection=home.own)
        for number in range(20)
    )
    shown = await mia.slash(home.general, "article list")
    assert "- Crane 19 (" in home.read(shown) and RED not in home.read(shown)
    await home.press(mia, shown.response, "Next")
    assert shown.response is not None
    assert RED in shown.response.content and "Page 2 of 2" in shown.response.content
    theirs = await home.press(home.ann, home.said[-1], "Next") if home.said else None
    assert theirs is None  # the list is shown to nobody else


async def test_an_article_is_shown_as_it_was_understood(home: World, mia: simcord.MemberActor) -> None:
    text = await use(home, mia, "show", article="lighthouse")
    assert f"**{RED}**" in text and "2 statements" in text and f"> “{FOG}”" in text


async def test_nothing_is_there_yet(home: World) -> None:
    theirs = home.env.create_guild(name="Others")
    hall = theirs.create_text_channel("hall")
    noor = manager(home.env, theirs, "noor")
    listed = await noor.slash(hall, "article list")
    assert home.read(listed) == "This server has no articles of its own yet: add one with `/article add`."
    for command, more in (("show", {}), ("remove", {}), ("rename", {"title": "Mine"})):
        shown = await noor.slash(hall, f"article {command}", article="lighthouse", **more)
        assert home.read(shown).startswith("This server has no article of that name")
    assert await noor.autocomplete(hall, "article remove", "article", "light") == []
    bound = await noor.slash(hall, "article bind", article="lighthouse")
    assert home.read(bound).startswith("There is no article of that name here")
    assert titles(home) == [RED, SOLD]


async def test_the_servers_articles_are_offered_while_somebody_types(home: World, mia: simcord.MemberActor) -> None:
    home.library.add([Article("x" * 150, "A harbour " * 15, "It opens.\n\nSoon.", collection=home.own)])
    offered = await mia.autocomplete(home.general, "article show", "article", "")
    assert [choice["name"] for choice in offered][1:] == [SOLD, RED]
    assert all(len(choice[key]) <= CHOICE for choice in offered for key in ("name", "value"))
    (found,) = await mia.autocomplete(home.general, "article show", "article", "lightouse")
    assert found == {"name": RED, "value": "lighthouse"}
    (long, *_) = offered
    assert "A harbour" in await use(home, mia, "show", article=long["value"])
    bindable = await mia.autocomplete(home.general, "article bind", "article2", "")
    assert len(bindable) == 3 and {RED, SOLD} < {choice["name"] for choice in bindable}  # and a public one


# ── remove ────────────────────────────────────────────────────────────────


async def test_an_article_is_removed_only_after_asking_and_comes_back_at_the_press_of_a_button(
    home: World, mia: simcord.MemberActor
) -> None:
    shown = await mia.slash(home.general, "article remove", article="lighthouse")
    assert home.read(shown) == f"Remove **{RED}**? For a day it can be brought back."
    assert FOG in await asked(home)
    await home.press(mia, shown.response, "Remove")
    assert titles(home) == [SOLD] and FOG not in await asked(home)
    await home.restart()
    await home.press(mia, shown.response, "Undo")
    assert shown.response is not None
    assert shown.response.content == f"**{RED}** is back." and home.buttons(shown.response) == {}
    assert sorted(titles(home)) == [RED, SOLD] and FOG in await asked(home)
    assert trail(home) == [f"brought back **{RED}**", f"removed **{RED}**"]


async def test_what_somebody_else_has_removed_already_can_be_brought_back_just_the_same(
    home: World, mia: simcord.MemberActor
) -> None:
    noor = manager(home.env, home.server, "noor")
    first, second = [await who.slash(home.general, "article remove", article="lighthouse") for who in (mia, noor)]
    await home.press(mia, first.response, "Remove")
    pressed = await home.press(noor, second.response, "Remove")
    assert home.read(pressed).startswith(f"Somebody has already removed **{RED}**. For a day it can be brought back")
    await home.press(noor, second.response, "Undo")
    assert sorted(titles(home)) == [RED, SOLD]
    assert trail(home) == [f"brought back **{RED}**", f"removed **{RED}**"]


async def test_removing_can_be_left(home: World, mia: simcord.MemberActor) -> None:
    shown = await mia.slash(home.general, "article remove", article=RED)
    await home.press(mia, shown.response, "Leave it")
    assert shown.response is not None and shown.response.content == "Nothing was removed."
    assert titles(home) == [RED, SOLD] and trail(home) == []


async def test_nobody_else_may_press_these_buttons(home: World, mia: simcord.MemberActor) -> None:
    shown = await mia.slash(home.general, "article remove", article=RED)
    for button in ("Remove", "Leave it"):
        refused = await home.press(home.ann, shown.response, button)
        assert "Only people with the permission Manage Server" in home.read(refused)
    await home.press(mia, shown.response, "Remove")
    assert "Only people with" in home.read(await home.press(home.ann, shown.response, "Undo"))
    assert titles(home) == [SOLD]


async def test_a_button_brought_to_another_server_does_nothing_there(home: World, mia: simcord.MemberActor) -> None:
    theirs = home.env.create_guild(name="Others")
    hall = theirs.create_text_channel("hall")
    noor = manager(home.env, theirs, "noor")
    shown = await mia.slash(home.general, "article remove", article=RED)
    for button, said in (("Remove", "This article is not here any more."), ("Undo", "It cannot be brought back any")):
        assert shown.response is not None
        listed = await noor.slash(hall, "articles")
        assert listed.response is not None
        home.env.backend.get_message(hall.id, listed.response.id).components = shown.response.components
        pressed = await noor.click(listed.response, label=button)
        assert said in home.read(pressed) and "ighthouse" not in home.read(pressed).replace(SOLD, "")
        if button == "Remove":
            await home.press(mia, shown.response, "Remove")
    assert titles(home) == [SOLD]


async def test_a_button_removes_what_it_was_made_for_and_nothing_that_took_its_place(
    home: World, mia: simcord.MemberActor
) -> None:
    shown = await mia.slash(home.general, "article remove", article="mill")
    home.library.remove("mill", home.own)
    home.library.add([article_from_text("Mill kept\n\nIt stays.", id="mill", collection=home.own)])
    pressed = await home.press(mia, shown.response, "Remove")
    assert "This article is not here any more." in home.read(pressed)
    assert titles(home) == [RED, "Mill kept"]


async def test_what_is_there_again_or_has_no_room_is_not_brought_back(home: World, mia: simcord.MemberActor) -> None:
    shown = await mia.slash(home.general, "article remove", article="mill")
    await home.press(mia, shown.response, "Remove")
    home.bot.parts.settings.guild_articles = 1
    full = await home.press(mia, shown.response, "Undo")
    assert home.read(full).endswith("this server has no room for it.")
    home.bot.parts.settings.guild_articles = 10
    await home.press(mia, shown.response, "Undo")
    assert titles(home)[-1:] == [SOLD]


# ── rename ────────────────────────────────────────────────────────────────


async def test_a_new_title_is_seen_at_once_everywhere(home: World, mia: simcord.MemberActor) -> None:
    assert RED in await asked(home)
    text = await use(home, mia, "rename", article="lighthouse", title="Red at last")
    assert text == f"Renamed **{RED}** to **Red at last**."
    answer = await asked(home)
    assert "Red at last" in answer and RED not in answer
    assert trail(home) == [f"renamed **{RED}** to **Red at last**"]


@pytest.mark.parametrize("title", ["\u200b\u202e", " \u2060 "])
async def test_a_title_that_shows_nothing_is_refused(home: World, mia: simcord.MemberActor, title: str) -> None:
    assert "The title is empty" in await use(home, mia, "rename", article="mill", title=title)
    assert titles(home) == [RED, SOLD] and trail(home) == []


async def test_a_hostile_title_does_nothing_but_be_read(home: World, mia: simcord.MemberActor) -> None:
    title = "@everyone **x** <@&1> ||y|| \u202egnp.exe [a](https://evil.example)"
    shown = [await use(home, mia, "rename", article="lighthouse", title=title)]
    shown += [await use(home, mia, "list"), await use(home, mia, "show", article="lighthouse"), *trail(home)]
    shown += [await use(home, mia, "remove", article="lighthouse"), await asked(home)]
    shown += [await use(home, mia, "bind", article="lighthouse")]
    for text in shown:
        assert "everyone" in text and len(text) <= CONTENT
        assert not [bad for bad in ("@everyone", " **x**", "<@&1>", " ||y", "\u202e", "[a](") if bad in text]


# ── bind ──────────────────────────────────────────────────────────────────


async def test_a_channel_that_is_about_an_article_is_answered_from_that_alone(
    home: World, mia: simcord.MemberActor
) -> None:
    text = await use(home, mia, "bind", article="mill")
    assert text == f"In <#{home.general.id}> I answer from these alone:\n- **{SOLD}**"
    assert home.servers.bound(home.general.id) == {"mill"}
    assert FOG not in await asked(home)
    both = await use(home, mia, "bind", article="mill", article2=RED)
    assert RED in both and SOLD in both
    assert FOG in await asked(home)
    assert await use(home, mia, "bind") == f"In <#{home.general.id}> I answer from all articles."
    assert home.servers.bound(home.general.id) == frozenset()


async def test_another_channel_can_be_named(home: World, mia: simcord.MemberActor) -> None:
    hall = home.server.create_text_channel("hall")
    await use(home, mia, "bind", article="mill", channel=hall)
    assert home.servers.bound(hall.id) == {"mill"} and home.servers.bound(home.general.id) == frozenset()


# ── who may ───────────────────────────────────────────────────────────────


async def test_others_are_told_that_they_may_not(home: World) -> None:
    command = home.env.backend.find_command("article", None, type=1)
    assert command is not None
    assert int(command["default_member_permissions"]) == discord.Permissions(manage_guild=True).value
    assert command["contexts"] == [0] and command["integration_types"] == [0]
    bob = home.join("bob", roles=[role := home.server.create_role("editors")])
    home.server.set_command_permissions(int(command["id"]), {role: True})  # as an administrator does in Discord
    uses: dict[str, dict[str, Any]] = {
        "list": {},
        "show": {"article": "mill"},
        "remove": {"article": "mill"},
        "rename": {"article": "mill", "title": "Mine"},
        "bind": {"article": "mill"},
        "add": {},
    }
    for name, options in uses.items():
        assert (await use(home, bob, name, **options)).startswith("Only people with the permission Manage Server")
    assert await bob.autocomplete(home.general, "article remove", "article", "") == []
    assert titles(home) == [RED, SOLD]
