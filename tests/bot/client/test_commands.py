"""Every slash command, in a server, in a thread and in a direct message, as the one who types it sees it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import discord
import pytest
import simcord

from bot.render.button_codec import question_above
from bot.render.limits import CONTENT, QUESTION

if TYPE_CHECKING:
    from tests.bot.client.conftest import World

BRIDGE = """\
Harbour bridge to open in May

The harbour bridge will open in May, the city's engineer Ada Park said on Monday.

“Every cable was tested twice,” Park told reporters. She denied that the work had cost too much.

“The ferry stays,” said Tom Birch, a former mayor.
"""
FERRY = """\
Ferry to stop in June

“The last ferry leaves in June,” said Lena Moss, the harbour master.
"""
NAMES = ["Ada", "Ben", "Cora", "Dan", "Eva", "Finn", "Gail", "Hugo", "Ida", "Jon", "Kim", "Leo", "Mia", "Ned", "Ola"]
# 45 people, who fill three pages
CROWD = "Market talk\n\n" + "\n\n".join(
    f"“My stall number {i} is wet,” said {name} {surname}, a baker."
    for i, (name, surname) in enumerate((n, s) for s in ("Marlow", "Quist", "Thorne") for n in NAMES)
)


# ── /ask ──────────────────────────────────────────────────────────────────


async def test_a_question_is_answered_for_all_to_see_with_the_exact_words_and_what_was_asked(world: World) -> None:
    world.add(BRIDGE, "bridge", source="https://news.example/bridge")
    shown = await world.ann.slash(world.general, "ask", question="What did Ada Park say about cables?")
    (message,) = world.said
    assert shown.response is not None and not shown.response.ephemeral
    assert message.content.splitlines() == [
        "-# What did Ada Park say about cables?",
        "**Ada Park**, city's engineer, told reporters:",
        "> “Every cable was tested twice”.",
        "-# Quoted: [Harbour bridge to open in May](<https://news.example/bridge>), paragraph 3",
    ]
    assert list(world.buttons(message)) == ["Context", "👍", "👎", "Delete"]


async def test_a_private_answer_is_seen_by_the_asker_alone_who_can_dismiss_it(world: World) -> None:
    bob = world.join("bob")
    shown = await world.ann.slash(world.general, "ask", question="Who is quoted?", private=True)
    assert shown.response is not None and shown.response.ephemeral
    assert "Delete" not in world.buttons(shown.response)
    assert world.general.history(viewer=bob) == []


async def test_an_answer_can_be_narrowed_to_one_article_by_id_or_title(world: World) -> None:
    world.add(BRIDGE, "bridge")
    world.add(FERRY, "ferry")
    for article in ("ferry", "Ferry to stop in June", "  FERRY "):
        shown = await world.ann.slash(world.general, "ask", question="Who is quoted?", article=article)
        assert "Lena Moss" in world.read(shown) and "Ada Park" not in world.read(shown)


async def test_an_article_that_is_not_there_is_told_in_a_sentence(world: World) -> None:
    shown = await world.ann.slash(world.general, "ask", question="Who is quoted?", article="ferry")
    assert world.read(shown).startswith("There is no article of that name here: choose one from the list")


async def test_an_article_of_another_server_is_not_there(world: World) -> None:
    world.add(FERRY, "ferry", collection="guild:1")
    for article in ("ferry", "Ferry to stop in June"):
        shown = await world.ann.slash(world.general, "ask", question="Who is quoted?", article=article)
        assert "There is no article of that name here" in world.read(shown)
        assert "Moss" not in world.read(shown)


async def test_a_question_may_be_as_long_as_a_message_and_discord_lets_nobody_type_more(world: World) -> None:
    most = "Who said that the ferry stays? ".ljust(QUESTION, "y")
    shown = await world.ann.slash(world.general, "ask", question=most)
    assert len(world.read(shown)) <= CONTENT
    first = question_above(world.read(shown))
    assert first is not None and first.startswith("Who said that the ferry stays?") and first.endswith("…")
    with pytest.raises(simcord.OptionError, match="at most 2000"):
        await world.ann.slash(world.general, "ask", question=most + "y")


async def test_a_question_that_finds_nothing_is_told_so_and_kept_as_a_gap(world: World) -> None:
    asked = "Who said the moon is made of cheese?"
    shown = await world.ann.slash(world.general, "ask", question=asked)
    question, told = world.read(shown).split("\n")
    assert question == f"-# {asked}"
    assert told.startswith("❔ Nobody in the articles is reported as saying that the moon is made of cheese.")
    assert list(world.buttons(shown.response)) == ["👍", "👎", "Delete"]  # there is no context to show
    await world.env.settle()
    assert [(gap.question, gap.reason) for gap in world.records.gaps()] == [(asked, "no_match")]


async def test_whatever_is_typed_gets_an_answer_that_fits_and_pings_nobody(world: World) -> None:
    for question in ("   ", "?", "hello", "\u200b", "||", "<@1> @everyone", "a" * 2000, "🙂" * 1000):
        shown = await world.ann.slash(world.general, "ask", question=question)
        assert shown.response is not None
        message = shown.response.message
        assert 0 < len(message.content) <= CONTENT
        assert message.mentions == [] and not message.mention_everyone
        assert world.env.errors == []


# ── /quotes ───────────────────────────────────────────────────────────────


async def test_quotes_shows_all_that_somebody_said_in_the_articles_order(world: World) -> None:
    world.add(BRIDGE, "bridge")
    shown = await world.ann.slash(world.general, "quotes", speaker="Ada Park")
    text = world.read(shown)
    words = ["harbour bridge will open in May", "“Every cable was tested twice”", "the work had cost too much"]
    places = [text.index(one) for one in words]
    assert places == sorted(places)
    assert text.startswith("-# What did Ada Park say?\n")
    assert "🚫" in text  # the denial is seen to be one
    assert text.splitlines()[-1] == "-# From Harbour bridge to open in May"


async def test_quotes_on_a_topic_shows_only_those(world: World) -> None:
    world.add(BRIDGE, "bridge")
    shown = await world.ann.slash(world.general, "quotes", speaker="Ada Park", topic="cables", private=True)
    assert shown.response is not None and shown.response.ephemeral
    assert "cable was tested twice" in world.read(shown)
    assert "in May" not in world.read(shown).replace("Harbour bridge to open in May", "")


async def test_a_misspelt_speaker_is_understood(world: World) -> None:
    world.add(BRIDGE, "bridge")
    shown = await world.ann.slash(world.general, "quotes", speaker="Ada Parck")
    assert "**Ada Park**" in world.read(shown)


async def test_a_speaker_who_is_not_there_is_told_with_who_is(world: World) -> None:
    shown = await world.ann.slash(world.general, "quotes", speaker="Zelda Quist")
    assert "❔ Zelda Quist is neither quoted nor named in the articles. People I know of:" in world.read(shown)
    assert "Context" not in world.buttons(shown.response)


async def test_somebody_of_another_server_is_as_unknown_as_anybody(world: World) -> None:
    world.add(FERRY, "ferry", collection="guild:1")
    shown = await world.ann.slash(world.general, "quotes", speaker="Lena Moss")
    assert "Lena Moss is neither quoted nor named" in world.read(shown)
    assert "ferry" not in world.read(shown)


async def test_a_speaker_that_is_none_gets_a_sentence(world: World) -> None:
    for speaker in ("  ", "@everyone", "**", "he", "<@5>"):
        shown = await world.ann.slash(world.general, "quotes", speaker=speaker)
        assert shown.response is not None
        assert 0 < len(world.read(shown)) <= CONTENT
        assert not shown.response.message.mention_everyone and shown.response.message.mentions == []
        assert world.env.errors == []


# ── /check ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("speaker", "claim", "verdict", "proof"),
    [
        ("Ada Park", "every cable was tested twice", "✅ **Yes", "“Every cable was tested twice”"),
        ("Ada Park", "the work had cost too much", "❌ **No", "🚫 **Ada Park**"),
        ("Tom Birch", "every cable was tested twice", "❌ **No", "**Ada Park**"),
    ],
)
async def test_check_tells_yes_and_no_at_once_and_shows_the_words(
    world: World, speaker: str, claim: str, verdict: str, proof: str
) -> None:
    world.add(BRIDGE, "bridge")
    shown = await world.ann.slash(world.general, "check", speaker=speaker, claim=claim)
    asked, first, *rest = world.read(shown).splitlines()
    assert asked == f"-# Did {speaker} say that {claim}?"
    assert first.startswith(verdict)
    assert proof in "\n".join(rest)
    assert "Context" in world.buttons(shown.response)


async def test_check_tells_that_it_does_not_know(world: World) -> None:
    world.add(BRIDGE, "bridge")
    shown = await world.ann.slash(world.general, "check", speaker="Ada Park", claim="the moon is made of cheese")
    assert "❔ **Unknown.** I found nothing in which Ada Park said " in world.read(shown)


# ── /speakers and /articles ───────────────────────────────────────────────


async def test_speakers_on_a_topic_are_those_who_talked_about_it(world: World) -> None:
    world.add(BRIDGE, "bridge")
    shown = await world.ann.slash(world.general, "speakers", topic="the ferry")
    assert "**Tom Birch**" in world.read(shown) and "Ada Park" not in world.read(shown)
    nobody = await world.ann.slash(world.general, "speakers", topic="volcanoes")
    assert "❔ Nobody in the articles" in world.read(nobody)


async def test_many_speakers_come_in_pages_and_each_of_them_once(world: World) -> None:
    world.add(CROWD, "crowd")
    shown = await world.ann.slash(world.general, "speakers")
    count = re.match(r"\*\*(\d+) speakers\*\*", world.read(shown))
    assert count is not None and int(count[1]) > 45
    assert world.buttons(shown.response) == {"Back": "page:speakers:-1", "Next": "page:speakers:1"}
    listed: list[str] = []
    for number in range(1, 5):
        page = world.said[-1]
        assert f"-# Page {number} of 4" in page.content
        listed += re.findall(r"^- \*\*(.+?)\*\*", page.content, re.MULTILINE)
        if number < 4:
            await world.press(world.ann, page, "Next")
    assert len(listed) == len(set(listed)) == int(count[1])
    with pytest.raises(simcord.SetupError, match="disabled"):
        await world.press(world.ann, world.said[-1], "Next")
    await world.press(world.join("bob"), world.said[-1], "Back")  # a list is everybody's
    assert "-# Page 3 of 4" in world.said[-1].content
    assert len(world.said) == 1


async def test_many_articles_come_in_pages_and_say_which_are_of_this_server_alone(world: World) -> None:
    for number in range(16):
        world.add(f"Ferry news {number}\n\n“It rains,” said Ada Park.", f"ferry-{number}")
    shown = await world.ann.slash(world.general, "articles")
    assert world.read(shown).startswith("**17 articles**\n")
    await world.press(world.ann, shown.response, "Next")
    lines = world.said[-1].content.splitlines()
    assert lines[:3] == [
        "**17 articles**",
        "- Ferry news 14 (1 statement, only on this server)",
        "- Ferry news 15 (1 statement, only on this server)",
    ]
    assert lines[-1] == "-# Page 2 of 2"


async def test_a_short_list_has_no_buttons_and_nothing_of_another_server(world: World) -> None:
    world.add(FERRY, "ferry", collection="guild:1")
    for command in ("speakers", "articles"):
        shown = await world.ann.slash(world.general, command)
        assert world.buttons(shown.response) == {}
        assert "Moss" not in world.read(shown) and "Ferry" not in world.read(shown)


async def test_a_server_without_articles_is_told_so(world: World) -> None:
    for info in world.library.articles():
        world.library.remove(info.id)
    told = {name: world.read(await world.ann.slash(world.general, name)) for name in ("speakers", "articles", "help")}
    assert told["speakers"] == "Nobody is quoted in the articles here."
    assert told["articles"] == "There are no articles here yet, so there is nothing I could answer from."
    assert "- Who is quoted?" in told["help"]


# ── /help and /privacy ────────────────────────────────────────────────────


async def test_help_is_private_and_its_examples_can_be_asked(world: World) -> None:
    shown = await world.ann.slash(world.general, "help")
    assert shown.response is not None and shown.response.ephemeral
    text = world.read(shown)
    assert world.mention in text
    for way in ("`/ask`", "direct message", "Who said this?", "`/privacy`"):
        assert way in text
    examples = re.findall(r"^- (.+\?)$", text, re.MULTILINE)
    assert len(examples) == 3
    for example in examples:
        answered = await world.ann.slash(world.general, "ask", question=example)
        assert "❔" not in world.read(answered) and "Context" in world.buttons(answered.response)


async def test_every_command_that_help_names_is_there(world: World) -> None:
    shown = await world.ann.slash(world.general, "help")
    named = set(re.findall(r"`/(\w+)`", world.read(shown)))
    assert named == set(world.ann.available_commands(world.general)) - {"help"}


async def test_privacy_is_private_and_tells_what_is_kept(world: World) -> None:
    shown = await world.ann.slash(world.general, "privacy")
    assert shown.response is not None and shown.response.ephemeral
    assert f"**What I keep, for {world.bot.parts.settings.keep_days} days**" in world.read(shown)
    assert list(world.buttons(shown.response)) == ["Delete what is kept about me"]


# ── elsewhere ─────────────────────────────────────────────────────────────


async def test_commands_work_in_a_direct_message_on_the_public_articles(world: World) -> None:
    world.add(BRIDGE, "bridge")
    user = world.ann.user
    asked = await user.slash("ask", question="What did Ada Park say?")
    assert "Ada Park is neither quoted nor named in the articles" in world.read(asked)
    for command in ("speakers", "articles"):
        shown = await user.slash(command)
        assert "Park" not in world.read(shown) and "bridge" not in world.read(shown)
    assert "3" not in world.read(await user.slash("articles")).splitlines()[0]
    world.add(FERRY, "ferry", collection="public")
    answered = await user.slash("quotes", speaker="Lena Moss")
    assert "“The last ferry leaves in June”" in world.read(answered)
    gone = await world.press(user, answered.response, "Delete")
    assert gone.response is None


async def test_commands_work_in_a_thread_on_the_servers_articles(world: World) -> None:
    world.add(BRIDGE, "bridge")
    channel = world.bot.get_channel(world.general.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name="bridges", type=discord.ChannelType.public_thread)
    (thread,) = world.general.threads
    shown = await world.ann.slash(thread, "check", speaker="Ada Park", claim="every cable was tested twice")
    assert world.read(shown).splitlines()[1].startswith("✅ **Yes")
    context = await world.press(world.ann, world.said_in(thread)[-1], "Context")
    assert "“**Every cable was tested twice**,”" in world.read(context)
