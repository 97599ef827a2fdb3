"""Recording: writes down how one answer comes about, for whoever asks why."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from index.answer.contract import Answer, Citation, Reason
from index.answer.explanation import Candidate, Fate, Gate, Step, Trace
from index.answer.features import as_probability
from index.answer.present.statement_text import bare_name, cited_span
from index.answer.scoring import Scored
from index.article import Span
from index.question.model import Question
from index.search import Evidence

_MOST = 100  # candidates that are told in full; beyond them only counts
_WIDTH = 200  # characters of a candidate's words

_Key = tuple[bool, int]
# who says a piece of evidence, by the name for all articles
Named = Callable[[Evidence], str | None]


class Recorder:
    """Writes down what happens to one question; what it is told first of a candidate holds.

    `decided` is the place of the gate that the answer follows from; None before there is one.
    """

    def __init__(self) -> None:
        self.decided: int | None = None
        self._steps: list[Step] = []
        self._scored: dict[_Key, Scored] = {}
        self._unscored: dict[_Key, Evidence] = {}
        self._fates: dict[_Key, Fate] = {}

    def passed(self, gate: Gate, passed: bool, detail: str) -> None:
        """A gate was passed, or not."""
        self._steps.append(Step(gate, passed, detail))

    def composed(self) -> None:
        """An answer is made now: the gate before it decided that."""
        self.decided = len(self._steps) - 1

    def scored(self, found: Iterable[Scored]) -> None:
        """Candidates were found and scored."""
        for one in found:
            self._scored.setdefault(_key(one.evidence), one)

    def rescored(self, one: Scored) -> None:
        """A candidate got another score."""
        self._scored[_key(one.evidence)] = one

    def left_out(self, found: Iterable[Evidence], fate: Fate) -> None:
        """Candidates are out, scored or not."""
        for one in found:
            key = _key(one)
            self._fates.setdefault(key, fate)
            if len(self._unscored) < _MOST:
                self._unscored.setdefault(key, one)

    def trace(self, question: Question, threshold: float, named: Named, answer: Answer) -> Trace:
        """All of it, once there is an answer; `named` tells who says a statement."""
        found = self._candidates(threshold, named, answer.citations, answer.reason)
        candidates = sorted(found, key=lambda one: -(one.score or 0.0))
        fates = Counter(one.fate for one in candidates)
        told = self._scored.keys() | self._unscored.keys()
        fates.update(fate for key, fate in self._fates.items() if key not in told)
        steps = [Step(s.gate, s.passed, s.detail, i == self.decided) for i, s in enumerate(self._steps)]
        return Trace(
            question,
            threshold,
            tuple(steps),
            tuple(candidates[:_MOST]),
            tuple(fates.most_common()),
            answer.reason or "answered",
        )

    def _candidates(
        self, threshold: float, named: Named, citations: tuple[Citation, ...], reason: Reason | None
    ) -> Iterator[Candidate]:
        read = {is_statement for (is_statement, _), one in self._scored.items() if _reader(one) is not None}
        told: set[Citation] = set()
        for key in {**self._scored, **self._unscored}:
            scored = self._scored.get(key)
            evidence = self._unscored[key] if scored is None else scored.evidence
            shows = {citation for citation in citations if _is_shown(evidence, citation)}
            told |= shows
            cited = bool(shows) and reason is None
            fate = "cited" if cited else self._fates.get(key) or _fate(scored, threshold, reason)
            if fate == "below the operating point" and key[0] in read and scored and _reader(scored) is None:
                fate = "not read"  # others of its kind were
            yield _candidate(named, evidence, scored, fate, shown=bool(shows))
        yield from (_only_cited(citation) for citation in citations if citation not in told)


def _fate(scored: Scored | None, threshold: float, reason: Reason | None) -> Fate:
    """What became of a candidate that was not left out before, and is not shown."""
    if scored is None:
        return "not shown"
    if scored.score >= threshold:
        return "others fit better" if reason is None else "not enough by itself"
    return scored.lowered or "below the operating point"


def _candidate(named: Named, evidence: Evidence, scored: Scored | None, fate: Fate, *, shown: bool) -> Candidate:
    article, (start, end) = evidence.article, evidence.span
    said = None if evidence.statement is None else evidence.said
    speaker = None if said is None else named(evidence)
    return Candidate(
        article=article.id,
        title=article.title,
        paragraph=article.paragraph_of(start),
        start=start,
        end=end,
        kind="sentence" if said is None else "statement",
        speaker=None if speaker is None else bare_name(speaker),
        directness=None if said is None else said.directness,
        polarity=None if said is None else said.polarity,
        text=_short(evidence.text),
        dense=None if scored is None else round(evidence.dense, 3),
        coverage=None if scored is None else round(evidence.coverage, 3),
        fused=None if scored is None else round(evidence.fused, 3),
        score=None if scored is None else round(scored.score, 3),
        fate=fate,
        shown=shown,
        reader=None if scored is None else _reader(scored),
        picked=None if scored is None or scored.words is None else article.text[slice(*scored.words)],
    )


def _reader(scored: Scored) -> float | None:
    """The reader's number for a candidate as a probability; None for unread."""
    features = scored.features
    if not features.answers and not features.words:
        return None
    return round(as_probability(features.answers), 3)


def _only_cited(citation: Citation) -> Candidate:
    """What is cited without having been searched for by words: all that somebody said, say."""
    return Candidate(
        article=citation.article,
        title=citation.title,
        paragraph=citation.paragraph,
        start=citation.start,
        end=citation.end,
        kind="sentence" if citation.directness is None else "statement",
        speaker=citation.speaker,
        directness=citation.directness,
        polarity=citation.polarity,
        text=_short(citation.quote),
        dense=None,
        coverage=None,
        fused=None,
        score=None,
        fate="cited",
        shown=True,
    )


def _short(words: str) -> str:
    return textwrap.shorten(words, _WIDTH, placeholder=" …")


def _is_shown(evidence: Evidence, citation: Citation) -> bool:
    """Whether the citation shows this statement, or words of this sentence."""
    if evidence.article.id != citation.article or evidence.article.sha256 != citation.sha256:
        return False
    there = citation.start, citation.end
    if evidence.statement is not None:
        return there in {evidence.span, cited_span(evidence.article, evidence.said)}
    return _overlap(evidence.span, there)


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _key(evidence: Evidence) -> _Key:
    stored = evidence.statement or evidence.passage
    assert stored is not None  # noqa: S101 - one of the two is always there
    return evidence.statement is not None, stored.key
