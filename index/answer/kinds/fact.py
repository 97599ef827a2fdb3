"""Answers to questions that nobody needs to have said: a sentence of the article and the short answer in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.answer.composing import Piece, answered, refused, told
from index.answer.context import Desk
from index.answer.contract import Answer
from index.answer.people import same_name
from index.answer.present.gate import unquoted
from index.answer.present.statement_text import bare_name, cite_span, own_words
from index.answer.scoring import Scored
from index.answer.spans.machine_reading import read
from index.answer.spans.typed import holds_wanted, short_answer, whole
from index.language.lexicon import words
from index.language.synonyms import kin
from index.language.words import stem, stems_of, words_of
from index.search import Evidence

# candidates without any words of the wanted kind (no date for "when") keep this much, until the reader reads them
_WRONG_KIND = 0.35
_NOT_SO = frozenset({"denies", "asks"})
_RANKED = 20  # candidates that are looked at
# a sentence that only quotes whom the reader picked for a deed keeps this much: it picks speakers too readily
_ONLY_SPEAKS = 0.3
_BEFORE_DEED = (
    r"has|have|had|will|would|also|first|else|later|soon|then|once|helped(?: to)?|(?:tried|wanted|managed) to|\w+ly"
)
_DEED = re.compile(rf"\bwho\s+(?:(?:{_BEFORE_DEED})\s+)*(\w+)", re.IGNORECASE)
_SAME_ROOT = 5  # letters that "survived" and "survivor" share


def fact(desk: Desk, *, by_words: bool = False) -> Answer:
    """The sentence that answers, with who reported it where somebody did.

    Args:
        desk: the question and what it is asked of.
        by_words: whether the deed that is asked for may be done by saying something: "Who tied profits to wages?"
    """
    topic = stems_of(desk.question.text)
    ranked = sentences_for(desk)
    if not ranked:
        desk.gate("anything near", False)
        return refused(desk, "no_match", desk.say("nothing_at_all"), 0.0)
    best = ranked[0] if by_words else _doer(desk, ranked)
    if not desk.reaches(best):
        return _nothing(desk, best, best.score)
    short = _short(desk, best, topic)
    said = _statement_inside(desk, best)
    if said is not None and said.said.polarity in _NOT_SO:
        short = None  # what somebody denies is no answer
    if said is not None and (short is None or short in said.text):
        return answered(desk, [_strong(told(said, best.score, desk.phrases), short, best)], best.score, short=short)
    speaker = None if said is None else said.said.speaker
    if said is not None and desk.question.wanted == "person" and (best.words is None or _means(desk, short, speaker)):
        name = bare_name(speaker) if speaker else None  # "whose …?": who says "my …"
        return answered(desk, [told(said, best.score, desk.phrases)], best.score, short=name)
    span = best.evidence.span
    piece = own_words(best.article, span, desk.phrases), cite_span(best.article, span, best.score)
    return answered(desk, [_strong(piece, short, best)], best.score, short=short)


def _doer(desk: Desk, ranked: Sequence[Scored]) -> Scored:
    """The best sentence that does more than quote whom the reader picks for the deed; if none, the best, lowered."""
    asked = _DEED.search(desk.question.text)
    if asked is None or asked[1].lower() in words().stop or not _only_speaks(desk, ranked[0], asked[1].lower()):
        return ranked[0]
    first = ranked[0]
    score, doubt = round(_ONLY_SPEAKS * first.score, 4), _ONLY_SPEAKS * first.doubt
    lowered = replace(first, score=score, doubt=doubt, lowered="another verb")
    if desk.recorder is not None:
        desk.recorder.rescored(lowered)
    others = (one for one in ranked[1:] if one.score >= desk.threshold)
    return next((one for one in others if not _only_speaks(desk, one, asked[1].lower())), lowered)


def _only_speaks(desk: Desk, one: Scored, deed: str) -> bool:
    """Whether the words picked in a sentence are who speaks there, of something else than the question is about.

    Not where the deed is told ("survived": "a survivor said"), nor where what it is done to is among the words spoken
    ("who tied profits to wages?") or tells who speaks ("who bought the mill?": "the mill's new owner said").
    """
    done_to = stems_of(" ".join(desk.question.words)) - {stem(deed)}
    if one.words is None or not done_to:
        return False
    roots = {word[:_SAME_ROOT] for word in words_of(one.evidence.text)}
    told_of = kin(stem(deed)) | {stem(deed)}
    if deed[:_SAME_ROOT] in roots or not told_of.isdisjoint(stems_of(one.evidence.text)):
        return False
    picked = one.article.text[slice(*one.words)]
    spoken = [said for said in _statements_in(desk, one) if _means(desk, picked, said.said.speaker)]
    about = [stems_of(said.text) for said in spoken]
    about += [stems_of(" ".join(desk.roles_of(said.said.speaker or ""))) for said in spoken]
    return bool(spoken) and all(2 * len(done_to & held) <= len(done_to) for held in about)


def _means(desk: Desk, short: str | None, speaker: str | None) -> bool:
    """Whether the words picked for a person are the speaker's name, or part of what the article calls them by."""
    if short is None or speaker is None:
        return False
    called = stems_of(" ".join((speaker, *desk.roles_of(speaker))))
    return same_name(short, speaker) or stems_of(short) <= called


def _strong(piece: Piece, short: str | None, best: Scored) -> Piece:
    """The piece with the short answer marked among its words, at the place nearest to where it was found."""
    part, citation = piece
    found = re.finditer(rf"(?<!\w){re.escape(short)}(?!\w)", part.words) if short else ()
    places = [match.span() for match in found]
    if not places or citation is None:
        return piece
    meant = best.words[0] - citation.start if best.words else 0
    return replace(part, strong=min(places, key=lambda place: abs(place[0] - meant))), citation


def sentences_for(desk: Desk) -> list[Scored]:
    """The sentences that may answer, read and scored, best first."""
    topic = stems_of(desk.question.text)
    adjusted = (_adjusted(desk, one, topic) for one in desk.passages()[:_RANKED])
    return read(desk, sorted(adjusted, key=lambda one: -one.score))


def _short(desk: Desk, best: Scored, topic: frozenset[str]) -> str | None:
    if best.words is not None:
        start = best.evidence.span[0]
        words = whole(desk.question, best.evidence.text, (best.words[0] - start, best.words[1] - start))
        return best.evidence.text[slice(*words)]
    found = short_answer(desk.question, best.evidence.text, topic)
    return best.evidence.text[slice(*found)] if found else None


def _adjusted(desk: Desk, scored: Scored, topic: frozenset[str]) -> Scored:
    if holds_wanted(desk.question, scored.evidence.text, topic):
        return scored
    lowered = replace(scored, score=scored.score * _WRONG_KIND, lowered="no such thing in it")
    if desk.recorder is not None:
        desk.recorder.rescored(lowered)
    return lowered


def _statement_inside(desk: Desk, best: Scored) -> Evidence | None:
    """The statement that makes up most of the sentence; for a question about a person, any direct words in it."""
    start, end = best.evidence.span
    for evidence in _statements_in(desk, best):
        said = evidence.said
        inside = min(said.span[1], end) - max(said.span[0], start)
        share = 0.25 if desk.question.wanted == "person" and said.directness == "direct" else 0.5
        if inside > share * (end - start):
            return evidence
    return None


def _statements_in(desk: Desk, best: Scored) -> list[Evidence]:
    """The statements of which some words stand in the sentence."""
    start, end = best.evidence.span
    assert best.evidence.passage is not None  # noqa: S101 - passages only
    found = desk.searcher.statements_in(best.evidence.passage.article)
    return [one for one in found if one.said.span[0] < end and start < one.said.span[1]]


def _nothing(desk: Desk, nearest: Scored, score: float) -> Answer:
    topic, after = _repeated(desk)
    if score >= 0.8 * desk.threshold:
        text = desk.sentence("touched_question" if after == ": " else "touched", topic=topic)
        return refused(desk, "unsure", text, score, nearest=nearest)
    if desk.absent is not None:
        desk.gate("names are known", False, unquoted(desk.absent))
        text = desk.sentence("not_mentioned", name=unquoted(desk.absent))
    else:
        text = desk.sentence("not_said_topic" if after == ": " else "not_said", topic=topic)
    return refused(desk, "no_match", text, score, nearest=nearest)


def _repeated(desk: Desk) -> tuple[str, str]:
    """The asker's question as it goes on from "The articles don't say", and what joins them.

    "who won the match" reads on; "when did the match end?" stands behind a colon, and so does a topic.
    """
    asked = unquoted(desk.question.text)
    words_asked = asked.lower().rstrip("?! .").split()
    small = words().small
    if not any(word in small["questions"] for word in words_asked):
        return unquoted(desk.question.topic or desk.question.text).rstrip("?! ."), ": "
    if words_asked[0] not in small["questions"] or re.search(r"[?!.]\s", asked):
        return f"{asked.rstrip('?! .')}?", ": "
    turned = any(word in small["auxiliaries"] for word in words_asked[1:6])  # "when did it end", "what is it"
    if turned and not (words_asked[0] == "who" and words_asked[1] not in {"is", "are", "did", "do", "does"}):
        return f"{asked[0].lower()}{asked[1:].rstrip('?! .')}?", ": "
    return f"{asked[0].lower()}{asked[1:].rstrip('?! .')}", " "
