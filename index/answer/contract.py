"""The answer that leaves: plain data, the same for the terminal, JSON and Discord."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from index.article import Span
from index.phrases import Language
from index.question.model import Intent
from index.statements.statement import Directness, Polarity, SourceKind

Status = Literal["answered", "not_found"]
Reason = Literal["no_match", "unknown_speaker", "silent_speaker", "unsure", "not_a_question"]
Verdict = Literal["yes", "no", "unknown"]

# what a citation tells beside the contract's fields
_NOT_IN_JSON = frozenset({"paragraph", "sha256"})


@dataclass(frozen=True, slots=True)
class Citation:
    """Exact words of an article: `article text[start:end] == quote`, in code points, half-open.

    `speaker`, `role`, `directness` and `polarity` are None for a passage, the writer's own words.
    `score` is 0 to 1, how well these words answer. `paragraph` counts the article's paragraphs from 1.
    `sha256` is that of the article's text, in hexadecimal digits; `source` is where the article comes from, and
    `published` the day when it was published, YYYY-MM-DD, where that is known.
    """

    article: str
    title: str
    start: int
    end: int
    quote: str
    speaker: str | None
    role: str | None
    directness: Directness | None
    polarity: Polarity | None
    score: float
    paragraph: int
    sha256: str = ""
    source: str | None = None
    published: str | None = None

    @property
    def place(self) -> Place:
        """Where the words stand, for `Library.tell` and `Library.paragraph`."""
        return Place(self.sha256, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Place:
    """Words of an article, found again without its id: short enough to be kept in a button.

    `sha256` is the hash of the article's text, in hexadecimal digits, or its first 8 and more of them; `start` and
    `end` are a half-open span of that text, in code points.
    """

    sha256: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph of an answer before it is laid out: plain text, nothing in it is escaped.

    Attributes:
        lead: what stands before the words ("Yes.", "11 speakers:", "The nearest I found:"), or the whole
            paragraph where nothing is cited.
        speaker: who said it ("Ada Park"); None for the writer's own words, and where the article does not tell who.
        role: what the speaker is ("engineer of the city"), only where it is to be shown.
        said: the words between the speaker and the content ("said:", "denied that").
        words: the content as told: direct words in “…”; ends with its full stop.
        citation: the position of what proves it in the answer's citations, or None.
        entry: a line of a list, not a paragraph; `words` then hold "(3 statements)" or nothing.
        strong: where in `words` the short answer stands, if it does.
        again: what stands in place of speaker and `said` where that speaker's words go on; None where they need both.
    """

    lead: str = ""
    speaker: str | None = None
    role: str | None = None
    said: str = ""
    words: str = ""
    citation: int | None = None
    entry: bool = False
    strong: Span | None = None
    again: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Words of an article told again by their place. `part.citation` is 0: `citation` is the only one."""

    part: Part
    citation: Citation


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of an article, with the place asked for at [start, end) of its `text`. `number` is from 1."""

    title: str
    source: str | None
    number: int
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SpeakerInfo:
    """Somebody quoted: the canonical name, the longest role the articles tell, and how many statements."""

    name: str
    role: str | None
    kind: SourceKind
    statements: int


@dataclass(frozen=True, slots=True)
class Story:
    """An article that answers as well as the one that was answered from. `sha256` is the hash of its text."""

    article: str
    title: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back for a question. `text` is what a person reads: plain text, one or more lines.

    `parts` are what `text` is laid out from (see `index.answer.present.layout`), for whoever lays it out otherwise.

    `reason` is set only with status "not_found", `verdict` only with intent "verify". With "not_found", `citations`
    holds at most the nearest statement, which does not answer the question, as the text says.
    `score` is 0 to 1: how sure it is that the articles answer the question.
    `stories` are the articles, that of the answer first, which answer equally well but differently, so that only the
    asker can tell which is meant; at most 5, and nearly always none.
    `language` is that of the answer's own words in `text` and `parts`; `short` and `citations` are the same in all.
    """

    question: str
    status: Status
    intent: Intent
    text: str
    score: float
    reason: Reason | None = None
    verdict: Verdict | None = None
    short: str | None = None
    citations: tuple[Citation, ...] = ()
    elapsed_ms: float = 0.0
    parts: tuple[Part, ...] = ()
    stories: tuple[Story, ...] = ()
    language: Language = "en"

    def timed(self, elapsed_ms: float) -> Answer:
        """The same answer with the time it took, in milliseconds."""
        return replace(self, elapsed_ms=round(elapsed_ms, 1))

    def to_json(self, *, id: str | None = None, conversation: str | None = None) -> dict[str, Any]:  # noqa: A002 - the contract's own field name
        """The object of the Answer contract, keys in its order; `stories` only where there are some."""
        fields = asdict(self)
        stories = [{"article": story.article, "title": story.title} for story in self.stories]
        order = ("status", "reason", "intent", "verdict", "score", "short", "text")
        return {
            "id": id,
            "question": self.question,
            "conversation": conversation,
            **{name: fields[name] for name in order},
            "citations": [
                {name: value for name, value in citation.items() if name not in _NOT_IN_JSON}
                for citation in fields["citations"]
            ],
            "elapsed_ms": self.elapsed_ms,
            **({"stories": stories} if stories else {}),
        }
