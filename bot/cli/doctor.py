"""`doctor`: what is installed and what state it is in, each line ok or what to do."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import version
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

    yield Check("Wuzhen", True, version("wuzhen"))
    yield Check("Python", True, platform.python_version())
    try:
        with open_library(data, progress := Progress()) as library:
            yield _settings(data)
            yield from library.health()
            yield _records(data)
            yield from _discord(data)
            progress.clear()
    except Refused as error:
        yield Check("settings", False, str(error), "Change it in the environment, in .env or on the command line.")


def _discord(data: Path | None) -> Iterator[Check]:
    """The token and what Discord says about it."""
    from bot.client.checkup import checkup
    from bot.config import load_settings

    return checkup(load_settings(data))


def _records(data: Path | None) -> Check:
    """The bot's own database: votes, and what servers have set."""
    from bot.config import load_settings
    from bot.storage.feedback import NAME, Records
    from index.health import Check

    path = load_settings(data).data / NAME
    if not path.exists():
        return Check(NAME, True, "none yet; made when the bot first runs")
    try:
        with Records(path) as records:
            votes, gaps = len(records.votes()), len(records.gaps())
    except Refused as error:
        return Check(NAME, False, str(error), "do what the line says")
    return Check(NAME, True, f"{votes} votes, {gaps} unanswered questions")


def _settings(data: Path | None) -> Check:
    """Which settings are made; names that look like settings and are none get a note."""
    from bot.config import ENV_FILE, load_settings, unknown_variables
    from index.health import Check

    made = sorted(load_settings(data).model_fields_set)
    told = f"set: {', '.join(made)}" if made else "all as they come"
    file = Path(ENV_FILE).absolute()
    detail = f"{told}; {f'read from {file}, too' if file.is_file() else f'there is no {file}'}"
    unknown = unknown_variables()
    note = f"There is no setting {', '.join(unknown)}: see .env.example." if unknown else None
    return Check("settings", True, detail, note)
