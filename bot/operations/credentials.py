"""What a Discord token tells without asking Discord: whether it can be one, and whose it is."""

from __future__ import annotations

import base64
import binascii
import re

TOKEN = re.compile(r"(?<![\w-])[\w-]{20,}\.[\w-]{5,}\.[\w-]{25,}", re.ASCII)
"""What a token looks like: the application's id in base64, the time it was made, a signature."""

WHERE = "the page Bot at https://discord.com/developers/applications (button Reset Token)"

# what people copy instead, and how it looks
_MISTAKEN = (
    (re.compile(r"\d{15,22}"), "it is the application's id"),
    (re.compile(r"[0-9a-f]{64}"), "it is the public key"),
    (re.compile(r"[\w-]{32}", re.ASCII), "it is the client secret"),
    (re.compile(r"(?i)(bot|bearer)\s.*"), "there is a word before it"),
    (re.compile(r"""["'<].*"""), "it stands in quotation marks"),
    (re.compile(r".*\s.*", re.DOTALL), "there is a space in it"),
)


def fault(token: str) -> str | None:
    """Why this cannot be a bot's token, as part of a sentence; None when it can be one. Never holds any of it."""
    if TOKEN.fullmatch(token) and application_id(token) is not None:
        return None
    return next((why for looks, why in _MISTAKEN if looks.fullmatch(token)), "it is not whole, or something else")


def application_id(token: str) -> int | None:
    """The id of the application that a token belongs to; None when it does not tell."""
    first = token.partition(".")[0]
    try:
        decoded = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return int(decoded) if re.fullmatch(r"\d{15,22}", decoded, re.ASCII) else None
