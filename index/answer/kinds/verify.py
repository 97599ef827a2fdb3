"""Answers to "did X say Y?": yes, no (somebody else did, or X denied it), or unknown."""

from __future__ import annotations

from index.answer.composing import answered, refused, told
from index.answer.context import Desk
from index.answer.contract import Answer, Verdict
from index.answer.features import opposed
from index.answer.judging import contradicts
from index.answer.kinds.claim import Support, parts_of, support
from index.answer.kinds.quotes import holding, what_said
from index.answer.people import listed, named, unknown_people
from index.answer.present.catalogue import ENGLISH
from index.answer.present.gate import unquoted
from index.answer.present.statement_text import inline, speaker_of
from index.answer.scoring import Scored
from index.language.contradiction import negation_differs
from index.language.lexicon import words

# somebody else said it only if their words fit this much better than the asked speaker's
_LEAD = 0.15
# and only where that is surer than a plain answer has to be: this far from the operating point to certainty
_SURER = 0.5
# of the claim's words besides names this share must be in the statement, unless the whole means nearly the same
_LEAST_COVERAGE, _ALIKE = 0.3, 0.65
# from this share on, a statement restates the claim
_RESTATED = 0.7

# verbs that claim a denial: only a denial bears them out
_DENIALS = frozenset(
    {"deny", "refute", "reject", "dismiss", "dispute", "rebut", "contest", "contradict", "rubbish", "disagree"}
)


def verify(desk: Desk) -> Answer:
    """The verdict with the statement that shows it."""
    question = desk.question
    if question.several:
        desk.gate("one claim", False)
        return refused(desk, "unsure", desk.say("one_claim"), 0.0)
    if not question.words and not question.quoted:
        return what_said(desk)
    names = named(desk)
    if names:
        desk.gate("speaker known", True, listed(names, ENGLISH))
    voices = desk.voices(names)
    own = [s for s in (desk.statements(names) if names else []) if desk.speaker_of(s.evidence) in voices]
    # a denial or a question of somebody else is not them saying it, unless that is what is asked about
    others = [s for s in desk.statements() if desk.speaker_of(s.evidence) not in voices]
    other = [s for s in others if s.statement.polarity in {"asserts", "urges"} or s.features.stance]
    desk.left_out(others, "another speaker")
    own, other = desk.keep(own, _covers, "too few of the words"), [s for s in other if _covers(s) and not s.negated]
    mine, theirs = _best(desk, own), _best(desk, other)
    surer = desk.surer(_SURER)
    if desk.reaches(mine) and desk.gate(
        "nobody else fits better", theirs is None or mine.plain >= theirs.plain - _LEAD
    ):
        return _own(desk, mine, names)
    if desk.reaches(theirs, surer, "surely said by another") and _takes_the_side(desk, theirs):
        return _somebody_else(desk, theirs, names)
    if not names:
        return unknown_people(desk)
    score = max((s.score for s in (mine, theirs) if s), default=0.0)
    return _in_parts(desk, names) or _nothing(desk, names, mine or theirs, score)


def _covers(one: Scored) -> bool:
    """Whether the words hold enough of the claim besides the names in it: "leave" is not in "expand our efforts"."""
    return one.features.plain_coverage >= _LEAST_COVERAGE or one.features.dense >= _ALIKE


def _best(desk: Desk, candidates: list[Scored]) -> Scored | None:
    verbatim = holding(desk, candidates)
    return (verbatim or candidates or [None])[0]  # type: ignore[list-item] # None for nobody


# ── whether a statement bears the claim out ───────────────────────────────


def _denies(desk: Desk) -> bool:
    """Whether the claim is that somebody denied something."""
    return (desk.question.verb or "").partition(" ")[0] in _DENIALS


def _bears_out(desk: Desk, one: Scored) -> bool:
    """Whether the statement takes the side that the question names: says it, or denies it."""
    return _is_denial(desk, one) == _denies(desk)


def _takes_the_side(desk: Desk, one: Scored) -> bool:
    """`_bears_out` as a gate."""
    return desk.gate("takes the side asked for", _bears_out(desk, one))


def _is_denial(desk: Desk, one: Scored) -> bool:
    """Whether the statement denies what the claim says; a denial of the contrary does not."""
    if one.statement.polarity != "denies":
        return one.negated and not (_denies(desk) and opposed(desk.question, one.statement))
    claim = desk.question.topic
    if one.features.plain_coverage >= _RESTATED:
        return not negation_differs(claim, one.evidence.text)
    return not desk.question.negated


def _contradicted(desk: Desk, one: Scored) -> bool:
    """Whether the judge finds that the statement surely contradicts the claim whose words it shares."""
    if desk.judge is None or _denies(desk) or one.statement.polarity == "denies" or holding(desk, [one]):
        return False
    claim, speaker = desk.question.mended, desk.speaker_of(one.evidence)
    return contradicts(desk.judge(), claim, desk.searcher, one.evidence, speaker)


def _asserts(desk: Desk, one: Scored) -> bool:
    """Whether the statement says all that was to be denied; of a thing ("the tolls") words alone do not tell it."""
    clause = words().small["auxiliaries"] | {"that"}
    whole = one.features.plain_coverage >= _RESTATED and clause.intersection(desk.question.text.lower().split()[1:])
    return bool(whole) or opposed(desk.question, one.statement)


def _silent(desk: Desk, mine: Scored) -> list[str]:
    """Those of the speakers who are to have said it together that are not known to have."""
    refs = desk.question.speakers if desk.question.together else ()
    silent = []
    for ref in refs:
        voices = desk.voices(ref.names)
        own = desk.statements(ref.names) if ref.names and desk.speaker_of(mine.evidence) not in voices else []
        own = [s for s in own if _covers(s) and s.score >= desk.threshold and _bears_out(desk, s)]
        if not own and desk.speaker_of(mine.evidence) not in voices:
            silent.append(ref.names[0] if ref.names else unquoted(ref.asked))
    return silent


# ── answers ───────────────────────────────────────────────────────────────


def _own(desk: Desk, mine: Scored, names: list[str]) -> Answer:
    """The asked speaker's own words: yes, unless they are the contrary of the claim or bear out a part of it."""
    if _takes_the_side(desk, mine):
        if not desk.gate("not contradicted", not _contradicted(desk, mine)):
            return _nothing(desk, names, mine, mine.score)
        silent = _silent(desk, mine)
        if silent:
            desk.gate("said by all of them", False, f"not by {listed(silent, ENGLISH)}")
            return _only_some(desk, mine, silent)
        return _in_parts(desk, names) or _said(desk, [mine])
    if not desk.gate("contradicts it", not _denies(desk) or _asserts(desk, mine)):
        return _nothing(desk, names, mine, mine.score)
    denied = mine.statement.polarity == "denies" and not _denies(desk)
    lead = desk.say("denied_it", speaker=speaker_of(mine.statement, desk.phrases)) if denied else desk.say("contrary")
    return _verdict(desk, [mine], said=False, lead=lead)


def _said(desk: Desk, proof: list[Scored]) -> Answer:
    """Those words were said (or denied, where that is the claim)."""
    if not desk.question.unsaid:
        return _verdict(desk, proof, said=True)
    did = "did_deny" if _denies(desk) else "did_say"
    lead = desk.say(did, speaker=speaker_of(proof[0].statement, desk.phrases))
    return _verdict(desk, proof, said=True, lead=lead, head="verdict_colon")


def _verdict(desk: Desk, proof: list[Scored], *, said: bool, lead: str = "", head: str = "") -> Answer:
    """Yes or no with what proves it; that something was said is a no to "Park never said that"."""
    verdict: Verdict = "yes" if said != desk.question.unsaid else "no"
    key = head or ("verdict_comma" if lead else "verdict")
    first = desk.say(key, verdict=desk.say(verdict), lead=lead)
    pieces = [told(one.evidence, one.score, desk.phrases, lead="" if i else first) for i, one in enumerate(proof)]
    score = min(one.score for one in proof)
    return answered(desk, pieces, score, short=verdict.capitalize(), verdict=verdict)


def _somebody_else(desk: Desk, theirs: Scored, names: list[str]) -> Answer:
    """The true speaker of words put into somebody else's mouth."""
    first = desk.question.speakers[0].asked if desk.question.speakers else desk.say("that_person")
    asked = listed(names, desk.phrases) or unquoted(first)
    true = desk.speaker_of(theirs.evidence)
    if true is None:
        lead = desk.say("not_told_who", asked=asked)
        return _verdict(desk, [theirs], said=False, lead=lead, head="verdict_colon")
    return _verdict(desk, [theirs], said=False, lead=desk.say("not_them", asked=asked, true=inline(true)))


def _in_parts(desk: Desk, names: list[str]) -> Answer | None:
    """The answer to a claim that says several things; None for one that does not, or of which no part is found."""
    parts = parts_of(desk.question)
    if len(parts) < 2:
        return None
    borne_out = support(desk, parts, names, lambda one: _bears_out(desk, one))
    if not borne_out.found:
        return None
    return _only_a_part(desk, borne_out) if borne_out.missing else _said(desk, list(borne_out.proof))


def _only_a_part(desk: Desk, borne_out: Support) -> Answer:
    """Neither yes nor no: which part was found, with its proof, and which was not."""
    found, missing = (unquoted("; ".join(parts)) for parts in (borne_out.found, borne_out.missing))
    text = desk.say("only_a_part", found=found, missing=missing)
    best = borne_out.proof[0]
    return refused(desk, "unsure", text, best.score, nearest=best, beside="here_is_part")


def _only_some(desk: Desk, mine: Scored, silent: list[str]) -> Answer:
    """Neither yes nor no: who said it, and who is not known to have."""
    who = inline(speaker_of(mine.statement, desk.phrases))
    text = desk.say("only_some", speaker=who, silent=listed(silent, desk.phrases))
    return refused(desk, "unsure", text, mine.score, nearest=mine, beside="here_it_is")


def _nothing(desk: Desk, names: list[str], nearest: Scored | None, score: float) -> Answer:
    """Neither the asked speaker nor anybody else is known to have said it."""
    key = "not_denying" if _denies(desk) else "not_saying"
    text = desk.sentence(key, names=listed(names, desk.phrases), topic=unquoted(desk.question.topic))
    return refused(desk, "silent_speaker", text, score, nearest=nearest)
