"""The targets of fuzzing: all that takes what somebody else wrote, with what must hold whatever that is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain

from tests.tools.fuzz import articles, asking, bot_doors, files, rendering, rows, web
from tests.tools.fuzz.run import Target


def targets(stack: ExitStack) -> list[Target]:
    """All of them; what they need is let go of with the stack."""
    return list(_targets(stack))


def _targets(stack: ExitStack) -> Iterator[Target]:
    yield from chain(
        files.targets(),
        articles.targets(),
        asking.targets(stack),
        rendering.targets(),
        bot_doors.targets(),
        web.targets(),
        rows.targets(stack),
    )
