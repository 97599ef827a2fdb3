"""Why an answer is as it is, in words: what was understood, the gates, the candidates. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.render.limits import CONTENT
from bot.render.markdown import block_quote, bold, one_line, subtext, width
from index.language.words import capitalised
from index.question.model import ASIDES

if TYPE_CHECKING:
    from index.answer.explanation import Candidate, Step, Trace
    from index.question.model import Intent, Question
    from index.speakers.link import SpeakerRef

_SHOWN = 5  # candidates in a message
_GATES = 10  # of which the last are the telling ones
# characters of Markdown: together with five candidates they fit into a message nearly always
_QUESTION, _UNDERSTOOD, _GATE, _FATES, _WORDS, _WHERE = 200, 300, 100, 160, 120, 60

_INTENTS: dict[Intent, str] = {
    "who_said": "who said it",
    "what_said": "what somebody said",
    "verify": "whether somebody said it",
    "profile": "who somebody is",
    "speakers": "who spoke",
    "fact": "a fact",
    "about_article": "about an article",
    "list_articles": "which articles there are",
    "about_answer": "about the last answer",
    "count_order": "how many, or in which order",
    "compare": "who agrees with whom",
    "several": "several questions",
    "other_language": "something in another language",
    **dict.fromkeys(ASIDES - {"other_language"}, "nothing that articles could tell"),
}
_OTHER_NOW = (
    "Asked again just now, I would answer otherwise: the articles have changed, or what was talked about is forgotten."
)


# ── in words ──────────────────────────────────────────────────────────────


def understood(question: Question) -> list[tuple[str, str]]:
    """How a question was understood: what, and in which words; only what tells something."""
    corrected = (f"{typed} as {meant}" for typed, meant in question.corrections)
    rows = (
        ("asks", _INTENTS[question.intent]),
        ("speaker", ", ".join(map(_linked, question.speakers))),
        ("topic", question.topic + (" (from before)" if question.carried else "")),
        ("words", ", ".join(question.words)),
        ("names", ", ".join(question.names)),
        ("numbers", ", ".join(question.numbers)),
        ("quoted", question.quoted or ""),
        ("role", ", ".join(question.group)),
        ("told to", question.medium or ""),
        ("verb", question.verb or ""),
        ("mended", ", ".join(corrected)),
        ("wants", question.wanted or question.aspect or ""),
    )
    return [(label, words) for label, words in rows if words]


def _linked(ref: SpeakerRef) -> str:
    """Somebody in the question, and whom that means: "park: Ada Park or Tim Park (spelling)"."""
    if ref.names == (ref.asked,):
        return ref.asked
    return f"{ref.asked}: {' or '.join(ref.names)} ({ref.link})" if ref.names else f"{ref.asked}: nobody"


def gate_line(step: Step, trace: Trace) -> str:
    """A gate, whether it was passed, and what followed from it if it decided."""
    line = f"{step.gate}: {'yes' if step.passed else 'no'}{f', {step.detail}' if step.detail else ''}"
    if not step.decided:
        return line
    return f"{line} → {'answered' if trace.decision == 'answered' else f'refused as {trace.decision}'}"


def fate_of(candidate: Candidate) -> str:
    """What became of a candidate, and whether a refusal offers it."""
    offered = candidate.shown and candidate.fate != "cited"
    return f"{candidate.fate}; offered as the nearest" if offered else candidate.fate


def fates_line(trace: Trace, shown: int) -> str:
    """How many candidates there were, and what became of them: "5 of 33: 1 cited, 32 below …"."""
    total = sum(count for _, count in trace.fates)
    if not total:
        return "none"
    many = f"all {total}" if shown >= total else f"{shown} of {total}"
    return f"{many}: {', '.join(f'{count} {fate}' for fate, count in trace.fates)}"


def scores_of(candidate: Candidate) -> list[tuple[str, float]]:
    """The numbers behind a candidate's score that there are, each 0 to 1, by what they measure."""
    numbers = (
        ("meaning", candidate.dense),
        ("words", candidate.coverage),
        ("rank", candidate.fused),
        ("reader", candidate.reader),
    )
    return [(name, number) for name, number in numbers if number is not None]


# ── as a message ──────────────────────────────────────────────────────────


def why_message(trace: Trace, *, changed: bool) -> str:
    """Markdown for Discord, at most 2000 characters; `changed` is whether the answer is now another than was shown."""
    question = trace.question
    told = "; ".join(f"{label} {words}" for label, words in understood(question))
    lines = [
        bold("Why this answer"),
        *filter(None, [subtext(one_line(question.text, _QUESTION))]),
        *([subtext(_OTHER_NOW)] if changed else []),
        one_line(capitalised(told), _UNDERSTOOD),
        *(_gate(step, trace) for step in trace.gates[-_GATES:]),
    ]
    return _filled(lines, trace)


def _filled(lines: Sequence[str], trace: Trace) -> str:
    """The lines with as many candidates as fit below them."""
    content, shown = "", 0
    for shown in range(min(_SHOWN, len(trace.candidates)), -1, -1):
        head = f"{bold('Candidates')} {one_line(fates_line(trace, shown), _FATES)}"
        blocks = (line for candidate in trace.candidates[:shown] for line in _candidate(candidate))
        content = "\n".join([*lines, "", head, *blocks])  # a list ends at a blank line only
        if width(content) <= CONTENT:
            break
    return content


def _gate(step: Step, trace: Trace) -> str:
    line = one_line(gate_line(step, trace), _GATE)
    return f"- {bold(line) if step.decided else line}"


def _candidate(candidate: Candidate) -> Iterator[str]:
    """What became of it, its words, and where they stand with the numbers behind the score."""
    score = "not scored" if candidate.score is None else f"{candidate.score:.2f}"
    yield f"{bold(score)} {one_line(fate_of(candidate), _WHERE)}"
    yield block_quote(one_line(candidate.text, _WORDS))
    where = [one_line(candidate.speaker or "", _WHERE), one_line(candidate.title, _WHERE)]
    numbers = [f"{name} {number:.2f}" for name, number in scores_of(candidate)]
    picked = [f"picked: {one_line(candidate.picked, _WHERE)}"] if candidate.picked else []
    yield subtext(", ".join(filter(None, [*where, f"paragraph {candidate.paragraph}", *numbers, *picked])))
