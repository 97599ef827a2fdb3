"""The log of a running bot: one line per event on stderr, without tokens and without what people wrote.

A library may put anything into a log record or an exception: discord.py logs whole messages when debugging, asyncio
the arguments of a callback that failed. So only our own records below INFO pass, an exception shows where it happened
but tells its text only where that text is known to be harmless, and whatever looks like a token is taken out of the
finished line.
"""

from __future__ import annotations

import copy
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from functools import singledispatch
from typing import Literal, TextIO

from pythonjsonlogger.json import JsonFormatter

from bot.operations.credentials import TOKEN
from bot.storage.record_file import RecordsError
from index.network import ModelError
from index.store.protocol import StoreError

OWN = ("bot", "index")  # the loggers that may tell more than INFO
_CONNECTING = ("discord.client", "discord.shard", "discord.gateway")  # a trace for each try; the bot tells an outage

_LINE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
_FIELDS = ["levelname", "name", "message"]
_NAMES = {"levelname": "level", "name": "logger"}

# a bot's token, also somebody else's, and the token of an interaction in the address of its webhook
_SECRET = re.compile(rf"{TOKEN.pattern}|(?<=/webhooks/)\d+/[\w-]+|(?<=/interactions/)\d+/[\w-]+", re.ASCII)


def setup(
    style: Literal["readable", "json"], level: int = logging.INFO, token: str = "", stream: TextIO | None = None
) -> None:
    """Send all records to `stream` (stderr), as lines or as JSON objects; a second call replaces the first.

    Args:
        style: for people or for programs.
        level: from which level on our own records are shown; discord.py's are from INFO on, those of other libraries
            from WARNING on. What discord.py says of its connections is shown at DEBUG alone.
        token: what must never be shown, besides all that looks like a token.
        stream: where the lines go.
    """
    root = logging.getLogger()
    for handler in root.handlers:
        if isinstance(handler, _Lines):
            root.removeHandler(handler)
    root.addHandler(_Lines(style, token, stream or sys.stderr))
    root.setLevel(logging.WARNING)
    connecting = logging.INFO if level <= logging.DEBUG else logging.CRITICAL
    levels = {"discord": logging.INFO, **dict.fromkeys(_CONNECTING, connecting), **dict.fromkeys(OWN, level)}
    for name, lowest in levels.items():
        logging.getLogger(name).setLevel(lowest)


class _Lines(logging.StreamHandler[TextIO]):
    """The one handler, for `setup` to find it again."""

    def __init__(self, style: str, token: str, stream: TextIO) -> None:
        super().__init__(stream)
        self.addFilter(_may_pass)
        self.setFormatter(_Json(token) if style == "json" else _Readable(token))


def _may_pass(record: logging.LogRecord) -> bool:
    """Whether it is ours, or at least INFO: a library's logger may have a level of its own."""
    return record.levelno >= logging.INFO or record.name.partition(".")[0] in OWN


class _Readable(logging.Formatter):
    """`time level logger: message`, an exception on the lines below."""

    def __init__(self, token: str) -> None:
        super().__init__(_LINE)
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        return _without_secrets(super().format(_harmless(record)), self._token)

    def formatException(self, ei: object) -> str:  # noqa: ARG002, N802 - see `_harmless`; logging's name
        return ""


class _Json(JsonFormatter):
    """A JSON object per record: timestamp, level, logger, message, and the trace of an exception."""

    def __init__(self, token: str) -> None:
        super().__init__(_FIELDS, rename_fields=_NAMES, timestamp=True, json_ensure_ascii=False)
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        return _without_secrets(super().format(_harmless(record)), self._token)


def _harmless(record: logging.LogRecord) -> logging.LogRecord:
    """A copy whose exception is told by `trace`, and which holds no arguments of asyncio's callbacks."""
    record = copy.copy(record)
    error = record.exc_info[1] if record.exc_info else None
    record.exc_text = trace(error) if error is not None else None  # never what another handler left there
    record.exc_info = None
    if record.name == "asyncio":
        first_line = re.sub(r"%[^\s%]*[a-z]", "…", str(record.msg)).partition("\n")[0]
        record.msg, record.args = re.split(r"[<(]", first_line)[0].strip(), None
    return record


def _without_secrets(line: str, token: str) -> str:
    return _SECRET.sub("[token]", line.replace(token, "[token]") if token else line)


def trace(error: BaseException) -> str:
    """Where an exception was raised, and what led to it; its text only where that cannot hold what people wrote."""
    return "\n".join(_traces(error, set())).rstrip()


def _traces(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _traces(before, seen)
        yield "which led to:"
    yield "".join(["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__), named(error)])
    for part in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _traces(part, seen)


def named(error: BaseException) -> str:
    """An exception's class, and its text only where that is known to be harmless."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    text = harmless_text(error)
    return f"{name}: {text}" if text else name


@singledispatch
def harmless_text(_error: BaseException) -> str:
    """An exception's text where it cannot hold what people wrote; "" for every class that nobody registered."""
    return ""


@harmless_text.register(StoreError)
@harmless_text.register(ModelError)
@harmless_text.register(RecordsError)
def _(error: Exception) -> str:
    """All of it: it is about files and settings."""
    return str(error)


@harmless_text.register
def _(error: OSError) -> str:
    return " ".join(str(part) for part in (error.strerror, error.filename) if part)
