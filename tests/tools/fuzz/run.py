"""Runs of fuzzing: targets in turn, each tried on as many inputs at a time as go quickly, from one seed."""

from __future__ import annotations

import itertools
import random
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, settings

SLOW = 4.0  # CPU seconds, of all threads, that an input may take: six answers that the judge reads for
_PATIENCE = 20.0  # CPU seconds after which it is broken off
_PHASES = (Phase.generate, Phase.target, Phase.shrink)


class SlowError(Exception):
    """An input took longer than any may."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is tried: inputs, and a check that raises where something is wrong; `turn` inputs at a time."""

    name: str
    inputs: hypothesis.strategies.SearchStrategy[Any]
    check: Callable[[Any], object]
    turn: int = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """An input that a target failed on, as small as it could be made, and with what."""

    target: str
    given: str
    error: str
    place: str

    def __str__(self) -> str:
        return f"{self.target}: {self.error}\n  at {self.place}\n  with {self.given}"


@dataclass(slots=True)
class Tally:
    """What a target was tried on so far."""

    inputs: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)


def run(
    targets: Sequence[Target],
    seed: int,
    *,
    minutes: float | None = None,
    inputs: int | None = None,
    tallies: dict[str, Tally] | None = None,
) -> dict[str, Tally]:
    """Try the targets in turn until the time is over, or there were so many inputs; what came of it by target.

    It is written into `tallies` meanwhile, for whoever breaks it off.
    """
    tallies = {} if tallies is None else tallies
    tallies |= {target.name: Tally() for target in targets}
    end = time.monotonic() + 60 * minutes if minutes is not None else None
    for turn in itertools.count():
        for target in targets:
            done = inputs is not None and sum(tally.inputs for tally in tallies.values()) >= inputs
            if done or (end is not None and time.monotonic() >= end):
                return tallies
            _take_turn(target, tallies[target.name], random.Random(f"{seed} {target.name} {turn}").getrandbits(64))  # noqa: S311 - no secret
    raise AssertionError  # it never stops counting


def _take_turn(target: Target, tally: Tally, seed: int) -> None:
    before, latest = time.process_time(), [None]

    @hypothesis.seed(seed)
    @settings(
        max_examples=target.turn,
        database=None,
        deadline=None,
        derandomize=False,
        phases=_PHASES if not tally.findings else _PHASES[:-1],  # making inputs smaller takes its time
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @hypothesis.given(target.inputs)
    def each(value: Any) -> None:
        tally.inputs += 1
        latest[0] = value
        took = _checked(target, value, tally)
        hypothesis.target(took, label="CPU seconds")

    try:
        each()
    except Exception as error:
        _found(tally, target, latest[0], error)
    tally.seconds += time.process_time() - before


def _checked(target: Target, value: Any, tally: Tally) -> float:
    """CPU seconds that the check took; what takes too long is a finding, not made any smaller."""
    before = time.process_time()
    try:
        with _broken_off():
            target.check(value)
    except SlowError as error:
        _found(tally, target, value, error)
    took = time.process_time() - before
    if SLOW < took < _PATIENCE:
        _found(tally, target, value, SlowError(f"took {took:.1f} s"))
    return took


def _found(tally: Tally, target: Target, value: Any, error: Exception) -> None:
    """Keep a finding, unless there is one of that kind at that place."""
    slow = isinstance(error, SlowError)  # wherever it was just then
    frames = [] if slow else traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else target.name
    kind = type(error).__name__
    if not any(one.place == place and one.error.startswith(kind) for one in tally.findings):
        tally.findings.append(Finding(target.name, repr(value)[:2000], f"{kind}: {error}"[:500], place))


@contextmanager
def _broken_off() -> Iterator[None]:
    """SlowError in what takes longer than it may by far."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise SlowError(f"took more than {_PATIENCE:g} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, _PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
