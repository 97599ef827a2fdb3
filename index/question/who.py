"""Who is meant by the words in a speaker's place: a name, a pronoun, "anyone", or nobody the index knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.question.lexicon import roles, words
from index.question.model import Memory, SpeakerRef
from index.question.people import Directory
from index.question.reading import Reading, verb_of
from index.question.roles import parse, singular, split
from index.question.text import COMMA, POSSESSION, Asked, Token

QUESTION_WORDS = frozenset(
    "who whom whose what which when where why how is are was were do does did has have had will would can could".split()
)
_DETERMINERS = frozenset(
    "the a an this that these those its their our his her my your some any such no".split()
)


@dataclass(frozen=True, slots=True)
class Who:
    """Those in a speaker's place. `anybody`: the words stand for no particular speaker; `others`: for further ones."""

    refs: tuple[SpeakerRef, ...] = ()
    anybody: bool = False
    others: bool = False
    pronoun: bool = False

    @property
    def known(self) -> bool:
        """Whether the words were linked, or need no link."""
        return self.anybody or self.pronoun or any(ref.names for ref in self.refs)


class Resolver:
    """Resolves speakers within one question. `before` are speakers named in sentences before the one being read."""

    def __init__(self, asked: Asked, directory: Directory, memory: Memory) -> None:
        self.asked = asked
        self.directory = directory
        self.memory = memory
        self.before: tuple[SpeakerRef, ...] = ()
        self.checks = False  # whether the sentence being read asks if something is true
        self._lower = asked.text == asked.text.lower()

    def who(self, tokens: Sequence[Token]) -> Who:
        """Who is meant by these words."""
        kept = [token for token in tokens if token.norm != COMMA] if len(tokens) < 3 else list(tokens)
        line = " ".join(token.norm for token in kept)
        kinds = words().kinds
        is_name = len(kept) == 1 and kept[0].capital and kept[0].start > 0 and self.directory.is_key(line)
        if line in words().pronouns and not is_name:
            return self._pronoun(words().pronouns[line], line)
        if line in kinds["anybody"] or not kept:
            linked = self.directory.link(typed(kept)) if line.startswith(("the ", "this ")) else ()
            if not any(ref.names and ref.link == "name" for ref in linked):
                return Who(anybody=True, others="other" in line or "else" in line)
        if line in kinds["same"]:
            return Who((self.recall("they", line),), pronoun=True)
        return Who(self.directory.link(typed(kept)))

    def _pronoun(self, pronoun: str, line: str) -> Who:
        if pronoun == "they" and not self.memory.speakers and not self.before:
            return Who((SpeakerRef(line, (), "unknown", 0.0),), anybody=line == "they", pronoun=True)
        return Who((self.recall(pronoun, line),), pronoun=True)

    def recall(self, pronoun: str, line: str) -> SpeakerRef:
        """The remembered speaker whom a pronoun can mean; all of them for "they"."""
        named = [name for ref in self.before for name in ref.names] or list(self.memory.speakers)
        if pronoun in {"he", "she"}:
            fits = [n for n in named if self.directory.is_person(n) and self._agrees(n, pronoun)]
            named = fits[:1]
        elif pronoun == "it":
            named = [n for n in named if not self.directory.is_person(n)][:1]
        elif line in words().kinds["same"]:
            named = named[:1]
        return SpeakerRef(line, tuple(named), "memory") if named else SpeakerRef(line, (), "unknown", 0.0)

    def _agrees(self, name: str, pronoun: str) -> bool:
        known = self.directory.pronouns(name) & {"he", "she"}
        return not known or pronoun in known

    # --- what patterns need -------------------------------------------------------------------------------------

    def check(self, needs: str, reading: Reading) -> bool:
        """Whether what a pattern needs holds; see `needs` in patterns.toml."""
        if needs == "deed":
            return self._deed(reading)
        if needs in {"group", "plural group", "people group"} or "group" in reading.slots:
            return self._group(reading.slots.get("group", ()), needs)
        if "who" not in reading.slots:
            return True
        tokens = reading.slots["who"]
        who = self.who(tokens)
        if needs == "known":
            return who.known
        if needs == "named":
            names = {"name", "spelling", "memory"}
            return bool(who.refs) and all(ref.link in names for ref in who.refs) and self._is_person(who, voice=False)
        if needs == "person":
            return self._is_person(who, voice=reading.intent != "profile")
        if needs == "roleword":
            return self._is_role(tokens, who)
        if needs == "claimant":
            return self._claims(tokens, who, reading)
        if needs == "name":
            return who.known or self.looks_like_name(tokens)
        return who.known or (len(tokens) <= 8 and not self.is_ordinary(tokens))

    def _is_person(self, who: Who, *, voice: bool) -> bool:
        if who.pronoun:
            return True
        return bool(who.refs) and all(
            bool(ref.names)
            and ref.score > 0.7
            and (voice or (ref.link != "organisation" and self.directory.is_person(ref.names[0])))
            for ref in who.refs
        )

    def _is_role(self, tokens: Sequence[Token], who: Who) -> bool:
        if any(ref.names and ref.link != "organisation" for ref in who.refs) or who.pronoun:
            return True
        role = parse(typed(tokens))
        if not role.known or role.heads == ("person",):
            return self.looks_like_name(tokens)
        plain = self.directory.vocabulary.is_plain
        return not role.content or not all(plain(word) for word in role.content)

    def _group(self, tokens: Sequence[Token], needs: str) -> bool:
        """Whether these words name a group ("CEOs"), not somebody ("what Park said")."""
        who = self.who(tokens)
        named = any(
            ref.names and ref.link in {"name", "spelling"} and self.directory.is_person(ref.names[0])
            for ref in who.refs
        )
        last = tokens[-1].norm if tokens else ""
        if named or who.pronoun or last in words().stop - words().kinds["people"]:
            return False
        if needs == "people group":
            return bool({singular(last), last} & (roles().same.keys() | words().kinds["people"]))
        if needs == "plural group":
            return last != singular(last) or last in {"people", "men", "women", "chairmen"}
        if needs == "group" and len(tokens) == 1 and tokens[0].norm in {"things", "quotes", "statements"}:
            return False
        return True

    def _deed(self, reading: Reading) -> bool:
        """Whether somebody is known to do it, or the place where they do it is one the articles do not know."""
        deed, place = " ".join(reading.words("deed")), typed(reading.slots["org"])
        if self.directory.holder(deed, place).names:
            return True
        large = [word for word in split(place) if word not in words().stop and word != "%s"]
        return (
            bool(large) and len(large) <= 4 and not all(word in self.directory.vocabulary for word in large)
        )

    def _claims(self, tokens: Sequence[Token], who: Who, reading: Reading) -> bool:
        """Whether "X says Y" has a speaker for X."""
        if tokens[0].norm in QUESTION_WORDS:
            return False
        if any(ref.names for ref in who.refs) or who.pronoun:
            return len(tokens) <= 8
        large = [token for token in tokens if token.norm not in words().stop]
        if len(large) != len(tokens) or not 1 <= len(tokens) <= 4:
            return False
        known = self.directory.vocabulary
        if all(token.capital for token in tokens):
            return len(tokens) > 1 or not (
                known.is_plain(tokens[0].norm) or singular(tokens[0].norm) in roles().same
            )
        plain_verb = self.checks or (reading.verb is not None and reading.verb.kind in "pm")
        return (
            plain_verb
            and len(tokens) <= 3
            and self._lower
            and not all(token.norm in known for token in tokens)
        )

    def looks_like_name(self, tokens: Sequence[Token]) -> bool:
        """Whether words are put like somebody's name: capitals, or in lower-case writing words that are not the articles'."""
        kept = [token for token in tokens if token.norm not in {COMMA, POSSESSION}]
        if not 1 <= len(kept) <= 4 or any(token.norm in words().stop for token in kept):
            return False
        if all(token.capital for token in kept):
            return True
        known = self.directory.vocabulary
        verbs = any(verb_of(token.norm) for token in kept)
        return (
            self._lower
            and len(kept) <= 3
            and not verbs
            and not all(known.is_plain(token.norm) for token in kept)
        )

    def is_ordinary(self, tokens: Sequence[Token]) -> bool:
        """Whether words that name no speaker are an ordinary noun of the articles ("the conference"), not somebody."""
        role = parse(typed(tokens))
        if role.known and role.heads != ("person",):
            return False
        vocabulary = self.directory.vocabulary
        large = [
            token
            for token in tokens
            if token.norm not in words().stop and token.norm not in {COMMA, POSSESSION}
        ]
        if any(token.capital and token.start for token in large) and not self.asked.text.isupper():
            return False
        seen = all(token.norm in vocabulary for token in large) if vocabulary else True
        if tokens[0].norm in _DETERMINERS:
            return seen
        return bool(vocabulary) and all(vocabulary.is_plain(token.norm) for token in large)


def typed(tokens: Sequence[Token]) -> str:
    """Words as typed, with single spaces; possession at its word."""
    return " ".join(token.text for token in tokens).replace(" 's", "'s")
