"""A question as it was posed, with all that its answer depended on: what a line of a question file holds of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self, get_args, get_type_hints

from index.question.model import Asked
from index.store.protocol import Scope

_INTENTS = get_args(get_type_hints(Asked)["intent"])
_FORM = f'"asked" must be an object with "intent" ({", ".join(_INTENTS)}), "speaker" and "topic", both texts.'


@dataclass(frozen=True, slots=True)
class RecordedQuestion:
    """A question, and where its answer was looked for.

    Attributes:
        question: in the asker's words, or as a form's question reads.
        collections: those that could be seen; None where that is not known.
        articles: the ids of the only articles that were looked at; None for all.
        asked: what a form asked, if one did.
    """

    question: str
    collections: tuple[str, ...] | None = None
    articles: tuple[str, ...] | None = None
    asked: Asked | None = None

    @classmethod
    def of(cls, question: str | Asked, scope: Scope, wording: str) -> Self:
        """What was asked in a scope; `wording` is how a form's question reads."""
        form = question if isinstance(question, Asked) else None
        articles = None if scope.articles is None else tuple(sorted(scope.articles))
        return cls(question if form is None else wording, tuple(sorted(scope.collections)), articles, form)  # type: ignore[arg-type] # mypy does not see that it is a text

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Self:
        """From a line's keys `question`, `collections`, `articles` and `asked`; all but the first may be missing.

        Raises:
            KeyError: there is no question.
            ValueError: one of them is not what it must be; the message is a sentence.
        """
        question = str(fields["question"])
        return cls(question, _names(fields, "collections"), _names(fields, "articles"), _form(fields.get("asked")))

    def fields(self) -> dict[str, Any]:
        """What `read` reads; keys that tell nothing are left out."""
        found = {
            "question": self.question,
            "collections": None if self.collections is None else list(self.collections),
            "articles": None if self.articles is None else list(self.articles),
            "asked": None if self.asked is None else asdict(self.asked),
        }
        return {key: value for key, value in found.items() if value is not None}

    @property
    def to_ask(self) -> str | Asked:
        """What `Library.ask` is asked."""
        return self.question if self.asked is None else self.asked

    def scope(self, otherwise: Scope) -> Scope:
        """Where to look; as in `otherwise` where this says nothing."""
        collections = otherwise.collections if self.collections is None else frozenset(self.collections)
        articles = otherwise.articles if self.articles is None else frozenset(self.articles)
        return Scope(collections, articles)


def _names(fields: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
    value = fields.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ValueError(f'"{key}" must be a list of texts.')
    return tuple(value)


def _form(value: Any) -> Asked | None:
    if value is None:
        return None
    try:
        form = Asked(**value)
    except TypeError:
        raise ValueError(_FORM) from None
    if form.intent not in _INTENTS or not isinstance(form.speaker, str) or not isinstance(form.topic, str):
        raise ValueError(_FORM)
    return form
