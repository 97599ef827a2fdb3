"""Should this message be answered, and what is the question in it? Pure: no input or output, no discord."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.answering import Surface

_SPACES = re.compile(r"[^\S\n]+")
# "who said this?" beside a message that it replies to
_POINTS = re.compile(r"\b(?:this|that|it|these|those)\b", re.IGNORECASE)
_FEW_WORDS = 6


@dataclass(frozen=True, slots=True)
class Me:
    """The bot: its user id, and the id of its own role in this server."""

    id: int
    role: int | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """What routing needs to know of a message.

    Attributes:
        content: the text; Discord leaves it empty where the message is not meant for the bot.
        automatic: written by a bot, a webhook or Discord itself.
        direct: whether it stands in a direct message.
        pings: ids of the users it really mentions; a text like "<@7>" in a code block mentions nobody. The author of
            a message that is replied to is one of them, unless the asker switched that off.
        replies_to: the id of the author of the message it replies to.
        names: what to read for "<@7>" in its text, by id.
    """

    content: str
    automatic: bool = False
    direct: bool = False
    pings: frozenset[int] = frozenset()
    role_pings: frozenset[int] = frozenset()
    replies_to: int | None = None
    names: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Routed:
    """A message that is meant for the bot. An empty question asks for help.

    `points` tells that the question points at somebody else's message ("who said this?").
    """

    surface: Surface
    question: str
    points: bool = False


def route(incoming: Incoming, me: Me) -> Routed | None:
    """How to take a message; None for one that is none of the bot's business.

    Meant for the bot are messages of people that mention it or its own role by name, that reply to one of its
    messages, and all direct messages. `@everyone` mentions nobody in particular.
    """
    if incoming.automatic:
        return None
    surface = _surface(incoming, me)
    if surface is None:
        return None
    question = words_of(incoming, me)
    at_another = incoming.replies_to is not None and incoming.replies_to != me.id
    points = at_another and len(question.split()) <= _FEW_WORDS and bool(_POINTS.search(question))
    return Routed(surface, question, points)


def _surface(incoming: Incoming, me: Me) -> Surface | None:
    if incoming.direct:
        return "dm"
    if incoming.replies_to == me.id:
        return "reply" if incoming.content else None  # with the ping switched off there is nothing to read
    by_name = me.id in incoming.pings and _mentions(me.id).search(incoming.content)
    by_role = me.role is not None and me.role in incoming.role_pings
    return "mention" if by_name or by_role else None


def words_of(incoming: Incoming, me: Me) -> str:
    """A message's text without the mention of the bot, with the names of the other people it mentions."""
    text = _mentions(me.id).sub(" ", incoming.content)
    if me.role is not None:
        text = text.replace(f"<@&{me.role}>", " ")
    for id_, name in incoming.names.items():
        text = _mentions(id_).sub(lambda _, name=name: name, text)  # type: ignore[misc] # mypy wants one argument
    return "\n".join(_SPACES.sub(" ", line).strip() for line in text.splitlines()).strip(" \n,:")


def _mentions(id_: int) -> re.Pattern[str]:
    return re.compile(rf"<@!?{id_}>")
