"""The targets of fuzzing: all that takes what somebody else wrote, with what must hold whatever that is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

from tests.tools.fuzz import articles, asking, bot_doors, files, rendering, rows, web
from tests.tools.fuzz.run import Target


def targets(stack: ExitStack, models: Path | None = None) -> list[Target]:
    """All of them; what they need is let go of with the stack. `models` are in a folder."""
    return list(_targets(stack, models))


def _targets(stack: ExitStack, models: Path | None) -> Iterator[Target]:
    yield from chain(
        files.targets(),
        articles.targets(),
        asking.targets(stack, models),
        rendering.targets(),
        bot_doors.targets(),
        web.targets(),
        rows.targets(stack),
    )
