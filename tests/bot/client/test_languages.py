"""In which language the bot replies: what a server has set, and what Discord tells of who asks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
import pytest

from bot.render.setting_cards import change_text
from bot.storage.guilds import Replies

if TYPE_CHECKING:
    from tests.bot.client.conftest import World

QUESTION = "What did Ada Park say about cables?"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
MANAGER = discord.Permissions(manage_guild=True, view_channel=True, send_messages=True)


@pytest.fixture
def in_chinese(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Ids of people whose Discord is Chinese; that of everybody else is English."""
    people: set[int] = set()
    made = discord.Interaction.__init__

    def make(self: discord.Interaction[Any], *, data: Any, state: Any) -> None:
        user = data["member"]["user"] if "member" in data else data["user"]
        told: Any = {**data, "locale": "zh-CN"} if int(user["id"]) in people else data
        made(self, data=told, state=state)

    monkeypatch.setattr(discord.Interaction, "__init__", make)
    return people


def set_to(world: World, language: Replies, server: Any = None) -> None:
    world.servers.change((server or world.server).id, world.ann.id, language=language)


async def slash(world: World, who: Any = None, question: str = QUESTION) -> Any:
    """The message with the answer to a command."""
    return (await (who or world.ann).slash(world.general, "ask", question=question)).response


async def mention(world: World, text: str = QUESTION) -> str:
    (answer,) = world.answers(await world.ann.send(world.general, f"{world.mention} {text}"))
    return str(answer.content)


def is_chinese(text: str) -> bool:
    return bool(CHINESE.search(text))


# --- the setting


async def test_managers_choose_the_language_on_the_card_and_it_holds_at_once(harbour: World) -> None:
    mia = harbour.join("mia", roles=[harbour.server.create_role("managers", permissions=MANAGER)])
    shown = (await mia.slash(harbour.general, "settings")).response
    assert shown is not None and "I reply in English" in shown.content
    opened = await mia.click(shown, custom_id="languages:1")
    assert opened.response is not None
    changed = await mia.select(opened.response, ["zh-CN"], custom_id="set_language")
    assert changed.response is not None
    assert "✅ You set Language: I reply in Chinese (中文)." in changed.response.content
    assert change_text(harbour.servers.audit(harbour.server.id)[0].change) == "set Language: I reply in Chinese (中文)"
    assert is_chinese((await slash(harbour)).content)
    back = await mia.click(changed.response, custom_id="languages:0")
    assert back.response is not None
    await mia.select(back.response, ["mention"], custom_id="set_threads")  # all else can be changed again
    assert harbour.servers.settings(harbour.server.id).threads == "mention"


async def test_who_does_not_manage_the_server_cannot_change_the_language(harbour: World) -> None:
    role = harbour.server.create_role("managers", permissions=MANAGER)
    mia = harbour.join("mia", roles=[role])
    shown = (await mia.slash(harbour.general, "settings")).response
    assert shown is not None
    opened = await mia.click(shown, custom_id="languages:1")
    assert opened.response is not None
    harbour.env.backend.remove_member_role(harbour.server.id, mia.id, role.id)
    result = await mia.select(opened.response, ["zh-CN"], custom_id="set_language")
    assert "Manage Server" in harbour.read(result)
    assert harbour.servers.settings(harbour.server.id).language == "en"


async def test_where_nothing_is_set_replies_are_in_english(harbour: World, in_chinese: set[int]) -> None:
    in_chinese.add(harbour.ann.id)
    assert not is_chinese((await slash(harbour)).content)
    assert not is_chinese(await mention(harbour))


# --- a server that has chosen Chinese


async def test_answers_their_buttons_and_what_pressing_them_says_are_chinese(harbour: World) -> None:
    set_to(harbour, "zh-CN")
    shown = await slash(harbour)
    assert "“Every cable was tested twice" in shown.content and "第 3 段" in shown.content
    assert list(harbour.buttons(shown)) == ["上下文", "👍", "👎", "删除"]
    context = await harbour.press(harbour.ann, shown, "上下文")
    assert "第 3 段" in harbour.read(context) and "Every cable was tested twice" in harbour.read(context)
    assert "谢谢" in harbour.read(await harbour.press(harbour.ann, shown, "👍"))
    why = await harbour.press(harbour.ann, shown, "👎")
    told = await harbour.press(harbour.ann, why.response, "没有回答问题")
    assert "没有回答问题" in harbour.read(told)
    ben = harbour.join("ben")
    assert "才能删除这个回答" in harbour.read(await harbour.press(ben, shown, "删除"))


async def test_lists_help_privacy_and_refusals_are_chinese(harbour: World) -> None:
    set_to(harbour, "zh-CN")
    ann, general = harbour.ann, harbour.general
    shown = [harbour.read(await ann.slash(general, name)) for name in ("help", "privacy", "speakers", "articles")]
    shown.append(harbour.read(await ann.slash(general, "ask", question="hi", article="nothing like it")))
    shown += [await mention(harbour, text) for text in ("", "hello", "Who said that penguins fly?")]
    assert [text for text in shown if not is_chinese(text)] == []


async def test_a_message_is_answered_in_chinese_and_stays_so_when_it_is_edited(harbour: World) -> None:
    set_to(harbour, "zh-CN")
    asked = await harbour.ann.send(harbour.general, f"{harbour.mention} {QUESTION}")
    assert is_chinese(harbour.answers(asked)[0].content)
    await harbour.ann.edit(asked, f"{harbour.mention} Who is Ben Ito?")
    (answer,) = harbour.answers(asked)
    assert "Ben Ito" in answer.content and is_chinese(answer.content)


async def test_what_goes_wrong_is_said_in_chinese(harbour: World) -> None:
    set_to(harbour, "zh-CN")
    harbour.library.error = RuntimeError("a fault")
    assert "我这边出了问题" in await mention(harbour)


async def test_the_buttons_of_an_english_answer_speak_chinese_once_that_is_set(harbour: World) -> None:
    shown = await slash(harbour)
    set_to(harbour, "zh-CN")
    await harbour.restart()
    assert "第 3 段" in harbour.read(await harbour.press(harbour.ann, shown, "Context"))


# --- a server where each is answered in their own language


async def test_each_asker_is_answered_in_the_language_of_their_discord(harbour: World, in_chinese: set[int]) -> None:
    set_to(harbour, "asker")
    li = harbour.join("li")
    in_chinese.add(li.id)
    before = len(harbour.library.asked)
    english, chinese = (await slash(harbour)).content, (await slash(harbour, li)).content
    assert not is_chinese(english) and is_chinese(chinese)
    assert len(harbour.library.asked) == before + 2  # neither gets what was kept for the other
    assert (await slash(harbour)).content == english
    shown = await slash(harbour)
    assert is_chinese(harbour.read(await harbour.press(li, shown, "Context")))
    assert not is_chinese(harbour.read(await harbour.press(harbour.ann, shown, "Context")))


async def test_messages_are_answered_in_the_language_of_the_server(harbour: World, in_chinese: set[int]) -> None:
    set_to(harbour, "asker")
    in_chinese.add(harbour.ann.id)
    assert not is_chinese(await mention(harbour))  # Discord does not tell the language with a message
    there = harbour.env.create_guild(name="Readers of Wuzhen", preferred_locale="zh-CN")
    hall = there.create_text_channel("hall")
    ben = there.add_member(harbour.env.create_user("ben"))
    set_to(harbour, "asker", there)
    await ben.send(hall, f"{harbour.mention} {QUESTION}")
    assert is_chinese(harbour.said_in(hall)[-1].content)


# --- direct messages


async def test_direct_messages_are_answered_in_the_language_that_is_known(harbour: World, in_chinese: set[int]) -> None:
    ann = harbour.ann.user
    in_chinese.add(ann.id)

    async def written() -> str:
        await ann.send_dm(QUESTION)
        return str(harbour.said_in(ann.dm_channel)[-1].content)

    assert not is_chinese(await written())
    assert is_chinese((await ann.slash("ask", question=QUESTION)).response.content)
    assert is_chinese(await written())
    privacy = (await ann.slash("privacy")).response
    await ann.click(privacy, custom_id="forget_me")
    assert not is_chinese(await written())
