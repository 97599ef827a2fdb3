"""`bench`: how quick it is, each figure beside its yardstick."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import Progress, emit_json, emit_table
from bot.cli.options import DataOption, examples

if TYPE_CHECKING:
    from bot.benchmark.figures import Figure

commands = typer.Typer()


class Subject(StrEnum):
    """What can be measured; the names are functions of `bot.benchmark.figures`."""

    START = "start"
    COLD = "cold"
    WARM = "warm"
    READER = "reader"
    ADDING = "adding"
    STATEMENTS = "statements"
    ARTICLES = "articles"


@commands.command(epilog=examples("wuzhen bench", "wuzhen bench warm adding --json"))
def bench(
    subjects: Annotated[
        list[Subject] | None,
        typer.Argument(metavar="WHAT", help=f"What to measure: {', '.join(Subject)}; all of it unless named."),
    ] = None,
    runs: Annotated[int, typer.Option(min=1, metavar="N", help="How often; medians are shown.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of objects.")] = False,
    data: DataOption = None,
) -> None:
    """Measure how quick it is.

    Each figure stands beside a yardstick that is measured in the same run, in turns. Ends with 1 when a
    bar is missed.
    """
    from bot.benchmark import figures as benches
    from bot.config import load_settings

    settings = load_settings(data)
    figures: list[Figure] = []
    with Progress() as progress:
        for subject in subjects or Subject:
            progress(f"Measuring: {subject}…")
            figures += getattr(benches, subject)(settings, runs, progress)
    if as_json:
        emit_json([asdict(figure) | {"ratio": figure.ratio, "met": figure.met} for figure in figures], indent=2)
    else:
        columns = ("Figure", "Wuzhen", "Yardstick", "Ratio", "Bar", "", "Yardstick is")
        emit_table(columns, map(_row, figures), right=("Wuzhen", "Yardstick", "Ratio", "Bar"))
    if not all(figure.met for figure in figures):
        raise typer.Exit(1)


def _row(figure: Figure) -> tuple[str, ...]:
    bar = f"{'≥' if figure.at_least else '≤'} {figure.bar:.2f}{'' if figure.yardstick else f' {figure.unit}'}"
    return (
        figure.name,
        f"{figure.ours:.3g} {figure.unit}",
        f"{figure.yardstick:.3g} {figure.unit}" if figure.yardstick else "-",
        f"{figure.ratio:.2f}" if figure.ratio else "-",
        bar,
        "ok" if figure.met else "MISSED",
        figure.against,
    )
