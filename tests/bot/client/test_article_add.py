"""/article add: from an upload to an article of the server, with a look at it in between."""

from __future__ import annotations

import asyncio
import io
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
import pytest
import simcord

from bot.render.article_cards import draft_card
from bot.render.limits import CONTENT
from bot.render.markdown import width
from bot.services import intake
from bot.services.drafts import ArticleDraft, DraftItem
from bot.services.reader_jobs import ArticleSummary
from bot.storage.guilds import Change
from index.article import article_from_text
from index.store.protocol import Scope

if TYPE_CHECKING:
    from tests.bot.client.conftest import World

LIGHTHOUSE = """\
Lighthouse to be painted red

The lighthouse will be painted red, the keeper Nora Quill said on Friday.

"Nobody could see it in the fog," Quill told the council. "Sailors asked for red," said Tom Reed, a pilot.
"""
MILL = """\
Mill to be sold

"The mill is too small," said Ines Vale, who owns it.
"""
RED = "Lighthouse to be painted red"


@pytest.fixture
async def home(world: World) -> World:
    """The world."""
    return world


@pytest.fixture
def mia(home: World) -> simcord.MemberActor:
    """Somebody who may manage the server."""
    role = home.server.create_role("managers", permissions=discord.Permissions(manage_guild=True))
    return home.join("mia", roles=[role])


def file(text: str | bytes = LIGHTHOUSE, name: str = "lighthouse.txt") -> tuple[str, bytes]:
    return name, text if isinstance(text, bytes) else text.encode()


async def add(world: World, who: simcord.MemberActor, **options: Any) -> simcord.InteractionResult:
    return await who.slash(world.general, "article add", **options)


async def told(world: World, who: simcord.MemberActor, **options: Any) -> str:
    return world.read(await add(world, who, **options))


def titles(world: World) -> list[str]:
    return [info.title for info in world.library.articles(Scope(frozenset({world.own})))]


def edits(world: World) -> int:
    return sum(one.method == "PATCH" for one in world.env.http_requests)


# ── files ─────────────────────────────────────────────────────────────────


async def test_a_file_is_shown_as_it_was_understood_and_kept_only_when_that_is_said(
    home: World, mia: simcord.MemberActor
) -> None:
    shown = await add(home, mia, file=file())
    text = home.read(shown)
    assert shown.ephemeral
    assert f"**{RED}**" in text
    assert "38 words · 212 characters · 3 statements" in text
    assert "**Nora Quill** (2), **Tom Reed** (1)" in text
    assert text.count("\n> ") == 3 and "> “Nobody could see it in the fog”" in text
    assert "> The lighthouse will be painted red." in text  # reported, so without quotation marks
    assert titles(home) == []
    kept = await home.press(mia, shown.response, "Keep")
    assert f"Kept 1 article; ask about it right away:**\n- {RED} (3 statements)" in home.read(kept)
    assert home.buttons(shown.response) == {}
    assert titles(home) == [RED]
    asked = await home.ann.slash(home.general, "ask", question="What did Nora Quill say about the fog?")
    assert "Nobody could see it in the fog" in home.read(asked)
    (line,) = home.servers.audit(home.server.id)
    assert (line.who, line.change) == (mia.id, Change("added", new=RED))


async def test_25_files_are_taken_at_once(home: World, mia: simcord.MemberActor) -> None:
    home.env.settle_timeout = 120
    form = await mia.slash(home.general, "article upload")
    files = [file(MILL.replace("Mill", f"Mill {number}"), f"mill{number}.txt") for number in range(25)]
    shown = await mia.submit_modal(form, {"files0": files[:10], "files1": files[10:20], "files2": files[20:]})
    assert shown.ephemeral
    assert home.read(shown).startswith("**I read 25 articles:**")
    assert "Keep all 25" in home.buttons(shown.response)


async def test_one_file_is_enough_for_the_form(home: World, mia: simcord.MemberActor) -> None:
    form = await mia.slash(home.general, "article upload")
    assert f"**{RED}**" in home.read(await mia.submit_modal(form, {"files0": [file()]}))


async def test_the_day_of_publication_is_shown_before_and_after_an_article_is_kept(
    home: World, mia: simcord.MemberActor
) -> None:
    day = '<meta property="article:published_time" content="2021-05-03T08:00:00Z">'
    lines = "".join(f"<p>{line}</p>" for line in LIGHTHOUSE.splitlines()[1:] if line)
    page = f"<html><head><title>{RED}</title>{day}</head><body><article><h1>{RED}</h1>{lines}</article></body></html>"
    shown = await add(home, mia, file=file(page, "lighthouse.html"))
    assert "-# published 2021-05-03 · 38 words" in home.read(shown)
    await home.press(mia, shown.response, "Keep")
    again = await mia.slash(home.general, "article show", article=RED)
    assert "-# published 2021-05-03 · 38 words" in home.read(again)


async def test_what_is_discarded_was_never_there(home: World, mia: simcord.MemberActor) -> None:
    shown = await add(home, mia, file=file())
    gone = await home.press(mia, shown.response, "Discard")
    assert "Discarded: nothing was added." in home.read(gone)
    assert titles(home) == [] and home.servers.audit(home.server.id) == []


async def test_no_other_server_and_no_direct_message_sees_a_word_of_it(home: World, mia: simcord.MemberActor) -> None:
    theirs = home.env.create_guild(name="Others")
    hall = theirs.create_text_channel("hall")
    role = theirs.create_role("managers", permissions=discord.Permissions(manage_guild=True))
    mia_there = theirs.add_member(mia.user, roles=[role])
    shown = await add(home, mia, file=file())
    for step in ("before", "after"):
        there = await mia_there.slash(hall, "ask", question="What did Nora Quill say?")
        listed = await mia_there.slash(hall, "article list")
        alone = await mia.user.slash("ask", question="Who is quoted?")
        offered = await mia_there.autocomplete(hall, "article show", "article", "")
        seen = home.read(there).partition("\n")[2] + home.read(listed) + home.read(alone) + str(offered)
        assert not [word for word in ("fog", "red", "Tom", "ighthouse") if word in seen], step
        if step == "before":
            await home.press(mia, shown.response, "Keep")
    assert titles(home) == [RED]


async def test_a_draft_is_kept_in_its_own_server_by_its_giver_alone(home: World, mia: simcord.MemberActor) -> None:
    shown = await add(home, mia, file=file())
    theirs = home.env.create_guild(name="Others")
    hall = theirs.create_text_channel("hall")
    role = theirs.create_role("managers", permissions=discord.Permissions(manage_guild=True))
    mia_there = theirs.add_member(mia.user, roles=[role])
    assert shown.response is not None
    rows = shown.response.components
    for who, channel in ((mia_there, hall), (home.ann, home.general)):
        await who.send(channel, f"{home.mention} Who is quoted?")
        message = home.said_in(channel)[-1]
        home.env.backend.get_message(channel.id, message.id).components = rows  # as if they had brought it along
        pressed = await who.click(message, label="Keep")
        assert "Only " in home.read(pressed) and "red" not in home.read(pressed)
    assert titles(home) == []


async def test_one_file_that_cannot_be_read_never_loses_the_others(home: World, mia: simcord.MemberActor) -> None:
    shown = await add(
        home,
        mia,
        file=file(),
        file2=file(b"%PDF-1.7 nothing", "broken.pdf"),
        file3=file(MILL, "mill.md"),
        file4=file(LIGHTHOUSE, "again.txt"),
        file5=file(b"\x89PNG", "picture.png"),
        file6=file("", "empty.txt"),
    )
    text = home.read(shown)
    assert text.startswith("**I read 2 articles:**")
    for said in (
        "Mill to be sold (15 words, 1 statement)",
        "- broken.pdf ",
        "again.txt is the same article as “lighthouse.txt”",
        "picture.png has a format that is not read here",
        "empty.txt is empty",
    ):
        assert said in text
    second = await home.press(mia, shown.response, "Next")
    assert home.read(second).startswith("-# 1 of 2, lighthouse.txt")
    third = await home.press(mia, shown.response, "Next")
    assert "“The mill is too small”" in home.read(third)
    left = await home.press(mia, shown.response, "Leave out")
    assert RED in home.read(left)
    await home.press(mia, shown.response, "Keep")
    assert titles(home) == [RED]


async def test_what_is_there_already_is_told_before_it_is_read_again(home: World, mia: simcord.MemberActor) -> None:
    home.add(LIGHTHOUSE, "lighthouse")
    text = await told(home, mia, file=file(LIGHTHOUSE, "tower.txt"))
    assert f"tower.txt is the same article as “{RED}”, which is already there." in text


async def test_a_file_over_ten_megabytes_is_not_even_downloaded(home: World, mia: simcord.MemberActor) -> None:
    text = await told(home, mia, file=file(b"x" * 10_000_001, "huge.txt"))
    assert "huge.txt is larger than 10 MB (10.0 MB); split it into smaller articles." in text
    assert not any("huge.txt" in one.path for one in home.env.http_requests)


async def test_a_bomb_gets_its_sentence_and_the_next_file_is_read(home: World, mia: simcord.MemberActor) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" * 60_000_000)
    text = await told(home, mia, file=file(packed.getvalue(), "bomb.docx"), file2=file())
    assert "- bomb.docx " in text and RED in text


async def test_a_server_that_is_full_is_told_so(home: World, mia: simcord.MemberActor) -> None:
    home.bot.parts.settings.guild_articles = 1
    home.add(MILL, "mill")
    text = await told(home, mia, file=file())
    assert "lighthouse.txt finds no room: this server may have 1 articles; remove one." in text
    home.bot.parts.settings.guild_articles, home.bot.parts.settings.guild_characters = 10, 100
    assert "finds no room: it has 212 characters" in await told(home, mia, file=file())


async def test_what_finds_no_room_any_more_when_it_is_kept_is_told_so(home: World, mia: simcord.MemberActor) -> None:
    home.bot.parts.settings.guild_articles = 1
    shown = await add(home, mia, file=file())
    home.add(MILL, "mill")
    kept = await home.press(mia, shown.response, "Keep")
    assert f"{RED} finds no room" in home.read(kept)
    assert titles(home) == ["Mill to be sold"]


# ── links and pasted texts ────────────────────────────────────────────────


@pytest.mark.parametrize(
    "link", ["http://127.0.0.1/", "http://[::ffff:10.0.0.1]/x", "http://169.254.169.254/latest", "ftp://news.example/"]
)
async def test_a_link_that_leads_to_no_public_page_is_refused(home: World, mia: simcord.MemberActor, link: str) -> None:
    text = await told(home, mia, link=link)
    assert text.startswith("**Nothing was added:**\n- ") and text.endswith(".")


async def test_links_can_be_turned_off(home: World, mia: simcord.MemberActor) -> None:
    home.bot.parts.settings.links = False
    assert "whoever runs me has turned links off" in await told(home, mia, link="https://news.example/port")


async def test_a_text_can_be_pasted_with_its_title_and_source(home: World, mia: simcord.MemberActor) -> None:
    form = await add(home, mia)
    assert form.modal is not None
    values = {"title": "Red at last", "source": "The Coast, page 3", "text1": LIGHTHOUSE}
    shown = await mia.submit_modal(form, values)
    assert "**Red at last**" in home.read(shown) and "-# Source: The Coast, page 3" in home.read(shown)
    await home.press(mia, shown.response, "Keep")
    assert titles(home) == ["Red at last"]


async def test_an_empty_form_and_a_form_with_a_link_are_understood(home: World, mia: simcord.MemberActor) -> None:
    nothing = await mia.submit_modal(await add(home, mia), {"title": "Red"})
    assert "There is nothing to read" in home.read(nothing)
    link = await mia.submit_modal(await add(home, mia), {"source": "http://127.0.0.1/"})
    assert "**Nothing was added:**" in home.read(link)


async def test_titles_and_sources_of_others_do_nothing_but_be_read(home: World, mia: simcord.MemberActor) -> None:
    title = "@everyone **bold** <@1> \u202eder\u202c [x](https://evil.example) # ||gone||"
    form = await add(home, mia)
    values = {"title": title, "source": "@here `x` discord.gg/abc", "text1": LIGHTHOUSE}
    shown = await mia.submit_modal(form, values)
    kept = await home.press(mia, shown.response, "Keep")
    listed = await mia.slash(home.general, "article list")
    for text in (home.read(shown), home.read(kept), home.read(listed)):
        assert "everyone" in text
        for bad in ("@everyone", "@here", "<@1>", "**bold", "](https://evil", "||gone", "\u202e", "discord.gg/"):
            assert bad not in text.replace("\\", "\\\\") or f"\\{bad}" in text, bad
    asked = await home.ann.slash(home.general, "ask", question="What did Tom Reed say?")
    assert "@everyone" not in home.read(asked)


# ── who may, and what is forgotten ────────────────────────────────────────


async def test_only_managers_and_the_roles_they_named_may_add(home: World, mia: simcord.MemberActor) -> None:
    role = home.server.create_role("editors")
    bob = home.join("bob", roles=[role])
    command = home.env.backend.find_command("article", None, type=1)
    assert command is not None
    home.server.set_command_permissions(int(command["id"]), {role: True})  # as an administrator does in Discord
    refused = await told(home, bob, file=file())
    assert refused.startswith("Only people with the permission Manage Server, or with a role that is named")
    home.servers.change(home.server.id, mia.id, adders=(role.id,))
    shown = await add(home, bob, file=file())
    assert RED in home.read(shown)
    home.servers.change(home.server.id, mia.id, adders=())
    pressed = await home.press(bob, shown.response, "Keep")
    assert "Only people with the permission Manage Server" in home.read(pressed)
    assert titles(home) == []


async def test_after_a_restart_a_draft_has_to_be_given_again(home: World, mia: simcord.MemberActor) -> None:
    shown, other = [await add(home, mia, file=file()) for _ in range(2)]
    await home.restart()
    pressed = await home.press(mia, shown.response, "Keep")
    assert "Nothing was added. Please add it again with `/article add`." in home.read(pressed)
    assert titles(home) == [] and home.buttons(shown.response) == {}
    gone = await home.press(mia, other.response, "Discard")
    assert "Discarded: nothing was added." in home.read(gone)


# ── time ──────────────────────────────────────────────────────────────────


def long_article(words: int) -> str:
    paragraphs, number = ["A long council meeting"], 0
    while sum(len(one.split()) for one in paragraphs) < words:
        number += 1
        paragraphs.append(f'"Street {number} needs {number + 2} new lamps and a bench," said Nora Quill, the mayor.')
        paragraphs.append(f"The clerk Tom Reed denied on Monday that house {number} would be sold to the mill.")
    return "\n\n".join(paragraphs)


async def test_a_long_article_is_shown_in_time_while_others_are_answered(
    home: World, mia: simcord.MemberActor, watched: Callable[[], Any]
) -> None:
    async def answered() -> float:
        await home.until(lambda: home.said)
        return time.perf_counter()

    await asyncio.to_thread(intake.READER_PROCESSES[1].close)  # so that all has to be loaded
    before, started = edits(home), time.perf_counter()
    async with watched() as lag:
        home.post(home.ann, home.general, f"{home.mention} Who is quoted?")
        answering = asyncio.create_task(answered())
        shown = await add(home, mia, file=file(long_article(2000), "council.txt"))
        took = time.perf_counter() - started
        changed = edits(home) - before
        worked = await asyncio.to_thread(intake.READER_PROCESSES[1].do, "time", time.process_time)
        await home.press(mia, shown.response, "Keep")
    assert "A long council meeting" in home.read(shown)
    assert changed <= 2 + took / 2
    assert await answering - started < took
    assert lag.worked < 0.1
    assert worked < 5


@pytest.mark.parametrize("count", [2, 24])
def test_a_preview_of_many_files_with_long_names_fits(count: int) -> None:
    article = replace(article_from_text(MILL, id="mill"), title="*@#" * 60)
    found = ArticleSummary(13, 1, (("Ines * Vale" * 30, 1),) * 20, ())
    draft = ArticleDraft("token", 1, 2)
    draft.items = {number: DraftItem("x" * 250, article, found) for number in range(count)}
    draft.refused = ["name_" * 80 + "cannot be read."] * (25 - count)
    for number in (None, 0, count - 1):
        assert 0 < width(draft_card(draft, number)) <= CONTENT
