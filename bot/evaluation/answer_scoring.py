"""Scoring answers against a question file: what counts as right, by kind of question.

A line of the file is `{"id", "kind", "question", "conversation", "expect"}`, and `expect` holds

- `status`: "answered" or "not_found"; for "not_found" a claim may also have the verdict "unknown";
- `speakers`: who must be named, see `_wrong_speakers`;
- `quotes`: words that the citations must cover, see `_wrong_quotes`;
- `contains`: groups of strings; of each group, one must stand in the text;
- `verdict`: the verdict, or null.

It may also hold `collections` and `articles`, the only ones to look in, and `asked`, what a form asked instead of the
question's words: `{"intent", "speaker", "topic"}`. A line with a conversation and without `expect` is only asked, for
the next ones to go on from.

Whatever is expected, each citation must be what its article says at its place.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.storage.recorded_question import RecordedQuestion
from index.answer.contract import Answer

COVERED = 0.6  # this share of a quote's words shows it
NAMED = 2 / 3  # this share of the speakers on a topic answers "who talked about it?"
TOTAL = "total"

_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"'})


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a right answer shows; empty parts are not looked at."""

    status: str
    speakers: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    contains: tuple[tuple[str, ...], ...] = ()
    verdict: str | None = None


@dataclass(frozen=True, slots=True)
class Gold:
    """A question with what is expected of its answer."""

    id: str
    kind: str
    question: str
    conversation: str | None
    expect: Expectation

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Gold:
        """A line of a question file.

        Raises:
            ValueError: a field is missing or is not what it must be; the message is a sentence.
        """
        try:
            expect = fields["expect"]
            return cls(
                id=str(fields["id"]),
                kind=str(fields["kind"]),
                question=str(fields["question"]),
                conversation=fields.get("conversation"),
                expect=Expectation(
                    status=expect["status"],
                    speakers=tuple(expect.get("speakers") or ()),
                    quotes=tuple(expect.get("quotes") or ()),
                    contains=tuple(tuple(group) for group in expect.get("contains") or ()),
                    verdict=expect.get("verdict"),
                ),
            )
        except KeyError as error:
            raise ValueError(f"it has no {error}; a question needs id, kind, question and expect.status.") from None
        except (TypeError, AttributeError):
            raise ValueError("expect must be an object with status, speakers, quotes, contains, verdict.") from None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a question file: what to ask, in which conversation, and what is expected, if anything is."""

    posed: RecordedQuestion
    conversation: str | int | None
    gold: Gold | None

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Line:
        """A line of a question file.

        Raises:
            ValueError: a field is missing or is not what it must be; the message is a sentence.
        """
        conversation = fields.get("conversation")
        if not isinstance(conversation, str | int | None):
            raise ValueError('"conversation" must be a text, a number or null.')
        only_asked = conversation is not None and fields.get("expect") is None and "question" in fields
        gold = None if only_asked else Gold.read(fields)
        return cls(RecordedQuestion.read(fields), conversation, gold)


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answered question and what is wrong with the answer; nothing when it is right.

    `near` marks an answer that was withheld, but whose nearest statement would have been right.
    """

    gold: Gold
    answer: Answer
    wrong: tuple[str, ...]
    near: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """`right` of `of` questions."""

    right: int
    of: int

    @property
    def fraction(self) -> float:
        """0 to 1; 0 where there was no question."""
        return self.right / self.of if self.of else 0.0


def wrong_with(gold: Gold, answer: Answer, text_of: Callable[[str], str | None]) -> tuple[str, ...]:
    """What is wrong with the answer, a few words each. `text_of` gives an article's text by id."""
    wrong = [f"not verbatim: {c.quote!r}" for c in answer.citations if not _verbatim(c, text_of(c.article))]
    expect = gold.expect
    if expect.status == "not_found":
        unknown = gold.kind in ("verify", "followup") and answer.verdict == "unknown"
        return (*wrong, *([] if answer.status == "not_found" or unknown else ["answered"]))
    if answer.status != "answered":
        return (*wrong, f"abstained ({answer.reason})")
    if expect.verdict and answer.verdict != expect.verdict:
        wrong.append(f"verdict {answer.verdict}")
    wrong += _wrong_speakers(gold, answer)
    wrong += _wrong_quotes(gold, answer)
    text = _plain(answer.text)
    wrong += ["misses " + "/".join(group) for group in expect.contains if not any(_plain(s) in text for s in group)]
    return tuple(wrong)


def _verbatim(citation: Any, text: str | None) -> bool:
    return text is None or text[citation.start : citation.end] == citation.quote


def _wrong_speakers(gold: Gold, answer: Answer) -> list[str]:
    """Topic: enough speakers are named. What somebody said: nobody else is. Else: who is cited first."""
    wanted = gold.expect.speakers
    cited = [c.speaker for c in answer.citations if c.speaker]
    if not wanted:
        return []
    if gold.kind == "topic":
        text = _plain(answer.text)
        named = [w for w in wanted if _plain(w) in text or any(same_name(w, c) for c in cited)]
        return [] if len(named) >= NAMED * len(wanted) else [f"named {len(named)} of {len(wanted)}"]
    looked_at = cited if gold.kind == "what_said" else cited[:1]
    if looked_at and all(any(same_name(w, c) for w in wanted) for c in looked_at):
        return []
    return ["speaker " + (", ".join(looked_at) or "missing")]


def _wrong_quotes(gold: Gold, answer: Answer) -> list[str]:
    """What somebody said: quotes are covered on average. Topic: not looked at. Else: one is covered."""
    if not gold.expect.quotes or gold.kind == "topic":
        return []
    best = [max((coverage(q, c.quote) for c in answer.citations), default=0.0) for q in gold.expect.quotes]
    reached = sum(best) / len(best) if gold.kind == "what_said" else max(best)
    return [] if reached >= COVERED else [f"quotes covered {reached:.2f}"]


def same_name(one: str, other: str) -> bool:
    """Whether all words of one name are in the other."""
    a, b = set(_words(one)), set(_words(other))
    return bool(a and b) and (a <= b or b <= a)


def coverage(gold: str, text: str) -> float:
    """The share of the words of `gold`, each as often as it is there, that `text` has too; 0 to 1."""
    wanted = Counter(_words(gold))
    return (wanted & Counter(_words(text))).total() / max(1, wanted.total())


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", _plain(text))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().translate(_STRAIGHT)


def by_kind(outcomes: Sequence[Outcome]) -> dict[str, Share]:
    """How many are right of each kind, kinds in the order of the alphabet, then of all as `total`."""
    right = Counter(o.gold.kind for o in outcomes if not o.wrong)
    of = Counter(o.gold.kind for o in outcomes)
    return {kind: Share(right[kind], of[kind]) for kind in sorted(of)} | {TOTAL: Share(right.total(), of.total())}
