"""Articles: their sentences and passages, statements, and the people in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from hypothesis import strategies as st

from index.article import Article
from index.passages import passages
from index.speakers.directory import Directory
from index.speakers.identity import same_people
from index.statements.statement import SourceKind, Speaker
from index.store.protocol import StoredSpeaker
from tests.tools.fuzz.inputs import articles, joined, questions, texts
from tests.tools.fuzz.run import Target
from tests.tools.fuzz.well_formed import check_explained, check_statements, extracted

_FITS = 60  # characters that a model reads, as far as it is asked here
_NAMES = [
    "Ada",
    "Park",
    "Ann",
    "Birch",
    "Mr",
    "Dr",
    "Mayor",
    "A.",
    "B.",
    "de",
    "la",
    "van",
    "O'Neill",
    "Park-Birch",
    "Ltd",
    "Inc",
    "the",
    "of",
    "Example",
    "Institute",
    "WHO",
    "U.S.",
    "mayor",
    "spokesperson",
    "ministry",
    "Temür",
    "7",
    "-",
    "'",
    "(",
    ")",
    ",",
]


def check_passages(text: str) -> None:
    """Passages hold all that can be seen, in order, none of it twice."""
    article = Article("a", "", text)
    found = passages(article, lambda piece: len(piece) <= _FITS)
    at = 0
    for one in found:
        start, end = one.span
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert one.window[0] <= start and end <= one.window[1]
        assert article.paragraph_of(start) == one.paragraph
        at = end
    assert not text[at:].strip()


def check_article(text: str) -> None:
    """Statements are well formed, each is explained, and told with its conjunction."""
    found = extracted(f"A title\n\n{text}")
    check_statements(found)
    check_explained(found)


def check_people(given: tuple[list[StoredSpeaker], str]) -> None:
    """Whoever is there has one name for all articles, and can be looked for in any words."""
    speakers, asked = given
    stored, called = same_people(speakers)
    assert len(stored) == len(speakers)
    directory = Directory(stored, asked.split())
    names = directory.names()
    assert len(set(names)) == len(names)
    assert {one.speaker.name for one in stored} == set(names) == set(called.values())
    for ref in (*directory.link(asked), directory.group(asked), *(one.ref for one in directory.find(asked.split()))):
        assert set(ref.names) <= set(names)
        assert bool(ref.names) == (ref.link != "unknown")


def _speakers() -> st.SearchStrategy[list[StoredSpeaker]]:
    phrase = joined(_NAMES, 4)
    some: Any = st.lists(phrase, max_size=2).map(tuple)
    speaker = st.builds(
        Speaker,
        name=phrase.filter(str.strip),
        kind=st.sampled_from(get_args(SourceKind)),
        aliases=some,
        roles=some,
        affiliations=some,
        pronoun=st.sampled_from([None, "he", "she", "they", "it"]),
    )
    each: st.SearchStrategy[StoredSpeaker] = st.builds(StoredSpeaker, st.integers(1, 3), speaker)
    return st.lists(each, max_size=8, unique_by=lambda one: (one.article, one.speaker.name))


def targets() -> Iterator[Target]:
    """From the passages to the people."""
    yield Target("passages", texts(articles()), check_passages)
    yield Target("statements", texts(articles()), check_article, 20)
    yield Target("people", st.tuples(_speakers(), st.one_of(joined(_NAMES, 6), texts(questions()))), check_people, 100)
