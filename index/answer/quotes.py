"""Answers to "who said Y?" and "what did X say (about Y)?"."""

from __future__ import annotations

from collections.abc import Sequence

from index.answer.desk import Desk, Piece, Scored, told
from index.answer.gate import unquoted
from index.answer.model import Answer, Part
from index.answer.people import by_medium, fits_group, listed, named, unknown_people
from index.answer.wording import cited_span
from index.search import Evidence
from index.statements.lexicon import cue_named
from index.words import capitalised

# what else answers as well as the best: within this much of its score
_MARGIN = 0.2
_MOST = 12
# verbs with a stance that say no more than "say" when somebody asks for all that was said
_PLAIN = frozenset({"argue", "ask", "want", "think", "believe", "suggest", "insist", "explain", "comment"})
# a quoted string in the question that a statement holds word for word is an answer by itself
_SURE = 0.99


def who_said(desk: Desk) -> Answer:
    """The speaker of the statement that fits the claim best."""
    candidates = by_medium(desk, [s for s in desk.statements() if fits_group(desk, s.evidence)])
    verbatim = holding(desk.question.quoted, candidates)
    if verbatim:
        return _who(desk, verbatim[0], _SURE)
    if not desk.question.words and not desk.question.quoted:
        return desk.refused("no_match", desk.say("tell_claim"), 0.0)
    best = candidates[0] if candidates else None
    if best is None or best.score < desk.threshold:
        return nothing_said(desk, best)
    return _who(desk, best, best.score)


def _who(desk: Desk, best: Scored, score: float) -> Answer:
    name = desk.speaker_of(best.evidence)
    return desk.answered([told(best.evidence, score, desk.phrases)], score, short=capitalised(name) if name else None)


def nothing_said(desk: Desk, nearest: Scored | None) -> Answer:
    """Nobody in the articles said this."""
    topic = unquoted(desk.question.topic)
    score = nearest.score if nearest else 0.0
    if nearest is not None and nearest.score >= 0.8 * desk.threshold:
        text = desk.sentence("touched", topic=topic)
        return desk.refused("unsure", text, score, nearest=nearest)
    text = desk.sentence("nobody_like", topic=topic) if topic else desk.say("nothing_found")
    return desk.refused("no_match", text, score, nearest=nearest)


def what_said(desk: Desk) -> Answer:
    """What the asked speakers said, on the topic if there is one, in the order of the articles."""
    question = desk.question
    names = named(desk)
    if not names:
        return unknown_people(desk)
    said = by_medium(desk, desk.everything_by(names))
    if question.more:
        shown = set(desk.memory.shown)
        said = [e for e in said if (e.article.id, *cited_span(e.article, e.said)) not in shown]
        if not said:
            text = desk.say("nothing_more", names=listed(names, desk.phrases))
            return desk.refused("silent_speaker", text, 0.0)
    if not said:
        return silent(desk, names, None)
    if question.quoted or question.words:
        return _on_topic(desk, names, said)
    return _all(desk, _by_verb(desk, said))


def _on_topic(desk: Desk, names: Sequence[str], said: Sequence[Evidence]) -> Answer:
    allowed = {e.statement.key for e in said if e.statement}
    scored = [s for s in desk.statements(names) if s.evidence.statement and s.evidence.statement.key in allowed]
    verbatim = holding(desk.question.quoted, scored)
    if verbatim:
        return _tell(desk, verbatim, _SURE)
    best = scored[0] if scored else None
    if best is None or best.score < desk.threshold:
        return _beside_topic(desk, names, said) if desk.question.carried else silent(desk, names, best)
    floor = max(desk.threshold, best.score - _MARGIN)
    return _tell(desk, [s for s in scored if s.score >= floor or s is best], best.score)


def _beside_topic(desk: Desk, names: Sequence[str], said: Sequence[Evidence]) -> Answer:
    """Answer "and X?" where X is silent on what was talked about: says so, and what X did say."""
    who, topic = capitalised(listed(names, desk.phrases)), unquoted(desk.question.topic)
    lead = desk.sentence("beside_topic", count=len(names), names=who, topic=topic)
    return _all(desk, said, lead=lead)


def _tell(desk: Desk, chosen: Sequence[Scored], score: float) -> Answer:
    evidence = sorted((s.evidence for s in chosen), key=_place)
    return _all(desk, evidence, score, {id(s.evidence): s.score for s in chosen})


def _by_verb(desk: Desk, said: Sequence[Evidence]) -> Sequence[Evidence]:
    """Only the statements with the question's own verb ("what did X call for?"), if there are any."""
    verb = (desk.question.verb or "").partition(" ")[0]  # "call for" is listed under "call"
    same = [e for e in said if (cue := cue_named(e.said.cue)) is not None and cue.lemma == verb]
    return same if same and verb not in _PLAIN else said


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
        more = desk.say("and_more_topic", count=len(evidence) - _MOST)
        pieces.append((Part(lead=more), None))
    quotes = [citation.quote for _, citation in pieces if citation is not None]
    return desk.answered(pieces, score, short=quotes[0] if len(quotes) == 1 and len(quotes[0]) <= 200 else None)


def silent(desk: Desk, names: Sequence[str], nearest: Scored | None) -> Answer:
    """The speakers are known, but not for this."""
    topic = unquoted(desk.question.topic)
    quoted = [name for name in names if desk.everything_by([name])]
    if not quoted:
        text = desk.say("named_not_quoted", count=len(names), names=capitalised(listed(names, desk.phrases)))
        return desk.refused("silent_speaker", text, 0.0)
    who = capitalised(listed(quoted, desk.phrases))
    key = "quoted_not_on" if topic else "quoted_not_on_that"
    text = desk.sentence(key, count=len(quoted), names=who, topic=topic)
    return desk.refused("silent_speaker", text, nearest.score if nearest else 0.0, nearest=nearest)


def holding(quoted: str | None, candidates: Sequence[Scored]) -> list[Scored]:
    """The candidates that hold the words quoted in the question, apart from case and spacing."""
    if not quoted or len(quoted.split()) < 2:
        return []
    wanted = _folded(quoted)
    return [s for s in candidates if wanted in _folded(s.evidence.text)]


def _folded(text: str) -> str:
    plain = text.casefold().replace("’", "'").replace("‘", "'")
    return " ".join("".join(c if c.isalnum() or c == "'" else " " for c in plain).split())


def _place(evidence: Evidence) -> tuple[int, int]:
    assert evidence.statement is not None  # noqa: S101 - statements only
    return evidence.statement.article, evidence.statement.ordinal
