"""The web: links that people give, and robots.txt."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from hypothesis import strategies as st

from bot.fetching.addresses import Guard, is_public, parse_link
from bot.fetching.robots import Rules
from index.article import ArticleError
from tests.tools.fuzz.inputs import changed, joined, texts
from tests.tools.fuzz.run import Target

_LINKS = [
    *("https://example.com/a?b=c#d", "http://127.0.0.1/", "http://[::ffff:10.0.0.1]/", "https://a@b.example/"),
    *("http://0x7f.1/", "https://xn--bcher-kva.example:443/ü", "http://2130706433/", "http://[fe80::1%25eth0]/"),
]
_LINK_PIECES = [
    *["/", ":", "@", "?", "#", "%", "[", "]", ".", "..", "\\", "\t", "%2f", "%00", "。", "．"],
    "localhost",
    "10.0.0.1",
    ":80",
    ":0",
    "x" * 64,
    "٣",
]
_ROBOTS = ["User-agent: *\nDisallow: /a*b$\nAllow: /a\n\nUser-agent: wuzhen\nCrawl-delay: 1\nDisallow: /private/\n"]
_ROBOT_PIECES = [
    "User-agent:",
    "Disallow:",
    "Allow:",
    "*",
    "$",
    "/",
    "%2A",
    "%",
    "#",
    "\n",
    "\r",
    ":",
    "wuzhen",
    "\ufeff",
]
_SENTENCE = re.compile(r"[^\n]+\.")


def check_link(text: str) -> None:
    """A link leads to a public name, or is refused in one sentence."""
    try:
        url = parse_link(text, Guard())
    except ArticleError as error:
        assert _SENTENCE.fullmatch(str(error)), str(error)
        return
    assert url.scheme in {"http", "https"}
    assert url.port in {80, 443}
    assert url.user is None and url.password is None
    host = url.raw_host or ""
    try:
        assert is_public(ipaddress.ip_address(host))
    except ValueError:
        assert "." in host


def check_robots(given: tuple[str, str]) -> None:
    """Any robots.txt allows a path or not, the same for the same path."""
    text, path = given
    data = text.encode("utf-8", "replace")
    rules = Rules.read(data, "Wuzhen")
    assert rules == Rules.read(data, "wuzhen")
    assert rules.allow(path) in {True, False}


def targets() -> Iterator[Target]:
    """What is followed on the web."""
    links = st.one_of(changed(_LINKS, _LINK_PIECES), joined(_LINK_PIECES, 8).map("https://{}".format), texts(_LINKS))
    yield Target("links", links, check_link)
    files = st.one_of(changed(_ROBOTS, _ROBOT_PIECES), joined(_ROBOT_PIECES, 60), texts(_ROBOTS, _ROBOT_PIECES))
    paths = st.one_of(joined(["/", "a", "b", "*", "$", "%2A", "private", "?"], 8), texts())
    yield Target("robots.txt", st.tuples(files, paths), check_robots)
