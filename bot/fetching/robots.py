"""robots.txt: what a site lets programs read (RFC 9309).

Not `urllib.robotparser`, which knows no wildcards, nor Protego, which keeps each rule once for every program that a
group names: both can be made to take for ever. A file is read once, line by line, and only our groups are kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote_to_bytes

MAX_BYTES = 512_000  # of a robots.txt, as the standard asks for; what comes after is not looked at
_MAX_RULES, _MAX_PATTERN = 5_000, 1_000
_BEHIND_A_NAME = re.compile(r"[^a-z_-].*", re.DOTALL)  # a version, say


@dataclass(frozen=True, slots=True)
class Rule:
    """A line that allows or forbids: the pieces between its wildcards, and whether the last one ends the path."""

    allows: bool
    length: int
    pieces: tuple[bytes, ...]
    ends: bool

    @classmethod
    def of(cls, value: str, *, allows: bool) -> Self:
        """The rule of a line's value; an escaped star ("%2A") is a plain one."""
        ends = value.endswith("$")
        pieces = tuple(unquote_to_bytes(piece) for piece in value.removesuffix("$").split("*"))
        return cls(allows, sum(map(len, pieces)) + len(pieces) - 1 + ends, pieces, ends)

    def matches(self, path: bytes) -> bool:
        """Whether a path begins like this: between its pieces may stand anything."""
        first, *others = self.pieces
        if not path.startswith(first):
            return False
        place = len(first)
        if not others:
            return not self.ends or place == len(path)
        for piece in others[:-1]:
            place = path.find(piece, place)
            if place < 0:
                return False
            place += len(piece)
        return path[place:].endswith(others[-1]) if self.ends else others[-1] in path[place:]


@dataclass(frozen=True, slots=True)
class Rules:
    """What one program may read on a site."""

    rules: tuple[Rule, ...] = ()

    @classmethod
    def read(cls, data: bytes, program: str) -> Self:
        """The rules of a robots.txt for a program, or for any if it is not named.

        Args:
            data: the file, of which the first `MAX_BYTES` count.
            program: the program's name, without a version.
        """
        text = data[:MAX_BYTES].decode(errors="replace")
        groups: dict[str, list[Rule]] = {}
        ours: set[str] = set()  # whom of us the group is about: the program, or anybody
        in_rules = True
        for line in text.lstrip("\ufeff").splitlines():
            key, _, value = (part.strip() for part in line.partition("#")[0].partition(":"))
            key = key.lower()
            if key == "user-agent":
                if in_rules:
                    ours, in_rules = set(), False
                named = value if value == "*" else _BEHIND_A_NAME.sub("", value.lower())
                if named in {program.lower(), "*"}:
                    ours.add(named)
                    groups.setdefault(named, [])
            elif key in {"allow", "disallow"}:
                in_rules = True
                if ours and value and len(value) <= _MAX_PATTERN:
                    rule = Rule.of(value, allows=key == "allow")
                    for name in ours:
                        groups[name] += [rule] if len(groups[name]) < _MAX_RULES else []
        return cls(tuple(groups.get(program.lower(), groups.get("*", ()))))

    def allow(self, path: str) -> bool:
        """Whether a path, with its query, may be read: the longest pattern says so, and of two the kinder."""
        plain = unquote_to_bytes(path)
        return max(((rule.length, rule.allows) for rule in self.rules if rule.matches(plain)), default=(0, True))[1]


EVERYTHING = Rules()
NOTHING = Rules((Rule.of("/", allows=False),))
