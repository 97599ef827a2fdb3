"""`backup`, the other half of `restore`, and `export`: everything that is kept, to be moved and used elsewhere."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.console import Progress, complain, emit, emit_json, printable
from bot.cli.options import (
    ArticleOption,
    DataOption,
    GuildOption,
    agreed,
    collection_for,
    examples,
    open_library,
    unknown,
)
from bot.errors import ExitCode, Refused

if TYPE_CHECKING:
    from index.library import Library

commands = typer.Typer()
_export = typer.Typer(
    no_args_is_help=True,
    help="Print what was found in the articles, for other programs.",
    epilog=examples("wuzhen export statements --csv > statements.csv"),
)
commands.add_typer(_export, name="export")

_FORMULA = ("=", "+", "-", "@", "\t")  # how a cell starts that a spreadsheet would run


@commands.command(epilog=examples("wuzhen backup wuzhen.zip", "wuzhen backup --data /srv/wuzhen monday.zip"))
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it; an older backup is replaced.")],
    data: DataOption = None,
) -> None:
    """Put everything that is kept into one file, also while the bot runs.

    That is all articles, and the settings, votes and records of the bot, but no token. `wuzhen restore FILE` puts it
    back, here or on another machine.
    """
    from bot.config import load_settings
    from bot.storage.backup import back_up

    made = back_up(load_settings(data).data, file)
    emit(f"{file}: {' and '.join(made.names)}, {file.stat().st_size / 1e6:.1f} MB.")


def restore_backup(file: Path, data: Path | None, *, yes: bool) -> None:
    """Put a backup back, once whoever asked for it knows what goes."""
    from bot.config import load_settings
    from bot.storage.backup import put_back

    folder = load_settings(data).data
    if folder.is_dir() and any(folder.glob("*.db")):
        agreed(f"Replace all that is kept in {folder} with {file}?", yes=yes)
    found = put_back(file, folder)
    emit(f"{folder}: {' and '.join(found.names)}, as of {found.made[:16].replace('T', ' ')} UTC.")


@dataclass(frozen=True, slots=True)
class _Line:
    """A statement with its article: a line of `wuzhen export statements`."""

    article: str
    title: str
    source: str | None
    published: str | None
    speaker: str | None
    role: str | None
    affiliation: str | None
    words: str
    directness: str
    polarity: str
    kind: str
    paragraph: int
    start: int
    end: int
    confidence: float


@_export.command(
    epilog=examples(
        "wuzhen export statements --csv > statements.csv", "wuzhen export statements --jsonl --article port"
    )
)
def statements(
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table for spreadsheets; the default.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Print an object a line.")] = False,
    article: ArticleOption = None,
    guild: GuildOption = None,
    data: DataOption = None,
) -> None:
    """Print every statement in the articles: who, what, how directly, and where.

    `start` and `end` count the characters of the article's text. In the table, an apostrophe stands in front of words
    that a spreadsheet would take for a formula.
    """
    if as_csv and jsonl:
        raise Refused("Choose one of --csv and --jsonl.", ExitCode.USAGE)
    with open_library(data, progress := Progress()) as library:
        lines = list(_lines(library, article, guild))
        progress.clear()
    if jsonl:
        for line in lines:
            emit_json(_fields(line))
    else:
        table = csv.writer(sys.stdout, lineterminator="\n")
        table.writerow(_Line.__slots__)
        table.writerows([_cell(value) for value in _fields(line).values()] for line in lines)
    complain(f"{len(lines)} statement{'s' * (len(lines) != 1)}.")


def _lines(library: Library, articles: list[str] | None, guild: str | None) -> Iterator[_Line]:
    from index.store.protocol import Scope

    collection = collection_for(guild)
    known = [info.id for info in library.articles(Scope(frozenset({collection})))]
    if missing := [name for name in articles or () if name not in known]:
        raise Refused(unknown(", ".join(missing), guild))
    for name in known if articles is None else [one for one in known if one in articles]:
        found = library.article(name, collection)
        for said in library.statements(name, collection):
            yield _Line(
                article=found.id,
                title=found.title,
                source=found.source,
                published=found.published,
                speaker=said.speaker,
                role=said.role,
                affiliation=said.affiliation,
                words=" … ".join(found.text[start:end] for start, end in said.fragments),
                directness=said.directness,
                polarity=said.polarity,
                kind="belief" if said.is_belief else "speech",
                paragraph=found.paragraph_of(said.span[0]),
                start=said.span[0],
                end=said.span[1],
                confidence=round(said.confidence, 3),
            )


def _fields(line: _Line) -> dict[str, Any]:
    return {name: getattr(line, name) for name in _Line.__slots__}


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    return f"'{printable(value)}" if value.startswith(_FORMULA) else printable(value)
