"""What the commands share: the --data option, the library, examples in help."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.console import Progress, complain
from bot.errors import ExitCode, Refused

if TYPE_CHECKING:
    from index.library import Library
    from index.store.protocol import Scope


def _inherited(ctx: typer.Context, given: Path | None) -> Path | None:
    """The folder given to this command, or before it."""
    outer: Path | None = ctx.find_root().params.get("data")
    return given or outer


DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="FOLDER",
        callback=_inherited,
        help="Where the articles are kept.  [env var: WUZHEN_DATA]",
        show_default=False,
    ),
]
ArticleOption = Annotated[
    list[str] | None,
    typer.Option(
        "--article",
        metavar="ID",
        help="Look only in this article; may be repeated.",
        show_default=False,
    ),
]


def examples(*lines: str) -> str:
    """The end of a command's help."""
    return "\b\n" + "\n".join(["Examples:" if len(lines) > 1 else "Example:", *(f"  {line}" for line in lines)])


@contextmanager
def open_library(data: Path | None, progress: Progress) -> Iterator[Library]:
    """The library of the data folder that holds here; what takes time is told to `progress`.

    Raises:
        Refused: a setting is not allowed.
    """
    from bot.config import load_settings
    from index.library import Library

    settings = load_settings(data)
    with (
        progress,
        Library(
            settings.data,
            model=settings.model,
            threshold=settings.threshold,
            threads=settings.threads,
            progress=progress,
        ) as library,
    ):
        yield library


def scope_of(library: Library, articles: list[str] | None) -> Scope:
    """What may be looked at: these articles, or all.

    Raises:
        Refused: one of them is not there.
    """
    from index.store.protocol import Scope

    if not articles:
        return Scope()
    known = {info.id for info in library.articles()}
    missing = [article for article in articles if article not in known]
    if missing:
        raise Refused(f"There is no article {', '.join(missing)}: `wuzhen articles` lists the ones there are.")
    return Scope(articles=frozenset(articles))


class Refusals:
    """Tells every refused part of a batch at once, and ends the command with 65 if there was one."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, sentence: str) -> None:
        """Tell one."""
        self.count += 1
        complain(sentence)

    def exit_if_any(self) -> None:
        """End the command where something was refused."""
        if self.count:
            raise typer.Exit(ExitCode.BAD_INPUT)
