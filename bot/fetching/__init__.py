"""Articles from links, fetched so that a link can lead nowhere but to a public page, for a limited time."""

from __future__ import annotations

import asyncio
import re
import ssl
from dataclasses import replace

import aiohttp
from cachetools import TTLCache
from yarl import URL

from bot.fetching import robots
from bot.fetching.addresses import Guard, NotPublicError, is_link, not_public, parse_link, shown
from bot.fetching.download import PROGRAM, Download, download, open_session
from index.article import Article, ArticleError, safe_id
from index.formats import ReadArticle, read_bytes

__all__ = ["STRICT", "Fetcher", "Guard", "is_link"]

STRICT = Guard()
"""Public addresses only, as everybody's links are fetched."""

MAX_SECONDS = 20  # for a link: names, redirects, robots.txt and page together
_ROBOTS_KEPT, _RULES_KEPT = 3600, 20_000  # seconds; in all
_MAX_ID = 80  # characters
_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "application/pdf": ".pdf",
}
# not whatever Python knows: some of its encodings are made to be slow
_ENCODING = re.compile(
    r"us-ascii|ascii|utf-?8|utf-16(?:le|be)?|iso-8859-\d+|latin-?1|(?:windows-|cp)125\d|gb18030|gbk|gb2312|big5"
    r"|shift[_-]jis|euc-(?:jp|kr)|koi8-[ru]",
    re.IGNORECASE,
)
_PAGE_ENDING = re.compile(r"\.(?:html?|xhtml|php|aspx?|jsp|md|markdown|txt|pdf)$", re.IGNORECASE)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_PASTE = "copy the article's words into a text file and add that"


class Fetcher:
    """Fetches links; remembers for an hour what sites let programs read. Use it in one thread.

    Args:
        guard: what may be connected to; None for `STRICT`, which only tests have reason to change.
        seconds: how long a link may take until it is there; reading it has limits of its own.
    """

    def __init__(self, guard: Guard | None = None, seconds: float = MAX_SECONDS) -> None:
        self._guard = guard or STRICT
        self._seconds = seconds
        self._robots: TTLCache[URL, robots.Rules] = TTLCache(
            _RULES_KEPT, _ROBOTS_KEPT, getsizeof=lambda rules: 1 + len(rules.rules)
        )

    def fetch_now(self, link: str, *, collection: str = "public") -> Article:
        """Like `fetch`, for a program without an event loop."""
        return asyncio.run(self.fetch(link, collection=collection))

    async def fetch(self, link: str, *, collection: str = "public") -> Article:
        """The article that a link leads to, with the day of its publication if the page says so.

        Its source is the link, or the one that the page calls its own if that is on the same site.

        Args:
            link: as somebody gave it.
            collection: who may see the article.

        Raises:
            ArticleError: it may not be followed, or what is there is no article; says why and what to do.
        """
        name = shown(link.strip())
        try:
            async with asyncio.timeout(self._seconds):
                got = await self._get(parse_link(link, self._guard))
        except ArticleError as error:
            raise ArticleError(name, error.reason) from None
        except (NotPublicError, aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
            raise _unreachable(error, name, self._seconds) from error
        return await asyncio.to_thread(_read, got, name, collection, self._guard)

    async def _get(self, url: URL) -> Download:
        async with open_session(self._guard) as session:

            async def check(link: URL) -> None:
                rules = await self._rules(session, link)
                if not await asyncio.to_thread(rules.allow, link.raw_path_qs):
                    raise ArticleError(shown(str(link)), f"is closed to programs by its site's robots.txt; {_PASTE}")

            return await download(session, url, self._guard, check)

    async def _rules(self, session: aiohttp.ClientSession, link: URL) -> robots.Rules:
        """What the site lets us read; all where it says nothing, nothing where its robots.txt cannot be read now."""
        site = link.origin()
        if site not in self._robots:
            got = await download(session, site / "robots.txt", self._guard, most=robots.MAX_BYTES)
            if got.status == 200:
                rules = await asyncio.to_thread(robots.Rules.read, got.data, PROGRAM)
            else:
                rules = robots.EVERYTHING if 400 <= got.status < 500 else robots.NOTHING
            self._robots[site] = rules
        return self._robots[site]


def _unreachable(error: Exception, name: str, seconds: float) -> ArticleError:
    """The sentence for what went wrong on the way."""
    causes: list[BaseException] = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None and cause not in causes:
        causes.append(cause)
    if any(isinstance(cause, NotPublicError) for cause in causes):
        return not_public(name)
    if isinstance(error, TimeoutError):
        return ArticleError(name, f"did not arrive within {seconds:g} s; try it again later, or {_PASTE}")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return ArticleError(name, "names a site that cannot be found; check its spelling and the connection")
    if isinstance(error, (aiohttp.ClientSSLError, ssl.SSLError)):
        return ArticleError(name, f"has a certificate that cannot be trusted; {_PASTE}")
    if isinstance(error, aiohttp.ClientConnectionError):
        return ArticleError(name, f"cannot be reached, or its site hung up; try it again later, or {_PASTE}")
    return ArticleError(name, f"is answered in a way that cannot be understood; {_PASTE}")


# ── reading what arrived ──────────────────────────────────────────────────


def _read(got: Download, name: str, collection: str, guard: Guard) -> Article:
    """The article in what arrived."""
    suffix = _suffix(got, name)
    try:
        reading = read_bytes(_in_unicode(got), _stem(got.url) + suffix, collection=collection)
    except ArticleError as error:
        raise ArticleError(name, error.reason) from None
    return replace(reading.article, source=str(_own_link(got.url, reading, guard)))


def _suffix(got: Download, name: str) -> str:
    """The ending that a file of what arrived would have.

    Raises:
        ArticleError: nothing arrived, or nothing that is read here.
    """
    if got.status in {404, 410}:
        raise ArticleError(name, f"is not there (the site answers {got.status}); check the link")
    if got.status in {401, 402, 403, 407, 451}:
        raise ArticleError(name, f"is not open to programs (the site answers {got.status}); {_PASTE}")
    if got.status != 200:
        raise ArticleError(name, f"cannot be had now (the site answers {got.status}); try it again later")
    if got.kind not in _SUFFIXES:
        kind = got.kind if re.fullmatch(r"[\w.+-]+/[\w.+-]+", got.kind) else "of a kind that its site does not tell"
        raise ArticleError(name, f"is no text but {kind}; give the link of a web page, a text or a PDF")
    suffix = _SUFFIXES[got.kind]
    return ".md" if suffix == ".txt" and got.url.suffix.lower() in {".md", ".markdown"} else suffix


def _stem(url: URL) -> str:
    """What a file of a page would be called: the last part of its path, or its site."""
    last = next((part for part in reversed(url.parts) if part.strip("/")), "")
    return safe_id(_PAGE_ENDING.sub("", last))[:_MAX_ID].strip(".-") or safe_id(url.host or "")


def _in_unicode(got: Download) -> bytes:
    """The data in UTF-8 if the site tells its encoding and that is right; else as it is."""
    if got.charset is None or got.kind == "application/pdf" or got.data.startswith(_MARKS):
        return got.data
    if not _ENCODING.fullmatch(got.charset):
        return got.data
    # what calls itself Latin-1 is Windows-1252 on the web
    latin = got.charset.lower() in {"iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"}
    try:
        return got.data.decode("cp1252" if latin else got.charset).encode()
    except (LookupError, UnicodeError):
        return got.data


def _own_link(url: URL, reading: ReadArticle, guard: Guard) -> URL:
    """The link that a page calls its own; or `url` where that is another site's, for anybody could write one."""
    if not reading.link:
        return url
    try:
        own = parse_link(str(url.join(URL(reading.link))), guard)
    except ValueError:  # an ArticleError is one
        return url
    same = _site(own) == _site(url) and (own.scheme == "https" or url.scheme == "http")
    return own if same else url


def _site(url: URL) -> tuple[str, int | None]:
    """A page's site; the doors for readers and phones are one."""
    port = None if url.is_default_port() else url.port
    return re.sub(r"^(?:www|m|amp)\.(?=[^.]+\.)", "", url.host or ""), port
