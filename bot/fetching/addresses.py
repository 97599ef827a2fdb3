"""Which links may be followed, and to which addresses: those that anybody on the internet can reach."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Container
from dataclasses import dataclass

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import AddrInfoType
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from index.article import ArticleError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_MAX_LINK = 2_000  # characters
_MAX_SHOWN = 100  # of a link in a sentence
_LINK = re.compile(r"https?://", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_AUTHORITY = re.compile(r"[^:/?#]+://([^/?#]*)")
_NO_LINK_HAS = re.compile(r"[\s\x00-\x20\x7f-\xa0\xad\\\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]")
_NUMBER = re.compile(r"\d+|0[xX][0-9a-fA-F]*")  # what the system takes for a part of an IPv4 address

_PUBLIC_IPV6 = ipaddress.IPv6Network("2000::/3")  # outside lie what stands for IPv4, local and group addresses
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # of protocols; some Pythons hold only parts of it to be private
        "168.63.129.16/32",  # a cloud's own service, at an address that looks public
        "192.88.99.0/24",  # leads to IPv6 in IPv4
        "2001::/23",  # tunnels (Teredo) and other protocols
        "2002::/16",  # IPv4 in IPv6 (6to4)
        "3fff::/20",  # for examples; older Pythons do not know it
    )
)
_COPY = "copy it from your browser's address bar"


class NotPublicError(Exception):
    """An address that must not be connected to."""


def is_public(address: Address) -> bool:
    """Whether anybody can reach the address: not this machine or its network, no group, no other address in disguise.

    IPv6 addresses that stand for IPv4 ones (mapped, 6to4, Teredo, NAT64) are never public here.
    """
    if isinstance(address, ipaddress.IPv6Address) and (address.scope_id or address not in _PUBLIC_IPV6):
        return False
    if any(address in network for network in _NOT_PUBLIC if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


@dataclass(frozen=True, slots=True)
class Guard:
    """What may be connected to.

    Attributes:
        allows: which addresses.
        ports: which ports.
        resolver: makes what looks names up; each name is looked up once for each connection, and what comes back is
            checked and connected to.
    """

    allows: Callable[[Address], bool] = is_public
    ports: Container[int] = frozenset({80, 443})
    resolver: Callable[[], AbstractResolver] = ThreadedResolver

    def socket(self, info: AddrInfoType) -> socket.socket:
        """A socket for an address that is about to be connected to, whatever led there.

        Raises:
            NotPublicError: it is not allowed.
        """
        self.check(str(info[4][0]))
        return socket.socket(info[0], info[1], info[2])

    def check(self, address: str) -> None:
        """Refuse an address.

        Raises:
            NotPublicError: it is not allowed.
        """
        if not self.allows(ipaddress.ip_address(address)):
            raise NotPublicError(address)


class GuardedResolver(AbstractResolver):
    """Looks names up, and refuses those of which one address is not allowed."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._inner = guard.resolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name.

        Raises:
            NotPublicError: one is not allowed.
        """
        found = await self._inner.resolve(host, port, family)
        for one in found:
            self._guard.check(one["host"])
        return found

    async def close(self) -> None:
        """Let go of what looks names up."""
        await self._inner.close()


def is_link(text: str) -> bool:
    """Whether somebody meant a link, not a file: it begins like one, whether it can be followed or not."""
    return bool(_SCHEME.match(text))


def parse_link(text: str, guard: Guard) -> URL:
    """A link that may be followed, without what comes after "#"; no name is looked up yet.

    Raises:
        ArticleError: it may not, or it is none; says why and what to do.
    """
    text = text.strip()
    name = shown(text)
    if not _LINK.match(text):
        name = name if is_link(text) else f"“{name}”"
        raise ArticleError(name, "does not begin with http:// or https://; give the link of a web page")
    if len(text) > _MAX_LINK or _NO_LINK_HAS.search(text):
        raise ArticleError(name, f"is too long for a link or holds what no link has; {_COPY}")
    authority = _AUTHORITY.match(text)
    if authority and "@" in authority[1]:
        raise ArticleError(name, "carries a user name or password; give the link without it")
    try:
        url = URL(text).with_fragment(None)
        host, port = (url.raw_host or "").removesuffix("."), url.port
        url = url.with_host(host)
        fits = ":" in host or (len(host) <= 253 and all(0 < len(label) <= 63 for label in host.split(".")))
    except ValueError:  # a name or a port that cannot be
        fits = False
    if not fits:
        raise ArticleError(name, f"is not a link that can be followed; {_COPY}")
    if port not in guard.ports:
        raise ArticleError(name, "names a port other than 80 and 443; give a link without one")
    _check_host(host, name, guard)
    return url


def _check_host(host: str, name: str, guard: Guard) -> None:
    """Refuse names that no page has in public, and addresses, which are never looked up, that are not allowed."""
    try:
        allowed = guard.allows(ipaddress.ip_address(host))
    except ValueError:
        last = host.rpartition(".")[2]
        # other spellings of an address, as 0x7f.1; names of machines in a network of one's own
        allowed = "." in host and "%" not in host and not _NUMBER.fullmatch(last)
    if not allowed:
        raise not_public(name)


def not_public(name: str) -> ArticleError:
    """The refusal of a link to an address that is not public."""
    return ArticleError(name, "leads to an address that is not public; give a link that anybody can open")


def shown(link: str) -> str:
    """A link as a sentence shows it."""
    return link if len(link) <= _MAX_SHOWN else link[: _MAX_SHOWN - 1] + "…"
