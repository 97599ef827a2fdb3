from __future__ import annotations

import errno
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families

from bot.errors import ExitCode, Refused
from bot.operations.metrics import Metrics
from bot.operations.web import HOST, Web


class Bot:
    ready = True

    def __call__(self) -> bool:
        return self.ready


@asynccontextmanager
async def serving(metrics: Metrics, bot: Bot) -> AsyncIterator[tuple[ClientSession, Web]]:
    web = Web(metrics, bot, 0)
    await web.start()
    try:
        async with ClientSession(f"http://{HOST}:{web.port}") as session:
            yield session, web
    finally:
        await web.stop()


async def test_health_follows_whether_the_bot_can_answer() -> None:
    bot = Bot()
    async with serving(Metrics(), bot) as (session, _):
        async with session.get("/healthz") as response:
            assert (response.status, await response.json()) == (200, {"ready": True})
        bot.ready = False
        async with session.get("/healthz") as response:
            assert (response.status, await response.json()) == (503, {"ready": False})


async def test_metrics_are_served_as_prometheus_reads_them() -> None:
    metrics = Metrics()
    metrics.question("slash", "answered", 0.02)
    async with serving(metrics, Bot()) as (session, _), session.get("/metrics") as response:
        assert response.status == 200
        assert response.headers["Content-Type"].startswith("text/plain; version=")
        names = {family.name for family in text_string_to_metric_families(await response.text())}
    assert {"wuzhen_questions", "wuzhen_answer_seconds", "wuzhen_build"} <= {
        name.removesuffix("_info") for name in names
    }


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/", 404), ("POST", "/metrics", 405)])
async def test_there_is_nothing_else(method: str, path: str, status: int) -> None:
    async with serving(Metrics(), Bot()) as (session, _), session.request(method, path) as response:
        assert response.status == status


async def test_only_this_machine_can_ask() -> None:
    async with serving(Metrics(), Bot()) as (_, web):
        with socket.socket() as other:  # the same port is still free for the machine's other addresses
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.2", web.port))
        with socket.socket() as asking:
            assert asking.connect_ex(("127.0.0.2", web.port)) == errno.ECONNREFUSED


async def test_a_port_in_use_is_told_in_a_sentence() -> None:
    async with serving(Metrics(), Bot()) as (_, first):
        second = Web(Metrics(), Bot(), first.port)
        with pytest.raises(Refused) as raised:
            await second.start()
        await second.stop()
    assert raised.value.code == ExitCode.CONFIGURATION
    assert re.fullmatch(rf"Port {first.port} is used by another program: set WUZHEN_PORT to .+\.", str(raised.value))


async def test_a_port_is_free_again_after_stopping() -> None:
    async with serving(Metrics(), Bot()) as (_, first):
        port = first.port
    for _ in range(2):
        again = Web(Metrics(), Bot(), port)
        await again.start()
        assert again.port == port
        await again.stop()
        await again.stop()
