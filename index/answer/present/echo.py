"""The asker's words inside a sentence of the answer, where they read on in it; else the sentence does without them.

English, as questions are. What is not surely read on from is left out: a wrong sentence is worse than a short one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from index.language.lexicon import words

_SUBJECTS = frozenset("he i it she there they we you".split())  # noqa: SIM905
_RELATIVE = frozenset({"who", "whom", "which", "that", "whose"})
_MODALS = frozenset({"must", "cannot"})
_DO = frozenset({"do", "does", "did"})
_NO_CLAUSE = re.compile(r"[.!?;:…]\s|…$|\n")
_CONTRACTED = re.compile(r"n['’]t$")
_MOST = 25  # words


def clause(text: str) -> str:
    """A claim as a clause: "Tesla will leave China"; "" for what is none, or not surely one."""
    told = text.strip().rstrip(" .!")
    every = told.split()
    first = every[0].lower() if every else ""
    if not 1 < len(every) <= _MOST or _NO_CLAUSE.search(told) or told.endswith("?"):
        return ""
    verb = next((i for i, word in enumerate(every) if i and _is_auxiliary(word)), 0)
    if not (verb and first not in {"to", *_RELATIVE}) and first not in _SUBJECTS:
        return ""
    if any(word.lower() in _RELATIVE for word in every[1:verb]):
        return ""  # "the man who was fired"
    small = words().small["determiners"] | _SUBJECTS - {"i"}
    return told[0].lower() + told[1:] if first in small else told


def claim(text: str) -> str:
    """A claim behind "said": "that Tesla will leave China", "when it will leave"; "" as `clause`."""
    told = clause(text)
    asks = told.partition(" ")[0].lower() in words().small["questions"]
    return told if asks or not told else f"that {told}"


def asked(question: str) -> str:
    """A question behind "The articles don't say": " how old Elon Musk is", with the blank; "" where it is not clear."""
    told = question.strip().rstrip("?! .")
    every = told.split()
    at = next((i for i, word in enumerate(every) if i and _is_auxiliary(word)), 0)
    if not at or every[0].lower() not in words().small["questions"] or _NO_CLAUSE.search(told):
        return ""
    verb, rest = every[at], every[at + 1 :]
    subject = _subject(rest, is_all=verb.lower() in {"is", "are", "was", "were"})
    if not subject or verb.lower() in _DO:  # "when did it end": the verb would take another form
        return ""
    turned = " ".join([*every[:at], *rest[:subject], verb, *rest[subject:]])
    return f" {turned[0].lower()}{turned[1:]}"


def _subject(rest: Sequence[str], *, is_all: bool) -> int:
    """How many of the words behind a question's verb are its subject; 0 where that is not clear."""
    if not rest:
        return 0
    if rest[0].lower() in _SUBJECTS:
        return 1
    capitals = next((i for i, word in enumerate(rest) if not word[0].isupper()), len(rest))
    if capitals:
        return capitals if is_all or capitals < len(rest) else 0
    noun = rest[0].lower() in words().small["determiners"]
    return len(rest) if noun and is_all and (len(rest) == 2 or rest[2:3] == ["of"]) else 0


def _is_auxiliary(word: str) -> bool:
    plain = _CONTRACTED.sub("", word.lower())
    return plain in words().small["auxiliaries"] or plain in _MODALS or plain != word.lower()


FORMS: Mapping[str, Callable[[str], str]] = {
    "asked": asked,
    "claim": claim,
    "clause": lambda text: f" {told}" if (told := clause(text)) else "",  # with the blank, beside Chinese
}
"""What a catalogue may write behind a placeholder's name: "{topic:claim|so}", with what stands there else."""
