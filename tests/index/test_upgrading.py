"""A newer Wuzhen comes to a data folder that an older one left: nothing is lost, and answers go on meanwhile."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest

from index.formats import read_article
from index.library import Library
from index.statements import RULES
from index.statements.extract import extract
from index.store.protocol import PUBLIC, Scope

ROOT = Path(__file__).parents[2]
ASKED = "Who said SMEs need vitality?"
# of what `extract` finds in the articles below, by the version of the rules
FOUND = (1, "b89d31f5f9b6e343")


def as_older_rules_left_it(data: Path) -> None:
    """All is as an older layout has it, and the older rules found that nobody is quoted."""
    with sqlite3.connect(data / "wuzhen.db") as connection:
        connection.execute("DROP TABLE readings")
        connection.execute("UPDATE manifest SET schema_version = 4")
        connection.execute("UPDATE statements SET speaker = 'Somebody Else'")
    connection.close()


def test_an_older_layout_answers_at_once_and_is_read_again_when_asked_to(data: Path) -> None:
    with Library(data) as library:
        before = library.ask(ASKED)[0]
    as_older_rules_left_it(data)
    with Library(data) as library:
        assert [info.rules for info in library.articles()] == [0]
        assert library.ask(ASKED)[0].short == "Somebody Else"  # as it was found then
        assert library.renew() == 1
        assert library.ask(ASKED)[0].text == before.text
        assert [info.rules for info in library.articles()] == [RULES]
        assert library.outdated() == []
        assert library.renew() == 0


def test_asking_goes_on_while_another_program_reads_anew(data: Path) -> None:
    as_older_rules_left_it(data)
    with Library(data) as asking, Library(data) as renewing:
        assert asking.ask(ASKED)[0].short == "Somebody Else"
        renewing.renew()
        assert asking.ask(ASKED)[0].short == "Daniel Zhang"


def test_an_article_that_went_meanwhile_is_not_brought_back(data: Path) -> None:
    as_older_rules_left_it(data)
    with Library(data) as library:
        (info,) = library.outdated()
        library.remove(info.id)
        assert not library.reread(info)
        assert library.articles(Scope(frozenset({PUBLIC}))) == []


def test_whoever_changes_what_is_found_raises_the_version_of_the_rules() -> None:
    folders = (ROOT / "index" / "articles", ROOT / "tests" / "data" / "articles_dev")
    files = sorted(path for folder in folders for path in folder.glob("*.txt"))
    found = [
        [[one.speaker, one.fragments, one.directness, one.polarity, one.role] for one in extraction.statements]
        for extraction in extract([read_article(path) for path in files])
    ]
    assert len(found) == 7
    digest = hashlib.sha256(json.dumps(found).encode()).hexdigest()[:16]
    if digest != FOUND[1]:
        pytest.fail(f"Other statements are found: raise RULES in index/statements, and write {RULES + 1, digest} here.")
    assert FOUND[0] == RULES
