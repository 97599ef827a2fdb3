from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[2] / "data"
PARAGRAPHS = DATA / "comprehension_sample.jsonl"
SENTENCES = DATA / "news_sample.jsonl"

CONTEXT = "The harbour bridge was painted blue by Ada Park. Trains wait at the old station. Nobody paid a toll."
OTHER = "Frogs sleep under leaves in winter. They wake when the ponds are warm."
BLUE = {"title": "Bridge", "question": "Who painted the harbour bridge?", "context": CONTEXT, "answer": "Ada Park"}
TOLL = {"title": "Bridge", "question": "Who painted the railway?", "context": CONTEXT, "answer": None, "start": None}
FROGS = {"title": "Frogs", "question": "Where do frogs sleep in winter?", "context": OTHER, "answer": "under leaves"}
SAID = {
    "id": "s1",
    "kind": "who_said",
    "question": "Who said the bridge is safe?",
    "sentence": "The bridge is safe, Ada Park said on Monday.",
    "answers": ["the engineer", "Ada Park"],
}

Run = Callable[..., Any]  # the fixture `wuzhen`


def lines(*questions: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(one)}\n" for one in questions)


def placed(question: dict[str, Any]) -> dict[str, Any]:
    return question | {"start": question["context"].index(question["answer"])}


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the texts of all tests here: they are read once."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def measured(wuzhen: Run, kept: Path) -> Run:
    """The object that `eval --json` prints for a file, or for lines on stdin."""

    def run(file: str | Path, *options: str, stdin: str | bytes = "") -> dict[str, Any]:
        shown = wuzhen("eval", file, "--json", "--keep", kept, *options, stdin=stdin)
        assert shown.exit_code == 0, shown.stderr
        found: dict[str, Any] = json.loads(shown.stdout)
        return found

    return run


# --- questions on paragraphs


def test_a_question_on_a_paragraph_is_asked_of_it_alone_of_all_and_without_its_title(measured: Run) -> None:
    found = measured("-", stdin=lines(placed(BLUE), TOLL, placed(FROGS)))
    near, off = found["near_miss"], found["off_topic"]
    assert found["format"] == "comprehension"
    assert (near["questions"], near["answerable"]) == (3, 2)
    assert (off["questions"], off["answerable"]) == (4, 2)
    assert near["right_sentence"] == off["right_sentence"] == 1
    assert off["auroc"] == off["answered_at_5"] == 1
    assert off["false_answers"] == 0


def test_another_sentence_of_the_paragraph_is_not_the_right_one(measured: Run) -> None:
    elsewhere = BLUE | {"answer": "toll", "start": CONTEXT.index("toll")}
    found = measured("-", "--errors", "1", stdin=lines(elsewhere))
    assert found["near_miss"]["right_sentence"] == 0
    assert "'toll'" in found["errors"][0]["wrong"]


def test_a_sample_of_questions_on_paragraphs_gives_all_figures(
    measured: Run,
) -> None:
    found = measured(PARAGRAPHS)
    asked = [json.loads(line) for line in PARAGRAPHS.read_text("utf-8").splitlines()]
    near, off = found["near_miss"], found["off_topic"]
    assert near["questions"] == len(asked)
    assert off["answerable"] == near["answerable"] == sum(one["answer"] is not None for one in asked)
    shares = {name: value for section in (near, off) for name, value in section.items() if isinstance(value, float)}
    assert {"auroc", "answered_at_5", "ece", "aurc", "risk_at_50", "refusal_precision", "refusal_recall"} <= set(shares)
    assert all(0 <= value <= 1 for value in shares.values())
    # floors that only rise; 40 questions, so a few hundredths below what is measured
    floors = {"auroc": 0.84, "f1": 0.76, "right_sentence": 0.98}
    assert {name: near[name] for name in floors if near[name] < floors[name]} == {}
    assert off["auroc"] >= 0.98  # of questions on cells, a paragraph on dynasties tells nothing


def test_the_figures_are_the_same_again_whatever_the_folder_was_used_for_meanwhile(measured: Run) -> None:
    asked = lines(placed(BLUE), TOLL, placed(FROGS))
    found = measured("-", stdin=asked)
    measured("-", stdin=lines(SAID))
    assert measured("-", stdin=asked) == found


# --- questions on sentences


def test_a_question_on_a_sentence_is_asked_of_it_and_of_all(measured: Run) -> None:
    told = SAID | {"id": "s2", "sentence": "The ponds are warm, Ben Ito said.", "answers": ["Cy Low"]}
    found = measured("-", stdin=lines(SAID, told | {"question": "Who said the ponds are warm?"}))
    assert found["format"] == "news"
    for section in ("known", "together"):
        assert found[section]["kinds"]["who_said"] == {"questions": 2, "answered": 1, "f1": 0.5}
        assert found[section]["kinds"]["total"] == found[section]["kinds"]["who_said"]
        assert found[section]["auroc"] is None  # there is no question without an answer


def test_a_sample_of_questions_on_sentences_is_told_by_kind(wuzhen: Run, kept: Path) -> None:
    shown = wuzhen("eval", SENTENCES, "--keep", kept)
    assert shown.exit_code == 0
    rows = [line.split("\t") for line in shown.stdout.splitlines()]
    assert rows[0] == ["Kind", "Measured", "Questions", "Answered", "Token F1"]
    kinds = ["what_said", "who_said", "total"]
    assert [row[:3] for row in rows[1:7]] == [
        [kind, title, count]
        for title in ("Sentence known", "All sentences")
        for kind, count in zip(kinds, ("14", "28", "42"), strict=True)
    ]
    assert float(rows[3][4]) >= 0.62  # a floor that only rises
    assert ["Questions", "42", "42"] in rows
    assert not any(row[0].startswith(("AUROC", "Refusal")) for row in rows)


# --- our own questions


def test_our_own_questions_give_the_same_figures_beside_the_kinds(wuzhen: Run) -> None:
    unknown = {"id": "1", "kind": "unanswerable", "question": "What did Zebulon Quist say about marmalade?"}
    known = {"id": "2", "kind": "who_said", "question": "Who said SMEs need vitality?"}
    asked = lines(unknown | {"expect": {"status": "not_found"}}, known | {"expect": {"status": "answered"}})
    shown = wuzhen("eval", "-", "--json", stdin=asked)
    found = json.loads(shown.stdout)["answers"]
    assert found["kinds"]["total"] == {"right": 2, "of": 2, "fraction": 1}
    assert [found[name] for name in ("auroc", "answered_at_5", "refusal_precision", "refusal_recall")] == [1, 1, 1, 1]
    assert (found["coverage"], found["risk"], found["risk_at_100"]) == (0.5, 0, 0.5)


# --- files and options


def test_a_packed_file_is_unpacked(measured: Run, place: Path) -> None:
    (place / "packed.jsonl.gz").write_bytes(gzip.compress(lines(placed(BLUE)).encode()))
    assert measured("packed.jsonl.gz") == measured("-", stdin=lines(placed(BLUE)))


@pytest.mark.parametrize("data", [b"no gzip", gzip.compress(lines(BLUE).encode())[:-20]])
def test_a_packed_file_that_is_broken_is_told(wuzhen: Run, place: Path, data: bytes) -> None:
    (place / "broken.jsonl.gz").write_bytes(data)
    shown = wuzhen("eval", "broken.jsonl.gz")
    assert (shown.exit_code, shown.stdout) == (65, "")
    assert shown.stderr == "broken.jsonl.gz cannot be unpacked: it is no whole gzip file. Pack it anew.\n"


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        (BLUE | {"start": 3}, '"answer" does not stand at character 3 of "context"'),
        (BLUE | {"start": None}, '"answer" must be a text or null'),
        (BLUE | {"answer": 7, "start": 0}, '"answer" must be a text or null'),
        ({name: BLUE[name] for name in ("title", "question", "context")}, "it has no 'answer'"),
        (TOLL | {"context": " "}, "its context cannot be used: "),
        (SAID | {"answers": []}, '"answers" must be a list of texts'),
        (SAID | {"answers": "Ada"}, '"answers" must be a list of texts'),
        (SAID | {"sentence": ""}, "its sentence cannot be used: "),
        ({name: SAID[name] for name in ("kind", "question", "sentence", "answers")}, "it has no 'id'"),
    ],
)
def test_a_line_that_is_no_question_is_told_with_its_number(wuzhen: Run, bad: dict[str, Any], what: str) -> None:
    shown = wuzhen("eval", "-", stdin=f"\n{lines(bad)}")
    assert (shown.exit_code, shown.stdout) == (65, "")
    (sentence,) = shown.stderr.splitlines()
    assert sentence.startswith(f"line 2: {what}")
    assert sentence.endswith(".")


def test_of_many_lines_of_another_kind_only_a_few_are_told(wuzhen: Run, kept: Path) -> None:
    shown = wuzhen("eval", "-", "--keep", kept, stdin=lines(placed(BLUE), *[SAID] * 5))
    assert shown.exit_code == 65
    told = [line for line in shown.stderr.splitlines() if line.startswith(("line", "…"))]
    assert [line.partition(":")[0] for line in told[:3]] == ["line 2", "line 3", "line 4"]
    assert told[3:] == ["… and 2 more lines without a question."]
    assert "Near-miss" in shown.stdout  # the good line was measured


@pytest.mark.parametrize(
    ("question", "options", "what"),
    [
        (placed(BLUE), ["--article", "x"], "--article does not go with"),
        (
            {"id": "1", "kind": "k", "question": "Who?", "expect": {"status": "answered"}},
            ["--keep", "k"],
            "--keep goes",
        ),
        (placed(BLUE), ["--plot", "plot.pdf"], "--plot plot.pdf: give the name of a PNG file"),
        (placed(BLUE), ["--plot", "nowhere/plot.png"], "--plot nowhere/plot.png: there is no folder nowhere"),
    ],
)
def test_an_option_that_does_not_fit_is_told_before_anything_is_asked(
    wuzhen: Run, question: dict[str, Any], options: list[str], what: str
) -> None:
    shown = wuzhen("eval", "-", *options, stdin=lines(question))
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert shown.stderr.startswith(what)
    assert shown.stderr.endswith(".\n")


def test_the_data_folder_is_not_filled_with_texts_of_a_question_file(wuzhen: Run, read: Path) -> None:
    shown = wuzhen("eval", "-", "--keep", read, stdin=lines(placed(BLUE)))
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "give --keep a folder of its own" in shown.stderr


def test_a_bar_may_be_set_on_any_figure(wuzhen: Run, kept: Path) -> None:
    asked = lines(placed(BLUE), placed(FROGS))
    good, bad, none = ("off_topic.auroc=0.9", 0), ("near_miss.ece=1", 1), ("near_miss.beauty=0.1", 1)
    ends = [wuzhen("eval", "-", "--keep", kept, "--min", bar, stdin=asked).exit_code for bar, _ in (good, bad, none)]
    assert ends == [code for _, code in (good, bad, none)]


# --- the picture


def test_the_picture_is_a_png_of_both_diagrams(measured: Run, place: Path) -> None:
    measured("-", "--plot", "plot.png", stdin=lines(placed(BLUE), TOLL, placed(FROGS)))
    data = (place / "plot.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    assert width > 1000 and height > 500


def test_without_matplotlib_a_sentence_says_how_to_install_it(wuzhen: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # what Python sees where it is not installed
    shown = wuzhen("eval", "-", "--plot", "plot.png", stdin=lines(placed(BLUE)))
    assert (shown.exit_code, shown.stdout) == (78, "")
    assert shown.stderr.count("\n") == 1
    assert "pip install '.[plot]'" in shown.stderr
