"""Getting what a link leads to: checked at every step, with limits of size and of redirects."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.metadata import version

import aiohttp
from yarl import URL

from bot.fetching.addresses import Guard, GuardedResolver, parse_link, shown
from index.article import MAX_BYTES, ArticleError

PROGRAM = "Wuzhen"
MAX_REDIRECTS = 5
_CHUNK = 1 << 16  # bytes
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PACKED = {"gzip": zlib.MAX_WBITS + 16, "x-gzip": zlib.MAX_WBITS + 16, "deflate": zlib.MAX_WBITS}
_COPY = "copy the article's words into a text file and add that"


@dataclass(frozen=True, slots=True)
class Download:
    """What a link led to.

    Attributes:
        url: where it was, after redirects.
        status: what the site answered, as 200.
        kind: its type, as "text/html"; "" if the site gives none.
        charset: its encoding, if the site gives one.
        data: unpacked.
    """

    url: URL
    status: int
    kind: str
    charset: str | None
    data: bytes


def open_session(guard: Guard) -> aiohttp.ClientSession:
    """A session that connects to what the guard allows, without the environment's proxies, without cookies."""
    connector = aiohttp.TCPConnector(
        resolver=GuardedResolver(guard),
        socket_factory=guard.socket,
        use_dns_cache=False,
        force_close=True,  # each request is checked anew
        limit=2,
    )
    headers = {
        "User-Agent": f"{PROGRAM}/{version('wuzhen')} (a Discord bot that quotes news articles)",
        "Accept": "text/html, application/xhtml+xml, text/plain, text/markdown, application/pdf;q=0.9, */*;q=0.1",
        "Accept-Encoding": ", ".join(("gzip", "deflate")),
        "Accept-Language": "en, *;q=0.5",
    }
    return aiohttp.ClientSession(
        connector=connector,
        headers=headers,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,  # done here, within the limit
        trust_env=False,
        timeout=aiohttp.ClientTimeout(total=None),  # whoever calls has one for everything
    )


async def download(
    session: aiohttp.ClientSession,
    url: URL,
    guard: Guard,
    check: Callable[[URL], Awaitable[None]] | None = None,
    *,
    most: int | None = None,
) -> Download:
    """Get what is at a link that `parse_link` gave; an answer other than 200 comes without its data.

    Args:
        session: from `open_session`, with the same guard.
        url: where to begin.
        guard: what may be connected to.
        check: is called with each link before it is followed; may raise.
        most: bytes after which the rest is left out; None where 10 MB are the limit.

    Raises:
        ArticleError: it is too large, or its redirects lead nowhere.
        NotPublicError, aiohttp.ClientError, OSError, ValueError: it cannot be reached.
    """
    name = shown(str(url))
    for _ in range(MAX_REDIRECTS + 1):
        if check is not None:
            await check(url)
        async with session.get(url, allow_redirects=False) as response:
            target = response.headers.get("Location")
            if response.status not in _REDIRECTS or target is None:
                data = await _body(response, name, most) if response.status == 200 else b""
                kind = response.content_type.lower() if "Content-Type" in response.headers else ""
                return Download(url, response.status, kind, response.charset, data)
        url = next_link(url, target, guard)
    raise ArticleError(name, f"is redirected more than {MAX_REDIRECTS} times; open it and {_COPY}")


def next_link(url: URL, target: str, guard: Guard) -> URL:
    """Where a redirect leads, checked like a link that a person gives.

    Raises:
        ArticleError: it may not be followed.
    """
    try:
        joined = url.join(URL(target))
    except ValueError:
        raise ArticleError(shown(str(url)), f"is redirected to what is no link; open it and {_COPY}") from None
    if url.scheme == "https" and joined.scheme == "http":
        raise ArticleError(shown(str(url)), f"is redirected from https to http, which is not safe; {_COPY}")
    return parse_link(str(joined), guard)


async def _body(response: aiohttp.ClientResponse, name: str, most: int | None) -> bytes:
    unpack = _unpacker(response.headers.get("Content-Encoding", ""), name)
    data, received = bytearray(), 0
    async for chunk in response.content.iter_chunked(_CHUNK):
        received += len(chunk)
        data += unpack(chunk, MAX_BYTES + 1 - len(data))
        if most is not None and len(data) >= most:
            return bytes(data[:most])
        if max(len(data), received) > MAX_BYTES:
            raise ArticleError(name, f"is larger than {MAX_BYTES // 1_000_000} MB; {_COPY}")
    return bytes(data)


def _unpacker(encoding: str, name: str) -> Callable[[bytes, int], bytes]:
    """Unpacks the next bytes to at most so many."""
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        return lambda chunk, _: chunk
    if encoding not in _PACKED:
        raise ArticleError(name, f"is packed in a way that is not read here; {_COPY}")
    zipped = zlib.decompressobj(_PACKED[encoding])
    started = False

    def unpack(chunk: bytes, room: int) -> bytes:
        nonlocal zipped, started
        if not started and encoding == "deflate" and chunk[0] & 0x0F != zlib.DEFLATED:
            zipped = zlib.decompressobj(-zlib.MAX_WBITS)  # some servers leave out the head
        started = True
        try:
            return zipped.decompress(chunk, room)
        except zlib.error:
            raise ArticleError(name, f"arrived damaged; try it again, or {_COPY}") from None

    return unpack
