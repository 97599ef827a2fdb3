"""robots.txt: what a site lets programs read (RFC 9309).

Not `urllib.robotparser`, which knows no wildcards; and no regular expressions, with which a file could take for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote

MAX_BYTES = 500_000  # of a robots.txt; what comes after is not looked at
_MAX_RULES, _MAX_PATTERN = 5_000, 1_000


@dataclass(frozen=True, slots=True)
class Rules:
    """What one program may read on a site.

    Attributes:
        rules: pairs of a pattern and whether what matches it may be read.
    """

    rules: tuple[tuple[str, bool], ...]

    @classmethod
    def parse(cls, text: str, program: str) -> Self:
        """The rules of a robots.txt for a program, or for any if it is not named; its name is without a version."""
        groups: dict[str, list[tuple[str, bool]]] = {}
        named: list[str] = []  # whom the group is about
        in_rules = False
        for line in text.lstrip("\ufeff").splitlines():
            key, _, value = (part.strip() for part in line.partition("#")[0].partition(":"))
            key = key.lower()
            if key == "user-agent":
                named = [value.lower()] if in_rules else [*named, value.lower()]
                in_rules = False
                groups.setdefault(named[-1], [])
            elif key in {"allow", "disallow"}:
                in_rules = True
                if value and len(value) <= _MAX_PATTERN:
                    for name in {*named} & {program.lower(), "*"}:
                        groups[name].append((unquote(value), key == "allow"))
        found = groups.get(program.lower(), groups.get("*", []))
        return cls(tuple(found[:_MAX_RULES]))

    def allow(self, path: str) -> bool:
        """Whether a path, with its query, may be read: the longest pattern says so, and of two the kinder."""
        path = unquote(path)
        matching = [(len(pattern), allowed) for pattern, allowed in self.rules if _matches(pattern, path)]
        return max(matching)[1] if matching else True


EVERYTHING = Rules(())
NOTHING = Rules((("/", False),))


def _matches(pattern: str, path: str) -> bool:
    """Whether a path begins like a pattern, in which "*" stands for anything and a last "$" for the end."""
    ends = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    place = len(first)
    if not others:
        return not ends or place == len(path)
    for piece in others[:-1]:
        place = path.find(piece, place)
        if place < 0:
            return False
        place += len(piece)
    return path[place:].endswith(others[-1]) if ends else others[-1] in path[place:]
