"""The answer that leaves: plain data, the same for the terminal, JSON and Discord."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from index.question.model import Intent
from index.statements.model import Directness, Polarity

Status = Literal["answered", "not_found"]
Reason = Literal["no_match", "unknown_speaker", "silent_speaker", "unsure", "not_a_question"]
Verdict = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Citation:
    """Exact words of an article: `article text[start:end] == quote`, in code points, half-open.

    `speaker`, `role`, `directness` and `polarity` are None for a passage, the writer's own words.
    `score` is 0 to 1, how well these words answer. `paragraph` counts the article's paragraphs from 1.
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


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back for a question. `text` is what a person reads: plain text, one or more lines.

    `reason` is set only with status "not_found", `verdict` only with intent "verify". With "not_found", `citations`
    holds at most the nearest statement, which does not answer the question, as the text says.
    `score` is 0 to 1: how sure it is that the articles answer the question.
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

    def timed(self, elapsed_ms: float) -> Answer:
        """The same answer with the time it took, in milliseconds."""
        return replace(self, elapsed_ms=round(elapsed_ms, 1))

    def to_json(self, *, id: str | None = None, conversation: str | None = None) -> dict[str, Any]:  # noqa: A002 - the contract's own field name
        """The object of the Answer contract, keys in its order."""
        fields = asdict(self)
        order = ("status", "reason", "intent", "verdict", "score", "short", "text")
        return {
            "id": id,
            "question": self.question,
            "conversation": conversation,
            **{name: fields[name] for name in order},
            "citations": [
                {name: value for name, value in citation.items() if name != "paragraph"}
                for citation in fields["citations"]
            ],
            "elapsed_ms": self.elapsed_ms,
        }
