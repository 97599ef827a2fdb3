"""Naming the speaker of each report: who is in the article, who spoke last, whom a pronoun means."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from index.article import Span
from index.statements.cue_lexicon import people_lexicon
from index.statements.parse.scene import Found, Scene
from index.statements.reports import subjects
from index.statements.speakers.descriptions import names_body, of_elsewhere, same_calling, told_of
from index.statements.speakers.entities import NOBODY, Entity, People, Resolved, agrees, describes_person
from index.statements.speakers.mentions import Mention, read_mention
from index.statements.speakers.role_phrases import holds_title, span_of_np

if TYPE_CHECKING:
    from spacy.tokens import Token

# below this a speaker is unknown rather than guessed
CONFIDENCE_LIMIT = 0.5
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_MAX_BODY_WORDS = 6
# whom a pronoun may mean: paragraphs back, least weight (see _Seen), confidence, why
_TIERS = (
    (0, 1, 0.9, "who spoke or acted last in this paragraph"),
    (0, 0, 0.6, "who was named last in this paragraph"),
    (1, 1, 0.65, "who spoke or acted last in the paragraph before"),
    (1, 0, 0.5, "who was named last in the paragraph before"),
    (2, 1, 0.5, "who spoke or acted last two paragraphs before"),
)
_MAX_NEAR = 40  # people looked at for one pronoun
# "her counterpart Ada Park": who does what another does
_COUNTERPART = re.compile(r"\b(?:counterpart|opposite number|successor|predecessor),?\s+$")
_WORDS_BEFORE = 30  # characters


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who said a report: `entity` None when unknown, `mention` None for words with nobody beside them.

    `via` is whose words that one passes on; `how` tells why it is this one.
    """

    entity: Entity | None
    mention: Mention | None
    confidence: float
    how: str = ""
    via: str | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    """A person at a place of the text: `weight` 2 for who speaks, 1 for a subject, 0 for anybody named."""

    place: int
    weight: int
    entity: Entity


class Cast:
    """The people of one article and who spoke where. Attribute the reports in the order of the text."""

    def __init__(self, text: str, scenes: Sequence[Scene], reports: Sequence[Found]) -> None:
        self.text = text
        self.people = People()
        self._seen: dict[int, list[_Seen]] = defaultdict(list)
        self._last: tuple[int, Entity | None] | None = None
        self._asked: tuple[int, int, Mention] | None = None  # whom the last report asks; its paragraph and end
        self._nameless: dict[str, Entity] = {}
        self._plurals: dict[int, list[Mention]] = defaultdict(list)
        self._register(scenes, reports)

    def attribute(self, report: Found) -> Attribution | None:
        """The speaker; None for what the writer says ("we", "I")."""
        paragraph = report.piece.paragraph
        mention = self._mention(report)
        if mention is None:
            attribution = self._carried_on(report.start, paragraph)
        elif mention.pronoun == "i":
            return None
        else:
            resolved, mention = self._together(report, mention) or self._resolve(mention, report.start, paragraph)
            sure = resolved.confidence >= CONFIDENCE_LIMIT and resolved.entity is not None
            entity, confidence = (resolved.entity, resolved.confidence) if sure else (None, 0.5)
            named = mention if report.subject is not None else None
            attribution = Attribution(entity, named, confidence, resolved.how, self._passed_on(report, entity))
        self._last = (paragraph, attribution.entity)
        self._asked = self._whom_it_asks(report)
        if attribution.entity is not None:
            end = max(report.fragments[-1][1], report.cue_span[1] if report.cue_span else 0)
            insort(self._seen[paragraph], _Seen(end, 2, attribution.entity), key=_place)
        return attribution

    # ── who is there ──────────────────────────────────────────────────────

    def _register(self, scenes: Sequence[Scene], reports: Sequence[Found]) -> None:
        """Every full name first, so that a surname is known even before it; then names that only speak."""
        heads = [(scene, head) for scene in scenes for head in _name_heads(scene)]
        named = [(scene, head, _mention_at(scene, head)) for scene, head in heads]
        titles = people_lexicon().titles
        for _, _, mention in named:
            if mention.kind == "person" and mention.head not in titles:
                self.people.register(mention)
        bodies = (mention for _, _, mention in named if mention.kind == "organisation")
        inner = (report.inner for report in reports if report.inner is not None)
        speaking = filter(None, map(self._mention, chain(reports, inner)))
        for mention in chain((m for m in bodies if len(m.name.split()) <= _MAX_BODY_WORDS), speaking):
            if not self.people.has_person(mention.name):
                self.people.register(mention)
        for scene, head, mention in named:
            self._see(scene, head, mention)
        known = {mention.name_span[0] for _, _, mention in named}
        for scene in scenes:
            self._see_surnames(scene, known)
            self._plurals[scene.piece.paragraph] += [_mention_at(scene, head) for head in _plural_subjects(scene)]

    def _see_surnames(self, scene: Scene, known: set[int]) -> None:
        """Note the surnames and given names that the tagger did not mark, but for the `known` places."""
        for token in scene.piece.doc:
            span = scene.start(token), scene.end(token)
            unmarked = _may_be_surname(token) and span[0] not in known and self.people.has_person(token.text)
            if unmarked and not scene.inside_quotation(span[0]):
                self._see(scene, token, Mention(span, span, token.text, "person"))

    def _see(self, scene: Scene, head: Token, mention: Mention) -> None:
        """Note where somebody is named, in full or by surname."""
        entity = self._called(mention).entity
        if entity is None or not mention.name[:1].isupper():
            return
        phrase = head
        while phrase.dep_ in {"appos", "compound"} and phrase.head != phrase:
            phrase = phrase.head
        weight = 1 if phrase.dep_ in _SUBJECTS else 0
        self.people.note(entity, replace(mention, role=None, affiliation=None), subject=weight > 0)
        insort(self._seen[scene.piece.paragraph], _Seen(mention.name_span[0], weight, entity), key=_place)

    def _mention(self, report: Found) -> Mention | None:
        if report.subject is None or report.subject_span is None:
            return None
        if report.rule == "transcript":
            return self._labelled(report.subject_span)
        return read_mention(self.text, report.piece, report.subject, report.subject_span)

    def _labelled(self, label: Span) -> Mention:
        """Whom a transcript's label names: in full, by surname or by initials."""
        name = self.text[slice(*label)]
        whole = self.people.by_initials(name)
        person = whole is not None or " " in name or self.people.has_person(name)
        return Mention(label, label, whole or name, "person" if person else "unknown", head=name.lower())

    # ── who speaks ────────────────────────────────────────────────────────

    def _resolve(self, mention: Mention, offset: int, paragraph: int) -> tuple[Resolved, Mention]:
        if mention.pronoun:
            return self._by_pronoun(mention.pronoun, offset, paragraph), mention
        words = self.text[slice(*mention.name_span)]
        if words[:1].isupper() and self.people.has_person(words):
            mention = replace(mention, name=words, kind="person")  # the tagger did not see the surname in it
        resolved = self._called(mention)
        if resolved.entity is None:
            resolved = self._described(mention, offset, paragraph)
        if resolved.entity is None:
            resolved = Resolved(self._new(mention), 1.0, "nobody named before: a source of its own")
        if resolved.entity is not None and resolved.confidence >= CONFIDENCE_LIMIT:
            self.people.note(resolved.entity, mention)
        return resolved, mention

    def _passed_on(self, report: Found, speaker: Entity | None) -> str | None:
        """Whose words they are, where another report makes up all that is said; None for the speaker's own."""
        mention = self._mention(report.inner) if report.inner is not None else None
        if mention is None or mention.pronoun:
            return None
        entity = self._called(mention).entity
        name = entity.name if entity is not None else mention.name
        return None if speaker is not None and name == speaker.name else name

    def _together(self, report: Found, mention: Mention) -> tuple[Resolved, Mention] | None:
        """Several who speak as one: "Ada Park and Tom Birch", a group whose aliases are its members."""
        heads = subjects.joined_nouns(report.subject) if report.subject is not None else []
        names = [self._member(report, head) for head in heads]
        if len(names) < 2 or not all(names):
            return None
        name = " and ".join([", ".join(filter(None, names[:-1])), names[-1] or ""])
        joint = replace(mention, name=name, kind="group", role=None, affiliation=None, sex=None, acronym=None)
        entity = self._new(joint)
        entity.aliases = [member for member in names if member]
        return Resolved(entity, 0.95, "several who speak together"), joint

    def _member(self, report: Found, head: Token) -> str | None:
        """The canonical name of one of several who speak together; None where a noun names nobody."""
        first = min(token.i for token in head.subtree if token.i <= head.i)
        span = report.piece.start(head.doc[first]), report.piece.end(head)
        mention = read_mention(self.text, report.piece, head, span)
        if mention.pronoun or not mention.name[:1].isupper():
            return None
        entity = self._called(mention).entity
        return entity.name if entity is not None else mention.name

    def _called(self, mention: Mention) -> Resolved:
        resolved = self.people.by_name(mention)
        guessed = resolved.entity is not None and resolved.how.endswith("acted last")
        if resolved.entity is None:
            return NOBODY
        if guessed and not names_body(mention.head, resolved.entity):
            named = [e for e in self.people.entities if e.kind == "organisation" and e.name[:1].isupper()]
            fits = [e for e in named if e.last_before(mention.span[0]) >= 0 and names_body(mention.head, e)]
            return Resolved(fits[0], 0.65, "the one body told to be that") if len(fits) == 1 else NOBODY
        return resolved if resolved.confidence >= CONFIDENCE_LIMIT else NOBODY

    def _by_pronoun(self, pronoun: str, offset: int, paragraph: int) -> Resolved:
        """The latest speaker or subject that fits, then anybody named; here, then in the paragraph before."""
        personal = pronoun in {"he", "she"}
        if (answering := self._answering(pronoun, offset, paragraph)) is not None:
            return Resolved(answering, 0.8, "who was just asked")
        for back, weight, confidence, how in _TIERS:
            number = paragraph - back
            for seen in self._before(offset, number):
                far = back > 1 and seen.entity.sex != pronoun
                if seen.weight >= weight and agrees(seen.entity, pronoun) and (personal or seen.weight) and not far:
                    if personal and confidence == 0.9:
                        seen.entity.sex = seen.entity.sex or ("he" if pronoun == "he" else "she")
                    return Resolved(seen.entity, confidence, how)
        if pronoun == "they" and (plural := self._plural_before(offset, paragraph)) is not None:
            return Resolved(plural, 0.6, "the plural subject before")
        return self._mistaken(offset, paragraph, personal=personal)

    def _whom_it_asks(self, report: Found) -> tuple[int, int, Mention] | None:
        """Whom the report's question goes to, as in "the judge asked Ada Park whether …"."""
        if report.addressee is None or report.cue is None or not report.cue.takes("asks"):
            return None
        inside = [t for t in report.piece.doc if report.addressee[0] <= report.piece.start(t) < report.addressee[1]]
        head = next((token for token in inside if token.head not in inside), None)
        if head is None:
            return None
        mention = read_mention(self.text, report.piece, head, report.addressee)
        end = max(report.addressee[1], report.fragments[-1][1])
        return None if mention.pronoun else (report.piece.paragraph, end, mention)

    def _answering(self, pronoun: str, offset: int, paragraph: int) -> Entity | None:
        """Who was asked in the last report, where nobody else acted since: the next "she" is who answers."""
        if self._asked is None or not 0 <= paragraph - self._asked[0] <= 1:
            return None
        number, end, mention = self._asked
        entity = self._called(mention).entity
        if entity is None and mention.kind == "person" and mention.sex in (None, pronoun):
            entity = self._new(mention)
        acted = (seen for n in (number, paragraph) for seen in self._before(offset, n) if seen.weight)
        other = any(seen.entity is not entity and seen.place > end for seen in acted)
        return entity if entity is not None and agrees(entity, pronoun) and not other else None

    def _mistaken(self, offset: int, paragraph: int, *, personal: bool) -> Resolved:
        """Whom the tagger took for an organisation ("she" follows), or what for a person ("it" follows)."""
        near = [seen.entity for seen in self._before(offset, paragraph) if seen.weight]
        mistaken = next((e for e in near if (e.may_be_person if personal else e.may_be_body)), None)
        if mistaken is None or (not personal and mistaken is not near[0]):
            return NOBODY
        mistaken.kind = "person" if personal else "organisation"
        return Resolved(mistaken, 0.6, "who acted last, whatever the tagger took it for")

    def _plural_before(self, offset: int, paragraph: int) -> Entity | None:
        """The subject in the plural that "they" takes up: "Officials left. They said …"."""
        for number in (paragraph, paragraph - 1):
            before = [mention for mention in self._plurals.get(number, ()) if mention.span[0] < offset]
            if before:
                return self._new(before[-1])
        return None

    def _described(self, mention: Mention, offset: int, paragraph: int) -> Resolved:
        """Who acted last and fits "the 19-year-old"; of whom the article tells a word for "the manager"."""
        seen = [seen for number in (paragraph, paragraph - 1) for seen in self._before(offset, number)]
        people = [one for one in seen if one.entity.kind == "person" and one.entity.name[:1].isupper() and one.weight]
        if describes_person(mention):
            fits = bool(people) and not of_elsewhere(mention, people[0].entity)
            return Resolved(people[0].entity, 0.65, "described by age: the person before") if fits else NOBODY
        if mention.kind != "person" or not mention.name.lower().startswith("the "):
            return NOBODY
        told = next((one.entity for one in people if self._is_told(mention, one)), None)
        return Resolved(told, 0.7, "described by a word for their role") if told is not None else NOBODY

    def _is_told(self, mention: Mention, seen: _Seen) -> bool:
        """Whether the phrase is told of somebody, or of the one whose "counterpart" they are called."""
        like_another = _COUNTERPART.search(self.text[max(0, seen.place - _WORDS_BEFORE) : seen.place])
        others = (one for one in self.people.entities if one is not seen.entity)
        return told_of(mention, seen.entity) or (
            like_another is not None and any(same_calling(mention, one) for one in others)
        )

    def _before(self, offset: int, paragraph: int) -> Iterator[_Seen]:
        """Whom the paragraph names before the offset, latest first."""
        seen = self._seen.get(paragraph, [])
        at = bisect_left(seen, offset, key=_place)
        return reversed(seen[max(0, at - _MAX_NEAR) : at])

    def _new(self, mention: Mention) -> Entity:
        """A speaker without a full name: a nameless phrase, or a lone surname never explained."""
        key = mention.name.lower()
        if key not in self._nameless:
            self._nameless[key] = self.people.add(mention)
        return self._nameless[key]

    def _carried_on(self, offset: int, paragraph: int) -> Attribution:
        """Words without a cue of their own: who spoke, or acted, right before them."""
        for seen in self._before(offset, paragraph):
            if seen.weight and seen.entity.kind != "document":
                return Attribution(seen.entity, None, 1.0, "words without a cue: who spoke or acted last here")
        if self._last is not None and self._last[0] in (paragraph, paragraph - 1):
            return Attribution(self._last[1], None, 1.0, "words without a cue: who spoke before")
        people = {id(s.entity): s.entity for s in self._before(offset, paragraph - 1) if s.entity.kind == "person"}
        only = next(iter(people.values())) if len(people) == 1 else None
        how = "words without a cue: the only person named in the paragraph before" if only else "words without a cue"
        return Attribution(only, None, 0.7, how)


def _place(seen: _Seen) -> int:
    return seen.place


def _name_heads(scene: Scene) -> Iterator[Token]:
    """Heads of noun phrases that hold a person's or an organisation's name, outside quotations."""
    seen: set[int] = set()
    for entity in scene.piece.doc.ents:
        head = entity.root
        if entity.label_ not in {"PERSON", "ORG"} or head.pos_ != "PROPN":
            continue
        if head.dep_ == "compound" and head.head.pos_ == "PROPN":
            head = head.head
        if head.i not in seen and not scene.inside_quotation(scene.start(head)):
            seen.add(head.i)
            yield head


def _plural_subjects(scene: Scene) -> Iterator[Token]:
    """Plural nouns for people that are subjects, outside quotations."""
    for token in scene.piece.doc:
        people = token.tag_ == "NNS" and token.dep_ in _SUBJECTS and holds_title(token.lower_.removesuffix("s"))
        if people and not scene.inside_quotation(scene.start(token)):
            yield token


def _mention_at(scene: Scene, head: Token) -> Mention:
    return read_mention(scene.text, scene.piece, head, span_of_np(scene.piece, head))


def _may_be_surname(token: Token) -> bool:
    """Whether an unmarked noun may be somebody's name all the same."""
    return token.pos_ in {"PROPN", "NOUN"} and not token.ent_type_ and token.text[:1].isupper()
