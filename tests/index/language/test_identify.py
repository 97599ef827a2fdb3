"""Which language a few words are in."""

from __future__ import annotations

import pytest

from index.language.identify import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Who said that the ferries will stop?", "en"),
        ("¿Quién dijo que el puente es seguro?", "es"),
        ("qu'a dit la maire sur les péages ?", "fr"),
        ("Wer hat die Maut kritisiert?", "de"),
        ("o que disse o ministro sobre a ponte", "pt"),
        ("кто сказал что мост закроют", "ru"),
        ("谁说中小企业需要活力?", "zh"),
        ("誰が橋は安全だと言いましたか", "ja"),
        ("누가 다리가 안전하다고 했나요", "ko"),
    ],
)
def test_six_words_tell_their_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "?!", "12", "👍"])
def test_what_holds_no_letters_has_no_language(text: str) -> None:
    assert language_of(text) is None


def test_a_chinese_name_in_an_english_question_leaves_it_english() -> None:
    assert language_of("What did Liu He (刘鹤) say about the private economy?") == "en"
