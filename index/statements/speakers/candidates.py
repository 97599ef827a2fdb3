"""Candidates: who a pronoun, or a quotation without a cue, may mean, and what the text tells for and against each."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from index.statements.speakers.entities import Entity

SPOKE_HERE = "spoke last, here, led"  # the feature of who goes on speaking
_BACK = 3  # paragraphs
_NEVER = frozenset({"no person", "another"})  # whom he or she cannot mean
_SHORT = 8  # words; what is said in turns is short
_FITS = frozenset({"agrees", "given name agrees", "unknown"})
_OFTEN = 4
_FARTHEST = 16  # paragraphs, those of a dialogue included
_NEAR = 40  # people looked at in one paragraph


class Act(IntEnum):
    """What somebody does where the text names them."""

    NAMED = 0
    SUBJECT = 1
    SPEAKS = 2


@dataclass(frozen=True, slots=True)
class Seen:
    """A referent at a place of the text; `owner` where it only owns something ("Park's mill")."""

    place: int
    act: Act
    entity: Entity
    owner: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A report whose speaker is found: where it ends, and what the next one may take from that."""

    paragraph: int
    end: int
    speaker: Entity | None
    asks: bool = False
    reports: bool = False  # "the agency reported": it passes on what it found
    turns: bool = False  # it answers or asks
    asked: Entity | None = None  # whom the text says it asks
    bare: bool = False  # a quotation with nothing else in its paragraph


@dataclass(frozen=True, slots=True)
class Where:
    """Where somebody is looked for.

    Attributes:
        begins: where the report begins; who is named before that may be meant.
        ends: where it ends; who acts behind that in the same paragraph may be meant, too.
        led: where the sentence right before the report begins, if one stands in front in its paragraph.
        words: the report's content, lower case: who is named in it does not say it.
        teller: whose report holds this one.
        announced: whether the paragraph before ends with a colon or a comma.
        pronoun: he, she, they or it; "" for a quotation without a cue.
    """

    paragraph: int
    begins: int
    ends: int
    led: int | None
    words: Collection[str] = ()
    bare: bool = False
    announced: bool = False
    teller: Entity | None = None
    pronoun: str = ""


@dataclass(slots=True)
class _Track:
    """What is known of one candidate around a place."""

    entity: Entity
    back: int
    act: Act
    latest: int
    owner: bool
    marks: set[str] = field(default_factory=set)


class Stage:
    """Who is named and who speaks where in one article."""

    def __init__(self) -> None:
        self._seen: dict[int, list[Seen]] = defaultdict(list)
        self._first: dict[int, int] = {}  # by entity: its first place
        self._times: dict[int, int] = defaultdict(int)
        self._bare: set[int] = set()  # paragraphs that are a quotation and nothing else
        self.said: list[Said] = []

    def see(self, paragraph: int, seen: Seen) -> None:
        """Note somebody at a place."""
        insort(self._seen[paragraph], seen, key=_place)
        key = id(seen.entity)
        self._first[key] = min(seen.place, self._first.get(key, seen.place))

    def speak(self, said: Said) -> None:
        """Note a report's speaker."""
        self.said.append(said)
        if said.bare:
            self._bare.add(said.paragraph)
        if said.speaker is not None:
            self.see(said.paragraph, Seen(said.end, Act.SPEAKS, said.speaker))
            self._times[id(said.speaker)] += 1

    def before(self, offset: int, paragraph: int) -> Iterator[Seen]:
        """Whom the paragraph names before the offset, latest first."""
        seen = self._seen.get(paragraph, [])
        at = bisect_left(seen, offset, key=_place)
        return reversed(seen[max(0, at - _NEAR) : at])

    def candidates(self, place: Where) -> list[tuple[Entity, dict[str, float]]]:
        """Everybody near, latest first, with the features of the choice."""
        tracks = self._tracks(place)
        fit = (t for t in tracks.values() if not place.pronoun or _agreement(t.entity, place.pronoun) not in _NEVER)
        order = sorted(fit, key=lambda track: -track.latest)
        self._mark(place, order)
        return [(track.entity, self._features(place, track)) for track in order]

    def nobody(self, place: Where, count: int, here: int) -> dict[str, float]:
        """The features of the choice that none of them is meant; `here` counts those of the same paragraph."""
        return {
            "nobody": 1.0,
            "nobody: no candidate in the paragraph": float(here == 0),
            "nobody: several in the paragraph": float(here > 1),
            "nobody: a paragraph of its own": float(place.bare),
            "nobody: candidates": float(min(_OFTEN, count)),
        }

    def _tracks(self, place: Where) -> dict[int, _Track]:
        found: dict[int, _Track] = {}
        for back, paragraph in self._paragraphs(place.paragraph):
            for seen in self.before(place.begins, paragraph):
                track = found.get(id(seen.entity))
                if track is None:
                    found[id(seen.entity)] = _Track(seen.entity, back, seen.act, seen.place, seen.owner)
                elif track.back == back:
                    track.act, track.owner = max(track.act, seen.act), track.owner and seen.owner
        if not place.pronoun:
            here = self._seen.get(place.paragraph, [])
            after = here[bisect_left(here, place.ends, key=_place) :][:_NEAR]
            for seen in after:
                if id(seen.entity) not in found and seen.act is not Act.NAMED:
                    found[id(seen.entity)] = _Track(seen.entity, -1, seen.act, -seen.place, seen.owner)
                    break
        return found

    def _paragraphs(self, last: int) -> Iterator[tuple[int, int]]:
        """This paragraph and those before, with how far back they are; turns of a dialogue count as nothing."""
        back, between = 0, False
        for paragraph in range(last, max(0, last - _FARTHEST), -1):
            if back > _BACK:
                return
            yield back, paragraph
            between = paragraph in self._bare
            back += 1 if paragraph == last or not between else 0

    def _mark(self, place: Where, order: list[_Track]) -> None:
        """Mark who stands out among the candidates."""
        here = [track for track in order if track.back == 0]
        near = [track for track in order if track.back >= 0]
        acting = [track for track in near if track.act is not Act.NAMED]
        people = [track for track in near if track.entity.kind == "person"]
        _mark_first(order, "named last")
        _mark_first(acting, "acted last")
        _mark_only(here, "alone in the paragraph")
        _mark_only([track for track in people if track.back == 0], "the only person in the paragraph")
        _mark_only(people, "the only person near")
        if place.pronoun:
            told = {id(track): _agreement(track.entity, place.pronoun) for track in near}
            fit = [track for track in near if told[id(track)] in _FITS]
            fit = fit or [track for track in near if told[id(track)].startswith("may be")]
            _mark_only(fit, "the only one who fits")
            _mark_only([track for track in fit if track.back == 0], "the only one here who fits")
        here.sort(key=lambda track: self._begins(place.paragraph, track.entity))
        _mark_first(here, "opens the paragraph")
        self._mark_asked(place, order, acting)
        _mark_first([track for track in order if track.entity is place.teller], "tells of it")
        for track in here:
            if self._first[id(track.entity)] >= self._begins(place.paragraph, track.entity):
                track.marks.add("introduced in the paragraph")
            if place.led is not None and track.latest >= place.led:
                track.marks.add(f"in the sentence before: {_act(track)}")

    def _mark_asked(self, place: Where, order: list[_Track], acting: list[_Track]) -> None:
        """Mark whom the last report asks, if nobody else acted since."""
        last = self.said[-1] if self.said else None
        if last is None or last.asked is None or place.paragraph - last.paragraph > 1:
            return
        asked = [track for track in order if track.entity is last.asked]
        if not any(track.latest > last.end for track in acting if track not in asked):
            _mark_first(asked, "was just asked")

    def _begins(self, paragraph: int, entity: Entity) -> int:
        return next((seen.place for seen in self._seen[paragraph] if seen.entity is entity), 0)

    def _features(self, place: Where, track: _Track) -> dict[str, float]:
        entity, manner = track.entity, ("bare" if place.bare else "led" if place.led is not None else "first")
        features = {f"{_act(track)}, {track.back} back": 1.0, "paragraphs back": float(max(0, track.back))}
        features |= dict.fromkeys(track.marks, 1.0)
        features |= dict.fromkeys(self._turn(place, entity, manner), 1.0)
        features[f"kind: {_kind(entity)}"] = 1.0
        features["has spoken"] = float(self._times[id(entity)] > 0)
        features["times named"] = float(min(_OFTEN, bisect_left(entity.places, place.begins)))
        if not place.pronoun and any(token in place.words for token in entity.tokens if len(token) > 2):
            features["named in the words"] = 1.0
        if place.pronoun:
            number = "he or she" if place.pronoun in {"he", "she"} else place.pronoun
            features[f"{number}: {_agreement(entity, place.pronoun)}"] = 1.0
        return features

    def _turn(self, place: Where, entity: Entity, manner: str) -> Iterator[str]:
        """What the reports before tell: who spoke last, who was asked, whose turn it is."""
        last = self.said[-1] if self.said else None
        if last is None or place.paragraph - last.paragraph > 1:
            return
        near = "here" if last.paragraph == place.paragraph else "before"
        if last.speaker is entity:
            yield f"spoke last, {near}, {manner}"
            if place.announced and last.paragraph < place.paragraph:
                yield "leads to the next paragraph"
            if not place.pronoun and near == "before" and place.bare:
                yield f"spoke last, {'short' if len(place.words) < _SHORT else 'long'} words follow"
                if last.turns:
                    yield "spoke last in a dialogue"
            if last.asks:
                yield "has just asked"
            if last.reports:
                yield "only reports"
        other = self.said[-2] if len(self.said) > 1 else None
        turns = other is not None and last.paragraph - other.paragraph <= 2 and other.speaker is entity
        if turns and place.bare and last.speaker is not entity:
            yield f"spoke last but one, {'in turns' if last.bare or last.turns else 'no turns'}"


def _mark_first(tracks: list[_Track], mark: str) -> None:
    if tracks:
        tracks[0].marks.add(mark)


def _mark_only(tracks: list[_Track], mark: str) -> None:
    if len(tracks) == 1:
        tracks[0].marks.add(mark)


def _place(seen: Seen) -> int:
    return seen.place


def _act(track: _Track) -> str:
    return "owner" if track.owner else track.act.name.lower()


def _kind(entity: Entity) -> str:
    named = entity.name[:1].isupper()
    return entity.kind if named else f"nameless {entity.kind}"


def _agreement(entity: Entity, pronoun: str) -> str:
    """Whether the pronoun can stand for the entity, as far as the text tells."""
    if pronoun in {"he", "she"}:
        if entity.kind not in {"person", "unknown"}:
            return "may be a person" if entity.may_be_person else "no person"
        if entity.sex is None:
            return "unknown"
        if entity.sex == pronoun:
            return "agrees" if entity.sex_told else "given name agrees"
        return "another" if entity.sex_told else "given name of another"
    if pronoun == "it":
        return "agrees" if entity.kind in {"organisation", "document"} else "may be" if entity.may_be_body else "person"
    return "agrees" if entity.kind == "group" else "body" if entity.kind == "organisation" else "single"
