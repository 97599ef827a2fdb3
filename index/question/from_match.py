"""Slot filling: from a pattern that fits, and the words in its slots, to a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.language.lexicon import places, words
from index.question import topic as topics
from index.question.fill_topic import about, carry
from index.question.model import Intent, Question, Wanted
from index.question.patterns import PatternMatch
from index.question.referents import Context, Who, typed
from index.question.tokens import Token
from index.speakers.roles import parse, singular, split

# what a question about "anyone" becomes
_OF_ANYBODY: dict[Intent, Intent] = {"what_said": "speakers", "verify": "who_said", "profile": "fact"}
_POINTERS = frozenset({"it", "this", "that", "so"})


def from_match(context: Context, match: PatternMatch, tokens: Sequence[Token], text: str) -> Question:
    """The question that `tokens`, read as `match`, ask; `text` is the question as asked."""
    who, before = _who(context, match)
    rest = topics.take_apart(match.verb, match.slots.get("rest", ()), context.directory)
    slots = match.slots
    first = before or slots.get("topic", ())
    if match.pattern.holds_fact and topics.opens_question(first):
        first = topics.fact_topic(first)
    claim = slots.get("claim", ()) if topics.is_empty(topics.trim(first)) else ()
    parts = map(topics.trim, (first, rest.topic, claim, slots.get("role", ())))
    topic = [token for part in parts if not topics.is_empty(part) for token in part]
    question = Question(
        text=text,
        intent=match.intent,
        speakers=() if who.anybody else who.refs,
        medium=typed(slots.get("medium", rest.medium)) or None,
        verb=rest.verb or _verb_of_noun(match),
        negated=match.intent == "who_said" and bool({"not", "never"}.intersection(match.words("mid"))),
        unsaid=_unsaid(match),
        together=len(who.refs) > 1 and bool({"and", "both"}.intersection(match.words("who"))),
        more=match.pattern.more or who.others or _asks_for_more(tokens, match),
        wanted=_wanted(match, tokens),
        aspect=match.pattern.aspect,
        loose=match.pattern.loose,
        asks=match.pattern.asks,
        unread=who.unread,
    )
    question = about(context, _grouped(context, question, match), topic, tokens)
    return _settled(context, question, match, who)


def _who(context: Context, match: PatternMatch) -> tuple[Who, tuple[Token, ...]]:
    """Who is asked about, and those words before a final "what did she say?" that are topic."""
    slots = match.slots
    if "deed" in slots:
        return Who((context.directory.holder(" ".join(match.words("deed")), typed(slots["org"])),)), ()
    who = context.who(slots["who"]) if "who" in slots else Who()
    if "before" not in slots:
        return who, ()
    before = tuple(token for token in slots["before"] if token.norm not in {"and", "but", "so"})
    named = context.who(before)
    if any(ref.names for ref in named.refs):
        return named, ()
    found = context.named(before)
    return (Who(found), ()) if found else (who, before)


def _unsaid(match: PatternMatch) -> bool:
    """Whether it is claimed that something was not said; "didn't Park say so?" only asks."""
    beside = {"never"} if match.pattern.not_asks else {"not", "never"}
    return match.intent == "verify" and ("denied" in match.slots or bool(beside.intersection(match.words("mid"))))


def _verb_of_noun(match: PatternMatch) -> str | None:
    """The verb in "Park's prediction", "who is against it"."""
    forms = [form for slot in ("noun", "stance") for word in match.words(slot) for form in (word, singular(word))]
    return next((words().meanings[form] for form in forms if form in words().meanings), None)


def _asks_for_more(tokens: Sequence[Token], match: PatternMatch) -> bool:
    """Whether "else" or "other" stands outside of the slots."""
    inside = {id(token) for slot in ("topic", "rest", "who") for token in match.slots.get(slot, ())}
    outside = {token.norm for token in tokens if id(token) not in inside}
    return "else" in outside or (match.intent in {"what_said", "speakers"} and bool(outside & {"other", "another"}))


def _wanted(match: PatternMatch, tokens: Sequence[Token]) -> Wanted | None:
    if not match.pattern.holds_fact:
        return None
    topic = match.slots.get("topic", ())
    kind = topics.wanted(topic if topics.opens_question(topic) else tokens)
    return None if kind in {"other", "name", "definition"} else kind


def _grouped(context: Context, question: Question, match: PatternMatch) -> Question:
    """The question with those who are in the group it asks of: "which CEOs"."""
    tokens = [token for token in match.slots.get("group", ()) if token.norm not in words().stop]
    parts = [singular(part) for part in split(typed(tokens))]
    kinds = words().kinds
    gendered = bool(set(parts) & (kinds["men"] | kinds["women"]))
    if not parts or (set(parts) <= kinds["people"] and not gendered):
        return question
    role = parse(" ".join(parts))
    ref, group = context.directory.group(typed(tokens)), (" ".join(parts),)
    if not ref.names and question.intent == "who_said" and role.known:
        # "which carmaker CEO promised that?": what was said tells which one
        return replace(question, group=role.heads, speakers=(context.directory.group(" ".join(role.heads)),))
    if not ref.names and all(part in places() for part in parts):  # "which Americans"
        return replace(question, group=group, speakers=(*question.speakers, ref), unread=typed(tokens))
    known = ref.names or role.known or gendered
    return replace(question, group=group, speakers=(*question.speakers, ref)) if known else question


# ── what the whole amounts to ─────────────────────────────────────────────


def _settled(context: Context, question: Question, match: PatternMatch, who: Who) -> Question:
    """The question with the intent it has in the end, and what the conversation adds to it."""
    question = _of_anybody(question, match, who)
    back = _points_back(match)
    if not question.topic and (question.intent in {"who_said", "verify"} or back):
        question = carry(context, question)
    if question.intent == "speakers" and question.more:
        question = carry(context, question)
    if question.intent == "what_said" and not question.speakers:
        question = replace(question, speakers=(context.recall("they", "they"),))
    if match.pattern.more and match.intent == "who_said":
        question = replace(question, intent="speakers")
    if question.intent == "verify" and not question.topic:
        question = _without_claim(question, back=back)
    return question


def _of_anybody(question: Question, match: PatternMatch, who: Who) -> Question:
    """What a question about "anyone" asks; "they" without a topic stays somebody unknown."""
    if not who.anybody:
        return question
    if who.pronoun and not question.topic:
        return replace(question, speakers=who.refs)
    talk = match.verb is not None and match.verb.kind == "t"
    intent = _OF_ANYBODY.get(question.intent, question.intent)
    return replace(question, intent="speakers" if talk and question.intent == "verify" else intent)


def _points_back(match: PatternMatch) -> bool:
    """Whether "it" or "that" stands where a topic would."""
    for slot in ("topic", "rest"):
        part = match.slots.get(slot, ())
        if part and topics.is_empty(topics.trim(part)) and _POINTERS.intersection(match.words(slot)):
            return True
    return False


def _without_claim(question: Question, *, back: bool) -> Question:
    """Without a claim, "did Park apologise?" claims the verb; "did Park say that?" asks what Park said."""
    if question.verb and not back:
        return replace(question, topic=question.verb, words=(question.verb.split()[0],))
    return replace(question, intent="what_said")
