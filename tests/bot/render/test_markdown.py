from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.render.markdown import block_quote, bold, cut, escape, link, one_line, unescape, visible, width

# ── a reader that makes of a message what Discord's programs make of it ───

_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_LINE_STARTS = {
    "heading": re.compile(r"[^\S\n]*#{1,3}\s"),
    "subtext": re.compile(r"[^\S\n]*-#\s"),
    "list": re.compile(r"[^\S\n]*(?:[-*+]|\d+[.)])(?:\s|$)"),
    "quote": re.compile(r"[^\S\n]*>(?:>>)?(?:\s|$)"),
}
_INLINE = {
    "code": re.compile(r"(`+)[\s\S]*?[^`]\1(?!`)"),
    "bold": re.compile(r"\*\*[\s\S]+?\*\*"),
    "italic": re.compile(r"\*[^\s*][\s\S]*?\*|\b_[\s\S]+?_\b"),
    "underline": re.compile(r"__[\s\S]+?__"),
    "strike": re.compile(r"~~[\s\S]+?~~"),
    "spoiler": re.compile(r"\|\|[\s\S]+?\|\|"),
    "link": re.compile(r"\[[\s\S]*?\]\(\s*<?\w+:[\s\S]*?\)"),
    "address": re.compile(r"<[^\s:>]+:/[^\s>]+>|[a-z]+://\S", re.IGNORECASE),
    "mention": re.compile(r"<(?:@[!&]?|#)\d+>|<id:\w+>|</[^>]+:\d+>"),
    "time": re.compile(r"<t:-?\d+(?::\w)?>"),
    "custom emoji": re.compile(r"<a?:\w+:\d+>"),
    "emoji": re.compile(r":[^\s:]{1,60}:"),
}
# read by Discord's servers, or for cards, whatever stands round them
_ANYWHERE = {
    "ping": re.compile(r"@everyone|@here|<@[!&]?\d+>"),
    "card": re.compile(r"discord(?:app)?\.(?:gg|new|gift|com/invite|com/events)/\w", re.IGNORECASE),
}


def read(markdown: str) -> tuple[str, set[str]]:
    """The text as people see it, and everything in it that is more than text."""
    seen = {name for name, pattern in _ANYWHERE.items() if pattern.search(markdown)}
    text, at, line_start = "", 0, True
    while at < len(markdown):
        if line_start:
            seen |= {name for name, pattern in _LINE_STARTS.items() if pattern.match(markdown, at)}
        if escaped := _ESCAPE.match(markdown, at):
            text, at, line_start = text + escaped.group(1), escaped.end(), False
            continue
        seen |= {name for name, pattern in _INLINE.items() if pattern.match(markdown, at)}
        line_start = markdown[at] == "\n"
        text, at = text + markdown[at], at + 1
    return text.replace("\u200b", ""), seen


@pytest.mark.parametrize(
    ("markdown", "meaning"),
    [
        ("**a**", "bold"),
        ("- a", "list"),
        ("a\n1. b", "list"),
        ("> a", "quote"),
        ("-# a", "subtext"),
        ("@everyone", "ping"),
        ("[a](https://example.com)", "link"),
        ("discord.gg/abc", "card"),
        ("<t:1:R>", "time"),
        (":smile:", "emoji"),
    ],
)
def test_the_reader_sees_what_discord_sees(markdown: str, meaning: str) -> None:
    assert meaning in read(markdown)[1]


# ── escaping ──────────────────────────────────────────────────────────────

NASTY = [
    "@everyone", "@here", "<@123456789012345678>", "<@!1>", "<@&99>", "<#5>", "</ask:1>", "<id:browse>",
    "<t:1700000000:R>", "<:a:1>", "<a:b:22>", ":smile:", "10:30:15", "**a**", "*a*", "_a_", "__a__", "~~a~~",
    "||a||", "`a`", "```\na\n```", "# a", "## a", "### a", "- a", "* a", "+ a", "1. a", "12) a", "> a", ">>> a",
    "-# a", "  - a", "\t# a", "[a](https://b.c)", "[a](<https://b.c>)", "https://example.com/a_b", "HTTP://x.y",
    "<https://example.com>", "steam://run", "discord.gg/abc", "https://discord.com/invite/abc",
    "DiscordApp.com/invite/x", "discord.gift/x", "\\", "\\*", "\\\\", "¯\\_(ツ)_/¯", "\n", "\n\n", "\r\n", " ",
    "\u200b", "\u202e", "\u2066", "\u2028", "\x00", "\x07", "e\u0301", "\u0301" * 9, "👩\u200d🚀",
    "🏴\U000e0067\U000e0062\U000e007f", "@", "<", ">", ":", "_", "*", "|", "~", "`", "#", "-", "1", ".", "a",
    "everyone", "\ud800",
]  # fmt: skip
nasty = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=8)), max_size=8).map("".join)


@given(nasty)
def test_escaped_text_reads_like_the_original_and_is_nothing_but_text(text: str) -> None:
    assert read(escape(text)) == (visible(text), set())


@pytest.mark.parametrize("text", NASTY)
def test_each_nasty_text_by_itself_is_nothing_but_text(text: str) -> None:
    assert read(escape(text)) == (visible(text), set())


@given(nasty)
def test_escaping_can_be_undone(text: str) -> None:
    assert unescape(escape(text)) == visible(text)


@given(nasty)
def test_a_block_quote_holds_every_line_and_makes_nothing_of_it(text: str) -> None:
    lines = block_quote(escape(text)).split("\n")
    assume(lines != [""])
    assert all(line.startswith("> ") for line in lines)
    assert all(read(line.removeprefix("> "))[1] == set() for line in lines)
    assert " ".join(unescape(line.removeprefix("> ")) for line in lines).split() == visible(text).split()


@given(nasty)
def test_bold_text_ends_where_it_should(text: str) -> None:
    words = " ".join(visible(text).split())
    assume(words)
    shown = bold(escape(words))
    # both of Discord's readings: with and without a look at backslashes
    for pattern in (r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)", r"\*\*([\s\S]+?)\*\*(?!\*)"):
        found = re.match(pattern, shown)
        assert found is not None
        assert found.group(1) == escape(words)


@given(nasty)
def test_visible_text_has_nothing_that_hides_or_turns_the_rest(text: str) -> None:
    shown = visible(text)
    assert not re.search(
        r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]", shown
    )
    assert visible(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "👩\u200d🚀",
        "می\u200cخواهم",
        "é",
        "e\u0301",
        "नमस्ते",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "“so” – 5 % … £3",
    ],
)
def test_letters_and_emoji_stay_what_they_are(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Ada Park (engineer), 3.5 % - “good”!",
        "It is 10:30 - come #1",
        "a@b.example costs $5 & 1 + 1 = 2",
        "well-known, e.g. 1.5",
    ],
)
def test_ordinary_sentences_need_no_escapes(text: str) -> None:
    assert escape(text) == text


# ── one line, width, cutting ──────────────────────────────────────────────


@given(nasty, st.integers(1, 60))
def test_a_line_is_one_line_and_no_wider_than_its_room(text: str, room: int) -> None:
    shown = one_line(text, room)
    assert "\n" not in shown
    assert width(shown) <= room
    plain = " ".join(visible(text).split())
    assert unescape(shown) == plain or (shown.endswith("…") and plain.startswith(unescape(shown)[:-1]))


@given(st.text())
def test_the_width_is_never_less_than_either_way_of_counting(text: str) -> None:
    assert width(text) == max(len(text), len(text.encode("utf-16-le", "surrogatepass")) // 2)


@given(nasty, st.integers(1, 40))
def test_a_cut_head_fits_and_nothing_longer_was_needed(text: str, room: int) -> None:
    def fits(head: str) -> bool:
        return width(head) <= room

    end = cut(text, fits)
    assert fits(text[:end])
    assert end == len(text) or width(text) > room
    assert end > 0 or not text or width(text[0]) > room


def test_a_text_is_cut_behind_a_sentence() -> None:
    text = "The bridge opens in May. It was tested by Mr. Park for a year and a day. Nobody objected."
    assert text[: cut(text, lambda head: len(head) <= 80)].endswith("a year and a day.")


def test_a_long_sentence_is_cut_behind_a_word() -> None:
    text = "It was. Then every single cable of the new harbour bridge was tested twice"
    assert text[: cut(text, lambda head: len(head) <= 50)] == "It was. Then every single cable of the new harbour"


def test_a_text_without_a_blank_is_cut_behind_a_character() -> None:
    assert cut("x" * 50, lambda head: len(head) <= 20) == 20


# ── links ─────────────────────────────────────────────────────────────────


def test_a_title_leads_to_its_web_page_without_a_preview() -> None:
    assert link("Harbour *bridge*", "https://news.example/a?b=c#d", 100) == (
        r"[Harbour \*bridge\*](<https://news.example/a?b=c#d>)"
    )


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "The Daily Example, 3 May",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://news.example/a",
        "https://",
        "https://localhost/a",
        "https://news.example@evil.example/",
        "https://discord.gg/abc",
        "https://canary.discord.com/invite/abc",
        "https://[::1/",
        "https://news.example/" + "a" * 300,
    ],
)
def test_what_is_no_safe_web_page_is_no_link(address: str | None) -> None:
    assert link("Harbour bridge", address, 100) == "Harbour bridge"


@given(st.text(max_size=40))
def test_nothing_in_an_address_ends_the_link(path: str) -> None:
    shown = link("Title", f"https://news.example/{path}", 100)
    assume(shown != "Title")
    assert re.fullmatch(r"\[Title\]\(<https://news\.example[^\s<>()|*`\\\[\]\"]*>\)", shown)


@pytest.mark.parametrize("title", ["Bridge [updated]", "See https://evil.example", "a](https://evil.example)[b"])
def test_a_title_that_would_break_its_link_stands_beside_it(title: str) -> None:
    shown = link(title, "https://news.example/a", 100)
    assert shown == f"{escape(title)} ([link](<https://news.example/a>))"
