"""Make index/language/opposites.txt: pairs of words with opposite meanings, from WordNet.

    pip install lemminflect
    python tests/tools/make_opposites.py WORDNET/dict READER_TRAIN.jsonl.gz [--held-out FILE...] > opposites.txt

WordNet's direct antonyms of common senses are taken with their irregular forms, and the pairs of antonyms.txt. A
pair that often stands between a
question and a sentence that answers it ("how many": "few", "on": "off") tells nothing and is left out: the second file
has questions with their answers, one JSON object a line (see index/training/reader_rows.py).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lemminflect import getAllInflections

from index.language.antonyms import Opposites
from index.language.words import stem
from index.training.reader_rows import Row, read_rows, sentences_of, texts_in, without

LARGEST_SENSE = 3  # of a word, in WordNet's order by use
HARMLESS = 8  # answered questions that a pair may stand in
_PARTS = {"adj": "ADJ", "adv": "ADV", "noun": "NOUN", "verb": "VERB"}
_LETTERS = {"n": "noun", "v": "verb", "a": "adj", "s": "adj", "r": "adv"}
_TYPES = {"1": "noun", "2": "verb", "3": "adj", "4": "adv", "5": "adj"}
_HEAD = """# Words with opposite meanings: left of the bar, and right of it; each with the forms that stem otherwise.
# Direct antonyms of WordNet 3.1 and the pairs of antonyms.txt, less those that often stand between a question and a
# sentence that answers it. Made by tests/tools/make_opposites.py. The licence of WordNet is in wordnet-licence.txt."""

Pair = tuple[str, str]
Sense = tuple[str, str]  # part of speech and offset in its file


@dataclass(frozen=True, slots=True)
class Synset:
    """Words of one meaning, and antonyms: another synset, and the numbers of the two words, from 1."""

    words: list[str]
    antonyms: list[tuple[Sense, int, int]]


def main() -> None:
    """Print the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wordnet", type=Path, help="the folder with data.noun and index.sense")
    parser.add_argument("rows", type=Path, help="questions with answers, .jsonl or .jsonl.gz")
    parser.add_argument("--held-out", type=Path, nargs="*", default=[], help="files whose texts must not be looked at")
    options = parser.parse_args()
    lines = sorted({_line(pair, part) for pair, part in antonyms(options.wordnet)} | set(_written()))
    held = {text for path in options.held_out for text in texts_in(path)}
    harmful = _harmful(lines, without(read_rows(options.rows), held))
    print(_HEAD, *(line for line in lines if line not in harmful), sep="\n")  # noqa: T201 - what it is for
    print(f"{len(lines)} pairs, {len(harmful)} left out", file=sys.stderr)  # noqa: T201 - likewise


def antonyms(folder: Path) -> Iterator[tuple[Pair, str]]:
    """Pairs of single words in lower case, in alphabetical order, with their part of speech."""
    ranks = _ranks(folder)
    synsets = dict(_synsets(folder))
    for sense, synset in synsets.items():
        for other, source, target in synset.antonyms:
            words = synset.words[source - 1], synsets[other].words[target - 1]
            places = (words[0], *sense), (words[1], *other)
            if all(ranks.get(place, 99) <= LARGEST_SENSE and place[0].isalpha() for place in places):
                yield (min(words), max(words)), sense[0]


def _ranks(folder: Path) -> dict[tuple[str, str, str], int]:
    """How common a sense is among those of its word, from 1, by word and sense. Words in capitals have none."""
    ranks: dict[tuple[str, str, str], int] = {}
    for line in (folder / "index.sense").read_text("utf-8").splitlines():
        key, offset, number, _ = line.split()
        word, _, rest = key.partition("%")
        ranks[word, _TYPES[rest[0]], offset] = int(number)
    return ranks


def _synsets(folder: Path) -> Iterator[tuple[Sense, Synset]]:
    """What stands in WordNet's files; see its wndb(5) for the format."""
    for part in _PARTS:
        for line in (folder / f"data.{part}").read_text("utf-8").splitlines():
            if line.startswith("  "):
                continue  # the licence
            fields = line.partition(" | ")[0].split()
            size = _hexadecimal(fields[3])
            words = [re.sub(r"\(\w+\)", "", fields[4 + 2 * i]) for i in range(size)]
            at = 5 + 2 * size
            pointers = [fields[i : i + 4] for i in range(at, at + 4 * int(fields[at - 1]), 4)]
            antonyms = [
                ((_LETTERS[letter], offset), _hexadecimal(places[:2]), _hexadecimal(places[2:]))
                for symbol, offset, letter, places in pointers
                if symbol == "!" and places != "0000"
            ]
            yield (part, fields[0]), Synset(words, antonyms)


def _hexadecimal(digits: str) -> int:
    return int(digits, 16)


def _written() -> Iterator[str]:
    """The pairs of antonyms.txt, each by itself."""
    for line in Path(__file__).with_name("antonyms.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            left, right = (side.split() for side in line.split("|"))
            yield from (f"{one} | {other}" for one in left for other in right)


def _line(pair: Pair, part: str) -> str:
    return " | ".join(" ".join(_forms(word, part)) for word in pair)


def _forms(word: str, part: str) -> list[str]:
    """The word, and its inflected forms with other stems: "lose lost"."""
    forms = {stem(word): word}
    for found in getAllInflections(word, upos=_PARTS[part]).values():
        for form in found:
            if form.isalpha():
                forms.setdefault(stem(form), form)
    return list(forms.values())


def _harmful(lines: list[str], rows: list[Row]) -> set[str]:
    """Lines that stand between questions and the sentences that answer them."""
    opposites = Opposites.read(lines)
    by_stems = defaultdict(set)
    for line in lines:
        left, right = ([stem(word) for word in side.split()] for side in line.split(" | "))
        for one in left:
            for other in right:
                by_stems[frozenset((one, other))].add(line)
    seen: Counter[str] = Counter()
    for row in rows:
        if row.answer is None:
            continue
        start, end = row.answer
        holding = [span for span in sentences_of(row.context) if span[0] < end and start < span[1]]
        if holding:
            text = row.context[holding[0][0] : holding[-1][1]]
            for pair in opposites.between(row.question, text):
                seen.update(by_stems[frozenset(pair)])
    return {line for line, times in seen.items() if times > HARMLESS}


if __name__ == "__main__":
    main()
