"""`eval`: how many questions of a file are answered right, by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import ArticleOption, DataOption, Refusals, examples, open_library, scope_of
from bot.console import Progress, complain, emit, emit_table
from bot.errors import ExitCode, Refused

if TYPE_CHECKING:
    from bot.evaluation import Line, Outcome, Share
    from index.library import Library
    from index.store.protocol import Scope

commands = typer.Typer()


@commands.command(
    "eval",
    epilog=examples(
        "wuzhen eval questions.jsonl --errors 20",
        "wuzhen eval questions.jsonl --min total=0.92 --min who_said=0.9",
    ),
)
def evaluate(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="Questions with expected answers.")],
    errors: Annotated[int, typer.Option(min=0, metavar="N", help="Show N wrong answers.")] = 0,
    minimum: Annotated[
        list[str] | None,
        typer.Option(
            "--min",
            metavar="KIND=FRACTION",
            help="End with 1 when less of this kind, or of the total, is right; may be repeated.",
        ),
    ] = None,
    article: ArticleOption = None,
    data: DataOption = None,
) -> None:
    """Score the answers to a file of questions.

    A line is {"id", "kind", "question", "conversation", "expect": {"status", "speakers", "quotes",
    "contains", "verdict"}}. It may also hold "articles" and "collections" to look in, and "asked", what a form asked:
    {"intent", "speaker", "topic"}. A line with a conversation and without "expect" is only asked, for the next ones.
    """
    from bot.evaluation import abstention_auroc, by_kind

    bars = _bars(minimum or [])
    refusals = Refusals()
    lines = _lines(file, refusals)
    if not any(line.gold for line in lines):
        refusals.exit_if_any()
        where = "stdin" if file == "-" else file
        raise Refused(f"There are no questions in {where}: write one JSON object a line, see `wuzhen eval --help`.")
    with open_library(data, progress := Progress()) as library:
        outcomes = _outcomes(library, lines, scope_of(library, article), progress)
    shares = by_kind(outcomes)
    rows = [(kind, share.right, share.of, f"{share.fraction:.3f}") for kind, share in shares.items()]
    emit_table(("Kind", "Right", "Of", "Fraction"), rows, right=("Right", "Of", "Fraction"))
    if (auroc := abstention_auroc(outcomes)) is not None:
        emit(f"Abstention AUROC: {auroc:.3f}")
    _emit_errors([outcome for outcome in outcomes if outcome.wrong][:errors])
    refusals.exit_if_any()
    if not _reached(bars, shares):
        raise typer.Exit(1)


def _bars(minimum: Sequence[str]) -> dict[str, float]:
    """The bars by kind, each 0 to 1."""
    bars: dict[str, float] = {}
    for bar in minimum:
        kind, _, fraction = bar.partition("=")
        try:
            bars[kind] = float(fraction)
        except ValueError:
            bars[kind] = -1.0
        if not 0 <= bars[kind] <= 1:
            raise Refused(f"--min {bar}: write KIND=FRACTION, such as total=0.9.", ExitCode.USAGE)
    return bars


def _lines(file: str, refusals: Refusals) -> list[Line]:
    """The questions of the file; lines that are none are told."""
    from bot.evaluation import Line
    from bot.jsonlines import objects, opened

    found = []
    with opened(file) as lines:
        for number, fields in objects(lines, refusals):
            try:
                found.append(Line.read(fields))
            except ValueError as error:
                refusals(f"line {number}: {error}")
    return found


def _outcomes(library: Library, lines: Sequence[Line], scope: Scope, progress: Progress) -> list[Outcome]:
    """What came of the questions of which something is expected; a line's own articles come before `scope`."""
    from bot.evaluation import Outcome, wrong_with
    from index.question.model import Memory
    from index.store.protocol import Scope

    @cache
    def text_of(collections: frozenset[str], article: str) -> str | None:
        found = library.articles(Scope(collections, frozenset({article})))
        return next((library.article(info.id, info.collection).text for info in found), None)

    outcomes = []
    memories: dict[str | int | None, Memory] = {}
    with progress.counting(len(lines)) as step:
        for line in lines:
            seen = line.posed.scope(scope)
            memory = memories.get(line.conversation, Memory())
            answer, memory = library.ask(line.posed.to_ask, scope=seen, memory=memory)
            if line.conversation is not None:
                memories[line.conversation] = memory
            if line.gold is not None:
                wrong = wrong_with(line.gold, answer, partial(text_of, seen.collections))
                outcomes.append(Outcome(line.gold, answer, wrong))
            step()
    return outcomes


def _emit_errors(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        emit()
        emit(f"{outcome.gold.id} ({outcome.gold.kind}): {outcome.gold.question}")
        emit(f"  wrong: {'; '.join(outcome.wrong)}")
        for line in outcome.answer.text.splitlines():
            emit(f"  | {line}")


def _reached(bars: Mapping[str, float], shares: Mapping[str, Share]) -> bool:
    """Whether every bar is reached; the ones that are not are told."""
    reached = True
    for kind, bar in bars.items():
        if kind not in shares:
            complain(f"{kind}: the file has no questions of this kind.")
            reached = False
        elif shares[kind].fraction < bar:
            complain(f"{kind}: {shares[kind].fraction:.3f} is below {bar}.")
            reached = False
    return reached
