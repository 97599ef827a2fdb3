"""Normalisation and stemming, words as search compares them: lower case, without marks, stemmed."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import Stemmer

_WORD = re.compile(r"\d+(?:[.,]\d+)*[^\W\d_]*|[^\W\d_]+(?:['’][^\W\d_]+)?")
_SMALL_NUMBERS = """zero one two three four five six seven eight nine ten
eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"""
_SPELLED = {word: str(number) for number, word in enumerate(_SMALL_NUMBERS.split())}
# plurals of abbreviations ("smes"), which the stemmer leaves alone
_SHORT_PLURAL = re.compile(r"\w{2,4}(?<![suiwa])s")
_BRACKETED = re.compile(r"\((?:the\s+)?(?P<short>[A-Z][A-Z&]{1,6}s?)\)")
_POSSESSIVE = re.compile(r"['’]s?$")
_local = threading.local()

MARKS = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "´": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"'}
)
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})


def words_of(text: str) -> list[str]:
    """The words and figures of a text, lower case, without possessive endings, in order.

    >>> words_of("The Mill's output rose 3.5% in 2021")
    ['the', 'mill', 'output', 'rose', '3.5', 'in', '2021']
    """
    return [_POSSESSIVE.sub("", found.lower()) for found in _WORD.findall(text)]


def written_words(text: str) -> list[str]:
    """The words and figures of a text as it writes them, possessive endings included."""
    return _WORD.findall(text)


def capitalised(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def without_marks(text: str) -> str:
    """The text without the marks on its letters.

    >>> without_marks("Tugh Temür")
    'Tugh Temur'
    """
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The Snowball English stem of a word, diacritics folded; small spelt numbers are figures, "20,000" is "20000".

    >>> stem("vitality"), stem("Économies"), stem("two")
    ('vital', 'economi', '2')
    """
    plain = without_marks(word.lower())
    if plain in _SPELLED:
        return _SPELLED[plain]
    if plain[:1].isdigit():
        return plain.replace(",", "")
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:
        stemmer = _local.stemmer = Stemmer.Stemmer("english")
    root = str(stemmer.stemWord(plain))
    return root[:-1] if root == plain and _SHORT_PLURAL.fullmatch(plain) else root


@lru_cache(maxsize=16384)
def stems_of(text: str) -> frozenset[str]:
    """The stems of all words of a text."""
    return frozenset(stem(word) for word in words_of(text))


def short_forms(text: str) -> list[tuple[str, frozenset[str]]]:
    """Abbreviations that the text explains in brackets: the stem of the short form, and those of the long one.

    >>> short_forms("It supports small and medium-sized enterprises (SMEs).")[0][0]
    'sme'
    """
    found = []
    for match in _BRACKETED.finditer(text):
        letters = match["short"].rstrip("s").lower()
        before = words_of(text[max(0, match.start() - 120) : match.start()])
        for size in range(len(letters), min(len(before), 2 * len(letters) + 3) + 1):
            if before[-size][0] == letters[0] and _is_subsequence(letters, [word[0] for word in before[-size:]]):
                found.append((stem(letters), frozenset(stem(word) for word in before[-size:])))
                break
    return found


def _is_subsequence(letters: str, initials: list[str]) -> bool:
    remaining = iter(initials)
    return all(letter in remaining for letter in letters)


@lru_cache(maxsize=65536)  # each change of the index reads all names and words of its articles again
def fold(text: str) -> str:
    """Lower case, without marks on letters, apostrophes and full stops; a hyphen is a space."""
    bare = without_marks(text.translate(MARKS)).casefold().translate(_PLAIN)
    return " ".join(re.sub(r"[-_/]", " ", re.sub(r"['.]", "", bare)).split())
