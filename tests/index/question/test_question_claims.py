"""Claims of every shape: a yes only where all that is claimed was said, by whom it is claimed of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.answer.contract import Answer
from index.article import Article
from index.library import Library
from index.question.model import Asked
from index.question.understand import understand
from index.speakers.directory import Directory
from index.store.protocol import Scope

HARBOUR = """\
Harbour

“Every cable was tested twice,” said Ada Park, the city's chief engineer.

“The harbour needs more ferries,” Ben Ito, a captain, told reporters.

Park denied that the bridge had cost too much. Ito rejected claims that the tolls were unfair.

Ines Calder said that the lamps would stay and that the quay would be repaired before winter.
"""

Ask = Callable[[str | Asked], Answer]


@pytest.fixture(scope="module")
def harbour(data_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("claims") / "data"
    folder.mkdir()
    (folder / "models").symlink_to(data_home / "models", target_is_directory=True)
    with Library(folder) as library:
        library.add([Article("harbour", "Harbour", HARBOUR)])
        yield library


@pytest.fixture
def ask(harbour: Library) -> Ask:
    return lambda question: harbour.ask(question, scope=Scope(articles=frozenset({"harbour"})))[0]


def first_line(answer: Answer) -> str:
    return answer.text.partition("\n")[0]


# ── that something was not said ───────────────────────────────────────────


@pytest.mark.parametrize(
    "claim",
    [
        "Ada Park never said every cable was tested twice",
        "Ada Park has never said that every cable was tested twice.",
        "Ada Park did not say every cable was tested twice",
        "Ada Park didn't actually say that every cable was tested twice",
        "Ada Park never said every cable was tested twice, right?",
        "Did Ada Park never say every cable was tested twice?",
        "Never did Ada Park say that every cable was tested twice",
        "It's not true that Ada Park said every cable was tested twice",
        "It was not Ada Park who said every cable was tested twice",
        "Ada Park refused to say that every cable was tested twice",
        "Did Ada Park refuse to say every cable was tested twice?",
    ],
)
def test_that_somebody_did_not_say_what_they_said_is_refuted_with_the_proof(ask: Ask, claim: str) -> None:
    answer = ask(claim)
    assert (answer.status, answer.verdict, answer.short) == ("answered", "no", "No")
    assert first_line(answer).startswith("No: it was said. Ada Park, ")
    assert answer.citations[0].quote == "Every cable was tested twice"


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Ada Park never said the bridge cost too much", "Yes, that was denied. Ada Park, "),
        ("Ada Park never said the harbour needs more ferries", "Yes, not Ada Park. Ben Ito"),
        ("Ada Park never denied that the bridge cost too much", "No: it was denied. Ada Park, "),
    ],
)
def test_what_was_denied_or_said_by_another_was_not_said(ask: Ask, claim: str, text: str) -> None:
    assert first_line(ask(claim)).startswith(text)


@pytest.mark.parametrize("claim", ["Ada Park never said whales sing", "Did Ada Park never say that whales sing?"])
def test_whether_something_that_nobody_said_was_never_said_is_unknown(ask: Ask, claim: str) -> None:
    assert (ask(claim).status, ask(claim).verdict) == ("not_found", "unknown")


@pytest.mark.parametrize(
    "question",
    [
        "Didn't Ada Park say every cable was tested twice?",
        "Did Ada Park not say every cable was tested twice?",
        "Hasn't Ada Park said every cable was tested twice?",
    ],
)
def test_a_question_with_not_is_an_ordinary_one(ask: Ask, question: str) -> None:
    assert ask(question).verdict == "yes"


# ── several things ────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("claim", "missing"),
    [
        ("Ada Park said every cable was tested twice and that the mayor is a crook", "the mayor is a crook"),
        ("Ada Park said the mayor is a crook and every cable was tested twice", "the mayor is a crook"),
        ("Did Ada Park say every cable was tested twice, then she resigned?", "she resigned"),
        ("Did Ada Park say every cable was tested twice & the mayor is a crook?", "the mayor is a crook"),
        ("Ada Park said every cable was tested twice because the mayor is a crook", "because the mayor is a crook"),
        ("Ada Park said every cable was tested twice and the cables will break soon", "the cables will break soon"),
        (
            "Did Ada Park say every cable was tested twice and the harbour needs more ferries?",
            "the harbour needs more ferries",
        ),
        ("Ada Park: Every cable was tested twice. The mayor is a crook.", "The mayor is a crook"),
        ("“Every cable was tested twice,” said Ada Park. “The mayor is a crook.”", "The mayor is a crook"),
        ("“The mayor is a crook,” Ada Park said. “Every cable was tested twice.”", "The mayor is a crook"),
        ("Ada Park never said every cable was tested twice and that the mayor is a crook", "the mayor is a crook"),
    ],
)
def test_a_claim_of_which_a_part_is_missing_is_not_confirmed(ask: Ask, claim: str, missing: str) -> None:
    answer = ask(claim)
    assert (answer.status, answer.reason, answer.verdict) == ("not_found", "unsure", "unknown")
    assert first_line(answer) == f"I found only a part of this, and nothing like {missing}."
    (citation,) = answer.citations
    assert citation.quote == "Every cable was tested twice"


@pytest.mark.parametrize(
    ("claim", "quotes"),
    [
        ("Did Ines Calder say the lamps would stay and the quay would be repaired before winter?", 1),
        ("Ada Park said every cable was tested twice and that the bridge did not cost too much", 2),
        ("“Every cable,” said Ada Park, “was tested twice.”", 1),
    ],
)
def test_a_claim_is_confirmed_with_what_proves_each_of_its_parts(ask: Ask, claim: str, quotes: int) -> None:
    answer = ask(claim)
    assert (answer.verdict, len(answer.citations)) == ("yes", quotes)


@pytest.mark.parametrize(
    "claims",
    [
        "Ben Ito said the harbour needs more ferries. Ada Park said that the bridge will collapse tomorrow.",
        "Ben Ito said the harbour needs more ferries and Ada Park said that the bridge will collapse tomorrow.",
        "Ada Park said every cable was tested twice. She also said that the mayor is a crook.",
        "Did Ben Ito say the harbour needs more ferries? Did Ada Park say the bridge will collapse?",
        "Ben Ito: “The harbour needs more ferries.”\nAda Park: “The mayor is a crook.”",
    ],
)
def test_of_several_claims_none_is_confirmed(ask: Ask, claims: str) -> None:
    answer = ask(claims)
    assert (answer.status, answer.verdict, answer.citations) == ("not_found", "unknown", ())
    assert answer.text == "I check one claim at a time: please ask about each of them on its own."


@pytest.mark.parametrize(
    "message",
    [
        "Ben Ito said the harbour needs more ferries. Did Ada Park say every cable was tested twice?",
        "Ada Park said every cable was tested twice. I don't believe it.",
        "Ada Park said every cable was tested twice. Is that true?",
        "Ada Park or Ben Ito said every cable was tested twice, right?",
    ],
)
def test_a_claim_with_something_beside_it_is_one_claim(ask: Ask, message: str) -> None:
    answer = ask(message)
    assert (answer.verdict, answer.citations[0].speaker) == ("yes", "Ada Park")


def test_what_two_are_to_have_said_is_confirmed_only_where_both_did(ask: Ask) -> None:
    answer = ask("Ada Park and Ben Ito said that every cable was tested twice")
    assert (answer.status, answer.verdict) == ("not_found", "unknown")
    assert first_line(answer) == "I found no such words from Ben Ito."


# ── denials ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("question", "verdict", "text"),
    [
        ("Did Ada Park deny that the bridge cost too much?", "yes", "Yes. Ada Park"),
        ("Did Ada Park reject that the bridge cost too much?", "yes", "Yes. Ada Park"),
        ("Did Ben Ito dismiss claims that the tolls were unfair?", "yes", "Yes. Ben Ito"),
        ("Did Ada Park deny that every cable was tested twice?", "no", "No, rather the contrary."),
        ("Did Ada Park refute that every cable was tested twice?", "no", "No, rather the contrary."),
        ("Ada Park denied that every cable was tested twice", "no", "No, rather the contrary."),
        ("Did Ben Ito dismiss that the harbour needs more ferries?", "no", "No, rather the contrary."),
        ("Did Ada Park deny that the bridge had not cost too much?", "no", "No, rather the contrary."),
        (
            "Did Ada Park deny that whales sing?",
            "unknown",
            "I found nothing in which Ada Park denied anything like that.",
        ),
    ],
)
def test_only_a_denial_confirms_that_something_was_denied(ask: Ask, question: str, verdict: str, text: str) -> None:
    answer = ask(question)
    assert answer.verdict == verdict
    assert first_line(answer).startswith(text)


# ── as it is pasted ───────────────────────────────────────────────────────

WORDINGS = [
    '"{words}," said {who}',
    "“{words},” said {who}, the engineer.",
    "“{words},” said {who} on Monday.",
    "“{words}” - {who}",
    "“{words}.” — {who}, chief engineer",
    "“{words}” ({who})",
    '{who}: "{words}"',
    "{who}: {words}",
    "{who} (engineer): {words}.",
    "{who}, the engineer: “{words}.”",
    "“{words},” {who} said.",
    "“{words},” {who} told reporters.",
    "According to {who}, {words}",
    "According to {who}, “{words}”",
    "{words}, according to {who}",
    "{words}, said {who}",
    "> {words}\n- {who}",
]


@pytest.mark.parametrize("wording", WORDINGS)
@pytest.mark.parametrize(
    ("who", "verdict"), [("Ada Park", "yes"), ("Park", "yes"), ("Ben Ito", "no")], ids=["name", "surname", "other"]
)
def test_pasted_words_are_checked_with_whose_they_are_to_be(ask: Ask, wording: str, who: str, verdict: str) -> None:
    answer = ask(wording.format(words="Every cable was tested twice", who=who))
    assert (answer.intent, answer.verdict) == ("verify", verdict)
    assert answer.citations[0].speaker == "Ada Park"


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("“Every cable was tested twice,” said who?", "who_said"),
        ("“Every cable was tested twice,” who said it?", "who_said"),
        ("According to Ada Park, how many cables were tested?", "what_said"),
        ("According to Ada Park", "what_said"),
        ("Ada Park: the bridge", "what_said"),
        ("What did “Ada Park” say?", "what_said"),
    ],
)
def test_what_looks_like_pasted_words_and_asks_is_a_question(ask: Ask, question: str, intent: str) -> None:
    assert ask(question).intent == intent


# ── links ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "Who said [every cable](https://example.org/a) was tested twice?",
        'Who said [every cable](https://example.org/a_(b) "The cables") was tested twice?',
        "Who said [every cable](<https://example.org/a>) was tested twice?",
        "Who said every cable was tested twice? https://example.org/who?said=this",
        "Who said every cable was tested twice? <https://example.org/>",
        "Who said every cable was tested twice? www.example.org/cables",
    ],
)
def test_of_a_link_only_the_words_it_shows_are_read(text: str) -> None:
    question = understand(text, Directory([], ["every", "cable", "tested"]))
    assert (question.intent, question.topic) == ("who_said", "every cable was tested twice")


# ── forms as questions ────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("form", "question"),
    [
        (Asked("who_said", topic="lol"), "Who said “lol”?"),
        (Asked("who_said", topic="Elon: ferries are old!!"), "Who said “Elon: ferries are old”?"),
        (Asked("who_said", topic="Wow. The ferry\nstays."), "Who said “Wow. The ferry stays”?"),
        (Asked("who_said", topic="the ferry stays"), "Who said that the ferry stays?"),
        (Asked("who_said", topic='"the ferry" stays'), "Who said “the ferry stays”?"),
        (Asked("who_said", topic="“The ferry stays”"), "Who said “The ferry stays”?"),
        (Asked("verify", "Ada Park", "Ferries are old"), "Did Ada Park say “Ferries are old”?"),
        (Asked("verify", "Ada Park", "that ferries are old"), "Did Ada Park say that ferries are old?"),
    ],
)
def test_a_form_reads_as_a_question(ask: Ask, form: Asked, question: str) -> None:
    assert ask(form).question == question


def test_a_form_with_many_words_is_a_question_of_one_line(ask: Ask) -> None:
    question = ask(Asked("who_said", topic="ferries " * 200)).question
    assert len(question) < 150
    assert question.endswith("ferries…”?")


# ── refusals ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "asked",
    [
        "What did Ada Park say?",
        "Who said that the ferry stays?",
        "Did Ada Park say that the ferry stays?",
        "Who is Ada Park?",
        "Who is quoted?",
        "When does the ferry leave?",
        Asked("verify", "Ada Park", "the ferry stays"),
    ],
)
def test_where_there_is_no_article_every_question_is_told_so(harbour: Library, asked: str | Asked) -> None:
    answer, _ = harbour.ask(asked, scope=Scope(frozenset({"guild:9"})))
    assert (answer.status, answer.reason) == ("not_found", "no_match")
    assert answer.text == "There are no articles here to answer from yet."


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who won the football match?", "The articles don't say who won the football match."),
        ("How many penguins sank?", "The articles don't say how many penguins sank."),
        ("When did the zeppelin explode?", "The articles don't say."),
        ("How old is Boris Quent?", "The articles don't mention Boris Quent."),
        ("What is the weight of the zeppelin?", "The articles don't say what the weight of the zeppelin is."),
        ("Is the zeppelin blue?", "The articles don't say."),
    ],
)
def test_a_refusal_repeats_the_question_readably(ask: Ask, question: str, text: str) -> None:
    assert first_line(ask(question)) == text
