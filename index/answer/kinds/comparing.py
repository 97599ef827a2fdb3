"""Answers that compare: who disagrees or agrees with somebody, and whether two speakers do, by the judge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index.answer.composing import Piece, answered, refused, told
from index.answer.context import Desk
from index.answer.contract import Answer, Part
from index.answer.judging import premise
from index.answer.people import listed, named
from index.answer.present.gate import unquoted
from index.language.words import capitalised
from index.search import Evidence, Query

Side = Literal["against", "for"]
# what a statement supports that takes a stand on something, for the judge, who reads English
_STANDS: dict[Side, str] = {"against": "{topic} deserves criticism.", "for": "{topic} deserves praise."}
# phrases for a stance: beside the statement that it is a stance to, of two speakers, and that in short
_BESIDE_IT: dict[Side, str] = {"against": "stands_against", "for": "stands_for"}
_THEY: dict[Side, str] = {"against": "they_against", "for": "they_for"}
_IN_SHORT: dict[Side, str] = {"against": "they_against_short", "for": "they_for_short"}
_SURE = 0.6  # from this probability on a stance is told
_CLAIMS, _BESIDE, _SHOWN = 3, 8, 4  # statements of whom is asked about, of others for each, and those shown


@dataclass(frozen=True, slots=True)
class _Pair:
    """A statement and another beside it, with the stance of the other, 0 to 1 how surely."""

    claim: Evidence
    other: Evidence
    stance: Side
    sure: float


def compare(desk: Desk) -> Answer:
    """Statements of others on the same topic that contradict or support somebody's, or that there are none."""
    names = named(desk)
    if desk.judge is None or not desk.directory.names():
        return refused(desk, "unsure", desk.say("nothing_found"), 0.0)
    unnamed = [ref.asked for ref in desk.question.speakers if not ref.names]
    if unnamed:
        return refused(desk, "unknown_speaker", desk.say("neither_quoted", who=capitalised(unquoted(unnamed[0]))), 0.0)
    if not names:
        return _reactions(desk)
    if len(names) > 1 and len(desk.question.speakers) > 1:
        return _both(desk, names)
    return _others(desk, names)


def _others(desk: Desk, names: Sequence[str]) -> Answer:
    """Who disagrees (or agrees) with somebody; the rest of the question narrows down on what."""
    wanted: tuple[Side, ...] = ("for",) if desk.question.facet == "for" else ("against",)
    if desk.question.facet == "other":
        wanted = ("against", "for")
    claims = _claims(desk, names)
    if not claims:
        return refused(
            desk,
            "silent_speaker",
            desk.say("named_not_quoted", count=1, names=capitalised(listed(names, desk.phrases))),
            0.0,
        )
    found = [pair for pair in _weighed(desk, claims, _rest(desk, names)) if pair.stance in wanted]
    who = capitalised(listed(names, desk.phrases))
    if not desk.gate("a stance is told", bool(found), f"{len(found)} found"):
        key = "nobody_for" if wanted == ("for",) else "nobody_against"
        lead = [(Part(lead=desk.say(key, names=who)), None)]
        return answered(desk, [*lead, *(told(one, 0.5, desk.phrases) for one in claims[:1])], 0.5)
    return _shown(desk, found)


def _shown(desk: Desk, found: Sequence[_Pair]) -> Answer:
    """Each statement with the stance of others to it, the surest first."""
    pieces: list[Piece] = []
    speakers: list[str] = []
    for claim in {id(pair.claim): pair.claim for pair in found[:_SHOWN]}.values():
        pieces.append(told(claim, found[0].sure, desk.phrases))
        for pair in (one for one in found[:_SHOWN] if one.claim is claim):
            pieces.append(told(pair.other, pair.sure, desk.phrases, lead=desk.say(_BESIDE_IT[pair.stance])))
            speakers.append(capitalised(desk.speaker_of(pair.other) or desk.say("nobody")))
    return answered(desk, pieces, found[0].sure, short=", ".join(dict.fromkeys(speakers)))


def _both(desk: Desk, names: Sequence[str]) -> Answer:
    """Whether two agree: their statements side by side, with what the judge finds, if it finds anything."""
    one, two = [ref.names for ref in desk.question.speakers][:2]
    mine, theirs = _claims(desk, one), _claims(desk, two)
    if not mine or not theirs:
        silent = one if not mine else two
        return refused(
            desk,
            "silent_speaker",
            desk.say("quoted_not_on_that", count=1, names=capitalised(listed(silent, desk.phrases))),
            0.0,
        )
    found = list(_weighed(desk, mine, theirs))
    if found:
        best = found[0]
        pieces = [(Part(lead=desk.say(_THEY[best.stance])), None)]
        beside = [told(best.claim, best.sure, desk.phrases), told(best.other, best.sure, desk.phrases)]
        return answered(desk, [*pieces, *beside], best.sure, short=desk.say(_IN_SHORT[best.stance]))
    lead = desk.say("not_compared", names=listed(names, desk.phrases))
    pieces = [(Part(lead=lead), None)]
    return answered(desk, [*pieces, *(told(e, 0.5, desk.phrases) for e in (mine[0], theirs[0]))], 0.5)


def _reactions(desk: Desk) -> Answer:
    """Who takes a stance on something that is no speaker: what the judge finds to answer the question."""
    assert desk.judge is not None  # noqa: S101 - the caller looked
    found = [one.evidence for one in desk.statements()[:_BESIDE]]
    claim = _STANDS["for" if desk.question.facet == "for" else "against"].format(topic=desk.question.mended)
    told_of = [stance.supports for stance in desk.judge().weigh(claim, [_premise(desk, one) for one in found])]
    sure = sorted(((share, at) for at, share in enumerate(told_of) if share >= _SURE), reverse=True)[:_SHOWN]
    if not desk.gate("a stance is told", bool(sure), f"{len(sure)} found"):
        best = max(told_of, default=0.0)
        key = "nobody_praises" if desk.question.facet == "for" else "nobody_criticises"
        return refused(desk, "no_match", desk.say(key, topic=unquoted(desk.question.topic)), best)
    chosen = [found[at] for _, at in sure]
    speakers = [capitalised(desk.speaker_of(one) or desk.say("nobody")) for one in chosen]
    pieces = [told(one, share, desk.phrases) for one, (share, _) in zip(chosen, sure, strict=True)]
    return answered(desk, pieces, sure[0][0], short=", ".join(dict.fromkeys(speakers)))


# ── weighing ──────────────────────────────────────────────────────────────


def _claims(desk: Desk, names: Iterable[str]) -> list[Evidence]:
    """What they say on the topic, best first; everything where the question names none."""
    if not desk.question.words:
        return desk.everything_by(names)[:_CLAIMS]
    scored = desk.statements(names)
    near = [one.evidence for one in scored if one.score >= 0.5 * desk.threshold]
    return near[:_CLAIMS]


def _rest(desk: Desk, names: Sequence[str]) -> list[Evidence]:
    voices = desk.voices(names)
    return [one for one in desk.everything_by(None) if desk.speaker_of(one) not in voices]


def _weighed(desk: Desk, claims: Sequence[Evidence], others: Sequence[Evidence]) -> list[_Pair]:
    """The pairs with a stance, the surest first."""
    return sorted(_stances(desk, claims, others), key=lambda pair: -pair.sure)


def _stances(desk: Desk, claims: Sequence[Evidence], others: Sequence[Evidence]) -> Iterator[_Pair]:
    assert desk.judge is not None  # noqa: S101 - the callers looked
    judge = desk.judge()
    keys = {one.statement.key for one in others if one.statement}
    for claim in claims:
        query = Query(desk.encode([claim.text])[0], desk.question.words)
        near = [e for e in desk.searcher.statements(query, desk.scope) if e.statement and e.statement.key in keys]
        near = near[:_BESIDE]
        for other, told_of in zip(near, judge.weigh(claim.text, [_premise(desk, e) for e in near]), strict=True):
            turned = claim.said.polarity == "denies"  # what is denied is not what its speaker holds
            against, agreeing = (
                (told_of.supports, told_of.contradicts) if turned else (told_of.contradicts, told_of.supports)
            )
            if max(against, agreeing) >= _SURE:
                yield _Pair(claim, other, "against" if against > agreeing else "for", max(against, agreeing))


def _premise(desk: Desk, evidence: Evidence) -> str:
    return premise(desk.searcher, evidence, desk.speaker_of(evidence))
