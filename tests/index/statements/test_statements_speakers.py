"""Who speaks where no name stands beside the words, and what only looks like speech: kinds, each in several shapes."""

from __future__ import annotations

import pytest

from index.article import Article
from index.statements.extract import extract

BEFORE = 'The clinic will close in June, owner Greta Holm said on Friday. "We have no choice," she said.'


def told(text: str) -> list[tuple[str | None, str]]:
    [found] = extract([Article("a", "A title", f"A title\n\n{text}")])
    return [(s.speaker, " … ".join(found.article.text[a:b] for a, b in s.fragments)) for s in found.statements]


def speakers(text: str) -> list[str | None]:
    return [speaker for speaker, _ in told(text)]


# ── quotations without a cue ──────────────────────────────────────────────


@pytest.mark.parametrize(
    ("introduction", "speaker"),
    [
        ("Ellen Proctor disagreed.", "Ellen Proctor"),
        ("Dame Ellen Proctor, chair of the panel, disagreed.", "Ellen Proctor"),
        ("Like many others, Maria Lopez is angry.", "Maria Lopez"),
        ("The mayor, Lena Brook, shook her head.", "Lena Brook"),
    ],
)
def test_whom_a_paragraph_introduces_says_its_quotation(introduction: str, speaker: str) -> None:
    assert told(f'{BEFORE}\n\n{introduction} "Nobody has shown me any evidence of that."')[-1] == (
        speaker,
        "Nobody has shown me any evidence of that.",
    )


@pytest.mark.parametrize(
    "introduction",
    ["A miner disagreed.", "Nurses disagree.", "Outside, a group of nurses had gathered.", "The figures are doubtful."],
)
def test_a_quotation_never_falls_to_whoever_spoke_in_another_paragraph(introduction: str) -> None:
    assert speakers(f'{BEFORE}\n\n{introduction} "They never once asked us about any of it."')[-1] != "Greta Holm"


def test_what_an_agency_reported_does_not_make_it_the_speaker_of_the_next_quotation() -> None:
    text = 'Most meetings were with donors, the Norlund Press reported Tuesday.\n\n"This is further proof of the deal."'
    assert speakers(text)[-1] is None


def test_a_name_inside_of_the_speakers_apposition_takes_no_quotation() -> None:
    text = (
        '"The campaign hit hard," said Kenneth Baers, a former Obeck administration official who runs Crosscut. '
        '"What was needed was to raise it in this setting."'
    )
    assert set(speakers(text)) == {"Kenneth Baers"}


def test_who_was_asked_answers_not_who_asked() -> None:
    text = (
        "Eleanor Sharpe, prosecuting, opened the case. Edna Prowse told the court she had felt ashamed. "
        'Asked by Ms Sharpe how much she had paid, she replied: "Everything I had."'
    )
    assert speakers(text)[-1] in {"Edna Prowse", None}


# ── names and callings ────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Tarn Energy (NYSE: TRN) said it was glad.", "Tarn Energy"),
        ("Orbix Systems plc (LSE: ORBX), a provider of software, said that its board was glad.", "Orbix Systems plc"),
        ("Prosecutor Eleanor Sharpe KC said Groves had lied.", "Eleanor Sharpe"),
        ("Daughter Tracey Plims, 58, said she nearly fainted.", "Tracey Plims"),
        ("Fan Jodie Marsh, 19, said she had booked flights.", "Jodie Marsh"),
        ("The hall was full, according to curator Elaine Gust.", "Elaine Gust"),
        ('"Can we fund it?" treasurer Ada Park wrote to staff.', "Ada Park"),
        ('"Is she doing too much? Too little?" asked campaign manager Rob Mokes.', "Rob Mokes"),
        ("Hilde Clarke issued a statement saying she would push for railways.", "Hilde Clarke"),
        ("Speaking on condition of anonymity, a senior engineer said two mills were shut.", "a senior engineer"),
        ("The provincial commissioner, Lt Gen Thandi Mabuza, spoke. The general said it was so.", "Thandi Mabuza"),
    ],
)
def test_a_speaker_has_the_whole_name_and_nothing_else(text: str, speaker: str) -> None:
    assert speakers(text) == [speaker]


def test_a_surname_with_letters_behind_it_is_one_person() -> None:
    text = 'Eleanor Sharpe KC told jurors Groves had lied. "He lied to everyone who trusted him," Ms Sharpe said.'
    assert told(text)[0] == ("Eleanor Sharpe", "Groves had lied")
    assert set(speakers(text)) == {"Eleanor Sharpe"}


# ── what is said, and what is not ─────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "Pop star Nova Reyes has called off her summer tour of the islands.",
        "The promoter called on lawyers from Akin Gump.",
        "After Dalton Krey taunted reporter Ana Voss on stage, other journalists tweeted pictures of the seats.",
        "For a decade beginning in 2005, Mr. Krey advised Veldorian politicians, including the president.",
        "Before a crowd of close to 15,000 people, Mr. Krey continued to attack his rival.",
        "While the deals are less conspicuous, they add to the debt, Mr. Krey offered no comment.",
    ],
)
def test_what_only_looks_like_a_report_is_none(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (
            "Ada Park told the jury he had searched for the books for a week.",
            "he had searched for the books for a week",
        ),
        ("Ada Park told reporters voters were angry.", "voters were angry"),
        ("Ada Park told lawmakers Tuesday that the mill would close.", "the mill would close"),
        ("Ada Park asked her if she agreed with her brother.", "if she agreed with her brother"),
        ("Ada Park said two men were held, a step that can last two days.", "two men were held"),
        ("Ada Park said each case was looked at, despite the ruling in May.", "each case was looked at"),
        ("Although the year was bad, the mill is safe, according to Ada Park.", "the mill is safe"),
        (
            "Ada Park writes: I counted nineteen. The driver charges us half.",
            "I counted nineteen. The driver charges us half",
        ),
    ],
)
def test_the_words_end_where_the_writers_begin(text: str, content: str) -> None:
    assert told(text) == [("Ada Park", content)]


# ── transcripts ───────────────────────────────────────────────────────────

TURNS = ["Good evening, everybody.", "The budget is two million short.", "Then we raise the fee."]
NAMES = ["Helen Ward", "Omar Diaz", "Helen Ward"]


@pytest.mark.parametrize(
    "form",
    ["{}: {}", "[{}]: {}", "**{}:** {}", "00:00:05 {}: {}", "[00:05] {}: {}", "{} (Mayor): {}", "{}  0:05\n{}"],
)
def test_every_turn_is_its_speakers_also_of_who_speaks_once(form: str) -> None:
    text = "\n\n".join(form.format(name, words) for name, words in zip(NAMES, TURNS, strict=True))
    assert told(text) == list(zip(NAMES, TURNS, strict=True))


def test_the_voices_of_subtitles_speak() -> None:
    cues = (
        f"{n}\n00:00:0{n}.000 --> 00:00:0{n + 1}.000\n<v {who}>{said}</v>"
        for n, (who, said) in enumerate(zip(NAMES, TURNS, strict=True))
    )
    assert told("WEBVTT\n\n" + "\n\n".join(cues)) == list(zip(NAMES, TURNS, strict=True))


def test_names_on_lines_of_their_own_speak_what_is_below_them() -> None:
    turns = [
        ("Operator", "Welcome to the call."),
        ("Sam Okoro", "Thanks. It was a good year."),
        ("Lise Brandt", "Costs fell."),
        ("Sam Okoro", "They did."),
        ("Operator", "Goodbye to all of you."),
    ]
    text = "\n\n".join(line for turn in turns for line in turn)
    assert speakers(text) == ["operator", "Sam Okoro", "Lise Brandt", "Sam Okoro", "operator"]


def test_capitals_with_titles_and_party_name_the_same_person_each_time() -> None:
    text = "SEN. JOHN CORNWALL (R-TX): I have three questions.\n\nMS. DUPONT: Ask.\n\nSEN. CORNWALL: Who signed it?"
    assert speakers(text) == ["John Cornwall", "Dupont", "John Cornwall"]


def test_who_is_interviewed_answers_where_the_letters_do_not_say_who() -> None:
    text = "Mayor Helen Ward took office in May.\n\nQ: Is it short?\n\nA: Yes, by two.\n\nQ: And now?\n\nA: We wait."
    assert speakers(text) == [None, "Helen Ward", None, "Helen Ward"]
