"""What a message's words tell at a glance: whether it asks anything, and whether it may mean what was asked before.

Only for what is kept: the answer does not depend on it.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+(?:['’]\w+)?")
_MARKS = frozenset("?？؟")
_FEW = 3  # words that make no question of their own ("and Park?")

# may stand before a question
_BEFORE = re.compile(
    r"(?:(?:(?:can|could|will|would) you|hey|hi|hello|there|dear|bot|good (?:morning|evening)|please|ok|okay|thanks"
    r"|and|but|or|also|so|well|now|then|um) )*"
)
# what asks by its first words; "when we met" and "what a day" ask nothing
_ASKING = re.compile(
    r"(?:(?:who|whom|whose|which|whos|whats|did|does|tell me|show|list|find|give me|name|quote|search|look for"
    r"|summari[sz]e|explain|describe|define|compare|check)(?!\w)"
    r"|(?:who|what|when|where|why|how)'s "
    r"|(?:what|when|where|why|how) (?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|shall|else"
    r"|about|exactly|many|much|often|long|far|old|big|large|isn't|wasn't|aren't|don't|doesn't|didn't)(?!\w))"
)
# these mean somebody or something named before; "that" mostly does not ("who said that …")
_POINTING = re.compile(
    r"\b(?:he|she|they|him|her|them|his|hers|theirs?|it|its|this|these|those|else|he's|she's|they're|it's)\b"
)
_LEADING = re.compile(r"(?:and|but|or|also|so|(?:what|how) about|about)\b")


def asks(text: str) -> bool:
    """Whether a message is recognisably a question, or asks for something; where it is not clear it does not.

    >>> asks("ok bot, what did the mayor say"), asks("tell me who paid"), asks("what a day")
    (True, True, False)
    """
    words = " ".join(_words(text))
    before = _BEFORE.match(f"{words} ")
    return not _MARKS.isdisjoint(text) or bool(_ASKING.match(words, before.end() if before else 0))


def goes_on(text: str) -> bool:
    """Whether a question may mean what was asked before; where it is not clear it does.

    >>> goes_on("What else did she say?"), goes_on("and Park?"), goes_on("Who said that small firms need help?")
    (True, True, False)
    """
    words = _words(text)
    line = " ".join(words)
    return len(words) <= _FEW or bool(_LEADING.match(line) or _POINTING.search(line))


def _words(text: str) -> list[str]:
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]
