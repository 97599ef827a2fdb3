"""What forms, buttons and lists ask of the library: told places, paragraphs, speakers, and questions from a form."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index.answer.contract import Answer, Place, Told
from index.article import Article, article_from_text
from index.library import Library
from index.question.model import Asked
from index.store.protocol import Scope

SHIPPED = "wuzhen-2021"

HARBOUR = """\
Harbour crane to be sold

“Nobody has used the crane since the fire. We kept the keys, and that was all,” said Ada Park, director of the port.

“The crane belongs to the town,” said Tom Birch, a former mayor, “and so does its debt.”

Park said the port would lose two berths. She denied that the crane was unsafe. It was built in Lowmere in 1931.
"""
CRANE = article_from_text(HARBOUR, id="crane", source="https://example.org/crane")

MARKET = """\
Market hall opens

“We will sell nothing but fish,” said Ada Park, director of the port.

“My stall is wet already,” said Lena Moss, a baker.
"""
SERVER = "guild:1"
HALL = article_from_text(MARKET, id="hall", collection=SERVER)

EVERYTHING = Scope(frozenset({"public", SERVER}))
ELSEWHERE = [Scope(), Scope(frozenset({"public", "guild:2"})), Scope(frozenset({SERVER}), frozenset({"other"}))]


@pytest.fixture(scope="module")
def reader(read: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library with a public article beside the shipped one, and an article of one server."""
    folder = tmp_path_factory.mktemp("reads") / "data"
    shutil.copytree(read, folder, symlinks=True)
    with Library(folder) as opened:
        opened.add([CRANE, HALL])
        yield opened


def place_of(words: str, article: Article = CRANE) -> Place:
    start = article.text.index(words)
    return Place(article.sha256, start, start + len(words))


def told(library: Library, place: Place, scope: Scope | None = None) -> Told:
    (found,) = library.tell([place], scope)
    assert found is not None
    return found


# --- words told again


def test_a_cited_statement_is_told_with_its_speaker(reader: Library) -> None:
    found = told(reader, place_of("the port would lose two berths"))
    assert (found.part.speaker, found.part.said) == ("Ada Park", "said")
    assert found.part.words == "the port would lose two berths."
    assert found.citation.quote == "the port would lose two berths"


def test_the_rest_of_a_quotation_goes_on_by_the_same_speaker(reader: Library) -> None:
    found = told(reader, place_of("We kept the keys, and that was all"))
    assert (found.part.speaker, found.part.role) == ("Ada Park", "director of the port")
    assert (found.part.said, found.part.words) == ("went on:", "“We kept the keys, and that was all”.")
    assert found.citation.directness == "direct"


def test_the_speaker_stays_outside_of_a_quotation_split_round_them(reader: Library) -> None:
    found = told(reader, place_of("belongs to the town,” said Tom Birch, a former mayor, “and so does"))
    assert found.part.words == "“belongs to the town” … “and so does”."


def test_anything_else_is_told_as_the_writers_own_words(reader: Library) -> None:
    found = told(reader, place_of("It was built in Lowmere in 1931."))
    assert (found.part.speaker, found.citation.speaker) == (None, None)
    assert found.part.words == "It was built in Lowmere in 1931."


def test_a_role_is_told_once_in_a_row(reader: Library) -> None:
    places = [place_of("Nobody has used the crane since the fire"), place_of("We kept the keys"), place_of("It was")]
    roles = [found.part.role for found in reader.tell([*places, places[0]]) if found is not None]
    assert roles == ["director of the port", None, None, "director of the port"]


def test_places_are_told_one_by_one_and_those_that_are_nowhere_are_none(reader: Library) -> None:
    good = place_of("The crane belongs")
    length = len(CRANE.text)
    nowhere = [
        replace(good, sha256="0" * 64),
        replace(good, sha256=good.sha256[:7]),
        replace(good, sha256=""),
        replace(good, sha256="%" * 12),
        replace(good, end=length + 1),
        replace(good, start=-1),
        replace(good, start=good.end),
    ]
    assert [found is not None for found in reader.tell([good, *nowhere, good])] == [True, *[False] * 7, True]
    assert [reader.paragraph(place) for place in nowhere] == [None] * 7
    assert reader.tell([]) == []


def test_the_first_digits_of_the_hash_are_enough(reader: Library) -> None:
    place = place_of("It was built")
    short = replace(place, sha256=place.sha256[:12])
    assert reader.tell([short]) == reader.tell([place])
    assert reader.paragraph(short) == reader.paragraph(place)


def test_what_an_article_said_is_gone_with_it(library: Library) -> None:
    library.add([CRANE])
    place = place_of("It was built")
    assert told(library, place)
    library.remove("crane")
    assert library.tell([place]) == [None]
    assert library.paragraph(place) is None


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(HARBOUR) - 1), st.integers(1, 200))
def test_any_place_is_told_in_the_articles_words(reader: Library, start: int, size: int) -> None:
    place = Place(CRANE.sha256, start, min(start + size, len(CRANE.text)))
    (found,) = reader.tell([place])
    around = reader.paragraph(place)
    assert around is not None
    assert around.text in CRANE.text
    assert 0 <= around.start <= around.end <= len(around.text)
    if found is not None:  # the gate lets nothing out that it cannot prove
        assert CRANE.text[found.citation.start : found.citation.end] == found.citation.quote
        assert found.part.citation == 0


# --- paragraphs


def test_a_paragraph_comes_with_the_words_place_in_it(reader: Library) -> None:
    found = reader.paragraph(place_of("denied that the crane was unsafe"))
    assert found is not None
    assert (found.title, found.source, found.number) == (CRANE.title, CRANE.source, 4)
    assert found.text.startswith("Park said")
    assert found.text.endswith("in 1931.")
    assert found.text[found.start : found.end] == "denied that the crane was unsafe"


def test_words_that_go_on_in_the_next_paragraph_are_cut_at_the_end_of_theirs(reader: Library) -> None:
    found = reader.paragraph(place_of("its debt.”\n\nPark said the port"))
    assert found is not None
    assert found.text[found.start : found.end] == "its debt.”"


# --- who is quoted


def test_speakers_are_those_quoted_with_role_and_how_often(reader: Library) -> None:
    scope = Scope(articles=frozenset({"crane"}))
    found = [(one.name, one.role, one.kind, one.statements) for one in reader.speakers(scope)]
    assert found == [("Ada Park", "director of the port", "person", 3), ("Tom Birch", "former mayor", "person", 1)]


def test_somebody_in_two_articles_is_one_line(reader: Library) -> None:
    (park,) = [one for one in reader.speakers(EVERYTHING) if one.name == "Ada Park"]
    assert park.statements == 4


def test_the_most_quoted_come_first_and_then_by_name(reader: Library) -> None:
    order = [(-one.statements, one.name.casefold()) for one in reader.speakers()]
    assert order == sorted(order)
    assert len({name for _, name in order}) == len(order)


def test_everybody_listed_can_be_asked_about(reader: Library) -> None:
    listed = reader.speakers(EVERYTHING)
    assert listed
    for one in listed:
        answer, _ = reader.ask(Asked("what_said", one.name), scope=EVERYTHING)
        assert answer.status == "answered", one
        assert len({citation.speaker for citation in answer.citations}) == 1


def test_the_first_to_list_speakers_has_the_shipped_article_read(fresh: Path) -> None:
    with Library(fresh) as library:
        assert len(library.speakers()) > 5


# --- private stays private


@pytest.mark.parametrize("scope", ELSEWHERE)
def test_words_of_one_server_are_told_nowhere_else_even_by_their_hash(reader: Library, scope: Scope) -> None:
    place = place_of("My stall is wet already", HALL)
    assert told(reader, place, EVERYTHING).part.speaker == "Lena Moss"
    assert reader.tell([place], scope) == [None]
    assert reader.paragraph(place, scope) is None


@pytest.mark.parametrize("scope", ELSEWHERE)
def test_speakers_of_one_server_are_listed_nowhere_else(reader: Library, scope: Scope) -> None:
    assert "Lena Moss" in {one.name for one in reader.speakers(EVERYTHING)}
    assert "Lena Moss" not in {one.name for one in reader.speakers(scope)}
    assert {one.statements for one in reader.speakers(scope) if one.name == "Ada Park"} <= {3}


def test_a_form_finds_nobody_of_another_server(reader: Library) -> None:
    here, _ = reader.ask(Asked("what_said", "Lena Moss"), scope=EVERYTHING)
    elsewhere, _ = reader.ask(Asked("what_said", "Lena Moss"))
    assert (here.status, elsewhere.reason) == ("answered", "unknown_speaker")


# --- questions from a form

Ask = Callable[[Asked], Answer]


@pytest.fixture
def ask(reader: Library) -> Ask:
    return lambda form: reader.ask(form)[0]


def content(answer: Answer) -> Answer:
    """An answer without how it was asked for and how long it took."""
    return replace(answer, question="", elapsed_ms=0)


@pytest.mark.parametrize(
    ("form", "question"),
    [
        (Asked("what_said", "Ada Park"), "What did Ada Park say?"),
        (Asked("what_said", "Ada Park", "the crane"), "What did Ada Park say about the crane?"),
        (Asked("verify", "Tom Birch", "the crane belongs to the town"), None),
        (Asked("verify", "Tom Birch", "the port would lose two berths"), None),
        (Asked("verify", "Ada Park", "the crane was unsafe"), "Did Ada Park say that the crane was unsafe?"),
        (Asked("who_said", topic="the port would lose two berths"), "Who said that the port would lose two berths?"),
        (Asked("speakers"), "Who is quoted?"),
        (Asked("speakers", topic="the crane"), "Who talked about the crane?"),
        (Asked("what_said", "Boris Quent", "the crane"), "What did Boris Quent say about the crane?"),
    ],
)
def test_a_form_is_answered_like_the_question_it_stands_for(reader: Library, form: Asked, question: str | None) -> None:
    answer, memory = reader.ask(form)
    typed, remembered = reader.ask(answer.question)
    assert content(answer) == content(typed)
    assert memory == remembered
    assert question in {None, answer.question}


@pytest.mark.parametrize("speaker", ["Park", "ada park", "Ada Prak", "director Park", "  Ada\n Park "])
def test_a_forms_speaker_is_found_as_in_a_question(ask: Ask, speaker: str) -> None:
    answer = ask(Asked("what_said", speaker, "the crane"))
    assert {citation.speaker for citation in answer.citations} == {"Ada Park"}


@pytest.mark.parametrize("form", [Asked("what_said", "Boris Quent"), Asked("verify", "Boris Quent", "it rains")])
def test_a_forms_speaker_that_nobody_knows_is_named_in_the_refusal(ask: Ask, form: Asked) -> None:
    answer = ask(form)
    assert (answer.status, answer.reason) == ("not_found", "unknown_speaker")
    assert "Boris Quent" in answer.text


def test_a_forms_pronoun_means_who_was_talked_about(reader: Library) -> None:
    _, memory = reader.ask(Asked("what_said", "Tom Birch"))
    answer, _ = reader.ask(Asked("what_said", "he", "debt"), memory=memory)
    assert {citation.speaker for citation in answer.citations} == {"Tom Birch"}


def test_a_conversation_goes_on_from_a_form(reader: Library) -> None:
    _, memory = reader.ask(Asked("what_said", "Ada Park", "the berths"))
    answer, _ = reader.ask("What else did she say?", memory=memory)
    assert {citation.speaker for citation in answer.citations} == {"Ada Park"}
    assert "berths" not in " ".join(citation.quote for citation in answer.citations)


@pytest.mark.parametrize("words", ["List everyone quoted.", "who said the crane belongs to the town", "hello", "Who?"])
def test_a_claim_that_reads_like_a_command_or_a_question_is_still_a_claim(ask: Ask, words: str) -> None:
    answer = ask(Asked("who_said", topic=words))
    assert answer.intent == "who_said"
    assert len(answer.citations) <= 1


@pytest.mark.parametrize(
    "form",
    [
        Asked("who_said"),
        Asked("who_said", topic=" \n"),
        Asked("who_said", topic="and?"),
        Asked("verify", "Ada Park"),
        Asked("verify", "Ada Park", "?!"),
        Asked("verify", "", "the crane is old"),
        Asked("what_said"),
        Asked("what_said", "?", "the crane"),
    ],
)
def test_what_a_form_needs_and_lacks_is_said_in_a_sentence(reader: Library, form: Asked) -> None:
    _, before = reader.ask("What did Ada Park say?")
    answer, memory = reader.ask(form, memory=before)
    assert (answer.status, answer.reason, answer.intent) == ("not_found", "not_a_question", form.intent)
    assert answer.text.startswith("Tell me")
    assert "\n" not in answer.text
    assert memory == before


INTENTS = st.sampled_from(get_args(get_type_hints(Asked)["intent"]))
ODD = ["and?", "who said", "What did Tom Birch say?", "“crane", "it", "that", "Did he?", "@everyone {x} %s", "\0", "ſ"]
WORDS = st.one_of(st.sampled_from(ODD), st.text(max_size=60), st.text("ab ,.“\n?", max_size=40).map(lambda t: t * 60))


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(INTENTS, st.sampled_from(["Ada Park", "she", ""]) | WORDS, WORDS)
@example("what_said", "Ada Park", "who said " * 300)
@example("verify", "Ada Park", "x" * 5000)
@example("who_said", "", "the crane " * 400)
@example("what_said", ", and " * 500, "crane")
@example("who_said", "Ada Park", "?b" * 60)
def test_no_wording_of_a_form_changes_what_it_asks(reader: Library, intent: str, speaker: str, topic: str) -> None:
    form = Asked(intent, speaker, topic)  # type: ignore[arg-type] # drawn from the literals
    answer, _ = reader.ask(form)
    assert answer.intent == intent
    assert answer.text
    assert answer.question
    assert "\n" not in answer.question
    assert reader.ask(form)[0].timed(0) == answer.timed(0)


# --- versions, and being ready


def test_the_version_grows_with_every_change_by_whichever_library(data: Path) -> None:
    with Library(data) as here, Library(data) as there:
        versions = [here.version]
        there.add([CRANE])
        versions.append(here.version)
        here.remove("crane")
        versions += [there.version, here.version]
    assert versions[0] < versions[1] < versions[2] == versions[3]


def test_asking_leaves_the_version_as_it_is(library: Library) -> None:
    before = library.version
    library.ask("Who said that the crane belongs to the town?")
    library.speakers()
    assert library.version == before


def test_nothing_has_to_be_there_to_list_articles_and_tell_the_version(tmp_path: Path) -> None:
    folder = tmp_path / "nothing yet"
    with Library(folder) as library:
        assert [info.id for info in library.articles()] == [SHIPPED]
        assert library.version == 0
    assert not folder.exists()


def test_a_prepared_library_has_read_what_it_needs(fresh: Path) -> None:
    said: list[str] = []
    with Library(fresh, progress=said.append) as library:
        library.prepare()
        assert [info.statements > 0 for info in library.articles()] == [True]
        said.clear()
        answer, _ = library.ask("Who said that China can manage and control risks?")
        assert answer.status == "answered"
        assert library.version > 0
    assert said == []
