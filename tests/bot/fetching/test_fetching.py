"""Links, fetched from real servers on this machine, which the guard of these tests lets be reached."""

from __future__ import annotations

import asyncio
import gzip
import socket
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address
from typing import Any

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st

from bot.fetching import Fetcher, Guard
from bot.fetching.addresses import Address, is_public
from bot.fetching.robots import Rules
from index.article import Article, ArticleError
from tests.tools.loop_watch import watched

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
STORY = "The port of Exampleton opened on Tuesday, said Ada Park, who runs it. “We waited long enough,” she said."
PAGE = f"""<!DOCTYPE html><html><head><title>Port opens</title>
<link rel="canonical" href="/news/port"><meta property="article:published_time" content="2021-05-03T10:00:00Z">
</head><body><nav>Home</nav><article><h1>Port opens</h1><p>{STORY}</p><p>{STORY}</p><p>{STORY}</p></article>
</body></html>"""


def here_only(address: Address) -> bool:
    """Plays the public internet: one address of this machine, and what is public anyway."""
    return address == ip_address("127.0.0.1") or is_public(address)


class Names(AbstractResolver):
    """Answers each question about a name with the next address; the last one stays."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = list(addresses)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = self._addresses.pop(0) if len(self._addresses) > 1 else self._addresses[0]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        pass


class Site:
    """A server on this machine: what it was asked, and the way to it."""

    def __init__(self, answers: dict[str, Handler], otherwise: Handler | None = None) -> None:
        self.answers = answers
        self._otherwise = otherwise
        self.asked: list[tuple[str, str]] = []
        self.headers: dict[str, str] = {}
        self.port = 0

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.asked.append((request.host.partition(":")[0], request.path_qs))
        self.headers = dict(request.headers)
        answer = self.answers.get(request.path, self._otherwise)
        return web.Response(status=404) if answer is None else await answer(request)

    def link(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def fetcher(self, *addresses: str, seconds: float = 20) -> Fetcher:
        """A fetcher that reaches the site; every name leads to these addresses, one after the other."""
        names = Names(*(addresses or ["127.0.0.1"]))
        return Fetcher(Guard(here_only, frozenset({80, 443, self.port}), lambda: names), seconds)

    async def fetch(self, path: str, **options: Any) -> Article:
        return await self.fetcher(**options).fetch(self.link(path))

    async def refusal(self, path: str, **options: Any) -> str:
        """The sentence, from the verb on."""
        with pytest.raises(ArticleError) as caught:
            await self.fetch(path, **options)
        assert caught.value.name == self.link(path)
        return str(caught.value).removeprefix(f"{self.link(path)} ")


@asynccontextmanager
async def serving(answers: dict[str, Handler], otherwise: Handler | None = None) -> AsyncIterator[Site]:
    site = Site(answers, otherwise)
    runner = web.ServerRunner(web.Server(site.handle), shutdown_timeout=0.1)
    await runner.setup()
    door = web.TCPSite(runner, "0.0.0.0", 0)  # noqa: S104 - at every address, so that only the fetcher can refuse one
    await door.start()
    site.port = runner.addresses[0][1]
    try:
        yield site
    finally:
        await runner.cleanup()


def page(body: str | bytes = PAGE, *, kind: str = "text/html; charset=utf-8", **headers: str) -> Handler:
    async def answer(request: web.BaseRequest) -> web.Response:
        data = body if isinstance(body, bytes) else body.encode()
        return web.Response(body=data, headers={"Content-Type": kind} | headers)

    return answer


def to(target: str, status: int = 302) -> Handler:
    async def answer(request: web.BaseRequest) -> web.Response:
        return web.Response(status=status, headers={"Location": target})

    return answer


def endless(start: bytes, more: bytes, pause: float = 0, encoding: str = "identity") -> Handler:
    """An answer that never ends."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html", "Content-Encoding": encoding})
        await response.prepare(request)
        await response.write(start)
        while True:
            await response.write(more)
            await asyncio.sleep(pause)

    return answer


# ── what is read ──────────────────────────────────────────────────────────


async def test_a_page_becomes_an_article_with_its_own_link_and_date() -> None:
    async with serving({"/2021/port.html": page()}) as site:
        article = await site.fetch("/2021/port.html?utm_source=a")
    assert (article.id, article.title, article.collection) == ("port", "Port opens", "public")
    assert article.source == site.link("/news/port")
    assert article.published == "2021-05-03"
    assert STORY in article.text
    assert "Home" not in article.text


async def test_an_article_from_a_link_belongs_where_it_was_asked_for() -> None:
    async with serving({"/port": page()}) as site:
        article = await site.fetcher().fetch(site.link("/port"), collection="guild:7")
    assert article.collection == "guild:7"


@pytest.mark.parametrize("own", ["https://evil.example/port", "//evil.example/", "javascript:alert(1)", "http://[", ""])
async def test_a_page_cannot_call_the_link_of_another_site_its_own(own: str) -> None:
    body = PAGE.replace("/news/port", own)
    async with serving({"/port": page(body)}) as site:
        assert (await site.fetch("/port")).source == site.link("/port")


@pytest.mark.parametrize(
    ("path", "kind", "body", "title"),
    [
        ("/a.txt", "text/plain", f"Port opens\n{STORY}", "Port opens"),
        ("/a.md", "text/plain; charset=utf-8", f"# Port *opens*\n{STORY}", "Port opens"),
        ("/a", "text/markdown", f"# Port *opens*\n{STORY}", "Port opens"),
        ("/", "application/xhtml+xml", PAGE, "Port opens"),
        ("/", "text/html; charset=iso-8859-1", PAGE.encode("cp1252"), "Port opens"),
        ("/", "text/html; charset=utf-16", PAGE.encode("utf-16"), "Port opens"),
        ("/", "text/html; charset=nonsense", PAGE, "Port opens"),
        ("/", "text/html; charset=punycode", PAGE, "Port opens"),
    ],
)
async def test_texts_and_pages_are_read_as_what_they_say_they_are(
    path: str, kind: str, body: str | bytes, title: str
) -> None:
    async with serving({path: page(body, kind=kind)}) as site:
        article = await site.fetch(path)
    assert article.title == title
    assert STORY in article.text


@pytest.mark.parametrize("path", ["/", "//", "/..%2f..%2fa", "/%00", "/a" * 200, "/.html", "/例え?a=b"])
async def test_any_path_gives_an_article_an_id(path: str) -> None:
    async with serving({}, page()) as site:
        article = await site.fetch(path)
    assert article.id
    assert len(article.id) <= 80
    assert not set(article.id) & set("/\\\0")


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data, wbits=-zlib.MAX_WBITS)),
        ("identity", bytes),
    ],
)
async def test_packed_pages_are_unpacked(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    async with serving({"/": page(pack(PAGE.encode()), **{"Content-Encoding": encoding})}) as site:
        assert (await site.fetch("/")).title == "Port opens"


# ── what is refused ───────────────────────────────────────────────────────

PASTE = "copy the article's words into a text file and add that."


@pytest.mark.parametrize("kind", ["image/png", "application/octet-stream", "video/mp4", "application/zip"])
async def test_what_is_no_text_is_refused(kind: str) -> None:
    async with serving({"/": page(kind=kind)}) as site:
        sentence = await site.refusal("/")
    assert sentence == f"is no text but {kind}; give the link of a web page, a text or a PDF."


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (404, "is not there (the site answers 404); check the link."),
        (403, f"is not open to programs (the site answers 403); {PASTE}"),
        (500, "cannot be had now (the site answers 500); try it again later."),
        (204, "cannot be had now (the site answers 204); try it again later."),
        (302, "cannot be had now (the site answers 302); try it again later."),
    ],
)
async def test_what_a_site_does_not_give_is_told(status: int, sentence: str) -> None:
    async def answer(request: web.BaseRequest) -> web.Response:
        return web.Response(status=status)

    async with serving({"/": answer}) as site:
        assert await site.refusal("/") == sentence


async def test_a_damaged_file_is_told_by_its_link() -> None:
    async with serving({"/a.pdf": page(b"%PDF-1.4 nothing %%EOF", kind="application/pdf")}) as site:
        assert (await site.refusal("/a.pdf")).startswith("is damaged or not a PDF; ")


TOO_LARGE = f"is larger than 10 MB; {PASTE}"


async def test_more_than_ten_megabytes_are_refused_while_they_arrive() -> None:
    async with serving({"/": endless(b"<p>", b"a" * 100_000)}) as site:
        assert await site.refusal("/") == TOO_LARGE


@pytest.mark.parametrize(("encoding", "bits"), [("gzip", 31), ("deflate", 15), ("deflate", -15)])
async def test_what_unpacks_to_more_than_ten_megabytes_is_refused(encoding: str, bits: int) -> None:
    bomb = zlib.compress(bytes(300_000_000), 9, wbits=bits)
    async with serving({"/": page(bomb, **{"Content-Encoding": encoding})}) as site:
        assert await site.refusal("/") == TOO_LARGE


async def test_packing_that_unpacks_to_nothing_for_ever_is_refused() -> None:
    nothing = zlib.compressobj(wbits=31)
    start = nothing.compress(b"") + nothing.flush(zlib.Z_FULL_FLUSH)
    flush = b"\x00\x00\x00\xff\xff" * 20_000  # empty blocks
    async with serving({"/": endless(start, flush, encoding="gzip")}) as site:
        assert await site.refusal("/") == TOO_LARGE


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "nonsense"])
async def test_packing_that_was_not_asked_for_is_refused(encoding: str) -> None:
    async with serving({"/": page(b"abc", **{"Content-Encoding": encoding})}) as site:
        assert await site.refusal("/") == f"is packed in a way that is not read here; {PASTE}"


async def test_packing_that_is_damaged_is_refused() -> None:
    async with serving({"/": page(b"abc", **{"Content-Encoding": "gzip"})}) as site:
        assert (await site.refusal("/")).startswith("arrived damaged; ")


async def sleeping(request: web.BaseRequest) -> web.Response:
    await asyncio.sleep(60)
    return web.Response()


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param({"/": sleeping}, id="no answer"),
        pytest.param({"/": page(), "/robots.txt": sleeping}, id="no robots.txt"),
        pytest.param({"/": endless(b"<p>", b"a", 0.05)}, id="a letter now and then"),
    ],
)
async def test_a_slow_site_is_given_up_in_time(answers: dict[str, Handler]) -> None:
    start = time.monotonic()
    async with serving(answers) as site:
        sentence = await site.refusal("/", seconds=0.5)
        took = time.monotonic() - start
    assert sentence == f"did not arrive within 0.5 s; try it again later, or {PASTE}"
    assert took < 20  # of the minute that it would take otherwise


@pytest.mark.parametrize("said", [b"", b"SSH-2.0-Open\r\n", b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000, b"\0" * 9_000])
async def test_a_server_that_does_not_speak_http_is_told(said: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        site = Site({})
        site.port = server.sockets[0].getsockname()[1]
        sentence = await site.refusal("/")
    assert sentence.startswith(("cannot be reached, or its site hung up; ", "is answered in a way that cannot be"))


async def test_a_site_that_is_down_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        site = Site({})
        site.port = taken.getsockname()[1]
        assert (await site.refusal("/")).startswith("cannot be reached, or its site hung up; try it again later")


async def test_other_work_goes_on_while_a_hostile_page_is_fetched_and_read(watched: Callable[[], Any]) -> None:
    async with serving({"/": page(b"<div>" * 1_000_000 + STORY.encode())}) as site, watched() as lag:
        await site.refusal("/")
    assert lag.worked < 0.1


# ── redirects and addresses ───────────────────────────────────────────────

PRIVATE = "leads to an address that is not public; give a link that anybody can open."


async def test_five_redirects_are_followed_and_no_more() -> None:
    answers = {f"/{number}": to(f"/{number - 1}", 301 + number % 3) for number in range(1, 7)}
    async with serving({**answers, "/0": page()}) as site:
        assert (await site.fetch("/5")).title == "Port opens"
        assert (await site.refusal("/6")).startswith("is redirected more than 5 times; ")


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.2:{port}/secret",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://[::1]:{port}/secret",
        "http://[::ffff:127.0.0.1]:{port}/secret",
        "http://2130706434:{port}/secret",
        "//127.0.0.2:{port}/secret",
    ],
)
async def test_a_redirect_to_a_private_address_is_refused(target: str) -> None:
    async with serving({"/secret": page()}) as site:
        site.answers["/"] = to(target.format(port=site.port))
        assert await site.refusal("/") == PRIVATE
        assert [path for _, path in site.asked if path == "/secret"] == []


async def test_a_name_that_turns_private_after_its_first_use_is_refused() -> None:
    async with serving({"/": page()}) as site:
        link = site.link("/", "news.example")
        assert (await site.fetcher("127.0.0.1").fetch(link)).title == "Port opens"
        site.asked.clear()
        for private in ("127.0.0.2", "10.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "169.254.169.254"):
            with pytest.raises(ArticleError) as caught:
                await site.fetcher("127.0.0.1", private).fetch(link)
            assert str(caught.value) == f"{link} {PRIVATE}"
    assert site.asked == [("news.example", "/robots.txt")] * 6


async def test_a_name_of_which_one_address_is_private_is_refused() -> None:
    class Both(Names):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[ResolveResult]:
            return await super().resolve(host, port, family) + await super().resolve(host, port, family)

    async with serving({"/": page()}) as site:
        guard = Guard(here_only, frozenset({site.port}), lambda: Both("127.0.0.1", "127.0.0.2"))
        with pytest.raises(ArticleError, match="not public"):
            await Fetcher(guard).fetch(site.link("/", "news.example"))
    assert site.asked == []


async def test_a_redirect_to_a_name_that_turned_private_is_refused() -> None:
    async with serving({"/": to("/secret"), "/secret": page()}) as site:
        with pytest.raises(ArticleError, match="not public"):
            await site.fetcher("127.0.0.1", "127.0.0.1", "127.0.0.2").fetch(site.link("/", "news.example"))
        assert ("news.example", "/secret") not in site.asked


async def test_by_default_a_name_that_leads_to_this_machine_is_refused() -> None:
    async with serving({"/": page()}) as site:
        guard = Guard(ports=frozenset({site.port}), resolver=lambda: Names("127.0.0.1"))
        with pytest.raises(ArticleError, match="not public"):
            await Fetcher(guard).fetch(site.link("/", "news.example"))
    assert site.asked == []


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving({"/": page()}) as proxy, serving({}) as site:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.link(""))
        assert (await site.refusal("/")).startswith("is not there")
    assert proxy.asked == []


async def test_a_site_learns_who_asks_and_gets_no_cookie_back() -> None:
    async with serving({"/": page(), "/robots.txt": page("", **{"Set-Cookie": "a=b"})}) as site:
        await site.fetch("/")
    assert site.headers["User-Agent"].startswith("Wuzhen/")
    assert "Cookie" not in site.headers


# ── robots.txt ────────────────────────────────────────────────────────────


def robots(text: str) -> Handler:
    return page(text, kind="text/plain")


async def test_what_robots_txt_closes_is_not_read() -> None:
    closed = robots("User-agent: *\nDisallow: /private")
    async with serving({"/private/port": page(), "/port": page(), "/robots.txt": closed}) as site:
        assert await site.refusal("/private/port") == f"is closed to programs by its site's robots.txt; {PASTE}"
        assert (await site.fetch("/port")).title == "Port opens"
    assert [path for _, path in site.asked] == ["/robots.txt", "/robots.txt", "/port"]


async def test_a_redirect_to_what_robots_txt_closes_is_not_followed() -> None:
    closed = robots("User-agent: wuzhen\nDisallow: /private\nUser-agent: *\nDisallow:")
    async with serving({"/": to("/private"), "/private": page(), "/robots.txt": closed}) as site:
        assert "robots.txt" in await site.refusal("/")
    assert ("127.0.0.1", "/private") not in site.asked


async def test_robots_txt_is_asked_for_once() -> None:
    async with serving({"/": page(), "/robots.txt": robots("")}) as site:
        fetcher = site.fetcher()
        for _ in range(3):
            await fetcher.fetch(site.link("/"))
    assert [path for _, path in site.asked].count("/robots.txt") == 1


async def test_a_site_whose_robots_txt_fails_is_left_alone() -> None:
    async def fails(request: web.BaseRequest) -> web.Response:
        return web.Response(status=503)

    async with serving({"/": page(), "/robots.txt": fails}) as site:
        assert "robots.txt" in await site.refusal("/")


async def test_of_an_endless_robots_txt_the_beginning_counts() -> None:
    rules = b"User-agent: *\nDisallow: /private\n"
    async with serving({"/": page(), "/private": page(), "/robots.txt": endless(rules, b"# a\n" * 1_000)}) as site:
        assert (await site.fetch("/")).title == "Port opens"
        assert "robots.txt" in await site.refusal("/private")


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /*", "/a", False),
        ("User-agent: *\nDisallow: /\nAllow: /a", "/a/b", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?b", True),
        ("User-agent: *\nDisallow: /*?", "/a?b=c", False),
        ("User-agent: *\nDisallow: /a$", "/ab", True),
        ("User-agent: *\nDisallow: /%61", "/a", False),
        ("User-agent: other\nDisallow: /", "/a", True),
        ("User-agent: other\nUser-agent: WUZHEN # us\nDisallow: /\n", "/a", False),
        ("User-agent: wuzhen\nAllow: /\nUser-agent: *\nDisallow: /", "/a", True),
        ("\ufeffuser-agent:*\r\ndisallow:/a\r\nSitemap: /b\r\ndisallow: /c", "/c", False),
        ("nonsense\nDisallow: /\n", "/a", True),
        ("User-agent: Wuzhen/1.0 (a bot)\nDisallow: /\nUser-agent: *\nAllow: /", "/a", False),
        ("User-agent: wuzhen-other\nDisallow: /", "/a", True),
        ("User-agent: wuzhen\nDisallow: /a\nUser-agent: x\nAllow: /\nUser-agent: wuzhen\nDisallow: /b", "/b", False),
        ("User-agent: *\nDisallow: /a%2Ab", "/axb", True),
        ("User-agent: *\nDisallow: /a%2Ab", "/a*b", False),
        ("User-agent: *\nDisallow: /é", "/%C3%A9", False),
    ],
)
def test_robots_txt_is_understood_as_its_standard_says(text: str, path: str, allowed: bool) -> None:
    assert Rules.read(text.encode(), "Wuzhen").allow(path) == allowed


@given(st.text(st.sampled_from("usera-gnt:*disalow/ $#\n%4ab"), max_size=200) | st.binary(), st.text(max_size=50))
def test_any_robots_txt_is_understood_somehow(data: str | bytes, path: str) -> None:
    data = data.encode() if isinstance(data, str) else data
    assert Rules.read(data, "Wuzhen").allow(f"/{path}") in {True, False}


HOSTILE = {
    "names": "".join(f"User-agent: a{i}\n" for i in range(40_000)) + "Disallow: /a\n" * 10,
    "names of ours": "User-agent: wuzhen\nUser-agent: *\n" * 15_000,
    "names and rules": "".join(f"User-agent: a{i}\n" for i in range(13_000)) + "Disallow: /a\n" * 20_000,
    "rules": "User-agent: *\n" + "Disallow: /a\n" * 40_000,
    "groups": "User-agent: *\nDisallow: /a\n" * 20_000,
    "stars": "User-agent: *\n" + ("Disallow: /" + "*a" * 400 + "b\n") * 600,
    "pieces": "User-agent: *\n" + ("Disallow: /*" + "a" * 250 + "b" + "a" * 249 + "*\n") * 950,
    "one line": "User-agent: *\nDisallow: /" + "*a" * 250_000,
    "escapes": "User-agent: *\n" + ("Disallow: /" + "%61" * 300 + "*\n") * 500,
    "colons": ":" * 500_000,
    "comments": "#" * 250_000 + "\n#" * 125_000,
    "ends of line": "\r\u2028\x85\n" * 100_000,
    "no text": "\0\x00\ufffd\U0001f3ad" * 70_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_a_robots_txt_made_to_take_for_ever_does_not_hold_up_anybody(text: str) -> None:
    path = "/" + "a" * 1_900
    async with serving({path: page(), "/robots.txt": robots(text)}) as site:
        began = time.process_time()
        async with watched() as loop:
            with suppress(ArticleError):
                await site.fetch(path)
        assert loop.longest < 0.25
        assert time.process_time() - began < 5
    assert [path for _, path in site.asked] in (["/robots.txt"], ["/robots.txt", path])
