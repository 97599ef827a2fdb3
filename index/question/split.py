"""Splitting: a message that asks several things into its questions, as typed."""

from __future__ import annotations

import re

MOST = 3  # questions of a message that are answered

_AUXILIARY = "did|does|do|is|are|was|were|has|have|had|will|would|can|could|should"
_SUBJECT = r"he|she|they|it|the|there|any(?:one|body)?|some(?:one|body)?|his|her|their|that|this|[A-Z][\w.'’-]*"
# what opens a question of its own, no clause of the one before: "what did", "is he", but not "when the mill closes"
_OPENS = (
    rf"(?:(?:who|what|when|where|why|how|which|whose|whom)(?:(?:['’]?(?:s|re|d))?\s+(?:{_AUXILIARY})\b|['’]?s\s|\s+else\b)"
    rf"|how\s+(?:many|much|old|long|often|far|big)\b|who\s+(?:all\s+)?(?:said|says|called|thinks|wants|agrees|disagrees|wrote)\b"
    rf"|(?:which|what)\s+[\w-]+\s+(?:{_AUXILIARY}|said|says)\b|(?-i:(?:{_AUXILIARY}|Did|Does|Is|Are|Was|Were|Has|Have)\s+(?:{_SUBJECT})\b))"
)
_BEGINS = re.compile(
    rf"(?:(?:hi|hey|hello|ok|okay|so|and|also|but|please|two things)[\s,:!.]+)*{_OPENS}", re.IGNORECASE
)
_SPACE = r"[^\S\n]"
_FROM = rf"(?<!{_SPACE}){_SPACE}"  # a run of spaces is tried from its start only: the time grows with the text
_JOINT = re.compile(
    rf"(?<=[?!.;])\s+|\n+|{_FROM}+(?:[+&]|plus)\s+"
    rf"|(?<!{_SPACE})(?:{_SPACE}*,)?{_SPACE}+(?:and|also|but)\s+(?:also\s+)?(?={_OPENS})"
    rf"|{_FROM}*[,;]\s+(?:and\s+)?(?={_OPENS})",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    rf"(?<=[?!.;])\s+|\n+|{_FROM}*[+&;,]\s+(?:and\s+|also\s+)?|{_FROM}+(?:and|also|plus)\s+(?:also\s+)?",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:and\s+)?(?:what|how)\s+(?:did|does|has|have|do)\s+(?:he|she|they|it)\s+\w+\s*\??", re.IGNORECASE
)
_MARKS = re.compile(r"[\"“”„«»]")
_FEWEST = 2  # words of a question


def questions_in(text: str, *, surely: bool = False) -> tuple[str, ...]:
    """The questions that a message asks, in order; one or none where it asks a single thing.

    Args:
        text: as typed.
        surely: whether it is known to ask several: then any joint may stand between two of them.
    """
    if _MARKS.search(text):  # what is quoted may hold anything
        return ()
    asked = _asking(_JOINT.split(text), strict=True)
    if len(asked) == 2 and _TAIL.fullmatch(asked[1]):  # one question in two halves: "and the mayor, what did she say?"
        return ()
    if len(asked) < 2 and surely:
        asked = _asking(_LOOSE.split(text), strict=False)
    return asked if len(asked) > 1 else ()


def _asking(pieces: list[str], *, strict: bool) -> tuple[str, ...]:
    """The pieces that ask; () where one of them only leads to the next ("Somebody said so. Who was that?")."""
    told = [piece.strip(" ,;") for piece in pieces if piece]
    told = [piece for piece in told if len(piece.split()) >= _FEWEST]
    asking = [bool(_BEGINS.match(piece)) or (not strict) for piece in told]
    return tuple(told) if all(asking) else ()
