"""What people get for their questions, about the shipped article and about invented ones in other styles."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.answer.contract import Answer, Citation
from index.article import article_from_text
from index.library import Library
from index.question.model import Memory
from index.store.protocol import Scope

BRIDGE = """\
Harbour bridge to open in May

The harbour bridge of Lowmere will open in May after three years of work, officials said on Monday.

“Every cable was tested twice before we let anybody walk on it,” said Ada Park, the city's chief engineer. \
She added that the ferries would keep running until the end of summer.

Tom Birch, founder of Birch Lines, said that small boats would go elsewhere. \
“A toll of nine crowns is robbery,” he told the Lowmere Courier.

Park denied that the bridge had cost too much. The work cost 41 million crowns, according to a report by the \
city's audit office.

Mayor Ines Calder praised the builders for finishing “a stubborn piece of work” without a single accident. \
The first bridge on this spot was built in 1912.

Lena Moss, who runs the bakery at the north end, was among the first to walk across on Sunday.
"""

PEARS = """\
Frost ruins the pear harvest in the Sele valley

Three nights of frost have destroyed most of the pear harvest in the Sele valley, growers say.

"I have not seen ice on the blossom in forty years," Marta Quill, a grower near Upper Sele, said. \
"We will have nothing to sell in September."

The agriculture minister, Joren Haas, promised growers help with their loans by July. He rejected claims \
that the government had ignored warnings about the weather.

Pear prices will double before winter, the Growers' Union warned in a statement. Its chairwoman, \
Pia Lindqvist, urged shops to buy local fruit first.

Haas said bees had survived the frost.
"""

Ask = Callable[[str], Answer]
AskAbout = Callable[[str, str], Answer]


@pytest.fixture(scope="module")
def three_articles(read: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("answers") / "data"
    shutil.copytree(read, folder, symlinks=True)
    with Library(folder) as library:
        library.add([article_from_text(BRIDGE, id="bridge"), article_from_text(PEARS, id="pears")])
        yield library


@pytest.fixture
def ask(three_articles: Library) -> Ask:
    return lambda question: three_articles.ask(question)[0]


@pytest.fixture
def ask_about(three_articles: Library) -> AskAbout:
    """The answer to a question about a paragraph that nothing else is there to answer from."""

    def about(paragraph: str, question: str) -> Answer:
        collection = "guild:1"
        three_articles.add([article_from_text(f"A title\n\n{paragraph}", id="small", collection=collection)])
        answer, _ = three_articles.ask(question, scope=Scope(frozenset({collection})))
        three_articles.remove("small", collection)
        return answer

    return about


@pytest.fixture
def talk(three_articles: Library) -> Callable[..., Answer]:
    """The answer to the last of the questions of one conversation."""

    def all_of(*questions: str) -> Answer:
        memory = Memory()
        for question in questions:
            answer, memory = three_articles.ask(question, memory=memory)
        return answer

    return all_of


def speakers(answer: Answer) -> set[str | None]:
    return {citation.speaker for citation in answer.citations}


def quotes(answer: Answer) -> str:
    return "\n".join(citation.quote for citation in answer.citations)


def quoted(answer: Answer) -> list[str]:
    return re.findall(r"[“\"]([^“”\"]+)[”\"]", answer.text)


def only(answer: Answer) -> Citation:
    """The one citation of an answer."""
    (citation,) = answer.citations
    return citation


# --- who said it


@pytest.mark.parametrize(
    ("question", "name", "words"),
    [
        ("Who said that every cable was tested twice?", "Ada Park", "Every cable was tested twice"),
        ("who said small boats would go elsewhere", "Tom Birch", "small boats would go elsewhere"),
        ("Who warned that pear prices will double?", "Growers' Union", "Pear prices will double"),
        ("Who urged shops to buy local fruit?", "Pia Lindqvist", "buy local fruit first"),
        (
            "Who said internet giants should drive small and medium-sized enterprises?",
            "Wu Hequan",
            "internet giants",
        ),
        ("Who said “a toll of nine crowns is robbery”?", "Tom Birch", "A toll of nine crowns is robbery"),
    ],
)
def test_who_said_it_is_answered_with_the_speaker_and_the_words(ask: Ask, question: str, name: str, words: str) -> None:
    answer = ask(question)
    assert (answer.status, answer.intent, answer.short) == ("answered", "who_said", name)
    assert answer.citations[0].speaker == name
    assert words in answer.citations[0].quote
    assert name in answer.text


def test_an_answer_names_the_role_the_article_and_the_paragraph(ask: Ask) -> None:
    answer = ask("Who said that every cable was tested twice?")
    assert "chief engineer" in answer.text
    assert "Harbour bridge to open in May" in answer.text
    assert "paragraph 3" in answer.text
    assert only(answer).article == "bridge"
    assert only(answer).paragraph == 3


# --- how it was said


def test_direct_words_stand_in_quotation_marks(ask: Ask) -> None:
    answer = ask("Who said that every cable was tested twice?")
    assert only(answer).directness == "direct"
    assert quoted(answer) == [only(answer).quote]


def test_direct_words_that_read_on_from_their_verb_stand_in_quotation_marks(ask_about: AskAbout) -> None:
    answer = ask_about('Ada Park urged the council "to buy more paint first".', "What did Ada Park say?")
    assert only(answer).directness == "direct"
    assert quoted(answer) == ["to buy more paint first"]


@pytest.mark.parametrize(
    "paragraph",
    [
        'Ada Park told the weekly "Lowmere Courier" that the paint was dry.',
        "“Of course the paint was dry,” Ada Park told the “Today” programme.",
    ],
)
def test_names_in_quotation_marks_do_not_keep_a_statement_from_being_told(ask_about: AskAbout, paragraph: str) -> None:
    for question in ("What did Ada Park say?", "Who said that the paint was dry?"):
        answer = ask_about(paragraph, question)
        assert answer.status == "answered"
        assert "the paint was dry" in only(answer).quote


def test_reported_words_stand_in_no_quotation_marks(ask: Ask) -> None:
    answer = ask("What did Ada Park say about the ferries?")
    assert only(answer).directness == "indirect"
    assert only(answer).quote in answer.text
    assert quoted(answer) == []


def test_of_partly_quoted_words_only_the_quoted_part_stands_in_quotation_marks(ask: Ask) -> None:
    answer = ask("What did Ines Calder say?")
    assert only(answer).directness == "mixed"
    assert quoted(answer) == ["a stubborn piece of work"]


@pytest.mark.parametrize(
    ("question", "cue"),
    [
        ("Who denied that the bridge cost too much?", "denied"),
        ("Who rejected that warnings were ignored?", "rejected"),
    ],
)
def test_a_denial_is_told_as_a_denial(ask: Ask, question: str, cue: str) -> None:
    answer = ask(question)
    assert only(answer).polarity == "denies"
    assert cue in answer.text


# --- what somebody said


def test_what_somebody_said_is_everything_in_the_order_of_the_article(ask: Ask) -> None:
    answer = ask("What did Ada Park say?")
    assert (answer.status, answer.intent) == ("answered", "what_said")
    assert speakers(answer) == {"Ada Park"}
    assert [c.start for c in answer.citations] == sorted(c.start for c in answer.citations)
    for words in ("Every cable was tested", "ferries would keep running", "bridge had cost too much"):
        assert words in quotes(answer)


@pytest.mark.parametrize("who", ["Ada Park", "Park", "the chief engineer", "ada park", "Ada Prak"])
def test_a_speaker_is_found_by_name_surname_role_and_misspelt(ask: Ask, who: str) -> None:
    answer = ask(f"What did {who} say about the ferries?")
    assert answer.status == "answered"
    assert only(answer).speaker == "Ada Park"
    assert "ferries" in only(answer).quote


# --- did they say it


def test_yes_they_said_it(ask: Ask) -> None:
    answer = ask("Did Ada Park say that the ferries would keep running?")
    assert (answer.status, answer.intent, answer.verdict) == ("answered", "verify", "yes")
    assert answer.text.startswith("Yes")
    assert only(answer).speaker == "Ada Park"


def test_no_somebody_else_said_it_and_is_named(ask: Ask) -> None:
    answer = ask("Did Tom Birch say that every cable was tested twice?")
    assert (answer.status, answer.verdict) == ("answered", "no")
    assert answer.text.startswith("No")
    assert "Tom Birch" in answer.text
    assert only(answer).speaker == "Ada Park"
    assert "Ada Park" in answer.text


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Did Ada Park say that the bridge cost too much?", "Ada Park"),
        ("Did the minister say the government ignored warnings about the weather?", "Joren Haas"),
    ],
)
def test_no_they_denied_it(ask: Ask, question: str, name: str) -> None:
    answer = ask(question)
    assert (answer.status, answer.verdict) == ("answered", "no")
    assert "denied" in answer.text
    assert (only(answer).speaker, only(answer).polarity) == (name, "denies")


def test_yes_they_denied_it(ask: Ask) -> None:
    answer = ask("Did Ada Park deny that the bridge cost too much?")
    assert (answer.status, answer.verdict) == ("answered", "yes")
    assert only(answer).polarity == "denies"


def test_whether_they_said_it_is_unknown_when_nobody_did(ask: Ask) -> None:
    answer = ask("Did Ada Park say that penguins should get the vote?")
    assert (answer.status, answer.reason, answer.verdict) == ("not_found", "silent_speaker", "unknown")
    assert "Ada Park" in answer.text


# --- people, lists, facts


def test_who_somebody_is_comes_from_the_articles_words(ask: Ask) -> None:
    answer = ask("Who is Joren Haas?")
    assert (answer.status, answer.intent, answer.short) == ("answered", "profile", "agriculture minister")
    assert "agriculture minister" in quotes(answer)


def test_who_holds_a_role_is_a_name(ask: Ask) -> None:
    answer = ask("Who is the agriculture minister?")
    assert (answer.status, answer.intent, answer.short) == ("answered", "profile", "Joren Haas")


def test_everyone_quoted_is_a_list_with_words_of_each(three_articles: Library) -> None:
    answer, _ = three_articles.ask("List everyone quoted.", scope=Scope(articles=frozenset({"bridge"})))
    assert (answer.status, answer.intent) == ("answered", "speakers")
    for name in ("Ada Park", "Tom Birch", "Ines Calder"):
        assert name in answer.text
        assert name in speakers(answer)
    assert "Lena Moss" not in answer.text


def test_a_list_too_long_to_read_says_how_many_more_there_are(ask: Ask) -> None:
    answer = ask("List everyone quoted.")
    assert len(answer.citations) < len(str(answer.short).split(", "))
    assert "more" in answer.text.splitlines()[-1]


def test_who_talked_about_a_topic_is_a_list_of_those_who_did(ask: Ask) -> None:
    answer = ask("Who talked about frost?")
    assert (answer.status, answer.intent) == ("answered", "speakers")
    assert {"Growers", "Joren Haas"} & speakers(answer)
    assert not {"Ada Park", "Tom Birch", "Ines Calder"} & speakers(answer)


@pytest.mark.parametrize(
    ("question", "short", "words"),
    [
        ("When was the first bridge built?", "1912", "The first bridge on this spot"),
        ("How much did the work cost?", "41 million", "The work cost 41 million crowns"),
        ("How long does the conference in Wuzhen last?", None, "three-day conference"),
    ],
)
def test_a_fact_is_a_short_answer_inside_the_articles_sentence(
    ask: Ask, question: str, short: str | None, words: str
) -> None:
    answer = ask(question)
    assert (answer.status, answer.intent) == ("answered", "fact")
    assert words in only(answer).quote
    if short:
        assert answer.short
        assert short in answer.short
        assert answer.short in only(answer).quote


# --- not found


def test_nothing_on_the_topic(ask: Ask) -> None:
    answer = ask("Who said that whales can sing opera?")
    assert (answer.status, answer.reason) == ("not_found", "no_match")
    assert "whales can sing opera" in answer.text


@pytest.mark.parametrize("question", ["What did Boris Quent say about the bridge?", "Who is Boris Quent?"])
def test_somebody_the_articles_do_not_know_is_named_in_the_refusal(ask: Ask, question: str) -> None:
    answer = ask(question)
    assert (answer.status, answer.reason) == ("not_found", "unknown_speaker")
    assert "Boris Quent" in answer.text
    assert answer.citations == ()


def test_whether_somebody_unknown_said_it_is_unknown(ask: Ask) -> None:
    answer = ask("Did Boris Quent say that every cable was tested twice?")
    assert answer.verdict in {"no", "unknown"}
    assert "Boris Quent" in answer.text
    assert speakers(answer) <= {"Ada Park"}


@pytest.mark.parametrize("question", ["What did Ada Park say about football?", "What did Lena Moss say?"])
def test_somebody_who_did_not_speak_on_it_is_silent(ask: Ask, question: str) -> None:
    answer = ask(question)
    assert (answer.status, answer.reason) == ("not_found", "silent_speaker")
    assert re.search("Ada Park|Lena Moss", answer.text)


def test_what_nearly_reaches_the_operating_point_is_unsure(read: Path) -> None:
    question = "Who hopes that internet giants grow bigger?"
    with Library(read) as library:
        score = library.ask(question)[0].score
    with Library(read, threshold=score + 0.01) as stricter:
        answer, _ = stricter.ask(question)
    assert (answer.status, answer.reason, answer.short) == ("not_found", "unsure", None)
    assert answer.score < score + 0.01


@pytest.mark.parametrize("question", ["hello", "?!"])
def test_what_is_no_question_gets_help(ask: Ask, question: str) -> None:
    answer = ask(question)
    assert (answer.status, answer.reason, answer.citations) == ("not_found", "not_a_question", ())
    assert "who said" in answer.text


@pytest.mark.parametrize("thanks", ["thanks!", "\N{THUMBS UP SIGN}"])
def test_thanks_are_answered_and_no_help_is_pressed_on_who_thanks(ask: Ask, thanks: str) -> None:
    answer = ask(thanks)
    assert (answer.reason, answer.text, answer.citations) == ("not_a_question", "You're welcome.", ())


def test_the_nearest_statement_is_marked_as_not_the_answer(read: Path) -> None:
    with Library(read, threshold=0.99) as strict:
        answer, _ = strict.ask("Who said that small firms are vital for platforms?")
    assert (answer.status, answer.short) == ("not_found", None)
    marked = "The nearest I found:"
    assert marked in answer.text
    assert only(answer).quote in answer.text
    assert answer.text.index(marked) < answer.text.index(only(answer).quote)


def test_only_the_operating_point_decides_what_is_refused(read: Path) -> None:
    question = "Who said that whales can sing opera?"
    with Library(read, threshold=0.0) as bold, Library(read, threshold=1.0) as shy:
        assert bold.ask(question)[0].status == "answered"
        assert shy.ask("Who said that China can manage and control risks?")[0].status == "not_found"


# --- a conversation


def test_what_else_leaves_out_what_was_shown(talk: Callable[..., Answer]) -> None:
    answer = talk("What did Ada Park say about the ferries?", "What else did she say?")
    assert speakers(answer) == {"Ada Park"}
    assert "Every cable" in quotes(answer)
    assert "ferries" not in quotes(answer)


def test_nothing_else_is_said_so(talk: Callable[..., Answer]) -> None:
    answer = talk("What did Ada Park say?", "What else did she say?")
    assert (answer.status, answer.reason) == ("not_found", "silent_speaker")
    assert "Ada Park" in answer.text


def test_and_somebody_asks_the_same_about_somebody_else(talk: Callable[..., Answer]) -> None:
    answer = talk("What did Ada Park say?", "And Ines Calder?")
    assert (answer.status, answer.intent) == ("answered", "what_said")
    assert speakers(answer) == {"Ines Calder"}


def test_what_about_a_topic_asks_the_same_speaker(talk: Callable[..., Answer]) -> None:
    answer = talk("What did Ada Park say about cables?", "What about the ferries?")
    assert speakers(answer) == {"Ada Park"}
    assert "ferries" in quotes(answer)


def test_a_pronoun_means_who_was_talked_about(talk: Callable[..., Answer]) -> None:
    answer = talk("Who said small boats would go elsewhere?", "What did he say about the toll?")
    assert speakers(answer) == {"Tom Birch"}
    assert "robbery" in quotes(answer)


def test_a_pronoun_without_a_conversation_means_nobody(ask: Ask) -> None:
    answer = ask("What did she say?")
    assert (answer.status, answer.reason) == ("not_found", "unknown_speaker")


def test_two_conversations_do_not_mix(three_articles: Library) -> None:
    _, about_park = three_articles.ask("What did Ada Park say?", memory=Memory())
    _, about_haas = three_articles.ask("What did Joren Haas say?", memory=Memory())
    park, _ = three_articles.ask("What did they say about the ferries?", memory=about_park)
    haas, _ = three_articles.ask("What did he say about bees?", memory=about_haas)
    assert speakers(park) == {"Ada Park"}
    assert speakers(haas) == {"Joren Haas"}


def test_asking_changes_no_memory_but_the_one_it_returns(three_articles: Library) -> None:
    _, memory = three_articles.ask("What did Ada Park say about the ferries?")
    first, _ = three_articles.ask("What else did she say?", memory=memory)
    again, _ = three_articles.ask("What else did she say?", memory=memory)
    assert first.timed(0) == again.timed(0)


# --- any question


@pytest.mark.parametrize(
    "question",
    [
        "",
        " ",
        "?",
        "who",
        "said",
        "“”",
        "\0",
        "a" * 5000,
        "who said " * 400,
        "𝔴𝔥𝔬 said it",
        "\u202ewho said",
        "'; DROP TABLE articles; --",
    ],
    ids=lambda question: repr(question[:12]),
)
def test_a_question_without_sense_gets_an_answer(ask: Ask, question: str) -> None:
    answer = ask(question)
    assert answer.status in {"answered", "not_found"}
    assert answer.text


def test_of_a_question_longer_than_a_message_the_beginning_counts(ask: Ask) -> None:
    question = "Who said that every cable was tested twice?"
    assert ask(question + " " * 3000 + "What did Joren Haas say?").citations == ask(question).citations
