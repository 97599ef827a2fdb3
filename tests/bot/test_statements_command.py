"""`wuzhen statements`: the page it writes, what it explains, what it tells programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]  # the fixture `wuzhen`

NASTY = """\
Mill <b>to close</b> & "stay"

The mill will close, Ada Park said. "It is <script>alert(1)</script> old & cold," she added.

"We never stop," said Tom Birch. "Not for frost.

"Not for floods."

This article is based on reports by the Lowmere Courier.
"""


class Page(HTMLParser):
    """What a browser would see of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.words: list[str] = []
        self.marks: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag != "meta":
            self.open.append(tag)
        if tag == "mark":
            self.marks.append(dict(attrs).get("title") or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)


@pytest.fixture
def nasty(tmp_path: Path) -> Path:
    file = tmp_path / "nasty.txt"
    file.write_text(NASTY, encoding="utf-8")
    return file


def test_the_page_holds_the_article_escaped_with_each_statement_marked(
    wuzhen: Run, nasty: Path, tmp_path: Path
) -> None:
    out = tmp_path / "page.html"
    shown = wuzhen("statements", nasty, "--html", out)
    assert shown.exit_code == 0
    assert shown.stdout == f"Wrote {out}: 4 statements.\n"
    page = Page(out.read_text("utf-8"))
    assert not page.open
    assert not page.tags & {"script", "b", "link", "img"}
    text = "".join(page.words)
    for line in NASTY.splitlines():
        assert " ".join(line.split()) in " ".join(re.sub(r"(?<=[\s\"])\d(?=\w)", "", text).split())
    assert [title for title in page.marks if title.startswith("Ada Park")] == ["Ada Park: indirect", "Ada Park: direct"]
    assert [title for title in page.marks if title.startswith("Tom Birch")] == ["Tom Birch: direct"] * 3


def test_the_page_tells_speakers_apart_by_number_too(wuzhen: Run, nasty: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    wuzhen("statements", nasty, "--html", out)
    html = out.read_text("utf-8")
    assert html.count('<span class="who">1</span>') == 2
    assert html.count('<span class="who">2</span>') == 2
    assert "1 Ada Park</mark>: 2 times" in html
    assert "prefers-color-scheme: dark" in html


def test_a_page_that_cannot_be_written_is_told_in_a_sentence(wuzhen: Run, nasty: Path, tmp_path: Path) -> None:
    shown = wuzhen("statements", nasty, "--html", tmp_path / "nowhere" / "page.html")
    assert shown.exit_code == 74
    assert "cannot be written" in shown.stderr


def test_two_ways_to_print_at_once_are_refused(wuzhen: Run, nasty: Path) -> None:
    assert wuzhen("statements", nasty, "--jsonl", "--explain").exit_code == 2


def test_an_explanation_tells_rule_speaker_and_why_a_cue_made_no_statement(wuzhen: Run, tmp_path: Path) -> None:
    file = tmp_path / "pier.txt"
    file.write_text(
        "The pier\n\nAda Park said it would close. She added that it was old. The mayor did not say when.\n",
        encoding="utf-8",
    )
    shown = wuzhen("statements", file, "--explain").stdout
    assert "line 3: said → clause, confidence 0.90" in shown
    assert 'speaker  Ada Park, from "She": who spoke or acted last in this paragraph' in shown
    assert "line 3: say → no statement: it was not said" in shown


def test_lines_that_name_the_sources_are_kept_apart_from_statements(wuzhen: Run, nasty: Path) -> None:
    found = json.loads(wuzhen("statements", "--jsonl", nasty).stdout)
    assert found["sources"] == ["This article is based on reports by the Lowmere Courier."]
    assert {statement["speaker"] for statement in found["statements"]} == {"Ada Park", "Tom Birch"}


def test_a_reported_clause_is_printed_with_its_that(wuzhen: Run, tmp_path: Path) -> None:
    file = tmp_path / "mill.txt"
    file.write_text("A title\n\nAda Park said that the mill would close.\n", encoding="utf-8")
    (statement,) = json.loads(wuzhen("statements", "--jsonl", file).stdout)["statements"]
    assert file.read_text("utf-8")[slice(*statement["quote_span"])] == "that the mill would close"
