from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.client.invite import PERMISSIONS, invite_link
from bot.operations.credentials import application_id, fault
from bot.services.scopes import scope_for

# in parts, so that nobody takes it for a real one
TOKEN = ".".join(["MTIzNDU2Nzg5MDEyMzQ1Njc4", "GabcDE", "0123456789_abcdefghijklmnopqrstuvw"])


@pytest.mark.parametrize(
    ("guild", "member", "collections"),
    [
        (None, False, {"public"}),
        (None, True, {"public"}),
        (7, True, {"public", "guild:7"}),
        (7, False, {"public"}),
    ],
)
def test_a_servers_articles_are_seen_only_in_a_server_that_the_bot_is_in(
    guild: int | None, member: bool, collections: set[str]
) -> None:
    scope = scope_for(guild, member)
    assert scope.collections == collections
    assert (scope.articles, scope.speakers) == (None, None)


# --- tokens


def test_a_whole_token_has_no_fault_and_tells_its_application() -> None:
    assert fault(TOKEN) is None
    assert application_id(TOKEN) == 123456789012345678


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("123456789012345678", "application's id"),
        ("0123456789abcdef" * 4, "public key"),
        ("aB3-_" * 6 + "xy", "client secret"),
        (f"Bot {TOKEN}", "word before"),
        (f"“{TOKEN}”", "not whole"),
        (f"'{TOKEN}'", "quotation marks"),
        (TOKEN.replace(".", " ."), "space"),
        (TOKEN[:-20], "not whole"),
        ("x" + TOKEN[1:], "not whole"),
        ("", "not whole"),
    ],
)
def test_what_is_no_token_is_told_by_what_it_looks_like_and_never_shown(token: str, why: str) -> None:
    told = fault(token)
    assert told is not None
    assert why in told
    assert not token or token not in told


@pytest.mark.parametrize("token", ["", "é.b.c", "!!!!.b.c", "YWJj.b.c", "MTIz.b.c", "A.b.c"])
def test_a_token_that_tells_no_application_has_none(token: str) -> None:
    assert application_id(token) is None


# --- the invite link


def test_the_invite_link_asks_for_exactly_what_answering_takes() -> None:
    link = urlsplit(invite_link(42))
    assert link.hostname == "discord.com"
    assert parse_qs(link.query) == {
        "client_id": ["42"],
        "permissions": [str(PERMISSIONS.value)],
        "scope": ["bot applications.commands"],
    }
