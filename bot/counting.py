"""How many of something there are, in words."""

from __future__ import annotations


def counted(count: int, what: str) -> str:
    """How many of something there are: "1 article", "1,200 articles"."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
