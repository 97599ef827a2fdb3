"""Gateway events: one that discord.py cannot parse is a line in the log, and the bot goes on with the next."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from bot.operations import logs

_log = logging.getLogger(__name__)

Parse = Callable[[Any], Any]
_NEEDED = "READY"  # without what it tells there is nothing to go on with


def guard(parsers: dict[str, Parse]) -> None:
    """Let no event of these parsers, by its name, end the connection; discord.py lets each of them do that."""
    for event, parse in parsers.items():
        if event != _NEEDED:
            parsers[event] = partial(_parsed, event, parse)


def _parsed(event: str, parse: Parse, data: Any) -> Any:
    try:
        return parse(data)
    except Exception as error:
        _log.error("An event %s of Discord could not be read and was left out: %s", event, logs.named(error))
        _log.debug("Where it could not be read", exc_info=error)
        return None
