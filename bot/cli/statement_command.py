"""`statements`: who said what in files, without adding them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.console import Progress, complain, emit, emit_json, emit_table, is_terminal, rich_console
from bot.cli.inputs import STDIN, read_stdin
from bot.cli.options import DataOption, Refusals, examples, open_library
from bot.errors import ExitCode, Refused

if TYPE_CHECKING:
    from index.article import Article
    from index.statements.explain import Reason
    from index.statements.extract import Extraction
    from index.statements.statement import Statement

commands = typer.Typer()
_WIDEST = 110  # characters of a content that --explain shows
_NARROW = 60  # columns; a table on less is a pile of single words


@commands.command(
    epilog=examples(
        "wuzhen statements report.txt",
        "wuzhen statements report.txt --html report.html",
        "wuzhen statements report.txt --min-confidence 0.8",
        "wuzhen statements --jsonl news/*.txt > out.jsonl",
    )
)
def statements(  # noqa: PLR0913, PLR0917 - a command takes its options so
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE|-", help="Articles, or - for stdin; they are not added.")
    ],
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Print an object a file, with the places in its text.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Tell for every cue which rule found what, or why nothing was found.")
    ] = False,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="OUT", help="Write a page with the statements marked.", show_default=False),
    ] = None,
    least: Annotated[
        float,
        typer.Option(
            "--min-confidence", metavar="SHARE", min=0.0, max=1.0, help="Only what is at least so sure, 0 to 1."
        ),
    ] = 0.0,
    data: DataOption = None,
) -> None:
    """Show who says what in files.

    A file that cannot be read is told in a sentence; the others are shown, and the command ends with 65.
    """
    if jsonl + explain + (html is not None) > 1:
        raise Refused("Choose one of --jsonl, --explain and --html.", ExitCode.USAGE)
    refusals = Refusals()
    read = list(_read(files, refusals))
    with open_library(data, progress := Progress()) as library:
        if explain:
            for article in read:
                progress.clear()
                _explain(article)
            refusals.exit_if_any()
            return
        sure = (_at_least(least, extraction) for extraction in library.extract(read))
        if html is not None:
            _write_page(html, list(sure))
        elif jsonl:
            for extraction in sure:
                emit_json(record(extraction))
        elif read:
            emit_statements([(found.article, found.statements) for found in sure])
    refusals.exit_if_any()


def _at_least(confidence: float, extraction: Extraction) -> Extraction:
    """The extraction with only the statements that are so sure."""
    return replace(extraction, statements=tuple(s for s in extraction.statements if s.confidence >= confidence))


def _read(files: Iterable[Path], refusals: Refusals) -> Iterator[Article]:
    from index.article import ArticleError
    from index.formats import read_article

    for file in files:
        try:
            yield read_stdin() if str(file) == STDIN else read_article(file)
        except ArticleError as error:
            refusals(str(error))


# ── a table ───────────────────────────────────────────────────────────────


def emit_statements(found: Sequence[tuple[Article, Sequence[Statement]]]) -> None:
    """Write who says what in articles: a table, on a narrow terminal a block of lines for each statement."""
    columns = ("Article", "Speaker", "Statement", "Kind", "Line")
    rows = [(article.id, *_row(article, statement)) for article, said in found for statement in said]
    person = is_terminal(sys.stdout)
    # a person needs no column that says which of one article; a program needs the same columns always
    first = 1 if len(found) == 1 and person else 0
    if person and rows and rich_console(sys.stdout).width < _NARROW:
        _blocks(rows, first)
    elif rows or not person:
        emit_table(columns[first:], [row[first:] for row in rows], right=("Line",))
    for article, said in found:
        if not said:
            (emit if person else complain)(f"{article.id}: nobody is quoted.")


def _blocks(rows: Iterable[tuple[str, str, str, str, int]], first: int) -> None:
    """Each statement in lines of its own: who, what, how and where."""
    width = max(20, rich_console(sys.stdout).width)
    for article, speaker, words, kind, line in rows:
        where = [article, f"line {line}"][first:]
        for indent, text in (("", speaker), ("  ", words), ("  ", ", ".join([kind, *where]))):
            emit(fill(" ".join(text.split()), width, initial_indent=indent, subsequent_indent=indent))
        emit()


def _row(article: Article, statement: Statement) -> tuple[str, str, str, int]:
    """Speaker with role ("?" where unknown), the words, how they were said, and the line, from 1, where they start."""
    from bot.cli.statements_page import kind_of

    who = statement.speaker or (f"{statement.mention} (?)" if statement.mention else "?")
    speaker = f"{who}, {statement.role}" if statement.role else who
    words = " … ".join(article.text[start:end] for start, end in statement.fragments)
    return speaker, words, kind_of(statement), _line(article, statement.span[0])


def _line(article: Article, offset: int) -> int:
    return article.text.count("\n", 0, offset) + 1


# ── for programs ──────────────────────────────────────────────────────────


def record(extraction: Extraction) -> dict[str, Any]:
    """The object that stands for an article in `wuzhen statements --jsonl`."""
    text = extraction.article.text
    return {
        "id": extraction.article.id,
        "statements": [as_json(text, statement) for statement in extraction.statements],
        "sources": [text[start:end] for start, end in extraction.sources],
    }


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
        "polarity": statement.polarity,
        "source_kind": statement.source_kind,
        "kind": "belief" if statement.is_belief else "speech",
        "via": statement.via,
        "confidence": statement.confidence,
        "runner_up": statement.runner_up
        and {"name": statement.runner_up.name, "share": statement.runner_up.probability},
        "rule": statement.rule,
    }


# ── a page, an explanation ────────────────────────────────────────────────


def _write_page(file: Path, extractions: Sequence[Extraction]) -> None:
    from bot.cli.statements_page import page

    if not extractions:
        return
    try:
        file.write_text(page(extractions), encoding="utf-8")
    except OSError as error:
        raise Refused(f"{file} cannot be written: {error.strerror}.", ExitCode.FILES) from error
    count = sum(len(extraction.statements) for extraction in extractions)
    emit(f"Wrote {file}: {count} statement{'s' * (count != 1)}.")


def _explain(article: Article) -> None:
    from index.statements.explain import explain

    emit(f"{article.id}: {article.title}")
    for reason in explain(article):
        emit()
        emit("\n".join(_lines_of(article, reason)))
    emit()


def _lines_of(article: Article, reason: Reason) -> Iterator[str]:
    """A reason in lines: what stands where and what became of it; then who, what, and how it was found out."""
    at = " ".join(article.text[slice(*reason.place)].split())
    place = f"line {_line(article, reason.place[0])}: {_short(at)}"
    fate = f"no statement: {reason.dropped}" if reason.dropped else f"{reason.rule}, confidence {reason.confidence:.2f}"
    yield f"{place} → {fate}"
    if reason.said:
        yield f"    said     {' … '.join(_short(' '.join(part.split())) for part in reason.said)}"
    if reason.subject or reason.speaker:
        yield f"    speaker  {reason.speaker or 'unknown'}, from {_quoted(reason.subject)}" + (
            f": {reason.how}" if reason.how else ""
        )
    elif reason.how:
        yield f"    speaker  unknown: {reason.how}"
    if reason.runner_up:
        yield f"    or       {reason.runner_up}"
    if reason.lists or reason.rule:
        rule = [f"rule {reason.rule}"] if reason.rule and reason.dropped else []
        lists = [f"cue lists {', '.join(reason.lists)}"] if reason.lists else []
        if rule or lists:
            yield f"    why      {'; '.join([*rule, *lists])}"


def _quoted(words: str | None) -> str:
    return f'"{_short(words)}"' if words else "no words beside it"


def _short(words: str) -> str:
    return words if len(words) <= _WIDEST else f"{words[: _WIDEST // 2]} … {words[-_WIDEST // 2 :]}"
