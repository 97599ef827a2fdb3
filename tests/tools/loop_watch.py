"""How long an event loop was held up, as its own process sees it: what others do on a busy machine does not count."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

_BETWEEN = 0.005  # seconds


@dataclass(slots=True)
class Watched:
    """CPU seconds that this process worked between two turns of the watcher, at most."""

    longest: float = 0.0


@asynccontextmanager
async def watched() -> AsyncIterator[Watched]:
    """Watch the running loop meanwhile."""
    seen = Watched()

    async def watch() -> None:
        while True:
            before = time.process_time()
            await asyncio.sleep(_BETWEEN)
            seen.longest = max(seen.longest, time.process_time() - before)

    watcher = asyncio.create_task(watch())
    await asyncio.sleep(0)
    try:
        yield seen
        await asyncio.sleep(2 * _BETWEEN)  # what was held up to the end is seen too
    finally:
        watcher.cancel()
