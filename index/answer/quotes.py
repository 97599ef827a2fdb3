"""Answers to "who said Y?" and "what did X say (about Y)?"."""

from __future__ import annotations

from collections.abc import Sequence

from index.answer.desk import Desk, Piece, Scored, told
from index.answer.gate import unquoted
from index.answer.model import Answer, Part
from index.answer.people import by_medium, fits_group, listed, named, unknown_people
from index.answer.wording import cited_span, full_stop
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
        return desk.refused("no_match", "Tell me what was said, and I look for who said it.", 0.0)
    best = candidates[0] if candidates else None
    if best is None or best.score < desk.threshold:
        return nothing_said(desk, best)
    return _who(desk, best, best.score)


def _who(desk: Desk, best: Scored, score: float) -> Answer:
    name = desk.speaker_of(best.evidence)
    return desk.answered([told(best.evidence, score)], score, short=capitalised(name) if name else None)


def nothing_said(desk: Desk, nearest: Scored | None) -> Answer:
    """Nobody in the articles said this."""
    topic = unquoted(desk.question.topic)
    score = nearest.score if nearest else 0.0
    if nearest is not None and nearest.score >= 0.8 * desk.threshold:
        text = full_stop(f"The articles may touch on {topic}, but nothing in them answers this surely")
        return desk.refused("unsure", text, score, nearest=nearest)
    text = (
        full_stop(f"Nobody in the articles is reported as saying anything like that: {topic}")
        if topic
        else "I found nothing in the articles that answers this."
    )
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
            return desk.refused("silent_speaker", f"That is everything the articles quote {listed(names)} on.", 0.0)
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
    verb = "is" if len(names) == 1 else "are"
    lead = full_stop(f"{capitalised(listed(names))} {verb} not quoted on {unquoted(desk.question.topic)}, but on this")
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
        pieces.append(told(piece, (scores or {}).get(id(piece), score), role=speaker != before))
        before = speaker
    if len(evidence) > _MOST:
        more = f"… and {len(evidence) - _MOST} more; ask about a topic to see them."
        pieces.append((Part(lead=more), None))
    quotes = [citation.quote for _, citation in pieces if citation is not None]
    return desk.answered(pieces, score, short=quotes[0] if len(quotes) == 1 and len(quotes[0]) <= 200 else None)


def silent(desk: Desk, names: Sequence[str], nearest: Scored | None) -> Answer:
    """The speakers are known, but not for this."""
    topic = unquoted(desk.question.topic)
    quoted = [name for name in names if desk.everything_by([name])]
    if not quoted:
        text = (
            f"{capitalised(listed(names))} {'is' if len(names) == 1 else 'are'} named in the articles, but not quoted."
        )
        return desk.refused("silent_speaker", text, 0.0)
    verb = "is" if len(quoted) == 1 else "are"
    text = (
        full_stop(f"{capitalised(listed(quoted))} {verb} quoted, but not on {topic}")
        if topic
        else f"{capitalised(listed(quoted))} {verb} quoted, but not on that."
    )
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
