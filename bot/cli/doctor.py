"""`doctor`: what is installed and what state it is in, each line ok or what to do."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import Progress, emit, emit_json
from bot.cli.options import DataOption, examples, open_library
from bot.errors import ExitCode, Refused

if TYPE_CHECKING:
    from index.health import Check

commands = typer.Typer()


@commands.command(epilog=examples("wuzhen doctor", "wuzhen doctor --json"))
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of objects.")] = False,
    data: DataOption = None,
) -> None:
    """Check that everything works.

    Looks at the settings, the model, the data folder and the index, and where there is a token, at the bot: its
    login, its permissions and the link that invites it. Each line is ok or says what to do. Ends with 78 when
    something does not work.
    """
    checks = list(_checks(data))
    if as_json:
        emit_json([asdict(check) for check in checks], indent=2)
    else:
        width = max(len(check.name) for check in checks)
        for check in checks:
            emit(f"{'ok' if check.ok else 'NO':4}{check.name:{width}}  {check.detail}")
            if check.advice:
                emit(f"    {'':{width}}  -> {check.advice}")
    if not all(check.ok for check in checks):
        raise typer.Exit(ExitCode.CONFIGURATION)


def _checks(data: Path | None) -> Iterator[Check]:
    from index.health import Check

    yield Check("Python", True, platform.python_version(), None)
    try:
        with open_library(data, progress := Progress()) as library:
            yield _settings(data)
            yield from library.health()
            yield from _discord(data)
            progress.clear()
    except Refused as error:
        yield Check("settings", False, str(error), "Change it in the environment, in .env or on the command line.")


def _discord(data: Path | None) -> Iterator[Check]:
    """The token and what Discord says about it."""
    from bot.client.checkup import checkup
    from bot.config import load_settings

    return checkup(load_settings(data))


def _settings(data: Path | None) -> Check:
    """Which settings are made; names that look like settings and are none get a note."""
    from bot.config import load_settings, unknown_variables
    from index.health import Check

    made = sorted(load_settings(data).model_fields_set)
    detail = f"set: {', '.join(made)}" if made else "all as they come"
    unknown = unknown_variables()
    note = f"There is no setting {', '.join(unknown)}: see .env.example." if unknown else None
    return Check("settings", True, detail, note)
