"""Whether articles answer a question equally well and differently, so that the asker has to say which is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from index.answer.context import Desk
from index.answer.contract import Answer, Story
from index.answer.kinds.fact import sentences_for
from index.answer.people import by_medium, fits_group
from index.answer.scoring import Scored
from index.answer.spans.typed import holds_wanted, short_answer
from index.language.words import stems_of, words_of
from index.question.model import Intent

# another article answers as well as the best where its score is at most this much below, and no less of the question's
# words are in it; on questions about unrelated articles the next best one is further off
_MARGIN = 0.05
# and only where that is surer than an answer has to be: this far from the operating point to certainty
_SURER = 0.5
_QUOTED = 8  # words: two people do not say that many alike by chance
_MOST = 5
_DEPTH = 20


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Evidence with what it answers: who said it, or the date, figure or name that was asked for."""

    scored: Scored
    answer: str

    @property
    def words(self) -> list[str]:
        """The words of the evidence."""
        return words_of(self.scored.evidence.text)


def with_stories(desk: Desk, answer: Answer) -> Answer:
    """The answer with the articles that answer as well but differently, where the question leaves open which is meant.

    It leaves that open where it was not narrowed to articles and goes on from nothing that was talked about. Only
    questions with one answer count: "what did she say?" is answered from several articles at once.
    """
    finders = _FINDERS.get(desk.question.intent, ())
    if not answer.citations or not _is_open(desk, answer):
        return answer
    quiet = desk if desk.recorder is None else replace(desk, recorder=None)  # what is compared here is not the way
    chosen: list[_Candidate] = []
    for find in finders:  # the dearer ones only where the others find several
        chosen = _tied(quiet, list(find(quiet)), answer.citations[0].sha256)
        if len(chosen) < 2:
            return answer
    return replace(answer, stories=tuple(map(_story, chosen[:_MOST])))


def _is_open(desk: Desk, answer: Answer) -> bool:
    question = desk.question
    fresh = desk.scope.articles is None and not question.carried and not question.more
    return fresh and answer.status == "answered" and answer.intent == question.intent


def _tied(desk: Desk, candidates: list[_Candidate], cited: str) -> list[_Candidate]:
    """The best candidate of the cited article, with those of others that answer as well but differently."""
    best = next((one for one in candidates if one.scored.article.sha256 == cited), None)
    chosen = [] if best is None else [best]
    for one in candidates if best else ():
        if _is_as_good(desk, one, chosen[0]) and all(_differs(one, other) for other in chosen):
            chosen.append(one)
    return chosen


# ── what could answer ─────────────────────────────────────────────────────


def _who_said(desk: Desk) -> Iterator[_Candidate]:
    """The statements of people with a name, best first."""
    quoted = " ".join(words_of(desk.question.quoted or ""))
    for one in by_medium(desk, [one for one in desk.statements()[:_DEPTH] if fits_group(desk, one.evidence)]):
        name = desk.speaker_of(one.evidence)
        if name and quoted in " ".join(words_of(one.evidence.text)):
            yield _Candidate(one, name)


def _fact(desk: Desk) -> Iterator[_Candidate]:
    """The sentences with a short answer in them, best first."""
    return _short(desk, sorted(desk.passages()[:_DEPTH], key=lambda scored: -scored.score))


def _fact_read(desk: Desk) -> Iterator[_Candidate]:
    """The same, as the reader scores them, if there is one."""
    return _short(desk, sentences_for(desk))


def _short(desk: Desk, sentences: list[Scored]) -> Iterator[_Candidate]:
    topic = stems_of(desk.question.text)
    for one in sentences:
        text = one.evidence.text
        found = short_answer(desk.question, text, topic) if holds_wanted(desk.question, text, topic) else None
        if one.words is not None:
            yield _Candidate(one, one.article.text[slice(*one.words)])
        elif found:
            yield _Candidate(one, text[slice(*found)])


_Finder = Callable[[Desk], Iterator[_Candidate]]
_FINDERS: dict[Intent, tuple[_Finder, ...]] = {"who_said": (_who_said,), "fact": (_fact, _fact_read)}


# ── whether it does as well ───────────────────────────────────────────────


def _is_as_good(desk: Desk, one: _Candidate, best: _Candidate) -> bool:
    sure = desk.surer(_SURER)
    return (
        one.scored.score >= max(sure, best.scored.score - _MARGIN)
        and one.scored.features.plain_coverage >= best.scored.features.plain_coverage
        and one.scored.article.sha256 != best.scored.article.sha256  # last, for it takes longest
    )


def _differs(one: _Candidate, other: _Candidate) -> bool:
    """Whether two articles tell different things: "Park" is Ada Park, and what is quoted at length is of one story."""
    if len(one.words) >= _QUOTED and one.words == other.words:
        return False
    short, long = sorted((stems_of(one.answer), stems_of(other.answer)), key=len)
    return not short <= long


def _story(one: _Candidate) -> Story:
    article = one.scored.article
    return Story(article.id, article.title, article.sha256)
