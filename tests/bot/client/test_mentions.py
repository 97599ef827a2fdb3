"""Which messages are answered, in a whole Discord: mentions, replies, direct messages, and what is left alone."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import discord
import pytest
import simcord
from simcord.backend import serializers
from simcord.backend.models import AllowedMentions

CABLES = "What did Ada Park say about cables?"
FERRIES = "What did Ben Ito say about ferries?"
TWICE = "“Every cable was tested twice”"
MORE_FERRIES = "“The harbour needs more ferries”"
HELP = "**Ask me who said what.**"
MENU = "“Who said this?”"


def handle(world: Any, channel: Any) -> simcord.ChannelHandle:
    return simcord.ChannelHandle(world.env, world.server, channel)


def picture(world: Any, channel: simcord.ChannelHandle) -> Any:
    return world.env.backend.store_attachments(channel.id, [("bridge.png", b"a picture")])


# ── mentions ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", ["{0} " + CABLES, "<@!{1}> " + CABLES, CABLES + " {0}", "Hey {0}, " + CABLES])
async def test_a_mention_anywhere_in_a_message_is_answered_by_a_reply_that_pings_nobody(
    harbour: Any, text: str
) -> None:
    asked = await harbour.ann.send(harbour.general, text.format(harbour.mention, harbour.bot.user.id))
    (answer,) = harbour.answers(asked)
    assert TWICE in answer.content
    assert "**Ada Park**" in answer.content
    assert answer.type is discord.MessageType.reply
    stored = harbour.env.backend.get_message(harbour.general.id, answer.id)
    assert (stored.ping_user_ids, stored.ping_role_ids, stored.mention_everyone) == ([], [], False)
    assert not stored.allowed_mentions.replied_user


async def test_a_mention_of_the_bots_own_role_is_taken_as_one_of_the_bot_and_that_of_another_is_not(
    harbour: Any,
) -> None:
    other = harbour.server.create_role("Editors", mentionable=True)
    backend, guild = harbour.env.backend, harbour.bot.get_guild(harbour.server.id)
    own = next(role for role in guild.roles if role.name == "TestBot")
    payload: Any = dict(serializers.role_payload(backend.get_role(guild.id, own.id)))
    # Discord marks the role that a bot brings along; simcord does not
    payload["tags"] = {"bot_id": str(harbour.bot.user.id)}
    backend.emit("GUILD_ROLE_UPDATE", {"guild_id": str(guild.id), "role": payload})
    await harbour.ann.send(harbour.general, f"<@&{other.id}> {CABLES}")
    assert harbour.said == []
    # whether the words are shown to the bot is up to Discord; where they are not, the card tells how to ask
    asked = await harbour.ann.send(harbour.general, f"<@&{own.id}> {CABLES}")
    (answer,) = harbour.answers(asked)
    assert answer.content.startswith(HELP)
    assert harbour.mention in answer.content
    both = await harbour.ann.send(harbour.general, f"<@&{own.id}> {harbour.mention} {CABLES}")
    assert [TWICE in answer.content for answer in harbour.answers(both)] == [True]


@pytest.mark.parametrize("text", ["{0}", "  {0} ", "{0}{0}", "{0},"])
async def test_a_bare_mention_gets_the_help_card(harbour: Any, text: str) -> None:
    asked = await harbour.ann.send(harbour.general, text.format(harbour.mention))
    (answer,) = harbour.answers(asked)
    assert answer.content.startswith(HELP)
    assert harbour.mention in answer.content


async def test_everybody_named_in_a_question_is_read_by_their_name(harbour: Any) -> None:
    ada = harbour.server.add_member(harbour.env.create_user("ada", global_name="Ada Park"))
    asked = await harbour.ann.send(harbour.general, f"{harbour.mention} What did {ada.mention} say about cables?")
    (answer,) = harbour.answers(asked)
    assert TWICE in answer.content


async def test_what_people_write_pings_nobody_when_it_is_repeated(harbour: Any) -> None:
    text = f"{harbour.mention} Did @everyone say that <@&{harbour.server.id}> {harbour.ann.mention} swims?"
    asked = await harbour.ann.send(harbour.general, text)
    (answer,) = harbour.answers(asked)
    stored = harbour.env.backend.get_message(harbour.general.id, answer.id)
    assert (stored.ping_user_ids, stored.ping_role_ids, stored.mention_everyone) == ([], [], False)
    assert harbour.ann.mention not in answer.content


async def test_people_who_are_only_called_are_no_part_of_the_question(harbour: Any) -> None:
    bob, eve = harbour.join("bob"), harbour.join("eve")
    asked = await harbour.ann.send(harbour.general, f"{bob.mention} {harbour.mention} {CABLES} {eve.mention}")
    (answer,) = harbour.answers(asked)
    assert TWICE in answer.content
    assert harbour.library.asked == [CABLES]


# ── articles to add ───────────────────────────────────────────────────────


@pytest.fixture
def mia(harbour: Any) -> simcord.MemberActor:
    """Somebody who may manage the server."""
    role = harbour.server.create_role("managers", permissions=discord.Permissions(manage_guild=True))
    manager: simcord.MemberActor = harbour.join("mia", roles=[role])
    return manager


async def test_a_file_beside_a_mention_is_read_when_a_manager_presses_the_button(
    harbour: Any, mia: simcord.MemberActor
) -> None:
    text = b'Mill to be sold\n\n"The mill is too small," said Ines Vale, who owns it.\n'
    asked = await mia.send(harbour.general, f"{harbour.mention} please add this", attachments=[("mill.txt", text)])
    (answer,) = harbour.answers(asked)
    assert "`/article add`" in answer.content
    assert list(harbour.buttons(answer)) == ["Add"]
    shown = await harbour.press(mia, answer, "Add")
    assert shown.response.ephemeral
    assert "**Mill to be sold**" in harbour.read(shown) and "Keep" in harbour.buttons(shown.response)
    refused = await harbour.press(harbour.ann, answer, "Add")
    assert "Manage Server" in harbour.read(refused)


async def test_a_wish_without_an_article_opens_the_form(harbour: Any, mia: simcord.MemberActor) -> None:
    asked = await mia.send(harbour.general, f"{harbour.mention} can you add an article?")
    (answer,) = harbour.answers(asked)
    form = await harbour.press(mia, answer, "Add")
    assert form.modal is not None
    assert harbour.library.asked == []


async def test_who_may_not_add_articles_is_told_who_may_without_a_button(harbour: Any) -> None:
    asked = await harbour.ann.send(harbour.general, f"{harbour.mention} add this article: https://news.example/mill")
    (answer,) = harbour.answers(asked)
    assert "people who manage it add them with `/article add`" in answer.content
    assert answer.components == []


async def test_a_role_that_may_add_articles_gets_the_button(harbour: Any) -> None:
    role = harbour.server.create_role("editors")
    harbour.servers.change(harbour.server.id, harbour.ann.id, adders=(role.id,))
    asked = await harbour.join("eve", roles=[role]).send(harbour.general, f"{harbour.mention} add an article")
    assert [list(harbour.buttons(answer)) for answer in harbour.answers(asked)] == [["Add"]]


async def test_in_direct_messages_a_link_is_told_of_servers(harbour: Any) -> None:
    await harbour.ann.send_dm("https://news.example/mill")
    (answer,) = harbour.said_in(harbour.ann.user.dm_channel)
    assert "The managers of a server add them there" in answer.content
    assert answer.components == []


# ── replies ───────────────────────────────────────────────────────────────


async def test_a_reply_to_an_answer_needs_no_mention(harbour: Any) -> None:
    await harbour.ann.send(harbour.general, f"{harbour.mention} {CABLES}")
    asked = await harbour.ann.send(harbour.general, FERRIES, reply_to=harbour.said[0])
    (answer,) = harbour.answers(asked)
    assert MORE_FERRIES in answer.content


async def test_a_reply_with_the_ping_switched_off_is_left_alone_since_it_cannot_be_read(harbour: Any) -> None:
    await harbour.ann.send(harbour.general, f"{harbour.mention} {CABLES}")
    reference = {"channel_id": str(harbour.general.id), "message_id": str(harbour.said[0].id)}
    quiet = AllowedMentions(replied_user=False)
    harbour.post(harbour.ann, harbour.general, FERRIES, reference=reference, allowed_mentions=quiet)
    await harbour.env.settle()
    assert len(harbour.said) == 1


async def test_a_mention_in_a_reply_to_a_commands_answer_goes_on_from_it(harbour: Any) -> None:
    bob = harbour.join("bob")
    shown = await bob.slash(harbour.general, "ask", question=CABLES)
    # Discord shows the bot no reply to a command's answer, unless it mentions the bot as well
    asked = await harbour.ann.send(
        harbour.general, f"{harbour.mention} what else did she say?", reply_to=shown.response
    )
    (answer,) = harbour.answers(asked)
    assert "The harbour bridge will open in May." in answer.content
    assert TWICE not in answer.content


async def test_who_said_this_beside_somebody_elses_message_that_cannot_be_read_points_to_the_menu(
    harbour: Any,
) -> None:
    claim = await harbour.join("bob").send(harbour.general, "Every cable was tested twice")
    asked = await harbour.ann.send(harbour.general, f"{harbour.mention} who said this?", reply_to=claim)
    (answer,) = harbour.answers(asked)
    assert MENU in answer.content
    assert "\n" not in answer.content
    assert harbour.library.asked == []


async def test_who_said_this_beside_a_message_that_can_be_read_is_answered(harbour: Any) -> None:
    bob = harbour.join("bob")
    claim = await bob.send(harbour.general, f"{harbour.mention} Every cable was tested twice")
    asked = await harbour.ann.send(harbour.general, f"{harbour.mention} who said this?", reply_to=claim)
    (answer,) = harbour.answers(asked)
    assert "**Ada Park**" in answer.content
    assert TWICE in answer.content
    assert "<@" not in str(harbour.library.asked[-1])  # the mention is none of the words that were said


async def test_a_whole_question_beside_somebody_elses_message_is_answered_by_itself(harbour: Any) -> None:
    claim = await harbour.join("bob").send(harbour.general, "I like boats")
    asked = await harbour.ann.send(harbour.general, f"{harbour.mention} {FERRIES}", reply_to=claim)
    (answer,) = harbour.answers(asked)
    assert MORE_FERRIES in answer.content


async def test_a_question_beside_a_message_that_is_deleted_is_answered_by_itself(harbour: Any) -> None:
    bob = harbour.join("bob")
    gone = await bob.send(harbour.general, "I like boats")
    reference = {"channel_id": str(harbour.general.id), "message_id": str(gone.id)}
    await bob.delete(gone)
    harbour.post(harbour.ann, harbour.general, f"{harbour.mention} {FERRIES}", reference=reference)
    await harbour.env.settle()
    assert [MORE_FERRIES in answer.content for answer in harbour.said] == [True]


# ── direct messages ───────────────────────────────────────────────────────


async def test_a_direct_message_is_answered_without_a_mention(harbour: Any) -> None:
    asked = await harbour.ann.send_dm(CABLES)
    (answer,) = harbour.said_in(harbour.ann.user.dm_channel)
    assert TWICE in answer.content
    assert answer.reference is not None
    assert answer.reference.message_id == asked.id


async def test_a_direct_message_of_a_picture_gets_the_help_card(harbour: Any) -> None:
    direct = harbour.ann.user.dm_channel
    await harbour.ann.send_dm(attachments=picture(harbour, direct))
    (answer,) = harbour.said_in(direct)
    assert answer.content.startswith(HELP)


async def test_a_picture_beside_a_mention_gets_the_help_card_and_one_without_is_left_alone(harbour: Any) -> None:
    attached = [("bridge.png", b"a picture")]
    await harbour.ann.send(harbour.general, attachments=attached)
    assert harbour.said == []
    asked = await harbour.ann.send(harbour.general, harbour.mention, attachments=attached)
    assert [answer.content.startswith(HELP) for answer in harbour.answers(asked)] == [True]


async def test_words_forwarded_to_the_bot_are_looked_up(harbour: Any) -> None:
    claim = await harbour.join("bob").send(harbour.general, "Every cable was tested twice")
    await harbour.ann.forward(claim, harbour.ann.user.dm_channel)
    (answer,) = harbour.said_in(harbour.ann.user.dm_channel)
    assert "**Ada Park**" in answer.content
    assert harbour.said == []


async def test_who_said_this_beside_forwarded_words_is_answered(harbour: Any) -> None:
    claim = await harbour.join("bob").send(harbour.general, "Every cable was tested twice")
    direct = harbour.ann.user.dm_channel
    forwarded = await harbour.ann.forward(claim, direct)
    reference = {"channel_id": str(direct.id), "message_id": str(forwarded.id)}
    await harbour.ann.send_dm("who said this?", reference=reference)
    assert TWICE in harbour.said_in(direct)[-1].content


async def test_a_question_as_long_as_a_message_may_be_is_answered_in_one_message(harbour: Any) -> None:
    long = f"{CABLES[:-1]} {'and ropes ' * 200}"[:1990] + "?"
    await harbour.ann.send_dm(long)
    (answer,) = harbour.said_in(harbour.ann.user.dm_channel)
    assert 0 < len(answer.content) <= 2000


async def test_a_message_twice_as_long_is_answered_in_one_message_too(harbour: Any) -> None:
    backend = harbour.env.backend
    direct = harbour.ann.user.dm_channel
    kept = backend.get_message(direct.id, harbour.post(harbour.bot.user, direct, "before"))
    payload: Any = deepcopy(dict(serializers.message_payload(backend, kept)))
    # whoever pays Discord writes up to 4000 characters; simcord lets nobody
    payload |= {"id": str(backend.snowflake()), "content": "word " * 700}
    payload["author"] = dict(serializers.user_payload(backend.get_user(harbour.ann.id)))
    backend.emit("MESSAGE_CREATE", payload)
    await harbour.env.settle()
    answer = harbour.said_in(direct)[-1]
    assert answer.reference is not None
    assert answer.reference.message_id == int(payload["id"])
    assert 0 < len(answer.content) < 500  # the words that were not found are not repeated in full


# ── threads and forums ────────────────────────────────────────────────────


async def test_a_question_in_a_thread_is_answered_there(harbour: Any) -> None:
    thread = handle(harbour, harbour.env.backend.create_thread(harbour.general.id, "Bridges", harbour.ann.id))
    asked = await harbour.ann.send(thread, f"{harbour.mention} {CABLES}")
    (answer,) = harbour.answers(asked)
    assert TWICE in answer.content
    assert answer.channel.id == thread.id
    assert harbour.said == []


async def test_a_question_that_begins_a_forum_post_is_answered_in_it(harbour: Any) -> None:
    backend = harbour.env.backend
    forum = harbour.server.create_forum_channel("questions")
    post = backend.create_thread(forum.id, "Who spoke of cables?", harbour.ann.id, broadcast=False)
    backend.announce_thread_create(post)
    asked = await harbour.ann.send(handle(harbour, post), f"{harbour.mention} {CABLES}")
    (answer,) = harbour.answers(asked)
    assert TWICE in answer.content


@pytest.mark.parametrize("text", ["hello there", "who won the football match?", "", "add an article"])
async def test_no_thread_is_opened_for_small_talk_and_refusals(harbour: Any, text: str) -> None:
    harbour.servers.change(harbour.server.id, harbour.ann.id, threads="always")
    asked = await harbour.ann.send(harbour.general, f"{harbour.mention} {text}")
    assert len(harbour.answers(asked)) == 1
    assert harbour.general.threads == []


async def test_a_channel_about_some_articles_says_so_where_it_finds_nothing(harbour: Any) -> None:
    only = "I looked only at the one article that this channel is about."
    harbour.add('Mill to be sold\n\n"The mill is too small," said Ines Vale.\n', "mill")
    harbour.servers.bind(harbour.server.id, harbour.general.id, {"mill"}, harbour.ann.id)
    asked = await harbour.ann.send(harbour.general, f"{harbour.mention} Who said that every cable was tested twice?")
    (answer,) = harbour.answers(asked)
    assert answer.content.endswith(f"-# {only}")
    assert "Park" not in answer.content
    assert only in harbour.read(await harbour.ann.slash(harbour.general, "ask", question=CABLES))
    found = await harbour.ann.send(harbour.general, f"{harbour.mention} What did Ines Vale say?")
    assert only not in harbour.answers(found)[0].content
    assert only not in harbour.read(
        await harbour.ann.slash(harbour.general, "ask", question="Who likes penguins?", article="bridge")
    )


# ── left alone ────────────────────────────────────────────────────────────


async def test_everyone_and_here_are_left_alone(harbour: Any) -> None:
    harbour.server.create_role("Loud", permissions=discord.Permissions(mention_everyone=True))
    loud = harbour.join("lou", roles=[harbour.server.roles["Loud"]])
    for everybody in ("@everyone", "@here"):
        sent = await loud.send(harbour.general, f"{everybody} {CABLES}")
        assert sent.mention_everyone
    assert harbour.said == []
    asked = await loud.send(harbour.general, f"@everyone {harbour.mention} {CABLES}")
    assert len(harbour.answers(asked)) == 1


async def test_a_mention_inside_a_code_block_is_none(harbour: Any) -> None:
    backend = harbour.env.backend
    quiet = harbour.post(harbour.ann, harbour.general, "nothing yet")
    payload: Any = deepcopy(dict(serializers.message_payload(backend, backend.get_message(harbour.general.id, quiet))))
    # Discord counts no mention inside code; simcord counts every text that looks like one
    payload |= {"content": f"```{harbour.mention} {CABLES}```", "mentions": []}
    backend.emit("MESSAGE_CREATE", payload)
    await harbour.env.settle()
    assert harbour.said == []


async def test_bots_webhooks_and_the_bot_itself_are_left_alone(harbour: Any) -> None:
    await harbour.ann.send(harbour.general, f"{harbour.mention} {CABLES}")
    robot = harbour.server.add_member(harbour.env.create_user("robot", bot=True))
    await robot.send(harbour.general, f"{harbour.mention} {CABLES}")
    await robot.send(harbour.general, FERRIES, reply_to=harbour.said[0])
    hook = harbour.server.create_webhook(harbour.general)
    await hook.send(f"{harbour.mention} {CABLES}")
    harbour.post(harbour.bot.user, harbour.general, f"{harbour.mention} {CABLES}")
    harbour.post(harbour.bot.user, harbour.ann.user.dm_channel, CABLES)
    await harbour.env.settle()
    assert len(harbour.library.asked) == 1
    assert len(harbour.said) == 2  # the answer, and what the bot itself wrote


async def test_what_discord_writes_itself_is_left_alone(harbour: Any) -> None:
    asked = await harbour.ann.send(harbour.general, f"{harbour.mention} {CABLES}")
    before = len(harbour.said)
    await harbour.env.settle()
    harbour.server.create_system_message(harbour.general, simcord.enums.MessageType.NEW_MEMBER, author=harbour.ann)
    harbour.server.create_system_message(
        harbour.general, simcord.enums.MessageType.PINS_ADD, author=harbour.ann, referenced_message=asked
    )
    harbour.env.backend.create_thread(harbour.general.id, f"{harbour.mention} {CABLES}", harbour.ann.id)
    await harbour.env.settle()
    assert len(harbour.said) == before


async def test_any_other_message_is_left_alone(harbour: Any) -> None:
    bob = harbour.join("bob")
    await harbour.ann.send(harbour.general, CABLES)
    first = await harbour.ann.send(harbour.general, f"{bob.mention} {CABLES}")
    await bob.send(harbour.general, CABLES, reply_to=first)
    assert harbour.said == []
    assert harbour.library.asked == []
