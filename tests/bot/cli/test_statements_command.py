"""`wuzhen statements`: the page it writes, what it explains, what it tells programs."""

from __future__ import annotations

import json
import os
import pty
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from bot.cli.statements_page import page
from index.article import Article
from index.statements.extract import Extraction

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
        self.told: list[bool] = []  # for each open tag whether it holds what the page adds to the text
        self.added: list[str] = []
        self.words: list[str] = []
        self.marks: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag != "meta":
            self.open.append(tag)
            self.told.append((dict(attrs).get("class") or "") in {"who", "how", "hidden"})
        if tag == "mark":
            self.marks.append(dict(attrs).get("title") or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.told.pop()

    def handle_data(self, data: str) -> None:
        if any(self.told):
            self.added.append(data)
        elif "style" not in self.open:
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
    seen = Page(out.read_text("utf-8"))
    assert not seen.open
    assert not seen.tags & {"script", "b", "link", "img"}
    text = "".join(seen.words)
    for line in NASTY.splitlines():
        assert " ".join(line.split()) in " ".join(text.split())
    shown = [title.rpartition(", ") for title in seen.marks if title.startswith("Ada Park")]
    assert [(kind, sure[-4:]) for kind, _, sure in shown] == [
        ("Ada Park: indirect", "sure"),
        ("Ada Park: direct", "sure"),
    ]
    birch = [title.rpartition(", ")[0] for title in seen.marks if title.startswith("Tom Birch")]
    assert birch == ["Tom Birch: direct"] * 3


def test_each_statement_can_be_linked_to_and_a_name_jumps_to_what_is_said(
    wuzhen: Run, nasty: Path, tmp_path: Path
) -> None:
    out = tmp_path / "page.html"
    wuzhen("statements", nasty, "--html", out)
    html = out.read_text("utf-8")
    anchors = re.findall(r' id="([^"]+)"', html)
    assert anchors == [f"nasty-{number}" for number in range(1, 5)]
    jumps = re.findall(r'href="#([^"]+)"', html)
    assert len(jumps) > len(anchors)  # from the list of speakers, and from each statement to the next of its speaker
    assert set(jumps) == set(anchors)
    assert "@media print" in html


def test_the_page_tells_the_day_and_the_link_and_links_to_nothing_but_web_pages() -> None:
    article = Article("a", "A", "A\n\nIt rained.", 'https://example.org/?a="b"', published="2026-05-03")
    html = page([Extraction(article, (), (), ())])
    assert '<time>2026-05-03</time>, <a href="https://example.org/?a=&quot;b&quot;">' in html
    assert "<a " not in page([Extraction(replace(article, source="javascript:alert(1)"), (), (), ())])


def test_the_page_tells_speakers_apart_by_number_too(wuzhen: Run, nasty: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    wuzhen("statements", nasty, "--html", out)
    html = out.read_text("utf-8")
    assert html.count('>1<span class="hidden"> Ada Park:</span></a>') == 2
    assert html.count('>2<span class="hidden"> Tom Birch:</span></a>') == 2
    assert "1 Ada Park</a></mark>: 2 times" in html
    assert "prefers-color-scheme: dark" in html


DENIED = """\
The pier

"The pier is old and nobody has the money to keep it up for another year."

It rained all day.

It rained all night.

Ada Park denied that the pier would close.
"""


def test_the_page_tells_in_words_how_it_was_said_and_who_is_unknown(wuzhen: Run, tmp_path: Path) -> None:
    file, out = tmp_path / "pier.txt", tmp_path / "page.html"
    file.write_text(DENIED, encoding="utf-8")
    wuzhen("statements", file, "--html", out)
    seen = Page(out.read_text("utf-8"))
    assert "indirect, denies" in seen.added
    assert "?" in seen.added
    assert "main" in seen.tags
    assert 'style="--hue:0;--s:0%"' in out.read_text("utf-8")


def test_an_unknown_speaker_is_a_question_mark_in_the_table(wuzhen: Run, tmp_path: Path) -> None:
    file = tmp_path / "pier.txt"
    file.write_text(DENIED, encoding="utf-8")
    rows = [line.split("\t") for line in wuzhen("statements", file).stdout.splitlines()[1:]]
    assert ["Ada Park", "indirect, denies"] in [[row[1], row[3]] for row in rows]
    assert "?" in [row[1] for row in rows]


def test_an_article_that_quotes_nobody_is_told_so(wuzhen: Run, tmp_path: Path) -> None:
    file = tmp_path / "quiet.txt"
    file.write_text("The pier\n\nThe pier is old. It rained.\n", encoding="utf-8")
    shown = wuzhen("statements", file)
    assert shown.stderr == "quiet: nobody is quoted.\n"
    assert shown.stdout == "Article\tSpeaker\tStatement\tKind\tLine\n"


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
    assert "line 3: said → clause, confidence 0.9" in shown
    assert 'speaker  Ada Park, from "She": the likeliest of those near' in shown
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


def test_on_a_narrow_terminal_each_statement_has_lines_of_its_own(
    start: Callable[..., Any], nasty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    ours, theirs = pty.openpty()
    process = start("statements", nasty, stdout=theirs)
    process.communicate(timeout=60)
    os.close(theirs)
    seen = os.read(ours, 4096).decode().replace("\r\n", "\n")
    os.close(ours)
    assert seen.startswith("Ada Park\n  The mill will close\n  indirect, line 3\n")
    assert max(map(len, seen.splitlines())) <= 40
