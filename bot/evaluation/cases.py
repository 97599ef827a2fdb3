"""Votes and gaps as question files (see `bot.evaluation.answer_scoring`), so that a complaint becomes a test case.

`wuzhen eval` reads each line. What an answer that somebody found good showed is what is expected from then on. Of a
complaint only so much is known: what is not stands as "???", which nothing fulfils, and is named in `complete`, for a
person to fill in. `vote`, `reason` and the other keys tell where the line comes from. Before the line of a question
that goes on from others stand lines with those, in the same `conversation` and without anything that is expected.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.services.normalise import canonical
from bot.storage.feedback import GapRecord, VoteRecord
from bot.storage.recorded_question import RecordedQuestion

UNKNOWN = "???"

_KINDS = {
    "who_said": "who_said",
    "what_said": "what_said",
    "verify": "verify",
    "profile": "profile",
    "speakers": "topic",
    "fact": "fact",
}
# what a complaint about an answer leaves open, by its reason
_OPEN = {"wrong_speaker": ("speakers",), "not_said": ("quotes",)}
_ALL = ("status", "speakers", "quotes")
# what two lines have in common, beside the question, that are one case
_SAME = ("vote", "expect", "collections", "articles", "asked")


def vote_lines(vote: VoteRecord) -> list[dict[str, Any]]:
    """The lines for a vote, that of the vote itself being the last; none where `vote_case` has none."""
    case = vote_case(vote)
    return [] if case is None else [*_lines_before(case, vote.before), case]


def vote_case(vote: VoteRecord) -> dict[str, Any] | None:
    """The line for a vote; None where it is not known any more what was asked, or what an upvoted answer showed."""
    answer = vote.answer
    whole = "status" in answer
    if not vote.question or (vote.vote == "up" and not whole):
        return None
    expect, complete = (_as_given(answer), []) if vote.vote == "up" else _complaint(answer, vote.reason)
    found = answer.get("status") != "not_found"
    kind = _KINDS.get(str(answer.get("intent")), "fact") if found or vote.vote == "down" else "unanswerable"
    return {
        "id": f"vote-{vote.key}",
        "kind": kind,
        "question": vote.question,
        "conversation": f"vote-{vote.key}" if vote.before else None,
        "expect": expect,
        "vote": vote.vote,
        "reason": vote.reason,
        "complete": complete,
        "answer_given": str(answer.get("text", "")),
        "at": vote.at.isoformat(timespec="seconds"),
        **_looked_in(vote),
    }


def _looked_in(record: VoteRecord | GapRecord) -> dict[str, Any]:
    """Where the answer was looked for, and the form that asked; as far as it is known."""
    return {"collections": list(record.collections)} | record.posed.fields()


def _lines_before(case: Mapping[str, Any], before: Sequence[RecordedQuestion]) -> list[dict[str, Any]]:
    """The lines of the questions that a case goes on from."""
    return [
        {"id": f"{case['id']}-before-{number}", "conversation": case["conversation"], **posed.fields()}
        for number, posed in enumerate(before, start=1)
    ]


def _as_given(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What a good answer showed; the nearest words beside "the articles don't say" are nothing to expect."""
    citations = answer.get("citations", []) if answer["status"] == "answered" else []
    speakers = [citation["speaker"] for citation in citations if citation["speaker"]]
    quotes = [citation["quote"] for citation in citations]
    return _expect(answer["status"], _distinct(speakers), _distinct(quotes), answer.get("verdict"))


def _complaint(answer: Mapping[str, Any], reason: str | None) -> tuple[dict[str, Any], list[str]]:
    """What is expected instead of a bad answer, and which parts of that are to be filled in."""
    verdict = ["verdict"] if answer.get("verdict") else []
    if answer.get("status") == "not_found":  # the complaint is that the articles do say it, somewhere
        return _expect("answered"), ["speakers", "quotes", *verdict]
    complete = _ALL if answer.get("intent") == "speakers" else _OPEN.get(reason or "", _ALL)
    expect = _expect(
        "answered",
        [UNKNOWN] if "speakers" in complete else [],
        [UNKNOWN] if "quotes" in complete else [],
        UNKNOWN if verdict else None,
    )
    return expect, [*complete, *verdict]


def _expect(
    status: str, speakers: Sequence[str] = (), quotes: Sequence[str] = (), verdict: str | None = None
) -> dict[str, Any]:
    return {
        "status": status,
        "speakers": list(speakers),
        "quotes": list(quotes),
        "contains": [],
        "verdict": verdict,
    }


def distinct_cases(cases: Iterable[list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    """The first of those whose lines ask and expect the same, with how many there were as `votes` in its last line."""
    kept: dict[str, list[dict[str, Any]]] = {}
    for lines in cases:
        same = json.dumps([[_folded(line["question"]), *(line.get(key) for key in _SAME)] for line in lines])
        kept.setdefault(same, [*lines[:-1], lines[-1] | {"votes": 0}])[-1]["votes"] += 1
    return list(kept.values())


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that found nothing, however it was typed: in the newest words, with how often each reason came."""

    newest: GapRecord
    reasons: Counter[str]
    first: datetime
    collections: tuple[str, ...]

    @property
    def last(self) -> datetime:
        """When it was asked last."""
        return self.newest.at

    @property
    def times(self) -> int:
        """How often it was asked."""
        return self.reasons.total()


def gaps_by_question(records: Iterable[GapRecord]) -> list[Gap]:
    """The questions, those asked most often first, of those the last asked. `records` come newest first."""
    groups: dict[object, list[GapRecord]] = {}
    for record in records:
        asked = (record.posed, *record.before)
        groups.setdefault(tuple((_folded(one.question), one.articles, one.asked) for one in asked), []).append(record)
    gaps = [
        Gap(
            newest=group[0],
            reasons=Counter(record.reason for record in group),
            first=group[-1].at,
            collections=tuple(sorted({name for record in group for name in record.collections})),
        )
        for group in groups.values()
    ]
    return sorted(gaps, key=lambda gap: (gap.times, gap.last), reverse=True)


def gap_lines(gap: Gap) -> list[dict[str, Any]]:
    """The lines for a gap; the last expects what is so today: that the articles do not say."""
    id_ = f"gap-{gap.newest.key}"
    case = {
        "id": id_,
        "kind": "unanswerable",
        "question": gap.newest.question,
        "conversation": id_ if gap.newest.before else None,
        "expect": _expect("not_found"),
        "times": gap.times,
        "reasons": dict(gap.reasons.most_common()),
        "first": gap.first.isoformat(timespec="seconds"),
        "last": gap.last.isoformat(timespec="seconds"),
        **_looked_in(gap.newest),
    }
    return [*_lines_before(case, gap.newest.before), case]


def _folded(question: str) -> str:
    """The question as people compare: capitals and the marks at its end are nothing to them."""
    return unicodedata.normalize("NFKC", str(canonical(question))).casefold().rstrip("?")


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
