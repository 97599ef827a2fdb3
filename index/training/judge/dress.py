"""Wordings: the same claim or question as people, and the program itself, may put it."""

from __future__ import annotations

import random

from index.training.swaps import OPENERS

_WHO_SAID = (
    "Who said {}?",
    "Who said that {}?",
    "who says {}",
    "Who claimed that {}?",
    "Who claims {}?",
    "Who thinks {}?",
    "who thinks that {}?",
    "Who believes {}?",
    "Who stated that {}?",
    "Who told reporters that {}?",
    "Who argued that {}?",
    "Who made the point that {}?",
    "who was it that said {}",
    "Which person said that {}?",
    "whose view is it that {}?",
    "Who is of the opinion that {}?",
    "According to whom {}?",
    "{}: who said that?",
    '"{}" - who said so?',
)
_ATTRIBUTED = (
    "{name} said {claim}",
    "{name} said that {claim}",
    "{name} says {claim}",
    "{name} say {claim}",
    "{name} thinks that {claim}",
    "{name} believes {claim}",
    "According to {name}, {claim}",
)


def claim_in_other_dress(claim: str, name: str | None, rng: random.Random) -> str:
    """The claim, often as it is; now and then attributed, with "that", in small letters, without its full stop."""
    if name and rng.random() < 0.2:
        claim = rng.choice(_ATTRIBUTED).format(name=_called(name, rng), claim=inner(claim))
    elif rng.random() < 0.15:
        claim = f"that {inner(claim)}"
    elif rng.random() < 0.2:
        claim = inner(claim)
    return _typed(claim, ".", rng)


def question_in_other_dress(question: str, rng: random.Random) -> str:
    """The question, often as it is; now and then in small letters, without its question mark."""
    return _typed(question, "?", rng)


def who_said(claim: str, rng: random.Random) -> str:
    """A question for whoever said this."""
    asked = rng.choice(_WHO_SAID).format(inner(claim).rstrip("."))
    return asked[0].upper() + asked[1:] if rng.random() < 0.7 else asked


def inner(claim: str) -> str:
    """The claim as it stands inside a sentence, as far as its first word tells.

    >>> inner("The bridge is closed."), inner("Ada Park closed it.")
    ('the bridge is closed.', 'Ada Park closed it.')
    """
    first, _, rest = claim.partition(" ")
    return f"{first.lower()} {rest}" if first in OPENERS else claim


def _called(name: str, rng: random.Random) -> str:
    return name.rsplit(maxsplit=1)[-1] if rng.random() < 0.3 else name


def _typed(text: str, mark: str, rng: random.Random) -> str:
    if rng.random() < 0.3:
        text = text.rstrip(mark)
    return text.lower() if rng.random() < 0.2 else text
