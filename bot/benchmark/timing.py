"""Measuring work of this process, and processes of their own: wall time, and the largest memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles

from bot.errors import ExitCode, Refused

# Runs a command from a small process, so that its memory is its own and not that of whoever started it.
_LAUNCHER = """
import json, resource, subprocess, sys, time
began = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdin=-3, stdout=-3, stderr=-1)  # from nothing, to nothing, to a pipe
seconds = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps([seconds, peak, done.returncode, done.stderr.decode(errors="replace")[-400:]]))
"""


def timed(work: Callable[[], object]) -> float:
    """How long it takes, in milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def percentile(times: Sequence[float], percent: int) -> float:
    """The time that so many percent of them do not exceed."""
    return times[0] if len(times) == 1 else quantiles(times, n=100, method="inclusive")[percent - 1]


@dataclass(frozen=True, slots=True)
class Run:
    """A process that ended: wall time in seconds, its largest memory in MB."""

    seconds: float
    megabytes: float


def alternate(commands: Sequence[list[str]], runs: int) -> list[list[Run]]:
    """Each command `runs` times, in turns, after one turn that only warms the disk cache.

    Raises:
        Refused: a process failed, or this system does not tell what a process needed.
    """
    results: list[list[Run]] = [[] for _ in commands]
    for turn in range(runs + 1):
        for command, kept in zip(commands, results, strict=True):
            measured = run(command)
            if turn:
                kept.append(measured)
    return results


def run(command: list[str]) -> Run:
    """Run a command to its end.

    Raises:
        Refused: it failed, or this system does not tell what it needed.
    """
    if os.name == "nt":
        raise Refused("This figure can only be measured on Linux and macOS.", ExitCode.USAGE)
    environment = os.environ | {"HF_HUB_OFFLINE": "1"}
    launched = subprocess.run(  # noqa: S603 - our own interpreter and arguments
        [sys.executable, "-c", _LAUNCHER, *command], env=environment, capture_output=True, check=True
    )
    seconds, peak, code, said = json.loads(launched.stdout)
    if code not in (ExitCode.OK, ExitCode.NOT_FOUND):
        raise Refused(f"A measured process failed: {said.strip()}", ExitCode.CONFIGURATION)
    return Run(seconds, peak / 1e6)
