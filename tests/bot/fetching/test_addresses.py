from __future__ import annotations

import ipaddress

import pytest
from aiohttp.helpers import is_ip_address
from hypothesis import example, given
from hypothesis import strategies as st

from bot.fetching import Fetcher
from bot.fetching.addresses import Guard, NotPublicError, is_link, is_public, parse_link
from bot.fetching.download import next_link
from index.article import ArticleError

STRICT = Guard()
NOT_PUBLIC = "leads to an address that is not public; give a link that anybody can open."
PRIVATE_IPV4 = [
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "224.0.0.0/3",
    )
]
IN_PRIVATE_IPV4 = st.sampled_from(PRIVATE_IPV4).flatmap(
    lambda network: st.ip_addresses(v=4, network=str(network)).map(ipaddress.IPv4Address)
)


def refusal(link: str) -> str:
    with pytest.raises(ArticleError) as caught:
        parse_link(link, STRICT)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# ── addresses ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_addresses_that_anybody_can_reach_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "3fff::1",
        "fc00::1",
        "fd00::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "2606:2800:21f::1%eth0",
        "168.63.129.16",
        "192.0.0.192",
        "192.88.99.1",
        "255.255.255.255",
    ],
)
def test_addresses_of_no_place_in_public_or_in_disguise_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@given(IN_PRIVATE_IPV4)
def test_no_private_address_is_public_in_any_dress(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    dressed = [
        number,  # an address of the older kind
        number | 0xFFFF << 32,  # mapped
        number | 0x64FF9B << 96,  # NAT64
        number << 80 | 0x2002 << 112,  # 6to4
        (number ^ 0xFFFFFFFF) | 0x2001 << 112,  # Teredo
    ]
    assert not is_public(address)
    assert not any(is_public(ipaddress.IPv6Address(one)) for one in dressed)


@given(st.ip_addresses())
def test_what_is_public_is_so_in_the_registry_too(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if is_public(address):
        assert address.is_global
        assert not (address.is_private or address.is_loopback or address.is_link_local or address.is_multicast)


# ── links ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("link", "followed"),
    [
        ("https://news.example/port", "https://news.example/port"),
        ("  HTTP://News.Example:80/a?b=c#d \n", "http://news.example/a?b=c"),
        ("https://news.example./port", "https://news.example/port"),
        ("http://93.184.215.14/", "http://93.184.215.14/"),
        ("https://bücher.example/é", "https://xn--bcher-kva.example/%C3%A9"),
    ],
)
def test_links_to_public_pages_are_followed(link: str, followed: str) -> None:
    assert str(parse_link(link, STRICT)) == followed


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "0x7f.1",
        "0x7f000001",
        "0X7F.0.0.0x1",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "0",
        "127.0.0.1..",
        "１２７.０.０.１",
        "%31%32%37.0.0.1",
        "①②⑦.⓪.⓪.①",
        "169.254.169.254",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fd00::1]",
        "[fe80::1%25eth0]",
        "[fe80::1]",
        "[0:0:0:0:0:0:0:1]",
        "localhost",
        "LOCALHOST.",
        "router",
    ],
)
def test_no_spelling_of_a_private_address_is_followed(host: str) -> None:
    for link in (f"http://{host}/", f"https://{host}:443/a?b#c", f"HTTP://{host}"):
        assert refusal(link).endswith((NOT_PUBLIC, "copy it from your browser's address bar."))


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ("ftp://news.example/", "ftp://news.example/ does not begin with http:// or https://; give the link of a"),
        ("file:///etc/passwd", "file:///etc/passwd does not begin with http:// or https://; "),
        ("not a link", "“not a link” does not begin with http:// or https://; give the link of a web page"),
        ("news.example", "“news.example” does not begin with http:// or https://; "),
        ("https://ada@news.example/", "https://ada@news.example/ carries a user name or password; give the link"),
        ("https://news.example@127.0.0.1/", "https://news.example@127.0.0.1/ carries a user name or password; "),
        ("https://news.example:8080/", "https://news.example:8080/ names a port other than 80 and 443; give"),
        ("http://news.example:22", "http://news.example:22 names a port other than 80 and 443; "),
        ("https://news.example:99999/", "https://news.example:99999/ is not a link that can be followed; "),
        ("https:///port", "https:///port is not a link that can be followed; "),
        ("https://", "https:// is not a link that can be followed; "),
        ("https://news..example/", "https://news..example/ is not a link that can be followed; "),
        ("https://[::1/", "https://[::1/ is not a link that can be followed; "),
        (r"https://news.example\@127.0.0.1/", r"https://news.example\@127.0.0.1/ is too long for a link or holds what"),
        ("https://news.example/a b", "https://news.example/a b is too long for a link or holds what no link has; "),
        ("https://news.example/\u202etxt", "https://news.example/?txt is too long for a link or holds what no link"),
        ("https://news.example/\r\nHost: a", "https://news.example/??Host: a is too long for a link or holds what"),
    ],
)
def test_what_is_wrong_with_a_link_is_said_in_a_sentence(link: str, sentence: str) -> None:
    assert refusal(link).startswith(sentence)


def test_a_long_link_is_refused_and_shown_cut() -> None:
    shown = refusal("https://news.example/" + "a" * 3_000)
    assert len(shown) < 250
    assert "… is too long for a link" in shown


HOSTS = st.one_of(
    st.text(st.sampled_from("0123456789abcdefxX.:[]%-１．。①é"), min_size=1, max_size=30),
    st.ip_addresses().map(str),
    st.ip_addresses(v=6).map(lambda address: f"[{address}]"),
    st.integers(0, 2**33).map(str),
    st.integers(0, 2**33).map(hex),
    st.integers(0, 2**33).map(lambda number: f"0{number:o}"),
)
ANY_LINK = st.one_of(
    st.text(),
    st.builds(
        lambda scheme, user, host, rest: f"{scheme}://{user}{host}{rest}",
        st.sampled_from(["http", "https", "HTTP", "ftp", "javascript"]),
        st.sampled_from(["", "a@", "a:b@", "@"]),
        HOSTS,
        st.sampled_from(["", "/", ":80", ":0/", ":443/a", ":", "/a?b#c", "?@b", "#@127.0.0.1", "\\@a"]),
    ),
)


@given(ANY_LINK)
@example("http://1.2.3.4.5/")
@example("http://1..2/")
def test_any_text_is_a_link_that_may_be_followed_or_refused_in_one_sentence(text: str) -> None:
    try:
        url = parse_link(text, STRICT)
    except ArticleError as error:
        assert str(error).endswith(".")
        assert "\n" not in str(error)
        return
    assert url.scheme in {"http", "https"}
    assert url.port in {80, 443}
    assert (url.user, url.password, url.fragment) == (None, None, "")
    host = url.raw_host or ""
    # what the connection takes for an address, and does not look up, has been checked as one
    assert not is_ip_address(host) or is_public(ipaddress.ip_address(host))


@given(IN_PRIVATE_IPV4, st.integers(0, 3))
def test_no_private_address_is_followed_in_any_number_system(address: ipaddress.IPv4Address, parts: int) -> None:
    octets = list(address.packed)
    rest = int.from_bytes(address.packed[parts:], "big")
    for spell in (str, hex, lambda number: f"0{number:o}"):
        host = ".".join(spell(number) for number in [*octets[:parts], rest])
        with pytest.raises(ArticleError):
            parse_link(f"http://{host}/", STRICT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("https://news.example", True), ("FTP://a", True), ("news.txt", False), ("C:\\news", False), ("a/b://c", False)],
)
def test_what_begins_like_a_link_was_meant_as_one(text: str, expected: bool) -> None:
    assert is_link(text) == expected


# ── redirects, and what is connected to ───────────────────────────────────


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/",
        "//127.0.0.1/",
        "https://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2130706433/",
        "https://a@news.example/",
        "https://news.example:8443/",
        "ftp://news.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://[",
    ],
)
def test_a_redirect_is_checked_like_a_link(target: str) -> None:
    with pytest.raises(ArticleError):
        next_link(parse_link("http://news.example/a", STRICT), target, STRICT)


def test_a_redirect_leads_from_http_to_https_and_never_back() -> None:
    http, https = (parse_link(f"{scheme}://news.example/a/b", STRICT) for scheme in ("http", "https"))
    assert str(next_link(http, "https://news.example/a", STRICT)) == "https://news.example/a"
    assert str(next_link(https, "../c?d", STRICT)) == "https://news.example/c?d"
    with pytest.raises(ArticleError, match="is redirected from https to http, which is not safe; "):
        next_link(https, "http://news.example/a", STRICT)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "169.254.169.254", "::ffff:10.0.0.1"])
def test_no_socket_is_made_for_an_address_that_is_not_public(address: str) -> None:
    with pytest.raises(NotPublicError):
        STRICT.socket((2, 1, 6, "", (address, 80)))


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://100.64.0.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[fd00::1]/",
    ],
)
def test_a_fetcher_refuses_private_addresses_unless_told_otherwise(link: str) -> None:
    with pytest.raises(ArticleError) as caught:
        Fetcher().fetch_now(link)
    assert str(caught.value) == f"{link} {NOT_PUBLIC}"
