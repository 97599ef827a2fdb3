"""`feedback` and `gaps`: what people thought of answers, and what they asked in vain."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.console import complain, emit, emit_json, emit_table, is_terminal, rich_console
from bot.cli.options import DataOption, examples, open_records

if TYPE_CHECKING:
    from bot.storage.feedback import GapRecord, VoteRecord

commands = typer.Typer()

_SHOWN = 120  # characters of an answer in a table
_NARROW = 90  # columns; below, a table leaves no room for words


@commands.command(epilog=examples("wuzhen feedback", "wuzhen feedback --jsonl > complaints.jsonl"))
def feedback(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Print lines of a question file, for `wuzhen eval`.")] = False,
    data: DataOption = None,
) -> None:
    """Show the votes on answers, the newest first.

    With --jsonl, a good answer is what its line expects. A complaint's line holds ??? where it is not known what is
    right, and counts as wrong until a person fills that in: `complete` names the places. Lines without "expect" are
    the earlier questions of the same conversation.
    """
    with open_records(data) as records:
        votes = records[0].votes() if records else []
    if jsonl:
        _emit_cases(votes)
    elif votes:
        rows = [(_when(v.at), v.vote, _words(v.reason), _asked(v), _start(v), _where(v.collections)) for v in votes]
        _show(("When", "Vote", "Reason", "Question", "Answer", "Where"), rows)
    complain(_count(votes))


def _emit_cases(votes: Sequence[VoteRecord]) -> None:
    from bot.evaluation.cases import distinct_cases, vote_lines

    cases = [lines for vote in votes if (lines := vote_lines(vote))]
    for lines in distinct_cases(cases):
        for line in lines:
            emit_json(line)
    if left := len(votes) - len(cases):
        of = "1 vote is" if left == 1 else f"{left} votes are"
        complain(f"{of} left out: it is not known any more what was asked, or what was answered.")


def _count(votes: Sequence[VoteRecord]) -> str:
    if not votes:
        return "Nobody has voted yet."
    up = sum(vote.vote == "up" for vote in votes)
    reasons = Counter(_words(vote.reason) for vote in votes if vote.vote == "down" and vote.reason)
    why = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
    return f"{up} up, {len(votes) - up} down{f' ({why})' if why else ''}."


@commands.command(epilog=examples("wuzhen gaps", "wuzhen gaps --jsonl > gaps.jsonl"))
def gaps(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Print lines of a question file, for `wuzhen eval`.")] = False,
    data: DataOption = None,
) -> None:
    """Show the questions that found nothing, those asked most often first.

    With --jsonl, each line expects that the articles do not say, as now; change that where they do.
    """
    from bot.evaluation.cases import gap_lines, gaps_by_question

    with open_records(data) as records:
        found = gaps_by_question(records[0].gaps()) if records else []
    if jsonl:
        for gap in found:
            for line in gap_lines(gap):
                emit_json(line)
    elif found:
        rows = [
            (
                gap.times,
                _when(gap.last),
                ", ".join(f"{_words(reason)} {count}" for reason, count in gap.reasons.most_common()),
                _asked(gap.newest),
                _where(gap.collections),
            )
            for gap in found
        ]
        _show(("Times", "Last", "Reasons", "Question", "Where"), rows, right=("Times",))
    if not found:
        complain("No question was asked in vain yet.")


def _when(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def _words(reason: str | None) -> str:
    return (reason or "").replace("_", " ")


def _start(vote: VoteRecord) -> str:
    """The start of the answer, in a line."""
    text = " ".join(str(vote.answer.get("text", "")).split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _asked(record: VoteRecord | GapRecord) -> str:
    """The question, after those that it goes on from."""
    return " → ".join(posed.question for posed in (*record.before, record.posed))


def _where(collections: Sequence[str]) -> str:
    """The server, or the public articles."""
    return ", ".join(name for name in collections if name != "public") or "public"


def _show(columns: Sequence[str], rows: Sequence[Sequence[object]], *, right: Sequence[str] = ()) -> None:
    """A table; on a narrow terminal a block of lines for each row. The last column is where something was asked."""
    if not is_terminal(sys.stdout):
        emit_table(columns, rows, right=right)
        return
    rows = [(*row[:-1], _short(str(row[-1]))) for row in rows]
    if all(row[-1] == "public" for row in rows):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    if rich_console(sys.stdout).width >= _NARROW:
        emit_table(columns, rows, right=right)
        return
    for number, row in enumerate(rows):
        if number:
            emit()
        for column, cell in zip(columns, row, strict=True):
            if cell != "":
                emit(f"{column}: {cell}")


def _short(where: str) -> str:
    """A server by the end of its number, which tells servers apart."""
    return re.sub(r"guild:(\d{5,})", lambda found: f"server …{found[1][-4:]}", where)
