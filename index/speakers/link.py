"""Entity linking's result: the speakers of the index that words of a question mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# how the asked words were linked to speakers of the index
Link = Literal["name", "role", "organisation", "spelling", "memory", "unknown"]


@dataclass(frozen=True, slots=True)
class SpeakerRef:
    """Somebody the question names. `names` are canonical names of the index, best first; empty if none fits.

    More than one name means that the words fit several people ("Smith" where two are quoted).
    `score` is 0 to 1: 1 for an exact name, less for a guess from spelling.
    """

    asked: str
    names: tuple[str, ...]
    link: Link
    score: float = 1.0
