"""What is offered while somebody types a speaker or an article."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from bot.render.limits import CHOICE, CHOICES
from index.answer.contract import SpeakerInfo
from index.store.protocol import PUBLIC, Scope

if TYPE_CHECKING:
    from tests.bot.client.conftest import World

BRIDGE = """\
Harbour bridge to open in May

“Every cable was tested twice,” the engineer Ada Park told reporters. She said that the bridge was safe. Park said the \
ferry would go. Park said no tower leaned. Park said the harbour would be lit.

“The ferry stays,” said Tom Birch, a former mayor.
"""
FERRY = """\
Ferry to stop in June

“The last ferry leaves in June,” said Lena Moss, the harbour master.
"""
NAMES = ["Ada", "Ben", "Cora", "Dan", "Eva", "Finn", "Gail", "Hugo", "Ida", "Jon", "Kim", "Leo", "Mia", "Ned", "Ola"]
CROWD = "Market talk\n\n" + "\n\n".join(
    f"“My stall number {i} is wet,” said {name} {surname}, a baker."
    for i, (name, surname) in enumerate((n, s) for s in ("Marlow", "Quist") for n in NAMES)
)
LONG = "the harbour bridge, the ferry, the market hall, " * 3 + "and what they cost"


async def speakers(world: World, typed: str, command: str = "quotes") -> list[str]:
    """The names that are offered; what is shown of each begins with it."""
    choices = await world.ann.autocomplete(world.general, command, "speaker", typed)
    assert all(choice["name"].startswith(choice["value"]) for choice in choices)
    return [choice["value"] for choice in choices]


async def articles(world: World, typed: str) -> dict[str, str]:
    """The ids of the articles that are offered, by what is shown."""
    choices = await world.ann.autocomplete(world.general, "ask", "article", typed)
    return {choice["name"]: choice["value"] for choice in choices}


@pytest.mark.parametrize("command", ["quotes", "check"])
async def test_before_anything_is_typed_those_quoted_most_are_offered_first(world: World, command: str) -> None:
    world.add(BRIDGE, "bridge")
    offered = await speakers(world, "", command)
    assert offered[0] == "Ada Park"
    listed = world.library.speakers(Scope(collections=frozenset({PUBLIC, world.own})))
    assert offered == [one.name for one in listed]


async def test_a_start_a_part_or_a_misspelling_finds_the_speaker(world: World) -> None:
    world.add(BRIDGE, "bridge")
    for typed in ("ada", "ADA P", "par", "  ada   park ", "da pa", "Ada Parck", "Adda Park", "park ada"):
        assert (await speakers(world, typed))[0] == "Ada Park", typed


async def test_what_fits_better_comes_first(world: World) -> None:
    world.add(
        "Names\n\n“It rains,” said Rose Marden.\n\n“It snows,” said Marda Lind.\n\n“It pours,” said Lomar Dix.", "n"
    )
    assert (await speakers(world, "mar"))[:3] == ["Marda Lind", "Rose Marden", "Lomar Dix"]


async def test_nothing_is_offered_for_what_fits_nobody(world: World) -> None:
    for typed in ("zzz", "@everyone", "🙂", "x" * 2000):
        assert await speakers(world, typed) == [], typed


async def test_no_more_are_offered_than_discord_shows_and_typing_finds_the_others(world: World) -> None:
    world.add(CROWD, "crowd")
    first = await speakers(world, "")
    assert len(first) == CHOICES
    assert "Ola Quist" not in first
    assert await speakers(world, "ola q") == ["Ola Quist"]


async def test_a_speaker_that_is_offered_can_be_chosen(world: World) -> None:
    world.add(BRIDGE, "bridge")
    offered = await speakers(world, "")
    assert "Ada Park" in offered
    for name in offered:
        shown = await world.ann.slash(world.general, "quotes", speaker=name)
        assert "❔" not in world.read(shown)


async def test_articles_are_offered_by_title_the_newest_first(world: World) -> None:
    world.add(BRIDGE, "bridge")
    world.add(FERRY, "ferry")
    everything = await articles(world, "")
    assert list(everything.values())[:2] == ["ferry", "bridge"] and len(everything) == 3
    for typed in ("harb", "bridge", "brige to open"):
        assert next(iter(await articles(world, typed))) == "Harbour bridge to open in May"
    assert await articles(world, "volcano") == {}


async def test_a_long_title_is_cut_and_what_is_shown_of_it_can_be_chosen(world: World) -> None:
    world.add(f"{LONG}\n\n“The last ferry leaves in June,” said Lena Moss.", "long")
    (shown,) = await articles(world, "the harbour bridge,")
    assert len(shown) == CHOICE and shown.endswith("…")
    answered = await world.ann.slash(world.general, "ask", question="Who is quoted?", article=shown)
    assert "Lena Moss" in world.read(answered)


async def test_a_long_role_is_cut(world: World) -> None:
    world.add(f"News\n\n“It rains,” said Lena Moss, director of {'the department of ' * 8}rain.", "long")
    choices = await world.ann.autocomplete(world.general, "quotes", "speaker", "lena")
    assert [choice["value"] for choice in choices] == ["Lena Moss"]
    assert len(choices[0]["name"]) <= CHOICE


async def test_an_article_whose_id_is_too_long_to_be_a_choice_is_found_by_its_title(world: World) -> None:
    world.add(FERRY, "ferry-" * 20)
    shown = await world.ann.slash(world.general, "ask", question="Who is quoted?", article="ferry to stop in june")
    assert "Lena Moss" in world.read(shown)


async def test_nothing_of_another_server_is_ever_offered(world: World) -> None:
    world.add(FERRY, "ferry", collection="guild:1")
    for typed in ("", "ferry", "moss", "Lena Moss"):
        assert "Lena Moss" not in await speakers(world, typed)
        assert "ferry" not in (await articles(world, typed)).values()


async def test_in_a_direct_message_only_public_ones_are_offered(world: World) -> None:
    world.add(FERRY, "ferry")
    world.add(BRIDGE, "bridge", collection="public")
    people = await world.ann.user.autocomplete("quotes", "speaker", "")
    titles = await world.ann.user.autocomplete("ask", "article", "")
    assert "Lena Moss" not in [one["value"] for one in people] and "Ada Park" in [one["value"] for one in people]
    assert [one["value"] for one in titles] == ["bridge", "wuzhen-2021"]


async def test_among_thousands_of_names_choices_hold_up_nobody_whatever_is_typed(
    world: World, monkeypatch: pytest.MonkeyPatch, watched: Callable[[], Any]
) -> None:
    crowd = [SpeakerInfo(f"Ada{number} Park{number}", "baker", "person", 1) for number in range(10_000)]
    monkeypatch.setattr(type(world.library), "speakers", lambda *_: crowd)
    assert await speakers(world, "ada77") != []
    async with watched() as lag:
        for typed in ("Prak", "x" * 6000, "pa rk " * 900):
            await speakers(world, typed)
    assert lag.worked < 0.1
