from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import discord
import pytest

from bot.client.invite import PERMISSIONS, invite_link

ID = 123456789012345678
# in parts, so that nobody takes it for a real one
TOKEN = ".".join(["MTIzNDU2Nzg5MDEyMzQ1Njc4", "GabcDE", "0123456789_abcdefghijklmnopqrstuvw"])
ADA = {"id": "2", "username": "ada", "discriminator": "0", "avatar": None}
ME = {"id": str(ID), "username": "wuzhen", "discriminator": "0", "avatar": None, "bot": True}
APPLICATION = {
    "id": str(ID),
    "name": "wuzhen",
    "description": "",
    "verify_key": "",
    "owner": ADA,
    "bot_public": True,
    "bot_require_code_grant": False,
    "flags": 0,
    "icon": None,
}
Doctor = Callable[..., dict[str, Any]]


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Discord on this machine: what it answers for a path, to be changed by a test; "status" refuses all."""
    answers: dict[str, Any] = {
        "/users/@me": ME,
        "/oauth2/applications/@me": dict(APPLICATION),
        "/users/@me/guilds": [],
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status = answers.get("status") or (200 if self.headers["Authorization"] == f"Bot {TOKEN}" else 401)
            body = json.dumps(answers.get(self.path.partition("?")[0], {"message": "no"}) if status == 200 else {})
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002 - its name in the library

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{server.server_port}")
    yield answers
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def doctor(wuzhen: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """Run `wuzhen doctor` with a token; its lines by name, and its exit code as "exit"."""

    def run(token: str | None = TOKEN) -> dict[str, Any]:
        if token is not None:
            monkeypatch.setenv("WUZHEN_TOKEN", token)
        shown = wuzhen("doctor", "--json")
        assert not token or token not in shown.output
        readable = wuzhen("doctor")
        assert not token or token not in readable.output
        return {check["name"]: check for check in json.loads(shown.stdout)} | {"exit": shown.exit_code}

    return run


def test_without_a_token_the_terminal_still_works_and_nothing_is_wrong(doctor: Doctor) -> None:
    found = doctor(None)
    assert found["exit"] == 0
    assert found["token"]["ok"]
    assert "only `wuzhen run`" in found["token"]["detail"]
    assert "login" not in found


@pytest.mark.parametrize("token", [str(ID), "x" * 32, TOKEN[:-15]])
def test_what_is_no_token_is_told_without_asking_discord(doctor: Doctor, token: str) -> None:
    found = doctor(token)
    assert found["exit"] == 78
    assert not found["token"]["ok"]
    assert "applications" in found["token"]["advice"]
    assert "login" not in found


def test_without_a_network_the_invite_link_is_there_and_the_rest_is_not_held_against_anybody(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", "http://127.0.0.1:1")
    found = doctor()
    assert found["exit"] == 0
    assert found["invite link"]["detail"] == invite_link(ID)
    assert "cannot be reached" in found["login"]["detail"]


def test_a_refused_token_is_wrong(doctor: Doctor, api: dict[str, Any]) -> None:
    api["status"] = 401
    found = doctor()
    assert found["exit"] == 78
    assert "refused" in found["login"]["detail"]
    assert "new token" in found["login"]["advice"]


def test_a_discord_that_is_not_well_is_not_held_against_anybody(doctor: Doctor, api: dict[str, Any]) -> None:
    api["status"] = 403
    found = doctor()
    assert found["exit"] == 0
    assert "status 403" in found["login"]["detail"]


def test_a_bot_in_order_says_who_it_is_and_that_nothing_needs_switching_on(doctor: Doctor, api: dict[str, Any]) -> None:
    api["/users/@me/guilds"] = [
        {"id": "5", "name": "One", "owner": False, "permissions": str(PERMISSIONS.value)},
        {"id": "6", "name": "Two", "owner": False, "permissions": str(discord.Permissions(administrator=True).value)},
    ]
    found = doctor()
    assert found["exit"] == 0
    assert "wuzhen" in found["login"]["detail"]
    assert "none" in found["intents"]["detail"]
    assert found["servers"]["ok"]
    assert "2 servers" in found["servers"]["detail"]


def test_a_bot_in_no_server_is_pointed_to_the_invite_link(doctor: Doctor, api: dict[str, Any]) -> None:
    found = doctor()
    assert found["exit"] == 0
    assert "invite link" in found["servers"]["advice"]


def test_servers_that_lack_permissions_are_named_with_them(doctor: Doctor, api: dict[str, Any]) -> None:
    few = discord.Permissions(view_channel=True, read_message_history=True)
    api["/users/@me/guilds"] = [
        {"id": "5", "name": "Good", "owner": False, "permissions": str(PERMISSIONS.value)},
        {"id": "6", "name": "Poor", "owner": False, "permissions": str(few.value)},
        {"id": "7", "name": "Blind", "owner": False, "permissions": "0"},
    ]
    found = doctor()
    assert found["exit"] == 78
    detail = found["servers"]["detail"]
    assert "Poor (Send Messages, Send Messages in Threads)" in detail
    assert "Blind (View Channel," in detail
    assert "Good" not in detail


@pytest.mark.parametrize(
    ("switch", "told"),
    [
        ({"interactions_endpoint_url": "https://example.org"}, "Interactions Endpoint URL"),
        ({"bot_require_code_grant": True}, "Code Grant"),
    ],
)
def test_switches_that_keep_the_bot_from_working_are_told(
    doctor: Doctor, api: dict[str, Any], switch: dict[str, Any], told: str
) -> None:
    api["/oauth2/applications/@me"] |= switch
    found = doctor()
    assert found["exit"] == 78
    assert told in found["application"]["detail"]
    assert str(ID) in found["application"]["advice"]
