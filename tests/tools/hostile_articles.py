"""Hostile articles: texts made to keep reading, the index or a question busy, each a kind that grows with its size.

    python -m tests.tools.hostile_articles [--size 100000] [KIND...]   # prints what each takes

Nothing here is an input that once did harm: a kind is what somebody may repeat.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from index.article import ArticleError, article_from_text
from index.library import Library
from index.store.protocol import Scope
from tests.tools.loop_watch import watched

_BEGINNINGS = ["b", "br", "c", "d", "dr", "f", "fl", "g", "gr", "h", "k", "l", "m", "n", "p", "pr", "r", "s", "st", "t"]
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "oo"]
_ENDINGS = ["ck", "d", "ft", "k", "ll", "m", "nd", "n", "p", "rt", "st", "t", "v", "x"]
SPEAKING = "Ada Park said that the mill was old."
QUESTIONS = (
    "Who is quoted?",
    "What did Ada Park say about the mill?",
    "Who said that the mill was old?",
    "Did Ada Park say that the mill was old?",
    "Who is Ada Park?",
    "What did the mayor of Brackwell say about the hrabour?",  # with a slip
    "What did Tomas Brackwel and Ada Parc say?",
    "When was the mill built?",
)


def words() -> Iterator[str]:
    """Words that look like English ones, none twice."""
    for count in itertools.count(1):
        syllables = itertools.product(_BEGINNINGS, _VOWELS, _ENDINGS)
        for parts in itertools.product(syllables, repeat=count):
            yield "".join(itertools.chain.from_iterable(parts))


def names() -> Iterator[str]:
    """The same with capitals."""
    return map(str.capitalize, words())


def pairs() -> Iterator[str]:
    """Names of two words, no word twice."""
    every = names()
    return (f"{first} {next(every)}" for first in every)


def filled(make: Iterator[str], size: int, joint: str = " ") -> str:
    """As many pieces as fit into so many characters, joined."""
    taken: list[str] = []
    left = size
    for piece in make:
        left -= len(piece) + len(joint)
        if left < 0:
            break
        taken.append(piece)
    return joint.join(taken)


def again(piece: str) -> Callable[[int], str]:
    """One piece over and over, between words that are read."""
    return lambda size: f"{SPEAKING} {piece * max(1, size // len(piece))} {SPEAKING}"


def each(sentence: str, of: Callable[[], Iterator[str]], joint: str = " ") -> Callable[[int], str]:
    """A sentence over and over, each time with another of these for its "@"."""
    return lambda size: filled((sentence.replace("@", one) for one in of()), size, joint)


def _nested(size: int) -> str:
    marks = itertools.islice(itertools.cycle("“‘"), size // 16)
    return f"Ada Park said {' so '.join(marks)} the mill was old {'” ’ ' * (size // 8)}"


def _acronyms() -> Iterator[str]:
    every = names()
    for one in every:
        long = [one, next(every), next(every)]
        yield f"{' '.join(long)} ({''.join(word[0] for word in long)})"


def _roles() -> Iterator[str]:
    every = words()
    return (f"the {one} minister of {next(every).capitalize()}" for one in every)


KINDS: dict[str, Callable[[int], str]] = {
    "a name of all words": lambda size: f"“It is old,” said {filled(names(), size)}. {SPEAKING}",
    "a name in small letters of all words": lambda size: f"“It is old,” said the {filled(words(), size)}. {SPEAKING}",
    "a name of hyphens": lambda size: f"“It is old,” said Ada {filled(names(), size, '-')}. {SPEAKING}",
    "a name of initials": lambda size: f"“It is old,” said {'A. ' * (size // 3)}Park. {SPEAKING}",
    "a name of particles": lambda size: f"“It is old,” said Ada {'van der ' * (size // 8)}Park. {SPEAKING}",
    "names of forty words": lambda size: filled(
        (f"{' '.join(found)} said that it was old." for found in _groups(names(), 40)), size
    ),
    "speakers": each("@ said that it was old.", pairs),
    "speakers each in a paragraph": each("“It is so old now,” said @.", pairs, "\n\n"),
    "speakers with roles": each("@, the mayor of Brackwell, said that it was old.", pairs),
    "speakers with one surname": each("@ Park said that it was old.", names),
    "speakers with one given name": each("Ada @ said that it was old.", names),
    "one speaker with every middle name": each("Ada @ Park said that it was old.", names),
    "one name with every role": each("Ada Park, @, said that it was old.", _roles),
    "people who say nothing": each("@ went home.", pairs),
    "speakers in one sentence": lambda size: f"{filled(pairs(), size, ', ')} and Ada Park said that it was old.",
    "speakers joined by and": lambda size: f"{filled(pairs(), size, ' and ')} said that it was old.",
    "organisations": each("@ Ltd said that it was old.", pairs),
    "organisations with acronyms": each("The @ said that it was old.", _acronyms),
    "acronyms alone": each("@.", _acronyms),
    "turns of an interview": each("@: We will go to the mill now.", pairs, "\n\n"),
    "a role of all words": lambda size: (
        f"Ada Park, the {filled(words(), size)} mayor, said that it was old. {SPEAKING}"
    ),
    "a cue of all words": lambda size: f"Ada Park {filled(words(), size)} said that it was old. {SPEAKING}",
    "a statement of all words": lambda size: f"Ada Park said that the {filled(words(), size)}. {SPEAKING}",
    "an addressee of all words": lambda size: f"Ada Park told {filled(names(), size)} that it was old. {SPEAKING}",
    "clauses in each other": again("Ada Park said that Tom Birch said that "),
    "words": lambda size: f"{SPEAKING} {filled(words(), size)}",
    "words each in a line": lambda size: f"{SPEAKING}\n{filled(words(), size, chr(10))}",
    "sentences of one word": lambda size: f"{SPEAKING} {filled((f'{one}.' for one in names()), size)}",
    "one sentence again": again("Ada Park said that the mill was old. "),
    "one paragraph again": again("“The mill is old,” said Ada Park.\n\n"),
    "paragraphs left open": again("“The mill is old and it will be gone.\n\n"),
    "one word again": again("mill "),
    "one name again": again("Park "),
    "said again": again("said "),
    "one word without end": again("mill"),
    "one figure without end": again("7"),
    "figures": lambda size: f"{SPEAKING} {filled(map(str, itertools.count(10_000)), size)}",
    "full stops": again("."),
    "full stops apart": again(". "),
    "question marks": again("?"),
    "dashes": again("—"),
    "hyphens": again("-"),
    "hyphens between letters": again("a-"),
    "stars": again("*"),
    "brackets": again("("),
    "brackets in brackets": lambda size: f"{SPEAKING} {'(a ' * (size // 6)}{') ' * (size // 6)}",
    "square brackets": again("["),
    "apostrophes": again("'"),
    "apostrophes after letters": again("a's "),
    "straight quotation marks": again('"'),
    "quotation marks round letters": again('"a" '),
    "opening quotation marks": again("“"),
    "closing quotation marks": again("”"),
    "quotations in quotations": _nested,
    "blanks": again(" "),
    "lines": again("\n"),
    "commas": again(", "),
    "colons": again("a: "),
    "what has no width": again("\u200b"),
    "letters apart by what has no width": again("m\u200b"),
    "writing turned round": again("\u202eAda\u202c \u2067Park\u2069 said "),
    "marks on one letter": again("\u0301"),
    "letters with marks": again("a\u0301\u0323 "),
    "what grows when it is normalised": again("\ufdfa "),
    "letters that grow in small letters": again("İ "),
    "capitals": again("A"),
    "capitals with stops": again("U.S. "),
    "emoji": again("\U0001f3ad\u200d"),
    "another script": again("漢"),
    "a script from right to left": again("قال الرجل "),
    "links": again("https://example.org/a?b=c&d=e "),
    "Markdown": again("[a](b) **c** _d_ "),
}


def _groups(every: Iterator[str], size: int) -> Iterator[list[str]]:
    while True:
        yield list(itertools.islice(every, size))


# ── what one takes ────────────────────────────────────────────────────────


@dataclass(slots=True)
class Taken:
    """What adding a hostile article took, and asking afterwards.

    Attributes:
        refused: the sentence, where it was not added.
        reading: CPU seconds to add it; `asking` those of the slowest question, `slowest`.
        late: seconds for which a question held up an event loop, at most, by the CPU.
        reading_bytes: by how much memory grew at most while it was added; `asking_bytes` while questions were asked.
        keys: characters of all the keys that its speakers are found by.
        speakers: how many it has, `longest` the characters of the longest name.
    """

    refused: str = ""
    reading: float = 0.0
    asking: float = 0.0
    slowest: str = ""
    late: float = 0.0
    reading_bytes: int = 0
    asking_bytes: int = 0
    keys: int = 0
    speakers: int = 0
    longest: int = 0


def measured(library: Library, text: str, collection: str, questions: Sequence[str] = QUESTIONS) -> Taken:
    """What a text takes that is added to a collection of its own and asked about. On Linux alone."""
    taken = Taken()
    base, before = _memory("VmRSS", forget=True), time.process_time()
    try:
        library.add([article_from_text(text, id="hostile", collection=collection)])
    except ArticleError as error:
        taken.refused = str(error)
    taken.reading, taken.reading_bytes = time.process_time() - before, _memory("VmHWM") - base
    gc.collect()
    gc.freeze()  # what adding left behind is no part of a program that only asks
    base = _memory("VmRSS", forget=True)
    scope = Scope(frozenset({collection}))
    for question in questions:
        took, late = asyncio.run(_asked(library, question, scope))
        if took > taken.asking:
            taken.asking, taken.slowest = took, question
        taken.late = max(taken.late, late)
    taken.asking_bytes = _memory("VmHWM") - base
    directory = library._view().known(scope).directory
    names = directory._names
    tables = (names._keys, names._sets, names._joined, names._initials, names._described)
    taken.keys = sum(len(key) for table in tables for key in table)
    taken.speakers, taken.longest = len(directory), max(map(len, directory.names()), default=0)
    return taken


def _memory(what: str, *, forget: bool = False) -> int:
    """Bytes that this process has (VmRSS) or had at most (VmHWM); `forget` the most so far."""
    if forget:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text().split()
    return int(status[status.index(f"{what}:") + 1]) * 1024


async def _asked(library: Library, question: str, scope: Scope) -> tuple[float, float]:
    before = time.process_time()
    async with watched() as seen:
        await asyncio.to_thread(library.ask, question, scope=scope)
    return time.process_time() - before, seen.longest


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what each kind takes."""
    options = argparse.ArgumentParser(prog="python -m tests.tools.hostile_articles")
    options.add_argument("kinds", nargs="*")
    options.add_argument("--size", type=int, default=100_000)
    given = options.parse_args(arguments)
    with TemporaryDirectory() as data, Library(Path(data)) as library:
        library.prepare()
        measured(library, SPEAKING, "guild:0")
        for number, kind in enumerate(given.kinds or KINDS, 1):
            taken = measured(library, KINDS[kind](given.size), f"guild:{number}")
            sys.stdout.write(f"{kind}: {json.dumps(asdict(taken))}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
