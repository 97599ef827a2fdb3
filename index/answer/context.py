"""What every kind of answer works with: the question, the evidence for it, and ready-made refusals."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import zip_longest
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
    logit,
    probability,
    squashed,
)
from index.answer.judging import READ, answering, likeliest, turned, weighing
from index.answer.present.catalogue import ENGLISH
from index.answer.present.statement_text import full_stop, roles_told
from index.answer.recorder import Recorder
from index.answer.scoring import SURE, Scored
from index.judge import Judge, Stance
from index.language.antonyms import opposites
from index.language.contradiction import is_negative, tells_the_contrary
from index.language.lexicon import same_place
from index.language.restating import restates
from index.language.words import words_of
from index.phrases import Phrases
from index.question.model import Memory, Question
from index.reader import Reader
from index.search import Evidence, Query, Searcher
from index.speakers.directory import Directory
from index.speakers.identity import Called
from index.statements.cue_lexicon import past_tense
from index.statements.statement import Speaker
from index.store.protocol import Scope

# the operating point: evidence scored below it does not answer (see weights.json for how the score was fitted)
THRESHOLD = 0.5
# and that of verdicts: a claim is called supported, or contradicted, from this probability on
VERDICT = 0.7


@dataclass(frozen=True, slots=True)
class OperatingPoints:
    """The operating points, 0 to 1: of answers, and of "yes" and "no"."""

    threshold: float = THRESHOLD
    verdict: float = VERDICT

    @classmethod
    def of(cls, threshold: float | None, verdict: float | None) -> Self:
        """Those that are given; for None the one that was measured to be best."""
        return cls(THRESHOLD if threshold is None else threshold, VERDICT if verdict is None else verdict)


# evidence without a figure that the question holds, or where a name in it is nowhere, keeps this much of its score
_WRONG_FIGURE = 0.3
# a sentence or statement of the contrary keeps this much
_CONTRARY = 0.3
# statements that seem to make the claim of "who said …?", and are weighed against it
_WEIGHED = 4
# from this probability on, a statement makes the contrary of the claim that somebody is asked for
_SURELY_NOT = 0.8
# logits by which an answer from somebody's words must be surer than fitted: a wrong name costs more than none
_DEARER = 0.5
# what the model with the judge counts, and the one of shared words alone, in logits
_READ_SHARE = 2 / 3
# from this share of the claim's words on, a denial denies it
_RESTATED = 0.6
_STATED = frozenset({"asserts", "urges"})
# verbs that claim a denial: only a denial bears them out
DENIALS = frozenset(
    {"deny", "refute", "reject", "dismiss", "dispute", "rebut", "contest", "contradict", "rubbish", "disagree"}
)

# what there is of a name in another language
_OF_A_LANGUAGE = r"(?:names?|titles?|words?|terms?|translations?|spelling|meaning)\b"


def blended(read: float, shared: float) -> float:
    """The score with the judge, moved towards that of shared words; no less than the latter."""
    return max(shared, probability(_READ_SHARE * logit(read) + (1 - _READ_SHARE) * logit(shared)))


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
        limits: the operating points.
        recorder: is told how the answer comes about; None where nobody asks why.
        judge, reader: give the judge and the reader, loaded when it is first called; None to do without.
        phrases: what the answer says itself.
        known: logits of statements answering the question, as far as the judge has read them.
    """

    question: Question
    searcher: Searcher
    scope: Scope
    encode: Callable[[Sequence[str]], NDArray[np.float32]]
    people: Mapping[str, Sequence[Speaker]]
    directory: Directory
    memory: Memory
    judge: Callable[[], Judge]
    called: Called = field(default_factory=Called)
    limits: OperatingPoints = OperatingPoints()
    recorder: Recorder | None = None
    reader: Callable[[], Reader] | None = None
    phrases: Phrases = ENGLISH
    known: dict[tuple[str, str], float] = field(default_factory=dict)

    @property
    def threshold(self) -> float:
        """The operating point of answers, 0 to 1."""
        return self.limits.threshold

    @property
    def verdict(self) -> float:
        """That of "yes" and "no", 0 to 1."""
        return self.limits.verdict

    @cached_property
    def query(self) -> Query:
        """What to search for, encoded: the topic, and the question as a whole."""
        topic, whole = self.encode([self.sought, self.asked])
        return Query(topic, self.question.words, whole)

    @property
    def asked(self) -> str:
        """The question as a network reads it: with what it goes on from, where it leaves that out."""
        question = self.question
        return f"{question.text} ({question.topic})" if question.carried and question.topic else question.text

    @property
    def only_a_topic(self) -> bool:
        """Whether the question asks if somebody spoke about something, and claims nothing of it: "on tolls"."""
        before, found, _ = self.question.text.casefold().partition(self.question.topic.casefold())
        return bool(found) and before.split()[-1:] in (["about"], ["on"], ["regarding"], ["concerning"])

    @property
    def denies(self) -> bool:
        """Whether the question is about a denial: "did X deny Y?", "who denied Y?"."""
        return (self.question.verb or "").partition(" ")[0] in DENIALS

    def claims(self, *, others: bool = False) -> list[str]:
        """What the question claims that somebody said, as sentences: the words, and with who says it how."""
        topic, verb = self.question.mended, (self.question.verb or "").partition(" ")
        who = " and ".join(ref.names[0] for ref in self.question.speakers if ref.names)
        if not verb[0] or self.denies:
            return [topic]
        who = "Somebody" if others else who
        return [topic, f"{who} {past_tense(verb[0])}{verb[1]}{verb[2]} {topic}"]

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
        """The likeliest statements, read by the judge: whether each answers the question."""
        scored = self._read(voices, "statement")
        claims = self.question.intent == "who_said" and len(self.question.words) > 1
        return self._checked(scored) if claims else scored

    def by_meaning(self, names: Sequence[str]) -> list[Scored]:
        """Statements, by these speakers if there are any, by how surely they answer the question as a whole."""
        return self._read(self.voices(names) if names else None, "meaning", named=bool(names))

    def _read(self, voices: Collection[str] | None, kind: str, *, named: bool = False) -> list[Scored]:
        """The likeliest statements, scored by whether the judge finds them to answer the question."""
        found = likeliest(self._found(voices), READ)
        logits = answering(self.judge(), self.asked, self.searcher, found, self.speaker_of, self.known)
        return self._scored(found, kind, logits, named=named)

    def _checked(self, scored: list[Scored]) -> list[Scored]:
        """Statements that seem to make a claim, weighed: the contrary does not make it."""
        first = scored[:_WEIGHED]
        told = self._weighing([self.question.mended], [one.evidence for one in first])
        checked = [self._by_weights(one, weights) for one, weights in zip(first, told, strict=True)]
        if self.recorder is not None:
            for one in checked:
                self.recorder.rescored(one)
        return sorted([*checked, *scored[_WEIGHED:]], key=lambda one: -one.rank)

    def _by_weights(self, one: Scored, weights: Stance) -> Scored:
        if weights.contradicts >= _SURELY_NOT:
            doubt = one.doubt * _CONTRARY
            return replace(one, score=round(one.score * _CONTRARY, 4), doubt=doubt, lowered="contrary")
        return one

    def weighed(self, speakers: Iterable[str], *, others: bool = False) -> list[Scored]:
        """Statements by these speakers, or by anybody else, weighed against the question's claim, best first."""
        voices = self.voices(speakers)
        found = self._found(None if others else voices)
        found = [one for one in found if (self.speaker_of(one) in voices) != others][:READ]
        return self.against(self.claims(others=others), found)

    def against(self, claims: Sequence[str], evidence: Sequence[Evidence]) -> list[Scored]:
        """Statements weighed against a claim in one or more wordings, most support first."""
        told = self._weighing(claims, evidence)
        by_key = {id(one): stance for one, stance in zip(evidence, told, strict=True)}
        scored = self._scored(evidence, "words")
        return sorted((self._verdict_of(one, by_key[id(one.evidence)]) for one in scored), key=lambda one: -one.score)

    def _verdict_of(self, one: Scored, told: Stance) -> Scored:
        """A statement scored by how surely it supports the claim; that it, or a denial, restates it tells enough."""
        if one.statement.polarity in _STATED and not self.denies and restates(self.question.mended, one.evidence.text):
            return replace(one, score=SURE, contradicts=0.0)
        restated = one.features.plain_coverage >= _RESTATED
        if one.statement.polarity == "denies" and restated and not is_negative(self.question.topic):
            yes, no = (SURE, 0.0) if self.denies else (0.0, SURE)
            return replace(one, score=yes, contradicts=no)
        supports, contradicts = (squashed(logit(share)) for share in (told.supports, told.contradicts))
        features = replace(one.features, supports=supports, contradicts=contradicts)
        yes, no = (load_weights(kind).score(features) for kind in ("supports", "contradicts"))
        opposite = bool(opposites().between(self.question.mended, one.evidence.text))
        doubt = one.doubt * (_CONTRARY if opposite else 1.0)
        return replace(one, features=features, score=round(doubt * yes, 4), contradicts=no)

    def _weighing(self, claims: Sequence[str], evidence: Sequence[Evidence]) -> list[Stance]:
        """What statements do to the claim; "who denied that …?" is borne out by what contradicts it."""
        told = weighing(self.judge(), claims, self.searcher, evidence, self.speaker_of)
        return [turned(weights) for weights in told] if self.denies else told

    def _found(self, voices: Collection[str] | None) -> list[Evidence]:
        return self._by(voices, self.searcher.statements(self.query, self._scope_of(voices)))

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

    def _scored(
        self, evidence: Sequence[Evidence], kind: str, logits: Sequence[float] = (), *, named: bool = False
    ) -> list[Scored]:
        """Evidence scored, best first; `logits` are what the judge makes of it, if it read it.

        `named`: the question names who speaks in all of it.
        """
        weights = load_weights(kind)
        is_name = self.directory.vocabulary.is_name
        behind = background(self.question, evidence, self.searcher, self.scope, is_name)
        scored = []
        for piece, read in zip_longest(evidence, logits, fillvalue=None):
            assert piece is not None  # noqa: S101 - there are as many logits, or none
            features = replace(features_of(self.question, piece, behind), answers=squashed(read or 0.0))
            features = replace(features, named=1.0) if named else features
            lowered, doubt = self._doubt(piece)
            score = weights.score(features)
            if kind == "statement":
                score = blended(score, load_weights("words").score(features))
            if kind in {"statement", "meaning"}:
                score = probability(logit(score) - _DEARER)
            scored.append(Scored(piece, round(doubt * score, 4), features, 0.0, lowered, None, doubt))
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
