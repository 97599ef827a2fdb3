"""Words far longer than a message, and words made to do harm: every message fits, and nothing in it is alive."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from bot.render.limits import CONTENT
from bot.render.markdown import unescape

if TYPE_CHECKING:
    import discord

    from tests.bot.client.conftest import World

WORDS = ["crane", "ferry", "tower", "anchor", "lantern", "flag", "gate", "quay", "rope", "bell"]
HARM = (
    "@everyone @here <@1> <@&2> <#3> **bold** __under__ ~~no~~ ||secret|| `code` [free](https://evil.example) "
    "https://discord.gg/abc discord.gg/abc <t:1:R> </ask:1> <:a:1> > # - 1. *"
)
# what would be alive in a message; a backslash before it, or a character without width in it, makes it harmless
ALIVE = [
    r"@everyone",
    r"@here",
    r"<@[!&]?\d",
    r"(?<!\\)<[#:t/a]",
    r"(?<!\\)\|\|",
    r"(?<!\\)`",
    r"(?<!\\)~~",
    r"(?<!\\)__",
    r"(?<!\\)\]\(",
    r"https://",
    r"discord\.gg/",
]


def talk(length: int, marks: str = "") -> str:
    """Words of a sentence each, numbered, so that one can see that none is lost."""
    sentences: list[str] = []
    while sum(map(len, sentences)) < length:
        number = len(sentences)
        sentences.append(f"Number {number:03} is the {WORDS[number % 10]} {marks}".rstrip() + " of the harbour. ")
    return "".join(sentences).strip()


def article(words: str) -> str:
    return f"A long talk\n\nAda Park, an engineer, said: “{words}”\n\n“The ferry stays,” said Tom Birch.\n"


def harmless(message: discord.Message) -> None:
    """It fits, and neither pings nor shows anything but text."""
    assert 0 < len(message.content) <= CONTENT
    assert sum(2 if one > "\uffff" else 1 for one in message.content) <= CONTENT  # as some of Discord's programs count
    assert message.mentions == [] and message.role_mentions == [] and not message.mention_everyone
    assert message.embeds == []
    for alive in ALIVE:
        assert not re.search(alive, message.content), (alive, message.content)


def numbers_in(text: str) -> list[int]:
    """The numbers of the sentences in a text."""
    return [int(number) for number in re.findall(r"Number (\d+) is", text)]


async def pages(world: World, first: Any, button: str = "More") -> list[str]:
    """The contents of a message and of all that its button leads to."""
    shown = [first.content]
    harmless(first.message)
    while button in world.buttons(first):
        result = await world.press(world.ann, first, button)
        first, button = result.response, "More"
        harmless(first.message)
        shown.append(first.content)
        assert len(shown) < 30, "More leads nowhere"
    return shown


@pytest.mark.parametrize("marks", ["", HARM, "🙂🏴󠁧󠁢󠁷󠁬󠁳󠁿👩‍🚀𝔘𝔫𝔦", "*_`~|[]" * 4], ids=["plain", "harm", "astral", "markdown"])
async def test_every_word_of_a_long_quote_is_shown_once_and_in_order(world: World, marks: str) -> None:
    for length in (1700, 2000, 4200):  # one message holds it, nearly, and not by far
        world.add(article(talk(length, marks)), "talk")
        shown = await world.ann.slash(world.general, "quotes", speaker="Ada Park")
        assert shown.response is not None
        read = await pages(world, shown.response)
        assert numbers_in("\n".join(read)) == numbers_in(talk(length, marks)) != []
        assert (len(read) > 1) == (length > 1700 or marks != "")
        world.library.remove("talk", world.own)


@pytest.mark.parametrize("marks", ["", HARM, "🙂𝔘" * 10], ids=["plain", "harm", "astral"])
async def test_the_context_of_a_long_quote_shows_the_words_of_the_page_in_bold(world: World, marks: str) -> None:
    world.add(article(talk(2600, marks)), "talk")
    asked = await world.ann.slash(world.general, "quotes", speaker="Ada Park")
    assert asked.response is not None
    context = await world.press(world.ann, asked.response, "Context")
    read = await pages(world, context.response)
    words_in_bold = " ".join(re.findall(r"(?<!\\)\*\*(.+?)(?<!\\)\*\*", "\n".join(read), re.DOTALL))
    assert numbers_in(words_in_bold) == numbers_in(world.read(asked)) != []


async def test_a_long_answer_to_a_mention_fits_and_its_button_leads_on(world: World) -> None:
    world.add(article(talk(3000, HARM)), "talk")
    await world.ann.send(world.general, f"{world.mention} what did Ada Park say?")
    (message,) = world.said
    harmless(message)
    result = await world.press(world.ann, message, "More")
    assert re.search(r"went on:\**\n> “Number", world.read(result))


async def test_a_quote_is_told_as_it_stands_and_what_follows_as_going_on(world: World) -> None:
    world.add(article(talk(2500)), "talk")
    shown = await world.ann.slash(world.general, "quotes", speaker="Ada Park")
    first, second = await pages(world, shown.response)
    assert "**Ada Park**" in first and "press **More**" in first
    assert second.startswith("**Ada Park**, engineer, went on:\n> “Number")
    for page in (first, second):  # nothing stands in quotation marks that the article does not hold
        (words,) = re.findall(r"“(.+?)”", unescape(page), re.DOTALL)
        assert words in talk(2500)


async def test_one_word_without_an_end_is_shown_to_its_end(world: World) -> None:
    word = "ab" * 2400
    world.add(article(f"{word}."), "talk")
    shown = await world.ann.slash(world.general, "quotes", speaker="Ada Park")
    read = "".join(await pages(world, shown.response))
    assert sum(map(len, re.findall(r"[ab]{9,}", read))) == len(word)


async def test_harmful_names_titles_and_sources_are_text(world: World) -> None:
    title = "News @everyone [x](https://evil.example) **"
    text = f"{title}\n\n“It rains,” said Lena Moss, keeper of the **@everyone** `gate`.\n"
    world.add(text, "harm", source="javascript:alert(1)")
    world.add(text.replace("rains", "snows"), "harm2", source="https://discord.gg/abc")
    for command, options in [
        ("quotes", {"speaker": "Lena Moss"}),
        ("speakers", {}),
        ("articles", {}),
        ("speakers", {"topic": "rain"}),
        ("help", {}),
    ]:
        shown = await world.ann.slash(world.general, command, **options)
        assert shown.response is not None
        content = shown.response.message.content
        assert not shown.response.message.mention_everyone and len(content) <= CONTENT
        assert "@everyone" not in content and "javascript" not in content and "https://" not in content, content
        assert not re.search(r"(?<!\\)\]\(", content), content


@pytest.mark.parametrize("asked", [HARM, f"Who said that {HARM}?", HARM * 8], ids=["bare", "asked", "long"])
async def test_a_harmful_question_is_repeated_as_text(world: World, asked: str) -> None:
    shown = await world.ann.slash(world.general, "ask", question=asked)
    assert shown.response is not None
    harmless(shown.response.message)
    for options in (
        {"speaker": HARM},
        {"speaker": "Elon Musk", "topic": HARM},
        {"speaker": HARM * 5, "topic": HARM * 5},
    ):
        shown = await world.ann.slash(world.general, "quotes", **options)
        assert shown.response is not None
        harmless(shown.response.message)
