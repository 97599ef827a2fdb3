from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot import fetching
from bot.fetching import Guard

STORY = "<p>The port opened on Tuesday, said Ada Park, who runs it. “We waited long enough,” she told reporters.</p>"
DAY = '<meta property="article:published_time" content="2021-05-03T08:00:00Z">'
PAGE = (
    f"<html><head><title>Port opens</title>{DAY}</head><body><article><h1>Port opens</h1>{STORY * 3}</article></body>"
)


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = self.path == "/news/port.html"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.encode() if found else b"")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - called so by the server
        pass


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def reachable(site: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The site, where the guard lets it be reached."""
    port = int(site.rpartition(":")[2])
    monkeypatch.setattr(fetching, "STRICT", Guard(lambda _: True, frozenset({port})))
    return site


def test_an_article_is_added_from_a_link_among_files(
    wuzhen: Callable[..., Any], data: Path, reachable: str, bridge: Path
) -> None:
    link = f"{reachable}/news/port.html"
    shown = wuzhen("--data", data, "add", bridge, link, f"{reachable}/gone")
    assert shown.exit_code == 65
    assert "port: Port opens (" in shown.stdout
    assert "bridge: Harbour bridge to open in May (" in shown.stdout
    assert "2 articles added" in shown.stdout
    assert f"{reachable}/gone is not there (the site answers 404); check the link." in shown.stderr
    assert "published 2021-05-03)\n" in shown.stdout
    listed = [line.split("\t") for line in wuzhen("--data", data, "articles").stdout.splitlines()]
    published = listed[0].index("Published")
    assert [row[published] for row in listed[1:]] == ["-", "-", "2021-05-03"]
    again = wuzhen("--data", data, "add", link)
    assert again.exit_code == 65
    assert f"{link} is the same article as port, which is already there" in again.stderr


def test_a_link_to_this_machine_is_refused(wuzhen: Callable[..., Any], data: Path, site: str) -> None:
    for link in (f"{site}/news/port.html", "http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/"):
        shown = wuzhen("--data", data, "add", link)
        assert shown.exit_code == 65
        assert shown.stderr.startswith((f"{link} names a port other than", f"{link} leads to an address that is not"))
        assert "Traceback" not in shown.stderr


def test_what_begins_like_a_link_is_no_file(wuzhen: Callable[..., Any], data: Path) -> None:
    shown = wuzhen("--data", data, "add", "ftp://news.example/port.txt")
    assert shown.stderr.startswith("ftp://news.example/port.txt does not begin with http:// or https://; ")


def test_links_can_be_turned_off(
    wuzhen: Callable[..., Any], data: Path, reachable: str, bridge: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WUZHEN_LINKS", "false")
    link = f"{reachable}/news/port.html"
    shown = wuzhen("--data", data, "add", link, bridge)
    assert shown.exit_code == 65
    assert f"{link} is a link, and WUZHEN_LINKS=false turns links off; add its text as a file, or" in shown.stderr
    assert "1 article added" in shown.stdout


def test_the_help_tells_of_links(wuzhen: Callable[..., Any]) -> None:
    assert "wuzhen add https://" in wuzhen("add", "--help").stdout
