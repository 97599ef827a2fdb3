"""What the bot says itself, in every language that it speaks."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path

import pytest
from discord.ui import View
from hypothesis import given
from hypothesis import strategies as st

import bot
from bot.client.reporting import sentence_for
from bot.client.views.answer_buttons import add_buttons
from bot.client.views.base import Control
from bot.client.views.privacy import privacy_buttons
from bot.errors import Sorry
from bot.phrasing import ENGLISH, LazyPhrase, phrases
from bot.render.answer_page import answer_page, told_page
from bot.render.cards import articles_page, help_card, privacy_card, speakers_page
from bot.render.limits import CONTENT
from bot.render.markdown import width
from bot.render.message import Block, fill
from index.answer.contract import Place, SpeakerInfo
from index.answer.present.catalogue import phrases as phrases_of_answers
from index.library import Library
from index.phrases import LANGUAGES, Entry, Language, Phrases

OTHERS = [language for language in LANGUAGES if language != "en"]
FOLDER = Path(bot.__file__).parent / "phrases"
QUESTIONS = Path(__file__).parents[1] / "data" / "wuzhen_questions.jsonl"
LABEL = 80  # characters of a button


def texts(entry: Entry) -> list[str]:
    return [entry] if isinstance(entry, str) else list(entry.values())


def placeholders(entry: Entry) -> set[str]:
    return {name for text in texts(entry) for _, name, _, _ in string.Formatter().parse(text) if name}


def labels(view: View) -> list[str | None]:
    """What stands on the buttons, in order."""
    return [item.item.label for item in view.walk_children() if isinstance(item, Control)]


# --- the catalogue


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_bots_phrases_with_the_same_placeholders(language: Language) -> None:
    assert {key: placeholders(entry) - {"count"} for key, entry in phrases(language).entries.items()} == {
        key: placeholders(entry) - {"count"} for key, entry in ENGLISH.entries.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_of_the_bot_hides_one_of_an_answer(language: Language) -> None:
    assert not Phrases.read(FOLDER, language).entries.keys() & phrases_of_answers(language).entries.keys()


def test_every_phrase_of_the_bot_is_used_and_every_one_that_it_uses_is_there() -> None:
    source = "\n".join(path.read_text("utf-8") for path in Path(bot.__file__).parent.rglob("*.py"))
    used = re.findall(r"(?:\bphrases|\bwords|\bSentence|phrases_for\(interaction\))\(\s*\"([a-z_]+)\"", source)
    assert len(used) > 50
    assert set(used) - {*LANGUAGES} <= ENGLISH.entries.keys()
    assert [key for key in Phrases.read(FOLDER, "en").entries if f'"{key}"' not in source] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_fits_on_its_button(language: Language) -> None:
    words = phrases(language)
    found = [words(key) for key in words.entries if key.startswith("button_")]
    assert found and all(1 <= len(label) <= LABEL for label in found)


# --- what is made of it


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cards_fit_into_a_message_in_every_language(language: Language) -> None:
    words = phrases(language)
    people = [SpeakerInfo("*" * 300, "_" * 300, "person", 1_000_000)] * 40
    cards = [help_card("<@12345678901234567890>", people, words), privacy_card(99_999, 99_999, words)]
    cards += [speakers_page(people, number, words)[0] for number in range(9)]
    assert all(width(card) <= CONTENT for card in cards)


@given(st.sampled_from(LANGUAGES), st.integers(1, 40), st.integers(1, 900))
def test_a_page_with_words_that_do_not_fit_fits_in_every_language(language: Language, count: int, long: int) -> None:
    place = Place("ab" * 32, 10_000, 20_000)
    words = "word " * long
    page = fill([Block("Somebody", words, "-# there", (place,), words)] * count, phrases(language))
    assert width(page.content) <= CONTENT


def test_the_button_is_named_in_the_line_that_leads_to_it() -> None:
    block = Block("Somebody", "word " * 300, "-# there", (Place("ab" * 32, 0, 1500),), "word " * 300)
    chinese = phrases("zh-CN")
    page = fill([block] * 3, chinese)
    add_buttons(view := View(timeout=None), page, chinese, votes=True)
    assert labels(view) == ["上下文", "更多", None, None]
    assert "请按 **更多**" in page.content


@pytest.mark.parametrize("language", OTHERS)
def test_answers_show_the_same_words_in_every_language(read: Path, language: Language) -> None:
    quotes, compared = re.compile(r"^> (?!-# )?“.*$", re.MULTILINE), 0
    with Library(read) as library:
        for line in QUESTIONS.read_text("utf-8").splitlines():
            question = json.loads(line)["question"]
            english, other = (answer_page(library.ask(question, language=one)[0]) for one in ("en", language))
            assert (other.shown, other.more) == (english.shown, english.more)
            assert other.content != english.content
            expected = quotes.findall(english.content)
            assert quotes.findall(other.content) == expected
            compared += len(expected)
    assert compared > 0


def test_a_message_in_chinese_shows_english_words_between_chinese_lines(read: Path) -> None:
    with Library(read) as library:
        answer, _ = library.ask("Did Daniel Zhang say that SMEs need vitality?", language="zh-CN")
    lines = answer_page(answer).content.splitlines()
    assert lines[0] == "✅ **是的。**"
    assert re.fullmatch(r"\*\*Daniel Zhang\*\*（.+）说（文章转述）：", lines[1])
    assert lines[2].startswith("> Only when SMEs have vitality")
    assert re.fullmatch(r"-# 文章转述：.+，第 \d+ 段", lines[3])


def test_what_is_gone_and_what_there_is_none_of_is_said_in_chinese() -> None:
    chinese = phrases("zh-CN")
    assert told_page([None, None], chinese).content == "有 2 条言论已不在这里：文章已被删除。"
    assert speakers_page([], 0, chinese)[0] == "这里的文章没有引述任何人的话。"
    assert articles_page([], 0, chinese)[0].startswith("这里还没有文章")
    assert labels(privacy_buttons(chinese)) == ["删除与我有关的记录"]


def test_the_help_in_chinese_asks_for_questions_in_english() -> None:
    card = help_card("<@42>", [SpeakerInfo("Ada Park", None, "person", 3)], phrases("zh-CN"))
    assert "请用英文提问" in card
    assert "- What did Ada Park say?" in card


# --- sentences


def test_a_sentence_is_put_into_words_where_it_is_told() -> None:
    sorry = Sorry(LazyPhrase("too_soon", when="<t:1:R>"))
    assert str(sorry).startswith("You ask faster than I may answer one person")
    assert sentence_for(sorry, phrases("zh-CN")) == ("您提问太快了，我来不及回答：<t:1:R>可以再问。", None)
    assert sentence_for(Sorry("Only in English."), phrases("zh-CN")) == ("Only in English.", None)
