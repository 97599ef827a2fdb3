"""Nothing leaves that is not the article's own words: the gate by itself, and answers about any article."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from index.answer.contract import Answer, Citation, Reason, Verdict
from index.answer.present.gate import GateError, check, unquoted
from index.article import Article, ArticleError, Span, article_from_text
from index.library import Library
from index.question.model import Intent, Memory
from index.statements.statement import Directness, Polarity
from index.store.protocol import Scope

ARTICLE = article_from_text(
    'Lighthouse\n\n"The lamp is old," said Ada Park. She said that “it” would go. “We will,” Tom Birch said.',
    id="lighthouse",
)

# --- the gate by itself


def cited(start: int, end: int, quote: str | None = None) -> Citation:
    words = ARTICLE.text[start:end] if quote is None else quote
    return Citation("lighthouse", "Lighthouse", start, end, words, "Ada Park", None, "direct", "asserts", 0.9, 2)


def answer(text: str, *citations: Citation) -> Answer:
    return Answer("Who?", "answered", "who_said", text, 0.9, citations=citations)


def let_out(composed: Answer) -> Answer:
    return check(composed, lambda citation: [{"lighthouse": ARTICLE}[citation.article]])


def spans_inside(start: int, end: int) -> st.SearchStrategy[Span]:
    """Spans, none empty, from `start` to `end` at most."""
    begins = st.integers(start, end - 1)
    return begins.flatmap(lambda begin: st.tuples(st.just(begin), st.integers(begin + 1, end)))


SPANS = spans_inside(0, len(ARTICLE.text))
FREE_OF_MARKS = st.one_of([spans_inside(*found.span()) for found in re.finditer(r"[^“”\"]+", ARTICLE.text)])
MARKS = st.sampled_from(["“{}”", '"{}"'])


@given(FREE_OF_MARKS, MARKS)
def test_the_articles_own_words_pass_as_they_are(span: tuple[int, int], marks: str) -> None:
    composed = answer(f"Ada Park said: {marks.format(ARTICLE.text[slice(*span)])}.", cited(*span))
    assert let_out(composed) is composed


@given(SPANS, SPANS)
def test_a_citation_with_the_words_of_another_place_is_refused(span: tuple[int, int], other: tuple[int, int]) -> None:
    words = ARTICLE.text[slice(*other)]
    assume(words != ARTICLE.text[slice(*span)])
    with pytest.raises(GateError):
        let_out(answer("Ada Park said so.", cited(*span, words)))


@given(SPANS, st.text(max_size=30))
def test_a_citation_with_words_of_nobody_is_refused(span: tuple[int, int], words: str) -> None:
    assume(words != ARTICLE.text[slice(*span)])
    with pytest.raises(GateError):
        let_out(answer("Ada Park said so.", cited(*span, words)))


@given(FREE_OF_MARKS, MARKS, st.text(min_size=1, max_size=30))
def test_quoted_words_that_no_citation_holds_are_refused(span: tuple[int, int], marks: str, words: str) -> None:
    assume(words not in ARTICLE.text[slice(*span)] and not re.search(r"[“”\"]", words))
    with pytest.raises(GateError):
        let_out(answer(f"Ada Park said: {marks.format(words)}.", cited(*span)))


@given(FREE_OF_MARKS, MARKS)
def test_words_of_the_article_that_are_not_cited_are_refused_in_quotation_marks(
    span: tuple[int, int], marks: str
) -> None:
    with pytest.raises(GateError):
        let_out(answer(f"Ada Park said: {marks.format(ARTICLE.text[slice(*span)])}."))


@pytest.mark.parametrize("span", [(5, 5), (10_000, 10_001)])
def test_an_empty_citation_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(GateError):
        let_out(answer("Ada Park said so.", cited(*span)))


@given(st.text(max_size=300))
def test_the_askers_words_are_repeated_short_on_one_line_and_without_marks(words: str) -> None:
    repeated = unquoted(words)
    assert not re.search(r"[“”„«»\"\n]", repeated)
    assert len(repeated) <= 80
    assert let_out(answer(f"Nobody said anything like that: {repeated}.")).citations == ()


# --- every answer about any article

PEOPLE = [
    "Ada Park",
    "Tom Birch",
    "Mayor Ines Calder",
    "the union",
    "a report",
    "Dr. Léa Öst",
    "She",
    "he",
    "they",
]
CUES = [
    "said",
    "told the Courier",
    'told the "Courier" that',
    "denied that",
    "urged the town to",
    "asked",
    "added that",
    "warned",
    "praised",
]
THINGS = [
    "the lamp is old",
    "it would close by 2031",
    "we'll pay 40% more",
    "nobody knew about the “secret” door",
    'the "small" pipe leaks',
    "3.5 million crowns were lost",
    "naïve plans — all of them",
]
OPENING = ["“", '"', "‘", "«", ""]
CLOSING = ["”", '"', "’", "»", ""]


@st.composite
def sentences(draw: st.DrawFn) -> str:
    who, cue, thing = (draw(st.sampled_from(words)) for words in (PEOPLE, CUES, THINGS))
    pair = draw(st.integers(0, len(OPENING) - 1))
    open_, close = OPENING[pair], CLOSING[pair if draw(st.booleans()) else draw(st.integers(0, 4))]
    return draw(
        st.sampled_from(
            [
                f"{open_}{thing.capitalize()},{close} {who} {cue}.",
                f"{who} {cue} {thing}.",
                f"{who} {cue} {open_}{thing}{close}.",
                f"{who}, head of {open_}Lowmere Light{close}, {cue} {thing}.",
                f"According to {who}, {thing}.",
                f"{open_}{thing.capitalize()}.",
                f"{thing.capitalize()} on Monday.",
            ]
        )
    )


ANYTHING = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co"]), max_size=60)
PARAGRAPHS = st.lists(st.one_of(sentences(), sentences(), sentences(), ANYTHING), min_size=1, max_size=5).map(" ".join)
TEXTS = st.lists(PARAGRAPHS, min_size=1, max_size=4).map("\n\n".join)
ABOUT_PEOPLE = [
    "What did {} say?",
    "what did {} say about the lamp",
    "Did {} say that the lamp is old?",
    "Who is {}?",
    "And {}?",
]
ABOUT_WORDS = [
    "Who said {}?",
    "Did Ada Park say {}?",
    "Who talked about {}?",
    "When will {} close?",
    "How many {}?",
    "{}",
    "“{}”?",
]
ABOUT_NOTHING = ["List everyone quoted.", "What else did she say?", "what else"]


@st.composite
def articles_and_questions(draw: st.DrawFn) -> tuple[str, list[str]]:
    text = draw(TEXTS)
    words = text.split() or ["nothing"]
    own = st.integers(0, len(words) - 1).map(lambda start: " ".join(words[start : start + 6]))
    people = st.sampled_from([name for name in PEOPLE if name in text] or PEOPLE)
    filled = [
        st.builds(str.replace, st.sampled_from(ABOUT_PEOPLE), st.just("{}"), people),
        st.builds(str.replace, st.sampled_from(ABOUT_WORDS), st.just("{}"), own | st.sampled_from(THINGS)),
        st.sampled_from(ABOUT_NOTHING),
        ANYTHING,
    ]
    return text, draw(st.lists(st.one_of(filled), min_size=1, max_size=5))


@pytest.fixture(scope="module")
def any_library(read: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("any") / "data"
    shutil.copytree(read, folder, symlinks=True)
    with Library(folder) as opened:
        yield opened


_numbers = count(1)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(articles_and_questions())
@example(('Ada Park told the weekly "Courier" that the lamp was old.', ["What did Ada Park say?"]))
@example(
    ("Ada Park said the lamp was “old. Tom Birch said it was “new” now.", ["List everyone quoted.", "Who said it?"])
)
def test_every_answer_about_any_article_is_verbatim_and_keeps_the_contract(
    any_library: Library, given_: tuple[str, list[str]]
) -> None:
    text, questions = given_
    collection = f"guild:{next(_numbers)}"
    try:
        article = article_from_text(f"A title\n\n{text}", id="any", collection=collection)
    except ArticleError:
        assume(False)
    any_library.add([article])
    scope, memory = Scope(frozenset({collection})), Memory()
    for question in questions:
        chinese, _ = any_library.ask(question, scope=scope, memory=memory, language="zh-CN")
        found, memory = any_library.ask(question, scope=scope, memory=memory)
        check_verbatim(found, article)
        check_verbatim(chinese, article)
        assert (chinese.status, chinese.short, chinese.citations) == (found.status, found.short, found.citations)
        check_contract(found, question)
    any_library.remove("any", collection)


def check_verbatim(found: Answer, article: Article) -> None:
    for citation in found.citations:
        assert citation.article == article.id
        assert 0 <= citation.start < citation.end <= len(article.text)
        assert article.text[citation.start : citation.end] == citation.quote
        assert article.paragraph_of(citation.start) == citation.paragraph
    for quoted in re.findall(r"“([^“”]*)”", found.text):
        assert any(quoted in citation.quote for citation in found.citations)
    for line in found.text.splitlines():
        for quoted in re.findall(r'"([^"]*)"', line):
            assert any(quoted in citation.quote for citation in found.citations)


def check_contract(found: Answer, question: str) -> None:
    assert found.question == question.strip()
    assert found.text.strip()
    assert 0 <= found.score <= 1
    assert found.intent in get_args(Intent)
    if found.status == "answered":
        assert found.reason is None
        assert found.citations
    else:
        assert found.status == "not_found"
        assert found.reason in get_args(Reason)
        assert found.short is None
        assert len(found.citations) <= 1
        assert not found.citations or "The nearest I found:" in found.text
    assert (found.verdict is not None) <= (found.intent == "verify")
    assert found.verdict in {None, *get_args(Verdict)}
    if found.intent == "verify" and found.status == "not_found":
        assert found.verdict == "unknown"
    for citation in found.citations:
        assert 0 <= citation.score <= 1
        assert citation.directness in {None, *get_args(Directness)}
        assert citation.polarity in {None, *get_args(Polarity)}
        assert (citation.directness is None) == (citation.polarity is None)
    check_json(found)


def check_json(found: Answer) -> None:
    fields: dict[str, Any] = json.loads(json.dumps(found.to_json(id="q1", conversation="c"), ensure_ascii=True))
    assert list(fields) == [
        *(
            "id",
            "question",
            "conversation",
            "status",
            "reason",
            "intent",
            "verdict",
            "score",
            "short",
            "text",
        ),
        *("citations", "elapsed_ms"),
    ]
    for citation in fields["citations"]:
        assert list(citation) == [
            *(
                "article",
                "title",
                "start",
                "end",
                "quote",
                "speaker",
                "role",
                "directness",
                "polarity",
                "score",
                "source",
                "published",
            )
        ]
