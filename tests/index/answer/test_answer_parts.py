"""What an answer is laid out from: parts for whoever shows them otherwise, and the text made of them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.answer.contract import Answer, Citation, Part
from index.answer.present.gate import GateError, check
from index.answer.present.layout import laid_out
from index.answer.present.statement_text import told_once
from index.article import article_from_text
from index.library import Library
from index.store.protocol import Scope

LAMPS = """\
Lamps of Lowmere go out

“The lamps are older than I am,” said Ada Park, chief engineer of Lowmere. “Nobody makes the bulbs any more.”

Tom Birch, founder of Birch Lines, said that the ferries would keep their lamps. He praised the town for finishing \
“a stubborn piece of work” without an accident.

Park denied that the town had ignored warnings. Small boats find the harbour by its lamps.
"""
ARTICLE = article_from_text(LAMPS, id="lamps", source="https://example.org/lamps")
LAMPS_ONLY = Scope(articles=frozenset({"lamps"}))


@pytest.fixture(scope="module")
def reader(read: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library with the shipped article and one more."""
    folder = tmp_path_factory.mktemp("parts") / "data"
    shutil.copytree(read, folder, symlinks=True)
    with Library(folder) as opened:
        opened.add([ARTICLE])
        yield opened


def asked(library: Library, question: str) -> Answer:
    return library.ask(question, scope=LAMPS_ONLY)[0]


# --- what the parts hold


def test_direct_words_are_apart_from_who_said_them_how(reader: Library) -> None:
    answer = asked(reader, "Who said the lamps are older than I am?")
    assert answer.parts == (
        Part(
            speaker="Ada Park",
            role="chief engineer of Lowmere",
            said="said:",
            words="“The lamps are older than I am”.",
            citation=0,
            again="",
        ),
    )


def test_reported_words_keep_the_articles_way_of_reporting(reader: Library) -> None:
    (part,) = asked(reader, "Who said the ferries would keep their lamps?").parts
    assert (part.speaker, part.said) == ("Tom Birch", "said that")
    assert part.words == "the ferries would keep their lamps."


def test_a_verdict_leads_the_statement_that_shows_it(reader: Library) -> None:
    (yes,) = asked(reader, "Did Tom Birch say that the ferries would keep their lamps?").parts
    (no,) = asked(reader, "Did Ada Park say that the town had ignored warnings?").parts
    assert (yes.lead, yes.speaker) == ("Yes.", "Tom Birch")
    assert (no.lead, no.said) == ("No, that was denied.", "denied that")


def test_a_speaker_is_named_with_their_role_at_the_first_of_several_statements_alone(reader: Library) -> None:
    parts = asked(reader, "What did Ada Park say?").parts
    assert [(part.speaker, part.said) for part in parts] == [
        ("Ada Park", "said:"),
        (None, ""),
        (None, "Also denied that"),
    ]
    assert [part.role for part in parts] == ["chief engineer of Lowmere", None, None]


def test_several_statements_of_one_speaker_have_one_lead(reader: Library) -> None:
    answer = asked(reader, "What did Ada Park say?")
    assert answer.text.count("Ada Park") == 1
    first, second, third = (paragraph.split("\n")[0] for paragraph in answer.text.split("\n\n"))
    assert first == "Ada Park, chief engineer of Lowmere, said: “The lamps are older than I am”."
    assert second == "“Nobody makes the bulbs any more.”"
    assert third == "Also denied that the town had ignored warnings."


def test_of_two_denials_behind_each_other_both_are_told_as_denials() -> None:
    one = Part(speaker="Ada Park", said="denied, as reported:", words="It sank.", again="Denied, as reported:")
    where = replace(cited("Small boats"), speaker="Ada Park", polarity="denies")
    first, second = told_once([(one, where), (one, where)])
    assert first == one
    assert (second.speaker, second.said) == (None, "Denied, as reported:")
    plain = replace(one, said="said:", again="")
    assert told_once([(plain, where), (plain, where)]) == [plain, plain]
    assert [part.said for part in told_once([(plain, None), (plain, None)])] == ["said:", ""]


def test_who_somebody_is_names_them_once(reader: Library) -> None:
    answer = asked(reader, "Who is Ada Park?")
    assert answer.text.count("Ada Park") == 1
    assert "statements; the first:\n“The lamps are older than I am”." in answer.text


def test_a_list_of_speakers_is_a_heading_and_entries(reader: Library) -> None:
    answer = asked(reader, "List everyone quoted.")
    heading, *entries = answer.parts
    assert heading == Part(lead="2 speakers:")
    assert all(part.entry and part.citation is not None for part in entries)
    assert [(part.speaker, part.role) for part in entries] == [
        ("Ada Park", "chief engineer of Lowmere"),
        ("Tom Birch", "founder of Birch Lines"),
    ]
    assert re.fullmatch(r"\(\d+ statements\)", entries[0].words)


def test_the_writers_own_words_have_no_speaker(reader: Library) -> None:
    (part,) = asked(reader, "How do small boats find the harbour?").parts
    assert part.speaker is None
    assert part.words == "Small boats find the harbour by its lamps."


def test_a_refusal_is_its_own_part_and_the_nearest_statement_another(read: Path) -> None:
    with Library(read, threshold=0.99) as strict:
        answer, _ = strict.ask("Who said that small firms are vital for platforms?")
    why, nearest = answer.parts
    assert why == Part(lead=why.lead)
    assert nearest.lead == "The nearest I found:"
    assert nearest.citation == 0


def test_a_citation_knows_its_text_and_where_the_article_comes_from(reader: Library) -> None:
    (citation,) = asked(reader, "Who said the ferries would keep their lamps?").citations
    assert (citation.sha256, citation.source) == (ARTICLE.sha256, "https://example.org/lamps")
    assert ARTICLE.text[citation.place.start : citation.place.end] == citation.quote


def test_json_holds_neither_the_parts_nor_the_hash(reader: Library) -> None:
    answer = asked(reader, "What did Ada Park say?")
    fields = json.dumps(answer.to_json())
    assert ARTICLE.sha256 not in fields
    assert "parts" not in answer.to_json()


# --- the text is laid out from them

NAMES = ["Ada Park", "Tom Birch", "Lei Jun", "Daniel Zhang", "a blue paper", "Boris Quent"]
TOPICS = ["the lamps", "small firms", "innovation", "penguins", "risks", "the ferries keep their lamps", ""]
WORDINGS = [
    "What did {name} say?",
    "What did {name} say about {topic}?",
    "Did {name} say that {topic}?",
    "Who said {topic}?",
    "Who is {name}?",
    "Who talked about {topic}?",
    "List everyone quoted.",
    "How many {topic}?",
    "When did {topic} begin?",
    "What else did they say?",
    "And {topic}?",
]
QUESTIONS = st.builds(
    lambda wording, name, topic: wording.format(name=name, topic=topic),
    st.sampled_from(WORDINGS),
    st.sampled_from(NAMES),
    st.sampled_from(TOPICS) | st.text(max_size=30),
)
fixture_stays = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@fixture_stays
@given(st.lists(QUESTIONS, min_size=1, max_size=3))
def test_the_text_of_every_answer_is_laid_out_from_its_parts(reader: Library, questions: list[str]) -> None:
    memory = None
    for question in questions:
        answer, memory = reader.ask(question, memory=memory)
        assert answer.text == laid_out(answer.parts, answer.citations)
        cited = [part.citation for part in answer.parts if part.citation is not None]
        assert cited == list(range(len(answer.citations)))


@fixture_stays
@given(QUESTIONS)
def test_what_an_answer_cites_is_told_the_same_way_by_its_place(reader: Library, question: str) -> None:
    answer, _ = reader.ask(question)
    told = reader.tell([citation.place for citation in answer.citations])
    assert answer.parts
    for part in answer.parts:
        again = told[part.citation] if part.citation is not None else None
        citation = answer.citations[part.citation or 0] if part.citation is not None else None
        if citation is None or citation.speaker is None or part.entry:
            continue  # nobody's words, or only a name
        assert again is not None
        assert again.citation == replace(citation, score=again.citation.score)
        told_before = (
            {"speaker", "role", "said"} if part.speaker is None else {"role"} if answer.intent == "profile" else ()
        )
        kept = {name: getattr(again.part, name) for name in told_before}
        assert again.part == replace(part, lead="", citation=0, **kept)


# --- the gate looks at them


def cited(words: str) -> Citation:
    start = LAMPS.index(words)
    return Citation("lamps", "Lamps", start, start + len(words), words, None, None, None, None, 1.0, 1)


def let_out(*parts: Part) -> Answer:
    citations = (cited("older than I am"), cited("Nobody makes"))
    answer = Answer("?", "answered", "fact", "Two things.", 1.0, citations=citations, parts=parts)
    return check(answer, lambda _: [ARTICLE])


def test_a_part_may_quote_the_citation_it_names() -> None:
    assert let_out(Part(words="“older than I am”", citation=0), Part(words="“Nobody makes”", citation=1)).parts


@pytest.mark.parametrize(
    "part",
    [
        Part(words="“Nobody makes”", citation=0),
        Part(words="“Nobody makes”"),
        Part(lead="“Nobody makes”:", words="older", citation=0),
        Part(speaker="“Nobody makes”", entry=True, citation=0),
        Part(said='wrote "Nobody makes"', words="older", citation=0),
    ],
)
def test_a_part_may_not_quote_words_of_another_citation(part: Part) -> None:
    with pytest.raises(GateError):
        let_out(part)
