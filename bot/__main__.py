"""The command line: `wuzhen`, also as `python -m bot`."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import (
    articles,
    asking,
    bench,
    chat,
    doctor,
    eval_command,
    keeping,
    model_command,
    review,
    run,
    statement_command,
)
from bot.cli.console import emit
from bot.cli.error_exit import Commands
from bot.cli.options import examples
from bot.errors import ExitCode

app = typer.Typer(
    name="wuzhen",
    cls=Commands,
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help is there at once, and fits narrow terminals
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples("wuzhen ask who said small firms need help"),
)
for topic in (
    asking,
    chat,
    run,
    statement_command,
    articles,
    keeping,
    model_command,
    eval_command,
    review,
    doctor,
    bench,
):
    app.add_typer(topic.commands)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        emit(f"wuzhen {version('wuzhen')}")
        raise typer.Exit


@app.callback()
def options(
    data: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where the articles are kept.  [env var: WUZHEN_DATA]"),
    ] = None,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Who said what in news articles, proved with the articles' exact words."""


def main() -> None:
    """Run the command line; ends the process with an exit code of `bot.errors.ExitCode`."""
    if sys.stdout is None:  # closed before the start, as in `wuzhen … >&-`
        sys.exit(ExitCode.PIPE_CLOSED)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that is not UTF-8 still shows the rest
    app()


if __name__ == "__main__":
    main()
