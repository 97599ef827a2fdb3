from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

FERRY = "Ferry stays\n\nThe harbour master Nora Quill said that tickets would cost 4 crowns.\n"
FARES = "Bus fares rise\n\nBus tickets will cost 6 crowns from July, said Ines Vale, who runs the buses.\n"
QUESTION = "How much do tickets cost?"


def test_articles_that_answer_as_well_are_named_with_the_way_to_ask_one_of_them(
    wuzhen: Callable[..., Any], data: Path, tmp_path: Path
) -> None:
    for name, text in (("ferry", FERRY), ("fares", FARES)):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    wuzhen("--data", data, "add", tmp_path / "ferry.txt", tmp_path / "fares.txt")
    shown = wuzhen("--data", data, "ask", QUESTION)
    assert shown.exit_code == 0
    assert shown.stdout.endswith(
        "\n\n2 articles answer this, each in its own way. To ask one of them alone, add:\n"
        "  --article ferry  (Ferry stays)\n  --article fares  (Bus fares rise)\n"
    )
    (told,) = [json.loads(wuzhen("--data", data, "ask", "--json", QUESTION).stdout)]
    assert [story["article"] for story in told["stories"]] == ["ferry", "fares"]
    alone = wuzhen("--data", data, "ask", "--article", "fares", QUESTION)
    assert "Ines Vale" in alone.stdout and "--article" not in alone.stdout
    assert "--article ferry" in wuzhen("--data", data, "chat", stdin=f"{QUESTION}\n").stdout
