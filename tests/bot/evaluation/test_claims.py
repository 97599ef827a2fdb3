"""`wuzhen eval` on a file of claims."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.claims import Claim

Run = Callable[..., Any]

LINES: list[dict[str, Any]] = [
    {"claim": "The bridge opens in May.", "statement": "“It opens in May,” said Ada Park.", "label": "supports"},
    {"claim": "The bridge opens in June.", "statement": "“It opens in May,” said Ada Park.", "label": "contradicts"},
    {"claim": "The bridge is red.", "evidence": ["“It opens in May,” said Ada Park."], "label": "partially"},
]


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    path = tmp_path / "claims.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in LINES), "utf-8")
    return path


def test_claims_are_counted_by_what_is_told_of_them(wuzhen: Run, claims: Path) -> None:
    shown = json.loads(wuzhen("eval", str(claims), "--json").stdout)
    assert shown["format"] == "claims"
    figures, table = shown["claims"], shown["claims"]["kinds"]
    assert figures["claims"] == 3
    assert {label: row["claims"] for label, row in table.items()} == {"supports": 1, "contradicts": 1, "neither": 1}
    assert all(row["yes"] + row["no"] + row["unknown"] == row["claims"] for row in table.values())


def test_a_bar_may_be_set_for_wrong_verdicts(wuzhen: Run, claims: Path) -> None:
    assert wuzhen("eval", str(claims), "--min", "claims.claims=1").exit_code == 0


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"claim": "It opens."}, 'no "statement"'),
        ({"statement": "It opens."}, 'no "claim"'),
        ({"claim": "It opens.", "statement": "It opens.", "label": "true"}, '"label" must be'),
    ],
)
def test_a_line_that_is_no_claim_says_what_is_missing(line: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Claim.read(line)


def test_the_speaker_and_the_context_are_part_of_what_is_read() -> None:
    context = {"speaker": "Ada Park", "role": "engineer", "before": "Then Park spoke.", "title": "Bridge"}
    read = Claim.read({**LINES[0], **context})
    assert read.premise == "Bridge. Then Park spoke. [Ada Park, engineer] “It opens in May,” said Ada Park."
