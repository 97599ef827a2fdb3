"""An answer as a person reads it in the terminal, and how it came about."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from bot.cli.console import WIDEST, emit, emit_table, emit_text, is_terminal, printable, rich_console

if TYPE_CHECKING:
    from rich.text import Text

    from index.answer.contract import Answer, Citation
    from index.answer.explanation import Candidate, Trace

_CANDIDATES = 10  # that are shown; --json has them all
_WORDS = 120  # characters of one of them
_NARROW = 100  # columns; below, a table leaves no room for words
_QUOTED = re.compile(r"“[^“”]*”")
_SOURCE = re.compile(r"— [^—\n]*, paragraph \d+|——[^—\n]*，第 \d+ 段")


def show(answer: Answer) -> None:
    """Write the answer's text: wrapped and styled where a person looks, as it is in a pipe.

    Below it are the link and the day of each article it cites, where they are known, and the articles that answer as
    well, where only the asker can tell which is meant.
    """
    if is_terminal(sys.stdout):
        emit_text(_styled(answer))
    else:
        emit(answer.text)
    for line in dict.fromkeys(filter(None, map(_origin, answer.citations))):
        emit(line)
    if answer.stories:
        emit(f"\n{len(answer.stories)} articles answer this, each in its own way. To ask one of them alone, add:")
        for story in answer.stories:
            emit(f"  --article {story.article}  ({story.title})")


def _origin(citation: Citation) -> str:
    """The day and the link of an article: "Harbour bridge to open: 2026-05-03, https://example.org/bridge"."""
    known = [what for what in (citation.published, citation.source) if what]
    return f"{citation.title}: {', '.join(known)}" if known else ""


def show_why(trace: Trace) -> None:
    """Write how an answer came about, below it: what was understood, the gates, the candidates."""
    from bot.render.why_card import fates_line, gate_line, understood

    shown = trace.candidates[:_CANDIDATES]
    _section("Understood", (f"{label}: {words}" for label, words in understood(trace.question)))
    _section("Gates", (gate_line(step, trace) for step in trace.gates))
    _section("Candidates", [fates_line(trace, len(shown))])
    if shown:
        _show_candidates(shown)


def _section(title: str, lines: Iterable[str]) -> None:
    emit(f"\n{title}")
    for line in lines:
        _indented(line, 2)


def _show_candidates(candidates: Sequence[Candidate]) -> None:
    """A table with a column for each number that a candidate has; on a narrow terminal a block of lines for each."""
    from bot.render.why_card import fate_of, scores_of

    if is_terminal(sys.stdout) and rich_console(sys.stdout).width < _NARROW:
        for one in candidates:
            numbers = ", ".join(f"{name} {number:.2f}" for name, number in scores_of(one))
            _indented(f"{_score(one)} {fate_of(one)}{f' ({numbers})' if numbers else ''}".strip(), 2)
            _indented(_told(one), 7)
        return
    names = list(dict.fromkeys(name for one in candidates for name, _ in scores_of(one)))
    by_name = [{name: f"{number:.2f}" for name, number in scores_of(one)} for one in candidates]
    rows = [
        [_score(one), *(numbers.get(name, "") for name in names), fate_of(one), _told(one)]
        for one, numbers in zip(candidates, by_name, strict=True)
    ]
    emit_table(["score", *names, "fate", "candidate"], rows, right=["score", *names])


def _indented(line: str, by: int) -> None:
    """Write a line some columns to the right; wrapped where a person looks."""
    if not is_terminal(sys.stdout):
        emit(" " * by + line)
        return
    width = min(rich_console(sys.stdout).width, WIDEST)
    emit(textwrap.fill(line, max(width, 3 * by), initial_indent=" " * by, subsequent_indent=" " * by))


def _score(one: Candidate) -> str:
    return "" if one.score is None else f"{one.score:.2f}"


def _told(one: Candidate) -> str:
    """Who says what, and where: "Ada Park: It will rain. (bridge, paragraph 2)"."""
    words = textwrap.shorten(one.text, _WORDS, placeholder=" …")
    picked = f" [{one.picked}]" if one.picked else ""
    return f"{f'{one.speaker}: ' if one.speaker else ''}{words}{picked} ({one.article}, paragraph {one.paragraph})"


def _styled(answer: Answer) -> Text:
    """The answer's text; quoted words stand out, what says where they stand steps back."""
    from rich.text import Text

    text = Text(printable(answer.text))
    text.highlight_regex(_QUOTED, "bold")
    text.highlight_regex(_SOURCE, "dim")
    return text
