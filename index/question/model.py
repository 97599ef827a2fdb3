"""A question, understood: plain data, made without a language model and without loading spaCy or torch."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from index.speakers.link import SpeakerRef

# who_said: who said Y? · what_said: what did X say (about Y)? · verify: did X say Y? · profile: who is X?
# speakers: who talked about Y?, list everyone quoted · fact: everything else · none: not a question
# about_article, list_articles: what the index knows of an article, which there are · about_answer: of the last answer
# count_order: how many, the first, the longest · compare: who agrees with whom · several: several questions at once
# help … other_language: nothing that the articles answer · lost: goes on from something that is not there
Intent = Literal[
    "who_said",
    "what_said",
    "verify",
    "profile",
    "speakers",
    "fact",
    "about_article",
    "list_articles",
    "about_answer",
    "count_order",
    "compare",
    "several",
    "help",
    "greeting",
    "thanks",
    "complaint",
    "admin",
    "not_for_bot",
    "other_language",
    "lost",
    "none",
]
# what says nothing about what was talked about, so that the conversation goes on from before it
ASIDES: frozenset[Intent] = frozenset(
    {"help", "greeting", "thanks", "complaint", "admin", "not_for_bot", "other_language", "lost", "none"}
)

# what kind of short answer a fact question wants
Wanted = Literal["person", "organisation", "place", "date", "number", "name", "reason", "definition", "other"]

# what a form left empty
Lack = Literal["speaker", "topic"]

# what a question about words asks for, where that is not who said them: to whom they were said, or the words alone
AskedFor = Literal["addressee", "content"]

# what of an article, of the last answer, of the statements or of two speakers is asked for: the keys of facets.toml
Facet = str

# what a list shown last is one of
Listing = Literal["speakers", "articles", "quotes"]

# what a profile question asks for
Aspect = Literal["identity", "role", "affiliation"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that a form asked: its kind is known, and each of its words belongs to speaker or topic.

    Attributes:
        intent: what is asked; nothing in `topic` changes it.
        speaker: as typed or chosen, for `what_said` and `verify`; "" for none.
        topic: the topic, the claim, or words that somebody is to have said; "" for none.
    """

    intent: Literal["who_said", "what_said", "verify", "speakers"]
    speaker: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """The asker's words, understood.

    Attributes:
        text: the question as asked, trimmed.
        speakers: who should have said it (`what_said`, `verify`) or who is asked about (`profile`).
        topic: what it is about, in the asker's words without chat noise, question words and speaker; "" for
            nothing. For `who_said` and `verify` this is the claim ("prices will fall").
        words: the content words of `topic`, lower case, in order, without stop words; mended where
            `corrections` says so.
        names: capitalised or otherwise evident proper names in the topic that are no speakers.
        numbers: numbers and years in the topic, as written.
        quoted: the words between quotation marks in the question, if any.
        group: role words that the asked people must have ("CEO", "founder") for `speakers` and `who_said`.
        medium: to whom it was said ("the Global Times"), when the question restricts that.
        verb: the speech verb's lemma in the question ("praise", "deny"), if it is more than plain saying.
        negated: whether the claim is negated.
        unsaid: whether the question claims that the words were not said ("Park never said that ...").
        together: whether all of the speakers are to have said it ("Park and Ito"), not one of them.
        several: whether the question holds claims about several people, or several about one.
        more: whether things already shown should be left out ("what else ...").
        wanted, aspect: see the types.
        carried: whether the topic (or part of it) comes from the conversation, not from this question: it
            tells what to prefer, and is nothing the answer has to hold.
        corrections: (as typed, as understood) for words that were mended from the index's vocabulary.
        lacks: what a form left empty, though its question needs it.
        loose: whether questions worded like this ask for deeds as often as for words.
        asks: see the type.
        form: whether a form asked it: its intent stays what that asked, whatever its words look like.
        facet: what is asked of an article, of the last answer, of the statements or of two speakers (see facets.toml).
        pick: which entry of the list shown last is meant, from 0.
        parts: the questions of a message that asks several, as typed.
        patterned: whether the wording is one of patterns.toml, and not only like a question.
        unsure: whether it is hardly known what kind of question it is.
        unread: words that narrow it down, which the index does not tell of anybody: "tech" in "the tech CEOs".
        otherwise: the question that it is taken for where nothing answers it.
    """

    text: str
    intent: Intent
    speakers: tuple[SpeakerRef, ...] = ()
    topic: str = ""
    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    quoted: str | None = None
    group: tuple[str, ...] = ()
    medium: str | None = None
    verb: str | None = None
    negated: bool = False
    unsaid: bool = False
    together: bool = False
    several: bool = False
    more: bool = False
    wanted: Wanted | None = None
    aspect: Aspect | None = None
    carried: bool = False
    corrections: tuple[tuple[str, str], ...] = ()
    lacks: Lack | None = None
    loose: bool = False
    asks: AskedFor | None = None
    form: bool = False
    facet: Facet | None = None
    pick: int | None = None
    parts: tuple[str, ...] = ()
    patterned: bool = False
    unsure: bool = False
    unread: str = ""
    otherwise: Question | None = None

    @property
    def mended(self) -> str:
        """The topic with its misspelt words mended: what to search by."""
        topic = self.topic
        for typed, known in self.corrections:
            topic = re.sub(rf"(?<!\w){re.escape(typed)}(?!\w)", known, topic, flags=re.IGNORECASE)
        return topic


@dataclass(frozen=True, slots=True)
class Last:
    """The last answer, as far as questions about it need it.

    Attributes:
        question: what was asked.
        intent: as it was understood.
        answered, short, score, verdict: of the answer (see `index.answer.contract.Answer`).
        places: (article id, start, end) of what it showed, in its order.
        listed: what stood in a list, in its order: names of speakers, ids of articles; none for `quotes`.
        listing: what it listed, if it did.
    """

    question: str
    intent: Intent
    answered: bool
    short: str | None = None
    score: float = 0.0
    verdict: str | None = None
    places: tuple[tuple[str, int, int], ...] = ()
    listed: tuple[str, ...] = ()
    listing: Listing | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What a conversation just talked about; an empty one for a fresh conversation.

    `shown` are (article id, start, end) of the citations shown so far about `speakers`; `last` is the last answer.
    """

    speakers: tuple[str, ...] = ()
    topic: str = ""
    intent: Intent | None = None
    shown: tuple[tuple[str, int, int], ...] = ()
    last: Last | None = None
