"""Typo correction: towards words that are there, never away from words that exist."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from index.language.lexicon import common, places, words
from index.language.words import fold

_POSSESSION = re.compile(r"['’]s?$")
_ENDINGS = ("s", "es", "'s", "d", "ed", "ing", "ly", "er", "ers", "n", "an", "ian", "ese", "ish", "i")


def slip(word: str, other: str, *, sure: bool = False) -> bool:
    """Whether folded `word` may be `other` mistyped: letters swapped, or one wrong, missing or too many.

    Short words differ in one letter too easily by being other words, so they must be `sure` (something else
    speaks for them), and the first letter must be right.
    """
    if word == other:
        return True
    length = min(len(word), len(other))
    if length < 4 or not (word[0] == other[0] or (word[:2] == other[1::-1])):
        return False
    if sorted(word) == sorted(other):
        return _distance(word, other, 1) <= 1
    if not sure and (length < 5 or (length == 5 and len(word) == len(other))):
        return False
    allowed = 2 if length >= 8 else 1
    return _distance(word, other, allowed) <= allowed


def _distance(word: str, other: str, most: int) -> int:
    """How many slips lie between two words, at least; any number above `most` stands for all of those."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - slow to import, and most questions hold no slip

    return OSA.distance(word, other, score_cutoff=most)


def related(word: str, other: str) -> bool:
    """Whether two folded words differ in an ending at most: "engineer", "engineers"; "Utopia", "Utopian"."""
    if word == other:
        return True
    short, long = sorted((word, other), key=len)
    if len(short) < 4:
        return long == short + "s"
    return long.startswith(short) and long[len(short) :] in _ENDINGS


class Slips:
    """Folded words to mend towards."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = sorted({word for word in known if len(word) >= 4})

    def nearest(self, word: str, *, sure: bool = False) -> str | None:
        """The known word that `word` is most likely a slip of; the first by the alphabet among equals."""
        from rapidfuzz import process  # noqa: PLC0415 - slow to import, and most questions hold no slip
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - likewise

        near = process.extract(word, self._known, scorer=OSA.distance, score_cutoff=2, limit=None)
        return next((other for other, _, _ in near if slip(word, other, sure=sure)), None)


class Vocabulary:
    """The words of the articles, as they write them: their case tells names from other words."""

    def __init__(self, written: Collection[str]) -> None:
        bare = {_POSSESSION.sub("", word) for word in written}
        self._cased = any(word != word.lower() for word in bare)
        self._lower = {fold(word) for word in bare if word == word.lower()}
        self._words = self._lower | {fold(word) for word in bare}
        self._parts = {part for word in self._words for part in word.split()}
        self._slips: Slips | None = None

    def __bool__(self) -> bool:
        return bool(self._words)

    def __contains__(self, word: object) -> bool:
        """Whether the articles hold this word, whatever its case or the hyphens in it."""
        if not isinstance(word, str):
            return False
        folded = fold(word)
        return folded in self._words or (bool(folded) and all(part in self._parts for part in folded.split()))

    def knows(self, word: str) -> bool:
        """Whether the articles hold this word, perhaps with another ending or in another form (a country)."""
        folded = fold(word)
        stems = [folded[: -len(end)] for end in _ENDINGS if folded.endswith(end) and len(folded) > len(end) + 3]
        forms = [folded, *stems, *(folded + end for end in _ENDINGS)]
        place = places().get(folded)
        forms += [form for form, other in places().items() if place and other == place]
        return any(form in self for form in forms)

    def is_name(self, word: str) -> bool:
        """Whether the articles write this word with a capital only. False where their case is not known."""
        folded = fold(word)
        return self._cased and folded in self._parts and folded not in self._lower and not folded[:1].isdigit()

    def is_plain(self, word: str) -> bool:
        """Whether the articles hold this word in lower case, so that it is no name."""
        return self._cased and fold(word) in self._lower

    def mend(self, word: str, *, name: bool = False) -> str | None:
        """The word of the articles that `word` is a slip of; None when it is no slip, or of nothing.

        A word of the articles, a common word of English, or either with another ending is none. A `name` (a
        word typed with a capital) is only mended to a name.
        """
        folded = fold(word)
        if len(folded) < 5 or not folded.isalpha() or folded in self:
            return None
        if folded.endswith("s") and folded not in common() and self.is_name(folded[:-1]):
            return folded[:-1]  # "utopias" for "Utopia's"
        if exists(folded):
            return None
        if self._slips is None:
            self._slips = Slips(part for part in self._parts if part.isalpha() and part not in words().stop)
        found = self._slips.nearest(folded, sure=len(folded) > 5)
        if found is None or related(folded, found) or (name and not self.is_name(found)):
            return None
        return found


def exists(word: str) -> bool:
    """Whether English has this word, as far as the list of common words and the usual endings tell."""
    stems: Sequence[str] = [word, *(word[: -len(end)] for end in _ENDINGS if word.endswith(end))]
    return any(stem in common() or stem + "e" in common() or stem in words().stop for stem in stems)
