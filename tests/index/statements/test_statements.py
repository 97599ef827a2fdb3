"""Statements through the door: texts go in, who said what comes out."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

import index
from index.article import Article
from index.statements.extract import Extraction, extract
from index.statements.statement import Directness, Polarity, Statement

GAP = " … "  # between the fragments of one content


class Case(NamedTuple):
    text: str
    speaker: str | None
    content: str
    polarity: Polarity = "asserts"
    directness: Directness = "indirect"


CASES = [
    # direct: cue before, after, inside, inverted
    Case(
        '"We will rebuild the pier," said Orla Finch, the harbour master.',
        "Orla Finch",
        "We will rebuild the pier,",
        "asserts",
        "direct",
    ),
    Case(
        '"The pier is gone," harbour master Orla Finch told reporters.',
        "Orla Finch",
        "The pier is gone,",
        "asserts",
        "direct",
    ),
    Case('"The pier\'s closing", said Orla Finch.', "Orla Finch", "The pier's closing", "asserts", "direct"),
    Case('Orla Finch said: "The pier is gone."', "Orla Finch", "The pier is gone.", "asserts", "direct"),
    Case(
        "Orla Finch said, “The pier is gone. We will miss it.”",
        "Orla Finch",
        "The pier is gone. We will miss it.",
        "asserts",
        "direct",
    ),
    Case(
        '"The pier," Orla Finch said, "is gone for good."',
        "Orla Finch",
        "The pier, … is gone for good.",
        "asserts",
        "direct",
    ),
    Case(
        '"The pier is gone," Finch said. "We will miss it." Orla Finch has run the harbour since 2001.',
        "Orla Finch",
        "We will miss it.",
        "asserts",
        "direct",
    ),
    Case(
        "'The pier is gone,' said Orla Finch, 61, who runs the harbour. 'We won't see its like again.'",
        "Orla Finch",
        "We won't see its like again.",
        "asserts",
        "direct",
    ),
    Case("«The pier is gone», said Orla Finch.", "Orla Finch", "The pier is gone", "asserts", "direct"),
    Case(
        '"Is the pier really gone?" asked Orla Finch.',
        "Orla Finch",
        "Is the pier really gone?",
        "asks",
        "direct",
    ),
    Case(
        '"The pier is gone!" Orla Finch shouted from the quay.',
        "Orla Finch",
        "The pier is gone!",
        "asserts",
        "direct",
    ),
    Case('"The pier is gone," grinned Orla Finch.', "Orla Finch", "The pier is gone,", "asserts", "direct"),
    Case(
        'Orla Finch was blunt: "The pier is gone and nobody will pay for it."',
        "Orla Finch",
        "The pier is gone and nobody will pay for it.",
        "asserts",
        "direct",
    ),
    Case(
        'Orla Finch: "The pier is gone and nobody will pay for it."',
        "Orla Finch",
        "The pier is gone and nobody will pay for it.",
        "asserts",
        "direct",
    ),
    Case(
        '"The pier is gone and nobody will pay for it." — Orla Finch, harbour master',
        "Orla Finch",
        "The pier is gone and nobody will pay for it.",
        "asserts",
        "direct",
    ),
    Case(
        'Orla Finch was quoted as saying: "The pier is gone."',
        "Orla Finch",
        "The pier is gone.",
        "asserts",
        "direct",
    ),
    Case(
        '"The pier is gone," wrote Finch in a letter to the Harbour Gazette. Orla Finch runs the harbour.',
        "Orla Finch",
        "The pier is gone,",
        "asserts",
        "direct",
    ),
    # mixed
    Case(
        'Orla Finch called the plan "reckless and far too expensive".',
        "Orla Finch",
        'the plan "reckless and far too expensive"',
        "asserts",
        "mixed",
    ),
    Case(
        "Orla Finch said the storm was “the worst in living memory” and that repairs would take years.",
        "Orla Finch",
        "the storm was “the worst in living memory” and that repairs would take years",
        "asserts",
        "mixed",
    ),
    Case(
        'Orla Finch described the plan as "a gift to nobody at all".',
        "Orla Finch",
        'the plan as "a gift to nobody at all"',
        "asserts",
        "mixed",
    ),
    Case(
        'The pier is "a danger to everyone on it," Orla Finch said.',
        "Orla Finch",
        'The pier is "a danger to everyone on it,"',
        "asserts",
        "mixed",
    ),
    # indirect: clause after, in front, round the cue
    Case("Orla Finch said that the pier would close on Monday.", "Orla Finch", "the pier would close on Monday"),
    Case("The pier will close on Monday, Orla Finch said.", "Orla Finch", "The pier will close on Monday"),
    Case("The pier, Orla Finch said, will close on Monday.", "Orla Finch", "The pier … will close on Monday"),
    Case(
        "As Orla Finch noted, the pier had been closed twice before.",
        "Orla Finch",
        "the pier had been closed twice before",
    ),
    Case(
        "Orla Finch, who has run the harbour since 2001, warned that the pier would not last.",
        "Orla Finch",
        "the pier would not last",
    ),
    Case(
        "Orla Finch closed the gates, adding that the pier would not last.",
        "Orla Finch",
        "the pier would not last",
    ),
    Case("Orla Finch pointed out that the pier was built of oak.", "Orla Finch", "the pier was built of oak"),
    Case(
        "Orla Finch said on Monday in a statement that the pier would close.",
        "Orla Finch",
        "the pier would close",
    ),
    Case("Orla Finch has told the council that the pier will close.", "Orla Finch", "the pier will close"),
    Case(
        "Orla Finch said she was tired but insisted that the pier would reopen.",
        "Orla Finch",
        "the pier would reopen",
    ),
    Case(
        "Orla Finch said the pier was safe, while the harbour board's report says that it is rotten.",
        "the harbour board's report",
        "it is rotten",
    ),
    # infinitives, requests, noun phrases, gerunds
    Case("Orla Finch urged visitors to stay off the pier.", "Orla Finch", "to stay off the pier", "urges"),
    Case(
        "Orla Finch called on the council to pay for a new pier.",
        "Orla Finch",
        "to pay for a new pier",
        "urges",
    ),
    Case("Orla Finch asked the council to pay for a new pier.", "Orla Finch", "to pay for a new pier", "urges"),
    Case(
        "Orla Finch called for an independent inquiry into the collapse.",
        "Orla Finch",
        "an independent inquiry into the collapse",
        "urges",
    ),
    Case("Orla Finch demanded that the council resign.", "Orla Finch", "the council resign", "urges"),
    Case("Orla Finch promised to rebuild the pier by spring.", "Orla Finch", "to rebuild the pier by spring"),
    Case(
        "Orla Finch hailed the volunteers' efforts to save the old pier.",
        "Orla Finch",
        "the volunteers' efforts to save the old pier",
    ),
    Case(
        "Orla Finch recommended closing the pier for the winter.",
        "Orla Finch",
        "closing the pier for the winter",
    ),
    # denials
    Case("Orla Finch denied that the pier was unsafe.", "Orla Finch", "the pier was unsafe", "denies"),
    Case(
        "Orla Finch denied having met the builders in private.",
        "Orla Finch",
        "having met the builders in private",
        "denies",
    ),
    Case(
        "Orla Finch rejected claims that the pier was unsafe.",
        "Orla Finch",
        "claims that the pier was unsafe",
        "denies",
    ),
    Case(
        "Orla Finch dismissed the report as a pack of lies.",
        "Orla Finch",
        "the report as a pack of lies",
        "denies",
    ),
    Case(
        "Orla Finch argued against a plan to sell the whole harbour.",
        "Orla Finch",
        "a plan to sell the whole harbour",
        "denies",
    ),
    Case(
        "Orla Finch said it was not true that the pier was unsafe.",
        "Orla Finch",
        "it was not true that the pier was unsafe",
    ),
    # questions
    Case(
        "Orla Finch asked whether the pier could be saved.",
        "Orla Finch",
        "whether the pier could be saved",
        "asks",
    ),
    Case(
        "Orla Finch wondered why nobody had looked under the boards.",
        "Orla Finch",
        "why nobody had looked under the boards",
        "asks",
    ),
    Case(
        "Asked by Orla Finch whether the pier could be saved, the builders shook their heads.",
        "Orla Finch",
        "whether the pier could be saved",
        "asks",
    ),
    # according to, documents, organisations
    Case(
        "According to Orla Finch, the pier will close on Monday.",
        "Orla Finch",
        "the pier will close on Monday",
    ),
    Case(
        "The pier will close on Monday, according to Orla Finch, the harbour master.",
        "Orla Finch",
        "The pier will close on Monday",
    ),
    Case(
        "The pier, according to Orla Finch, will close on Monday.",
        "Orla Finch",
        "The pier … will close on Monday",
    ),
    Case(
        "According to the harbour's owner, Orla Finch, the pier will close.",
        "Orla Finch",
        "the pier will close",
    ),
    Case("A report published in May found that the pier was rotten.", "a report", "the pier was rotten"),
    Case(
        "According to a study by two engineers, the pier was rotten.", "a study by two engineers", "the pier was rotten"
    ),
    Case(
        "The World Pier Organisation (WPO) said piers were in danger. The WPO said that most would be lost.",
        "World Pier Organisation",
        "most would be lost",
    ),
    Case(
        "Tidewater Holdings bought the pier in May. The company said that it would close.",
        "Tidewater Holdings",
        "it would close",
    ),
    Case("Police said two people had been hurt.", "police", "two people had been hurt"),
    Case("Engineers warned that the pier would not last.", "engineers", "the pier would not last"),
    Case("The council repeated its claim that the pier was safe.", "the council", "the pier was safe"),
    # names, titles, roles, ages
    Case("Orla Finch opened the meeting. She said the pier would close.", "Orla Finch", "the pier would close"),
    Case("Orla Finch met Tom Birch. Mr Birch said the pier would close.", "Tom Birch", "the pier would close"),
    Case(
        "The harbour master, Orla Finch, spoke first. The harbour master said the pier would close.",
        "Orla Finch",
        "the pier would close",
    ),
    Case("Darran Quill, 52, a crane operator, said that the pier moved.", "Darran Quill", "the pier moved"),
    Case("Orla Finch - the harbour master - said that the pier moved.", "Orla Finch", "the pier moved"),
    Case(
        "Speaking to reporters, Orla Finch, 34, said: 'It's a disgrace.'",
        "Orla Finch",
        "It's a disgrace.",
        "asserts",
        "direct",
    ),
    Case(
        "The dockers' union warned of strikes if talks fail this week.",
        "the dockers' union",
        "strikes if talks fail this week",
    ),
    Case(
        "Two studies show river fish, such as trout and pike, lose weight in summer.",
        "two studies",
        "river fish, such as trout and pike, lose weight in summer",
    ),
    Case("Orla Finch has said the pier was safe, but Tom Birch says that it is not.", "Tom Birch", "it is not"),
    Case("Officials left the hall. They said the pier would close.", "officials", "the pier would close"),
    Case("Orla Finch (Ind, Harbour East) said that the pier moved.", "Orla Finch", "the pier moved"),
    Case(
        "Freedonian Vice Premier Wen He urged neighbours to open their ports.",
        "Wen He",
        "to open their ports",
        "urges",
    ),
    Case(
        "Prime Minister Sun You said that the ports would open. Sun added that fees would fall.",
        "Sun You",
        "fees would fall",
    ),
    Case("Orla Finch told Tom Birch that the pier would close.", "Orla Finch", "the pier would close"),
    Case(
        "The leader of the council, Councillor Orla Finch, said that the pier would close.",
        "Orla Finch",
        "the pier would close",
    ),
    Case(
        "The owner of the pier, Tidewater Holdings, said that it would close.",
        "Tidewater Holdings",
        "it would close",
    ),
    # nested sources: the outer one speaks
    Case(
        "Orla Finch said the mayor had told her that the pier would close.",
        "Orla Finch",
        "the mayor had told her that the pier would close",
    ),
    Case(
        "It is estimated that half the piers will be lost by 2050, said Orla Finch.",
        "Orla Finch",
        "It is estimated that half the piers will be lost by 2050",
    ),
]


DATA = Path(__file__).parents[2] / "data"


def extracted(text: str, name: str = "a") -> Extraction:
    return next(iter(extract([Article(name, "A title", text)])))


def said(text: str, statement: Statement) -> str:
    return GAP.join(text[start:end] for start, end in statement.fragments)


def statements_of(paragraphs: str) -> list[tuple[str | None, str]]:
    found = extracted(f"A title\n\n{paragraphs}")
    return [(s.speaker, said(found.article.text, s)) for s in found.statements]


@pytest.fixture(scope="module")
def cases() -> dict[str, Extraction]:
    articles = [Article(case.text, "A title", f"A title\n\n{case.text}") for case in CASES]
    return {found.article.id: found for found in extract(articles)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text[:60])
def test_each_house_style_gives_its_speaker_content_polarity_and_directness(
    case: Case, cases: dict[str, Extraction]
) -> None:
    found = cases[case.text]
    got = [(s.speaker, said(found.article.text, s), s.polarity, s.directness) for s in found.statements]
    assert (case.speaker, case.content, case.polarity, case.directness) in got


@pytest.mark.parametrize(
    "text",
    [
        "Orla Finch did not say whether the pier would close.",
        "Orla Finch declined to say that the pier was unsafe.",
        "If Orla Finch says that the pier is safe, visitors will come.",
        'The pier was painted by the "Seven Winds of the Northern Sea" society.',
        'Orla Finch is known as "the owl" on the quay.',
        "We reported in May that the pier was rotten.",
        "This overview is based on reports by the Harbour Gazette and the Quay Times.",
        'Orla Finch. "The pier and the sea". Harbour Gazette, May 2, 2024',
        "It is estimated that half the piers will be lost by 2050.",
        "Orla Finch walked along the pier with her dog on Monday morning.",
    ],
)
def test_what_nobody_said_is_no_statement(text: str) -> None:
    assert statements_of(text) == []


def test_the_title_and_headings_are_no_statements() -> None:
    found = extracted('Finch says: "The pier is gone for ever"\n\nWhat Orla Finch said\n\nThe pier fell on Monday.')
    assert found.statements == ()


def test_a_quotation_over_paragraphs_keeps_its_speaker() -> None:
    text = (
        '"The pier is gone," said Orla Finch. "It was built by my grandfather.\n\n'
        '"It will never be built again.\n\n"That is all I have to say."'
    )
    assert statements_of(text) == [
        ("Orla Finch", "The pier is gone,"),
        (
            "Orla Finch",
            "It was built by my grandfather. … It will never be built again. … That is all I have to say.",
        ),
    ]


def test_a_quotation_broken_into_lines_is_one_statement() -> None:
    text = 'Orla Finch said: "The pier is gone.\nIt will never be built again." The crowd was silent.'
    assert statements_of(text) == [("Orla Finch", "The pier is gone.\nIt will never be built again.")]


def test_a_speaker_named_only_in_the_second_paragraph_of_a_quotation_said_the_first() -> None:
    text = '"The pier is gone and will not come back.\n\n"It was built by my grandfather," said Orla Finch.'
    assert [speaker for speaker, _ in statements_of(text)] == ["Orla Finch"]


def test_a_pronoun_goes_to_whom_it_can_mean() -> None:
    text = "Mary Finch met John Birch on the quay. She said the pier was lost. He said it could be saved."
    assert [speaker for speaker, _ in statements_of(text)] == ["Mary Finch", "John Birch"]


def test_a_pronoun_without_anybody_leaves_the_speaker_unknown() -> None:
    found = extracted("A title\n\nHe said that the pier would close on Monday.")
    assert [(s.speaker, s.mention) for s in found.statements] == [(None, "He")]
    assert found.statements[0].confidence <= 0.5


def test_whom_it_was_said_to_and_where_are_kept() -> None:
    text = "A title\n\nOrla Finch told the Harbour Gazette in an interview that the pier would close."
    [statement] = extracted(text).statements
    assert (statement.speaker, statement.addressee) == ("Orla Finch", "the Harbour Gazette")
    assert statement.occasion == "in an interview"
    assert statement.source_kind == "person"


def test_roles_affiliations_and_other_names_come_with_the_speaker() -> None:
    text = (
        "A title\n\nThe harbour master, Mary Finch, spoke first. Tidewater Holdings CEO John Birch, 52, said "
        "the pier was lost. Mr Birch said it was old. Mary Finch, a founder of the Friends of the Pier, said "
        "it could be saved. The World Pier Organisation (WPO) said nothing was certain."
    )
    speakers = {speaker.name: speaker for speaker in extracted(text).speakers}
    birch, finch = speakers["John Birch"], speakers["Mary Finch"]
    assert (birch.roles, birch.affiliations) == (("Tidewater Holdings CEO",), ("Tidewater Holdings",))
    assert "Birch" in birch.aliases
    assert birch.pronoun == "he"
    assert finch.pronoun == "she"
    assert "harbour master" in finch.roles
    assert "WPO" in speakers["World Pier Organisation"].aliases


def test_people_who_are_only_named_are_speakers_without_statements() -> None:
    found = extracted("A title\n\nThe mayor, John Birch, opened the pier. Mary Finch said it was safe.")
    assert {speaker.name for speaker in found.speakers} >= {"John Birch", "Mary Finch"}


def test_articles_come_out_in_order_also_the_empty_ones() -> None:
    articles = [Article(str(i), "", text) for i, text in enumerate(["", "Mary Finch said it was safe.", " \n "])]
    assert [(x.article.id, len(x.statements)) for x in extract(articles)] == [("0", 0), ("1", 1), ("2", 0)]


def ends(text: str, statement: Statement) -> tuple[str, str]:
    start, end = statement.span
    return text[start : start + 30], text[end - 30 : end]


def test_the_shipped_article_gives_all_its_statements_with_their_speakers() -> None:
    path = Path(index.__file__).parent / "articles" / "wuzhen-2021.txt"
    found = extracted(path.read_text("utf-8"))
    text = found.article.text
    got = [(s.speaker, s.polarity, s.directness, *ends(text, s)) for s in found.statements]
    assert got == WUZHEN


WUZHEN = [
    (
        "World Internet Conference",
        "urges",
        "indirect",
        "renewed support for small and ",
        "edium-sized enterprises (SMEs)",
    ),
    ("Liu He", "urges", "indirect", "to safeguard the infrastructur", "petition and boost innovations"),
    ("Liu He", "asserts", "direct", "China has experience and capab", "ent prospects are very bright,"),
    ("Liu He", "asserts", "indirect", "the country's support for the ", "the online and digital economy"),
    ("Wu Hequan", "denies", "indirect", "claims in the Western media th", "racking down on internet firms"),
    ("Wu Hequan", "asserts", "mixed", "It is “a misinterpretation” th", " livelihood, which is not true"),
    ("Wu Hequan", "asserts", "direct", "We hope internet giants can co", " and medium-sized enterprises,"),
    (
        "Daniel Zhang",
        "asserts",
        "indirect",
        "Only when SMEs have vitality, ",
        "tality and so does the economy",
    ),
    ("Lei Jun", "urges", "mixed", "to provide “all-process suppor", "ess support and help to SMEs.”"),
    (
        "Cheng Maiyue",
        "asserts",
        "indirect",
        "Over the past year, the Chines",
        "excessive influence on markets",
    ),
    (
        "Cheng Maiyue",
        "denies",
        "indirect",
        "claims that the country's regu",
        "ry toughening is going too far",
    ),
    (
        "Cheng Maiyue",
        "asserts",
        "indirect",
        "Oversight of giant platforms s",
        "l to serve the public interest",
    ),
    (
        "Cheng Maiyue",
        "asserts",
        "indirect",
        "Improved regulation will promo",
        "ition and continued innovation",
    ),
    ("Dixon Dai", "asserts", "indirect", "prospective innovation from in", " to the silver or aged economy"),
    ("Dixon Dai", "asserts", "direct", "Currently, the elderly Chinese", "om China's digital revolution,"),
    (
        "a blue paper",
        "asserts",
        "indirect",
        "the CNY39.2 trillion digital e",
        " growth of the Chinese economy",
    ),
    ("Yang Jie", "asserts", "indirect", "It is estimated that by 2025, ", "et will surpass CNY20 trillion"),
    (
        "Cristiano Amon",
        "asserts",
        "indirect",
        "China’s ongoing efforts toward",
        "and improving consumers' lives",
    ),
    (
        "Cristiano Amon",
        "asserts",
        "direct",
        "We are already working with Ch",
        "in China and around the world,",
    ),
    ("Elon Musk", "asserts", "direct", "China spends a lot of resource", "ment and R&D efforts in China."),
]


def test_several_who_speak_together_are_named_together_and_known_by_each_name() -> None:
    found = extracted("A title\n\nAda Park and Tom Birch said the mill would stay. They added that it was old.")
    assert [s.speaker for s in found.statements] == ["Ada Park and Tom Birch"] * 2
    [group] = [speaker for speaker in found.speakers if speaker.kind == "group"]
    assert group.aliases == ("Ada Park", "Tom Birch")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The Lowmere Courier reported that Ada Park had told investors the mill would close.",
            [
                ("Lowmere Courier", "Ada Park had told investors the mill would close", None),
                ("Ada Park", "the mill would close", "Lowmere Courier"),
            ],
        ),
        (
            "The Lowmere Courier said Ada Park denied that the mill was sold.",
            [
                ("Lowmere Courier", "Ada Park denied that the mill was sold", None),
                ("Ada Park", "the mill was sold", "Lowmere Courier"),
            ],
        ),
        (
            "An aide said the minister had urged farmers to wait.",
            [
                ("an aide", "the minister had urged farmers to wait", None),
                ("the minister", "to wait", "an aide"),
            ],
        ),
        (
            "Ada Park said she told the board that the mill would close.",
            [
                ("Ada Park", "she told the board that the mill would close", None),
                ("Ada Park", "the mill would close", None),
            ],
        ),
    ],
)
def test_a_report_inside_of_what_another_says_is_the_inner_speakers_by_way_of_the_outer(
    text: str, expected: list[tuple[str, str, str | None]]
) -> None:
    found = extracted(f"A title\n\n{text}")
    assert [(s.speaker, said(found.article.text, s), s.via) for s in found.statements] == expected


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("Orla Finch was told that the pier would close.", "the pier would close"),
        ("Visitors have been told the pier is shut.", "the pier is shut"),
        ("The keeper is said to have left in May.", "to have left in May"),
        ("Travellers are being advised to check sailings by telephone.", "to check sailings by telephone"),
        ("Orla Finch, asked whether the pier would close, shook her head.", "whether the pier would close"),
        ("Asked if fares would rise, Orla Finch shook her head.", "if fares would rise"),
    ],
)
def test_what_a_passive_reports_is_kept_though_nobody_is_known_to_have_said_it(text: str, content: str) -> None:
    assert statements_of(text) == [(None, content)]


def test_an_aide_is_not_taken_for_whom_they_work_for() -> None:
    assert statements_of("An aide to Mayor Ada Park said it was late.") == [
        ("an aide to Mayor Ada Park", "it was late")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The mill in May. Image: Ada Park said it.",
        'The museum opened a wing for what it calls "forgotten" painters.',
        'Reporters dubbed the storm: "The Great Snow".',
    ],
)
def test_captions_scare_quotes_and_names_are_no_statements(text: str) -> None:
    assert statements_of(text) == []


def test_words_set_apart_to_catch_the_eye_are_told_once() -> None:
    text = '"We will build the pier again."\n\nOrla Finch was sad. "We will build the pier again," she said.'
    assert statements_of(text) == [("Orla Finch", "We will build the pier again,")]


def test_a_surname_that_is_nearly_a_known_one_is_that_person() -> None:
    text = "Ada Hollowayn runs the mill. It would close, Ms Hallowayn said."
    assert [speaker for speaker, _ in statements_of(text)] == ["Ada Hollowayn"]


def test_paragraphs_of_a_transcript_are_said_by_whom_they_begin_with() -> None:
    text = (
        "Kate Hollis rode for 19 days. The Gazette asked her about it.\n\nGazette: How did you prepare?\n\n"
        "KH: I rode to work. My boss said it was mad.\n\nGazette: Again?\n\nKH: No.\n\nSource: the club"
    )
    assert statements_of(text) == [
        ("Gazette", "How did you prepare?"),
        ("Kate Hollis", "I rode to work. My boss said it was mad."),
        ("Gazette", "Again?"),
        ("Kate Hollis", "No."),
    ]


def test_the_first_paragraph_of_an_article_without_a_title_is_read() -> None:
    text = (
        "The lake has risen by a metre since March and boats can no longer pass under the bridge, the mayor, "
        "Orla Finch, said on Tuesday.\n\nShe said it would fall in June."
    )
    assert [statement.speaker for statement in extracted(text).statements] == ["Orla Finch", "Orla Finch"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'Orla Finch says she lost forty goats: "The water came so fast."',
            [("Orla Finch", "she lost forty goats … The water came so fast.")],
        ),
        (
            "The agency quoted Orla Finch as saying that the pier was lost.",
            [("Orla Finch", "the pier was lost")],
        ),
        ('"Why now?" asked one visitor.', [("one visitor", "Why now?")]),
        (
            "The mill says it is safe; critics say the pier is lost.",
            [("the mill", "it is safe"), ("critics", "the pier is lost")],
        ),
        ("What Orla Finch said surprised the council.", []),
        (
            "It began when, according to Orla Finch, the pier was closed.",
            [("Orla Finch", "the pier was closed")],
        ),
        (
            "Scientists found sales of ice by noon exceeded those of tea.",
            [("scientists", "sales of ice by noon exceeded those of tea")],
        ),
    ],
)
def test_contents_end_where_their_speaker_stops(text: str, expected: list[tuple[str, str]]) -> None:
    assert statements_of(text) == expected


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ('Michael "Iron Mike" Delaney won. "My legs were gone," Delaney said.', ["Michael Delaney"]),
        ("Senator Joe May said it was close. May added that he would not run.", ["Joe May", "Joe May"]),
        ("Will Power said the car was fast.", ["Will Power"]),
        ("The coach, Erik Olsen, was glad. The Norwegian said they gave everything.", ["Erik Olsen"]),
        ("Their director for the coast, Van Ngoc Thinh, said the find was rare.", ["Van Ngoc Thinh"]),
        ("Brightline Civil said it would help. It denied that cheap steel was used.", ["Brightline Civil"] * 2),
    ],
)
def test_names_in_marks_or_that_look_like_words_are_names(text: str, speakers: list[str]) -> None:
    assert [speaker for speaker, _ in statements_of(text)] == speakers


def test_a_programme_is_where_it_was_said_and_a_person_named_there_speaks_the_next_words() -> None:
    text = (
        'Tom Birch was angry. "It is a shame," he said.\n\nIn an interview on "Face the Morning," Orla Finch said the '
        'pier was lost. "Nobody cares about it."'
    )
    assert statements_of(text) == [
        ("Tom Birch", "It is a shame,"),
        ("Orla Finch", "the pier was lost"),
        ("Orla Finch", "Nobody cares about it."),
    ]


def test_whom_somebody_encourages_is_not_the_speaker() -> None:
    found = statements_of("Orla Finch praised the plan and encouraged Americans to build it.")
    assert {speaker for speaker, _ in found} == {"Orla Finch"}


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("Commissioner Tom O’Dell was there. O'Dell said it was over.", ["Tom O’Dell"]),
        ("Mayor Ada de Lorca was there. De Lorca said it was over.", ["Ada de Lorca"]),
        ("The Harbour Rescue Fund grew. The fund said it needed boats.", ["Harbour Rescue Fund"]),
        ("A plan that Mayor Ada Park described as “a gift to nobody” was dropped.", ["Ada Park"]),
        ("Critics of the pier met. They wrote in May that it was unsafe.", ["critics of the pier"]),
    ],
)
def test_a_part_of_a_name_means_whoever_has_it(text: str, speakers: list[str]) -> None:
    assert [speaker for speaker, _ in statements_of(text)] == speakers
