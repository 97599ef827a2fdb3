from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

import pytest

from bot.config import Settings
from bot.services.renewal import Renewal
from index.article import article_from_text
from index.library import Library

ASKED = "Who said SMEs need vitality?"


@pytest.fixture
def older(data: Path) -> Path:
    """A data folder that older rules have read, of which one article is of a server."""
    with Library(data) as library:
        library.add([article_from_text('"It rains," said Ada Park, the mayor.', id="rain", collection="guild:1")])
    with sqlite3.connect(data / "wuzhen.db") as connection:
        connection.execute("UPDATE readings SET rules = 0")
        connection.execute("UPDATE statements SET speaker = 'Somebody Else'")
    connection.close()
    return data


def test_what_older_rules_read_is_read_again_while_answers_go_on(older: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with Library(older) as library:
        library.prepare()
        with Renewal(library, Settings(data=older)) as renewal:
            assert library.ask(ASKED)[0].status == "answered"
            renewal.wait()
        assert library.ask(ASKED)[0].short == "Daniel Zhang"
        assert library.outdated() == []
    assert "Read 2 of 2 articles again" in caplog.text


def test_it_ends_at_once_when_the_bot_does(older: Path) -> None:
    with Library(older) as library:
        with Renewal(library, Settings(data=older)):
            pass
        assert library.ask(ASKED)[0].status == "answered"
        assert library.outdated()


def test_where_all_is_read_by_these_rules_nothing_is_started(data: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with Library(data) as library, Renewal(library, Settings(data=data)) as renewal:
        renewal.wait()
        assert renewal._process._process is None
    assert "again" not in caplog.text
