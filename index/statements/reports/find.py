"""Finding reports of speech in a parsed piece: every cue with its subject and content."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.article import Span
from index.statements.cue_lexicon import Cue, cue_lexicon, people_lexicon
from index.statements.parse import subjects
from index.statements.parse.scene import Found, Scene
from index.statements.reports import circumstances, quotations, reported, sources
from index.statements.role_phrases import holds_title

if TYPE_CHECKING:
    from spacy.tokens import Token

_NOBODY = frozenset({"i", "we", "you", "there", "what", "which", "that", "this"})
# rules that find what one report tells of another
_TOLD_INSIDE = frozenset({"clause", "passive", "infinitive", "quotation-after", "quotation-before", "quotation-split"})
# passives that report what somebody said, though not who: "jurors were told that P", "she is said to have V"
_REPORTS_OF_NOBODY = frozenset(
    {"told", "informed", "warned", "advised", "asked", "said", "alleged", "reported", "urged"}
)
# rules so sure that a subject of any kind may speak: "the ruling says that …"
_SAID_BY_ANYTHING = frozenset({"clause", "belief", "as-said", "colon-said", "passive"})


@dataclass(frozen=True, slots=True)
class JudgedSpeech:
    """A report that a cue announces, and why it is not kept ("" where it is)."""

    report: Found
    dropped: str = ""


def find_reports(scene: Scene) -> list[Found]:
    """Every report that a cue announces here, in the order of the text, also those inside of what another tells."""
    kept = (judged.report for judged in judge_reports(scene) if not judged.dropped)
    return sorted(kept, key=lambda report: report.start)


def judge_reports(scene: Scene) -> list[JudgedSpeech]:
    """Every report that a cue might announce here, in the order of the cues, with what becomes of it."""
    everything = [report for token in scene.piece.doc for report in _at(scene, token)]
    found = [report for report in everything if _apart(report)]
    outer = [report for report in found if not any(_yields(report, other) for other in found if other is not report)]
    kept = _distinct(outer)
    inner = [report for report in found if not _among(report, outer) and _is_told(report, kept)]
    kept = [*kept, *_distinct(inner)]
    judged = []
    for report in everything:
        if _among(report, kept):
            judged.append(JudgedSpeech(report))
        elif not _among(report, found):
            judged.append(JudgedSpeech(report, "its speaker or cue stands inside what would be said"))
        elif not _among(report, outer):
            judged.append(JudgedSpeech(report, "it stands inside what another report says"))
        else:
            judged.append(JudgedSpeech(report, "a surer report says these words already"))
    return judged


def _among(report: Found, reports: Iterable[Found]) -> bool:
    return any(report is one for one in reports)


def _is_told(report: Found, kept: Iterable[Found]) -> bool:
    """Whether all of a report stands inside of what another one tells: "the paper says Park denied that …"."""
    spans = [report.subject_span, report.cue_span, *report.fragments]
    low, high = min(s[0] for s in spans if s), max(s[1] for s in spans if s)
    around = any(start <= low and high <= end for other in kept for start, end in other.fragments)
    return around and report.rule in _TOLD_INSIDE and (report.subject is None or _may_tell(report.subject))


def _may_tell(subject: Token) -> bool:
    return subject.pos_ == "PRON" or _can_speak(subject)


def _apart(report: Found) -> bool:
    """Whether speaker and cue stand outside the content: where the parse is hopeless they may not."""
    beside = [span for span in (report.subject_span, report.cue_span) if span]
    return not any(_overlap([span], list(report.fragments)) for span in beside)


def _at(scene: Scene, token: Token) -> Iterator[Found]:
    """The report whose cue is this token, if it is one."""
    lexicon = cue_lexicon()
    last = sources.preposition_at(token)
    cue = lexicon.forms.get(token.lower_)
    report: Found | None = None
    if scene.inside_quotation(scene.start(token)):
        return
    if last is not None:
        report = sources.according(scene, token, last)
    elif token.pos_ == "NOUN" and token.lower_ in lexicon.nouns and token.dep_ != "ROOT":
        report = sources.noun(scene, token)
    elif _may_report(token):
        report = _verb(scene, token, cue) if cue is not None else _any_verb(scene, token)
    if report is not None and not (report.cue is not None and _only_names(scene, token, report)):
        yield report


def _only_names(scene: Scene, verb: Token, report: Found) -> bool:
    """As in 'what it calls "forgotten" painters', 'dubbed it: "Ice Age"': marks round a name, not words on a thing."""
    if report.cue is None or not report.cue.takes("describing") or report.cue.takes("always"):
        return False
    regions = scene.regions_in(report.fragments)
    what = any(child.lower_ == "what" and child.i < verb.i for child in verb.children)
    if regions and all(quotations.gives_name(scene, region) for region in regions):
        return True
    return what and not any(region.kind == "speech" for region in regions)


def _may_report(token: Token) -> bool:
    """Whether it is a verb, or a root that the tagger took for a noun ("the ministry notes, …")."""
    if token.pos_ == "NOUN":
        return token.dep_ == "ROOT" and any(child.dep_ == "nsubj" for child in token.children)
    if token.i > 0 and token.nbor(-1).text in {'"', "”", "’"} and token.tag_ in {"VBD", "VBN"} and token.dep_ == "amod":
        return True  # "“Why?” asked campaign manager Ada Park": no asked manager
    return token.pos_ == "VERB" and token.dep_ not in {"amod", "compound"}


def _verb(scene: Scene, verb: Token, cue: Cue) -> Found | None:
    subject = subjects.subject_of(verb)
    if cue.lemma == "call" and any(child.dep_ == "prt" for child in verb.children):
        return None  # "called off the tour"
    nobody = subject is None and subjects.is_passive(verb)
    if (nobody and verb.lower_ not in _REPORTS_OF_NOBODY) or (subject is not None and subjects.is_nobody(subject)):
        return None
    if subject is not None and scene.inside_quotation(scene.start(subject)):
        subject = None
    base = Found(
        piece=scene.piece,
        subject=subject,
        subject_span=scene.subject_span(subject, verb) if subject is not None else None,
        cue=cue,
        cue_span=scene.cue_span(verb, cue),
        occasion=scene.range(circumstances.occasion_of(verb)),
    )
    if nobody:
        report = None if subjects.is_unsaid(verb) else reported.by_nobody(scene, verb, cue, base)
        return _finished(scene, verb, cue, report) if report is not None else None
    report = quotations.quotation(scene, verb, base)
    if report is not None and quotations.taken_as(scene, report) and subjects.is_negated(verb):
        return None
    if report is not None and report.rule == "quotation-after":
        report = reported.with_clause_before(scene, verb, cue, report)
    somebody = subject is not None and (subject.lower_ not in _NOBODY or subjects.is_name_all_the_same(subject))
    if report is None and somebody and not subjects.is_unsaid(verb):
        report = reported.reported(scene, verb, cue, base)
        if report is not None and report.rule not in _SAID_BY_ANYTHING and not _can_speak(subject):
            report = None
    return _finished(scene, verb, cue, report) if report is not None else None


def _can_speak(subject: Token | None) -> bool:
    """Whether the noun may mean a speaker: a name, a person, a body or a document; not "the request"."""
    if subject is None or subject.pos_ != "NOUN" or subject.ent_type_ in {"PERSON", "ORG"}:
        return subject is not None
    if subject.text[0].isupper() and subject.tag_ == "NN" and subject.left_edge == subject:
        return True  # a lone capital at the sentence's start: the tagger cannot see a surname there
    lexicon = people_lexicon()
    word = subject.lower_
    known = {word, word.removesuffix("s")} & (lexicon.documents | lexicon.organisations)
    return bool(known) or subject.tag_ == "NNS" or holds_title(word) or word.endswith("-old")


def _any_verb(scene: Scene, verb: Token) -> Found | None:
    if not quotations.beside_any_verb(scene, verb):
        return None
    report = _verb(scene, verb, Cue(verb.lower_))
    return replace(report, confidence=0.7) if report and quotations.any_verb_holds(scene, report) else None


def _finished(scene: Scene, verb: Token, cue: Cue, report: Found) -> Found:
    """With polarity and addressee, which depend on where the content is."""
    after = [start for start, _ in report.fragments if start > scene.start(verb)]
    limit = next((t.i for t in scene.piece.doc if after and scene.end(t) > after[0]), len(verb.doc))
    addressee = scene.range(circumstances.addressee_of(verb, cue, limit))
    taken = [*report.fragments, *filter(None, [report.subject_span])]
    if addressee is not None and any(_overlap([span], [addressee]) for span in taken):
        addressee = None
    if taken_as := quotations.taken_as(scene, report):
        polarity = reported.polarity(scene, verb, cue, replace(report, rule=taken_as))
    elif report.rule.startswith("quotation"):
        polarity = quotations.polarity(scene, cue, report)
    else:
        polarity = reported.polarity(scene, verb, cue, report)
    return replace(report, polarity=polarity, addressee=addressee)


def _yields(report: Found, other: Found) -> bool:
    if not _inside(report, other):
        return False
    mine, theirs = ((r.confidence, -(r.cue_span or r.fragments[0])[0]) for r in (report, other))
    return mine < theirs or not _inside(other, report)


def _inside(report: Found, other: Found) -> bool:
    low, high = report.cue_span or report.fragments[0]
    return any(start <= low and high <= end for start, end in other.fragments)


def _distinct(found: list[Found]) -> list[Found]:
    """One report for each content: of two with overlapping content the surer one, then the earlier."""
    kept: list[Found] = []
    taken: list[Span] = []
    for report in sorted(found, key=lambda report: (-report.confidence, report.start)):
        if not _overlap(report.fragments, taken):
            kept.append(report)
            for span in report.fragments:
                taken.insert(bisect_left(taken, span), span)
    return kept


def _overlap(fragments: Iterable[Span], taken: list[Span]) -> bool:
    """Whether a fragment shares a character with the spans, which are in order and apart from each other."""
    for start, end in fragments:
        at = bisect_left(taken, (start + 1, 0))
        if (at > 0 and taken[at - 1][1] > start) or (at < len(taken) and taken[at][0] < end):
            return True
    return False
