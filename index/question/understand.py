"""The door of this package: from the asker's words to a Question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.question import topic as topics
from index.question.lexicon import verbs, words
from index.question.model import Intent, Memory, Question, SpeakerRef
from index.question.noise import Bare, is_chat, is_tag, strip
from index.question.people import Directory
from index.question.reading import Reading, readings, verb_of
from index.question.roles import parse, singular, split
from index.question.text import COMMA, POSSESSION, QUOTATION, Asked, Sentence, Token, read
from index.question.who import Resolver, Who, typed

_NOTHING = Memory()
_OPENINGS = frozenset(
    "who whom whose what which when where why how is are was were am do does did has have had will would can could should may might "
    "define explain summarise summarize describe".split()
)
_SPEECH_NOUNS = frozenset(
    "quote quotes quotation quotations statement statements comment comments remark remarks compare difference between versus vs saying said says say words opinion opinions "
    "view views thoughts interview speech quoted".split()
)
_FOLLOW = tuple(
    tuple(lead.split())
    for lead in (
        "and what about", "and how about", "but what about", "so what about", "what about", "how about", "what of", "and same for",
        "same for", "the same for", "same question for", "same question about", "and for", "and from", "and by", "and with", "and also",
        "and", "or", "but", "plus", "also", "then",
    )
)  # fmt: skip


def understand(text: str, directory: Directory, memory: Memory = _NOTHING) -> Question:
    """Understand a question. Never fails, whatever the text; the same arguments give the same result.

    Args:
        text: the question as asked; its first 2,000 characters are read.
        directory: the speakers it may name.
        memory: what the conversation just talked about.
    """
    asked = read(text, directory.is_key)
    everything = [token for sentence in asked.sentences for token in sentence.tokens]
    if is_chat(everything, directory.vocabulary):
        return Question(text.strip(), "none")
    return _Understanding(text.strip(), asked, directory, memory).question()


class _Understanding:
    """One question being understood."""

    def __init__(self, text: str, asked: Asked, directory: Directory, memory: Memory) -> None:
        self.text = text
        self.asked = asked
        self.directory = directory
        self.memory = memory
        self.resolver = Resolver(asked, directory, memory)

    # --- which sentence, and how it is worded -------------------------------------------------------------------

    def question(self) -> Question:
        bares = self._bare_sentences()
        asking = [i for i, (bare, asks) in enumerate(bares) if asks or bare.tokens[0].norm in _OPENINGS]
        for i in [*asking, *(i for i in range(len(bares)) if i not in asking)]:
            self.resolver.before = tuple(self._named(token for bare, _ in bares[:i] for token in bare.tokens))
            found = self._worded(*bares[i])
            if found:
                return found
        self.resolver.before = ()
        return self._bare_words(
            [token for bare, _ in bares for token in bare.tokens], any(bare.checks for bare, _ in bares)
        )

    def _bare_sentences(self) -> list[tuple[Bare, bool]]:
        """The sentences without what wraps them; one that only asks "right?" belongs to the one before."""
        found: list[tuple[Bare, bool]] = []
        for sentence in self.asked.sentences:
            bare = strip(sentence.tokens)
            if found and is_tag(sentence.tokens):
                found[-1] = (replace(found[-1][0], checks=True), True)
            elif bare.tokens:
                found.append((bare, sentence.asks))
        alone = [pair for pair in found if any(token.norm != QUOTATION for token in pair[0].tokens)]
        return alone or found or [(Bare(sentence.tokens), sentence.asks) for sentence in self._whole()]

    def _whole(self) -> Iterator[Sentence]:
        yield Sentence(tuple(token for sentence in self.asked.sentences for token in sentence.tokens), False)

    def _named(self, tokens: Iterator[Token]) -> list[SpeakerRef]:
        return [found.ref for found in self.directory.find([token.text for token in tokens])]

    def _worded(self, bare: Bare, asks: bool) -> Question | None:
        """The question in one sentence, when it is worded like one."""
        self.resolver.checks = bare.checks
        tokens = bare.tokens
        if words().foreign_marks.intersection(token.norm for token in tokens):
            return None  # another language: the names in it may be understood
        lead = next((len(f) for f in _FOLLOW if tuple(token.norm for token in tokens[: len(f)]) == f), 0)
        if lead and len(tokens) > lead:
            rest = tokens[lead:]
            whole = not self.memory.intent or rest[0].norm in _OPENINGS
            return (self._pattern(rest) if whole and tokens[0].norm not in {"what", "how"} else None) or (
                self._fact(rest, bare.checks) if rest[0].norm in _OPENINGS else self._follow(rest)
            )
        reading = self._pattern(tokens)
        if reading:
            return reading
        if self.memory.intent and tokens[0].norm in {"about", "on"} and len(tokens) > 1:
            return self._follow(tokens)
        opens = [token.norm in _OPENINGS for token in tokens[:3]]
        if opens[0] or (tokens[0].norm in words().stop and tokens[1:] and opens[1]) or (asks and any(opens)):
            return self._fact(tokens, bare.checks)
        return None

    def _pattern(self, tokens: Sequence[Token]) -> Question | None:
        known = self._is_known
        reading = next(readings(tokens, known, self.resolver.check), None)
        return self._composed(reading, tokens) if reading else None

    def _is_known(self, word: str) -> bool:
        return word in self.directory.vocabulary or self.directory.is_key(word)

    # --- from a wording to a question ---------------------------------------------------------------------------

    def _composed(self, reading: Reading, tokens: Sequence[Token]) -> Question:
        if reading.intent == "fact":
            found = self._fact(tokens, False)
            return replace(found, wanted=reading.wanted or found.wanted, pattern=reading.name)
        who = self.resolver.who(reading.slots["who"]) if "who" in reading.slots else Who()
        if reading.name == "who runs it":
            who = Who((self.directory.holder(" ".join(reading.words("deed")), typed(reading.slots["org"])),))
        rest = topics.take_apart(reading.verb, reading.slots.get("rest", ()), self.directory)
        parts = [
            reading.slots.get("topic", ()),
            rest.topic,
            reading.slots.get("claim", ()),
            reading.slots.get("role", ()),
        ]
        if reading.name == "what X said, at the end":
            who, parts[0] = self._with_before(reading, who)
        if reading.name == "according to X":
            parts[0] = topics.fact_topic(parts[0])
        topic = [token for part in map(topics.trim, parts) if not topics.is_empty(part) for token in part]
        medium = typed(reading.slots.get("medium", rest.medium))
        question = Question(
            text=self.text,
            intent=reading.intent,
            speakers=() if who.anybody else who.refs,
            medium=medium or None,
            verb=rest.verb or self._noun_verb(reading),
            negated=self._negated(reading),
            more=reading.more or who.others or self._more(tokens, reading),
            wanted=reading.wanted or self._wanted(reading, tokens),
            aspect=reading.aspect,
            pattern=reading.name,
        )
        question = self._grouped(question, reading)
        return self._settled(self._about(question, topic, tokens), reading, who)

    def _with_before(self, reading: Reading, who: Who) -> tuple[Who, tuple[Token, ...]]:
        """ "And Park, what did she say?": who, and what of the words before is topic."""
        before = tuple(token for token in reading.slots["before"] if token.norm not in {"and", "but", "so"})
        named = self.resolver.who(before)
        if any(ref.names for ref in named.refs):
            return named, ()
        if found := self._named(iter(before)):
            return Who(tuple(found)), ()
        return who, before

    def _about(self, question: Question, topic: Sequence[Token], tokens: Sequence[Token]) -> Question:
        """The question with its topic; with the conversation's where it has none but points to one."""
        text = self._text_of(topic)
        if not text and self.asked.quoted:
            topic = [token for s in self.asked.sentences for token in s.tokens if token.norm == QUOTATION]
            text = self.asked.quoted
        kept = topics.content(topic, self.asked)
        mended = topics.mend(kept, topic, self.directory)
        negations = {token.norm for token in topic} & words().negations
        return replace(
            question,
            topic=text,
            words=tuple(mended.get(word, word) for word in kept),
            names=topics.names(topic, tokens[0] if tokens else None, self.directory),
            numbers=topics.numbers(text),
            quoted=self.asked.quoted,
            negated=question.negated or bool(negations),
            corrections=tuple(mended.items()),
        )

    def _text_of(self, topic: Sequence[Token]) -> str:
        """The topic as typed: a slice of the question where the words stand together."""
        if not topic:
            return ""
        everything = [token for s in self.asked.sentences for token in s.tokens]
        at = next((i for i, token in enumerate(everything) if token is topic[0]), 0)
        together = [id(token) for token in everything[at : at + len(topic)]] == [id(token) for token in topic]
        return self.asked.slice(tuple(topic)) if together else typed(topic)

    def _carry(self, question: Question, *, beside: bool = False) -> Question:
        """The question with the conversation's topic in place of none, or beside its own."""
        if not self.memory.topic or (question.topic and not beside):
            return question
        remembered = read(self.memory.topic, self.directory.is_key)
        tokens = [token for sentence in remembered.sentences for token in sentence.tokens]
        text = " ".join(filter(None, (question.topic, self.memory.topic)))
        return replace(
            question,
            topic=text,
            words=tuple(dict.fromkeys((*question.words, *topics.content(tokens, remembered)))),
            names=tuple(dict.fromkeys((*question.names, *topics.names(tokens, None, self.directory)))),
            numbers=topics.numbers(text),
            carried=True,
        )

    def _noun_verb(self, reading: Reading) -> str | None:
        """The verb in "Park's prediction", "who is against it"."""
        for slot in ("noun", "stance"):
            for word in reading.words(slot):
                verb = words().meanings.get(word) or words().meanings.get(singular(word))
                if verb:
                    return verb
        return None

    def _negated(self, reading: Reading) -> bool:
        started = ["not"] if reading.name == "who said it" and "not" in reading.words("mid") else []
        return (
            bool(words().negations.intersection(reading.words("mid"), {"not", "never"}) or started)
            and reading.intent == "who_said"
        )

    def _more(self, tokens: Sequence[Token], reading: Reading) -> bool:
        spoken = {token.norm for token in tokens} - {
            token.norm for slot in ("topic", "rest", "who") for token in reading.slots.get(slot, ())
        }
        return "else" in spoken or (
            reading.intent in {"what_said", "speakers"} and bool(spoken & {"other", "another"})
        )

    def _wanted(self, reading: Reading, tokens: Sequence[Token]) -> topics.Wanted | None:
        if reading.name not in {"what thing did X say", "how or why X says it", "according to X"}:
            return None
        kind = topics.wanted(
            reading.slots.get("topic", tokens) if reading.name == "according to X" else tokens
        )
        return kind if kind in {"number", "date", "place", "reason", "person", "organisation"} else None

    def _grouped(self, question: Question, reading: Reading) -> Question:
        """The question with those who are in the group it asks of: "which CEOs"."""
        tokens = [token for token in reading.slots.get("group", ()) if token.norm not in words().stop]
        parts = [singular(part) for part in split(typed(tokens))]
        if not parts or (
            set(parts) <= words().kinds["people"]
            and not set(parts) & (words().kinds["men"] | words().kinds["women"])
        ):
            return question
        gendered = bool(set(parts) & (words().kinds["men"] | words().kinds["women"]))
        role = parse(" ".join(parts))
        ref, group = self.directory.group(typed(tokens)), (" ".join(parts),)
        if (
            not ref.names and question.intent == "who_said" and role.known
        ):  # "which carmaker CEO promised": what was said tells
            ref, group = self.directory.group(" ".join(role.heads)), role.heads
        if not ref.names and not role.known and not gendered:
            return question
        return replace(question, group=group, speakers=(*question.speakers, ref))

    # --- what the whole amounts to ------------------------------------------------------------------------------

    def _settled(self, question: Question, reading: Reading, who: Who) -> Question:
        """The question with the intent it has in the end, and what the conversation adds to it."""
        intent: Intent = question.intent
        talk = reading.verb is not None and reading.verb.kind == "t"
        if who.anybody:
            intent = {
                "what_said": "speakers",
                "verify": "speakers" if talk else "who_said",
                "profile": "fact",
            }.get(intent, intent)  # type: ignore[assignment]  # the values are intents
        if who.anybody and who.pronoun and not question.topic:
            intent, question = reading.intent, replace(question, speakers=who.refs)
        question = replace(question, intent=intent)
        points = self._points_back(reading) or question.more
        if intent in {"who_said", "verify"} and not question.topic and self.memory.topic:
            question = self._carry(question)
        elif (
            intent in {"what_said", "speakers"}
            and points
            and not question.topic
            and not self._all_of_them(reading)
        ):
            question = self._carry(question)
        if reading.name in {"more from the same", "what X said, at the end"} and not question.speakers:
            question = replace(question, speakers=(self.resolver.recall("they", "they"),))
        if reading.name == "who else" and self.memory.intent == "speakers":
            question = replace(question, intent="speakers")
        if question.intent == "verify" and not question.topic:
            question = self._claimless(question, back=points)
        return question

    def _points_back(self, reading: Reading) -> bool:
        """Whether the topic's place holds "it" or "that"."""
        slots = [reading.slots.get(slot, ()) for slot in ("topic", "rest")]
        return any(
            part
            and topics.is_empty(topics.trim(part))
            and any(t.norm in {"it", "this", "that", "so"} for t in part)
            for part in slots
        )

    def _all_of_them(self, reading: Reading) -> bool:
        """ "What else did she say?" asks for other things than the topic."""
        return reading.intent == "what_said" and not self._points_back(reading)

    def _claimless(self, question: Question, *, back: bool) -> Question:
        """ "Did Park apologise?" claims the verb; "did Park say that?" without a conversation asks what Park said."""
        if question.verb and not back:
            return replace(question, topic=question.verb, words=(question.verb.split()[0],))
        return replace(question, intent="what_said")

    def _follow(self, tokens: Sequence[Token]) -> Question:
        """ "And Park?", "what about growth?": the last question with another speaker or another topic."""
        explicit = tokens[0].norm in {"about", "on", "regarding"}
        rest = topics.trim(tokens)
        who = self.resolver.who(rest) if rest else Who()
        if rest and not explicit and self._is_speaker(rest, who):
            intent: Intent = (
                self.memory.intent
                if self.memory.intent in {"what_said", "verify", "profile"}
                else "what_said"
            )
            base = Question(self.text, intent, speakers=who.refs, pattern="another speaker")
            return replace(base, aspect="identity") if intent == "profile" else self._carry(base)
        last = self.memory.intent
        found = Question(self.text, "speakers", pattern="another topic")
        if last in {"what_said", "verify", "profile"} and self.memory.speakers:
            refs = tuple(SpeakerRef(name, (name,), "memory") for name in self.memory.speakers)
            found = replace(found, intent="what_said", speakers=refs)
        elif last in {"who_said", "fact"}:
            found = replace(found, intent=last, wanted=topics.wanted(tokens) if last == "fact" else None)
        question = self._about(found, rest, tokens)
        return self._carry(question, beside=True) if last == "fact" else question

    def _is_speaker(self, tokens: Sequence[Token], who: Who) -> bool:
        links = {ref.link for ref in who.refs if ref.names}
        if who.pronoun or links & {"name", "role", "spelling", "memory"}:
            return not who.anybody
        if "organisation" in links:
            return all(token.capital for token in tokens)
        seen = all(token.norm in self.directory.vocabulary for token in tokens)
        return (
            len(tokens) > 1
            and all(token.capital for token in tokens)
            and self.resolver.looks_like_name(tokens)
            and not seen
        )

    def _fact(self, tokens: Sequence[Token], checks: bool) -> Question:
        """A question that no wording of who said what fits."""
        if checks and tokens[0].norm not in _OPENINGS:
            return self._bare_words(tokens, checks)
        topic = topics.fact_topic(tokens)
        named = tuple(self._named(iter(tokens)))
        pronoun = next((words().pronouns[t.norm] for t in tokens if t.norm in words().pronouns), None)
        if not named and pronoun in {"he", "she", "they"} and self.memory.speakers:
            named = (self.resolver.recall(pronoun, pronoun),)
        if not topic and not named and self.memory.speakers:
            named = (self.resolver.recall("they", "they"),)
        if not topic and not named and not self.memory.topic:
            return Question(self.text, "none", pattern="nothing to ask")
        question = Question(self.text, "fact", speakers=named, wanted=topics.wanted(tokens), pattern="fact")
        question = self._about(question, () if topics.is_empty(topic) else topic, tokens)
        known = {part for ref in named for name in (ref.asked, *ref.names) for part in name.split()}
        question = replace(question, names=tuple(n for n in question.names if not set(n.split()) <= known))
        back = pronoun == "it" or {"that", "this", "there", "then"} & {t.norm for t in tokens[1:]}
        return self._carry(question, beside=bool(back) and len(question.words) <= 3)

    def _bare_words(self, tokens: Sequence[Token], checks: bool) -> Question:
        """Bare words: "park growth", "silver economy", a name, a quotation."""
        found = self.directory.find([token.text for token in tokens], loose=True)
        taken = {i for f in found for i in range(f.start, f.end)}
        left = [
            t for i, t in enumerate(tokens) if i not in taken and t.norm not in {COMMA, POSSESSION, QUOTATION}
        ]
        spoken = [
            t for t in left if t.norm in _SPEECH_NOUNS or (t.norm in verbs() and verbs()[t.norm].kind in "pm")
        ]
        left = list(topics.trim([t for t in left if t not in spoken]))
        refs = tuple(dict.fromkeys(f.ref for f in found))
        question = Question(
            self.text, "what_said" if refs else "who_said", speakers=refs, pattern="bare words"
        )
        if refs and self.asked.quoted:
            question = replace(question, intent="verify")
        elif not refs and left == list(topics.trim(tokens)):
            source = self.resolver.who(tokens)
            if source.refs and (source.refs[0].link == "name" or (source.refs[0].link == "role" and len(tokens) < 4)):
                return replace(question, intent="what_said", speakers=source.refs)
        elif refs and not left and not spoken and all(ref.link == "role" for ref in refs):
            return replace(question, intent="profile", aspect="identity")
        question = self._about(question, left, tokens)
        if (
            refs
            and not question.topic
            and not spoken
            and self.memory.intent in {"what_said", "who_said", "speakers"}
        ):
            question = self._carry(question)
        return question
