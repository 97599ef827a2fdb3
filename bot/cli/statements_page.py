"""An article as a page to look at and to share: who says what, marked in colour and by number. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from bot.cli.console import printable
from index.article import Article, Span

if TYPE_CHECKING:
    from index.statements.extract import Extraction
    from index.statements.statement import Statement

_GOLDEN = 137.508  # degrees; hues this far apart stay distinct however many there are
_UNKNOWN = "unknown"
_UNSURE = 0.6  # confidence, 0 to 1, below which a statement is marked
_NOTE = (
    "Each number is a speaker. Solid line: direct words; double: partly; dashed: reported. "
    "Bold with dots: the words that tell who speaks; italic: whom they name. "
    "The small words behind tell how it was said. A number leads to the speaker's next statement."
)

_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1a1a1a; --faint: #5c5c5c; --rule: #d0d0d0;
  --l: 88%; --e: 32%; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #16181c; --ink: #ececec; --faint: #a8a8a8; --rule: #3a3d44; --l: 24%; --e: 72%; }
}
body { background: var(--paper); color: var(--ink); font: 1.05rem/1.75 Georgia, serif; margin: 2rem auto;
  max-width: 44rem; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.3; }
.note, .speakers { color: var(--faint); font: .9rem/1.6 system-ui, sans-serif; }
.speakers { border-block: 1px solid var(--rule); color: inherit; list-style: none; padding: .5rem 0; }
mark { background: hsl(var(--hue) var(--s, 60%) var(--l)); color: inherit; padding: .1em 0;
  border-bottom: 2px solid hsl(var(--hue) var(--s, 55%) var(--e)); }
mark.indirect { border-bottom-style: dashed; }
mark.mixed { border-bottom-style: double; border-bottom-width: 4px; }
.who, .how { color: var(--faint); font: 600 .7rem/1 system-ui, sans-serif; vertical-align: super; margin-right: .15em; }
.how { font-weight: 400; font-style: italic; margin: 0 .15em 0 .3em; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.cue { font-weight: 700; text-decoration: underline dotted; }
.mention { font-style: italic; }
a { color: inherit; }
.who { text-decoration: none; }
:target { outline: 2px solid currentColor; outline-offset: 2px; }
@media print {
  body { margin: 0; max-width: none; font-size: 11pt; }
  mark, li { print-color-adjust: exact; -webkit-print-color-adjust: exact; break-inside: avoid; }
  article + article { break-before: page; }
}
"""


def page(extractions: Sequence[Extraction]) -> str:
    """One HTML page, whole in itself: no script, no font, no picture, nothing fetched."""
    title = extractions[0].article.title if len(extractions) == 1 else "Who said what"
    body = "\n".join(_article(extraction) for extraction in extractions)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def kind_of(statement: Statement) -> str:
    """How it was said, in words: "indirect, denies, from the minister"; "unsure" where little speaks for it."""
    parts: list[str] = [statement.directness]
    parts += ["belief"] if statement.is_belief else []
    parts += [statement.polarity] if statement.polarity != "asserts" else []
    parts += [f"from {statement.via}"] if statement.via else []
    parts += ["unsure"] if statement.confidence < _UNSURE else []
    return ", ".join(parts)


def sureness(statement: Statement) -> str:
    """How likely the statement is right, and who else might have said it: "71 %, or else Ada Park (20 %)"."""
    second = statement.runner_up
    other = f", or else {second.name or 'nobody named'} ({second.probability:.0%})" if second else ""
    return f"{statement.confidence:.0%} sure{other}"


def _text(words: str) -> str:
    return escape(printable(words))


def _article(extraction: Extraction) -> str:
    numbers = _numbers(extraction.statements)
    marks = _marks(extraction, numbers)
    text = extraction.article.text
    told = (span for span in extraction.article.paragraphs if text[slice(*span)] != extraction.article.title)
    paragraphs = (_paragraph(text, span, marks) for span in told)
    return "\n".join(
        [
            f"<article>\n<h1>{_text(extraction.article.title)}</h1>",
            _origin(extraction.article),
            f'<p class="note">{_NOTE}</p>',
            _legend(extraction, numbers),
            *paragraphs,
            "</article>",
        ]
    )


def _who(statement: Statement) -> str:
    return statement.speaker or _UNKNOWN


def _numbers(statements: Sequence[Statement]) -> dict[str, int]:
    """A number, from 1, for each speaker as first quoted; 0 for those the text does not name."""
    names = dict.fromkeys(statement.speaker for statement in statements if statement.speaker)
    numbers = {name: i for i, name in enumerate(names, 1)}
    return numbers if all(statement.speaker for statement in statements) else {**numbers, _UNKNOWN: 0}


def _origin(article: Article) -> str:
    """The day and the link, where they are known; only what leads to a web page is a link."""
    day = [f"<time>{_text(article.published)}</time>"] if article.published else []
    source = _text(article.source or "")
    if source.lower().startswith(("http://", "https://")):
        source = f'<a href="{source}">{source}</a>'
    known = ", ".join(filter(None, [*day, source]))
    return f'<p class="note">{known}</p>' if known else ""


def _anchor(article: Article, number: int) -> str:
    """Where a statement can be linked to, by its number, from 1: `#report-3`; several articles share a page."""
    return f"{_text(article.id)}-{number}"


def _legend(extraction: Extraction, numbers: dict[str, int]) -> str:
    statements = extraction.statements
    counts = Counter(map(_who, statements))
    firsts = {_who(statement): place for place, statement in reversed(list(enumerate(statements, 1)))}
    roles = {_who(s): s.role for s in statements if s.role}
    lines = []
    for name, number in numbers.items():
        role = f", {_text(roles[name])}" if name in roles else ""
        times = "once" if counts[name] == 1 else f"{counts[name]} times"
        jump = f'<a href="#{_anchor(extraction.article, firsts[name])}">{_sign(number)} {_text(name)}</a>'
        lines.append(f"<li><mark {_hue(number)}>{jump}</mark>{role}: {times}</li>")
    return f'<ul class="speakers">{"".join(lines)}</ul>' if lines else '<p class="note">Nobody is quoted.</p>'


def _sign(number: int) -> str:
    return str(number or "?")


def _hue(number: int) -> str:
    """The colour of a speaker's marks: grey for number 0."""
    return f'style="--hue:{round(number * _GOLDEN) % 360}"' if number else 'style="--hue:0;--s:0%"'


@dataclass(frozen=True, slots=True, order=True)
class _Mark:
    """A span with what opens and closes it."""

    span: Span
    opening: str = ""
    closing: str = ""


def _marks(extraction: Extraction, numbers: dict[str, int]) -> list[_Mark]:
    """What to mark, in order; no two share a character, statements go before cues and mentions."""
    marks: list[_Mark] = []
    following = _following(extraction)
    for place, statement in enumerate(extraction.statements, 1):
        anchor, after = _anchor(extraction.article, place), following[place]
        for mark in _said(extraction.article.text, statement, numbers[_who(statement)], anchor, after):
            _add(marks, mark)
    for statement in extraction.statements:
        if statement.cue_span:
            _add(marks, _Mark(statement.cue_span, '<span class="cue">', "</span>"))
        if statement.mention_span:
            _add(marks, _Mark(statement.mention_span, '<span class="mention">', "</span>"))
    return marks


def _add(marks: list[_Mark], mark: _Mark) -> None:
    at = bisect_left(marks, mark)
    before = at == 0 or marks[at - 1].span[1] <= mark.span[0]
    if before and (at == len(marks) or mark.span[1] <= marks[at].span[0]):
        marks.insert(at, mark)


def _following(extraction: Extraction) -> dict[int, str]:
    """For each statement, by its number, the anchor of the speaker's next one; of the last, of the first."""
    places: dict[str, list[int]] = {}
    for place, statement in enumerate(extraction.statements, 1):
        places.setdefault(_who(statement), []).append(place)
    return {
        place: _anchor(extraction.article, after)
        for own in places.values()
        for place, after in zip(own, [*own[1:], own[0]], strict=True)
    }


def _said(text: str, statement: Statement, number: int, anchor: str, following: str) -> Iterator[_Mark]:
    label = _text(f"{_who(statement)}: {kind_of(statement)}, {sureness(statement)}")
    tag = f'<mark class="{statement.directness}" {_hue(number)} title="{label}">'
    hidden = f'<span class="hidden"> {_text(_who(statement))}:</span>'
    chip = f'<a class="who" id="{anchor}" href="#{following}">{_sign(number)}{hidden}</a>'
    spans = [span for fragment in statement.fragments for span in _lines(text, fragment)]
    for span in spans:
        how = f'<span class="how">{_text(kind_of(statement))}</span>' if span == spans[-1] else ""
        yield _Mark(span, chip + tag, "</mark>" + how)
        chip = ""


def _lines(text: str, span: Span) -> Iterator[Span]:
    """The parts of a span on each line: a mark stays within its paragraph."""
    start = span[0]
    for line in text[slice(*span)].splitlines(keepends=True):
        if line.strip():
            yield start, start + len(line.rstrip())
        start += len(line)


def _paragraph(text: str, span: Span, marks: Sequence[_Mark]) -> str:
    parts, at = [], span[0]
    first, last = (bisect_left(marks, _Mark((place, place))) for place in span)
    for mark in marks[first:last]:
        start, end = mark.span
        parts += [_text(text[at:start]), mark.opening, _text(text[start:end]), mark.closing]
        at = end
    return f"<p>{''.join(parts)}{_text(text[at : span[1]])}</p>"
