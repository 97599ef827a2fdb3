"""Coreference: who is meant by the words in a speaker's place, a name, a pronoun, "anyone"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.language.lexicon import words
from index.question.model import Memory
from index.question.tokens import COMMA, Token, TokenisedText
from index.speakers.directory import Directory
from index.speakers.link import SpeakerRef
from index.speakers.roles import singular


@dataclass(frozen=True, slots=True)
class Who:
    """Those in a speaker's place.

    `anybody`: the words stand for no particular speaker; `others`: for speakers besides those named before; `unread`:
    the words among them that the index tells of nobody.
    """

    refs: tuple[SpeakerRef, ...] = ()
    anybody: bool = False
    others: bool = False
    pronoun: bool = False
    unread: str = ""

    @property
    def known(self) -> bool:
        """Whether the words were linked, or need no link."""
        return self.anybody or self.pronoun or any(ref.names for ref in self.refs)


class Context:
    """What a question is understood in: its text, the directory, the conversation.

    `before` are speakers named in sentences before the one being read; `checks` tells whether that sentence
    asks if something is true.
    """

    def __init__(self, asked: TokenisedText, directory: Directory, memory: Memory) -> None:
        self.asked = asked
        self.directory = directory
        self.memory = memory
        self.before: tuple[SpeakerRef, ...] = ()
        self.checks = False
        self.lower = asked.text == asked.text.lower()  # capitals tell nothing where there are none

    def is_known(self, word: str) -> bool:
        """Whether a word is one of the articles or names somebody."""
        return word in self.directory.vocabulary or self.directory.is_key(word)

    def named(self, tokens: Iterable[Token]) -> tuple[SpeakerRef, ...]:
        """The people named among these words."""
        return tuple(found.ref for found in self.directory.find([token.text for token in tokens]))

    def who(self, tokens: Sequence[Token]) -> Who:
        """Who is meant by these words in a speaker's place."""
        kept = [token for token in tokens if token.norm != COMMA] if len(tokens) < 3 else list(tokens)
        line = " ".join(token.norm for token in kept)
        is_name = len(kept) == 1 and kept[0].capital and kept[0].start > 0 and self.directory.is_key(line)
        if line in words().pronouns and not is_name:
            return self._pronoun(words().pronouns[line], line)
        if not kept or (line in words().kinds["anybody"] and not self._is_source(kept, line)):
            return Who(anybody=True, others="other" in line or "else" in line)
        if line in words().kinds["same"]:
            return Who((self.recall("same", line),), pronoun=True)
        refs = self.directory.link(typed(kept))
        return Who(refs) if any(ref.names and ref.link == "role" for ref in refs) else self._nearest(kept, refs)

    def _nearest(self, kept: Sequence[Token], refs: tuple[SpeakerRef, ...]) -> Who:
        """Who bears nearly that name, or of a group the wider one: "the CEOs" for "the tech CEOs"."""
        group = self.directory.group(kept[-1].text)
        narrower = [token.text for token in kept[:-1] if token.norm not in words().stop and not token.capital]
        if len(group.names) > 1 and narrower and kept[-1].norm != singular(kept[-1].norm):
            return Who((group,), unread=" ".join(self.directory.untold(group, narrower)))
        if any(ref.names for ref in refs):
            return Who(refs)
        near = self.directory.near(typed(kept))
        return Who((near,)) if near else Who(refs)

    def _is_source(self, tokens: Sequence[Token], line: str) -> bool:
        """Whether "the article" or "the panel" is a speaker of the index by that name."""
        refs = self.directory.link(typed(tokens)) if line.startswith(("the ", "this ")) else ()
        return any(ref.names and ref.link == "name" for ref in refs)

    def _pronoun(self, pronoun: str, line: str) -> Who:
        ref = self.recall(pronoun, line)
        return Who((ref,), anybody=line == "they" and not ref.names, pronoun=True)

    def recall(self, pronoun: str, line: str) -> SpeakerRef:
        """The speaker talked about before whom a pronoun can mean; for "they", all of them."""
        named = [name for ref in self.before for name in ref.names] or list(self.memory.speakers)
        if pronoun in {"he", "she"}:
            named = [n for n in named if self.directory.is_person(n) and self._agrees(n, pronoun)][:1]
        elif pronoun == "it":
            named = [n for n in named if not self.directory.is_person(n)][:1]
        elif pronoun == "same":
            named = named[:1]
        return SpeakerRef(line, tuple(named), "memory") if named else SpeakerRef(line, (), "unknown", 0.0)

    def _agrees(self, name: str, pronoun: str) -> bool:
        known = self.directory.pronouns(name) & {"he", "she"}
        return not known or pronoun in known


def typed(tokens: Iterable[Token]) -> str:
    """Words as typed, with single spaces; possession at its word."""
    return " ".join(token.text for token in tokens).replace(" 's", "'s")
