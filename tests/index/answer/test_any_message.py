"""What people type who are new to it, on the shipped article: each message gets a sensible reply."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.answer.contract import Answer
from index.article import article_from_text
from index.library import Library
from index.question.model import Memory

TITLE = "Internet conference calls for supporting SMEs"


@pytest.fixture(scope="module")
def shipped(read: Path) -> Iterator[Library]:
    with Library(read) as library:
        yield library


def talk(library: Library, *turns: str) -> list[Answer]:
    """The answers to the turns of a conversation."""
    memory, answers = Memory(), []
    for turn in turns:
        answer, memory = library.ask(turn, memory=memory)
        answers.append(answer)
    return answers


def ask(library: Library, question: str) -> Answer:
    return talk(library, question)[0]


# ── articles ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("question", ["summarize the article", "what is this about", "main points"])
def test_a_summary_is_the_card_of_the_article(shipped: Library, question: str) -> None:
    answer = ask(shipped, question)
    assert (answer.intent, answer.status, answer.short) == ("about_article", "answered", TITLE)
    assert len({citation.speaker for citation in answer.citations if citation.speaker}) == 5


def test_nobody_is_named_as_author_of_an_article_that_names_none(shipped: Library) -> None:
    answer = ask(shipped, "who wrote the article")
    assert answer.text.startswith("The article doesn't say who wrote it.")
    assert answer.short is None


def test_a_day_that_is_not_known_is_not_guessed(shipped: Library) -> None:
    assert ask(shipped, "when was it published").status == "not_found"


@pytest.mark.parametrize("question", ["what is the headline", "which articles do you have", "whats the latest"])
def test_the_title_and_the_list_are_told(shipped: Library, question: str) -> None:
    answer = ask(shipped, question)
    assert answer.short == TITLE
    assert TITLE in answer.text


# ── the last answer ───────────────────────────────────────────────────────

ZHANG = "Only when SMEs have vitality"


@pytest.mark.parametrize("question", ["source?", "are you sure?", "why", "is that true?", "link?"])
def test_a_question_about_the_last_answer_shows_its_words_again(shipped: Library, question: str) -> None:
    first, second = talk(shipped, "Who said SMEs need vitality?", question)
    assert second.intent == "about_answer"
    assert [c.place for c in second.citations] == [c.place for c in first.citations]


def test_tldr_is_the_short_answer(shipped: Library) -> None:
    assert talk(shipped, "Who said SMEs need vitality?", "tl;dr")[1].text == "Daniel Zhang."


def test_when_somebody_said_it_shows_what_stands_round_it(shipped: Library) -> None:
    answer = talk(shipped, "What did Liu He urge?", "when did he say that?")[1]
    assert "opening ceremony" in answer.text


def test_without_an_answer_before_there_is_nothing_to_prove(shipped: Library) -> None:
    answer = ask(shipped, "source?")
    assert (answer.intent, answer.reason) == ("about_answer", "not_a_question")


# ── no question to the articles ───────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("help", "help"),
        ("thanks", "thanks"),
        ("ok", "thanks"),
        ("good bot", "thanks"),
        ("hi", "greeting"),
        ("you are useless", "complaint"),
        ("add this article https://example.org/news", "admin"),
        ("will it rain tomorrow", "not_for_bot"),
    ],
)
def test_what_asks_nothing_of_the_articles_cites_nothing(shipped: Library, text: str, intent: str) -> None:
    answer = ask(shipped, text)
    assert (answer.intent, answer.reason, answer.citations) == (intent, "not_a_question", ())


def test_a_question_for_an_encyclopedia_is_answered_where_an_article_tells(data: Path) -> None:
    asked = "Where do frogs sleep in winter?"
    with Library(data) as library:
        assert ask(library, asked).status == "not_found"
        library.add(
            [article_from_text("Frogs sleep under leaves in winter. They wake when ponds are warm.", id="frogs")]
        )
        assert ask(library, asked).citations[0].quote == "Frogs sleep under leaves in winter."
        assert ask(library, "write a poem about frogs in winter").intent == "not_for_bot"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("谁说中小企业需要活力?", "我只懂英文提问"),
        ("¿Quién dijo que las empresas necesitan vitalidad?", "Solo entiendo"),
    ],
)
def test_askers_in_another_language_are_told_so_in_theirs(shipped: Library, text: str, sentence: str) -> None:
    answer = ask(shipped, text)
    assert answer.intent == "other_language"
    assert answer.text.startswith(sentence)


# ── several questions, counting, comparing ────────────────────────────────


def test_two_questions_in_one_message_are_both_answered(shipped: Library) -> None:
    answer = ask(shipped, "Who said SMEs need vitality and what did Musk say about digitalization?")
    assert answer.intent == "several"
    assert [citation.speaker for citation in answer.citations] == ["Daniel Zhang", "Elon Musk"]


def test_of_five_questions_three_are_answered_and_two_named(shipped: Library) -> None:
    answer = ask(shipped, "who is Elon Musk? who is Lei Jun? who is Yang Jie? who is Liu He? who is Dixon Dai?")
    assert "left out: who is Liu He? · who is Dixon Dai?" in answer.text
    assert {c.speaker for c in answer.citations if c.speaker} <= {"Elon Musk", "Lei Jun", "Yang Jie"}


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("who is quoted most", "Cheng Maiyue"),
        ("longest quote", "Elon Musk"),
        ("who speaks last", "Elon Musk"),
        ("first quote", "Liu He"),
        ("How many quotes are there?", "20"),
        ("how often is Liu He quoted", "3"),
    ],
)
def test_statements_are_counted_and_ordered(shipped: Library, question: str, short: str) -> None:
    answer = ask(shipped, question)
    assert (answer.intent, answer.short) == ("count_order", short)


def test_how_many_are_quoted_is_the_number_of_those_listed(shipped: Library) -> None:
    answer = ask(shipped, "How many people are quoted?")
    assert answer.short == str(len({c.speaker for c in answer.citations}))


def test_agreement_is_not_claimed_where_no_article_tells_it(shipped: Library) -> None:
    answer = ask(shipped, "do Wu and Cheng agree on regulation")
    assert answer.intent == "compare"
    assert answer.short != "No"
    assert {citation.speaker for citation in answer.citations} == {"Wu Hequan", "Cheng Maiyue"}


def test_that_nobody_criticised_something_is_said(shipped: Library) -> None:
    answer = ask(shipped, "did anyone criticise the government")
    assert (answer.intent, answer.status, answer.citations) == ("compare", "not_found", ())


def test_who_disagrees_with_somebody_is_never_that_person(shipped: Library) -> None:
    answer = ask(shipped, "who disagrees with Wu Hequan")
    assert answer.intent == "compare"
    assert "Wu Hequan" not in (answer.short or "")


# ── restrictions and names ────────────────────────────────────────────────


def test_a_group_wider_than_the_asked_one_is_told(shipped: Library) -> None:
    answer = ask(shipped, "What did the tech CEOs say?")
    assert "tech" in answer.parts[0].lead
    assert {c.speaker for c in answer.citations} == {"Daniel Zhang", "Lei Jun", "Cristiano Amon", "Elon Musk"}


def test_a_restriction_that_no_article_tells_is_not_dropped(shipped: Library) -> None:
    answer = ask(shipped, "Which Americans are quoted?")
    assert (answer.status, answer.citations) == ("not_found", ())
    assert "Americans" in answer.text


def test_who_spoke_at_an_occasion_is_not_everybody(shipped: Library) -> None:
    assert ask(shipped, "Who spoke at the opening ceremony?").short == "Liu He"


@pytest.mark.parametrize(("question", "name"), [("what did elon msk say", "Elon Musk"), ("Lie Jun", "Lei Jun")])
def test_a_name_nearly_right_is_answered_and_asked_back(shipped: Library, question: str, name: str) -> None:
    answer = ask(shipped, question)
    assert answer.text.startswith(f"Did you mean {name}?")
    assert {citation.speaker for citation in answer.citations} == {name}


def test_names_end_where_names_end(shipped: Library) -> None:
    assert "attack the United is" not in ask(shipped, "Did Liu He attack the United States?").text
    assert ask(shipped, "did musk rly say Tesla will expand in China").verdict == "yes"


def test_nothing_denied_is_the_short_answer(shipped: Library) -> None:
    assert ask(shipped, "is China cracking down on internet firms?").short is None


# ── conversations ─────────────────────────────────────────────────────────


def test_an_entry_of_the_list_shown_can_be_pointed_at_twice(shipped: Library) -> None:
    listed, second, third = talk(shipped, "Who is quoted?", "the second one", "the third one")
    names = str(listed.short).split(", ")
    assert {c.speaker for c in second.citations} == {names[1]}
    assert {c.speaker for c in third.citations} == {names[2]}


def test_a_correction_asks_the_same_of_somebody_else(shipped: Library) -> None:
    answer = talk(shipped, "What did Lei Jun say?", "no I meant Elon Musk")[1]
    assert {citation.speaker for citation in answer.citations} == {"Elon Musk"}


def test_who_else_leaves_out_who_was_shown(shipped: Library) -> None:
    answer = talk(shipped, "What did Musk say?", "who else?")[1]
    assert answer.status == "answered"
    assert "Elon Musk" not in {citation.speaker for citation in answer.citations}


def test_a_pointing_word_never_becomes_the_topic(shipped: Library) -> None:
    answers = talk(shipped, "What did Musk say?", "is that true?", "when did he say that?", "thanks", "source?")
    assert {c.speaker for answer in answers for c in answer.citations if answer.intent != "thanks"} <= {
        "Elon Musk",
        None,
    }
    assert not re.search(r"not quoted on", " ".join(answer.text for answer in answers))


def test_a_reference_that_fails_changes_nothing(shipped: Library) -> None:
    answers = talk(shipped, "What did Elon Musk say?", "the ninth one", "what did she say?", "source?")
    assert {citation.speaker for citation in answers[-1].citations} == {"Elon Musk"}


def test_an_answer_in_chinese_tells_the_same(shipped: Library) -> None:
    english, chinese = (shipped.ask("summarize the article", language=one)[0] for one in ("en", "zh-CN"))
    assert english.citations == chinese.citations
    assert "主要是" in chinese.text
