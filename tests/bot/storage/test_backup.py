from __future__ import annotations

import json
import shutil
import sqlite3
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.errors import Refused
from bot.storage.backup import back_up, put_back
from bot.storage.feedback import NAME
from bot.storage.guilds import GuildStore
from index.article import article_from_text
from index.library import DATABASE, Library

ASKED = "Who said SMEs need vitality?"


def remembering(data: Path, value: str) -> None:
    with GuildStore(data / NAME) as guilds:
        guilds.bind(1, 2, [value], 3)


def remembered(data: Path) -> str | None:
    with GuildStore(data / NAME) as guilds:
        return next(iter(guilds.bound(2)), None)


def words_of(data: Path) -> str:
    with Library(data) as library:
        return library.ask(ASKED)[0].text


def test_what_was_backed_up_answers_on_another_machine(data: Path, tmp_path: Path, data_home: Path) -> None:
    remembering(data, "green")
    told = words_of(data)

    made = back_up(data, tmp_path / "all.zip")
    other = tmp_path / "other"
    put_back(tmp_path / "all.zip", other)
    (other / "models").symlink_to(data_home / "models", target_is_directory=True)

    assert made.names == (DATABASE, NAME)
    assert words_of(other) == told
    assert remembered(other) == "green"
    assert (tmp_path / "all.zip").stat().st_mode & 0o077 == 0


def test_a_backup_that_is_put_back_undoes_what_was_done_since(data: Path, tmp_path: Path) -> None:
    remembering(data, "green")
    back_up(data, tmp_path / "all.zip")
    remembering(data, "red")
    with Library(data) as library:
        library.remove("wuzhen-2021")

    put_back(tmp_path / "all.zip", data)

    assert remembered(data) == "green"
    with Library(data) as library:
        assert [info.id for info in library.articles()] == ["wuzhen-2021"]


def test_a_backup_is_whole_while_others_write(data: Path, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            remembering(data, str(number := number + 1))

    remembering(data, "0")
    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            back_up(data, tmp_path / f"{number}.zip")
            put_back(tmp_path / f"{number}.zip", tmp_path / str(number))
    finally:
        stop.set()
        writer.join()

    found = [int(remembered(tmp_path / str(number)) or -1) for number in range(5)]
    assert found == sorted(found)
    assert found[0] >= 0


def test_while_a_program_uses_the_folder_nothing_is_put_back(data: Path, tmp_path: Path) -> None:
    remembering(data, "green")
    back_up(data, tmp_path / "all.zip")
    with GuildStore(data / NAME) as running:
        running.bind(1, 2, ["red"], 3)
        with pytest.raises(Refused, match="stop the bot"):
            put_back(tmp_path / "all.zip", data)
        assert running.bound(2) == {"red"}
    with Library(data) as library:
        library.ask(ASKED)
        with pytest.raises(Refused, match="stop the bot"):
            put_back(tmp_path / "all.zip", data)


def test_a_backup_takes_the_place_of_a_damaged_file(data: Path, tmp_path: Path) -> None:
    told = words_of(data)
    back_up(data, tmp_path / "all.zip")
    (data / DATABASE).write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)

    put_back(tmp_path / "all.zip", data)

    assert words_of(data) == told


def edited(change: Callable[[dict[str, Any], dict[str, bytes]], object], source: Path) -> None:
    """Change what a backup says of itself, and what it holds."""
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    about = json.loads(parts.pop("wuzhen-backup.json"))
    change(about, parts)
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("wuzhen-backup.json", json.dumps(about))
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    "change",
    [
        lambda about, _: about["sha256"].update({DATABASE: "0" * 64}),
        lambda _, parts: parts.pop(DATABASE),
        lambda about, _: about.pop("made"),
        lambda about, _: about.pop("sha256"),
    ],
)
def test_what_is_no_whole_backup_is_refused_and_changes_nothing(
    change: Callable[[dict[str, Any], dict[str, bytes]], object], data: Path, tmp_path: Path
) -> None:
    back_up(data, tmp_path / "all.zip")
    before = (data / DATABASE).read_bytes()
    edited(change, tmp_path / "all.zip")

    with pytest.raises(Refused, match="no whole backup"):
        put_back(tmp_path / "all.zip", data)

    assert (data / DATABASE).read_bytes() == before
    assert not list(data.glob(".wuzhen-*"))


def test_names_in_a_backup_lead_nowhere_else(data: Path, tmp_path: Path) -> None:
    back_up(data, tmp_path / "all.zip")
    edited(lambda _, parts: parts.update({"../evil.db": b"evil"}), tmp_path / "all.zip")
    put_back(tmp_path / "all.zip", tmp_path / "deep" / "data")
    assert not (tmp_path / "deep" / "evil.db").exists()


def test_a_backup_of_a_newer_wuzhen_is_refused_in_a_sentence(data: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer"
    newer.mkdir()
    shutil.copy(data / DATABASE, newer)
    with sqlite3.connect(newer / DATABASE) as connection:
        connection.execute("UPDATE manifest SET schema_version = 99")
    back_up(newer, tmp_path / "all.zip")
    with pytest.raises(Refused, match=r"a newer Wuzhen \(layout 99"):
        put_back(tmp_path / "all.zip", data)


def test_the_shell_backs_up_and_asks_before_it_replaces_anything(
    wuzhen: Callable[..., Any], data: Path, tmp_path: Path
) -> None:
    made = wuzhen("--data", data, "backup", "all.zip")
    assert made.exit_code == 0
    assert "all.zip: wuzhen.db" in made.stdout

    refused = wuzhen("--data", data, "restore", "all.zip")
    assert refused.exit_code == 2
    assert "say --yes" in refused.stderr

    restored = wuzhen("--data", data, "restore", "--yes", "all.zip")
    assert restored.exit_code == 0
    assert "wuzhen.db, as of " in restored.stdout

    elsewhere = wuzhen("--data", tmp_path / "new", "restore", "all.zip")
    assert elsewhere.exit_code == 0


def test_a_file_that_is_no_backup_is_never_written_over(wuzhen: Callable[..., Any], place: Path) -> None:
    (place / "letters.txt").write_text("mine")
    refused = wuzhen("backup", "letters.txt")
    assert refused.exit_code == 65
    assert (place / "letters.txt").read_text() == "mine"
    assert wuzhen("backup", "all.zip").exit_code == 0
    assert wuzhen("backup", "all.zip").exit_code == 0  # an older backup is


def test_where_there_is_nothing_to_back_up_it_is_said(wuzhen: Callable[..., Any], tmp_path: Path) -> None:
    refused = wuzhen("--data", tmp_path / "none", "backup", "all.zip")
    assert refused.exit_code == 65
    assert "nothing to back up" in refused.stderr


def test_statements_are_exported_for_spreadsheets_and_programs(wuzhen: Callable[..., Any], data: Path) -> None:
    with Library(data) as library:
        library.add([article_from_text('The dam\n\n"=1+1 is what we paid," said Ada Park, the engineer.', id="dam")])
        text = library.article("dam").text

    table = wuzhen("--data", data, "export", "statements", "--article", "dam").stdout.splitlines()
    (line,) = wuzhen("--data", data, "export", "statements", "--jsonl", "--article", "dam").stdout.splitlines()
    said = json.loads(line)

    assert table[0].startswith("article,title,source,published,speaker,role,")
    assert "'=1+1 is what we paid" in table[1]
    assert said["speaker"] == "Ada Park"
    assert said["words"] == text[said["start"] : said["end"]]
    assert wuzhen("--data", data, "export", "statements", "--article", "no").exit_code == 65
