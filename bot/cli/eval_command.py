"""`eval`: how many questions of a file are answered right, and how well answers are withheld."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.console import Progress, complain, emit, emit_json, emit_table
from bot.cli.options import ArticleOption, DataOption, Refusals, examples, open_library, scope_of
from bot.errors import ExitCode, Refused

if TYPE_CHECKING:
    from bot.evaluation.question_files import QuestionFile
    from bot.evaluation.report import Figure, JudgedAnswer, Section

commands = typer.Typer()

# the figures of a section as people read them
_NAMES = {
    "questions": "Questions",
    "answerable": "… that can be answered",
    "right_sentence": "Right sentence cited",
    "right_sentence_answered": "… of those answered",
    "f1": "Short answer: token F1",
    "f1_answered": "… of those answered",
    "auroc": "AUROC, answerable or not",
    "answered_at_5": "Answered at 5 % false answers",
    "answered": "Answered of the answerable",
    "false_answers": "Answered of the others",
    "refusal_precision": "Refusal precision",
    "refusal_recall": "Refusal recall",
    "coverage": "Coverage at the operating point",
    "risk": "Risk at the operating point",
    "risk_at_25": "Risk at 25 % coverage",
    "risk_at_50": "Risk at 50 % coverage",
    "risk_at_75": "Risk at 75 % coverage",
    "risk_at_100": "Risk at 100 % coverage",
    "aurc": "Area under risk-coverage",
    "ece": "Expected calibration error",
    "claims": "Claims",
    "auroc_contradicts": "AUROC, supported or contradicted",
    "auroc_neither": "AUROC, supported or neither",
    "right_yes": "Yes to the supported",
    "wrong_yes": "Yes to the others",
    "right_no": "No to the contradicted",
    "wrong_no": "No to the others",
    "wrong_verdicts": "Wrong verdicts",
    "right_label": "Right label",
    "most_frequent_label": "… by the most frequent one",
}
_KIND_NAMES = {
    "right": "Right",
    "of": "Of",
    "fraction": "Fraction",
    "questions": "Questions",
    "answered": "Answered",
    "f1": "Token F1",
    "claims": "Claims",
    "yes": "Yes",
    "no": "No",
    "unknown": "Unknown",
}


@commands.command(
    "eval",
    epilog=examples(
        "wuzhen eval questions.jsonl --errors 20",
        "wuzhen eval questions.jsonl --min total=0.92 --min who_said=0.9",
        "wuzhen eval paragraphs.jsonl.gz --keep paragraphs --plot plot.png",
    ),
)
def evaluate(  # noqa: PLR0913, PLR0917 - an argument for each option
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="Questions with expected answers.")],
    errors: Annotated[int, typer.Option(min=0, metavar="N", help="Show N wrong answers.")] = 0,
    minimum: Annotated[
        list[str] | None,
        typer.Option(
            "--min",
            metavar="NAME=FRACTION",
            help="End with 1 when less of this kind, or of the total, is right, or when this figure of --json is "
            "below; may be repeated.",
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="PNG", help="Draw the risk-coverage curve and the reliability diagram.", show_default=False
        ),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Keep the index of texts that the file brings along.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all figures as one object.")] = False,
    article: ArticleOption = None,
    data: DataOption = None,
) -> None:
    """Score the answers to a file of questions.

    A line is {"id", "kind", "question", "conversation", "expect": {"status", "speakers", "quotes",
    "contains", "verdict"}}. It may also hold "articles" and "collections" to look in, and "asked", what a form asked:
    {"intent", "speaker", "topic"}. A line with a conversation and without "expect" is only asked, for the next ones.

    Two other kinds of file bring the texts along that are asked: questions on paragraphs, {"title", "question",
    "context", "answer", "start"}, with "answer" null where the context does not answer; and questions on sentences,
    {"id", "kind", "question", "sentence", "answers"}. Claims beside statements, {"claim", "statement", "label"}, are
    weighed without an index. A file may be packed with gzip.
    """
    from bot.evaluation import plot as plots
    from bot.evaluation.question_files import read

    bars = _bars(minimum or [])
    if plot is not None:
        plots.check(plot)
    refusals = Refusals()
    found = read(file, refusals)
    if not found.holds_questions:
        refusals.exit_if_any()
        where = "stdin" if file == "-" else file
        raise Refused(f"There are no questions in {where}: write one JSON object a line, see `wuzhen eval --help`.")
    sections = _measured(found, article, data, keep, Progress())
    if plot is not None:
        plots.draw(sections, plot)
    wrong = [(section, one) for section in sections for one in section.judged if one.wrong][:errors]
    if as_json:
        emit_json(_object(found, sections, wrong), indent=2)
    else:
        _emit(sections)
        _emit_errors(wrong)
    refusals.exit_if_any()
    if not _reached(bars, _fractions(sections)):
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
            raise Refused(f"--min {bar}: write NAME=FRACTION, such as total=0.9.", ExitCode.USAGE)
    return bars


def _measured(
    found: QuestionFile, article: list[str] | None, data: Path | None, keep: Path | None, progress: Progress
) -> list[Section]:
    """All figures of a file.

    Raises:
        Refused: an option does not go with the file, or a setting is not allowed.
    """
    from bot.config import load_settings
    from bot.evaluation.corpus import library_with
    from bot.evaluation.questions import outcomes, section

    brought, questions = found.brought, found.questions
    if brought is None:
        if keep is not None:
            raise Refused("--keep goes with files that bring their texts along; this one has none.", ExitCode.USAGE)
        with open_library(data, progress) as library, progress.counting(len(questions)) as step:
            return [section(outcomes(library, questions, scope_of(library, article), step))]
    if article:
        raise Refused("--article does not go with a file that brings its texts along: leave it out.", ExitCode.USAGE)
    texts = (text for question in questions for text in question.articles)
    with progress, library_with(texts, load_settings(data), keep, progress, progress.counting) as library:
        count = brought.asked(questions)
        progress(f"Asking {count} questions…")
        with progress.counting(count) as step:
            return brought.measured(library, questions, step)


def _emit(sections: Sequence[Section]) -> None:
    """The figures by kind of question where there are kinds, and all others."""
    if rows := [(kind, section, figures) for section in sections for kind, figures in section.kinds.items()]:
        several = len(sections) > 1
        names = [_KIND_NAMES[name] for name in rows[0][2]]
        cells = [(kind, *([s.title] if several else []), *map(_shown, figures.values())) for kind, s, figures in rows]
        emit_table(("Kind", *(["Measured"] if several else []), *names), cells, right=names)
        emit()
    titles = [section.title for section in sections]
    told = [(head, [section.figures.get(name) for section in sections]) for name, head in _NAMES.items()]
    cells = [(head, *map(_shown, values)) for head, values in told if any(value is not None for value in values)]
    emit_table(("Figure", *titles), cells, right=titles)


def _object(
    found: QuestionFile, sections: Sequence[Section], wrong: Sequence[tuple[Section, JudgedAnswer]]
) -> dict[str, Any]:
    """What --json prints."""
    told = [{"measured": s.name, "name": one.name, "wrong": one.wrong, "text": one.answer.text} for s, one in wrong]
    figures = {section.name: dict(section.figures) | {"kinds": section.kinds} for section in sections}
    return {"format": found.format} | figures | ({"errors": told} if told else {})


def _shown(figure: Figure) -> str:
    return "-" if figure is None else str(figure) if isinstance(figure, int) else f"{figure:.3f}"


def _emit_errors(wrong: Sequence[tuple[Section, JudgedAnswer]]) -> None:
    for section, one in wrong:
        emit()
        emit(f"{one.name}")
        emit(f"  {section.title}: {one.wrong}")
        for line in one.answer.text.splitlines():
            emit(f"  | {line}")


def _fractions(sections: Sequence[Section]) -> dict[str, float]:
    """The figures that --min may name: the fractions of kinds by kind, and all by their place in the JSON object."""
    found: dict[str, Figure] = {}
    for section in sections:
        found |= {kind: figures["fraction"] for kind, figures in section.kinds.items() if "fraction" in figures}
        found |= {f"{section.name}.{name}": figure for name, figure in section.figures.items()}
        for kind, figures in section.kinds.items():
            found |= {f"{section.name}.kinds.{kind}.{name}": figure for name, figure in figures.items()}
    return {name: figure for name, figure in found.items() if figure is not None}


def _reached(bars: Mapping[str, float], fractions: Mapping[str, float]) -> bool:
    """Whether every bar is reached; the ones that are not are told."""
    reached = True
    for name, bar in bars.items():
        if name not in fractions:
            what = "questions of this kind" if "." not in name else "such figure; --json shows those there are"
            complain(f"{name}: the file has no {what}.")
            reached = False
        elif fractions[name] < bar:
            complain(f"{name}: {fractions[name]:.3f} is below {bar}.")
            reached = False
    return reached
