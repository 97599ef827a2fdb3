"""Naming the speaker of each report: who is in the article, who spoke last, whom a pronoun means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from index.article import Span
from index.statements.cue_lexicon import people_lexicon
from index.statements.parse import subjects
from index.statements.parse.scene import Found, ParagraphPart, Scene
from index.statements.role_phrases import HE, SHE, holds_title, span_of_np
from index.statements.speakers.candidates import Act, Said, Seen, Stage, Where
from index.statements.speakers.descriptions import names_body, of_elsewhere, same_calling, told_of
from index.statements.speakers.entities import NOBODY, Entity, How, People, Resolved, describes_person
from index.statements.speakers.labels import read_label
from index.statements.speakers.mentions import Mention, read_mention, short_enough
from index.statements.speakers.resolver import Decision, Option, decide

if TYPE_CHECKING:
    from spacy.tokens import Token

# below this a speaker is unknown rather than guessed
CONFIDENCE_LIMIT = 0.6
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_MAX_BODY_WORDS = 6
_AROUND = 8  # reports before that may hold another
_NAMESAKE = 0.9  # how sure the likeliest of several with one name can be
_CLEAR = 0.8  # from here on the pronoun tells who is he and who is she
# "her counterpart Ada Park": who does what another does
_COUNTERPART = re.compile(r"\b(?:counterpart|opposite number|successor|predecessor),?\s+$")
_SENTENCE = re.compile(r"[.!?…][\"”’')]{0,2}\s+(?=\S)")
_MARKS = " \t\"“‘'("
_EDGE = 4  # characters of marks round a quotation
# "the curator"; "a prosecutor", "the council's engineer" before the name is told
_DEFINITE = re.compile(r"the |an? [a-z]+$|[\w ]+['’]s ", re.IGNORECASE)
_WORDS_BEFORE = 30  # characters


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who said a report: `entity` None when unknown, `mention` None for words with nobody beside them.

    `decision` holds the others who might be meant, where the text does not name the speaker; `via` tells who passes
    the words on, `inside` whether another report holds this one.
    """

    entity: Entity | None
    mention: Mention | None
    confidence: float
    how: How
    decision: Decision | None = None
    via: str | None = None
    inside: bool = False


class Cast:
    """The people of one article and who spoke where. Attribute the reports in the order of the text."""

    def __init__(self, text: str, scenes: Sequence[Scene], reports: Sequence[Found], asker: Span | None = None) -> None:
        self.text = text
        self.people = People()
        self._stage = Stage()
        self._nameless: dict[str, Entity] = {}
        self._outer: list[tuple[Found, Attribution]] = []
        self._asker = asker
        self._register(scenes, reports)

    def attribute(self, report: Found) -> Attribution | None:
        """The speaker; None for what the writer says ("we", "I")."""
        mention, outer = self._mention(report), self._around(report)
        if report.rule == "transcript" and mention is None:
            attribution = self._by_part(report)
        elif report.rule == "passive":
            attribution = Attribution(None, None, 1.0, How.NOT_TOLD)
        elif mention is None:
            attribution = self._floating(report)
        elif mention.pronoun == "i":
            first = mention.head in {"i", "we"} and outer is not None
            return replace(outer, mention=mention, how=How.FIRST_PERSON, decision=None) if outer and first else None
        else:
            attribution = self._beside(report, mention)
        if outer is None:
            self._note(report, attribution)
            self._outer.append((report, attribution))
        else:
            told = outer.entity.name if outer.entity is not None and outer.entity is not attribution.entity else None
            attribution = replace(attribution, via=told, inside=True)
        return attribution

    def _note(self, report: Found, by: Attribution) -> None:
        end = max(report.fragments[-1][1], report.cue_span[1] if report.cue_span else 0)
        asks = self.text[report.fragments[-1][0] : report.fragments[-1][1]].rstrip("\"”’'").endswith("?")
        asks = asks or report.polarity == "asks"
        reports = report.cue is not None and report.cue.lemma == "report"
        if by.entity is not None and by.mention is not None and report.rule != "transcript":
            self._stage.see(report.piece.paragraph, Seen(by.mention.span[0], Act.SUBJECT, by.entity))
        turns = asks or (report.cue is not None and report.cue.takes("answers"))
        asked = self._whom_it_asks(report)
        self._stage.speak(Said(report.piece.paragraph, end, by.entity, asks, reports, turns, asked, _is_bare(report)))

    def _around(self, report: Found) -> Attribution | None:
        """Who says what this report is a part of: it is told inside of what another one tells."""
        start, end = report.start, report.fragments[-1][1]
        for outer, by in reversed(self._outer[-_AROUND:]):
            if any(low <= start and end <= high for low, high in outer.fragments):
                return by
        return None

    # ── who is there ──────────────────────────────────────────────────────

    def _register(self, scenes: Sequence[Scene], reports: Sequence[Found]) -> None:
        """Every full name first, so that a surname is known even before it; then names that only speak."""
        heads = [(scene, head) for scene in scenes for head in _name_heads(scene)]
        named = [(scene, head, _mention_at(scene, head)) for scene, head in heads]
        titles = people_lexicon().titles
        labels = (read_label(self.text, r.subject_span) for r in reports if r.rule == "transcript" and r.subject_span)
        for mention in labels:
            if mention.kind == "person":
                self.people.register(mention)
        for _, _, mention in named:
            if mention.kind == "person" and mention.head not in titles:
                self.people.register(mention)
        bodies = (mention for _, _, mention in named if mention.kind == "organisation")
        speaking = filter(None, map(self._mention, reports))
        for mention in chain((m for m in bodies if len(m.name.split()) <= _MAX_BODY_WORDS), speaking):
            if not self.people.has_person(mention.name):
                self.people.register(mention)
        for scene, head, mention in named:
            self._see(scene, head, mention)
        known = {mention.name_span[0] for _, _, mention in named}
        for scene in scenes:
            self._see_surnames(scene, known)
            self._see_nameless(scene)

    def _see_surnames(self, scene: Scene, known: set[int]) -> None:
        """Note the surnames and given names that the tagger did not mark, but for the `known` places."""
        for token in scene.piece.doc:
            span = scene.start(token), scene.end(token)
            unmarked = _may_be_surname(token) and span[0] not in known and self.people.has_person(token.text)
            if unmarked and not scene.inside_quotation(span[0]):
                self._see(scene, token, Mention(span, span, token.text, "person"))

    def _see_nameless(self, scene: Scene) -> None:
        """Note people and bodies without a name that act: "A miner disagreed", "Nurses had gathered"."""
        for token in scene.piece.doc:
            introduced = any(child.lower_ in {"a", "an", "one"} for child in token.children)
            acts = token.dep_ in _SUBJECTS or (introduced and token.dep_ in {"attr", "dobj", "npadvmod", "ROOT"})
            if not acts or token.pos_ != "NOUN" or scene.inside_quotation(scene.start(token)):
                continue
            mention = _mention_at(scene, token)
            named = mention.name[:1].isupper() and mention.kind != "group"
            if not mention.name or named or not _is_somebody(token, mention):
                continue
            act = Act.SUBJECT if token.dep_ in _SUBJECTS else Act.NAMED
            offset, paragraph = mention.span[0], scene.piece.paragraph
            entity = self._called(mention).entity or self._described(mention, offset, paragraph).entity
            entity = entity or self._nameless.setdefault(
                mention.name.lower(), Entity(mention.name, mention.kind, mention.sex, mention.sex_told)
            )
            self._stage.see(scene.piece.paragraph, Seen(scene.start(token), act, entity))

    def _see(self, scene: Scene, head: Token, mention: Mention) -> None:
        """Note where somebody is named, in full or by surname."""
        entity = self._called(mention).entity
        if entity is None or not mention.name[:1].isupper():
            return
        phrase = head
        while phrase.dep_ in {"appos", "compound"} and phrase.head != phrase:
            phrase = phrase.head
        act = Act.SUBJECT if phrase.dep_ in _SUBJECTS else Act.NAMED
        self.people.note(entity, replace(mention, role=None, affiliation=None), subject=act > 0)
        self._stage.see(scene.piece.paragraph, Seen(mention.name_span[0], act, entity, phrase.dep_ == "poss"))

    def _mention(self, report: Found) -> Mention | None:
        if report.subject_span is None:
            return None
        if report.rule == "transcript":
            return self._labelled(report.subject_span)
        return read_mention(self.text, report.piece, report.subject, report.subject_span) if report.subject else None

    def _labelled(self, label: Span) -> Mention:
        """Whom a transcript's label means: in full, by surname, by initials or the first letters of the name."""
        mention = read_label(self.text, label)
        letters = self.text[slice(*label)]
        whole = self.people.by_initials(letters) if letters.isupper() else None
        if whole is not None:
            return replace(mention, name=whole, kind="person")
        return replace(mention, kind="person") if self.people.has_person(mention.name) else mention

    # ── who speaks ────────────────────────────────────────────────────────

    def _beside(self, report: Found, mention: Mention) -> Attribution:
        """The speaker that words beside the report name, describe or stand for."""
        if mention.pronoun:
            return self._by_pronoun(report, mention)
        resolved, mention = self._together(report, mention) or self._resolve(
            mention, report.start, report.piece.paragraph
        )
        if resolved.how is How.NAMED_LAST:
            resolved = self._of_several(report, mention, resolved)
        sure = resolved.confidence >= CONFIDENCE_LIMIT and resolved.entity is not None
        entity, confidence = (resolved.entity, resolved.confidence) if sure else (None, 0.5)
        return Attribution(entity, mention, confidence, resolved.how)

    def _resolve(self, mention: Mention, offset: int, paragraph: int) -> tuple[Resolved, Mention]:
        if not mention.name:
            return NOBODY, mention
        words = self.text[slice(*mention.name_span)]
        if words[:1].isupper() and self.people.has_person(words):
            mention = replace(mention, name=words, kind="person")  # the tagger did not see the surname in it
        resolved = self._called(mention)
        if resolved.entity is None:
            resolved = self._described(mention, offset, paragraph)
        if resolved.entity is None:
            resolved = Resolved(self._new(mention), 1.0, How.OWN_SOURCE)
        if resolved.entity is not None and resolved.confidence >= CONFIDENCE_LIMIT:
            self.people.note(resolved.entity, mention)
        return resolved, mention

    def _together(self, report: Found, mention: Mention) -> tuple[Resolved, Mention] | None:
        """Several who speak as one: "Ada Park and Tom Birch", a group whose aliases are its members."""
        heads = subjects.joined_nouns(report.subject) if report.subject is not None else []
        names = [self._member(report, head) for head in heads]
        if len(names) < 2 or not all(names):
            return None
        name = " and ".join([", ".join(filter(None, names[:-1])), names[-1] or ""])
        joint = short_enough(
            replace(mention, name=name, kind="group", role=None, affiliation=None, sex=None, acronym=None)
        )
        if not joint.name:
            return NOBODY, joint
        entity = self._new(joint)
        entity.aliases = [member for member in names if member]
        return Resolved(entity, 0.95, How.TOGETHER), joint

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
        guessed = resolved.entity is not None and resolved.how is How.ACTED_LAST
        if resolved.entity is None:
            return NOBODY
        if guessed and not names_body(mention.head, resolved.entity):
            named = [e for e in self.people.entities if e.kind == "organisation" and e.name[:1].isupper()]
            fits = [e for e in named if e.last_before(mention.span[0]) >= 0 and names_body(mention.head, e)]
            return Resolved(fits[0], 0.65, How.ONE_BODY) if len(fits) == 1 else NOBODY
        return resolved if resolved.confidence >= CONFIDENCE_LIMIT else NOBODY

    def _of_several(self, report: Found, mention: Mention, found: Resolved) -> Resolved:
        """Which of several with one name it is: who is likeliest where the report stands."""
        namesakes = self.people.namesakes(mention)
        options = [option for option in self.options(report, "") if option.entity in namesakes]
        best = decide("pronoun", options).best if options else None
        return found if best is None else Resolved(best.entity, best.probability * _NAMESAKE, How.NAMED_LAST)

    def _by_pronoun(self, report: Found, mention: Mention) -> Attribution:
        """Whom he, she, they or it means."""
        decision = decide("pronoun", self.options(report, mention.pronoun or ""))
        best = decision.best
        if best.entity is not None and best.probability >= _CLEAR and not best.entity.sex_told:
            best.entity.sex = {"he": HE, "she": SHE}.get(mention.pronoun or "")
            best.entity.sex_told = True
        return self._decided(decision, mention)

    def _floating(self, report: Found) -> Attribution:
        """Who says words without a cue of their own."""
        return self._decided(decide("floating", self.options(report, "")), None)

    def _decided(self, decision: Decision, mention: Mention | None) -> Attribution:
        best = decision.best
        if best.entity is None or best.probability < CONFIDENCE_LIMIT:
            return Attribution(None, mention, best.probability, How.NOBODY, decision)
        self.people.keep(best.entity)
        if mention is not None and best.entity.kind == "organisation" and mention.pronoun in {"he", "she"}:
            best.entity.kind = "person"  # the tagger took the name for a body's
        return Attribution(best.entity, mention, best.probability, How.LIKELIEST, decision)

    def options(self, report: Found, pronoun: str) -> list[Option]:
        """Whom a pronoun (he, she, they, it), or "" for words without a cue, may mean there; the last is nobody."""
        paragraph, begins = report.piece.paragraph, report.start
        front = self.text[report.piece.span[0] : begins]
        led = _sentence_before(front) + report.piece.span[0] if front.strip(_MARKS) else None
        announced = not front.strip(_MARKS) and self.text[max(0, begins - _EDGE) : begins].split("\n")[0][-1:] in (
            ":",
            ",",
        )
        words = frozenset(re.findall(r"\w+", " ".join(self.text[slice(*f)] for f in report.fragments).lower()))
        around = self._around(report)
        teller = around.entity if around is not None else None
        place = Where(
            paragraph, begins, report.fragments[-1][1], led, words, _is_bare(report), announced, teller, pronoun
        )
        found = self._stage.candidates(place)
        here = sum(any(name.endswith(", 0 back") for name in features) for _, features in found)
        options = [Option(entity, features) for entity, features in found]
        return [*options, Option(None, self._stage.nobody(place, len(found), here))]

    def _by_part(self, report: Found) -> Attribution:
        """Who asks or answers in an interview that gives them no names at their words."""
        name = self._interviewed() if report.part is ParagraphPart.ANSWERS else None
        if report.part is ParagraphPart.ASKS and self._asker is not None:
            asker = read_label(self.text, self._asker)
            name = self._called(asker).entity or self._new(replace(asker, kind="person"))
        return Attribution(name, None, 0.8 if name else 0.5, How.PART)

    def _interviewed(self) -> Entity | None:
        """The one whom the title names, or the only one whom the introduction names."""
        title = self.text.partition("\n")[0]
        people = [e for e in self.people.entities if e.kind == "person" and e.name[:1].isupper()]
        asker = self.text[slice(*self._asker)] if self._asker else None
        told = [e for e in people if e.name != asker and (e.name in title or any(a in title for a in e.aliases))]
        rest = [e for e in people if e.name != asker]
        found = told or rest
        return found[0] if len(found) == 1 else None

    def _whom_it_asks(self, report: Found) -> Entity | None:
        """Whom the report's question goes to, as in "the judge asked Ada Park whether …"."""
        if report.addressee is None or report.cue is None or not report.cue.takes("asks"):
            return None
        inside = [t for t in report.piece.doc if report.addressee[0] <= report.piece.start(t) < report.addressee[1]]
        head = next((token for token in inside if token.head not in inside), None)
        if head is None:
            return None
        mention = read_mention(self.text, report.piece, head, report.addressee)
        return None if mention.pronoun else self._called(mention).entity

    def _described(self, mention: Mention, offset: int, paragraph: int) -> Resolved:
        """Who acted last and fits "the 19-year-old"; of whom the article tells a word for "the manager"."""
        seen = [seen for number in (paragraph, paragraph - 1) for seen in self._stage.before(offset, number)]
        people = [one for one in seen if one.entity.kind == "person" and one.entity.name[:1].isupper() and one.act]
        if describes_person(mention):
            fits = bool(people) and not of_elsewhere(mention, people[0].entity)
            return Resolved(people[0].entity, 0.65, How.AGE) if fits else NOBODY
        if mention.kind != "person" or not _DEFINITE.match(mention.name):
            return NOBODY
        told = next((one.entity for one in people if self._is_told(mention, one)), None)
        if told is not None:
            return Resolved(told, 0.7, How.CALLING)
        everybody = [e for e in self.people.entities if e.kind == "person" and told_of(mention, e)]
        return Resolved(everybody[0], 0.7, How.ONLY_CALLING) if len(everybody) == 1 else NOBODY

    def _is_told(self, mention: Mention, seen: Seen) -> bool:
        """Whether the phrase is told of somebody, or of the one whose "counterpart" they are called."""
        like_another = _COUNTERPART.search(self.text[max(0, seen.place - _WORDS_BEFORE) : seen.place])
        others = (one for one in self.people.entities if one is not seen.entity)
        return told_of(mention, seen.entity) or (
            like_another is not None and any(same_calling(mention, one) for one in others)
        )

    def _new(self, mention: Mention) -> Entity:
        """A speaker without a full name: a nameless phrase, or a lone surname never explained."""
        key = mention.name.lower()
        entity = self._nameless.setdefault(key, Entity(mention.name, mention.kind, mention.sex, mention.sex_told))
        self.people.keep(entity)
        return entity


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
    for token in scene.piece.doc:
        if token.i not in seen and _is_unmarked_name(token) and not scene.inside_quotation(scene.start(token)):
            yield token


def _is_unmarked_name(token: Token) -> bool:
    """Whether the tagger missed a full name: two or three capitalised words, none of them of anything it knows."""
    name = [token.nbor(-1), token] if token.i > 0 else []
    last = token.i + 1 == len(token.doc) or token.nbor(1).pos_ != "PROPN"
    return bool(name) and last and all(t.pos_ == "PROPN" and not t.ent_type_ and t.text.istitle() for t in name)


def _mention_at(scene: Scene, head: Token) -> Mention:
    return read_mention(scene.text, scene.piece, head, span_of_np(scene.piece, head))


def _may_be_surname(token: Token) -> bool:
    """Whether an unmarked noun may be somebody's name all the same."""
    return token.pos_ in {"PROPN", "NOUN"} and not token.ent_type_ and token.text[:1].isupper()


def _is_somebody(token: Token, mention: Mention) -> bool:
    """Whether a noun means people or a body: "a miner", "nurses", "the minister's office"."""
    word = token.lower_
    if mention.kind not in {"group", "organisation"} and not any(
        c.dep_ in {"det", "poss", "nummod"} for c in token.children
    ):
        return False  # "laughter", "water"
    return (
        holds_title(word)
        or mention.kind == "organisation"
        or (mention.kind == "group" and holds_title(word.removesuffix("s")))
    )


def _is_bare(report: Found) -> bool:
    """Whether a report has its paragraph for itself and no cue."""
    start, end = report.piece.span
    return report.cue_span is None and report.fragments[0][0] - start < _EDGE and end - report.fragments[-1][1] < _EDGE


def _sentence_before(front: str) -> int:
    """Where the last sentence of the words in front begins."""
    ends = [found.end() for found in _SENTENCE.finditer(front.rstrip(" \t\"“‘'("))]
    return ends[-1] if ends else 0
