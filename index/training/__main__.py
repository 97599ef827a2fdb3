"""Train the reader, the judge or the dialogue acts, and write the files that ship.

    python -m index.training fit ROWS.jsonl.gz --held-out FILE... --folder FOLDER --minutes 60 --seed 1
    python -m index.training ship --folder FOLDER...
    python -m index.training fit-judge --statements FILE... --pairs FILE... --questions FILE... --folder FOLDER
    python -m index.training ship-judge --statements FILE... --folder FOLDER...
    python -m index.training fit-acts UTTERANCES... --dialogues FILE --reports FILE --questions FILE... --data FOLDER
    python -m index.training measure-judge --statements FILE... --part last

Training can be stopped at any time and goes on when it is called again with the same folder.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.training.body import Network
    from index.training.fit import Source

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def main(arguments: list[str] | None = None) -> int:
    """Run one of the commands; the exit status."""
    from index.training.reader_rows import RowsError  # noqa: PLC0415 - with the rest

    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (RowsError, FileNotFoundError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command says what is wrong
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m index.training", description="Make the networks again.")
    commands = parser.add_subparsers(dest="command", required=True)
    fit = commands.add_parser("fit", help="train the reader, or go on training it")
    fit.add_argument("rows", type=Path, help="questions over texts, JSON lines, .gz or not")
    fit.add_argument("--held-out", type=Path, nargs="*", default=[], help="files whose texts must not be trained on")
    fit.set_defaults(run=_fit)
    fit_judge = commands.add_parser("fit-judge", help="train the judge, or go on training it")
    _statements(fit_judge)
    fit_judge.add_argument("--pairs", type=Path, nargs="*", default=[], help="premises and claims with their labels")
    fit_judge.add_argument("--questions", type=Path, nargs="*", default=[], help="questions and sentences that answer")
    fit_judge.add_argument("--share", type=float, default=1.0, help="of the reports to train on, for a learning curve")
    fit_judge.set_defaults(run=_fit_judge)
    for command in (fit, fit_judge):
        _training(command)
    _acts(commands.add_parser("fit-acts", help="fit the dialogue acts, and measure them on a writer that is held out"))
    for name, run in (("ship", _ship), ("ship-judge", _ship_judge)):
        ship = commands.add_parser(name, help="write the checkpoint as the files that ship")
        ship.add_argument("--folder", type=Path, nargs="+", required=True, help="its checkpoints; of several the mean")
        ship.add_argument("--to", type=Path, help="where to write them; into the package when left out")
        ship.add_argument(
            "--half", action="store_true", help="weights in half precision, not in 8 bits: twice the size"
        )
        ship.set_defaults(run=run)
    _statements(ship)
    measure = commands.add_parser("measure-judge", help="how well the judge does on rows it was not trained on")
    measure.add_argument("--statements", type=Path, nargs="*", default=[], help="statements with hand-written texts")
    measure.add_argument("--part", choices=("development", "last"), default="development", help="of their reports")
    measure.add_argument("--pairs", type=Path, nargs="*", default=[], help="claims and their evidence, labelled")
    measure.add_argument("--model", type=Path, help="the judge's folder; the one that ships when left out")
    measure.set_defaults(run=_measure_judge)
    return parser


def _statements(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--statements", type=Path, nargs="+", required=True, help="statements with hand-written texts")


def _acts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("utterances", type=Path, nargs="+", help="utterances by hand: act, text, after, writer")
    for name, told in (
        ("other-bots", "small talk and requests for other bots, with their intent"),
        ("dialogues", "questions that need the turn before, with that written out"),
        ("reports", "reports with questions that their statements answer"),
        ("questions", "questions about articles, with their kind"),
    ):
        parser.add_argument(f"--{name}", type=Path, nargs="*", default=[], help=told)
    parser.add_argument("--hold-out", nargs="*", default=[], help="writers to measure on; nothing is written then")
    parser.add_argument("--data", type=Path, required=True, help="a data folder, for the encoder")
    parser.add_argument("--to", type=Path, help="where to write the weights; into the package when left out")
    parser.set_defaults(run=_fit_acts)


def _training(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", type=Path, required=True, help="where the checkpoint is kept")
    parser.add_argument("--minutes", type=float, default=60.0, help="training time, all runs together")
    parser.add_argument("--steps", type=int, help="so many steps instead: repeats exactly what such a run made")
    parser.add_argument("--device", default="cpu", help="where torch computes: cpu, or cuda for a graphics card")
    parser.add_argument("--float32", action="store_true", help="compute in float32, not bfloat16: ask your CPU")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, help="CPU threads; all cores when left out")


def _fit(options: argparse.Namespace) -> None:
    from index.training.body import tokenizer_of  # noqa: PLC0415 - takes seconds
    from index.training.examples import Maker, read_antonyms, read_synonyms  # noqa: PLC0415 - likewise
    from index.training.reader_batches import LONGEST, Passes  # noqa: PLC0415 - likewise
    from index.training.reader_heads import fresh_network  # noqa: PLC0415 - likewise
    from index.training.reader_rows import RowsError, calibration_titles, read_rows, texts_in, without  # noqa: PLC0415
    from index.training.swaps import Pool  # noqa: PLC0415 - likewise
    from index.training.tagging import tagged_questions  # noqa: PLC0415 - likewise

    rows = read_rows(options.rows)
    held = {text for path in options.held_out for text in texts_in(path)}
    calibrating = calibration_titles(rows)
    kept = [row for row in without(rows, held) if row.title not in calibrating]
    if not kept:
        raise RowsError(f"Of the {len(rows)} rows of {options.rows} none is left to train on.")
    _say(f"{len(rows)} rows, {len(kept)} of them to train on.")
    tags = tagged_questions([row.question for row in kept], options.folder)
    pool = Pool(read_antonyms(), read_synonyms())
    pool.learn(tags, sorted({row.context for row in kept}))
    tokenizer = tokenizer_of(options.folder)
    tokenizer.enable_truncation(LONGEST, strategy="only_second")

    def fits(question: str, text: str) -> bool:
        return not tokenizer.encode(question, text).overflowing and len(question) + len(text) < 8 * LONGEST

    passes = Passes(Maker(kept, tags, pool, fits), tokenizer, options.seed)
    _run(options, fresh_network, passes)


def _fit_acts(options: argparse.Namespace) -> None:
    from index.acts.classify import WEIGHTS  # noqa: PLC0415 - takes a second
    from index.encoder import load_encoder  # noqa: PLC0415 - likewise
    from index.training import acts  # noqa: PLC0415 - likewise

    encode = load_encoder(options.data).encode
    rows = acts.by_hand(acts.rows_of(options.utterances))
    kept = [row for row in rows if row.writer not in options.hold_out]
    others = [
        *acts.from_other_bots(acts.rows_of(options.other_bots)),
        *acts.from_dialogues(acts.rows_of(options.dialogues)),
        *acts.from_reports(acts.rows_of(options.reports)),
        *acts.from_questions(acts.rows_of(options.questions)),
    ]
    _say(f"{len(kept)} utterances by hand and {len(others)} others to fit on.")
    fitted = acts.fit([*acts.in_other_guises(kept), *acts.balanced(kept, others)], encode)
    if options.hold_out:
        held = [row for row in rows if row.writer in options.hold_out]
        for act, (right, of) in acts.measured(fitted, held, encode).items():
            _say(f"{act}: {right} of {of}")
        return
    acts.write(fitted, options.to or WEIGHTS)


def _fit_judge(options: argparse.Namespace) -> None:
    from index.training.body import tokenizer_of  # noqa: PLC0415 - takes seconds
    from index.training.judge.heads import fresh_network  # noqa: PLC0415 - likewise
    from index.training.judge.pair_batches import JudgePasses  # noqa: PLC0415 - likewise
    from index.training.judge.pairs import Pairs  # noqa: PLC0415 - likewise
    from index.training.judge.reports import read_entailments, read_relevance, read_statements, share_of, statements_of  # noqa: PLC0415

    statements = share_of(statements_of("train", read_statements(options.statements)), options.share)
    pairs = Pairs(statements, read_entailments(options.pairs), read_relevance(options.questions))
    _say(f"{len(statements)} statements, {len(pairs.entailments)} pairs, {len(pairs.relevance)} questions to train on.")
    _run(options, fresh_network, JudgePasses(pairs, tokenizer_of(options.folder), options.seed))


def _run(options: argparse.Namespace, fresh: Callable[[Path], Network], source: Source) -> None:
    import torch  # noqa: PLC0415 - takes seconds

    from index.training.fit import Budget, Fitting  # noqa: PLC0415 - likewise

    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    device = torch.device(options.device)
    budget = Budget(options.minutes * 60, options.steps)
    Fitting(fresh(options.folder).to(device), source, options.folder, device, _say, half=not options.float32).run(
        budget
    )


def _ship(options: argparse.Namespace) -> None:
    from index.reader.read import MODEL  # noqa: PLC0415 - takes seconds
    from index.training.reader_heads import fresh_network  # noqa: PLC0415 - likewise
    from index.training.ship import ship  # noqa: PLC0415 - likewise

    _say(
        ship(fresh_network(options.folder[0]), options.folder, (options.to or MODEL) / "reader.onnx", half=options.half)
    )


def _ship_judge(options: argparse.Namespace) -> None:
    from index.judge.weigh import CALIBRATION, MODEL, UNCALIBRATED, load_judge  # noqa: PLC0415 - takes seconds
    from index.training.judge.heads import fresh_network  # noqa: PLC0415 - likewise
    from index.training.judge.measure import calibrated, judged  # noqa: PLC0415 - likewise
    from index.training.judge.reports import read_statements, statements_of  # noqa: PLC0415 - likewise
    from index.training.ship import ship  # noqa: PLC0415 - likewise

    folder = options.to or MODEL
    _say(ship(fresh_network(options.folder[0]), options.folder, folder / "judge.onnx", half=options.half))
    UNCALIBRATED.write(folder / CALIBRATION)
    found = judged(load_judge(1, folder), statements_of("development", read_statements(options.statements)))
    calibrated(found).write(folder / CALIBRATION)


def _measure_judge(options: argparse.Namespace) -> None:
    from index.judge.weigh import MODEL, load_judge  # noqa: PLC0415 - takes seconds
    from index.training.judge.measure import report, report_of_pairs  # noqa: PLC0415 - likewise
    from index.training.judge.reports import read_entailments, read_statements, statements_of  # noqa: PLC0415 - likewise

    judge = load_judge(1, options.model or MODEL)
    for path in options.statements:
        figures = report(judge, statements_of(options.part, read_statements([path])))
        _say(json.dumps({"file": path.name, "part": options.part, **figures}))
    for path in options.pairs:
        rows = [row for row in read_entailments([path]) if row.premise]
        _say(json.dumps({"file": path.name, **report_of_pairs(judge, rows)}))


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a command tells how far it is


if __name__ == "__main__":
    sys.exit(main())
