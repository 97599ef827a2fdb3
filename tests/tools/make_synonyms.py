"""Make index/training/synonyms.txt: words of questions and what can stand for them, from WordNet.

    pip install lemminflect
    python tests/tools/make_synonyms.py WORDNET/dict > index/training/synonyms.txt

The other words of a word's commonest meaning, in the same form ("bought VBD | purchased"), as far as the meaning is
also one of their common ones. Words with one meaning that outweighs the others only: "plant" may be a factory.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from lemminflect import getInflection

USES = 3  # of a word in WordNet's texts, at least
SHARE = 0.6  # of a word's uses in WordNet's texts that its commonest meaning must have
LARGEST_SENSE = 2  # of the word that stands for it
_TYPES = {"1": "n", "2": "v", "3": "a", "5": "a", "4": "r"}
_FORMS = {"n": ("NN", "NNS"), "v": ("VB", "VBZ", "VBD", "VBN", "VBG"), "a": ("JJ",), "r": ("RB",)}
_HEAD = """\
# Words and what can stand for them in a question: the other words of their commonest meaning in WordNet 3.1, in
# the same form (a Penn Treebank tag). Made by tests/tools/make_synonyms.py.
# The licence of WordNet is in ../language/wordnet-licence.txt."""


def main() -> None:
    """Print the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wordnet", type=Path, help="the folder with index.sense")
    options = parser.parse_args()
    lines: dict[tuple[str, str], set[str]] = defaultdict(set)
    for word, others, part in synonyms(options.wordnet):
        for form in _FORMS[part]:
            for other in others:
                one, two = _inflected(word, form), _inflected(other, form)
                if one and two and one != two:
                    lines[one, form].add(two)
    print(_HEAD)  # noqa: T201 - what it is for
    for (one, form), found in sorted(lines.items()):
        print(one, form, "|", *sorted(found))  # noqa: T201 - likewise


def synonyms(folder: Path) -> Iterator[tuple[str, list[str], str]]:
    """Words, the others of their commonest meaning, and the part of speech."""
    meanings: dict[tuple[str, str], list[tuple[int, str, int]]] = defaultdict(list)  # (word, part): rank, synset, uses
    members: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)  # (synset, part): used word: rank
    for line in (folder / "index.sense").read_text("utf-8").splitlines():
        key, offset, rank, uses = line.split()
        word, _, rest = key.partition("%")
        if word.isalpha() and len(word) > 2:
            meanings[word, _TYPES[rest[0]]].append((int(rank), offset, int(uses)))
            if int(uses):
                members[offset, _TYPES[rest[0]]][word] = int(rank)
    for (word, part), found in meanings.items():
        _, synset, most = min(found)
        total = sum(count for _, _, count in found)
        if total >= USES and most >= SHARE * total:
            others = [w for w, rank in members[synset, part].items() if w != word and rank <= LARGEST_SENSE]
            if others:
                yield word, others, part


def _inflected(word: str, form: str) -> str:
    return next(iter(getInflection(word, tag=form)), "") if form not in {"NN", "VB", "JJ", "RB"} else word


if __name__ == "__main__":
    main()
