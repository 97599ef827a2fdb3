"""The folder lock: one bot on a data folder at a time, for two would answer everybody twice."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from bot.errors import ExitCode, Refused

NAME = "bot.lock"  # in the data folder; the system lets go of it with the process, however that ends
_log = logging.getLogger(__name__)
_TAKEN = (
    "Another bot runs on {folder}: end that one first, or give this one a folder of its own with --data or WUZHEN_DATA."
)
_UNUSABLE = "{path} cannot be used ({why}): check that you may write to its folder."


@contextlib.contextmanager
def only_bot_on(folder: Path, wait: float) -> Iterator[None]:
    """Be the only bot on a data folder; other commands may use it meanwhile.

    Args:
        folder: the data folder, which is there.
        wait: for how many seconds another bot may still be ending.

    Raises:
        Refused: another one runs there (69), or the folder may not be written to (74).
    """
    lock = FileLock(folder / NAME)
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            _log.info("Another bot is still on %s: waiting for its end…", folder)
            lock.acquire(timeout=wait)
    except Timeout:
        raise Refused(_TAKEN.format(folder=folder), ExitCode.UNAVAILABLE) from None
    except NotImplementedError:  # a file system that has no locks
        _log.warning("%s is on a file system without locks: take care that no other bot runs there", folder)
    except OSError as error:
        raise Refused(_UNUSABLE.format(path=folder / NAME, why=error.strerror), ExitCode.FILES) from None
    try:
        yield
    finally:
        lock.release()
