"""`wuzhen run`: from the settings to a bot on Discord, until somebody ends it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.errors import ExitCode, Refused
from bot.operations import logs
from bot.operations.credentials import WHERE, fault
from index.network import ModelError
from index.statements import RULES
from index.store.protocol import StoreError

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.services.answering import Answering

_log = logging.getLogger(__name__)

# how discord.py names the tasks in which it runs what happens at a message, a command and a button
_HANDLERS = (
    "discord.py: on_",
    "CommandTree-invoker",
    "discord-ui-dynamic-item",
    "discord-ui-view-dispatch",
    "discord-ui-modal-dispatch",
)
GRACE = 20.0  # seconds for the questions that are being answered when the bot is to stop; Docker waits 10 by default
_HANDOVER = GRACE + 5.0  # seconds for which a bot that is to be replaced by this one may still be ending
_BREAKS, _BROKEN_WITHIN = 3, 600.0  # a client that broke so often in so many seconds is given up
_BREAK_PAUSE = 5.0  # seconds
_NO_TOKEN = (
    f"There is no token, so the bot cannot log in: take the one of your application from {WHERE} and set "
    "WUZHEN_TOKEN to it, in .env or in the environment. The README tells it step by step."
)
_REFUSED = f"Discord refused the token in WUZHEN_TOKEN: take a new one from {WHERE}."
_INTENTS = (
    "Discord does not let the bot listen to messages: it asks for nothing that needs to be switched on, so check "
    "that WUZHEN_TOKEN is the token of a bot that may run, and try again."
)
_NO_NETWORK = "Discord cannot be reached: check this machine's connection to the internet, and try again."
_UNWELL = "Discord does not let the bot in just now (status {status}): try again in a few minutes."
_GATEWAY_REFUSES = {4004: _REFUSED, 4010: _INTENTS, 4013: _INTENTS, 4014: _INTENTS}


def token_of(settings: Settings) -> str:
    """The bot's token.

    Raises:
        Refused: there is none, or it cannot be one; says what it looks like instead, and never what it is.
    """
    token = settings.token.get_secret_value().strip() if settings.token else ""
    if not token:
        raise Refused(_NO_TOKEN, ExitCode.CONFIGURATION)
    if why := fault(token):
        raise Refused(f"WUZHEN_TOKEN is no bot's token ({why}): take it from {WHERE}.", ExitCode.CONFIGURATION)
    return token


def run(settings: Settings) -> None:
    """Run the bot until SIGTERM, SIGINT (Ctrl-C) or the end of what it lives on.

    Raises:
        Refused: the token or a setting cannot be used (78), Discord cannot be reached, or another bot runs on the data
            folder (69).
        StoreError, ModelError: the index or a model cannot be used.
    """
    given = settings.token.get_secret_value().strip() if settings.token else ""
    logs.setup(settings.log, logging.DEBUG if settings.debug else logging.INFO, given)
    _log.info("Wuzhen %s, statement rules %d", version("wuzhen"), RULES)
    token = token_of(settings)
    from bot.client.bot import Wuzhen
    from bot.operations.metrics import Metrics
    from bot.services.answering import Answering, Limits
    from bot.services.renewal import Renewal
    from bot.services.thread_pool import OffLoop
    from bot.storage.feedback import NAME, Records
    from bot.storage.folder_lock import only_bot_on
    from bot.storage.guilds import GuildStore

    with contextlib.ExitStack() as parts:
        library = parts.enter_context(settings.library(lambda message: _log.info("%s", message)))
        records = parts.enter_context(Records(settings.data / NAME))  # what cannot be used is told before it takes long
        guilds = parts.enter_context(GuildStore(settings.data / NAME))
        parts.enter_context(only_bot_on(settings.data, _HANDOVER))
        _log.info("Preparing the articles…")
        library.prepare()
        parts.enter_context(Renewal(library, settings))
        gc.collect()
        gc.freeze()  # what stays is not looked through again and again, which would stop the event loop each time
        metrics = Metrics()
        limits = Limits(queue=settings.queue, seconds=settings.time_limit, per_minute=settings.questions_per_minute)
        answering = Answering(library, records, metrics, limits)
        off_loop = OffLoop(limits.seconds)

        def connect() -> Wuzhen:
            return Wuzhen(
                settings=settings,
                library=library,
                records=records,
                guilds=guilds,
                answering=answering,
                off_loop=off_loop,
                metrics=metrics,
            )

        _log.info("Connecting to Discord…")
        if not asyncio.run(serve(connect, token, answering)):
            _end_now(ExitCode.OK)  # a thread that never ends would keep the process alive, and the library busy
    _log.info("Stopped.")


async def serve(connect: Callable[[], discord.Client], token: str, answering: Answering, grace: float = GRACE) -> bool:
    """Be on Discord until a signal: then take nothing more, finish what is running, close.

    Args:
        connect: makes the client, inside the running loop.
        token: to log in with.
        answering: what is to be finished.
        grace: for how many seconds.

    Returns:
        Whether everything that was running is finished.

    Raises:
        Refused: Discord does not take the token (78), or cannot be reached (69).
        StoreError, ModelError: as `run`; and whatever else breaks the client again and again.
    """
    stop, broken = asyncio.Event(), deque[float](maxlen=_BREAKS)
    with _signals(stop):
        while not stop.is_set():
            async with connect() as client:
                living = asyncio.create_task(client.start(token), name="discord")
                stopping = asyncio.create_task(stop.wait(), name="stop")
                await asyncio.wait({living, stopping}, return_when=asyncio.FIRST_COMPLETED)
                stopping.cancel()
                if stop.is_set():
                    _log.info("Stopping: finishing what was asked…")
                    finished = await _finished(answering, grace)
                    await client.close()
                    await _ended(living)
                    return finished
            if (error := living.exception()) is None:
                return True
            _explain(error)
            await _pause(error, broken, stop)
        return await _finished(answering, grace)


async def _pause(error: BaseException, broken: deque[float], stop: asyncio.Event) -> None:
    """Wait a moment before the client is made anew, which something unexpected has broken, as `broken` tells when.

    Raises:
        BaseException: the error, where that has happened too often.
    """
    broken.append(asyncio.get_running_loop().time())
    if len(broken) == _BREAKS and broken[-1] - broken[0] < _BROKEN_WITHIN:
        raise error
    _log.error("The connection to Discord broke for an unexpected reason and is made anew: %s", logs.named(error))
    _log.debug("Where it broke", exc_info=error)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), _BREAK_PAUSE)


async def _finished(answering: Answering, grace: float) -> bool:
    """Wait until what was asked is answered, and the answers are sent; whether they were within so many seconds."""
    clock = asyncio.get_running_loop().time
    until = clock() + grace
    finished = await answering.drain(grace)
    handlers = {task for task in asyncio.all_tasks() if task.get_name().startswith(_HANDLERS)}
    if handlers:
        _, late = await asyncio.wait(handlers, timeout=max(0.0, until - clock()))
        finished = finished and not late
    if not finished:
        _log.warning("Not everything was answered within %g seconds", grace)
    return finished


async def _ended(living: asyncio.Task[None]) -> None:
    """Wait until the connection is over; one that is still being made does not notice that it is closed."""
    await asyncio.wait({living}, timeout=2)
    living.cancel()
    await asyncio.gather(living, return_exceptions=True)


@contextlib.contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    """Set `stop` at the first SIGTERM or SIGINT; the second ends the process as if nobody had listened."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.getsignal(number) for number in numbers}

    def heard(number: signal.Signals) -> None:
        if stop.is_set():
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        stop.set()

    for number in numbers:
        try:
            loop.add_signal_handler(number, heard, number)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda got, _: loop.call_soon_threadsafe(heard, signal.Signals(got)))
    try:
        yield
    finally:
        for number in numbers:
            with contextlib.suppress(NotImplementedError):
                loop.remove_signal_handler(number)
            signal.signal(number, before[number] or signal.SIG_DFL)


def _explain(error: BaseException) -> None:
    """Raise what a person can do something about, as a sentence."""
    if isinstance(error, discord.LoginFailure):
        raise Refused(_REFUSED, ExitCode.CONFIGURATION) from None
    if isinstance(error, discord.PrivilegedIntentsRequired):
        raise Refused(_INTENTS, ExitCode.CONFIGURATION) from None
    if isinstance(error, discord.ConnectionClosed) and error.code in _GATEWAY_REFUSES:
        raise Refused(_GATEWAY_REFUSES[error.code], ExitCode.CONFIGURATION) from None
    if isinstance(error, discord.HTTPException):
        raise Refused(_UNWELL.format(status=error.status), ExitCode.UNAVAILABLE) from None
    if isinstance(error, (aiohttp.ClientError, discord.GatewayNotFound, discord.ConnectionClosed, TimeoutError)):
        raise Refused(_NO_NETWORK, ExitCode.UNAVAILABLE) from None
    if isinstance(error, (Refused, StoreError, ModelError)):
        raise error


def _end_now(code: ExitCode) -> None:
    """End without waiting for threads; the stores survive that at any moment."""
    logging.shutdown()
    sys.stderr.flush()
    os._exit(code)
