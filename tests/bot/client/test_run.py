from __future__ import annotations

import asyncio
import gc
import io
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import discord
import pytest
from aiohttp import WSMsgType, web

from bot.client.lifecycle import serve, token_of
from bot.config import Settings
from bot.errors import ExitCode, Refused
from bot.operations import logs
from bot.operations.metrics import Metrics
from bot.services.answering import Answering, Limits
from bot.services.request import Request
from bot.storage.feedback import Records
from index.library import Library, LibraryError
from index.store.protocol import Scope

# in parts, so that nobody takes it for a real one
TOKEN = ".".join(["MTIzNDU2Nzg5MDEyMzQ1Njc4", "GabcDE", "0123456789_abcdefghijklmnopqrstuvw"])
QUESTION = "Who talked about the harbourmaster's pancakes?"
ME = {"id": "123456789012345678", "username": "wuzhen", "discriminator": "0", "avatar": None, "bot": True}
ADA = {"id": "223456789012345678", "username": "ada", "discriminator": "0", "avatar": None}
CHANNEL = "323456789012345678"

# the command line, with the address of a Discord of our own
PROGRAM = """
import sys, discord
discord.http.Route.BASE = sys.argv.pop(1)
from bot.__main__ import main
main()
"""
WHERE_SIGNALS_ARE = pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGTERM")


class FakeDiscord:
    """As much of Discord as a bot needs to log in, get a direct message and answer it; on this machine."""

    def __init__(self) -> None:
        self.status = 200
        self.answers: list[str] = []
        self.answering = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.gateway_code: int | None = None
        self._socket: web.WebSocketResponse | None = None
        self._base = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """The address of its API."""
        application = web.Application()
        application.add_routes([web.get("/gateway", self._gateway), web.route("*", "/{path:.*}", self._rest)])
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self._base = f"127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield f"http://{self._base}"
        finally:
            await runner.cleanup()

    async def write(self, content: str) -> None:
        """Somebody writes to the bot."""
        message = {
            "id": "423456789012345678",
            "channel_id": CHANNEL,
            "author": ADA,
            "content": content,
        }
        await self.event("MESSAGE_CREATE", message | _MESSAGE)

    async def event(self, name: str, data: Any) -> None:
        assert self._socket is not None
        await self._socket.send_json({"op": 0, "t": name, "s": 1, "d": data})

    async def _rest(self, request: web.Request) -> web.Response:
        path = request.path
        if request.headers.get("Authorization") != f"Bot {TOKEN}" or self.status != 200:
            return _json({"message": "no", "code": 0}, self.status if self.status != 200 else 401)
        if request.method == "POST" and path.endswith("/messages"):
            self.answering.set()
            await self.may_answer.wait()
            sent = await request.json()
            self.answers.append(sent["content"])
            return _json(sent | {"id": "5", "channel_id": CHANNEL, "author": ME} | _MESSAGE)
        return _json(self._known().get(path, {}))

    def _known(self) -> dict[str, Any]:
        application: dict[str, Any] = {
            "id": ME["id"],
            "name": "wuzhen",
            "description": "",
            "verify_key": "",
            "owner": ADA,
        }
        application |= {"bot_public": True, "bot_require_code_grant": False, "flags": 0, "icon": None}
        limits = {"total": 1, "remaining": 1, "reset_after": 1, "max_concurrency": 1}
        return {
            "/users/@me": ME,
            "/oauth2/applications/@me": application,
            "/gateway/bot": {"url": f"ws://{self._base}/gateway", "shards": 1, "session_start_limit": limits},
            f"/applications/{ME['id']}/commands": [],
            f"/channels/{CHANNEL}": {"id": CHANNEL, "type": 1, "recipients": [ADA], "last_message_id": None},
        }

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = self._socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 40_000}})
        async for got in socket:
            if got.type is not WSMsgType.TEXT:
                break
            if json.loads(got.data)["op"] == 2:
                if self.gateway_code is not None:
                    await socket.close(code=self.gateway_code)
                    break
                ready = {"v": 10, "user": ME, "guilds": [], "session_id": "s", "shard": [0, 1]}
                ready |= {
                    "application": {"id": ME["id"], "flags": 0},
                    "resume_gateway_url": f"ws://{self._base}/gateway",
                }
                await self.event("READY", ready)
        return socket


_MESSAGE: dict[str, Any] = {
    "timestamp": "2026-01-01T00:00:00+00:00",
    "edited_timestamp": None,
    "tts": False,
    "mention_everyone": False,
    "mentions": [],
    "mention_roles": [],
    "attachments": [],
    "embeds": [],
    "pinned": False,
    "type": 0,
}


def _json(data: Any, status: int = 200) -> web.Response:
    headers = {"Content-Type": "application/json"}  # exactly so, or discord.py takes it for text
    return web.Response(body=json.dumps(data).encode(), status=status, headers=headers)


class Process:
    """A `wuzhen run` of its own, with what it has written to stderr so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.log = ""

    async def until(self, words: str) -> None:
        """Wait for words in the log."""
        async with asyncio.timeout(60):
            while words not in self.log:
                assert self.process.stderr is not None
                line = await self.process.stderr.readline()
                assert line, f"ended without {words!r}:\n{self.log}"
                self.log += line.decode()

    async def end(self) -> int:
        """Wait for its end; the exit code."""
        assert self.process.stderr is not None
        async with asyncio.timeout(60):
            self.log += (await self.process.stderr.read()).decode()
            return await self.process.wait()


Run = Callable[..., Any]


@pytest.fixture
def start(place: Path, data: Path) -> Run:
    """Start `wuzhen run` against a Discord; further settings by their name."""

    async def run(base: str, **settings: str) -> Process:
        environment = os.environ | {"WUZHEN_TOKEN": TOKEN, "WUZHEN_DATA": str(data)} | settings
        command = [sys.executable, "-c", PROGRAM, base, "run"]
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=environment
        )
        return Process(process)

    return run


Ended = Callable[..., Any]


@contextmanager
def beside(platform: FakeDiscord | None) -> Iterator[str]:
    """The address of a Discord that runs in a thread of its own; of nothing where there is none."""
    if platform is None:
        yield "http://127.0.0.1:1"
        return
    loop, running = asyncio.new_event_loop(), platform.running()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(running.__aenter__(), loop).result(60)
        asyncio.run_coroutine_threadsafe(running.__aexit__(None, None, None), loop).result(60)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def ended(wuzhen: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ended]:
    """What `wuzhen run` says, and its exit code, where a Discord ends it soon; further settings by their name."""

    def run(platform: FakeDiscord | None, **settings: str) -> Any:
        for name, value in {"WUZHEN_TOKEN": TOKEN, "WUZHEN_DATA": str(data), **settings}.items():
            monkeypatch.setenv(name, value)
        with beside(platform) as base:
            monkeypatch.setattr(discord.http.Route, "BASE", base)
            return wuzhen("run")

    yield run
    gc.unfreeze()
    logs.setup("readable", stream=io.StringIO())


# --- tokens


@pytest.mark.parametrize("token", [None, "", "  "])
def test_without_a_token_the_sentence_says_how_to_get_one(token: str | None) -> None:
    with pytest.raises(Refused, match="README") as refused:
        token_of(Settings(_env_file=None, token=token))  # type: ignore[call-arg,arg-type] # as from the environment
    assert refused.value.code == ExitCode.CONFIGURATION


def test_space_around_a_token_does_not_matter() -> None:
    assert token_of(Settings(_env_file=None, token=f" {TOKEN}\n")) == TOKEN  # type: ignore[call-arg,arg-type] # likewise


@pytest.mark.parametrize("token", [None, "123456789012345678", TOKEN[:-20], f"{TOKEN} x"])
def test_a_token_that_is_none_ends_with_78_and_is_never_shown(
    wuzhen: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    if token is not None:
        monkeypatch.setenv("WUZHEN_TOKEN", token)
    for debugging in ("false", "true"):
        monkeypatch.setenv("WUZHEN_DEBUG", debugging)
        shown = wuzhen("run")
        assert shown.exit_code == 78
        assert "WUZHEN_TOKEN" in shown.stderr
        assert not token or token not in shown.output
        assert shown.stdout == ""


def test_a_token_that_discord_refuses_ends_with_78(ended: Ended) -> None:
    platform = FakeDiscord()
    platform.status = 401
    shown = ended(platform)
    assert shown.exit_code == 78
    assert "Discord refused the token" in shown.stderr
    assert TOKEN not in shown.output
    assert "Traceback" not in shown.output


def test_a_token_that_is_withdrawn_meanwhile_ends_with_78(ended: Ended) -> None:
    platform = FakeDiscord()
    platform.gateway_code = 4004
    shown = ended(platform)
    assert shown.exit_code == 78
    assert "Discord refused the token" in shown.stderr


@pytest.mark.parametrize("status", [403, 429])
def test_a_discord_that_does_not_let_the_bot_in_ends_with_69(ended: Ended, status: int) -> None:
    platform = FakeDiscord()
    platform.status = status
    shown = ended(platform)
    assert shown.exit_code == 69
    assert f"(status {status})" in shown.stderr


def test_without_a_network_a_sentence_and_69(ended: Ended) -> None:
    shown = ended(None)
    assert shown.exit_code == 69
    assert "Discord cannot be reached" in shown.stderr
    assert "Traceback" not in shown.output
    assert TOKEN not in shown.output


def test_a_port_that_is_taken_ends_with_78(ended: Ended) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        shown = ended(FakeDiscord(), WUZHEN_PORT=str(taken.getsockname()[1]))
    assert shown.exit_code == 78
    assert "WUZHEN_PORT" in shown.stderr


# --- running and stopping


@WHERE_SIGNALS_ARE
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_bot_in_order(start: Run, number: signal.Signals) -> None:
    platform = FakeDiscord()
    async with platform.running() as base:
        process = await start(base, WUZHEN_LOG="json")
        await process.until("Logged in as wuzhen")
        await process.until("Invite me")
        await platform.event("MESSAGE_CREATE", {"id": QUESTION})
        await process.until("could not be read and was left out")
        started = time.monotonic()
        process.process.send_signal(number)
        assert await process.end() == 0
    assert time.monotonic() - started < 18  # of the 20 s that it may take
    lines = [json.loads(line) for line in process.log.splitlines()]
    assert lines[-1]["message"] == "Stopped."
    assert TOKEN not in process.log


@WHERE_SIGNALS_ARE
async def test_an_answer_that_is_being_given_is_finished_before_the_end(start: Run) -> None:
    platform = FakeDiscord()
    platform.may_answer.clear()
    async with platform.running() as base:
        process = await start(base, WUZHEN_DEBUG="true")
        await process.until("Logged in")
        await platform.write(QUESTION)
        async with asyncio.timeout(30):
            await platform.answering.wait()
        process.process.send_signal(signal.SIGTERM)
        await process.until("Stopping")
        platform.may_answer.set()
        assert await process.end() == 0
    assert len(platform.answers) == 1
    assert "Not everything" not in process.log
    assert "pancakes" not in process.log
    assert TOKEN not in process.log


@WHERE_SIGNALS_ARE
async def test_a_second_signal_ends_the_bot_at_once(start: Run) -> None:
    platform = FakeDiscord()
    platform.may_answer.clear()
    async with platform.running() as base:
        process = await start(base)
        await process.until("Logged in")
        await platform.write(QUESTION)
        async with asyncio.timeout(30):
            await platform.answering.wait()
        process.process.send_signal(signal.SIGTERM)
        await process.until("Stopping")
        process.process.send_signal(signal.SIGTERM)
        assert await process.end() == -signal.SIGTERM
        platform.may_answer.set()


@WHERE_SIGNALS_ARE
async def test_a_signal_ends_a_bot_that_is_still_connecting(start: Run) -> None:
    platform = FakeDiscord()
    platform.gateway_code = 1011  # the connection is closed again and again, and tried again
    async with platform.running() as base:
        process = await start(base)
        await process.until("Sent 0 commands")
        process.process.send_signal(signal.SIGTERM)
        assert await process.end() == 0
    assert process.log.splitlines()[-1].endswith("Stopped.")


class Waiting(discord.Client):
    """A bot that is on Discord until it is closed."""

    async def start(self, token: str, *, reconnect: bool = True) -> None:  # noqa: ARG002 - discord.py's signature
        self.token = token
        await asyncio.Event().wait()


class Slow(Library):
    """A library that takes its time."""

    may_answer = threading.Event()

    def ask(self, *_: Any, **__: Any) -> Any:
        self.may_answer.wait(30)
        raise LibraryError("Too late.")


@WHERE_SIGNALS_ARE
async def test_what_takes_longer_than_the_time_that_is_left_is_given_up(tmp_path: Path) -> None:
    with Slow(tmp_path) as library, Records(tmp_path / "bot.db") as records:
        answering = Answering(library, records, Metrics(), Limits(queue=5, seconds=30, per_minute=5))
        request = Request(person=1, channel=2, question="Who?", scope=Scope(), surface="dm")
        asked = asyncio.create_task(answering.ask(request))
        asyncio.get_running_loop().call_later(0.2, os.kill, os.getpid(), signal.SIGTERM)
        finished = await serve(lambda: Waiting(intents=discord.Intents.none()), TOKEN, answering, grace=0.3)
        library.may_answer.set()
        await asyncio.gather(asked, return_exceptions=True)
    assert not finished


@WHERE_SIGNALS_ARE
async def test_signals_are_handled_as_before_when_the_bot_has_ended(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Library(tmp_path) as library, Records(tmp_path / "bot.db") as records:
        answering = Answering(library, records, Metrics(), Limits(queue=5, seconds=30, per_minute=5))
        asyncio.get_running_loop().call_later(0.2, os.kill, os.getpid(), signal.SIGTERM)
        assert await serve(lambda: Waiting(intents=discord.Intents.none()), TOKEN, answering)
    assert signal.getsignal(signal.SIGTERM) == before


class Breaking(discord.Client):
    """A bot that something unexpected breaks so often, and which then is on Discord."""

    def __init__(self, left: list[Exception]) -> None:
        super().__init__(intents=discord.Intents.none())
        self.left = left

    async def start(self, token: str, *, reconnect: bool = True) -> None:  # noqa: ARG002 - likewise
        if self.left:
            raise self.left.pop()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.Event().wait()


@WHERE_SIGNALS_ARE
@pytest.mark.parametrize("times", [2, 3])
async def test_what_breaks_unexpectedly_is_made_anew_in_one_line_and_given_up_only_when_it_breaks_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, times: int
) -> None:
    monkeypatch.setattr("bot.client.lifecycle._BREAK_PAUSE", 0.01)
    left: list[Exception] = [ValueError(QUESTION) for _ in range(times)]
    with Library(tmp_path) as library, Records(tmp_path / "bot.db") as records:
        answering = Answering(library, records, Metrics(), Limits(queue=5, seconds=30, per_minute=5))
        if times == 2:
            assert await serve(lambda: Breaking(left), TOKEN, answering)
        else:
            with pytest.raises(ValueError, match="pancakes"):
                await serve(lambda: Breaking(left), TOKEN, answering)
    broke = [one.getMessage() for one in caplog.records if "unexpected reason" in one.getMessage()]
    assert broke == ["The connection to Discord broke for an unexpected reason and is made anew: ValueError"] * 2


@pytest.mark.parametrize(
    ("error", "code"),
    [(discord.PrivilegedIntentsRequired(0), 78), (discord.LoginFailure("no"), 78), (TimeoutError(), 69)],
)
async def test_what_discord_refuses_is_a_sentence_with_its_exit_code(
    tmp_path: Path, error: Exception, code: int
) -> None:
    class Failing(discord.Client):
        async def start(self, token: str, *, reconnect: bool = True) -> None:  # noqa: ARG002 - likewise
            raise error

    with Library(tmp_path) as library, Records(tmp_path / "bot.db") as records:
        answering = Answering(library, records, Metrics(), Limits(queue=5, seconds=30, per_minute=5))
        with pytest.raises(Refused) as refused:
            await serve(lambda: Failing(intents=discord.Intents.none()), TOKEN, answering)
    assert refused.value.code == code
