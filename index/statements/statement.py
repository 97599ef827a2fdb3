"""What a statement is: the data that the extractor makes and everything after it reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from index.article import Span

Directness = Literal["direct", "mixed", "indirect"]
Polarity = Literal["asserts", "denies", "asks", "urges"]
SourceKind = Literal["person", "organisation", "document", "group", "unknown"]

LONGEST_NAME = 160  # characters of a name or a role; what is longer names nobody


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """The second likeliest speaker of words beside which nobody is named; `name` None for nobody."""

    name: str | None
    probability: float


@dataclass(frozen=True, slots=True)
class Statement:
    """Something somebody said, according to an article.

    Spans are half-open, in code points of the article's text. `fragments` hold the content alone: without
    the speaker, the cue, a leading "that" or the outermost quotation marks; in the order of the text, never
    overlapping, never empty. A quote split round its cue has two.

    Attributes:
        speaker: the canonical name ("Ada Park"), or the phrase for a nameless source ("the report"); None
            where the text does not tell, or not surely enough.
        via: who passes the words on: the paper in "the paper said the minister denied that P", for what the
            minister denied. What the paper said is a statement, too.
        mention: the words the text uses here ("she", "the minister"), at `mention_span`.
        confidence: 0 to 1, how sure the rule that found the statement and its speaker is.
        rule: the name of that rule, for tracing a wrong result.
        runner_up: who else might have said it; told when it is found, not kept.
    """

    fragments: tuple[Span, ...]
    directness: Directness
    speaker: str | None = None
    mention: str | None = None
    mention_span: Span | None = None
    role: str | None = None
    affiliation: str | None = None
    cue: str | None = None
    cue_span: Span | None = None
    addressee: str | None = None
    occasion: str | None = None
    via: str | None = None
    polarity: Polarity = "asserts"
    source_kind: SourceKind = "unknown"
    confidence: float = 1.0
    rule: str = ""
    runner_up: RunnerUp | None = field(default=None, compare=False)

    @property
    def is_belief(self) -> bool:
        """Whether the article tells what somebody believes, hopes or fears, not what they said."""
        return self.rule == "belief"

    @property
    def span(self) -> Span:
        """From the first fragment's start to the last one's end."""
        return self.fragments[0][0], self.fragments[-1][1]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who is quoted or named in one article: a person, an organisation or a document.

    `aliases` are the other forms the article uses ("Park", "Dr Park"), without pronouns. `roles` are as the
    article words them ("CEO of Example Corp", "Example Group CEO"), longest first.
    """

    name: str
    kind: SourceKind
    aliases: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    affiliations: tuple[str, ...] = ()
    pronoun: Literal["he", "she", "they", "it"] | None = None
