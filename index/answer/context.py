"""What every kind of answer works with: the question, the evidence for it, and ready-made refusals."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self, TypeGuard, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.answer.contract import Citation, Part
from index.answer.explanation import Fate, Gate
from index.answer.features import (
    background,
    contradicts_numbers,
    features_of,
    lacks_next,
    load_weights,
    opposed,
    unnamed,
)
from index.answer.present.catalogue import ENGLISH
from index.answer.present.statement_text import full_stop, roles_told
from index.answer.recorder import Recorder
from index.answer.scoring import Scored
from index.judge import Judge
from index.language.contradiction import has_antonym, negation_differs, tells_the_contrary
from index.language.lexicon import same_place
from index.language.words import words_of
from index.phrases import Phrases
from index.question.model import Memory, Question
from index.reader import Reader
from index.search import Evidence, Query, Searcher
from index.speakers.directory import Directory
from index.speakers.identity import Called
from index.statements.statement import Speaker
from index.store.protocol import Scope

# the operating point: evidence scored below it does not answer (see weights.json for how the score was fitted)
THRESHOLD = 0.5
# and that of verdicts: claims beside statements are called supported, or contradicted, from this probability on
VERDICT = 0.6


@dataclass(frozen=True, slots=True)
class OperatingPoints:
    """The operating points, 0 to 1: of answers, and of "yes" and "no"."""

    threshold: float = THRESHOLD
    verdict: float = VERDICT

    @classmethod
    def of(cls, threshold: float | None, verdict: float | None) -> Self:
        """Those that are given; for None the one that was measured to be best."""
        return cls(THRESHOLD if threshold is None else threshold, VERDICT if verdict is None else verdict)


# of how much the rank within the query counts beside the score, which knows nothing of the other candidates
_RANK_WEIGHT = 0.15
# evidence without a figure that the question holds, or where a name in it is nowhere, keeps this much of its score
_WRONG_FIGURE = 0.3
# from this share of the claim's words on, a "not" in just one of the two turns the meaning round
_RESTATED = 0.7
# a statement, or a sentence, of the contrary keeps this much
_CONTRARY = 0.3
# evidence this much below the operating point is near enough to offer, marked as not the answer
_NEAREST_FLOOR = 0.35
# a sentence; once it was read, what does not answer has a very low score
_NEAREST_SENTENCE = 0.2

# what there is of a name in another language
_OF_A_LANGUAGE = r"(?:names?|titles?|words?|terms?|translations?|spelling|meaning)\b"

Found = TypeVar("Found", bound="Evidence | Scored")

# a part of an answer with what it cites, before the citations are counted
Piece = tuple[Part, Citation | None]


@dataclass(frozen=True)
class Desk:
    """One question on the way to its answer.

    Attributes:
        encode: texts to their vectors, float32 (len(texts), dimension), rows of unit length.
        directory: links words to the speakers in scope.
        people: everybody quoted or named in scope, by canonical name; the same name in several articles is one.
        called: the name for all articles by an article's key and the name it uses; the same where it is missing.
        points: the operating points.
        judge: gives the judge, loaded when it is first called; None to do without.
        recorder: is told how the answer comes about; None where nobody asks why.
        reader: gives the reader, loaded when it is first called; None to do without.
        phrases: what the answer says itself.
    """

    question: Question
    searcher: Searcher
    scope: Scope
    encode: Callable[[Sequence[str]], NDArray[np.float32]]
    people: Mapping[str, Sequence[Speaker]]
    directory: Directory
    memory: Memory
    called: Called = field(default_factory=Called)
    points: OperatingPoints = OperatingPoints()
    judge: Callable[[], Judge] | None = None
    recorder: Recorder | None = None
    reader: Callable[[], Reader] | None = None
    phrases: Phrases = ENGLISH

    @property
    def threshold(self) -> float:
        """The operating point of answers, 0 to 1."""
        return self.points.threshold

    @property
    def asked(self) -> str:
        """The question as a network reads it: with what it goes on from, where it leaves that out."""
        question = self.question
        return f"{question.text} ({question.topic})" if question.carried and question.topic else question.text

    @cached_property
    def query(self) -> Query:
        """What to search for, encoded."""
        return Query(self.encode([self.sought])[0], self.question.words)

    @property
    def sought(self) -> str:
        """What to search for: the topic; the whole question where it has none or asks for a fact."""
        topic = self.question.mended or self.question.topic
        return self.question.text if self.question.intent == "fact" or not topic else topic

    @cached_property
    def group(self) -> frozenset[str]:
        """The names of everybody with a role that the question asks for."""
        return frozenset(name for asked in self.question.group for name in self.directory.group(asked).names)

    def voices(self, names: Iterable[str]) -> frozenset[str]:
        """The names with those of everybody who speaks together with them: "Ada Park and Tom Birch" for Ada Park."""
        asked = frozenset(names)
        return asked | {group.name for group in self.directory.together if asked & set(group.aliases)}

    def speaker_of(self, evidence: Evidence) -> str | None:
        """Who says a statement, by the name for all articles."""
        assert evidence.statement is not None  # noqa: S101 - statements only
        own = evidence.said.speaker
        return None if own is None else self.called.get((evidence.statement.article, own), own)

    # ── evidence ──────────────────────────────────────────────────────────

    def statements(self, speakers: Iterable[str] | None = None) -> list[Scored]:
        """Statements for the topic, best first; only by these speakers where given."""
        return list(self._anybodys) if speakers is None else self._statements(self.voices(speakers))

    def passages(self) -> list[Scored]:
        """Sentences for the question, best first."""
        return list(self._passages)

    @cached_property
    def _anybodys(self) -> list[Scored]:
        return self._statements(None)

    def _statements(self, voices: Collection[str] | None) -> list[Scored]:
        found = self.searcher.statements(self.query, self._scope_of(voices))
        return self._scored(self._by(voices, found), "statement")

    @cached_property
    def _passages(self) -> list[Scored]:
        return self._scored(self.searcher.passages(self.query, self.scope), "passage")

    def everything_by(self, speakers: Iterable[str] | None = None) -> list[Evidence]:
        """All statements by these speakers (by anybody), in the order of the articles."""
        voices = None if speakers is None else self.voices(speakers)
        return self._by(voices, self.searcher.every_statement(self._scope_of(voices)))

    def _scope_of(self, voices: Collection[str] | None) -> Scope:
        """The scope with only statements by these, under whatever name an article has for them."""
        if voices is None:
            return self.scope
        own = (self.called.own.get(name, ()) for name in voices)
        return replace(self.scope, speakers=frozenset(voices).union(*own))

    def _by(self, voices: Collection[str] | None, found: list[Evidence]) -> list[Evidence]:
        """Without what namesakes say."""
        return found if voices is None else [one for one in found if self.speaker_of(one) in voices]

    def _scored(self, evidence: list[Evidence], kind: str) -> list[Scored]:
        weights = load_weights(kind)
        is_name = self.directory.vocabulary.is_name
        behind = background(self.question, evidence, self.searcher, self.scope, is_name)
        scored = []
        for piece in evidence:
            features = features_of(self.question, piece, behind)
            lowered, doubt = self._doubt(piece)
            score = doubt * weights.score(features)
            named = features.named_topic or features.named_claim
            plain = doubt * weights.score(unnamed(features)) if named else score
            one = Scored(piece, round(score, 4), round(plain, 4), features, lowered=lowered, doubt=doubt)
            scored.append(self._against_contraries(one) if score > _NEAREST_FLOOR * self.threshold else one)
        if self.recorder is not None:
            self.recorder.scored(scored)
        return sorted(scored, key=lambda one: -one.rank)

    def _doubt(self, piece: Evidence) -> tuple[Fate | None, float]:
        """What speaks against the evidence whatever its score, and the share of that which is left."""
        is_sentence = piece.statement is None
        if contradicts_numbers(self.question, piece):
            return "figure not confirmed", _WRONG_FIGURE
        if is_sentence and self.absent is not None:
            return "no such name", _WRONG_FIGURE
        if is_sentence and lacks_next(self.question, piece):
            return "nothing to come", _WRONG_FIGURE
        if is_sentence and tells_the_contrary(self.question.text, piece.text):
            return "contrary", _CONTRARY
        return None, 1.0

    @cached_property
    def absent(self) -> str | None:
        """A name of the question of which no article holds a word; no abbreviation, which it may spell out.

        A country is not absent where another of its names is there ("British", "Britain"), nor is a language where a
        word of it is asked for ("the Chinese name").
        """
        for name in self.question.names:
            if re.search(rf"(?<!\w){re.escape(name)}[\w-]{{0,20}} {_OF_A_LANGUAGE}", self.question.text, re.IGNORECASE):
                continue
            parts = words_of(name)
            forms = [form for part in parts for form in same_place(part)]
            known = any(len(self.searcher.unknown(found, self.scope)) < len(found) for found in (parts, forms))
            if parts and not name.isupper() and not known:
                return name
        return None

    def _against_contraries(self, one: Scored) -> Scored:
        """A statement of the contrary does not make the claim; one that negates it answers "did X say …?"."""
        claim = self.question.topic
        claims = self.question.intent in {"who_said", "verify"}
        if not claims or one.evidence.statement is None or one.statement.polarity == "denies":
            return one
        verify = self.question.intent == "verify"
        if verify and opposed(self.question, one.statement):
            return replace(one, negated=True)
        if has_antonym(claim, one.evidence.text):
            score, plain, doubt = (_CONTRARY * number for number in (one.score, one.plain, one.doubt))
            return replace(one, score=score, plain=plain, doubt=doubt, lowered="contrary")
        restates = one.features.plain_coverage >= _RESTATED  # else the claim may put a denial in other words
        if verify and restates and negation_differs(claim, one.evidence.text):
            return replace(one, negated=True)
        return one

    def roles_of(self, name: str) -> list[str]:
        """How the articles word what somebody is, longest first."""
        return roles_told(self.people.get(name, ()))

    # ── deciding ──────────────────────────────────────────────────────────

    def gate(self, gate: Gate, passed: bool, detail: str = "") -> bool:
        """Whether a gate is passed, written down for whoever asks why; `detail` is plain words."""
        if self.recorder is not None:
            self.recorder.passed(gate, passed, detail)
        return passed

    def reaches(
        self, best: Scored | None, limit: float | None = None, gate: Gate = "operating point reached"
    ) -> TypeGuard[Scored]:
        """Whether there is evidence, and it is as sure as it must be: `limit`, or else the operating point."""
        least = self.threshold if limit is None else limit
        passed = best is not None and best.score >= least
        if self.recorder is not None:
            found = "no candidate" if best is None else f"best {best.score:.2f}"
            self.recorder.passed(gate, passed, f"{found}, needs {least:.2f}")
        return passed

    @property
    def refusable(self) -> float:
        """The highest score of a refusal."""
        return 0.99 * self.threshold

    def surer(self, share: float) -> float:
        """A limit above the operating point: this share of the way from there to being sure."""
        return self.threshold + share * (1 - self.threshold)

    def keep(self, found: Sequence[Found], fits: Callable[[Found], bool], fate: Fate) -> list[Found]:
        """Those that fit; what becomes of the others is written down."""
        if self.recorder is not None:
            self.left_out((one for one in found if not fits(one)), fate)
        return [one for one in found if fits(one)]

    def left_out(self, found: Iterable[Evidence | Scored], fate: Fate) -> None:
        """Write down what becomes of candidates that are out."""
        if self.recorder is not None:
            self.recorder.left_out((one.evidence if isinstance(one, Scored) else one for one in found), fate)

    # ── words ─────────────────────────────────────────────────────────────

    def say(self, key: str, **filled: object) -> str:
        """A phrase of the answer's language, filled in."""
        return self.phrases(key, **filled)

    def sentence(self, key: str, **filled: object) -> str:
        """The phrase with a full stop, unless it ends like a sentence."""
        return full_stop(self.phrases(key, **filled), self.phrases("stop"))
