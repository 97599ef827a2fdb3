"""Fuzzing finds nothing in a short run; what it finds is told, and the same seed tries the same inputs."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import strategies as st

from tests.tools.fuzz.__main__ import told
from tests.tools.fuzz.run import SLOW, Target, run
from tests.tools.fuzz.targets import targets

SEED, INPUTS = 7, 900


def test_a_short_run_finds_nothing(data_home: Path) -> None:
    with ExitStack() as stack:
        every = targets(stack, data_home / "models")
        quick = [Target(one.name, one.inputs, one.check, max(4, one.turn // 10)) for one in every]
        tallies = run(quick, SEED, inputs=INPUTS)
    assert [finding for tally in tallies.values() for finding in tally.findings] == [], told(SEED, tallies, 0)
    assert all(tally.inputs for tally in tallies.values())


def divides(number: int) -> None:
    assert 1000 / (number - 77) != 0


NUMBERS = Target("numbers", st.integers(70, 90), divides, 50)


def test_an_input_that_fails_is_told_with_its_target_and_error() -> None:
    (finding,) = run([NUMBERS], SEED, inputs=100)["numbers"].findings
    assert (finding.target, finding.given) == ("numbers", "77")
    assert finding.error.startswith("ZeroDivisionError: ")
    assert finding.place.startswith(__file__)


def test_a_failing_input_is_made_smaller_and_each_kind_of_failure_is_told_once() -> None:
    def short(text: str) -> None:
        assert len(text) < 5

    (finding,) = run([Target("texts", st.text(), short, 200)], SEED, inputs=1_000)["texts"].findings
    assert finding.given == repr("0" * 5)


def test_an_input_that_takes_too_long_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.tools.fuzz.run.SLOW", SLOW / 100)
    monkeypatch.setattr("tests.tools.fuzz.run._PATIENCE", SLOW / 10)

    def slow(number: int) -> None:
        for _ in range(number and 10**9):
            pass

    findings = run([Target("loops", st.integers(0, 1), slow, 4)], SEED, inputs=4)["loops"].findings
    assert [(one.given, one.error.split(":")[0]) for one in findings] == [("1", "SlowError")]


def test_the_same_seed_and_number_try_the_same_inputs_and_another_seed_others() -> None:
    def tried(seed: int) -> list[str]:
        seen: list[str] = []
        run([Target("texts", st.text(min_size=5), seen.append, 20)], seed, inputs=60)
        return seen

    assert tried(1) == tried(1) != tried(2)
