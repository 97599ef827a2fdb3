"""Quotations without a cue of their own: further sentences, further paragraphs, "Name: …" and "… — Name"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from index.article import Span
from index.statements.cue_lexicon import cue_lexicon
from index.statements.parse.regions import Region
from index.statements.parse.scene import Found, Scene
from index.statements.reports.quotations import LISTING, gives_name

if TYPE_CHECKING:
    from spacy.tokens import Token

_SENTENCE_END = re.compile(r"[.!?…:][\"”’')]{0,3}\s*$")
_SENTENCE_INSIDE = re.compile(r"[.!?…]\s")
_LABEL = re.compile(r"(?:^|[.!?]\s+)(?P<name>[A-Z][^.!?:\"“”]{1,60}):\s*$")
_DASHED = re.compile(r"\s*[—–-]\s*(?P<name>[A-Z][^.!?:\"“”]{1,80})\s*$")
_NOBODY = frozenset({"it", "there", "this", "that", "which", "what", "who", "we", "i", "you"})
_MIN_WORDS = 3
_MANY_WORDS = 8
_RUN = 5  # words; shorter ones may be repeated for their own sake
_LOOK_BACK = 300  # characters in front of a quotation that may introduce it


def find_floating(scenes: list[Scene], reports: list[Found]) -> list[Found]:
    """The reports, with those for quotations that no cue claimed, in the order of the text."""
    claimed = sorted(span for report in reports for span in report.fragments)
    floating = [report for scene in scenes for report in _in_scene(scene, claimed)]
    text = scenes[0].text if scenes else ""
    told = _Told(text[start:end] for start, end in claimed)
    floating = [r for r in floating if r.subject is not None or text[slice(*r.fragments[0])] not in told]
    return sorted([*reports, *floating], key=lambda report: report.start)


class _Told:
    """What is quoted with a cue. Words set apart only to catch the eye are in the story with their cue, too."""

    def __init__(self, quotations: Iterable[str]) -> None:
        plain = [_words(quotation) for quotation in quotations]
        self._text = " | ".join(" ".join(words) for words in plain)
        self._runs = {tuple(words[i : i + _RUN]) for words in plain for i in range(len(words) - _RUN + 1)}

    def __contains__(self, quotation: object) -> bool:
        """Whether several words, or more, are told elsewhere; most are not, which their first words tell quickly."""
        words = _words(str(quotation))
        return tuple(words[:_RUN]) in self._runs and " ".join(words) in self._text


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _in_scene(scene: Scene, claimed: list[Span]) -> Iterator[Found]:
    for region in scene.regions:
        if region.kind != "speech" or not scene.piece.span[0] <= region.inner[0] < scene.piece.span[1]:
            continue
        listed = _before(scene, region).rstrip().endswith(LISTING)
        if listed or _is_named(scene, region) or _is_claimed(region, claimed) or not _is_whole(scene, region):
            continue
        yield (_labelled(scene, region) or _dashed(scene, region) or _introduced(scene, region) or _bare(scene, region))


def _is_claimed(region: Region, claimed: list[Span]) -> bool:
    at = bisect_left(claimed, (region.inner[1], 0))
    return any(end > region.inner[0] for _, end in claimed[max(0, at - 3) : at])


def _is_whole(scene: Scene, region: Region) -> bool:
    """Whether the region holds whole sentences: something ended before it, and it ends with a full stop."""
    inside = scene.slice(region.inner)
    words = len(inside.split())
    alone = _is_alone(scene, region)
    if words < _MIN_WORDS and not alone:
        return False
    several = words > _MANY_WORDS and _SENTENCE_INSIDE.search(inside) is not None
    ends = (
        several
        or alone
        or region.open_end
        or inside[-1] in ".!?…"
        or scene.text[region.outer[1] : region.outer[1] + 1] in {".", "", "\n"}
    )
    before = _before(scene, region)
    return ends and (not before.strip() or bool(_SENTENCE_END.search(before)))


def _is_alone(scene: Scene, region: Region) -> bool:
    """Whether a quotation that ends like a sentence has its paragraph for itself: a turn of a dialogue."""
    start, end = scene.piece.span
    return region.outer[0] == start and region.outer[1] >= end - 1 and scene.text[region.inner[1] - 1] in ".!?…"


def _is_named(scene: Scene, region: Region) -> bool:
    """As in `dubbed the storm: "The Great Snow"`: a name behind a colon."""
    if not _before(scene, region).rstrip().endswith(":") or not gives_name(scene, region):
        return False
    sent = scene.sentence_at(max(scene.piece.span[0], region.outer[0] - 2))
    cues = (cue_lexicon().forms.get(token.lower_) for token in sent if scene.start(token) < region.outer[0])
    return any(cue is not None and cue.takes("describing") and not cue.takes("always") for cue in cues)


def _before(scene: Scene, region: Region) -> str:
    return scene.text[max(scene.piece.span[0], region.outer[0] - _LOOK_BACK) : region.outer[0]]


def _bare(scene: Scene, region: Region) -> Found:
    return Found(scene.piece, (region.inner,), "floating", 0.75, regions=(region,))


def _labelled(scene: Scene, region: Region) -> Found | None:
    """`Ada Park: "We will rebuild."`: the name before the colon speaks."""
    found = _LABEL.search(_before(scene, region))
    if found is None:
        return None
    offset = region.outer[0] - len(_before(scene, region))
    return _named(scene, region, (offset + found.start("name"), offset + found.end("name")), "label")


def _dashed(scene: Scene, region: Region) -> Found | None:
    """`"We will rebuild." — Ada Park`: the name behind the dash that ends the paragraph speaks."""
    found = _DASHED.fullmatch(scene.text, region.outer[1], scene.piece.span[1])
    return _named(scene, region, found.span("name"), "dash") if found else None


def _named(scene: Scene, region: Region, name: Span, rule: str) -> Found | None:
    tokens = scene.tokens_in(name)
    if not tokens or any(t.pos_ in {"VERB", "AUX"} for t in tokens):
        return None
    head = tokens[0]
    while head.head != head and head.head in tokens:
        head = head.head
    return Found(scene.piece, (region.inner,), rule, 0.8, head, name, regions=(region,))


def _introduced(scene: Scene, region: Region) -> Found | None:
    """`She was blunt: "It will not work."`: the subject of the sentence that the colon ends speaks."""
    if not _before(scene, region).rstrip().endswith(":"):
        return None
    subject = _main_subject(scene, region)
    if subject is None or scene.inside_quotation(scene.start(subject)):
        return None
    return Found(scene.piece, (region.inner,), "colon", 0.7, subject, scene.noun_span(subject), regions=(region,))


def _main_subject(scene: Scene, region: Region) -> Token | None:
    sent = scene.sentence_at(max(scene.piece.span[0], region.outer[0] - 2))
    subjects = [t for t in sent if t.dep_ == "nsubj" and scene.start(t) < region.outer[0]]
    subjects = [t for t in subjects if t.lower_ not in _NOBODY and t.pos_ in {"NOUN", "PROPN", "PRON"}]
    return next((t for t in subjects if t.head == sent.root), subjects[-1] if subjects else None)
