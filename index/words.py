"""Words as search compares them: lower case, without marks, stemmed."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import Stemmer

_WORD = re.compile(r"\d+(?:[.,]\d+)*[^\W\d_]*|[^\W\d_]+(?:['’][^\W\d_]+)?")
_SPELLED = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen twenty".split()
    )
}
_POSSESSIVE = re.compile(r"['’]s?$")
_local = threading.local()


def words_of(text: str) -> list[str]:
    """The words and figures of a text, lower case, without possessive endings, in order.

    >>> words_of("The Mill's output rose 3.5% in 2021")
    ['the', 'mill', 'output', 'rose', '3.5', 'in', '2021']
    """
    return [_POSSESSIVE.sub("", found.lower()) for found in _WORD.findall(text)]


def written_words(text: str) -> list[str]:
    """The words and figures of a text as it writes them, possessive endings included."""
    return _WORD.findall(text)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The Snowball English stem of a word, diacritics folded; small spelt numbers are figures, "20,000" is "20000".

    >>> stem("vitality"), stem("Économies"), stem("two")
    ('vital', 'economi', '2')
    """
    folded = unicodedata.normalize("NFKD", word.lower())
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    if plain in _SPELLED:
        return _SPELLED[plain]
    if plain[:1].isdigit():
        return plain.replace(",", "")
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:
        stemmer = _local.stemmer = Stemmer.Stemmer("english")
    return str(stemmer.stemWord(plain))


@lru_cache(maxsize=16384)
def stems_of(text: str) -> frozenset[str]:
    """The stems of all words of a text."""
    return frozenset(stem(word) for word in words_of(text))
