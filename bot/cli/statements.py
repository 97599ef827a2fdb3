"""`statements`: who said what in files, without adding them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.common import DataOption, Refusals, examples, open_library
from bot.console import Progress, emit_json, emit_table, is_terminal

if TYPE_CHECKING:
    from index.article import Article
    from index.statements.model import Statement

commands = typer.Typer()


@commands.command(epilog=examples("wuzhen statements report.txt", "wuzhen statements --jsonl news/*.txt > out.jsonl"))
def statements(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Articles; they are not added.")],
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Print an object a file, with the places in its text.")
    ] = False,
    data: DataOption = None,
) -> None:
    """Show who says what in files.

    A file that cannot be read is told in a sentence; the others are shown, and the command ends with 65.
    """
    refusals = Refusals()
    rows: list[tuple[object, ...]] = []
    with open_library(data, progress := Progress()) as library:
        read = list(_read(files, refusals))
        for article, found, _ in library.extract(read):
            progress.clear()
            if jsonl:
                emit_json({"id": article.id, "statements": [as_json(article.text, statement) for statement in found]})
            else:
                rows += [(article.id, *_row(article, statement)) for statement in found]
    if not jsonl and read:
        columns = ("Article", "Speaker", "Statement", "Kind", "Line")
        # a person needs no column that says which of one article; a program needs the same columns always
        first = 1 if len(read) == 1 and is_terminal(sys.stdout) else 0
        emit_table(columns[first:], [row[first:] for row in rows], right=("Line",))
    refusals.exit_if_any()


def _read(files: Iterable[Path], refusals: Refusals) -> Iterator[Article]:
    from index.article import ArticleError
    from index.reading import read_article

    for file in files:
        try:
            yield read_article(file)
        except ArticleError as error:
            refusals(str(error))


def _row(article: Article, statement: Statement) -> tuple[str, str, str, int]:
    """Speaker with role, the words, how they were said, and the line, from 1, where they start."""
    who = statement.speaker or statement.mention or "unknown"
    speaker = f"{who}, {statement.role}" if statement.role else who
    words = " … ".join(article.text[start:end] for start, end in statement.fragments)
    kind = statement.directness if statement.polarity == "asserts" else f"{statement.directness}, {statement.polarity}"
    return speaker, words, kind, article.text.count("\n", 0, statement.span[0]) + 1


def as_json(text: str, statement: Statement) -> dict[str, Any]:
    """The object that stands for a statement in `wuzhen statements --jsonl`.

    Its spans begin with the "that" of a reported clause, as people annotate them.
    """
    from index.statements.wording import with_conjunction

    fragments = with_conjunction(text, statement.fragments)
    return {
        "speaker": statement.speaker,
        "mention": statement.mention,
        "speaker_span": statement.mention_span,
        "quote_span": (fragments[0][0], fragments[-1][1]),
        "fragments": fragments,
        "cue_span": statement.cue_span,
        "type": statement.directness,
        "role": statement.role,
        "affiliation": statement.affiliation,
        "addressee": statement.addressee,
        "via": statement.via,
        "kind": "belief" if statement.is_belief else "speech",
        "polarity": statement.polarity,
        "source_kind": statement.source_kind,
    }
