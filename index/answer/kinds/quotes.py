"""Answers to "who said Y?" and "what did X say (about Y)?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.answer.composing import Piece, answered, refused, told
from index.answer.context import Desk
from index.answer.contract import Answer, Part
from index.answer.people import by_medium, fits_group, is_pronoun, listed, named, only_voice, unknown_people
from index.answer.present.catalogue import ENGLISH
from index.answer.present.gate import unquoted
from index.answer.present.statement_text import cited_span
from index.answer.scoring import SURE, Scored
from index.answer.spans.machine_reading import words_told
from index.language.words import capitalised, stems_of
from index.search import Evidence
from index.statements.cue_lexicon import cue_named

# what else answers as well as the best: within this much of its score
_MARGIN = 0.2
_MOST = 12
# characters of a short answer
_SHORT = 300
# asks for all that was said on something, not for a part of it
_ABOUT = re.compile(r"\b(?:about|on|regarding|concerning)\b", re.IGNORECASE)
# verbs with a stance that say no more than "say" when somebody asks for all that was said
_PLAIN = frozenset({"argue", "ask", "want", "think", "believe", "suggest", "insist", "explain", "comment"})


def who_said(desk: Desk) -> Answer:
    """The speaker of the statement that fits the claim best."""
    candidates = desk.keep(desk.statements(), lambda one: fits_group(desk, one.evidence), "another role")
    candidates = by_medium(
        desk, desk.keep(candidates, lambda one: not _is_about_self(desk, one), "too few of the words")
    )
    verbatim = holding(desk, candidates)
    if verbatim:
        return the_speaker(desk, verbatim[0], SURE)
    if not desk.question.words and not desk.question.quoted:
        if alone := only_voice(desk):
            return replace(_all(desk, alone), short=_speaker_told(desk, alone[0]))
        desk.gate("words to look for", False)
        return refused(desk, "no_match", desk.say("tell_claim"), 0.0)
    best = candidates[0] if candidates else None
    if not desk.reaches(best):
        return nothing_said(desk, best)
    return the_speaker(desk, best, best.score)


def _is_about_self(desk: Desk, one: Scored) -> bool:
    """Whether all that the question names is who speaks here: "who criticised Park?" is not answered by Park."""
    asked = stems_of(" ".join(desk.question.words))
    return not desk.question.quoted and asked <= stems_of(desk.speaker_of(one.evidence) or "") and bool(asked)


def the_speaker(desk: Desk, best: Scored, score: float | None = None) -> Answer:
    """Who said the statement, with its words."""
    score = best.score if score is None else score
    return answered(desk, [told(best.evidence, score, desk.phrases)], score, short=_speaker_told(desk, best.evidence))


def _speaker_told(desk: Desk, evidence: Evidence) -> str | None:
    """The speaker's name; where the article does not tell it, the word it has instead ("he")."""
    name = desk.speaker_of(evidence) or evidence.said.mention
    return capitalised(name) if name else None


def nothing_said(desk: Desk, nearest: Scored | None) -> Answer:
    """Nobody in the articles said this."""
    topic = unquoted(desk.question.topic)
    score = nearest.score if nearest else 0.0
    if nearest is not None and nearest.score >= 0.8 * desk.threshold:
        text = desk.sentence("touched_question", topic=topic)
        return refused(desk, "unsure", text, score, nearest=nearest)
    text = desk.sentence("nobody_like", topic=topic) if topic else desk.say("nothing_found")
    return refused(desk, "no_match", text, score, nearest=nearest)


def what_said(desk: Desk) -> Answer:
    """What the asked speakers said, on the topic if there is one, in the order of the articles."""
    question = desk.question
    names = named(desk)
    if not names:
        meant = all(is_pronoun(ref.asked) for ref in question.speakers) and not question.words
        return _all(desk, alone) if meant and (alone := only_voice(desk)) else unknown_people(desk)
    desk.gate("speaker known", True, listed(names, ENGLISH))
    said = by_medium(desk, desk.everything_by(names))
    if question.more:
        shown = set(desk.memory.shown)
        said = desk.keep(said, lambda e: (e.article.id, *cited_span(e.article, e.said)) not in shown, "already shown")
        if not desk.gate("something not shown yet", bool(said)):
            text = desk.say("nothing_more", names=listed(names, desk.phrases))
            return refused(desk, "silent_speaker", text, 0.0)
    if not said:
        if question.medium:
            desk.gate("told to them", False, unquoted(question.medium))
        return silent(desk, names, None)
    desk.gate("speaker quoted", True, f"{len(said)} {'statement' if len(said) == 1 else 'statements'}")
    if question.quoted or question.words:
        return _on_topic(desk, names, said)
    return _all(desk, _by_verb(desk, said))


def _on_topic(desk: Desk, names: Sequence[str], said: Sequence[Evidence]) -> Answer:
    allowed = {e.statement.key for e in said if e.statement}
    scored = [s for s in desk.statements(names) if s.evidence.statement and s.evidence.statement.key in allowed]
    verbatim = holding(desk, scored)
    if verbatim:
        return _tell(desk, verbatim, SURE)
    best = scored[0] if scored else None
    if not desk.reaches(best):
        if desk.question.carried and desk.gate("topic carried over", True):
            return _beside_topic(desk, names, said)
        return silent(desk, names, best)
    floor = max(desk.threshold, best.score - _MARGIN)
    return _tell(desk, [s for s in scored if s.score >= floor or s is best], best.score)


def _beside_topic(desk: Desk, names: Sequence[str], said: Sequence[Evidence]) -> Answer:
    """Answer "and X?" where X is silent on what was talked about: says so, and what X did say."""
    who, topic = capitalised(listed(names, desk.phrases)), unquoted(desk.question.topic)
    lead = desk.sentence("beside_topic", count=len(names), names=who, topic=topic)
    return _all(desk, said, lead=lead)


def the_words(desk: Desk, best: Scored) -> Answer:
    """What somebody said, a single statement."""
    return _tell(desk, [best], best.score)


def _tell(desk: Desk, chosen: Sequence[Scored], score: float) -> Answer:
    evidence = sorted((s.evidence for s in chosen), key=_place)
    return _all(desk, evidence, score, {id(s.evidence): s.score for s in chosen})


def _by_verb(desk: Desk, said: Sequence[Evidence]) -> Sequence[Evidence]:
    """Only the statements with the question's own verb ("what did X call for?"), if there are any."""
    verb = (desk.question.verb or "").partition(" ")[0]  # "call for" is listed under "call"

    def with_verb(one: Evidence) -> bool:
        return (cue := cue_named(one.said.cue)) is not None and cue.lemma == verb

    if verb in _PLAIN or not any(with_verb(one) for one in said):
        return said
    return desk.keep(said, with_verb, "another verb")


def _all(
    desk: Desk,
    evidence: Sequence[Evidence],
    score: float = 0.95,
    scores: dict[int, float] | None = None,
    *,
    lead: str = "",
) -> Answer:
    """The statements one under another, each with its place; a speaker's role only the first time."""
    pieces: list[Piece] = [(Part(lead=lead), None)] if lead else []
    before: str | None = None
    for piece in evidence[:_MOST]:
        speaker = piece.said.speaker
        pieces.append(told(piece, (scores or {}).get(id(piece), score), desk.phrases, role=speaker != before))
        before = speaker
    if len(evidence) > _MOST:
        desk.left_out(evidence[_MOST:], "not shown")
        more = desk.say("and_more_topic", count=len(evidence) - _MOST)
        pieces.append((Part(lead=more), None))
    return answered(desk, pieces, score, short=_briefly(desk, evidence[0]) if len(evidence) == 1 else None)


def _briefly(desk: Desk, evidence: Evidence) -> str | None:
    """The words of the only statement that are asked for ("what did X say would rise?"); all, if they are few."""
    start, end = evidence.said.span
    asks_part = bool(desk.question.words) and not _ABOUT.search(desk.question.text)
    words = words_told(desk, evidence) if asks_part or desk.question.asks == "addressee" else None
    if words is not None and (desk.question.asks == "addressee" or (start <= words[0] and words[1] <= end)):
        return evidence.article.text[slice(*words)]
    return evidence.text if len(evidence.text) <= _SHORT else None


def silent(desk: Desk, names: Sequence[str], nearest: Scored | None) -> Answer:
    """The speakers are known, but not for this."""
    topic = unquoted(desk.question.topic)
    quoted = [name for name in names if desk.everything_by([name])]
    if not quoted:
        desk.gate("speaker quoted", False, f"only named: {listed(names, ENGLISH)}")
        text = desk.say("named_not_quoted", count=len(names), names=capitalised(listed(names, desk.phrases)))
        return refused(desk, "silent_speaker", text, 0.0)
    who = capitalised(listed(quoted, desk.phrases))
    about = "quoted_not_on" if _ABOUT.search(desk.question.text) or desk.question.carried else "quoted_not_on_claim"
    key = about if topic else "quoted_not_on_that"
    text = desk.sentence(key, count=len(quoted), names=who, topic=topic)
    return refused(desk, "silent_speaker", text, nearest.score if nearest else 0.0, nearest=nearest)


def holding(desk: Desk, candidates: Sequence[Scored]) -> list[Scored]:
    """The candidates that hold the words quoted in the question, apart from case and spacing."""
    quoted = desk.question.quoted
    if not quoted or len(quoted.split()) < 2:
        return []
    wanted = _folded(quoted)
    found = [s for s in candidates if wanted in _folded(s.evidence.text)]
    desk.gate("quoted words found", bool(found))
    return found


def _folded(text: str) -> str:
    plain = text.casefold().replace("’", "'").replace("‘", "'")
    return " ".join("".join(c if c.isalnum() or c == "'" else " " for c in plain).split())


def _place(evidence: Evidence) -> tuple[int, int]:
    assert evidence.statement is not None  # noqa: S101 - statements only
    return evidence.statement.article, evidence.statement.ordinal
