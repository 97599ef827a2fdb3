"""`model export`: the language model, prepared for machines that have only the base of Wuzhen installed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.console import Progress, emit
from bot.cli.options import DataOption, examples, open_library

commands = typer.Typer()
_model = typer.Typer(
    no_args_is_help=True,
    help="The language model: prepare it for machines without torch.",
    epilog=examples("wuzhen model export prepared"),
)
commands.add_typer(_model, name="model")


@_model.command(epilog=examples("wuzhen model export prepared", "WUZHEN_MODEL=prepared wuzhen ask who spoke"))
def export(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder for the prepared model.")],
    data: DataOption = None,
) -> None:
    """Put the prepared language model into a folder.

    A machine with that folder and WUZHEN_MODEL set to it asks, adds and runs without torch.
    """
    with open_library(data, progress := Progress()) as library:
        size = library.export_model(folder)
        progress.clear()
    emit(f"{folder}: {size / 1e6:.0f} MB. Set WUZHEN_MODEL to this folder where it is to be used.")
