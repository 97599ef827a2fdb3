"""The menus of a message: who said this, and is it true that it was said?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from bot.render.limits import CONTENT

if TYPE_CHECKING:
    from tests.bot.client.conftest import World

WHO, CHECK = "Who said this?", "Check this message"
BRIDGE = """\
Harbour bridge to open in May

“Every cable was tested twice,” the engineer Ada Park told reporters. She denied that the work had cost too much.

“The ferry stays,” said Tom Birch, a former mayor.
"""


async def test_who_said_this_names_the_speaker_of_the_messages_words_to_the_asker_alone(world: World) -> None:
    world.add(BRIDGE, "bridge")
    bob = world.join("bob")
    message = await bob.send(world.general, "every cable was tested twice")
    shown = await world.ann.context_menu(world.general, WHO, message)
    assert shown.response is not None and shown.response.ephemeral
    assert "**Ada Park**" in world.read(shown) and "“Every cable was tested twice”" in world.read(shown)
    assert list(world.buttons(shown.response)) == ["Context", "👍", "👎"]
    assert [one.content for one in world.general.history(viewer=bob)] == [message.content]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Ada Park said that every cable was tested twice", "✅ **Yes"),
        ("Did Ada Park say that the work had cost too much?", "❌ **No"),
        ("Tom Birch said that every cable was tested twice", "❌ **No"),
        ("Ada Park said that the moon is made of cheese", "❔ **Unknown.**"),
    ],
)
async def test_check_this_message_tells_whether_it_was_said(world: World, written: str, told: str) -> None:
    world.add(BRIDGE, "bridge")
    message = await world.join("bob").send(world.general, written)
    shown = await world.ann.context_menu(world.general, CHECK, message)
    assert shown.response is not None and shown.response.ephemeral
    assert world.read(shown).splitlines()[1].startswith(told)


@pytest.mark.parametrize("menu", [WHO, CHECK])
async def test_a_message_without_text_gets_a_sentence(world: World, menu: str) -> None:
    message = await world.ann.send(world.general, "", attachments=[("bridge.png", b"-")])
    shown = await world.ann.context_menu(world.general, menu, message)
    assert shown.response is not None and shown.response.ephemeral
    assert world.read(shown) == "That message has no text: choose one with words in it."


@pytest.mark.parametrize("menu", [WHO, CHECK])
async def test_a_forwarded_message_is_read_where_its_words_are(world: World, menu: str) -> None:
    world.add(BRIDGE, "bridge")
    first = await world.join("bob").send(world.general, "Ada Park said that every cable was tested twice")
    forwarded = await world.ann.forward(first, world.general)
    shown = await world.ann.context_menu(world.general, menu, forwarded)
    assert "“Every cable was tested twice”" in world.read(shown)


TWICE = "Every cable was tested twice"
LINK = "https://news.example/bridge"
POSTS: dict[str, dict[str, Any]] = {
    "the title of an embed": {"embeds": [{"type": "rich", "title": TWICE}]},
    "its description": {"embeds": [{"type": "rich", "title": "Harbour news", "description": TWICE}]},
    "its fields": {"embeds": [{"type": "rich", "title": "News", "fields": [{"name": "Quote", "value": TWICE}]}]},
    "a link's preview": {"content": LINK, "embeds": [{"type": "article", "url": LINK, "description": TWICE}]},
    "a masked link's": {"content": f"[Post]({LINK})", "embeds": [{"type": "rich", "description": TWICE}]},
    "an announced embed": {"content": "<@&123> New post", "embeds": [{"type": "rich", "description": TWICE}]},
    "components": {
        "components": [{"type": 17, "id": 1, "components": [{"type": 10, "id": 2, "content": f"## {TWICE}"}]}],
        "flags": 1 << 15,
    },
    "a block quote": {"content": f"> {TWICE}\n\ntrue or not?"},
    "marks and emoji": {"content": f"# ||**{TWICE}**|| <:kek:123456789012345678>\n-# via Harbour News"},
    "words before a preview": {
        "content": f"{TWICE} {LINK}",
        "embeds": [{"type": "article", "url": LINK, "description": "All about ferries and mills"}],
    },
}


@pytest.mark.parametrize("post", list(POSTS))
async def test_the_words_of_a_message_are_read_wherever_it_shows_them(world: World, post: str) -> None:
    world.add(BRIDGE, "bridge")
    id_ = world.post(world.join("bob"), world.general, **POSTS[post])
    await world.env.settle()
    message = next(one for one in world.general.history() if one.id == id_)
    shown = world.read(await world.ann.context_menu(world.general, WHO, message))
    assert shown.splitlines()[0].endswith(f"{TWICE}”?")
    assert "**Ada Park**" in shown and f"“{TWICE}”" in shown


async def test_the_words_of_a_forwarded_embed_are_read(world: World) -> None:
    world.add(BRIDGE, "bridge")
    id_ = world.post(world.join("bob"), world.general, embeds=[{"type": "rich", "description": TWICE}])
    await world.env.settle()
    message = next(one for one in world.general.history() if one.id == id_)
    forwarded = await world.ann.forward(message, world.general)
    assert "**Ada Park**" in world.read(await world.ann.context_menu(world.general, WHO, forwarded))


@pytest.mark.parametrize(
    ("written", "told", "proof"),
    [
        ("“Every cable was tested twice”", "✅ **Yes", "**Ada Park**"),
        ("> Every cable was tested twice.", "✅ **Yes", "**Ada Park**"),
        ("The work had cost too much.", "❌ **No", "denied"),
        ("“Penguins built the bridge in a day”", "❔ **Unknown.**", ""),
    ],
)
async def test_a_bare_quotation_is_checked_to_a_verdict(world: World, written: str, told: str, proof: str) -> None:
    world.add(BRIDGE, "bridge")
    message = await world.join("bob").send(world.general, written)
    lines = world.read(await world.ann.context_menu(world.general, CHECK, message)).splitlines()
    assert lines[0].startswith("-# ") and lines[1].startswith(told)
    assert proof in "\n".join(lines)


@pytest.mark.parametrize("menu", [WHO, CHECK])
async def test_on_the_bots_own_answer_the_menu_tells_where_to_look(world: World, menu: str) -> None:
    world.add(BRIDGE, "bridge")
    await world.ann.slash(world.general, "quotes", speaker="Ada Park", topic="cables")
    shown = await world.ann.context_menu(world.general, menu, world.said[-1])
    assert world.read(shown) == ("That is an answer of mine: the button Context below it shows where its words stand.")


@pytest.mark.parametrize("menu", [WHO, CHECK])
async def test_a_message_full_of_marks_and_pings_is_shown_harmless(world: World, menu: str) -> None:
    written = "@everyone **who** said [this](https://evil.example) <@1> discord.gg/abc?\n# " + "long " * 350
    shown = await world.ann.context_menu(world.general, menu, await world.ann.send(world.general, written))
    assert shown.response is not None
    message = shown.response.message
    assert 0 < len(message.content) <= CONTENT
    assert not message.mention_everyone and message.mentions == []
    for alive in (r"@everyone", r"(?<!\\)\]\(", r"<@!?\d", r"discord\.gg/", r"https://", r"^# "):
        assert not re.search(alive, message.content, re.MULTILINE), alive
    assert world.env.errors == []


async def test_who_said_this_finds_nothing_of_another_servers_articles(world: World) -> None:
    world.add(BRIDGE, "bridge", collection="guild:1")
    message = await world.ann.send(world.general, "every cable was tested twice")
    shown = await world.ann.context_menu(world.general, WHO, message)
    assert "❔" in world.read(shown) and "Park" not in world.read(shown)
