"""From a wording that was recognised to a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.language.lexicon import words
from index.question import topic as topics
from index.question.about import about, carry
from index.question.model import Intent, Question, Wanted
from index.question.patterns import Reading
from index.question.referents import Context, Who, typed
from index.question.tokens import Token
from index.speakers.roles import parse, singular, split

# what a question about "anyone" becomes
_OF_ANYBODY: dict[Intent, Intent] = {"what_said": "speakers", "verify": "who_said", "profile": "fact"}
_POINTERS = frozenset({"it", "this", "that", "so"})


def compose(context: Context, reading: Reading, tokens: Sequence[Token], text: str) -> Question:
    """The question that `tokens`, read as `reading`, ask; `text` is the question as asked."""
    who, before = _who(context, reading)
    rest = topics.take_apart(reading.verb, reading.slots.get("rest", ()), context.directory)
    slots = reading.slots
    first = before or slots.get("topic", ())
    if reading.asks and topics.opens_question(first):
        first = topics.fact_topic(first)
    claim = slots.get("claim", ()) if topics.is_empty(topics.trim(first)) else ()
    parts = map(topics.trim, (first, rest.topic, claim, slots.get("role", ())))
    topic = [token for part in parts if not topics.is_empty(part) for token in part]
    question = Question(
        text=text,
        intent=reading.intent,
        speakers=() if who.anybody else who.refs,
        medium=typed(slots.get("medium", rest.medium)) or None,
        verb=rest.verb or _verb_of_noun(reading),
        negated=reading.intent == "who_said" and bool({"not", "never"}.intersection(reading.words("mid"))),
        unsaid=_unsaid(reading),
        together=len(who.refs) > 1 and bool({"and", "both"}.intersection(reading.words("who"))),
        more=reading.more or who.others or _asks_for_more(tokens, reading),
        wanted=_wanted(reading, tokens),
        aspect=reading.aspect,
        pattern=reading.name,
    )
    question = about(context, _grouped(context, question, reading), topic, tokens)
    return _settled(context, question, reading, who)


def _who(context: Context, reading: Reading) -> tuple[Who, tuple[Token, ...]]:
    """Who is asked about, and those words before a final "what did she say?" that are topic."""
    slots = reading.slots
    if "deed" in slots:
        return Who((context.directory.holder(" ".join(reading.words("deed")), typed(slots["org"])),)), ()
    who = context.who(slots["who"]) if "who" in slots else Who()
    if "before" not in slots:
        return who, ()
    before = tuple(token for token in slots["before"] if token.norm not in {"and", "but", "so"})
    named = context.who(before)
    if any(ref.names for ref in named.refs):
        return named, ()
    found = context.named(before)
    return (Who(found), ()) if found else (who, before)


def _unsaid(reading: Reading) -> bool:
    """Whether it is claimed that something was not said; "didn't Park say so?" only asks."""
    beside = {"never"} if reading.name == "did X say it" else {"not", "never"}
    return reading.intent == "verify" and ("denied" in reading.slots or bool(beside.intersection(reading.words("mid"))))


def _verb_of_noun(reading: Reading) -> str | None:
    """The verb in "Park's prediction", "who is against it"."""
    forms = [form for slot in ("noun", "stance") for word in reading.words(slot) for form in (word, singular(word))]
    return next((words().meanings[form] for form in forms if form in words().meanings), None)


def _asks_for_more(tokens: Sequence[Token], reading: Reading) -> bool:
    """Whether "else" or "other" stands outside of the slots."""
    inside = {id(token) for slot in ("topic", "rest", "who") for token in reading.slots.get(slot, ())}
    outside = {token.norm for token in tokens if id(token) not in inside}
    return "else" in outside or (reading.intent in {"what_said", "speakers"} and bool(outside & {"other", "another"}))


def _wanted(reading: Reading, tokens: Sequence[Token]) -> Wanted | None:
    if not reading.asks:
        return None
    topic = reading.slots.get("topic", ())
    kind = topics.wanted(topic if topics.opens_question(topic) else tokens)
    return None if kind in {"other", "name", "definition"} else kind


def _grouped(context: Context, question: Question, reading: Reading) -> Question:
    """The question with those who are in the group it asks of: "which CEOs"."""
    tokens = [token for token in reading.slots.get("group", ()) if token.norm not in words().stop]
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
    known = ref.names or role.known or gendered
    return replace(question, group=group, speakers=(*question.speakers, ref)) if known else question


# ── what the whole amounts to ─────────────────────────────────────────────


def _settled(context: Context, question: Question, reading: Reading, who: Who) -> Question:
    """The question with the intent it has in the end, and what the conversation adds to it."""
    question = _of_anybody(question, reading, who)
    memory = context.memory
    back = _points_back(reading)
    if not question.topic and (question.intent in {"who_said", "verify"} or back):
        question = carry(context, question)
    if question.intent == "speakers" and question.more:
        question = carry(context, question)
    if question.intent == "what_said" and not question.speakers:
        question = replace(question, speakers=(context.recall("they", "they"),))
    if reading.more and reading.intent == "who_said" and memory.intent == "speakers":
        question = replace(question, intent="speakers")
    if question.intent == "verify" and not question.topic:
        question = _without_claim(question, back=back)
    return question


def _of_anybody(question: Question, reading: Reading, who: Who) -> Question:
    """What a question about "anyone" asks; "they" without a topic stays somebody unknown."""
    if not who.anybody:
        return question
    if who.pronoun and not question.topic:
        return replace(question, speakers=who.refs)
    talk = reading.verb is not None and reading.verb.kind == "t"
    intent = _OF_ANYBODY.get(question.intent, question.intent)
    return replace(question, intent="speakers" if talk and question.intent == "verify" else intent)


def _points_back(reading: Reading) -> bool:
    """Whether "it" or "that" stands where a topic would."""
    for slot in ("topic", "rest"):
        part = reading.slots.get(slot, ())
        if part and topics.is_empty(topics.trim(part)) and _POINTERS.intersection(reading.words(slot)):
            return True
    return False


def _without_claim(question: Question, *, back: bool) -> Question:
    """Without a claim, "did Park apologise?" claims the verb; "did Park say that?" asks what Park said."""
    if question.verb and not back:
        return replace(question, topic=question.verb, words=(question.verb.split()[0],))
    return replace(question, intent="what_said")
