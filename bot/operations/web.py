"""What the running bot tells this machine alone: whether it is well, and its numbers.

It lives on the bot's own event loop, so that a loop that hangs does not look healthy.
"""

from __future__ import annotations

import errno
from collections.abc import Callable

from aiohttp import web

from bot.errors import ExitCode, Refused
from bot.operations.metrics import Metrics

HOST = "127.0.0.1"

_WHY = {
    errno.EADDRINUSE: "is used by another program",
    errno.EACCES: "may not be used by an ordinary program",
}


class Web:
    """GET /healthz (200 when ready, else 503) and GET /metrics, while it is started; port 0 is any that is free."""

    def __init__(self, metrics: Metrics, ready: Callable[[], bool], port: int) -> None:
        self._metrics = metrics
        self._ready = ready
        self._port = port
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Start to listen.

        Raises:
            Refused: the port cannot be used.
        """
        application = web.Application()
        application.add_routes([web.get("/healthz", self._health), web.get("/metrics", self._numbers)])
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, self._port).start()
        except OSError as error:
            await runner.cleanup()
            why = _WHY.get(error.errno or 0, f"cannot be used ({error.strerror})")
            advice = "set WUZHEN_PORT to another, or to nothing to go without /healthz and /metrics"
            raise Refused(f"Port {self._port} {why}: {advice}.", ExitCode.CONFIGURATION) from None
        self._port = runner.addresses[0][1]
        self._runner = runner

    @property
    def port(self) -> int:
        """Where it listens, once it is started."""
        return self._port

    async def stop(self) -> None:
        """Stop listening; does nothing where it was not started."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _health(self, _: web.Request) -> web.Response:
        ready = self._ready()
        return web.json_response({"ready": ready}, status=200 if ready else 503)

    async def _numbers(self, _: web.Request) -> web.Response:
        return web.Response(body=self._metrics.text(), headers={"Content-Type": self._metrics.content_type})
