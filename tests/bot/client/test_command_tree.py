"""What Discord is told of the commands, what the buttons keep, and how quickly an interaction is answered."""

from __future__ import annotations

import json
import re
from itertools import combinations
from typing import TYPE_CHECKING, Any

import discord
import pytest
import simcord
from hypothesis import example, given
from hypothesis import strategies as st
from simcord import interactions
from simcord.enums import InteractionType

from bot.client.views import (
    answer_buttons,
    article_buttons,
    draft_buttons,
    listing,
    privacy,
    setting_controls,
    vote_buttons,
    why_buttons,
)
from bot.client.views.registry import KINDS, StaleControl
from bot.client.views.vote_buttons import REASONS
from bot.render.button_codec import pack, packed, unpack
from bot.render.limits import CONTENT, CUSTOM_ID, PLACES, QUESTION
from index.answer.contract import Place

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from tests.bot.client.conftest import World

_MOST = 8_000  # characters of a command with its translations
_TEXTS = ("name", "description", "value")
BRIDGE = """\
Harbour bridge to open in May

“Every cable was tested twice,” the engineer Ada Park told reporters. Nobody asked why.
"""


# ── commands ──────────────────────────────────────────────────────────────


async def test_discord_is_told_of_the_commands_exactly_this(world: World, snapshot: SnapshotAssertion) -> None:
    (sent,) = [one.json for one in world.env.http_requests if one.path.endswith("/commands")]
    told = sorted(sent or [], key=lambda command: (command["type"], command["name"]))
    assert json.dumps(told, indent=2, ensure_ascii=False, sort_keys=True) == snapshot


async def test_every_command_works_everywhere_unless_it_is_about_a_server_and_is_small_enough(world: World) -> None:
    commands = await world.bot.tree.payload()
    assert len(commands) == 12
    for command in commands:
        of_a_server = command["name"] in {"article", "settings", "Why this answer?"}
        assert command["contexts"] == ([0] if of_a_server else [0, 1, 2])
        assert command["integration_types"] == ([0] if of_a_server else [0, 1])
        assert sum(map(len, texts(command))) <= _MOST
        assert command["name_localizations"].keys() == {"zh-CN"}


def texts(told: Any) -> list[str]:
    """What of a command counts against its size: its names, descriptions and values, in every language."""
    if isinstance(told, list):
        return [text for one in told for text in texts(one)]
    found: list[str] = []
    for key, value in told.items() if isinstance(told, dict) else ():
        if key in _TEXTS and isinstance(value, str):
            found.append(value)
        elif key.endswith("_localizations"):
            found += (value or {}).values()
        else:
            found += texts(value)
    return found


async def test_what_people_type_may_be_as_long_as_a_question_is_read(world: World) -> None:
    (ask,) = [one for one in await world.bot.tree.payload() if one["name"] == "ask"]
    assert {one["name"]: one.get("max_length") for one in ask["options"]} == {
        "question": QUESTION,
        "article": None,
        "private": None,
    }


# ── custom ids ────────────────────────────────────────────────────────────

places = st.builds(
    lambda digest, start, length: Place(f"{digest:064x}", start, start + length),
    st.integers(0, 2**256 - 1),
    st.integers(0, 10_000_000),
    st.integers(0, 10_000_000),
)
ids = st.integers(0, 2**64 - 1)
tokens = st.text("aZ09_-", min_size=12, max_size=12)
keys = st.text("0123456789abcdef", min_size=24, max_size=24)
some_places = st.lists(places, min_size=1, max_size=30).map(packed)


def buttons(kind: Any, *values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, Any, tuple[Any, ...]]]:
    """The kind, a button of it, and what that holds."""
    return st.tuples(*values).map(lambda held: (kind, kind("Press", *held), held))


made = st.one_of(
    buttons(answer_buttons.context_button, some_places),
    buttons(answer_buttons.more_context_button, some_places),
    buttons(answer_buttons.more_button, some_places),
    buttons(answer_buttons.story_button, ids, keys),
    buttons(answer_buttons.delete_button, ids),
    buttons(vote_buttons.vote_button, st.sampled_from(["up", "down"])),
    buttons(vote_buttons.reason_button, st.sampled_from(sorted(REASONS)), ids),
    buttons(why_buttons.message_why_button, st.just("here") | ids.map(str)),
    buttons(listing.page_button, st.sampled_from(["speakers", "articles"]), st.integers(-1, 10_000_000)),
    buttons(privacy.forget_button),
    buttons(draft_buttons.keep_button, tokens),
    buttons(draft_buttons.discard_button, tokens),
    buttons(draft_buttons.draft_button, tokens, st.none() | st.integers(0, 24), st.booleans()),
    buttons(draft_buttons.leave_out_button, tokens, st.integers(0, 24)),
    buttons(article_buttons.remove_button, keys),
    buttons(article_buttons.stay_button),
    buttons(article_buttons.undo_button, keys),
    buttons(article_buttons.list_button, st.integers(-1, 10_000)),
    buttons(setting_controls.flag_button, st.sampled_from(["private", "in_dms"]), st.booleans()),
    buttons(setting_controls.languages_button, st.booleans()),
    buttons(setting_controls.trail_button, st.integers(-1, 10_000_000), st.booleans()),
    buttons(setting_controls.roles_select),
    buttons(setting_controls.channels_select),
    buttons(setting_controls.threads_select),
    buttons(setting_controls.pace_select),
    buttons(setting_controls.language_select),
)
FORMS = [kind.form.pattern for kind in KINDS]
ITEMS = [kind.item.__discord_ui_compiled_template__ for kind in KINDS]
EVERY = [*ITEMS, StaleControl.__discord_ui_compiled_template__]


@given(made)
def test_every_custom_id_fits_and_belongs_to_its_own_kind_of_button_alone(one: Any) -> None:
    kind, button, _ = one
    assert 0 < len(button.custom_id) <= CUSTOM_ID
    assert [pattern for pattern in EVERY if pattern.fullmatch(button.custom_id)] == [ITEMS[KINDS.index(kind)]]


@given(made)
def test_what_a_button_holds_is_read_back_from_its_custom_id_as_it_was(one: Any) -> None:
    kind, button, held = one
    assert tuple(kind.form.read(button.custom_id).values()) == held


@given(st.lists(places, min_size=1, max_size=30))
def test_a_button_keeps_the_first_of_its_places_and_as_many_as_fit(some: list[Place]) -> None:
    kept = unpack(packed(some))
    assert kept
    assert kept == [Place(one.sha256[:12], one.start, one.end) for one in some[: len(kept)]]
    assert len(kept) == len(some) or len(pack(some[: len(kept) + 1], 10_000)[0]) > PLACES


@given(st.text(min_size=1, max_size=CUSTOM_ID))
@example("more:\n")
def test_any_custom_id_belongs_to_exactly_one_kind_of_button(custom_id: str) -> None:
    assert sum(bool(pattern.fullmatch(custom_id)) for pattern in EVERY) == 1


def test_no_two_kinds_of_buttons_begin_alike() -> None:
    starts = [re.match(r"\w+:?", form) for form in FORMS]
    found = [start[0] for start in starts if start is not None]
    assert len(found) == len(FORMS)
    assert not [pair for pair in combinations(found, 2) if pair[0].startswith(pair[1]) or pair[1].startswith(pair[0])]


# ── at once ───────────────────────────────────────────────────────────────


async def first_call(world: World, use: Any) -> str:
    """The path of the first request that using a command or a button leads to."""
    before = len(world.env.http_requests)
    await use
    return world.env.http_requests[before].path


async def test_whatever_people_use_is_acknowledged_before_anything_else_is_asked_of_discord(world: World) -> None:
    world.add(BRIDGE, "bridge")
    world.add("\n\n".join(["Crowd", *(f"“It rains,” said {name} Moss." for name in map(spelt, range(20)))]), "crowd")
    ann, general = world.ann, world.general
    message = await ann.send(general, "Every cable was tested twice")
    asked = await ann.slash(general, "ask", question="Who is quoted?", private=True)
    voted = await world.press(ann, asked.response, "👎")
    listed = await ann.slash(general, "speakers")
    card = await ann.slash(general, "privacy")
    public = await ann.slash(general, "ask", question="Who is Ada Park?")
    assert public.response is not None
    boss = world.join("mia", roles=[world.server.create_role("managers", permissions=discord.Permissions.all())])
    context = await world.press(boss, public.response, "Context")
    assert context.response is not None
    removing = await boss.slash(general, "article remove", article="bridge")
    shown = (await boss.slash(general, "settings")).response
    assert shown is not None
    uses = {
        "ask": ann.slash(general, "ask", question="Who is Ada Park?", article="bridge"),
        "quotes": ann.slash(general, "quotes", speaker="Ada Park"),
        "check": ann.slash(general, "check", speaker="Ada Park", claim="it rains"),
        "speakers": ann.slash(general, "speakers"),
        "articles": ann.slash(general, "articles"),
        "help": ann.slash(general, "help"),
        "privacy": ann.slash(general, "privacy"),
        "who": ann.context_menu(general, "Who said this?", message),
        "why menu": boss.context_menu(general, "Why this answer?", public.response.message),
        "why button": boss.click(context.response, custom_id=f"why:{public.response.message.id}"),
        "menu": ann.context_menu(general, "Check this message", message),
        "choices": ann.autocomplete(general, "quotes", "speaker", "ad"),
        "context": world.press(ann, public.response, "Context"),
        "up": world.press(ann, public.response, "👍"),
        "down": world.press(ann, public.response, "👎"),
        "reason": world.press(ann, voted.response, "Wrong speaker"),
        "page": world.press(ann, listed.response, "Next"),
        "forget": world.press(ann, card.response, "Delete what is kept about me"),
        "add": boss.slash(general, "article add", file=("bridge.txt", b"Bridge\n\nIt opens.")),
        "form": boss.slash(general, "article add"),
        "list": boss.slash(general, "article list"),
        "show": boss.slash(general, "article show", article="crowd"),
        "rename": boss.slash(general, "article rename", article="crowd", title="Crowd"),
        "bind": boss.slash(general, "article bind"),
        "remove": boss.slash(general, "article remove", article="crowd"),
        "take away": world.press(boss, removing.response, "Remove"),
        "undo": world.press(boss, removing.response, "Undo"),
        "settings": boss.slash(general, "settings"),
        "select": boss.select(shown, ["mention"], custom_id="set_threads"),
        "flag": boss.click(shown, custom_id="set_flag:private:1"),
        "trail": boss.click(shown, custom_id="trail:0"),
        "refused": world.press(world.join("bob"), public.response, "Delete"),
        "delete": world.press(ann, public.response, "Delete"),
    }
    first = {name: await first_call(world, use) for name, use in uses.items()}
    late = {name: path for name, path in first.items() if not re.fullmatch(r"/interactions/\d+/\S+/callback", path)}
    assert late == {}


def spelt(number: int) -> str:
    """A first name for each number."""
    return "BCDFGHKLMNPRSTVWXZ"[number % 18] + "aeiou"[number // 18] + "ra"


# ── where the bot is not a member ─────────────────────────────────────────

ELSEWHERE = 1234567890123456789


async def used_elsewhere(world: World, name: str, **more: Any) -> simcord.InteractionResult:
    """Ann uses a command that she brought along, in a server that the bot is not in. simcord knows only its own
    servers, so Discord's words for that are written over those for a direct message.
    """
    root = world.env.backend.find_command(name, None, type=1)
    assert root is not None
    options = [{"type": 3, "name": key, "value": value} for key, value in more.items()]
    user = world.ann.user
    record, payload = interactions.base_payload(
        world.env.backend,
        type=InteractionType.APPLICATION_COMMAND,
        channel_id=user.dm_channel.id,
        guild_id=None,
        user_id=user.id,
        data={"id": root["id"], "name": name, "type": 1, "options": options},
    )
    member = {"user": payload.pop("user"), "roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "flags": 0}
    payload |= {
        "guild_id": str(ELSEWHERE),
        "guild": {"id": str(ELSEWHERE), "locale": "zh-CN", "features": []},
        "guild_locale": "zh-CN",
        "locale": "zh-CN",
        "context": 0,
        "member": member | {"permissions": "2147483647", "deaf": False, "mute": False},
        "authorizing_integration_owners": {"1": str(user.id)},
        "channel": {"id": payload["channel_id"], "type": 0, "name": "away", "permissions": "0", "position": 0},
    }
    world.env.backend.emit("INTERACTION_CREATE", payload)
    await world.env.settle()
    return simcord.InteractionResult(world.env, record)


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("ask", {"question": "What did Ada Park say?"}),
        ("ask", {"question": "Who is quoted?"}),
        ("quotes", {"speaker": "Ada Park"}),
        ("speakers", {}),
        ("articles", {}),
    ],
)
async def test_in_a_server_that_the_bot_is_not_in_only_public_articles_are_seen(
    world: World, command: str, options: dict[str, str]
) -> None:
    world.add(BRIDGE, "bridge", collection=f"guild:{ELSEWHERE}")
    shown = await used_elsewhere(world, command, **options)
    assert shown.response is not None
    text = world.read(shown).removeprefix(f"-# {options.get('question', '')}")
    assert 0 < len(text) <= CONTENT
    assert "cable" not in text and "bridge" not in text.casefold() and "**Ada Park**" not in text


async def test_where_the_bot_is_not_a_member_it_answers_from_public_articles(world: World) -> None:
    world.add(BRIDGE, "bridge", collection="public")
    shown = await used_elsewhere(world, "quotes", speaker="Ada Park")
    assert "“Every cable was tested twice”" in world.read(shown)
    assert world.buttons(shown.response).keys() == {"Context", "👍", "👎", "Delete"}
