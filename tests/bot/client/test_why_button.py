"""Why this answer? A private view for who manages the server, and for nobody else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
import pytest
import simcord

from bot.render.limits import CONTENT

if TYPE_CHECKING:
    from tests.bot.client.conftest import World

WHY = "Why this answer?"
BRIDGE = """\
Harbour bridge to open in May

“Every cable was tested twice,” the engineer Ada Park told reporters. She denied that the work had cost too much.

“The ferry stays,” said Tom Birch, a former mayor.
"""
CABLES = "What did Ada Park say about cables?"
BREAD = "What did Ada Park say about bread?"


@pytest.fixture
def mia(world: World) -> simcord.MemberActor:
    """She manages the server."""
    world.add(BRIDGE, "bridge")
    role = world.server.create_role("managers", permissions=discord.Permissions(manage_guild=True))
    return world.join("mia", roles=[role])


async def asked(world: World, question: str = CABLES, **more: Any) -> Any:
    """Ann's question with a command, and its answer."""
    return (await world.ann.slash(world.general, "ask", question=question, **more)).response


async def explained(world: World, who: Any, answer: Any) -> Any:
    """What somebody is shown who presses Context under an answer, and then the button there."""
    context = await world.press(who, answer, "Context")
    return (await world.press(who, context.response, WHY)).response


# ── the button ────────────────────────────────────────────────────────────


async def test_a_manager_sees_the_gates_and_the_candidates_alone(world: World, mia: simcord.MemberActor) -> None:
    shown = await explained(world, mia, await asked(world))
    assert shown.ephemeral
    lines = shown.content.splitlines()
    assert lines[:4] == [
        "**Why this answer**",
        f"-# {CABLES}",
        "Asks what somebody said; speaker Ada Park; topic cables; words cables",
        "- speaker known: yes, Ada Park",
    ]
    assert re.search(
        r"^- \*\*operating point reached: yes, best 0\.\d\d, needs 0\.50 → answered\*\*$", shown.content, re.MULTILINE
    )
    assert "- verbatim: yes, 1 cited" in lines
    assert "**Candidates** all 2: 1 cited, 1 below the operating point" in lines
    assert re.search(r"^\*\*0\.\d\d\*\* cited\n> Every cable was tested twice,$", shown.content, re.MULTILINE)
    assert len(world.general.history(viewer=world.ann)) == 1


async def test_a_member_has_no_such_button(world: World, mia: simcord.MemberActor) -> None:
    context = await world.press(world.ann, await asked(world), "Context")
    assert WHY not in world.buttons(context.response)


async def test_nobody_sees_the_button_under_an_answer_for_everybody(world: World, mia: simcord.MemberActor) -> None:
    public = (await mia.slash(world.general, "ask", question=CABLES)).response
    assert WHY not in world.buttons(public)


async def test_who_does_not_manage_the_server_any_more_is_refused_at_the_press(world: World) -> None:
    world.add(BRIDGE, "bridge")
    role = world.server.create_role("managers", permissions=discord.Permissions(manage_guild=True))
    mia = world.join("mia", roles=[role])
    context = await world.press(mia, await asked(world), "Context")
    world.env.backend.remove_member_role(world.server.id, mia.id, role.id)
    shown = await world.press(mia, context.response, WHY)
    assert shown.response is not None and shown.response.ephemeral
    assert world.read(shown) == "Only members with the permission Manage Server can see why I answered so."


async def test_under_an_answer_that_only_the_manager_sees_the_button_stands_at_once(
    world: World, mia: simcord.MemberActor
) -> None:
    private = (await mia.slash(world.general, "ask", question=BREAD, private=True)).response
    shown = await world.press(mia, private, WHY)
    assert "→ refused as silent\\_speaker**" in world.read(shown)
    assert WHY not in world.buttons(
        (await world.ann.slash(world.general, "ask", question=BREAD, private=True)).response
    )


async def test_in_a_direct_message_there_is_no_button(world: World, mia: simcord.MemberActor) -> None:
    world.add(BRIDGE.replace("Harbour", "River"), "river", collection="public")
    await mia.user.send_dm(CABLES)
    answer = mia.user.dm_channel.last_message
    assert answer is not None and "Every cable" in answer.content
    context = await world.press(mia.user, answer, "Context")
    assert WHY not in world.buttons(answer) and WHY not in world.buttons(context.response)


# ── the menu ──────────────────────────────────────────────────────────────


async def test_the_menu_explains_any_answer_also_one_that_cites_nothing(world: World, mia: simcord.MemberActor) -> None:
    await world.ann.send(world.general, f"{world.mention} {BREAD}")
    shown = await mia.context_menu(world.general, WHY, world.said[-1])
    assert shown.response is not None and shown.response.ephemeral
    assert "→ refused as silent\\_speaker**" in world.read(shown)


async def test_the_menu_explains_only_the_bots_own_answers(world: World, mia: simcord.MemberActor) -> None:
    message = await world.ann.send(world.general, "every cable was tested twice")
    assert world.read(await mia.context_menu(world.general, WHY, message)) == (
        "That is none of my answers: choose one of them."
    )


# ── later ─────────────────────────────────────────────────────────────────


async def test_the_button_and_the_menu_work_after_a_restart(world: World, mia: simcord.MemberActor) -> None:
    by_command = await asked(world)
    context = await world.press(mia, by_command, "Context")
    private = (await mia.slash(world.general, "ask", question=CABLES, private=True)).response
    await world.ann.send(world.general, f"{world.mention} {CABLES}")
    before = world.read(await world.press(mia, context.response, WHY))
    await world.restart()
    assert world.read(await world.press(mia, context.response, WHY)) == before
    assert world.read(await world.press(mia, private, WHY)) == before
    assert world.read(await mia.context_menu(world.general, WHY, world.said[-1])) == before
    assert "Asked again" not in before


async def test_a_follow_up_is_explained_with_what_it_goes_on_from(world: World, mia: simcord.MemberActor) -> None:
    await world.ann.send(world.general, f"{world.mention} {CABLES}")
    await world.ann.send(world.general, "What else did she say?", reply_to=world.said[-1])
    shown = await mia.context_menu(world.general, WHY, world.said[-1])
    assert "speaker she: Ada Park (memory)" in world.read(shown)
    assert "1 already shown" in world.read(shown)
    assert "Asked again" not in world.read(shown)
    await world.restart()  # what was talked about is forgotten
    shown = await mia.context_menu(world.general, WHY, world.said[-1])
    assert "-# Asked again just now, I would answer otherwise" in world.read(shown)


async def test_where_the_articles_changed_it_says_that_the_answer_would_be_another(
    world: World, mia: simcord.MemberActor
) -> None:
    context = await world.press(mia, await asked(world), "Context")
    world.library.remove("bridge", world.own)
    shown = await world.press(mia, context.response, WHY)
    assert "-# Asked again just now, I would answer otherwise" in world.read(shown)


async def test_a_question_that_nobody_can_read_any_more_is_told(world: World, mia: simcord.MemberActor) -> None:
    message = await world.ann.send(world.general, f"{world.mention} {CABLES}")
    world.records.unfollow(message.id)  # so that the answer stays
    await world.ann.delete(message)
    await world.restart()
    shown = await mia.context_menu(world.general, WHY, world.said[-1])
    assert world.read(shown).startswith("I can't read any more what was asked there")


async def forged(world: World, who: Any, answer: int) -> str:
    """What somebody is told who presses a button under another answer as if it were that of this one."""
    own = await world.ann.send(world.general, f"{world.mention} {BREAD}")
    (message,) = world.answers(own)
    stored = world.env.backend.get_message(world.general.id, message.id)
    button = {"type": 2, "style": 2, "label": WHY, "custom_id": f"why:{answer}"}
    stored.components = [{"type": 1, "components": [button]}]
    return world.read(await who.click(message, custom_id=f"why:{answer}"))


@pytest.mark.parametrize("where", ["another server", "a direct message", "another channel", "seen by the asker alone"])
async def test_a_made_up_id_of_an_answer_elsewhere_tells_nothing_of_it(
    world: World, mia: simcord.MemberActor, where: str
) -> None:
    if where == "another server":
        theirs = world.env.create_guild(name="Others")
        hall = theirs.create_text_channel("hall")
        shown = (await theirs.add_member(world.env.create_user("tom")).slash(hall, "ask", question=CABLES)).response
    elif where == "a direct message":
        world.servers.change(world.server.id, mia.id, in_dms=True)
        shown = (await world.ann.user.slash("ask", question=CABLES)).response
    elif where == "another channel":
        shown = (await world.ann.slash(world.server.create_text_channel("hall"), "ask", question=CABLES)).response
    else:
        shown = await asked(world, private=True)
    assert shown is not None
    assert world.bot.parts.answering.shown_in(shown.message.id)  # it is still known what was asked there
    told = await forged(world, mia, shown.message.id)
    assert told.startswith("I can't read any more what was asked there")


async def test_an_answer_in_its_thread_is_explained_there(world: World, mia: simcord.MemberActor) -> None:
    world.servers.change(world.server.id, mia.id, threads="mention")
    await world.ann.send(world.general, f"{world.mention} {CABLES}")
    kept = [one for one in world.env.backend.channels.values() if one.parent_id == world.general.id]
    (thread,) = (simcord.ChannelHandle(world.env, world.server, one) for one in kept)
    assert "Asks what somebody said" in world.read(await mia.context_menu(thread, WHY, world.said_in(thread)[-1]))


# ── what is shown ─────────────────────────────────────────────────────────


async def test_nothing_of_another_servers_articles_is_shown(world: World, mia: simcord.MemberActor) -> None:
    world.add("Secret\n\n“The cables were stolen,” said Ada Park.", "secret", collection="guild:1")
    assert "stolen" not in world.read(await mia.context_menu(world.general, WHY, (await asked(world)).message))


async def test_only_the_article_that_the_question_was_narrowed_to_is_looked_at(
    world: World, mia: simcord.MemberActor
) -> None:
    world.add("Pier\n\n“The cables of the pier are new,” said Ada Park.", "pier")
    await asked(world, article="bridge")
    assert "pier" not in world.read(await mia.context_menu(world.general, WHY, world.said[-1]))


async def test_marks_and_pings_of_articles_and_questions_do_nothing_and_it_fits_into_a_message(
    world: World, mia: simcord.MemberActor
) -> None:
    wild = "@everyone **bold** <@1> [here](https://evil.example) discord.gg/abc " + "cables and cables " * 40
    world.add("Talk\n\n" + "\n\n".join(f"“Number {i} {wild},” said Ada Park." for i in range(9)), "wild @here")
    await asked(world, f"What did Ada Park say about cables {wild}"[:1500])
    shown = await mia.context_menu(world.general, WHY, world.said[-1])
    assert shown.response is not None
    message = shown.response.message
    assert 0 < len(message.content) <= CONTENT
    assert 1 <= message.content.count("\n> ") <= 5
    assert not message.mention_everyone and message.mentions == []
    for alive in (r"@everyone", r"(?<!\\)\]\(", r"<@!?\d", r"discord\.gg/", r"https://"):
        assert not re.search(alive, message.content), alive
