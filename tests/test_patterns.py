"""No regular expression of the project takes longer than its text is long: each is tried on texts made against it."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from tests.tools.pattern_growth import BOUNDED, Trial, judged, modules, trials

HARMFUL = {
    r"\s+$": {"search"},
    r"(\S+)$": {"search"},
    r"[.!?]+[)\"]*(?=\s+[A-Z])": {"finditer"},
    r"“[^”]*”": {"sub"},
    r"\s*,\s*|\s+and\s+": {"split"},
    r"(?:a+)+b": {"match"},
    r"(?:a|aa)+b": {"fullmatch"},
    r"\w+\d+[.]": {"match"},
    r"[*_]*[A-Z]\w*[*_]*:": {"match"},
    r"\[([^\]]*)\]\([^)]*\)": {"sub"},
    r"(?P<who>.+) said (?P<what>.+), (?P<why>.+)": {"fullmatch"},
    r"\b(?:what|how) .*\bcost\b": {"search"},
}
HARMLESS = {
    r"(?<!\s)\s+$": {"search"},
    r"“[^“”]*”": {"sub"},
    r"\d+(?:[.,]\d+)*": {"findall"},
    r"\w+(?:['’]\w+)?": {"finditer"},
    r"(?:[^\W\d_]\.){2,}": {"finditer"},
    r"\s+": {"split"},
    r"\s+$": {"match"},
    r"[.!?]$": {"search"},
}


def of(source: str, uses: set[str]) -> Trial:
    return Trial("here", re.compile(source), frozenset(uses))


def test_no_expression_of_the_project_grows_faster_than_its_text() -> None:
    found = trials(modules())
    assert len(found) > 400
    assert [str(verdict) for verdict in map(judged, found) if verdict.grows] == []


@pytest.mark.parametrize("source", HARMFUL)
def test_an_expression_that_grows_faster_than_its_text_is_found(source: str) -> None:
    assert judged(of(source, HARMFUL[source])).grows


@pytest.mark.parametrize("source", HARMLESS)
def test_an_expression_that_grows_like_its_text_is_none(source: str) -> None:
    verdict = judged(of(source, HARMLESS[source]))
    assert not verdict.grows, str(verdict)


def test_an_expression_is_found_wherever_a_module_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "made_of_patterns.py").write_text(
        "import re\n"
        "from functools import cache\n"
        "ALONE = re.compile('a1')\n"
        "TABLE = {'x': [(re.compile('a2'), 1)]}\n"
        "WORDS = 'a3|a4'\n"
        "class Known:\n"
        "    LOOKS = re.compile('a5')\n"
        "@cache\n"
        "def made():\n"
        "    return tuple(re.compile(word) for word in ('a6',))\n"
        "def used(name, text):\n"
        "    re.sub(r'a7', '', text, flags=re.IGNORECASE)\n"
        "    re.search(rf'(?<!\\w){re.escape(name)}|{WORDS}', text)\n"
        "    return ALONE.search(text), re.compile(f'{name.first} a8').match(text)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("made_of_patterns")
    found = {(trial.pattern.pattern, *sorted(trial.uses)) for trial in trials([module])}
    assert {pattern for pattern, *_ in found} == {
        *("a1", "a2", "a5", "a6", "a7", r"(?<!\w)Park|a3|a4", "Park", "Park a8"),
    }
    assert {("a1", "search"), ("a7", "sub"), (r"(?<!\w)Park|a3|a4", "search")} <= found


def test_an_expression_that_sees_few_words_is_tried_on_so_many() -> None:
    place = next(iter(BOUNDED))
    quick = re.compile(" (?:who) (?P<who>.+) said (?P<rest>.+)")
    slow = re.compile(" (?:(?:a|b|ab) ?)+c")
    assert not judged(Trial(f"{place}.0", quick, frozenset({"fullmatch"}))).grows
    assert judged(Trial(f"{place}.0", slow, frozenset({"fullmatch"}))).grows
