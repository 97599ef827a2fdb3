from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "index" / "articles" / "wuzhen-2021.txt"
WORDS = SHIPPED.read_text(encoding="utf-8")
COMMANDS = (
    "ask",
    "quotes",
    "check",
    "speakers",
    "chat",
    "run",
    "statements",
    "articles",
    "show",
    "add",
    "remove",
    "restore",
    "rename",
    "purge",
    "rebuild",
    "backup",
    "export",
    "model",
    "eval",
    "feedback",
    "gaps",
    "doctor",
    "bench",
)
MODELS = {"torch", "spacy", "transformers", "sentence_transformers", "optimum"}

Run = Callable[..., Any]  # the fixture `wuzhen`
Listed = Callable[[Path], list[list[str]]]
Loaded = Callable[..., set[str]]


@pytest.fixture
def listed(wuzhen: Run) -> Listed:
    """The cells of `wuzhen articles`, without the head."""

    def cells(data: Path) -> list[list[str]]:
        return [line.split("\t") for line in wuzhen("--data", data, "articles").stdout.splitlines()[1:]]

    return cells


@pytest.fixture
def loaded_by(place: Path) -> Loaded:
    """The top-level modules that a command loads."""

    def names(*words: str) -> set[str]:
        process = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "bot", *words],
            capture_output=True,
            check=True,
            encoding="utf-8",
        )
        return {name.partition(".")[0] for name in re.findall(r"\|\s*([\w.]+)$", process.stderr, re.MULTILINE)}

    return names


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


# --- help, usage, what is loaded


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_has_an_example_of_it(wuzhen: Run, command: str) -> None:
    shown = wuzhen(command, "--help")
    assert shown.exit_code == 0
    examples = re.findall(r"^ +wuzhen (.+)$", shown.stdout, re.MULTILINE)
    assert examples
    assert all(shlex.split(example)[0] == command for example in examples)


def test_the_help_lists_every_command(wuzhen: Run) -> None:
    shown = wuzhen("--help").stdout
    assert re.findall(r"^  (\w+)  ", shown.partition("Commands:")[2], re.MULTILINE) == list(COMMANDS)


@pytest.mark.parametrize(
    "words",
    [
        ["ask"],
        ["ask", "--jsonl", "-", "who"],
        ["nonsense"],
        ["articles", "--nonsense"],
        ["eval", "-", "--min", "total"],
        ["eval", "-", "--min", "total=7"],
        ["bench", "everything"],
    ],
)
def test_a_wrong_use_ends_with_2_and_a_sentence(wuzhen: Run, words: list[str]) -> None:
    shown = wuzhen(*words)
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert shown.stderr.strip()


def test_the_version_is_shown(wuzhen: Run) -> None:
    assert re.fullmatch(r"wuzhen \d+\.\d+\.\d+\n", wuzhen("--version").stdout)


def test_help_loads_nothing_heavy(loaded_by: Loaded) -> None:
    heavy = MODELS | {"numpy", "onnxruntime", "faiss", "tokenizers", "pydantic", "rich", "discord", "sqlite3"}
    loaded = loaded_by("--help")
    assert "typer" in loaded
    assert not loaded & heavy


def test_listing_articles_loads_no_model(loaded_by: Loaded) -> None:
    loaded = loaded_by("articles")
    assert "sqlite3" in loaded
    assert not loaded & (MODELS | {"onnxruntime", "faiss", "tokenizers", "discord"})


def test_asking_loads_neither_torch_nor_spacy(loaded_by: Loaded) -> None:
    loaded = loaded_by("ask", "who is quoted")
    assert "sqlite3" in loaded
    assert not loaded & (MODELS | {"trafilatura", "pypdf", "docx", "discord"})


# --- ask


def test_words_need_no_quotation_marks_and_the_answer_says_where_it_stands(wuzhen: Run) -> None:
    shown = wuzhen("ask", "who", "is", "quoted")
    assert shown.exit_code == 0
    assert "paragraph" in shown.stdout
    assert "\x1b" not in shown.stdout


def test_what_the_articles_do_not_say_ends_with_1(wuzhen: Run) -> None:
    shown = wuzhen("ask", "What did Zebulon Quist say about marmalade?")
    assert shown.exit_code == 1
    assert shown.stdout.strip()


def test_json_is_the_whole_of_stdout_and_cites_verbatim(wuzhen: Run) -> None:
    answer = json.loads(wuzhen("ask", "--json", "who is quoted").stdout)
    assert list(answer)[:4] == ["id", "question", "conversation", "status"]
    assert answer["citations"]
    assert all(WORDS[c["start"] : c["end"]] == c["quote"] for c in answer["citations"])


def test_an_answer_comes_in_chinese_with_the_words_of_the_article(wuzhen: Run) -> None:
    question = "Who hopes internet giants will grow and drive SMEs too?"
    english, chinese = (
        json.loads(wuzhen("ask", "--json", *more, question).stdout) for more in ([], ["--language", "zh-CN"])
    )
    assert "指出：“We hope internet giants" in chinese["text"]
    assert {key for key in chinese if chinese[key] != english[key]} <= {"text", "elapsed_ms"}


def test_a_language_without_answers_is_refused_with_those_there_are(wuzhen: Run) -> None:
    done = wuzhen("ask", "--language", "fr", "who is quoted")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "There are no answers in 'fr': choose one of en, zh-CN.\n"


def test_an_unknown_article_is_refused_with_where_to_look(wuzhen: Run) -> None:
    shown = wuzhen("ask", "--article", "nope", "who is quoted")
    assert (shown.exit_code, shown.stdout) == (65, "")
    assert "nope" in shown.stderr
    assert "wuzhen articles" in shown.stderr


def test_lines_are_answered_in_order_with_their_ids(wuzhen: Run) -> None:
    asked = [{"id": "b", "question": "who is quoted"}, {"id": 7, "question": "x"}, {"question": ""}]
    shown = wuzhen("ask", "--jsonl", "-", stdin="".join(f"{json.dumps(row)}\n" for row in asked))
    assert shown.exit_code == 0
    answers = [(row["id"], row["question"]) for row in lines(shown.stdout)]
    assert answers == [("b", "who is quoted"), (7, "x"), (None, "")]


def test_a_file_with_byte_order_mark_and_windows_line_ends_is_read(wuzhen: Run, place: Path) -> None:
    file = place / "questions.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"id": "a", "question": "x"}\r\n\r\n{"id": "b", "question": "y"}\r\n')
    assert [row["id"] for row in lines(wuzhen("ask", "--jsonl", file).stdout)] == ["a", "b"]


def test_bad_lines_are_told_with_their_numbers_and_the_others_are_answered(wuzhen: Run) -> None:
    bad = [
        b"nonsense",
        b'{"id": "x"}',
        b'{"question": 3}',
        b'{"question": "\xff"}',
        b'{"question": "x", "conversation": []}',
        b"[" * 100_000,
    ]
    text = b"\n".join([b'{"id": "a", "question": "x"}', *bad, b'{"id": "z", "question": "y"}'])
    shown = wuzhen("ask", "--jsonl", "-", stdin=text)
    assert shown.exit_code == 65
    assert [row["id"] for row in lines(shown.stdout)] == ["a", "z"]
    assert re.findall(r"^line (\d): .+\.$", shown.stderr, re.MULTILINE) == list("234567")


def test_a_file_of_something_else_is_told_with_three_lines_and_a_count(wuzhen: Run) -> None:
    shown = wuzhen("ask", "--jsonl", "-", stdin="[1]\nonce upon\n\na time\n{\n}\n")
    assert (shown.exit_code, shown.stdout) == (65, "")
    *told, last = shown.stderr.splitlines()[-4:]
    assert [line.partition(";")[0] for line in told] == [f"line {n}: it is not a JSON object" for n in (1, 2, 4)]
    assert last == "… and 2 more lines like that."


def test_a_question_file_that_is_not_there_is_bad_input(wuzhen: Run) -> None:
    shown = wuzhen("ask", "--jsonl", "nowhere.jsonl")
    assert (shown.exit_code, shown.stdout) == (65, "")
    assert "nowhere.jsonl" in shown.stderr


def test_half_a_surrogate_pair_comes_back_as_it_was(wuzhen: Run) -> None:
    shown = wuzhen("ask", "--jsonl", "-", stdin='{"id": "\\ud800", "question": "who \\udfff said it"}\n')
    assert lines(shown.stdout)[0]["id"] == "\ud800"


def test_lines_of_one_conversation_share_a_memory_and_others_do_not(wuzhen: Run) -> None:
    speaker = json.loads(wuzhen("ask", "--json", "Who is quoted?").stdout)["citations"][0]["speaker"]
    first, second = f"What did {speaker} say?", "What else did they say?"
    asked = [
        ("1", first, "a"),
        ("2", second, "b"),
        ("3", first, None),
        ("4", second, None),
        ("5", second, "a"),
    ]
    rows = [{"id": row, "question": question, "conversation": talk} for row, question, talk in asked]
    shown = wuzhen("ask", "--jsonl", "-", stdin="".join(f"{json.dumps(row)}\n" for row in rows))
    answers = {row["id"]: row for row in lines(shown.stdout)}
    assert [row["conversation"] for row in answers.values()] == ["a", "b", None, None, "a"]
    assert answers["2"]["text"] == answers["4"]["text"] != answers["5"]["text"]


# --- articles


def test_articles_are_tab_separated_in_a_pipe_and_the_shipped_one_is_there(listed: Listed, data: Path) -> None:
    assert [(row[0], row[1]) for row in listed(data)] == [("wuzhen-2021", WORDS.splitlines()[0])]


def test_an_article_is_added_answered_from_and_removed(wuzhen: Run, listed: Listed, data: Path, bridge: Path) -> None:
    added = wuzhen("--data", data, "add", bridge)
    assert added.exit_code == 0
    assert "bridge: Harbour bridge to open in May" in added.stdout
    assert "1 article added" in added.stdout
    answer = wuzhen("ask", "who said every cable was tested twice", "--data", data)
    assert answer.exit_code == 0
    assert "Park" in answer.stdout
    assert "Every cable was tested twice" in answer.stdout
    assert wuzhen("--data", data, "remove", "bridge").stdout == "Removed bridge.\n"
    assert [row[0] for row in listed(data)] == ["wuzhen-2021"]


def test_only_the_named_article_is_looked_at(wuzhen: Run, data: Path, bridge: Path) -> None:
    wuzhen("--data", data, "add", bridge)
    for article in ("bridge", "wuzhen-2021"):
        shown = wuzhen("--data", data, "ask", "--json", "--article", article, "who is quoted")
        assert {citation["article"] for citation in json.loads(shown.stdout)["citations"]} == {article}


def test_a_folder_is_added_with_what_can_be_read_and_is_not_hidden(
    wuzhen: Run, listed: Listed, data: Path, place: Path
) -> None:
    for name in ("b/deep/second.md", "a.txt", ".hidden.txt", ".git/config.txt", "picture.png"):
        file = place / "news" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"About {name}\n\n{name} is all that {name} says.\n", encoding="utf-8")
    assert wuzhen("--data", data, "add", place / "news").exit_code == 0
    assert [row[0] for row in listed(data)][1:] == ["a", "second"]


def test_what_cannot_be_added_is_told_one_by_one_and_the_rest_is_added(
    wuzhen: Run, listed: Listed, data: Path, bridge: Path, place: Path
) -> None:
    (place / "empty.txt").touch()
    shutil.copy(bridge, place / "again.txt")
    shown = wuzhen("--data", data, "add", "empty.txt", bridge, "nowhere.txt", "again.txt", SHIPPED)
    assert shown.exit_code == 65
    for what in ("empty.txt", "nowhere.txt", "again.txt", "wuzhen-2021.txt"):
        assert len(re.findall(rf"^{re.escape(what)} .*\.$", shown.stderr, re.MULTILINE)) == 1
    assert "1 article added" in shown.stdout
    assert "4 refused" in shown.stdout
    assert [row[0] for row in listed(data)] == ["wuzhen-2021", "bridge"]


def test_a_folder_without_articles_is_bad_input(wuzhen: Run, data: Path, place: Path) -> None:
    (place / "bare").mkdir()
    shown = wuzhen("--data", data, "add", "bare")
    assert shown.exit_code == 65
    assert "bare" in shown.stderr


def test_an_id_that_is_not_there_is_told_and_the_others_are_removed(
    wuzhen: Run, listed: Listed, data: Path, bridge: Path
) -> None:
    wuzhen("--data", data, "add", bridge)
    shown = wuzhen("--data", data, "remove", "nope", "bridge")
    assert shown.exit_code == 65
    assert "nope" in shown.stderr
    assert [row[0] for row in listed(data)] == ["wuzhen-2021"]


def test_rebuilding_reads_every_article_again_where_all_are_wanted(
    wuzhen: Run, listed: Listed, data: Path, bridge: Path
) -> None:
    wuzhen("--data", data, "add", bridge)
    before = listed(data)
    assert wuzhen("--data", data, "rebuild").stdout == "0 articles read again.\n"  # these rules have read them
    assert wuzhen("--data", data, "rebuild", "--all").stdout == "2 articles read again.\n"
    assert [row[:4] for row in listed(data)] == [row[:4] for row in before]


def test_control_characters_of_an_article_never_reach_the_terminal(wuzhen: Run, data: Path, place: Path) -> None:
    (place / "evil.txt").write_text('Evil \x1b]0;title\x07 news\n\n"Clear \x1b[2J it all," Ada Park said.\n')
    shown = wuzhen("--data", data, "add", "evil.txt").output
    shown += wuzhen("--data", data, "ask", "what did Ada Park say").output
    shown += wuzhen("statements", "evil.txt").output
    assert "Clear" in shown
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", shown)


# --- statements


def test_statements_are_a_table_with_speaker_words_kind_and_line(wuzhen: Run, bridge: Path) -> None:
    shown = wuzhen("statements", bridge)
    assert shown.exit_code == 0
    head, *rows = [line.split("\t") for line in shown.stdout.splitlines()]
    assert head == ["Article", "Speaker", "Statement", "Kind", "Line"]
    quoted = next(row for row in rows if "Every cable was tested twice" in row[2])
    assert quoted[0] == "bridge"
    assert quoted[1].startswith("Ada Park")
    assert quoted[3:] == ["direct", "5"]


def test_statements_as_json_hold_places_in_the_text_and_a_bad_file_is_told(wuzhen: Run, bridge: Path) -> None:
    shown = wuzhen("statements", "--jsonl", "nowhere.txt", bridge)
    assert shown.exit_code == 65
    assert "nowhere.txt" in shown.stderr
    (found,) = lines(shown.stdout)
    assert found["id"] == "bridge"
    assert list(found["statements"][0]) == [
        *("speaker", "mention", "speaker_span", "quote_span", "fragments", "cue_span", "type", "role"),
        *("affiliation", "addressee", "polarity", "source_kind", "kind", "via", "confidence", "runner_up", "rule"),
    ]
    text = bridge.read_text(encoding="utf-8")
    quotes = [text[slice(*statement["quote_span"])] for statement in found["statements"]]
    assert any("Every cable was tested twice" in quote for quote in quotes)
