"""The answers in other languages: the same answers, with the article's words as they are."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import index
from index.answer.present.catalogue import ENGLISH, phrases
from index.answer.present.layout import laid_out
from index.library import Library
from index.phrases import LANGUAGES, Entry, Language, Phrases
from index.question.model import Memory
from index.statements.cue_lexicon import cue_lexicon

OTHERS = [language for language in LANGUAGES if language != "en"]
DATA = Path(__file__).parents[1] / "data"
SETS = ["wuzhen_questions", "questions_wuzhen", "questions_wuzhen_held"]
MORE = [
    "hello",
    "what did say",
    "Who is he?",
    "Who is Boris Quent?",
    "Did Liu He and Daniel Zhang say small firms need vitality?",
    "Did Daniel Zhang never say that small firms need vitality?",
    "what else did he say?",
    "and Liu He?",
    "how many ferries sank?",
    "Who talked about penguins?",
]


def texts(entry: Entry) -> list[str]:
    return [entry] if isinstance(entry, str) else list(entry.values())


def placeholders(entry: Entry) -> set[str]:
    return {name for text in texts(entry) for _, name, _, _ in string.Formatter().parse(text) if name}


# --- the catalogue


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_phrases_with_the_same_placeholders(language: Language) -> None:
    assert {key: placeholders(entry) - {"count"} for key, entry in phrases(language).entries.items()} == {
        key: placeholders(entry) - {"count"} for key, entry in ENGLISH.entries.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_holds_a_quotation_mark(language: Language) -> None:
    assert not [text for entry in phrases(language).entries.values() for text in texts(entry) if _MARKS.search(text)]


_MARKS = re.compile(r"[“”„\"«»「」『』]")


def test_every_phrase_is_used_and_every_phrase_that_is_used_is_there() -> None:
    source = "\n".join(path.read_text("utf-8") for path in Path(index.__file__).parent.rglob("*.py"))
    used = re.findall(r"(?:\bsay|\bsentence|\bphrases|\bself)\(\s*\"([a-z_]+)\"", source)
    assert set(used) - {*LANGUAGES} <= ENGLISH.entries.keys()
    assert [key for key in ENGLISH.entries if f'"{key}"' not in source] == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_translated_verb_reports_what_somebody_says(language: Language) -> None:
    lemmas = {cue.lemma for cue in cue_lexicon().forms.values()}
    assert {verb.removesuffix("_that") for verb in phrases(language).verbs} <= lemmas


def test_a_count_chooses_the_wording_where_a_language_has_two() -> None:
    assert ENGLISH("speakers_head", count=1) == "One speaker:"
    assert ENGLISH("speakers_head", count=3) == "3 speakers:"
    assert phrases("zh-CN")("speakers_head", count=1) == "共 1 位发言者："


def test_what_is_filled_in_is_never_taken_for_a_placeholder() -> None:
    assert ENGLISH("not_mentioned", name="{name!r}") == "The articles don't mention {name!r}"
    assert (
        ENGLISH("not_saying", names="{0}", topic="{topic} will go")
        == "I found nothing in which {0} said that {topic} will go"
    )


def test_pieces_are_joined_without_a_blank_beside_marks_that_bring_their_own() -> None:
    chinese = phrases("zh-CN")
    assert chinese.joined(["Ada Park（engineer）", "说：", "“It holds.”"]) == "Ada Park（engineer）说：“It holds.”"
    assert ENGLISH.joined(["Ada Park", "", "said:", "“It holds.”"]) == "Ada Park said: “It holds.”"


def test_two_catalogues_are_one_together() -> None:
    both = ENGLISH | Phrases("en", {"wave": "Hello."}, {})
    assert (both("wave"), both("yes")) == ("Hello.", "Yes")


# --- the answers


def questions() -> Iterator[tuple[str, str | None]]:
    """Every question about the shipped article, with its conversation."""
    for name in SETS:
        for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines():
            fields = json.loads(line)
            yield fields["question"], fields.get("conversation") and f"{name} {fields['conversation']}"
    yield from ((question, "more") for question in MORE)


@pytest.mark.parametrize("language", OTHERS)
def test_another_language_changes_the_words_of_an_answer_and_nothing_else(library: Library, language: Language) -> None:
    memories: dict[str | None, Memory] = {}
    quoted_words = 0
    for question, conversation in questions():
        memory = memories.get(conversation, Memory())
        english, after = library.ask(question, memory=memory)
        other, other_after = library.ask(question, memory=memory, language=language)
        assert (english.language, other.language) == ("en", language)
        assert other.text != english.text
        assert other_after == after
        same = replace(other, text=english.text, parts=english.parts, language="en", elapsed_ms=english.elapsed_ms)
        assert same == english
        assert [part.citation for part in other.parts] == [part.citation for part in english.parts]
        assert other.text == laid_out(other.parts, other.citations, phrases(language))
        for quoted in re.findall(r"“([^“”]*)”", other.text):
            assert any(quoted in citation.quote for citation in other.citations)
            quoted_words += 1
        if conversation is not None:
            memories[conversation] = after
    assert quoted_words > 0


def chinese(library: Library, question: str) -> str:
    return library.ask(question, language="zh-CN")[0].text


def test_chinese_words_stand_round_the_english_of_the_article(library: Library) -> None:
    direct = library.ask("Who hopes internet giants will grow and drive SMEs too?", language="zh-CN")[0]
    assert re.fullmatch(r"[\w ]+（[\w ]+）指出：“We hope internet giants .+”\.\n——.+，第 \d+ 段", direct.text)
    assert "（文章转述）：" in chinese(library, "Who said SMEs must be vital for the economy to be vital?")
    assert chinese(library, "Did Daniel Zhang say that SMEs need vitality?").startswith("是的。Daniel Zhang（")
    assert chinese(library, "Who is quoted?").startswith("共 ")
    assert chinese(library, "Who said that penguins fly?").startswith("文章里没有人说过类似的话。")


def test_a_denial_stays_a_denial_in_chinese(library: Library) -> None:
    text = chinese(library, "Did Wu Hequan say that China is cracking down on internet firms?")
    assert text.startswith("否，这一点被否认了。")
    assert "据文章：refuted claims" in text


def test_the_help_in_chinese_says_that_questions_are_asked_in_english(library: Library) -> None:
    assert "请用英文提问" in chinese(library, "hello")


def test_a_statement_is_told_again_in_the_same_language(library: Library) -> None:
    answer, _ = library.ask("Who said China can manage and control risks?", language="zh-CN")
    (told,) = library.tell([answer.citations[0].place], language="zh-CN")
    assert told is not None
    assert told.part == answer.parts[0]
