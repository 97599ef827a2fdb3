"""Fuzzing from the shell.

    python -m tests.tools.fuzz --minutes 10 [--seed 7]     # or --inputs 100000, or only some of the targets by name

Prints the seed, how many inputs each target was tried on in which time, and what it failed on; ends with 1 where there
was such an input. Ctrl-C ends it earlier. The same seed and number of inputs try the same ones.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress

from tests.tools.fuzz.run import Finding, Tally, run
from tests.tools.fuzz.targets import targets


def told(seed: int, tallies: Mapping[str, Tally], seconds: float) -> str:
    """What came of a run, in lines."""
    findings: list[Finding] = [finding for tally in tallies.values() for finding in tally.findings]
    lines = [f"{name}: {tally.inputs:,} inputs, {tally.seconds:.1f} s" for name, tally in tallies.items()]
    total = sum(tally.inputs for tally in tallies.values())
    lines.append(f"seed {seed}: {total:,} inputs in {seconds:.0f} s, {len(findings)} findings")
    return "\n".join([*lines, *map(str, findings)])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; how the process ends."""
    options = argparse.ArgumentParser(prog="python -m tests.tools.fuzz")
    options.add_argument("targets", nargs="*", help="by name; none for all")
    options.add_argument("--minutes", type=float)
    options.add_argument("--inputs", type=int)
    options.add_argument("--seed", type=int, default=secrets.randbits(32))
    given = options.parse_args(arguments)
    minutes = given.minutes if given.minutes is not None or given.inputs is not None else 1.0
    began = time.monotonic()
    with ExitStack() as stack:
        chosen = [one for one in targets(stack) if not given.targets or one.name in given.targets]
        tallies: dict[str, Tally] = {}
        with suppress(KeyboardInterrupt):  # what came of it so far is told
            run(chosen, given.seed, minutes=minutes, inputs=given.inputs, tallies=tallies)
    sys.stdout.write(told(given.seed, tallies, time.monotonic() - began) + "\n")
    return int(any(tally.findings for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
