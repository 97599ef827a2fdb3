"""Train the reader, and write the file that ships.

    python -m index.training fit ROWS.jsonl.gz --held-out FILE... --folder FOLDER --minutes 60 --seed 1
    python -m index.training ship --folder FOLDER...

`fit` can be stopped at any time and goes on when it is called again with the same folder. On one CPU core with
bfloat16 an hour is about 1.7 passes over 33,000 rows.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def main(arguments: list[str] | None = None) -> int:
    """Run one of the two commands; the exit status."""
    from index.training.rows import RowsError  # noqa: PLC0415 - with the rest

    options = _parser().parse_args(arguments)
    try:
        _COMMANDS[options.command](options)
    except (RowsError, FileNotFoundError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command says what is wrong
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m index.training", description="Make the reader again.")
    commands = parser.add_subparsers(dest="command", required=True)
    fit = commands.add_parser("fit", help="train, or go on training")
    fit.add_argument("rows", type=Path, help="questions over texts, JSON lines, .gz or not")
    fit.add_argument("--held-out", type=Path, nargs="*", default=[], help="files whose texts must not be trained on")
    fit.add_argument("--folder", type=Path, required=True, help="where the checkpoint is kept")
    fit.add_argument("--minutes", type=float, default=60.0, help="training time, all runs together")
    fit.add_argument("--steps", type=int, help="so many steps instead: repeats exactly what such a run made")
    fit.add_argument("--device", default="cpu", help="where torch computes: cpu, or cuda for a graphics card")
    fit.add_argument("--seed", type=int, default=1)
    fit.add_argument(
        "--threads", type=int, help="CPU threads; all cores when left out; fewer where others work beside it"
    )
    ship = commands.add_parser("ship", help="write the checkpoint as the file that ships")
    ship.add_argument(
        "--folder", type=Path, nargs="+", required=True, help="where the checkpoint is kept; of several runs the mean"
    )
    ship.add_argument("--to", type=Path, help="where to write it; into the package when left out")
    ship.add_argument("--half", action="store_true", help="weights in half precision, not in 8 bits: twice the size")
    return parser


def _fit(options: argparse.Namespace) -> None:
    import torch  # noqa: PLC0415 - takes seconds

    from index.training import fit, network  # noqa: PLC0415 - likewise
    from index.training.examples import Maker, read_antonyms, read_synonyms  # noqa: PLC0415 - likewise
    from index.training.rows import (  # noqa: PLC0415 - likewise
        RowsError,
        calibration_titles,
        read_rows,
        texts_in,
        without,
    )
    from index.training.swaps import Pool  # noqa: PLC0415 - likewise
    from index.training.tagging import tagged_questions  # noqa: PLC0415 - likewise

    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
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
    tokenizer = _tokenizer(options.folder)
    maker = Maker(kept, tags, pool, lambda question, text: _fits(tokenizer, question, text))
    budget = fit.Budget(options.minutes * 60, options.steps)
    device = torch.device(options.device)
    fresh = network.fresh_network(options.folder).to(device)
    fit.Fitting(fresh, maker, tokenizer, options.folder, device, options.seed, _say).run(budget)


def _ship(options: argparse.Namespace) -> None:
    from index.training.ship import ship  # noqa: PLC0415 - takes seconds

    _say(ship(options.folder, options.to, half=options.half))


def _tokenizer(folder: Path) -> Any:
    from tokenizers import Tokenizer  # type: ignore[import-untyped] # noqa: PLC0415 - it ships stubs without saying so

    from index.encoder.files import find_model, hashes_in  # noqa: PLC0415 - with the rest
    from index.training.batches import LONGEST  # noqa: PLC0415 - likewise

    model = find_model(None, hashes_in(folder))
    tokenizer = Tokenizer.from_file(str(model.folder / "tokenizer.json"))  # type: ignore[union-attr] # a dependency
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST, strategy="only_second")
    return tokenizer


def _fits(tokenizer: Any, question: str, text: str) -> bool:
    from index.training.batches import LONGEST  # noqa: PLC0415 - with the rest

    return len(tokenizer.encode(question, text).overflowing) == 0 and len(question) + len(text) < 8 * LONGEST


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a command tells how far it is


_COMMANDS = {"fit": _fit, "ship": _ship}

if __name__ == "__main__":
    sys.exit(main())
