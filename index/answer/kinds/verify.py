"""Answers to "did X say Y?": yes, no (X said the contrary, or it was somebody else), or unknown."""

from __future__ import annotations

from dataclasses import replace

from index.answer.composing import answered, refused, told
from index.answer.context import Desk
from index.answer.contract import Answer, Verdict
from index.answer.kinds.claim import Support, parts_of, support
from index.answer.kinds.quotes import holding, what_said
from index.answer.people import listed, named, unknown_people
from index.answer.present.catalogue import ENGLISH
from index.answer.present.gate import unquoted
from index.answer.present.statement_text import inline, speaker_of
from index.answer.scoring import SURE, Scored

# a yes is none where the speaker's own words contradict the claim from here on
_OPPOSED = 0.5
# that it was somebody else is said only where that is surer: this far from the operating point to certainty
_ANOTHER = 0.66
# somebody else's words are better than the speaker's own if they support the claim by so much more
_LEAD = 0.1
# a topic alone is surely somebody else's from here on
_SURER = 0.3


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
    if names and desk.only_a_topic:
        return _spoke_about(desk, names)
    own = desk.weighed(names) if names else []
    mine = _best(desk, own)
    if mine is not None and mine.score >= SURE and desk.reaches(mine, desk.verdict, "supports the claim"):
        return _in_parts(desk, own) or _said_by(desk, mine)
    others = desk.weighed(names, others=True)
    desk.left_out(others, "another speaker")
    theirs = next(iter(others), None)
    return _by_own_words(desk, own, mine, theirs) or _by_others(desk, names, mine, theirs)


def _spoke_about(desk: Desk, names: list[str]) -> Answer:
    """Yes, where the speakers said something on the topic; no, where somebody else surely did."""
    best = next(iter(desk.statements(names)), None)
    if desk.reaches(best):
        return _said(desk, [best])
    voices = desk.voices(names)
    theirs = next((one for one in desk.statements() if desk.speaker_of(one.evidence) not in voices), None)
    if desk.reaches(theirs, desk.surer(_SURER), "surely said by another"):
        return _somebody_else(desk, theirs, names)
    return _nothing(desk, names, best, best.score if best else 0.0)


def _by_own_words(desk: Desk, own: list[Scored], mine: Scored | None, theirs: Scored | None) -> Answer | None:
    """Yes or no by what the asked speakers say themselves; None where that does not tell."""
    contrary = max(own, key=lambda one: one.contradicts, default=None)
    against = 0.0 if contrary is None else contrary.contradicts
    first = mine is not None and (theirs is None or theirs.score <= mine.score + _LEAD)
    alone = desk.gate("nobody else fits better", first) and against < _OPPOSED
    if desk.reaches(mine, desk.verdict, "supports the claim") and alone:
        return _said_by(desk, mine)
    least = max(desk.verdict, mine.score if mine else 0.0)
    if contrary is not None and desk.gate("contradicts it", against >= least, f"{against:.2f}"):
        return _contrary(desk, contrary)
    parts = _in_parts(desk, own)
    return parts if parts is None or alone or parts.verdict != "yes" else None


def _by_others(desk: Desk, names: list[str], mine: Scored | None, theirs: Scored | None) -> Answer:
    """No, where it was surely somebody else; else unknown."""
    if desk.reaches(theirs, desk.verdict + _ANOTHER * (1 - desk.verdict), "surely said by another"):
        return _somebody_else(desk, theirs, names)
    if not names:
        return unknown_people(desk)
    score = max((s.score for s in (mine, theirs) if s), default=0.0)
    return _nothing(desk, names, mine or theirs, score)


def _best(desk: Desk, candidates: list[Scored]) -> Scored | None:
    verbatim = [] if desk.denies else holding(desk, candidates)
    if verbatim:
        return replace(verbatim[0], score=SURE)
    return next(iter(candidates), None)


def _silent(desk: Desk, mine: Scored) -> list[str]:
    """Those of the speakers who are to have said it together that are not known to have."""
    silent = []
    for ref in desk.question.speakers if desk.question.together else ():
        if desk.speaker_of(mine.evidence) in desk.voices(ref.names):
            continue
        best = next(iter(desk.weighed(ref.names)), None) if ref.names else None
        if best is None or best.score < desk.verdict:
            silent.append(ref.names[0] if ref.names else unquoted(ref.asked))
    return silent


# ── answers ───────────────────────────────────────────────────────────────


def _said_by(desk: Desk, mine: Scored) -> Answer:
    """The asked speaker's own words support the claim: yes, if they do so whole, and all are known to have said it."""
    silent = _silent(desk, mine)
    if silent:
        desk.gate("said by all of them", False, f"not by {listed(silent, ENGLISH)}")
        return _only_some(desk, mine, silent)
    return _said(desk, [mine])


def _contrary(desk: Desk, contrary: Scored) -> Answer:
    """The asked speaker's own words contradict the claim: no."""
    denied = contrary.statement.polarity == "denies" and not desk.denies
    name = speaker_of(contrary.statement, desk.phrases)
    lead = desk.say("denied_it", speaker=name) if denied else desk.say("contrary")
    return _verdict(desk, [replace(contrary, score=contrary.contradicts)], said=False, lead=lead)


def _said(desk: Desk, proof: list[Scored]) -> Answer:
    """Those words were said (or denied, where that is the claim)."""
    if not desk.question.unsaid:
        return _verdict(desk, proof, said=True)
    did = "did_deny" if desk.denies else "did_say"
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


def _in_parts(desk: Desk, own: list[Scored]) -> Answer | None:
    """The answer to a claim that says several things; None for one that does not, or of which no part is found."""
    parts = parts_of(desk.question)
    if len(parts) < 2 or not own or desk.denies:
        return None
    borne_out = support(desk, parts, own, lambda one: one.score >= desk.verdict and one.score >= one.contradicts)
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
    key = "not_denying" if desk.denies else "not_saying"
    text = desk.sentence(key, names=listed(names, desk.phrases), topic=unquoted(desk.question.topic))
    return refused(desk, "silent_speaker", text, score, nearest=nearest)
