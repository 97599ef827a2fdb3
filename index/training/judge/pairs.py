"""Pairs that the judge learns from: a claim or a question, a premise, and what the premise does to it."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.judge.premise import in_context
from index.training.judge.dress import claim_in_other_dress, question_in_other_dress, who_said
from index.training.judge.reports import AnnotatedStatement, Entailment, Labels, Relevance

SUPPORTS, CONTRADICTS, NEITHER = (0,), (1,), (2,)
_NOT_SUPPORTS = (1, 2)
# how often a part of the context is left out of a premise: articles have no title, speakers no role
_DROPPED = {"title": 0.25, "before": 0.25, "speaker": 0.2, "role": 0.35}
# of public rows so many in a pass, other ones in each: they are not what the judge reads, and many give their label
# away by their length
_ENTAILMENTS = {
    "conjnli-adversarial": 900,
    "conjnli-dev": 300,
    "breaking-nli": 500,
    "negation-mnli": 700,
    "negation-snli": 500,
    "negation-rte": 400,
    "fm2-dev": 500,
    "feversym-dev": 600,
}
_RELEVANCES = 800


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim (`labels`: what may be true of it) or a question (`answers`) beside a premise."""

    text: str
    premise: str
    labels: Labels = ()
    answers: bool | None = None


@dataclass
class Pairs:
    """All that is trained on. One pass after the other is made from it by chance."""

    statements: Sequence[AnnotatedStatement]
    entailments: Sequence[Entailment] = ()
    relevance: Sequence[Relevance] = ()
    _reports: dict[str, list[AnnotatedStatement]] = field(init=False, repr=False)
    _pages: dict[str, list[str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._reports, self._pages = defaultdict(list), defaultdict(list)
        for statement in self.statements:
            self._reports[statement.report].append(statement)
        for row in self.relevance:
            if row.sentence not in self._pages[row.page]:
                self._pages[row.page].append(row.sentence)

    def of_a_pass(self, rng: random.Random) -> list[Pair]:
        """The pairs of one pass over the data, in no order."""
        found = [pair for statement in self.statements for pair in self._of_statement(statement, rng)]
        found += self._of_entailments(rng)
        found += self._of_relevance(rng)
        rng.shuffle(found)
        return found

    def _of_statement(self, statement: AnnotatedStatement, rng: random.Random) -> Iterator[Pair]:
        for texts, labels in (
            (statement.supports, SUPPORTS),
            (statement.contradicts, CONTRADICTS),
            (statement.neither, NEITHER),
        ):
            for text in texts:
                claim = claim_in_other_dress(text, statement.name, rng)
                yield Pair(claim, self._premise(statement, rng), labels)
                if rng.random() < (0.4 if labels == SUPPORTS else 0.2):
                    asked = question_in_other_dress(who_said(text, rng), rng)
                    yield Pair(asked, self._premise(statement, rng), answers=labels == SUPPORTS)
        for texts, answers in ((statement.asked, True), (statement.not_asked, False)):
            for text in texts:
                yield Pair(question_in_other_dress(text, rng), self._premise(statement, rng), answers=answers)
        yield from self._beside_others(statement, rng)

    def _beside_others(self, statement: AnnotatedStatement, rng: random.Random) -> Iterator[Pair]:
        """Its texts beside other statements, which hardly ever support or answer them."""
        siblings = [other for other in self._reports[statement.report] if other is not statement]
        if siblings:
            asked = question_in_other_dress(rng.choice(statement.asked), rng)
            yield Pair(asked, self._premise(rng.choice(siblings), rng), answers=False)
            text = rng.choice(statement.supports)
            other = self._premise(rng.choice(siblings), rng)
            if rng.random() < 0.4:  # that two say the same is rare, that one says the contrary is not
                yield Pair(claim_in_other_dress(text, None, rng), other, _NOT_SUPPORTS)
            else:
                yield Pair(question_in_other_dress(who_said(text, rng), rng), other, answers=False)
        stranger = rng.choice(self.statements)
        if stranger.report == statement.report or rng.random() < 0.4:
            return
        if rng.random() < 0.5:
            text = rng.choice(statement.supports + statement.contradicts)
            yield Pair(claim_in_other_dress(text, None, rng), self._premise(stranger, rng), NEITHER)
        else:
            text = rng.choice(statement.asked)
            yield Pair(question_in_other_dress(text, rng), self._premise(stranger, rng), answers=False)

    def _premise(self, statement: AnnotatedStatement, rng: random.Random) -> str:
        kept = {name: rng.random() >= share for name, share in _DROPPED.items()}
        return in_context(
            statement.sentence,
            speaker=statement.speaker if kept["speaker"] else None,
            role=statement.role if kept["speaker"] and kept["role"] else None,
            before=statement.before if kept["before"] else None,
            title=statement.title if kept["title"] else "",
        )

    def _of_entailments(self, rng: random.Random) -> Iterator[Pair]:
        rows: dict[str, list[Entailment]] = defaultdict(list)
        for row in self.entailments:
            rows[row.source].append(row)
        for source, found in rows.items():
            for row in rng.sample(found, min(len(found), _ENTAILMENTS.get(source, len(found)))):
                yield Pair(row.claim, in_context(row.premise, title=row.title), row.labels)

    def _of_relevance(self, rng: random.Random) -> Iterator[Pair]:
        for row in rng.sample(self.relevance, min(len(self.relevance), _RELEVANCES)):
            question = question_in_other_dress(row.question, rng)
            yield Pair(question, row.sentence, answers=True)
            others = [sentence for sentence in self._pages[row.page] if sentence != row.sentence]
            if others:
                yield Pair(question, rng.choice(others), answers=False)
